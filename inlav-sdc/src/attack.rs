//! The attacker: what can be worked out from everything published jointly, by whom.
//!
//! An attacker holds possible every table of whole numbers that fits what is published, adds up,
//! and agrees with what that attacker knows anyway. An unsafe cell is pinned down when its values
//! in those tables lie too close together. The attack looks for two such tables that are far
//! enough apart (Fischetti and Salazar, Management Science 47, 2001, with the truth itself as the
//! starting table); finding them proves the cell safe, and the proof is checked by substitution in
//! whole numbers. Whatever else happens, a solver that fails included, counts as disclosure.
#![expect(clippy::indexing_slicing, reason = "quantities and equations are indices made by this crate")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Serialize;

use super::exchange::Exchange;
use super::movement::{Evidence, Movement};
use super::program::{Column, Found, Goal, solve, whole};
use super::simplex::{Largest, Tableau};
use super::system::{Quantity, System, real, signed};
use super::{CountTable, ReleasePolicy};

/// Who attacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Attacker {
    /// Anybody who reads every published table.
    Public,
    /// The site with this code, which also knows the true value of all its own cells.
    Insider(String),
}

/// The outcome of attacking one release.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Audit {
    /// Everybody who attacked, the public first.
    pub attackers: Vec<Attacker>,
    /// Unsafe quantities attacked; the same units in several tables are one.
    pub cells_attacked: usize,
    /// Cells pinned down too narrowly; empty for every release that exists.
    pub findings: Vec<Finding>,
    /// Cells that even withholding everything would leave narrower than the minimum width, because
    /// of what the attacker knows already: released at the widest interval attainable. Which cells
    /// these are tells that they are not empty, and the width tells more: neither is published.
    #[serde(skip)]
    pub(super) exceptions: Vec<Finding>,
    /// Names of the earlier releases that the attackers read as well.
    pub earlier: Vec<String>,
    /// Cells, and changes of cells, of fewer than T persons that earlier releases disclose already,
    /// each for an attacker: nothing that is released now can take that back, nor makes it worse.
    /// Which they are is not published.
    #[serde(skip)]
    pub(super) past_disclosures: Vec<Finding>,
    /// The narrowest interval proven over all attackers and cells, in units counted. The search
    /// stops once an interval is wide enough, so the true one may be wider.
    #[serde(skip)]
    pub(super) narrowest: Option<u64>,
}

impl Audit {
    /// Number of cells, over all attackers, that are released at a narrower interval than the
    /// policy's minimum width: what the attacker knows already leaves no wider one.
    #[must_use]
    pub const fn exceptions(&self) -> usize {
        self.exceptions.len()
    }

    /// Number of cells and changes of cells, over all attackers, of too few persons that earlier
    /// releases disclose already, this one apart.
    #[must_use]
    pub const fn past_disclosures(&self) -> usize {
        self.past_disclosures.len()
    }
}

impl std::fmt::Debug for Audit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Audit")
            .field("attackers", &self.attackers)
            .field("cells_attacked", &self.cells_attacked)
            .field("findings", &self.findings)
            .field("exceptions", &self.exceptions.len())
            .field("earlier", &self.earlier)
            .field("past_disclosures", &self.past_disclosures.len())
            .finish_non_exhaustive()
    }
}

/// An unsafe cell that an attacker can pin down. Names the cell, never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The table.
    pub table: String,
    /// The codes of the cell, one per dimension.
    pub coordinates: Vec<String>,
    /// When it is not the cell but what changed in it: the earlier release since which.
    pub since: Option<String>,
    /// Who can.
    pub attacker: Attacker,
    /// The width proven, in units counted; 0 is exact disclosure.
    pub width: u64,
}

