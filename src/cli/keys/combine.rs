//! `inlav keys combine`

use std::path::PathBuf;

use clap::Args;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;
use inlav_core::whole::Existing;
use inlav_pseudo::audit_log::{AUDIT_LOG_FILE, Action, AuditLog, KeyNote};
use inlav_pseudo::keys::{KdfCost, Passphrase, RootKey};

use crate::cli::failure::{Class, Failure};
use crate::cli::passphrase::{NewSource, Wish};
use crate::cli::terminal::Terminal;
use crate::cli::{abandoned, audit_log, clock, shares};

/// Put a key together from its shares and write it to a new key file. The key id that the shares state
/// is compared with what comes out. In a folder of keys the new file gets their passphrase, and the audit
/// log there says so first; anywhere else it gets a new passphrase, and no log knows of it.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Files of shares; without any, the shares are asked for line by line
    files: Vec<PathBuf>,
    /// The key file to write (.ilk)
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Memory for one guess of the passphrase, in MiB (64 to 2048)
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    kdf_memory: u32,
    #[command(flatten)]
    passphrase: NewSource,
}

pub(super) fn run(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let out = &arguments.out;
    let cost = KdfCost::memory_mib(arguments.kdf_memory)?;
    if out.exists() {
        return Err(super::new::exists(out));
    }
    abandoned::clear(out, language, terminal);
    let shares = shares::gather(&arguments.files, language, terminal)?;
    let key = RootKey::combine(&shares)?;
    if key.label().project != programme.project_id {
        return Err(Failure::told(
            Class::Key,
            Bilingual::of(
                "queste sono parti di una chiave di un altro programma",
                "these are shares of a key of another programme",
            ),
        ));
    }
    let (passphrase, log) = place(arguments, &key, programme, language, terminal)?;
    match log {
        Some(mut log) => {
            let label = key.label();
            let key = KeyNote::new(label.role, key.id(), label.epoch);
            log.append(clock::instant(), &Action::KeyCombined { key, shares: shares::notes(&shares) })?;
        }
        None => audit_log::tell_unlogged(out, language, terminal),
    }
    key.write(out, &passphrase, cost, Existing::Refuse)?;
    terminal.result(format_args!("{} {}: {}", key.label().text(language), key.id(), out.display()));
    Ok(())
}

/// The passphrase of the new file, and the audit log beside it.
fn place(
    arguments: &Arguments,
    key: &RootKey,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(Passphrase, Option<AuditLog>), Failure> {
    let Arguments { out, passphrase, kdf_memory, .. } = arguments;
    let folder = audit_log::folder_of(out);
    let project = programme.project_id;
    // The key behind the log needs no other: it comes back when the passphrase of its folder was forgotten.
    if key.audit().is_none() && audit_log::keeper_file(folder).is_some() {
        if passphrase.generate {
            return Err(Failure::told(
                Class::Key,
                Bilingual::of(
                    format!(
                        "{} va in una cartella di chiavi e prende la loro passphrase: togliere --generate",
                        out.display()
                    ),
                    format!(
                        "{} goes into a folder of keys and gets their passphrase: leave out --generate",
                        out.display()
                    ),
                ),
            ));
        }
        let passphrase = passphrase.source.ask()?;
        let log = audit_log::log_in(folder, project, &[&passphrase])?;
        return Ok((passphrase, log));
    }
    let wish = Wish { programme, site: key.label().site.as_ref(), cost: KdfCost::memory_mib(*kdf_memory)? };
    let passphrase = passphrase.ask(&wish, language, terminal)?;
    let log = folder.join(AUDIT_LOG_FILE);
    let audit = key.audit().filter(|_| log.exists());
    Ok((passphrase, audit.map(|audit| AuditLog::open(&log, audit)).transpose()?))
}
