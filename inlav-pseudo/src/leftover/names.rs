//! The names of a run's persons, as far as they have to be known again.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use inlav_core::text::{fold, is_placeholder};

use super::transliteration::transliterated;

/// Words of the longest name that is looked for.
const WORDS: usize = 6;
/// Letters of a word that is looked for apart from the name it is in: `De` of `De Luca` is not.
const SHORTEST_PART: usize = 4;
/// Bits of the filter, 2^27: 16 MiB.
const BITS: u64 = 1 << 27;
/// Places of a name in the filter.
const PLACES: u64 = 6;

/// The names of a run's persons: of each whether it is among them can be asked, and nothing else.
/// Debug is redacted.
///
/// It is a Bloom filter (B. H. Bloom, Space/time trade-offs in hash coding with allowable errors,
/// 1970) over hashes under a key of this process alone, so that 16 MiB hold the names of any number
/// of persons. A name that was added is always found. Another one is taken for one of them once in
/// 10^7 times with a million different names, once in 400 with ten million.
pub struct Names {
    bits: Vec<AtomicU64>,
    key: RandomState,
}

impl Default for Names {
    fn default() -> Self {
        let words = usize::try_from(BITS / 64).unwrap_or(usize::MAX);
        let bits = std::iter::repeat_with(AtomicU64::default).take(words).collect();
        Self { bits, key: RandomState::new() }
    }
}

impl Names {
    /// Adds a family or given name as an office wrote it, with its other spellings: without
    /// accents, in the letters of a passport, as one word, and each of its longer words. Threads
    /// may add at once.
    pub fn add(&self, name: &str) {
        if is_placeholder(name) {
            return;
        }
        for spelling in spellings(name) {
            let words: Vec<&str> = spelling.split(' ').collect();
            self.insert(&spelling);
            if words.len() > 1 {
                self.insert(&words.concat());
                words
                    .into_iter()
                    .filter(|word| word.len() >= SHORTEST_PART)
                    .for_each(|word| self.insert(word));
            }
        }
    }

    /// Whether a name stands in a text as whole words.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        spellings(text).iter().any(|spelling| {
            let words: Vec<&str> = spelling.split(' ').collect();
            (0..words.len()).any(|start| {
                (1..=WORDS)
                    .filter_map(|count| words.get(start..start + count))
                    .any(|words| self.contains(&words.join(" ")))
            })
        })
    }

    fn insert(&self, name: &str) {
        for (word, bit) in self.places(name) {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    fn contains(&self, name: &str) -> bool {
        !name.is_empty() && self.places(name).all(|(word, bit)| word.load(Ordering::Relaxed) & bit != 0)
    }

    /// The name's bits: from two halves of one hash (A. Kirsch and M. Mitzenmacher, Less hashing,
    /// same performance, 2006).
    fn places(&self, name: &str) -> impl Iterator<Item = (&AtomicU64, u64)> {
        let hash = self.key.hash_one(name);
        let (start, step) = (hash & 0xffff_ffff, (hash >> 32) | 1);
        (0..PLACES).filter_map(move |place| {
            let bit = start.wrapping_add(place.wrapping_mul(step)) % BITS;
            Some((self.bits.get(usize::try_from(bit / 64).ok()?)?, 1 << (bit % 64)))
        })
    }
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Names(redacted)")
    }
}

/// The folded text, and the folded text in the letters of a passport if that is another one.
fn spellings(text: &str) -> BTreeSet<String> {
    let mut spellings = BTreeSet::from([fold(text)]);
    if !text.is_ascii() {
        spellings.insert(fold(&transliterated(text)));
    }
    spellings.remove("");
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_spelled() {
        let names = Names::default();
        for name in ["Provafalso", "De Lücca", "Nguyễn Thị", "Øster-Inventato", "Прокопенко", "Li", "n.d."]
        {
            names.add(name);
        }
        for text in [
            "PROVAFALSO",
            "sig.ra Provafalso, presso la zia",
            "DE LUCCA",
            "de luecca",
            "deluecca",
            "Luecca",
            "NGUYEN THI",
            "nguyen",
            "oester inventato",
            "inventato",
            "PROKOPENKO",
            "Прокопенко",
            "LI",
        ] {
            assert!(names.is_in(text), "{text}");
        }
        for text in ["", "de", "provafals", "provafalsoo", "thi", "AGRICOLTURA", "nd", "lista"] {
            assert!(!names.is_in(text), "{text}");
        }
        assert_eq!(format!("{names:?}"), "Names(redacted)");
    }

    #[test]
    fn a_name_that_was_not_added_is_hardly_ever_taken_for_one_that_was() {
        let names = Names::default();
        let name = |number: u32| format!("nome{number:x}cognome");
        (0..100_000).for_each(|number| names.add(&name(number)));
        assert!((0..100_000).all(|number| names.is_in(&name(number))));
        assert_eq!((100_000..200_000).filter(|number| names.is_in(&name(*number))).count(), 0);
    }
}
