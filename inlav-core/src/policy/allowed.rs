//! Which action may be done with which column, and why not.

use super::action::{Action, Generalisation};
use super::column::kept_type;
use super::error::PolicyError;
use super::reason::{self, Reason};
use crate::codes::CodeLists;
use crate::identifiers::IdType;
use crate::programme::AMBITO_OF_MUNICIPALITY;
use crate::registry::{self, Column, Kind, PrivacyClass, Table};

/// The list of countries, of which areas are made.
const COUNTRY: &str = "country";
/// Stands for all codes that a recoding does not name.
pub(super) const ANY_OTHER: &str = "*";

impl Action {
    /// Checks that the action and its parameter fit a column.
    ///
    /// # Errors
    /// [`PolicyError::Forbidden`] with the reason.
    pub(super) fn check(&self, table: &'static Table, column: &'static Column) -> Result<(), PolicyError> {
        self.fits(table, column)?;
        refuse(table, column, self, self.wrong_parameter(column))
    }

    /// Checks that the action fits a column, whatever its parameter.
    ///
    /// # Errors
    /// [`PolicyError::Forbidden`] with the reason.
    pub(super) fn fits(&self, table: &'static Table, column: &'static Column) -> Result<(), PolicyError> {
        let kind = column.kind;
        let is_date = matches!(kind, Kind::Date | Kind::Deadline | Kind::Timestamp);
        let is_number = matches!(kind, Kind::Whole { .. } | Kind::Decimal { .. });
        let not = |fits: bool, reason| (!fits).then_some(reason);
        let kept = || match (column.privacy, kept_type(kind)) {
            (PrivacyClass::Direct, _) => Some(reason::DIRECT),
            (PrivacyClass::FreeText, _) => Some(reason::FREE_TEXT),
            (PrivacyClass::Pseudonym, _) => Some(reason::REGISTER_NUMBER),
            _ => None,
        };
        let reason = match self {
            Self::Drop | Self::Flag => None,
            Self::Keep => kept().or_else(|| not(kept_type(kind).is_some(), reason::NOT_KEPT)),
            Self::Pseudonym => not(matches!(kind, Kind::Key(_) | Kind::Reference(_)), reason::NO_PSEUDONYM),
            Self::Token => not(token_subject(table, column).is_some(), reason::NO_TOKEN),
            Self::Seal => not(table.name == registry::person::TABLE.name, reason::NO_RECORD),
            Self::Generalise(Generalisation::Year | Generalisation::Band { .. }) => {
                not(is_date, reason::NO_YEAR)
            }
            Self::Generalise(Generalisation::Quarter | Generalisation::Month | Generalisation::Week) => {
                not(is_date, reason::NO_MONTH).or_else(|| {
                    let direct = column.privacy == PrivacyClass::Direct;
                    direct.then_some(reason::DIRECT_DAY)
                })
            }
            Self::Generalise(Generalisation::Ambito) => {
                not(matches!(kind, Kind::Municipality | Kind::Municipalities), reason::NO_AMBITO)
            }
            Self::Generalise(Generalisation::Section) => not(kind == Kind::Ateco, reason::NO_SECTION),
            Self::Generalise(Generalisation::Sector) => not(kind == Kind::Ateco, reason::NO_SECTOR),
            Self::Generalise(Generalisation::Area) => {
                not(matches!(kind, Kind::Code(COUNTRY) | Kind::Codes { list: COUNTRY, .. }), reason::NO_AREA)
                    .or_else(kept)
            }
            Self::Bins(_) | Self::Top(_) => not(is_number, reason::NO_NUMBER).or_else(kept),
            Self::Shift(_) => not(is_date, reason::NO_SHIFT)
                .or_else(kept)
                .or_else(|| not(names_person(table), reason::SHIFT_OF_NOBODY)),
            Self::Code(_) => {
                not(matches!(kind, Kind::Code(_) | Kind::Codes { .. }), reason::NO_CODES).or_else(kept)
            }
        };
        refuse(table, column, self, reason)
    }

