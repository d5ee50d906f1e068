//! A share of trials that succeeded, with the Wilson score interval.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// So many successes among so many trials; `successes <= trials` always holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proportion {
    successes: u64,
    trials: u64,
}

impl Proportion {
    /// A proportion of `successes` among `trials` (both in units counted, not in percent).
    ///
    /// # Errors
    ///
    /// [`ProportionError::NoTrials`] without trials, [`ProportionError::TooManySuccesses`] when
    /// there are more successes than trials.
    pub fn new(successes: u64, trials: u64) -> Result<Self, ProportionError> {
        if trials == 0 {
            return Err(ProportionError::NoTrials);
        }
        if successes > trials {
            return Err(ProportionError::TooManySuccesses);
        }
        Ok(Self { successes, trials })
    }

    /// Units that succeeded.
    pub fn successes(self) -> u64 {
        self.successes
    }

    /// Units observed, at least 1.
    pub fn trials(self) -> u64 {
        self.trials
    }

    /// The share of successes, between 0 and 1.
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
    pub fn share(self) -> f64 {
        self.successes as f64 / self.trials as f64
    }
}

/// Why a proportion or a confidence level was refused.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProportionError {
    /// A share of nothing is undefined.
    #[error("a proportion needs at least one trial")]
    NoTrials,
    /// More successes than trials.
    #[error("a proportion has more successes than trials")]
    TooManySuccesses,
    /// A confidence level outside the open interval from 0 to 1.
    #[error("a confidence level lies strictly between 0 and 1")]
    Confidence,
}

/// A two-sided confidence level, strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// The level nearly everybody reports: 0.95.
    pub const NINETY_FIVE: Self = Self(0.95);

    /// A confidence level such as 0.95.
    ///
    /// # Errors
    ///
    /// [`ProportionError::Confidence`] unless `0 < level < 1`.
    pub fn new(level: f64) -> Result<Self, ProportionError> {
        if level > 0.0 && level < 1.0 { Ok(Self(level)) } else { Err(ProportionError::Confidence) }
    }

    /// The level, as a probability.
    pub fn level(self) -> f64 {
        self.0
    }

    /// The standard normal quantile `z` such that a normal variable lies in `-z..z` with this
    /// probability (1.959964 for 95 %).
    pub fn z(self) -> f64 {
        // From the lower tail: it keeps its digits where 1 - p would lose them.
        -normal_quantile((1.0 - self.0) / 2.0)
    }
}

impl Default for Confidence {
    fn default() -> Self {
        Self::NINETY_FIVE
    }
}

/// A closed interval, `lower <= upper`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

/// The Wilson score interval of a proportion, as shares between 0 and 1.
///
/// With `p = k/n`: centre `(p + z²/2n) / (1 + z²/n)`, half width
/// `z √(p(1−p)/n + z²/4n²) / (1 + z²/n)` (Wilson, JASA 22, 1927; no continuity correction). It
/// never leaves 0..1 and stays honest at 0 of n and n of n, where the share itself is an end.
pub fn wilson(proportion: Proportion, confidence: Confidence) -> Interval {
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
    let trials = proportion.trials as f64;
    let share = proportion.share();
    let z = confidence.z();
    let z2 = z * z;
    let shrink = 1.0 + z2 / trials;
    let centre = (share + z2 / (2.0 * trials)) / shrink;
    let half = z * (share * (1.0 - share) / trials + z2 / (4.0 * trials * trials)).sqrt() / shrink;
    let lower = if proportion.successes == 0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if proportion.successes == proportion.trials { 1.0 } else { (centre + half).min(1.0) };
    Interval { lower, upper }
}

/// The standard normal quantile of `p` in (0, 1): algorithm AS 241, PPND16 (Wichura, Applied
/// Statistics 37, 1988), relative accuracy about 1e-16.
fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = (-tail.ln()).sqrt();
    let magnitude = if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &FAR) };
    magnitude.copysign(q)
}

/// A rational function of `r`: the first list over the second, highest power first.
fn ratio(r: f64, (above, below): &([f64; 8], [f64; 8])) -> f64 {
    let horner = |terms: &[f64; 8]| terms.iter().fold(0.0, |sum, term| sum * r + term);
    horner(above) / horner(below)
}

/// AS 241 for `|p - 1/2| <= 0.425`.
const CENTRE: ([f64; 8], [f64; 8]) = (
    [
        2.509_080_928_730_122_7e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_4e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_6,
    ],
    [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_6e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ],
);

/// AS 241 for `r = √(-ln tail) <= 5`.
const MIDDLE: ([f64; 8], [f64; 8]) = (
    [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
);

/// AS 241 for `r > 5`.
const FAR: ([f64; 8], [f64; 8]) = (
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_88e-1,
        1.0,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-9, "{left} differs from {right}");
    }

    #[test]
    fn wilson_agrees_with_r_and_statsmodels() {
        for tool in [
            include_str!("../tests/reference/wilson_r.csv"),
            include_str!("../tests/reference/wilson_statsmodels.csv"),
        ] {
            let mut seen = 0;
            for line in tool.lines().skip(1) {
                let fields: Vec<f64> = line.split(',').map(|f| f.parse().unwrap()).collect();
                let [successes, trials, level, lower, upper] = fields.try_into().unwrap();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the file holds small whole numbers"
                )]
                let proportion = Proportion::new(successes as u64, trials as u64).unwrap();
                let found = wilson(proportion, Confidence::new(level).unwrap());
                close(found.lower, lower);
                close(found.upper, upper);
                seen += 1;
            }
            assert!(seen > 30, "the reference file is complete");
        }
    }

    #[test]
    fn quantile_agrees_with_r_far_into_the_tails() {
        let reference = include_str!("../tests/reference/normal_quantile_r.csv");
        for line in reference.lines().skip(1) {
            let (p, z) = line.split_once(',').unwrap();
            let (p, z): (f64, f64) = (p.parse().unwrap(), z.parse().unwrap());
            let found = normal_quantile(p);
            assert!((found - z).abs() <= 1e-13 * z.abs().max(1.0), "at {p}: {found} {z}");
        }
    }

    #[test]
    fn the_interval_holds_the_share_and_reaches_the_ends() {
        let none = wilson(Proportion::new(0, 12).unwrap(), Confidence::NINETY_FIVE);
        assert!(none.lower.abs() < f64::EPSILON && none.upper > 0.2);
        let all = wilson(Proportion::new(12, 12).unwrap(), Confidence::NINETY_FIVE);
        assert!((all.upper - 1.0).abs() < f64::EPSILON && all.lower < 0.8);
    }

    #[test]
    fn impossible_proportions_and_levels_are_refused() {
        assert_eq!(Proportion::new(0, 0), Err(ProportionError::NoTrials));
        assert_eq!(Proportion::new(3, 2), Err(ProportionError::TooManySuccesses));
        for level in [0.0, 1.0, -0.5, f64::NAN] {
            assert_eq!(Confidence::new(level), Err(ProportionError::Confidence));
        }
    }
}
