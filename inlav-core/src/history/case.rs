//! The states of a case.

use super::State;

/// Where a case stands, from the report to the closure (code list `case_state`).
///
/// A closed case is never opened again: who comes back gets a new case, which names the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseState {
    /// `SEGNALATO`: reported by somebody, not yet met.
    Reported,
    /// `CONTATTATO`: met.
    Contacted,
    /// `VALUTAZIONE`: being assessed (preliminary identification).
    Assessment,
    /// `PRESO_IN_CARICO`: taken in charge.
    TakenInCharge,
    /// `PIANO_ATTIVO`: with an individual plan.
    PlanActive,
    /// `SOSPESO`: suspended.
    Suspended,
    /// `FOLLOW_UP`: the plan has ended, the person is followed.
    FollowUp,
    /// `CHIUSO`: closed.
    Closed,
}

impl CaseState {
    /// Every state, in the order of the road.
    pub const ALL: [Self; 8] = [
        Self::Reported,
        Self::Contacted,
        Self::Assessment,
        Self::TakenInCharge,
        Self::PlanActive,
        Self::Suspended,
        Self::FollowUp,
        Self::Closed,
    ];

    /// The state of this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The states that may follow this one.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Reported => &[Self::Contacted, Self::Closed],
            Self::Contacted => &[Self::Assessment, Self::Closed],
            Self::Assessment => &[Self::TakenInCharge, Self::Closed],
            Self::TakenInCharge => &[Self::PlanActive, Self::Suspended, Self::Closed],
            Self::PlanActive => &[Self::Suspended, Self::FollowUp, Self::Closed],
            Self::Suspended => &[Self::PlanActive, Self::TakenInCharge, Self::Closed],
            Self::FollowUp => &[Self::PlanActive, Self::Closed],
            Self::Closed => &[],
        }
    }
}

impl State for CaseState {
    fn code(self) -> &'static str {
        match self {
            Self::Reported => "SEGNALATO",
            Self::Contacted => "CONTATTATO",
            Self::Assessment => "VALUTAZIONE",
            Self::TakenInCharge => "PRESO_IN_CARICO",
            Self::PlanActive => "PIANO_ATTIVO",
            Self::Suspended => "SOSPESO",
            Self::FollowUp => "FOLLOW_UP",
            Self::Closed => "CHIUSO",
        }
    }

    fn may_begin(self) -> bool {
        matches!(self, Self::Reported | Self::Contacted)
    }

    fn may_become(self, next: Self) -> bool {
        self.next().contains(&next)
    }
}
