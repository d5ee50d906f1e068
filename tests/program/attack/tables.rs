//! The tables of a release as anybody reads them, and what a reader knows of how they hang
//! together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Code of the margin of a dimension.
const TOTAL: &str = "TOTAL";
/// A dimension whose second part is not displayed.
const OUTCOME: &str = "outcome";
/// A dimension whose parts lie within one another.
const STAGE: &str = "stage";

/// A released table.
pub(super) struct Table {
    id: String,
    sides: Vec<String>,
    cells: BTreeMap<Vec<String>, Option<u64>>,
}

/// All that a release says about counts: each quantity once, however many tables show it.
#[derive(Default)]
pub(super) struct Knowledge {
    /// Published counts, and `None` for those withheld.
    pub(super) counts: BTreeMap<String, Option<u64>>,
    pub(super) relations: BTreeSet<Relation>,
}

/// `whole` is the sum of `parts`, or at least their sum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Relation {
    pub(super) whole: String,
    pub(super) parts: Vec<String>,
    pub(super) exactly: bool,
}

impl Table {
    /// Reads the CSV tables of a release.
    pub(super) fn read_all(folder: &Path) -> Vec<Self> {
        let mut tables = Vec::new();
        for name in crate::files::names(folder) {
            if let Some(id) = name.strip_suffix(".csv") {
                tables.push(Self::parse(id, &fs::read_to_string(folder.join(&name)).unwrap()));
            }
        }
        tables
    }

    /// Reads one table.
    pub(super) fn parse(id: &str, text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let count = headings.iter().position(|heading| heading == "count").unwrap();
        // Each side has a code and two labels.
        let sides: Vec<String> = headings[..count].iter().step_by(3).cloned().collect();
        let mut cells = BTreeMap::new();
        for row in reader.records() {
            let row = row.unwrap();
            let coordinates = (0..sides.len()).map(|side| row[side * 3].to_owned()).collect();
            let value = match &row[count + 1] {
                "published" => Some(row[count].parse().unwrap()),
                "suppressed" => {
                    assert_eq!(&row[count], "", "{id}: a withheld count is written");
                    None
                }
                status => panic!("{id}: status {status}"),
            };
            assert!(cells.insert(coordinates, value).is_none(), "{id}: a cell stands twice");
        }
        Self { id: id.to_owned(), sides, cells }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn counts(&self) -> impl Iterator<Item = Option<u64>> {
        self.cells.values().copied()
    }

    /// The codes of a side, in the table's alphabetical order, without its total.
    fn parts(&self, side: usize) -> BTreeSet<&String> {
        self.cells.keys().map(|cell| &cell[side]).filter(|code| *code != TOTAL).collect()
    }
}

impl Knowledge {
    /// Puts tables together. `stages` are the codes of the funnel's stages in order.
    pub(super) fn of(tables: &[Table], stages: &[&str]) -> Self {
        let mut all = Self::default();
        for table in tables {
            for (cell, count) in &table.cells {
                all.tell(quantity(&table.id, cell, stages), *count);
            }
            for side in 0..table.sides.len() {
                all.relate(table, side, stages);
            }
        }
        all
    }

    /// The same quantity in two tables: what either publishes is known.
    fn tell(&mut self, name: String, count: Option<u64>) {
        let known = self.counts.entry(name.clone()).or_default();
        if let (Some(one), Some(other)) = (*known, count) {
            assert_eq!(one, other, "two tables publish different counts of {name}");
        }
        *known = known.or(count);
    }

    fn relate(&mut self, table: &Table, side: usize, stages: &[&str]) {
        for cell in table.cells.keys() {
            let beside = |code: &str| {
                let mut other = cell.clone();
                code.clone_into(&mut other[side]);
                other
            };
            let named = |code: &str| quantity(&table.id, &beside(code), stages);
            let relation = match table.sides[side].as_str() {
                STAGE => {
                    let Some(next) = stages.iter().skip_while(|stage| **stage != cell[side]).nth(1) else {
                        continue;
                    };
                    Relation { whole: named(&cell[side]), parts: vec![named(next)], exactly: false }
                }
                _ if cell[side] != TOTAL => continue,
                kind => Relation {
                    whole: named(TOTAL),
                    parts: table.parts(side).into_iter().map(|code| named(code)).collect(),
                    exactly: kind != OUTCOME,
                },
            };
            for name in relation.parts.iter().chain([&relation.whole]) {
                assert!(self.counts.contains_key(name), "{name} is nowhere");
            }
            self.relations.insert(relation);
        }
    }
}

/// The name of what a cell counts. The definitions of the indicators say which are the same:
/// persons by the stage they reached stand in seven indicators.
fn quantity(table: &str, cell: &[String], stages: &[&str]) -> String {
    let whole = |part: &String| part == TOTAL;
    let reached = |stage: usize| format!("reached {} at {}", stages[stage], cell[0]);
    let taken = 3;
    match (table.split('-').next().unwrap_or(table), cell) {
        ("I12a", [_]) => reached(0),
        ("I16", [_, stage]) => {
            // A total over the stages would be the first of them.
            reached(stages.iter().position(|code| code == stage).unwrap_or(0))
        }
        ("I14", [_, outcome]) => reached(if whole(outcome) { 1 } else { 2 }),
        ("I15", [_, outcome]) => reached(if whole(outcome) { 2 } else { taken }),
        ("I20", [_, outcome]) => reached(if whole(outcome) { 1 } else { taken }),
        ("I11", [_]) => reached(taken),
        ("I37", [first, gender]) if whole(first) && !whole(gender) => format!("taken, {gender}"),
        ("I37", [sector, gender]) if whole(sector) && whole(gender) => reached(taken),
        ("I30a" | "I55a", [_, outcome]) if whole(outcome) => reached(taken),
        _ => format!("{table} {}", cell.join(" ")),
    }
}
