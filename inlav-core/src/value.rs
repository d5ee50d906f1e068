//! From what an office typed to a value of the domain.
//!
//! Parse, don't validate: past [`read`] only valid values exist. A [`Fault`] says what is
//! wrong and what to do, and never holds the text it is about.

use chrono::{NaiveDate, NaiveDateTime};

use crate::codes::{CodeLists, MissingCode};
use crate::identifiers::{Identifier, IdentifierFault};
use crate::programme::SiteId;
use crate::registry::{Column, Kind, Unit};
use crate::sector::Ateco;
use crate::text::{clean, fold, is_placeholder, is_sheet_error};

mod date;

use date::read_timestamp;
pub use date::{DateHabits, DateOrder, DateSystem, parse_date, parse_timestamp, read_date};

/// A value of the domain. Debug is redacted: it may hold what identifies a person.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// There is none.
    Null,
    /// A code of the column's list or classification, or a missing code.
    Code(String),
    /// Codes of the column's list, at least one, each once, in the list's order.
    Codes(Vec<String>),
    /// A day.
    Date(NaiveDate),
    /// A day and an hour; midnight if only the day is known.
    Timestamp(NaiveDateTime),
    /// A whole number.
    Whole(i32),
    /// A number with decimals.
    Decimal(f64),
    /// Yes or no.
    YesNo(bool),
    /// The number of an *ambito*, normalised.
    Ambito(String),
    /// An economic activity.
    Ateco(Ateco),
    /// A normalised identifier.
    Identifier(Identifier),
    /// Free text, in normal form C.
    Text(String),
}

impl Value {
    /// Whether there is a value: neither null nor a code that says why there is none.
    #[must_use]
    pub fn is_there(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Code(code) => MissingCode::from_code(code).is_none(),
            _ => true,
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Value(redacted)")
    }
}

/// What is wrong with a cell, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A required value is absent and cannot be coded as missing.
    #[error("is empty, but every row needs a value here")]
    Empty,
    /// The text that a spreadsheet shows in place of a value that it has not, or has no room for.
    #[error(
        "is the error of a spreadsheet, for example #REF! or #####; mend it there (##### is a column too narrow) and export again"
    )]
    SheetError,
    /// Blank where a code belongs; read as NR, not collected.
    #[error("is empty and was read as NR (not collected); write ND, NR, RIF or NA")]
    Blank,
    /// Not a date.
    #[error("is not a date; write it as dd/mm/yyyy")]
    Date,
    /// A year of two digits that may be of two centuries.
    #[error("has a two-digit year that may be of two centuries; write the year with four digits")]
    Century,
    /// A date that is one only with the month first.
    #[error(
        "has a month above 12; if this office writes the month first, say date_order = \"mdy\" in the mapping file"
    )]
    MonthFirst,
    /// A year without month and day.
    #[error(
        "is a year without month and day; write the day that stands on the person's document, or leave it blank"
    )]
    YearAlone,
    /// A moment by the clocks of another time zone.
    #[error(
        "is a moment in a time zone other than Italy's, where it may be another day; write the day alone, as dd/mm/yyyy"
    )]
    Zone,
    /// Not in the code list.
    #[error("is not in the code list; translate it in the mapping file or use a code")]
    Code,
    /// Not a number.
    #[error("is not a number")]
    Number,
    /// A number outside its bounds.
    #[error("is outside the bounds of this column")]
    Bounds,
    /// Neither yes nor no.
    #[error("is neither yes nor no")]
    YesNo,
    /// Not the number of an ambito.
    #[error("is not the number of an ambito, for example AMB07")]
    Ambito,
    /// Not an ATECO code.
    #[error("is not an ATECO code, for example 01.13 or A01; Excel may have taken a zero from its front")]
    Ateco,
    /// Not a code of the classification of occupations.
    #[error("is not a code of the classification CP2021, for example 8.4.1")]
    Occupation,
    /// Not the ISTAT code of a municipality.
    #[error("is not the ISTAT code of a municipality (six digits, for example 017085)")]
    Municipality,
    /// Not the identifier of a PUA.
    #[error("is not the identifier of a PUA, for example PUA05")]
    Site,
    /// More codes than the column takes.
    #[error("holds more codes than this column takes")]
    TooMany,
    /// Not a telephone number.
    #[error("is not one telephone number, for example +39 030 765432; it stays as written")]
    Phone,
    /// Not an e-mail address.
    #[error("is not one e-mail address; it stays as written")]
    Email,
    /// Not the identifier it should be.
    #[error("{0}; it will not be used to link this person")]
    Identifier(IdentifierFault),
}

