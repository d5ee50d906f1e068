//! The SQL gate: a researcher's query over the views, answered with released counts or refused.
//!
//! ```text
//! query ─ parse, plan over empty views ─► plan ─ allow-list ─► Question ─ SQL of our own ─► rows
//!                                            └► Refusal                                      │
//!              answer ◄─ published counts ◄─ disclosure control ◄─ tables, differences ◄─────┘
//! ```
//!
//! The query itself is never run. It is planned by an engine that has the views' columns and no row,
//! and its plan is read by allow-list into a `question::Question`: views joined by their keys,
//! conditions, groups, counts. The rows are read by SQL written from that question, counted here,
//! and put under disclosure control jointly with everything answered before in the same session.
//!
//! | file | what |
//! |---|---|
//! | `refusal` | why a query is refused |
//! | `planner` | from text to a plan, without data |
//! | `views` | what may be read, what may be done with each column |
//! | `source`, `condition`, `grouping`, `question` | the plan understood |
//! | `formula` | what is reckoned from published counts |
//! | `tables`, `sets` | rows counted |
//! | `differences` | what subtraction would tell |
//! | `record` | joint protection with earlier answers |
//! | `answer` | what the researcher reads |
//! | `describe` | the list of views and columns |

use inlav_core::programme::Programme;

use crate::disclosure::{ReleasePolicy, TableError};
use crate::session::{QueryError, Session};

mod answer;
mod condition;
mod describe;
mod differences;
mod expression;
mod formula;
mod grouping;
mod planner;
mod question;
mod record;
mod refusal;
mod sets;
mod source;
mod tables;
#[cfg(test)]
mod tests;
mod views;

pub use answer::Answer;
pub use describe::{ColumnUse, DescribedColumn, DescribedView, describe};
pub use formula::Cell;
pub use refusal::Refusal;

use planner::Planner;
use question::Question;
use record::Record;

/// A researcher's session of queries over one store. Earlier answers are remembered: the same
/// question gets the same answer, and a new one is protected jointly with all of them.
///
/// # Guarantee
/// What is answered are counts that [`crate::disclosure::protect`] released, and numbers reckoned
/// from these. Whether a query is refused depends on its text, the programme and the columns of the
/// views alone. Tests: the corpus of `tests/sql/`.
#[derive(Debug)]
pub struct Gate<'a> {
    session: &'a Session,
    programme: &'a Programme,
    policy: ReleasePolicy,
    planner: Planner,
    record: Record,
}

/// A query has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// It is not allowed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The engine failed over the store; its message, which could quote a value, is not told.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// What was counted does not make a table.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl<'a> Gate<'a> {
    /// A gate to a session's views.
    ///
    /// # Errors
    /// [`QueryError`] if the views cannot be looked at.
    pub async fn open(
        session: &'a Session,
        programme: &'a Programme,
        policy: ReleasePolicy,
    ) -> Result<Self, QueryError> {
        let planner = Planner::of(session).await?;
        Ok(Self { session, programme, policy, planner, record: Record::default() })
    }

    /// Answers a query.
    ///
    /// # Errors
    /// [`GateError::Refused`], for reasons that the query alone gives; else a failure of the store.
    pub async fn ask(&mut self, sql: &str) -> Result<Answer, GateError> {
        let plan = self.planner.plan(sql).await?;
        let question = Question::read(&plan, self.programme)?;
        let meaning = question.meaning();
        if let Some(known) = self.record.answered(&meaning) {
            return Ok(Answer::of(&question, known, self.session.as_of()));
        }
        let (universe, threshold) = (&mut self.record.universe, self.policy.minimum_persons());
        let counts = tables::count(&question, self.session, self.programme, universe, threshold).await?;
        let protected = self.record.answer(meaning, counts, &self.policy, self.session.sites())?;
        Ok(Answer::of(&question, &protected, self.session.as_of()))
    }
}

/// The rows do not have the columns that were asked for.
const fn unreadable() -> QueryError {
    QueryError::Engine { step: "reading", class: "values" }
}
