//! `inlav keys destroy`

use std::path::PathBuf;

use chrono::SecondsFormat;
use clap::Args;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::{Programme, SiteId};
use inlav_pseudo::keys::{Destroyer, Destroying, KeyRole, Order, RootKey, destroyed_header};

use crate::cli::failure::{Class, Failure};
use crate::cli::passphrase::Source;
use crate::cli::terminal::Terminal;
use crate::cli::{abandoned, audit_log, clock, persons, screen};

/// Overwrite and remove a key file, and write a proof signed with the signing key of the PUA or the
/// linkage custodian: which key, when, by whom. Of a linkage or relink key, this makes its epoch
/// unlinkable. There is no way back: the key id has to be typed. Broken off, it is run again.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key file (.ilk)
    file: PathBuf,
    /// Folder of the keys of the PUA or the custodian, whose signing key signs the proof
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// The PUA that destroys the key and signs
    #[arg(long, required_unless_present = "custodian")]
    site: Option<SiteId>,
    /// The linkage custodian destroys the key and signs
    #[arg(long, conflicts_with = "site")]
    custodian: bool,
    /// Name of the person who destroys it
    #[arg(long, value_name = "NAME")]
    actor: String,
    /// Why; it stands in the proof and in the audit log, so without names
    #[arg(long)]
    reason: String,
    /// The proof to write (.json)
    #[arg(long, value_name = "FILE")]
    proof: PathBuf,
    /// The id of the key, as `inlav keys show` says it, if it is not to be asked for
    #[arg(long, value_name = "KEY-ID")]
    confirm: Option<String>,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let Arguments { file, keys, site, custodian: _, actor, reason, proof, confirm, passphrase } = arguments;
    let reason = persons::remark("--reason", reason)?;
    let header = destroyed_header(file)?;
    let typed = match confirm {
        Some(given) => given.clone(),
        None => {
            let question = Bilingual::of(
                format!(
                    "Per distruggere la {} ({}) scriverne l'id:",
                    header.label.text(Language::It),
                    file.display()
                ),
                format!("To destroy the {} ({}), type its key id:", header.label, file.display()),
            );
            screen::require(&question, "--confirm", language, terminal)?.to_string()
        }
    };
    if typed.trim().to_lowercase() != header.id.to_string() {
        let text = Bilingual::of(
            format!("questo non è l'id della chiave in {}; resta com'è", file.display()),
            format!("this is not the id of the key in {}; it is left as it is", file.display()),
        );
        return Err(Failure::told(Class::Key, text).advice(Bilingual::of(
            "per vederlo: inlav keys show FILE",
            "see it with: inlav keys show FILE",
        )));
    }
    let passphrase = passphrase.ask()?;
    let project = programme.project_id;
    let signer = Destroyer::open(&keys.join("signing.ilk"), project, site.as_ref(), &passphrase)?;
    let at = clock::instant();
    let time = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let order = Order { actor, reason: &reason, time: &time };
    abandoned::clear(proof, language, terminal);
    let destroying = Destroying::begin(file, header.id, project, &signer, &order, proof)?;
    // Once the key behind the log is overwritten or gone, nobody can vouch for an entry any more.
    let keeps_log = matches!(header.label.role, KeyRole::Site | KeyRole::Sealing);
    let is_there = !keeps_log || RootKey::header(file).is_ok();
    match if is_there { audit_log::log_in(keys, project, &[&passphrase])? } else { None } {
        Some(mut log) => drop(log.append(at, &destroying.entry(&order))?),
        None => audit_log::tell_unlogged(file, language, terminal),
    }
    let done = destroying.finish()?;
    let (label, id, time, place) = (&header.label, header.id, &done.destruction.time, proof.display());
    let told = Bilingual::of(
        format!("{} {id} distrutta il {time}; attestato: {place}", label.text(Language::It)),
        format!("{label} {id} destroyed at {time}; proof: {place}"),
    );
    terminal.result(told.text(language));
    let next = Bilingual::of(
        "nota: distruggere anche le copie e le parti; mandare l'attestato a chi lo chiede",
        "note: destroy its backups and shares too; send the proof to who asks for it",
    );
    terminal.note(next.text(language));
    Ok(())
}
