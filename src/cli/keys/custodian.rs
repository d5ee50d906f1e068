//! `inlav keys new --custodian`

use std::path::Path;

use inlav_core::exchange::CUSTODIAN_FILE;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;
use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::keys::{CustodianKeys, Passphrase};

use super::new::New;
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;
use crate::cli::{abandoned, clock};

/// Whether a folder has a custodian's keys.
pub(super) fn is_there(folder: &Path) -> bool {
    folder.join(CUSTODIAN_FILE).exists()
}

/// Adds the relink key of another epoch to a custodian's keys.
pub(super) fn add_epoch(
    new: &New,
    passphrase: &Passphrase,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let Some(epoch) = new.epoch else { return Ok(()) };
    abandoned::clear(&new.out.join(CUSTODIAN_FILE), language, terminal);
    let mut keys = CustodianKeys::open(&new.out, programme.project_id, passphrase)?;
    keys.add_epoch(&new.out, epoch, passphrase, new.cost()?, clock::instant())?;
    let folder = new.out.display();
    let text = Bilingual::of(
        format!("aggiunta la chiave del secondo strato (relink) dell'epoca {epoch}: {folder}"),
        format!("relink key of epoch {epoch} added: {folder}"),
    );
    terminal.result(text.text(language));
    Ok(())
}

/// Makes a custodian's keys.
pub(super) fn make(
    new: &New,
    passphrase: &Passphrase,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let Some(epoch) = new.epoch else { return Ok(()) };
    let (project, cost) = (programme.project_id, new.cost()?);
    let keys = CustodianKeys::create(&new.out, project, epoch, passphrase, cost, clock::instant())?;
    if let Some(path) = new.public_file() {
        whole::write(&path, &keys.public_file(), Access::Shared, Existing::Refuse)?;
    }
    let (sealing, signing) = (keys.public().sealing_key_id, keys.public().key_id);
    let (folder, file) = (new.out.display(), new.out.join(CUSTODIAN_FILE));
    let made = Bilingual::of(
        format!(
            "chiavi del custode del collegamento, sigillo (sealing) {sealing}, firma (signing) {signing}, epoca {epoch}: {folder}"
        ),
        format!(
            "keys of the custodian, sealing key {sealing}, signing key {signing}, epoch {epoch}: {folder}"
        ),
    );
    terminal.result(made.text(language));
    let next = Bilingual::of(
        format!("nota: dare {} a ogni PUA e al centro, e confrontare i due id al telefono", file.display()),
        format!(
            "note: give {} to every PUA and to the hub, and compare both ids by telephone",
            file.display()
        ),
    );
    terminal.note(next.text(language));
    Ok(())
}
