//! Evaluating indicators over a store: from declarations and rows to tables of true counts.
//!
//! What comes out is not yet safe to look at: an [`Evaluation`] prints sizes only and cannot be
//! written anywhere. [`crate::release`] is the way out.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use datafusion::arrow::array::RecordBatch;
use inlav_core::programme::Programme;

use crate::disclosure::{
    CountTable, Dimension, DisclosureError, FigureRequest, Measure, Publication, ReleasePolicy, Released,
    Row, TOTAL, TableError, WithoutPersons, protect,
};
use crate::indicator::{DimensionDeclaration, Indicator, IndicatorError, Statistic};
use crate::rows::{ColumnError, Columns};
use crate::session::{QueryError, Session};
use crate::statistics::{Confidence, Observation, kaplan_meier};

mod dimensions;

use dimensions::{categories, chain, combinations, in_group, missing_category};

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
        indicator.check()?;
        let query = |source| EvaluateError::Query { indicator: indicator.id.clone(), source };
        let plan = session.plan(&indicator.sql).await.map_err(query)?;
        let without_persons = plan.without_persons();
        let batches = session.run(plan).await.map_err(query)?;
        let evaluator = Evaluator { indicator, programme, without_persons };
        let (made, asked) = evaluator.tables(&batches)?;
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

    /// Puts the evaluation under disclosure control: the only way to see anything of it.
    ///
    /// # Errors
    /// [`DisclosureError`] when the tables cannot be protected; nothing is released then.
    pub fn protect(&self, policy: &ReleasePolicy) -> Result<Released<Publication>, DisclosureError> {
        protect(&self.tables, &self.figures, policy)
    }
}

impl std::fmt::Debug for Evaluation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (tables, cells) = self.size();
        write!(f, "Evaluation({tables} tables, {cells} cells, unprotected)")
    }
}

struct Evaluator<'a> {
    indicator: &'a Indicator,
    programme: &'a Programme,
    without_persons: Option<WithoutPersons>,
}

/// One row of the query's answer.
struct Unit {
    unit: u64,
    person: u64,
    categories: Vec<String>,
    item: Option<String>,
    /// Index of the leaf in the dimension that the statistic adds; 0 if it adds none.
    leaf: usize,
    observation: Option<Observation>,
}

