//! `inlav audit FILE`: what can be worked out from a table that some tool has published.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table, presets};
use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::whole::{self, Access, Existing};
use inlav_sdc::attack_table::{Absent, Attack, Attacked, HierarchyFile, InputError, Verdict, attack_file};

use super::failure::{Class, Failure};
use super::terminal::Terminal;
use super::{language, protect, release_policy};

/// How a table that some tool has published is read and attacked.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder of a release, or a table
    #[arg(value_name = "PATH")]
    pub(super) table: PathBuf,
    /// The columns that are the dimensions, by commas [default: all but those of values and status]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(super) by: Vec<String>,
    /// The column of the counts [default: value, n, count, freq or the like]
    #[arg(long, value_name = "COLUMN")]
    pub(super) value: Option<String>,
    /// The column that says which cells are suppressed [default: status or sdcStatus, if there]
    #[arg(long, value_name = "COLUMN")]
    pub(super) status: Option<String>,
    /// A mark of suppressed cells besides the usual ones; may be repeated
    #[arg(long = "mark", value_name = "TEXT", allow_hyphen_values = true)]
    pub(super) marks: Vec<String>,
    /// A code that stands for the sum over a dimension besides TOTAL, Totale and All; may be repeated
    #[arg(long = "total", value_name = "CODE")]
    pub(super) totals: Vec<String>,
    /// A hierarchy of categories: CSV with dimension,code,parent, or DIMENSION=FILE with lines
    /// indented by @; may be repeated
    #[arg(long = "hierarchy", value_name = "[DIMENSION=]FILE", value_parser = protect::hierarchy)]
    pub(super) hierarchies: Vec<HierarchyFile>,
    /// The fewest persons of a cell that is no secret [default: 10]
    #[arg(long, value_name = "T")]
    pub(super) threshold: Option<u64>,
    /// Only cells of 1 to T-1 are suppressed, and none to protect others
    #[arg(long)]
    pub(super) only_unsafe: bool,
    /// The smallest count of a suppressed cell [default: 0; 1 with --only-unsafe]
    #[arg(long, value_name = "N")]
    pub(super) least: Option<u64>,
    /// Published counts are rounded to the nearest multiple of this
    #[arg(long, value_name = "BASE")]
    pub(super) rounded: Option<u64>,
    /// What a combination is that is not in the file [default: zero, unless the file has margins only]
    #[arg(long, value_enum)]
    pub(super) absent: Option<AbsentIs>,
    /// The narrowest interval of counts that does not count as disclosed [default: half of T]
    #[arg(long, value_name = "W")]
    pub(super) width: Option<u64>,
    /// Find the exact interval of every suppressed cell, hidden ones too: takes longer
    #[arg(long)]
    pub(super) exactly: bool,
    /// Print the verdict as JSON; of a table all suppressed cells with their intervals
    #[arg(long)]
    pub(super) json: bool,
    /// Write all suppressed cells with their intervals as CSV
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Put the new file in the place of an older one
    #[arg(long, requires = "out")]
    pub(super) force: bool,
    /// Language: it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<Language>,
}

/// What a combination is that is not in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AbsentIs {
    /// Nobody is in it
    Zero,
    /// It is not published
    Unknown,
}

/// Rows of the list on the terminal; the rest is counted.
const SHOWN: usize = 40;

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    language::speaking(arguments.lang, |language| run_in(language, arguments, terminal))
}

fn run_in(language: Language, arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
    if let Some(path) = arguments.out.as_ref().filter(|path| existing == Existing::Refuse && path.exists()) {
        return Err(whole::WholeError::Exists { path: path.clone() }.into());
    }
    let mut attack = arguments.attack()?;
    let [table, hierarchy] = ["table.csv", "hierarchy.csv"].map(|name| arguments.table.join(name));
    let is_folder = arguments.table.is_dir();
    if is_folder && attack.hierarchies.is_empty() && hierarchy.exists() {
        attack.hierarchies.push(HierarchyFile { path: hierarchy, dimension: None });
    }
    let table = if is_folder { &table } else { &arguments.table };
    let attacked = attack_file(table, &attack).map_err(told)?;
    if arguments.json {
        let text =
            serde_json::to_string_pretty(&attacked).map_err(|fault| Failure::new(Class::Other, &fault))?;
        terminal.result(text);
    } else {
        print(&attacked, language, terminal);
    }
    if let Some(path) = &arguments.out {
        whole::write(path, attacked.to_csv().as_bytes(), Access::Private, existing)?;
        let label = Bilingual::of("intervalli", "intervals");
        terminal.note(format_args!("{}: {}", label.text(language), path.display()));
    }
    verdict(&attacked)
}

