//! What may leave, written down: the release policy and its presets.

use std::str::FromStr;

use inlav_core::text::line_of;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The rules of a release. A value of this type has been validated.
///
/// Read from TOML, every key optional, an unknown key refused:
///
/// ```
/// use inlav_sdc::ReleasePolicy;
///
/// let policy: ReleasePolicy = r#"
///     preset = "ctdc"        # start from a preset, then change what follows
///     percentage_decimals = 0
/// "#.parse()?;
/// assert_eq!(policy.minimum_persons(), 11);
/// # Ok::<(), inlav_sdc::PolicyError>(())
/// ```
///
/// Zero cells are published, unless the policy says otherwise below a cell that is itself unsafe
/// ([`Zeros`]). So a published zero (and a category holding everybody of its row) can still tell something about a whole group: the rule
/// against group disclosure is a later capability and is *not* in this release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PolicyFile")]
pub struct ReleasePolicy {
    minimum_persons: u64,
    count_base: u64,
    percentage_decimals: u32,
    duration_days: u32,
    minimum_width: u64,
    least_width: u64,
    insiders: bool,
    zeros: Zeros,
    cost: Cost,
}

/// What happens to cells with nobody in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Zeros {
    /// Published, except below a cell that is itself unsafe: there a zero would tell in which
    /// categories its few persons are not.
    #[default]
    WithheldBelowUnsafe,
    /// Published everywhere, as most tools for tables of counts do.
    Published,
}

/// What withholding a safe cell costs: what the cheapest pattern is the cheapest in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cost {
    /// Every cell the same.
    Cells,
    /// The persons in the cell.
    Persons,
    /// The root of the count, several times as much for a margin and more for a cell that many
    /// tables show: what is lost with a total is more than a cell.
    #[default]
    Margins,
}

/// Named starting points of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Preset {
    /// At least 10 persons, exact counts: inlav's own.
    #[default]
    Inlav,
    /// At least 11 persons, as the Counter-Trafficking Data Collaborative does.
    Ctdc,
    /// At least 8 persons and counts rounded to 5, as OpenSAFELY ehrQL does.
    Ehrql,
    /// At least 5 persons.
    Five,
    /// At least 3 persons: for data that is hardly sensitive.
    Three,
}

impl Preset {
    /// `(minimum persons, count base)`.
    fn rules(self) -> (u64, u64) {
        match self {
            Self::Inlav => (10, 1),
            Self::Ctdc => (11, 1),
            Self::Ehrql => (8, 5),
            Self::Five => (5, 1),
            Self::Three => (3, 1),
        }
    }
}

impl ReleasePolicy {
    /// The policy of a preset, everything else at its default.
    pub fn preset(preset: Preset) -> Self {
        let (minimum_persons, count_base) = preset.rules();
        Self {
            minimum_persons,
            count_base,
            percentage_decimals: 1,
            duration_days: 7,
            minimum_width: default_width(minimum_persons),
            least_width: 1,
            insiders: true,
            zeros: Zeros::default(),
            cost: Cost::default(),
        }
    }

    /// The threshold T: a cell of 1 to T−1 distinct persons is unsafe.
    pub fn minimum_persons(&self) -> u64 {
        self.minimum_persons
    }

    /// Published counts are the nearest multiple of this, halves upwards; 1 = exact.
    pub fn count_base(&self) -> u64 {
        self.count_base
    }

    /// Decimals of published percentages.
    pub fn percentage_decimals(&self) -> u32 {
        self.percentage_decimals
    }

    /// Durations are published to the nearest multiple of this many days.
    pub fn duration_days(&self) -> u32 {
        self.duration_days
    }

    /// The narrowest interval, in units counted, to which an attacker may pin an unsafe cell: the
    /// largest possible value minus the smallest.
    pub fn minimum_width(&self) -> u64 {
        self.minimum_width
    }

    /// What is accepted instead where an attacker knows so much already that withholding every
    /// cell would still leave less than [`Self::minimum_width`]: the widest interval attainable,
    /// if it is at least this wide. Never 0, which is exact disclosure; equal to the minimum width
    /// it allows no exception. The [`super::Audit`] counts the exceptions.
    ///
    /// Such a case: a site with 5 of the persons of an unsafe total of 7 knows, once it knows that
    /// the total is unsafe, that it lies in 5..9, whatever is withheld.
    pub fn least_width(&self) -> u64 {
        self.least_width
    }

