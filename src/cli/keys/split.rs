//! `inlav keys split`

use std::path::PathBuf;

use clap::Args;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;
use inlav_pseudo::keys::RootKey;

use crate::cli::failure::Failure;
use crate::cli::passphrase::Source;
use crate::cli::shares::{self, HandOver};
use crate::cli::terminal::Terminal;
use crate::cli::{abandoned, audit_log, clock};

/// Split a key into shares, one per custodian. Any of them, as many as --threshold says, give the
/// key back; fewer tell nothing. The key file stays as it is. In a folder of keys the audit log says so
/// before anybody has a share.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key file (.ilk)
    file: PathBuf,
    /// How many shares give the key back
    #[arg(short = 'k', long, default_value_t = 2)]
    threshold: u8,
    /// How many shares to make; without it, one for each --label
    #[arg(short = 'n', long)]
    count: Option<usize>,
    /// Name of a custodian, once for each; those without one are numbered
    #[arg(long, value_name = "NAME")]
    label: Vec<String>,
    /// Write the shares into this new folder, to be printed, handed over and removed; without it
    /// they are shown on the terminal, one at a time
    #[arg(long, value_name = "DIR")]
    shares: Option<PathBuf>,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let Arguments { file, threshold, count, label, shares: folder, passphrase } = arguments;
    RootKey::header(file)?;
    if let Some(folder) = folder.as_ref().filter(|folder| folder.exists()) {
        return Err(super::new::exists(folder));
    }
    if let Some(folder) = folder {
        abandoned::clear(folder, language, terminal);
    }
    let custodians = shares::custodians(*threshold, label, count.unwrap_or(label.len()))?;
    let passphrase = passphrase.ask()?;
    let key = RootKey::open(file, programme.project_id, &passphrase)?;
    let split = key.split(*threshold, &custodians)?;
    let hand_over = HandOver::prepare(folder.as_deref(), &split)?;
    match audit_log::log_in(audit_log::folder_of(file), programme.project_id, &[&passphrase])? {
        Some(mut log) => drop(log.append(clock::instant(), &shares::entry(&key, &split))?),
        None => audit_log::tell_unlogged(file, language, terminal),
    }
    let (count, id) = (split.len(), key.id());
    let (italian, english) = (key.label().text(Language::It), key.label().text(Language::En));
    let Some(folder) = hand_over.finish(&split, language)? else {
        let told = Bilingual::of(
            format!("{italian} {id}: {count} parti consegnate"),
            format!("{english} {id}: {count} shares handed over"),
        );
        terminal.result(told.text(language));
        return Ok(());
    };
    let place = folder.display();
    let told = Bilingual::of(
        format!("{count} parti della {italian} {id}, {threshold} bastano a ridarla: {place}"),
        format!("{count} shares of {english} {id}, any {threshold} of which give it back: {place}"),
    );
    terminal.result(told.text(language));
    let next = Bilingual::of(
        "nota: stampare ogni file, consegnarlo al suo custode, poi cancellare la cartella",
        "note: print each file, hand it to its custodian, then remove the folder",
    );
    terminal.note(next.text(language));
    Ok(())
}
