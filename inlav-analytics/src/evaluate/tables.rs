//! From units to tables of true counts, and the figures asked of them.

use std::collections::BTreeSet;

use inlav_core::programme::Programme;

use super::dimensions::{categories, chain, combinations, in_group, missing_category};
use super::units::{Unit, stage_reached};
use super::{EvaluateError, NO, OUTCOME, STAGE, YES, table_id};
use crate::disclosure::{
    CountTable, Dimension, FigureRequest, Measure, Row, TOTAL, TableError, WithoutPersons,
};
use crate::indicator::{DimensionDeclaration, Indicator, Statistic};
use crate::statistics::{Confidence, kaplan_meier};

/// What makes the tables of one indicator.
pub(super) struct Evaluator<'a> {
    pub(super) indicator: &'a Indicator,
    pub(super) programme: &'a Programme,
    /// The PUA whose extracts the store has.
    pub(super) sites: &'a [String],
    pub(super) without_persons: Option<WithoutPersons>,
}

impl Evaluator<'_> {
    /// The tables of the indicator, and the figures asked of them.
    pub(super) fn tables(
        &self,
        units: &[Unit],
    ) -> Result<(Vec<CountTable>, Vec<FigureRequest>), EvaluateError> {
        let mut dimensions = Vec::new();
        for declared in &self.indicator.dimensions {
            dimensions.push(self.dimension(declared)?);
        }
        let groups = dimensions.clone();
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
            if self.indicator.published {
                figures.extend(self.figures(&id, &dimensions, &of_item));
            }
            let rows = of_item.iter().map(|unit| self.row(unit, &dimensions)).collect();
            tables.push(self.tally(id, dimensions.clone(), rows, self.shown(&dimensions))?);
        }
        if self.indicator.statistic == Statistic::Funnel {
            tables.extend(self.differences(&groups, units)?);
        }
        Ok((tables, figures))
    }

    /// What two stages of a funnel that do not follow each other tell by their difference: who
    /// reached the first and not the second. Nobody is shown these tables; disclosure control has to
    /// know what a reader can reckon.
    fn differences(&self, groups: &[Dimension], units: &[Unit]) -> Result<Vec<CountTable>, EvaluateError> {
        let mut tables = Vec::new();
        let stages = self.indicator.stages.len();
        for (first, second) in (1..stages).flat_map(|first| (first + 2..=stages).map(move |j| (first, j))) {
            let outcome = Dimension::flat(OUTCOME, [YES, NO]).map_err(|source| self.table(source))?;
            let dimensions: Vec<Dimension> = groups.iter().cloned().chain([outcome]).collect();
            let rows = units.iter().filter(|unit| stage_reached(unit.leaf) >= first).map(|unit| {
                let leaf = if stage_reached(unit.leaf) >= second { 1 } else { 2 };
                let mut row = self.row(unit, groups);
                row.leaves.push(leaf);
                row
            });
            let id = format!("{} stages {first} and {second}", self.indicator.id);
            tables.push(self.tally(id, dimensions, rows.collect(), |_: &[usize]| false)?);
        }
        Ok(tables)
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

    /// Every category that there can be, empty ones too: which of them stand in a table must not
    /// tell where somebody is. Of PUA those whose extracts the store has: of the others nothing is
    /// known, and nothing is not zero.
    fn dimension(&self, declared: &DimensionDeclaration) -> Result<Dimension, EvaluateError> {
        let mut codes = categories(declared, self.programme);
        if declared.is_site() {
            codes.retain(|site| self.sites.contains(site));
            let sites = Dimension::flat(&declared.name, codes).map_err(|source| self.table(source))?;
            return Ok(sites.with_insiders());
        }
        // Whatever is missing, for whatever reason, is one category.
        let missing = missing_category(declared);
        if !codes.iter().any(|code| code == missing) {
            codes.push(missing.to_owned());
        }
        Dimension::flat(&declared.name, codes).map_err(|source| self.table(source))
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
        rows: Vec<Row>,
        shown: impl Fn(&[usize]) -> bool,
    ) -> Result<CountTable, EvaluateError> {
        let kind = self.indicator.unit_kind.name();
        let table = match &self.without_persons {
            Some(proof) => CountTable::tally_without_persons(id, kind, dimensions, rows, shown, proof),
            None => CountTable::tally(id, kind, dimensions, rows, shown),
        };
        table.map_err(|source| self.table(source))
    }

    /// Which cells are displayed: not the complement of a proportion, nor a funnel's drop-outs, and
    /// nothing of what is not for readers.
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
        let published = self.indicator.published;
        move |coordinates| published && coordinates.last().is_none_or(|last| !hidden.contains(last))
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
                    request(
                        with(group, 0),
                        waiting_time(units.iter().filter(of_group).copied(), with(group, 1)),
                    )
                })
                .collect(),
        }
    }

    fn table(&self, source: TableError) -> EvaluateError {
        EvaluateError::Table { indicator: self.indicator.id.clone(), source }
    }
}

fn waiting_time<'u>(units: impl Iterator<Item = &'u Unit>, event: Vec<usize>) -> Measure {
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
        event,
        persons: count(&persons),
        events: count(&with_event),
        median: kaplan_meier(&observations).median(Confidence::NINETY_FIVE),
    }
}
