//! `inlav keys destroy`

use std::path::PathBuf;

use chrono::SecondsFormat;
use clap::Args;
use inlav_core::language::Bilingual;
use inlav_core::programme::{Programme, SiteId};
use inlav_pseudo::audit_log::Remark;
use inlav_pseudo::keys::{Destroying, KeyRole, Order, RootKey, SigningKey, SiteKeys, destroyed_header};

use crate::cli::failure::{Class, Failure};
use crate::cli::passphrase::Source;
use crate::cli::terminal::Terminal;
use crate::cli::{clock, language, persons, screen};

/// Overwrite and remove a key file, and write a proof signed with the PUA's signing key: which key,
/// when, by whom. Of a linkage key, this makes its epoch unlinkable. There is no way back: the key id
/// has to be typed. Broken off, it is run again.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key file (.ilk)
    file: PathBuf,
    /// Folder of the PUA's keys, whose signing key signs the proof
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// The PUA that destroys the key and signs
    #[arg(long)]
    site: SiteId,
    /// Name of the person who destroys it
    #[arg(long, value_name = "NAME")]
    actor: String,
    /// Why; it stands in the proof and in the audit log, so without names
    #[arg(long)]
    reason: String,
    /// The proof to write (.json)
    #[arg(long, value_name = "FILE")]
    proof: PathBuf,
    /// The id of the key, if it is not to be asked for
    #[arg(long, value_name = "KEY-ID")]
    confirm: Option<String>,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let Arguments { file, keys, site, actor, reason, proof, confirm, passphrase } = arguments;
    let reason =
        Remark::new(reason).map_err(|fault| Failure::new(Class::Key, &format_args!("--reason: {fault}")))?;
    let header = destroyed_header(file)?;
    let typed = match confirm {
        Some(given) => given.clone(),
        None => {
            let language = language::of_environment();
            let question = Bilingual::of(
                format!("Per distruggere {} ({}) scriverne l'id:", header.label, file.display()),
                format!("To destroy the {} ({}), type its key id:", header.label, file.display()),
            );
            screen::require(&question, "--confirm", language, terminal)?.to_string()
        }
    };
    if typed.trim().to_lowercase() != header.id.to_string() {
        let text = format_args!("this is not the id of the key in {}; it is left as it is", file.display());
        return Err(Failure::new(Class::Key, &text).hint("see it with: inlav keys show FILE"));
    }
    let passphrase = passphrase.ask()?;
    let project = programme.project_id;
    let signer = SigningKey::open(&keys.join("signing.ilk"), project, site, &passphrase)?;
    let at = clock::instant();
    let time = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let order = Order { actor, reason: &reason, time: &time };
    let destroying = Destroying::begin(file, header.id, project, &signer, &order)?;
    // Once the site key itself is overwritten, nobody can vouch for an entry any more.
    if header.label.role != KeyRole::Site || RootKey::header(file).is_ok() {
        let ring = SiteKeys::open(keys, project, site, &passphrase)?;
        let mut log = persons::log_of(keys, &ring)?;
        log.append(at, &destroying.entry(&order))?;
    }
    let done = destroying.finish(proof)?;
    terminal.result(format_args!(
        "{} {} destroyed at {}; proof: {}",
        header.label,
        header.id,
        done.destruction.time,
        proof.display()
    ));
    terminal.note("note: destroy its backups and shares too; send the proof to who asks for it");
    Ok(())
}
