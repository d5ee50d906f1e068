//! Identifiers of persons, normalised so that two spellings of one document are one value.
//!
//! A normalised identifier is the preimage of a linkage token: it must be exact, and a value
//! that cannot be an identifier (wrong check character, placeholder) must never become one.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::text::{clean, is_placeholder};

mod codice_fiscale;

pub use codice_fiscale::check_character;

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
/// Before: text somebody typed. After: either one normal form per document or an error; never
/// a placeholder. Tests of this module and of `codice_fiscale`.
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

    /// Reads an STP or ENI code: three letters and 13 digits. Null for a placeholder.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`].
    pub fn stp_eni(text: &str) -> Result<Option<Self>, IdentifierFault> {
        let Some(compact) = compact(text) else { return Ok(None) };
        let digits = compact.strip_prefix("STP").or_else(|| compact.strip_prefix("ENI"));
        match digits {
            Some(digits) if digits.len() == 13 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                Ok(Some(Self::new(IdType::StpEni, compact)))
            }
            _ => Err(IdentifierFault::Form),
        }
    }

    /// Reads the number of a residence permit: 7 to 12 letters and digits, at least five of
    /// them digits. Null for a placeholder.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`].
    pub fn permit(text: &str) -> Result<Option<Self>, IdentifierFault> {
        let Some(compact) = compact(text) else { return Ok(None) };
        if is_document_number(&compact, 7..=12, 5) {
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
        if !is_document_number(&compact, 5..=12, 4) {
            return Err(IdentifierFault::Form);
        }
        match issuing_state {
            Some(state) if state.len() == 3 && state.bytes().all(|b| b.is_ascii_uppercase()) => {
                Ok(Some(Self::new(IdType::Passport, format!("{state}:{compact}"))))
            }
            _ => Err(IdentifierFault::IssuingState),
        }
    }

    /// A number that an office or the programme gave out: a person's, a case's, an operator's.
    /// Null for blank text only: `0` and `ND` are numbers somebody may have given.
    #[must_use]
    pub fn register_number(id_type: IdType, text: &str) -> Option<Self> {
        let text = clean(text);
        (!text.is_empty()).then(|| Self::new(id_type, text))
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

fn is_document_number(text: &str, length: std::ops::RangeInclusive<usize>, digits: usize) -> bool {
    length.contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().filter(u8::is_ascii_digit).count() >= digits
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
