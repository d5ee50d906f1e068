//! From a row of headings to columns of the domain.

use std::collections::BTreeMap;

use inlav_core::registry::{self, Column, Kind, Table, has_heading_words};
use inlav_core::text::{clean, printable};
use inlav_core::value::parse_date;

use super::made::{Given, Made};
use super::problem::{Place, Problem};
use super::row::Row;
use crate::mapping::{TableMapping, key};

/// Rows at the top among which the headings are looked for.
pub(crate) const SEARCHED_ROWS: usize = 20;

/// Characters of the longest heading that is printed, and of the longest question of a form.
const LONGEST_HEADING: usize = 40;
const LONGEST_QUESTION: usize = 120;

/// Which column of a file holds what. Debug is redacted: in a file without headings, data are
/// taken for them.
#[derive(Clone)]
pub(super) struct Layout {
    /// Number of the row of headings.
    pub(super) heading_row: u64,
    /// Number of columns up to the last heading.
    pub(super) width: usize,
    /// Positions, from 0, of the domain's columns.
    pub(super) columns: Vec<(usize, &'static Column)>,
    /// The heading of each of them, if it may be printed.
    pub(super) headings: Vec<Option<String>>,
    /// The headings by position as [`key`]s, ignored ones included; empty where there is none.
    pub(super) keys: Vec<String>,
}

impl std::fmt::Debug for Layout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns: Vec<&str> = self.columns.iter().map(|(_, column)| column.name).collect();
        f.debug_struct("Layout").field("heading_row", &self.heading_row).field("columns", &columns).finish()
    }
}

/// The row of headings.
pub(super) struct Headings {
    /// The row; of two rows the lower one, with what stands above its blank cells.
    pub(super) row: Row,
    /// How many of its headings are known.
    pub(super) known: usize,
    /// Whether another row might be it just as well.
    pub(super) rivals: bool,
}

impl Headings {
    /// A row of which nothing is known; the more cells it has, the more it is one of headings.
    pub(super) fn unknown(row: &Row) -> Self {
        let texts = row.cells().filter(|cell| !cell.trim().is_empty()).count();
        Self { row: row.clone(), known: texts, rivals: false }
    }
}

/// The headings that are known for a table.
pub(super) struct Known<'a> {
    table: &'static Table,
    by_key: BTreeMap<String, &'static Column>,
    mapping: Option<&'a TableMapping>,
    /// The other tables of a wide sheet.
    others: Vec<Known<'a>>,
}

/// What a heading stands for.
enum Meaning {
    Blank,
    Ignored,
    /// Columns of this and another table of a wide sheet.
    OfTwoTables(&'static Column, (&'static Table, &'static Column)),
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
        Self { table, by_key, mapping, others: Vec::new() }
    }

    /// The headings of the tables that share a file or sheet; each knows those of the others.
    pub(super) fn sharing(tables: &[(&'static Table, Option<&'a TableMapping>)]) -> Vec<Self> {
        let known =
            |(table, mapping): &(&'static Table, Option<&'a TableMapping>)| Self::new(table, *mapping);
        let others = |table: &Table| {
            tables.iter().filter(|(other, _)| other.name != table.name).map(known).collect::<Vec<_>>()
        };
        tables.iter().map(|entry| Self { others: others(entry.0), ..known(entry) }).collect()
    }

