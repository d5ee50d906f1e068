//! `inlav keys new`

use std::path::{Path, PathBuf};

use clap::Args;
use inlav_core::exchange::CUSTODIAN_FILE;
use inlav_core::language::Bilingual;
use inlav_core::programme::{Programme, SiteId};
use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::keys::{KdfCost, LinkageKey, Passphrase, SiteKeys};

use super::custodian;
use crate::cli::failure::{Class, Failure};
use crate::cli::passphrase::{NewSource, Wish};
use crate::cli::terminal::Terminal;

/// Make the keys of one PUA (--site), the linkage key that all PUA of the programme share
/// (--linkage-epoch), or the keys of the linkage custodian (--custodian). Nothing is ever
/// overwritten.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) keys: New,
    #[command(flatten)]
    pub(in crate::cli) passphrase: NewSource,
}

/// Which keys to make, and where.
#[derive(Debug, Args)]
pub(in crate::cli) struct New {
    /// The PUA whose keys to make, for example PUA05
    #[arg(long, required_unless_present_any = ["linkage_epoch", "custodian"], conflicts_with_all = ["linkage_epoch", "custodian"])]
    pub(in crate::cli) site: Option<SiteId>,
    /// Make the linkage key of this epoch (a year) instead
    #[arg(long, value_name = "YEAR", conflicts_with = "custodian")]
    pub(in crate::cli) linkage_epoch: Option<u32>,
    /// Make the keys of the linkage custodian instead; in a folder that has them, add those of
    /// another epoch
    #[arg(long, requires = "epoch")]
    pub(in crate::cli) custodian: bool,
    /// The epoch (a year) of the custodian's relink key
    #[arg(long, value_name = "YEAR", requires = "custodian")]
    pub(in crate::cli) epoch: Option<u32>,
    /// Folder for the keys of a PUA or of the custodian, or file for a linkage key (.ilk)
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) out: PathBuf,
    /// Also put the public key, which the hub needs, into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "linkage_epoch")]
    pub(in crate::cli) public: Option<PathBuf>,
    /// Memory for one guess of the passphrase, in MiB (64 to 2048)
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    pub(in crate::cli) kdf_memory: u32,
}

impl New {
    pub(super) fn cost(&self) -> Result<KdfCost, Failure> {
        Ok(KdfCost::memory_mib(self.kdf_memory)?)
    }

    pub(super) fn public_file(&self) -> Option<PathBuf> {
        let name = match &self.site {
            Some(site) => format!("{site}.pub"),
            None => CUSTODIAN_FILE.to_owned(),
        };
        Some(self.public.as_ref()?.join(name))
    }
}

pub(in crate::cli) fn run(
    arguments: &Arguments,
    programme: &Programme,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let new = &arguments.keys;
    let cost = new.cost()?;
    if let Some(site) = &new.site {
        programme.site(site).map_err(|fault| Failure::new(Class::Data, &fault))?;
    }
    if new.custodian && custodian::is_there(&new.out) {
        return custodian::add_epoch(new, &arguments.passphrase.source.ask()?, programme, terminal);
    }
    let public = new.public_file();
    if let Some(path) = [Some(&new.out), public.as_ref()].into_iter().flatten().find(|p| p.exists()) {
        return Err(exists(path));
    }
    let wish = Wish { programme, site: new.site.as_ref(), cost };
    let passphrase = arguments.passphrase.ask(&wish, terminal)?;
    make(new, &passphrase, programme, terminal)
}

/// Makes keys under a passphrase that was chosen.
pub(in crate::cli) fn make(
    new: &New,
    passphrase: &Passphrase,
    programme: &Programme,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let (project, cost) = (programme.project_id, new.cost()?);
    if let Some(epoch) = new.linkage_epoch {
        let key = LinkageKey::create(&new.out, project, epoch, passphrase, cost)?;
        terminal.result(format_args!("linkage key {} of epoch {epoch}: {}", key.id(), new.out.display()));
        return Ok(());
    }
    let Some(site) = &new.site else { return custodian::make(new, passphrase, programme, terminal) };
    let keys = SiteKeys::create(&new.out, project, site, passphrase, cost)?;
    if let Some(path) = &new.public_file() {
        let public = serde_json::to_vec(&keys.signing().public_key())
            .map_err(|fault| Failure::new(Class::Other, &fault))?;
        whole::write(path, &public, Access::Shared, Existing::Refuse)?;
    }
    terminal.result(format_args!("keys of {site}, site key {}: {}", keys.id(), new.out.display()));
    Ok(())
}

/// What is there already and stays.
pub(in crate::cli) fn exists(path: &Path) -> Failure {
    Failure::from(whole::WholeError::Exists { path: path.to_owned() }).advice(Bilingual::of(
        "le chiavi non si sovrascrivono mai: scegliere un altro posto",
        "keys are never overwritten; choose another place",
    ))
}
