//! From estimates of leaf cells to counts: non-negative whole numbers whose sums fit all margins.
//!
//! Both steps read the estimate only, never a true count: post-processing, which costs no privacy.
//! Both measure how far counts x are from the estimate by the margins, Σ w (A x − A estimate)²,
//! with `w = √(leaf cells / margin cells) / σ²`: taking negative cells up to 0 and rounding would
//! otherwise lift totals, which are read most (chosen by trial: `docs/NOISE.md`).
#![expect(clippy::indexing_slicing, reason = "leaf cells and margin cells are indices made by this crate")]

use super::margins::Margins;

/// Passes over the leaf cells at most, in each of the two steps.
const MOST_PASSES: usize = 400;

/// Changes below this, in units, end the first step: it is rounded afterwards anyway.
const SMALL: f64 = 1e-3;

/// Counts of the leaf cells; every cell of the table is the sum of its leaf cells.
///
/// First the nearest non-negative numbers (projected Gauss-Seidel), then whole numbers: from the
/// nearest ones by single steps of ±1, as long as they bring the margins nearer.
pub(super) fn round(margins: &Margins, estimate: &[f64]) -> Vec<u64> {
    let mut fit = Fit::new(margins, estimate);
    let mut counts: Vec<f64> = estimate.iter().map(|count| count.max(0.0)).collect();
    fit.begin(&counts);
    for _ in 0..MOST_PASSES {
        let mut largest = 0.0_f64;
        for (leaf, count) in counts.iter_mut().enumerate() {
            let step = (-fit.pull(leaf) / fit.all).max(-*count);
            *count += step;
            fit.shift(leaf, step);
            largest = largest.max(step.abs());
        }
        if largest < SMALL {
            break;
        }
    }
    // What has to be met are the margins of the non-negative numbers.
    let mut fit = Fit::new(margins, &counts);
    counts.iter_mut().for_each(|count| *count = count.round());
    fit.begin(&counts);
    for _ in 0..MOST_PASSES {
        let mut moved = false;
        for (leaf, count) in counts.iter_mut().enumerate() {
            // A step of ±1 changes the sum of squares by ±2·pull + all.
            let pull = fit.pull(leaf);
            let step = -pull.signum();
            if 2.0 * pull.abs() > fit.all * (1.0 + 1e-9) && *count + step >= 0.0 {
                *count += step;
                fit.shift(leaf, step);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and 0 at least")]
    counts.into_iter().map(|count| count as u64).collect()
}

/// How far leaf cells are from a target, margin by margin.
struct Fit<'a> {
    margins: &'a Margins,
    target: Vec<f64>,
    weights: Vec<f64>,
    /// The sum of the weights.
    all: f64,
    /// For each margin and its cells what they have too much.
    misfit: Vec<Vec<f64>>,
}

impl<'a> Fit<'a> {
    fn new(margins: &'a Margins, target: &[f64]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "sizes of tables are far below 2^53")]
        let weight = |cells: usize, variance: f64| (target.len() as f64 / cells as f64).sqrt() / variance;
        let of = margins.margins.iter().map(|margin| weight(margin.cells.len(), margin.noise.variance()));
        let weights: Vec<f64> = of.collect();
        let all = weights.iter().sum();
        Self { margins, target: target.to_vec(), weights, all, misfit: Vec::new() }
    }

    /// Starts from these leaf cells.
    fn begin(&mut self, leaves: &[f64]) {
        self.misfit = self.margins.margins.iter().map(|margin| vec![0.0; margin.cells.len()]).collect();
        for (leaf, count) in leaves.iter().enumerate() {
            self.shift(leaf, count - self.target[leaf]);
        }
    }

    /// The weighted misfit of the margin cells that a leaf cell is in.
    fn pull(&self, leaf: usize) -> f64 {
        let of = self.margins.margins.iter().zip(&self.weights).zip(&self.misfit);
        of.map(|((margin, weight), misfit)| weight * misfit[margin.of_leaf[leaf]]).sum()
    }

    /// Adds a step of one leaf cell.
    fn shift(&mut self, leaf: usize, step: f64) {
        for (margin, misfit) in self.margins.margins.iter().zip(&mut self.misfit) {
            misfit[margin.of_leaf[leaf]] += step;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::random_rows;
    use super::super::margins::Shares;
    use super::*;
    use crate::{CountTable, Dimension};

    fn margins(leaves: usize) -> Margins {
        let side = Dimension::flat("d", (0..leaves).map(|leaf| leaf.to_string())).unwrap();
        let rows = random_rows(std::slice::from_ref(&side), 10, 1);
        let table = CountTable::tally("t", "person", vec![side], rows, |_| true).unwrap();
        Margins::new(&table, 1, "0.5".parse().unwrap(), &Shares::Equal).unwrap()
    }

    #[test]
    fn whole_estimates_stay_as_they_are() {
        assert_eq!(round(&margins(4), &[3.0, 0.0, 7.0, 1.0]), [3, 0, 7, 1]);
    }

    #[test]
    fn what_is_empty_does_not_go_below_nothing_to_make_the_total() {
        // To the nearest: 10 ones, where the total is 6.
        let estimate: Vec<f64> = (0..15).map(|leaf| if leaf < 5 { 0.0 } else { 0.6 }).collect();
        let counts = round(&margins(15), &estimate);
        assert_eq!(counts.iter().sum::<u64>(), 6);
        assert!(counts[..5].iter().all(|&count| count == 0) && counts[5..].iter().all(|&count| count <= 1));
    }

    #[test]
    fn negative_estimates_do_not_lift_the_total() {
        let estimate: Vec<f64> = (0..40).map(|leaf| if leaf % 2 == 0 { -4.0 } else { 9.0 }).collect();
        let total = round(&margins(40), &estimate).iter().sum::<u64>();
        assert!((95..=125).contains(&total), "100 is estimated, 180 are above 0: {total}");
    }
}
