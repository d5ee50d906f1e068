//! The hub's store: verified extracts as Parquet, partitioned by table, site and period.
//!
//! ```text
//! store/
//!   catalog.json                                   what is current: the commit point
//!   ingest.lock                                    held by the one ingest or release that is writing; empty
//!   manifests/PUA01/2025-06-30/…/manifest.json     what was signed, kept as received, and .sig
//!   manifests/PUA01/2025-06-30/…/relink.json       the same of the custodian
//!   tables/person/site_id=PUA01/period=2025-06-30/snapshot=…/part.parquet
//!   tables/tokens/…                                the linkage tokens: in mode B the custodian's
//!   ledger/000001/…                                every release that was made: see [`crate::ledger`]
//!   links/….parquet                                site, register pseudonym → person number; the
//!                                                  same of operators
//!   certificates/….json                            proofs of releases: true counts; written by `inlav release`
//! ```
//! An extract is a full snapshot of its PUA; ingesting a later one replaces it in the catalogue, an
//! earlier one or another of the same day only when that is asked for.
//! `…` is the beginning of the digest of the manifest that names the files, so that only an equal file
//! ever takes the place of a current one. Files are written first and the catalogue last, so a store
//! that was interrupted is as it was.
//! The catalogue has the hash of every current file; they are compared when the store is opened.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use inlav_core::exchange::{
    Digest, MANIFEST_FILE, RELINK_FILE, RELINK_SIGNATURE_FILE, SIGNATURE_FILE, TOKENS_TABLE,
};
use inlav_core::programme::Programme;
use inlav_core::whole::{self, Access, Existing, WholeError};
use inlav_verify::{SignedDocument, SignedRelink};
use sha2::{Digest as _, Sha256};

mod catalog;
mod complete;
mod error;
mod files;
mod links;
#[cfg(test)]
pub(crate) mod testing;

pub use self::catalog::{Catalog, Common, Conflicts, EpochKeys, Ingested, Snapshot};
pub use self::error::{Difference, StoreError};

use self::catalog::{LinkFiles, admit_all};
use self::files::{Layout, copy_hashed, hash_of, links_name};
use self::links::{Known, Tokens, add_records, encode_links, lasting_numbers, read_links};
pub(crate) use self::links::{LinksOf, OPERATORS, PERSONS};
use crate::link::{Links, link};
use crate::verify::VerifiedExtract;

/// A file of a current extract.
#[derive(Debug, Clone)]
pub(crate) struct StoredFile {
    /// The PUA.
    pub(crate) site: String,
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Rows, as its manifest says.
    pub(crate) rows: u64,
}

/// A store in a directory.
#[derive(Debug)]
pub struct Store {
    layout: Layout,
    catalog: Catalog,
}

