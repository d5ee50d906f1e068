//! `inlav reveal`

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;
use inlav_core::text::is_unprintable;
use inlav_core::whole::{self, Access, Existing, WholeError};
use inlav_pseudo::pseudonym::Pseudonym;
use inlav_pseudo::reveal::{RevealRequest, Revealed, reveal};
use zeroize::Zeroizing;

use super::failure::{Class, Failure};
use super::language::speaking;
use super::passphrase::Source;
use super::terminal::Terminal;
use super::{abandoned, clock, persons, shares};

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
    /// Language: it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<Language>,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| show(arguments, programme, language, terminal))
}

fn show(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    // Whatever can be refused is, before custodians are asked.
    match &arguments.out {
        Some(path) if path.exists() => {
            let text = |language| WholeError::Exists { path: path.clone() }.text(language);
            return Err(Failure::told(Class::Output, Bilingual::of(text(Language::It), text(Language::En)))
                .advice(Bilingual::of("scegliere un altro posto", "choose another place")));
        }
        Some(path) => abandoned::clear(path, language, terminal),
        None if !arguments.to_stdout && !io::stdout().is_terminal() => {
            let text = Bilingual::of(
                "lo standard output non è un terminale; lì non si mostra niente",
                "standard output is no terminal; nothing is shown there",
            );
            return Err(Failure::told(Class::Output, text).advice(Bilingual::of(
                "aggiungere --out FILE per un file privato, oppure --to-stdout se è voluto",
                "pass --out FILE for a private file, or --to-stdout if it is meant",
            )));
        }
        None => {}
    }
    if arguments.share.is_empty() && persons::is_standard_input(&arguments.pseudonyms) {
        let text = Bilingual::of(
            "le parti scritte a mano e gli pseudonimi non possono venire tutti e due dallo standard input",
            "shares that are typed and pseudonyms cannot both come from standard input",
        );
        return Err(Failure::told(Class::Input, text)
            .advice(Bilingual::of("mettere gli pseudonimi in un file", "put the pseudonyms into a file")));
    }
    let reason = persons::remark("--reason", &arguments.reason)?;
    let case = persons::remark("--case", &arguments.case)?;
    let wanted = persons::pseudonyms(&arguments.pseudonyms)?.into_iter().collect();
    let keys = persons::keys_of(&arguments.vault, &arguments.keys, programme, &arguments.passphrase)?;
    let shares = shares::gather(&arguments.share, language, terminal)?;
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
    let text = text(&revealed, language);
    match &arguments.out {
        Some(path) => {
            whole::write(path, text.as_bytes(), Access::Private, Existing::Refuse)?;
            let next = Bilingual::of(
                format!("nota: cancellare {} quando non serve più", path.display()),
                format!("note: remove {} when it is not needed any more", path.display()),
            );
            terminal.note(next.text(language));
        }
        None => io::stdout().lock().write_all(text.as_bytes()).map_err(|fault| {
            let why = Bilingual::of(
                format!("impossibile scrivere il risultato: {}", Language::It.refusal(&fault)),
                format!("cannot write the result: {fault}"),
            );
            Failure::told(Class::Output, why)
        })?,
    }
    let (entry, path) = (log.entries(), log.path().display());
    let told =
        Bilingual::of(format!("nota: voce {entry} di {path}"), format!("note: entry {entry} of {path}"));
    terminal.note(told.text(language));
    Ok(())
}

/// What is shown of persons. Their pseudonyms and values leave their types to be read by the person
/// who asked for them.
fn text(revealed: &[(Pseudonym, Revealed)], language: Language) -> Zeroizing<String> {
    let (forgotten, absent) = match language {
        Language::It => ("è stata dimenticata", "non è in questa cassaforte"),
        Language::En => ("was forgotten", "is not in this vault"),
    };
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
            Revealed::Forgotten => drop(writeln!(text, "  {forgotten}")),
            _ => drop(writeln!(text, "  {absent}")),
        }
    }
    text
}
