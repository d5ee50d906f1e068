//! Identifiers of persons, normalised so that two spellings of one document are one value.
//!
//! A normalised identifier is the preimage of a linkage token: it must be exact, and a value
//! that cannot be an identifier (wrong check character, placeholder) must never become one.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::text::{clean, is_invisible_mark, is_placeholder};
use crate::value::parse_date;

mod codice_fiscale;
mod contact;
mod health;
mod mrz;
mod place;

pub use codice_fiscale::{Agreement, BornIn, CodiceFiscale, Comparison, Holder, Sex, check_character};
#[cfg(any(test, feature = "synthetic"))]
pub(crate) use codice_fiscale::{DIGIT_POSITIONS, OMOCODIA};
pub use health::HealthCodeIssuer;
pub use place::PlaceCode;

/// What kind of thing a pseudonym or token stands for. The number is part of the MAC message
/// (see `inlav-pseudo`), so equal texts of different kinds never give equal pseudonyms. Numbers
/// are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum IdType {
    /// Codice fiscale of 16 characters, omocodia folded.
    CodiceFiscale = 0x01,
    /// Provisional codice fiscale of 11 digits.
    ProvisionalCode = 0x02,
    /// STP or ENI code (health care for foreigners).
    StpEni = 0x03,
    /// Number of a residence permit.
    Permit = 0x04,
    /// Passport: issuing state and number.
    Passport = 0x05,
    /// Code that the police's register of fingerprints gives a person (CUI).
    Cui = 0x06,
    /// Telephone number. Several people may share it: never a token.
    Phone = 0x07,
    /// E-mail address. Several people may share it: never a token.
    Email = 0x08,
    /// A person's number in the office's own register.
    Person = 0x20,
    /// A case's number in the office's own register.
    Case = 0x21,
    /// A row of an employment history.
    Employment = 0x22,
    /// A service delivered.
    ServiceEvent = 0x23,
    /// A referral.
    Referral = 0x24,
    /// An outcome.
    Outcome = 0x25,
    /// A contact.
    Contact = 0x26,
    /// An assessment.
    Assessment = 0x27,
    /// An individual plan.
    Plan = 0x28,
    /// A territorial pact.
    Pact = 0x29,
    /// An awareness event.
    Awareness = 0x2A,
    /// An entry of the map of services.
    ServiceMap = 0x2B,
    /// A training session.
    Session = 0x2C,
    /// An organisation in the office's own register.
    Organisation = 0x2D,
    /// An operator's registration number, the same in the whole programme.
    Operator = 0x30,
}

impl IdType {
    /// The number in MAC messages.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The name in derived keys. A change of a name changes every pseudonym of the kind.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CodiceFiscale => "codice-fiscale",
            Self::ProvisionalCode => "provisional-code",
            Self::StpEni => "stp-eni",
            Self::Permit => "permit",
            Self::Passport => "passport",
            Self::Cui => "cui",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Person => "person",
            Self::Case => "case",
            Self::Employment => "employment",
            Self::ServiceEvent => "service-event",
            Self::Referral => "referral",
            Self::Outcome => "outcome",
            Self::Contact => "contact",
            Self::Assessment => "assessment",
            Self::Plan => "plan",
            Self::Pact => "pact",
            Self::Awareness => "awareness",
            Self::ServiceMap => "service-map",
            Self::Session => "session",
            Self::Organisation => "organisation",
            Self::Operator => "operator",
        }
    }
}

/// Version of the normalisers in this module. It is part of the MAC message: a change of a
/// normaliser changes every token instead of silently breaking some.
pub const NORMALISER_VERSION: u8 = 1;

/// A normalised identifier. Debug is redacted, there is no Display, memory is wiped on drop.
///
/// # Guarantee
/// Before: text somebody typed. After: either one normal form per document or an error; a
/// document's number is never a placeholder, a day or a filler, which would link strangers. Tests
/// `what_is_no_number_never_links_strangers` of this module and those of `codice_fiscale`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Identifier {
    #[zeroize(skip)]
    id_type: IdType,
    normal_form: String,
}

/// A text that is not the identifier it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifierFault {
    /// Wrong length or characters.
    #[error("does not have the form of this identifier")]
    Form,
    /// The check character does not fit: a typing error.
    #[error("the check character does not fit, so it was mistyped")]
    CheckCharacter,
    /// A codice fiscale with a day that the month has not.
    #[error("the day of birth in the code does not exist")]
    BirthDay,
    /// A codice fiscale of somebody born abroad in a state that never was.
    #[error("the place of birth in the code does not exist")]
    BirthPlace,
    /// A passport without its issuing state.
    #[error("the issuing state is missing")]
    IssuingState,
    /// A machine-readable zone of another state than the one beside it, or than the one that
    /// issues such documents.
    #[error("the machine-readable zone is of another issuing state")]
    OtherState,
}

