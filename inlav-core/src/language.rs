//! What people read, in Italian and English.

use std::io;

use serde::{Deserialize, Serialize};

/// A language that people read.
///
/// ```
/// use inlav_core::language::Language;
/// assert_eq!("it".parse(), Ok(Language::It));
/// assert!("la".parse::<Language>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Italian.
    It,
    /// English.
    En,
}

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Italian.
    pub it: String,
    /// English.
    pub en: String,
}

/// A text that names no language known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write it or en")]
pub struct UnknownLanguage;

impl Language {
    /// The code of ISO 639-1, as in the `lang` of a page.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::It => "it",
            Self::En => "en",
        }
    }

    /// Why the operating system refused: in Italian for the usual reasons, else in its own words.
    #[must_use]
    pub fn refusal(self, fault: &io::Error) -> String {
        let italian = match fault.kind() {
            io::ErrorKind::NotFound => Some("non esiste"),
            io::ErrorKind::PermissionDenied => Some("non c'è il permesso"),
            io::ErrorKind::StorageFull => Some("il disco è pieno"),
            io::ErrorKind::IsADirectory => Some("è una cartella"),
            io::ErrorKind::NotADirectory => Some("non è una cartella"),
            _ => None,
        };
        italian.filter(|_| self == Self::It).map_or_else(|| fault.to_string(), str::to_owned)
    }
}

impl std::str::FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::It, Self::En].into_iter().find(|language| language.code() == text).ok_or(UnknownLanguage)
    }
}

/// A number with what is counted: `1 errore`, `2 errori`, in either language.
///
/// ```
/// use inlav_core::language::counted;
/// assert_eq!(counted(1_u64, "errore", "errori"), "1 errore");
/// assert_eq!(counted(0_u64, "error", "errors"), "0 errors");
/// ```
#[must_use]
pub fn counted<N: PartialEq + From<u8> + std::fmt::Display>(number: N, one: &str, many: &str) -> String {
    let what = if number == N::from(1) { one } else { many };
    format!("{number} {what}")
}

impl Bilingual {
    /// A text from its two forms.
    #[must_use]
    pub fn of(it: impl Into<String>, en: impl Into<String>) -> Self {
        Self { it: it.into(), en: en.into() }
    }

    /// The text in one language.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::It => &self.it,
            Language::En => &self.en,
        }
    }
}
