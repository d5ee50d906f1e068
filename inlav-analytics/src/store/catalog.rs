//! What is current in a store, and what may become current.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use chrono::NaiveDate;
use inlav_core::exchange::{Digest, LinkageMode, Manifest, ManifestEpoch, TOKENS_TABLE};
use inlav_core::programme::{Programme, ProjectId, SiteId};
use inlav_core::registry;
use inlav_core::whole::{self, Access, Existing};
use serde::{Deserialize, Serialize};

use super::complete::require_complete;
use super::error::{Difference, StoreError};
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
    /// Files under `links/` that belong to these snapshots.
    pub(super) links: Option<LinkFiles>,
    /// Persons over all PUA.
    pub persons: u32,
    /// Persons that have two different documents of the same kind, by kind: to be looked at.
    pub conflicts: BTreeMap<String, Conflicts>,
}

/// The files of links, each called after its own hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkFiles {
    pub(super) persons: String,
    pub(super) operators: String,
}

/// Persons that have two different documents of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflicts {
    /// How many persons.
    pub persons: usize,
    /// The PUA that have records of them.
    pub sites: BTreeSet<String>,
}

/// What extracts must share to be counted together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// The programme.
    pub project_id: ProjectId,
    /// The purpose.
    pub purpose: String,
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
    /// The epochs of its tokens, and the keys that made them.
    pub epochs: Vec<EpochKeys>,
    /// SHA-256 of the custodian's manifest of its tokens, in mode B.
    pub relinked: Option<Digest>,
}

/// The keys of one epoch. Tokens meet only if both are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochKeys {
    /// The epoch.
    pub epoch: u32,
    /// Id of the linkage key.
    pub linkage_key: String,
    /// Id of the custodian's relink key, in mode B.
    pub relink_key: Option<String>,
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
    /// SHA-256 of the manifest that names a table's file: the custodian's for the tokens that it
    /// relinked, the PUA's for all else.
    pub(super) fn origin_of(&self, table: &str) -> &Digest {
        self.relinked.as_ref().filter(|_| table == TOKENS_TABLE).unwrap_or(&self.manifest)
    }

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
        require_programme(extract.manifest(), programme)?;
        require_complete(extract)?;
        done.push(admit(&mut catalog, extract, existing)?);
    }
    // Epochs are compared when all are in: each may bring the epoch that the others have already.
    let offered: BTreeSet<&str> = extracts.iter().map(|extract| extract.manifest().site.as_str()).collect();
    require_linked(&catalog)?;
    require_same_epochs(&catalog, &offered)?;
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

/// Refuses an extract without tokens beside those of other PUA: its persons would link with nobody.
fn require_linked(catalog: &Catalog) -> Result<(), StoreError> {
    let unlinked = catalog.snapshots.iter().find(|(_, snapshot)| !snapshot.files.contains_key(TOKENS_TABLE));
    match unlinked {
        Some((site, _)) if catalog.snapshots.len() > 1 => {
            let site: SiteId = site.parse().map_err(|_| StoreError::Sites)?;
            Err(StoreError::Unlinked { site })
        }
        _ => Ok(()),
    }
}

/// Refuses extracts whose tokens could not meet: within an epoch all were made with the same keys,
/// and there is an epoch that all have, or a person seen at two PUA could count twice.
fn require_same_epochs(catalog: &Catalog, offered: &BTreeSet<&str>) -> Result<(), StoreError> {
    let mut keys: BTreeMap<u32, &EpochKeys> = BTreeMap::new();
    let mut shared: Option<BTreeSet<u32>> = None;
    // The offered ones last: one of them is named.
    let (new, old): (Vec<_>, Vec<_>) =
        catalog.snapshots.iter().partition(|(site, _)| offered.contains(site.as_str()));
    for (site, snapshot) in old.into_iter().chain(new) {
        let mismatch = |what| {
            let site: SiteId = site.parse().map_err(|_| StoreError::Sites)?;
            Err(StoreError::Mismatch { site, what })
        };
        for epoch in &snapshot.epochs {
            let known = keys.entry(epoch.epoch).or_insert(epoch);
            if known.linkage_key != epoch.linkage_key {
                return mismatch(Difference::LinkageKey);
            }
            if known.relink_key != epoch.relink_key {
                return mismatch(Difference::RelinkKey);
            }
        }
        let own: BTreeSet<u32> = snapshot.epochs.iter().map(|epoch| epoch.epoch).collect();
        let both = shared.map_or_else(|| own.clone(), |shared| &shared & &own);
        if both.is_empty() && !own.is_empty() {
            return mismatch(Difference::Epoch);
        }
        shared = Some(both);
    }
    Ok(())
}

/// Enters an extract in a catalogue, or says why not. `existing` decides for an extract that is
/// not later than the current one of its PUA.
fn admit(
    catalog: &mut Catalog,
    extract: &VerifiedExtract,
    existing: Existing,
) -> Result<Ingested, StoreError> {
    let (manifest, digest) = (extract.manifest(), extract.digest());
    let site = &manifest.site;
    if extract.is_sealed() && extract.relinked().is_none() {
        return Err(StoreError::NotRelinked { site: site.clone() });
    }
    let common = Common {
        project_id: manifest.project_id,
        purpose: manifest.purpose.clone(),
        linkage_mode: manifest.linkage_mode,
        synthetic: manifest.synthetic,
    };
    let mismatch = |what| Err(StoreError::Mismatch { site: site.clone(), what });
    match &catalog.common {
        None => catalog.common = Some(common),
        Some(shared) if shared.project_id != common.project_id => return mismatch(Difference::Programme),
        Some(shared) if shared.purpose != common.purpose => return mismatch(Difference::Purpose),
        Some(shared) if shared.linkage_mode != common.linkage_mode => {
            return mismatch(Difference::LinkageMode);
        }
        Some(shared) if shared.synthetic != common.synthetic => return mismatch(Difference::Synthetic),
        Some(_) => {}
    }
    let relinked = extract.relinked().map(inlav_verify::SignedRelink::digest);
    if let Some(current) = catalog.snapshots.get(site.as_str()) {
        if current.manifest == digest && current.relinked == relinked {
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
    let tables = || manifest.tables.iter().chain(extract.tokens().map(|(_, table)| table));
    let snapshot = Snapshot {
        as_of: manifest.as_of,
        manifest: digest,
        policy: manifest.policy,
        rows: tables().map(|table| (table.table.clone(), table.rows)).collect(),
        files: tables().map(|table| (table.table.clone(), table.sha256)).collect(),
        epochs: epochs_of(extract),
        relinked,
    };
    catalog.snapshots.insert(site.to_string(), snapshot);
    Ok(Ingested::New)
}

fn epochs_of(extract: &VerifiedExtract) -> Vec<EpochKeys> {
    let relinked = extract.relink_manifest();
    let relink_key = |epoch| {
        let of_epoch = relinked?.epochs.iter().find(|known| known.epoch == epoch)?;
        Some(of_epoch.relink_key.clone())
    };
    let keys = |epoch: &ManifestEpoch| EpochKeys {
        epoch: epoch.epoch,
        linkage_key: epoch.linkage_key.clone(),
        relink_key: relink_key(epoch.epoch),
    };
    extract.manifest().epochs.iter().map(keys).collect()
}
