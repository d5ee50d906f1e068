//! The command line: one command per file.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[cfg(feature = "site")]
mod check;
mod clock;
#[cfg(feature = "demo")]
mod demo;
#[cfg(feature = "hub")]
mod evaluate;
mod failure;
#[cfg(feature = "hub")]
mod ingest;
#[cfg(feature = "site")]
mod keys;
#[cfg(feature = "site")]
mod map;
#[cfg(feature = "site")]
mod passphrase;
mod progress;
#[cfg(feature = "site")]
mod pseudonymise;
#[cfg(feature = "hub")]
mod release;
mod terminal;
#[cfg(feature = "hub")]
mod verify;

use failure::Failure;
use terminal::Terminal;

/// Privacy-preserving monitoring for InLav Lombardia and programmes like it.
#[derive(Debug, Parser)]
#[command(version, about, after_help = failure::EXIT_CODES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a PUA's keys, or the linkage key that all PUA share
    #[cfg(feature = "site")]
    #[command(subcommand)]
    Keys(keys::Command),
    /// Propose a mapping file for an export, for a person to edit
    #[cfg(feature = "site")]
    Map(map::Arguments),
    /// Read an export and say what is wrong with it, never showing a value
    #[cfg(feature = "site")]
    Check(check::Arguments),
    /// Turn an export into an extract for the hub; identifiers go into the vault
    #[cfg(feature = "site")]
    #[command(visible_alias = "pseudonymize")]
    Pseudonymise(pseudonymise::Arguments),
    /// Check signature, hashes and schema of extracts
    #[cfg(feature = "hub")]
    Verify(verify::Arguments),
    /// Verify extracts and take them into the store
    #[cfg(feature = "hub")]
    Ingest(ingest::Arguments),
    /// Run the indicators over the store, without showing a number
    #[cfg(feature = "hub")]
    Evaluate(evaluate::Arguments),
    /// Put the indicators under disclosure control and write tables, report and audit log
    #[cfg(feature = "hub")]
    Release(release::Arguments),
    /// Go the whole road once with made-up persons: from twelve messy exports to a report
    #[cfg(feature = "demo")]
    Demo(demo::Arguments),
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    silence_panics();
    let cli = Cli::parse();
    let terminal = Terminal::new();
    match run(cli.command, &terminal).and_then(|()| terminal.check_results()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal.failure(&failure);
            failure.code()
        }
    }
}

/// A panic of a library could quote a cell of the data: only its place is shown.
fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        // A parser that gives up over a damaged workbook is told as an error of the workbook.
        #[cfg(feature = "site")]
        if std::thread::current().name() == Some(inlav_pseudo::source::PARSER_THREAD) {
            return;
        }
        let terminal = Terminal::new();
        let place = panic.location().map(|place| format!(" at {}:{}", file_name(place.file()), place.line()));
        terminal.note(format_args!("error: a fault in the program{}", place.unwrap_or_default()));
        terminal.note(
            "hint: nothing was half-written; please tell the maintainers this line, and never send data",
        );
    }));
}

/// The last part of a source path: the rest is about the machine that built the program.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn run(command: Command, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        #[cfg(feature = "site")]
        Command::Keys(command) => keys::run(command, terminal),
        #[cfg(feature = "site")]
        Command::Map(arguments) => map::run(&arguments, terminal),
        #[cfg(feature = "site")]
        Command::Check(arguments) => check::run(&arguments, terminal),
        #[cfg(feature = "site")]
        Command::Pseudonymise(arguments) => pseudonymise::run(&arguments, terminal),
        #[cfg(feature = "hub")]
        Command::Verify(arguments) => verify::run(&arguments, terminal),
        #[cfg(feature = "hub")]
        Command::Ingest(arguments) => ingest::run(&arguments, terminal),
        #[cfg(feature = "hub")]
        Command::Evaluate(arguments) => evaluate::run(&arguments, terminal),
        #[cfg(feature = "hub")]
        Command::Release(arguments) => release::run(&arguments, terminal),
        #[cfg(feature = "demo")]
        Command::Demo(arguments) => demo::run(&arguments, terminal),
    }
}
