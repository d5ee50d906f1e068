//! From a question and the rows it reads to tables of true counts, kept from sight.

use std::collections::{BTreeMap, BTreeSet};

use inlav_core::programme::Programme;

use super::condition::Condition;
use super::expression::{Column, Scope, instance};
use super::grouping::Categories;
use super::question::{Counted, Measure, Question};
use super::refusal::Refusal;
use super::sets::{Set, Universe};
use super::views::{OPERATOR_NO, SITE_ID};
use super::{GateError, unreadable};
use crate::disclosure::{Dimension, Row, WithoutPersons};
use crate::indicator::UnitKind;
use crate::rows::Columns;
use crate::session::Session;

/// Cells of the table of one question.
const MOST_CELLS: usize = 4000;

/// Name by which disclosure control knows the number of a person or of an operator.
pub(super) fn person_kind(column: &str) -> &'static str {
    if column == OPERATOR_NO { UnitKind::Operator.name() } else { UnitKind::Person.name() }
}

/// A table before disclosure control.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) kind: &'static str,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) rows: Vec<Row>,
    pub(super) proof: Option<WithoutPersons>,
    /// The units of every cell that is not empty, margins included.
    pub(super) cells: BTreeMap<Vec<usize>, Set>,
    /// The cells that the question asks for.
    pub(super) asked: BTreeSet<Vec<usize>>,
}

/// A larger selection of which a cell is a part, and which anybody may know: the cell's group with
/// some of the question's conditions left out.
#[derive(Debug)]
pub(super) struct Larger {
    pub(super) draft: usize,
    pub(super) cell: Vec<usize>,
    pub(super) set: Set,
}

/// Everything counted for one question.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) drafts: Vec<Draft>,
    pub(super) larger: Vec<Larger>,
    /// For each measure and each row of the answer the draft and cell of its count.
    pub(super) places: Vec<BTreeMap<Vec<usize>, Place>>,
    /// Categories of each grouping.
    pub(super) categories: Vec<Vec<String>>,
}

/// A draft and one of its cells.
pub(super) type Place = (usize, Vec<usize>);

/// The rows that a question reads.
struct Fetched {
    /// Category of each grouping, from 1.
    leaves: Vec<Vec<usize>>,
    /// Whether each condition holds.
    holds: Vec<Vec<bool>>,
    /// Unit of each measure.
    units: Vec<Vec<u64>>,
    persons: Vec<u64>,
    sites: Vec<usize>,
}

/// Reads the rows of a question and counts them.
///
/// # Errors
/// [`Refusal::TooManyCells`], from the question alone; a failure of the engine.
pub(super) async fn count(
    question: &Question,
    session: &Session,
    programme: &Programme,
    universe: &mut Universe,
    threshold: u64,
) -> Result<Counts, GateError> {
    let scope = Scope { views: &question.source.views, programme };
    let categories: Vec<Categories> = question
        .groups
        .iter()
        .map(|group| group.categories(&scope, session.sites(), session.as_of()))
        .collect();
    let cells = categories.iter().try_fold(1_usize, |all, own| all.checked_mul(own.codes.len() + 1));
    if cells.is_none_or(|cells| cells > MOST_CELLS) {
        return Err(GateError::Refused(Refusal::TooManyCells));
    }
    let mut conditions: Vec<Condition> =
        question.measures.iter().flat_map(|measure| question.conditions_of(measure)).collect();
    conditions.sort();
    conditions.dedup();

    let sql = Fetch { question, conditions: &conditions }.sql();
    let query = session.plan(&sql).await?;
    let proof = query.without_persons();
    let batches = session.run(query).await?;
    let mut rows = Fetched {
        leaves: Vec::new(),
        holds: Vec::new(),
        units: vec![Vec::new(); question.measures.len()],
        persons: Vec::new(),
        sites: Vec::new(),
    };
    for batch in &batches {
        let columns = Columns::of(batch);
        rows.read(&columns, question, &categories, conditions.len(), session.sites())
            .map_err(|_| unreadable())?;
    }
    let mut dimensions = Vec::new();
    for (at, (own, group)) in categories.iter().zip(&question.groups).enumerate() {
        let name = if group.is_site() { SITE_ID.to_owned() } else { format!("group {at}") };
        dimensions.push(own.dimension(name, group.is_site()).map_err(|_| unreadable())?);
    }
    let mut counter = Counter {
        question,
        dimensions,
        conditions,
        rows,
        proof,
        counts: Counts {
            drafts: Vec::new(),
            larger: Vec::new(),
            places: Vec::new(),
            categories: categories.into_iter().map(|own| own.codes).collect(),
        },
    };
    for (at, measure) in question.measures.iter().enumerate() {
        counter.measure(at, measure, universe, threshold);
    }
    Ok(counter.counts)
}

