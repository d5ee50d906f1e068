//! What a policy can do with a column, and how it is written in TOML.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::reason::Reason;

/// What is done with a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
#[non_exhaustive]
pub enum Action {
    /// `"drop"`: nothing of it leaves the PUA.
    Drop,
    /// `"keep"`: the value leaves as it is. Never for direct identifiers, register numbers or free
    /// text.
    Keep,
    /// `"pseudonym"`: a register number becomes a pseudonym under the site's key.
    Pseudonym,
    /// `"token"`: an identifier becomes a linkage token under the key that all PUA share. Tokens stand
    /// in a file of their own, beside the pseudonym of whom they belong to: no table has them.
    Token,
    /// `"seal"`: the value goes into the vault, which stays at the PUA.
    Seal,
    /// `"flag"`: only whether there is a value leaves.
    Flag,
    /// `{ generalise = "year" }`: something coarser leaves.
    Generalise(Generalisation),
    /// `{ bins = [0, 10, 20] }`: only the bin of a number leaves. Each bin begins with one of these
    /// numbers and ends before the next one; the last has no end.
    Bins(Vec<i32>),
    /// `{ top = 12 }`: a larger number leaves as this one.
    Top(i32),
    /// `{ shift = 30 }`: the day leaves shifted by a secret number of days, at most so many to either
    /// side, never none, and the same for all days of one person: intervals stay.
    Shift(u16),
    /// `{ code = { A = "X", "*" = "Y" } }`: another code leaves; `*` stands for all codes that are not
    /// named. Codes for missing values stay.
    Code(BTreeMap<String, String>),
}

/// Something coarser in the place of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Generalisation {
    /// The year of a date.
    Year,
    /// Several years: `{ generalise = "band", years = 5 }` makes `1990-1994` of a day in 1992. Bands
    /// begin with the years that can be divided by their number.
    Band {
        /// How many years, 2 to 50.
        years: u8,
    },
    /// The quarter of a date, as its first day.
    Quarter,
    /// The month of a date, as its first day.
    Month,
    /// The week of a date (ISO 8601), as its Monday.
    Week,
    /// The *ambito* of a municipality, by the programme's list.
    Ambito,
    /// The section, a letter, of an ATECO code (ATECO 2007).
    Section,
    /// The programme's sector of an ATECO code.
    Sector,
    /// The geographic region of a country, by its UN M49 code (code list `country_area`).
    Area,
}

/// An action as written in policies: a word, or a table with one entry and its parameter.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Word(String),
    Table(WrittenTable),
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTable {
    #[serde(skip_serializing_if = "Option::is_none")]
    generalise: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    years: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bins: Option<Vec<i32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shift: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<BTreeMap<String, String>>,
}

/// What is written is no action of a policy.
#[derive(Debug, thiserror::Error)]
#[error("no such action")]
struct NoSuchAction;

/// The actions as a person writes them.
pub(super) const EVERY_ACTION: Reason = Reason::of(
    "scrivere \"drop\", \"keep\", \"pseudonym\", \"token\", \"seal\", \"flag\", \
     { generalise = \"year\" } (oppure quarter, month, week, ambito, section, sector, area), \
     { generalise = \"band\", years = 5 }, { bins = [0, 10, 20] }, { top = 12 }, { shift = 30 } o { code = { A = \"X\" } }",
    "write \"drop\", \"keep\", \"pseudonym\", \"token\", \"seal\", \"flag\", \
     { generalise = \"year\" } (or quarter, month, week, ambito, section, sector, area), \
     { generalise = \"band\", years = 5 }, { bins = [0, 10, 20] }, { top = 12 }, { shift = 30 } or { code = { A = \"X\" } }",
);

impl Action {
    /// Every action once. Parameters are examples: no name or type of a made column depends on them.
    #[must_use]
    pub fn each() -> Vec<Self> {
        let plain = [Self::Drop, Self::Keep, Self::Pseudonym, Self::Token, Self::Seal, Self::Flag];
        let measured = [Self::Bins(vec![0]), Self::Top(1), Self::Shift(30), Self::Code(BTreeMap::new())];
        plain.into_iter().chain(Generalisation::EACH.map(Self::Generalise)).chain(measured).collect()
    }