    /// What is wrong with the parameter.
    fn wrong_parameter(&self, column: &Column) -> Option<Reason> {
        let (least, most) = match column.kind {
            Kind::Whole { min, max } | Kind::Decimal { min, max } => (min, max),
            _ => (i32::MIN, i32::MAX),
        };
        let wrong = |wrong: bool, reason| wrong.then_some(reason);
        match self {
            Self::Generalise(Generalisation::Band { years }) => {
                wrong(!(2..=50).contains(years), reason::BAND)
            }
            Self::Bins(edges) => wrong(
                edges.is_empty()
                    || edges.iter().zip(edges.iter().skip(1)).any(|(edge, next)| edge >= next)
                    || edges.iter().any(|edge| !(least..=most).contains(edge)),
                reason::BINS,
            ),
            Self::Top(top) => wrong(!(least..most).contains(top), reason::TOP),
            Self::Shift(days) => wrong(!(1..=366).contains(days), reason::SHIFT),
            Self::Code(codes) => {
                wrong(codes.is_empty() || codes.values().any(|code| !is_code(code)), reason::RECODING)
            }
            _ => None,
        }
    }

    /// Checks that what the action needs is in the lists of a programme.
    ///
    /// # Errors
    /// [`PolicyError::Forbidden`] with the reason, or [`PolicyError::NotRecoded`].
    pub(super) fn check_lists(
        &self,
        table: &'static Table,
        column: &'static Column,
        lists: &CodeLists,
    ) -> Result<(), PolicyError> {
        match (self, column.kind) {
            (Self::Generalise(Generalisation::Ambito), _) => {
                let none = lists.named(AMBITO_OF_MUNICIPALITY).is_none();
                refuse(table, column, self, none.then_some(reason::NO_AMBITI))
            }
            (Self::Code(codes), Kind::Code(list) | Kind::Codes { list, .. }) => {
                let known = lists.named(list).map(|list| list.codes()).unwrap_or_default();
                let is_known =
                    |code: &&String| *code == ANY_OTHER || known.iter().any(|known| known.code == **code);
                let unknown = !codes.keys().all(|code| is_known(&code));
                refuse(table, column, self, unknown.then_some(reason::UNKNOWN_CODE))?;
                let forgotten = known.iter().find(|known| !codes.contains_key(&known.code));
                match forgotten {
                    Some(code) if !codes.contains_key(ANY_OTHER) => Err(PolicyError::NotRecoded {
                        table: table.name,
                        column: column.name,
                        code: code.code.clone(),
                    }),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

/// Whose tokens a column makes: the column of the register number and its kind. Of an operator's number
/// it is that number itself, of a person's document the number of the person. `None` for a column that
/// makes no tokens. Several people share a telephone or an e-mail address, so neither links persons.
#[must_use]
pub fn token_subject(table: &'static Table, column: &'static Column) -> Option<(&'static Column, IdType)> {
    match column.kind {
        Kind::Key(IdType::Operator) | Kind::Reference(IdType::Operator) => Some((column, IdType::Operator)),
        Kind::CodiceFiscale | Kind::StpEni | Kind::PermitNumber | Kind::PassportNumber { .. } | Kind::Cui => {
            let key = table.key()?;
            (key.kind == Kind::Key(IdType::Person)).then_some((key, IdType::Person))
        }
        _ => None,
    }
}

/// Whether each row of a table names its person.
fn names_person(table: &Table) -> bool {
    let names = |column: &Column| {
        matches!(column.kind, Kind::Key(IdType::Person) | Kind::Reference(IdType::Person)) && column.required
    };
    table.columns.iter().any(names)
}

fn is_code(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.'))
}

fn refuse(
    table: &'static Table,
    column: &'static Column,
    action: &Action,
    reason: Option<Reason>,
) -> Result<(), PolicyError> {
    match reason {
        None => Ok(()),
        Some(reason) => Err(PolicyError::Forbidden {
            table: table.name,
            column: column.name,
            action: action.name(),
            reason,
        }),
    }
}
