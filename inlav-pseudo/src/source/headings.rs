//! From a row of headings to columns of the domain.

use std::collections::BTreeMap;

use inlav_core::registry::{Column, Table};
use inlav_core::value::parse_date;

use super::problem::{Place, Problem};
use super::row::Row;
use crate::mapping::{TableMapping, key};

/// Rows at the top among which the headings are looked for.
pub(super) const SEARCHED_ROWS: usize = 20;

/// Which column of a file holds what.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Number of the row of headings.
    pub(super) heading_row: u64,
    /// Number of columns up to the last heading.
    pub(super) width: usize,
    /// Positions, from 0, of the domain's columns.
    pub(super) columns: Vec<(usize, &'static Column)>,
    /// Whether each position has a heading, ignored ones included.
    pub(super) headed: Vec<bool>,
}

/// The headings that are known for a table.
pub(super) struct Known<'a> {
    table: &'static Table,
    by_key: BTreeMap<String, &'static Column>,
    mapping: Option<&'a TableMapping>,
}

/// What a heading stands for.
enum Meaning {
    Blank,
    Ignored,
    Column(&'static Column),
    Unknown,
}

impl<'a> Known<'a> {
    /// The registry's headings of a table and those of the site's mapping, which win.
    pub(super) fn new(table: &'static Table, mapping: Option<&'a TableMapping>) -> Self {
        let by_key = table
            .columns
            .iter()
            .flat_map(|column| accepted(column).into_iter().map(move |heading| (key(heading), column)))
            .collect();
        Self { table, by_key, mapping }
    }

    /// The row of headings among the first rows: of those in which at least half of the cells with
    /// text are known headings the one with the most, the first of equals. With it, how many are.
    pub(super) fn heading_row<'r>(&self, rows: &'r [Row]) -> Option<(&'r Row, usize)> {
        let required = self.table.columns.iter().filter(|column| column.required).count();
        let candidates = rows.iter().take(SEARCHED_ROWS).filter_map(|row| {
            let meanings = || row.cells().map(|cell| self.meaning(cell));
            let known = meanings().filter(|m| matches!(m, Meaning::Column(_) | Meaning::Ignored)).count();
            let unknown = meanings().filter(|m| matches!(m, Meaning::Unknown)).count();
            (known >= unknown && known >= required.clamp(1, 2)).then_some((row, known))
        });
        candidates.reduce(|best, other| if other.1 > best.1 { other } else { best })
    }

    /// The layout that a row of headings gives.
    ///
    /// # Errors
    /// Every [`Problem`] of the headings.
    pub(super) fn layout(&self, headings: &Row, place: &Place) -> Result<Layout, Vec<Problem>> {
        let mut layout =
            Layout { heading_row: headings.number(), width: 0, columns: Vec::new(), headed: Vec::new() };
        let mut problems = Vec::new();
        for (index, heading) in headings.cells().enumerate() {
            let meaning = self.meaning(heading);
            layout.headed.push(!matches!(meaning, Meaning::Blank));
            match meaning {
                Meaning::Blank => continue,
                Meaning::Ignored => {}
                Meaning::Unknown => problems.push(Problem::UnknownHeading {
                    place: place.clone(),
                    table: self.table,
                    position: index + 1,
                    heading: reads_like_a_heading(heading).then(|| heading.trim().to_owned()),
                }),
                Meaning::Column(column) => {
                    match layout.columns.iter().find(|(_, other)| other.name == column.name) {
                        Some((first, _)) => problems.push(Problem::TwoHeadings {
                            place: place.clone(),
                            column,
                            first: first + 1,
                            second: index + 1,
                        }),
                        None => layout.columns.push((index, column)),
                    }
                }
            }
            layout.width = index + 1;
        }
        for column in self.table.columns.iter().filter(|column| column.required) {
            if !layout.columns.iter().any(|(_, present)| present.name == column.name) {
                let accepted = accepted(column).join(", ");
                problems.push(Problem::MissingColumn { place: place.clone(), column, accepted });
            }
        }
        if problems.is_empty() { Ok(layout) } else { Err(problems) }
    }

    /// The problem of a file or sheet in which no row is one of headings.
    pub(super) fn no_headings(&self, place: &Place) -> Problem {
        let required = self.table.columns.iter().filter(|column| column.required);
        let example = required.map(|column| column.label_it).collect::<Vec<_>>().join(", ");
        Problem::NoHeadings { place: place.clone(), table: self.table, searched: SEARCHED_ROWS, example }
    }

