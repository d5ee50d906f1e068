//! `inlav keys`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use inlav_core::programme::{Programme, SiteId};
use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::keys::{KdfCost, LinkageKey, SiteKeys};

mod custodian;

use super::failure::{Class, Failure};
use super::passphrase::Source;
use super::terminal::Terminal;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make new keys, protected by a passphrase
    New(New),
}

/// Make the keys of one PUA (--site), the linkage key that all PUA of the programme share
/// (--linkage-epoch), or the keys of the linkage custodian (--custodian). Nothing is ever
/// overwritten.
#[derive(Debug, Args)]
pub(super) struct New {
    /// The PUA whose keys to make, for example PUA05
    #[arg(long, required_unless_present_any = ["linkage_epoch", "custodian"], conflicts_with_all = ["linkage_epoch", "custodian"])]
    pub(super) site: Option<SiteId>,
    /// Make the linkage key of this epoch (a year) instead
    #[arg(long, value_name = "YEAR", conflicts_with = "custodian")]
    pub(super) linkage_epoch: Option<u32>,
    /// Make the keys of the linkage custodian instead; in a folder that has them, add those of
    /// another epoch
    #[arg(long, requires = "epoch")]
    pub(super) custodian: bool,
    /// The epoch (a year) of the custodian's relink key
    #[arg(long, value_name = "YEAR", requires = "custodian")]
    pub(super) epoch: Option<u32>,
    /// Folder for the keys of a PUA or of the custodian, or file for a linkage key (.ilk)
    #[arg(long, value_name = "PATH")]
    pub(super) out: PathBuf,
    /// Also put the public key, which the hub needs, into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "linkage_epoch")]
    pub(super) public: Option<PathBuf>,
    /// Memory for one guess of the passphrase, in MiB (64 to 2048)
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    pub(super) kdf_memory: u32,
    #[command(flatten)]
    pub(super) passphrase: Source,
}

pub(super) fn run(command: Command, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let Command::New(arguments) = command;
    new(&arguments, programme, terminal)
}

pub(super) fn new(arguments: &New, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let cost = KdfCost::memory_mib(arguments.kdf_memory).map_err(|fault| Failure::new(Class::Key, &fault))?;
    if let Some(epoch) = arguments.epoch {
        return custodian::new(arguments, epoch, cost, programme, terminal);
    }
    if let Some(site) = &arguments.site {
        programme.site(site).map_err(|fault| Failure::new(Class::Data, &fault))?;
    }
    let public = arguments.site.as_ref().zip(arguments.public.as_ref());
    let public = public.map(|(site, folder)| folder.join(format!("{site}.pub")));
    if let Some(path) = [Some(&arguments.out), public.as_ref()].into_iter().flatten().find(|p| p.exists()) {
        return Err(exists(path));
    }
    let passphrase = arguments.passphrase.ask_new()?;
    if let Some(epoch) = arguments.linkage_epoch {
        let key = LinkageKey::create(&arguments.out, programme.project_id, epoch, &passphrase, cost)?;
        terminal.result(format_args!(
            "linkage key {} of epoch {epoch}: {}",
            key.id(),
            arguments.out.display()
        ));
        return Ok(());
    }
    let Some(site) = &arguments.site else { return Ok(()) };
    let keys = SiteKeys::create(&arguments.out, programme.project_id, site, &passphrase, cost)?;
    if let Some(path) = &public {
        let public = serde_json::to_vec(&keys.signing().public_key())
            .map_err(|fault| Failure::new(Class::Other, &fault))?;
        whole::write(path, &public, Access::Shared, Existing::Refuse)?;
    }
    terminal.result(format_args!("keys of {site}, site key {}: {}", keys.id(), arguments.out.display()));
    Ok(())
}

fn exists(path: &Path) -> Failure {
    let error = whole::WholeError::Exists { path: path.to_owned() };
    Failure::new(Class::Output, &error).hint("keys are never overwritten; choose another place")
}
