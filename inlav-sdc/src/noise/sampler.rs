//! The discrete Gaussian, sampled exactly.
//!
//! Canonne, Kamath and Steinke, *The discrete Gaussian for differential privacy* (NeurIPS 2020),
//! algorithms 1 to 3: whole numbers and fair bits only, no floating point, so that the
//! distribution sampled is the one the proof is about (Mironov, *On significance of the least
//! significant bits for differential privacy*, CCS 2012, is what happens otherwise).
//!
//! The number of draws depends on the noise. Tables are made in one go by a program that nobody
//! times; do not sample this in answer to a request whose duration somebody can measure.

use rand_core::CryptoRng;

/// The largest numerator and denominator of a variance: their products stay below 2¹²⁸.
const LARGEST: u64 = 1 << 48;

/// Noise on the integers with probability proportional to `exp(-x² / 2σ²)`, σ² a rational number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DiscreteGaussian {
    /// σ² = numerator / denominator, in units squared.
    numerator: u64,
    denominator: u64,
    /// Scale of the discrete Laplace distribution that is sampled first: ⌊σ⌋ + 1.
    scale: u64,
}

impl DiscreteGaussian {
    /// The distribution with σ² = `numerator / denominator`; `None` when one of them is 0 or, in
    /// lowest terms, above 2⁴⁸.
    pub(super) fn new(numerator: u128, denominator: u128) -> Option<Self> {
        if numerator == 0 || denominator == 0 {
            return None;
        }
        let divisor = greatest_common_divisor(numerator, denominator);
        let lowest = |number: u128| u64::try_from(number / divisor).ok().filter(|&number| number <= LARGEST);
        let (numerator, denominator) = (lowest(numerator)?, lowest(denominator)?);
        Some(Self { numerator, denominator, scale: (numerator / denominator).isqrt() + 1 })
    }

    /// σ², in units squared; the variance of the noise is at most this.
    #[expect(clippy::cast_precision_loss, reason = "for intervals and weights, after sampling")]
    pub(super) fn variance(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// One draw.
    ///
    /// # Guarantee
    ///
    /// Exactly this distribution when the generator's bits are fair and independent, but for
    /// candidates accepted with probability below e^(−2²⁷), which never are.
    /// Tests: `draws_have_the_exact_distribution`, `draws_are_those_of_another_implementation`.
    pub(super) fn sample(self, rng: &mut impl CryptoRng) -> i64 {
        loop {
            let candidate = laplace(self.scale, rng);
            // Accepted with probability exp(-(|y| - σ²/t)² / 2σ²) = exp(-(|y|·t·d - n)² / (2·n·d·t²)).
            let (n, d, t) =
                (u128::from(self.numerator), u128::from(self.denominator), u128::from(self.scale));
            let distance =
                (u128::from(candidate.unsigned_abs()).checked_mul(t * d)).map(|way| way.abs_diff(n));
            let exponent = distance.and_then(|distance| distance.checked_mul(distance));
            // 2·n·d·t² is below 2¹⁰⁰; an exponent that does not fit in 128 bits is above 2²⁷ times that.
            if exponent.is_some_and(|exponent| exponential(exponent, 2 * n * d * t * t, rng)) {
                return candidate;
            }
        }
    }
}

/// A draw from the discrete Laplace distribution, probability proportional to `exp(-|x| / scale)`.
fn laplace(scale: u64, rng: &mut impl CryptoRng) -> i64 {
    loop {
        let rest = below(u128::from(scale), rng);
        if !exponential(rest, u128::from(scale), rng) {
            continue;
        }
        let mut whole = 0_u64;
        while exponential(1, 1, rng) {
            whole += 1;
        }
        let negative = below(2, rng) == 1;
        // Scale is at most 2²⁴ + 1; a magnitude beyond 2⁶³ would need 2³⁸ successes in a row.
        let magnitude = u64::try_from(rest).ok().and_then(|rest| whole.checked_mul(scale)?.checked_add(rest));
        match magnitude.and_then(|magnitude| i64::try_from(magnitude).ok()) {
            Some(0) if negative => {}
            Some(magnitude) => return if negative { -magnitude } else { magnitude },
            None => {}
        }
    }
}

/// True with probability `exp(-numerator / denominator)`.
fn exponential(numerator: u128, denominator: u128, rng: &mut impl CryptoRng) -> bool {
    (0..numerator / denominator).all(|_| exponential_up_to_one(1, 1, rng))
        && exponential_up_to_one(numerator % denominator, denominator, rng)
}

/// True with probability `exp(-numerator / denominator)` for a fraction of at most 1: the parity of
/// the first failure in a row of draws with probability fraction / k (von Neumann).
fn exponential_up_to_one(numerator: u128, denominator: u128, rng: &mut impl CryptoRng) -> bool {
    let mut k = 1;
    // Two draws make one of probability fraction / k without a product that could overflow.
    while below(denominator, rng) < numerator && below(k, rng) == 0 {
        k += 1;
    }
    k % 2 == 1
}

/// A uniform number below `limit`, by rejection from as many bits as it has.
fn below(limit: u128, rng: &mut impl CryptoRng) -> u128 {
    let bits = 128 - limit.saturating_sub(1).leading_zeros();
    if bits == 0 {
        return 0;
    }
    loop {
        let low = u128::from(rng.next_u64());
        let drawn = if bits > 64 { u128::from(rng.next_u64()) << 64 | low } else { low };
        let drawn = drawn & (u128::MAX >> (128 - bits));
        if drawn < limit {
            return drawn;
        }
    }
}

fn greatest_common_divisor(mut left: u128, mut right: u128) -> u128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

#[cfg(test)]
mod tests;
