//! Why a policy cannot be used, in both languages.

use super::reason::Reason;
use crate::language::Language;

/// A policy cannot be used. What the policy's author wrote is not repeated, but for the names of
/// tables and columns that do not exist.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Not valid TOML, or a key or an action that no policy has.
    #[error("the policy is not valid (line {line}): {what}")]
    Syntax {
        /// Line of the fault, from 1.
        line: usize,
        /// What is expected there.
        what: Reason,
    },
    /// A key says something of another kind than it should.
    #[error("the policy is not valid (line {line}): {key} is {what}")]
    Form {
        /// Line of the value, from 1.
        line: usize,
        /// The key.
        key: &'static str,
        /// What it should say.
        what: Reason,
    },
    /// A key that every policy has is not there.
    #[error("the policy lacks {key}: {what}")]
    Missing {
        /// The key.
        key: &'static str,
        /// What it should say.
        what: Reason,
    },
    /// A fault of a rule, and where the rule stands.
    #[error("{fault} (line {line})")]
    Rule {
        /// Line of the rule, from 1.
        line: usize,
        /// What is wrong with it.
        fault: Box<PolicyError>,
    },
    /// Written for another version of the format.
    #[error("the policy has version {0}, this program reads version 1")]
    Version(u32),
    /// The purpose is not 1 to 32 lower-case letters, digits or hyphens.
    #[error("the purpose must be 1 to 32 lower-case letters, digits or hyphens")]
    Purpose,
    /// No legal basis.
    #[error("the policy names no legal basis: without one nothing may be processed (GDPR 6)")]
    LegalBasis,
    /// Kept for no time, or for ever.
    #[error("retention_months must be 1 to 600: nothing is kept for ever (GDPR 5(1)(e))")]
    Retention,
    /// Leaves out by a consent that does not exist.
    #[error("exclude.consent_withdrawn names a consent that does not exist; there are {0}")]
    UnknownConsent(String),
    /// An age that is no age.
    #[error("exclude.minors must be true (under 18), false, or an age from 1 to 25")]
    Age,
    /// A rule names a table that does not exist.
    #[error("the policy names table {0}, which does not exist")]
    UnknownTable(String),
    /// A rule names a column that does not exist.
    #[error("the policy names column {table}.{column}, which does not exist")]
    UnknownColumn {
        /// Table of the rule.
        table: String,
        /// Column of the rule.
        column: String,
    },
    /// A column has no rule.
    #[error("the policy has no rule for column {table}.{column}; add one, or drop the column")]
    NoRule {
        /// Table of the column.
        table: &'static str,
        /// Column without a rule.
        column: &'static str,
    },
    /// Tokens are made or values sealed, and nothing says whose they are.
    #[error(
        "the rule {action} of column {table}.{column} needs to know whose it is: make {table}.{subject} a pseudonym too"
    )]
    NoSubject {
        /// Table of the rule.
        table: &'static str,
        /// Column of the rule.
        column: &'static str,
        /// The action as written in policies.
        action: &'static str,
        /// Column of the pseudonym that is lacking.
        subject: &'static str,
    },
    /// A column is dropped and something is made of it all the same.
    #[error("the policy drops column {table}.{column} and makes something of it: choose one")]
    DropAndMore {
        /// Table of the rule.
        table: &'static str,
        /// Column of the rule.
        column: &'static str,
    },
    /// Two actions make the same column of the extract.
    #[error("the policy makes column {table}.{made} twice")]
    Repeated {
        /// The table.
        table: &'static str,
        /// Column of the extract.
        made: String,
    },
    /// An action does not fit its column, or its parameter does not.
    #[error("{action} is not allowed for column {table}.{column}: {reason}")]
    Forbidden {
        /// Table of the rule.
        table: &'static str,
        /// Column of the rule.
        column: &'static str,
        /// The action as written in policies.
        action: &'static str,
        /// Why not.
        reason: Reason,
    },
    /// A recoding that says nothing about a code.
    #[error(
        "the recoding of column {table}.{column} says nothing about code {code}; name it, or all others with \"*\""
    )]
    NotRecoded {
        /// Table of the rule.
        table: &'static str,
        /// Column of the rule.
        column: &'static str,
        /// A code of the column's list.
        code: String,
    },
}

