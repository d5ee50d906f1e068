//! `inlav keys verify-destruction`

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use inlav_core::exchange::{Destruction, PublicKeyFile};
use inlav_core::programme::SiteId;
use inlav_pseudo::keys::verify_destruction;

use crate::cli::failure::{Class, Failure};
use crate::cli::terminal::Terminal;

/// Check the proof that a PUA destroyed a key, with the PUA's public key. It shows who said so, not
/// that no copy is left.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The proof (.json)
    proof: PathBuf,
    /// The PUA's public key (.pub)
    #[arg(long, value_name = "FILE")]
    public: PathBuf,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    let public: PublicKeyFile = serde_json::from_slice(&read(&arguments.public)?).map_err(|_| {
        Failure::new(Class::Key, &format_args!("{} is not a public key", arguments.public.display()))
    })?;
    let proof = verify_destruction(&read(&arguments.proof)?, &public).map_err(|fault| {
        Failure::new(Class::Integrity, &format_args!("{}: {fault}", arguments.proof.display()))
    })?;
    let Destruction { actor, epoch, key, key_site, reason, role, site, time, .. } = &proof.destruction;
    let whose = key_site.as_ref().map_or_else(String::new, |site| format!(" of {}", SiteId::as_str(site)));
    let epoch = if *epoch > 0 { format!(" of epoch {epoch}") } else { String::new() };
    terminal.result(format_args!(
        "{role} key {key}{epoch}{whose} was destroyed at {time} by {actor} ({reason}), says {site}, key {}",
        proof.signature.key_id
    ));
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path)
        .map_err(|fault| Failure::new(Class::Input, &format_args!("cannot read {}: {fault}", path.display())))
}
