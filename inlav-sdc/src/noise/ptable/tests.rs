//! Perturbation tables: what they promise, and two other makers of them.

use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

use super::*;

#[test]
fn a_count_keeps_its_own_table() {
    let table = PerturbationTable::new(2, 0.9, 0).unwrap();
    assert_eq!(table.distribution(0).collect::<Vec<_>>(), [(0, 1.0)]);
    let noises = |count| table.distribution(count).map(|(noise, _)| noise).collect::<Vec<_>>();
    assert_eq!(noises(1), [-1, 0, 1, 2]);
    assert_eq!(noises(2), [-2, -1, 0, 1, 2]);
    assert_eq!(noises(2), noises(u64::MAX));
}

/// Compares with a file of `bound, variance, js, count, target, probability`; returns how many.
fn compare(file: &str, within: f64) -> usize {
    let mut tables = BTreeMap::new();
    let mut compared = 0;
    for line in file.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [bound, variance, js, count, target, probability] = fields[..] else { panic!("six columns") };
        let table = tables.entry((bound, variance, js)).or_insert_with(|| {
            PerturbationTable::new(bound.parse().unwrap(), variance.parse().unwrap(), js.parse().unwrap())
                .unwrap()
        });
        let (count, target): (u64, i64) = (count.parse().unwrap(), target.parse().unwrap());
        let noise = target - count.cast_signed();
        let found = table.distribution(count).find(|(own, _)| i64::from(*own) == noise).unwrap().1;
        let expected: f64 = probability.parse().unwrap();
        assert!((found - expected).abs() < within, "{line}: {found}");
        compared += 1;
    }
    compared
}

/// As printed in the vignette of the R package ptable 1.0.0, for D, V, js = 2, 1, 0; 2, 0.9, 0; 5, 3, 2.
#[test]
fn agrees_with_ptable() {
    assert_eq!(compare(include_str!("../../../tests/reference/ptable_vignette.csv"), 1e-6), 83);
}

/// The same programme solved by scipy: `tests/reference/ptable_reference.py`.
#[test]
fn agrees_with_a_general_solver() {
    assert_eq!(compare(include_str!("../../../tests/reference/ptable_scipy.csv"), 1e-6), 887);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn noise_is_bounded_unbiased_and_never_negative(
        bound in 1_u32..8, variance in 0.05_f64..12.0, js in 0_u32..4, counts in 0_u64..30,
    ) {
        let Ok(table) = PerturbationTable::new(bound, variance, js) else {
            let least = (1..=js).map(|count| count * (js + 1 - count)).max().unwrap_or(0);
            prop_assert!(js >= bound || variance <= f64::from(least) + 1e-3);
            return Ok(());
        };
        for row in &table.rows {
            let before = std::iter::once(0).chain(row.iter().map(|(_, upto)| *upto));
            let parts: Vec<(i64, i64)> = (row.iter().zip(before))
                .map(|(&(noise, upto), before)| (noise.into(), upto.checked_sub(before).unwrap().cast_signed()))
                .collect();
            prop_assert_eq!(parts.iter().map(|(_, parts)| parts).sum::<i64>(), 1 << 32);
            prop_assert_eq!(parts.iter().map(|(noise, parts)| noise * parts).sum::<i64>(), 0, "unbiased, exactly");
        }
        let (mut mean, mut square) = (0.0, 0.0);
        for (noise, probability) in table.distribution(counts) {
            let target = counts.cast_signed() + i64::from(noise);
            prop_assert!(noise.unsigned_abs() <= bound);
            prop_assert!(target == 0 || target > i64::from(js));
            prop_assert!(counts > 0 || target == 0);
            mean += f64::from(noise) * probability;
            square += f64::from(noise).powi(2) * probability;
        }
        prop_assert!(mean.abs() < 1e-12 && square < variance + 1e-6);
    }

    /// The noise looked up is distributed as the table says: over equally spaced keys exactly so.
    #[test]
    fn keys_find_every_noise_as_often_as_it_is_likely(count in 0_u64..12) {
        let table = PerturbationTable::new(4, 2.0, 1).unwrap();
        let keys = 1_u64 << 14;
        let mut found: BTreeMap<i32, f64> = BTreeMap::new();
        for step in 0..keys {
            let key = CellKey::default().and(CellKey::from_bits(step << 50));
            *found.entry(table.noise(count, key)).or_default() += 1.0 / 16_384.0;
        }
        for (noise, probability) in table.distribution(count) {
            let share = found.get(&noise).copied().unwrap_or(0.0);
            prop_assert!((share - probability).abs() <= 2.0 / 16_384.0);
        }
    }
}

#[test]
fn impossible_noise_is_refused() {
    let refused = |bound, variance, js| PerturbationTable::new(bound, variance, js).unwrap_err();
    assert_eq!(refused(0, 1.0, 0), PerturbationError::Bound(0));
    assert_eq!(refused(51, 1.0, 0), PerturbationError::Bound(51));
    assert_eq!(refused(2, 1.0, 2), PerturbationError::Blocked { js: 2, bound: 2 });
    assert_eq!(refused(2, f64::NAN, 0), PerturbationError::Variance);
    assert_eq!(refused(2, 0.0, 0), PerturbationError::Variance);
    // From 1 and 2 to 0 or 3 without bias takes a variance of 2.
    assert_eq!(refused(5, 2.0, 2), PerturbationError::VarianceTooSmall { js: 2, least: 2.0 });
}
