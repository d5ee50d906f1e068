//! `inlav demo`: the whole road, through the same functions as the commands.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use inlav_core::exchange::CUSTODIAN_FILE;
use inlav_core::language::Language;
use inlav_core::programme::{Programme, SiteId};
use inlav_core::synthetic::{Dials, Population};
use inlav_core::whole::{self, Access, Existing, WholeError};
use inlav_pseudo::office::{OfficeHabits, write_export};

use super::check::Input;
use super::failure::{Class, Failure};
use super::keys::new::{New, make};
use super::passphrase::{LinkageSource, Source};
use super::progress::Progress;
use super::terminal::Terminal;
use super::{ingest, pseudonymise, release, relink};

/// Make up a population, write twelve messy exports, make keys, check, pseudonymise, relink, ingest,
/// evaluate and release: everything that stewards, custodian and researchers do, in one folder.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder for everything; must not exist
    #[arg(long, value_name = "DIR", default_value = "inlav-demo")]
    pub(super) out: PathBuf,
    /// Seed of the population: the same seed makes the same persons
    #[arg(long, default_value_t = Dials::default().seed)]
    pub(super) seed: u64,
    /// Persons in the whole programme
    #[arg(long, default_value_t = Dials::default().persons)]
    pub(super) persons: u32,
}

/// Where the demo puts what.
struct Folders<'a>(&'a Path);

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    if arguments.out.exists() {
        let error = WholeError::Exists { path: arguments.out.clone() };
        return Err(
            Failure::new(Class::Output, &error).hint("remove it, or choose another folder with --out")
        );
    }
    let folders = Folders(&arguments.out);
    let dials = Dials { seed: arguments.seed, persons: arguments.persons, ..Dials::default() };
    let exports = make_exports(programme, &dials, &folders)?;
    let passphrase = make_keys(programme, &folders)?;
    pseudonymise_all(programme, &exports, &passphrase, &folders)?;

    let extracts: Vec<PathBuf> =
        programme.sites.iter().map(|site| folders.extract(site.id.as_str())).collect();
    relink::run(
        &relink::Arguments {
            extracts: extracts.clone(),
            keys: folders.custodian(),
            trust: folders.public(),
            out: folders.relinked(),
            // Made-up populations may be as large as anybody likes.
            most_documents: Some(u64::MAX),
            force: false,
            lang: None,
            passphrase,
        },
        programme,
        &Terminal::quiet(),
    )?;
    ingest::run(
        &ingest::Arguments {
            extracts,
            relinked: programme.sites.iter().map(|site| folders.relinked().join(site.id.as_str())).collect(),
            trust: folders.public(),
            store: folders.store(),
            replace: false,
            lang: None,
        },
        programme,
        &Terminal::quiet(),
    )?;
    release::run(
        &release::Arguments {
            store: folders.store(),
            out: folders.release(),
            certificates: None,
            policy: None,
            force: false,
            corrects: None,
        },
        programme,
        terminal,
    )?;
    terminal.note(format_args!(
        "All persons are made up. Look around in {}; the passphrase of its keys is in {}.",
        arguments.out.display(),
        folders.passphrase().display()
    ));
    Ok(())
}

/// Writes the exports, each in its office's habits; returns their paths.
fn make_exports(
    programme: &Programme,
    dials: &Dials,
    folders: &Folders<'_>,
) -> Result<Vec<PathBuf>, Failure> {
    let population = Population::generate(programme, dials);
    let progress = Progress::begin("raw exports", population.sites.len());
    let mut paths = Vec::new();
    for (index, site) in population.sites.iter().enumerate() {
        progress.on(site.site.as_str());
        let habits = OfficeHabits::of(index);
        let path = folders.raw().join(habits.export_name(&site.site));
        write_export(site, &path, &habits).map_err(|fault| Failure::new(Class::Output, &fault))?;
        paths.push(path);
        progress.step();
    }
    progress.finish();
    Ok(paths)
}