    /// The word by which a policy calls the action.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Keep => "keep",
            Self::Pseudonym => "pseudonym",
            Self::Token => "token",
            Self::Seal => "seal",
            Self::Flag => "flag",
            Self::Generalise(form) => form.name(),
            Self::Bins(_) => "bins",
            Self::Top(_) => "top",
            Self::Shift(_) => "shift",
            Self::Code(_) => "code",
        }
    }
}

impl Generalisation {
    /// Every form once; the number of years is an example.
    pub const EACH: [Self; 9] = [
        Self::Year,
        Self::Band { years: 5 },
        Self::Quarter,
        Self::Month,
        Self::Week,
        Self::Ambito,
        Self::Section,
        Self::Sector,
        Self::Area,
    ];

    /// The word by which a policy calls the form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Band { .. } => "band",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Week => "week",
            Self::Ambito => "ambito",
            Self::Section => "section",
            Self::Sector => "sector",
            Self::Area => "area",
        }
    }

    fn of(name: &str, years: Option<u8>) -> Option<Self> {
        match (Self::EACH.into_iter().find(|form| form.name() == name)?, years) {
            (Self::Band { .. }, Some(years)) => Some(Self::Band { years }),
            (Self::Band { .. }, None) | (_, Some(_)) => None,
            (form, None) => Some(form),
        }
    }
}

impl TryFrom<Written> for Action {
    type Error = NoSuchAction;

    fn try_from(written: Written) -> Result<Self, NoSuchAction> {
        let action = match written {
            Written::Word(word) => {
                let plain = [Self::Drop, Self::Keep, Self::Pseudonym, Self::Token, Self::Seal, Self::Flag];
                plain.into_iter().find(|action| action.name() == word)
            }
            Written::Table(table) => match table {
                WrittenTable {
                    generalise: Some(name),
                    years,
                    bins: None,
                    top: None,
                    shift: None,
                    code: None,
                } => Generalisation::of(&name, years).map(Self::Generalise),
                WrittenTable { generalise: None, years: None, bins, top, shift, code } => {
                    match (bins, top, shift, code) {
                        (Some(bins), None, None, None) => Some(Self::Bins(bins)),
                        (None, Some(top), None, None) => Some(Self::Top(top)),
                        (None, None, Some(days), None) => Some(Self::Shift(days)),
                        (None, None, None, Some(codes)) => Some(Self::Code(codes)),
                        _ => None,
                    }
                }
                WrittenTable { .. } => None,
            },
        };
        action.ok_or(NoSuchAction)
    }
}

impl From<Action> for Written {
    fn from(action: Action) -> Self {
        let table = match action {
            Action::Generalise(form) => WrittenTable {
                generalise: Some(form.name().to_owned()),
                years: if let Generalisation::Band { years } = form { Some(years) } else { None },
                ..WrittenTable::default()
            },
            Action::Bins(edges) => WrittenTable { bins: Some(edges), ..WrittenTable::default() },
            Action::Top(top) => WrittenTable { top: Some(top), ..WrittenTable::default() },
            Action::Shift(days) => WrittenTable { shift: Some(days), ..WrittenTable::default() },
            Action::Code(codes) => WrittenTable { code: Some(codes), ..WrittenTable::default() },
            plain => return Self::Word(plain.name().to_owned()),
        };
        Self::Table(table)
    }
}

/// As it is written in a policy.
impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Generalise(Generalisation::Band { years }) => {
                write!(f, "{{ generalise = \"band\", years = {years} }}")
            }
            Self::Generalise(form) => write!(f, "{{ generalise = \"{}\" }}", form.name()),
            Self::Bins(edges) => {
                let edges: Vec<String> = edges.iter().map(ToString::to_string).collect();
                write!(f, "{{ bins = [{}] }}", edges.join(", "))
            }
            Self::Top(top) => write!(f, "{{ top = {top} }}"),
            Self::Shift(days) => write!(f, "{{ shift = {days} }}"),
            Self::Code(codes) => {
                let pair =
                    |(from, to): (&String, &String)| format!("{} = {}", toml_text(from), toml_text(to));
                write!(f, "{{ code = {{ {} }} }}", codes.iter().map(pair).collect::<Vec<_>>().join(", "))
            }
            plain => write!(f, "\"{}\"", plain.name()),
        }
    }
}

/// A text between the quotation marks of TOML.
fn toml_text(text: &str) -> String {
    toml::Value::from(text).to_string()
}
