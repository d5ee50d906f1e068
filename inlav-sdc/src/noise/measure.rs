//! Differential privacy: a table measured once, made consistent, published with its limits.
//!
//! Canonne, Kamath and Steinke, *The discrete Gaussian for differential privacy* (NeurIPS 2020);
//! the order of steps is that of Abowd et al., *The 2020 Census disclosure avoidance system TopDown
//! algorithm* (Harvard Data Science Review 2022): noise on every margin, then post-processing.

use inlav_statistics::Confidence;
use rand_core::CryptoRng;

use super::budget::Permit;
use super::least_squares::{estimate, variances};
use super::margins::{Margins, MeasureError};
use super::noisy::{Guarantee, Loss, NoisyTable};
use super::whole_numbers::round;
use crate::{BoundedTable, CountTable};

/// Measures a table that was charged.
///
/// `selection` is that of the question. The generator must be seeded by the operating system (a
/// `ChaCha20Rng` from 32 bytes of `getrandom`): a seed that somebody knows is noise that somebody
/// can take off.
///
/// ```
/// use inlav_sdc::noise::{Budget, Decision, Flow, Question, Shares, measure};
/// use inlav_sdc::{BoundedTable, Dimension, Released, Row};
/// use inlav_statistics::Confidence;
/// use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
///
/// let sex = Dimension::flat("sex", ["F", "M"])?;
/// let rows = (0..100).map(|unit| Row { unit, person: unit, leaves: vec![1 + usize::from(unit < 30)] });
/// let rows = rows.map(|row| (12, row)); // all came on day 12
/// let first_month = Flow { after: None, until: 30 };
/// let table = BoundedTable::tally("arrivals", "person", vec![sex], rows, |_| true, first_month, 1)?;
///
/// let question = Question::new(&table, "all", "0.5".parse()?, Shares::Equal)?;
/// if let Decision::Charged(budget, permit) = Budget::new("1".parse()?).charge(&question)? {
///     // Here `budget` is written down in place of the old one.
/// #   let seed_of_the_operating_system = [7; 32];
///     let mut rng = ChaCha20Rng::from_seed(seed_of_the_operating_system);
///     let (noisy, _loss) = measure(&table, "all", permit, Confidence::NINETY_FIVE, &mut rng)?;
///     let budget = budget.answered(&question, &noisy)?;
///     assert_eq!(budget.left().to_string(), "0.5");
///     let released = Released::from(noisy);
///     let value = |node| released.cell(&[node]).map(|cell| cell.value);
///     assert_eq!(value(0), value(1).zip(value(2)).map(|(women, men)| women + men));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A generator that is not cryptographic does not compile:
///
/// ```compile_fail,E0277
/// use inlav_sdc::BoundedTable;
/// use inlav_sdc::noise::{Permit, measure};
/// use inlav_statistics::Confidence;
///
/// struct Weak;
///
/// fn ask(table: &BoundedTable, permit: Permit) {
///     let _ = measure(table, "all", permit, Confidence::NINETY_FIVE, &mut Weak);
/// }
/// ```
///
/// # Errors
///
/// [`MeasureError::AnotherQuestion`]; nothing is drawn then. The charge stands.
///
/// # Guarantee
///
/// The cells as a function of the rows are ρ-zCDP for the ρ charged, one person being the unit:
/// with and without all units of any one person their distributions differ by no more, whatever a
/// reader knows of the others and of earlier answers (which add their own ρ). Cells displayed
/// nowhere are measured like the others. Published counts are non-negative whole numbers, and every
/// total is the sum of its parts. Not protected: that the table was asked for, its dimensions and
/// codes (they must not be taken from the data), and the [`Loss`], which is computed from the true
/// counts and is not for publication. Tests: `margins_add_up_and_counts_are_whole`,
/// `the_limits_hold_as_often_as_they_say`, `one_person_changes_a_table_by_at_most_k`,
/// `draws_have_the_exact_distribution`.
pub fn measure(
    table: &BoundedTable,
    selection: &str,
    permit: Permit,
    confidence: Confidence,
    rng: &mut impl CryptoRng,
) -> Result<(NoisyTable, Loss), MeasureError> {
    let question = permit.question;
    if !question.is_about(table, selection) {
        return Err(MeasureError::AnotherQuestion { table: table.id().to_owned() });
    }
    let counts = table.bounded();
    let margins = question.margins(table)?;
    let estimate = estimate(&margins, &with_noise(counts, &margins, rng));
    let whole = round(&margins, &estimate);
    let values = totals(counts, &margins, &whole);
    let estimates = totals(counts, &margins, &estimate);
    let variances = variances(counts, &margins);
    let guarantee = Guarantee::Dp {
        rho: question.rho,
        most_units: table.most(),
        confidence: confidence.level(),
        flow: question.flow,
    };
    let noisy = NoisyTable::new(counts, guarantee, |index| {
        let of = |all: &[f64]| all.get(index).copied().unwrap_or(0.0);
        let value = values.get(index).copied().unwrap_or(0);
        let reach = confidence.z() * of(&variances).sqrt();
        let (lower, upper) = (of(&estimates) - reach, of(&estimates) + reach);
        // The limits are those of the estimate, outwards to whole numbers, and hold the published count.
        (value, count(lower.floor()).min(value), count(upper.ceil()).max(value))
    });
    let loss = noisy.loss(table.full());
    Ok((noisy, loss))
}

/// The cells of every margin with noise, margin by margin, cell by cell.
fn with_noise(table: &CountTable, margins: &Margins, rng: &mut impl CryptoRng) -> Vec<Vec<f64>> {
    let mut measured = Vec::with_capacity(margins.margins.len());
    for margin in &margins.margins {
        let cells = margin.cells.iter().map(|&cell| table.cells().get(cell).map_or(0, |cell| cell.count));
        // Both are whole and far below 2^53: nothing is rounded.
        #[expect(clippy::cast_precision_loss, reason = "counts and their noise are far below 2^53")]
        measured.push(cells.map(|count| (count.cast_signed() + margin.noise.sample(rng)) as f64).collect());
    }
    measured
}

/// For every cell of a table the sum of the leaf cells below it.
fn totals<T: Copy + Default + std::ops::AddAssign>(
    table: &CountTable,
    margins: &Margins,
    leaves: &[T],
) -> Vec<T> {
    let mut cells = vec![T::default(); table.size()];
    for (leaf, &value) in margins.leaves.iter().zip(leaves) {
        if let Some(cell) = table.index(leaf).and_then(|index| cells.get_mut(index)) {
            *cell = value;
        }
    }
    table.fold_up(&mut cells, |parent, cell| *parent += cell);
    cells
}

/// A whole number as a count; 0 below 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and 0 at least")]
fn count(number: f64) -> u64 {
    number.max(0.0) as u64
}

#[cfg(test)]
mod tests;
