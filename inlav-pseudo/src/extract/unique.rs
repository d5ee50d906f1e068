//! Whether the key of each row of a table is in that row only.

use std::io;
use std::path::Path;

use arrow::array::{BinaryArray, FixedSizeBinaryArray};

use super::run::Block;
use super::sorter::Sorter;

/// Bytes of keys that are sorted at once where rows are in another order than their keys.
const MEMORY: usize = 8 << 20;
/// Keys that are looked at at once.
const KEYS: usize = 8192;

/// The keys of a table's rows.
pub(super) enum Keys {
    /// The rows come in the order of their keys.
    InOrder(Repeated),
    /// The keys are sorted apart from the rows.
    Apart(Sorter),
}

/// Keys that come in order, and the first row that repeats one.
#[derive(Default)]
pub(super) struct Repeated {
    key: Vec<u8>,
    /// The two smallest row numbers of the key.
    rows: (Option<u64>, Option<u64>),
    first: Option<u64>,
}

impl Keys {
    /// Keys that are sorted apart, in files of `folder` if there are many.
    pub(super) fn apart(folder: &Path, memory: usize) -> Self {
        Self::Apart(Sorter::new(folder, memory.min(MEMORY), false))
    }

    /// Keys of rows as they arrive.
    pub(super) fn arrive(&self, keys: &FixedSizeBinaryArray, numbers: &[u64]) -> io::Result<()> {
        match self {
            Self::InOrder(_) => Ok(()),
            Self::Apart(sorter) => {
                let rows = BinaryArray::from_iter_values(keys.iter().map(Option::unwrap_or_default));
                sorter.push(Block { rows, numbers: numbers.to_vec() })
            }
        }
    }

    /// Keys of rows as they are sorted.
    pub(super) fn pass(&mut self, keys: &FixedSizeBinaryArray, numbers: &[u64]) {
        if let Self::InOrder(repeated) = self {
            for (key, number) in keys.iter().zip(numbers) {
                repeated.see(key.unwrap_or_default(), *number);
            }
        }
    }

    /// The earliest row of the export whose key an earlier one has.
    pub(super) fn first_repeated(self) -> io::Result<Option<u64>> {
        match self {
            Self::InOrder(repeated) => Ok(repeated.first()),
            Self::Apart(sorter) => {
                let mut sorted = sorter.sorted()?;
                let mut repeated = Repeated::default();
                while let Some(block) = sorted.next_block(KEYS)? {
                    let rows = (0..block.len()).filter_map(|at| block.row(at));
                    rows.for_each(|(key, number)| repeated.see(key, number));
                }
                Ok(repeated.first())
            }
        }
    }
}

impl Repeated {
    fn see(&mut self, key: &[u8], number: u64) {
        if self.key != key {
            self.end_key();
            self.key.clear();
            self.key.extend_from_slice(key);
        }
        self.rows = match self.rows {
            (None, _) => (Some(number), None),
            (Some(first), _) if number < first => (Some(number), Some(first)),
            (first, second) => (first, Some(second.map_or(number, |second| second.min(number)))),
        };
    }

    fn end_key(&mut self) {
        if let (_, Some(second)) = std::mem::take(&mut self.rows) {
            self.first = Some(self.first.map_or(second, |first| first.min(second)));
        }
    }

    fn first(mut self) -> Option<u64> {
        self.end_key();
        self.first
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_earliest_row_that_repeats_a_key_is_found(keys in prop::collection::vec(0_u8..40, 0..40)) {
            let seen = |at: usize| keys[..at].contains(&keys[at]);
            let expected = (0..keys.len()).find(|at| seen(*at)).map(|at| u64::try_from(at).unwrap());

            let all: Vec<[u8; 1]> = keys.iter().map(|key| [*key]).collect();
            let array = |keys: &[[u8; 1]]| {
                FixedSizeBinaryArray::try_from_iter(keys.iter())
            };
            let numbers: Vec<u64> = (0..).take(keys.len()).collect();
            let folder = tempfile::tempdir().unwrap();
            let apart = Keys::apart(folder.path(), 64);
            let mut ordered: Vec<_> = all.iter().copied().zip(numbers.iter().copied()).collect();
            ordered.sort_by_key(|(key, number)| (*key, number.reverse_bits()));
            let (sorted, of_sorted): (Vec<_>, Vec<_>) = ordered.into_iter().unzip();
            let mut in_order = Keys::InOrder(Repeated::default());
            if !all.is_empty() {
                apart.arrive(&array(&all).unwrap(), &numbers).unwrap();
                in_order.pass(&array(&sorted).unwrap(), &of_sorted);
            }
            prop_assert_eq!(apart.first_repeated().unwrap(), expected);
            prop_assert_eq!(in_order.first_repeated().unwrap(), expected);
        }
    }
}
