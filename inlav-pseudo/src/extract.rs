//! The extract: what leaves the PUA, and the vault: what stays.
//!
//! An extract is a directory: one Parquet file per table, `manifest.json` with their digests,
//! `manifest.sig` with the PUA's signature of the manifest. Rows are sorted by all their columns,
//! the pseudonym first, because the order in which people came is itself information. In this
//! version the rows of one table are held in memory to be sorted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use inlav_core::codes::CodeLists;
use inlav_core::exchange::{
    Digest, FORMAT_VERSION, LinkageMode, MANIFEST_FILE, Manifest, ManifestEpoch, ManifestTable,
    PSEUDONYM_ALGORITHM, SIGNATURE_FILE,
};
use inlav_core::identifiers::NORMALISER_VERSION;
use inlav_core::policy::Policy;
use inlav_core::registry::{self, Table};
use inlav_core::whole::{self, Access, Existing, Mark, WholeDirectory, WholeError};
use sha2::{Digest as _, Sha256};

use crate::keys::{LinkageKey, SiteKeys};
use crate::pseudonymise::{Exclusions, TablePseudonymiser};
use crate::raw::RawBatch;
use crate::vault::{VaultContext, VaultWriter};

mod digests;
mod encode;
mod error;
mod place;
mod rows;

pub use digests::{policy_digest, schema_digest};
pub use error::{ExtractError, TableError};

use place::refuse_vault_inside;
use rows::Rows;

/// What an extract is made with and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct ExtractSettings<'a> {
    /// Keys of the PUA.
    pub site: &'a SiteKeys,
    /// The linkage key.
    pub linkage: &'a LinkageKey,
    /// What may leave.
    pub policy: &'a Policy,
    /// Who is left out.
    pub exclusions: &'a Exclusions,
    /// The code lists of the programme.
    pub lists: &'a CodeLists,
    /// Last day the data cover.
    pub as_of: NaiveDate,
    /// Whether the persons are made up.
    pub synthetic: bool,
    /// Program and version, for the manifest.
    pub software: &'a str,
    /// The directory of the extract.
    pub extract: &'a Path,
    /// The vault, which must lie outside of it.
    pub vault: &'a Path,
    /// What to do if extract or vault exist. Only an older extract and an older vault are ever
    /// replaced.
    pub existing: Existing,
}

/// An extract being written, table by table.
///
/// # Guarantee
/// Extract and vault are whole or absent: nothing is at either place before
/// [`ExtractWriter::finish`], which puts the vault there first, since an extract without its vault
/// would leave nobody to be found again. Equal rows, policy, keys and settings give an extract of
/// equal bytes, whatever the order of the rows and the number of threads. Tests in
/// `tests/extract`.
#[derive(Debug)]
pub struct ExtractWriter<'a> {
    settings: ExtractSettings<'a>,
    policy: Digest,
    schema: Digest,
    directory: WholeDirectory,
    vault: VaultWriter,
    tables: BTreeMap<usize, ManifestTable>,
}

/// What was written.
#[derive(Debug, Clone)]
pub struct ExtractSummary {
    /// The manifest, with the rows of each table.
    pub manifest: Manifest,
    /// Persons in the vault.
    pub sealed_persons: u64,
}

impl<'a> ExtractWriter<'a> {
    /// Begins extract and vault.
    ///
    /// # Errors
    /// [`ExtractError`]; among others if the policy has no rule for some column of some table, or
    /// if the vault would lie in the extract.
    pub fn create(settings: ExtractSettings<'a>) -> Result<Self, ExtractError> {
        settings.policy.check()?;
        let policy = policy_digest(settings.policy);
        let schema = schema_digest(settings.policy)?;
        refuse_vault_inside(settings.extract, settings.vault)?;
        if settings.existing == Existing::Replace {
            whole::require_own(settings.extract, Mark::Holds(MANIFEST_FILE))?;
        }
        let directory = WholeDirectory::create(settings.extract, settings.existing)?;
        let context = VaultContext { epoch: settings.linkage.epoch(), schema, policy };
        let key = settings.site.vault();
        let vault = VaultWriter::create(settings.vault, settings.existing, key, context)?;
        Ok(Self { settings, policy, schema, directory, vault, tables: BTreeMap::new() })
    }

