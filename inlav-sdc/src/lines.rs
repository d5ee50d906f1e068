//! What one line of a table withholds, added up.
//!
//! Whoever reads a total and all parts but two knows the two together. Each of them may be well
//! hidden and the two together still be few persons: such a line is *thin*, and one more of its
//! parts is withheld.
#![expect(clippy::indexing_slicing, reason = "quantities and equations are indices made by this crate")]

use super::system::{Kind, System};

/// Whether the withheld parts of an equation add up to 1 to T−1 persons, known exactly from what
/// else stands in it. Where total and parts are both withheld nothing adds up to a group.
pub(super) fn is_thin(system: &System, hidden: &[bool], equation: usize) -> bool {
    let withheld = || system.equations[equation].iter().filter(|(quantity, _)| hidden[*quantity]);
    let one_side = withheld().all(|(_, sign)| *sign > 0) || withheld().all(|(_, sign)| *sign < 0);
    // Distinct persons of the whole group are at most this many.
    let persons: i64 = withheld().map(|(quantity, _)| system.quantities[*quantity].persons).sum();
    one_side && persons > 0 && persons < system.threshold
}

/// The published part of a thin line that costs least to withhold.
pub(super) fn lightest(system: &System, hidden: &[bool], equation: usize) -> Option<usize> {
    let published = system.equations[equation].iter().map(|(quantity, _)| *quantity);
    published.filter(|&q| system.quantities[q].kind == Kind::Open && !hidden[q]).min_by(|&left, &right| {
        let weight = |quantity: usize| system.quantities[quantity].weight;
        weight(left).total_cmp(&weight(right)).then(left.cmp(&right))
    })
}