/// Attacks what is published when `hidden` is not, as the public and as every insider.
///
/// `evidence` holds movements already known; with none the attack starts from nothing. Every
/// interval must be as wide as `required`.
///
/// # Guarantee
///
/// Without findings, for every attacker and every unsafe quantity that attacker does not know
/// anyway there are two tables of whole numbers, both consistent with all the attacker knows, in
/// which the quantity differs by at least the width required: the evidence returned has them. Tests:
/// those of `tests/enumeration.rs` list all consistent tables of small systems and compare.
pub(super) fn audit(
    system: &System,
    tables: &[CountTable],
    hidden: &[bool],
    required: &Required,
    evidence: Evidence,
) -> (Audit, Evidence) {
    let width = required.minimum;
    let (widths, evidence) = widths(system, hidden, width, evidence);
    let (narrow, _): (Vec<&Width>, Vec<&Width>) = widths.iter().partition(|proven| proven.width < width);
    let (exceptions, findings): (Vec<&Width>, Vec<&Width>) = (narrow.into_iter())
        .partition(|proven| proven.width >= required.of(proven.quantity, proven.attacker));
    let named =
        |widths: Vec<&Width>| widths.into_iter().map(|proven| finding(system, tables, proven)).collect();
    let (exceptions, findings) = (named(exceptions), named(findings));
    let audit = Audit {
        attackers: system.attackers.clone(),
        exceptions,
        cells_attacked: system.unsafe_quantities().count(),
        findings,
        earlier: Vec::new(),
        past_disclosures: Vec::new(),
        narrowest: (widths.iter().map(|proven| proven.width.unsigned_abs())).min(),
    };
    (audit, evidence)
}

/// What every attacker can prove about every unsafe quantity that it does not know: an interval as
/// wide as `width`, or the widest found; and the evidence.
pub(super) fn widths(
    system: &System,
    hidden: &[bool],
    width: i64,
    mut evidence: Evidence,
) -> (Vec<Width>, Evidence) {
    let (mut widths, found) = attack(system, hidden, width, 0, &evidence, true);
    evidence.absorb(found, 0);
    let insiders: Vec<(Vec<Width>, Evidence)> = (1..system.attackers.len())
        .into_par_iter()
        .map(|attacker| attack(system, hidden, width, attacker, &evidence, false))
        .collect();
    for (proven, found) in insiders {
        widths.extend(proven);
        evidence.absorb(found, 0);
    }
    (widths, evidence)
}

/// The width every interval must have, and the exceptions: `(quantity, attacker)` and what is
/// attainable there.
pub(super) struct Required {
    pub(super) minimum: i64,
    pub(super) exceptions: BTreeMap<(usize, usize), i64>,
}

impl Required {
    /// The policy's minimum width everywhere.
    pub(super) fn everywhere(policy: &ReleasePolicy) -> Self {
        Self { minimum: signed(policy.minimum_width()), exceptions: BTreeMap::new() }
    }

    /// The width that `quantity` must have for `attacker`.
    pub(super) fn of(&self, quantity: usize, attacker: usize) -> i64 {
        (self.exceptions.get(&(quantity, attacker)).copied()).unwrap_or(self.minimum)
    }
}

/// A width proven for one quantity against one attacker.
pub(super) struct Width {
    pub(super) quantity: usize,
    pub(super) attacker: usize,
    pub(super) width: i64,
}

/// Names a proven width to people.
pub(super) fn finding(system: &System, tables: &[CountTable], proven: &Width) -> Finding {
    let (table, cell) = system.quantities[proven.quantity].place;
    Finding {
        table: tables[table].id().to_owned(),
        coordinates: tables[table].codes(cell),
        since: system.since.get(&proven.quantity).cloned(),
        attacker: system.attackers[proven.attacker].clone(),
        width: proven.width.unsigned_abs(),
    }
}