impl Arguments {
    fn attack(&self) -> Result<Attack, Failure> {
        let policy = release_policy::of_any_table(self.threshold)?;
        Ok(Attack {
            by: self.by.clone(),
            value: self.value.clone(),
            status: self.status.clone(),
            marks: self.marks.clone(),
            totals: self.totals.clone(),
            hierarchies: self.hierarchies.clone(),
            threshold: policy.minimum_persons(),
            only_unsafe: self.only_unsafe,
            least: self.least,
            rounded: self.rounded,
            absent: self.absent.map(|absent| match absent {
                AbsentIs::Zero => Absent::Zero,
                AbsentIs::Unknown => Absent::Unknown,
            }),
            width: self.width.unwrap_or_else(|| policy.minimum_width()),
            exactly: self.exactly,
        })
    }
}

/// What is wrong with the file, and what may have been meant.
fn told(error: InputError) -> Failure {
    let contradicts = matches!(error, InputError::Contradiction { .. });
    let failure = Failure::from(error);
    if contradicts {
        failure.advice(Bilingual::of(
            "valori arrotondati? --rounded BASE; combinazioni soppresse e tolte dal file? --absent unknown; categorie di categorie? --hierarchy FILE",
            "are values rounded? --rounded BASE; suppressed combinations left out of the file? --absent unknown; categories of categories? --hierarchy FILE",
        ))
    } else {
        failure
    }
}

/// The list of endangered cells and a few numbers.
fn print(attacked: &Attacked, language: Language, terminal: &Terminal) {
    let endangered = attacked.endangered().count();
    if endangered > 0 {
        terminal.result(draw(attacked, language));
    }
    if endangered > SHOWN {
        let more = endangered - SHOWN;
        let text = Bilingual::of(
            format!("… e altre {more}; tutte con --out FILE"),
            format!("… and {more} more; all with --out FILE"),
        );
        terminal.result(text.text(language));
    }
    let count = |verdict| attacked.count(verdict);
    let (exact, narrow, unsettled) =
        (count(Verdict::Exact), count(Verdict::Narrow), count(Verdict::Unsettled));
    let (hidden, harmless) = (count(Verdict::Wide), count(Verdict::Harmless));
    let (published, suppressed) = (attacked.published, attacked.cells.len());
    let (width, threshold) = (attacked.width, attacked.threshold);
    let text = Bilingual::of(
        format!(
            "{}, {}: {exact} con il valore esatto, {narrow} entro meno di {width}, {unsettled} non decise; {hidden} nascoste, {harmless} di almeno {threshold}",
            counted(published, "cella pubblicata", "celle pubblicate"),
            counted(suppressed, "soppressa", "soppresse"),
        ),
        format!(
            "{}, {suppressed} suppressed: {exact} exactly computable, {narrow} within less than {width}, {unsettled} unsettled; {hidden} hidden, {harmless} of {threshold} or more",
            counted(published, "cell published", "cells published"),
        ),
    );
    terminal.result(text.text(language));
}

fn draw(attacked: &Attacked, language: Language) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    let headings = [("riga", "row"), ("da", "from"), ("a", "to"), ("esito", "verdict")];
    let heading = |(it, en): (&str, &str)| Bilingual::of(it, en).text(language).to_owned();
    table.set_header(attacked.dimensions.iter().cloned().chain(headings.map(heading)));
    for cell in attacked.endangered().take(SHOWN) {
        let highest = cell.highest.map_or_else(String::new, |highest| highest.to_string());
        let found =
            [cell.row.to_string(), cell.lowest.to_string(), highest, cell.verdict.text(language).to_owned()];
        table.add_row(cell.codes.iter().cloned().chain(found));
    }
    for column in table.column_iter_mut().skip(attacked.dimensions.len()).take(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// A failure if some cell is in danger.
fn verdict(attacked: &Attacked) -> Result<(), Failure> {
    let endangered = attacked.endangered().count();
    if endangered == 0 {
        return Ok(());
    }
    let message = Bilingual::of(
        format!(
            "{} si può ricavare da ciò che è pubblicato, o quasi",
            counted(endangered, "cella soppressa", "celle soppresse")
        ),
        format!(
            "{} can be worked out from what is published, or nearly",
            counted(endangered, "suppressed cell", "suppressed cells")
        ),
    );
    Err(Failure::told(Class::Unsafe, message).advice(Bilingual::of(
        "rifare la tabella dai dati veri con: inlav protect FILE",
        "make the table again from the true data with: inlav protect FILE",
    )))
}