impl Evaluator<'_> {
    fn tables(
        &self,
        batches: &[RecordBatch],
    ) -> Result<(Vec<CountTable>, Vec<FigureRequest>), EvaluateError> {
        if self.without_persons.is_none() && batches.iter().any(|b| b.column_by_name("person").is_none()) {
            return Err(EvaluateError::PersonMissing { indicator: self.indicator.id.clone() });
        }
        let mut units = Vec::new();
        for batch in batches {
            self.read(batch, &mut units).map_err(|source| self.column(source))?;
        }
        if self.without_persons.is_none() {
            self.require_kind(&units)?;
        }
        let mut dimensions = Vec::new();
        for (index, declared) in self.indicator.dimensions.iter().enumerate() {
            let present = units.iter().filter_map(|unit| unit.categories.get(index));
            dimensions.push(self.dimension(declared, present)?);
        }
        dimensions.extend(self.statistic_dimension()?);

        let items: Vec<Option<String>> = match &self.indicator.split {
            None => vec![None],
            Some(split) => categories(split, self.programme).into_iter().map(Some).collect(),
        };
        let mut tables = Vec::new();
        let mut figures = Vec::new();
        for item in items {
            let id = table_id(self.indicator, item.as_deref());
            let of_item: Vec<&Unit> = units.iter().filter(|unit| unit.item == item).collect();
            figures.extend(self.figures(&id, &dimensions, &of_item));
            tables.push(self.tally(id, dimensions.clone(), &of_item)?);
        }
        Ok((tables, figures))
    }

    /// Refuses persons that are counted as something else, and something else as persons: disclosure
    /// control would not see that two tables count the same people.
    fn require_kind(&self, units: &[Unit]) -> Result<(), EvaluateError> {
        let is_person = self.indicator.unit_kind.is_person();
        if units.iter().all(|unit| (unit.unit == unit.person) == is_person) {
            return Ok(());
        }
        let what = if is_person {
            "its units are persons, so its query must yield the same as unit and as person"
        } else {
            "its units are not persons, but its query yields a person as unit"
        };
        Err(EvaluateError::UnitKind { indicator: self.indicator.id.clone(), what })
    }

    fn read(&self, batch: &RecordBatch, units: &mut Vec<Unit>) -> Result<(), ColumnError> {
        let columns = Columns::of(batch);
        let unit = columns.numbers("unit")?;
        let person = if self.without_persons.is_some() { unit.clone() } else { columns.numbers("person")? };
        let mut categories = Vec::new();
        for dimension in &self.indicator.dimensions {
            categories.push(columns.codes(&dimension.name)?);
        }
        let item = self.indicator.split.as_ref().map(|split| columns.codes(&split.name)).transpose()?;
        let statistic = self.indicator.statistic;
        let outcome = match statistic {
            Statistic::Proportion => Some(columns.truths(OUTCOME)?),
            Statistic::MedianTime => Some(columns.truths("event")?),
            Statistic::Count | Statistic::Funnel => None,
        };
        let stage = (statistic == Statistic::Funnel).then(|| columns.wholes(STAGE)).transpose()?;
        let days = (statistic == Statistic::MedianTime).then(|| columns.wholes("days")).transpose()?;
        for (row, (unit, person)) in unit.into_iter().zip(person).enumerate() {
            let event = outcome.as_ref().and_then(|outcome| outcome.get(row)).copied();
            let leaf = match (event, stage.as_ref().and_then(|stage| stage.get(row))) {
                (Some(event), _) => {
                    if event {
                        1
                    } else {
                        2
                    }
                }
                (None, Some(stage)) => self.stage_leaf(*stage),
                (None, None) => 0,
            };
            let of_row = |codes: &Vec<String>| codes.get(row).cloned().unwrap_or_default();
            units.push(Unit {
                unit,
                person,
                categories: categories.iter().map(of_row).collect(),
                item: item.as_ref().map(of_row),
                leaf,
                observation: days.as_ref().and_then(|days| days.get(row)).map(|days| Observation {
                    // Negative if the dates of a case do not follow each other. The PUA's check
                    // refuses that, but an extract can be made without it: day 0.
                    days: u32::try_from(*days).unwrap_or(0),
                    event: event.unwrap_or(false),
                }),
            });
        }
        Ok(())
    }

    /// The node of a funnel at which a unit stopped: see [`Self::statistic_dimension`].
    fn stage_leaf(&self, stage: i64) -> usize {
        let last = self.indicator.stages.len();
        let reached = usize::try_from(stage).unwrap_or(1).clamp(1, last);
        // Nodes: reached 1, then for each stage k: stopped at k, reached k + 1.
        if reached == last { 2 * (last - 1) } else { 2 * reached - 1 }
    }

    /// The dimension that the statistic adds to those declared.
    fn statistic_dimension(&self) -> Result<Option<Dimension>, EvaluateError> {
        let made = match self.indicator.statistic {
            Statistic::Count => return Ok(None),
            Statistic::Proportion | Statistic::MedianTime => Dimension::flat(OUTCOME, [YES, NO]),
            Statistic::Funnel => Dimension::tree(STAGE, chain(&self.indicator.stages)),
        };
        made.map(Some).map_err(|source| self.table(source))
    }

    fn dimension<'u>(
        &self,
        declared: &DimensionDeclaration,
        present: impl Iterator<Item = &'u String>,
    ) -> Result<Dimension, EvaluateError> {
        let known = categories(declared, self.programme);
        let present: BTreeSet<&String> = present.collect();
        let shown = known.iter().filter(|code| declared.is_site() || present.contains(code));
        let mut codes: Vec<&str> = shown.map(String::as_str).collect();
        // Whatever is missing, for whatever reason, is one category.
        let missing = missing_category(declared);
        if present.iter().any(|code| !known.contains(code)) && !codes.contains(&missing) {
            codes.push(missing);
        }
        let dimension = Dimension::flat(&declared.name, codes).map_err(|source| self.table(source))?;
        Ok(if declared.is_site() { dimension.with_insiders() } else { dimension })
    }

    fn row(&self, unit: &Unit, dimensions: &[Dimension]) -> Row {
        let places = unit.categories.iter().zip(dimensions).zip(&self.indicator.dimensions);
        let declared = places.map(|((code, dimension), declared)| {
            let known = dimension.position(code).filter(|_| code != TOTAL);
            known.or_else(|| dimension.position(missing_category(declared))).unwrap_or_default()
        });
        let added = (dimensions.len() > unit.categories.len()).then_some(unit.leaf);
        Row { unit: unit.unit, person: unit.person, leaves: declared.chain(added).collect() }
    }

    fn tally(
        &self,
        id: String,
        dimensions: Vec<Dimension>,
        units: &[&Unit],
    ) -> Result<CountTable, EvaluateError> {
        let rows: Vec<Row> = units.iter().map(|unit| self.row(unit, &dimensions)).collect();
        let shown = self.shown(&dimensions);
        let kind = self.indicator.unit_kind.name();
        let table = match &self.without_persons {
            Some(proof) => CountTable::tally_without_persons(id, kind, dimensions, rows, shown, proof),
            None => CountTable::tally(id, kind, dimensions, rows, shown),
        };
        table.map_err(|source| self.table(source))
    }

    /// Which cells are displayed: not the complement of a proportion, nor a funnel's drop-outs.
    fn shown(&self, dimensions: &[Dimension]) -> impl Fn(&[usize]) -> bool + use<> {
        let hidden: BTreeSet<usize> = match (self.indicator.statistic, dimensions.last()) {
            (Statistic::Proportion | Statistic::MedianTime, Some(outcome)) => {
                outcome.position(NO).into_iter().collect()
            }
            (Statistic::Funnel, Some(stage)) => {
                let is_drop_out = |index: &usize| stage.is_leaf(*index) && *index + 1 != stage.nodes().len();
                (0..stage.nodes().len()).filter(is_drop_out).collect()
            }
            _ => BTreeSet::new(),
        };
        move |coordinates| coordinates.last().is_none_or(|last| !hidden.contains(last))
    }

    fn figures(&self, id: &str, dimensions: &[Dimension], units: &[&Unit]) -> Vec<FigureRequest> {
        let outer = dimensions.len().saturating_sub(1);
        let groups = combinations(dimensions.get(..outer).unwrap_or_default());
        let request = |coordinates, measure| FigureRequest {
            label: self.indicator.id.clone(),
            table: id.to_owned(),
            coordinates,
            measure,
        };
        let with = |group: &[usize], last: usize| group.iter().copied().chain([last]).collect::<Vec<_>>();
        match self.indicator.statistic {
            Statistic::Count | Statistic::Funnel => Vec::new(),
            Statistic::Proportion => groups
                .iter()
                .map(|group| request(with(group, 1), Measure::Proportion { of: with(group, 0) }))
                .collect(),
            Statistic::MedianTime => groups
                .iter()
                .map(|group| {
                    let of_group = |unit: &&&Unit| in_group(&self.row(unit, dimensions), group, dimensions);
                    request(with(group, 0), waiting_time(units.iter().filter(of_group).copied()))
                })
                .collect(),
        }
    }

    fn column(&self, source: ColumnError) -> EvaluateError {
        EvaluateError::Column { indicator: self.indicator.id.clone(), source }
    }

    fn table(&self, source: TableError) -> EvaluateError {
        EvaluateError::Table { indicator: self.indicator.id.clone(), source }
    }
}

