//! What is wrong with a file, in Italian and English.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use inlav_core::language::Language;

use super::encoding::Fault;

/// Why a file cannot be taken. Names files, columns and rows, never a cell.
///
/// Rows are counted as a spreadsheet does: the heading is row 1.
#[derive(Debug)]
#[non_exhaustive]
pub enum InputError {
    /// The operating system refused.
    Read {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A byte that neither UTF-8 nor UTF-16 nor Windows-1252 allows at its place.
    Encoding {
        /// The file.
        path: PathBuf,
        /// Where, from 0.
        byte: u64,
    },
    /// A Parquet file that is broken.
    Parquet {
        /// The file.
        path: PathBuf,
    },
    /// No heading.
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A heading and no row.
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// No column of this name.
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// The name asked for.
        column: String,
        /// How many columns there are.
        columns: usize,
    },
    /// Several columns of this name.
    TwoColumns {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
    },
    /// A column that is asked for in two roles, or that has the name of one of the result.
    SameColumn {
        /// The name.
        column: String,
    },
    /// No column to make dimensions of.
    NoDimension,
    /// Insiders along something that is no dimension.
    UnknownInsiders {
        /// What was asked for.
        dimension: String,
    },
    /// Insiders are asked for, and the policy leaves them out.
    NoInsiders,
    /// A row with more or fewer cells than the heading, or that is not text.
    Cells {
        /// The file.
        path: PathBuf,
        /// The row.
        row: u64,
    },
    /// A quotation mark that is never closed.
    OpenQuote {
        /// The file.
        path: PathBuf,
        /// The row in which it must be.
        row: u64,
    },
    /// A column of Parquet whose cells are no categories, or no numbers.
    ColumnKind {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// A weight or a value that is no whole number from 0.
    Number {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The row.
        row: u64,
    },
    /// A code for the sum over a dimension where every row has to be a unit.
    TotalInMicrodata {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The row.
        row: u64,
    },
    /// A row that is nobody's.
    NoPerson {
        /// The file.
        path: PathBuf,
        /// The column of persons.
        column: String,
        /// The row.
        row: u64,
    },
    /// Rows whose numbers are not the sums of their parts.
    Margins {
        /// The file.
        path: PathBuf,
        /// The dimensions.
        columns: Vec<String>,
        /// Some of the rows.
        rows: Vec<u64>,
    },
    /// A code that its dimension's hierarchy does not have.
    NotInHierarchy {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The row.
        row: u64,
    },
    /// A unit at a category that has parts.
    InnerNode {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The row.
        row: u64,
    },
    /// A hierarchy with something wrong in it.
    Hierarchy {
        /// The file.
        path: PathBuf,
        /// The row.
        row: u64,
        /// What.
        fault: HierarchyFault,
    },
    /// Two hierarchies for one dimension.
    TwoHierarchies {
        /// The dimension.
        dimension: String,
    },
    /// A cell that is neither a number nor a mark.
    Mark {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The row.
        row: u64,
    },
    /// Two rows for one cell.
    CellTwice {
        /// The file.
        path: PathBuf,
        /// The earlier row.
        first: u64,
        /// The later row.
        row: u64,
    },
    /// No column, or several, that could hold the values.
    NoValues {
        /// The file.
        path: PathBuf,
    },
    /// More cells than can be attacked.
    TooManyCells {
        /// The file.
        path: PathBuf,
    },
    /// What is published contradicts itself.
    Contradiction {
        /// The file.
        path: PathBuf,
        /// Rows of a sum that cannot be, if it is one.
        rows: Vec<u64>,
    },
}

/// What is wrong with a hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HierarchyFault {
    /// No such dimension is asked for.
    UnknownDimension,
    /// A parent that is no code of the dimension.
    UnknownParent,
    /// A code with two parents, or that is there twice.
    TwoParents,
    /// A code that is above itself.
    Cycle,
    /// The code of the total below something.
    TotalBelow,
    /// A row without a code.
    NoCode,
    /// A line indented by more than one step, or without a code.
    Indent,
    /// An indented file that does not say for which dimension it is.
    Unnamed,
}

