//! The linear programs of attacker and defender, stated as differences from the true table.
#![expect(clippy::indexing_slicing, reason = "quantities and equations are indices made by this crate")]

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem, Solution, SolveOptions, Variable};

use super::system::{System, real};

/// A way in which a quantity may change: by 0 to `limit` steps of `direction` (+1 or −1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) quantity: usize,
    pub(super) direction: i64,
    pub(super) limit: i64,
    /// Cost of one step.
    pub(super) cost: f64,
}

/// What is asked of the quantity in question.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    /// Change it by exactly so much, at the least cost elsewhere.
    By(i64),
    /// Change it as far as it goes: up to so much, upwards when positive; nothing else costs.
    Towards(i64),
}

/// What a program came to. Only a [`super::movement::Movement`] checked from it counts as proof.
pub(super) enum Found {
    /// Whole changes by quantity.
    Whole(BTreeMap<usize, i64>),
    /// The relaxed program has an answer but none in whole numbers was found; the quantities it
    /// changes.
    Broken(BTreeSet<usize>),
    /// No answer, or the solver failed: nothing is proven.
    Nothing,
}

/// Branch-and-bound nodes tried before giving up on whole numbers. A count and not a time, so
/// that a release never depends on the speed of the machine.
const NODES: u64 = 300;

/// Looks for a change of `quantity` through `columns` that keeps every equation.
pub(super) fn solve(system: &System, quantity: usize, goal: Goal, columns: &[Column]) -> Found {
    if let Goal::By(change) = goal
        && system.equations_of[quantity].is_empty()
    {
        return Found::Whole(BTreeMap::from([(quantity, change)]));
    }
    let relaxed = match attempt(system, quantity, goal, columns, false) {
        None => return Found::Nothing,
        Some(changes) => changes,
    };
    if let Some(changes) = whole(&relaxed) {
        return Found::Whole(changes);
    }
    match attempt(system, quantity, goal, columns, true).and_then(|changes| whole(&changes)) {
        Some(changes) => Found::Whole(changes),
        None => Found::Broken(
            (relaxed.into_iter())
                .filter(|(_, change)| change.abs() > 1e-6)
                .map(|(changed, _)| changed)
                .collect(),
        ),
    }
}

/// One call of the solver: changes by quantity, or nothing on any failure whatever.
fn attempt(
    system: &System,
    quantity: usize,
    goal: Goal,
    columns: &[Column],
    integer: bool,
) -> Option<BTreeMap<usize, f64>> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut add = |cost: f64, limit: i64| {
        if integer {
            i32::try_from(limit).ok().map(|limit| problem.add_integer_var(cost, (0, limit)))
        } else {
            Some(problem.add_var(cost, (0.0, real(limit))))
        }
    };
    let mut variables: Vec<(usize, i64, Variable)> = Vec::with_capacity(columns.len() + 1);
    for column in columns.iter().filter(|column| column.quantity != quantity) {
        let cost = match goal {
            Goal::By(_) => column.cost,
            Goal::Towards(_) => 0.0,
        };
        let variable = add(cost, column.limit)?;
        variables.push((column.quantity, column.direction, variable));
    }
    if let Goal::Towards(furthest) = goal {
        let variable = add(-1.0, furthest.abs())?;
        variables.push((quantity, furthest.signum(), variable));
    }
    let mut rows: BTreeMap<usize, Vec<(Variable, f64)>> = BTreeMap::new();
    for &equation in &system.equations_of[quantity] {
        rows.entry(equation).or_default();
    }
    for &(changed, direction, variable) in &variables {
        for &equation in &system.equations_of[changed] {
            let coefficient = real(direction * system.coefficient(equation, changed));
            rows.entry(equation).or_default().push((variable, coefficient));
        }
    }
    for (equation, terms) in rows {
        let demand = match goal {
            Goal::By(change) => -change * system.coefficient(equation, quantity),
            Goal::Towards(_) => 0,
        };
        if terms.is_empty() && demand != 0 {
            return None;
        }
        if !terms.is_empty() {
            problem.add_constraint(terms, ComparisonOp::Eq, real(demand));
        }
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES);
    if matches!(goal, Goal::By(_)) {
        // Any whole answer proves as much as the cheapest.
        options.mip_gap = 0.5;
    }
    let solution: Solution = problem.solve_with(options).ok()?.into_solution().ok()?;
    let mut changes: BTreeMap<usize, f64> = BTreeMap::new();
    for (changed, direction, variable) in variables {
        *changes.entry(changed).or_default() += real(direction) * solution.var_value(variable);
    }
    if let Goal::By(change) = goal {
        changes.insert(quantity, real(change));
    }
    Some(changes)
}

/// The changes in whole numbers, when all of them are.
pub(super) fn whole(changes: &BTreeMap<usize, f64>) -> Option<BTreeMap<usize, i64>> {
    let mut found = BTreeMap::new();
    for (&changed, &change) in changes {
        let nearest = change.round();
        if (change - nearest).abs() > 1e-6 {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a rounded number within the bounds of its column"
        )]
        let nearest = nearest as i64;
        if nearest != 0 {
            found.insert(changed, nearest);
        }
    }
    Some(found)
}