impl Fault {
    /// Whether the export can be used all the same. Mistyped identifiers, telephone numbers and
    /// e-mail addresses are warnings, and so are blanks: a person is not left out because a document
    /// was copied badly.
    #[must_use]
    pub const fn is_warning(self) -> bool {
        matches!(self, Self::Blank | Self::Phone | Self::Email | Self::Identifier(_))
    }
}

/// A cell as read: its value, and what was wrong with it if anything was.
///
/// An error leaves [`Value::Null`]; a warning leaves the value to go on with.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The value.
    pub value: Value,
    /// The fault, if there is one.
    pub fault: Option<Fault>,
}

/// Reads a cell of a column by the code lists of a programme. `issuing_state` is the text of the
/// passport's issuing state, used by passport columns only.
#[must_use]
pub fn read(column: &Column, text: &str, issuing_state: Option<&str>, lists: &CodeLists) -> Reading {
    // First of all: without its signs an error may be a code, a number or nothing.
    if is_sheet_error(text) {
        return Reading { value: Value::Null, fault: Some(Fault::SheetError) };
    }
    let result = match column.kind {
        Kind::Key(id) | Kind::Reference(id) => {
            Ok(Identifier::register_number(id, text).map_or(Value::Null, Value::Identifier))
        }
        Kind::Code(list) => return read_code(column, lists, list, text),
        Kind::Codes { list, most } => optional(text, |text| {
            let list = lists.named(list).ok_or(Fault::Code)?;
            let found = |part: &str| list.position(part).ok_or(Fault::Code);
            // A label may hold the marks that stand between codes.
            let whole = found(text).map(|code| vec![code]);
            let codes = several(most, whole.or_else(|_| parts(text).map(found).collect())?)?;
            let code = |at: usize| list.codes().get(at).map(|code| code.code.clone());
            Ok(Value::Codes(codes.into_iter().filter_map(code).collect()))
        }),
        Kind::Date | Kind::Deadline => {
            optional(text, |text| read_date(column, text, DateHabits::default()).map(Value::Date))
        }
        Kind::Timestamp => optional(text, |text| read_timestamp(text).map(Value::Timestamp)),
        Kind::Whole { min, max } => optional_number(without_unit(text, column.unit), |text| {
            let number = text.parse::<i32>().map_err(|_| Fault::Number)?;
            if (min..=max).contains(&number) { Ok(Value::Whole(number)) } else { Err(Fault::Bounds) }
        }),
        Kind::Decimal { min, max } => optional_number(without_unit(text, column.unit), |text| {
            let number = parse_decimal(text).ok_or(Fault::Number)?;
            if number >= f64::from(min) && number <= f64::from(max) {
                Ok(Value::Decimal(number))
            } else {
                Err(Fault::Bounds)
            }
        }),
        Kind::YesNo => optional(text, |text| match fold(text).as_str() {
            "si" | "s" | "yes" | "y" | "true" | "vero" | "1" | "x" => Ok(Value::YesNo(true)),
            "no" | "n" | "false" | "falso" | "0" => Ok(Value::YesNo(false)),
            _ => match text {
                "✓" | "✔" | "☑" | "☒" => Ok(Value::YesNo(true)),
                "☐" => Ok(Value::YesNo(false)),
                _ => Err(Fault::YesNo),
            },
        }),
        Kind::Ambito => {
            optional_number(text, |text| parse_ambito(text).map(Value::Ambito).ok_or(Fault::Ambito))
        }
        Kind::Ateco => optional_number(text, |text| Ateco::parse(text).map(Value::Ateco).ok_or(Fault::Ateco)),
        Kind::Occupation => {
            optional_number(text, |text| parse_occupation(text).map(Value::Code).ok_or(Fault::Occupation))
        }
        Kind::Municipality => {
            optional_number(text, |text| parse_municipality(text).map(Value::Code).ok_or(Fault::Municipality))
        }
        Kind::Municipalities => optional(text, |text| {
            let codes: Option<Vec<_>> = parts(text).map(parse_municipality).collect();
            several(usize::MAX, codes.ok_or(Fault::Municipality)?).map(Value::Codes)
        }),
        Kind::Site => optional(text, |text| {
            let id: Result<SiteId, _> = text.to_uppercase().parse();
            id.map(|id| Value::Code(id.into())).map_err(|_| Fault::Site)
        }),
        Kind::CodiceFiscale => identifier(Identifier::codice_fiscale(text)),
        Kind::StpEni => identifier(Identifier::stp_eni(text)),
        Kind::PermitNumber => identifier(Identifier::permit(text)),
        Kind::PassportNumber { .. } => {
            let state = issuing_state
                .and_then(|text| lists.named("country")?.find(text))
                .map(|code| code.code.as_str());
            identifier(Identifier::passport(text, state))
        }
        Kind::Cui => identifier(Identifier::cui(text)),
        Kind::Phone => return read_contact(Identifier::phone(text), text, Fault::Phone),
        Kind::Email => return read_contact(Identifier::email(text), text, Fault::Email),
        Kind::FreeText => optional(text, |text| Ok(Value::Text(clean(text)))),
    };
    match result {
        Ok(Value::Null) if column.required => Reading { value: Value::Null, fault: Some(Fault::Empty) },
        Ok(value) => Reading { value, fault: None },
        Err(fault) => Reading { value: Value::Null, fault: Some(fault) },
    }
}

