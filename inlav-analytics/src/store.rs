//! The hub's store: verified extracts as Parquet, partitioned by table, site and period.
//!
//! ```text
//! store/
//!   catalog.json                                   what is current: the commit point
//!   manifests/PUA01/2025-06-30/…/manifest.json     what was signed, kept as received, and .sig
//!   tables/person/site_id=PUA01/period=2025-06-30/snapshot=…/part.parquet
//!   links/….parquet                                site, register pseudonym → person number
//! ```
//! An extract is a full snapshot of its PUA; ingesting a later one replaces it in the catalogue.
//! Files are written first and the catalogue last, so a store that was interrupted is as it was.
//! The catalogue has the hash of every current file; they are compared when the store is opened.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{
    ArrayRef, AsArray as _, FixedSizeBinaryArray, RecordBatch, StringArray, UInt32Array,
};
use inlav_core::exchange::{Digest, LinkageMode, Manifest};
use inlav_core::policy::PSEUDONYM_LENGTH;
use inlav_core::programme::{ProjectId, SiteId};
use inlav_core::registry;
use inlav_core::whole::{self, Access, Existing, WholeError, WholeFile};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::link::{PersonRecord, Pseudonym, link};
use crate::verify::{VerifiedExtract, hash_file};

const CATALOG: &str = "catalog.json";
const CATALOG_VERSION: u32 = 1;

/// A store in a directory.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    catalog: Catalog,
}

/// What a store holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    version: u32,
    /// What all extracts have in common; `None` while the store is empty.
    pub common: Option<Common>,
    /// The current extract of each PUA.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// File under `links/` that belongs to these snapshots, called after its own hash.
    links: Option<String>,
    /// Persons over all PUA, and persons with two documents of one kind.
    pub persons: u32,
    /// Persons that have two different documents of the same kind: to be looked at.
    pub link_conflicts: usize,
}

/// What extracts must share to be counted together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// The programme.
    pub project_id: ProjectId,
    /// The purpose.
    pub purpose: String,
    /// Epoch of the linkage key.
    pub epoch: u32,
    /// Id of the linkage key.
    pub linkage_key: String,
    /// How linkage tokens were made.
    pub linkage_mode: LinkageMode,
    /// Whether the persons are made up.
    pub synthetic: bool,
}

/// The current extract of one PUA.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// Last day the data cover.
    pub as_of: NaiveDate,
    /// SHA-256 of the manifest.
    pub manifest: Digest,
    /// SHA-256 of the policy.
    pub policy: Digest,
    /// Rows per table.
    pub rows: BTreeMap<String, u64>,
    /// SHA-256 of each table's file.
    files: BTreeMap<String, Digest>,
}

/// What ingesting did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ingested {
    /// The extract is now the current one of its PUA.
    New,
    /// The store had this very extract already; nothing was changed.
    Already,
}

