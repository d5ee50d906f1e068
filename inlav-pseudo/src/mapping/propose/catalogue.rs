//! What the registry calls its tables and columns, ready to be compared.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use inlav_core::codes::CodeLists;
use inlav_core::identifiers::IdType;
use inlav_core::registry::{self, Column, Kind, Table};

use super::likeness::{PERHAPS, SURE, Words};
use crate::mapping::key;

/// How alike a heading is to a column whose own name it is.
pub(super) const OWN_NAME: f64 = 1.001;
/// What a name counts that only offices use.
const USUAL: f64 = 0.98;
/// The first names of a column are its own: its name and its two labels.
const OWN_NAMES: usize = 3;

/// The names of all tables and columns, and the code lists.
pub(super) struct Catalogue<'l> {
    tables: Vec<Entry>,
    lists: &'l CodeLists,
    /// The columns' own names, folded.
    names: BTreeSet<String>,
    /// Every word of the columns' names that says something.
    words: BTreeSet<String>,
    /// How alike headings are to every column, which is asked again and again.
    measured: RefCell<BTreeMap<String, Rc<[f64]>>>,
}

struct Entry {
    table: &'static Table,
    /// Number of columns in the tables before.
    first: usize,
    names: Vec<Words>,
    columns: Vec<Names>,
}

/// What a column is called.
struct Names {
    column: &'static Column,
    /// By the registry.
    own: Vec<Words>,
    /// By offices, which may mean another column too.
    usual: Vec<Words>,
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
                let item = column.item.and_then(|(list, code)| lists.named(list)?.find(code));
                let called = [column.name, column.label_it, column.label_en].into_iter();
                let called = called
                    .chain(column.aliases.iter().copied())
                    .chain(item.into_iter().flat_map(|item| [item.label_it.as_str(), &item.label_en]));
                let usual = registry::usual_headings(table, column).map(Words::of_heading);
                Names { column, own: called.map(Words::of_heading).collect(), usual: usual.collect() }
            });
            Entry { table, first: 0, names: names.map(Words::of_label).collect(), columns: columns.collect() }
        };
        let mut tables: Vec<Entry> = registry::tables().iter().map(entry).collect();
        let mut first = 0;
        for entry in &mut tables {
            entry.first = first;
            first += entry.columns.len();
        }
        let columns = || tables.iter().flat_map(|entry| &entry.columns);
        let all = columns().flat_map(|names| names.own.iter().chain(&names.usual));
        let words = all.flat_map(Words::telling).map(str::to_owned).collect();
        let names = columns().map(|names| key(names.column.name)).collect();
        Self { tables, lists, names, words, measured: RefCell::default() }
    }

    /// The code lists.
    pub(super) const fn lists(&self) -> &'l CodeLists {
        self.lists
    }

    /// Whether a heading is the name of a column, letter by letter: `delphi_1_01` has as many digits as
    /// somebody's number, and is none.
    pub(super) fn has_name(&self, heading: &str) -> bool {
        self.names.contains(&key(heading))
    }

    /// Learns what this export calls the numbers of persons and cases: whatever refers to them is
    /// often called the same.
    pub(super) fn learn(&mut self, number: IdType, heading: &Words) {
        self.words.extend(heading.telling().map(str::to_owned));
        self.measured.take();
        for names in self.tables.iter_mut().flat_map(|entry| &mut entry.columns) {
            if names.column.kind == Kind::Reference(number) {
                names.own.push(heading.clone());
            }
        }
    }

    /// The columns of a table and how alike a heading is to each.
    pub(super) fn likeness<'a>(
        &'a self,
        table: &'a Table,
        heading: &'a Words,
    ) -> impl Iterator<Item = (Target, f64)> + 'a {
        let measured = self.measured(heading);
        self.tables.iter().filter(|entry| entry.table.name == table.name).flat_map(move |entry| {
            let measured = Rc::clone(&measured);
            (entry.first..).zip(&entry.columns).map(move |(at, names)| {
                let target = Target { table: entry.table, column: names.column };
                (target, measured.get(at).copied().unwrap_or(0.0))
            })
        })
    }

    /// How alike a heading is to a column.
    pub(super) fn likeness_to(&self, target: Target, heading: &Words) -> f64 {
        let mut columns = self.likeness(target.table, heading);
        columns
            .find(|(other, _)| other.column.name == target.column.name)
            .map_or(0.0, |(_, likeness)| likeness)
    }

    /// How alike a heading is to every column of every table.
    fn measured(&self, heading: &Words) -> Rc<[f64]> {
        let key = heading.key();
        if let Some(measured) = self.measured.borrow().get(&key) {
            return Rc::clone(measured);
        }
        let columns = self.tables.iter().flat_map(|entry| &entry.columns);
        // Most of what is looked at for headings are cells that have no word of any.
        let measured: Rc<[f64]> = if heading.may_be_among(&self.words) {
            columns.map(|names| names.likeness(heading)).collect()
        } else {
            columns.map(|_| 0.0).collect()
        };
        self.measured.borrow_mut().insert(key, Rc::clone(&measured));
        measured
    }

    /// How alike a heading is to the column that it is most alike to, in any table.
    pub(super) fn most(&self, heading: &Words) -> f64 {
        self.measured(heading).iter().copied().fold(0.0, f64::max)
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

impl Names {
    /// The greatest likeness; a little more than 1 for the column's own name and labels, which win
    /// over other words for it, and a little less than 1 for what only offices call it.
    fn likeness(&self, heading: &Words) -> f64 {
        let own = |(at, name): (usize, &Words)| match heading.likeness(name) {
            likeness if likeness >= 1.0 && at < OWN_NAMES => OWN_NAME,
            likeness => likeness,
        };
        let own = self.own.iter().enumerate().map(own);
        own.chain(self.usual.iter().map(|name| heading.likeness(name) * USUAL)).fold(0.0, f64::max)
    }
}
