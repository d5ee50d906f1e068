//! Answers given so far, and the protection of a new one jointly with all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::differences::{Difference, Search};
use super::sets::{Set, Universe};
use super::tables::{Counts, Draft, Place};
use crate::disclosure::{CountTable, Publication, Published, ReleasePolicy, Released, TableError, protect};

/// How often a table stands in the joint system whose published cells can no longer be withheld:
/// what many tables show is worth more to the defender than what one shows. It is a preference and
/// no proof; whether all of these cells stayed published is looked at afterwards.
const COPIES: usize = 4;

/// The answers of a session, with what disclosure control has to know of them.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) universe: Universe,
    earlier: Vec<Earlier>,
    differences: Vec<Difference>,
    /// Answers by the meaning of the question.
    answers: BTreeMap<String, Protected>,
}

/// A table that was answered from.
#[derive(Debug)]
pub(super) struct Earlier {
    pub(super) draft: Draft,
    /// The cells that were published.
    published: BTreeSet<Vec<usize>>,
}

/// What is published of the counts of a question: for each measure and row of the answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Protected {
    pub(super) values: Vec<BTreeMap<Vec<usize>, Published>>,
    pub(super) categories: Vec<Vec<String>>,
}

impl Earlier {
    /// The cells whose counts are known from the answer: those published, and margins of which every
    /// part is.
    pub(super) fn known(&self) -> impl Iterator<Item = (&Vec<usize>, &Set)> {
        self.draft.cells.iter().filter(|(cell, _)| {
            let is_part = |other: &Vec<usize>| other.iter().zip(*cell).all(|(own, of)| *of == 0 || own == of);
            self.published.contains(*cell)
                || (!self.draft.asked.contains(*cell)
                    && self
                        .draft
                        .asked
                        .iter()
                        .filter(|part| is_part(part))
                        .all(|part| self.published.contains(part)))
        })
    }
}

impl Record {
    /// The answer to a question that was asked before.
    pub(super) fn answered(&self, meaning: &str) -> Option<&Protected> {
        self.answers.get(meaning)
    }

    /// Protects the counts of a new question jointly with all earlier answers, and remembers the
    /// answer.
    ///
    /// # Guarantee
    /// Every value shown comes from [`Released`] tables of one call of [`protect`] over this answer,
    /// all earlier ones as they were published, and the differences between them. Where no such
    /// protection is found the whole answer is withheld.
    pub(super) fn answer(
        &mut self,
        meaning: String,
        counts: Counts,
        policy: &ReleasePolicy,
        sites: &[String],
    ) -> Result<Protected, TableError> {
        let search = Search {
            universe: &self.universe,
            threshold: policy.minimum_persons(),
            sites,
            insiders: policy.insiders(),
        };
        let found = search.run(&counts, &self.earlier);
        let mut differences = found.differences;
        let released = self.protect(&counts.drafts, &found.withheld, &differences, policy, sites)?;
        let value = |(draft, cell): &Place| {
            let released = released.as_ref()?;
            let table = released.tables.iter().find(|table| table.id == new_id(*draft))?;
            Some(table.cell(cell)?.value)
        };
        let values: Vec<BTreeMap<Vec<usize>, Published>> = (counts.places.iter())
            .map(|places| {
                let of_row = |(row, place): (&Vec<usize>, &Place)| {
                    (row.clone(), value(place).unwrap_or(Published::Suppressed))
                };
                places.iter().map(of_row).collect()
            })
            .collect();
        let protected = Protected { values, categories: counts.categories };
        // The ledger's place: what is released is recorded here, before anybody sees it.
        for (at, draft) in counts.drafts.into_iter().enumerate() {
            let shown = draft
                .asked
                .iter()
                .filter(|cell| matches!(value(&(at, (*cell).clone())), Some(Published::Shown(_))));
            let published = shown.cloned().collect();
            self.earlier.push(Earlier { draft, published });
        }
        self.differences.append(&mut differences);
        self.answers.insert(meaning, protected.clone());
        Ok(protected)
    }

    /// One call of disclosure control over everything; `None` if the new answer cannot be protected
    /// without withholding what is published already.
    fn protect(
        &self,
        drafts: &[Draft],
        withheld: &BTreeSet<Place>,
        differences: &[Difference],
        policy: &ReleasePolicy,
        sites: &[String],
    ) -> Result<Option<Released<Publication>>, TableError> {
        let mut tables = Vec::new();
        for (at, draft) in drafts.iter().enumerate() {
            let shown =
                |cell: &[usize]| draft.asked.contains(cell) && !withheld.contains(&(at, cell.to_vec()));
            tables.push(tally(new_id(at), draft, shown)?);
        }
        // Units of different kinds are never the same: answers about others have no cell in common.
        let kinds: BTreeSet<&str> = drafts.iter().map(|draft| draft.kind).collect();
        let mut fixed = BTreeSet::new();
        let earlier = self.earlier.iter().filter(|earlier| kinds.contains(earlier.draft.kind));
        for (at, Earlier { draft, published }) in earlier.enumerate() {
            for copy in 0..COPIES {
                let id = format!("earlier {at} {copy}");
                tables.push(tally(id.clone(), draft, |cell| published.contains(cell))?);
                fixed.insert(id);
            }
        }
        let known = self.differences.iter().filter(|difference| kinds.contains(difference.kind));
        for (at, difference) in known.chain(differences).enumerate() {
            let copies = if difference.is_whole_public { COPIES } else { 1 };
            for copy in 0..copies {
                let id = format!("difference {at} {copy}");
                tables.push(difference.table(id.clone(), &self.universe, sites)?);
                fixed.insert(id);
            }
        }
        let Ok(released) = protect(&tables, &[], policy) else { return Ok(None) };
        let stays = (released.tables.iter().filter(|table| fixed.contains(&table.id)))
            .flat_map(|table| &table.cells)
            .all(|cell| matches!(cell.value, Published::Shown(_)));
        Ok(stays.then_some(released))
    }
}

fn new_id(draft: usize) -> String {
    format!("answer {draft}")
}

fn tally(id: String, draft: &Draft, shown: impl Fn(&[usize]) -> bool) -> Result<CountTable, TableError> {
    let (dimensions, rows) = (draft.dimensions.clone(), draft.rows.clone());
    match &draft.proof {
        Some(proof) => CountTable::tally_without_persons(id, draft.kind, dimensions, rows, shown, proof),
        None => CountTable::tally(id, draft.kind, dimensions, rows, shown),
    }
}