    /// Writes one table and seals what its policy seals. A table of which the policy lets nothing
    /// leave has no file.
    ///
    /// # Errors
    /// [`TableError::Rows`] as soon as `batches` yields an error, which is handed through;
    /// otherwise [`TableError::Extract`]. The writer is gone then, and with it what it wrote.
    pub fn table<E>(
        mut self,
        table: &'static Table,
        batches: impl IntoIterator<Item = Result<RawBatch, E>>,
    ) -> Result<Self, TableError<E>> {
        let (position, pseudonymiser) = self.prepare(table)?;
        if pseudonymiser.columns().is_empty() {
            return Ok(self);
        }
        let mut rows = Rows::new(&pseudonymiser);
        for batch in batches {
            let batch = batch.map_err(TableError::Rows)?;
            let batch = self.settings.exclusions.keep(batch).map_err(ExtractError::from)?;
            let made = pseudonymiser.batch(&batch).map_err(ExtractError::from)?;
            if pseudonymiser.seals() {
                for (row, pseudonym) in rows.keys(&made)?.into_iter().enumerate() {
                    let identity = pseudonymiser.sealed_fields(&batch, row);
                    self.vault.seal(&pseudonym, &identity).map_err(ExtractError::from)?;
                }
            }
            rows.push(made, &batch);
        }
        let sorted = rows.sorted()?;
        let row_count = u64::try_from(sorted.num_rows()).unwrap_or(u64::MAX);
        let bytes = encode::parquet(&sorted, &self.footer(&pseudonymiser))
            .ok_or(ExtractError::Encode { table: table.name })?;
        let entry = self.place(table, row_count, &bytes)?;
        self.tables.insert(position, entry);
        Ok(self)
    }

    /// Writes and signs the manifest, then puts vault and extract in their places.
    ///
    /// # Errors
    /// [`ExtractError`]. If the very last step fails, the vault is in its place and the extract is
    /// not; such a vault does no harm, and the next run replaces it if it is made with
    /// [`Existing::Replace`].
    pub fn finish(self) -> Result<ExtractSummary, ExtractError> {
        let Self { settings, policy, schema, directory, vault, tables } = self;
        let manifest = Manifest {
            algorithm: PSEUDONYM_ALGORITHM.to_owned(),
            as_of: settings.as_of,
            audit_head: None,
            custodian_key: None,
            epochs: vec![ManifestEpoch {
                epoch: settings.linkage.epoch(),
                linkage_key: settings.linkage.id().to_string(),
            }],
            excluded: settings.exclusions.counted(),
            format: FORMAT_VERSION,
            legal_basis: settings.policy.legal_basis.clone(),
            linkage_mode: LinkageMode::A,
            normaliser: NORMALISER_VERSION,
            policy,
            project_id: settings.site.project(),
            purpose: settings.policy.purpose.clone(),
            retention_months: settings.policy.retention_months,
            schema,
            site: settings.site.site().clone(),
            site_key: settings.site.id().to_string(),
            software: settings.software.to_owned(),
            synthetic: settings.synthetic,
            tables: tables.into_values().collect(),
            tokens: None,
        };
        let signature = serde_json::to_vec(&settings.site.signing().sign(&manifest))
            .expect("a signature file holds only strings and integers");
        for (name, bytes) in [(MANIFEST_FILE, manifest.canonical()), (SIGNATURE_FILE, signature)] {
            write_into(&directory, settings.extract, name, &bytes)?;
        }
        let sealed_persons = vault.finish()?;
        directory.finish()?;
        Ok(ExtractSummary { manifest, sealed_persons })
    }

    /// The table's place in the registry and what makes its rows.
    fn prepare(&self, table: &'static Table) -> Result<(usize, TablePseudonymiser), ExtractError> {
        let position = registry::tables()
            .iter()
            .position(|known| known.name == table.name)
            .ok_or(ExtractError::UnknownTable { table: table.name })?;
        if self.tables.contains_key(&position) {
            return Err(ExtractError::Twice { table: table.name });
        }
        let ExtractSettings { policy, site, linkage, lists, .. } = self.settings;
        Ok((position, TablePseudonymiser::new(table, policy, site, linkage, lists)?))
    }

    fn footer(&self, pseudonymiser: &TablePseudonymiser) -> encode::Footer {
        encode::Footer {
            table: pseudonymiser.table(),
            columns: pseudonymiser.columns().to_vec(),
            epoch: self.settings.linkage.epoch(),
            policy: self.policy,
            synthetic: self.settings.synthetic,
        }
    }

    fn place(&self, table: &Table, rows: u64, bytes: &[u8]) -> Result<ManifestTable, ExtractError> {
        let file = format!("{}.parquet", table.name);
        write_into(&self.directory, self.settings.extract, &file, bytes)?;
        Ok(ManifestTable {
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            file,
            rows,
            sha256: Digest(Sha256::digest(bytes).into()),
            table: table.name.to_owned(),
        })
    }
}

/// Writes a file of the extract; errors name its final place.
fn write_into(
    directory: &WholeDirectory,
    extract: &Path,
    name: &str,
    bytes: &[u8],
) -> Result<(), ExtractError> {
    let path: PathBuf = directory.path().join(name);
    whole::write(&path, bytes, Access::Shared, Existing::Refuse).map_err(|fault| match fault {
        WholeError::Io { source, .. } => WholeError::Io { path: extract.join(name), source }.into(),
        other => other.into(),
    })
}
