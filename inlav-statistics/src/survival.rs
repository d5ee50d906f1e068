//! Time to an event with right censoring: the Kaplan–Meier curve and its median.

use super::proportion::{Confidence, Interval};

/// One unit followed from its start until an event or until it was last seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// Whole days from the start; 0 is the day of the start itself.
    pub days: u32,
    /// `true` when the event happened on that day, `false` when follow-up ended without it.
    pub event: bool,
}

/// The Kaplan–Meier estimate: a step for every day on which an event happened.
///
/// `S(t) = ∏_{tᵢ ≤ t} (1 − dᵢ/nᵢ)` with `dᵢ` events among the `nᵢ` still followed at `tᵢ` (Kaplan
/// and Meier, JASA 53, 1958). A unit censored on a day is still at risk on that day.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalCurve {
    units: u64,
    events: u64,
    steps: Vec<SurvivalStep>,
}

/// The curve just after one day with events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalStep {
    /// The day of the events.
    pub days: u32,
    /// Units still followed just before it.
    pub at_risk: u64,
    /// Events on it, at least 1.
    pub events: u64,
    /// The share without the event after it, between 0 and 1.
    pub survival: f64,
    /// Greenwood's sum `Σ d/(n(n−d))`, the variance of `ln S`; infinite once `S` is 0.
    log_variance: f64,
}

/// The curve read at one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalEstimate {
    /// The share without the event, between 0 and 1.
    pub survival: f64,
    /// Greenwood's variance of `survival`; `None` where it is undefined (`survival` = 0).
    pub variance: Option<f64>,
    /// The log-log confidence interval; `None` where it is undefined (`survival` = 0 or 1).
    pub interval: Option<Interval>,
}

/// The median time to the event, in days, with its confidence limits.
///
/// A `None` is *not reached*: the curve (or its confidence band) never comes down to one half.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Median {
    /// The median, in days; half days happen (see [`SurvivalCurve::median`]).
    pub value: Option<f64>,
    /// Where the lower band crosses one half, in days.
    pub lower: Option<f64>,
    /// Where the upper band crosses one half, in days.
    pub upper: Option<f64>,
}

/// Estimates the survival curve of a group, in any order of observations.
///
/// Nobody observed gives a curve without steps, on which nothing is ever reached.
pub fn kaplan_meier(observations: &[Observation]) -> SurvivalCurve {
    let mut ordered = observations.to_vec();
    ordered.sort_unstable_by_key(|observation| observation.days);
    let units = ordered.len() as u64;
    let mut curve = SurvivalCurve { units, events: 0, steps: Vec::new() };
    let mut at_risk = units;
    let mut survival = 1.0;
    let mut log_variance = 0.0;
    for day in ordered.chunk_by(|left, right| left.days == right.days) {
        let events = day.iter().filter(|observation| observation.event).count() as u64;
        if let Some(first) = day.first().filter(|_| events > 0) {
            let (risk, happened) = (real(at_risk), real(events));
            survival *= (risk - happened) / risk;
            log_variance += happened / (risk * (risk - happened));
            curve.events += events;
            curve.steps.push(SurvivalStep { days: first.days, at_risk, events, survival, log_variance });
        }
        at_risk -= day.len() as u64;
    }
    curve
}

impl SurvivalCurve {
    /// Units observed.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// Events among them.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The steps, by increasing day.
    pub fn steps(&self) -> &[SurvivalStep] {
        &self.steps
    }

    /// The curve at a day, events of that day included.
    pub fn at(&self, days: u32, confidence: Confidence) -> SurvivalEstimate {
        let after = self.steps.partition_point(|step| step.days <= days);
        match after.checked_sub(1).and_then(|last| self.steps.get(last)) {
            Some(step) => step.estimate(confidence),
            None => SurvivalEstimate { survival: 1.0, variance: Some(0.0), interval: None },
        }
    }