/// One attacker against all unsafe quantities; with `split`, independent parts in parallel. Returns
/// the widths proven and the movements found for them.
fn attack(
    system: &System,
    hidden: &[bool],
    width: i64,
    attacker: usize,
    evidence: &Evidence,
    split: bool,
) -> (Vec<Width>, Evidence) {
    let view = View::new(system, attacker, hidden);
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut placed = BTreeSet::new();
    for quantity in system.unsafe_quantities() {
        if system.knows(attacker, quantity) || placed.contains(&quantity) {
            continue;
        }
        let mut part: Vec<usize> = (view.around(quantity, usize::MAX).into_iter())
            .chain([quantity])
            .filter(|&q| system.quantities[q].kind == super::system::Kind::Unsafe)
            .collect();
        part.sort_unstable();
        part.dedup();
        placed.extend(part.iter().copied());
        match parts.last_mut() {
            Some(last) if !split => last.append(&mut part),
            _ => parts.push(part),
        }
    }
    let found: Vec<(Vec<Width>, Evidence)> = (parts.par_iter())
        .map(|part| {
            let view = View::new(system, attacker, hidden);
            let mut own = evidence.clone();
            let widths = (part.iter())
                .map(|&quantity| Width {
                    quantity,
                    attacker,
                    width: view.prove(&mut own, quantity, width, true),
                })
                .collect();
            (widths, own)
        })
        .collect();
    let mut widths = Vec::new();
    let mut all = Evidence::none(system);
    for (mut part, own) in found {
        widths.append(&mut part);
        all.absorb(own, evidence.len());
    }
    widths.sort_unstable_by_key(|proven| proven.quantity);
    (widths, all)
}

/// One attacker's sight of a release.
pub(super) struct View<'a> {
    system: &'a System,
    attacker: usize,
    hidden: &'a [bool],
    unknown: Vec<bool>,
    /// By how much each quantity may differ from the truth.
    room: Vec<(i64, i64)>,
    /// The linear program, made when it is first asked.
    tableau: RefCell<Option<Tableau>>,
}

/// Quantities nearest to the one in question that are tried first; most proofs are short.
pub(super) const NEAR: usize = 160;

impl<'a> View<'a> {
    /// What remains unknown once every equation with a single unknown has been solved.
    pub(super) fn new(system: &'a System, attacker: usize, hidden: &'a [bool]) -> Self {
        let mut unknown: Vec<bool> = (system.quantities.iter().enumerate())
            .map(|(at, quantity)| quantity.room(hidden[at]) != (0, 0) && !system.knows(attacker, at))
            .collect();
        let mut waiting: Vec<usize> = (0..system.equations.len()).collect();
        while let Some(equation) = waiting.pop() {
            let mut open = system.equations[equation].iter().filter(|(q, _)| unknown[*q]);
            if let (Some(&(solved, _)), None) = (open.next(), open.next()) {
                unknown[solved] = false;
                waiting.extend(&system.equations_of[solved]);
            }
        }
        let room = (system.quantities.iter().zip(hidden).zip(&unknown))
            .map(|((quantity, &hidden), &unknown)| if unknown { quantity.room(hidden) } else { (0, 0) })
            .collect();
        Self { system, attacker, hidden, unknown, room, tableau: RefCell::new(None) }
    }

    /// As [`Self::prove`], by what is known and by short exchanges alone.
    pub(super) fn prove_quickly(&self, evidence: &mut Evidence, quantity: usize, width: i64) -> i64 {
        if !self.unknown[quantity] {
            return 0;
        }
        let (down, up) = aims(&self.system.quantities[quantity], width);
        self.exchange(evidence, quantity, width, [up, down]);
        self.proven(evidence, quantity)
    }

    /// Looks for proof that `quantity` may vary by `width`, adds it to `evidence`, and returns
    /// the width proven. `thorough` goes on to the exact ends when the quick try fails.
    pub(super) fn prove(&self, evidence: &mut Evidence, quantity: usize, width: i64, thorough: bool) -> i64 {
        if !self.unknown[quantity] {
            return 0;
        }
        let (down, up) = aims(&self.system.quantities[quantity], width);
        self.exchange(evidence, quantity, width, [up, down]);
        if self.proven(evidence, quantity) >= width {
            return self.proven(evidence, quantity);
        }
        let near = self.around(quantity, NEAR);
        let complete = near.len() < NEAR;
        self.seek(evidence, quantity, width, &near, [Goal::By(up), Goal::By(down)]);
        let proven = self.proven(evidence, quantity);
        if proven >= width || !thorough {
            return proven;
        }
        let all = if complete { near } else { self.around(quantity, usize::MAX) };
        if !complete {
            self.seek(evidence, quantity, width, &all, [Goal::By(up), Goal::By(down)]);
        }
        let (lowest, highest) = self.system.quantities[quantity].room(true);
        let ends = [Goal::Towards(highest.min(width)), Goal::Towards(lowest.max(-width))];
        self.seek(evidence, quantity, width, &all, ends);
        self.proven(evidence, quantity)
    }