/// A store cannot be opened, or an extract not taken in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store.
    #[error("there is no store in {}", path.display())]
    Absent {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WholeError),
    /// A file of the store is damaged.
    #[error("{} is damaged; ingest its extract again into a new store", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The extract cannot be counted together with those of the store.
    #[error("the extract of {site} has another {what} than the extracts in the store")]
    Mismatch {
        /// The PUA.
        site: SiteId,
        /// What differs.
        what: &'static str,
    },
    /// The store has a later extract of this PUA.
    #[error("the store has an extract of {site} as of {current}, this one is as of {offered}")]
    Older {
        /// The PUA.
        site: SiteId,
        /// Date of the current extract.
        current: NaiveDate,
        /// Date of the refused extract.
        offered: NaiveDate,
    },
    /// An extract's file changed between verifying and copying.
    #[error("{} changed while it was being ingested", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// More persons than can be numbered.
    #[error(transparent)]
    TooManyPersons(#[from] crate::link::TooManyPersons),
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
        let path = folder.join(CATALOG);
        let content = match fs::read(&path) {
            Ok(content) => content,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::Absent { path: folder.to_owned() });
            }
            Err(source) => return Err(StoreError::Io { path, source }),
        };
        let catalog: Catalog =
            serde_json::from_slice(&content).map_err(|_| StoreError::Damaged { path: path.clone() })?;
        if catalog.version != CATALOG_VERSION {
            return Err(StoreError::Damaged { path });
        }
        let store = Self { folder: folder.to_owned(), catalog };
        store.verify()?;
        Ok(store)
    }

    /// Opens a store, or begins one where there is none.
    ///
    /// # Errors
    /// [`StoreError`] when what is there is not a store.
    pub fn open_or_begin(folder: &Path) -> Result<Self, StoreError> {
        match Self::open(folder) {
            Err(StoreError::Absent { .. }) => {
                let catalog = Catalog { version: CATALOG_VERSION, ..Catalog::default() };
                Ok(Self { folder: folder.to_owned(), catalog })
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

    /// Takes in verified extracts, links persons anew, and commits.
    ///
    /// # Guarantee
    /// Either all the extracts are current afterwards, or the store is as it was.
    ///
    /// # Errors
    /// [`StoreError`]; the catalogue is then unchanged.
    pub fn ingest(&mut self, extracts: &[VerifiedExtract]) -> Result<Vec<Ingested>, StoreError> {
        let mut catalog = self.catalog.clone();
        let mut done = Vec::with_capacity(extracts.len());
        for extract in extracts {
            let manifest = extract.manifest();
            let ingested = admit(&mut catalog, manifest, extract.digest())?;
            if ingested == Ingested::New {
                self.copy(extract)?;
            }
            done.push(ingested);
        }
        if done.contains(&Ingested::New) {
            self.catalog = self.relink(catalog)?;
            let content = serde_json::to_vec_pretty(&self.catalog)
                .expect("a catalogue holds only strings, numbers and lists of them");
            whole::write(&self.folder.join(CATALOG), &content, Access::Shared, Existing::Replace)?;
        }
        Ok(done)
    }

    pub(crate) fn table_folder(&self, table: &str) -> PathBuf {
        self.folder.join("tables").join(table)
    }

    pub(crate) fn links_file(&self) -> Option<PathBuf> {
        self.catalog.links.as_ref().map(|name| self.folder.join("links").join(name))
    }

    /// Compares every current file with the hash in the catalogue.
    fn verify(&self) -> Result<(), StoreError> {
        for (site, snapshot) in &self.catalog.snapshots {
            for (table, expected) in &snapshot.files {
                let path = self.file_of(table, site, &snapshot.as_of.to_string(), &snapshot.manifest);
                if hash_of(&path)? != *expected {
                    return Err(StoreError::Damaged { path });
                }
            }
        }
        match self.links_file() {
            Some(path) if self.catalog.links != Some(links_name(&hash_of(&path)?)) => {
                Err(StoreError::Damaged { path })
            }
            _ => Ok(()),
        }
    }

    fn copy(&self, extract: &VerifiedExtract) -> Result<(), StoreError> {
        let manifest = extract.manifest();
        let period = manifest.as_of.to_string();
        for table in &manifest.tables {
            let target = self.file_of(&table.table, manifest.site.as_str(), &period, &extract.digest());
            let source = extract.path_of(table);
            let copied = copy_hashed(&source, &target)?;
            if copied != table.sha256 {
                return Err(StoreError::Changed { path: source });
            }
        }
        let kept = self.folder.join("manifests").join(manifest.site.as_str()).join(&period);
        let kept = kept.join(snapshot_name(&extract.digest()));
        for (name, content) in [
            (inlav_core::exchange::MANIFEST_FILE, extract.manifest_bytes()),
            (inlav_core::exchange::SIGNATURE_FILE, extract.signature_bytes()),
        ] {
            whole::write(&kept.join(name), content, Access::Shared, Existing::Replace)?;
        }
        Ok(())
    }

    fn file_of(&self, table: &str, site: &str, period: &str, manifest: &Digest) -> PathBuf {
        self.table_folder(table)
            .join(format!("site_id={site}"))
            .join(format!("period={period}"))
            .join(format!("snapshot={}", snapshot_name(manifest)))
            .join("part.parquet")
    }

    /// Links the persons of a catalogue's snapshots and writes the links.
    fn relink(&self, mut catalog: Catalog) -> Result<Catalog, StoreError> {
        let mut records = Vec::new();
        let sites: Vec<String> = catalog.snapshots.keys().cloned().collect();
        for (index, (site, snapshot)) in catalog.snapshots.iter().enumerate() {
            let period = snapshot.as_of.to_string();
            let file = self.file_of(registry::person::TABLE.name, site, &period, &snapshot.manifest);
            read_persons(&file, index, &mut records)?;
        }
        let links = link(&records)?;
        let content = encode_links(&sites, &records, &links.person_numbers);
        let name = links_name(&Digest(Sha256::digest(&content).into()));
        let path = self.folder.join("links").join(&name);
        whole::write(&path, &content, Access::Shared, Existing::Replace)?;
        catalog.links = Some(name);
        catalog.persons = links.persons;
        catalog.link_conflicts = links.conflicts;
        Ok(catalog)
    }
}

/// How an extract is called in the store: the first 16 digits of its manifest's digest.
pub(crate) fn snapshot_name(manifest: &Digest) -> String {
    manifest.to_string().chars().take(16).collect()
}

/// How the links are called in the store: the first 16 digits of their own hash.
fn links_name(content: &Digest) -> String {
    format!("{}.parquet", snapshot_name(content))
}

fn hash_of(path: &Path) -> Result<Digest, StoreError> {
    let hashed = hash_file(path).map_err(|source| StoreError::Io { path: path.to_owned(), source });
    Ok(hashed?.1)
}

/// Enters an extract in a catalogue, or says why not.
fn admit(catalog: &mut Catalog, manifest: &Manifest, digest: Digest) -> Result<Ingested, StoreError> {
    let site = &manifest.site;
    let common = Common {
        project_id: manifest.project_id,
        purpose: manifest.purpose.clone(),
        epoch: manifest.epoch,
        linkage_key: manifest.linkage_key.clone(),
        linkage_mode: manifest.linkage_mode,
        synthetic: manifest.synthetic,
    };
    let mismatch = |what| Err(StoreError::Mismatch { site: site.clone(), what });
    match &catalog.common {
        None => catalog.common = Some(common),
        Some(shared) if shared.project_id != common.project_id => return mismatch("programme"),
        Some(shared) if shared.purpose != common.purpose => return mismatch("purpose"),
        Some(shared) if shared.epoch != common.epoch => return mismatch("epoch"),
        Some(shared) if shared.linkage_key != common.linkage_key => return mismatch("linkage key"),
        Some(shared) if shared.linkage_mode != common.linkage_mode => return mismatch("linkage mode"),
        Some(shared) if shared.synthetic != common.synthetic => return mismatch("synthetic mark"),
        Some(_) => {}
    }
    if let Some(current) = catalog.snapshots.get(site.as_str()) {
        if current.manifest == digest {
            return Ok(Ingested::Already);
        }
        if current.as_of > manifest.as_of {
            return Err(StoreError::Older {
                site: site.clone(),
                current: current.as_of,
                offered: manifest.as_of,
            });
        }
    }
    let snapshot = Snapshot {
        as_of: manifest.as_of,
        manifest: digest,
        policy: manifest.policy,
        rows: manifest.tables.iter().map(|table| (table.table.clone(), table.rows)).collect(),
        files: manifest.tables.iter().map(|table| (table.table.clone(), table.sha256)).collect(),
    };
    catalog.snapshots.insert(site.to_string(), snapshot);
    Ok(Ingested::New)
}

fn copy_hashed(source: &Path, target: &Path) -> Result<Digest, StoreError> {
    use std::io::{Read as _, Write as _};

    let io = |fault| StoreError::Io { path: source.to_owned(), source: fault };
    let mut from = File::open(source).map_err(io)?;
    let mut to = WholeFile::create(target, Access::Shared, Existing::Replace)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = from.read(&mut buffer).map_err(io)?;
        let Some(bytes) = buffer.get(..length).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        to.write_all(bytes).map_err(|fault| WholeError::Io { path: target.to_owned(), source: fault })?;
    }
    to.finish()?;
    Ok(Digest(hash.finalize().into()))
}

fn read_persons(file: &Path, site: usize, records: &mut Vec<PersonRecord>) -> Result<(), StoreError> {
    let damaged = || StoreError::Damaged { path: file.to_owned() };
    let opened = File::open(file).map_err(|source| StoreError::Io { path: file.to_owned(), source })?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(opened)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|_| damaged())?;
    for batch in reader {
        let batch = batch.map_err(|_| damaged())?;
        let pseudonyms =
            |name: &str| batch.column_by_name(name).and_then(|column| column.as_fixed_size_binary_opt());
        let own = pseudonyms(registry::person::SITE_PERSON_ID.name).ok_or_else(damaged)?;
        let tokens: Vec<_> = registry::person::TABLE
            .columns
            .iter()
            .enumerate()
            .filter_map(|(index, column)| Some((index, pseudonyms(&format!("{}_token", column.name))?)))
            .collect();
        for row in 0..batch.num_rows() {
            records.push(PersonRecord {
                site,
                site_person_id: pseudonym(own, row).ok_or_else(damaged)?,
                tokens: tokens
                    .iter()
                    .filter_map(|(column, values)| Some((*column, pseudonym(values, row)?)))
                    .collect(),
            });
        }
    }
    Ok(())
}

