//! `inlav keys verify-destruction`

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use inlav_core::exchange::Destruction;
use inlav_core::language::{Bilingual, Language};
use inlav_pseudo::keys::{Witness, verify_destruction};

use crate::cli::failure::{Class, Failure};
use crate::cli::terminal::Terminal;

/// Check the proof that a key was destroyed, with the public key of the PUA or the linkage custodian that
/// destroyed it. It shows who said so, not that no copy is left.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The proof (.json)
    proof: PathBuf,
    /// The public key of the PUA or the custodian (.pub)
    #[arg(long, value_name = "FILE")]
    public: PathBuf,
}

pub(super) fn run(arguments: &Arguments, language: Language, terminal: &Terminal) -> Result<(), Failure> {
    let public = Witness::parse(&read(&arguments.public)?).ok_or_else(|| {
        let file = arguments.public.display();
        let text =
            Bilingual::of(format!("{file} non è una chiave pubblica"), format!("{file} is not a public key"));
        Failure::told(Class::Key, text)
    })?;
    let proof = verify_destruction(&read(&arguments.proof)?, &public).map_err(|fault| {
        let text = |language| format!("{}: {}", arguments.proof.display(), fault.text(language));
        Failure::told(Class::Integrity, Bilingual::of(text(Language::It), text(Language::En)))
    })?;
    let Destruction { actor, epoch, key, key_site, reason, role, site, time, .. } = &proof.destruction;
    let (of_epoch, of) = match language {
        Language::It => ("dell'epoca", "di"),
        Language::En => ("of epoch", "of"),
    };
    let whose = key_site.as_ref().map_or_else(String::new, |site| format!(" {of} {site}"));
    let epoch = if *epoch > 0 { format!(" {of_epoch} {epoch}") } else { String::new() };
    let signed_by = &proof.signature.key_id;
    let custodian = Bilingual::of("il custode del collegamento", "the linkage custodian");
    let by = site.as_ref().map_or_else(|| custodian.text(language).to_owned(), ToString::to_string);
    let told = Bilingual::of(
        format!(
            "la chiave {role} {key}{epoch}{whose} è stata distrutta il {time} da {actor} ({reason}), dice {by}, firma {signed_by}"
        ),
        format!(
            "{role} key {key}{epoch}{whose} was destroyed at {time} by {actor} ({reason}), says {by}, key {signed_by}"
        ),
    );
    terminal.result(told.text(language));
    Ok(())
}

/// No proof and no public key is longer.
const LONGEST: u64 = 64 * 1024;

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST).read_to_end(&mut bytes))
        .map_err(|fault| Failure::unread(Class::Input, path, &fault))?;
    Ok(bytes)
}