    /// The table.
    pub(super) const fn table(&self) -> &'static Table {
        self.table
    }

    /// What the site's mapping says of the table.
    pub(super) const fn mapping(&self) -> Option<&'a TableMapping> {
        self.mapping
    }

    /// Where a row of headings has a column, from 0.
    pub(super) fn position(&self, column: &Column, headings: &Row) -> Option<usize> {
        headings.cells().enumerate().position(
            |(at, cell)| matches!(self.meaning(at, cell), Meaning::Column(found) if found.name == column.name),
        )
    }

    /// The headings among the first rows. At least half of the cells with text in their row are
    /// known headings, of this table or another one of a wide sheet.
    pub(super) fn find(&self, rows: &[Row]) -> Option<Headings> {
        find(rows, &|row| self.known(row), &|row| self.is_complete(row))
    }

    /// Whether a row has a heading for every column that every file of the table has and that the
    /// mapping does not make.
    fn is_complete(&self, row: &Row) -> bool {
        let is_made = |column: &Column| self.mapping.is_some_and(|mapping| mapping.makes(column));
        let mut required = self.table.columns.iter().filter(|column| column.required && !is_made(column));
        required.all(|column| self.position(column, row).is_some())
    }

    /// How many headings are known in a row, if it may be that of the headings.
    fn known(&self, row: &Row) -> Option<usize> {
        let required = self.table.columns.iter().filter(|column| column.required).count();
        let count = |is: fn(&Meaning) -> bool| {
            (0..).zip(row.cells()).map(|(at, cell)| self.meaning(at, cell)).filter(is).count()
        };
        let known = count(|m| !matches!(m, Meaning::Blank | Meaning::Unknown));
        let unknown = count(|m| matches!(m, Meaning::Unknown));
        (known >= unknown && known >= required.clamp(1, 2)).then_some(known)
    }

    /// The layout that a row of headings gives, with the columns that have no heading but are given
    /// otherwise.
    ///
    /// # Errors
    /// Every [`Problem`] of the headings.
    pub(super) fn layout(
        &self,
        headings: &Row,
        place: &Place,
        given: &Given,
    ) -> Result<Layout, Vec<Problem>> {
        let mut layout = Layout {
            heading_row: headings.number(),
            width: 0,
            columns: Vec::new(),
            headings: Vec::new(),
            keys: headings.cells().map(key).collect(),
        };
        let mut problems = Vec::new();
        let meant = (0..).zip(headings.cells()).map(|(at, cell)| self.meaning(at, cell));
        let (known, unknown) = meant.fold((0, 0), |(known, unknown), meaning| match meaning {
            Meaning::Blank => (known, unknown),
            Meaning::Unknown => (known, unknown + 1),
            _ => (known + 1, unknown),
        });
        let told = |heading: &str| {
            let is_trusted = !headings.is_joined() && are_headings(known, unknown);
            may_be_printed(heading, is_trusted).then(|| printable(&clean(heading)))
        };
        for (index, heading) in headings.cells().enumerate() {
            match self.meaning(index, heading) {
                Meaning::Blank => continue,
                Meaning::Ignored => {}
                Meaning::OfTwoTables(column, (table, other)) => problems.push(Problem::OfTwoTables {
                    place: place.clone(),
                    position: index + 1,
                    first: (self.table.name, column.name),
                    second: (table.name, other.name),
                }),
                Meaning::Unknown => problems.push(Problem::UnknownHeading {
                    place: place.clone(),
                    table: self.table,
                    position: index + 1,
                    heading: told(heading),
                }),
                Meaning::Column(column) => {
                    match layout.columns.iter().find(|(_, other)| other.name == column.name) {
                        Some((first, _)) => problems.push(Problem::TwoHeadings {
                            place: place.clone(),
                            column,
                            first: first + 1,
                            second: index + 1,
                        }),
                        None => {
                            layout.columns.push((index, column));
                            // What is known is no name.
                            let known = reads_like_a_heading(heading).then(|| printable(&clean(heading)));
                            layout.headings.push(known);
                        }
                    }
                }
            }
            layout.width = index + 1;
        }
        for (column, _) in &given.made {
            if layout.columns.iter().any(|(_, present)| present.name == column.name) {
                let (place, table) = (place.clone(), self.table);
                problems.push(Problem::MadeTwice { place, table, column });
            }
        }
        for (index, column) in &given.cells {
            layout.columns.push((*index, column));
            layout.headings.push(headings.cells().nth(*index).and_then(told));
        }
        let is_made =
            |column: &Column| given.made.iter().any(|(made, _): &(_, Made)| made.name == column.name);
        for column in self.table.columns.iter().filter(|column| column.required && !is_made(column)) {
            if !layout.columns.iter().any(|(_, present)| present.name == column.name) {
                let (table, accepted) = (self.table, accepted(column).join(", "));
                problems.push(Problem::MissingColumn { place: place.clone(), table, column, accepted });
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

    fn meaning(&self, index: usize, heading: &str) -> Meaning {
        let key = key(heading);
        if key.is_empty() {
            return Meaning::Blank;
        }
        match self.mapping.and_then(|mapping| mapping.at_position(index + 1)) {
            Some(Some(column)) => return Meaning::Column(column),
            Some(None) => return Meaning::Ignored,
            None => {}
        }
        if let Some(column) = self.mapping.and_then(|mapping| mapping.column(heading)) {
            return Meaning::Column(column);
        }
        if self.mapping.is_some_and(|mapping| mapping.ignores(heading)) {
            return Meaning::Ignored;
        }
        let mine = self.by_key.get(&key).copied();
        if self.others.is_empty() {
            mine.map_or(Meaning::Unknown, Meaning::Column)
        } else {
            self.shared_meaning((index, heading), &key, mine)
        }
    }

    /// What a heading of a wide sheet stands for, of which this table's mapping says nothing. What
    /// another table's mapping says wins over the registry; only a register number is of all
    /// tables that know it.
    fn shared_meaning(
        &self,
        (index, heading): (usize, &str),
        key: &str,
        mine: Option<&'static Column>,
    ) -> Meaning {
        let mappings = || self.others.iter().filter_map(|other| other.mapping);
        let at_position = || mappings().filter_map(|mapping| mapping.at_position(index + 1));
        let mapped = at_position().flatten().next();
        let mapped = mapped.or_else(|| mappings().find_map(|mapping| mapping.column(heading)));
        let is_ignored = at_position().any(|column| column.is_none())
            || mappings().any(|mapping| mapping.ignores(heading));
        if mapped.is_some() || is_ignored {
            return match (mine, mapped) {
                (Some(mine), Some(theirs)) if is_same_number(mine, theirs) => Meaning::Column(mine),
                _ => Meaning::Ignored,
            };
        }
        let theirs = || self.others.iter().filter_map(|other| Some((other.table, *other.by_key.get(key)?)));
        match mine {
            Some(mine) => match theirs().find(|(_, theirs)| !is_same_number(mine, theirs)) {
                None => Meaning::Column(mine),
                // The name of a column wins over what another one is called too.
                Some((_, theirs)) if is_name(mine, key) != is_name(theirs, key) => {
                    if is_name(mine, key) {
                        Meaning::Column(mine)
                    } else {
                        Meaning::Ignored
                    }
                }
                // Told by the first of the two tables.
                Some(theirs) if place_of(self.table) < place_of(theirs.0) => {
                    Meaning::OfTwoTables(mine, theirs)
                }
                Some(_) => Meaning::Ignored,
            },
            None if theirs().next().is_some() => Meaning::Ignored,
            // Told by the first table.
            None if self.others.iter().all(|other| place_of(self.table) < place_of(other.table)) => {
                Meaning::Unknown
            }
            None => Meaning::Ignored,
        }
    }
}

/// The headings among the first rows, by how many are known in a row that may be theirs. Two rows
/// that follow each other are tried as one whose blank cells have their heading above them, as
/// merged cells do, and taken if more headings are known in them than in either row alone.
///
/// Of the first such row and the two after it the one with the most; a later one only if the
/// first ones are not complete: headings that are repeated on every page must not hide the rows of
/// the first page.
pub(super) fn find(
    rows: &[Row],
    known: &dyn Fn(&Row) -> Option<usize>,
    is_complete: &dyn Fn(&Row) -> bool,
) -> Option<Headings> {
    let searched = || rows.iter().take(SEARCHED_ROWS);
    let count = |row: &Row| known(row).unwrap_or(0);
    let singles = searched().cloned().enumerate();
    let pairs = searched().zip(searched().skip(1)).enumerate().filter_map(|(at, (upper, lower))| {
        let joined = lower.below(upper)?;
        (count(&joined) > count(upper).max(count(lower))).then_some((at + 1, joined))
    });
    let mut candidates: Vec<(usize, Row, usize)> =
        singles.chain(pairs).filter_map(|(at, row)| known(&row).map(|known| (at, row, known))).collect();
    let first = candidates.iter().map(|(at, _, _)| *at).min()?;
    let most = |rows: &[(usize, Row, usize)], last| {
        let near = rows.iter().enumerate().filter(|(_, (at, _, _))| *at <= last);
        near.reduce(|best, other| if other.1.2 > best.1.2 { other } else { best })
            .map(|(index, (_, row, known))| (index, *known, is_complete(row)))
    };
    let mut best = most(&candidates, first + 2)?;
    let anywhere = most(&candidates, SEARCHED_ROWS)?;
    if anywhere.1 > best.1 && !best.2 {
        best = anywhere;
    }
    let rivals = candidates.iter().filter(|(_, _, known)| *known == best.1).count() > 1;
    let (_, row, known) = candidates.swap_remove(best.0);
    Some(Headings { row, known, rivals })
}

/// Whether two columns are the number of the same thing: a person's in the table of persons and in
/// that of cases.
fn is_same_number(one: &Column, other: &Column) -> bool {
    match (one.kind, other.kind) {
        (Kind::Key(one) | Kind::Reference(one), Kind::Key(other) | Kind::Reference(other)) => one == other,
        _ => false,
    }
}

/// Whether a folded heading is the column's name or label, not just another word for it.
fn is_name(column: &Column, heading: &str) -> bool {
    [column.label_it, column.label_en, column.name].iter().any(|name| key(name) == heading)
}

/// A table's place in the registry.
fn place_of(table: &Table) -> Option<usize> {
    registry::tables().iter().position(|other| other.name == table.name)
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

/// Whether a text may be a heading: one that looks like somebody's data is none.
pub(crate) fn reads_like_a_heading(heading: &str) -> bool {
    let digits = heading.chars().filter(char::is_ascii_digit).count();
    let is_question = heading.trim_end().ends_with(['?', ')', ']']) && heading.contains('?');
    let longest = if is_question { LONGEST_QUESTION } else { LONGEST_HEADING };
    heading.chars().count() <= longest
        && digits <= 2
        && !heading.contains('@')
        && parse_date(heading).is_none()
}

/// Whether so many known and unknown cells are a row of headings for certain: a form that was typed
/// into a sheet has a name beside every heading.
pub(crate) const fn are_headings(known: usize, unknown: usize) -> bool {
    known >= unknown * 2
}

/// Whether a heading may be printed. In a row that may hold something else as well, any word may be
/// a name, unless most are those that headings have.
pub(crate) fn may_be_printed(heading: &str, row_is_trusted: bool) -> bool {
    reads_like_a_heading(heading) && (row_is_trusted || has_heading_words(heading))
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
        let Headings { row: headings, known: count, rivals } = known.find(&rows).unwrap();
        assert_eq!((headings.number(), count, rivals), (3, 3, false));
        let layout = known.layout(&headings, &place(), &Given::default()).unwrap();
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
        assert_eq!(known.find(&rows).unwrap().row.number(), 2);
    }

    #[test]
    fn headings_over_two_rows_are_read_as_one() {
        let known = Known::new(registry::table("person").unwrap(), None);
        let rows = [
            row(3, &["ID persona", "Dati anagrafici", "", "Cittadinanza"]),
            row(4, &["", "Cognome", "Genere", ""]),
            row(5, &["1", "Provafalso", "F", "UKR"]),
        ];
        let headings = known.find(&rows).unwrap();
        assert_eq!((headings.row.number(), headings.known), (4, 4));
        assert_eq!(
            headings.row.cells().collect::<Vec<_>>(),
            ["ID persona", "Cognome", "Genere", "Cittadinanza"]
        );
    }

    #[test]
    fn headings_of_a_later_page_do_not_hide_the_first_page() {
        let known = Known::new(registry::table("person").unwrap(), None);
        let page = ["ID persona", "Cognome", "Genere", "Cittadinanza"];
        let rows = [
            row(1, &["ID persona", "Dati anagrafici", "", "Cittadinanza"]),
            row(2, &["", "Cognome", "Genere", ""]),
            row(3, &["1", "Provafalso", "F", "UKR"]),
            row(4, &page),
            row(5, &["2", "Aiea", "M", "PAK"]),
        ];
        assert_eq!(known.find(&rows).unwrap().row.number(), 2);
        // A list of words above the headings is not them.
        let rows = [row(1, &["Cognome", "Nome", "Sportello"]), row(9, &["Aiea", "Prova"]), row(30, &page)];
        assert_eq!(known.find(&rows).unwrap().row.number(), 30);
    }

    #[test]
    fn a_column_is_mapped_by_its_position_too() {
        let mapping = Mapping::parse(
            "version = 1\n[tables.pact]\nignore = [\"#3\"]\n[tables.pact.columns]\n\"#2\" = \"signatories\"\n",
            CodeLists::built_in(),
        )
        .unwrap();
        let table = registry::table("pact").unwrap();
        let known = Known::new(table, mapping.table(table));
        let layout =
            known.layout(&row(1, &["Stato", "Numero", "Numero"]), &place(), &Given::default()).unwrap();
        let columns: Vec<_> = layout.columns.iter().map(|(at, column)| (*at, column.name)).collect();
        assert_eq!(columns, [(0, "status"), (1, "signatories")]);
    }

    #[test]
    fn rows_of_data_are_no_headings() {
        let known = Known::new(registry::table("training").unwrap(), None);
        let rows = [row(1, &["OP00001", "REINS", "1/2/2024", "4"]), row(2, &["OP00002", "REINS", "", "4"])];
        assert!(known.find(&rows).is_none());
        assert!(known.no_headings(&place()).to_string().contains("ID operatore"));
    }

    #[test]
    fn every_problem_of_the_headings_is_told() {
        let known = Known::new(registry::table("training").unwrap(), None);
        let headings = row(1, &["Operatore", "Matricola", "Data", "Data di nascita", "Verdi 3331234567"]);
        let told: Vec<String> = known
            .layout(&headings, &place(), &Given::default())
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(told.len(), 5);
        assert!(told[0].contains("columns 1 and 2 both stand for operator_id"));
        assert!(told[1].contains("column 4, \"Data di nascita\", is not known"));
        assert!(told[2].contains("column 5 is not known"));
        assert!(!told[2].contains("Verdi"));
        assert!(told[3].contains("column track (Percorso formativo) of table training is missing"));
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
        let layout = known.layout(&row(1, &["Stato", "Fase"]), &place(), &Given::default()).unwrap();
        assert_eq!(layout.keys, ["stato", "fase"]);
        assert_eq!(layout.columns.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1]);
    }
}
