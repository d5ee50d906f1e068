//! The perturbation table of the cell-key method: which noise a count gets for which cell key.

use thiserror::Error;

use super::entropy::maximum_entropy;
use super::record_key::CellKey;

/// The widest noise a table is made for.
const WIDEST: u32 = 50;

/// Probabilities are multiples of one part in 2³²: a cell key's upper half chooses.
const PARTS: u64 = 1 << 32;

/// For each true count the distribution of its noise, by maximum entropy.
///
/// The distributions are those of the R package `ptable` with its arguments `D`, `V` and `js`
/// (constraint on the variance `V` as an inequality, monotone, no fixed probability to stay).
///
/// # Guarantee
///
/// Noise never exceeds the bound, never makes a count negative, leaves zero zero, publishes no
/// count of 1 to `js`, and is exactly unbiased: Σ noise · parts = 0 in whole numbers, for every
/// true count. Its variance is at most V, and V wherever mean and monotony allow. Tests:
/// `noise_is_bounded_unbiased_and_never_negative`, `agrees_with_ptable`.
#[derive(Debug, Clone, PartialEq)]
pub struct PerturbationTable {
    bound: u32,
    variance: f64,
    js: u32,
    /// For true counts 0, 1, … the possible noises with the parts up to and including each; the
    /// last is for all larger counts.
    rows: Vec<Vec<(i32, u64)>>,
}

/// Why there is no such perturbation table. Names parameters only: they are no data.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum PerturbationError {
    /// A bound of 0, or beyond what is sensible.
    #[error("the noise's bound D is {0}, it must lie between 1 and {WIDEST}")]
    Bound(u32),
    /// Counts could not move from 0 to above js and back.
    #[error("js is {js}, it must be smaller than the noise's bound D ({bound})")]
    Blocked {
        /// The largest count never published.
        js: u32,
        /// The bound.
        bound: u32,
    },
    /// A variance that is not a positive number.
    #[error("the noise's variance V must be a positive number")]
    Variance,
    /// Too little variance for small counts to become 0 or more than js without bias.
    #[error(
        "the noise's variance V is too small to keep counts of 1 to {js} from being published: choose V above {least}"
    )]
    VarianceTooSmall {
        /// The largest count never published.
        js: u32,
        /// What V must exceed.
        least: f64,
    },
}

impl PerturbationTable {
    /// The table with noise of at most `bound` (D) units, of variance at most `variance` (V, units
    /// squared), that publishes no count of 1 to `js`; `js` = 0 allows all.
    ///
    /// # Errors
    ///
    /// [`PerturbationError`] when no noise is like that.
    pub fn new(bound: u32, variance: f64, js: u32) -> Result<Self, PerturbationError> {
        if bound == 0 || bound > WIDEST {
            return Err(PerturbationError::Bound(bound));
        }
        if js >= bound {
            return Err(PerturbationError::Blocked { js, bound });
        }
        if !(variance.is_finite() && variance > 0.0) {
            return Err(PerturbationError::Variance);
        }
        let last = if js == 0 { bound } else { bound + js + 1 };
        let too_small = || PerturbationError::VarianceTooSmall {
            js,
            least: f64::from((1..=js).map(|count| count * (js + 1 - count)).max().unwrap_or(0)),
        };
        let mut rows = vec![vec![(0, PARTS)]];
        for count in 1..=last {
            let support = support(count, bound, js);
            let probabilities = maximum_entropy(&support, variance).ok_or_else(too_small)?;
            rows.push(in_parts(&support, &probabilities).ok_or_else(too_small)?);
        }
        Ok(Self { bound, variance, js, rows })
    }

    /// The noise's bound D, in units.
    #[must_use]
    pub fn bound(&self) -> u32 {
        self.bound
    }

    /// The variance V asked for, in units squared.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// The largest count that is never published besides 0; 0 when every count may be.
    #[must_use]
    pub fn js(&self) -> u32 {
        self.js
    }

    /// The noises that a true count may get, each with its probability.
    pub fn distribution(&self, count: u64) -> impl Iterator<Item = (i32, f64)> {
        let before = std::iter::once(0).chain(self.row(count).iter().map(|(_, upto)| *upto));
        (self.row(count).iter().zip(before)).map(|(&(noise, upto), before)| {
            #[expect(clippy::cast_precision_loss, reason = "at most 2^32")]
            let share = (upto - before) as f64 / PARTS as f64;
            (noise, share)
        })
    }

    /// The noise for a true count under a cell key.
    pub(super) fn noise(&self, count: u64, key: CellKey) -> i32 {
        let part = key.upper_half();
        self.row(count).iter().find(|(_, upto)| part < *upto).map_or(0, |(noise, _)| *noise)
    }

    fn row(&self, count: u64) -> &[(i32, u64)] {
        let row = usize::try_from(count).ok().and_then(|count| self.rows.get(count));
        row.or(self.rows.last()).map_or(&[], Vec::as_slice)
    }
}

/// The noises that a count may get: within the bound, to 0 or above js.
fn support(count: u32, bound: u32, js: u32) -> Vec<i32> {
    let targets = (count.saturating_sub(bound)..=count + bound).filter(|&target| target == 0 || target > js);
    targets.map(|target| target.cast_signed() - count.cast_signed()).collect()
}

/// Probabilities as whole parts that sum to [`PARTS`] and to mean 0, cumulated.
fn in_parts(support: &[i32], probabilities: &[f64]) -> Option<Vec<(i32, u64)>> {
    #[expect(clippy::cast_possible_truncation, reason = "a probability of 1 is 2^32 parts")]
    #[expect(clippy::cast_precision_loss, reason = "2^32")]
    let mut parts: Vec<i64> = probabilities.iter().map(|p| (p * PARTS as f64).round() as i64).collect();
    // What rounding took goes to the likeliest noise ...
    let likeliest = (0..parts.len()).max_by_key(|&at| parts.get(at))?;
    let missing = PARTS.cast_signed() - parts.iter().sum::<i64>();
    *parts.get_mut(likeliest)? += missing;
    // ... and what that made of the mean is moved between two neighbours of which one is likely.
    let bias: i64 = support.iter().zip(&parts).map(|(&noise, parts)| i64::from(noise) * parts).sum();
    let lower = (support.array_windows().enumerate())
        .filter(|(_, [left, right])| right - left == 1)
        .map(|(at, _)| at)
        .max_by_key(|&at| parts.get(at).min(parts.get(at + 1)))?;
    *parts.get_mut(lower)? += bias;
    *parts.get_mut(lower + 1)? -= bias;
    let mut upto = 0;
    (support.iter().zip(parts))
        .map(|(&noise, parts)| {
            upto += u64::try_from(parts).ok()?;
            Some((noise, upto))
        })
        .collect()
}

#[cfg(test)]
mod tests;
