//! `inlav keys renew-signing`

use std::path::PathBuf;

use clap::Args;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;
use inlav_pseudo::audit_log::AUDIT_LOG_FILE;
use inlav_pseudo::keys::renew_signing;

use crate::cli::failure::Failure;
use crate::cli::passphrase::Source;
use crate::cli::terminal::Terminal;
use crate::cli::{abandoned, clock};

/// Put a new signing key in the place of that of a PUA or of the linkage custodian, under the same
/// passphrase, and write its public half anew. All other keys, pseudonyms and vaults stay as they are; the
/// old signing key is gone. Who registered its public half has to register the new one, and to remove the
/// old one if it was stolen. Broken off, it is run again.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Folder of the keys of the PUA or the custodian
    keys: PathBuf,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let folder = &arguments.keys;
    let passphrase = arguments.passphrase.ask()?;
    abandoned::clear(&folder.join(AUDIT_LOG_FILE), language, terminal);
    let renewed = renew_signing(folder, programme.project_id, &passphrase, clock::instant())?;
    let owner = match &renewed.site {
        Some(site) => Bilingual::of(format!("di {site}"), format!("of {site}")),
        None => Bilingual::of("del custode del collegamento", "of the linkage custodian"),
    };
    let instead = renewed.replaces.map_or_else(
        || Bilingual::of("", ""),
        |old| Bilingual::of(format!(" al posto di {old}"), format!(" in the place of {old}")),
    );
    let (id, place) = (renewed.id, renewed.public.display());
    let told = Bilingual::of(
        format!("nuova chiave di firma (signing) {id} {}{}; chiave pubblica: {place}", owner.it, instead.it),
        format!("new signing key {id} {}{}; public key: {place}", owner.en, instead.en),
    );
    terminal.result(told.text(language));
    let next = Bilingual::of(
        format!(
            "nota: dare {place} al centro, e leggergli l'id al telefono; se la chiave vecchia è stata rubata, che la tolga subito"
        ),
        format!(
            "note: give {place} to the hub, and read the id out by telephone; if the old key was stolen, it has to be removed there at once"
        ),
    );
    terminal.note(next.text(language));
    Ok(())
}
