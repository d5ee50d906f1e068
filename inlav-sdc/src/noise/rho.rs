//! Privacy loss under zero-concentrated differential privacy, and what it means as (ε, δ).
//!
//! Bun and Steinke, *Concentrated differential privacy* (TCC 2016): a mechanism is ρ-zCDP when for
//! every two data sets that differ in one person and every α > 1 the Rényi divergence of order α of
//! its answers is at most ρα. Losses of several answers add up (their lemma 1.7), whatever was asked
//! after what.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Units of a [`Rho`] in 1.
const UNITS: u64 = 1_000_000_000;

/// Digits after the point of a [`Rho`].
const DIGITS: usize = 9;

/// A privacy loss ρ ≥ 0: a decimal number of at most nine places, exact. Sums of it are exact too.
///
/// ```
/// use inlav_sdc::noise::Rho;
///
/// let rho: Rho = "0.125".parse()?;
/// assert_eq!(rho.to_string(), "0.125");
/// // At δ = 10⁻⁵, by the conversion of Canonne, Kamath and Steinke:
/// assert!((rho.epsilon(1e-5) - 2.1657).abs() < 1e-4);
/// # Ok::<(), inlav_sdc::noise::RhoError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rho(u64);

/// A text that is not a privacy loss.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("a privacy loss is a decimal number from 0 to 1000 with at most {DIGITS} places, such as 0.125")]
pub struct RhoError;

impl Rho {
    /// A loss of 1.
    pub(super) const ONE: Self = Self(UNITS);

    /// No loss.
    pub const ZERO: Self = Self(0);

    /// The loss in billionths.
    pub(super) const fn billionths(self) -> u64 {
        self.0
    }

    /// So many billionths; at most 1000 in all.
    pub(super) const fn of_billionths(billionths: u64) -> Self {
        Self(billionths)
    }

    /// Both losses together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left of this loss after another; `None` when the other is larger.
    #[must_use]
    pub fn less(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The smallest ε known such that ρ-zCDP implies (ε, δ)-differential privacy, for 0 < δ < 1;
    /// infinite for other δ.
    ///
    /// `min over α > 1 of ρα + ln(1 − 1/α) − ln(δα)/(α − 1)`, and never below 0 (Canonne, Kamath and
    /// Steinke, *The discrete Gaussian for differential privacy*, NeurIPS 2020, proposition 12).
    /// Agrees with `dp-accounting` to 1e-6: `agrees_with_dp_accounting`.
    #[must_use]
    pub fn epsilon(self, delta: f64) -> f64 {
        let rho = self.as_f64();
        if !(delta > 0.0 && delta < 1.0) {
            return f64::INFINITY;
        }
        // The derivative has the sign of this, which rises with α − 1.
        let excess = root(|excess| rho * excess * excess + excess.ln_1p() + delta.ln() < 0.0);
        let order = excess + 1.0;
        (rho * order + (-1.0 / order).ln_1p() - (delta * order).ln() / excess).max(0.0)
    }

    /// The ε of `ρ + 2 √(ρ ln(1/δ))` (Bun and Steinke, proposition 1.3): simpler and larger than
    /// [`Self::epsilon`]; infinite unless 0 < δ < 1.
    #[must_use]
    pub fn epsilon_by_bun_and_steinke(self, delta: f64) -> f64 {
        let rho = self.as_f64();
        if delta > 0.0 && delta < 1.0 { rho + 2.0 * (rho * -delta.ln()).sqrt() } else { f64::INFINITY }
    }

    /// The smallest δ known such that ρ-zCDP implies (ε, δ)-differential privacy, for ε ≥ 0; 1 for
    /// other ε. Source as for [`Self::epsilon`].
    #[must_use]
    pub fn delta(self, epsilon: f64) -> f64 {
        let rho = self.as_f64();
        if epsilon.is_nan() || epsilon < 0.0 {
            return 1.0;
        }
        if self == Self::ZERO {
            return 0.0;
        }
        let excess = root(|excess| {
            (2.0 * excess + 1.0) * rho - epsilon - (1.0 / excess).ln_1p() < 0.0 // (−1/α).ln_1p() = −ln(1 + 1/(α−1))
        });
        let order = excess + 1.0;
        let logarithm = excess * (order * rho - epsilon) - order.ln() - excess * (1.0 / excess).ln_1p();
        logarithm.exp().min(1.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "an ε is not known to fifteen digits")]
    pub(super) fn as_f64(self) -> f64 {
        self.0 as f64 / UNITS as f64
    }
}

/// The positive number at which `below` turns from true to false.
fn root(below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (1e-12_f64, 1e12_f64);
    for _ in 0..200 {
        // Geometric means: the root may be of any size.
        let middle = (low * high).sqrt();
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low * high).sqrt()
}

impl FromStr for Rho {
    type Err = RhoError;

