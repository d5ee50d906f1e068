//! An attacker who has nothing but a published release: reads its tables, knows that they add up
//! and that counts are not negative, and looks for the least and the largest value of every
//! withheld count by linear programming. Independent of the code that protected the tables.

use std::collections::{BTreeMap, BTreeSet};

use inlav_core::programme::Programme;
use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, Variable};

use crate::demo::demo;

mod dictionary;
mod tables;

use tables::{Knowledge, Table};

/// Fewest persons behind a published count, as the report says.
const MINIMUM: u64 = 10;
/// The stages of the funnel (I16), in order.
const STAGES: [&str; 6] =
    ["SEGNALATO", "CONTATTATO", "VALUTAZIONE", "PRESO_IN_CARICO", "PIANO_ATTIVO", "ESITO"];

#[test]
fn no_published_count_is_of_few_persons() {
    let tables = released();
    let mut published = 0;
    for table in &tables {
        for count in table.counts().flatten() {
            assert!(count == 0 || count >= MINIMUM, "{} publishes {count}", table.id());
            published += 1;
        }
    }
    assert!(published > 50, "only {published} counts were published");
}

#[test]
fn no_withheld_count_can_be_worked_out() {
    let tables = released();
    let knowledge = Knowledge::of(&tables, &STAGES);
    let cells: usize = tables.iter().map(|table| table.counts().count()).sum();
    assert!(knowledge.counts.len() + 100 < cells, "no table shares its quantities with another");
    let sites = Programme::inlav_lombardia().sites.len();
    let exact =
        knowledge.relations.iter().filter(|relation| relation.exactly && relation.parts.len() == sites);
    assert!(exact.count() > 10, "the tables by PUA were not understood");

    let intervals = attack(&knowledge);
    assert!(intervals.len() > 50, "only {} counts are withheld: the attack shows little", intervals.len());
    let bounded = intervals.values().filter(|interval| interval.largest.is_finite()).count();
    assert!(bounded * 2 > intervals.len(), "only {bounded} of {} are bounded at all", intervals.len());
    // Zeros are published by rule. Some zeros under a small total carry the mark all the same;
    // whoever finds out that one of these is zero has learnt no more than the rule allows.
    let pinned: Vec<(&String, &Interval)> =
        intervals.iter().filter(|(_, interval)| interval.is_exact() && !interval.is_zero()).collect();
    assert!(pinned.is_empty(), "{} of {} worked out: {pinned:?}", pinned.len(), intervals.len());
}

/// Two stages of the funnel that do not follow each other tell by their difference who stopped in
/// between, and a total and all of its parts but some tell these together.
#[test]
fn no_difference_of_published_counts_is_of_few_persons() {
    let knowledge = Knowledge::of(&released(), &STAGES);
    let known = |name: &str| knowledge.counts.get(name).copied().flatten();
    let few = |difference: u64| (1..MINIMUM).contains(&difference);
    let sites = Programme::inlav_lombardia().sites.iter().map(|site| site.id.as_str());
    let mut compared = 0;
    for site in sites.chain(["TOTAL"]) {
        let reached: Vec<u64> =
            STAGES.iter().filter_map(|stage| known(&format!("reached {stage} at {site}"))).collect();
        // Regular work is an outcome.
        if let (Some(more), Some(fewer)) =
            (known(&format!("reached ESITO at {site}")), known(&format!("I55a {site} YES")))
        {
            assert!(!few(more - fewer), "{site}: {more} with an outcome, {fewer} with regular work");
        }
        for (at, more) in reached.iter().enumerate() {
            for fewer in &reached[at + 1..] {
                assert!(!few(more - fewer), "{site}: {more} and {fewer}");
                compared += 1;
            }
        }
    }
    assert!(compared > 10, "only {compared} pairs of stages are published");
    for relation in knowledge.relations.iter().filter(|relation| relation.exactly) {
        let Some(whole) = known(&relation.whole) else { continue };
        let published: u64 = relation.parts.iter().filter_map(|part| known(part)).sum();
        assert!(!few(whole - published), "{} less its published parts", relation.whole);
    }
}

/// The attack is not blind: what is badly protected, it works out.
#[test]
fn a_lone_withheld_count_is_worked_out() {
    let table = Table::parse(
        "T",
        "site,site_it,site_en,gender,gender_it,gender_en,count,status\r\n\
         TOTAL,,,TOTAL,,,99,published\r\nTOTAL,,,F,,,65,published\r\nTOTAL,,,M,,,34,published\r\n\
         A,,,TOTAL,,,55,published\r\nA,,,F,,,25,published\r\nA,,,M,,,30,published\r\n\
         B,,,TOTAL,,,44,published\r\nB,,,F,,,40,published\r\nB,,,M,,,,suppressed\r\n",
    );
    let intervals = attack(&Knowledge::of(&[table], &STAGES));
    assert_eq!(intervals.len(), 1);
    let (name, interval) = intervals.iter().next().unwrap();
    assert_eq!(name, "T B M");
    assert!(interval.is_exact() && (interval.least - 4.0).abs() < 1e-6, "{interval:?}");
}

