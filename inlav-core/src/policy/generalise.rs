//! What an action makes of a value. Everything but pseudonyms, tokens and shifts, which need keys.

use chrono::{Datelike as _, Days, NaiveDate};

use super::action::{Action, Generalisation};
use super::allowed::ANY_OTHER;
use crate::codes::{CodeLists, MissingCode};
use crate::programme::AMBITO_OF_MUNICIPALITY;
use crate::sector::Sector;
use crate::value::Value;

/// The name, in the crosswalk of a country, of its geographic region.
const M49: &str = "m49";

/// The code of an *ambito* or an area that the lists do not tell.
const NOT_KNOWN: MissingCode = MissingCode::NotKnown;

impl Action {
    /// What the action makes of a value; `None` if it makes nothing of values of this kind, or needs a
    /// key. What is not there stays not there: blank is blank, and a code that says why a value is
    /// missing stays as it is.
    ///
    /// # Guarantee
    /// Before: a value of the domain. After: a value as coarse as the action says; what has the same
    /// coarse value cannot be told apart. Tests of `policy/generalise/tests.rs`.
    #[must_use]
    pub fn apply(&self, value: &Value, lists: &CodeLists) -> Option<Value> {
        Some(match (self, value) {
            (Self::Flag, value) => Value::YesNo(value.is_there()),
            (
                Self::Keep | Self::Generalise(_) | Self::Bins(_) | Self::Top(_) | Self::Code(_),
                Value::Null,
            ) => Value::Null,
            (
                Self::Keep,
                Value::Code(_)
                | Value::Codes(_)
                | Value::Ambito(_)
                | Value::Date(_)
                | Value::Whole(_)
                | Value::Decimal(_)
                | Value::YesNo(_),
            ) => value.clone(),
            // Of a moment the day leaves.
            (Self::Keep, Value::Timestamp(moment)) => Value::Date(moment.date()),
            (Self::Generalise(form), Value::Date(day)) => form.of_date(*day)?,
            (Self::Generalise(form), Value::Timestamp(moment)) => form.of_date(moment.date())?,
            (Self::Generalise(Generalisation::Sector), Value::Ateco(ateco)) => {
                Value::Code(ateco.sector().map_or(NOT_KNOWN.code(), Sector::code).to_owned())
            }
            (Self::Generalise(Generalisation::Section), Value::Ateco(ateco)) => {
                Value::Code(ateco.section().map_or_else(|| NOT_KNOWN.code().to_owned(), String::from))
            }
            (Self::Generalise(form @ (Generalisation::Ambito | Generalisation::Area)), value) => {
                each_code(value, |code| form.of_place(code, lists))?
            }
            (Self::Bins(edges), Value::Whole(number)) => Value::Code(bin_of_whole(edges, *number)),
            (Self::Bins(edges), Value::Decimal(number)) => Value::Code(bin_of_decimal(edges, *number)),
            (Self::Top(top), Value::Whole(number)) => Value::Whole(*number.min(top)),
            (Self::Top(top), Value::Decimal(number)) => Value::Decimal(number.min(f64::from(*top))),
            (Self::Code(codes), value) => {
                each_code(value, |code| codes.get(code).or_else(|| codes.get(ANY_OTHER)).cloned())?
            }
            _ => return None,
        })
    }
}

impl Generalisation {
    /// What is made of a day; `None` for forms that are not about days.
    fn of_date(self, day: NaiveDate) -> Option<Value> {
        Some(match self {
            Self::Year => Value::Whole(day.year()),
            Self::Band { years } => {
                let years = i32::from(years.max(1));
                let first = day.year().div_euclid(years) * years;
                Value::Code(format!("{first}-{}", first + years - 1))
            }
            Self::Quarter => Value::Date(NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1)?),
            Self::Month => Value::Date(day.with_day(1)?),
            Self::Week => {
                let since_monday = u64::from(day.weekday().num_days_from_monday());
                Value::Date(day.checked_sub_days(Days::new(since_monday))?)
            }
            Self::Ambito | Self::Section | Self::Sector | Self::Area => return None,
        })
    }

    /// The *ambito* of a municipality or the area of a country; not known if the lists do not tell.
    fn of_place(self, code: &str, lists: &CodeLists) -> Option<String> {
        let (list, name) = match self {
            Self::Ambito => (AMBITO_OF_MUNICIPALITY, None),
            _ => ("country", Some(M49)),
        };
        let found = lists.named(list)?.codes().iter().find(|known| known.code == code);
        let place = found.and_then(|found| match name {
            None => Some(found.maps_to.clone()),
            Some(name) => found.crosswalk().find(|(of, _)| *of == name).map(|(_, to)| to.to_owned()),
        });
        Some(place.unwrap_or_else(|| NOT_KNOWN.code().to_owned()))
    }
}

/// Another code in the place of each code, each once and in order; codes for missing values stay.
/// `None` if it is no value of codes or one of them becomes none.
fn each_code(value: &Value, of: impl Fn(&str) -> Option<String>) -> Option<Value> {
    match value {
        Value::Code(code) if MissingCode::from_code(code).is_some() => Some(value.clone()),
        Value::Code(code) => of(code).map(Value::Code),
        Value::Codes(codes) => {
            let mut made: Vec<String> = codes.iter().map(|code| of(code)).collect::<Option<_>>()?;
            made.sort_unstable();
            made.dedup();
            Some(Value::Codes(made))
        }
        _ => None,
    }
}

/// `0-9`, `10-19`, `20+`; below the first number `<0`.
fn bin_of_whole(edges: &[i32], number: i32) -> String {
    match (edges.iter().rev().find(|edge| **edge <= number), edges.iter().find(|edge| **edge > number)) {
        (Some(from), Some(next)) if next - from == 1 => from.to_string(),
        (Some(from), Some(next)) => format!("{from}-{}", next - 1),
        (Some(from), None) => format!("{from}+"),
        (None, next) => next.map_or_else(String::new, |next| format!("<{next}")),
    }
}

/// `0-<10`, `10-<20`, `20+`; below the first number `<0`.
fn bin_of_decimal(edges: &[i32], number: f64) -> String {
    let above = |edge: &i32| f64::from(*edge) > number;
    match (edges.iter().rev().find(|edge| !above(edge)), edges.iter().find(|edge| above(edge))) {
        (Some(from), Some(next)) => format!("{from}-<{next}"),
        (Some(from), None) => format!("{from}+"),
        (None, next) => next.map_or_else(String::new, |next| format!("<{next}")),
    }
}

#[cfg(test)]
mod tests;
