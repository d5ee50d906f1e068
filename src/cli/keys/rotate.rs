//! `inlav keys rotate`

use std::path::PathBuf;

use clap::Args;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;
use inlav_core::whole::Existing;
use inlav_pseudo::audit_log::{AUDIT_LOG_FILE, Action, AuditLog, KeyNote};
use inlav_pseudo::keys::{KdfCost, OpenKeyError, RootKey};

use super::key_files;
use crate::cli::failure::Failure;
use crate::cli::passphrase::{ReplacingSource, Source, Wish};
use crate::cli::terminal::Terminal;
use crate::cli::{abandoned, audit_log, clock};

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

pub(super) fn run(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let cost = KdfCost::memory_mib(arguments.kdf_memory)?;
    let files = key_files(&arguments.path)?;
    let headers = files.iter().map(|file| RootKey::header(file));
    let headers = headers.collect::<Result<Vec<_>, _>>()?;
    let old = arguments.passphrase.ask()?;
    let site = headers.iter().find_map(|header| header.label.site.as_ref());
    let new = arguments.new_passphrase.ask(&Wish { programme, site, cost }, language, terminal)?;

    // All are opened before any is written: a wrong passphrase changes nothing.
    let (mut keys, mut done) = (Vec::new(), Vec::new());
    for file in &files {
        match RootKey::open(file, programme.project_id, &old) {
            Ok(key) => keys.push((file, key)),
            // An earlier run may have been broken off after this one.
            Err(wrong @ OpenKeyError::Passphrase { .. }) => {
                done.push(RootKey::open(file, programme.project_id, &new).map_err(|_| wrong)?);
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    let folder =
        if arguments.path.is_dir() { &arguments.path } else { audit_log::folder_of(&arguments.path) };
    abandoned::clear(&folder.join(AUDIT_LOG_FILE), language, terminal);
    let audit = keys.iter().map(|(_, key)| key).chain(&done).find_map(RootKey::audit);
    let mut log = match audit {
        Some(audit) => Some(AuditLog::open(&folder.join(AUDIT_LOG_FILE), audit)?),
        None => audit_log::log_in(folder, programme.project_id, &[&old, &new])?,
    };
    for (file, key) in &keys {
        if let Some(log) = &mut log {
            let note = KeyNote::new(key.label().role, key.id(), key.label().epoch);
            log.append(clock::instant(), &Action::KeyRotated { key: note.clone(), replaces: note })?;
        }
        key.write(file, &new, cost, Existing::Replace)?;
        let (file, label, id) = (file.display(), key.label(), key.id());
        let told = Bilingual::of(
            format!(
                "{file}: {}, id {id}, sotto la nuova passphrase; {}",
                label.text(Language::It),
                cost.text(Language::It)
            ),
            format!("{file}: {label}, key id {id}, under the new passphrase; {}", cost.text(Language::En)),
        );
        terminal.result(told.text(language));
    }
    Ok(())
}
