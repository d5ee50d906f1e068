//! The same records get the same noise, wherever they are counted.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::super::{PerturbationKey, RecordKey};
use super::*;
use crate::{Dimension, Row};

fn side(name: &str, codes: &[&str]) -> Dimension {
    Dimension::flat(name, codes.iter().copied()).unwrap()
}

/// Persons by their pseudonym, each with a sex (0, 1) and an area (0 to 2).
type People = BTreeMap<u64, (usize, usize)>;

fn keyed(key: &PerturbationKey, unit: u64, leaves: Vec<usize>) -> (Row, RecordKey) {
    (Row { unit, person: unit, leaves }, key.record_key("person", &unit.to_be_bytes()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_same_question_gets_the_same_answer(
        people in vec((any::<u64>(), (0_usize..2, 0_usize..3)), 0..60),
        secret in any::<[u8; 32]>(),
        js in 0_u32..3,
    ) {
        let people: People = people.into_iter().collect();
        let key = PerturbationKey::new(&secret);
        let noise = PerturbationTable::new(4, 3.0, js).unwrap();
        let sex = || side("sex", &["F", "M"]);
        let area = || side("area", &["N", "S", "W"]);
        let forth = people.iter().map(|(&who, at)| keyed(&key, who, vec![at.0 + 1, at.1 + 1]));
        let (forth, _) = perturb(
            &KeyedTable::tally("a", "person", vec![sex(), area()], forth, |_| true).unwrap(), &noise,
        );
        // Dimensions and categories in another order, rows from the last to the first.
        let back = people.iter().rev().map(|(&who, at)| keyed(&key, who, vec![3 - at.1, at.0 + 1]));
        let sides = vec![side("area", &["W", "S", "N"]), sex()];
        let (back, _) = perturb(&KeyedTable::tally("b", "person", sides, back, |_| true).unwrap(), &noise);
        // Only men, filtered beforehand, in a table of one dimension.
        let men = people.iter().filter(|(_, at)| at.0 == 1).map(|(&who, at)| keyed(&key, who, vec![at.1 + 1]));
        let (men, _) = perturb(&KeyedTable::tally("c", "person", vec![area()], men, |_| true).unwrap(), &noise);
        let value = |table: &NoisyTable, at: &[usize]| table.cell(at).unwrap().value;
        for sex in 0..=2 {
            for area in 0..=3 {
                let turned = if area == 0 { 0 } else { 4 - area };
                prop_assert_eq!(value(&forth, &[sex, area]), value(&back, &[turned, sex]));
                if sex == 2 {
                    prop_assert_eq!(value(&forth, &[2, area]), value(&men, &[area]));
                }
            }
        }
    }

    #[test]
    fn noise_stays_within_what_the_table_says(
        people in vec((any::<u64>(), (0_usize..2, 0_usize..3)), 0..80), js in 0_u32..3,
    ) {
        let people: People = people.into_iter().collect();
        let key = PerturbationKey::new(&[9; 32]);
        let noise = PerturbationTable::new(4, 3.0, js).unwrap();
        let rows = people.iter().map(|(&who, at)| keyed(&key, who, vec![at.0 + 1, at.1 + 1]));
        let sides = vec![side("sex", &["F", "M"]), side("area", &["N", "S", "W"])];
        let table = KeyedTable::tally("a", "person", sides, rows, |_| true).unwrap();
        let (noisy, loss) = perturb(&table, &noise);
        for (noisy, cell) in noisy.cells().iter().zip(table.table().cells()) {
            prop_assert!(noisy.lower <= cell.count && cell.count <= noisy.upper);
            prop_assert!(noisy.value.abs_diff(cell.count) <= 4);
            prop_assert!(noisy.value == 0 || noisy.value > js.into());
            prop_assert!(cell.count > 0 || noisy.value == 0);
            prop_assert!(noisy.value == 0 || noisy.lower > 0, "zero stays zero");
        }
        prop_assert!(loss.largest_error <= 4 && loss.mean_absolute_error <= 4.0);
    }
}

/// Over many groups the noise is as the perturbation table says: keys of sums are uniform.
#[test]
fn noise_over_many_groups_is_unbiased_and_of_the_variance_asked_for() {
    let key = PerturbationKey::new(&[1; 32]);
    let noise = PerturbationTable::new(5, 2.0, 0).unwrap();
    let groups = 2_000_u32;
    let codes: Vec<String> = (0..groups).map(|group| group.to_string()).collect();
    let rows =
        (0..groups * 7).map(|who| keyed(&key, who.into(), vec![usize::try_from(who % groups).unwrap() + 1]));
    let side = Dimension::flat("group", codes).unwrap();
    let (noisy, loss) =
        perturb(&KeyedTable::tally("t", "person", vec![side], rows, |_| true).unwrap(), &noise);
    let errors: Vec<f64> = (noisy.cells().iter().skip(1))
        .map(|cell| f64::from(u32::try_from(cell.value).unwrap()) - 7.0)
        .collect();
    let mean: f64 = errors.iter().sum::<f64>() / f64::from(groups);
    let square: f64 = errors.iter().map(|error| error * error).sum::<f64>() / f64::from(groups);
    // Four standard errors.
    assert!(mean.abs() < 4.0 * (2.0 / f64::from(groups)).sqrt(), "{mean}");
    assert!((square - 2.0).abs() < 0.3, "{square}");
    assert!(loss.largest_error <= 5);
}

#[test]
fn another_key_is_another_noise() {
    let noise = PerturbationTable::new(5, 4.0, 0).unwrap();
    let cells = |secret: u8| {
        let key = PerturbationKey::new(&[secret; 32]);
        let rows = (0..300).map(|who| keyed(&key, who, vec![usize::try_from(who % 10).unwrap() + 1]));
        let side = Dimension::flat("group", (0..10).map(|group| group.to_string())).unwrap();
        perturb(&KeyedTable::tally("t", "person", vec![side], rows, |_| true).unwrap(), &noise).0
    };
    assert_eq!(cells(1), cells(1));
    assert_ne!(cells(1), cells(2));
}