impl PolicyError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::It => self.italian(),
            Language::En => self.to_string(),
        }
    }

    /// No arm for "all others": a new error does not compile without its Italian.
    fn italian(&self) -> String {
        match self {
            Self::Syntax { line, what } => {
                format!("la policy non è scritta correttamente (riga {line}): {}", what.text(Language::It))
            }
            Self::Form { line, key, what } => format!(
                "la policy non è scritta correttamente (riga {line}): {key} è {}",
                what.text(Language::It)
            ),
            Self::Missing { key, what } => {
                format!("nella policy manca {key}: {}", what.text(Language::It))
            }
            Self::Rule { line, fault } => format!("{} (riga {line})", fault.italian()),
            Self::Version(version) => {
                format!("la policy è della versione {version}, questo programma legge la versione 1")
            }
            Self::Purpose => {
                "la finalità (purpose) deve avere da 1 a 32 lettere minuscole, cifre o trattini".to_owned()
            }
            Self::LegalBasis => {
                "la policy non indica una base giuridica: senza, non si può trattare nulla (GDPR 6)"
                    .to_owned()
            }
            Self::Retention => {
                "retention_months deve essere da 1 a 600: niente si conserva per sempre (GDPR 5(1)(e))"
                    .to_owned()
            }
            Self::UnknownConsent(known) => {
                format!("exclude.consent_withdrawn nomina un consenso che non esiste; ci sono {known}")
            }
            Self::Age => {
                "exclude.minors deve essere true (meno di 18 anni), false o un'età da 1 a 25".to_owned()
            }
            Self::UnknownTable(table) => format!("la policy nomina la tabella {table}, che non esiste"),
            Self::UnknownColumn { table, column } => {
                format!("la policy nomina la colonna {table}.{column}, che non esiste")
            }
            Self::NoRule { table, column } => format!(
                "la policy non ha una regola per la colonna {table}.{column}; aggiungerla, anche solo per non farla uscire (drop)"
            ),
            Self::NoSubject { table, column, action, subject } => format!(
                "la regola {action} della colonna {table}.{column} deve sapere di chi è il valore: fare uno pseudonimo anche di {table}.{subject}"
            ),
            Self::DropAndMore { table, column } => format!(
                "la policy non fa uscire la colonna {table}.{column} e insieme ne ricava qualcosa: scegliere"
            ),
            Self::Repeated { table, made } => {
                format!("la policy produce due volte la colonna {table}.{made}")
            }
            Self::Forbidden { table, column, action, reason } => {
                format!(
                    "{action} non è ammesso per la colonna {table}.{column}: {}",
                    reason.text(Language::It)
                )
            }
            Self::NotRecoded { table, column, code } => format!(
                "la ricodifica della colonna {table}.{column} non dice niente del codice {code}; nominarlo, oppure nominare tutti gli altri con \"*\""
            ),
        }
    }

    /// The fault itself, wherever its rule stands.
    #[must_use]
    pub fn fault(&self) -> &Self {
        match self {
            Self::Rule { fault, .. } => fault.fault(),
            other => other,
        }
    }

    /// The table and column of the rule at fault, if it is one rule's.
    pub(super) fn place(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Self::UnknownTable(table) => Some((table, None)),
            Self::UnknownColumn { table, column } => Some((table, Some(column))),
            Self::NoSubject { table, column, .. }
            | Self::DropAndMore { table, column }
            | Self::Forbidden { table, column, .. }
            | Self::NotRecoded { table, column, .. }
            | Self::NoRule { table, column } => Some((table, Some(column))),
            Self::Repeated { table, .. } => Some((table, None)),
            _ => None,
        }
    }
}
