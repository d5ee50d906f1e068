//! What is wrong with a mapping file, by its table, column or line, never with its words.

use std::path::PathBuf;

use inlav_core::language::Language;
use inlav_core::text::printable;

/// A mapping file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// The operating system could not read it.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The mapping file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Not UTF-8.
    #[error("{} is not UTF-8 text: save it again with the encoding UTF-8", path.display())]
    Encoding {
        /// The mapping file.
        path: PathBuf,
    },
    /// Not valid TOML of the expected form.
    #[error("the mapping file is not valid (line {line}): {why}")]
    Syntax {
        /// Line of the fault, from 1.
        line: usize,
        /// What may be wrong there.
        why: SyntaxFault,
    },
    /// Written for another version of the format.
    #[error("the mapping file has version {0}, this program reads version 1")]
    Version(u32),
    /// It names a table that does not exist.
    #[error("the mapping file names table {0}, which does not exist")]
    UnknownTable(String),
    /// It names a column that does not exist.
    #[error("the mapping file names column {table}.{column}, which does not exist (line {line})")]
    UnknownColumn {
        /// Table of the entry.
        table: &'static str,
        /// Column of the entry.
        column: String,
        /// Line of the entry, from 1.
        line: usize,
    },
    /// One heading has two meanings.
    #[error("the mapping file gives a heading of table {table} two meanings (line {line})")]
    TwoMeanings {
        /// Table of the heading.
        table: &'static str,
        /// Line of one of them, from 1.
        line: usize,
    },
    /// A word is translated into something that is no value of the column.
    #[error(
        "the mapping file translates a word of column {table}.{column} into what is no code or value of it (line {line})"
    )]
    UnknownCode {
        /// Table of the column.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Line of the entry, from 1.
        line: usize,
    },
    /// A delimiter that would be taken for something else.
    #[error("the mapping file gives table {table} a delimiter that is no mark (line {line})")]
    Delimiter {
        /// The table.
        table: &'static str,
        /// Line of the entry, from 1.
        line: usize,
    },
    /// Words of identifiers and free text are not translated.
    #[error("the mapping file translates words of column {table}.{column}, which holds no codes")]
    NoWords {
        /// Table of the column.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A key that is not made of row numbers, or of a table that has none.
    #[error(
        "the mapping file gives table {table} a key: only key = \"row\" is known, and only for tables with a register number (line {line})"
    )]
    Key {
        /// The table.
        table: &'static str,
        /// Line of the entry, from 1.
        line: usize,
    },
    /// Identifiers and free text are never the same in every row.
    #[error(
        "the mapping file gives column {table}.{column} a constant, which only codes, days and numbers can have (line {line})"
    )]
    NoConstant {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Line of the entry, from 1.
        line: usize,
    },
}

/// What may be wrong on a line that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxFault {
    /// A name is there twice.
    #[error("the same name stands on an earlier line too; keep one of the two")]
    Twice,
    /// A setting that does not exist.
    #[error("there is no setting of this name")]
    UnknownSetting,
    /// A value that a setting does not have.
    #[error("the setting does not have this value")]
    UnknownValue,
    /// The version of the format is not stated.
    #[error("version = 1 is missing at the top")]
    NoVersion,
    /// A text where a list belongs, or the like.
    #[error("a value of another kind belongs here")]
    Kind,
    /// Anything else.
    #[error("quotation marks, a bracket or an equals sign may be missing")]
    Other,
}

impl SyntaxFault {
    /// What a fault of the TOML parser means. Its own words are not passed on: they may quote the file.
    pub(super) fn of(message: &str) -> Self {
        let known = [
            ("duplicate key", Self::Twice),
            ("unknown field", Self::UnknownSetting),
            ("unknown variant", Self::UnknownValue),
            ("missing field", Self::NoVersion),
            ("invalid type", Self::Kind),
        ];
        let found = known.into_iter().find(|(start, _)| message.starts_with(start));
        found.map_or(Self::Other, |(_, fault)| fault)
    }

    const fn italian(self) -> &'static str {
        match self {
            Self::Twice => "lo stesso nome sta già in una riga precedente; tenere una delle due",
            Self::UnknownSetting => "non esiste un'impostazione con questo nome",
            Self::UnknownValue => "l'impostazione non ha questo valore",
            Self::NoVersion => "in cima manca version = 1",
            Self::Kind => "qui va un valore di un altro genere",
            Self::Other => "forse mancano le virgolette, una parentesi o il segno di uguale",
        }
    }
}

impl MappingError {
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
        let mapping = "il file di mappatura";
        match self {
            Self::Io { path, source } => {
                format!("impossibile leggere {}: {}", path.display(), Language::It.refusal(source))
            }
            Self::Encoding { path } => {
                format!("{} non è un testo UTF-8: salvarlo di nuovo con la codifica UTF-8", path.display())
            }
            Self::Syntax { line, why } => {
                format!("{mapping} non è scritto correttamente (riga {line}): {}", why.italian())
            }
            Self::Version(version) => {
                format!("{mapping} è della versione {version}, questo programma legge la versione 1")
            }
            Self::UnknownTable(table) => {
                format!("{mapping} nomina la tabella {}, che non esiste", printable(table))
            }
            Self::UnknownColumn { table, column, line } => {
                format!(
                    "{mapping} nomina la colonna {table}.{}, che non esiste (riga {line})",
                    printable(column)
                )
            }
            Self::TwoMeanings { table, line } => {
                format!("{mapping} dà due significati a un'intestazione della tabella {table} (riga {line})")
            }
            Self::UnknownCode { table, column, line } => format!(
                "{mapping} traduce una parola della colonna {table}.{column} in qualcosa che non ne è un codice o un valore (riga {line})"
            ),
            Self::Delimiter { table, line } => {
                format!("{mapping} dà alla tabella {table} un separatore che non può esserlo (riga {line})")
            }
            Self::NoWords { table, column } => {
                format!("{mapping} traduce parole della colonna {table}.{column}, che non contiene codici")
            }
            Self::Key { table, line } => format!(
                "{mapping} dà alla tabella {table} una chiave: si può scrivere solo key = \"row\", e solo per le tabelle con un numero di registro (riga {line})"
            ),
            Self::NoConstant { table, column, line } => format!(
                "{mapping} dà alla colonna {table}.{column} un valore costante, che possono avere solo codici, giorni e numeri (riga {line})"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn italian_names_what_english_names() {
        let (table, column, line) = ("person", "gender", 4711);
        for error in [
            MappingError::Io { path: "m.toml".into(), source: std::io::ErrorKind::NotFound.into() },
            MappingError::Encoding { path: "m.toml".into() },
            MappingError::Syntax { line, why: SyntaxFault::Twice },
            MappingError::Version(7),
            MappingError::UnknownTable(table.to_owned()),
            MappingError::UnknownColumn { table, column: column.to_owned(), line },
            MappingError::TwoMeanings { table, line },
            MappingError::UnknownCode { table, column, line },
            MappingError::Delimiter { table, line },
            MappingError::NoWords { table, column },
            MappingError::Key { table, line },
            MappingError::NoConstant { table, column, line },
        ] {
            let (it, en) = (error.text(Language::It), error.text(Language::En));
            assert_eq!(en, error.to_string());
            for name in ["m.toml", "person", "gender", "4711", "7", "\"row\""] {
                assert_eq!(it.contains(name), en.contains(name), "{name}\n{en}\n{it}");
            }
            assert!(!it.contains("the "), "{it}");
        }
    }
}
