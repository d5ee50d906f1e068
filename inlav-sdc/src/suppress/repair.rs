//! Making a pattern safe without looking for the cheapest: for tables too large for the exact search.
//!
//! Correct first, frugal second. For every unsafe quantity and attacker a linear
//! program finds the cheapest way for the quantity to vary without contradicting the equations;
//! the published cells on that way are withheld (Kelly, Golden and Assad, Networks 22, 1992).
//! Then whatever turned out not to be needed is given back.
#![expect(clippy::indexing_slicing, reason = "quantities and equations are indices made by this crate")]

use std::collections::BTreeSet;

use super::cuts::hideable;
use super::required::Requirements;
use crate::DisclosureError;
use crate::attack::{View, aims, around, both_ways};
use crate::lines::{is_thin, lightest};
use crate::movement::{Evidence, Movement};
use crate::program::{Column, Found, Goal, solve};
use crate::system::{Kind, System};

/// Proofs attempted at most while giving cells back. A count, so that a release never depends on
/// the speed of the machine.
const GIVING_BACK: usize = 2_000;

/// Quantities around an unsafe one among which the cheapest way is sought first. With few, the way
/// found is the nearest rather than the cheapest: on the programme's fourteen indicators 160
/// withhold 192 of 422 cells and 600 withhold 115.
const NEIGHBOURS: usize = 600;

/// Withholds, on top of `hidden`, what it takes to make every unsafe quantity safe, and gives back
/// what turns out not to be needed.
///
/// # Errors
///
/// [`DisclosureError::Unprotectable`] when no proof is found for a quantity with everything withheld.
pub(super) fn repair(
    system: &System,
    hidden: Vec<bool>,
    required: &mut Requirements<'_>,
    evidence: &mut Evidence,
) -> Result<Vec<bool>, DisclosureError> {
    let mut defence = Defence { system, required, hidden, evidence };
    let mut quantities: Vec<usize> = system.unsafe_quantities().collect();
    quantities.sort_by_key(|&quantity| std::cmp::Reverse(system.quantities[quantity].count));
    for quantity in quantities {
        for attacker in 0..system.attackers.len() {
            if !system.knows(attacker, quantity) {
                defence.cover(quantity, attacker)?;
            }
        }
    }
    defence.thicken();
    defence.give_back();
    Ok(defence.hidden)
}

struct Defence<'a, 'b> {
    system: &'a System,
    required: &'a mut Requirements<'b>,
    hidden: Vec<bool>,
    evidence: &'a mut Evidence,
}

impl Defence<'_, '_> {
    /// Withholds what it takes to keep `quantity` from `attacker`.
    ///
    /// Withholding more never undoes a proof, so quantities can be covered one after another.
    fn cover(&mut self, quantity: usize, attacker: usize) -> Result<(), DisclosureError> {
        loop {
            let width = self.required.of(quantity, attacker);
            let (down, up) = aims(&self.system.quantities[quantity], width);
            self.open_way(quantity, attacker, up);
            self.open_way(quantity, attacker, down);
            if self.is_safe(quantity, attacker) || self.prove(quantity, attacker) {
                return Ok(());
            }
            if self.required.lower(quantity, attacker, self.evidence)? {
                continue;
            }
            match self.lightest_beside(quantity, attacker) {
                Some(cell) => self.hidden[cell] = true,
                None => {
                    return Err(self.required.unprotectable(
                        quantity,
                        attacker,
                        self.proven(quantity, attacker),
                    ));
                }
            }
        }
    }

    /// Withholds one more part of every thin line. It has at least T persons, so that no line in
    /// which it stands is thin afterwards.
    fn thicken(&mut self) {
        for equation in 0..self.system.equations.len() {
            if is_thin(self.system, &self.hidden, equation)
                && let Some(cell) = lightest(self.system, &self.hidden, equation)
            {
                self.hidden[cell] = true;
            }
        }
    }

    /// Finds the cheapest way for `quantity` to change by `change` that `attacker` cannot refute,
    /// and withholds the cells on it.
    fn open_way(&mut self, quantity: usize, attacker: usize, change: i64) {
        let (down, up) = (self.evidence).reach(self.system, quantity, attacker, &self.hidden);
        if (down <= change && change <= up) || up - down >= self.required.of(quantity, attacker) {
            return;
        }
        let system = self.system;
        for most in [NEIGHBOURS, usize::MAX] {
            let scope = around(system, quantity, most, |q| {
                !matches!(system.quantities[q].kind, Kind::Zero | Kind::Fixed) && !system.knows(attacker, q)
            });
            match solve(system, quantity, Goal::By(change), &self.columns(&scope)) {
                Found::Whole(changes) => {
                    if let Some(movement) = Movement::checked(system, &changes, quantity) {
                        for changed in movement.changed() {
                            self.withhold(changed, changes.get(&changed).copied().unwrap_or(0));
                        }
                        if let Some(opposite) = movement.reversed(system, quantity) {
                            self.evidence.add(opposite);
                        }
                        self.evidence.add(movement);
                        return;
                    }
                }
                Found::Broken(support) => {
                    for changed in support {
                        self.withhold(changed, i64::MAX);
                    }
                    return;
                }
                Found::Nothing => {}
            }
            if scope.len() < most {
                return;
            }
        }
    }

