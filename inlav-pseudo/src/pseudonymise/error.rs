//! Why rows cannot become rows of an extract.

use inlav_core::language::Language;
use inlav_core::policy::PolicyError;
use inlav_core::value::Fault;

/// Rows cannot be pseudonymised. Never holds a value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PseudonymiseError {
    /// The policy cannot be used for the table.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Site key and linkage key are of different programmes.
    #[error("the site key and the linkage key belong to different programmes")]
    Programme,
    /// Rows of another table.
    #[error("rows of {found} were given where rows of {expected} belong")]
    Table {
        /// The table that was prepared.
        expected: &'static str,
        /// The rows' table.
        found: &'static str,
    },
    /// The export lacks a column.
    #[error("the export has no column {table}.{column}, which every row needs")]
    MissingColumn {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A cell cannot be read.
    #[error("{table}.{column} {fault} (row {row})")]
    Cell {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row in the export, from 1 with the headings.
        row: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A cell was read as something that its rule cannot make anything of.
    #[error("{table}.{column} does not fit its rule in the policy (row {row})")]
    Rule {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row in the export, from 1 with the headings.
        row: u64,
    },
    /// The columns cannot be put together; the engine's own message would quote values.
    #[error("the columns of {table} cannot be put together")]
    Assemble {
        /// The table.
        table: &'static str,
    },
}

impl PseudonymiseError {
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
            Self::Policy(error) => error.text(Language::It),
            Self::Programme => {
                "la chiave del PUA (site) e la chiave di collegamento (linkage) sono di programmi diversi"
                    .to_owned()
            }
            Self::Table { expected, found } => {
                format!("sono state date righe di {found} dove vanno righe di {expected}")
            }
            Self::MissingColumn { table, column } => {
                format!("nell'esportazione manca la colonna {table}.{column}, che serve a ogni riga")
            }
            Self::Cell { table, column, row, .. } => {
                format!("{table}.{column}: la cella non si può leggere (riga {row}); inlav check dice perché")
            }
            Self::Rule { table, column, row } => {
                format!("{table}.{column} non va d'accordo con la sua regola nella policy (riga {row})")
            }
            Self::Assemble { table } => format!("non si riesce a mettere insieme le colonne di {table}"),
        }
    }
}