impl InputError {
    pub(super) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }

    /// A fault met while decoding.
    pub(super) fn of_reading(path: &Path, fault: io::Error) -> Self {
        let byte = fault.get_ref().and_then(|inner| inner.downcast_ref()).map(|&Fault(byte)| byte);
        match byte {
            Some(byte) => Self::Encoding { path: path.to_owned(), byte },
            None => Self::Read { path: path.to_owned(), source: fault },
        }
    }

    /// What is wrong; in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let (it, en) = self.texts();
        match language {
            Language::It => it,
            Language::En => en,
        }
    }

    fn texts(&self) -> (String, String) {
        match self {
            Self::Read { path, source } => {
                let (path, refusal) = (path.display(), Language::It.refusal(source));
                (format!("impossibile leggere {path}: {refusal}"), format!("cannot read {path}: {source}"))
            }
            Self::Encoding { path, byte } => {
                let path = path.display();
                (
                    format!(
                        "{path}: il byte {byte} non è testo in UTF-8, UTF-16 o Windows-1252; salvare di nuovo il file in UTF-8"
                    ),
                    format!(
                        "{path}: byte {byte} is no text in UTF-8, UTF-16 or Windows-1252; save the file again as UTF-8"
                    ),
                )
            }
            Self::Parquet { path } => {
                in_file(path, "il file Parquet è danneggiato", "the Parquet file is broken")
            }
            Self::Empty { path } => in_file(
                path,
                "non c'è un'intestazione: la prima riga deve avere i nomi delle colonne",
                "there is no heading: the first row must have the names of the columns",
            ),
            Self::NoRows { path } => in_file(path, "non c'è nessuna riga", "there is no row"),
            Self::UnknownColumn { path, column, columns } => in_file(
                path,
                &format!(
                    "nessuna delle {columns} colonne si chiama {column}; i nomi sono quelli della prima riga, maiuscole comprese"
                ),
                &format!(
                    "none of the {columns} columns is called {column}; names are those of the first row, case included"
                ),
            ),
            Self::TwoColumns { path, column } => in_file(
                path,
                &format!("più colonne si chiamano {column}; rinominarle"),
                &format!("several columns are called {column}; rename them"),
            ),
            Self::SameColumn { column } => (
                format!(
                    "la colonna {column} è chiesta due volte, o ha un nome riservato al risultato (value, status)"
                ),
                format!(
                    "column {column} is asked for twice, or has a name that is kept for the result (value, status)"
                ),
            ),
            Self::NoDimension => (
                "nessuna colonna su cui fare la tabella: indicarle con --by".to_owned(),
                "no column to make a table by: name some with --by".to_owned(),
            ),
            Self::UnknownInsiders { dimension } => (
                format!(
                    "chi conosce le proprie celle deve stare lungo una dimensione della tabella; {dimension} non è fra quelle di --by"
                ),
                format!(
                    "insiders must stand along a dimension of the table; {dimension} is not among those of --by"
                ),
            ),
            Self::NoInsiders => (
                "si chiede di proteggere da chi conosce le proprie celle, e la policy dice insiders = false"
                    .to_owned(),
                "insiders are asked for, and the policy says insiders = false".to_owned(),
            ),
            Self::Cells { path, row } => in_file(
                path,
                &format!(
                    "la riga {row} non ha tante celle quante l'intestazione; forse c'è un separatore fuori dalle virgolette"
                ),
                &format!(
                    "row {row} has not as many cells as the heading; perhaps a delimiter stands outside of quotation marks"
                ),
            ),
            Self::OpenQuote { path, row } => in_file(
                path,
                &format!("virgolette aperte e mai chiuse alla riga {row}"),
                &format!("quotation marks are opened and never closed in row {row}"),
            ),
            Self::ColumnKind { path, column } => in_file(
                path,
                &format!(
                    "il tipo della colonna {column} non va bene: servono testo, numeri interi, sì/no o giorni, e numeri per pesi e valori"
                ),
                &format!(
                    "the type of column {column} will not do: categories are text, whole numbers, yes/no or days, weights and values are numbers"
                ),
            ),
            Self::Number { path, column, row } => in_file(
                path,
                &format!(
                    "riga {row}, colonna {column}: serve un numero intero, non negativo e senza separatori delle migliaia"
                ),
                &format!(
                    "row {row}, column {column}: a whole number is needed, not negative and without thousands separators"
                ),
            ),
            Self::TotalInMicrodata { path, column, row } => in_file(
                path,
                &format!(
                    "riga {row}, colonna {column}: il codice del totale in dati individuali; togliere le righe di somma, o indicare con --weight la colonna dei conteggi"
                ),
                &format!(
                    "row {row}, column {column}: the code of the total in microdata; take rows of sums out, or name the column of counts with --weight"
                ),
            ),
            Self::NoPerson { path, column, row } => in_file(
                path,
                &format!("riga {row}: la colonna {column} non dice di chi è"),
                &format!("row {row}: column {column} does not say whose it is"),
            ),
            Self::Margins { path, columns, rows } => {
                let (columns, rows) = (columns.join(" × "), listed(rows));
                in_file(
                    path,
                    &format!(
                        "tabella {columns}: i margini non corrispondono alla somma delle loro parti, righe {rows}"
                    ),
                    &format!("table {columns}: margins do not add up, rows {rows}"),
                )
            }
            Self::NotInHierarchy { path, column, row } => in_file(
                path,
                &format!("riga {row}, colonna {column}: il codice non è nella gerarchia; aggiungerlo"),
                &format!("row {row}, column {column}: the code is not in the hierarchy; add it"),
            ),
            Self::InnerNode { path, column, row } => in_file(
                path,
                &format!(
                    "riga {row}, colonna {column}: il codice ha delle parti nella gerarchia; i dati stanno alle foglie"
                ),
                &format!(
                    "row {row}, column {column}: the code has parts in the hierarchy; data stand at its leaves"
                ),
            ),
            Self::Hierarchy { path, row, fault } => {
                let (it, en) = fault.texts();
                in_file(path, &format!("riga {row}: {it}"), &format!("row {row}: {en}"))
            }
            Self::TwoHierarchies { dimension } => (
                format!("due gerarchie per la dimensione {dimension}"),
                format!("two hierarchies for dimension {dimension}"),
            ),
            Self::Mark { path, column, row } => in_file(
                path,
                &format!(
                    "riga {row}, colonna {column}: né un numero intero né un segno conosciuto; altri segni si indicano con --mark"
                ),
                &format!(
                    "row {row}, column {column}: neither a whole number nor a known mark; name further marks with --mark"
                ),
            ),
            Self::CellTwice { path, first, row } => in_file(
                path,
                &format!("le righe {first} e {row} sono la stessa cella"),
                &format!("rows {first} and {row} are the same cell"),
            ),
            Self::NoValues { path } => in_file(
                path,
                "quale colonna ha i valori? Indicarla con --value",
                "which column holds the values? Name it with --value",
            ),
            Self::TooManyCells { path } => {
                in_file(path, "troppe celle; usare meno dimensioni", "too many cells; use fewer dimensions")
            }
            Self::Contradiction { path, rows } if rows.is_empty() => in_file(
                path,
                "nessuna tabella corrisponde a ciò che è pubblicato: i valori si contraddicono",
                "no table fits what is published: values contradict each other",
            ),
            Self::Contradiction { path, rows } => {
                let rows = listed(rows);
                in_file(
                    path,
                    &format!("i valori pubblicati si contraddicono: una somma non torna, righe {rows}"),
                    &format!("published values contradict each other: a sum does not add up, rows {rows}"),
                )
            }
        }
    }
}

impl HierarchyFault {
    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownDimension => {
                ("la dimensione non è fra quelle di --by", "the dimension is not among those of --by")
            }
            Self::UnknownParent => {
                ("il codice sopra non esiste nella dimensione", "the parent is no code of the dimension")
            }
            Self::TwoParents => (
                "il codice c'è già: ogni codice sta in un posto solo",
                "the code is there already: every code has one place",
            ),
            Self::Cycle => ("il codice sta sopra sé stesso", "the code is above itself"),
            Self::TotalBelow => (
                "il codice del totale non sta sotto un altro",
                "the code of the total does not stand below another",
            ),
            Self::NoCode => ("manca il codice", "there is no code"),
            Self::Indent => (
                "rientro di più di un passo, o senza codice",
                "indented by more than one step, or without a code",
            ),
            Self::Unnamed => (
                "di quale dimensione è? Indicarlo con DIMENSIONE=FILE",
                "for which dimension is it? Write DIMENSION=FILE",
            ),
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.texts().1)
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn in_file(path: &Path, it: &str, en: &str) -> (String, String) {
    let path = path.display();
    (format!("{path}: {it}"), format!("{path}: {en}"))
}

fn listed(rows: &[u64]) -> String {
    rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}