fn waiting_time<'u>(units: impl Iterator<Item = &'u Unit>) -> Measure {
    let mut observations = Vec::new();
    let mut persons = BTreeSet::new();
    let mut with_event = BTreeSet::new();
    for unit in units {
        if let Some(observation) = unit.observation {
            observations.push(observation);
            persons.insert(unit.person);
            if observation.event {
                with_event.insert(unit.person);
            }
        }
    }
    let count = |set: &BTreeSet<u64>| u64::try_from(set.len()).unwrap_or(u64::MAX);
    Measure::Duration {
        persons: count(&persons),
        events: count(&with_event),
        median: kaplan_meier(&observations).median(Confidence::NINETY_FIVE),
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

    #[test]
    fn a_funnel_is_a_chain_and_every_stage_has_its_leaf() {
        let indicators = embedded();
        let funnel = indicators.iter().find(|i| i.statistic == Statistic::Funnel).unwrap();
        let stage = Dimension::tree(STAGE, chain(&funnel.stages)).unwrap();
        let programme = Programme::inlav_lombardia();
        let evaluator = Evaluator { indicator: funnel, programme, without_persons: None };
        for reached in 1..=6_i64 {
            let leaf = evaluator.stage_leaf(reached);
            assert!(stage.is_leaf(leaf));
            let passed: Vec<_> = stage
                .path(leaf)
                .filter_map(|node| funnel.stages.iter().position(|s| s.code == stage.nodes()[node].code))
                .collect();
            assert_eq!(passed.len(), usize::try_from(reached).unwrap());
        }
    }
}