/// The SQL that reads a question's rows: written by us from what was understood.
struct Fetch<'a> {
    question: &'a Question,
    conditions: &'a [Condition],
}

impl Fetch<'_> {
    fn sql(&self) -> String {
        let source = &self.question.source;
        let mut columns = Vec::new();
        for (at, measure) in self.question.measures.iter().enumerate() {
            columns.push(format!("{} AS u{at}", self.unit(&measure.counted)));
        }
        let of_person = self.person();
        columns.push(format!("{} AS person", of_person.as_ref().map_or("0".to_owned(), Column::to_string)));
        columns.push(format!("{} AS site", self.site().map_or("''".to_owned(), |column| column.to_string())));
        for (at, group) in self.question.groups.iter().enumerate() {
            columns.push(format!("{} AS g{at}", group.sql()));
        }
        for (at, condition) in self.conditions.iter().enumerate() {
            columns.push(format!("COALESCE({}, FALSE) AS c{at}", condition.sql()));
        }
        let mut sql = format!("SELECT {} FROM {}", columns.join(", "), self.named(0));
        let mut placed = BTreeSet::from([0]);
        while placed.len() < source.views.len() {
            let joined = |to: &usize| {
                !placed.contains(to) && placed.iter().any(|from| source.between(*from, *to).is_some())
            };
            // Whatever has to have a partner comes first.
            let next = (0..source.views.len())
                .find(|to| joined(to) && !source.optional.contains(to))
                .or_else(|| (0..source.views.len()).find(joined));
            let Some(next) = next else { break };
            let keys = placed.iter().flat_map(|from| {
                let shared = source.between(*from, next).into_iter().flatten();
                shared.map(move |key| format!("{}.\"{key}\" = {}.\"{key}\"", instance(next), instance(*from)))
            });
            let word = if source.optional.contains(&next) { "LEFT JOIN" } else { "JOIN" };
            sql.push_str(&format!(
                " {word} {} ON {}",
                self.named(next),
                keys.collect::<Vec<_>>().join(" AND ")
            ));
            placed.insert(next);
        }
        if let Some(person) = of_person.filter(|column| column.name == OPERATOR_NO) {
            sql.push_str(&format!(" WHERE {person} IS NOT NULL"));
        }
        sql
    }

    fn named(&self, view: usize) -> String {
        let name = self.question.source.views.get(view).map_or("", |view| view.name);
        format!("\"{name}\" {}", instance(view))
    }

    fn unit(&self, counted: &Counted) -> String {
        match counted {
            Counted::Distinct(column, _) => column.to_string(),
            Counted::Rows(base) => {
                let view = self.question.source.views.get(*base);
                let key = view.and_then(|view| view.keys.first());
                // Rows that are nobody's need no number: it is given when they are read.
                key.map_or("0".to_owned(), |key| Column { view: *base, name: (*key).to_owned() }.to_string())
            }
        }
    }

    /// The column that says whose rows these are.
    fn person(&self) -> Option<Column> {
        self.first(|view| view.person.map(str::to_owned))
    }

    fn site(&self) -> Option<Column> {
        self.first(|view| view.person.map(|_| SITE_ID.to_owned()))
    }

    fn first(&self, name: impl Fn(&super::views::View) -> Option<String>) -> Option<Column> {
        let source = &self.question.source;
        let views = source.views.iter().enumerate().filter(|(at, _)| !source.optional.contains(at));
        let mut columns = views.filter_map(|(view, own)| Some(Column { view, name: name(own)? }));
        columns.next()
    }
}

impl Fetched {
    fn read(
        &mut self,
        columns: &Columns<'_>,
        question: &Question,
        categories: &[Categories],
        conditions: usize,
        sites: &[String],
    ) -> Result<(), crate::rows::ColumnError> {
        let persons = columns.numbers("person")?;
        let first = self.persons.len();
        for (at, (measure, units)) in question.measures.iter().zip(&mut self.units).enumerate() {
            let keyless = match measure.counted {
                Counted::Rows(base) => {
                    question.source.views.get(base).is_none_or(|view| view.keys.is_empty())
                }
                Counted::Distinct(..) => false,
            };
            if keyless {
                units.extend((first..first + persons.len()).map(|row| row as u64));
            } else {
                units.extend(columns.numbers(&format!("u{at}"))?);
            }
        }
        let mut leaves = vec![Vec::with_capacity(categories.len()); persons.len()];
        for (at, own) in categories.iter().enumerate() {
            let name = format!("g{at}");
            let found: Vec<usize> = if own.is_numbered() {
                columns.wholes(&name)?.into_iter().map(|number| own.of_number(number)).collect()
            } else {
                columns.codes(&name)?.iter().map(|code| own.of_text(code)).collect()
            };
            for (leaves, category) in leaves.iter_mut().zip(found) {
                leaves.push(category + 1);
            }
        }
        let mut holds = vec![Vec::with_capacity(conditions); persons.len()];
        for at in 0..conditions {
            for (holds, truth) in holds.iter_mut().zip(columns.truths(&format!("c{at}"))?) {
                holds.push(truth);
            }
        }
        let site = |code: &String| sites.iter().position(|site| site == code).unwrap_or(sites.len());
        self.sites.extend(columns.codes("site")?.iter().map(site));
        self.persons.extend(persons);
        self.leaves.extend(leaves);
        self.holds.extend(holds);
        Ok(())
    }
}

