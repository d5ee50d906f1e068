//! `inlav check`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;
use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::programme::{Programme, SiteId};
use inlav_core::value::parse_date;
use inlav_core::whole::{self, Access, Existing, Mark, WholeError};
use inlav_pseudo::check::{Context, QualityReport, Verdict, check, page};
use inlav_pseudo::mapping::Mapping;
use inlav_pseudo::source::Export;

use super::clock;
use super::failure::{Class, Failure};
use super::language;
use super::terminal::Terminal;

mod print;

pub(super) use print::print;

/// Exit code of a check that found nothing but warnings.
const WARNINGS: u8 = 10;

/// Read an export, a folder of CSV, Parquet or Arrow files or a workbook, and say what is wrong
/// with it and where.
/// A value is never shown. Warnings do not stand in the way of pseudonymising, errors do.
/// Exit code: 0 nothing found, 10 warnings, 4 errors, 3 it cannot be read.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) input: Input,
    /// Print the report as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Write the report as a page for the browser (.html), in Italian and English
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    /// Language: it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<Language>,
    /// Put the new page in the place of an older one
    #[arg(long, requires = "html")]
    pub(super) force: bool,
}

/// An export and what is needed to read it.
#[derive(Debug, Clone, Args)]
pub(super) struct Input {
    /// The export: a folder of CSV, Parquet or Arrow files, one such file, or a workbook (.xlsx)
    pub(super) export: PathBuf,
    /// The PUA that made it, for example PUA05
    #[arg(long)]
    pub(super) site: SiteId,
    /// Last day the export covers, dd/mm/yyyy or yyyy-mm-dd
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) as_of: NaiveDate,
    /// Mapping file; without it mapping.toml in the folder, or NAME.mapping.toml beside the
    /// workbook, if there is one
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
}

pub(super) fn run(
    arguments: &Arguments,
    programme: &Programme,
    terminal: &Terminal,
) -> Result<ExitCode, Failure> {
    language::speaking(arguments.lang, |language| run_in(language, arguments, programme, terminal))
}

fn run_in(
    language: Language,
    arguments: &Arguments,
    programme: &Programme,
    terminal: &Terminal,
) -> Result<ExitCode, Failure> {
    let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
    if let Some(path) = &arguments.html {
        require_room(path, existing)?;
    }
    let export = arguments.input.open(programme)?;
    let report = arguments.input.check(&export, programme)?;
    if arguments.json {
        let text =
            serde_json::to_string_pretty(&report).map_err(|fault| Failure::new(Class::Other, &fault))?;
        terminal.result(text);
    } else {
        print(&report, language, terminal);
    }
    if let Some(path) = &arguments.html {
        let text = page::html(&report, programme, language);
        // Its owner's only: it speaks of single rows of the register.
        whole::write(path, text.as_bytes(), Access::Private, existing)?;
        let label = Bilingual::of("rapporto", "report");
        terminal.note(format_args!("{}: {}", label.text(language), path.display()));
    }
    refuse_errors(&report)?;
    Ok(exit_code(report.verdict))
}

/// Makes sure, before anything is read, that a page may be written here.
fn require_room(path: &Path, existing: Existing) -> Result<(), WholeError> {
    match existing {
        Existing::Refuse if path.exists() => Err(WholeError::Exists { path: path.to_owned() }),
        Existing::Refuse => Ok(()),
        Existing::Replace => whole::require_own(path, Mark::BeginsWith(page::BEGINNING)),
    }
}

/// The exit code of a check without errors; those end as a [`Failure`].
fn exit_code(verdict: Verdict) -> ExitCode {
    if verdict == Verdict::Warnings { ExitCode::from(WARNINGS) } else { ExitCode::SUCCESS }
}

impl Input {
    /// Opens the export.
    pub(super) fn open(&self, programme: &Programme) -> Result<Export, Failure> {
        programme.site(&self.site).map_err(|fault| {
            let italian = format!("il PUA {} non fa parte del programma", self.site);
            Failure::told(Class::Data, Bilingual::of(italian, fault.to_string()))
        })?;
        if self.as_of > clock::latest_today() {
            let message = Bilingual::of(
                format!("--as-of {} è nel futuro", self.as_of),
                format!("--as-of {} lies in the future", self.as_of),
            );
            return Err(Failure::told(Class::Data, message).advice(Bilingual::of(
                "un estratto di un giorno successivo terrebbe quelli giusti fuori dall'archivio",
                "an extract of a later day would keep the right ones out of the store",
            )));
        }
        let mapping = match &self.mapping {
            Some(path) => Mapping::open(path, programme.lists())?,
            None => Mapping::beside(&self.export, programme.lists())?,
        };
        Ok(Export::open(&self.export, &mapping)?)
    }

    /// Checks the export.
    pub(super) fn check(&self, export: &Export, programme: &Programme) -> Result<QualityReport, Failure> {
        Ok(check(export, &Context { programme, site: &self.site, as_of: self.as_of })?)
    }

    /// The export's path.
    pub(super) fn path(&self) -> &Path {
        &self.export
    }
}

/// A day as people write it.
fn day(text: &str) -> Result<NaiveDate, &'static str> {
    parse_date(text).ok_or("write the day as dd/mm/yyyy or yyyy-mm-dd")
}

/// A failure if the report has errors.
pub(super) fn refuse_errors(report: &QualityReport) -> Result<(), Failure> {
    if report.verdict != Verdict::Errors {
        return Ok(());
    }
    let errors = report.errors();
    let message = Bilingual::of(
        format!("l'esportazione ha {}", counted(errors, "errore", "errori")),
        format!("the export has {}", counted(errors, "error", "errors")),
    );
    Err(Failure::told(Class::Data, message).advice(Bilingual::of(
        "correggere le righe indicate qui sopra nel programma dell'ufficio ed esportare di nuovo",
        "mend the rows named above in the office's program and export again",
    )))
}
