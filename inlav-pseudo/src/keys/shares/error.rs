//! Why a key cannot be split, a share not be read, or shares not be put together.

use inlav_core::language::Language;

use super::Share;
use crate::keys::label::KeyId;

/// A key cannot be split.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// More custodians than numbers for them.
    #[error("a key is split among at most 255 custodians")]
    Count,
    /// The number of shares that give the key back makes no sense.
    #[error("{threshold} of {count} shares cannot be asked for: at least 2 and at most all of them")]
    Threshold {
        /// What was asked for.
        threshold: u8,
        /// How many custodians there are.
        count: u8,
    },
    /// A custodian's name cannot stand on a share.
    #[error("the name of custodian {number} must have 1 to {} visible characters", Share::LONGEST_CUSTODIAN)]
    Custodian {
        /// Which custodian, from 1.
        number: usize,
    },
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes: {0}")]
    Random(#[from] getrandom::Error),
}

/// What was typed or read is not a share. Lines and groups count from 1; none of it is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// There is no line of a share in it.
    #[error("this is not a share of a key")]
    NotAShare,
    /// A sign that no share has.
    #[error("line {line}, group {group}: there is a sign that no share has")]
    Sign {
        /// The line.
        line: usize,
        /// The group in the line.
        group: usize,
    },
    /// A group is too short or too long.
    #[error("line {line}, group {group}: there are {found} signs, not 5")]
    Length {
        /// The line.
        line: usize,
        /// The group in the line.
        group: usize,
        /// How many signs were typed.
        found: usize,
    },
    /// A line has not the right number of groups.
    #[error("line {line}: there are {found} groups of 5 signs, not {expected}")]
    Groups {
        /// The line.
        line: usize,
        /// How many there should be.
        expected: usize,
        /// How many were typed.
        found: usize,
    },
    /// A sign of this group is wrong, or the group belongs elsewhere.
    #[error("line {line}, group {group}: a sign is mistyped, or this is another line")]
    Mistyped {
        /// The line.
        line: usize,
        /// The group in the line.
        group: usize,
    },
    /// A line is not where it should be.
    #[error("line {line} is missing")]
    Missing {
        /// The line.
        line: usize,
    },
    /// There are more lines than a share has.
    #[error("there is something after line {line}, the last one of this share")]
    TooLong {
        /// The last line.
        line: usize,
    },
    /// A share of a version that this program does not know.
    #[error("the share has format version {version}, this program reads version 1")]
    Version {
        /// The version it states.
        version: u8,
    },
    /// Every group is right and the whole is not: lines of two shares, or something made up.
    #[error("the lines do not belong together: are they all of one share?")]
    Whole,
}

/// Shares do not give a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CombineError {
    /// There is no share.
    #[error("there is no share")]
    NoShare,
    /// Fewer shares than the key needs.
    #[error("{needed} shares are needed, {given} given")]
    TooFew {
        /// How many give the key back.
        needed: u8,
        /// How many there are.
        given: usize,
    },
    /// A share of another key than the first one.
    #[error("share {number} is of key {key}, not of {expected} as the first one")]
    OtherKey {
        /// Its number.
        number: u8,
        /// Its key.
        key: KeyId,
        /// The first share's key.
        expected: KeyId,
    },
    /// A share of the same key, but made on another occasion.
    #[error("share {number} was made when the key was split another time; take shares of one splitting")]
    OtherSplit {
        /// Its number.
        number: u8,
    },
    /// The same share twice.
    #[error("share {number} is given twice")]
    Twice {
        /// Its number.
        number: u8,
    },
    /// What comes out is not the key: a share is made up.
    #[error("shares {} together do not give key {expected}: one of them is false", list(numbers))]
    WrongKey {
        /// The key that the shares state.
        expected: KeyId,
        /// Their numbers.
        numbers: Vec<u8>,
    },
}

impl SplitError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Count) => "una chiave si divide tra 255 custodi al massimo".to_owned(),
            (Language::It, Self::Threshold { threshold, count }) => {
                format!("non si possono chiedere {threshold} parti su {count}: almeno 2, e al massimo tutte")
            }
            (Language::It, Self::Custodian { number }) => format!(
                "il nome del custode {number} deve avere da 1 a {} caratteri visibili",
                Share::LONGEST_CUSTODIAN
            ),
            (Language::It, Self::Random(fault)) => {
                format!("il sistema operativo non dà byte casuali: {fault}")
            }
        }
    }
}

impl ShareError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            Self::NotAShare => "questa non è la parte di una chiave".to_owned(),
            Self::Sign { line, group } => {
                format!("riga {line}, gruppo {group}: c'è un segno che nessuna parte ha")
            }
            Self::Length { line, group, found } => {
                format!("riga {line}, gruppo {group}: i segni sono {found}, non 5")
            }
            Self::Groups { line, expected, found } => {
                format!("riga {line}: i gruppi di 5 segni sono {found}, non {expected}")
            }
            Self::Mistyped { line, group } => {
                format!("riga {line}, gruppo {group}: un segno è sbagliato, oppure è un'altra riga")
            }
            Self::Missing { line } => format!("manca la riga {line}"),
            Self::TooLong { line } => {
                format!("c'è qualcosa dopo la riga {line}, l'ultima di questa parte")
            }
            Self::Version { version } => {
                format!("la parte ha la versione {version} del formato, questo programma legge la 1")
            }
            Self::Whole => "le righe non vanno insieme: sono tutte della stessa parte?".to_owned(),
        }
    }
}

impl CombineError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::NoShare) => "non c'è nessuna parte".to_owned(),
            (Language::It, Self::TooFew { needed, given }) => {
                format!("servono {needed} parti, ce ne sono {given}")
            }
            (Language::It, Self::OtherKey { number, key, expected }) => {
                format!("la parte {number} è della chiave {key}, non della {expected} come la prima")
            }
            (Language::It, Self::OtherSplit { number }) => {
                format!("la parte {number} è di un'altra divisione della chiave; servono parti della stessa")
            }
            (Language::It, Self::Twice { number }) => format!("la parte {number} è data due volte"),
            (Language::It, Self::WrongKey { expected, numbers }) => {
                format!("le parti {} insieme non danno la chiave {expected}: una è falsa", list(numbers))
            }
        }
    }
}

fn list(numbers: &[u8]) -> String {
    numbers.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")
}
