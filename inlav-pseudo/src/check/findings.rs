//! What a check finds, counted by table, column and rule.

use std::collections::BTreeMap;

use inlav_core::identifiers::IdentifierFault;
use inlav_core::registry::{self, Column, Kind, Table};
use inlav_core::value::Fault;
use serde::Serialize;

use super::location::{Location, Locations};
use super::row::CheckedRow;
use inlav_core::rule::{Rule, RuleText, Severity};

/// Rows named per finding.
const ROWS_NAMED: usize = 20;

/// Something that is wrong in one column, or with one rule, of a table.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The table.
    pub table: &'static str,
    /// The column, if it is about one.
    pub column: Option<&'static str>,
    /// Where it stands in the export.
    #[serde(flatten)]
    pub location: Location,
    /// The rule: `R01` to `R40` as in the domain's list, `K01` to `K08` for keys, references,
    /// what indicators need, identifiers in the wrong column and persons entered twice, `row` for
    /// rows that were left out, `cell` for other cells that are not what their column holds.
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
    /// The code list, if the cells are not in it.
    pub list: Option<&'static str>,
    /// The first 20 row numbers, from 1 with the headings.
    pub rows: Vec<u64>,
    /// For rows that are like an earlier one: that one and the row, for the rows of `rows`.
    pub pairs: Vec<[u64; 2]>,
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
    pairs: Vec<[u64; 2]>,
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

    /// A row that was read earlier breaks a rule.
    pub(super) fn at(&mut self, table: &Table, column: Option<&Column>, rule: Rule, row: u64) {
        self.tally(table, column, What::Rule(rule)).add(row);
    }

    /// A row is like an earlier one in a way that breaks a rule.
    pub(super) fn pair(&mut self, row: &CheckedRow<'_>, column: Option<&Column>, rule: Rule, first: u64) {
        let tally = self.tally(row.table, column, What::Rule(rule));
        tally.add(row.number);
        if tally.pairs.len() < tally.rows.len() {
            tally.pairs.push([first, row.number]);
        }
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
    pub(super) fn into_list(self, locations: &Locations) -> Vec<Finding> {
        self.tallies
            .into_iter()
            .filter_map(|((table, column, what), tally)| {
                let table = registry::tables().get(table)?;
                let column = column.and_then(|column| table.columns.get(column));
                let kind = column.map(|column| column.kind);
                let list = match (what, kind) {
                    (What::Cell(Fault::Code), Some(Kind::Code(list))) => Some(list),
                    _ => None,
                };
                let column = column.map(|column| column.name);
                let (rule, severity, text_it, text_en) = match what {
                    What::Cell(fault) => {
                        let severity = if fault.is_warning() { Severity::Warning } else { Severity::Error };
                        (rule_of_cell(kind, fault), severity, italian(fault), fault.to_string())
                    }
                    What::Rule(rule) => {
                        let RuleText { id, severity, text_it, text_en } = rule.text();
                        (id, severity, text_it, text_en.to_owned())
                    }
                };
                let Tally { count, percent, rows, pairs } = tally;
                Some(Finding {
                    table: table.name,
                    column,
                    location: locations.location(table.name, column),
                    rule,
                    severity,
                    text_it,
                    text_en,
                    count,
                    percent,
                    list,
                    rows,
                    pairs,
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

/// The rule that a cell breaks. R35: a codice fiscale has its form, its check character, a day and a
/// place that exist. R36: an STP or ENI code has its form.
const fn rule_of_cell(kind: Option<Kind>, fault: Fault) -> &'static str {
    match (kind, fault) {
        (Some(Kind::CodiceFiscale), Fault::Identifier(_)) => Rule::TaxCode.text().id,
        (Some(Kind::StpEni), Fault::Identifier(_)) => Rule::HealthCodeOfNowhere.text().id,
        _ => "cell",
    }
}

/// What is wrong with a cell, in Italian.
const fn italian(fault: Fault) -> &'static str {
    match fault {
        Fault::Empty => "è vuota, ma ogni riga deve avere un valore",
        Fault::SheetError => {
            "è un errore del foglio di calcolo, per esempio #RIF! o #####; correggerlo lì (##### è una colonna troppo stretta) ed esportare di nuovo"
        }
        Fault::Blank => "è vuota e vale NR (non rilevato); scrivere ND, NR, RIF o NA",
        Fault::Date => "non è una data; scriverla come gg/mm/aaaa",
        Fault::Century => {
            "ha un anno di due cifre che può essere di due secoli; scrivere l'anno con quattro cifre"
        }
        Fault::MonthFirst => {
            "ha un mese oltre il 12; se l'ufficio scrive prima il mese, indicare date_order = \"mdy\" nel file di mappatura"
        }
        Fault::YearAlone => {
            "è un anno senza mese e giorno; scrivere il giorno che sta sul documento, o lasciare vuoto"
        }
        Fault::Zone => {
            "è un istante in un fuso orario che non è quello italiano, dove può essere un altro giorno; scrivere solo il giorno, come gg/mm/aaaa"
        }
        Fault::Code => "non è nella lista dei codici; tradurla nel file di mappatura o usare un codice",
        Fault::Number => "non è un numero",
        Fault::Bounds => "è fuori dai limiti della colonna",
        Fault::YesNo => "non è né sì né no",
        Fault::Ambito => "non è il numero di un ambito, per esempio AMB07",
        Fault::Ateco => {
            "non è un codice ATECO, per esempio 01.13 o A01; forse Excel ha tolto uno zero iniziale"
        }
        Fault::Occupation => "non è un codice della classificazione CP2021, per esempio 8.4.1",
        Fault::Municipality => "non è il codice ISTAT di un comune (sei cifre, per esempio 017085)",
        Fault::Site => "non è il codice di un PUA, per esempio PUA05",
        Fault::TooMany => "ha più codici di quanti la colonna ne accetta",
        Fault::Phone => "non è un solo numero di telefono, per esempio +39 030 765432; resta come è scritto",
        Fault::Email => "non è un solo indirizzo e-mail; resta come è scritto",
        Fault::Identifier(IdentifierFault::CheckCharacter) => {
            "il carattere di controllo non torna: è un errore di battitura; non servirà a riconoscere la persona"
        }
        Fault::Identifier(IdentifierFault::BirthDay) => {
            "il giorno di nascita nel codice non esiste; non servirà a riconoscere la persona"
        }
        Fault::Identifier(IdentifierFault::BirthPlace) => {
            "il luogo di nascita nel codice non esiste; non servirà a riconoscere la persona"
        }
        Fault::Identifier(IdentifierFault::IssuingState) => {
            "manca lo stato di rilascio; non servirà a riconoscere la persona"
        }
        Fault::Identifier(IdentifierFault::OtherState) => {
            "la zona a lettura ottica è di un altro stato di rilascio; non servirà a riconoscere la persona"
        }
        Fault::Identifier(_) => {
            "il numero del documento è sbagliato o incompleto; non servirà a riconoscere la persona"
        }
        _ => "non è un valore di questa colonna",
    }
}
