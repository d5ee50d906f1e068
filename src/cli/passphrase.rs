//! Where the passphrase comes from: a file, a file descriptor, the environment or a prompt; never
//! the command line, which other users of the machine can read.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use inlav_pseudo::keys::Passphrase;

use super::failure::{Class, Failure};

/// The environment variable.
const VARIABLE: &str = "INLAV_PASSPHRASE";
/// The environment variable of the linkage key's passphrase.
const LINKAGE_VARIABLE: &str = "INLAV_LINKAGE_PASSPHRASE";

/// How to get the passphrase.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Source {
    /// Read the passphrase from the first line of this file (without it: from the environment
    /// variable INLAV_PASSPHRASE, or else by a prompt)
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd")]
    pub(super) passphrase_file: Option<PathBuf>,
    /// Read the passphrase from the first line of this file descriptor
    #[arg(long, value_name = "N")]
    pub(super) passphrase_fd: Option<u32>,
}

/// How to get the passphrase of the linkage key. All PUA know it, so it should not be the one
/// under which a PUA keeps its own keys.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct LinkageSource {
    /// Read the linkage key's passphrase from the first line of this file (without it: from the
    /// environment variable INLAV_LINKAGE_PASSPHRASE, or else by a prompt; if nobody is asked for
    /// the passphrase of the PUA's keys, that one)
    #[arg(long, value_name = "FILE")]
    pub(super) linkage_passphrase_file: Option<PathBuf>,
}

impl LinkageSource {
    /// The passphrase of the linkage key; `None` if it is that of the PUA's keys.
    pub(super) fn ask(&self, own: &Source) -> Result<Option<Passphrase>, Failure> {
        if let Some(file) = &self.linkage_passphrase_file {
            return read(file).map(Some);
        }
        if let Some(given) = variable(LINKAGE_VARIABLE)? {
            return Ok(Some(given));
        }
        if own.given()?.is_some() {
            return Ok(None);
        }
        let typed = prompt("Passphrase of the linkage key (Enter if it is the same): ")?;
        Ok((!typed.is_same_as(&Passphrase::new(String::new()))).then_some(typed))
    }
}

impl Source {
    /// The passphrase of existing keys.
    pub(super) fn ask(&self) -> Result<Passphrase, Failure> {
        self.given()?.map_or_else(|| prompt("Passphrase: "), Ok)
    }

    /// A passphrase for new keys: at a prompt it is asked twice.
    pub(super) fn ask_new(&self) -> Result<Passphrase, Failure> {
        if let Some(given) = self.given()? {
            return Ok(given);
        }
        let first = prompt("New passphrase (12 characters or more): ")?;
        let second = prompt("Again: ")?;
        if first.is_same_as(&second) {
            Ok(first)
        } else {
            Err(Failure::new(Class::Key, &"the two passphrases are not the same"))
        }
    }

    fn given(&self) -> Result<Option<Passphrase>, Failure> {
        if let Some(file) = &self.passphrase_file {
            return read(file).map(Some);
        }
        if let Some(descriptor) = self.passphrase_fd {
            return read(Path::new(&format!("/dev/fd/{descriptor}"))).map(Some);
        }
        variable(VARIABLE)
    }
}

fn variable(name: &str) -> Result<Option<Passphrase>, Failure> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(Passphrase::new(text))),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::new(Class::Key, &format_args!("{name} is not Unicode text")))
        }
    }
}

fn read(path: &Path) -> Result<Passphrase, Failure> {
    let fault = |fault: std::io::Error| {
        Failure::new(Class::Key, &format_args!("cannot read the passphrase from {}: {fault}", path.display()))
    };
    let file = File::open(path).map_err(fault)?;
    let mut line = String::new();
    BufReader::new(file).read_line(&mut line).map_err(fault)?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(Passphrase::new(line))
}

fn prompt(text: &str) -> Result<Passphrase, Failure> {
    rpassword::prompt_password(text).map(Passphrase::new).map_err(|_| {
        Failure::new(Class::Key, &"there is no terminal to ask for the passphrase")
            .hint("pass it through --passphrase-fd N or the variable INLAV_PASSPHRASE")
    })
}
