//! `inlav keys`: one command per file.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;

use super::failure::{Class, Failure};
use super::language::speaking;
use super::terminal::Terminal;

mod combine;
mod custodian;
mod destroy;
mod export_public;
pub(super) mod new;
mod renew_signing;
mod rotate;
mod show;
mod split;
mod verify_destruction;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Language: it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE", global = true)]
    lang: Option<Language>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make new keys, protected by a passphrase
    New(new::Arguments),
    /// Say which keys are in a file or folder, without their passphrase
    Show(show::Arguments),
    /// Put keys under a new passphrase; they stay the same keys
    Rotate(rotate::Arguments),
    /// Make a new signing key alone, when the old one was stolen or lost
    RenewSigning(renew_signing::Arguments),
    /// Split a key into shares for its custodians
    Split(split::Arguments),
    /// Put a key together from its shares
    Combine(combine::Arguments),
    /// Write the public key that the hub needs
    ExportPublic(export_public::Arguments),
    /// Destroy a key and write a signed proof of it
    Destroy(destroy::Arguments),
    /// Check a proof that a key was destroyed
    VerifyDestruction(verify_destruction::Arguments),
}

pub(super) fn run(arguments: Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| match arguments.command {
        Command::New(arguments) => new::run(&arguments, programme, language, terminal),
        Command::Show(arguments) => show::run(&arguments, programme, language, terminal),
        Command::Rotate(arguments) => rotate::run(&arguments, programme, language, terminal),
        Command::RenewSigning(arguments) => renew_signing::run(&arguments, programme, language, terminal),
        Command::Split(arguments) => split::run(&arguments, programme, language, terminal),
        Command::Combine(arguments) => combine::run(&arguments, programme, language, terminal),
        Command::ExportPublic(arguments) => export_public::run(&arguments, programme, language, terminal),
        Command::Destroy(arguments) => destroy::run(&arguments, programme, language, terminal),
        Command::VerifyDestruction(arguments) => verify_destruction::run(&arguments, language, terminal),
    })
}

/// The key files at a path: the file itself, or all `.ilk` of a folder, by name.
fn key_files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let fault = |fault: std::io::Error| Failure::unread(Class::Key, path, &fault);
    let entries = fs::read_dir(path).map_err(fault)?.collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let mut files: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ilk"));
    files.sort();
    if files.is_empty() {
        let text = Bilingual::of(
            format!("in {} non ci sono file di chiavi (.ilk)", path.display()),
            format!("{} holds no key files (.ilk)", path.display()),
        );
        return Err(Failure::told(Class::Key, text));
    }
    Ok(files)
}
