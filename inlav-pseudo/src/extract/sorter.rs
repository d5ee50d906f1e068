//! Sorting more rows than memory holds: sorted runs on disk, merged (Knuth, The Art of Computer
//! Programming, volume 3, section 5.4).
//!
//! A row is bytes that compare as the row does; [`super::order::RowOrder`] makes them.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::lanes::lock;
use super::run::{Block, BlockBuilder, Run, RunReader, RunWriter};

/// Runs that are merged at once. More are first merged to fewer: each takes 128 KiB of memory and an
/// open file while it is read.
const RUNS_AT_ONCE: usize = 64;

/// Rows being collected, in bounded memory. Threads push at the same time: while one of them writes
/// what half of the memory holds, the others fill the other half.
pub(super) struct Sorter {
    folder: PathBuf,
    memory: usize,
    distinct: bool,
    held: Mutex<Held>,
    /// Runs by how often their rows were merged.
    runs: Mutex<Vec<Vec<Run>>>,
}

/// Rows that are not on disk.
#[derive(Default)]
struct Held {
    blocks: Vec<Block>,
    bytes: usize,
}

/// All rows in order.
pub(super) struct Sorted {
    heap: BinaryHeap<Head>,
    distinct: bool,
    last: Option<Vec<u8>>,
    block: BlockBuilder,
}

/// Some sorted rows, of which one is the next.
struct Head {
    /// The first bytes of the next row, by which nearly all rows are told apart.
    prefix: u64,
    /// In a box, since heads change their places in the heap with every row.
    rows: Box<Rows>,
}

enum Rows {
    Held { blocks: Vec<Block>, order: std::vec::IntoIter<Place>, next: Place },
    Run(RunReader),
}

/// Where a row is held.
#[derive(Clone, Copy)]
struct Place {
    prefix: u64,
    block: u32,
    row: u32,
}

impl std::fmt::Debug for Sorter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sorter(redacted)")
    }
}

impl Sorter {
    /// A sorter that holds about `memory` bytes of rows and sets more aside in files without names
    /// in `folder`. If `distinct`, of equal rows one is kept.
    pub(super) fn new(folder: &Path, memory: usize, distinct: bool) -> Self {
        let folder = folder.to_owned();
        Self { folder, memory, distinct, held: Mutex::default(), runs: Mutex::default() }
    }

    /// Adds rows in any order.
    pub(super) fn push(&self, block: Block) -> io::Result<()> {
        let mut held = lock(&self.held);
        // A row's number and its place while it is sorted.
        held.bytes += block.bytes() + block.len() * (size_of::<u64>() + size_of::<Place>());
        held.blocks.push(block);
        if held.bytes < self.memory / 2 {
            return Ok(());
        }
        // Whoever is first here waits until the run before is written, and everybody else for them:
        // there are never more than two halves.
        let mut runs = lock(&self.runs);
        let full = std::mem::take(&mut *held);
        drop(held);
        let run = self.write([full.sorted()])?;
        self.add(&mut runs, run)
    }

    /// All rows in order.
    ///
    /// # Guarantee
    /// The result depends on which rows there are alone, neither on their order nor on how many
    /// were held. Tests of this module and `an_extract_is_the_same_for_any_threads_and_order` in
    /// `tests/extract`.
    pub(super) fn sorted(self) -> io::Result<Sorted> {
        let held = std::mem::take(&mut *lock(&self.held)).sorted();
        let mut runs: Vec<Run> = std::mem::take(&mut *lock(&self.runs)).into_iter().flatten().collect();
        while runs.len() > RUNS_AT_ONCE {
            let rest = runs.split_off(RUNS_AT_ONCE);
            let merged = self.merge(runs)?;
            runs = rest;
            runs.push(merged);
        }
        let heads: io::Result<Vec<_>> = runs.into_iter().map(Head::of_run).collect();
        Ok(Sorted::of(heads?.into_iter().chain([held]), self.distinct))
    }

    /// Adds a run to those of the first level, and merges levels that are full.
    fn add(&self, levels: &mut Vec<Vec<Run>>, mut run: Run) -> io::Result<()> {
        for runs in levels.iter_mut() {
            runs.push(run);
            if runs.len() < RUNS_AT_ONCE {
                return Ok(());
            }
            run = self.merge(std::mem::take(runs))?;
        }
        levels.push(vec![run]);
        Ok(())
    }

    fn merge(&self, runs: Vec<Run>) -> io::Result<Run> {
        let heads: io::Result<Vec<_>> = runs.into_iter().map(Head::of_run).collect();
        self.write(heads?)
    }

    fn write(&self, heads: impl IntoIterator<Item = Option<Head>>) -> io::Result<Run> {
        let mut writer = RunWriter::create(&self.folder)?;
        let mut sorted = Sorted::of(heads, self.distinct);
        while sorted.next(|row, number| writer.push(row, number))?.transpose()?.is_some() {}
        writer.finish()
    }
}

impl Held {
    /// The rows in order; `None` if there are none.
    fn sorted(self) -> Option<Head> {
        let Self { blocks, .. } = self;
        let mut order = Vec::with_capacity(blocks.iter().map(Block::len).sum());
        for (block, rows) in (0..).zip(&blocks) {
            for (at, row) in (0..).zip(rows.rows.iter().flatten()) {
                order.push(Place { prefix: prefix(row), block, row: at });
            }
        }
        order.sort_unstable_by(|one, other| {
            one.prefix.cmp(&other.prefix).then_with(|| row(&blocks, *one).cmp(&row(&blocks, *other)))
        });
        let mut order = order.into_iter();
        let next = order.next()?;
        Some(Head { prefix: next.prefix, rows: Box::new(Rows::Held { blocks, order, next }) })
    }
}

