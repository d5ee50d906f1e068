//! Is the cheapest pattern the cheapest? All patterns of small tables are tried.

use super::super::attack::{Required, audit};
use super::super::lines::is_thin;
use super::super::movement::Evidence;
use super::super::suppress::choose;
use super::super::system::{Kind, System};
use super::super::testing::{Dice, flat_table, persons};
use super::super::*;
use super::policy;

/// Cells that may be withheld besides, at most: two to the power of it patterns are attacked.
const MOST: usize = 10;

/// The least cost at which a table is safe, found by trying.
fn least(system: &System, tables: &[CountTable], required: &Required) -> Option<f64> {
    let free: Vec<usize> =
        (0..system.quantities.len()).filter(|&q| system.quantities[q].kind == Kind::Open).collect();
    if free.len() > MOST {
        return None;
    }
    (0..1_usize << free.len())
        .filter(|chosen| {
            let mut hidden = system.hidden_at_first();
            for (at, &quantity) in free.iter().enumerate() {
                hidden[quantity] |= chosen >> at & 1 == 1;
            }
            let thin = (0..system.equations.len()).any(|equation| is_thin(system, &hidden, equation));
            !thin && audit(system, tables, &hidden, required, Evidence::none(system)).0.findings.is_empty()
        })
        .map(|chosen| {
            let taken = free.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
            taken.map(|(_, &quantity)| system.quantities[quantity].weight).sum()
        })
        .min_by(f64::total_cmp)
}

/// Whether the pattern chosen is proven to be the cheapest; then it is.
fn compare(tables: &[CountTable], policy: &ReleasePolicy) -> bool {
    let system = System::merge(tables, policy).unwrap();
    let Ok(pattern) = choose(&system, tables, policy) else {
        return false;
    };
    let Some(least) = least(&system, tables, &pattern.required) else {
        return false;
    };
    assert!(pattern.bound <= least + 1e-9, "{} is no bound of {least}", pattern.bound);
    assert!(pattern.cost >= least - 1e-9, "{} is not safe", pattern.cost);
    let proven = pattern.bound >= pattern.cost;
    assert!(!proven || (pattern.cost - least).abs() < 1e-9, "{} is not {least}", pattern.cost);
    proven
}

#[test]
fn no_pattern_of_a_small_table_is_cheaper() {
    let mut dice = Dice(41);
    let mut compared = 0;
    for round in 0..150 {
        let (rows, columns) = [(2, 3), (3, 3), (3, 2), (2, 4)][round % 4];
        let counts: Vec<Vec<u64>> = (0..rows)
            .map(|_| {
                (0..columns)
                    .map(|_| if dice.below(3) == 0 { dice.below(10) } else { 10 + dice.below(30) })
                    .collect()
            })
            .collect();
        let counts: Vec<&[u64]> = counts.iter().map(Vec::as_slice).collect();
        let rules = ["", "insiders = false", "preset = \"five\"", "count_base = 5"][round / 4 % 4];
        let policy = policy(&format!("{rules}\nzeros = \"published\"\ncost = \"cells\""));
        compared += usize::from(compare(&[flat_table("t", &counts, true)], &policy));
    }
    assert!(compared > 40, "{compared}");
}

#[test]
fn no_pattern_of_a_small_cube_is_cheaper() {
    let mut dice = Dice(43);
    let mut compared = 0;
    for _ in 0..240 {
        let sides = || {
            ["a", "b", "c"].map(|name| {
                let side = Dimension::flat(name, ["1", "2"]).unwrap();
                if name == "a" { side.with_insiders() } else { side }
            })
        };
        let cells = (0..8_usize).map(|at| {
            let leaves = vec![at / 4 + 1, at / 2 % 2 + 1, at % 2 + 1];
            (leaves, if dice.below(4) > 0 { 1 + dice.below(9) } else { 10 + dice.below(20) })
        });
        let cells: Vec<(Vec<usize>, u64)> = cells.collect();
        let table = CountTable::tally("t", "person", sides().to_vec(), persons(cells), |_| true).unwrap();
        let policy = policy("zeros = \"published\"\ncost = \"cells\"\ninsiders = false");
        compared += usize::from(compare(&[table], &policy));
    }
    assert!(compared > 4, "{compared}");
}
