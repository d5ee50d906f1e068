//! Linking over all PUA: two records that share a token of a strong document are one person,
//! whatever their register numbers. Operators, who have one number in the whole programme, are
//! linked the same way.

use std::collections::{BTreeMap, BTreeSet};

use inlav_core::identifiers::IdType;

/// A pseudonym or token.
pub type Pseudonym = [u8; 16];

/// A token: of one kind of document, under the key of one epoch. Only equal ones link: a token of
/// another kind or epoch has nothing in common with it but chance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// What kind of document.
    pub document: IdType,
    /// Epoch of the key.
    pub epoch: u32,
    /// The token.
    pub value: Pseudonym,
}

/// The record of a person or an operator at one PUA. Debug shows neither pseudonym nor token.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Index of the PUA, to tell equal register pseudonyms of two PUA apart.
    pub site: usize,
    /// The PUA's own pseudonym of the register number.
    pub own: Pseudonym,
    /// Tokens of documents.
    pub tokens: Vec<Token>,
}

/// Which records are one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// For each record, in the order given, the person's number: dense, from 0.
    pub numbers: Vec<u32>,
    /// Number of persons.
    pub persons: u32,
    /// Persons that have two different tokens of one kind in one epoch: two documents of the same
    /// kind, or two people joined by a shared one. To be looked at by the PUA concerned.
    pub conflicts: Vec<Conflict>,
}

/// A person with two documents of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The kind of document.
    pub document: IdType,
    /// The PUA that hold the person's records, by index.
    pub sites: BTreeSet<usize>,
}

/// More records than person numbers.
#[derive(Debug, thiserror::Error)]
#[error("more persons than can be numbered")]
pub struct TooManyPersons;

/// Links records by shared tokens, transitively (connected components).
///
/// Numbers follow the order of each person's smallest (token, register pseudonym), so they do
/// not depend on the order of the records.
///
/// # Errors
/// [`TooManyPersons`] past 2³² persons.
pub fn link(records: &[Record]) -> Result<Links, TooManyPersons> {
    let mut components = Components::new(records.len());
    let mut first_with: BTreeMap<Token, usize> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        for token in &record.tokens {
            let first = *first_with.entry(*token).or_insert(index);
            components.join(first, index);
        }
    }

    let mut members: BTreeMap<usize, Vec<(usize, &Record)>> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        members.entry(components.root(index)).or_default().push((index, record));
    }
    let mut persons: Vec<_> = members.into_values().collect();
    persons.sort_by_cached_key(|records| {
        let token = records.iter().flat_map(|(_, record)| record.tokens.iter().copied()).min();
        let own = records.iter().map(|(_, record)| (record.own, record.site)).min();
        (token.map(|token| (token.value, token)), own)
    });

    let mut numbers = vec![0; records.len()];
    let mut conflicts = Vec::new();
    for (number, records) in persons.iter().enumerate() {
        let number = u32::try_from(number).map_err(|_| TooManyPersons)?;
        for (index, _) in records {
            if let Some(slot) = numbers.get_mut(*index) {
                *slot = number;
            }
        }
        conflicts.extend(conflicts_of(records));
    }
    conflicts.sort();
    let persons = u32::try_from(persons.len()).map_err(|_| TooManyPersons)?;
    Ok(Links { numbers, persons, conflicts })
}

fn conflicts_of(records: &[(usize, &Record)]) -> Vec<Conflict> {
    let mut tokens: BTreeMap<(IdType, u32), BTreeSet<Pseudonym>> = BTreeMap::new();
    for token in records.iter().flat_map(|(_, record)| &record.tokens) {
        tokens.entry((token.document, token.epoch)).or_default().insert(token.value);
    }
    let several = tokens.into_iter().filter(|(_, values)| values.len() > 1);
    // Two epochs of one document are one conflict.
    let documents: BTreeSet<IdType> = several.map(|((document, _), _)| document).collect();
    let sites: BTreeSet<usize> = records.iter().map(|(_, record)| record.site).collect();
    documents.into_iter().map(|document| Conflict { document, sites: sites.clone() }).collect()
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token({}, {}, redacted)", self.document.name(), self.epoch)
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record({}, redacted, {:?})", self.site, self.tokens)
    }
}

