//! Why an action is not allowed, in both languages.

use std::fmt;

use crate::language::Language;

/// A sentence about a policy in both languages; displayed in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    it: &'static str,
    en: &'static str,
}

impl Reason {
    pub(super) const fn of(it: &'static str, en: &'static str) -> Self {
        Self { it, en }
    }

    /// The sentence in one language.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        match language {
            Language::It => self.it,
            Language::En => self.en,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.en)
    }
}

/// In the words of [`Rule::FreeTextKept`](crate::rule::Rule::FreeTextKept).
pub(super) const FREE_TEXT: Reason =
    Reason::of("un testo libero può contenere qualsiasi cosa (R38)", "free text may hold anything (R38)");
pub(super) const DIRECT: Reason =
    Reason::of("identifica direttamente una persona", "it identifies a person directly");
pub(super) const DIRECT_DAY: Reason = Reason::of(
    "identifica direttamente una persona; può uscirne l'anno o una fascia di anni",
    "it identifies a person directly; its year or a band of years may leave",
);
pub(super) const REGISTER_NUMBER: Reason = Reason::of(
    "un numero di registro esce solo come pseudonimo",
    "a register number leaves only as a pseudonym",
);
pub(super) const NOT_KEPT: Reason =
    Reason::of("valori di questo genere non possono uscire come sono", "values of this kind cannot be kept");
pub(super) const NO_PSEUDONYM: Reason =
    Reason::of("solo i numeri di registro diventano pseudonimi", "only register numbers become pseudonyms");
pub(super) const NO_TOKEN: Reason = Reason::of(
    "solo i documenti delle persone e i numeri degli operatori, uguali per tutti i PUA, diventano \
     codici di collegamento",
    "only documents of persons and numbers of operators, which all PUA share, become tokens",
);
pub(super) const NO_RECORD: Reason = Reason::of(
    "la cassaforte ha una scheda per persona, dalla tabella person",
    "the vault holds one record per person, from the table person",
);
pub(super) const NO_YEAR: Reason = Reason::of("solo le date hanno un anno", "only dates have a year");
pub(super) const NO_MONTH: Reason = Reason::of(
    "solo le date hanno un trimestre, un mese e una settimana",
    "only dates have a quarter, a month and a week",
);
pub(super) const NO_AMBITO: Reason =
    Reason::of("solo i comuni appartengono a un ambito", "only municipalities belong to an ambito");
pub(super) const NO_SECTION: Reason =
    Reason::of("solo i codici ATECO hanno una sezione", "only ATECO codes have a section");
pub(super) const NO_SECTOR: Reason =
    Reason::of("solo i codici ATECO hanno un settore", "only ATECO codes have a sector");
pub(super) const NO_AREA: Reason =
    Reason::of("solo i Paesi appartengono a un'area", "only countries belong to an area");
pub(super) const NO_NUMBER: Reason = Reason::of("non è un numero", "it is not a number");
pub(super) const NO_CODES: Reason =
    Reason::of("non contiene codici di una lista", "it does not hold codes of a list");
pub(super) const NO_SHIFT: Reason =
    Reason::of("solo le date si possono spostare", "only dates can be shifted");
pub(super) const SHIFT_OF_NOBODY: Reason = Reason::of(
    "le righe di questa tabella nominano un caso e non la persona, e lo spostamento è della \
     persona; generalizzarla",
    "the rows of this table name a case and not the person, whose shift it would be; generalise \
     it",
);
pub(super) const TELLS_THE_SHIFT: Reason = Reason::of(
    "la policy sposta altre date delle stesse persone, e questa direbbe di quanto; spostarla \
     degli stessi giorni, farne trimestri o anni, oppure non farla uscire (drop)",
    "the policy shifts other days of the same persons, and this would tell by how much; shift it \
     by as many days, make quarters or years of it, or drop it",
);
pub(super) const BAND: Reason = Reason::of("una fascia ha da 2 a 50 anni", "a band has 2 to 50 years");
pub(super) const BINS: Reason = Reason::of(
    "le classi cominciano da uno o più numeri entro i limiti della colonna, ciascuno maggiore del \
     precedente",
    "bins begin with one number or more within the column's bounds, each larger than the one \
     before",
);
pub(super) const TOP: Reason = Reason::of(
    "il massimo sta entro i limiti della colonna, sotto il valore più grande",
    "the top lies within the column's bounds, below the largest",
);
pub(super) const SHIFT: Reason =
    Reason::of("le date si spostano di un numero di giorni da 1 a 366", "dates are shifted by 1 to 366 days");
pub(super) const RECODING: Reason = Reason::of(
    "una ricodifica nomina almeno un codice e produce codici di 1-32 lettere maiuscole, cifre, _, \
     - o .",
    "a recoding names at least one code, and makes codes of 1 to 32 capital letters, digits, _, - \
     or .",
);
pub(super) const UNKNOWN_CODE: Reason = Reason::of(
    "nomina un codice che la lista della colonna non ha",
    "it names a code that the column's list does not have",
);
pub(super) const NO_AMBITI: Reason = Reason::of(
    "il programma non dice quali comuni ha ogni ambito; aggiungerli al suo file come [[ambiti]] e \
     dare quel file con --programme (docs/POLICY.md), oppure non far uscire la colonna (drop)",
    "the programme does not say which municipalities each ambito has; add them to its file as \
     [[ambiti]] and give that file with --programme (docs/POLICY.md), or drop the column",
);
