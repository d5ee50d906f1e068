//! From the rows of a query's answer to units: what is counted, whose it is, where it belongs.

use datafusion::arrow::array::RecordBatch;

use super::{EvaluateError, OUTCOME, STAGE};
use crate::indicator::{Indicator, Statistic};
use crate::rows::{ColumnError, Columns};
use crate::statistics::Observation;

/// One row of the query's answer.
pub(super) struct Unit {
    pub(super) unit: u64,
    pub(super) person: u64,
    pub(super) categories: Vec<String>,
    pub(super) item: Option<String>,
    /// Index of the leaf in the dimension that the statistic adds; 0 if it adds none.
    pub(super) leaf: usize,
    pub(super) observation: Option<Observation>,
}

/// Reads the units of an indicator; `without_persons` says that its query reads no person, and
/// need not yield one.
pub(super) fn read_units(
    indicator: &Indicator,
    without_persons: bool,
    batches: &[RecordBatch],
) -> Result<Vec<Unit>, EvaluateError> {
    if !without_persons && batches.iter().any(|batch| batch.column_by_name("person").is_none()) {
        return Err(EvaluateError::PersonMissing { indicator: indicator.id.clone() });
    }
    let mut units = Vec::new();
    for batch in batches {
        read(indicator, without_persons, batch, &mut units)
            .map_err(|source| EvaluateError::Column { indicator: indicator.id.clone(), source })?;
    }
    if !without_persons {
        require_kind(indicator, &units)?;
    }
    Ok(units)
}

/// Refuses persons that are counted as something else, and something else as persons: disclosure
/// control would not see that two tables count the same people.
fn require_kind(indicator: &Indicator, units: &[Unit]) -> Result<(), EvaluateError> {
    let is_person = indicator.unit_kind.is_person();
    let same = units.iter().filter(|unit| unit.unit == unit.person).count();
    // A row's number and its person's may be equal by chance, but not in every row.
    let fits = if is_person { same == units.len() } else { same < units.len() || units.is_empty() };
    if fits {
        return Ok(());
    }
    let what = if is_person {
        "its units are persons, so its query must yield the same as unit and as person"
    } else {
        "its units are not persons, but its query yields a person as unit"
    };
    Err(EvaluateError::UnitKind { indicator: indicator.id.clone(), what })
}

fn read(
    indicator: &Indicator,
    without_persons: bool,
    batch: &RecordBatch,
    units: &mut Vec<Unit>,
) -> Result<(), ColumnError> {
    let columns = Columns::of(batch);
    let unit = columns.numbers("unit")?;
    let person = if without_persons { unit.clone() } else { columns.numbers("person")? };
    let mut categories = Vec::new();
    for dimension in &indicator.dimensions {
        categories.push(columns.codes(&dimension.name)?);
    }
    let item = indicator.split.as_ref().map(|split| columns.codes(&split.name)).transpose()?;
    let statistic = indicator.statistic;
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
            (None, Some(stage)) => stage_leaf(indicator.stages.len(), *stage),
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

/// The node of a funnel at which a unit stopped: see [`super::dimensions::chain`].
fn stage_leaf(last: usize, stage: i64) -> usize {
    let reached = usize::try_from(stage).unwrap_or(1).clamp(1, last);
    // Nodes: reached 1, then for each stage k: stopped at k, reached k + 1.
    if reached == last { 2 * (last - 1) } else { 2 * reached - 1 }
}

/// The stage, from 1, that a unit at a leaf of a funnel has reached: the inverse of [`stage_leaf`].
pub(super) const fn stage_reached(leaf: usize) -> usize {
    // Stopped at k is node 2k − 1, and the last stage, 2 (n − 1), is a leaf itself.
    if leaf.is_multiple_of(2) { leaf / 2 + 1 } else { leaf.div_ceil(2) }
}

#[cfg(test)]
mod tests {
    use super::super::dimensions::chain;
    use super::*;
    use crate::disclosure::Dimension;
    use crate::indicator::embedded;

    #[test]
    fn a_funnel_is_a_chain_and_every_stage_has_its_leaf() {
        let indicators = embedded();
        let funnel = indicators.iter().find(|i| i.statistic == Statistic::Funnel).unwrap();
        let stage = Dimension::tree(STAGE, chain(&funnel.stages)).unwrap();
        for reached in 1..=6_i64 {
            let leaf = stage_leaf(funnel.stages.len(), reached);
            assert!(stage.is_leaf(leaf));
            let passed: Vec<_> = stage
                .path(leaf)
                .filter_map(|node| funnel.stages.iter().position(|s| s.code == stage.nodes()[node].code))
                .collect();
            assert_eq!(passed.len(), usize::try_from(reached).unwrap());
            assert_eq!(stage_reached(leaf), passed.len());
        }
    }
}
