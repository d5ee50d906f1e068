//! The sampler against the exact distribution and against another implementation.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;

use rand_chacha::ChaCha20Rng;
use rand_core::{SeedableRng as _, TryCryptoRng, TryRng};
use sha2::{Digest as _, Sha256};

use super::*;

/// Pearson's statistic may exceed its mean by five standard deviations: with the seeds fixed here
/// the tests always give the same verdict.
fn fits(observed: &[f64], expected: &[f64]) -> bool {
    let statistic: f64 =
        observed.iter().zip(expected).map(|(seen, expected)| (seen - expected).powi(2) / expected).sum();
    let freedom = f64::from(u32::try_from(expected.len()).unwrap() - 1);
    statistic < freedom + 5.0 * (2.0 * freedom).sqrt()
}

fn chi_square_of(numerator: u128, denominator: u128, draws: u32, seed: u64, wrong: f64) -> bool {
    let gaussian = DiscreteGaussian::new(numerator, denominator).unwrap();
    let sigma2 = gaussian.variance() * wrong;
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let mut counts: BTreeMap<i64, f64> = BTreeMap::new();
    for _ in 0..draws {
        *counts.entry(gaussian.sample(&mut rng)).or_default() += 1.0;
    }
    // The exact probabilities, tails of less than ten expected draws as one class.
    let weight = |x: i64| (-f64::from(i32::try_from(x).unwrap()).powi(2) / (2.0 * sigma2)).exp();
    let reach = 2_000;
    let all: f64 = (-reach..=reach).map(weight).sum();
    let mut classes = vec![(0.0, f64::from(draws))];
    let mut rest = f64::from(draws);
    for x in -reach..=reach {
        let expected = weight(x) / all * f64::from(draws);
        if expected >= 10.0 {
            let seen = counts.get(&x).copied().unwrap_or(0.0);
            classes.push((seen, expected));
            rest -= seen;
            classes[0].1 -= expected;
        }
    }
    classes[0].0 = rest;
    classes[0].1 = classes[0].1.max(1.0);
    let (seen, expected): (Vec<f64>, Vec<f64>) = classes.into_iter().unzip();
    fits(&seen, &expected)
}

#[test]
fn draws_have_the_exact_distribution() {
    for (seed, (numerator, denominator)) in [(1, 1), (1, 4), (5, 2), (9, 1), (400, 3)].into_iter().enumerate()
    {
        assert!(chi_square_of(numerator, denominator, 40_000, seed as u64, 1.0), "{numerator}/{denominator}");
    }
}

/// The test above can fail: a variance wrong by 8 % does not fit.
#[test]
fn a_wrong_distribution_is_told_from_the_right_one() {
    for wrong in [0.92, 1.08] {
        assert!(!chi_square_of(9, 1, 40_000, 3, wrong));
    }
}

#[test]
fn exponentials_have_their_probability() {
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let draws = 40_000_u32;
    for (numerator, denominator) in [(0_u32, 1_u32), (1, 10), (1, 2), (1, 1), (3, 2), (4, 1)] {
        let seen = (0..draws).filter(|_| exponential(numerator.into(), denominator.into(), &mut rng)).count();
        let chance = (-f64::from(numerator) / f64::from(denominator)).exp();
        let expected = chance * f64::from(draws);
        let deviation = (expected * (1.0 - chance)).sqrt();
        let seen = f64::from(u32::try_from(seen).unwrap());
        assert!((seen - expected).abs() <= 4.0 * deviation, "exp(-{numerator}/{denominator})");
    }
}

#[test]
fn uniform_numbers_are_below_their_limit_and_even() {
    let mut rng = ChaCha20Rng::seed_from_u64(8);
    assert_eq!(below(1, &mut rng), 0);
    let mut seen = [0.0; 5];
    for _ in 0..10_000 {
        seen[usize::try_from(below(5, &mut rng)).unwrap()] += 1.0;
    }
    assert!(fits(&seen, &[2000.0; 5]));
    let large = (1_u128 << 100) + 1;
    let drawn: Vec<u128> = (0..100).map(|_| below(large, &mut rng)).collect();
    assert!(drawn.iter().all(|&drawn| drawn < large) && drawn.iter().any(|&drawn| drawn > 1 << 90));
}

/// SHA-256 of a counter, four words a digest: a stream that `sampler_reference.py` makes too.
#[derive(Default)]
struct Words {
    counter: u64,
    waiting: VecDeque<u64>,
}

impl TryRng for Words {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unimplemented!("the sampler draws words of 64 bits")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        if self.waiting.is_empty() {
            let digest = Sha256::digest(self.counter.to_be_bytes());
            self.counter += 1;
            self.waiting.extend(digest.chunks(8).map(|word| u64::from_be_bytes(word.try_into().unwrap())));
        }
        Ok(self.waiting.pop_front().unwrap())
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Infallible> {
        unimplemented!("the sampler draws words of 64 bits")
    }
}

impl TryCryptoRng for Words {}

#[test]
fn draws_are_those_of_another_implementation() {
    let mut compared = 0;
    for line in include_str!("../../../tests/reference/draws_python.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [numerator, denominator, draws] = fields[..] else { panic!("three columns") };
        let gaussian =
            DiscreteGaussian::new(numerator.parse().unwrap(), denominator.parse().unwrap()).unwrap();
        let mut words = Words::default();
        for expected in draws.split(' ') {
            assert_eq!(gaussian.sample(&mut words).to_string(), expected, "{numerator}/{denominator}");
            compared += 1;
        }
    }
    assert_eq!(compared, 6 * 200);
}

#[test]
fn variances_are_rational_and_bounded() {
    assert_eq!(DiscreteGaussian::new(10, 4), DiscreteGaussian::new(5, 2));
    assert_eq!(DiscreteGaussian::new(0, 1), None);
    assert_eq!(DiscreteGaussian::new(1, 0), None);
    assert_eq!(DiscreteGaussian::new(u128::from(LARGEST) + 1, 1), None);
    let widest = DiscreteGaussian::new(LARGEST.into(), 1).unwrap();
    let finest = DiscreteGaussian::new(LARGEST.into(), u128::from(LARGEST) - 1).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(9);
    for _ in 0..100 {
        assert!(widest.sample(&mut rng).unsigned_abs() < 1 << 30);
        assert!(finest.sample(&mut rng).unsigned_abs() < 10);
    }
}
