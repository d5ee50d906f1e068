//! Noise as a policy asks for it.

use inlav_statistics::Confidence;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{PerturbationError, PerturbationTable, Rho};

/// The least variance of a cell-key noise: below it most counts go out as they are.
const LEAST_VARIANCE: f64 = 0.5;

/// Which noise, and how much: a table of a policy file. A value that was read has been validated.
///
/// ```
/// use inlav_sdc::noise::NoisePolicy;
///
/// let policy: NoisePolicy = toml::from_str(r#"
///     mode = "cell-key"
///     bound = 5        # D: the largest noise, in units
///     variance = 3.0   # V: its variance
///     js = 2           # counts from 1 to 2 are never shown
/// "#)?;
/// assert_eq!(policy, NoisePolicy::cell_key());
///
/// let policy: NoisePolicy = toml::from_str(r#"
///     mode = "dp"
///     budget = "0.5"      # ρ of all answers together
///     rho = "0.05"        # ρ of one answer
///     most_units = 1      # k: the most units that count of one person
///     confidence = 0.95   # of the published limits
/// "#)?;
/// assert_eq!(policy, NoisePolicy::dp());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "NoiseRecord", into = "NoiseRecord")]
#[non_exhaustive]
pub enum NoisePolicy {
    /// Cell-key perturbation: the arguments of [`PerturbationTable::new`].
    CellKey {
        /// D, in units.
        bound: u32,
        /// V, in units squared.
        variance: f64,
        /// The largest count never shown.
        js: u32,
    },
    /// Differential privacy.
    Dp {
        /// ρ of all answers together.
        budget: Rho,
        /// ρ of one answer.
        rho: Rho,
        /// The most units that count of one person, k.
        most_units: u32,
        /// Confidence of the published limits, as a probability.
        confidence: f64,
    },
}

/// Why such noise is refused. Names parameters only: they are no data.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum NoisePolicyError {
    /// There is no such perturbation table.
    #[error(transparent)]
    Perturbation(#[from] PerturbationError),
    /// Hardly any noise.
    #[error(
        "the noise's variance is {0}, it must be at least {LEAST_VARIANCE}: below that most counts go out as they are"
    )]
    TooLittle(f64),
    /// Not one answer could be paid.
    #[error("rho is {rho}, it must be above 0 and at most the budget ({budget})")]
    Rho {
        /// Of one answer.
        rho: Rho,
        /// Of all.
        budget: Rho,
    },
    /// Nobody would count.
    #[error("most_units must be at least 1")]
    MostUnits,
    /// A confidence that is not one.
    #[error("confidence must lie strictly between 0 and 1")]
    Confidence,
}

impl NoisePolicy {
    /// D 5, V 3, js 2.
    #[must_use]
    pub const fn cell_key() -> Self {
        Self::CellKey { bound: 5, variance: 3.0, js: 2 }
    }

    /// A budget of 0.5, ten answers at 0.05, one unit of each person, limits at 95 %.
    #[must_use]
    pub const fn dp() -> Self {
        Self::Dp {
            budget: Rho::of_billionths(500_000_000),
            rho: Rho::of_billionths(50_000_000),
            most_units: 1,
            confidence: 0.95,
        }
    }

    fn check(&self) -> Result<(), NoisePolicyError> {
        match *self {
            Self::CellKey { bound, variance, js } => {
                PerturbationTable::new(bound, variance, js)?;
                if variance < LEAST_VARIANCE { Err(NoisePolicyError::TooLittle(variance)) } else { Ok(()) }
            }
            Self::Dp { budget, rho, most_units, confidence } => {
                if rho == Rho::ZERO || rho > budget {
                    return Err(NoisePolicyError::Rho { rho, budget });
                }
                if most_units == 0 {
                    return Err(NoisePolicyError::MostUnits);
                }
                Confidence::new(confidence).map(|_| ()).map_err(|_| NoisePolicyError::Confidence)
            }
        }
    }
}

/// A policy as written, before validation.
#[derive(Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
enum NoiseRecord {
    CellKey { bound: u32, variance: f64, js: u32 },
    Dp { budget: Rho, rho: Rho, most_units: u32, confidence: f64 },
}

impl TryFrom<NoiseRecord> for NoisePolicy {
    type Error = NoisePolicyError;

    fn try_from(record: NoiseRecord) -> Result<Self, NoisePolicyError> {
        let policy = match record {
            NoiseRecord::CellKey { bound, variance, js } => Self::CellKey { bound, variance, js },
            NoiseRecord::Dp { budget, rho, most_units, confidence } => {
                Self::Dp { budget, rho, most_units, confidence }
            }
        };
        policy.check()?;
        Ok(policy)
    }
}

impl From<NoisePolicy> for NoiseRecord {
    fn from(policy: NoisePolicy) -> Self {
        match policy {
            NoisePolicy::CellKey { bound, variance, js } => Self::CellKey { bound, variance, js },
            NoisePolicy::Dp { budget, rho, most_units, confidence } => {
                Self::Dp { budget, rho, most_units, confidence }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read_as_they_are_written() {
        for policy in [NoisePolicy::cell_key(), NoisePolicy::dp()] {
            policy.check().unwrap();
            let text = toml::to_string(&policy).unwrap();
            assert_eq!(toml::from_str::<NoisePolicy>(&text).unwrap(), policy);
        }
    }

    #[test]
    fn what_protects_nobody_is_refused() {
        let cell_key = "mode = \"cell-key\"\nbound = 5\nvariance = 3.0\njs = 2\n";
        let dp = "mode = \"dp\"\nbudget = \"0.5\"\nrho = \"0.05\"\nmost_units = 1\nconfidence = 0.95\n";
        for (text, from, to, told) in [
            (cell_key, "bound = 5", "bound = 0", "bound D is 0"),
            (cell_key, "js = 2", "js = 5", "smaller than"),
            (cell_key, "variance = 3.0", "variance = 1.0", "above 2"),
            (cell_key, "variance = 3.0\njs = 2", "variance = 0.4\njs = 0", "at least 0.5"),
            (cell_key, "js = 2", "js = 2\nepsilon = 1", "unknown field"),
            (cell_key, "mode = \"cell-key\"", "mode = \"none\"", "unknown variant"),
            (dp, "\"0.05\"", "\"0.6\"", "at most the budget"),
            (dp, "\"0.05\"", "\"0\"", "above 0"),
            (dp, "\"0.05\"", "\"a lot\"", "decimal number"),
            (dp, "most_units = 1", "most_units = 0", "at least 1"),
            (dp, "0.95", "1.0", "between 0 and 1"),
        ] {
            assert!(text.contains(from));
            let refused = toml::from_str::<NoisePolicy>(&text.replace(from, to)).unwrap_err().to_string();
            assert!(refused.contains(told), "{refused}");
        }
    }
}