/// Reads a number with a decimal comma or a decimal point. Marks of thousands are refused, and so
/// is `1.200`, which is one number in Italy and another one elsewhere.
fn parse_decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b'-')) {
        return None;
    }
    let number = match (text.matches(',').count(), text.matches('.').count()) {
        (0, 0) => text.parse::<f64>(),
        (0, 1) if text.split_once('.').is_none_or(|(_, after)| after.len() != 3) => text.parse(),
        (1, 0) => text.replace(',', ".").parse(),
        _ => return None,
    };
    number.ok().filter(|number| number.is_finite())
}

/// A number without its unit, as offices write it: `40 ore`, `€ 800,00`. Another unit stays, and is
/// no number.
fn without_unit(text: &str, unit: Option<Unit>) -> &str {
    let words: &[&str] = match unit {
        Some(Unit::Hours | Unit::HoursPerWeek) => &["ore", "ora", "hours", "hour", "h"],
        Some(Unit::Minutes) => &["minuti", "minutes", "min"],
        Some(Unit::Euro | Unit::EuroPerMonth) => &["euro", "eur", "€"],
        Some(Unit::Persons) => &["persone", "persons"],
        _ => &[],
    };
    let text = text.trim();
    let lower = text.to_lowercase();
    // The same bytes in both, so that a place in one is a place in the other.
    if lower.len() != text.len() {
        return text;
    }
    let bare = words.iter().find_map(|word| {
        let end = lower.trim_end_matches('.').strip_suffix(word).map(str::len);
        let behind = end.and_then(|end| text.get(..end));
        behind.or_else(|| lower.strip_prefix(word).and_then(|_| text.get(word.len()..)))
    });
    bare.map(str::trim).filter(|bare| bare.bytes().any(|b| b.is_ascii_digit())).unwrap_or(text)
}