    /// The unknowns linked to `quantity`, nearest first, at most about `most`.
    pub(super) fn around(&self, quantity: usize, most: usize) -> Vec<usize> {
        around(self.system, quantity, most, |q| self.unknown[q])
    }

    /// As [`Self::prove`] to the end, asking the linear program first: for many questions to one view.
    pub(super) fn prove_with_programs(&self, evidence: &mut Evidence, quantity: usize, width: i64) -> i64 {
        let proven = self.prove_quickly(evidence, quantity, width);
        if proven >= width || !self.unknown[quantity] {
            return proven;
        }
        let (lowest, highest) = self.ends(evidence, quantity);
        let proven = self.proven(evidence, quantity);
        if proven >= width || highest - lowest < real(proven + 1) - 1e-6 {
            return proven;
        }
        self.prove(evidence, quantity, width, true)
    }

    /// How far `quantity` reaches either way in the linear program, which is at least as far as in
    /// whole numbers. Solutions that happen to be whole are kept.
    pub(super) fn ends(&self, evidence: &mut Evidence, quantity: usize) -> (f64, f64) {
        let mut end = |direction: i64| {
            match self.largest(&BTreeMap::from([(quantity, direction)])) {
                // A search given up says nothing: the interval is taken to be as wide as can be.
                None => f64::INFINITY * real(direction),
                Some(largest) => {
                    self.keep(evidence, quantity, &largest.changes);
                    largest.changes.get(&quantity).copied().unwrap_or(0.0)
                }
            }
        };
        (end(-1), end(1))
    }

    /// What the linear programs have cost so far.
    pub(super) fn work(&self) -> u64 {
        self.tableau.borrow().as_ref().map_or(0, |tableau| tableau.work)
    }

    /// Whether what a solution changes is unknown to this attacker.
    pub(super) fn allows(&self, changes: &BTreeMap<usize, f64>) -> bool {
        changes.iter().all(|(&changed, &change)| {
            let (lowest, highest) = self.room[changed];
            real(lowest) - 1e-6 <= change && change <= real(highest) + 1e-6
        })
    }

    /// The solution of the attacker's linear program in which the weighted sum of `objective` is largest.
    pub(super) fn largest(&self, objective: &BTreeMap<usize, i64>) -> Option<Largest> {
        let mut tableau = self.tableau.borrow_mut();
        let tableau = tableau.get_or_insert_with(|| {
            let unknown = self.unknown.iter().enumerate().filter(|(_, unknown)| **unknown);
            let bounds: Vec<(usize, (f64, f64))> = unknown
                .map(|(quantity, _)| {
                    let (lowest, highest) = self.room[quantity];
                    (quantity, (real(lowest), real(highest)))
                })
                .collect();
            Tableau::new(self.system, &bounds)
        });
        tableau.largest(objective)
    }

    /// How far `quantity` is proven to reach either way.
    pub(super) fn proven_ends(&self, evidence: &Evidence, quantity: usize) -> (f64, f64) {
        let (down, up) = self.reach(evidence, quantity);
        (real(down), real(up))
    }

    /// Whether anything about `quantity` is unknown.
    pub(super) fn is_unknown(&self, quantity: usize) -> bool {
        self.unknown[quantity]
    }

    /// Keeps a solution for `quantity` if it is one in whole numbers.
    pub(super) fn keep(&self, evidence: &mut Evidence, quantity: usize, changes: &BTreeMap<usize, f64>) {
        if let Some(changes) = whole(changes) {
            self.record(evidence, quantity, &changes);
        }
    }

