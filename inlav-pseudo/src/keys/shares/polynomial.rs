//! Shamir's scheme on byte strings: each byte is the value at 0 of a polynomial of its own.

use super::field::{invert, multiply};
use crate::keys::secret::Secret;

/// The value at `x` of the polynomials whose coefficients are `constant` and then `others`, the
/// lowest degree first; byte by byte.
///
/// Formula: `constant + others[0]·x + others[1]·x^2 + …`, by Horner's rule.
pub(super) fn evaluate(constant: &Secret, others: &[Secret], x: u8) -> Secret {
    let mut value = Secret::zero();
    for coefficient in others.iter().rev().chain([constant]) {
        value.each_with(coefficient, |value, coefficient| multiply(value, x) ^ coefficient);
    }
    value
}

/// The value at 0 of the polynomials through these points, whose `x` are different and not 0.
///
/// Formula: `Σ y_i · Π_{j≠i} x_j / (x_j - x_i)` (Lagrange). The `x` are no secrets, the `y` are.
pub(super) fn interpolate(points: &[(u8, &Secret)]) -> Secret {
    let mut value = Secret::zero();
    for &(x, y) in points {
        let weight = points
            .iter()
            .filter(|(other, _)| *other != x)
            .fold(1, |weight, (other, _)| multiply(weight, multiply(*other, invert(other ^ x))));
        value.each_with(y, |value, y| value ^ multiply(y, weight));
    }
    value
}
