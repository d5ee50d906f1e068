//! Which units are in which cell: sets of units, by kind, over all questions of a session.

use std::collections::{BTreeMap, BTreeSet};

use crate::disclosure::Row;

/// All units that questions met, by kind.
#[derive(Debug, Default)]
pub(super) struct Universe {
    kinds: BTreeMap<&'static str, Units>,
}

/// The units of one kind.
#[derive(Default)]
pub(super) struct Units {
    places: BTreeMap<u64, usize>,
    /// Unit and person at each place.
    members: Vec<(u64, u64)>,
    /// The PUA at which each was seen.
    sites: Vec<BTreeSet<usize>>,
}

/// A set of units of one kind, by place.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Set {
    words: Vec<u64>,
    count: usize,
}

impl Universe {
    /// The units of a kind.
    pub(super) fn of(&mut self, kind: &'static str) -> &mut Units {
        self.kinds.entry(kind).or_default()
    }

    /// The units of a kind, if any was met.
    pub(super) fn known(&self, kind: &str) -> Option<&Units> {
        self.kinds.get(kind)
    }
}

impl Units {
    /// The place of a unit, which is the same from now on.
    pub(super) fn place(&mut self, unit: u64, person: u64) -> usize {
        *self.places.entry(unit).or_insert_with(|| {
            self.members.push((unit, person));
            self.sites.push(BTreeSet::new());
            self.members.len() - 1
        })
    }

    /// Remembers that a unit was seen at a PUA.
    pub(super) fn seen_at(&mut self, place: usize, site: usize) {
        if let Some(sites) = self.sites.get_mut(place) {
            sites.insert(site);
        }
    }

    /// Whether a unit was seen at a PUA.
    pub(super) fn is_seen_at(&self, place: usize, site: usize) -> bool {
        self.sites.get(place).is_some_and(|sites| sites.contains(&site))
    }

    /// The members of a set that were seen at a PUA.
    pub(super) fn at(&self, set: &Set, site: usize) -> Set {
        set.iter().filter(|&place| self.is_seen_at(place, site)).collect()
    }

    /// The PUA at which a set was seen.
    pub(super) fn sites_of(&self, set: &Set) -> BTreeSet<usize> {
        set.iter().filter_map(|place| self.sites.get(place)).flatten().copied().collect()
    }

    /// The distinct persons behind a set.
    pub(super) fn persons(&self, set: &Set) -> BTreeSet<u64> {
        set.iter().filter_map(|place| self.members.get(place)).map(|(_, person)| *person).collect()
    }

    /// Whether 1 to `threshold` − 1 distinct persons are behind a set.
    pub(super) fn is_thin(&self, set: &Set, threshold: u64) -> bool {
        let mut persons = BTreeSet::new();
        for place in set.iter() {
            if let Some((_, person)) = self.members.get(place) {
                persons.insert(*person);
            }
            if u64::try_from(persons.len()).is_ok_and(|found| found >= threshold) {
                return false;
            }
        }
        !persons.is_empty()
    }

    /// The units of a set beyond the first of each person.
    pub(super) fn further(&self, set: &Set) -> Set {
        let mut met = BTreeSet::new();
        let is_further =
            |place: &usize| self.members.get(*place).is_some_and(|(_, person)| !met.insert(*person));
        set.iter().filter(is_further).collect()
    }

    /// The most units that one person has.
    pub(super) fn most_of_a_person(&self) -> usize {
        let mut units: BTreeMap<u64, usize> = BTreeMap::new();
        for (_, person) in &self.members {
            *units.entry(*person).or_default() += 1;
        }
        units.into_values().max().unwrap_or(1)
    }

    /// A set as rows of a table, each at the leaves that `leaves` says.
    pub(super) fn rows(&self, set: &Set, leaves: impl Fn(usize) -> Vec<usize>) -> Vec<Row> {
        let row = |place: usize| {
            let (unit, person) = *self.members.get(place)?;
            Some(Row { unit, person, leaves: leaves(place) })
        };
        set.iter().filter_map(row).collect()
    }
}

impl std::fmt::Debug for Units {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Units(unprotected)")
    }
}

impl std::fmt::Debug for Set {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Set(unprotected)")
    }
}

impl Set {
    pub(super) fn insert(&mut self, place: usize) {
        let (word, bit) = (place / 64, 1 << (place % 64));
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word)
            && *word & bit == 0
        {
            *word |= bit;
            self.count += 1;
        }
    }

    pub(super) fn contains(&self, place: usize) -> bool {
        self.words.get(place / 64).is_some_and(|word| word & (1 << (place % 64)) != 0)
    }

    pub(super) const fn len(&self) -> usize {
        self.count
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let words = self.words.iter().enumerate();
        words.flat_map(|(at, &word)| {
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| at * 64 + bit)
        })
    }

    /// Whether every member is one of `other`.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.count <= other.count
            && (self.words.iter().enumerate())
                .all(|(at, word)| word & !other.words.get(at).copied().unwrap_or(0) == 0)
    }

    /// The members that `other` has not.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut words: Vec<u64> = (self.words.iter().enumerate())
            .map(|(at, word)| word & !other.words.get(at).copied().unwrap_or(0))
            .collect();
        while words.last() == Some(&0) {
            words.pop();
        }
        let count = words.iter().map(|word| word.count_ones() as usize).sum();
        Self { words, count }
    }
}

impl FromIterator<usize> for Set {
    fn from_iter<I: IntoIterator<Item = usize>>(places: I) -> Self {
        let mut set = Self::default();
        places.into_iter().for_each(|place| set.insert(place));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_those_of_the_textbook() {
        let set = |places: &[usize]| places.iter().copied().collect::<Set>();
        let (large, small) = (set(&[1, 5, 64, 200]), set(&[5, 64]));
        assert!(small.is_within(&large) && !large.is_within(&small));
        assert_eq!(large.without(&small), set(&[1, 200]));
        assert_eq!(large.without(&set(&[200])), set(&[1, 5, 64]), "equal sets are equal");
        assert_eq!((large.len(), set(&[]).len(), set(&[3, 3]).len()), (4, 0, 1));
        assert_eq!(large.iter().collect::<Vec<_>>(), [1, 5, 64, 200]);
        assert!(large.contains(200) && !large.contains(201) && !large.contains(1000));
    }

    #[test]
    fn thin_is_counted_in_persons() {
        let mut units = Units::default();
        let places: Vec<usize> = (0..30).map(|unit| units.place(unit, unit / 10)).collect();
        let set = |range: std::ops::Range<usize>| places[range].iter().copied().collect::<Set>();
        assert!(units.is_thin(&set(0..30), 4), "30 rows of 3 persons");
        assert!(!units.is_thin(&set(0..30), 3));
        assert!(!units.is_thin(&Set::default(), 3), "nobody");
        assert_eq!(units.further(&set(0..30)).len(), 27);
        assert_eq!(units.most_of_a_person(), 10);
    }
}