    /// Looks for short exchanges that change `quantity` by so much.
    pub(super) fn exchange(&self, evidence: &mut Evidence, quantity: usize, width: i64, changes: [i64; 2]) {
        let mut exchange = None;
        for change in changes {
            let (down, up) = self.reach(evidence, quantity);
            if up - down >= width || (down <= change && change <= up) {
                continue;
            }
            let exchange = exchange.get_or_insert_with(|| Exchange::new(self.system, &self.room));
            if let Some(changes) = exchange.find(quantity, change) {
                self.record(evidence, quantity, &changes);
            }
        }
    }

    /// Keeps a movement, and its opposite where that is possible as well, if it is one.
    fn record(&self, evidence: &mut Evidence, quantity: usize, changes: &BTreeMap<usize, i64>) {
        if let Some(movement) = Movement::checked(self.system, changes, quantity) {
            if let Some(opposite) = movement.reversed(self.system, quantity) {
                evidence.add(opposite);
            }
            evidence.add(movement);
        }
    }

    fn seek(&self, evidence: &mut Evidence, quantity: usize, width: i64, scope: &[usize], goals: [Goal; 2]) {
        let mut columns = None;
        for goal in goals {
            let (down, up) = self.reach(evidence, quantity);
            let (Goal::By(change) | Goal::Towards(change)) = goal;
            if up - down >= width || (down <= change && change <= up) {
                continue;
            }
            let columns = columns.get_or_insert_with(|| self.columns(scope));
            if let Found::Whole(changes) = solve(self.system, quantity, goal, columns) {
                self.record(evidence, quantity, &changes);
            }
        }
    }

    fn columns(&self, scope: &[usize]) -> Vec<Column> {
        (scope.iter()).flat_map(|&quantity| both_ways(quantity, self.room[quantity], 1.0)).collect()
    }

    fn reach(&self, evidence: &Evidence, quantity: usize) -> (i64, i64) {
        evidence.reach(self.system, quantity, self.attacker, self.hidden)
    }

    fn proven(&self, evidence: &Evidence, quantity: usize) -> i64 {
        let (down, up) = self.reach(evidence, quantity);
        up - down
    }
}

/// How far down (`<= 0`) and up (`>= 0`) an interval of `width` reaches from the truth: evenly as
/// far as the bounds allow, so that the truth does not sit at its edge.
pub(super) fn aims(quantity: &Quantity, width: i64) -> (i64, i64) {
    let (lowest, highest) = quantity.room(true);
    let up = highest.min(width / 2);
    let down = (-lowest).min(width - up);
    (-down, highest.min(width - down))
}

/// Columns for a change of `quantity` within `room` in either direction.
pub(super) fn both_ways(
    quantity: usize,
    (lowest, highest): (i64, i64),
    cost: f64,
) -> impl Iterator<Item = Column> {
    [(1, highest), (-1, -lowest)]
        .into_iter()
        .filter(|&(_, limit)| limit > 0)
        .map(move |(direction, limit)| Column { quantity, direction, limit, cost })
}

/// The quantities linked to `quantity` through others that `passes`, nearest first; stops after
/// the equation with which `most` is reached. `quantity` itself is left out.
pub(super) fn around(
    system: &System,
    quantity: usize,
    most: usize,
    passes: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let mut seen = vec![false; system.quantities.len()];
    let mut done = vec![false; system.equations.len()];
    seen[quantity] = true;
    let mut found = vec![quantity];
    let mut next = 0;
    while next < found.len() && found.len() <= most {
        for &equation in &system.equations_of[found[next]] {
            if std::mem::replace(&mut done[equation], true) {
                continue;
            }
            for &(linked, _) in &system.equations[equation] {
                if !seen[linked] && passes(linked) {
                    seen[linked] = true;
                    found.push(linked);
                }
            }
        }
        next += 1;
    }
    found.swap_remove(0);
    found
}
