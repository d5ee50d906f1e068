//! Margins with noise made one consistent table: weighted least squares.
//!
//! With leaf cells x and margins y = A x + noise of variance σ² each, the best linear unbiased
//! estimate minimises Σ (y − A x)² / σ² (Hay, Rastogi, Miklau and Suciu, *Boosting the accuracy of
//! differentially private histograms through consistency*, VLDB 2010). The normal equations are
//! solved by conjugate gradients: A is never written down, only the cell of each leaf in each margin.
#![expect(clippy::indexing_slicing, reason = "leaf cells and margin cells are indices made by this crate")]

use std::collections::BTreeMap;

use super::margins::Margins;
use crate::{CountTable, Dimension};

/// Steps of conjugate gradients at most; a count, so that the answer never depends on a machine.
const MOST_STEPS: usize = 1_000;

/// Where conjugate gradients stop, as a share of where they began.
const RESIDUAL: f64 = 1e-11;

/// The leaf cells that fit the measured margins best. `measured` holds for each margin its cells.
pub(super) fn estimate(margins: &Margins, measured: &[Vec<f64>]) -> Vec<f64> {
    let mut right = vec![0.0; margins.leaves.len()];
    for (margin, values) in margins.margins.iter().zip(measured) {
        for (leaf, &cell) in right.iter_mut().zip(&margin.of_leaf) {
            *leaf += values[cell] / margin.noise.variance();
        }
    }
    solve(margins, &right)
}

/// The variance of the estimate of every cell of a table, in units squared.
///
/// Cells that a symmetry of the table takes into one another have the same; one of each kind is
/// solved for: with flat dimensions, one for each margin.
pub(super) fn variances(table: &CountTable, margins: &Margins) -> Vec<f64> {
    let kinds: Vec<Vec<usize>> = table.dimensions().iter().map(kinds).collect();
    let mut known: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    (0..table.size())
        .map(|index| {
            let at = table.coordinates(index);
            let kind = at.iter().zip(&kinds).map(|(&node, kinds)| kinds[node]).collect();
            *known.entry(kind).or_insert_with(|| {
                let within = below(table.dimensions(), margins, &at);
                let influence = solve(margins, &within);
                influence.iter().zip(&within).map(|(influence, within)| influence * within).sum()
            })
        })
        .collect()
}

/// 1 for the leaf cells below these coordinates, 0 for others.
fn below(dimensions: &[Dimension], margins: &Margins, at: &[usize]) -> Vec<f64> {
    let under: Vec<Vec<bool>> = (dimensions.iter().zip(at))
        .map(|(dimension, &at)| {
            (0..dimension.nodes().len()).map(|node| dimension.path(node).any(|above| above == at)).collect()
        })
        .collect();
    let within = |leaf: &Vec<usize>| leaf.iter().zip(&under).all(|(&node, under)| under[node]);
    margins.leaves.iter().map(|leaf| if within(leaf) { 1.0 } else { 0.0 }).collect()
}

/// Solves `Σ AᵀA x / σ² = right` by conjugate gradients, from 0.
fn solve(margins: &Margins, right: &[f64]) -> Vec<f64> {
    let dot = |left: &[f64], right: &[f64]| -> f64 { left.iter().zip(right).map(|(l, r)| l * r).sum() };
    let mut solution = vec![0.0; right.len()];
    let mut residual = right.to_vec();
    let mut direction = residual.clone();
    let mut size = dot(&residual, &residual);
    let enough = size * RESIDUAL * RESIDUAL;
    for _ in 0..MOST_STEPS {
        if size <= enough || size == 0.0 {
            break;
        }
        let image = normal(margins, &direction);
        let step = size / dot(&direction, &image);
        for at in 0..solution.len() {
            solution[at] += step * direction[at];
            residual[at] -= step * image[at];
        }
        let next = dot(&residual, &residual);
        for (direction, residual) in direction.iter_mut().zip(&residual) {
            *direction = residual + next / size * *direction;
        }
        size = next;
    }
    solution
}