/// Nor is it fooled by a pattern that looks protected: two withheld in every row and column, but
/// a funnel and a total in another table give them away.
#[test]
fn tables_are_attacked_jointly() {
    let funnel = "site,site_it,site_en,stage,stage_it,stage_en,count,status\r\n\
        TOTAL,,,SEGNALATO,,,40,published\r\nTOTAL,,,CONTATTATO,,,40,published\r\n\
        A,,,SEGNALATO,,,,suppressed\r\nA,,,CONTATTATO,,,,suppressed\r\n\
        B,,,SEGNALATO,,,,suppressed\r\nB,,,CONTATTATO,,,,suppressed\r\n";
    let reached = "site,site_it,site_en,count,status\r\n\
        TOTAL,,,40,published\r\nA,,,5,published\r\nB,,,,suppressed\r\n";
    let stages = &STAGES[..2];
    let alone = attack(&Knowledge::of(&[Table::parse("I16", funnel)], stages));
    assert_eq!(alone.len(), 4);
    assert!(alone.values().all(|interval| !interval.is_exact()), "{alone:?}");

    let tables = [Table::parse("I16", funnel), Table::parse("I12a", reached)];
    let jointly = attack(&Knowledge::of(&tables, stages));
    assert_eq!(jointly.len(), 3);
    assert!(jointly.values().all(Interval::is_exact), "{jointly:?}");
}

fn released() -> Vec<Table> {
    let tables = Table::read_all(&demo().path("release/tables"));
    assert!(tables.len() > 10, "only {} tables were released", tables.len());
    tables
}

/// What an attacker holds possible.
#[derive(Debug)]
struct Interval {
    least: f64,
    largest: f64,
}

impl Interval {
    /// Whether only zero lies in it.
    fn is_zero(&self) -> bool {
        self.largest < 1.0 - 1e-6
    }

    /// Whether only one whole number lies in it.
    fn is_exact(&self) -> bool {
        // Solvers answer within a tolerance.
        self.largest - self.least < 1.0 - 1e-6
    }
}

/// The interval of every withheld count.
fn attack(knowledge: &Knowledge) -> BTreeMap<String, Interval> {
    let mut intervals = BTreeMap::new();
    for part in parts(knowledge) {
        for name in &part {
            let least = extreme(knowledge, &part, name, OptimizationDirection::Minimize);
            let largest = extreme(knowledge, &part, name, OptimizationDirection::Maximize);
            intervals.insert((*name).clone(), Interval { least, largest });
        }
    }
    intervals
}

/// Withheld counts in groups that no relation joins.
fn parts(knowledge: &Knowledge) -> Vec<BTreeSet<&String>> {
    let mut parts: Vec<BTreeSet<&String>> =
        withheld(knowledge).into_iter().map(|name| BTreeSet::from([name])).collect();
    for relation in &knowledge.relations {
        let names = || relation.parts.iter().chain([&relation.whole]);
        let (touched, mut others): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|part| names().any(|name| part.contains(name)));
        if !touched.is_empty() {
            others.push(touched.into_iter().flatten().collect());
        }
        parts = others;
    }
    parts
}

fn withheld(knowledge: &Knowledge) -> Vec<&String> {
    knowledge.counts.iter().filter(|(_, count)| count.is_none()).map(|(name, _)| name).collect()
}

/// The least or largest value that a withheld count can have.
fn extreme(
    knowledge: &Knowledge,
    part: &BTreeSet<&String>,
    sought: &str,
    direction: OptimizationDirection,
) -> f64 {
    let mut problem = Problem::new(direction);
    let variables: BTreeMap<&String, Variable> = part
        .iter()
        .map(|name| {
            let weight = if *name == sought { 1.0 } else { 0.0 };
            (*name, problem.add_var(weight, (0.0, f64::INFINITY)))
        })
        .collect();
    for relation in &knowledge.relations {
        let mut terms = Vec::new();
        let mut known = 0.0;
        let signed = relation.parts.iter().map(|name| (name, -1.0)).chain([(&relation.whole, 1.0)]);
        for (name, sign) in signed {
            match (variables.get(name), knowledge.counts[name]) {
                (Some(variable), _) => terms.push((*variable, sign)),
                (None, Some(count)) => known += sign * f64::from(u32::try_from(count).unwrap()),
                (None, None) => assert!(terms.is_empty(), "{name} belongs to another part"),
            }
        }
        if !terms.is_empty() {
            let comparison = if relation.exactly { ComparisonOp::Eq } else { ComparisonOp::Ge };
            problem.add_constraint(terms, comparison, -known);
        }
    }
    match problem.solve() {
        Ok(outcome) => outcome.into_solution().unwrap().objective(),
        Err(Error::Unbounded) => f64::INFINITY,
        Err(fault) => panic!("{sought}: {fault}"),
    }
}