impl Identifier {
    /// Reads a codice fiscale, of 16 characters or provisional of 11 digits. The 128 omocodic
    /// forms of a code are one value. Null for a placeholder.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`], [`IdentifierFault::CheckCharacter`],
    /// [`IdentifierFault::BirthDay`] or [`IdentifierFault::BirthPlace`].
    pub fn codice_fiscale(text: &str) -> Result<Option<Self>, IdentifierFault> {
        let Some(compact) = compact(text) else { return Ok(None) };
        if compact.len() == 11 && compact.bytes().all(|b| b.is_ascii_digit()) {
            return if codice_fiscale::provisional_check_fits(&compact) {
                Ok(Some(Self::new(IdType::ProvisionalCode, compact)))
            } else {
                Err(IdentifierFault::CheckCharacter)
            };
        }
        CodiceFiscale::normalise(&compact).map(|code| Some(code.identifier()))
    }

    /// Reads an STP or ENI code: three letters and 13 digits, not all the same. Null for a
    /// placeholder.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`].
    pub fn stp_eni(text: &str) -> Result<Option<Self>, IdentifierFault> {
        let Some(compact) = compact(text) else { return Ok(None) };
        let digits = compact.strip_prefix("STP").or_else(|| compact.strip_prefix("ENI"));
        match digits {
            Some(digits) if digits.len() == 13 && is_number(digits) => {
                Ok(Some(Self::new(IdType::StpEni, compact)))
            }
            _ => Err(IdentifierFault::Form),
        }
    }

    /// Reads the number of a residence permit: 7 to 12 letters and digits, at least five of
    /// them digits, or the machine-readable zone of an Italian one. A day, such as that of its
    /// expiry, is no number. Null for a placeholder.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`]; of a machine-readable zone also
    /// [`IdentifierFault::CheckCharacter`], [`IdentifierFault::IssuingState`] or
    /// [`IdentifierFault::OtherState`].
    pub fn permit(text: &str) -> Result<Option<Self>, IdentifierFault> {
        let Some(compact) = compact(text) else { return Ok(None) };
        let (text, compact) = match mrz::read(text).transpose()? {
            None => (Cow::Borrowed(text), compact),
            Some(zone) if zone.format == Some(mrz::Format::Passport) => return Err(IdentifierFault::Form),
            Some(zone) if zone.issuing_state.as_deref().is_some_and(|state| state != "ITA") => {
                return Err(IdentifierFault::OtherState);
            }
            Some(zone) => (Cow::Owned(zone.number.clone()), zone.number),
        };
        if is_document_number(&text, &compact, 7..=12, 5) {
            Ok(Some(Self::new(IdType::Permit, compact)))
        } else {
            Err(IdentifierFault::Form)
        }
    }

    /// Reads a passport: its number (5 to 12 letters and digits, at least four digits) and the
    /// ISO 3166-1 alpha-3 code of the issuing state, because numbers repeat between states.
    /// Null for a placeholder.
    ///
    /// Instead of the number there may be the machine-readable zone, or its second line. Then
    /// every check digit has to fit, and the first line says the issuing state.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`]; [`IdentifierFault::IssuingState`] when the state is absent; of a
    /// machine-readable zone also [`IdentifierFault::CheckCharacter`], and
    /// [`IdentifierFault::OtherState`] when it says another state.
    pub fn passport(number: &str, issuing_state: Option<&str>) -> Result<Option<Self>, IdentifierFault> {
        let Some(compact) = compact(number) else { return Ok(None) };
        let zone = mrz::read(number).transpose()?;
        let (text, compact, in_zone) = match zone {
            None => (Cow::Borrowed(number), compact, None),
            Some(zone) if zone.format == Some(mrz::Format::Card) => return Err(IdentifierFault::Form),
            Some(zone) => (Cow::Owned(zone.number.clone()), zone.number, zone.issuing_state),
        };
        if !is_document_number(&text, &compact, 5..=12, 4) {
            return Err(IdentifierFault::Form);
        }
        let state = match (in_zone.as_deref(), issuing_state) {
            (Some(said), Some(beside)) if said != beside => return Err(IdentifierFault::OtherState),
            (said, beside) => said.or(beside),
        };
        match state {
            Some(state) if state.len() == 3 && state.bytes().all(|b| b.is_ascii_uppercase()) => {
                Ok(Some(Self::new(IdType::Passport, [state, ":", &compact].concat())))
            }
            _ => Err(IdentifierFault::IssuingState),
        }
    }

