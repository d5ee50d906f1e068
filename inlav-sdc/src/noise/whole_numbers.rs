//! From estimates of leaf cells to counts: non-negative whole numbers whose sums fit all margins.
//!
//! Both steps read the estimate only, never a true count: post-processing, which costs no privacy.
#![expect(clippy::indexing_slicing, reason = "leaf cells and margin cells are indices made by this crate")]

use super::margins::Margins;

/// Passes over the leaf cells at most, in each of the two steps.
const MOST_PASSES: usize = 400;

/// Changes below this, in units, end the first step: it is rounded afterwards anyway.
const SMALL: f64 = 1e-3;

/// Counts of the leaf cells. Every margin is then the sum of its leaf cells.
///
/// First the non-negative numbers nearest to the estimate in the norm in which it is the best one
/// (projected Gauss-Seidel), so that taking negative cells up to 0 does not lift the totals. Then
/// whole numbers, from the nearest ones by single steps of ±1 as long as they bring the margins
/// nearer, coarse margins counting for as much more as they have fewer cells.
pub(super) fn round(margins: &Margins, estimate: &[f64]) -> Vec<u64> {
    let target = non_negative(margins, estimate);
    #[expect(clippy::cast_possible_truncation, reason = "counts with noise are far below 2^53")]
    let mut counts: Vec<i64> = target.iter().map(|count| count.round() as i64).collect();
    #[expect(clippy::cast_precision_loss, reason = "sizes of tables and counts are far below 2^53")]
    let (weights, mut misfit) = {
        let weights = weights(margins, |cells| target.len() as f64 / cells as f64);
        let rounding: Vec<f64> =
            counts.iter().zip(&target).map(|(count, target)| *count as f64 - target).collect();
        (weights, sums(margins, &rounding))
    };
    let all: f64 = weights.iter().sum();
    for _ in 0..MOST_PASSES {
        let mut moved = false;
        for leaf in 0..counts.len() {
            let pull: f64 = pull(margins, &weights, &misfit, leaf);
            // A step of s changes the weighted sum of squares by 2·s·pull + all.
            let step = if pull < 0.0 { 1 } else { -1 };
            if all < 2.0 * pull.abs() - 1e-9 && counts[leaf] + step >= 0 {
                counts[leaf] += step;
                shift(margins, &mut misfit, leaf, if step > 0 { 1.0 } else { -1.0 });
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    counts.into_iter().map(|count| u64::try_from(count).unwrap_or(0)).collect()
}

/// The non-negative leaf cells with least `Σ (A x − A estimate)² / σ²`.
fn non_negative(margins: &Margins, estimate: &[f64]) -> Vec<f64> {
    let mut found: Vec<f64> = estimate.iter().map(|count| count.max(0.0)).collect();
    let lifted: Vec<f64> = found.iter().zip(estimate).map(|(found, estimate)| found - estimate).collect();
    let mut misfit = sums(margins, &lifted);
    let weights: Vec<f64> = margins.margins.iter().map(|margin| 1.0 / margin.noise.variance()).collect();
    let all: f64 = weights.iter().sum();
    for _ in 0..MOST_PASSES {
        let mut largest = 0.0_f64;
        for leaf in 0..found.len() {
            let step = (-pull(margins, &weights, &misfit, leaf) / all).max(-found[leaf]);
            if step != 0.0 {
                found[leaf] += step;
                shift(margins, &mut misfit, leaf, step);
                largest = largest.max(step.abs());
            }
        }
        if largest < SMALL {
            break;
        }
    }
    found
}

fn weights(margins: &Margins, of: impl Fn(usize) -> f64) -> Vec<f64> {
    margins.margins.iter().map(|margin| of(margin.cells.len())).collect()
}

/// What each margin's cells make of leaf cells.
fn sums(margins: &Margins, leaves: &[f64]) -> Vec<Vec<f64>> {
    let sum = |margin: &super::margins::Margin| {
        let mut sums = vec![0.0; margin.cells.len()];
        for (leaf, &cell) in leaves.iter().zip(&margin.of_leaf) {
            sums[cell] += leaf;
        }
        sums
    };
    margins.margins.iter().map(sum).collect()
}

/// The weighted misfit of the margin cells that a leaf cell is in.
fn pull(margins: &Margins, weights: &[f64], misfit: &[Vec<f64>], leaf: usize) -> f64 {
    let of = margins.margins.iter().zip(weights).zip(misfit);
    of.map(|((margin, weight), misfit)| weight * misfit[margin.of_leaf[leaf]]).sum()
}

/// Adds to the misfit what a step of one leaf cell does.
fn shift(margins: &Margins, misfit: &mut [Vec<f64>], leaf: usize, step: f64) {
    for (margin, misfit) in margins.margins.iter().zip(misfit) {
        misfit[margin.of_leaf[leaf]] += step;
    }
}
