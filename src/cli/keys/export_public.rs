//! `inlav keys export-public`

use std::path::PathBuf;

use clap::Args;
use inlav_core::exchange::canonical;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;
use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::keys::{RootKey, SigningKey};

use crate::cli::failure::{Class, Failure};
use crate::cli::passphrase::Source;
use crate::cli::terminal::Terminal;

/// Write the public half of a PUA's signing key, by which the hub knows its extracts. It is worked
/// out anew from the signing key, not copied.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Folder of the PUA's keys
    keys: PathBuf,
    /// Folder for the public key
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let path = arguments.keys.join("signing.ilk");
    let site = RootKey::header(&path)?.label.site.ok_or_else(|| {
        let text = Bilingual::of(
            format!("{} non è una chiave di un PUA", path.display()),
            format!("{} is not a key of a PUA", path.display()),
        );
        Failure::told(Class::Key, text)
    })?;
    let out = arguments.out.join(format!("{site}.pub"));
    if out.exists() {
        return Err(super::new::exists(&out));
    }
    let key = SigningKey::open(&path, programme.project_id, &site, &arguments.passphrase.ask()?)?;
    let public = key.public_key();
    whole::write(&out, &canonical(&public), Access::Shared, Existing::Refuse)?;
    let (id, place) = (&public.key_id, out.display());
    let told = Bilingual::of(
        format!("chiave pubblica {id} di {site}: {place}"),
        format!("public key {id} of {site}: {place}"),
    );
    terminal.result(told.text(language));
    let next = Bilingual::of(
        "nota: leggere questo id al centro per telefono",
        "note: read this key id out to the hub by telephone",
    );
    terminal.note(next.text(language));
    Ok(())
}
