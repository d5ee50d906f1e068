//! `inlav keys split`

use std::path::{Path, PathBuf};

use clap::Args;
use inlav_core::language::Bilingual;
use inlav_core::programme::Programme;
use inlav_pseudo::keys::{RootKey, SiteKeys};

use crate::cli::failure::Failure;
use crate::cli::passphrase::Source;
use crate::cli::shares::{self, ShareFiles};
use crate::cli::terminal::Terminal;
use crate::cli::{clock, language, persons};

/// Split a key into shares, one per custodian. Any of them, as many as --threshold says, give the
/// key back; fewer tell nothing. The key file stays as it is.
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

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let Arguments { file, threshold, count, label, shares: folder, passphrase } = arguments;
    RootKey::header(file)?;
    if let Some(folder) = folder.as_ref().filter(|folder| folder.exists()) {
        return Err(super::new::exists(folder));
    }
    let custodians = shares::custodians(*threshold, label, count.unwrap_or(label.len()))?;
    let passphrase = passphrase.ask()?;
    let key = RootKey::open(file, programme.project_id, &passphrase)?;
    let split = key.split(*threshold, &custodians)?;
    // The audit log of the PUA whose key it is says so before anybody has a share.
    let ring = file.parent().unwrap_or_else(|| Path::new("."));
    if let Some(site) = &key.label().site
        && ring.join("site.ilk").exists()
    {
        let keys = SiteKeys::open(ring, programme.project_id, site, &passphrase)?;
        let mut log = persons::log_of(ring, &keys)?;
        log.append(clock::instant(), &shares::entry(&key, &split))?;
    }
    if let Some(folder) = folder {
        ShareFiles::write(folder, &split)?.finish()?;
        terminal.result(format_args!(
            "{} shares of {} {}, any {threshold} of which give it back: {}",
            split.len(),
            key.label(),
            key.id(),
            folder.display()
        ));
        terminal.note(
            Bilingual::of(
                "nota: stampare ogni file, consegnarlo al suo custode, poi cancellare la cartella",
                "note: print each file, hand it to its custodian, then remove the folder",
            )
            .text(language::of_environment()),
        );
        return Ok(());
    }
    shares::show(&split, language::of_environment())?;
    terminal.result(format_args!("{} {}: {} shares handed over", key.label(), key.id(), split.len()));
    Ok(())
}
