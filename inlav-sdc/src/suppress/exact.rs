//! The exact search: cheapest pattern, attack, inequalities, and again.
#![expect(clippy::indexing_slicing, reason = "quantities and equations are indices made by this crate")]

use std::collections::{BTreeMap, BTreeSet};

use super::cuts::{Cut, Multipliers, OUTSIDE, capacity, hideable, reduced, wider};
use super::master::{Master, Reason};
use super::required::Requirements;
use crate::DisclosureError;
use crate::attack::View;
use crate::movement::Evidence;
use crate::simplex::Tableau;
use crate::system::{System, real};

/// Patterns tried before the search is given up.
const ROUNDS: usize = 400;

/// Cells of tableaux changed, and pivots times inequalities of the cheapest patterns, before the search is
/// given up: some ten seconds each on a slow core. Counts and not times, so that a release never
/// depends on the speed of the machine.
const MOST_WORK: u64 = 12_000_000_000;
const MOST_MASTER_WORK: u64 = 40_000_000;

/// Quantities times equations above which the search is not begun.
const LARGEST: usize = 700_000;

/// Inequalities added before the next pattern is tried.
const ENOUGH: usize = 10;

/// Solutions sought for all open quantities of an attacker at once.
const SWEEPS: usize = 4;

/// Open quantities for which a solution for all at once is sought.
const WORTH_SWEEPING: usize = 12;

pub(super) enum Outcome {
    /// No safe pattern is cheaper.
    Optimal { hidden: Vec<bool> },
    /// The search was given up at a pattern that is not safe yet. The bound was found when what is
    /// required had been `lowered` so often.
    Stopped { hidden: Vec<bool>, bound: f64, lowered: usize },
}

/// Searches the cheapest safe pattern.
///
/// # Errors
///
/// [`DisclosureError::Unprotectable`] when no pattern protects some quantity.
pub(super) fn search(
    system: &System,
    required: &mut Requirements<'_>,
    evidence: &mut Evidence,
) -> Result<Outcome, DisclosureError> {
    let weights = system.quantities.iter().map(|quantity| quantity.weight).collect();
    let mut search = Search {
        system,
        required,
        master: Master::new(weights, favour(system)),
        guessed: false,
        solutions: Vec::new(),
        suspects: BTreeMap::new(),
        work: 0,
    };
    search.lines(evidence)?;
    let mut hidden = system.hidden_at_first();
    let mut bound = search.master.solve().map_or(0.0, |chosen| chosen.bound);
    let mut lowered = search.required.lowered;
    if system.quantities.len() * system.equations.len() > LARGEST {
        return Ok(Outcome::Stopped { hidden, bound, lowered });
    }
    for _ in 0..ROUNDS {
        let Some(chosen) = search.master.solve() else {
            return Ok(Outcome::Stopped { hidden, bound, lowered });
        };
        if !search.guessed {
            bound = chosen.bound;
            lowered = search.required.lowered;
        }
        hidden = system.hidden_at_first();
        for quantity in chosen.quantities {
            hidden[quantity] = true;
        }
        let added = search.attack(&hidden, evidence)?;
        if search.work > MOST_WORK || search.master.work() > MOST_MASTER_WORK {
            return Ok(Outcome::Stopped { hidden, bound, lowered });
        }
        if added == 0 {
            return Ok(if search.guessed {
                Outcome::Stopped { hidden, bound, lowered }
            } else {
                Outcome::Optimal { hidden }
            });
        }
    }
    Ok(Outcome::Stopped { hidden, bound, lowered })
}

struct Search<'a, 'b> {
    system: &'a System,
    required: &'a mut Requirements<'b>,
    master: Master,
    /// Whether some pattern was ruled out because no proof was found for it, not because there is none.
    guessed: bool,
    /// Solutions of attackers' linear programs: each serves every attacker and pattern it does not contradict.
    solutions: Vec<BTreeMap<usize, f64>>,
    /// For each attacker the quantities pinned down so far by some pattern.
    suspects: BTreeMap<usize, BTreeSet<usize>>,
    /// What the linear programs have cost so far.
    work: u64,
}

