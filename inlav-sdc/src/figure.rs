//! Statistics that go out beside the counts of a table.

use serde::Serialize;

use super::{CountTable, DisclosureError, Published, ReleasePolicy};
use inlav_statistics::{Confidence, Median, Proportion, wilson};

/// A statistic wanted beside one displayed cell.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureRequest {
    /// What it is called, for the reader.
    pub label: String,
    /// The table.
    pub table: String,
    /// The cell it belongs to, one node per dimension.
    pub coordinates: Vec<usize>,
    /// The statistic.
    pub measure: Measure,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Measure {
    /// The cell as a share of another displayed cell of the same table that contains it.
    Proportion {
        /// The coordinates of the containing cell.
        of: Vec<usize>,
    },
    /// A median time computed by the caller on the units of the cell.
    Duration {
        /// The coordinates of the cell of those with the event, a part of the own cell.
        event: Vec<usize>,
        /// Distinct persons it was computed on.
        persons: u64,
        /// Distinct persons among them with the event.
        events: u64,
        /// The median and its limits, in days.
        median: Median,
    },
}

/// A statistic as released.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figure {
    /// What it is called.
    pub label: String,
    /// Its value.
    pub value: FigureValue,
}

/// The released value of a statistic.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureValue {
    /// A share with its 95 % Wilson interval, all in percent.
    Percent {
        /// The share.
        share: f64,
        /// The lower end.
        lower: f64,
        /// The upper end.
        upper: f64,
        /// Decimals of all three.
        decimals: u32,
    },
    /// A median time with its 95 % limits, in days.
    Days {
        /// The median.
        median: u64,
        /// The lower limit, when reached.
        lower: Option<u64>,
        /// The upper limit, when reached.
        upper: Option<u64>,
    },
    /// Fewer than half had the event: there is no median yet.
    NotReached,
    /// A share of nothing.
    Undefined,
    /// Withheld.
    Suppressed,
}

/// Computes a statistic from what is published.
///
/// # Guarantee
///
/// A proportion is a function of two published counts and of nothing else: whoever reads the table
/// could compute it. A duration goes out only beside two published counts, of all and of those with
/// the event (whether a median is reached tells how these compare), computed on at least T persons
/// of whom at least T had the event, rounded to the policy's step of days. Tests:
/// `a_proportion_uses_published_counts_only`, `a_duration_needs_persons_and_events`.
pub(super) fn release(
    measure: &Measure,
    own: Published,
    other: Published,
    policy: &ReleasePolicy,
) -> Result<FigureValue, inlav_statistics::ProportionError> {
    let Published::Shown(count) = own else {
        return Ok(FigureValue::Suppressed);
    };
    match measure {
        Measure::Proportion { .. } => match other {
            Published::Shown(0) => Ok(FigureValue::Undefined),
            Published::Shown(whole) => {
                let proportion = Proportion::new(count, whole)?;
                let interval = wilson(proportion, Confidence::NINETY_FIVE);
                let percent = |share: f64| rounded(100.0 * share, policy.percentage_decimals());
                Ok(FigureValue::Percent {
                    share: percent(proportion.share()),
                    lower: percent(interval.lower),
                    upper: percent(interval.upper),
                    decimals: policy.percentage_decimals(),
                })
            }
            Published::Suppressed => Ok(FigureValue::Suppressed),
        },
        Measure::Duration { persons, events, median, .. } => {
            let enough = policy.minimum_persons();
            if other == Published::Suppressed || *persons < enough || *events < enough {
                return Ok(FigureValue::Suppressed);
            }
            let step = policy.duration_days();
            Ok(match median.value {
                None => FigureValue::NotReached,
                Some(days) => FigureValue::Days {
                    median: coarse(days, step),
                    lower: median.lower.map(|days| coarse(days, step)),
                    upper: median.upper.map(|days| coarse(days, step)),
                },
            })
        }
    }
}

/// Checks that a request names displayed cells of its table; returns the cell index of its own
/// cell and of the other one that it rests on: the containing one of a proportion, the one with
/// the event of a duration.
pub(super) fn locate(request: &FigureRequest, table: &CountTable) -> Result<(usize, usize), DisclosureError> {
    let unknown =
        || DisclosureError::UnknownCell { figure: request.label.clone(), table: request.table.clone() };
    let displayed = |coordinates: &[usize]| {
        let index = table.index(coordinates)?;
        table.cells().get(index)?.shown.then_some(index)
    };
    let own = displayed(&request.coordinates).ok_or_else(unknown)?;
    let (part, whole, other) = match &request.measure {
        Measure::Proportion { of } => (&request.coordinates, of, of),
        Measure::Duration { event, .. } => (event, &request.coordinates, event),
    };
    let other = displayed(other).ok_or_else(unknown)?;
    let contained = (part.iter().zip(whole).zip(table.dimensions()))
        .all(|((&part, whole), dimension)| dimension.path(part).any(|node| node == *whole));
    if contained {
        Ok((own, other))
    } else {
        Err(DisclosureError::NotAPart { figure: request.label.clone(), table: request.table.clone() })
    }
}

fn rounded(value: f64, decimals: u32) -> f64 {
    let scale = f64::from(10_u32.pow(decimals.min(6)));
    (value * scale).round() / scale
}

/// Days to the nearest multiple of `step`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of days, not negative and below 2^32"
)]
fn coarse(days: f64, step: u32) -> u64 {
    (days / f64::from(step)).round() as u64 * u64::from(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duration(persons: u64, events: u64, value: Option<f64>) -> Measure {
        let event = vec![1];
        Measure::Duration { event, persons, events, median: Median { value, lower: Some(20.0), upper: None } }
    }

    fn value(measure: &Measure, own: Published) -> FigureValue {
        release(measure, own, Published::Shown(20), &ReleasePolicy::default()).unwrap()
    }

    #[test]
    fn a_duration_needs_persons_and_events() {
        let shown = Published::Shown(50);
        for (persons, events) in [(9, 9), (30, 9), (9, 30)] {
            let measure = duration(persons, events, Some(30.0));
            assert_eq!(value(&measure, shown), FigureValue::Suppressed);
        }
        let measure = duration(10, 10, Some(32.5));
        assert_eq!(value(&measure, Published::Suppressed), FigureValue::Suppressed);
        assert_eq!(value(&measure, shown), FigureValue::Days { median: 35, lower: Some(21), upper: None });
        assert_eq!(value(&duration(10, 10, None), shown), FigureValue::NotReached);
        // Not reached among 21: fewer than 11 had the event, and at least 10.
        let unpublished = release(&measure, shown, Published::Suppressed, &ReleasePolicy::default());
        assert_eq!(unpublished.unwrap(), FigureValue::Suppressed);
    }

    #[test]
    fn a_proportion_uses_published_counts_only() {
        let measure = Measure::Proportion { of: vec![0] };
        let policy = ReleasePolicy::default();
        let share = |own, of| release(&measure, own, of, &policy).unwrap();
        assert_eq!(
            share(Published::Shown(10), Published::Shown(40)),
            FigureValue::Percent { share: 25.0, lower: 14.2, upper: 40.2, decimals: 1 }
        );
        let all = Published::Shown(40);
        assert_eq!(share(Published::Suppressed, all), FigureValue::Suppressed);
        assert_eq!(share(all, Published::Suppressed), FigureValue::Suppressed);
        let none = Published::Shown(0);
        assert_eq!(share(none, none), FigureValue::Undefined);
    }
}
