//! What a check finds, counted by table, column and rule.

use std::collections::BTreeMap;

use inlav_core::registry::{self, Column, Table};
use inlav_core::value::Fault;
use serde::Serialize;

use super::row::CheckedRow;

/// Rows named per finding.
const ROWS_NAMED: usize = 20;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The export is not to be used.
    Error,
    /// The export can be used; somebody should look.
    Warning,
}

/// Something that is wrong in one column, or with one rule, of a table.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The table.
    pub table: &'static str,
    /// The column, if it is about one.
    pub column: Option<&'static str>,
    /// The rule: `R01` to `R40` as in the domain's list, `K01` to `K05` for keys,
    /// references and what indicators need, `K07` for identifiers in the wrong column, `cell` for cells that are not what their column holds.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what to do, in Italian.
    pub text_it: &'static str,
    /// What is wrong and what to do, in English.
    pub text_en: String,
    /// Number of cells or rows; 1 for a finding about a whole column.
    pub count: u64,
    /// Share of the column in per cent, for a finding about a whole column.
    pub percent: Option<u64>,
    /// The first 20 row numbers, from 1 with the headings.
    pub rows: Vec<u64>,
}

/// A rule of the domain that a row or column can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    DatesInOrder,
    AfterExport,
    BeforeProgramme,
    BeforeOpening,
    ClosedWithoutEnd,
    EndWithoutClosed,
    TakenWithoutDay,
    Age,
    Minor,
    SignedPact,
    MissingShare,
    FirstOfMonth,
    KeyTwice,
    UnknownReference,
    DocumentTwice,
    OneSiteRow,
    IdentifierKept,
    IdentifierElsewhere,
    IdentifierAsNumber,
}

impl Rule {
    const fn describe(self) -> (&'static str, Severity, &'static str, &'static str) {
        use Severity::{Error, Warning};
        match self {
            Self::DatesInOrder => (
                "R01",
                Error,
                "le date del caso non sono in ordine: segnalazione, contatto, valutazione, presa in carico, piano, chiusura",
                "the dates of the case are not in order: reported, contacted, assessed, taken in charge, plan, closed",
            ),
            Self::AfterExport => {
                ("R02", Error, "la data è successiva all'esportazione", "the date lies after the export")
            }
            Self::BeforeProgramme => (
                "R02",
                Error,
                "la data precede l'inizio del programma",
                "the date lies before the start of the programme",
            ),
            Self::BeforeOpening => (
                "R03",
                Warning,
                "il primo contatto precede l'apertura del PUA",
                "the first contact lies before the opening of the PUA",
            ),
            Self::ClosedWithoutEnd => (
                "R05",
                Error,
                "il caso è chiuso ma manca la data o il motivo della chiusura",
                "the case is closed but has no day or no reason of closure",
            ),
            Self::EndWithoutClosed => (
                "R05",
                Error,
                "c'è una data o un motivo di chiusura ma il caso non è chiuso",
                "there is a day or a reason of closure but the case is not closed",
            ),
            Self::TakenWithoutDay => (
                "K05",
                Warning,
                "lo stato dice che la persona è stata presa in carico, ma manca la data: non sarà contata come presa in carico",
                "the state says that the person was taken in charge but the day is missing: it will not be counted as taken in charge",
            ),
            Self::Age => (
                "R11",
                Error,
                "l'età al primo contatto non è tra 14 e 99 anni",
                "the age at the first contact is not between 14 and 99 years",
            ),
            Self::Minor => (
                "R11",
                Warning,
                "persona minorenne al primo contatto: segue il percorso di protezione dei minori",
                "the person was under 18 at the first contact: the protection of minors applies",
            ),
            Self::SignedPact => (
                "R32",
                Error,
                "un patto sottoscritto ha una data di firma e almeno due firmatari",
                "a signed pact has a day of signature and at least two signatories",
            ),
            Self::MissingShare => (
                "R39",
                Warning,
                "il valore manca in più di una riga su cinque",
                "the value is missing in more than one row in five",
            ),
            Self::FirstOfMonth => (
                "R40",
                Warning,
                "troppi primi contatti cadono il primo giorno del mese: le date sono vere?",
                "too many first contacts fall on the first day of a month: are the dates real?",
            ),
            Self::KeyTwice => (
                "K01",
                Error,
                "il numero di registro è usato da un'altra riga",
                "the register number is used by another row",
            ),
            Self::UnknownReference => (
                "K02",
                Error,
                "il numero di registro non esiste nella tabella a cui rimanda",
                "the register number does not exist in the table it refers to",
            ),
            Self::DocumentTwice => (
                "K03",
                Warning,
                "il documento è anche di un'altra persona: è un doppione? Il documento lega le due righe in una persona sola",
                "the document is another person's too: is it a duplicate? The document makes the two rows one person",
            ),
            Self::IdentifierKept => (
                "K07",
                Error,
                "la cella sembra un codice fiscale, un telefono, un'e-mail o un IBAN, ma la colonna è un'altra e uscirebbe dal PUA: correggere la mappatura",
                "the cell looks like a codice fiscale, telephone, e-mail or IBAN, but the column is another one and would leave the PUA: mend the mapping",
            ),
            Self::IdentifierElsewhere => (
                "K07",
                Warning,
                "la cella sembra un codice fiscale, un telefono, un'e-mail o un IBAN, ma la colonna è un'altra: non servirà a riconoscere la persona",
                "the cell looks like a codice fiscale, telephone, e-mail or IBAN, but the column is another one: it will not be used to link this person",
            ),
            Self::IdentifierAsNumber => (
                "K07",
                Warning,
                "il numero di registro sembra un codice fiscale, un'e-mail o un IBAN: usare un numero che non dice chi è",
                "the register number looks like a codice fiscale, e-mail or IBAN: use a number that does not say who it is",
            ),
            Self::OneSiteRow => (
                "K04",
                Error,
                "la tabella del PUA ha esattamente una riga",
                "the table of the PUA has exactly one row",
            ),
        }
    }
}