impl Sorted {
    fn of(heads: impl IntoIterator<Item = Option<Head>>, distinct: bool) -> Self {
        Self {
            heap: heads.into_iter().flatten().collect(),
            distinct,
            last: None,
            block: BlockBuilder::default(),
        }
    }

    /// Up to so many of the next rows; `None` after the last.
    pub(super) fn next_block(&mut self, rows: usize) -> io::Result<Option<Block>> {
        let mut block = std::mem::take(&mut self.block);
        while block.len() < rows {
            if self.next(|row, number| block.push(row, number))?.is_none() {
                break;
            }
        }
        let taken = (block.len() > 0).then(|| block.take());
        self.block = block;
        Ok(taken)
    }

    /// Hands out the next row and its number in the export; `None` after the last.
    fn next<T>(&mut self, mut take: impl FnMut(&[u8], u64) -> T) -> io::Result<Option<T>> {
        loop {
            let Some(mut head) = self.heap.peek_mut() else { return Ok(None) };
            let (row, number) = head.row();
            let is_new = !self.distinct || self.last.as_deref() != Some(row);
            if is_new && self.distinct {
                let last = self.last.get_or_insert_default();
                last.clear();
                last.extend_from_slice(row);
            }
            let taken = is_new.then(|| take(row, number));
            if !head.advance()? {
                std::collections::binary_heap::PeekMut::pop(head);
            }
            if taken.is_some() {
                return Ok(taken);
            }
        }
    }
}

impl Head {
    /// The first row of a run; `None` if it has none.
    fn of_run(run: Run) -> io::Result<Option<Self>> {
        let mut reader = run.read()?;
        if !reader.advance()? {
            return Ok(None);
        }
        let prefix = prefix(reader.row().0);
        Ok(Some(Self { prefix, rows: Box::new(Rows::Run(reader)) }))
    }

    fn row(&self) -> (&[u8], u64) {
        match self.rows.as_ref() {
            Rows::Held { blocks, next, .. } => row(blocks, *next).unwrap_or_default(),
            Rows::Run(reader) => reader.row(),
        }
    }

    /// Goes to the next row; false if there is none.
    fn advance(&mut self) -> io::Result<bool> {
        match self.rows.as_mut() {
            Rows::Held { order, next, .. } => {
                let Some(place) = order.next() else { return Ok(false) };
                *next = place;
                self.prefix = place.prefix;
            }
            Rows::Run(reader) => {
                if !reader.advance()? {
                    return Ok(false);
                }
                self.prefix = prefix(reader.row().0);
            }
        }
        Ok(true)
    }
}

/// The heap gives the greatest first: the smallest row is the greatest head. Equal rows come in
/// the order of their numbers.
impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        other.prefix.cmp(&self.prefix).then_with(|| other.row().cmp(&self.row()))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

fn row(blocks: &[Block], place: Place) -> Option<(&[u8], u64)> {
    blocks.get(usize::try_from(place.block).ok()?)?.row(usize::try_from(place.row).ok()?)
}

/// The first eight bytes, in which rows compare as in whole.
fn prefix(row: &[u8]) -> u64 {
    let mut first = [0; 8];
    for (slot, byte) in first.iter_mut().zip(row) {
        *slot = *byte;
    }
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sort(rows: &[Vec<u8>], memory: usize, distinct: bool) -> Vec<(Vec<u8>, u64)> {
        let folder = tempfile::tempdir().unwrap();
        let sorter = Sorter::new(folder.path(), memory, distinct);
        let numbered: Vec<_> = (0..).zip(rows).collect();
        for rows in numbered.chunks(7) {
            let mut block = BlockBuilder::default();
            rows.iter().for_each(|(number, row)| block.push(row, *number));
            sorter.push(block.take()).unwrap();
        }
        let mut sorted = sorter.sorted().unwrap();
        let mut all = Vec::new();
        while let Some(block) = sorted.next_block(5).unwrap() {
            assert!(block.len() <= 5);
            all.extend((0..block.len()).map(|at| block.row(at).map(|(row, n)| (row.to_vec(), n)).unwrap()));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a file has a name");
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Short rows of few bytes: many are equal or begin alike.
        #[test]
        fn rows_come_sorted_however_few_are_held(
            rows in prop::collection::vec(prop::collection::vec(0_u8..3, 0..12), 0..200), memory in 1_usize..4000,
        ) {
            let mut expected: Vec<_> = rows.iter().cloned().zip(0..).collect();
            expected.sort();
            prop_assert_eq!(sort(&rows, memory, false), expected.clone());
            expected.dedup_by(|one, other| one.0 == other.0);
            prop_assert_eq!(sort(&rows, memory, true), expected);
        }
    }

    /// Every seven rows are a run, so that runs of runs are merged.
    #[test]
    fn more_runs_than_are_merged_at_once_come_sorted_too() {
        let rows: Vec<_> =
            (0..40_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes().to_vec()).collect();
        let sorted = sort(&rows, 1, false);
        assert_eq!(sorted.len(), rows.len());
        assert!(sorted.is_sorted());
        assert!(sorted.iter().all(|(row, n)| rows[usize::try_from(*n).unwrap()] == *row));
    }
}
