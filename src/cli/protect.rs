//! `inlav protect`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::whole::{Existing, WholeError};
use inlav_sdc::any_table::{HierarchyFile, Protected, Request, protect_file};
use inlav_sdc::{Cost, Zeros};

use super::failure::Failure;
use super::language;
use super::release_policy;
use super::terminal::Terminal;

/// Make a table of counts, with all its margins, from a file of anybody (CSV or Parquet), put it
/// under disclosure control and write table.csv, README.txt and audit.json (the proofs; not for publication). A row of the file is one unit, or
/// as many as --weight says. If the table cannot be protected, nothing is written.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The file: microdata, or a frequency table with --weight
    pub(super) file: PathBuf,
    /// The columns that are the table's dimensions, by commas
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    pub(super) by: Vec<String>,
    /// The column with how many units a row stands for
    #[arg(long, value_name = "COLUMN")]
    pub(super) weight: Option<String>,
    /// The column that says whose a row is: the threshold then counts distinct persons
    #[arg(long, value_name = "COLUMN")]
    pub(super) person: Option<String>,
    /// A hierarchy of categories: CSV with dimension,code,parent, or DIMENSION=FILE with lines
    /// indented by @; may be repeated
    #[arg(long = "hierarchy", value_name = "[DIMENSION=]FILE", value_parser = hierarchy)]
    pub(super) hierarchies: Vec<HierarchyFile>,
    /// A code that stands for the sum over a dimension, besides TOTAL and Totale (with --weight);
    /// may be repeated
    #[arg(long = "total", value_name = "CODE", requires = "weight")]
    pub(super) totals: Vec<String>,
    /// The dimension whose categories are offices that know their own cells
    #[arg(long, value_name = "DIMENSION")]
    pub(super) insiders: Option<String>,
    /// The fewest persons of a published cell [default: 10]
    #[arg(long, value_name = "T", conflicts_with = "policy")]
    pub(super) threshold: Option<u64>,
    /// Release policy (TOML); safe defaults without one
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// What withholding a safe cell costs: as little as can be is lost of it [default: cells]
    #[arg(long, value_enum)]
    pub(super) cost: Option<CostOf>,
    /// What happens to cells with nobody in them [default: published]
    #[arg(long, value_enum)]
    pub(super) zeros: Option<ZerosAre>,
    /// How cells are protected
    #[arg(long, value_enum, default_value_t = Method::Suppress)]
    pub(super) method: Method,
    /// Folder of the result
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Put the new folder in the place of an older one
    #[arg(long)]
    pub(super) force: bool,
    /// Language: it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<Language>,
}

/// What withholding a safe cell costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CostOf {
    /// Every cell the same
    Cells,
    /// The persons in it
    Persons,
    /// More for larger cells, several times as much for margins
    Margins,
}

impl From<CostOf> for Cost {
    fn from(cost: CostOf) -> Self {
        match cost {
            CostOf::Cells => Self::Cells,
            CostOf::Persons => Self::Persons,
            CostOf::Margins => Self::Margins,
        }
    }
}

/// What happens to cells with nobody in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ZerosAre {
    /// Published, unless that leaves a cell unprotected
    Published,
    /// Withheld below a small cell: there a zero tells where its persons are not
    Withheld,
}

impl From<ZerosAre> for Zeros {
    fn from(zeros: ZerosAre) -> Self {
        match zeros {
            ZerosAre::Published => Self::Published,
            ZerosAre::Withheld => Self::WithheldBelowUnsafe,
        }
    }
}

/// How cells are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Method {
    /// Unsafe cells are withheld, and others that would tell them
    Suppress,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    language::speaking(arguments.lang, |language| run_in(language, arguments, terminal))
}

fn run_in(language: Language, arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
    if existing == Existing::Refuse && arguments.out.exists() {
        return Err(WholeError::Exists { path: arguments.out.clone() }.into());
    }
    let mut policy = match &arguments.policy {
        Some(path) => release_policy::open(Some(path))?,
        None => release_policy::of_any_table(arguments.threshold)?,
    };
    if let Some(cost) = arguments.cost {
        policy = policy.with_cost(cost.into());
    }
    if let Some(zeros) = arguments.zeros {
        policy = policy.with_zeros(zeros.into());
    }
    let request = Request {
        by: arguments.by.clone(),
        weight: arguments.weight.clone(),
        person: arguments.person.clone(),
        insiders: arguments.insiders.clone(),
        hierarchies: arguments.hierarchies.clone(),
        totals: arguments.totals.clone(),
        policy,
    };
    let protected = match arguments.method {
        Method::Suppress => protect_file(&arguments.file, &request)?,
    };
    protected.write(&arguments.out, existing)?;
    report(&protected, &arguments.out, language, terminal);
    Ok(())
}

/// A few lines about what was done.
fn report(protected: &Protected, out: &Path, language: Language, terminal: &Terminal) {
    let (published, suppressed) = protected.cells();
    let audit = &protected.publication().audit;
    let (attackers, tried) = (audit.attackers.len(), audit.cells_attacked);
    let done = Bilingual::of(
        format!(
            "{}, {}; {} contro {}: nessuna si può ricavare",
            counted(published, "cella pubblicata", "celle pubblicate"),
            counted(suppressed, "soppressa", "soppresse"),
            counted(attackers, "attaccante", "attaccanti"),
            counted(tried, "piccola", "piccole"),
        ),
        format!(
            "{}, {suppressed} suppressed; {} tried {}: none can be worked out",
            counted(published, "cell published", "cells published"),
            counted(attackers, "attacker", "attackers"),
            counted(tried, "small count", "small counts"),
        ),
    );
    terminal.result(done.text(language));
    let loss = protected.publication().loss;
    let optimal = if loss.is_least() {
        Bilingual::of(
            format!("perdita {}: dimostrato che non se ne può avere una minore", loss.cost),
            format!("loss {}: proven that none less can be had", loss.cost),
        )
    } else {
        Bilingual::of(
            format!("perdita {}; nessuna protezione ne ha una minore di {}", loss.cost, loss.least),
            format!("loss {}; no protection has less than {}", loss.cost, loss.least),
        )
    };
    terminal.result(optimal.text(language));
    if audit.exceptions() > 0 {
        let nearer = Bilingual::of(
            format!(
                "{} chi sa già molto arriva più vicino della larghezza minima, mai al numero",
                counted(audit.exceptions(), "volta", "volte")
            ),
            format!(
                "{} an attacker who knows much already comes nearer than minimum_width asks, never to the number",
                counted(audit.exceptions(), "time", "times")
            ),
        );
        terminal.result(nearer.text(language));
    }
    let label = Bilingual::of("tabella", "table");
    terminal.result(format_args!("{}: {}", label.text(language), out.join("table.csv").display()));
}

/// A file, or `DIMENSION=FILE`; a file that is called so is that file.
pub(super) fn hierarchy(text: &str) -> Result<HierarchyFile, std::convert::Infallible> {
    let plain = || HierarchyFile { path: PathBuf::from(text), dimension: None };
    Ok(match text.split_once('=') {
        Some((dimension, path)) if !Path::new(text).exists() => {
            HierarchyFile { path: PathBuf::from(path), dimension: Some(dimension.to_owned()) }
        }
        _ => plain(),
    })
}
