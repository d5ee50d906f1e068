//! From leaf cells to margins: the cells of a table and the steps between them.
//!
//! Counts and fingerprints are added up cell by cell, persons are walked up one after the other.
//! With all margins of five dimensions a row belongs to 32 cells; it is touched once.

use super::CountCell;
use crate::Dimension;

/// The cells of a table by index; the last dimension runs fastest.
pub(super) struct Lattice {
    cells: usize,
    /// For each side and each of its nodes, what it adds to a cell's index; none unless a leaf.
    leaves: Vec<Vec<Option<usize>>>,
    /// For each side and each cell, the cell one step up; at the root the cell itself.
    up: Vec<Vec<usize>>,
}

/// What a cell knows while persons are walked.
#[derive(Clone, Copy, Default)]
struct Stamp {
    /// Number of the last person that was in it, from 1.
    last: u64,
    /// Persons that were in it.
    persons: u64,
}

impl Lattice {
    /// The lattice of a table of `cells` cells, the product of the sizes of its dimensions.
    pub(super) fn new(dimensions: &[Dimension], cells: usize) -> Self {
        let mut lattice = Self { cells, leaves: Vec::new(), up: Vec::new() };
        let mut stride = cells;
        for dimension in dimensions {
            let nodes = dimension.nodes();
            stride /= nodes.len();
            let parts = dimension.parts();
            let leaf = |(node, parts): (usize, &Vec<usize>)| parts.is_empty().then_some(node * stride);
            lattice.leaves.push(parts.iter().enumerate().map(leaf).collect());
            let step = |cell: usize| {
                let at = cell / stride % nodes.len();
                let parent = nodes.get(at).and_then(|node| node.parent).unwrap_or(at);
                cell - (at - parent) * stride
            };
            lattice.up.push((0..cells).map(step).collect());
        }
        lattice
    }

    /// The cell of these leaves, or `None` unless they are one leaf for each side.
    pub(super) fn leaf_cell(&self, leaves: &[usize]) -> Option<usize> {
        if leaves.len() != self.leaves.len() {
            return None;
        }
        let mut offsets = leaves.iter().zip(&self.leaves);
        offsets.try_fold(0, |cell, (&leaf, side)| Some(cell + (*side.get(leaf)?)?))
    }

    /// Adds counts and fingerprints of leaf cells up into all margins.
    pub(super) fn add_up(&self, cells: &mut [CountCell]) {
        self.fold_up(cells, |parent, cell| {
            parent.count += cell.count;
            parent.fingerprint = parent.fingerprint.wrapping_add(cell.fingerprint);
        });
    }

    /// Takes what stands in leaf cells up into all margins. Parents stand before their children,
    /// so going down the indices every cell is complete before it is added.
    pub(super) fn fold_up<T: Copy>(&self, cells: &mut [T], add: impl Fn(&mut T, T)) {
        for up in &self.up {
            for (cell, &parent) in up.iter().enumerate().rev().filter(|(cell, parent)| cell != *parent) {
                let Some(&cell) = cells.get(cell) else { continue };
                if let Some(parent) = cells.get_mut(parent) {
                    add(parent, cell);
                }
            }
        }
    }

    /// Distinct persons of each cell, from all pairs of a person and a leaf cell.
    ///
    /// Sorted by person, each person walks up along one side after the other and is counted
    /// where not seen before: one stamp per cell, no set of persons anywhere.
    pub(super) fn persons(&self, mut seen: Vec<(u64, usize)>) -> impl Iterator<Item = u64> + use<> {
        seen.sort_unstable();
        seen.dedup();
        let mut stamps = vec![Stamp::default(); self.cells];
        let mut reached = Vec::new();
        for (number, of_person) in (1..).zip(seen.chunk_by(|left, right| left.0 == right.0)) {
            let mut is_new = |cell: usize| match stamps.get_mut(cell) {
                Some(stamp) if stamp.last != number => {
                    *stamp = Stamp { last: number, persons: stamp.persons + 1 };
                    true
                }
                _ => false,
            };
            reached.clear();
            reached.extend(of_person.iter().map(|&(_, cell)| cell).filter(|&cell| is_new(cell)));
            for up in &self.up {
                // A cell seen before ends the walk: its own way up is or will be walked.
                for start in 0..reached.len() {
                    let mut next = reached.get(start).and_then(|&cell| up.get(cell).copied());
                    while let Some(cell) = next.filter(|&cell| is_new(cell)) {
                        reached.push(cell);
                        next = up.get(cell).copied();
                    }
                }
            }
        }
        stamps.into_iter().map(|stamp| stamp.persons)
    }
}
