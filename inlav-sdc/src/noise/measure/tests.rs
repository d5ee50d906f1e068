//! Differential privacy from rows to a published table.

use proptest::collection::vec;
use proptest::prelude::{
    Just, ProptestConfig, Strategy as _, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;

use super::super::super::testing::{funnel, random_rows};
use super::super::{Budget, Decision, Flow, Question, Rho, Shares};
use super::*;
use crate::{Dimension, Node, Released};

const MONTH: Flow = Flow { after: None, until: 30 };

fn flat(name: &str, leaves: usize) -> Dimension {
    Dimension::flat(name, (0..leaves).map(|leaf| leaf.to_string())).unwrap()
}

fn area() -> Dimension {
    let parents = [None, Some(0), Some(0), Some(1), Some(1), Some(1)];
    let node = |(at, parent): (usize, Option<usize>)| Node { code: at.to_string(), parent };
    Dimension::tree("area", parents.into_iter().enumerate().map(node).collect()).unwrap()
}

fn tally(dimensions: Vec<Dimension>, persons: u64, seed: u64) -> BoundedTable {
    let rows = random_rows(&dimensions, persons, seed).into_iter().map(|row| (7, row));
    BoundedTable::tally("t", "person", dimensions, rows, |_| true, MONTH, 1).unwrap()
}

fn permit(table: &BoundedTable, rho: &str) -> Permit {
    let question = Question::new(table, "", rho.parse().unwrap(), Shares::Equal).unwrap();
    let Ok(Decision::Charged(_, permit)) = Budget::new("1000".parse().unwrap()).charge(&question) else {
        panic!("a new budget of 1000 pays")
    };
    permit
}

fn ask(table: &BoundedTable, rho: &str, seed: u64) -> (NoisyTable, Loss) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    measure(table, "", permit(table, rho), Confidence::NINETY_FIVE, &mut rng).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    /// Up to four dimensions, flat, hierarchical and chains, small and large losses.
    #[test]
    fn margins_add_up_and_counts_are_whole(
        dimensions in vec(
            prop_oneof![
                (1_usize..5).prop_map(|leaves| flat("d", leaves)), Just(area()), Just(funnel(3)),
            ],
            1..5,
        ),
        persons in 0_u64..300,
        rho in prop_oneof![Just("0.0005"), Just("0.1"), Just("20")],
        seed in any::<u64>(),
    ) {
        let table = tally(dimensions, persons, seed);
        let (noisy, _) = ask(&table, rho, seed);
        prop_assert_eq!(noisy.cells().len(), table.full().size());
        for (parent, children) in table.full().equations() {
            let sum: u64 = children.iter().map(|&child| noisy.cells()[child].value).sum();
            prop_assert_eq!(noisy.cells()[parent].value, sum);
        }
        for cell in noisy.cells() {
            prop_assert!(cell.lower <= cell.value && cell.value <= cell.upper);
        }
    }
}

/// Each margin is k-sensitive in the Euclidean norm, so its loss is k² / 2σ².
#[test]
fn the_losses_of_the_margins_do_not_exceed_the_whole() {
    let table = tally(vec![flat("a", 3), area()], 10, 1);
    for (rho, most) in [("0.1", 1_u32), ("0.123456789", 3), ("2", 7)] {
        let whole: Rho = rho.parse().unwrap();
        let shares = Shares::Weighted(vec![(vec![1, 2], 5), (vec![0, 0], 3), (vec![1, 0], 1)]);
        for shares in [Shares::Equal, shares] {
            let margins = Margins::new(table.bounded(), most, whole, &shares).unwrap();
            let losses =
                margins.margins.iter().map(|margin| f64::from(most * most) / 2.0 / margin.noise.variance());
            let sum: f64 = losses.sum();
            assert!(sum <= whole.as_f64() * (1.0 + 1e-12), "{rho}");
            assert!(sum > whole.as_f64() - 1e-7, "what is charged is used");
        }
    }
}

/// What one person can do to one margin: k units more in one cell, or spread over several. The Rényi
/// divergence of the two distributions, summed up by hand, is at most α times the margin's share.
#[test]
fn one_person_costs_no_more_than_the_share() {
    let table = tally(vec![flat("a", 3)], 10, 1);
    let shares = Shares::Weighted(vec![(vec![1], 1)]);
    for (rho, most) in [("0.5", 1_u32), ("0.03", 1), ("2", 3)] {
        let rho: Rho = rho.parse().unwrap();
        let margins = Margins::new(table.bounded(), most, rho, &shares).unwrap();
        let sigma2 = margins.margins[0].noise.variance();
        let exponent = |x: f64| -x * x / (2.0 * sigma2);
        let all: f64 = (-400..=400).map(|x| exponent(x.into()).exp()).sum();
        let divergence = |shift: u32, order: f64| {
            let term = |x: i32| {
                let (with, without) = (exponent(f64::from(x) - f64::from(shift)), exponent(x.into()));
                (order * with + (1.0 - order) * without).exp() / all
            };
            (-250..=250).map(term).sum::<f64>().ln() / (order - 1.0)
        };
        for order in [1.01, 1.5, 2.0, 4.0] {
            let in_one = divergence(most, order);
            assert!(in_one <= order * rho.as_f64() * (1.0 + 1e-9), "{rho} {order}");
            // No less either: the budget buys as little noise as it can.
            assert!(in_one > order * rho.as_f64() * 0.999, "{rho} {order}");
            let spread = f64::from(most) * divergence(1, order);
            assert!(spread <= in_one * (1.0 + 1e-9));
        }
    }
}

