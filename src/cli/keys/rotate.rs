//! `inlav keys rotate`

use std::path::PathBuf;

use clap::Args;
use inlav_core::programme::Programme;
use inlav_core::whole::Existing;
use inlav_pseudo::keys::{KdfCost, OpenKeyError, RootKey};

use super::key_files;
use crate::cli::failure::Failure;
use crate::cli::passphrase::{ReplacingSource, Source, Wish};
use crate::cli::terminal::Terminal;

/// Put a key file, or all key files of a folder, under a new passphrase or cost. The keys stay the
/// same, and so do their ids and everything made with them; who has a copy of the old file and the
/// old passphrase still has the keys. Broken off, it is run again with the same two passphrases.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A key file (.ilk) or a folder of them
    path: PathBuf,
    /// Memory for one guess of the new passphrase, in MiB (64 to 2048)
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    kdf_memory: u32,
    #[command(flatten)]
    passphrase: Source,
    #[command(flatten)]
    new_passphrase: ReplacingSource,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let cost = KdfCost::memory_mib(arguments.kdf_memory)?;
    let files = key_files(&arguments.path)?;
    let headers = files.iter().map(|file| RootKey::header(file));
    let headers = headers.collect::<Result<Vec<_>, _>>()?;
    let old = arguments.passphrase.ask()?;
    let site = headers.iter().find_map(|header| header.label.site.as_ref());
    let new = arguments.new_passphrase.ask(&Wish { programme, site, cost }, terminal)?;

    // All are opened before any is written: a wrong passphrase changes nothing.
    let mut keys = Vec::new();
    for file in &files {
        match RootKey::open(file, programme.project_id, &old) {
            Ok(key) => keys.push((file, key)),
            // An earlier run may have been broken off after this one.
            Err(wrong @ OpenKeyError::Passphrase { .. }) => {
                if RootKey::open(file, programme.project_id, &new).is_err() {
                    return Err(wrong.into());
                }
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    for (file, key) in &keys {
        key.write(file, &new, cost, Existing::Replace)?;
        terminal.result(format_args!(
            "{}: {}, key id {}, under the new passphrase; {cost}",
            file.display(),
            key.label(),
            key.id()
        ));
    }
    Ok(())
}
