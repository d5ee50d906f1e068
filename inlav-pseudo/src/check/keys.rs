//! Register numbers: unique in their table, known where they are referred to.

use std::collections::{BTreeMap, BTreeSet};

use inlav_core::identifiers::IdType;
use inlav_core::registry::{Column, Kind, Table};

use super::findings::Findings;
use super::row::CheckedRow;
use crate::fingerprint::Fingerprint;
use inlav_core::rule::Rule;

/// The register numbers seen so far, as fingerprints.
#[derive(Default)]
pub(super) struct Keys {
    /// Of every table read so far that numbers its rows.
    numbers: BTreeMap<IdType, BTreeSet<Fingerprint>>,
    /// References of the table that is being read to rows of itself, which may be further down.
    ahead: Vec<(Fingerprint, u64, &'static Column)>,
}

impl Keys {
    /// A table begins: from here on its numbers are known.
    pub(super) fn begin(&mut self, table: &Table) {
        if let Some(Column { kind: Kind::Key(id), .. }) = table.key() {
            self.numbers.entry(*id).or_default();
        }
    }

    /// The table has been read: what referred to rows further down is judged.
    pub(super) fn end(&mut self, table: &'static Table, findings: &mut Findings) {
        for (fingerprint, number, column) in std::mem::take(&mut self.ahead) {
            if let Kind::Reference(id) = column.kind
                && !self.knows(id, fingerprint)
            {
                findings.at(table, Some(column), Rule::UnknownReference, number);
            }
        }
    }

    fn knows(&self, id: IdType, fingerprint: Fingerprint) -> bool {
        self.numbers.get(&id).is_some_and(|numbers| numbers.contains(&fingerprint))
    }

    /// Checks the numbers of a row and remembers its key.
    pub(super) fn check(&mut self, row: &CheckedRow<'_>, findings: &mut Findings) {
        for column in row.table.columns {
            let Some(identifier) = row.identifier(column) else { continue };
            let fingerprint = Fingerprint::of(identifier);
            let broken = match column.kind {
                Kind::Key(id) => {
                    let is_new = self.numbers.entry(id).or_default().insert(fingerprint);
                    (!is_new).then_some(Rule::KeyTwice)
                }
                Kind::Reference(id) if row.table.key().is_some_and(|key| key.kind == Kind::Key(id)) => {
                    self.ahead.push((fingerprint, row.number, column));
                    None
                }
                // A table that the export does not have is told as absent.
                Kind::Reference(id) if self.numbers.contains_key(&id) => {
                    (!self.knows(id, fingerprint)).then_some(Rule::UnknownReference)
                }
                _ => None,
            };
            if let Some(rule) = broken {
                findings.broken(row, Some(column), rule);
            }
        }
    }
}