/// What is wrong: a cell's fault or a broken rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Cell(Fault),
    Rule(Rule),
}

#[derive(Default)]
struct Tally {
    count: u64,
    percent: Option<u64>,
    rows: Vec<u64>,
}

/// The tallies of a check, in the order of tables and columns.
#[derive(Default)]
pub(super) struct Findings {
    tallies: BTreeMap<(usize, Option<usize>, What), Tally>,
}

impl Findings {
    /// A cell is not what its column holds.
    pub(super) fn cell(&mut self, row: &CheckedRow<'_>, column: &Column, fault: Fault) {
        self.tally(row.table, Some(column), What::Cell(fault)).add(row.number);
    }

    /// A row breaks a rule.
    pub(super) fn broken(&mut self, row: &CheckedRow<'_>, column: Option<&Column>, rule: Rule) {
        self.tally(row.table, column, What::Rule(rule)).add(row.number);
    }

    /// A whole table or column breaks a rule.
    pub(super) fn of_table(
        &mut self,
        table: &Table,
        column: Option<&Column>,
        rule: Rule,
        percent: Option<u64>,
    ) {
        let tally = self.tally(table, column, What::Rule(rule));
        tally.count = 1;
        tally.percent = percent;
    }

    /// The findings in the order of tables and columns.
    pub(super) fn into_list(self) -> Vec<Finding> {
        self.tallies
            .into_iter()
            .filter_map(|((table, column, what), tally)| {
                let table = registry::tables().get(table)?;
                let column = column.and_then(|column| table.columns.get(column)).map(|column| column.name);
                let (rule, severity, text_it, text_en) = match what {
                    What::Cell(fault) => {
                        let severity = if fault.is_warning() { Severity::Warning } else { Severity::Error };
                        ("cell", severity, italian(fault), fault.to_string())
                    }
                    What::Rule(rule) => {
                        let (id, severity, text_it, text_en) = rule.describe();
                        (id, severity, text_it, text_en.to_owned())
                    }
                };
                let Tally { count, percent, rows } = tally;
                Some(Finding {
                    table: table.name,
                    column,
                    rule,
                    severity,
                    text_it,
                    text_en,
                    count,
                    percent,
                    rows,
                })
            })
            .collect()
    }

    fn tally(&mut self, table: &Table, column: Option<&Column>, what: What) -> &mut Tally {
        let table_at = registry::tables().iter().position(|other| other.name == table.name).unwrap_or(0);
        let column_at =
            column.and_then(|column| table.columns.iter().position(|other| other.name == column.name));
        self.tallies.entry((table_at, column_at, what)).or_default()
    }
}

impl Tally {
    fn add(&mut self, row: u64) {
        self.count += 1;
        if self.rows.len() < ROWS_NAMED {
            self.rows.push(row);
        }
    }
}

/// What is wrong with a cell, in Italian.
const fn italian(fault: Fault) -> &'static str {
    match fault {
        Fault::Empty => "è vuota, ma ogni riga deve avere un valore",
        Fault::Blank => "è vuota e vale NR (non rilevato); scrivere ND, NR, RIF o NA",
        Fault::Date => "non è una data; scriverla come gg/mm/aaaa",
        Fault::Code => "non è nella lista dei codici; tradurla nel file di mappatura o usare un codice",
        Fault::Number => "non è un numero",
        Fault::Bounds => "è fuori dai limiti della colonna",
        Fault::YesNo => "non è né sì né no",
        Fault::Ambito => "non è il numero di un ambito, per esempio AMB07",
        Fault::Ateco => {
            "non è un codice ATECO, per esempio 01.13 o A01; forse Excel ha tolto uno zero iniziale"
        }
        Fault::Identifier(_) => {
            "il numero del documento è sbagliato o incompleto; non servirà a riconoscere la persona"
        }
        _ => "non è un valore di questa colonna",
    }
}
