//! Looking for movements without a solver: change one quantity, then mend every equation that no
//! longer adds up by changing one more, until all do.
//!
//! In a table with margins most unsafe cells take part in a short exchange (four cells of a square, eight of a
//! cube). Finding one by trying costs microseconds where a linear program costs milliseconds. What
//! is found is checked like any other movement; what is not found proves nothing.
#![expect(clippy::indexing_slicing, reason = "quantities and equations are indices made by this crate")]

use std::collections::BTreeMap;

use super::system::System;

/// Changes tried before giving up. A count, so that a release never depends on the machine's speed.
const TRIES: usize = 400;

/// Quantities changed in one exchange at most.
const LONGEST: usize = 28;

/// Ways tried to mend one equation.
const WAYS: usize = 5;

/// The search, for one attacker and one pattern. `room[q]` is by how much quantity `q` may change.
pub(super) struct Exchange<'a> {
    system: &'a System,
    room: &'a [(i64, i64)],
    changes: Vec<i64>,
    changed: Vec<usize>,
    /// What each equation is off by, and which ones are.
    off: Vec<i64>,
    open: Vec<usize>,
    tries: usize,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(system: &'a System, room: &'a [(i64, i64)]) -> Self {
        Self {
            system,
            room,
            changes: vec![0; system.quantities.len()],
            changed: Vec::new(),
            off: vec![0; system.equations.len()],
            open: Vec::new(),
            tries: 0,
        }
    }

    /// A change of `quantity` by `change` and of others within their room that keeps every equation.
    pub(super) fn find(&mut self, quantity: usize, change: i64) -> Option<BTreeMap<usize, i64>> {
        let (lowest, highest) = self.room[quantity];
        if change == 0 || change < lowest || change > highest {
            return None;
        }
        self.tries = 0;
        self.set(quantity, change);
        let found = self.mend();
        let changes = found.then(|| self.changed.iter().map(|&q| (q, self.changes[q])).collect());
        while let Some(&last) = self.changed.last() {
            self.unset(last);
        }
        changes
    }

    fn mend(&mut self) -> bool {
        if self.open.is_empty() {
            return true;
        }
        if self.changed.len() >= LONGEST {
            return false;
        }
        let Some(ways) = self.ways() else {
            return false;
        };
        for (_, quantity, change) in ways {
            self.tries += 1;
            if self.tries > TRIES {
                return false;
            }
            self.set(quantity, change);
            if self.mend() {
                return true;
            }
            self.unset(quantity);
        }
        false
    }

    /// The ways to mend the equation that has the fewest, best first; nothing if one has none.
    fn ways(&self) -> Option<Vec<(i64, usize, i64)>> {
        let mut fewest: Option<Vec<(i64, usize, i64)>> = None;
        for &equation in &self.open {
            let mut ways: Vec<(i64, usize, i64)> = Vec::new();
            for &(quantity, coefficient) in &self.system.equations[equation] {
                let off = self.off[equation];
                if self.changes[quantity] != 0 || off % coefficient != 0 {
                    continue;
                }
                let change = -off / coefficient;
                let (lowest, highest) = self.room[quantity];
                if lowest <= change && change <= highest {
                    ways.push((self.price(quantity, change), quantity, change));
                }
            }
            if ways.is_empty() {
                return None;
            }
            if fewest.as_ref().is_none_or(|fewest| ways.len() < fewest.len()) {
                fewest = Some(ways);
            }
        }
        let mut ways = fewest?;
        ways.sort_unstable();
        ways.truncate(WAYS);
        Some(ways)
    }

    /// Equations put out of order less those mended by a change.
    fn price(&self, quantity: usize, change: i64) -> i64 {
        (self.system.equations_of[quantity].iter())
            .map(|&equation| {
                let off = self.off[equation];
                match off + change * self.system.coefficient(equation, quantity) {
                    0 => -1,
                    _ if off == 0 => 1,
                    _ => 0,
                }
            })
            .sum()
    }

    fn set(&mut self, quantity: usize, change: i64) {
        self.changes[quantity] = change;
        self.changed.push(quantity);
        self.shift(quantity, change);
    }

    fn unset(&mut self, quantity: usize) {
        let change = std::mem::take(&mut self.changes[quantity]);
        self.changed.pop();
        self.shift(quantity, -change);
    }

    fn shift(&mut self, quantity: usize, change: i64) {
        for &equation in &self.system.equations_of[quantity] {
            let before = self.off[equation];
            let after = before + change * self.system.coefficient(equation, quantity);
            self.off[equation] = after;
            if before == 0 && after != 0 {
                self.open.push(equation);
            } else if before != 0 && after == 0 {
                self.open.retain(|&open| open != equation);
            }
        }
    }
}
