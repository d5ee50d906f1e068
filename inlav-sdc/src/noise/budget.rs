//! The accountant: what differential privacy has cost so far, and what is left.
//!
//! Everything here is a pure function of a [`Budget`], which the ledger keeps. The order that never
//! under-counts: charge, **write the new budget down**, measure, write the answer down, publish.
//! Killed in between, an answer may have been paid for that nobody has; asked again it is paid for
//! again.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::question::{Fingerprint, Flow, Question};
use super::{NoisyTable, Rho};

/// The privacy budget of a programme: the loss allowed to any one person over all releases, and
/// what was charged to it.
///
/// # Guarantee
///
/// The charges never exceed the total: losses add up (sequential composition), in whole billionths.
/// That the flows of a question share no units, so that a person may be in one only, is not used to
/// charge less. A budget that was read is checked as one that was charged. Tests:
/// `a_spent_budget_refuses`, `a_budget_read_back_is_checked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BudgetRecord", into = "BudgetRecord")]
pub struct Budget {
    total: Rho,
    charges: Vec<Charge>,
}

/// One question that was charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charge {
    /// The question.
    pub question: Fingerprint,
    /// The questions that differ from it in flow and loss only.
    pub series: Fingerprint,
    /// What it counted.
    pub flow: Flow,
    /// What it cost.
    pub rho: Rho,
    /// The digest of the answer ([`NoisyTable::digest`]) once there is one.
    pub answer: Option<Fingerprint>,
}

/// What a budget says to a question.
#[derive(Debug)]
pub enum Decision {
    /// It has been answered: the answer with this digest is published again, at no cost.
    Answered(Fingerprint),
    /// It may be measured once [`Budget`] is written down in place of the old one.
    Charged(Budget, Permit),
}

/// The right to measure one question once. Made by [`Budget::charge`] alone.
#[derive(Debug)]
pub struct Permit {
    pub(super) question: Question,
}

/// Why a budget refuses. Names no count.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BudgetError {
    /// The question costs more than is left.
    #[error("the privacy budget is spent: {left} is left of {total}, the question costs {asked}")]
    Spent {
        /// What is left.
        left: Rho,
        /// What the question costs.
        asked: Rho,
        /// What there was.
        total: Rho,
    },
    /// A question at no cost has no answer.
    #[error("a question costs more than 0")]
    Free,
    /// Units would be measured twice, or never.
    #[error(
        "the flow begins elsewhere than the last one of the same question ended: units would be counted twice or never"
    )]
    NotTheNextFlow,
    /// A flow that ends before it begins.
    #[error("the flow ends before it begins")]
    EmptyFlow,
    /// An answer to a question that was not charged, or that has another answer.
    #[error("the answer does not belong to a question that was charged and is not answered")]
    NotAsked,
    /// A record of a budget that no charging makes.
    #[error("the record of the privacy budget is not one: charges exceed the total, or flows overlap")]
    Malformed,
}

impl Budget {
    /// A budget of which nothing is spent.
    #[must_use]
    pub const fn new(total: Rho) -> Self {
        Self { total, charges: Vec::new() }
    }

    /// The loss allowed altogether.
    #[must_use]
    pub fn total(&self) -> Rho {
        self.total
    }

    /// The loss so far.
    #[must_use]
    pub fn spent(&self) -> Rho {
        self.charges.iter().fold(Rho::ZERO, |sum, charge| sum.plus(charge.rho))
    }

    /// What is left.
    #[must_use]
    pub fn left(&self) -> Rho {
        self.total.less(self.spent()).unwrap_or(Rho::ZERO)
    }

    /// What was charged, in order.
    #[must_use]
    pub fn charges(&self) -> &[Charge] {
        &self.charges
    }

    /// Charges a question, unless it has its answer.
    ///
    /// # Errors
    ///
    /// [`BudgetError::Spent`], [`BudgetError::Free`], [`BudgetError::NotTheNextFlow`] and
    /// [`BudgetError::EmptyFlow`]; nothing is charged then.
    pub fn charge(&self, question: &Question) -> Result<Decision, BudgetError> {
        let asked = self.charges.iter().rev().filter(|charge| charge.question == question.id());
        let mut unanswered = false;
        for charge in asked {
            match charge.answer {
                Some(answer) => return Ok(Decision::Answered(answer)),
                None => unanswered = true,
            }
        }
        let mut budget = self.clone();
        budget.add(
            Charge {
                question: question.id(),
                series: question.series(),
                flow: question.flow,
                rho: question.rho,
                answer: None,
            },
            unanswered,
        )?;
        Ok(Decision::Charged(budget, Permit { question: question.clone() }))
    }

    /// Records the answer to a question that was charged.
    ///
    /// # Errors
    ///
    /// [`BudgetError::NotAsked`].
    pub fn answered(&self, question: &Question, answer: &NoisyTable) -> Result<Self, BudgetError> {
        let mut budget = self.clone();
        let open = (budget.charges.iter_mut().rev()).find(|charge| charge.question == question.id());
        match open {
            Some(charge) if charge.answer.is_none() => charge.answer = Some(answer.digest()),
            _ => return Err(BudgetError::NotAsked),
        }
        Ok(budget)
    }

    /// Adds a charge; `again` when the same question has been charged and has no answer.
    fn add(&mut self, charge: Charge, again: bool) -> Result<(), BudgetError> {
        if charge.rho == Rho::ZERO {
            return Err(BudgetError::Free);
        }
        if charge.flow.after.is_some_and(|after| after >= charge.flow.until) {
            return Err(BudgetError::EmptyFlow);
        }
        let same = self.charges.iter().filter(|earlier| earlier.series == charge.series);
        if !again && charge.flow.after != same.map(|earlier| earlier.flow.until).max() {
            return Err(BudgetError::NotTheNextFlow);
        }
        let left = self.left();
        if charge.rho > left {
            return Err(BudgetError::Spent { left, asked: charge.rho, total: self.total });
        }
        self.charges.push(charge);
        Ok(())
    }
}

/// A budget as written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BudgetRecord {
    version: u32,
    total: Rho,
    charges: Vec<Charge>,
}

impl From<Budget> for BudgetRecord {
    fn from(budget: Budget) -> Self {
        Self { version: 1, total: budget.total, charges: budget.charges }
    }
}

impl TryFrom<BudgetRecord> for Budget {
    type Error = BudgetError;

    fn try_from(record: BudgetRecord) -> Result<Self, BudgetError> {
        let mut budget = Self::new(record.total);
        for charge in record.charges {
            let same = |earlier: &&Charge| earlier.question == charge.question;
            let answered = budget.charges.iter().filter(same).any(|earlier| earlier.answer.is_some());
            let again = budget.charges.iter().any(|earlier| earlier.question == charge.question);
            if answered {
                return Err(BudgetError::Malformed);
            }
            budget.add(charge, again).map_err(|_| BudgetError::Malformed)?;
        }
        if record.version == 1 { Ok(budget) } else { Err(BudgetError::Malformed) }
    }
}

#[cfg(test)]
mod tests;
