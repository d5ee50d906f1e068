//! Identifiers of persons, normalised so that two spellings of one document are one value.
//!
//! A normalised identifier is the preimage of a linkage token: it must be exact, and a value
//! that cannot be an identifier (wrong check character, placeholder) must never become one.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::text::{clean, is_invisible_mark, is_placeholder};
use crate::value::parse_date;

mod codice_fiscale;

pub use codice_fiscale::check_character;
#[cfg(feature = "synthetic")]
pub(crate) use codice_fiscale::{DIGIT_POSITIONS, MONTHS, OMOCODIA};

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
    /// A passport without its issuing state.
    #[error("the issuing state is missing")]
    IssuingState,
}

impl Identifier {
    /// Reads a codice fiscale, of 16 characters or provisional of 11 digits. The 128 omocodic
    /// forms of a code are one value. Null for a placeholder.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`] or [`IdentifierFault::CheckCharacter`].
    pub fn codice_fiscale(text: &str) -> Result<Option<Self>, IdentifierFault> {
        let Some(compact) = compact(text) else { return Ok(None) };
        if compact.len() == 11 && compact.bytes().all(|b| b.is_ascii_digit()) {
            return if codice_fiscale::provisional_check_fits(&compact) {
                Ok(Some(Self::new(IdType::ProvisionalCode, compact)))
            } else {
                Err(IdentifierFault::CheckCharacter)
            };
        }
        codice_fiscale::normalise(&compact).map(|normal| Some(Self::new(IdType::CodiceFiscale, normal)))
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
    /// them digits. A day, such as that of its expiry, is no number. Null for a placeholder.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`].
    pub fn permit(text: &str) -> Result<Option<Self>, IdentifierFault> {
        let Some(compact) = compact(text) else { return Ok(None) };
        if is_document_number(text, &compact, 7..=12, 5) {
            Ok(Some(Self::new(IdType::Permit, compact)))
        } else {
            Err(IdentifierFault::Form)
        }
    }

    /// Reads a passport: its number (5 to 12 letters and digits, at least four digits) and the
    /// ISO 3166-1 alpha-3 code of the issuing state, because numbers repeat between states.
    /// Null for a placeholder.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`], or [`IdentifierFault::IssuingState`] when the state is absent.
    pub fn passport(number: &str, issuing_state: Option<&str>) -> Result<Option<Self>, IdentifierFault> {
        let Some(compact) = compact(number) else { return Ok(None) };
        if !is_document_number(number, &compact, 5..=12, 4) {
            return Err(IdentifierFault::Form);
        }
        match issuing_state {
            Some(state) if state.len() == 3 && state.bytes().all(|b| b.is_ascii_uppercase()) => {
                Ok(Some(Self::new(IdType::Passport, format!("{state}:{compact}"))))
            }
            _ => Err(IdentifierFault::IssuingState),
        }
    }

    /// A number from an office's register: a person's, a case's. Null for blank text only: `0`
    /// and `ND` are numbers somebody may have given, and only the register itself refers to them.
    ///
    /// An operator's number is the same in the whole programme and is typed at many desks: there
    /// case, spaces and marks make no difference, and a placeholder is null.
    #[must_use]
    pub fn register_number(id_type: IdType, text: &str) -> Option<Self> {
        let visible: String = text.chars().filter(|c| !is_invisible_mark(*c)).collect();
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

/// Capital letters and digits only, `None` for a placeholder.
fn compact(text: &str) -> Option<String> {
    if is_placeholder(text) {
        return None;
    }
    let compact = clean(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '/' | '.' | '_'))
        .flat_map(char::to_uppercase)
        .collect();
    Some(compact)
}

/// Whether a text, compacted to `compact`, can be the number of a document: letters and digits,
/// at most three letters before the first digit, and no day.
fn is_document_number(
    text: &str,
    compact: &str,
    length: std::ops::RangeInclusive<usize>,
    digits: usize,
) -> bool {
    let only_digits: String = compact.chars().filter(char::is_ascii_digit).collect();
    length.contains(&compact.len())
        && compact.bytes().all(|b| b.is_ascii_alphanumeric())
        && compact.bytes().take_while(u8::is_ascii_alphabetic).count() <= 3
        && only_digits.len() >= digits
        && is_number(&only_digits)
        && (only_digits.len() < compact.len() || !COUNT.contains(compact))
        && !is_day(text, compact)
}

/// What somebody types who has to type digits.
const COUNT: &str = "01234567890";

/// Digits that are not one digit over and over.
fn is_number(digits: &str) -> bool {
    let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
    let first = digits.bytes().next();
    all_digits && digits.bytes().any(|b| Some(b) != first)
}

/// Whether a text is a day, with separators or without.
fn is_day(text: &str, compact: &str) -> bool {
    let dashed =
        |year: std::ops::Range<usize>, month: std::ops::Range<usize>, day: std::ops::Range<usize>| {
            Some(format!("{}-{}-{}", compact.get(year)?, compact.get(month)?, compact.get(day)?))
        };
    let without = [dashed(4..8, 2..4, 0..2), dashed(0..4, 4..6, 6..8)];
    parse_date(text).is_some()
        || compact.len() == 8 && without.iter().flatten().any(|day| parse_date(day).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_document_are_one_value() {
        let a = Identifier::permit("i 1234-5678").unwrap().unwrap();
        let b = Identifier::permit("I12345678").unwrap().unwrap();
        assert_eq!(a, b);
    }

    #[test]
    fn placeholders_are_null_and_typing_errors_are_faults() {
        assert_eq!(Identifier::codice_fiscale("non disponibile"), Ok(None));
        assert_eq!(Identifier::stp_eni("XXXXXXXX"), Ok(None));
        assert_eq!(Identifier::stp_eni("STP123"), Err(IdentifierFault::Form));
        assert_eq!(Identifier::passport("AB1234567", None), Err(IdentifierFault::IssuingState));
    }

    /// Each of these stands in the same cell for many people, who would become one person.
    #[test]
    fn what_is_no_number_never_links_strangers() {
        for text in [
            "31/12/2024",
            "2024-12-31",
            "31122024",
            "20241231",
            "31-12-2024 00:00",
            "I00000000",
            "AA 0000000",
            "1234567",
            "123456789",
            "SCAD31122024",
        ] {
            assert!(matches!(Identifier::permit(text), Ok(None) | Err(IdentifierFault::Form)), "permit");
            let passport = Identifier::passport(text, Some("PAK"));
            assert!(matches!(passport, Ok(None) | Err(IdentifierFault::Form)), "passport");
        }
        assert_eq!(Identifier::passport("SCADUTO 2023", Some("PAK")), Err(IdentifierFault::Form));
        assert_eq!(Identifier::stp_eni("STP0000000000000"), Err(IdentifierFault::Form));
        for text in ["I12345678", "I 0312 0241", "AB1234567", "312202411"] {
            assert!(Identifier::permit(text).unwrap().is_some());
        }
    }

    #[test]
    fn an_operator_is_one_however_the_number_is_typed() {
        let operator = |text| Identifier::register_number(IdType::Operator, text);
        assert_eq!(operator("OP00001"), operator("op-00001 "));
        assert_eq!(operator("OP00001"), operator("Op 00001"));
        assert_eq!(operator("N.D."), None);
        assert_ne!(operator("OP00001"), operator("OP00002"));
        assert!(Identifier::register_number(IdType::Person, "ND").is_some());
        let marked = Identifier::register_number(IdType::Person, "\u{200F}P-1\u{200B}");
        assert_eq!(marked, Identifier::register_number(IdType::Person, "P-1"));
    }

    #[test]
    fn the_issuing_state_is_part_of_a_passport() {
        let a = Identifier::passport("AB1234567", Some("PAK")).unwrap();
        let b = Identifier::passport("AB1234567", Some("BGD")).unwrap();
        assert_ne!(a, b);
    }

    #[test]
    fn debug_output_is_redacted() {
        let id = Identifier::permit("I12345678").unwrap().unwrap();
        assert_eq!(format!("{id:?}"), "Identifier(redacted)");
    }
}
