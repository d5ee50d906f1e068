//! R06: the steps of a case.

use inlav_core::history::{CaseState, History};
use inlav_core::registry::{case, case_transition};

use super::super::findings::Findings;
use super::super::register::{Case, Register, Step};
use super::super::row::CheckedRow;
use inlav_core::rule::Rule;

pub(super) fn row(row: &CheckedRow<'_>, register: &mut Register) {
    let Some(case) = register.case_of(row) else { return };
    let state = |column| row.code(column).and_then(CaseState::from_code);
    if let (Some(to), Some(on)) = (state(&case_transition::TO_STATE), row.date(&case_transition::ON)) {
        case.steps.push(Step { row: row.number, from: state(&case_transition::FROM_STATE), to, on });
    }
}

pub(super) fn end(register: &Register, findings: &mut Findings) {
    for found in &register.cases {
        match broken_history(found) {
            Some(Broken::Step(row)) => {
                findings.at(&case_transition::TABLE, None, Rule::IllegalStep, row);
            }
            Some(Broken::End) => {
                findings.at(&case::TABLE, Some(&case::STATE), Rule::StateNotReached, found.row)
            }
            None => {}
        }
    }
}

/// What is wrong with a history.
#[derive(Debug, PartialEq, Eq)]
enum Broken {
    /// The step of this row cannot be.
    Step(u64),
    /// The steps lead to another state than the case has.
    End,
}

/// R06: the steps are a path of the state machine, each begins where the one before it ended, and
/// they lead to the state of the case. Steps of one day may stand in any order: they are taken in
/// the one in which each follows from another.
fn broken_history(case: &Case) -> Option<Broken> {
    let mut left: Vec<&Step> = case.steps.iter().collect();
    left.sort_by_key(|step| (step.on, step.row));
    let mut history: Option<History<CaseState>> = None;
    while let Some(first) = left.first() {
        let reached = history.as_ref().map(History::state);
        let same_day = left.iter().take_while(|step| step.on == first.on);
        let next = same_day.enumerate().find(|(_, step)| step.from == reached).map_or(0, |(index, _)| index);
        let step = left.remove(next);
        let longer = match history {
            None => History::begin(step.to, step.on),
            Some(history) => history.then(step.to, step.on),
        };
        if step.from != reached || longer.is_err() {
            return Some(Broken::Step(step.row));
        }
        history = longer.ok();
    }
    let reached = history.map(|history| history.state());
    (reached.is_some() && case.state.is_some() && case.state != reached).then_some(Broken::End)
}
