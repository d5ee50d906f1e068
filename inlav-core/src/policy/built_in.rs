//! The three built-in policies, made from the registry's privacy classes.

use super::{Action, Exclude, Minors, Policy, needed};
use crate::identifiers::IdType;
use crate::registry::{self, Column, Kind, PrivacyClass, Table};

/// What an extract is for. Each purpose has pseudonyms of its own: extracts of different purposes
/// cannot be joined (GDPR 5(1)(b)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The PUA looks at its own work. Nothing is linked across PUA.
    Care,
    /// The programme reports what was done: only what its indicators read.
    Monitoring,
    /// The university studies what the programme achieves.
    Evaluation,
}

/// A text that names no built-in policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are policies for care, monitoring and evaluation")]
pub struct UnknownPurpose;

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::Care, Self::Monitoring, Self::Evaluation];

    /// The name, in policies and in derived keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Care => "care",
            Self::Monitoring => "monitoring",
            Self::Evaluation => "evaluation",
        }
    }

    /// The built-in policy.
    #[must_use]
    pub fn policy(self) -> Policy {
        let rules = |table: &'static Table| {
            let rule = |column: &'static Column| (column.name.to_owned(), self.actions(table, column));
            (table.name.to_owned(), table.columns.iter().map(rule).collect())
        };
        Policy {
            version: 1,
            purpose: self.name().to_owned(),
            legal_basis: self.legal_basis().to_owned(),
            retention_months: match self {
                Self::Care => 24,
                Self::Monitoring => 36,
                Self::Evaluation => 60,
            },
            exclude: Exclude {
                consent_withdrawn: vec![self.consent().to_owned()],
                minors: Minors::Excluded(self != Self::Care),
            },
            tables: registry::tables().iter().map(rules).collect(),
        }
    }

    const fn legal_basis(self) -> &'static str {
        match self {
            Self::Care => "GDPR 6(1)(e), 9(2)(g), 9(2)(h); L. 328/2000; D.Lgs. 196/2003 art. 2-sexies",
            Self::Monitoring => "GDPR 6(1)(e), 9(2)(g); D.Lgs. 196/2003 art. 2-sexies",
            Self::Evaluation => "GDPR 6(1)(e), 9(2)(g), 9(2)(j), 89; D.Lgs. 196/2003 art. 2-sexies",
        }
    }

    /// The consent without which a person is left out: the one that was asked for this use.
    const fn consent(self) -> &'static str {
        match self {
            Self::Care => "PRESA",
            Self::Monitoring | Self::Evaluation => "RICERCA",
        }
    }

    fn actions(self, table: &'static Table, column: &'static Column) -> Vec<Action> {
        let default = column.default_actions.to_vec();
        match self {
            Self::Evaluation => default,
            Self::Monitoring => {
                let stays = |action: &Action| matches!(action, Action::Seal | Action::Token);
                let leaves = |action: &Action| {
                    let made = action.extract_column(column);
                    made.is_some_and(|made| {
                        needed::needed_columns(table).any(|needed| needed.name == made.name)
                    })
                };
                or_drop(default.into_iter().filter(|action| stays(action) || leaves(action)).collect())
            }
            Self::Care => {
                let harmless = matches!(
                    column.privacy,
                    PrivacyClass::Quasi | PrivacyClass::Sensitive | PrivacyClass::Ordinary
                );
                // A municipality is too small a place also at the PUA's own desk.
                let own = harmless && !matches!(column.kind, Kind::Municipality | Kind::Site);
                if default == [Action::Drop] && own && Action::Keep.check(table, column).is_ok() {
                    return vec![Action::Keep];
                }
                if column.kind == Kind::Reference(IdType::Operator) {
                    return vec![Action::Pseudonym];
                }
                or_drop(default.into_iter().filter(|action| *action != Action::Token).collect())
            }
        }
    }
}

fn or_drop(actions: Vec<Action>) -> Vec<Action> {
    if actions.is_empty() { vec![Action::Drop] } else { actions }
}

impl std::str::FromStr for Purpose {
    type Err = UnknownPurpose;

    fn from_str(text: &str) -> Result<Self, UnknownPurpose> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == text).ok_or(UnknownPurpose)
    }
}

impl Policy {
    /// The built-in policy for evaluation.
    #[must_use]
    pub fn evaluation() -> Self {
        Purpose::Evaluation.policy()
    }
}