    /// Reads a CUI (*codice unico identificativo*), which the police's register of fingerprints
    /// (AFIS) gives a person for life; `CUI` may stand before it. Null for a placeholder.
    ///
    /// It is known to be of letters and digits; no public rule for its form was found, those that
    /// are published have seven places and begin with a digit. Accepted are 6 to 10 places, a
    /// digit first, at least two digits, no day and no filler.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`].
    pub fn cui(text: &str) -> Result<Option<Self>, IdentifierFault> {
        let Some(compact) = compact(text) else { return Ok(None) };
        let code = compact.strip_prefix("CUI").unwrap_or(&compact).trim_start_matches(':');
        if is_placeholder(code) {
            return Ok(None);
        }
        let written = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let fits = (6..=10).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_alphanumeric())
            && code.starts_with(|c: char| c.is_ascii_digit())
            && code.bytes().filter(u8::is_ascii_digit).count() >= 2
            && code.bytes().any(|b| !code.starts_with(char::from(b)))
            && !COUNT.contains(code)
            && !is_day(written, code);
        if fits { Ok(Some(Self::new(IdType::Cui, code.to_owned()))) } else { Err(IdentifierFault::Form) }
    }

    /// Reads a telephone number into E.164 form, `+39…`. One without a country code is read as in
    /// Italy; `00` and `+` stand for each other. Null for a placeholder.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`] if it cannot be called by the numbering plan of its country, if
    /// there are two numbers or words with it, or if its last seven digits are the same.
    pub fn phone(text: &str) -> Result<Option<Self>, IdentifierFault> {
        if is_placeholder(text) {
            return Ok(None);
        }
        let number = contact::phone(text).ok_or(IdentifierFault::Form)?;
        Ok(Some(Self::new(IdType::Phone, number)))
    }

    /// Reads an e-mail address, in lower case. Null for a placeholder.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`] if it is not one address.
    pub fn email(text: &str) -> Result<Option<Self>, IdentifierFault> {
        if is_placeholder(text) {
            return Ok(None);
        }
        let address = contact::email(text).ok_or(IdentifierFault::Form)?;
        Ok(Some(Self::new(IdType::Email, address)))
    }

    /// A number from an office's register: a person's, a case's. Null for blank text only: `0`
    /// and `ND` are numbers somebody may have given, and only the register itself refers to them.
    ///
    /// An operator's number is the same in the whole programme and is typed at many desks: there
    /// case, spaces and marks make no difference, and a placeholder is null.
    #[must_use]
    pub fn register_number(id_type: IdType, text: &str) -> Option<Self> {
        let visible = without_marks(text);
        let number = if id_type == IdType::Operator { compact(&visible)? } else { clean(&visible) };
        (!number.is_empty()).then(|| Self::new(id_type, number))
    }

    /// What it identifies.
    #[must_use]
    pub const fn id_type(&self) -> IdType {
        self.id_type
    }

    /// The normal form, to be hashed or sealed. Every call says in a comment why the identifier
    /// has to leave its type there.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.normal_form
    }

    const fn new(id_type: IdType, normal_form: String) -> Self {
        Self { id_type, normal_form }
    }
}

impl std::fmt::Debug for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identifier(redacted)")
    }
}

/// The text without its invisible marks, of which ASCII has none.
fn without_marks(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !is_invisible_mark(*c)).collect())
}

/// Capital letters and digits only, `None` for a placeholder.
fn compact(text: &str) -> Option<String> {
    if is_placeholder(text) {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    let is_kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '/' | '.' | '_');
    let mut compact = String::with_capacity(text.len());
    if text.is_ascii() {
        compact.extend(text.chars().filter(is_kept).map(|c| c.to_ascii_uppercase()));
    } else {
        compact.extend(clean(text).chars().filter(is_kept).flat_map(char::to_uppercase));
        // A capital letter may come as letter and accent, and an accent may have stood behind a hyphen.
        compact = clean(&compact);
    }
    // A placeholder may have been written with marks inside.
    (!is_placeholder(&compact)).then_some(compact)
}

/// Whether a text, compacted to `compact`, can be the number of a document: letters and digits,
/// at most three letters before the first digit, and no day.
fn is_document_number(text: &str, compact: &str, length: RangeInclusive<usize>, digits: usize) -> bool {
    let only_digits = || compact.bytes().filter(u8::is_ascii_digit);
    length.contains(&compact.len())
        && compact.bytes().all(|b| b.is_ascii_alphanumeric())
        && compact.bytes().take_while(u8::is_ascii_alphabetic).count() <= 3
        && only_digits().count() >= digits
        && differ(only_digits())
        && (only_digits().count() < compact.len() || !COUNT.contains(compact))
        && !is_day(text, compact)
}

/// What somebody types who has to type digits.
const COUNT: &str = "01234567890";

/// Digits that are not one digit over and over.
fn is_number(digits: &str) -> bool {
    digits.bytes().all(|b| b.is_ascii_digit()) && differ(digits.bytes())
}

/// Whether not all bytes are the same.
fn differ(mut bytes: impl Iterator<Item = u8>) -> bool {
    bytes.next().is_some_and(|first| bytes.any(|byte| byte != first))
}

/// Whether a text is a day, with separators or without.
fn is_day(text: &str, compact: &str) -> bool {
    if parse_date(text).is_some() {
        return true;
    }
    let is_day_of = |year: Range<usize>, month: Range<usize>, day: Range<usize>| {
        let part = |range| compact.get(range).unwrap_or_default();
        parse_date(&format!("{}-{}-{}", part(year), part(month), part(day))).is_some()
    };
    compact.len() == 8
        && compact.bytes().all(|b| b.is_ascii_digit())
        && (is_day_of(4..8, 2..4, 0..2) || is_day_of(0..4, 4..6, 6..8))
}

#[cfg(test)]
mod tests;
