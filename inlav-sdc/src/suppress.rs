//! The defender: which safe cells to withhold so that no unsafe one can be worked out, at the least
//! cost.
//!
//! The cheapest pattern is sought among those that satisfy a growing list of inequalities which
//! every safe pattern satisfies (`cuts`, `master`). The pattern found is attacked; whatever succeeds adds
//! inequalities that rule it out, until nothing succeeds: then no safe pattern is cheaper
//! (Fischetti and Salazar, Management Science 47, 2001). Where this does not end within a
//! fixed amount of work, the last pattern is made safe by hand (`repair`) and the gap to the bound
//! is reported.

mod cuts;
mod exact;
mod master;
mod repair;
mod required;

use required::Requirements;

use super::attack::Required;
use super::movement::Evidence;
use super::system::{Kind, System};
use super::{CountTable, DisclosureError, ReleasePolicy};

/// What is withheld, with the evidence that it suffices.
pub(super) struct Pattern {
    /// For each quantity whether it is unpublished.
    pub(super) hidden: Vec<bool>,
    /// The movements found on the way.
    pub(super) evidence: Evidence,
    /// The widths to be proven, with the exceptions allowed.
    pub(super) required: Required,
    /// What it costs, and what any safe pattern costs at least.
    pub(super) cost: f64,
    pub(super) bound: f64,
}

/// Chooses what to withhold.
///
/// # Errors
///
/// [`DisclosureError::Unprotectable`] when a cell stays narrower than the policy's least width with
/// everything withheld: categories must be merged, or the table left out.
pub(super) fn choose(
    system: &System,
    tables: &[CountTable],
    policy: &ReleasePolicy,
) -> Result<Pattern, DisclosureError> {
    let mut evidence = Evidence::none(system);
    let mut required = Requirements::new(system, tables, policy);
    let (hidden, bound) = match exact::search(system, &mut required, &mut evidence)? {
        exact::Outcome::Optimal { hidden } => {
            let cost = cost(system, &hidden);
            (hidden, cost)
        }
        exact::Outcome::Stopped { hidden, bound, lowered } => {
            let hidden = repair::repair(system, hidden, &mut required, &mut evidence)?;
            // Less is required now than when the bound was found: it says nothing.
            (hidden, if required.lowered == lowered { bound } else { 0.0 })
        }
    };
    let cost = cost(system, &hidden);
    Ok(Pattern { hidden, evidence, required: required.widths, cost, bound: bound.min(cost) })
}

/// The cost of what is withheld beside the unsafe cells.
fn cost(system: &System, hidden: &[bool]) -> f64 {
    (system.quantities.iter().zip(hidden))
        .filter(|(quantity, hidden)| **hidden && quantity.kind == Kind::Open)
        .map(|(quantity, _)| quantity.weight)
        .sum()
}