    /// Withholds a published cell that has to change by more than its rounding hides.
    fn withhold(&mut self, cell: usize, change: i64) {
        let quantity = &self.system.quantities[cell];
        let (lowest, highest) = quantity.room(false);
        if hideable(self.system, cell) && !(lowest <= change && change <= highest) {
            self.hidden[cell] = true;
        }
    }

    /// Ways to change each quantity: nearly free where it is unpublished or within its rounding,
    /// at the cell's weight where it would have to be withheld.
    fn columns(&self, scope: &[usize]) -> Vec<Column> {
        const FREE: f64 = 0.02;
        let mut columns = Vec::with_capacity(2 * scope.len());
        for &at in scope {
            let quantity = &self.system.quantities[at];
            if self.hidden[at] {
                columns.extend(both_ways(at, quantity.room(true), FREE));
            } else {
                let (lowest, highest) = quantity.room(true);
                let (within_low, within_high) = quantity.room(false);
                columns.extend(both_ways(at, (within_low, within_high), FREE));
                let beyond = (lowest - within_low, highest - within_high);
                columns.extend(both_ways(at, beyond, quantity.weight));
            }
        }
        columns
    }

    /// The published cell of least weight in an equation with something linked to `quantity`.
    fn lightest_beside(&self, quantity: usize, attacker: usize) -> Option<usize> {
        let system = self.system;
        let view = View::new(system, attacker, &self.hidden);
        let linked = view.around(quantity, usize::MAX);
        (linked.iter().chain([&quantity]))
            .flat_map(|&q| &system.equations_of[q])
            .flat_map(|&equation| &system.equations[equation])
            .map(|&(cell, _)| cell)
            .filter(|&cell| hideable(system, cell) && !self.hidden[cell] && !system.knows(attacker, cell))
            .min_by(|&left, &right| {
                let weight = |cell: usize| system.quantities[cell].weight;
                weight(left).total_cmp(&weight(right)).then(left.cmp(&right))
            })
    }

    /// Publishes again, heaviest first, every cell without which all proofs still stand or new
    /// ones are found quickly.
    fn give_back(&mut self) {
        let system = self.system;
        let mut secondaries: Vec<usize> =
            (0..self.hidden.len()).filter(|&q| self.hidden[q] && hideable(system, q)).collect();
        secondaries.sort_by(|&left, &right| {
            let weight = |cell: usize| system.quantities[cell].weight;
            weight(right).total_cmp(&weight(left)).then(left.cmp(&right))
        });
        let mut attempts = 0;
        for cell in secondaries {
            if attempts >= GIVING_BACK {
                return;
            }
            self.hidden[cell] = false;
            let relying: BTreeSet<usize> = (self.evidence.through(cell))
                .flat_map(Movement::changed)
                .filter(|&q| system.quantities[q].kind == Kind::Unsafe)
                .collect();
            let thin = system.equations_of[cell].iter().any(|&e| is_thin(system, &self.hidden, e));
            if thin || !self.stays_safe(&relying, &mut attempts) {
                self.hidden[cell] = true;
            }
        }
    }

    fn stays_safe(&mut self, quantities: &BTreeSet<usize>, attempts: &mut usize) -> bool {
        for attacker in 0..self.system.attackers.len() {
            let mut view = None;
            for &quantity in quantities {
                if self.system.knows(attacker, quantity) || self.is_safe(quantity, attacker) {
                    continue;
                }
                *attempts += 1;
                let width = self.required.of(quantity, attacker);
                let view = view.get_or_insert_with(|| View::new(self.system, attacker, &self.hidden));
                if view.prove(self.evidence, quantity, width, false) < width {
                    return false;
                }
            }
        }
        true
    }

    fn prove(&mut self, quantity: usize, attacker: usize) -> bool {
        let view = View::new(self.system, attacker, &self.hidden);
        let width = self.required.of(quantity, attacker);
        view.prove(self.evidence, quantity, width, true) >= width
    }

    fn is_safe(&self, quantity: usize, attacker: usize) -> bool {
        self.proven(quantity, attacker) >= self.required.of(quantity, attacker)
    }

    fn proven(&self, quantity: usize, attacker: usize) -> i64 {
        let (down, up) = (self.evidence).reach(self.system, quantity, attacker, &self.hidden);
        up - down
    }
}
