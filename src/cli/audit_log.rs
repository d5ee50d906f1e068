//! `inlav audit-log`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use inlav_core::exchange::Digest;
use inlav_core::language::counted;
use inlav_core::programme::{Programme, SiteId};
use inlav_pseudo::audit_log::{AuditLogError, AuditTrail, read};
use inlav_pseudo::keys::SiteKeys;

use super::failure::{Class, Failure};
use super::passphrase::Source;
use super::terminal::Terminal;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show the entries of a log that holds together
    Show(Show),
    /// Check that no entry was changed, moved, left out or put in between
    Verify(Verify),
}

/// Show the entries of an audit log, one per line, after checking that it holds together.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The log
    file: PathBuf,
}

/// Check an audit log. Without keys anybody can: an entry that was changed, moved, left out or put
/// in between is told with its line. With --head also what is missing at the end, with --keys also
/// entries that somebody else made up.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The log
    file: PathBuf,
    /// Folder of the PUA's keys: checks that the PUA wrote every entry
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// A hash that the log had at its end once, for example from a manifest
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(command: Command, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        Command::Show(arguments) => show(&arguments, terminal),
        Command::Verify(arguments) => verify(&arguments, programme, terminal),
    }
}

fn show(arguments: &Show, terminal: &Terminal) -> Result<(), Failure> {
    let trail = checked(&arguments.file, None)?;
    for entry in &trail.entries {
        terminal.result(format_args!("{} {} {} {}", entry.number, entry.at, entry.action, entry.details));
    }
    tell_torn(&trail, terminal);
    Ok(())
}

fn verify(arguments: &Verify, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let file = &arguments.file;
    let head = arguments.head.as_ref().map(|text| Digest::try_from(text.trim().to_lowercase()));
    let head =
        head.transpose().map_err(|fault| Failure::new(Class::Input, &format_args!("--head: {fault}")))?;
    let mut trail = checked(file, None)?;
    let keeper = trail.entries.first().map(|entry| entry.keeper.clone());
    if let Some((folder, keeper)) = arguments.keys.as_ref().zip(keeper) {
        let site: SiteId = keeper.parse().map_err(|fault| Failure::new(Class::Integrity, &fault))?;
        let keys = SiteKeys::open(folder, programme.project_id, &site, &arguments.passphrase.ask()?)?;
        trail = checked(file, Some(&keys))?;
    }
    let since = match &head {
        None => String::new(),
        Some(head) => {
            let number = trail.position(head).ok_or_else(|| {
                let text = format_args!("{} has no entry with the hash {head}", file.display());
                Failure::new(Class::Integrity, &text)
                    .hint("entries at its end were removed, or it was written anew")
            })?;
            format!("; that hash is entry {number}")
        }
    };
    let entries = counted(trail.entries.len(), "entry", "entries");
    let last = trail.head().map_or_else(String::new, |head| format!("; its last hash is {head}"));
    let whose = if arguments.keys.is_some() { ", all of them the PUA's" } else { "" };
    terminal.result(format_args!("{}: {entries}{whose}{since}{last}", file.display()));
    tell_torn(&trail, terminal);
    Ok(())
}

fn checked(file: &Path, keys: Option<&SiteKeys>) -> Result<AuditTrail, Failure> {
    read(file, keys.map(SiteKeys::audit)).map_err(|fault| match fault {
        AuditLogError::Broken { .. } => {
            Failure::new(Class::Integrity, &fault).hint("keep the log as it is and ask who had access to it")
        }
        _ => Failure::new(Class::Input, &fault),
    })
}

fn tell_torn(trail: &AuditTrail, terminal: &Terminal) {
    if trail.torn > 0 {
        terminal.note(format_args!(
            "note: the last line was never finished ({} bytes): whoever wrote it was interrupted, or it was cut; \
             the next command that writes puts it aside",
            trail.torn
        ));
    }
}