struct Counter<'a> {
    question: &'a Question,
    dimensions: Vec<Dimension>,
    conditions: Vec<Condition>,
    rows: Fetched,
    proof: Option<WithoutPersons>,
    counts: Counts,
}

impl Counter<'_> {
    /// Counts one measure: its drafts, its places, the larger selections around its cells.
    fn measure(&mut self, at: usize, measure: &Measure, universe: &mut Universe, threshold: u64) {
        let wanted: BTreeSet<usize> = (self.question.conditions_of(measure).iter())
            .filter_map(|condition| self.conditions.iter().position(|known| known == condition))
            .collect();
        let kind = match measure.counted {
            Counted::Distinct(_, kind) => kind,
            Counted::Rows(base) => self.question.source.views.get(base).map_or("row", |view| view.kind),
        };
        let places = self.register(at, kind, universe);
        let selected = self.leaf_sets(&places, &wanted);
        let answer: Vec<Vec<usize>> = leaf_cells(&self.dimensions);
        let first = self.counts.drafts.len();
        let is_partition = is_partition(&selected);
        let mut of_answer = BTreeMap::new();
        if is_partition {
            let rows = (selected.iter())
                .flat_map(|(leaves, set)| {
                    universe.known(kind).map(|units| units.rows(set, |_| leaves.clone())).unwrap_or_default()
                })
                .collect();
            let draft = Draft {
                kind,
                dimensions: self.dimensions.clone(),
                rows,
                proof: self.proof,
                cells: margins(&selected),
                asked: answer.iter().cloned().collect(),
            };
            self.counts.drafts.push(draft);
            of_answer.extend(answer.iter().map(|cell| (cell.clone(), (first, cell.clone()))));
        } else {
            of_answer = self.overlapping(kind, &selected, &answer, universe, threshold);
        }
        if self.proof.is_none() {
            self.around(&places, &wanted, &of_answer, is_partition.then_some(first));
        }
        self.counts.places.push(of_answer);
    }

    /// Gives each row the place of its unit.
    fn register(&self, measure: usize, kind: &'static str, universe: &mut Universe) -> Vec<usize> {
        let units = universe.of(kind);
        let rows = self.rows.units.get(measure).into_iter().flatten().zip(&self.rows.persons);
        (rows.zip(&self.rows.sites))
            .map(|((unit, person), site)| {
                let place = units.place(*unit, *person);
                units.seen_at(place, *site);
                place
            })
            .collect()
    }

    /// The units of the rows that fulfil all these conditions, by leaf cell.
    fn leaf_sets(&self, places: &[usize], wanted: &BTreeSet<usize>) -> BTreeMap<Vec<usize>, Set> {
        let mut sets: BTreeMap<Vec<usize>, Set> = BTreeMap::new();
        for ((place, leaves), holds) in places.iter().zip(&self.rows.leaves).zip(&self.rows.holds) {
            if wanted.iter().all(|at| holds.get(*at).copied().unwrap_or(false)) {
                sets.entry(leaves.clone()).or_default().insert(*place);
            }
        }
        sets
    }

    /// Drafts of groups of which a unit may be in several: each group by itself, and all together.
    ///
    /// Where few persons are in more than one group, as at two PUA, the sum of the groups and their
    /// union would tell how many: groups are then made of the sets of units that are in the same
    /// groups. Where many are, neither tells of few.
    fn overlapping(
        &mut self,
        kind: &'static str,
        selected: &BTreeMap<Vec<usize>, Set>,
        answer: &[Vec<usize>],
        universe: &Universe,
        threshold: u64,
    ) -> BTreeMap<Vec<usize>, Place> {
        let mut patterns: BTreeMap<Vec<usize>, Set> = BTreeMap::new();
        let mut in_groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (group, set) in selected.values().enumerate() {
            for place in set.iter() {
                in_groups.entry(place).or_default().push(group);
            }
        }
        let several: Set =
            in_groups.iter().filter(|(_, groups)| groups.len() > 1).map(|(place, _)| *place).collect();
        let is_few = universe.known(kind).is_some_and(|units| units.is_thin(&several, threshold));
        for (place, groups) in in_groups {
            patterns.entry(groups).or_default().insert(place);
        }
        let site = self.question.groups.iter().position(super::grouping::Grouping::is_site);
        let draft = |name: Option<String>, patterns: Vec<&Set>, is_asked: bool| {
            let parts = if is_few { patterns.len() } else { patterns.len().min(1) };
            let parts = Dimension::flat("pattern", (0..parts).map(|at| format!("pattern {at}")));
            let mut dimensions: Vec<Dimension> = parts.into_iter().collect();
            // A PUA knows who of its own is in its group.
            let own = name.and_then(|site| Dimension::flat(SITE_ID, [site]).ok());
            let has_site = own.is_some();
            dimensions.extend(own.map(Dimension::with_insiders));
            let mut rows = Vec::new();
            let mut all = Set::default();
            for (at, set) in patterns.into_iter().enumerate() {
                set.iter().for_each(|place| all.insert(place));
                let leaf = if is_few { at + 1 } else { 1 };
                let leaves = std::iter::once(leaf).chain(has_site.then_some(1)).collect::<Vec<_>>();
                if let Some(units) = universe.known(kind) {
                    rows.extend(units.rows(set, |_| leaves.clone()));
                }
            }
            let root = vec![0; dimensions.len()];
            Draft {
                kind,
                dimensions,
                rows,
                proof: None,
                cells: BTreeMap::from([(root.clone(), all)]),
                asked: is_asked.then_some(root).into_iter().collect(),
            }
        };
        self.counts.drafts.push(draft(None, patterns.values().collect(), false));
        let mut places = BTreeMap::new();
        for leaves in answer {
            let group = selected.keys().position(|group| group == leaves);
            let code = site.and_then(|side| {
                let node = *leaves.get(side)?;
                Some(self.dimensions.get(side)?.nodes().get(node)?.code.clone())
            });
            let own = patterns.iter().filter(|(groups, _)| group.is_some_and(|own| groups.contains(&own)));
            let made = draft(code, own.map(|(_, set)| set).collect(), true);
            let root = vec![0; made.dimensions.len()];
            places.insert(leaves.clone(), (self.counts.drafts.len(), root));
            self.counts.drafts.push(made);
        }
        places
    }

    /// For every cell the larger selections around it: every choice of its conditions left out.
    fn around(
        &mut self,
        places: &[usize],
        wanted: &BTreeSet<usize>,
        of_answer: &BTreeMap<Vec<usize>, Place>,
        table: Option<usize>,
    ) {
        let wanted: Vec<usize> = wanted.iter().copied().collect();
        for left_out in 1..1_usize << wanted.len() {
            let kept: BTreeSet<usize> = (wanted.iter().enumerate())
                .filter(|(at, _)| left_out & (1 << at) == 0)
                .map(|(_, condition)| *condition)
                .collect();
            let sets = self.leaf_sets(places, &kept);
            match table {
                Some(draft) => {
                    let sets = if is_partition(&sets) { margins(&sets) } else { sets };
                    self.counts.larger.extend(sets.into_iter().map(|(cell, set)| Larger {
                        draft,
                        cell,
                        set,
                    }));
                }
                None => {
                    for (leaves, set) in sets {
                        if let Some((draft, cell)) = of_answer.get(&leaves) {
                            self.counts.larger.push(Larger { draft: *draft, cell: cell.clone(), set });
                        }
                    }
                }
            }
        }
    }
}