impl Search<'_, '_> {
    /// What can be told from single lines: an unsafe part needs another unknown beside it, for
    /// every attacker, and what a line withholds must not add up to few persons.
    fn lines(&mut self, evidence: &mut Evidence) -> Result<(), DisclosureError> {
        let system = self.system;
        for equation in 0..system.equations.len() {
            if let Some(cut) = thin(system, equation).filter(Cut::can_hold) {
                self.master.add(cut, Reason::Line);
            }
        }
        for quantity in system.unsafe_quantities() {
            for attacker in 0..system.attackers.len() {
                if system.knows(attacker, quantity) {
                    continue;
                }
                for &equation in &system.equations_of[quantity] {
                    let cut = |width| line(system, quantity, attacker, width, equation);
                    let Some(mut found) = cut(self.required.of(quantity, attacker)) else {
                        continue;
                    };
                    if !found.can_hold() && self.lower(quantity, attacker, evidence)? {
                        let Some(lowered) = cut(self.required.of(quantity, attacker)) else {
                            continue;
                        };
                        found = lowered;
                    }
                    if found.can_hold() {
                        self.master.add(found, Reason::Kept { quantity, attacker });
                    } else {
                        self.guessed = true;
                    }
                }
            }
        }
        Ok(())
    }

    /// Lowers what is required where no pattern gives it, and takes back what was asked so far.
    fn lower(
        &mut self,
        quantity: usize,
        attacker: usize,
        evidence: &mut Evidence,
    ) -> Result<bool, DisclosureError> {
        let lowered = self.required.lower(quantity, attacker, evidence)?;
        if lowered {
            self.master.forget(Reason::Kept { quantity, attacker });
        }
        Ok(lowered)
    }

    /// Attacks a pattern; adds inequalities that every safe pattern satisfies and this one does not.
    fn attack(&mut self, hidden: &[bool], evidence: &mut Evidence) -> Result<usize, DisclosureError> {
        let mut added = 0;
        // What was pinned down before is likely to be again, and asking costs little.
        for (attacker, suspects) in self.suspects.clone() {
            added += self.attack_by_programs(attacker, Some(&suspects), hidden, evidence)?;
        }
        if added > 0 {
            return Ok(added);
        }
        for attacker in 0..self.system.attackers.len() {
            added += self.attack_by_programs(attacker, None, hidden, evidence)?;
            if added >= ENOUGH {
                return Ok(added);
            }
        }
        if added > 0 {
            return Ok(added);
        }
        // The linear programs find nothing to rule out: now in whole numbers.
        let mut lowered = 0;
        for attacker in 0..self.system.attackers.len() {
            let view = View::new(self.system, attacker, hidden);
            for solution in self.solutions.iter().filter(|solution| view.allows(solution)) {
                for quantity in
                    self.system.unsafe_quantities().filter(|quantity| solution.contains_key(quantity))
                {
                    let (down, up) = view.proven_ends(evidence, quantity);
                    let change = solution[&quantity];
                    if up - down < real(self.required.of(quantity, attacker))
                        && (change < down - 0.5 || change > up + 0.5)
                    {
                        view.keep(evidence, quantity, solution);
                    }
                }
            }
            for quantity in self.system.unsafe_quantities().filter(|&q| !self.system.knows(attacker, q)) {
                let width = self.required.of(quantity, attacker);
                if view.prove_with_programs(evidence, quantity, width) < width {
                    if self.lower(quantity, attacker, evidence)? {
                        lowered += 1;
                        continue;
                    }
                    self.guessed = true;
                    let others = (0..hidden.len()).filter(|&q| hideable(self.system, q) && !hidden[q]);
                    return Ok(usize::from(self.master.add(Cut::any_of(others), Reason::Doubt)));
                }
            }
        }
        Ok(lowered)
    }

