//! Budgets: charged once, refused when spent, checked when read.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;

use super::super::super::testing::random_rows;
use super::super::{Shares, measure};
use super::*;
use crate::{BoundedTable, Dimension};
use inlav_statistics::Confidence;

const FIRST: Flow = Flow { after: None, until: 30 };
const SECOND: Flow = Flow { after: Some(30), until: 60 };

fn side(name: &str, codes: &[&str]) -> Dimension {
    Dimension::flat(name, codes.iter().copied()).unwrap()
}

fn table(sides: Vec<Dimension>, flow: Flow) -> BoundedTable {
    let rows = random_rows(&sides, 100, 1).into_iter().map(|row| (flow.until, row));
    BoundedTable::tally("arrivals", "person", sides, rows, |_| true, flow, 1).unwrap()
}

fn sex_by_area(flow: Flow) -> BoundedTable {
    table(vec![side("sex", &["F", "M"]), side("area", &["N", "S"])], flow)
}

fn ask(table: &BoundedTable, rho: &str) -> Question {
    Question::new(table, "", rho.parse().unwrap(), Shares::Equal).unwrap()
}

fn about(flow: Flow, rho: &str) -> Question {
    ask(&sex_by_area(flow), rho)
}

fn charged(budget: &Budget, question: &Question) -> (Budget, Permit) {
    match budget.charge(question) {
        Ok(Decision::Charged(budget, permit)) => (budget, permit),
        other => panic!("not charged: {other:?}"),
    }
}

fn budget(total: &str) -> Budget {
    Budget::new(total.parse().unwrap())
}

#[test]
fn a_spent_budget_refuses() {
    let (spent, _) = charged(&budget("1"), &about(FIRST, "0.6"));
    assert_eq!((spent.spent().to_string(), spent.left().to_string()), ("0.6".to_owned(), "0.4".to_owned()));
    let dear = spent.charge(&about(SECOND, "0.400000001")).unwrap_err();
    assert_eq!(
        dear.to_string(),
        "the privacy budget is spent: 0.4 is left of 1, the question costs 0.400000001"
    );
    let (spent, _) = charged(&spent, &about(SECOND, "0.4"));
    assert_eq!(spent.left(), Rho::ZERO);
    let third = Flow { after: Some(60), until: 90 };
    assert!(matches!(spent.charge(&about(third, "0.00001")), Err(BudgetError::Spent { .. })));
}

#[test]
fn the_same_question_is_charged_once_however_it_is_written() {
    let table = sex_by_area(FIRST);
    let question = about(FIRST, "0.5");
    let (open, permit) = charged(&budget("1"), &question);
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let (noisy, _) = measure(&table, "", permit, Confidence::NINETY_FIVE, &mut rng).unwrap();
    let answered = open.answered(&question, &noisy).unwrap();
    // The other way round, sides and categories.
    let turned = self::table(vec![side("area", &["S", "N"]), side("sex", &["M", "F"])], FIRST);
    match answered.charge(&ask(&turned, "0.5")).unwrap() {
        Decision::Answered(answer) => assert_eq!(answer, noisy.digest()),
        Decision::Charged(..) => panic!("charged again"),
    }
    assert_eq!(answered.spent().to_string(), "0.5");
    assert_eq!(answered.answered(&question, &noisy).unwrap_err(), BudgetError::NotAsked);
    assert_eq!(answered.answered(&about(SECOND, "0.5"), &noisy).unwrap_err(), BudgetError::NotAsked);
}

#[test]
fn other_questions_have_other_fingerprints() {
    let table = sex_by_area(FIRST);
    let rho = || "0.5".parse().unwrap();
    let finest =
        |weights: [u32; 2]| Shares::Weighted(vec![(vec![1, 1], weights[0]), (vec![1, 0], weights[1])]);
    let ids: std::collections::BTreeSet<String> = [
        about(FIRST, "0.5"),
        about(SECOND, "0.5"),
        about(FIRST, "0.6"),
        Question::new(&table, "women", rho(), Shares::Equal).unwrap(),
        Question::new(&table, "", rho(), finest([1, 1])).unwrap(),
        Question::new(&table, "", rho(), finest([1, 2])).unwrap(),
        ask(&self::table(vec![side("sex", &["F", "M", "X"]), side("area", &["N", "S"])], FIRST), "0.5"),
        ask(&self::table(vec![side("sexarea", &["F", "M"]), side("", &["N", "S"])], FIRST), "0.5"),
    ]
    .iter()
    .map(|question| question.id().to_string())
    .collect();
    assert_eq!(ids.len(), 8);
    // Weights are turned with their sides.
    let turned = self::table(vec![side("area", &["N", "S"]), side("sex", &["F", "M"])], FIRST);
    let back = Shares::Weighted(vec![(vec![0, 1], 2), (vec![1, 1], 1)]);
    assert_eq!(
        Question::new(&turned, "", rho(), back).unwrap().id(),
        Question::new(&table, "", rho(), finest([1, 2])).unwrap().id(),
    );
}

#[test]
fn flows_follow_one_another() {
    let refused =
        |budget: &Budget, after, until| budget.charge(&about(Flow { after, until }, "0.1")).unwrap_err();
    let (first, _) = charged(&budget("1"), &about(FIRST, "0.1"));
    assert_eq!(refused(&first, None, 60), BudgetError::NotTheNextFlow, "a stock");
    assert_eq!(refused(&first, Some(20), 60), BudgetError::NotTheNextFlow, "overlaps");
    assert_eq!(refused(&first, Some(31), 60), BudgetError::NotTheNextFlow, "leaves a day out");
    assert_eq!(refused(&first, Some(30), 30), BudgetError::EmptyFlow);
    assert_eq!(
        refused(&budget("1"), Some(30), 60),
        BudgetError::NotTheNextFlow,
        "the first takes everything"
    );
    let (second, _) = charged(&first, &about(SECOND, "0.1"));
    // The first was never answered: it is paid again, and the third still follows the second.
    let (again, _) = charged(&second, &about(FIRST, "0.1"));
    assert_eq!(again.spent().to_string(), "0.3");
    charged(&again, &about(Flow { after: Some(60), until: 90 }, "0.1"));
    assert!(FIRST.holds(-4) && FIRST.holds(30) && !FIRST.holds(31));
    assert!(!SECOND.holds(30) && SECOND.holds(31) && SECOND.holds(60) && !SECOND.holds(61));
}

#[test]
fn a_budget_read_back_is_checked() {
    let (first, _) = charged(&budget("1"), &about(FIRST, "0.6"));
    let (both, _) = charged(&first, &about(SECOND, "0.25"));
    let text = serde_json::to_string(&both).unwrap();
    assert_eq!(serde_json::from_str::<Budget>(&text).unwrap(), both);
    for (from, to) in [
        (r#""total":"1""#, r#""total":"0.8""#),
        (r#""rho":"0.25""#, r#""rho":"0.5""#),
        (r#""rho":"0.25""#, r#""rho":"0""#),
        (r#""rho":"0.25""#, r#""rho":"-0.25""#),
        (r#""after":30"#, r#""after":29"#),
        (r#""version":1"#, r#""version":2"#),
        (r#""version":1"#, r#""version":1,"more":0"#),
    ] {
        assert!(text.contains(from));
        assert!(serde_json::from_str::<Budget>(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
}
