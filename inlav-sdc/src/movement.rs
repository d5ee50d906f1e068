//! Evidence that a cell is not pinned down: another table, in whole numbers, that fits everything
//! published just as well as the true one.
#![expect(clippy::indexing_slicing, reason = "quantities and movements are indices made by this crate")]

use std::collections::{BTreeMap, BTreeSet};

use super::system::System;

/// The difference between such a table and the true one: `(quantity, change)`, non-zero changes.
#[derive(Clone)]
pub(super) struct Movement {
    changes: Vec<(usize, i64)>,
    /// For each attacker whether a change touches what that attacker knows.
    refuted: Vec<bool>,
}

impl Movement {
    /// Checks a proposed movement by substitution, in whole numbers, and keeps the part of it
    /// connected with `quantity`. Nothing about the solver that proposed it is trusted.
    ///
    /// # Guarantee
    ///
    /// Afterwards every equation still adds up and every changed quantity lies within what an
    /// attacker holds possible when it is unpublished. Whether it may be unpublished, and to whom,
    /// is asked of [`Self::holds`]. Tests: `a_false_movement_is_refused` and the enumeration
    /// oracle of [`super::attack`].
    pub(super) fn checked(system: &System, proposed: &BTreeMap<usize, i64>, quantity: usize) -> Option<Self> {
        let changes = connected(system, proposed, quantity);
        let touched: BTreeSet<usize> =
            (changes.keys()).flat_map(|&changed| system.equations_of[changed].iter().copied()).collect();
        let adds_up = touched.iter().all(|&equation| {
            let terms = system.equations[equation].iter();
            let sum: i64 =
                terms.map(|(q, coefficient)| coefficient * changes.get(q).copied().unwrap_or(0)).sum();
            sum == 0
        });
        let possible = changes.iter().all(|(&changed, &change)| {
            let (lowest, highest) = system.quantities[changed].room(true);
            lowest <= change && change <= highest
        });
        if changes.is_empty() || !adds_up || !possible {
            return None;
        }
        let refuted = (0..system.attackers.len())
            .map(|attacker| changes.keys().any(|&changed| system.knows(attacker, changed)))
            .collect();
        Some(Self { changes: changes.into_iter().collect(), refuted })
    }

    /// The same movement in the opposite direction, if that is possible as well.
    pub(super) fn reversed(&self, system: &System, quantity: usize) -> Option<Self> {
        let opposite = self.changes.iter().map(|&(q, change)| (q, -change)).collect();
        Self::checked(system, &opposite, quantity)
    }

    /// Whether `attacker`, seeing everything but `hidden`, cannot tell it from the truth.
    fn holds(&self, system: &System, attacker: usize, hidden: &[bool]) -> bool {
        !self.refuted[attacker]
            && self.changes.iter().all(|&(changed, change)| {
                hidden[changed] || {
                    let (lowest, highest) = system.quantities[changed].room(false);
                    lowest <= change && change <= highest
                }
            })
    }

    /// The quantities it changes.
    pub(super) fn changed(&self) -> impl Iterator<Item = usize> {
        self.changes.iter().map(|&(changed, _)| changed)
    }
}

/// Movements found so far. Each is checked, and serves every attacker it does not contradict.
#[derive(Clone)]
pub(super) struct Evidence {
    movements: Vec<Movement>,
    /// For each quantity `(movement, change)`.
    of: Vec<Vec<(usize, i64)>>,
}

impl Evidence {
    pub(super) fn none(system: &System) -> Self {
        Self { movements: Vec::new(), of: vec![Vec::new(); system.quantities.len()] }
    }

    pub(super) fn add(&mut self, movement: Movement) {
        for &(changed, change) in &movement.changes {
            self.of[changed].push((self.movements.len(), change));
        }
        self.movements.push(movement);
    }

    /// Takes over the movements of other evidence but the first `known`, which are here already.
    pub(super) fn absorb(&mut self, other: Self, known: usize) {
        for movement in other.movements.into_iter().skip(known) {
            self.add(movement);
        }
    }

    /// The number of movements.
    pub(super) fn len(&self) -> usize {
        self.movements.len()
    }

