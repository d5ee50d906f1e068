//! The leftover gate: what must not be in an extract, looked for in every text of its files before
//! it is signed.
//!
//! The policy lets no text out that is not a code, and the readers accept no code that is in no
//! list. The gate does not trust either of them: it reads the files as they were written. A text
//! that is a code of its column's list is none of anybody's; every other text is refused if it
//! holds one of the forms of [`Leftover`], or as whole words a name of a person of the run.

use std::fmt;

use inlav_core::language::Language;

mod forms;
mod names;
mod transliteration;

pub use names::Names;

/// What must not be in an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Leftover {
    /// A codice fiscale in any of its omocodic forms, mistyped ones included, or a provisional one.
    CodiceFiscale,
    /// An STP or ENI code.
    StpEni,
    /// A line of the machine-readable zone of a travel document, ICAO Doc 9303.
    MachineReadableZone,
    /// The number of a document: a residence permit, a passport, an identity card, a file.
    DocumentNumber,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// An account number, ISO 13616.
    Iban,
    /// The plate of an Italian vehicle.
    Plate,
    /// A family or given name of a person of the run.
    Name,
}

impl Leftover {
    /// Everything that has a form of its own: all but names.
    pub const WITH_FORM: [Self; 8] = [
        Self::CodiceFiscale,
        Self::StpEni,
        Self::MachineReadableZone,
        Self::DocumentNumber,
        Self::Phone,
        Self::Email,
        Self::Iban,
        Self::Plate,
    ];

    /// The first thing in a text, if there is any: with a form of its own, or one of these names.
    ///
    /// # Guarantee
    /// Each of these forms is found alone and among words, and a codice fiscale also with letters or digits
    /// right beside it. Of the others one that is cut up by other signs, or whose digits run into more digits,
    /// may be missed. Tests `every_form_is_found_alone_and_among_words` and
    /// `names_are_found_however_they_are_spelled`.
    #[must_use]
    pub fn in_text(text: &str, names: &Names) -> Option<Self> {
        forms::in_text(text).or_else(|| names.is_in(text).then_some(Self::Name))
    }
}

impl Leftover {
    /// What it is, in English as it is displayed.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        let (it, en) = match self {
            Self::CodiceFiscale => ("un codice fiscale", "a codice fiscale"),
            Self::StpEni => ("un codice STP o ENI", "an STP or ENI code"),
            Self::MachineReadableZone => {
                ("la zona a lettura ottica di un documento", "the machine-readable zone of a document")
            }
            Self::DocumentNumber => ("il numero di un documento", "the number of a document"),
            Self::Phone => ("un numero di telefono", "a telephone number"),
            Self::Email => ("un indirizzo e-mail", "an e-mail address"),
            Self::Iban => ("un numero di conto (IBAN)", "an account number (IBAN)"),
            Self::Plate => ("la targa di un veicolo", "the plate of a vehicle"),
            Self::Name => {
                ("il nome di una persona di questa esportazione", "the name of a person of this export")
            }
        };
        match language {
            Language::It => it,
            Language::En => en,
        }
    }
}

impl fmt::Display for Leftover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text(Language::En))
    }
}
