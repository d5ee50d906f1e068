//! Small tables for the tests of this module.

use super::{CountTable, Dimension, Node, Row};

/// A 2-dimensional table of persons with these inner counts; `insiders` marks its rows as sites
/// `R1`, `R2`, ...
pub(super) fn flat_table(id: &str, counts: &[&[u64]], insiders: bool) -> CountTable {
    let columns = counts.first().map_or(0, |row| row.len());
    let mut rows = Dimension::flat("row", (1..=counts.len()).map(|n| format!("R{n}"))).unwrap();
    if insiders {
        rows = rows.with_insiders();
    }
    let columns = Dimension::flat("column", (1..=columns).map(|n| format!("C{n}"))).unwrap();
    let cells = (counts.iter().enumerate()).flat_map(|(row, counts)| {
        (counts.iter().enumerate()).map(move |(column, &count)| (vec![row + 1, column + 1], count))
    });
    let data = persons(cells);
    CountTable::tally(id, "person", vec![rows, columns], data, |_| true).unwrap()
}

/// One row per person for `(leaves, count)`, numbered from 0.
pub(super) fn persons(cells: impl IntoIterator<Item = (Vec<usize>, u64)>) -> Vec<Row> {
    (cells.into_iter())
        .flat_map(|(leaves, count)| (0..count).map(move |_| leaves.clone()))
        .zip(0..)
        .map(|(leaves, unit)| Row { unit, person: unit, leaves })
        .collect()
}

/// A chain: the root is reached by all, each stage splits into those who stopped and those who
/// went on. Node 2k−1 = stopped at k, node 2k = reached k+1.
pub(super) fn funnel(stages: usize) -> Dimension {
    let mut nodes = vec![Node { code: "reached 1".to_owned(), parent: None }];
    for stage in 1..stages {
        let parent = Some(2 * (stage - 1));
        nodes.push(Node { code: format!("stopped at {stage}"), parent });
        nodes.push(Node { code: format!("reached {}", stage + 1), parent });
    }
    Dimension::tree("stage", nodes).unwrap()
}

/// A small generator of numbers, always the same for one seed (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// A number below `limit`, small ones more often.
    pub(super) fn skewed(&mut self, limit: usize) -> usize {
        let limit = limit as u64;
        let low = self.below(limit).min(self.below(limit));
        usize::try_from(low).unwrap()
    }
}

/// Persons spread unevenly over the leaves.
pub(super) fn random_rows(dimensions: &[Dimension], count: u64, seed: u64) -> Vec<Row> {
    let mut dice = Dice(seed);
    (0..count)
        .map(|unit| {
            let leaves = (dimensions.iter())
                .map(|dimension| {
                    let leaves: Vec<usize> =
                        (0..dimension.nodes().len()).filter(|&node| dimension.is_leaf(node)).collect();
                    leaves.get(dice.skewed(leaves.len())).copied().unwrap()
                })
                .collect();
            Row { unit, person: unit, leaves }
        })
        .collect()
}
