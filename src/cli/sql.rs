//! `inlav sql`

use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use inlav_analytics::disclosure::{PolicyError, ReleasePolicy};
use inlav_analytics::grid::SUPPRESSED;
use inlav_analytics::session::Session;
use inlav_analytics::sql_gate::{Answer, Cell, Gate, GateError, describe};
use inlav_analytics::store::Store;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;
use inlav_core::whole::{self, Access, Existing, WholeDirectory, WholeError};

use super::failure::{Class, Failure};
use super::language::speaking;
use super::terminal::Terminal;

mod asked;

use asked::Asked;

/// Codes of a column that are listed; of longer lists the first ones.
const MOST_CODES: usize = 30;

/// Ask the store a question in SQL: counts, under disclosure control. What could show a single
/// person is refused, with what to do instead; small counts are withheld.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the store
    #[arg(long, value_name = "DIR")]
    pub(super) store: PathBuf,
    /// Release policy (TOML); safe defaults without one
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// File with a query, instead of writing it out; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(super) file: Vec<PathBuf>,
    /// Folder for the answers as CSV
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// List the views and columns that queries may use
    #[arg(long)]
    pub(super) describe: bool,
    /// Language of messages, it or en; that of the environment without it
    #[arg(long, value_name = "LANG")]
    pub(super) lang: Option<Language>,
    /// The query: one SELECT. Several are answered one after the other
    #[arg(value_name = "SELECT")]
    pub(super) queries: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| answer(arguments, programme, language, terminal))
}

fn answer(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let policy = match &arguments.policy {
        None => ReleasePolicy::default(),
        Some(path) => {
            read(path)?.parse().map_err(|fault: PolicyError| Failure::new(Class::Policy, &fault))?
        }
    };
    let mut queries = arguments.queries.clone();
    for path in &arguments.file {
        queries.push(read(path)?);
    }
    if queries.is_empty() && !arguments.describe {
        return Err(nothing_asked());
    }
    if let Some(out) = arguments.out.as_ref().filter(|out| out.exists()) {
        return Err(WholeError::Exists { path: out.clone() }.into());
    }
    let store = Store::open(&arguments.store)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .build()
        .map_err(|fault| Failure::new(Class::Other, &fault))?;
    runtime.block_on(async {
        let session = Session::open(&store, programme.lists()).await?;
        if arguments.describe {
            for view in describe(&session, programme).await? {
                terminal.result(format_args!("\n{} — {}", view.name, view.label.text(language)));
                terminal.result(columns(&view, language));
            }
        }
        if queries.is_empty() {
            return Ok(());
        }
        let mut asked = Asked::open(&arguments.store, &store, &policy)?;
        let mut gate = Gate::open(&session, programme, policy).await?;
        for earlier in asked.queries() {
            // Asked before: the same answer as then, so that new ones are protected with it.
            gate.ask(earlier).await?;
        }
        let mut answers = Vec::new();
        for query in &queries {
            let answer = gate.ask(query).await?;
            // What is answered is written down before anybody sees it.
            asked.add(query)?;
            terminal.result(table(&answer, language));
            terminal.result(below(&answer).text(language));
            answers.push(answer);
        }
        match &arguments.out {
            Some(out) => write(out, &queries, &answers),
            None => Ok(()),
        }
    })
}

/// The answers as files, whole or not at all.
fn write(out: &Path, queries: &[String], answers: &[Answer]) -> Result<(), Failure> {
    let directory = WholeDirectory::create(out, Existing::Refuse)?;
    for (number, (query, answer)) in (1..).zip(queries.iter().zip(answers)) {
        let csv = answer.csv().map_err(|fault| Failure::new(Class::Output, &fault))?;
        let place = |ending: &str| directory.path().join(format!("answer-{number}.{ending}"));
        whole::write(&place("csv"), &csv, Access::Shared, Existing::Refuse)?;
        whole::write(&place("sql"), query.as_bytes(), Access::Shared, Existing::Refuse)?;
    }
    directory.finish()?;
    Ok(())
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|fault| {
        let (path, refusal) = (path.display(), Language::It.refusal(&fault));
        Failure::told(
            Class::Input,
            Bilingual::of(
                format!("impossibile leggere {path}: {refusal}"),
                format!("cannot read {path}: {fault}"),
            ),
        )
    })
}

fn nothing_asked() -> Failure {
    Failure::told(Class::Input, Bilingual::of("non c'è nessuna domanda", "there is no query")).advice(
        Bilingual::of(
            "scrivere la domanda tra virgolette, o darla con --file; le viste le elenca --describe",
            "write the query in quotation marks, or give it with --file; --describe lists the views",
        ),
    )
}

/// What stands below an answer.
fn below(answer: &Answer) -> Bilingual {
    let as_of = answer.as_of;
    match answer.withheld() {
        0 => Bilingual::of(format!("dati al {as_of}"), format!("data as of {as_of}")),
        _ => Bilingual::of(
            format!(
                "dati al {as_of}; {SUPPRESSED} non mostrato per proteggere le persone: non leggerlo come zero"
            ),
            format!("data as of {as_of}; {SUPPRESSED} withheld to protect persons; do not read it as zero"),
        ),
    }
}

fn table(answer: &Answer, language: Language) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(&answer.columns);
    for row in &answer.rows {
        table.add_row(row.iter().map(|cell| cell.text(language)));
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        let is_number = |row: &Vec<Cell>| !matches!(row.get(at), Some(Cell::Category(_)));
        if answer.rows.iter().all(is_number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn columns(view: &inlav_analytics::sql_gate::DescribedView, language: Language) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    for column in &view.columns {
        let mut codes = column.codes.iter().take(MOST_CODES).cloned().collect::<Vec<_>>().join(" ");
        if column.codes.len() > MOST_CODES {
            codes.push_str(" …");
        }
        table.add_row([column.name.as_str(), column.usage.text(language), &codes]);
    }
    table
}

impl From<GateError> for Failure {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Refused(refusal) => Self::told(
                Class::Policy,
                Bilingual::of(
                    format!("{}: {}", refusal.code(), refusal.text(Language::It)),
                    format!("{}: {}", refusal.code(), refusal.text(Language::En)),
                ),
            ),
            GateError::Query(error) => error.into(),
            other => Self::new(Class::Data, &other),
        }
    }
}