/// Union–find over record indices.
struct Components(Vec<usize>);

impl Components {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut index: usize) -> usize {
        while let Some(&parent) = self.0.get(index)
            && parent != index
        {
            let grandparent = self.0.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(index) {
                *slot = grandparent;
            }
            index = grandparent;
        }
        index
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        if let Some(slot) = self.0.get_mut(high) {
            *slot = low;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: IdType = IdType::CodiceFiscale;
    const PERMIT: IdType = IdType::Permit;

    fn of(document: IdType, epoch: u32, byte: u8) -> Token {
        Token { document, epoch, value: [byte; 16] }
    }

    fn record(site: usize, own: u8, tokens: &[(IdType, u8)]) -> Record {
        let tokens = tokens.iter().map(|(document, byte)| of(*document, 2025, *byte)).collect();
        Record { site, own: [own; 16], tokens }
    }

    #[test]
    fn records_are_linked_through_any_document_transitively() {
        let links = link(&[
            record(0, 1, &[(CODE, 10)]),
            record(1, 1, &[(CODE, 10), (PERMIT, 20)]),
            record(2, 1, &[(PERMIT, 20)]),
            record(2, 2, &[(CODE, 20)]),
            record(2, 3, &[]),
        ])
        .unwrap();
        assert_eq!(links.persons, 3);
        assert_eq!(links.numbers[0], links.numbers[2]);
        assert_ne!(links.numbers[0], links.numbers[3]);
        assert_eq!(links.conflicts, []);
    }

    #[test]
    fn debug_output_is_redacted() {
        let shown = format!("{:?}", record(3, 171, &[(CODE, 205)]));
        assert_eq!(shown, "Record(3, redacted, [Token(codice-fiscale, 2025, redacted)])");
    }

    #[test]
    fn tokens_link_within_their_epoch_and_an_overlap_bridges_two() {
        let only = |site, epoch, byte| Record { site, own: [1; 16], tokens: vec![of(CODE, epoch, byte)] };
        let both = Record { site: 1, own: [1; 16], tokens: vec![of(CODE, 2025, 5), of(CODE, 2026, 6)] };
        assert_eq!(link(&[only(0, 2025, 5), only(2, 2026, 5)]).unwrap().persons, 2);
        let bridged = link(&[only(0, 2025, 5), both, only(2, 2026, 6)]).unwrap();
        assert_eq!((bridged.persons, bridged.conflicts.len()), (1, 0));
    }

    #[test]
    fn numbers_do_not_depend_on_the_order_of_records() {
        let records = [record(0, 9, &[(CODE, 3)]), record(1, 2, &[]), record(1, 5, &[(PERMIT, 1)])];
        let forward = link(&records).unwrap().numbers;
        let mut reversed: Vec<_> = records.to_vec();
        reversed.reverse();
        let mut backward = link(&reversed).unwrap().numbers;
        backward.reverse();
        assert_eq!(forward, backward);
    }

    #[test]
    fn two_documents_of_one_kind_are_a_conflict_of_their_sites() {
        let links = link(&[
            record(0, 1, &[(CODE, 10), (PERMIT, 5)]),
            record(3, 1, &[(CODE, 11), (PERMIT, 5)]),
            record(1, 1, &[(CODE, 12)]),
        ])
        .unwrap();
        assert_eq!(links.persons, 2);
        assert_eq!(links.conflicts, [Conflict { document: CODE, sites: BTreeSet::from([0, 3]) }]);
    }

    #[test]
    fn equal_register_pseudonyms_of_two_sites_are_two_persons() {
        assert_eq!(link(&[record(0, 1, &[]), record(1, 1, &[])]).unwrap().persons, 2);
    }
}
