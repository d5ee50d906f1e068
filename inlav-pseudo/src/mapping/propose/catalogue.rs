//! What the registry calls its tables and columns, ready to be compared.

use inlav_core::codes::CodeLists;
use inlav_core::identifiers::IdType;
use inlav_core::registry::{self, Column, Kind, Table};

use super::likeness::{PERHAPS, SURE, Words};

/// How alike a heading is to a column whose own name it is.
pub(super) const OWN_NAME: f64 = 1.001;
/// The first names of a column are its own: its name and its two labels.
const OWN_NAMES: usize = 3;

/// The names of all tables and columns, and the code lists.
pub(super) struct Catalogue<'l> {
    tables: Vec<Entry>,
    lists: &'l CodeLists,
}

struct Entry {
    table: &'static Table,
    names: Vec<Words>,
    columns: Vec<(&'static Column, Vec<Words>)>,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    /// The table.
    pub(super) table: &'static Table,
    /// The column.
    pub(super) column: &'static Column,
}

impl<'l> Catalogue<'l> {
    /// The registry's, with the code lists of a programme.
    pub(super) fn new(lists: &'l CodeLists) -> Self {
        let entry = |table: &'static Table| {
            let names =
                [table.name, table.label_it, table.label_en].into_iter().chain(table.aliases.iter().copied());
            let columns = table.columns.iter().map(|column| {
                let called = [column.name, column.label_it, column.label_en].into_iter();
                (column, called.chain(column.aliases.iter().copied()).map(Words::of_heading).collect())
            });
            Entry { table, names: names.map(Words::of_label).collect(), columns: columns.collect() }
        };
        Self { tables: registry::tables().iter().map(entry).collect(), lists }
    }

    /// The code lists.
    pub(super) const fn lists(&self) -> &'l CodeLists {
        self.lists
    }

    /// Learns what this export calls the numbers of persons and cases: whatever refers to them is
    /// often called the same.
    pub(super) fn learn(&mut self, number: IdType, heading: &Words) {
        for (column, names) in self.tables.iter_mut().flat_map(|entry| &mut entry.columns) {
            if column.kind == Kind::Reference(number) {
                names.push(heading.clone());
            }
        }
    }

    /// The columns of a table and how alike a heading is to each.
    pub(super) fn likeness<'a>(
        &'a self,
        table: &'a Table,
        heading: &'a Words,
    ) -> impl Iterator<Item = (Target, f64)> + 'a {
        self.tables.iter().filter(|entry| entry.table.name == table.name).flat_map(move |entry| {
            let target = |column| Target { table: entry.table, column };
            entry.columns.iter().map(move |(column, names)| (target(column), most(names, heading)))
        })
    }

    /// How alike a heading is to a column.
    pub(super) fn likeness_to(&self, target: Target, heading: &Words) -> f64 {
        let entry = self.tables.iter().find(|entry| entry.table.name == target.table.name);
        let columns = entry.map(|entry| entry.columns.as_slice()).unwrap_or_default();
        let names = columns.iter().find(|(column, _)| column.name == target.column.name);
        names.map_or(0.0, |(_, names)| most(names, heading))
    }

    /// How alike a heading is to the column that it is most alike to, in any table.
    pub(super) fn most(&self, heading: &Words) -> f64 {
        let all = self.tables.iter().flat_map(|entry| self.likeness(entry.table, heading));
        all.map(|(_, likeness)| likeness).fold(0.0, f64::max)
    }

    /// In how many tables a heading is at home.
    pub(super) fn homes(&self, heading: &Words) -> u32 {
        let is_home =
            |entry: &&Entry| self.likeness(entry.table, heading).any(|(_, likeness)| likeness >= SURE);
        u32::try_from(self.tables.iter().filter(is_home).count()).unwrap_or(1).max(1)
    }

    /// How much headings, each with its number of homes, speak for a table, and how many of its
    /// columns they may be. Headings that many tables have say less.
    pub(super) fn affinity<'a>(
        &self,
        table: &Table,
        headings: impl Iterator<Item = (&'a Words, u32)>,
    ) -> (f64, usize) {
        let mut best: Vec<(&Column, f64)> = Vec::new();
        for (heading, homes) in headings {
            let rarity = 1.0 / f64::from(homes);
            for (target, likeness) in
                self.likeness(table, heading).filter(|(_, likeness)| *likeness >= PERHAPS)
            {
                match best.iter_mut().find(|(column, _)| column.name == target.column.name) {
                    Some((_, most)) => *most = most.max(likeness * rarity),
                    None => best.push((target.column, likeness * rarity)),
                }
            }
        }
        (best.iter().map(|(_, speaks)| speaks).sum(), best.len())
    }

    /// The table whose name most of the words of a file or sheet are, if there is one.
    pub(super) fn named(&self, name: &Words) -> Option<&'static Table> {
        let held = |entry: &Entry| entry.names.iter().filter_map(|own| name.holds(own)).max();
        let best = self.tables.iter().filter_map(|entry| Some((entry.table, held(entry)?)));
        best.max_by_key(|(_, words)| *words).map(|(table, _)| table)
    }
}

/// The greatest likeness; a little more than 1 for the column's own name and labels, which win over
/// other words for it.
fn most(names: &[Words], heading: &Words) -> f64 {
    let likeness = |(at, name): (usize, &Words)| match heading.likeness(name) {
        likeness if likeness >= 1.0 && at < OWN_NAMES => OWN_NAME,
        likeness => likeness,
    };
    names.iter().enumerate().map(likeness).fold(0.0, f64::max)
}
