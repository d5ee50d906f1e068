//! `inlav keys new --custodian`

use std::path::Path;

use inlav_core::exchange::CUSTODIAN_FILE;
use inlav_core::programme::Programme;
use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::keys::{CustodianKeys, Passphrase};

use super::new::New;
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;

/// Whether a folder has a custodian's keys.
pub(super) fn is_there(folder: &Path) -> bool {
    folder.join(CUSTODIAN_FILE).exists()
}

/// Adds the relink key of another epoch to a custodian's keys.
pub(super) fn add_epoch(
    new: &New,
    passphrase: &Passphrase,
    programme: &Programme,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let Some(epoch) = new.epoch else { return Ok(()) };
    let mut keys = CustodianKeys::open(&new.out, programme.project_id, passphrase)?;
    keys.add_epoch(&new.out, epoch, passphrase, new.cost()?)?;
    terminal.result(format_args!("relink key of epoch {epoch} added: {}", new.out.display()));
    Ok(())
}

/// Makes a custodian's keys.
pub(super) fn make(
    new: &New,
    passphrase: &Passphrase,
    programme: &Programme,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let Some(epoch) = new.epoch else { return Ok(()) };
    let keys = CustodianKeys::create(&new.out, programme.project_id, epoch, passphrase, new.cost()?)?;
    if let Some(path) = new.public_file() {
        whole::write(&path, &keys.public_file(), Access::Shared, Existing::Refuse)?;
    }
    let file = keys.public();
    terminal.result(format_args!(
        "keys of the custodian, sealing key {}, signing key {}, epoch {epoch}: {}",
        file.sealing_key_id,
        file.key_id,
        new.out.display()
    ));
    terminal.note(format_args!(
        "note: give {} to every PUA and to the hub, and compare both ids by telephone",
        new.out.join(CUSTODIAN_FILE).display()
    ));
    Ok(())
}
