//! `inlav keys new --custodian`

use inlav_core::exchange::CUSTODIAN_FILE;
use inlav_core::programme::Programme;
use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::keys::{CustodianKeys, KdfCost};

use super::{New, exists};
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;

/// Makes the custodian's keys, or adds those of another epoch to a folder that has some.
pub(super) fn new(
    arguments: &New,
    epoch: u32,
    cost: KdfCost,
    programme: &Programme,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let (folder, project) = (&arguments.out, programme.project_id);
    let public = arguments.public.as_ref().map(|folder| folder.join(CUSTODIAN_FILE));
    if folder.join(CUSTODIAN_FILE).exists() {
        let passphrase = arguments.passphrase.ask()?;
        let mut keys = CustodianKeys::open(folder, project, &passphrase)?;
        keys.add_epoch(folder, epoch, &passphrase, cost)?;
        terminal.result(format_args!("relink key of epoch {epoch} added: {}", folder.display()));
        return Ok(());
    }
    if let Some(path) = [Some(folder), public.as_ref()].into_iter().flatten().find(|path| path.exists()) {
        return Err(exists(path));
    }
    let passphrase = arguments.passphrase.ask_new()?;
    let keys = CustodianKeys::create(folder, project, epoch, &passphrase, cost)?;
    if let Some(path) = &public {
        whole::write(path, &keys.public_file(), Access::Shared, Existing::Refuse)?;
    }
    let file = keys.public();
    terminal.result(format_args!(
        "keys of the custodian, sealing key {}, signing key {}, epoch {epoch}: {}",
        file.sealing_key_id,
        file.key_id,
        folder.display()
    ));
    terminal.note(format_args!(
        "note: give {} to every PUA and to the hub, and compare both ids by telephone",
        folder.join(CUSTODIAN_FILE).display()
    ));
    Ok(())
}
