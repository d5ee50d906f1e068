//! Tallies against a naive count, margins, refusals.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

use super::super::Node;
use super::super::testing::{funnel, random_rows};
use super::*;

fn area() -> Vec<Node> {
    let parents = [None, Some(0), Some(1), Some(1), Some(0), Some(0)];
    let node = |(number, parent): (usize, Option<usize>)| Node { code: number.to_string(), parent };
    parents.into_iter().enumerate().map(node).collect()
}

fn sex_by_area() -> Vec<Dimension> {
    vec![Dimension::flat("sex", ["F", "M"]).unwrap(), Dimension::flat("area", ["N", "S", "W"]).unwrap()]
}

fn row(unit: u64, person: u64, leaves: &[usize]) -> Row {
    Row { unit, person, leaves: leaves.to_vec() }
}

#[test]
fn persons_are_counted_once_in_each_cell() {
    let rows = [row(1, 7, &[1, 1]), row(2, 7, &[1, 2]), row(3, 8, &[2, 1])];
    let table = CountTable::tally("t", "referral", sex_by_area(), rows, |_| true).unwrap();
    let at = |coordinates: &[usize]| {
        let cell = table.cells()[table.index(coordinates).unwrap()];
        (cell.count, cell.persons)
    };
    assert_eq!(at(&[0, 0]), (3, 2));
    assert_eq!(at(&[1, 0]), (2, 1));
    assert_eq!(at(&[0, 1]), (2, 2));
    assert_eq!(at(&[2, 3]), (0, 0));
}

