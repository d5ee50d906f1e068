//! The states of the identification of a victim.
//!
//! A PUA makes the preliminary identification. The formal one is made by others (*Linee guida* of
//! 7 October 2021): a formal state cannot be written down without saying who decided, and a PUA
//! is not among those who can.

use super::State;

/// Where the identification stands (code list `identification_status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentificationState {
    /// `NESSUNA`: none yet.
    None,
    /// `PREL_POS`: preliminary, positive.
    PreliminaryPositive,
    /// `PREL_NEG`: preliminary, negative.
    PreliminaryNegative,
    /// `INVIATA`: sent to those who decide.
    Referred,
    /// `RIFIUTATA`: declined by the person.
    Declined,
    /// `FORM_POS`: decided, a victim.
    FormalPositive(Decider),
    /// `FORM_NEG`: decided, not a victim.
    FormalNegative(Decider),
}

/// Who took a formal decision (code list `htcds_status_decider`). A PUA never does, so there is
/// no such decider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decider {
    /// `Police`.
    Police,
    /// `NGO`: an anti-trafficking body.
    AntiTraffickingBody,
    /// `CourtOrProsecution`.
    CourtOrProsecution,
    /// `NonPoliceGovernmentalOrganization`: another authority, for example a territorial commission.
    OtherAuthority,
    /// `Other`.
    Other,
}

/// A formal decision without anybody who took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a formal identification needs who decided, and a PUA does not")]
pub struct NobodyDecided;

impl IdentificationState {
    /// Every state, decided ones by this decider.
    #[must_use]
    pub const fn all(decider: Decider) -> [Self; 7] {
        [
            Self::None,
            Self::PreliminaryPositive,
            Self::PreliminaryNegative,
            Self::Referred,
            Self::Declined,
            Self::FormalPositive(decider),
            Self::FormalNegative(decider),
        ]
    }

    /// The state of a code; `None` if there is no such code.
    ///
    /// # Errors
    /// [`NobodyDecided`] for a formal state without a decider.
    pub fn from_code(code: &str, decider: Option<Decider>) -> Result<Option<Self>, NobodyDecided> {
        let state = Self::all(decider.unwrap_or(Decider::Other)).into_iter().find(|s| s.code() == code);
        match state {
            Some(Self::FormalPositive(_) | Self::FormalNegative(_)) if decider.is_none() => {
                Err(NobodyDecided)
            }
            state => Ok(state),
        }
    }
}

impl State for IdentificationState {
    fn code(self) -> &'static str {
        match self {
            Self::None => "NESSUNA",
            Self::PreliminaryPositive => "PREL_POS",
            Self::PreliminaryNegative => "PREL_NEG",
            Self::Referred => "INVIATA",
            Self::Declined => "RIFIUTATA",
            Self::FormalPositive(_) => "FORM_POS",
            Self::FormalNegative(_) => "FORM_NEG",
        }
    }

    fn may_begin(self) -> bool {
        self == Self::None
    }

    fn may_become(self, next: Self) -> bool {
        match self {
            Self::None => matches!(next, Self::PreliminaryPositive | Self::PreliminaryNegative),
            Self::PreliminaryPositive => matches!(next, Self::Referred | Self::Declined),
            Self::PreliminaryNegative => next == Self::PreliminaryPositive,
            Self::Referred => {
                matches!(next, Self::FormalPositive(_) | Self::FormalNegative(_) | Self::Declined)
            }
            Self::Declined => next == Self::Referred,
            Self::FormalPositive(_) | Self::FormalNegative(_) => false,
        }
    }
}

impl Decider {
    /// Every decider.
    pub const ALL: [Self; 5] = [
        Self::Police,
        Self::AntiTraffickingBody,
        Self::CourtOrProsecution,
        Self::OtherAuthority,
        Self::Other,
    ];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Police => "Police",
            Self::AntiTraffickingBody => "NGO",
            Self::CourtOrProsecution => "CourtOrProsecution",
            Self::OtherAuthority => "NonPoliceGovernmentalOrganization",
            Self::Other => "Other",
        }
    }

    /// The decider of this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decider| decider.code() == code)
    }
}
