//! What a person types into the log.

use inlav_core::language::Language;
use inlav_core::text::is_unprintable;
use serde::{Deserialize, Serialize};

use crate::shape::Shape;

/// A reason or a case reference, typed by a person: one line of 3 to 200 characters in which
/// nothing looks like an identifier. It must not name the person: who reads the log is not always
/// who may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Remark(String);

/// A text cannot be a remark. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RemarkError {
    /// Too short or too long.
    #[error("it must have {} to {} characters", Remark::SHORTEST, Remark::LONGEST)]
    Length,
    /// Several lines, or characters that cannot be seen.
    #[error("it must be one line of visible characters")]
    Unprintable,
    /// It holds what looks like an identifier.
    #[error("it holds what looks like {english}; the log must not say who it is about")]
    Identifier {
        /// What it looks like, in Italian.
        italian: &'static str,
        /// The same in English.
        english: &'static str,
    },
}

/// Most words that an identifier is written in: an IBAN in groups of four.
const LONGEST_IDENTIFIER: usize = 9;

impl Remark {
    /// Fewest characters.
    pub const SHORTEST: usize = 3;
    /// Most characters.
    pub const LONGEST: usize = 200;

    /// Takes over what was typed, without blanks at its ends.
    ///
    /// # Guarantee
    /// No codice fiscale, STP or ENI code, e-mail address, telephone number or IBAN that is
    /// written as usual gets into the log this way. Names do: they have no form. Test
    /// `a_remark_holds_no_identifier`.
    ///
    /// # Errors
    /// [`RemarkError`].
    pub fn new(text: &str) -> Result<Self, RemarkError> {
        let text = text.trim();
        if !(Self::SHORTEST..=Self::LONGEST).contains(&text.chars().count()) {
            return Err(RemarkError::Length);
        }
        if text.chars().any(is_unprintable) {
            return Err(RemarkError::Unprintable);
        }
        match identifier(text) {
            Some(shape) => {
                let [italian, english] = names(shape);
                Err(RemarkError::Identifier { italian, english })
            }
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What some words of a text look like.
fn identifier(text: &str) -> Option<Shape> {
    let outside = |c: char| !c.is_alphanumeric() && c != '+';
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(outside))
        .filter(|word| !word.is_empty())
        .collect();
    (0..words.len()).find_map(|from| {
        let rest = words.get(from..)?;
        (1..=rest.len().min(LONGEST_IDENTIFIER))
            .filter_map(|length| rest.get(..length))
            .find_map(|words| Shape::of(&words.join(" ")).filter(|shape| !is_register_number(*shape, words)))
    })
}

/// Whether it is a number of a register and its year, such as 0012345/2025, which also looks like
/// a telephone number.
fn is_register_number(shape: Shape, words: &[&str]) -> bool {
    let [word] = words else { return false };
    shape == Shape::Phone
        && word
            .rsplit_once('/')
            .is_some_and(|(_, year)| year.len() == 4 && (year.starts_with("19") || year.starts_with("20")))
}

impl RemarkError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Length) => {
                format!("deve avere da {} a {} caratteri", Remark::SHORTEST, Remark::LONGEST)
            }
            (Language::It, Self::Unprintable) => "deve stare su una riga di caratteri visibili".to_owned(),
            (Language::It, Self::Identifier { italian, .. }) => {
                format!("contiene qualcosa che sembra {italian}; il registro non deve dire di chi si tratta")
            }
        }
    }
}

/// What a shape is called, in Italian and English.
const fn names(shape: Shape) -> [&'static str; 2] {
    match shape {
        Shape::CodiceFiscale => ["un codice fiscale", "a codice fiscale"],
        Shape::StpEni => ["un codice STP o ENI", "an STP or ENI code"],
        Shape::Email => ["un indirizzo e-mail", "an e-mail address"],
        Shape::Phone => ["un numero di telefono", "a telephone number"],
        Shape::Iban => ["un IBAN", "an IBAN"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_holds_no_identifier() {
        for text in [
            "minaccia, si cerca PRVVTR04P68E333G",
            "prv vtr 04p68 e333g",
            "chiamare (333 1234567) subito",
            "tel. +39 02 1234567",
            "scrivere a prova@example.org.",
            "IT60 X054 2811 1010 0000 0123 456",
            "STP0301234567890",
        ] {
            assert!(matches!(Remark::new(text), Err(RemarkError::Identifier { .. })), "{text}");
        }
    }

    #[test]
    fn reasons_and_references_as_offices_write_them_are_remarks() {
        for text in [
            "Minaccia del datore di lavoro, tutela urgente",
            "prot. 0012345/2025",
            "RG 1234/2025, Procura di Brescia",
            "fascicolo PUA05-2025-17 del 12/03/2025",
            "GDPR 17, richiesta del 2025-06-30",
        ] {
            assert_eq!(Remark::new(&format!(" {text} ")).unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_remark_is_one_visible_line_of_bounded_length() {
        assert_eq!(Remark::new("ab"), Err(RemarkError::Length));
        assert_eq!(Remark::new(&"a".repeat(201)), Err(RemarkError::Length));
        assert!(Remark::new(&"à".repeat(200)).is_ok());
        for text in ["due\nrighe", "campana\u{7}", "inverso \u{202e}"] {
            assert_eq!(Remark::new(text), Err(RemarkError::Unprintable));
        }
    }
}
