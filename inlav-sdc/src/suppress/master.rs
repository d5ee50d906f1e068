//! The cheapest pattern that satisfies all inequalities known so far.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::cuts::Cut;
use crate::system::real;

/// Branch-and-bound nodes for one pattern. A count and not a time, so that a release never depends
/// on the speed of the machine.
const NODES: u64 = 20_000;

/// Why an inequality has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// What a line withholds must not add up to few persons.
    Line,
    /// A quantity has to be kept from an attacker.
    Kept { quantity: usize, attacker: usize },
    /// No proof was found that a pattern is safe.
    Doubt,
}

/// The inequalities known.
pub(super) struct Master {
    weights: Vec<f64>,
    /// Between 0 and 1: which quantities to prefer among patterns of equal weight.
    favour: Vec<f64>,
    /// Each with the quantities and attackers on whose account it holds.
    cuts: BTreeMap<Cut, BTreeSet<Reason>>,
    /// No pattern costs less, as far as is known.
    bound: Cell<f64>,
    /// What solving has cost so far: pivots by inequalities.
    work: Cell<u64>,
}

/// A pattern, and whether no cheaper one satisfies the inequalities.
pub(super) struct Chosen {
    pub(super) quantities: Vec<usize>,
    /// No pattern that satisfies the inequalities costs less than this.
    pub(super) bound: f64,
}

impl Master {
    pub(super) fn new(weights: Vec<f64>, favour: Vec<f64>) -> Self {
        Self { weights, favour, cuts: BTreeMap::new(), bound: Cell::new(0.0), work: Cell::new(0) }
    }

    /// Adds an inequality; `false` when it was there already.
    pub(super) fn add(&mut self, cut: Cut, reason: Reason) -> bool {
        let reasons = self.cuts.entry(cut).or_default();
        reasons.insert(reason);
        reasons.len() == 1
    }

    /// Takes back what was asked on account of one quantity and attacker: less is required of them now.
    pub(super) fn forget(&mut self, reason: Reason) {
        self.cuts.retain(|_, reasons| {
            reasons.remove(&reason);
            !reasons.is_empty()
        });
        self.bound.set(0.0);
    }

    fn price(&self, quantity: usize, among: usize) -> f64 {
        let of = |values: &[f64]| values.get(quantity).copied().unwrap_or(1.0);
        of(&self.weights) - 0.5 * of(&self.favour) / real(i64::try_from(among).unwrap_or(i64::MAX))
    }

    pub(super) fn work(&self) -> u64 {
        self.work.get()
    }

    /// The cheapest pattern, or nothing when none satisfies all or the solver fails.
    pub(super) fn solve(&self) -> Option<Chosen> {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let candidates: BTreeSet<usize> =
            self.cuts.keys().flat_map(|cut| cut.terms.iter().map(|(quantity, _)| *quantity)).collect();
        let among = candidates.len();
        let variables: BTreeMap<usize, Variable> = (candidates.into_iter())
            .map(|quantity| (quantity, problem.add_binary_var(self.price(quantity, among))))
            .collect();
        if variables.is_empty() {
            return Some(Chosen { quantities: Vec::new(), bound: 0.0 });
        }
        for cut in self.cuts.keys() {
            let terms: Vec<(Variable, f64)> = (cut.terms.iter())
                .filter_map(|(quantity, coefficient)| Some((*variables.get(quantity)?, real(*coefficient))))
                .collect();
            problem.add_constraint(terms, ComparisonOp::Ge, real(cut.at_least));
        }
        let mut options = SolveOptions::default();
        options.node_limit = Some(NODES);
        // Preferences add up to less than a half and costs are whole: nearer than this is optimal.
        options.mip_gap = 0.45 / (self.bound.get() + 2.0);
        let outcome = problem.solve_with(options).ok()?;
        let optimal = outcome.is_optimal();
        let stats = outcome.stats();
        self.work.set(self.work.get() + stats.lp_iterations * self.cuts.len() as u64);
        let solution = outcome.into_solution().ok()?;
        let bound = stats
            .best_bound
            .unwrap_or(if optimal { solution.objective() } else { 0.0 })
            .min(solution.objective());
        let bound = (bound - 1e-6).ceil().max(self.bound.get());
        self.bound.set(bound);
        let quantities = (variables.into_iter())
            .filter(|&(_, variable)| solution.var_value(variable) > 0.5)
            .map(|(quantity, _)| quantity)
            .collect();
        Some(Chosen { quantities, bound })
    }
}