impl Store {
    /// Opens a store.
    ///
    /// # Guarantee
    /// Every current file is, byte for byte, the one that was ingested. Test
    /// `a_changed_file_of_the_store_is_noticed` in `tests/program` of the workspace.
    ///
    /// # Errors
    /// [`StoreError::Absent`], [`StoreError::Io`] or [`StoreError::Damaged`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let layout = Layout::new(folder);
        let catalog = Catalog::read(&layout)?;
        let store = Self { layout, catalog };
        store.verify()?;
        Ok(store)
    }

    /// Opens a store, or begins one in a folder that is empty or not there. What an interrupted
    /// first ingest left may be in it.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] when something else is in the folder, and those of [`Store::open`].
    pub fn open_or_begin(folder: &Path) -> Result<Self, StoreError> {
        match Self::open(folder) {
            Err(StoreError::Absent { .. }) => {
                let layout = Layout::new(folder);
                layout.refuse_foreign()?;
                Ok(Self { layout, catalog: Catalog::empty() })
            }
            opened => opened,
        }
    }

    /// What the store holds.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Last day that the data of every PUA cover; `None` while the store is empty.
    #[must_use]
    pub fn as_of(&self) -> Option<NaiveDate> {
        self.catalog.snapshots.values().map(|snapshot| snapshot.as_of).min()
    }

    /// Takes in verified extracts of a programme, at most one of each PUA, links persons anew, and
    /// commits. `existing` says what to do with an extract that is not later than the current one
    /// of its PUA: a signature does not tell the last of two extracts from a former one.
    ///
    /// # Guarantee
    /// Either all the extracts are current afterwards, or the store is as it was. Which extracts
    /// are current does not depend on the order in which they are given. Of two ingests at once
    /// none is lost: what another one committed since the store was opened stays.
    ///
    /// # Errors
    /// [`StoreError`]; the catalogue is then unchanged.
    pub fn ingest(
        &mut self,
        extracts: &[VerifiedExtract],
        programme: &Programme,
        existing: Existing,
    ) -> Result<Vec<Ingested>, StoreError> {
        // What is refused is refused before anything is written, be it a lock.
        admit_all(&self.catalog, extracts, programme, existing)?;
        let _held = self.lock()?;
        self.reread()?;
        let (catalog, done) = admit_all(&self.catalog, extracts, programme, existing)?;
        for (extract, ingested) in extracts.iter().zip(&done) {
            if *ingested == Ingested::New {
                self.copy(extract)?;
            }
        }
        if done.contains(&Ingested::New) {
            let catalog = self.relink(catalog)?;
            catalog.write(&self.layout)?;
            self.catalog = catalog;
        }
        Ok(done)
    }

    /// The folder of the ledger of the store in a folder. The store is not verified: its ledger is
    /// readable whatever happened to the rest.
    pub(crate) fn ledger_in(folder: &Path) -> Result<PathBuf, StoreError> {
        let layout = Layout::new(folder);
        if layout.catalog().exists() || layout.ledger().exists() {
            return Ok(layout.ledger());
        }
        Err(StoreError::Absent { path: folder.to_owned() })
    }

    /// The folder of the store's ledger.
    pub(crate) fn ledger_folder(&self) -> PathBuf {
        self.layout.ledger()
    }

    /// Makes this ingest or release the only one, until the file that is returned is dropped.
    pub(crate) fn lock(&self) -> Result<File, StoreError> {
        let path = self.layout.lock();
        let io = |source| WholeError::Io { path: path.clone(), source };
        fs::create_dir_all(self.layout.folder()).map_err(io)?;
        let file = OpenOptions::new().create(true).append(true).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy { path: self.layout.folder().to_owned() }),
            Err(TryLockError::Error(source)) => Err(io(source).into()),
        }
    }

    /// Reads the catalogue again, and verifies it if another ingest wrote it since.
    fn reread(&mut self) -> Result<(), StoreError> {
        let now = match Catalog::read(&self.layout) {
            Err(StoreError::Absent { .. }) => Catalog::empty(),
            read => read?,
        };
        if now != self.catalog {
            self.catalog = now;
            self.verify()?;
        }
        Ok(())
    }

    /// The files of a table in the current extracts: those that [`Store::open`] verified.
    pub(crate) fn files_of(&self, table: &str) -> impl Iterator<Item = StoredFile> {
        self.catalog.snapshots.iter().filter_map(move |(site, snapshot)| {
            snapshot.files.get(table)?;
            Some(StoredFile {
                site: site.clone(),
                path: self.place(table, site, snapshot),
                rows: snapshot.rows.get(table).copied().unwrap_or_default(),
            })
        })
    }

    /// Where a table of a snapshot is.
    fn place(&self, table: &str, site: &str, snapshot: &Snapshot) -> PathBuf {
        self.layout.table(table, site, snapshot.as_of, snapshot.origin_of(table))
    }

    /// The file of persons' links, or that of operators'.
    pub(crate) fn links_file(&self, links: &LinksOf) -> Option<PathBuf> {
        let files = self.catalog.links.as_ref()?;
        let name = if links.subject == OPERATORS.subject { &files.operators } else { &files.persons };
        Some(self.layout.links(name))
    }

    /// Compares every current file with the hash in the catalogue.
    fn verify(&self) -> Result<(), StoreError> {
        for (site, snapshot) in &self.catalog.snapshots {
            for (table, expected) in &snapshot.files {
                let path = self.place(table, site, snapshot);
                if hash_of(&path)? != *expected {
                    return Err(StoreError::Damaged { path });
                }
            }
        }
        for name in self.catalog.links.iter().flat_map(|files| [&files.persons, &files.operators]) {
            let path = self.layout.links(name);
            if *name != links_name(&hash_of(&path)?) {
                return Err(StoreError::Damaged { path });
            }
        }
        Ok(())
    }

    fn copy(&self, extract: &VerifiedExtract) -> Result<(), StoreError> {
        let manifest = extract.manifest();
        let (site, digest) = (manifest.site.as_str(), extract.digest());
        let tables = manifest.tables.iter().map(|table| (extract.path_of(table), table, digest));
        let origin = extract.relinked().map_or(digest, SignedRelink::digest);
        let tokens = extract.tokens().map(|(source, table)| (source, table, origin));
        for (source, table, origin) in tables.chain(tokens) {
            let target = self.layout.table(&table.table, site, manifest.as_of, &origin);
            let copied = copy_hashed(&source, &target)?;
            if copied != table.sha256 {
                return Err(StoreError::Changed { path: source });
            }
        }
        let keep = |names: [&str; 2], digest: &Digest, document: &SignedDocument| {
            let folder = self.layout.manifest(site, manifest.as_of, digest);
            for (name, bytes) in names.into_iter().zip([document.bytes(), document.signature()]) {
                whole::write(&folder.join(name), bytes, Access::Shared, Existing::Replace)?;
            }
            Ok::<_, WholeError>(())
        };
        keep([MANIFEST_FILE, SIGNATURE_FILE], &digest, extract.signed().document())?;
        if let Some(relinked) = extract.relinked() {
            keep([RELINK_FILE, RELINK_SIGNATURE_FILE], &origin, relinked.document())?;
        }
        Ok(())
    }

    /// Links the persons and the operators of a catalogue's snapshots and writes the links.
    fn relink(&self, mut catalog: Catalog) -> Result<Catalog, StoreError> {
        let sites: Vec<String> = catalog.snapshots.keys().cloned().collect();
        let (persons, linked) = self.write_links(&PERSONS, &catalog, &sites)?;
        let (operators, _) = self.write_links(&OPERATORS, &catalog, &sites)?;
        catalog.links = Some(LinkFiles { persons, operators });
        catalog.persons = linked.persons;
        catalog.conflicts.clear();
        for conflict in linked.conflicts {
            let told = catalog.conflicts.entry(conflict.document.name().to_owned()).or_default();
            told.persons += 1;
            told.sites.extend(conflict.sites.iter().filter_map(|site| sites.get(*site)).cloned());
        }
        Ok(catalog)
    }

    /// Writes the links of persons or operators; returns the name of the file.
    fn write_links(
        &self,
        links: &LinksOf,
        catalog: &Catalog,
        sites: &[String],
    ) -> Result<(String, Links), StoreError> {
        let mut records = Vec::new();
        for (index, (site, snapshot)) in catalog.snapshots.iter().enumerate() {
            let file = |table| self.place(table, site, snapshot);
            let tokens = match snapshot.files.get(TOKENS_TABLE) {
                Some(_) => Tokens::read(&file(TOKENS_TABLE))?,
                None => Tokens::none(),
            };
            let there = links.sources.iter().filter(|(table, _)| snapshot.files.contains_key(*table));
            let sources: Vec<_> = there.map(|(table, column)| (*column, file(table))).collect();
            add_records(links, &sources, index, &tokens, &mut records)?;
        }
        let linked = link(&records)?;
        let known = match self.links_file(links) {
            Some(file) => read_links(&file, links)?,
            None => Known::new(),
        };
        let numbers = lasting_numbers(links, sites, &records, &linked.numbers, &known);
        let content = encode_links(links, sites, &records, numbers);
        let name = links_name(&Digest(Sha256::digest(&content).into()));
        whole::write(&self.layout.links(&name), &content, Access::Shared, Existing::Replace)?;
        Ok((name, linked))
    }
}

#[cfg(test)]
mod tests;
