//! `inlav synth`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use inlav_core::programme::Programme;
use inlav_core::synthetic::{Dials, Generator};
use inlav_core::whole::WholeError;
use inlav_pseudo::office::{OfficeError, Style, TRUTH, write_population};

use super::failure::{Class, Failure};
use super::progress::Progress;
use super::terminal::Terminal;

/// Write a made-up population: an export for each PUA, marked as synthetic, in which rows agree with
/// each other and with the domain's rules. The same seed and dials give the same bytes.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder to write; must not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Persons in the whole programme
    #[arg(long, default_value_t = Dials::default().persons, conflicts_with = "events")]
    persons: u32,
    /// As many persons as have about so many events (contacts, services, steps of cases …)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1000..=100_000_000))]
    events: Option<u64>,
    /// Seed of the population
    #[arg(long, default_value_t = Dials::default().seed)]
    seed: u64,
    /// Optional cells left blank or coded as missing, per thousand
    #[arg(long, value_name = "PER_THOUSAND", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1000))]
    missing: u32,
    /// Cells and rows broken the way offices break them, per thousand; what was broken is listed in
    /// truth.csv
    #[arg(long, value_name = "PER_THOUSAND", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1000))]
    dirt: u32,
    /// What the exports look like
    #[arg(long, value_enum, default_value_t = Look::Csv)]
    format: Look,
}

/// What exports look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Look {
    /// Folders of CSV files with the domain's names and codes
    Csv,
    /// Workbooks with the domain's names and codes
    Xlsx,
    /// Twelve offices, each with its own habits
    Office,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let dials = Dials {
        seed: arguments.seed,
        persons: arguments.persons,
        missing: arguments.missing,
        dirt: arguments.dirt,
        ..Dials::default()
    };
    let dials = match arguments.events {
        Some(events) => dials.with_events(events),
        None => dials,
    };
    let generator = Generator::new(programme, &dials);
    let style = match arguments.format {
        Look::Csv => Style::Csv,
        Look::Xlsx => Style::Workbooks,
        Look::Office => Style::Offices,
    };
    let progress = Progress::begin("made-up exports", programme.sites.len());
    let mut begun = 0_u32;
    let summary = write_population(&generator, &arguments.out, style, |site| {
        if begun > 0 {
            progress.step();
        }
        begun += 1;
        progress.on(site.as_str());
    })
    .map_err(failure)?;
    progress.finish();
    terminal.note(format_args!(
        "{}: {} persons, {} rows, {} of them events. All of it is made up.",
        arguments.out.display(),
        dials.persons,
        summary.rows,
        summary.events
    ));
    if summary.planted > 0 {
        terminal.note(format_args!("{} cells and rows are broken; {TRUTH} says which.", summary.planted));
    }
    Ok(())
}

fn failure(error: OfficeError) -> Failure {
    let exists = matches!(error, OfficeError::Whole(WholeError::Exists { .. }));
    let failure = Failure::new(Class::Output, &error);
    if exists { failure.hint("remove it, or choose another folder with --out") } else { failure }
}
