//! Cell-key perturbation: the same records, the same noise.
//!
//! Fraser and Wooton, *A proposed method for confidentialising tabular output to protect against
//! differencing* (UNECE/Eurostat work session 2005); Thompson, Broadfoot and Elazar, *Methodology
//! for the automatic confidentialisation of statistical outputs from remote servers at the ABS*
//! (UNECE/Eurostat work session 2013). Every record has a random key; a cell's key is the sum of
//! its records'; key and count look the noise up in a [`PerturbationTable`].
//!
//! Margins are perturbed like any other cell, by their own keys, so tables do not add up: a total
//! summed from perturbed parts would be another answer to the question that the total of another
//! table asks (`docs/adr/0015-two-kinds-of-noise.md`).

use super::noisy::{Guarantee, Loss, NoisyTable};
use super::ptable::PerturbationTable;
use crate::KeyedTable;

/// Perturbs every displayed cell of a table, margins included.
///
/// # Guarantee
///
/// A cell's answer is a function of the set of its records, the [`crate::noise::PerturbationKey`] and the
/// perturbation table: asking again, in another order of dimensions, as the margin of another table
/// or under another name gives the same answer and no fresh noise to average away. Test:
/// `the_same_question_gets_the_same_answer`.
///
/// This is not differential privacy. Whoever adds up many different cells that partition the same
/// group averages their noise; whoever holds the key takes all noise off; zero cells are exact; the
/// noise never exceeds D; and it hides some units, not a person who has many: count persons, or
/// choose D above what one person brings.
#[must_use]
pub fn perturb(keyed: &KeyedTable, perturbation: &PerturbationTable) -> (NoisyTable, Loss) {
    let table = keyed.table();
    let bound = u64::from(perturbation.bound());
    let guarantee = Guarantee::CellKey {
        bound: perturbation.bound(),
        variance: perturbation.variance(),
        js: perturbation.js(),
    };
    let counts = || table.cells().iter().map(|cell| cell.count);
    let values: Vec<u64> = (counts().zip(keyed.keys()))
        .map(|(count, &key)| count.saturating_add_signed(perturbation.noise(count, key).into()))
        .collect();
    let noisy = NoisyTable::new(table, guarantee, |index| {
        let value = values.get(index).copied().unwrap_or(0);
        // Zero stays zero: what is not zero was not.
        let least = u64::from(value > 0);
        (value, value.saturating_sub(bound).max(least), value.saturating_add(bound))
    });
    let loss = noisy.loss(table);
    (noisy, loss)
}

#[cfg(test)]
mod tests;
