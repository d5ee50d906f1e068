//! Inequalities that every safe pattern satisfies: where the exact search gets its lower bound.
//!
//! For any multipliers π of the equations M δ = 0 a change of an unsafe quantity p is a sum over other
//! changes, δ_p = Σ d_i δ_i with d = e_p + π M, and each δ_i is at most what hiding i allows. So
//! p can move only as far as Σ d_i⁺·up_i·x_i + d_i⁻·down_i·x_i, and a pattern x under which
//! that is less than the width required is unsafe (the capacity constraints of Fischetti and
//! Salazar, Management Science 47, 2001). This holds for *any* π: what the solver says is rounded
//! to a fraction and the inequality computed from it in whole numbers.
#![expect(clippy::indexing_slicing, reason = "quantities and equations are indices made by this crate")]

use std::collections::BTreeMap;

use crate::simplex::{Largest, Tableau};
use crate::system::{Kind, System, real};

/// Multipliers are rounded to multiples of one over this.
const PARTS: i64 = 60;

/// What a quantity that could be hidden and is not counts for beside a hidden one when multipliers
/// are sought: little, so that the inequality has few and small terms outside the pattern.
pub(super) const OUTSIDE: [f64; 2] = [0.03, 0.000_1];

/// `Σ coefficient · x_quantity >= at_least` over quantities that may be hidden.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    pub(super) terms: Vec<(usize, i64)>,
    pub(super) at_least: i64,
}

impl Cut {
    /// At least one of these is hidden.
    pub(super) fn any_of(quantities: impl IntoIterator<Item = usize>) -> Self {
        let mut terms: Vec<(usize, i64)> = quantities.into_iter().map(|quantity| (quantity, 1)).collect();
        terms.sort_unstable();
        terms.dedup();
        Self { terms, at_least: 1 }
    }

    /// What has to be hidden for capacities `(when hidden, when shown)` to add up to `demand`;
    /// nothing when they do anyway.
    pub(super) fn of(
        system: &System,
        demand: i64,
        capacities: impl IntoIterator<Item = (usize, (i64, i64))>,
    ) -> Option<Self> {
        let mut at_least = demand;
        let mut terms = Vec::new();
        for (term, (withheld, shown)) in capacities {
            at_least -= if system.is_hidden_at_first(term) { withheld } else { shown };
            if hideable(system, term) && withheld > shown {
                terms.push((term, withheld - shown));
            }
        }
        for (_, coefficient) in &mut terms {
            *coefficient = (*coefficient).min(at_least);
        }
        terms.sort_unstable();
        (at_least > 0).then_some(Self { terms, at_least })
    }

    /// Whether it holds when everything is hidden.
    pub(super) fn can_hold(&self) -> bool {
        self.terms.iter().map(|(_, coefficient)| (*coefficient).max(0)).sum::<i64>() >= self.at_least
    }

    pub(super) fn is_violated(&self, hidden: &[bool]) -> bool {
        let sum: i64 =
            self.terms.iter().filter(|(q, _)| hidden[*q]).map(|(_, coefficient)| coefficient).sum();
        sum < self.at_least
    }
}

/// Whether a quantity may be chosen to be hidden.
pub(super) fn hideable(system: &System, quantity: usize) -> bool {
    system.quantities[quantity].kind == Kind::Open
}

/// Multipliers by which `quantity` is shown to move little in one direction (+1 up, −1 down)
/// under a pattern.
pub(super) struct Multipliers {
    direction: i64,
    /// In parts of one over [`PARTS`].
    of: BTreeMap<usize, i64>,
}

impl Multipliers {
    /// Those that come with a solution of the attacker's linear program.
    pub(super) fn of(direction: i64, largest: &Largest) -> Self {
        let of = (largest.multipliers.iter())
            .map(|&(equation, multiplier)| (equation, parts(multiplier)))
            .filter(|&(_, parts)| parts != 0)
            .collect();
        Self { direction, of }
    }

    /// `d_i` for every quantity in which it is not zero, in parts.
    pub(super) fn carried(&self, system: &System, quantity: usize) -> BTreeMap<usize, i64> {
        let mut carried = BTreeMap::from([(quantity, self.direction * PARTS)]);
        for (&equation, &parts) in &self.of {
            for &(term, coefficient) in &system.equations[equation] {
                *carried.entry(term).or_default() += parts * coefficient;
            }
        }
        carried.retain(|_, carried| *carried != 0);
        carried
    }
}

/// The inequality for one attacker: `quantity` has to move by `width` in all.
pub(super) fn capacity(
    system: &System,
    quantity: usize,
    attacker: usize,
    width: i64,
    both: &[Multipliers],
) -> Option<Cut> {
    let mut capacities: BTreeMap<usize, (i64, i64)> = BTreeMap::new();
    for multipliers in both {
        for (term, carried) in multipliers.carried(system, quantity) {
            if system.knows(attacker, term) {
                continue;
            }
            let reach = |(down, up): (i64, i64)| if carried > 0 { carried * up } else { carried * down };
            let (withheld, shown) = capacities.entry(term).or_default();
            *withheld += reach(system.quantities[term].room(true));
            *shown += reach(system.quantities[term].room(false));
        }
    }
    Cut::of(system, width * PARTS, capacities).map(reduced)
}

/// The attacker's linear program under a pattern, in which what could be hidden besides may change a
/// little: `outside` of what it could if it were.
pub(super) fn wider(system: &System, attacker: usize, hidden: &[bool], width: i64, outside: f64) -> Tableau {
    let bounds: Vec<(usize, (f64, f64))> = (0..system.quantities.len())
        .filter(|&term| !system.knows(attacker, term) && (hidden[term] || hideable(system, term)))
        .map(|term| {
            let (down, up) = system.quantities[term].room(true);
            let share = if hidden[term] { 1.0 } else { outside };
            (term, (real(down.max(-width)) * share, real(up.min(width)) * share))
        })
        .collect();
    Tableau::new(system, &bounds)
}

/// The same inequality in smaller numbers: divided by what all have in common.
pub(super) fn reduced(mut cut: Cut) -> Cut {
    let common =
        cut.terms.iter().fold(cut.at_least, |common, &(_, coefficient)| divisor(common, coefficient));
    if common > 1 {
        cut.at_least /= common;
        for (_, coefficient) in &mut cut.terms {
            *coefficient /= common;
        }
    }
    cut
}

fn divisor(left: i64, right: i64) -> i64 {
    if right == 0 { left } else { divisor(right, left % right) }
}

fn parts(multiplier: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "multipliers lie between -60 and 60")]
    let parts = (multiplier * real(PARTS)).round() as i64;
    parts
}