/// Whether no unit is in two cells.
fn is_partition(sets: &BTreeMap<Vec<usize>, Set>) -> bool {
    let mut met = Set::default();
    let mut units = 0;
    for set in sets.values() {
        set.iter().for_each(|place| met.insert(place));
        units += set.len();
    }
    units == met.len()
}

/// The sets of all cells, margins included, from those of leaf cells of flat dimensions.
fn margins(leaves: &BTreeMap<Vec<usize>, Set>) -> BTreeMap<Vec<usize>, Set> {
    let mut all: BTreeMap<Vec<usize>, Set> = BTreeMap::new();
    for (cell, set) in leaves {
        for summed in 0..1_usize << cell.len() {
            let coordinates =
                cell.iter().enumerate().map(|(side, leaf)| if summed & (1 << side) == 0 { *leaf } else { 0 });
            let sum = all.entry(coordinates.collect()).or_default();
            set.iter().for_each(|place| sum.insert(place));
        }
    }
    all
}

/// Every combination of leaves of flat dimensions, in order.
fn leaf_cells(dimensions: &[Dimension]) -> Vec<Vec<usize>> {
    dimensions.iter().fold(vec![Vec::new()], |cells, dimension| {
        let extended = cells.iter().flat_map(|cell: &Vec<usize>| {
            (1..dimension.nodes().len()).map(|leaf| cell.iter().copied().chain([leaf]).collect())
        });
        extended.collect()
    })
}
