//! Where the files of a store are, how they are called, and copying into it.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use inlav_core::exchange::Digest;
use inlav_core::registry;
use inlav_core::whole::{Access, Existing, WholeError, WholeFile};
use inlav_verify::hash_file;
use sha2::{Digest as _, Sha256};

use super::error::StoreError;

const CATALOG: &str = "catalog.json";
const LOCK: &str = "ingest.lock";
const TABLES: &str = "tables";
const MANIFESTS: &str = "manifests";
const LINKS: &str = "links";
const LEDGER: &str = "ledger";

/// The places in the folder of a store; see [`super`].
#[derive(Debug)]
pub(super) struct Layout(PathBuf);

impl Layout {
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    pub(super) fn catalog(&self) -> PathBuf {
        self.0.join(CATALOG)
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.0.join(LOCK)
    }

    /// A table whose file this manifest names.
    pub(super) fn table(&self, table: &str, site: &str, as_of: NaiveDate, manifest: &Digest) -> PathBuf {
        self.0
            .join(TABLES)
            .join(table)
            .join(format!("{}={site}", registry::site::SITE_ID.name))
            .join(format!("period={as_of}"))
            .join(format!("snapshot={}", snapshot_name(manifest)))
            .join("part.parquet")
    }

    /// The folder of a manifest and its signature.
    pub(super) fn manifest(&self, site: &str, as_of: NaiveDate, manifest: &Digest) -> PathBuf {
        self.0.join(MANIFESTS).join(site).join(as_of.to_string()).join(snapshot_name(manifest))
    }

    pub(super) fn ledger(&self) -> PathBuf {
        self.0.join(LEDGER)
    }

    pub(super) fn links(&self, name: &str) -> PathBuf {
        self.0.join(LINKS).join(name)
    }

    /// Refuses a folder in which there is something that ingesting does not make.
    pub(super) fn refuse_foreign(&self) -> Result<(), StoreError> {
        let io = |source| StoreError::Io { path: self.0.clone(), source };
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(fault) => return Err(io(fault)),
        };
        for entry in entries {
            let name = entry.map_err(io)?.file_name();
            let own = [TABLES, MANIFESTS, LINKS, LEDGER, LOCK].iter().any(|own| name == *own);
            // Hidden files are the system's, or what is written beside its place.
            if !own && !name.to_string_lossy().starts_with('.') {
                return Err(StoreError::Foreign { path: self.0.clone() });
            }
        }
        Ok(())
    }
}

/// How the files of a manifest are called in the store: the first 16 digits of its digest.
fn snapshot_name(manifest: &Digest) -> String {
    manifest.to_string().chars().take(16).collect()
}

/// How the links are called in the store: the first 16 digits of their own hash.
pub(super) fn links_name(content: &Digest) -> String {
    format!("{}.parquet", snapshot_name(content))
}

/// SHA-256 of a file.
pub(super) fn hash_of(path: &Path) -> Result<Digest, StoreError> {
    let hashed = hash_file(path).map_err(|source| StoreError::Io { path: path.to_owned(), source });
    Ok(hashed?.1)
}

/// Copies a file and returns the SHA-256 of what was written.
pub(super) fn copy_hashed(source: &Path, target: &Path) -> Result<Digest, StoreError> {
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