    fn from_str(text: &str) -> Result<Self, RhoError> {
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(places) || whole.len() > 4 || places.len() > DIGITS {
            return Err(RhoError);
        }
        let number = |text: &str| text.parse::<u64>().map_err(|_| RhoError);
        let rho = number(whole)? * UNITS + number(&format!("{places:0<DIGITS$}"))?;
        if rho <= 1000 * UNITS { Ok(Self(rho)) } else { Err(RhoError) }
    }
}

impl fmt::Display for Rho {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = format!("{:0>DIGITS$}", self.0 % UNITS);
        match places.trim_end_matches('0') {
            "" => write!(f, "{}", self.0 / UNITS),
            places => write!(f, "{}.{places}", self.0 / UNITS),
        }
    }
}

impl TryFrom<String> for Rho {
    type Error = RhoError;

    fn try_from(text: String) -> Result<Self, RhoError> {
        text.parse()
    }
}

impl From<Rho> for String {
    fn from(rho: Rho) -> Self {
        rho.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_read_and_written_exactly() {
        for text in ["0", "1", "0.5", "0.000000001", "12.25", "1000"] {
            assert_eq!(text.parse::<Rho>().unwrap().to_string(), text);
        }
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "0.0000000001", "1000.1", "10000", " 1", "NaN"] {
            assert_eq!(text.parse::<Rho>(), Err(RhoError), "{text}");
        }
        let tenth: Rho = "0.1".parse().unwrap();
        let sum = (0..10).fold(Rho::ZERO, |sum, _| sum.plus(tenth));
        assert_eq!(sum.to_string(), "1");
        assert_eq!(sum.less(tenth.plus(sum)), None);
    }

    /// Inputs and answers by dp-accounting's Rényi accountant: `tests/reference/dp_accounting_reference.py`.
    #[test]
    fn agrees_with_dp_accounting() {
        let mut compared = 0;
        for line in include_str!("../../tests/reference/epsilon_dp_accounting.csv").lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let [_, rho, compositions, delta, epsilon] = fields[..] else { panic!("five columns") };
            let one: Rho = rho.parse().unwrap();
            let all = (0..compositions.parse().unwrap()).fold(Rho::ZERO, |sum, _| sum.plus(one));
            let expected: f64 = epsilon.parse().unwrap();
            let delta: f64 = delta.parse().unwrap();
            assert!((all.epsilon(delta) - expected).abs() < 1e-6, "{line}");
            assert!(all.epsilon(delta) <= all.epsilon_by_bun_and_steinke(delta));
            compared += 1;
        }
        assert!(compared > 100);
    }

    #[test]
    fn delta_undoes_epsilon_and_agrees_with_dp_accounting() {
        for line in include_str!("../../tests/reference/delta_dp_accounting.csv").lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let [rho, epsilon, delta] = fields[..] else { panic!("three columns") };
            let rho: Rho = rho.parse().unwrap();
            let (epsilon, expected): (f64, f64) = (epsilon.parse().unwrap(), delta.parse().unwrap());
            let delta = rho.delta(epsilon);
            assert!((delta - expected).abs() < 1e-6 * expected.max(1e-6), "{line}: {delta}");
            if delta > 1e-300 && epsilon > 0.0 && rho.epsilon(delta) > 0.0 {
                assert!((rho.epsilon(delta) - epsilon).abs() < 1e-6, "{line}");
            }
        }
    }

    #[test]
    fn outside_its_domain_nothing_is_promised() {
        let rho: Rho = "0.5".parse().unwrap();
        assert!(rho.epsilon(0.0).is_infinite());
        assert!(rho.epsilon(f64::NAN).is_infinite());
        assert!(rho.epsilon_by_bun_and_steinke(1.0).is_infinite());
        assert!((rho.delta(-1.0) - 1.0).abs() < f64::EPSILON);
        assert!(Rho::ZERO.epsilon(1e-6).abs() < f64::EPSILON && Rho::ZERO.delta(0.0).abs() < f64::EPSILON);
    }
}