/// The estimate is unbiased and its variance is the one that the limits are made of; the limits
/// hold the true count as often as they say.
#[test]
fn the_limits_hold_as_often_as_they_say() {
    let table = tally(vec![flat("site", 6), flat("sector", 4)], 400, 9);
    let truth: Vec<f64> =
        table.bounded().cells().iter().map(|cell| u32::try_from(cell.count).unwrap().into()).collect();
    let margins = Margins::new(table.bounded(), 1, "0.05".parse().unwrap(), &Shares::Equal).unwrap();
    let variances = variances(table.bounded(), &margins);
    let rounds = 300_u32;
    let mut rng = ChaCha20Rng::seed_from_u64(11);
    let (mut sum, mut squares, mut held) = (vec![0.0; truth.len()], vec![0.0; truth.len()], 0.0);
    for _ in 0..rounds {
        let found = estimate(&margins, &with_noise(table.bounded(), &margins, &mut rng));
        for (at, estimate) in totals(table.bounded(), &margins, &found).into_iter().enumerate() {
            let error = estimate - truth[at];
            sum[at] += error;
            squares[at] += error * error;
            held += f64::from(u8::from(error.abs() <= Confidence::NINETY_FIVE.z() * variances[at].sqrt()));
        }
    }
    let rounds = f64::from(rounds);
    let cells = f64::from(u32::try_from(truth.len()).unwrap());
    for at in 0..truth.len() {
        let deviation = (variances[at] / rounds).sqrt();
        assert!((sum[at] / rounds).abs() < 4.0 * deviation, "cell {at} is biased");
        // Standard error of a variance from 300 draws: 8 %.
        assert!((squares[at] / rounds / variances[at] - 1.0).abs() < 0.35, "cell {at}");
    }
    let coverage = held / rounds / cells;
    assert!((0.94..0.96).contains(&coverage), "{coverage}");
    // As published, to whole numbers, from 0 up and holding the published count: no less often.
    let mut held = 0_u32;
    for seed in 0..60 {
        let (noisy, _) = ask(&table, "0.05", seed);
        let cells = noisy.cells().iter().zip(table.bounded().cells());
        let holds = cells.filter(|(noisy, cell)| noisy.lower <= cell.count && cell.count <= noisy.upper);
        held += u32::try_from(holds.count()).unwrap();
    }
    let coverage = f64::from(held) / 60.0 / cells;
    assert!((0.945..0.995).contains(&coverage), "{coverage}");
}

#[test]
fn a_large_loss_gives_the_true_table_and_a_small_one_does_not() {
    let table = tally(vec![flat("site", 6), flat("sector", 4)], 400, 2);
    let (exact, loss) = ask(&table, "1000", 1);
    assert_eq!(loss, Loss { mean_absolute_error: 0.0, largest_error: 0 });
    assert_eq!(exact.cell(&[0, 0]).unwrap().value, 400);
    let question = Question::new(&table, "", "0.01".parse().unwrap(), Shares::Equal).unwrap();
    let expected = question.expected_error(&table).unwrap();
    assert!(5.0 < expected && expected < 20.0, "{expected}");
    let (_, loss) = ask(&table, "0.01", 1);
    assert!(loss.mean_absolute_error > 2.0 && loss.largest_error > 4);
}

#[test]
fn equal_seeds_give_equal_tables() {
    let table = tally(vec![flat("site", 6), area()], 200, 2);
    assert_eq!(ask(&table, "0.5", 5).0, ask(&table, "0.5", 5).0);
    assert_ne!(ask(&table, "0.5", 5).0.digest(), ask(&table, "0.5", 6).0.digest());
}

#[test]
fn a_permit_is_for_its_own_question() {
    let table = tally(vec![flat("site", 6)], 200, 2);
    let other = tally(vec![flat("site", 7)], 200, 2);
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let refused = MeasureError::AnotherQuestion { table: "t".to_owned() };
    let level = Confidence::NINETY_FIVE;
    assert_eq!(measure(&other, "", permit(&table, "1"), level, &mut rng).unwrap_err(), refused);
    assert_eq!(measure(&table, "women", permit(&table, "1"), level, &mut rng).unwrap_err(), refused);
    assert!(measure(&table, "", permit(&table, "1"), level, &mut rng).is_ok());
}

#[test]
fn only_displayed_cells_go_out_and_no_loss() {
    let sides = vec![flat("site", 3), flat("outcome", 2)];
    let rows = random_rows(&sides, 50, 4).into_iter().map(|row| (7, row));
    let table = BoundedTable::tally("t", "person", sides, rows, |at| at[1] != 2, MONTH, 1).unwrap();
    let (noisy, _) = ask(&table, "1", 3);
    assert_eq!(noisy.cells().len(), 4 * 2);
    assert!(noisy.cell(&[1, 2]).is_none() && noisy.cell(&[1, 1]).is_some());
    let released = Released::from(noisy);
    let text = serde_json::to_string(&released).unwrap();
    assert!(text.contains(r#""guarantee":{"dp":{"rho":"1","most_units":1,"confidence":0.95,"flow":{"after":null,"until":30}}}"#), "{text}");
    assert!(!text.contains("error"));
}
