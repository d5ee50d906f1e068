//! Histories: how a case and the identification of a victim may go on.
//!
//! A [`State`] says how it may begin and what may follow it; a [`History`] is a list of dated
//! steps that keeps to it. There is no other way to make one, so an illegal history does not
//! exist past this module.
//!
//! ```
//! use chrono::NaiveDate;
//! use inlav_core::history::{CaseState, History};
//!
//! let day = |d| NaiveDate::from_ymd_opt(2024, 6, d).unwrap();
//! let steps = [(CaseState::Contacted, day(3)), (CaseState::Assessment, day(10))];
//! let history = History::read(steps)?;
//! assert_eq!(history.state(), CaseState::Assessment);
//!
//! // Nobody has a plan who was not taken in charge.
//! let broken = history.then(CaseState::PlanActive, day(12)).unwrap_err();
//! assert_eq!(broken.step(), 3);
//! # Ok::<(), inlav_core::history::IllegalStep<CaseState>>(())
//! ```

use chrono::NaiveDate;

mod case;
mod identification;

pub use case::CaseState;
pub use identification::{Decider, IdentificationState, NobodyDecided};

/// A state of something that goes on step by step.
pub trait State: Copy + Eq + std::fmt::Debug + 'static {
    /// Its code in the code list.
    fn code(self) -> &'static str;

    /// Whether a history may begin with it.
    fn may_begin(self) -> bool;

    /// Whether `next` may follow it.
    fn may_become(self, next: Self) -> bool;
}

/// A state that was reached on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<S> {
    /// The state.
    pub state: S,
    /// The day.
    pub on: NaiveDate,
}

/// What happened, step by step: at least one step, each one that [`State`] allows after the one
/// before it, none earlier than the one before it.
///
/// # Guarantee
/// Every value of this type is such a history. Tests `no_illegal_history_can_be_made` and
/// `the_model_is_the_published_one` of this module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History<S> {
    first: Step<S>,
    later: Vec<Step<S>>,
}

/// A step that cannot be, and which one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IllegalStep<S: State> {
    /// There is no step at all.
    #[error("there is no step")]
    Nothing,
    /// A history cannot begin with this state.
    #[error("step 1: a history cannot begin with {}", .state.code())]
    Beginning {
        /// The state.
        state: S,
    },
    /// The state does not follow from the one before it.
    #[error("step {step}: {} cannot follow {}", .to.code(), .from.code())]
    Transition {
        /// Number of the step, from 1.
        step: usize,
        /// The state before.
        from: S,
        /// The state that cannot follow.
        to: S,
    },
    /// The day lies before the day of the step before.
    #[error("step {step}: {} is dated before the step that it follows", .state.code())]
    Order {
        /// Number of the step, from 1.
        step: usize,
        /// The state.
        state: S,
    },
}

impl<S: State> IllegalStep<S> {
    /// Number of the offending step, from 1.
    #[must_use]
    pub const fn step(&self) -> usize {
        match self {
            Self::Nothing | Self::Beginning { .. } => 1,
            Self::Transition { step, .. } | Self::Order { step, .. } => *step,
        }
    }
}

impl<S: State> History<S> {
    /// Begins a history.
    ///
    /// # Errors
    /// [`IllegalStep::Beginning`].
    pub fn begin(state: S, on: NaiveDate) -> Result<Self, IllegalStep<S>> {
        if !state.may_begin() {
            return Err(IllegalStep::Beginning { state });
        }
        Ok(Self { first: Step { state, on }, later: Vec::new() })
    }

    /// Goes on.
    ///
    /// # Errors
    /// [`IllegalStep::Transition`] or [`IllegalStep::Order`].
    pub fn then(mut self, state: S, on: NaiveDate) -> Result<Self, IllegalStep<S>> {
        let last = self.last();
        let step = self.later.len() + 2;
        if !last.state.may_become(state) {
            return Err(IllegalStep::Transition { step, from: last.state, to: state });
        }
        if on < last.on {
            return Err(IllegalStep::Order { step, state });
        }
        self.later.push(Step { state, on });
        Ok(self)
    }

    /// Reads a history from data, the steps in the order in which they happened.
    ///
    /// # Errors
    /// [`IllegalStep`], naming the first step that cannot be.
    pub fn read(steps: impl IntoIterator<Item = (S, NaiveDate)>) -> Result<Self, IllegalStep<S>> {
        let mut steps = steps.into_iter();
        let (state, on) = steps.next().ok_or(IllegalStep::Nothing)?;
        steps.try_fold(Self::begin(state, on)?, |history, (state, on)| history.then(state, on))
    }

    /// The steps in order.
    pub fn steps(&self) -> impl Iterator<Item = Step<S>> + '_ {
        std::iter::once(self.first).chain(self.later.iter().copied())
    }

    /// The state it has come to.
    #[must_use]
    pub fn state(&self) -> S {
        self.last().state
    }

    fn last(&self) -> Step<S> {
        self.later.last().copied().unwrap_or(self.first)
    }
}

#[cfg(test)]
mod tests;