/// `Σ AᵀA x / σ²`.
fn normal(margins: &Margins, leaves: &[f64]) -> Vec<f64> {
    let mut image = vec![0.0; leaves.len()];
    for margin in &margins.margins {
        let mut sums = vec![0.0; margin.cells.len()];
        for (leaf, &cell) in leaves.iter().zip(&margin.of_leaf) {
            sums[cell] += leaf;
        }
        for (image, &cell) in image.iter_mut().zip(&margin.of_leaf) {
            *image += sums[cell] / margin.noise.variance();
        }
    }
    image
}

/// For each node of a tree the number of its kind: two nodes are of one kind when the trees below
/// them and below each of their ancestors look the same, hence some symmetry swaps them.
pub(super) fn kinds(dimension: &Dimension) -> Vec<usize> {
    let nodes = dimension.nodes().len();
    // Shapes from the bottom: children stand after their parents.
    let mut shapes: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let mut shape = vec![0; nodes];
    for node in (0..nodes).rev() {
        let mut parts: Vec<usize> = dimension.children(node).map(|child| shape[child]).collect();
        parts.sort_unstable();
        let next = shapes.len();
        shape[node] = *shapes.entry(parts).or_insert(next);
    }
    let mut ways: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    (0..nodes)
        .map(|node| {
            let way = dimension.path(node).map(|above| shape[above]).collect();
            let next = ways.len();
            *ways.entry(way).or_insert(next)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{funnel, random_rows};
    use super::super::margins::Shares;
    use super::*;
    use crate::Node;

    fn area() -> Dimension {
        let parents = [None, Some(0), Some(0), Some(0), Some(1), Some(1), Some(2), Some(2), Some(3)];
        let node = |(at, parent): (usize, Option<usize>)| Node { code: at.to_string(), parent };
        Dimension::tree("area", parents.into_iter().enumerate().map(node).collect()).unwrap()
    }

    fn with_margins(dimensions: Vec<Dimension>) -> (CountTable, Margins) {
        let rows = random_rows(&dimensions, 300, 5);
        let table = CountTable::tally("t", "person", dimensions, rows, |_| true).unwrap();
        let margins = Margins::new(&table, 1, "0.3".parse().unwrap(), &Shares::Equal).unwrap();
        (table, margins)
    }

    #[test]
    fn nodes_that_can_be_swapped_are_of_one_kind() {
        let found = kinds(&area());
        assert_eq!(found[1], found[2]);
        assert_ne!(found[1], found[3]);
        assert_eq!(found[4], found[7]);
        assert_ne!(found[4], found[8], "an only child is not one of two");
        assert_eq!(kinds(&funnel(3)).len(), 5);
    }

    #[test]
    fn without_noise_the_estimate_is_the_table() {
        let (table, margins) =
            with_margins(vec![Dimension::flat("d", ["a", "b", "c"]).unwrap(), area(), funnel(3)]);
        let truth = |cell: usize| -> f64 { u32::try_from(table.cells()[cell].count).unwrap().into() };
        let measured: Vec<Vec<f64>> = margins
            .margins
            .iter()
            .map(|margin| margin.cells.iter().map(|&cell| truth(cell)).collect())
            .collect();
        for (leaf, found) in margins.leaves.iter().zip(estimate(&margins, &measured)) {
            assert!((found - truth(table.index(leaf).unwrap())).abs() < 1e-6);
        }
    }

    /// With one flat dimension and all margins at σ²: by the matrix inversion lemma the estimate of
    /// a leaf has σ² (1 − 1/(n + 1)) and the total σ² n / (n + 1).
    #[test]
    fn variances_are_those_of_the_closed_form() {
        let (table, margins) = with_margins(vec![Dimension::flat("d", ["a", "b", "c", "d"]).unwrap()]);
        let sigma2 = margins.margins[0].noise.variance();
        let found = variances(&table, &margins);
        assert!((found[0] - sigma2 * 0.8).abs() < 1e-9);
        assert!(found[1..].iter().all(|leaf| (leaf - sigma2 * 0.8).abs() < 1e-9));
    }

    /// The same with weights as far apart as they may be.
    #[test]
    fn uneven_shares_keep_their_digits() {
        let codes: Vec<String> = (0..500).map(|code| code.to_string()).collect();
        let sides = vec![Dimension::flat("d", codes).unwrap()];
        let rows = random_rows(&sides, 10, 5);
        let table = CountTable::tally("t", "person", sides, rows, |_| true).unwrap();
        for weights in [[1, 1000], [1000, 1]] {
            let shares = Shares::Weighted(vec![(vec![0], weights[0]), (vec![1], weights[1])]);
            let margins = Margins::new(&table, 1, "0.3".parse().unwrap(), &shares).unwrap();
            let [total, leaf] = [0, 1].map(|at| 1.0 / margins.margins[at].noise.variance());
            let found = variances(&table, &margins);
            let expected = (1.0 - total / (leaf + 500.0 * total)) / leaf;
            assert!((found[1] - expected).abs() < 1e-9 * expected, "{weights:?}");
            let expected = 500.0 / (leaf + 500.0 * total);
            assert!((found[0] - expected).abs() < 1e-9 * expected, "{weights:?}");
        }
    }

    #[test]
    fn variances_by_kind_are_those_solved_one_by_one() {
        let (table, margins) = with_margins(vec![area(), funnel(3)]);
        for (index, found) in variances(&table, &margins).into_iter().enumerate() {
            let within = below(table.dimensions(), &margins, &table.coordinates(index));
            let influence = solve(&margins, &within);
            let own: f64 = influence.iter().zip(&within).map(|(influence, within)| influence * within).sum();
            assert!((own - found).abs() < 1e-8 * own, "cell {index}");
        }
    }

    /// The same margins by dense linear algebra: `tests/reference/least_squares_reference.py`.
    #[test]
    fn agrees_with_numpy() {
        let numbers =
            |line: &str| -> Vec<f64> { line.split(',').map(|field| field.parse().unwrap()).collect() };
        let whole = |number: f64| -> usize { format!("{number}").parse().unwrap() };
        let parents = [None, Some(0), Some(0), Some(1), Some(1), Some(1), Some(2)];
        let node = |(at, parent): (usize, Option<usize>)| Node { code: at.to_string(), parent };
        let area = Dimension::tree("area", parents.into_iter().enumerate().map(node).collect()).unwrap();
        let sides = vec![Dimension::flat("site", ["a", "b", "c"]).unwrap(), area];
        let rows = random_rows(&sides, 10, 5);
        let table = CountTable::tally("t", "person", sides, rows, |_| true).unwrap();
        let shares = [([1, 2], 4), ([0, 0], 1), ([1, 0], 2), ([0, 1], 2), ([1, 1], 1)];
        let shares = Shares::Weighted(shares.map(|(levels, weight)| (levels.to_vec(), weight)).to_vec());
        let margins = Margins::new(&table, 1, "0.4".parse().unwrap(), &shares).unwrap();
        let mut measured: Vec<Vec<f64>> =
            margins.margins.iter().map(|margin| vec![f64::NAN; margin.cells.len()]).collect();
        for line in include_str!("../../tests/reference/least_squares_measured.csv").lines().skip(1) {
            let [margin, first, second, value] = numbers(line)[..] else { panic!("four columns") };
            let cell = table.index(&[whole(first), whole(second)]).unwrap();
            let place = margins.margins[whole(margin)].cells.binary_search(&cell).unwrap();
            measured[whole(margin)][place] = value;
        }
        let (leaves, variances) = (estimate(&margins, &measured), variances(&table, &margins));
        for line in include_str!("../../tests/reference/least_squares_numpy.csv").lines().skip(1) {
            let [first, second, expected, variance] = numbers(line)[..] else { panic!("four columns") };
            let at = [whole(first), whole(second)];
            let within = below(table.dimensions(), &margins, &at);
            let found: f64 = leaves.iter().zip(&within).map(|(leaf, within)| leaf * within).sum();
            assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{line}: {found}");
            assert!((variances[table.index(&at).unwrap()] - variance).abs() < 1e-9 * variance, "{line}");
        }
    }
}