    fn meaning(&self, heading: &str) -> Meaning {
        let key = key(heading);
        if key.is_empty() {
            return Meaning::Blank;
        }
        if let Some(column) = self.mapping.and_then(|mapping| mapping.column(heading)) {
            return Meaning::Column(column);
        }
        if self.mapping.is_some_and(|mapping| mapping.ignores(heading)) {
            return Meaning::Ignored;
        }
        self.by_key.get(&key).map_or(Meaning::Unknown, |column| Meaning::Column(column))
    }
}

/// The headings by which the registry knows a column.
fn accepted(column: &'static Column) -> Vec<&'static str> {
    let mut headings = vec![column.label_it];
    for heading in [column.label_en, column.name].into_iter().chain(column.aliases.iter().copied()) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    headings
}

/// Whether a heading may be printed: one that looks like somebody's data may not.
fn reads_like_a_heading(heading: &str) -> bool {
    let digits = heading.chars().filter(char::is_ascii_digit).count();
    heading.chars().count() <= 40 && digits <= 2 && !heading.contains('@') && parse_date(heading).is_none()
}

#[cfg(test)]
mod tests {
    use inlav_core::codes::CodeLists;
    use inlav_core::registry;

    use super::*;
    use crate::mapping::Mapping;

    fn row(number: u64, cells: &[&str]) -> Row {
        let mut row = Row::default();
        row.begin(number);
        cells.iter().for_each(|cell| row.push(cell));
        row
    }

    fn place() -> Place {
        Place { file: "patti.csv".to_owned(), sheet: None }
    }

    #[test]
    fn title_rows_are_passed_over() {
        let known = Known::new(registry::table("pact").unwrap(), None);
        let rows = [
            row(1, &["Patti territoriali al 30 giugno", "", ""]),
            row(3, &["STATO", "Firmato il", "n. firmatari", ""]),
            row(4, &["Sottoscritto", "", "5"]),
        ];
        let (headings, count) = known.heading_row(&rows).unwrap();
        assert_eq!((headings.number(), count), (3, 3));
        let layout = known.layout(headings, &place()).unwrap();
        assert_eq!(layout.width, 3);
        assert_eq!(
            layout.columns.iter().map(|(at, c)| (*at, c.name)).collect::<Vec<_>>(),
            [(0, "status"), (1, "signed_on"), (2, "signatories")]
        );
    }

    #[test]
    fn a_row_of_group_titles_is_not_the_headings() {
        let known = Known::new(registry::table("case").unwrap(), None);
        let rows = [
            row(1, &["", "Segnalazione", "Presa in carico", "Chiusura"]),
            row(2, &["ID caso", "Data segnalazione", "Data presa in carico", "Data chiusura"]),
        ];
        assert_eq!(known.heading_row(&rows).unwrap().0.number(), 2);
    }

    #[test]
    fn rows_of_data_are_no_headings() {
        let known = Known::new(registry::table("training").unwrap(), None);
        let rows = [row(1, &["OP00001", "REINS", "1/2/2024", "4"]), row(2, &["OP00002", "REINS", "", "4"])];
        assert!(known.heading_row(&rows).is_none());
        assert!(known.no_headings(&place()).to_string().contains("ID operatore"));
    }

    #[test]
    fn every_problem_of_the_headings_is_told() {
        let known = Known::new(registry::table("training").unwrap(), None);
        let headings = row(1, &["Operatore", "Matricola", "Data", "Colore", "Verdi 3331234567"]);
        let told: Vec<String> =
            known.layout(&headings, &place()).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 5);
        assert!(told[0].contains("columns 1 and 2 both stand for operator_id"));
        assert!(told[1].contains("column 4, \"Colore\", is not known"));
        assert!(told[2].contains("column 5 is not known"));
        assert!(!told[2].contains("Verdi"));
        assert!(told[3].contains("column track (Percorso formativo) is missing"));
        assert!(told[4].contains("column hours"));
    }

    #[test]
    fn the_mapping_wins_over_the_registry() {
        let mapping = Mapping::parse(
            "version = 1\n[tables.pact]\nignore = [\"Stato\"]\n[tables.pact.columns]\n\"Fase\" = \"status\"\n",
            CodeLists::built_in(),
        )
        .unwrap();
        let table = registry::table("pact").unwrap();
        let known = Known::new(table, mapping.table(table));
        let layout = known.layout(&row(1, &["Stato", "Fase"]), &place()).unwrap();
        assert_eq!(layout.headed, [true, true]);
        assert_eq!(layout.columns.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1]);
    }
}
