//! Evaluating indicators over a store: from declarations and rows to tables of true counts.
//!
//! What comes out is not yet safe to look at: an [`Evaluation`] prints sizes only and cannot be
//! written anywhere. [`crate::release`] is the way out.

use chrono::NaiveDate;
use inlav_core::programme::Programme;

use crate::disclosure::{
    CountTable, DisclosureError, Earlier, FigureRequest, Publication, ReleasePolicy, Released, TableError,
    protect_after,
};
use crate::indicator::{Indicator, IndicatorError};
use crate::rows::ColumnError;
use crate::session::{QueryError, Session};

mod dimensions;
mod tables;
mod units;

use tables::Evaluator;
use units::read_units;

/// Name of the yes-or-no dimension of proportions and waiting times.
pub const OUTCOME: &str = "outcome";
/// Code of the units that have the outcome.
pub const YES: &str = "YES";
/// Code of the units that do not.
pub const NO: &str = "NO";
/// Name of the dimension of a funnel's stages.
pub const STAGE: &str = "stage";

/// Indicators evaluated over one store: true counts, kept from sight.
pub struct Evaluation {
    indicators: Vec<Indicator>,
    tables: Vec<CountTable>,
    figures: Vec<FigureRequest>,
    as_of: NaiveDate,
}

/// An indicator cannot be evaluated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// Its declaration was changed after it was parsed, and cannot be used.
    #[error(transparent)]
    Declaration(#[from] IndicatorError),
    /// Its query failed.
    #[error("indicator {indicator}: {source}")]
    Query {
        /// The indicator.
        indicator: String,
        /// Why.
        source: QueryError,
    },
    /// Its query does not yield the columns that its declaration needs.
    #[error("indicator {indicator}: {source}")]
    Column {
        /// The indicator.
        indicator: String,
        /// Which column.
        source: ColumnError,
    },
    /// Its rows do not make a table.
    #[error("indicator {indicator}: {source}")]
    Table {
        /// The indicator.
        indicator: String,
        /// Why.
        source: TableError,
    },
    /// What its query yields as unit is not of the kind that it declares.
    #[error("indicator {indicator}: {what}")]
    UnitKind {
        /// The indicator.
        indicator: String,
        /// What does not fit.
        what: &'static str,
    },
    /// It counts without a person column, but its query reads tables about persons.
    #[error("indicator {indicator}: its query reads persons and must yield a column person")]
    PersonMissing {
        /// The indicator.
        indicator: String,
    },
}

/// Evaluates indicators one after the other; `progress` hears each one's id before its turn.
///
/// # Errors
/// [`EvaluateError`], naming the indicator.
pub async fn evaluate(
    session: &Session,
    programme: &Programme,
    indicators: Vec<Indicator>,
    mut progress: impl FnMut(&str),
) -> Result<Evaluation, EvaluateError> {
    let mut tables = Vec::new();
    let mut figures = Vec::new();
    for indicator in &indicators {
        progress(&indicator.id);
        indicator.check(programme.lists())?;
        let query = |source| EvaluateError::Query { indicator: indicator.id.clone(), source };
        let plan = session.plan(&indicator.sql).await.map_err(query)?;
        let without_persons = plan.without_persons();
        let batches = session.run(plan).await.map_err(query)?;
        let units = read_units(indicator, without_persons.is_some(), &batches)?;
        let evaluator = Evaluator { indicator, programme, sites: session.sites(), without_persons };
        let (made, asked) = evaluator.tables(&units)?;
        tables.extend(made);
        figures.extend(asked);
    }
    Ok(Evaluation { indicators, tables, figures, as_of: session.as_of() })
}

/// Name of the table of an indicator, or of one item of a split indicator.
#[must_use]
pub fn table_id(indicator: &Indicator, item: Option<&str>) -> String {
    match item {
        None => indicator.id.clone(),
        Some(item) => format!("{}-{item}", indicator.id),
    }
}

impl Evaluation {
    /// The indicators, in the order of the report.
    #[must_use]
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// Last day the data cover.
    #[must_use]
    pub const fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Number of tables and of cells, margins included.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.tables.len(), self.tables.iter().map(CountTable::size).sum())
    }

    /// Puts the evaluation under disclosure control, jointly with all earlier releases: the only way
    /// to see anything of it. [`crate::ledger::HeldLedger::earlier`] has those of a store.
    ///
    /// # Errors
    /// [`DisclosureError`] when the tables cannot be protected; nothing is released then.
    pub fn protect(
        &self,
        policy: &ReleasePolicy,
        earlier: &[Earlier],
    ) -> Result<Released<Publication>, DisclosureError> {
        protect_after(earlier, &self.tables, &self.figures, policy)
    }

    /// What later releases have to know of one that was made of this evaluation.
    ///
    /// # Errors
    /// [`DisclosureError::NotThatRelease`] when it was made of another one.
    pub(crate) fn remember(
        &self,
        name: String,
        publication: &Released<Publication>,
    ) -> Result<Earlier, DisclosureError> {
        Earlier::of(name, &self.tables, publication)
    }
}

impl std::fmt::Debug for Evaluation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (tables, cells) = self.size();
        write!(f, "Evaluation({tables} tables, {cells} cells, unprotected)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::embedded;
    use crate::store::testing::{Desk, open};

    /// The fields of a declaration are open to everybody.
    #[test]
    fn a_declaration_that_was_changed_is_checked_again() {
        let desk = Desk::new();
        let (session, runtime) = open(&desk.store(&[desk.extract("PUA01", "2025-06-30", "")]));
        let mut indicators = embedded();
        indicators.truncate(1);
        indicators[0].id = "../../x".to_owned();
        let evaluated =
            runtime.block_on(evaluate(&session, Programme::inlav_lombardia(), indicators, |_| {}));
        assert!(matches!(evaluated, Err(EvaluateError::Declaration(_))));
    }

    #[test]
    fn units_are_of_the_kind_that_is_declared() {
        let desk = Desk::new();
        let rows = "person: site_person_id gender
            p1 F
            p2 M
            case: case_id site_person_id state taken_on
            c1 p1 PRESO_IN_CARICO 2025-01-01
            c2 p2 PRESO_IN_CARICO 2025-01-01
            referral: referral_id case_id body_type status
            r1 c1 X INVIATO";
        let (session, runtime) = open(&desk.store(&[desk.extract("PUA01", "2025-06-30", rows)]));
        let evaluated = |text: String| {
            let indicators = vec![Indicator::parse(&text).unwrap()];
            runtime.block_on(evaluate(&session, Programme::inlav_lombardia(), indicators, |_| {}))
        };
        let persons = include_str!("../indicators/I11.toml");
        let referrals = include_str!("../indicators/I41.toml");
        assert!(evaluated(persons.to_owned()).is_ok() && evaluated(referrals.to_owned()).is_ok());
        for changed in [
            persons.replace("SELECT person_no AS unit", "SELECT case_id AS unit"),
            persons.replace("unit_kind = \"person\"", "unit_kind = \"referral\""),
            referrals.replace("unit_kind = \"referral\"", "unit_kind = \"person\""),
            referrals.replace("SELECT referral_id AS unit", "SELECT person_no AS unit"),
        ] {
            assert!(matches!(evaluated(changed), Err(EvaluateError::UnitKind { .. })));
        }
        let without = persons.replace("person_no AS person, ", "");
        assert!(matches!(evaluated(without), Err(EvaluateError::PersonMissing { .. })));
    }
}
