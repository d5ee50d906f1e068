//! Sizes like those of the programme: 12 sites, some 1,200 persons.

use super::super::suppress::choose;
use super::super::system::{Kind, System};
use super::super::testing::{Dice, funnel};
use super::super::*;

const SITES: usize = 12;

fn sites() -> Dimension {
    let codes = (1..=SITES).map(|n| format!("S{n:02}"));
    Dimension::flat("site", codes).unwrap().with_insiders()
}

fn side(name: &str, size: usize) -> Dimension {
    Dimension::flat(name, (1..=size).map(|n| format!("{name}{n}"))).unwrap()
}

/// A table over persons, each described by draws that depend on the person only.
fn drawn(id: &str, dimensions: Vec<Dimension>, people: u64, draws: &[u64]) -> CountTable {
    let rows = (0..people).map(|unit| Row {
        unit,
        person: unit,
        leaves: (dimensions.iter().zip(draws))
            .map(|(dimension, &draw)| {
                let mut dice = Dice(unit * 1_000_003 + draw);
                let leaves: Vec<usize> =
                    (0..dimension.nodes().len()).filter(|&node| dimension.is_leaf(node)).collect();
                leaves[dice.skewed(leaves.len())]
            })
            .collect(),
    });
    let shown = |_: &[usize]| true;
    CountTable::tally(id, "person", dimensions.clone(), rows, shown).unwrap()
}

/// Cells unsafe, withheld besides, published, by merged quantity.
fn tally_of(tables: &[CountTable], policy: &ReleasePolicy) -> (usize, usize, usize) {
    let system = System::merge(tables, policy).unwrap();
    let hidden = choose(&system, tables, policy).unwrap().hidden;
    let of = |kind: Kind, withheld: bool| {
        (system.quantities.iter().zip(&hidden))
            .filter(|(quantity, hidden)| quantity.kind == kind && **hidden == withheld)
            .count()
    };
    (of(Kind::Unsafe, true), of(Kind::Open, true), of(Kind::Open, false))
}

#[test]
fn sites_by_sectors_withstand_twelve_insiders() {
    let table = drawn("site_sector", vec![sites(), side("sector", 8)], 1_200, &[1, 2]);
    let policy = ReleasePolicy::default();
    let released = protect(std::slice::from_ref(&table), &[], &policy).unwrap();
    assert_eq!(released.audit.attackers.len(), 13);
    assert!(released.audit.narrowest >= Some(5));
    let (primaries, secondaries, published) = tally_of(&[table], &policy);
    assert!(secondaries <= primaries + 10, "{primaries} {secondaries} {published}");
}

#[test]
fn ten_linked_tables_are_protected_in_seconds() {
    let tables = ten_tables();
    let cells: usize = tables.iter().map(CountTable::size).sum();
    assert!((600..1_100).contains(&cells), "{cells}");
    let released = protect(&tables, &[], &ReleasePolicy::default()).unwrap();
    assert!(released.audit.narrowest >= Some(5));
}

#[test]
fn a_release_is_the_same_every_time() {
    let release = || {
        let table = drawn("t", vec![sites(), side("sector", 6)], 500, &[1, 2]);
        let released = protect(&[table], &[], &ReleasePolicy::default()).unwrap();
        serde_json::to_string(&released).unwrap()
    };
    assert_eq!(release(), release());
}

/// Ten tables on the same persons: sites by one trait each, some of them without sites.
pub(super) fn ten_tables() -> Vec<CountTable> {
    vec![
        drawn("site_sex", vec![sites(), side("sex", 2)], 1_200, &[1, 3]),
        drawn("site_sector", vec![sites(), side("sector", 8)], 1_200, &[1, 2]),
        drawn("site_area", vec![sites(), side("area", 6)], 1_200, &[1, 4]),
        drawn("site_age", vec![sites(), side("age", 5)], 1_200, &[1, 5]),
        drawn("site_outcome", vec![sites(), side("outcome", 4)], 1_200, &[1, 6]),
        drawn("site_stage", vec![sites(), funnel(5)], 1_200, &[1, 7]),
        drawn("sex_sector", vec![side("sex", 2), side("sector", 8)], 1_200, &[3, 2]),
        drawn("sex_age", vec![side("sex", 2), side("age", 5)], 1_200, &[3, 5]),
        drawn("sector_area", vec![side("sector", 8), side("area", 6)], 1_200, &[2, 4]),
        drawn("site_sex_outcome", vec![sites(), side("sex", 2), side("outcome", 4)], 1_200, &[1, 3, 6]),
    ]
}
