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
