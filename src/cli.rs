//! The command line: one command per file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use inlav_core::programme::Programme;

#[cfg(feature = "site")]
mod abandoned;
mod audit;
#[cfg(feature = "site")]
mod audit_log;
mod audit_table;
#[cfg(feature = "site")]
mod check;
#[cfg(any(feature = "site", feature = "hub"))]
mod clock;
#[cfg(feature = "demo")]
mod demo;
mod dictionary;
#[cfg(feature = "site")]
mod dpia;
#[cfg(feature = "hub")]
mod evaluate;
mod failure;
#[cfg(feature = "site")]
mod forget;
#[cfg(feature = "hub")]
mod ingest;
#[cfg(feature = "site")]
mod keys;
mod language;
#[cfg(feature = "hub")]
mod ledger;
#[cfg(feature = "site")]
mod map;
#[cfg(feature = "site")]
mod passphrase;
#[cfg(feature = "site")]
mod persons;
mod policy;
#[cfg(any(feature = "site", feature = "hub"))]
mod progress;
mod protect;
#[cfg(feature = "site")]
mod pseudonymise;
#[cfg(feature = "hub")]
mod release;
mod release_policy;
#[cfg(feature = "site")]
mod relink;
#[cfg(feature = "site")]
mod reveal;
#[cfg(feature = "site")]
mod screen;
#[cfg(feature = "site")]
mod setup;
#[cfg(feature = "site")]
mod shares;
#[cfg(feature = "hub")]
mod sql;
#[cfg(feature = "demo")]
mod synth;
mod terminal;
#[cfg(feature = "hub")]
mod verify;

use failure::Failure;
use terminal::Terminal;

/// Privacy-preserving monitoring for InLav Lombardia and programmes like it.
#[derive(Debug, Parser)]
#[command(version, about, after_help = failure::EXIT_CODES, max_term_width = 100)]
struct Cli {
    /// The programme (TOML) whose sites, targets, dates and code lists count; without it InLav
    /// Lombardia
    #[arg(long, value_name = "FILE", global = true)]
    programme: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set a PUA up, step by step: keys, passphrase, custodians (start here)
    #[cfg(feature = "site")]
    Setup(setup::Arguments),
    /// Make, show, split, put together and destroy keys
    #[cfg(feature = "site")]
    Keys(keys::Arguments),
    /// Print, check or explain a policy: what may leave the PUA, or what may be published
    #[command(subcommand)]
    Policy(policy::Command),
    /// Write the annex of a data protection impact assessment, filled from registry and policy
    #[cfg(feature = "site")]
    Dpia(dpia::Arguments),
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
    /// At the custodian: put the second key over the tokens that PUA sealed
    #[cfg(feature = "site")]
    Relink(relink::Arguments),
    /// Give back who persons are, when they must be protected: takes custodians' shares and is logged
    #[cfg(feature = "site")]
    Reveal(reveal::Arguments),
    /// Remove persons from a vault for good, under a logged proof
    #[cfg(feature = "site")]
    Forget(forget::Arguments),
    /// Show or verify the log of what was done with keys and identifiers
    #[cfg(feature = "site")]
    AuditLog(audit_log::Arguments),
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
    /// Ask the store a question in SQL: counts, under disclosure control
    #[cfg(feature = "hub")]
    Sql(sql::Arguments),
    /// Protect a table of anybody: microdata or frequencies in CSV or Parquet
    Protect(protect::Arguments),
    /// Check a release by its certificate, or attack a table that any tool published
    Audit(audit::Arguments),
    /// Show, verify and rebuild what was released from a store
    #[cfg(feature = "hub")]
    Ledger(ledger::Arguments),
    /// Say what the data are: tables, columns, codes, and what leaves the PUA
    Dictionary(dictionary::Arguments),
    /// Go the whole road once with made-up persons: from twelve messy exports to a report
    #[cfg(feature = "demo")]
    Demo(demo::Arguments),
    /// Write a made-up population to test against: exports marked as synthetic
    #[cfg(feature = "demo")]
    Synth(synth::Arguments),
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    silence_panics();
    let cli = Cli::parse();
    let terminal = Terminal::new();
    match run(cli.command, cli.programme.as_deref(), &terminal)
        .and_then(|code| terminal.check_results().map(|()| code))
    {
        Ok(code) => code,
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

fn run(command: Command, programme: Option<&Path>, terminal: &Terminal) -> Result<ExitCode, Failure> {
    let own = programme.map(Programme::open).transpose()?;
    let programme = own.as_ref().unwrap_or_else(|| Programme::inlav_lombardia());
    let done = match command {
        #[cfg(feature = "site")]
        Command::Setup(arguments) => setup::run(&arguments, programme, terminal),
        #[cfg(feature = "site")]
        Command::Keys(arguments) => keys::run(arguments, programme, terminal),
        Command::Policy(command) => policy::run(&command, programme, terminal),
        #[cfg(feature = "site")]
        Command::Dpia(arguments) => dpia::run(&arguments, programme, terminal),
        #[cfg(feature = "site")]
        Command::Map(arguments) => map::run(&arguments, programme, terminal),
        #[cfg(feature = "site")]
        Command::Check(arguments) => return check::run(&arguments, programme, terminal),
        #[cfg(feature = "site")]
        Command::Pseudonymise(arguments) => pseudonymise::run(&arguments, programme, terminal),
        #[cfg(feature = "site")]
        Command::Relink(arguments) => relink::run(&arguments, programme, terminal),
        #[cfg(feature = "site")]
        Command::Reveal(arguments) => reveal::run(&arguments, programme, terminal),
        #[cfg(feature = "site")]
        Command::Forget(arguments) => forget::run(&arguments, programme, terminal),
        #[cfg(feature = "site")]
        Command::AuditLog(arguments) => audit_log::run(arguments, programme, terminal),
        #[cfg(feature = "hub")]
        Command::Verify(arguments) => verify::run(&arguments, terminal),
        #[cfg(feature = "hub")]
        Command::Ingest(arguments) => ingest::run(&arguments, programme, terminal),
        #[cfg(feature = "hub")]
        Command::Evaluate(arguments) => evaluate::run(&arguments, programme, terminal),
        #[cfg(feature = "hub")]
        Command::Release(arguments) => release::run(&arguments, programme, terminal),
        #[cfg(feature = "hub")]
        Command::Sql(arguments) => sql::run(&arguments, programme, terminal),
        Command::Protect(arguments) => protect::run(&arguments, terminal),
        Command::Audit(arguments) => audit::run(&arguments, terminal),
        #[cfg(feature = "hub")]
        Command::Ledger(arguments) => ledger::run(&arguments, terminal),
        Command::Dictionary(arguments) => dictionary::run(&arguments, programme, terminal),
        #[cfg(feature = "demo")]
        Command::Demo(arguments) => demo::run(&arguments, programme, terminal),
        #[cfg(feature = "demo")]
        Command::Synth(arguments) => synth::run(&arguments, programme, terminal),
    };
    done.map(|()| ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_whole_command_line_is_in_order() {
        Cli::command().debug_assert();
    }
}