    /// The smallest and largest change of `quantity` proven possible to `attacker`; the truth
    /// itself is one.
    pub(super) fn reach(
        &self,
        system: &System,
        quantity: usize,
        attacker: usize,
        hidden: &[bool],
    ) -> (i64, i64) {
        let [(down, _), (up, _)] = self.ends(system, quantity, attacker, hidden);
        (down, up)
    }

    /// The same with the number of the movement that makes the change; none where the truth does.
    pub(super) fn ends(
        &self,
        system: &System,
        quantity: usize,
        attacker: usize,
        hidden: &[bool],
    ) -> [(i64, Option<usize>); 2] {
        let (mut down, mut up) = ((0, None), (0, None));
        for &(movement, change) in &self.of[quantity] {
            if (change < down.0 || change > up.0) && self.movements[movement].holds(system, attacker, hidden)
            {
                let end = if change < down.0 { &mut down } else { &mut up };
                *end = (change, Some(movement));
            }
        }
        [down, up]
    }

    /// What a movement changes, by its number.
    pub(super) fn changes_of(&self, movement: usize) -> &[(usize, i64)] {
        &self.movements[movement].changes
    }

    /// The movements that change `quantity`.
    pub(super) fn through(&self, quantity: usize) -> impl Iterator<Item = &Movement> {
        (self.of[quantity].iter()).map(|&(movement, _)| &self.movements[movement])
    }
}

/// The changes linked to `quantity` through equations in which both change; the others are a
/// separate movement of their own.
fn connected(system: &System, proposed: &BTreeMap<usize, i64>, quantity: usize) -> BTreeMap<usize, i64> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![quantity];
    while let Some(at) = waiting.pop() {
        let Some(&change) = proposed.get(&at).filter(|&&change| change != 0) else {
            continue;
        };
        if found.insert(at, change).is_some() {
            continue;
        }
        for &equation in &system.equations_of[at] {
            waiting.extend(system.equations[equation].iter().map(|&(q, _)| q));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::testing::flat_table;
    use super::super::{ReleasePolicy, system::System};
    use super::*;

    #[test]
    fn a_false_movement_is_refused() {
        let table = flat_table("t", &[&[4, 20], &[30, 40]], false);
        let system = System::merge(&[table], &ReleasePolicy::default()).unwrap();
        let small = system.unsafe_quantities().next().unwrap();
        let cell = |at: usize| system.cells[0][at];
        // Cells of the 3 x 3 table with margins: the inner ones are 4, 5, 7 and 8.
        let cycle = |size: i64| {
            BTreeMap::from([(cell(4), size), (cell(5), -size), (cell(7), -size), (cell(8), size)])
        };
        assert!(Movement::checked(&system, &cycle(5), small).is_some());
        assert!(Movement::checked(&system, &cycle(-3), small).is_some());
        assert!(Movement::checked(&system, &cycle(6), small).is_none(), "10 is not unsafe");
        assert!(Movement::checked(&system, &cycle(-4), small).is_none(), "0 is published");
        let mut open = cycle(5);
        open.remove(&cell(8));
        assert!(Movement::checked(&system, &open, small).is_none(), "does not add up");
        assert!(Movement::checked(&system, &BTreeMap::new(), small).is_none());
    }

    #[test]
    fn evidence_holds_only_for_those_it_does_not_contradict() {
        let table = flat_table("t", &[&[4, 20], &[30, 40], &[50, 60]], true);
        let system = System::merge(&[table], &ReleasePolicy::default()).unwrap();
        let small = system.unsafe_quantities().next().unwrap();
        let cell = |at: usize| system.cells[0][at];
        let cycle = BTreeMap::from([(cell(4), 5), (cell(5), -5), (cell(7), -5), (cell(8), 5)]);
        let mut evidence = Evidence::none(&system);
        evidence.add(Movement::checked(&system, &cycle, small).unwrap());
        let mut hidden = system.hidden_at_first();
        assert_eq!(evidence.reach(&system, small, 0, &hidden), (0, 0), "published");
        hidden.iter_mut().for_each(|hidden| *hidden = true);
        assert_eq!(evidence.reach(&system, small, 0, &hidden), (0, 5));
        assert_eq!(evidence.reach(&system, small, 2, &hidden), (0, 0), "row 2 knows its cells");
        assert_eq!(evidence.reach(&system, small, 3, &hidden), (0, 5), "row 3 does not");
    }
}