    /// Whether each insider, who knows the cells of its own site, is an attacker too.
    pub fn insiders(&self) -> bool {
        self.insiders
    }

    /// What happens to cells with nobody in them.
    pub fn zeros(&self) -> Zeros {
        self.zeros
    }

    /// What withholding a safe cell costs.
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// The same rules with zeros treated so.
    #[must_use]
    pub fn with_zeros(mut self, zeros: Zeros) -> Self {
        self.zeros = zeros;
        self
    }

    /// The same rules with withholding a cell costing so.
    #[must_use]
    pub fn with_cost(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }

    /// What is published for a true count.
    pub(crate) fn published(&self, count: u64) -> u64 {
        let base = self.count_base;
        (count + base / 2) / base * base
    }

    /// The smallest and largest true count behind a published one of at least T persons.
    ///
    /// Exactly the counts that [`Self::published`] maps to the same multiple, and no fewer than T:
    /// whoever knows the policy knows that fewer would not have been shown.
    pub(crate) fn behind(&self, published: u64) -> (u64, u64) {
        let base = self.count_base;
        let lowest = published.saturating_sub(base / 2);
        let highest = (published + base - 1) - base / 2;
        (lowest.max(self.minimum_persons).min(highest), highest)
    }
}

impl Default for ReleasePolicy {
    fn default() -> Self {
        Self::preset(Preset::default())
    }
}

impl FromStr for ReleasePolicy {
    type Err = PolicyError;

    /// Reads a policy from TOML.
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        // The parser's message repeats what the file says: of it only the place is taken.
        let line = |fault: toml::de::Error| fault.span().map_or(1, |span| line_of(text, span.start));
        let file: PolicyFile =
            toml::from_str(text).map_err(|fault| PolicyError::Syntax { line: line(fault) })?;
        Self::try_from(file)
    }
}

/// Why a policy was refused. A policy holds no data, so its values may be named.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Not TOML, an unknown key, or a value of the wrong kind.
    #[error(
        "line {line} of the release policy cannot be read: it is not TOML, or no such key or value exists"
    )]
    Syntax {
        /// Line of the fault, from 1.
        line: usize,
    },
    /// T below 3, where a pair of persons would know each other's answer, or beyond any programme.
    #[error("minimum_persons is {0}, it must lie between 3 and {LARGEST_THRESHOLD}")]
    MinimumPersons(u64),
    /// A rounding base of 0, or above T, where a shown cell could read as zero.
    #[error("count_base is {base}, it must lie between 1 and minimum_persons ({threshold})")]
    CountBase {
        /// The base asked for.
        base: u64,
        /// The threshold of the same policy.
        threshold: u64,
    },
    /// More decimals than a count of people can carry.
    #[error("percentage_decimals is {0}, it must be at most 6")]
    PercentageDecimals(u32),
    /// A duration step of no days.
    #[error("duration_days must be at least 1")]
    DurationDays,
    /// A width of 0, or one that values from 1 to T−1 cannot have.
    #[error(
        "minimum_width is {width}, it must lie between 1 and minimum_persons - 2 ({})",
        threshold.saturating_sub(2)
    )]
    MinimumWidth {
        /// The width asked for.
        width: u64,
        /// The threshold of the same policy.
        threshold: u64,
    },
    /// An exception that discloses exactly, or that is wider than the rule.
    #[error("least_width is {0}, it must lie between 1 and minimum_width")]
    LeastWidth(u64),
}

/// The largest threshold.
const LARGEST_THRESHOLD: u64 = 1_000_000;

/// The file as written, before validation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    #[serde(default)]
    preset: Preset,
    minimum_persons: Option<u64>,
    count_base: Option<u64>,
    percentage_decimals: Option<u32>,
    duration_days: Option<u32>,
    minimum_width: Option<u64>,
    least_width: Option<u64>,
    insiders: Option<bool>,
    zeros: Option<Zeros>,
    cost: Option<Cost>,
}

impl TryFrom<PolicyFile> for ReleasePolicy {
    type Error = PolicyError;