    /// One attacker with linear programs: which unsafe quantities do they pin down too narrowly?
    fn attack_by_programs(
        &mut self,
        attacker: usize,
        suspects: Option<&BTreeSet<usize>>,
        hidden: &[bool],
        evidence: &mut Evidence,
    ) -> Result<usize, DisclosureError> {
        let view = View::new(self.system, attacker, hidden);
        let mut open = self.open(&view, attacker, suspects, evidence);
        let mut tableaux = [const { None }; OUTSIDE.len()];
        let mut explained: BTreeSet<usize> = BTreeSet::new();
        let mut added = 0;
        while let Some((quantity, (mut down, mut up))) = open.pop_first() {
            if explained.contains(&quantity) {
                continue;
            }
            let width = real(self.required.of(quantity, attacker)) - 1e-6;
            for direction in [1, -1] {
                if !view.is_unknown(quantity) || up - down >= width {
                    break;
                }
                match view.largest(&BTreeMap::from([(quantity, direction)])) {
                    Some(largest) => {
                        widen(&mut open, &largest.changes);
                        let change = largest.changes.get(&quantity).copied().unwrap_or(0.0);
                        (down, up) = (down.min(change), up.max(change));
                        self.solutions.push(largest.changes);
                    }
                    // A search given up rules nothing out.
                    None => up = f64::INFINITY,
                }
            }
            if up - down < width {
                self.suspects.entry(attacker).or_default().insert(quantity);
                for (attacker, cut) in self.cuts(quantity, attacker, hidden, &mut tableaux, &mut explained) {
                    if cut.can_hold() {
                        added += usize::from(self.master.add(cut, Reason::Kept { quantity, attacker }));
                    } else if self.lower(quantity, attacker, evidence)? {
                        // Asked again with less.
                        added += 1;
                    } else {
                        self.guessed = true;
                    }
                }
            }
            if suspects.is_none() && added >= ENOUGH {
                break;
            }
            open.retain(|&quantity, (down, up)| {
                *up - *down < real(self.required.of(quantity, attacker)) - 1e-6
            });
        }
        self.work += view.work() + tableaux.iter().flatten().map(|tableau| tableau.work).sum::<u64>();
        Ok(added)
    }

    /// The unsafe quantities for which neither what is known nor a few sweeps show that they can move
    /// far enough, and how far they can for all that is known.
    fn open(
        &mut self,
        view: &View<'_>,
        attacker: usize,
        suspects: Option<&BTreeSet<usize>>,
        evidence: &mut Evidence,
    ) -> BTreeMap<usize, (f64, f64)> {
        let system = self.system;
        let required = &*self.required;
        let narrow = |quantity: usize, (down, up): (f64, f64)| {
            up - down < real(required.of(quantity, attacker)) - 1e-6
        };
        let mut open: BTreeMap<usize, (f64, f64)> = (system.unsafe_quantities())
            .filter(|&quantity| !system.knows(attacker, quantity))
            .filter(|quantity| suspects.is_none_or(|suspects| suspects.contains(quantity)))
            .map(|quantity| (quantity, view.proven_ends(evidence, quantity)))
            .filter(|&(quantity, ends)| narrow(quantity, ends))
            .collect();
        for solution in self.solutions.iter().filter(|solution| view.allows(solution)) {
            widen(&mut open, solution);
        }
        open.retain(|&quantity, ends| narrow(quantity, *ends));
        open.retain(|&quantity, _| {
            let width = required.of(quantity, attacker);
            view.prove_quickly(evidence, quantity, width) < width
        });
        for turn in 0..SWEEPS {
            if open.len() < WORTH_SWEEPING {
                break;
            }
            // All up, all down, then every other one up and the rest down, and so on.
            let sign = |at: usize| {
                let one_way = turn < 2 || (at >> (turn / 2 - 1)).is_multiple_of(2);
                if one_way == (turn % 2 == 0) { 1 } else { -1 }
            };
            let objective = open.keys().enumerate().map(|(at, &quantity)| (quantity, sign(at))).collect();
            if let Some(solution) = view.largest(&objective).map(|largest| largest.changes) {
                widen(&mut open, &solution);
                self.solutions.push(solution);
            }
            open.retain(|&quantity, ends| narrow(quantity, *ends));
        }
        open
    }