fn pseudonym(values: &FixedSizeBinaryArray, row: usize) -> Option<Pseudonym> {
    use datafusion::arrow::array::Array as _;

    if values.is_null(row) { None } else { values.value(row).try_into().ok() }
}

/// The links as Parquet.
fn encode_links(sites: &[String], records: &[PersonRecord], person_numbers: &[u32]) -> Vec<u8> {
    let site = records.iter().map(|record| sites.get(record.site).map_or("", String::as_str));
    let own = FixedSizeBinaryArray::try_from_sparse_iter_with_size(
        records.iter().map(|record| Some(record.site_person_id)),
        PSEUDONYM_LENGTH,
    )
    .expect("every pseudonym has 16 bytes");
    let columns: [(&str, ArrayRef); 3] = [
        ("site_id", Arc::new(StringArray::from_iter_values(site))),
        (registry::person::SITE_PERSON_ID.name, Arc::new(own)),
        ("person_no", Arc::new(UInt32Array::from(person_numbers.to_vec()))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("the three columns have one entry per record");
    let written = ArrowWriter::try_new(Vec::new(), batch.schema(), None).and_then(|mut writer| {
        writer.write(&batch)?;
        writer.into_inner()
    });
    written.expect("Parquet has all three types, and memory does not refuse to be written to")
}
