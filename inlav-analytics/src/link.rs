//! Linking persons across PUA: two records that share a token of a strong document are one
//! person, whatever their register numbers.

use std::collections::BTreeMap;

/// A pseudonym or token.
pub type Pseudonym = [u8; 16];

/// A person's record at one PUA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// Index of the PUA, to tell equal register pseudonyms of two PUA apart.
    pub site: usize,
    /// The PUA's own pseudonym of the person.
    pub site_person_id: Pseudonym,
    /// Tokens of documents, each with the index of its column.
    pub tokens: Vec<(usize, Pseudonym)>,
}

/// Which records are one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// For each record, in the order given, the person's number: dense, from 0.
    pub person_numbers: Vec<u32>,
    /// Number of persons.
    pub persons: u32,
    /// Persons that have two different tokens in one column: two documents of the same kind,
    /// or two people joined by a shared one. To be looked at by the PUA concerned.
    pub conflicts: usize,
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
pub fn link(records: &[PersonRecord]) -> Result<Links, TooManyPersons> {
    let mut components = Components::new(records.len());
    let mut first_with: BTreeMap<(usize, Pseudonym), usize> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        for token in &record.tokens {
            let first = *first_with.entry(*token).or_insert(index);
            components.join(first, index);
        }
    }

    let mut members: BTreeMap<usize, Vec<(usize, &PersonRecord)>> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        members.entry(components.root(index)).or_default().push((index, record));
    }
    let mut persons: Vec<_> = members.into_values().collect();
    persons.sort_by_cached_key(|records| {
        let token = records.iter().flat_map(|(_, record)| record.tokens.iter().copied()).min();
        let own = records.iter().map(|(_, record)| (record.site_person_id, record.site)).min();
        (token.map(|(column, token)| (token, column)), own)
    });

    let mut person_numbers = vec![0; records.len()];
    for (number, records) in persons.iter().enumerate() {
        let number = u32::try_from(number).map_err(|_| TooManyPersons)?;
        for (index, _) in records {
            if let Some(slot) = person_numbers.get_mut(*index) {
                *slot = number;
            }
        }
    }
    Ok(Links {
        person_numbers,
        persons: u32::try_from(persons.len()).map_err(|_| TooManyPersons)?,
        conflicts: persons.iter().filter(|records| has_conflict(records)).count(),
    })
}

fn has_conflict(records: &[(usize, &PersonRecord)]) -> bool {
    let mut by_column: BTreeMap<usize, Pseudonym> = BTreeMap::new();
    records
        .iter()
        .flat_map(|(_, record)| &record.tokens)
        .any(|(column, token)| *by_column.entry(*column).or_insert(*token) != *token)
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

    fn record(site: usize, own: u8, tokens: &[(usize, u8)]) -> PersonRecord {
        PersonRecord {
            site,
            site_person_id: [own; 16],
            tokens: tokens.iter().map(|(column, byte)| (*column, [*byte; 16])).collect(),
        }
    }

    #[test]
    fn records_are_linked_through_any_document_transitively() {
        let links = link(&[
            record(0, 1, &[(0, 10)]),
            record(1, 1, &[(0, 10), (1, 20)]),
            record(2, 1, &[(1, 20)]),
            record(2, 2, &[(0, 20)]),
            record(2, 3, &[]),
        ])
        .unwrap();
        assert_eq!(links.persons, 3);
        assert_eq!(links.person_numbers[0], links.person_numbers[2]);
        assert_ne!(links.person_numbers[0], links.person_numbers[3]);
        assert_eq!(links.conflicts, 0);
    }

    #[test]
    fn numbers_do_not_depend_on_the_order_of_records() {
        let records = [record(0, 9, &[(0, 3)]), record(1, 2, &[]), record(1, 5, &[(2, 1)])];
        let forward = link(&records).unwrap().person_numbers;
        let mut reversed: Vec<_> = records.to_vec();
        reversed.reverse();
        let mut backward = link(&reversed).unwrap().person_numbers;
        backward.reverse();
        assert_eq!(forward, backward);
    }

    #[test]
    fn two_documents_of_one_kind_are_a_conflict() {
        let links = link(&[record(0, 1, &[(0, 10), (1, 5)]), record(1, 1, &[(0, 11), (1, 5)])]).unwrap();
        assert_eq!((links.persons, links.conflicts), (1, 1));
    }

    #[test]
    fn equal_register_pseudonyms_of_two_sites_are_two_persons() {
        assert_eq!(link(&[record(0, 1, &[]), record(1, 1, &[])]).unwrap().persons, 2);
    }
}