    /// Violated inequalities for one unsafe quantity, for this attacker and any other to whom the
    /// same multipliers apply.
    fn cuts(
        &self,
        quantity: usize,
        attacker: usize,
        hidden: &[bool],
        tableaux: &mut [Option<Tableau>],
        explained: &mut BTreeSet<usize>,
    ) -> Vec<(usize, Cut)> {
        let system = self.system;
        for (outside, tableau) in OUTSIDE.into_iter().zip(tableaux) {
            let tableau = tableau.get_or_insert_with(|| {
                wider(system, attacker, hidden, self.required.widths.minimum, outside)
            });
            let mut both = Vec::with_capacity(2);
            for direction in [1, -1] {
                if let Some(largest) = tableau.largest(&BTreeMap::from([(quantity, direction)])) {
                    both.push(Multipliers::of(direction, &largest));
                }
            }
            let cut = |attacker: usize| {
                let width = self.required.of(quantity, attacker);
                capacity(system, quantity, attacker, width, &both)
                    .filter(|cut| cut.is_violated(hidden))
                    .map(|cut| (attacker, cut))
            };
            if both.len() == 2
                && let Some(own) = cut(attacker)
            {
                for multipliers in &both {
                    explained.extend(multipliers.carried(system, quantity).into_keys());
                }
                let others = (0..system.attackers.len())
                    .filter(|&other| other != attacker && !system.knows(other, quantity))
                    .filter_map(cut);
                return std::iter::once(own).chain(others).collect();
            }
        }
        Vec::new()
    }
}

/// Takes over how far a solution reaches.
fn widen(reach: &mut BTreeMap<usize, (f64, f64)>, solution: &BTreeMap<usize, f64>) {
    for (quantity, (down, up)) in reach {
        let change = solution.get(quantity).copied().unwrap_or(0.0);
        *down = down.min(change);
        *up = up.max(change);
    }
}

/// Among patterns of equal cost, prefer quantities all of whose lines withhold something already, and
/// large ones: the more there is to move, the more likely a pattern is safe.
fn favour(system: &System) -> Vec<f64> {
    (0..system.quantities.len())
        .map(|quantity| {
            let lines = &system.equations_of[quantity];
            let withholding = (lines.iter())
                .filter(|&&line| {
                    system.equations[line].iter().any(|&(q, _)| q != quantity && system.is_hidden_at_first(q))
                })
                .count();
            #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
            let share = withholding as f64 / lines.len().max(1) as f64;
            let room = real(system.quantities[quantity].count - system.threshold).max(0.0);
            0.8 * share * share + 0.2 * room / (room + real(system.threshold))
        })
        .collect()
}

/// At least T persons withheld in a line, or its total as well.
fn thin(system: &System, equation: usize) -> Option<Cut> {
    let terms = &system.equations[equation];
    let at_first = |q: usize| system.is_hidden_at_first(q);
    let withheld: Vec<(usize, i64)> = terms.iter().copied().filter(|(q, _)| at_first(*q)).collect();
    let persons: i64 = withheld.iter().map(|(q, _)| system.quantities[*q].persons).sum();
    let one_side = withheld.iter().all(|(_, sign)| *sign > 0) || withheld.iter().all(|(_, sign)| *sign < 0);
    let few = persons > 0 && persons < system.threshold;
    (one_side && few).then(|| Cut::any_of(terms.iter().map(|(q, _)| *q).filter(|&q| hideable(system, q))))
}

/// What else in a line has to be unknown to an attacker for `quantity` to move.
fn line(system: &System, quantity: usize, attacker: usize, width: i64, equation: usize) -> Option<Cut> {
    let spread = |(lowest, highest): (i64, i64)| highest - lowest;
    let beside = (system.equations[equation].iter())
        .map(|(term, _)| *term)
        .filter(|&term| term != quantity && !system.knows(attacker, term));
    let capacities = beside.map(|term| {
        let treated = &system.quantities[term];
        (term, (spread(treated.room(true)), spread(treated.room(false))))
    });
    Cut::of(system, width, capacities).map(reduced)
}