/// Reads `AMB07`, `amb-7`, `Ambito 7` or `7`; all four are `AMB07`.
pub(crate) fn parse_ambito(text: &str) -> Option<String> {
    let folded = fold(text);
    let digits = ["ambito", "amb"].iter().find_map(|word| folded.strip_prefix(word)).unwrap_or(&folded);
    let digits = digits.trim_start();
    if !(1..=3).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u16>().ok().filter(|number| *number > 0).map(|number| format!("AMB{number:02}"))
}

/// Reads `8`, `8.4`, `8.4.1.1.0` or the same without points.
fn parse_occupation(text: &str) -> Option<String> {
    let digits: String = text.trim_end_matches('.').chars().filter(|c| *c != '.').collect();
    let fits = (1..=5).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.bytes().next().is_some_and(|first| first != b'0')
        && text.split('.').filter(|level| !level.is_empty()).all(|level| level.len() == 1 || level == digits);
    fits.then(|| digits.chars().map(String::from).collect::<Vec<_>>().join("."))
}

/// Reads an ISTAT code: three digits of the province, three of the municipality. The zeros in front
/// are part of it, and a spreadsheet that took them left another number.
pub(crate) fn parse_municipality(text: &str) -> Option<String> {
    let fits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
    let province = text.get(..3).and_then(|province| province.parse::<u16>().ok())?;
    (fits && (1..=111).contains(&province) && !text.ends_with("000")).then(|| text.to_owned())
}

/// The parts of a cell that holds several codes, blank ones left out.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', ',', '|', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty())
}

/// Each once, in order, and not more than allowed.
fn several<T: Ord>(most: usize, mut values: Vec<T>) -> Result<Vec<T>, Fault> {
    values.sort();
    values.dedup();
    if values.len() > most { Err(Fault::TooMany) } else { Ok(values) }
}

fn read_code(column: &Column, lists: &CodeLists, list: &str, text: &str) -> Reading {
    let coded = |code: &str, fault| Reading { value: Value::Code(code.to_owned()), fault };
    // The list comes first: some lists have their own ND.
    if let Some(code) = lists.named(list).and_then(|list| list.find(text)) {
        return coded(&code.code, None);
    }
    if let Some(missing) = MissingCode::parse(text) {
        return coded(missing.code(), None);
    }
    if fold(text).is_empty() {
        let fault = column.required.then_some(Fault::Blank);
        return coded(MissingCode::NotCollected.code(), fault);
    }
    // "None" and "has none" are answers, and only the office knows which code they are.
    // So is "waiting": of a referral, of a permit.
    let is_answer = matches!(
        fold(text).as_str(),
        "nessuno"
            | "nessuna"
            | "none"
            | "non ha"
            | "non possiede"
            | "in attesa"
            | "da definire"
            | "da verificare"
    );
    // NP is Nepal and NC New Caledonia to those who write countries with two letters.
    let may_be_a_country = list == "country" && text.trim().len() == 2;
    if is_placeholder(text) && !is_answer && !may_be_a_country {
        return coded(MissingCode::NotKnown.code(), None);
    }
    Reading { value: Value::Null, fault: Some(Fault::Code) }
}

/// What cannot be read stays as it was written: somebody may still make sense of it.
fn read_contact(read: Result<Option<Identifier>, IdentifierFault>, text: &str, fault: Fault) -> Reading {
    match read {
        Ok(contact) => Reading { value: contact.map_or(Value::Null, Value::Identifier), fault: None },
        Err(_) => Reading { value: Value::Text(clean(text)), fault: Some(fault) },
    }
}

fn optional(text: &str, parse: impl FnOnce(&str) -> Result<Value, Fault>) -> Result<Value, Fault> {
    let text = text.trim();
    // A cross is a yes.
    if is_placeholder(text) && !matches!(text, "x" | "X") { Ok(Value::Null) } else { parse(text) }
}