    /// The median time to the event and its confidence limits.
    ///
    /// R's convention (`survival::survfit`): the first day with `S(t) <= 1/2`; when `S` equals 1/2
    /// exactly on a flat stretch, the middle of that stretch (from its first day to the day of the
    /// next fall), and its first day when nothing falls after it. The limits are the same rule
    /// read on the two log-log bands (Brookmeyer and Crowley, Biometrics 38, 1982). Where a band
    /// is undefined (`S` = 0 or 1) it is skipped, as R does.
    pub fn median(&self, confidence: Confidence) -> Median {
        let band = |end: fn(Interval) -> f64| {
            half_crossing(self.steps.iter().filter_map(|step| {
                let interval = step.estimate(confidence).interval?;
                Some((step.days, end(interval)))
            }))
        };
        Median {
            value: half_crossing(self.steps.iter().map(|step| (step.days, step.survival))),
            lower: band(|interval| interval.lower),
            upper: band(|interval| interval.upper),
        }
    }
}

impl SurvivalStep {
    /// The estimate that holds from this step to the next.
    ///
    /// Variance: Greenwood's, `S² Σ d/(n(n−d))`. Interval: log-log, `S^exp(±z σ / ln S)` with
    /// `σ² = Σ d/(n(n−d))`, which never leaves 0..1.
    pub fn estimate(&self, confidence: Confidence) -> SurvivalEstimate {
        let inside = self.survival > 0.0 && self.survival < 1.0;
        let interval = inside.then(|| {
            let logarithm = self.survival.ln();
            let spread = confidence.z() * self.log_variance.sqrt() / logarithm;
            // ln S < 0, so that exp(-spread) is the larger power and gives the lower end.
            Interval { lower: self.survival.powf((-spread).exp()), upper: self.survival.powf(spread.exp()) }
        });
        SurvivalEstimate {
            survival: self.survival,
            variance: (self.survival > 0.0).then_some(self.survival * self.survival * self.log_variance),
            interval,
        }
    }
}