#[test]
fn margins_add_up() {
    for dimensions in [sex_by_area(), vec![funnel(4)]] {
        let rows = random_rows(&dimensions, 200, 3);
        let table = CountTable::tally("t", "person", dimensions, rows, |_| true).unwrap();
        for (parent, children) in table.equations() {
            let sum: u64 = children.iter().map(|&c| table.cells()[c].count).sum();
            assert_eq!(table.cells()[parent].count, sum);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Flat, two-level and chain dimensions, persons with several units: every cell holds
    /// the units whose leaves lie below it.
    #[test]
    fn a_table_is_what_a_naive_count_finds(
        drawn in vec((0_u64..6, 1_usize..=2, 2_usize..=5, 0_usize..4), 0..40),
    ) {
        let dimensions = vec![
            Dimension::flat("sex", ["F", "M"]).unwrap(),
            Dimension::tree("area", area()).unwrap(),
            funnel(4),
        ];
        let stops: Vec<usize> = (0..7).filter(|&node| dimensions[2].is_leaf(node)).collect();
        // Nodes 2 and 3 of the area are parts of node 1, nodes 4 and 5 stand beside it.
        let rows: Vec<Row> = (drawn.iter().zip(0..))
            .map(|(&(person, sex, area, stop), unit)| row(unit, person, &[sex, area, stops[stop]]))
            .collect();
        let below = |row: &Row, coordinates: &[usize]| {
            let mut sides = row.leaves.iter().zip(coordinates).zip(&dimensions);
            sides.all(|((&leaf, at), dimension)| dimension.path(leaf).any(|node| node == *at))
        };
        let table =
            CountTable::tally("t", "referral", dimensions.clone(), rows.clone(), |_| true).unwrap();
        for (index, cell) in table.cells().iter().enumerate() {
            let coordinates = table.coordinates(index);
            let within: Vec<&Row> = rows.iter().filter(|row| below(row, &coordinates)).collect();
            let persons: BTreeSet<u64> = within.iter().map(|row| row.person).collect();
            let prints = within.iter().map(|row| unit_print("referral", row.unit));
            prop_assert_eq!(cell.count, within.len() as u64);
            prop_assert_eq!(cell.persons, persons.len() as u64);
            prop_assert_eq!(cell.fingerprint, prints.fold(0, u128::wrapping_add));
        }
    }
}

#[test]
fn agreement_is_about_every_cell() {
    let rows = [row(1, 7, &[1, 1]), row(2, 7, &[1, 2])];
    let table = CountTable::tally("t", "referral", sex_by_area(), rows, |_| true).unwrap();
    let truth = |at: &[usize]| {
        let cell = table.cells()[table.index(at).unwrap()];
        (cell.count, cell.persons)
    };
    assert!(table.agrees_with(truth));
    for index in 0..table.size() {
        let wrong = table.coordinates(index);
        assert!(!table.agrees_with(|at| if at == wrong { (9, 9) } else { truth(at) }));
    }
}

#[test]
fn the_same_units_are_the_same_quantity_in_any_order_and_table() {
    let forth = [row(1, 1, &[1, 1]), row(2, 2, &[1, 2])];
    let mut back = forth.clone();
    back.reverse();
    let build = |kind: &str, rows: [Row; 2]| {
        let table = CountTable::tally("t", kind, sex_by_area(), rows, |_| true).unwrap();
        table.cells()[0].fingerprint
    };
    assert_eq!(build("person", forth.clone()), build("person", back.clone()));
    assert_ne!(build("person", forth), build("referral", back));
}

#[test]
fn a_unit_counted_twice_is_refused() {
    let rows = [row(1, 1, &[1, 1]), row(1, 1, &[1, 2])];
    let error = CountTable::tally("t", "person", sex_by_area(), rows, |_| true).unwrap_err();
    assert_eq!(error.to_string(), "table t: unit counted twice");
}

#[test]
fn a_row_names_leaves() {
    for leaves in [&[0, 1][..], &[1], &[1, 9]] {
        let rows = [row(1, 1, leaves)];
        let built = CountTable::tally("t", "person", sex_by_area(), rows, |_| true);
        assert!(matches!(built, Err(TableError::NotALeaf { .. })));
    }
}

#[test]
fn debug_prints_no_count() {
    let rows = [row(1, 1, &[1, 1])];
    let table = CountTable::tally("t", "person", sex_by_area(), rows, |_| true).unwrap();
    assert_eq!(format!("{table:?}"), "CountTable { id: \"t\", cells: 12, .. }");
}

/// Rows gathered into groups by their leaves, and who has units of which.
fn gathered(rows: &[Row]) -> (Vec<Group>, Vec<(u64, u64)>) {
    let leaves: BTreeSet<&Vec<usize>> = rows.iter().map(|row| &row.leaves).collect();
    let number = |wanted: &Vec<usize>| leaves.iter().position(|leaves| *leaves == wanted).unwrap() as u64;
    let groups = (leaves.iter())
        .map(|&leaves| Group {
            number: number(leaves),
            units: rows.iter().filter(|row| row.leaves == *leaves).count() as u64,
            leaves: leaves.clone(),
        })
        .collect();
    (groups, rows.iter().map(|row| (row.person, number(&row.leaves))).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn groups_are_tallied_like_their_units(
        drawn in vec((0_u64..6, 1_usize..=2, 1_usize..=3), 0..40), each: bool,
    ) {
        let rows: Vec<Row> = (drawn.iter().zip(0..))
            .map(|(&(person, sex, area), unit)| row(unit, if each { unit } else { person }, &[sex, area]))
            .collect();
        let (groups, pairs) = gathered(&rows);
        let holders = if each { Holders::EachUnit } else { Holders::Persons(&pairs) };
        let shown = |at: &[usize]| at[0] != 2;
        let whole = CountTable::of_groups("t", "referral", sex_by_area(), &groups, holders, shown).unwrap();
        let single = CountTable::tally("t", "referral", sex_by_area(), rows, shown).unwrap();
        for (group, unit) in whole.cells().iter().zip(single.cells()) {
            prop_assert_eq!((group.count, group.persons, group.shown), (unit.count, unit.persons, unit.shown));
            prop_assert_eq!(group.fingerprint == 0, unit.fingerprint == 0);
        }
    }
}

#[test]
fn tables_of_the_same_groups_are_linked() {
    let groups = |keep: usize| {
        [(1, 5, [1, 1]), (2, 7, [1, 2]), (3, 9, [2, 1])].map(|(number, units, leaves)| Group {
            number,
            units,
            leaves: if keep == 2 { leaves.to_vec() } else { vec![leaves[keep]] },
        })
    };
    let table = |keep: usize, kind: &str, sides: Vec<Dimension>| {
        CountTable::of_groups("t", kind, sides, &groups(keep), Holders::EachUnit, |_| true).unwrap()
    };
    let print = |table: &CountTable, at: &[usize]| table.cells()[table.index(at).unwrap()].fingerprint;
    let both = table(2, "person", sex_by_area());
    let sex = table(0, "person", sex_by_area()[..1].to_vec());
    assert_eq!(print(&both, &[1, 0]), print(&sex, &[1]));
    assert_eq!(print(&both, &[2, 1]), print(&sex, &[2]), "one group, one quantity");
    assert_ne!(print(&both, &[1, 1]), print(&sex, &[1]));
    let other = table(0, "referral", sex_by_area()[..1].to_vec());
    assert_ne!(print(&other, &[1]), print(&sex, &[1]));
}

#[test]
fn groups_that_do_not_fit_are_refused() {
    let group = |number, units, leaf| Group { number, units, leaves: vec![leaf] };
    let built = |groups: &[Group], holders| {
        let side = vec![Dimension::flat("sex", ["F", "M"]).unwrap()];
        CountTable::of_groups("t", "person", side, groups, holders, |_| true).map(|_| ())
    };
    let each = Holders::EachUnit;
    let table = || "t".to_owned();
    assert_eq!(built(&[group(1, 3, 0)], each), Err(TableError::NotALeaf { table: table() }));
    assert_eq!(built(&[group(1, 3, 1), group(1, 3, 2)], each), Err(TableError::UnitTwice { table: table() }));
    let most = [group(1, u64::MAX, 1), group(2, 1, 2)];
    assert_eq!(built(&most, each), Err(TableError::TooManyUnits { table: table() }));
    let two = [group(1, 3, 1), group(2, 0, 2)];
    assert_eq!(built(&two, Holders::Persons(&[(7, 1)])), Ok(()));
    for pairs in [&[][..], &[(7, 1), (7, 2)], &[(7, 1), (7, 3)]] {
        let refused = built(&two, Holders::Persons(pairs));
        assert_eq!(refused, Err(TableError::WithoutHolder { table: table() }));
    }
}