/// As [`optional`], but a number may be 0, 11, 9,9 or 1.1: only words and blanks stand for
/// nothing.
fn optional_number(text: &str, parse: impl FnOnce(&str) -> Result<Value, Fault>) -> Result<Value, Fault> {
    let text = text.trim();
    let is_number = text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b'-'));
    if is_number { parse(text) } else { optional(text, parse) }
}

fn identifier(read: Result<Option<Identifier>, IdentifierFault>) -> Result<Value, Fault> {
    read.map(|id| id.map_or(Value::Null, Value::Identifier)).map_err(Fault::Identifier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{
        self, case, case_transition, employment, person, plan, service_event, site, training,
    };
    use crate::sector::Sector;

    fn value(column: &Column, text: &str) -> Value {
        read(column, text, None, CodeLists::built_in()).value
    }

    fn fault(column: &Column, text: &str) -> Option<Fault> {
        read(column, text, None, CodeLists::built_in()).fault
    }

    #[test]
    fn a_blank_code_is_coded_as_not_collected() {
        let reading = read(&person::GENDER, "", None, CodeLists::built_in());
        assert_eq!(reading.value, Value::Code("NR".to_owned()));
        assert_eq!(reading.fault, Some(Fault::Blank));
        assert_eq!(fault(&person::EDUCATION, ""), None);
        assert_eq!(value(&person::EDUCATION, "Nessuno"), Value::Code("0".to_owned()));
        assert_eq!(value(&person::EDUCATION, "Nessuno / prima infanzia"), Value::Code("0".to_owned()));
        assert_eq!(fault(&case::ENTRY_CHANNEL, "nessuno"), Some(Fault::Code));
        assert_eq!(fault(&person::GENDER, "QQ"), Some(Fault::Code));
    }

    #[test]
    fn waiting_is_an_answer_and_a_country_of_two_letters_is_no_blank() {
        assert_eq!(fault(&case::STATE, "in attesa"), Some(Fault::Code));
        assert_eq!(value(&person::PERMIT_NUMBER, "in attesa"), Value::Null);
        assert_eq!(value(&person::CITIZENSHIP, "PK"), Value::Code("PAK".to_owned()));
        assert_eq!(fault(&person::CITIZENSHIP, "NP"), Some(Fault::Code));
        assert_eq!(value(&person::CITIZENSHIP, "ND"), Value::Code("ND".to_owned()));
        assert_eq!(value(&person::CITIZENSHIP, "N.C."), Value::Code("ND".to_owned()));
    }

    #[test]
    fn a_number_may_have_its_unit_beside_it_and_no_other() {
        for text in ["4,5 ore", "4.5h", "4,5 H.", "4,5"] {
            assert_eq!(value(&training::HOURS, text), Value::Decimal(4.5), "{text}");
        }
        for text in ["€ 800,00", "800 €", "800,00 euro", "EUR 800"] {
            assert_eq!(value(&employment::PAY_MONTH_NET, text), Value::Decimal(800.0), "{text}");
        }
        assert_eq!(fault(&training::HOURS, "40 min"), Some(Fault::Number));
        assert_eq!(fault(&training::HOURS, "ore"), Some(Fault::Number));
        assert_eq!(fault(&employment::PAY_MONTH_NET, "€ 1.200"), Some(Fault::Number));
    }

    #[test]
    fn the_error_of_a_spreadsheet_is_no_value_of_any_column() {
        for text in ["#RIF!", "#N/D", "#NOME?", "#NULL!", "#VALORE!", "#DIV/0!", "#NUM!", "#N/A", "#REF!"]
            .into_iter()
            .chain(["#NAME?", "#VALUE!", "##", "##########", " #n/d ", "Err:502"])
        {
            for column in registry::tables().iter().flat_map(|table| table.columns) {
                let reading = read(column, text, None, CodeLists::built_in());
                assert_eq!(reading.value, Value::Null, "{} {text}", column.name);
                assert_eq!(reading.fault, Some(Fault::SheetError), "{} {text}", column.name);
            }
        }
        assert_eq!(fault(&person::FAMILY_NAME, "#"), fault(&person::FAMILY_NAME, "-"));
        assert_eq!(value(&person::GENDER, "RIF"), Value::Code("RIF".to_owned()));
    }

    #[test]
    fn numbers_keep_their_bounds_and_decimal_marks() {
        assert_eq!(value(&training::HOURS, "4,5"), Value::Decimal(4.5));
        assert_eq!(value(&training::HOURS, "4.5"), Value::Decimal(4.5));
        assert_eq!(fault(&training::HOURS, "1.234,5"), Some(Fault::Number));
        assert_eq!(fault(&training::HOURS, "101"), Some(Fault::Bounds));
        assert_eq!(fault(&training::HOURS, "1.200"), Some(Fault::Number));
        assert_eq!(value(&training::HOURS, "1,250"), Value::Decimal(1.25));
        assert_eq!(value(&training::HOURS, "1.1250"), Value::Decimal(1.125));
        for (text, number) in [("0", 0.0), ("1,1", 1.1), ("9.9", 9.9), ("0,0", 0.0), ("11", 11.0)] {
            assert_eq!(value(&training::HOURS, text), Value::Decimal(number));
        }
        assert_eq!(fault(&training::HOURS, "n.d."), Some(Fault::Empty));
        assert_eq!(fault(&training::HOURS, "NaN"), Some(Fault::Number));
    }

    #[test]
    fn yes_no_has_many_spellings() {
        assert_eq!(value(&service_event::MEDIATION, "Sì"), Value::YesNo(true));
        assert_eq!(value(&service_event::MEDIATION, "x"), Value::YesNo(true));
        assert_eq!(value(&service_event::MEDIATION, "NO"), Value::YesNo(false));
        assert_eq!(value(&service_event::MEDIATION, "✓"), Value::YesNo(true));
        assert_eq!(value(&service_event::MEDIATION, "☐"), Value::YesNo(false));
        assert_eq!(fault(&service_event::MEDIATION, "♀"), Some(Fault::YesNo));
        assert_eq!(value(&service_event::MEDIATION, ""), Value::Null);
        assert_eq!(fault(&service_event::MEDIATION, "forse"), Some(Fault::YesNo));
    }

    #[test]
    fn a_required_key_cannot_be_empty() {
        assert_eq!(fault(&case::CASE_ID, " "), Some(Fault::Empty));
        assert_eq!(fault(&service_event::ON, ""), Some(Fault::Empty));
        assert_eq!(fault(&person::BIRTH_DATE, "n.d."), None);
        assert_eq!(fault(&case::TAKEN_ON, ""), None);
    }

    #[test]
    fn a_mistyped_codice_fiscale_is_a_warning_and_never_a_token() {
        let reading = read(&person::CODICE_FISCALE, "PRVVTR04P68E333H", None, CodeLists::built_in());
        assert_eq!(reading.value, Value::Null);
        assert!(reading.fault.is_some_and(Fault::is_warning));
    }

    #[test]
    fn a_contact_that_cannot_be_read_stays_as_written() {
        let reading = read(&person::PHONE, "sorella 333 1234567", None, CodeLists::built_in());
        assert_eq!(reading.value, Value::Text("sorella 333 1234567".into()));
        assert!(reading.fault.is_some_and(Fault::is_warning));
        assert_eq!(value(&person::PHONE, "n.d."), Value::Null);
        assert_eq!(value(&person::PHONE, "333 1234567"), value(&person::PHONE, "0039-333/1234567"));
        assert_eq!(
            value(&person::EMAIL, "A.Prova@Example.ORG"),
            value(&person::EMAIL, "a.prova@example.org")
        );
        assert_eq!(fault(&person::EMAIL, "a.prova(at)example.org"), Some(Fault::Email));
        assert_eq!(value(&person::CUI, "CUI 05A1B2C"), value(&person::CUI, "05a1b2c"));
    }

    #[test]
    fn an_ambito_is_one_however_it_is_written_and_nothing_else_is_one() {
        for text in ["AMB07", "amb-07", "AMB7", "Ambito 7", "7"] {
            let expected = Value::Ambito("AMB07".into());
            assert_eq!(value(&registry::awareness::AMBITO_ID, text), expected);
        }
        for bad in ["ROSSI", "MARIO85", "3331234567", "PRVVTR04P68E333G", "A1234", "AMB0", "1234"] {
            assert_eq!(fault(&registry::awareness::AMBITO_ID, bad), Some(Fault::Ambito));
        }
    }

    #[test]
    fn ateco_gives_the_programmes_sector() {
        let sector = |text| match value(&employment::ATECO, text) {
            Value::Ateco(ateco) => ateco.sector(),
            _ => None,
        };
        assert_eq!(sector("01.13"), Some(Sector::Agriculture));
        assert_eq!(sector("11.11"), Some(Sector::Other));
        // Excel takes the zero away from 011310; division 11 would be another sector.
        assert_eq!(fault(&employment::ATECO, "11310"), Some(Fault::Ateco));
    }

    #[test]
    fn several_codes_are_each_once_and_in_the_lists_order() {
        let codes = |codes: &[&str]| Value::Codes(codes.iter().map(|code| (*code).to_owned()).collect());
        assert_eq!(value(&plan::GOALS, "CASA; lav_reg, CASA"), codes(&["LAV_REG", "CASA"]));
        // A label with a comma in it.
        let label = "Condizioni migliorate (ore, livello, stabilità)";
        assert_eq!(value(&plan::GOALS, label), codes(&["LAV_MIGL"]));
        assert_eq!(fault(&plan::GOALS, "CASA; castello"), Some(Fault::Code));
        assert_eq!(fault(&person::OTHER_CITIZENSHIPS, "UKR;MDA;ROU"), Some(Fault::TooMany));
        assert_eq!(value(&plan::GOALS, "n.d."), Value::Null);
        assert_eq!(value(&site::CATCHMENT, "017085|017134"), codes(&["017085", "017134"]));
    }

    #[test]
    fn classifications_have_one_form() {
        for text in ["8.4.1", "841", "8.4.1."] {
            assert_eq!(value(&employment::OCCUPATION, text), Value::Code("8.4.1".to_owned()));
        }
        for bad in ["0.1", "84.1", "8.4.1.1.0.0", "bracciante", "8,4"] {
            assert_eq!(fault(&employment::OCCUPATION, bad), Some(Fault::Occupation));
        }
        assert_eq!(value(&person::RESIDENCE_MUNICIPALITY, "017085"), Value::Code("017085".to_owned()));
        for bad in ["17085", "Iseo", "112001", "017000"] {
            assert_eq!(fault(&person::RESIDENCE_MUNICIPALITY, bad), Some(Fault::Municipality));
        }
        assert_eq!(value(&case::SITE_ID, "pua05"), Value::Code("PUA05".to_owned()));
        assert_eq!(fault(&case::SITE_ID, "Sebino ATS"), Some(Fault::Site));
    }

    #[test]
    fn a_moment_has_an_hour_or_is_midnight() {
        let at = |text| parse_timestamp(text).map(|moment| moment.to_string());
        assert_eq!(at("09/06/2024 14:30").as_deref(), Some("2024-06-09 14:30:00"));
        assert_eq!(at("2024-06-09T14:30:05.250+02:00").as_deref(), Some("2024-06-09 14:30:05"));
        assert_eq!(at("2024-06-09T14:30:05Z"), None);
        assert_eq!(fault(&case_transition::RECORDED_AT, "2024-06-09T14:30:05Z"), Some(Fault::Zone));
        assert_eq!(at("9.6.2024").as_deref(), Some("2024-06-09 00:00:00"));
        assert_eq!(at("09/06/2024 25:00"), None);
    }

    #[test]
    fn debug_output_holds_no_value() {
        let reading = read(&person::FAMILY_NAME, "Provafalso", None, CodeLists::built_in());
        assert!(!format!("{reading:?}").contains("Provafalso"));
    }
}
