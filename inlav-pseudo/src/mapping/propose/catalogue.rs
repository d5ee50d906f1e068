//! What the registry calls its tables and columns, ready to be compared.

use inlav_core::registry::{self, Column, Table};

use super::likeness::{PERHAPS, SURE, Words};

/// The names of all tables and columns.
pub(super) struct Catalogue {
    tables: Vec<Entry>,
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

impl Catalogue {
    /// The registry's.
    pub(super) fn new() -> Self {
        let entry = |table: &'static Table| {
            let names =
                [table.name, table.label_it, table.label_en].into_iter().chain(table.aliases.iter().copied());
            let columns = table.columns.iter().map(|column| {
                let called = [column.name, column.label_it, column.label_en].into_iter();
                (column, called.chain(column.aliases.iter().copied()).map(Words::of_heading).collect())
            });
            Entry { table, names: names.map(Words::of_label).collect(), columns: columns.collect() }
        };
        Self { tables: registry::tables().iter().map(entry).collect() }
    }

    /// The columns of a table and how alike a heading is to each.
    pub(super) fn likeness<'a>(
        &'a self,
        table: &'a Table,
        heading: &'a Words,
    ) -> impl Iterator<Item = (Target, f64)> + 'a {
        self.tables.iter().filter(|entry| entry.table.name == table.name).flat_map(move |entry| {
            entry.columns.iter().map(move |(column, names)| {
                let most = names.iter().map(|name| heading.likeness(name)).fold(0.0, f64::max);
                (Target { table: entry.table, column }, most)
            })
        })
    }

    /// How alike a heading is to a column.
    pub(super) fn likeness_to(&self, target: Target, heading: &Words) -> f64 {
        let all = self.likeness(target.table, heading);
        all.filter(|(other, _)| other.column.name == target.column.name).map(|(_, likeness)| likeness).sum()
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