    fn try_from(file: PolicyFile) -> Result<Self, PolicyError> {
        let base = Self::preset(file.preset);
        let threshold = file.minimum_persons.unwrap_or(base.minimum_persons);
        let policy = Self {
            minimum_persons: threshold,
            count_base: file.count_base.unwrap_or(base.count_base),
            percentage_decimals: file.percentage_decimals.unwrap_or(base.percentage_decimals),
            duration_days: file.duration_days.unwrap_or(base.duration_days),
            minimum_width: file.minimum_width.unwrap_or(default_width(threshold)),
            least_width: file.least_width.unwrap_or(base.least_width),
            insiders: file.insiders.unwrap_or(base.insiders),
            zeros: file.zeros.unwrap_or(base.zeros),
            cost: file.cost.unwrap_or(base.cost),
        };
        if !(3..=LARGEST_THRESHOLD).contains(&threshold) {
            return Err(PolicyError::MinimumPersons(threshold));
        }
        if policy.count_base == 0 || policy.count_base > threshold {
            return Err(PolicyError::CountBase { base: policy.count_base, threshold });
        }
        if policy.percentage_decimals > 6 {
            return Err(PolicyError::PercentageDecimals(policy.percentage_decimals));
        }
        if policy.duration_days == 0 {
            return Err(PolicyError::DurationDays);
        }
        if policy.minimum_width == 0 || policy.minimum_width > threshold - 2 {
            return Err(PolicyError::MinimumWidth { width: policy.minimum_width, threshold });
        }
        if policy.least_width == 0 || policy.least_width > policy.minimum_width {
            return Err(PolicyError::LeastWidth(policy.least_width));
        }
        Ok(policy)
    }
}

/// Half the threshold, as far as values from 1 to T−1 allow.
fn default_width(minimum_persons: u64) -> u64 {
    (minimum_persons / 2).min(minimum_persons.saturating_sub(2)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_the_default() {
        let policy: ReleasePolicy = "".parse().unwrap();
        assert_eq!(policy, ReleasePolicy::default());
        assert_eq!((policy.minimum_persons(), policy.minimum_width()), (10, 5));
        assert!(policy.insiders());
    }

    #[test]
    fn presets_are_those_of_their_namesakes() {
        let read = |text: &str| text.parse::<ReleasePolicy>().unwrap();
        assert_eq!(read("preset = \"ctdc\"").minimum_persons(), 11);
        let ehrql = read("preset = \"ehrql\"");
        assert_eq!((ehrql.minimum_persons(), ehrql.count_base()), (8, 5));
        assert_eq!(read("preset = \"five\"").minimum_persons(), 5);
        assert_eq!(read("preset = \"three\"").minimum_width(), 1);
        assert_eq!(read("preset = \"ctdc\"\nminimum_persons = 20").minimum_width(), 10);
    }

    #[test]
    fn a_bad_policy_is_refused() {
        for text in [
            "minimum_person = 10",
            "preset = \"nobody\"",
            "minimum_persons = 2",
            "count_base = 0",
            "count_base = 11",
            "percentage_decimals = 7",
            "duration_days = 0",
            "minimum_width = 0",
            "minimum_width = 9",
            "least_width = 0",
            "least_width = 6",
            "minimum_persons = -1",
            "minimum_persons = 1000001",
            "minimum_persons = 9000000000000000000",
        ] {
            assert!(text.parse::<ReleasePolicy>().is_err(), "accepted: {text}");
        }
        assert!("minimum_width = 8".parse::<ReleasePolicy>().is_ok());
    }

    #[test]
    fn what_lies_behind_a_rounded_count_is_exactly_what_rounds_to_it() {
        for base in 1..=10 {
            let policy: ReleasePolicy = format!("count_base = {base}").parse().unwrap();
            for count in 10..200 {
                let published = policy.published(count);
                assert_eq!(published % base, 0);
                let (lowest, highest) = policy.behind(published);
                let same: Vec<u64> =
                    (10..300).filter(|&other| policy.published(other) == published).collect();
                assert_eq!(same.first(), Some(&lowest));
                assert_eq!(same.last(), Some(&highest));
            }
        }
    }
}
