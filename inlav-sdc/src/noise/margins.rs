//! The margins of a table that are measured, and their shares of the privacy loss.

use std::collections::BTreeSet;

use thiserror::Error;

use super::Rho;
use super::least_squares::kinds;
use super::sampler::DiscreteGaussian;
use crate::{CountTable, Dimension};

/// The largest weight of a margin, so that least squares keep their digits.
const HEAVIEST: u32 = 1_000;

/// Leaf cells times margins, above which a table is refused.
const MOST_TERMS: usize = 1 << 24;

/// The same times kinds of cells, for each of which a variance is worked out: some minutes at most.
const MOST_WORK: usize = 1 << 32;

/// How the loss is shared among margins.
///
/// A margin takes of every dimension a *level*: 0 is the root, 1 its children and so on; a leaf
/// above the level stands for itself, so that every unit is in exactly one cell of a margin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Shares {
    /// Every combination of levels is measured, all at the same loss.
    #[default]
    Equal,
    /// These are measured, at losses in these proportions; cells of the others are sums of theirs.
    /// For each margin its levels, one per dimension, and its weight, from 1 to 1000.
    Weighted(Vec<(Vec<usize>, u32)>),
}

/// Why a table cannot be measured as asked. Names tables and losses, never a count.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MeasureError {
    /// The permit is for another question.
    #[error("table {table}: the permit is for a question about another table, selection or bound")]
    AnotherQuestion {
        /// The table.
        table: String,
    },
    /// A margin with a level that its dimension does not have, twice, or of another weight than 1 to 1000.
    #[error(
        "table {table}: each margin takes one level of every dimension, has a weight from 1 to 1000 and occurs once"
    )]
    Margin {
        /// The table.
        table: String,
    },
    /// Without the finest margin inner cells would be guesses.
    #[error("table {table}: the margin of the finest levels must be among those that are measured")]
    FinestMissing {
        /// The table.
        table: String,
    },
    /// More than can be treated.
    #[error("table {table}: too many cells for differential privacy, leave out dimensions or margins")]
    TooLarge {
        /// The table.
        table: String,
    },
    /// Noise beyond what is sampled.
    #[error("table {table}: a loss of {rho} is too small, or too finely shared")]
    LossTooSmall {
        /// The table.
        table: String,
        /// The loss.
        rho: Rho,
    },
}

/// The margins of a table that are measured.
#[derive(Debug)]
pub(super) struct Margins {
    /// For each leaf cell its coordinates, one leaf per dimension.
    pub(super) leaves: Vec<Vec<usize>>,
    pub(super) margins: Vec<Margin>,
}

/// One margin.
#[derive(Debug)]
pub(super) struct Margin {
    /// For each leaf cell the place of its margin cell among `cells`.
    pub(super) of_leaf: Vec<usize>,
    /// The margin's cells, as indices of cells of the table.
    pub(super) cells: Vec<usize>,
    /// What is added to each.
    pub(super) noise: DiscreteGaussian,
}

impl Shares {
    /// The shares with dimensions in another order, in an order of their own: for fingerprints.
    pub(super) fn in_order(&self, order: &[usize]) -> Vec<(Vec<usize>, u32)> {
        let mut shares = match self {
            Self::Equal => Vec::new(),
            Self::Weighted(shares) => shares.clone(),
        };
        for (levels, _) in &mut shares {
            *levels = order.iter().filter_map(|&side| levels.get(side).copied()).collect();
        }
        shares.sort_unstable();
        shares
    }
}

