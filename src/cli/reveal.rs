//! `inlav reveal`

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use inlav_core::programme::Programme;
use inlav_core::text::is_unprintable;
use inlav_core::whole::{self, Access, Existing, WholeError};
use inlav_pseudo::pseudonym::Pseudonym;
use inlav_pseudo::reveal::{RevealRequest, Revealed, reveal};
use zeroize::Zeroizing;

use super::failure::{Class, Failure};
use super::passphrase::Source;
use super::terminal::Terminal;
use super::{clock, language, persons, shares};

/// Give back what identifies the persons behind some pseudonyms. It takes the PUA's keys and the
/// shares of as many custodians as the vault key was split for; the audit log says why, for which
/// case and with whose shares before anything is shown.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The vault (.ilv)
    vault: PathBuf,
    /// Folder of the PUA's keys, where the audit log is too
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// File with a custodian's share, once for each; without any they are asked for
    #[arg(long, value_name = "FILE")]
    share: Vec<PathBuf>,
    /// Why, in one line; no names: it stays in the audit log
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Reference of the case that it is for; no names
    #[arg(long, value_name = "REFERENCE")]
    case: String,
    /// File with the pseudonyms, 32 hexadecimal digits each, one per line; - is standard input
    #[arg(long, value_name = "FILE")]
    pseudonyms: PathBuf,
    /// Write what is given back to this new file, its owner's only, instead of the terminal
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write it to standard output even if that is no terminal, but a file or another program
    #[arg(long, conflicts_with = "out")]
    to_stdout: bool,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    // Whatever can be refused is, before custodians are asked.
    match &arguments.out {
        Some(path) if path.exists() => {
            let error = WholeError::Exists { path: path.clone() };
            return Err(Failure::new(Class::Output, &error).hint("choose another place"));
        }
        None if !arguments.to_stdout && !io::stdout().is_terminal() => {
            return Err(Failure::new(
                Class::Output,
                &"standard output is no terminal; nothing is shown there",
            )
            .hint("pass --out FILE for a private file, or --to-stdout if it is meant"));
        }
        _ => {}
    }
    if arguments.share.is_empty() && persons::is_standard_input(&arguments.pseudonyms) {
        return Err(Failure::new(
            Class::Input,
            &"shares that are typed and pseudonyms cannot both come from standard input",
        )
        .hint("put the pseudonyms into a file"));
    }
    let reason = persons::remark("--reason", &arguments.reason)?;
    let case = persons::remark("--case", &arguments.case)?;
    let wanted = persons::pseudonyms(&arguments.pseudonyms)?.into_iter().collect();
    let keys = persons::keys_of(&arguments.vault, &arguments.keys, programme, &arguments.passphrase)?;
    let shares = shares::gather(&arguments.share, language::of_environment(), terminal)?;
    let mut log = persons::log_of(&arguments.keys, &keys)?;

    let request = RevealRequest {
        vault: &arguments.vault,
        key: keys.vault(),
        shares: &shares,
        persons: &wanted,
        reason: &reason,
        case: &case,
        at: clock::instant(),
    };
    let revealed = reveal(&request, &mut log)?;
    let text = text(&revealed);
    let entry = log.entries();
    match &arguments.out {
        Some(path) => {
            whole::write(path, text.as_bytes(), Access::Private, Existing::Refuse)?;
            terminal.note(format_args!("note: remove {} when it is not needed any more", path.display()));
        }
        None => io::stdout().lock().write_all(text.as_bytes()).map_err(|fault| {
            Failure::new(Class::Output, &format_args!("cannot write the result: {fault}"))
        })?,
    }
    terminal.note(format_args!("note: entry {entry} of {}", log.path().display()));
    Ok(())
}

/// What is shown of persons. Their pseudonyms and values leave their types to be read by the person
/// who asked for them.
fn text(revealed: &[(Pseudonym, Revealed)]) -> Zeroizing<String> {
    // Its full size from the start: growing would leave copies behind.
    let length = |revealed: &Revealed| match revealed {
        Revealed::Person(identity) => {
            identity.expose().map(|(column, value)| column.len() + value.len() + 5).sum()
        }
        _ => 40,
    };
    let size = revealed.iter().map(|(_, revealed)| 34 + length(revealed)).sum();
    let mut text = Zeroizing::new(String::with_capacity(size));
    for (pseudonym, revealed) in revealed {
        let _ = writeln!(text, "{}", pseudonym.to_hex());
        match revealed {
            Revealed::Person(identity) => {
                for (column, value) in identity.expose() {
                    let _ = write!(text, "  {column}: ");
                    // A cell must not move the cursor of who reads it.
                    text.extend(value.chars().map(|c| if is_unprintable(c) { ' ' } else { c }));
                    text.push('\n');
                }
            }
            Revealed::Forgotten => text.push_str("  was forgotten\n"),
            _ => text.push_str("  is not in this vault\n"),
        }
    }
    text
}
