//! Wide sheets: one row per case, with the columns of several tables side by side.
//!
//! A row belongs to a table if one of the table's own columns has a text in it. A person or case
//! with rows of other tables beside it stands in several rows: the first one counts, and a later
//! one must say the same or leave the cells blank. Remembered are 40 bytes per person or case.

use std::collections::BTreeMap;

use super::batches::Plan;
use super::headings::Layout;
use super::row::Row;
use crate::fingerprint::Fingerprint;
use crate::mapping::key;
use inlav_core::registry::{Kind, Table};
use inlav_core::text::clean;

/// Which rows of a wide sheet are rows of a table. Debug is redacted: fingerprints stand for
/// register numbers.
#[derive(Clone)]
pub(super) struct Share {
    /// Positions in the layout of the columns that are the table's own; what refers to another
    /// table is not.
    own: Vec<usize>,
    /// Position in the layout of the number by which other tables of the sheet know a row.
    number: Option<usize>,
    seen: BTreeMap<Fingerprint, (Fingerprint, u64)>,
}

/// What a row of the sheet is to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A row of the table.
    New,
    /// None: all cells of the table are blank.
    Blank,
    /// One that was there already.
    Same,
    /// One that was there already and said something else.
    Different {
        /// Number of the first row.
        first: u64,
    },
}

impl Share {
    /// How a table shares a sheet with the tables `others`.
    pub(super) fn new(table: &Table, layout: &Layout, others: &[&Table]) -> Self {
        let columns = || (0..).zip(layout.columns.iter().map(|(_, column)| column));
        let is_reference = |kind| matches!(kind, Kind::Reference(_));
        let own = columns().filter(|(_, column)| !is_reference(column.kind)).map(|(at, _)| at).collect();
        let number = columns().find_map(|(at, column)| {
            let Kind::Key(id) = column.kind else { return None };
            let refers = |other: &&Table| other.columns.iter().any(|c| c.kind == Kind::Reference(id));
            (table.key().is_some_and(|key| key.name == column.name) && others.iter().any(refers))
                .then_some(at)
        });
        Self { own, number, seen: BTreeMap::new() }
    }

    /// Whether all cells of the table are blank in a row.
    pub(super) fn is_blank(&self, row: &Row, layout: &Layout) -> bool {
        self.own.iter().all(|at| cell(row, layout, *at).is_none())
    }

    /// What a row is to the table, whose plan is given.
    pub(super) fn judge(&mut self, row: &Row, plan: &Plan) -> Verdict {
        let cell = |at| cell(row, &plan.layout, at);
        if self.is_blank(row, &plan.layout) {
            return Verdict::Blank;
        }
        let Some(number) = self.number.and_then(cell) else { return Verdict::New };
        let others = || self.own.iter().filter(|at| Some(**at) != self.number);
        let is_blank = others().all(|at| cell(*at).is_none());
        let rest = Fingerprint::of_parts(others().map(|at| {
            let text = cell(*at).unwrap_or("");
            let words = plan.words.get(*at).and_then(Option::as_ref);
            words.and_then(|words| words.get(&key(text)).cloned()).unwrap_or_else(|| clean(text))
        }));
        let number = Fingerprint::of_parts([clean(number)]);
        match self.seen.get(&number) {
            None => {
                self.seen.insert(number, (rest, row.number()));
                Verdict::New
            }
            Some((before, _)) if is_blank || *before == rest => Verdict::Same,
            Some((_, first)) => Verdict::Different { first: *first },
        }
    }
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({} columns, redacted)", self.own.len())
    }
}

/// The cell of a column of the layout, if there is something in it.
fn cell<'a>(row: &'a Row, layout: &Layout, at: usize) -> Option<&'a str> {
    let (index, _) = layout.columns.get(at)?;
    Some(row.cell(*index)).filter(|cell| !cell.trim().is_empty())
}

#[cfg(test)]
mod tests;
