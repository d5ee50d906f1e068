//! `inlav keys new`

use std::path::{Path, PathBuf};

use clap::Args;
use inlav_core::exchange::{CUSTODIAN_FILE, canonical};
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::{Programme, SiteId};
use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::keys::{KdfCost, LinkageKey, NewSiteKeys, Passphrase};

use super::custodian;
use crate::cli::failure::{Class, Failure};
use crate::cli::passphrase::{NewSource, Wish};
use crate::cli::terminal::Terminal;
use crate::cli::{abandoned, clock};

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
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let new = &arguments.keys;
    let cost = new.cost()?;
    if let Some(site) = &new.site {
        programme.site(site).map_err(|fault| {
            let italian = format!("{site} non è un PUA del programma {}", programme.name);
            Failure::told(Class::Data, Bilingual::of(italian, fault.to_string()))
        })?;
    }
    if new.custodian && custodian::is_there(&new.out) {
        let passphrase = arguments.passphrase.source.ask()?;
        return custodian::add_epoch(new, &passphrase, programme, language, terminal);
    }
    let public = new.public_file();
    if let Some(path) = [Some(&new.out), public.as_ref()].into_iter().flatten().find(|p| p.exists()) {
        return Err(exists(path));
    }
    abandoned::clear(&new.out, language, terminal);
    let wish = Wish { programme, site: new.site.as_ref(), cost };
    let passphrase = arguments.passphrase.ask(&wish, language, terminal)?;
    make(new, &passphrase, programme, language, terminal)
}

/// Makes keys under a passphrase that was chosen. The folder of a PUA or of the custodian begins with its
/// audit log; a linkage key is nobody's own, and no log has it.
pub(in crate::cli) fn make(
    new: &New,
    passphrase: &Passphrase,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let (project, cost) = (programme.project_id, new.cost()?);
    if let Some(epoch) = new.linkage_epoch {
        let key = LinkageKey::create(&new.out, project, epoch, passphrase, cost)?;
        let (id, place) = (key.id(), new.out.display());
        let told = Bilingual::of(
            format!("chiave di collegamento (linkage) {id} dell'epoca {epoch}: {place}"),
            format!("linkage key {id} of epoch {epoch}: {place}"),
        );
        terminal.result(told.text(language));
        return Ok(());
    }
    let Some(site) = &new.site else {
        return custodian::make(new, passphrase, programme, language, terminal);
    };
    let drawn = NewSiteKeys::draw(&new.out, project, site, passphrase, cost)?;
    drawn.keep_vault_key(passphrase, cost)?;
    drawn.log(clock::instant(), &[drawn.made()])?;
    let keys = drawn.finish()?;
    if let Some(path) = &new.public_file() {
        whole::write(path, &canonical(&keys.signing().public_key()), Access::Shared, Existing::Refuse)?;
    }
    let (of_site, of_signing, place) = (keys.id(), keys.signing().id(), new.out.display());
    let told = Bilingual::of(
        format!("chiavi di {site}, chiave del PUA (site) {of_site}, firma (signing) {of_signing}: {place}"),
        format!("keys of {site}, site key {of_site}, signing key {of_signing}: {place}"),
    );
    terminal.result(told.text(language));
    Ok(())
}

/// What is there already and stays.
pub(in crate::cli) fn exists(path: &Path) -> Failure {
    Failure::of_key(whole::WholeError::Exists { path: path.to_owned() })
}
