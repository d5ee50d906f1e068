//! What is current in a store, and what may become current.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use chrono::NaiveDate;
use inlav_core::exchange::{Digest, LinkageMode, Manifest, ManifestEpoch};
use inlav_core::programme::{Programme, ProjectId};
use inlav_core::registry;
use inlav_core::whole::{self, Access, Existing};
use serde::{Deserialize, Serialize};

use super::complete::require_complete;
use super::error::StoreError;
use super::files::Layout;
use crate::verify::VerifiedExtract;

const VERSION: u32 = 1;

/// What a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    pub(super) version: u32,
    /// What all extracts have in common; `None` while the store is empty.
    pub common: Option<Common>,
    /// The current extract of each PUA.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// File under `links/` that belongs to these snapshots, called after its own hash.
    pub(super) links: Option<String>,
    /// Persons over all PUA.
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
    /// Epochs of the linkage keys, and their ids.
    pub epochs: Vec<ManifestEpoch>,
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
    pub(super) files: BTreeMap<String, Digest>,
}

/// What ingesting did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ingested {
    /// The extract is now the current one of its PUA.
    New,
    /// The store had this very extract already; nothing was changed.
    Already,
}

impl Snapshot {
    /// The tables that the extract does not have: what they would tell counts as nothing.
    #[must_use]
    pub fn absent(&self) -> Vec<&'static str> {
        let names = registry::tables().iter().map(|table| table.name);
        names.filter(|name| !self.rows.contains_key(*name)).collect()
    }
}

impl Catalog {
    /// The catalogue of a store that holds nothing.
    pub(super) fn empty() -> Self {
        Self { version: VERSION, ..Self::default() }
    }

    pub(super) fn read(layout: &Layout) -> Result<Self, StoreError> {
        let path = layout.catalog();
        let content = match fs::read(&path) {
            Ok(content) => content,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::Absent { path: layout.folder().to_owned() });
            }
            Err(source) => return Err(StoreError::Io { path, source }),
        };
        match serde_json::from_slice::<Self>(&content) {
            Ok(catalog) if catalog.version == VERSION => Ok(catalog),
            _ => Err(StoreError::Damaged { path }),
        }
    }

    pub(super) fn write(&self, layout: &Layout) -> Result<(), StoreError> {
        let content = serde_json::to_vec_pretty(self)
            .expect("a catalogue holds only strings, numbers and lists of them");
        Ok(whole::write(&layout.catalog(), &content, Access::Shared, Existing::Replace)?)
    }
}

/// The catalogue with these extracts in it, and what becomes of each.
pub(super) fn admit_all(
    current: &Catalog,
    extracts: &[VerifiedExtract],
    programme: &Programme,
    existing: Existing,
) -> Result<(Catalog, Vec<Ingested>), StoreError> {
    let mut sites = BTreeSet::new();
    let twice = extracts.iter().map(|extract| &extract.manifest().site).find(|site| !sites.insert(*site));
    if let Some(site) = twice {
        return Err(StoreError::Twice { site: site.clone() });
    }
    let mut catalog = current.clone();
    let mut done = Vec::with_capacity(extracts.len());
    for extract in extracts {
        let manifest = extract.manifest();
        require_programme(manifest, programme)?;
        require_complete(extract)?;
        done.push(admit(&mut catalog, manifest, extract.digest(), existing)?);
    }
    Ok((catalog, done))
}

/// Refuses an extract of another programme, or of a PUA that is not in it.
fn require_programme(manifest: &Manifest, programme: &Programme) -> Result<(), StoreError> {
    let site = &manifest.site;
    if manifest.project_id != programme.project_id {
        return Err(StoreError::OtherProgramme { site: site.clone() });
    }
    programme.site(site).map(|_| ()).map_err(|_| StoreError::UnknownSite { site: site.clone() })
}

fn years(common: &Common) -> Vec<u32> {
    common.epochs.iter().map(|epoch| epoch.epoch).collect()
}

/// Enters an extract in a catalogue, or says why not. `existing` decides for an extract that is
/// not later than the current one of its PUA.
fn admit(
    catalog: &mut Catalog,
    manifest: &Manifest,
    digest: Digest,
    existing: Existing,
) -> Result<Ingested, StoreError> {
    let site = &manifest.site;
    let common = Common {
        project_id: manifest.project_id,
        purpose: manifest.purpose.clone(),
        epochs: manifest.epochs.clone(),
        linkage_mode: manifest.linkage_mode,
        synthetic: manifest.synthetic,
    };
    let mismatch = |what| Err(StoreError::Mismatch { site: site.clone(), what });
    match &catalog.common {
        None => catalog.common = Some(common),
        Some(shared) if shared.project_id != common.project_id => return mismatch("programme"),
        Some(shared) if shared.purpose != common.purpose => return mismatch("purpose"),
        Some(shared) if years(shared) != years(&common) => return mismatch("epoch"),
        Some(shared) if shared.epochs != common.epochs => return mismatch("linkage key"),
        Some(shared) if shared.linkage_mode != common.linkage_mode => return mismatch("linkage mode"),
        Some(shared) if shared.synthetic != common.synthetic => return mismatch("synthetic mark"),
        Some(_) => {}
    }
    if let Some(current) = catalog.snapshots.get(site.as_str()) {
        if current.manifest == digest {
            return Ok(Ingested::Already);
        }
        if existing == Existing::Refuse && current.as_of == manifest.as_of {
            return Err(StoreError::SameDay { site: site.clone(), as_of: current.as_of });
        }
        if existing == Existing::Refuse && current.as_of > manifest.as_of {
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