/// Where a falling step curve first comes down to one half, by the rule of
/// [`SurvivalCurve::median`].
fn half_crossing(steps: impl Iterator<Item = (u32, f64)>) -> Option<f64> {
    // R's tolerance: products of ratios reach one half only up to rounding.
    let tolerance = f64::EPSILON.sqrt();
    let mut low = steps.skip_while(|&(_, level)| level >= 0.5 + tolerance);
    let (day, level) = low.next()?;
    let day = f64::from(day);
    if (level - 0.5).abs() >= tolerance {
        return Some(day);
    }
    match low.find(|&(_, later)| later < level) {
        Some((next, _)) => Some((day + f64::from(next)) / 2.0),
        None => Some(day),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVEL: Confidence = Confidence::NINETY_FIVE;

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-9, "{left} differs from {right}");
    }

    fn observed(pairs: &[(u32, bool)]) -> Vec<Observation> {
        pairs.iter().map(|&(days, event)| Observation { days, event }).collect()
    }

    /// `group,days,event` lines of one group.
    fn group(name: &str) -> Vec<Observation> {
        include_str!("../tests/reference/survival_input.csv")
            .lines()
            .skip(1)
            .filter_map(|line| {
                let fields: Vec<&str> = line.split(',').collect();
                (fields[0] == name)
                    .then(|| Observation { days: fields[1].parse().unwrap(), event: fields[2] == "1" })
            })
            .collect()
    }

    /// R writes `NA` where a number is undefined.
    fn number(field: &str) -> Option<f64> {
        (field != "NA").then(|| field.parse().unwrap())
    }

    fn same(found: Option<f64>, expected: Option<f64>) {
        assert_eq!(found.is_some(), expected.is_some(), "defined in one only");
        if let (Some(found), Some(expected)) = (found, expected) {
            close(found, expected);
        }
    }

    #[test]
    fn curves_agree_with_r() {
        let mut seen = 0;
        for line in include_str!("../tests/reference/survival_curves_r.csv").lines().skip(1) {
            // group,days,at_risk,events,survival,standard_error,lower,upper
            let fields: Vec<&str> = line.split(',').collect();
            let curve = kaplan_meier(&group(fields[0]));
            let days: u32 = fields[1].parse().unwrap();
            let step = curve.steps().iter().find(|s| s.days == days).unwrap();
            assert_eq!(step.at_risk.to_string(), fields[2]);
            assert_eq!(step.events.to_string(), fields[3]);
            let estimate = curve.at(days, LEVEL);
            close(estimate.survival, fields[4].parse().unwrap());
            same(estimate.variance.map(f64::sqrt), number(fields[5]));
            same(estimate.interval.map(|i| i.lower), number(fields[6]));
            same(estimate.interval.map(|i| i.upper), number(fields[7]));
            seen += 1;
        }
        assert!(seen > 150, "the reference file is complete");
    }

    #[test]
    fn medians_agree_with_r() {
        for line in include_str!("../tests/reference/survival_medians_r.csv").lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let curve = kaplan_meier(&group(fields[0]));
            assert_eq!(curve.units().to_string(), fields[1]);
            assert_eq!(curve.events().to_string(), fields[2]);
            let median = curve.median(LEVEL);
            same(median.value, number(fields[3]));
            same(median.lower, number(fields[4]));
            same(median.upper, number(fields[5]));
        }
    }

    #[test]
    fn lung_medians_are_those_of_every_textbook() {
        for (sex, days) in [("lung1", 270.0), ("lung2", 426.0)] {
            let median = kaplan_meier(&group(sex)).median(LEVEL);
            close(median.value.unwrap(), days);
        }
        let at = |sex, days| kaplan_meier(&group(sex)).at(days, LEVEL);
        close(at("lung1", 180).survival, 0.644_465_001_542);
        close(at("lung2", 365).survival, 0.526_463_030_186);
        close(at("lung2", 365).variance.unwrap().sqrt(), 0.059_736_853_990_4);
    }

    #[test]
    fn curves_and_medians_agree_with_lifelines() {
        for line in include_str!("../tests/reference/survival_lifelines.csv").lines().skip(1) {
            // group,median,survival_180,survival_365
            let fields: Vec<&str> = line.split(',').collect();
            let curve = kaplan_meier(&group(fields[0]));
            same(curve.median(LEVEL).value, number(fields[1]));
            close(curve.at(180, LEVEL).survival, fields[2].parse().unwrap());
            close(curve.at(365, LEVEL).survival, fields[3].parse().unwrap());
        }
    }

    #[test]
    fn nobody_observed_reaches_nothing() {
        let curve = kaplan_meier(&[]);
        assert_eq!((curve.units(), curve.events()), (0, 0));
        assert_eq!(curve.median(LEVEL).value, None);
        close(curve.at(30, LEVEL).survival, 1.0);
    }

    #[test]
    fn without_events_the_curve_stays_at_one() {
        let curve = kaplan_meier(&observed(&[(3, false), (9, false)]));
        assert!(curve.steps().is_empty());
        assert_eq!(curve.median(LEVEL).value, None);
    }

    #[test]
    fn all_on_day_zero_is_a_median_of_zero() {
        let curve = kaplan_meier(&observed(&[(0, true), (0, true), (0, true)]));
        assert_eq!(curve.steps().len(), 1);
        assert_eq!(curve.median(LEVEL).value, Some(0.0));
        assert_eq!(curve.at(0, LEVEL).variance, None);
    }

    #[test]
    fn a_unit_censored_on_the_day_is_at_risk_on_it() {
        let curve = kaplan_meier(&observed(&[(5, true), (5, false), (8, true), (9, false)]));
        let risks: Vec<u64> = curve.steps().iter().map(|step| step.at_risk).collect();
        assert_eq!(risks, [4, 2]);
    }
}