/// Makes the linkage key, the custodian's keys and each PUA's, all under one passphrase drawn for this demo.
fn make_keys(programme: &Programme, folders: &Folders<'_>) -> Result<Source, Failure> {
    let mut random = [0_u8; 12];
    getrandom::fill(&mut random).map_err(|fault| Failure::new(Class::Other, &fault))?;
    let words = format!("{}\n", hex::encode(random));
    whole::write(&folders.passphrase(), words.as_bytes(), Access::Private, Existing::Refuse)?;
    let passphrase = Source { passphrase_file: Some(folders.passphrase()), passphrase_fd: None };

    let quiet = Terminal::quiet();
    let drawn = passphrase.ask()?;
    let new = |site: Option<SiteId>, linkage_epoch: Option<u32>, out| New {
        public: linkage_epoch.is_none().then(|| folders.public()),
        custodian: site.is_none() && linkage_epoch.is_none(),
        epoch: (site.is_none() && linkage_epoch.is_none()).then_some(EPOCH),
        site,
        linkage_epoch,
        out,
        // The least that is allowed: a demo's keys protect nobody, and 40 are made.
        kdf_memory: 64,
    };
    let progress = Progress::begin("keys", programme.sites.len() + 2);
    make(&new(None, Some(EPOCH), folders.linkage()), &drawn, programme, Language::En, &quiet)?;
    progress.step();
    make(&new(None, None, folders.custodian()), &drawn, programme, Language::En, &quiet)?;
    progress.step();
    progress.step();
    for site in &programme.sites {
        progress.on(site.id.as_str());
        let keys = new(Some(site.id.clone()), None, folders.keys(site.id.as_str()));
        make(&keys, &drawn, programme, Language::En, &quiet)?;
        progress.step();
    }
    progress.finish();
    Ok(passphrase)
}

fn pseudonymise_all(
    programme: &Programme,
    exports: &[PathBuf],
    passphrase: &Source,
    folders: &Folders<'_>,
) -> Result<(), Failure> {
    let progress = Progress::begin("pseudonymise", exports.len());
    for (site, export) in programme.sites.iter().zip(exports) {
        progress.on(site.id.as_str());
        let input =
            Input { export: export.clone(), site: site.id.clone(), as_of: as_of(programme), mapping: None };
        let name = site.id.as_str();
        pseudonymise::run(
            &pseudonymise::Arguments {
                input,
                keys: folders.keys(name),
                linkage: vec![folders.linkage()],
                custodian: Some(folders.public().join(CUSTODIAN_FILE)),
                one_layer: false,
                out: folders.extract(name),
                vault: folders.keys(name).join("identifiers.ilv"),
                policy: None,
                synthetic: true,
                force: false,
                lang: None,
                jobs: None,
                passphrase: passphrase.clone(),
                linkage_passphrase: LinkageSource { linkage_passphrase_file: Some(folders.passphrase()) },
            },
            programme,
            &Terminal::quiet(),
        )?;
        progress.step();
    }
    progress.finish();
    Ok(())
}

/// Epoch of the demo's linkage key.
const EPOCH: u32 = 2025;

const fn as_of(programme: &Programme) -> NaiveDate {
    programme.end
}

impl Folders<'_> {
    fn raw(&self) -> PathBuf {
        self.0.join("raw")
    }

    fn passphrase(&self) -> PathBuf {
        self.0.join("keys").join("passphrase.txt")
    }

    fn linkage(&self) -> PathBuf {
        self.0.join("keys").join(format!("linkage-{EPOCH}.ilk"))
    }

    fn keys(&self, site: &str) -> PathBuf {
        self.0.join("keys").join(site)
    }

    fn public(&self) -> PathBuf {
        self.0.join("keys").join("public")
    }

    fn custodian(&self) -> PathBuf {
        self.0.join("keys").join("custodian")
    }

    fn relinked(&self) -> PathBuf {
        self.0.join("relinked")
    }

    fn extract(&self, site: &str) -> PathBuf {
        self.0.join("extracts").join(site)
    }

    fn store(&self) -> PathBuf {
        self.0.join("store")
    }

    fn release(&self) -> PathBuf {
        self.0.join("release")
    }
}
