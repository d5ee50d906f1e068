//! Statistics: pure functions over plain slices, with no engine, no files and no clock.
//!
//! Each agrees with an independent implementation (R, statsmodels) to 1e-9; the scripts, inputs
//! and outputs of those are under `tests/reference/`. Nothing here protects anybody: a number made
//! here may leave only after disclosure control has released it.
//!
//! * [`Proportion`] and [`wilson`]: a share with its score interval.
//! * [`kaplan_meier`]: time to an event when some have not had it yet, with its median.

mod proportion;
mod survival;

pub use proportion::{Confidence, Interval, Proportion, ProportionError, wilson};
pub use survival::{Median, Observation, SurvivalCurve, SurvivalEstimate, SurvivalStep, kaplan_meier};
