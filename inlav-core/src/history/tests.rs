use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::codes::CodeList;

const DECIDER: Decider = Decider::CourtOrProsecution;

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(number)
}

/// The steps of a transition table: (from, to), alternatives of one line apart, no `from` where a
/// history begins.
fn published(table: &str) -> BTreeSet<(Option<String>, String)> {
    let mut steps = BTreeSet::new();
    for record in csv::Reader::from_reader(table.as_bytes()).into_records() {
        let record = record.unwrap();
        let from = (&record[0] != "(nuovo)").then(|| record[0].to_owned());
        // What follows a closed case is another case.
        for to in record[1].split('|').filter(|to| *to != "(nuovo)") {
            steps.insert((from.clone(), to.to_owned()));
        }
    }
    steps
}

fn allowed<S: State>(states: &[S]) -> BTreeSet<(Option<String>, String)> {
    let begin = states.iter().filter(|state| state.may_begin()).map(|state| (None, state.code().to_owned()));
    let follow = states.iter().flat_map(|from| {
        let next = states.iter().filter(|to| from.may_become(**to));
        next.map(|to| (Some(from.code().to_owned()), to.code().to_owned()))
    });
    begin.chain(follow).collect()
}

#[test]
fn the_model_is_the_published_one() {
    assert_eq!(allowed(&CaseState::ALL), published(include_str!("../../data/case_transitions.csv")));

    let identification = allowed(&IdentificationState::all(DECIDER));
    let mut expected = published(include_str!("../../data/identification_transitions.csv"));
    expected.insert((None, "NESSUNA".to_owned()));
    assert_eq!(identification, expected);
}

#[test]
fn the_states_are_the_codes_of_their_lists() {
    let list = |name| CodeList::named(name).unwrap().codes().iter().map(|c| c.code.as_str()).collect();
    let codes: BTreeSet<&str> = list("case_state");
    assert_eq!(codes, CaseState::ALL.iter().map(|state| state.code()).collect());
    let codes: BTreeSet<&str> = list("identification_status");
    assert_eq!(codes, IdentificationState::all(DECIDER).iter().map(|state| state.code()).collect());
    let codes: BTreeSet<&str> = list("htcds_status_decider");
    assert_eq!(codes, Decider::ALL.iter().map(|decider| decider.code()).collect());

    for state in CaseState::ALL {
        assert_eq!(CaseState::from_code(state.code()), Some(state));
    }
    for decider in Decider::ALL {
        assert_eq!(Decider::from_code(decider.code()), Some(decider));
        for state in IdentificationState::all(decider) {
            assert_eq!(IdentificationState::from_code(state.code(), Some(decider)), Ok(Some(state)));
        }
    }
}

#[test]
fn a_formal_identification_needs_somebody_who_decided() {
    assert_eq!(IdentificationState::from_code("FORM_POS", None), Err(NobodyDecided));
    assert_eq!(IdentificationState::from_code("FORM_NEG", None), Err(NobodyDecided));
    assert_eq!(IdentificationState::from_code("PREL_POS", None).unwrap().unwrap().code(), "PREL_POS");
    assert_eq!(IdentificationState::from_code("PUA", None), Ok(None));
    assert_eq!(Decider::from_code("PUA"), None);
}

#[test]
fn the_offending_step_is_named() {
    use CaseState::{Assessment, Closed, Contacted, PlanActive, Reported, TakenInCharge};

    let read = |states: &[CaseState]| History::read(states.iter().copied().zip((0..).map(day)));
    assert_eq!(read(&[]), Err(IllegalStep::Nothing));
    assert_eq!(read(&[Assessment]), Err(IllegalStep::Beginning { state: Assessment }));
    let skipped = read(&[Reported, Contacted, TakenInCharge]).unwrap_err();
    assert_eq!(skipped, IllegalStep::Transition { step: 3, from: Contacted, to: TakenInCharge });
    assert_eq!(skipped.to_string(), "step 3: PRESO_IN_CARICO cannot follow CONTATTATO");
    let reopened = read(&[Reported, Closed, Contacted]).unwrap_err();
    assert_eq!(reopened.step(), 3);

    let backwards = [(Contacted, day(5)), (Assessment, day(4))];
    assert_eq!(History::read(backwards), Err(IllegalStep::Order { step: 2, state: Assessment }));
    let one_day = [Contacted, Assessment, TakenInCharge, PlanActive].map(|state| (state, day(5)));
    assert_eq!(History::read(one_day).unwrap().state(), PlanActive);
}

proptest! {
    /// Whatever is tried, what comes out is a walk through the published table in order of days.
    #[test]
    fn no_illegal_history_can_be_made(tried in prop::collection::vec((0..8_usize, 0..5_u64), 0..12)) {
        let table = published(include_str!("../../data/case_transitions.csv"));
        let mut history: Option<History<CaseState>> = None;
        for (index, number) in tried {
            let (state, on) = (CaseState::ALL[index], day(number));
            let next = match history.clone() {
                None => History::begin(state, on),
                Some(history) => history.then(state, on),
            };
            history = next.ok().or(history);
        }
        let steps: Vec<_> = history.iter().flat_map(History::steps).collect();
        let mut before: Option<Step<CaseState>> = None;
        for step in steps {
            let from = before.map(|before| before.state.code().to_owned());
            prop_assert!(table.contains(&(from, step.state.code().to_owned())));
            prop_assert!(before.is_none_or(|before| before.on <= step.on));
            before = Some(step);
        }
    }
}