impl Margins {
    /// The margins of `table`, with noise for `rho` shared as asked when a person counts at most
    /// `most` times.
    ///
    /// A person is in a cell of a margin at most k times, so a margin changes by at most k in the
    /// Euclidean norm, and discrete Gaussian noise of σ² = k² / 2ρ makes it ρ-zCDP (Canonne, Kamath
    /// and Steinke, theorem 14).
    pub(super) fn new(
        table: &CountTable,
        most: u32,
        rho: Rho,
        shares: &Shares,
    ) -> Result<Self, MeasureError> {
        let id = || table.id().to_owned();
        let dimensions = table.dimensions();
        let finest: Vec<usize> = dimensions.iter().map(deepest).collect();
        let asked = match shares {
            Shares::Equal => every(&finest).into_iter().map(|levels| (levels, 1)).collect(),
            Shares::Weighted(shares) => shares.clone(),
        };
        let fits = |levels: &[usize]| {
            levels.len() == finest.len()
                && levels.iter().zip(&finest).all(|(level, deepest)| level <= deepest)
        };
        let distinct: BTreeSet<&Vec<usize>> = asked.iter().map(|(levels, _)| levels).collect();
        let sound = |(levels, weight): &(Vec<usize>, u32)| fits(levels) && (1..=HEAVIEST).contains(weight);
        if !asked.iter().all(sound) || distinct.len() < asked.len() {
            return Err(MeasureError::Margin { table: id() });
        }
        if asked.iter().all(|(levels, _)| *levels != finest) {
            return Err(MeasureError::FinestMissing { table: id() });
        }
        let inner: usize = dimensions.iter().map(|dimension| leaves_of(dimension).count()).product();
        let kinds: usize =
            dimensions.iter().map(|d| kinds(d).into_iter().max().map_or(0, |last| last + 1)).product();
        let terms = inner.checked_mul(asked.len()).filter(|&terms| terms <= MOST_TERMS);
        if terms.and_then(|terms| terms.checked_mul(kinds)).is_none_or(|work| work > MOST_WORK) {
            return Err(MeasureError::TooLarge { table: id() });
        }
        let leaves = combinations(dimensions);
        let weights: u64 = asked.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let too_small = || MeasureError::LossTooSmall { table: id(), rho };
        let margins = asked
            .iter()
            .map(|(levels, weight)| {
                // Rounded down: what is left over is charged and not used.
                let share = u128::from(rho.billionths()) * u128::from(*weight) / u128::from(weights);
                let most = u128::from(most);
                let noise = DiscreteGaussian::new(most * most * u128::from(Rho::ONE.billionths()), 2 * share);
                Ok(margin(table, &leaves, levels, noise.ok_or_else(too_small)?))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { leaves, margins })
    }
}

fn margin(table: &CountTable, leaves: &[Vec<usize>], levels: &[usize], noise: DiscreteGaussian) -> Margin {
    // For each dimension and node the node of the level above it.
    let above: Vec<Vec<usize>> = (table.dimensions().iter().zip(levels))
        .map(|(dimension, &level)| {
            (0..dimension.nodes().len()).map(|node| ancestor(dimension, node, level)).collect()
        })
        .collect();
    let index = |leaf: &Vec<usize>| {
        let coordinates: Vec<usize> =
            leaf.iter().zip(&above).filter_map(|(&at, above)| above.get(at).copied()).collect();
        table.index(&coordinates).unwrap_or(0)
    };
    let of_table: Vec<usize> = leaves.iter().map(index).collect();
    let mut cells = of_table.clone();
    cells.sort_unstable();
    cells.dedup();
    let of_leaf = of_table.iter().map(|cell| cells.binary_search(cell).unwrap_or(0)).collect();
    Margin { of_leaf, cells, noise }
}

/// The node of `level` that `node` is or is below; a node above the level itself.
fn ancestor(dimension: &Dimension, node: usize, level: usize) -> usize {
    let steps = dimension.depth(node).saturating_sub(level);
    dimension.path(node).nth(steps).unwrap_or(node)
}

/// The deepest level of a dimension.
fn deepest(dimension: &Dimension) -> usize {
    (0..dimension.nodes().len()).map(|node| dimension.depth(node)).max().unwrap_or(0)
}

fn leaves_of(dimension: &Dimension) -> impl Iterator<Item = usize> {
    (0..dimension.nodes().len()).filter(|&node| dimension.is_leaf(node))
}

/// All combinations of numbers from 0 to these.
fn every(highest: &[usize]) -> Vec<Vec<usize>> {
    highest.iter().fold(vec![Vec::new()], |all, &highest| {
        (all.iter())
            .flat_map(|levels| (0..=highest).map(move |level| [levels.as_slice(), &[level]].concat()))
            .collect()
    })
}

/// All combinations of leaves; the last dimension runs fastest.
fn combinations(dimensions: &[Dimension]) -> Vec<Vec<usize>> {
    dimensions.iter().fold(vec![Vec::new()], |all, dimension| {
        let leaves: Vec<usize> = leaves_of(dimension).collect();
        (all.iter())
            .flat_map(|at| leaves.iter().map(move |&leaf| [at.as_slice(), &[leaf]].concat()))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{funnel, random_rows};
    use super::*;

    fn table(dimensions: Vec<Dimension>) -> CountTable {
        let rows = random_rows(&dimensions, 50, 1);
        CountTable::tally("t", "person", dimensions, rows, |_| true).unwrap()
    }

    #[test]
    fn every_unit_is_in_one_cell_of_each_margin() {
        let table = table(vec![Dimension::flat("sex", ["F", "M"]).unwrap(), funnel(4)]);
        let margins = Margins::new(&table, 1, "1".parse().unwrap(), &Shares::Equal).unwrap();
        assert_eq!(margins.margins.len(), 2 * 4, "levels 0 and 1 of sex, 0 to 3 of the funnel");
        let total = table.cells()[0].count;
        for margin in &margins.margins {
            let sum: u64 = margin.cells.iter().map(|&cell| table.cells()[cell].count).sum();
            assert_eq!(sum, total);
        }
    }

    #[test]
    fn the_loss_of_a_margin_is_its_share() {
        let table = table(vec![Dimension::flat("sex", ["F", "M"]).unwrap()]);
        let shares = Shares::Weighted(vec![(vec![0], 1), (vec![1], 3)]);
        let margins = Margins::new(&table, 2, "0.8".parse().unwrap(), &shares).unwrap();
        // k² / 2ρ: 4 / 0.4 for a quarter of 0.8, 4 / 1.2 for the rest.
        assert_eq!(Some(margins.margins[0].noise), DiscreteGaussian::new(10, 1));
        assert_eq!(Some(margins.margins[1].noise), DiscreteGaussian::new(10, 3));
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        let table = table(vec![Dimension::flat("sex", ["F", "M"]).unwrap()]);
        let refused = |shares: Vec<(Vec<usize>, u32)>, rho: &str| {
            Margins::new(&table, 1, rho.parse().unwrap(), &Shares::Weighted(shares)).err().unwrap()
        };
        let margin = MeasureError::Margin { table: "t".to_owned() };
        assert_eq!(refused(vec![(vec![2], 1)], "1"), margin);
        assert_eq!(refused(vec![(vec![1, 0], 1)], "1"), margin);
        assert_eq!(refused(vec![(vec![1], 0)], "1"), margin);
        assert_eq!(refused(vec![(vec![1], 1001)], "1"), margin);
        assert_eq!(refused(vec![(vec![1], 1), (vec![1], 2)], "1"), margin);
        assert_eq!(refused(vec![(vec![0], 1)], "1"), MeasureError::FinestMissing { table: "t".to_owned() });
        assert!(matches!(
            refused(vec![(vec![1], 1), (vec![0], 5)], "0.000000001"),
            MeasureError::LossTooSmall { .. }
        ));
    }
}
