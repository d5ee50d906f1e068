//! The extract: what leaves the PUA, and the vault: what stays.
//!
//! An extract is a directory: one Parquet file per table, `manifest.json` with their digests,
//! `manifest.sig` with the PUA's signature of the manifest. Rows are sorted by pseudonym, because
//! the order in which people came is itself information. However many rows there are, about
//! [`SORT_MEMORY`] bytes of them are held; the others wait, pseudonymised, in files without names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use chrono::{DateTime, NaiveDate, Utc};
use inlav_core::codes::CodeLists;
use inlav_core::exchange::{
    Digest, FORMAT_VERSION, MANIFEST_FILE, Manifest, ManifestEpoch, ManifestTable, PSEUDONYM_ALGORITHM,
    SIGNATURE_FILE,
};
use inlav_core::identifiers::NORMALISER_VERSION;
use inlav_core::policy::{self, Policy};
use inlav_core::registry::{self, Table};
use inlav_core::whole::{self, Access, Existing, Mark, WholeDirectory};
use sha2::{Digest as _, Sha256};

use crate::audit_log::{Action, AuditLog};
use crate::keys::{LinkageKey, SiteKeys};
use crate::leftover::Names;
use crate::pseudonymise::{Exclusions, TablePseudonymiser};
use crate::raw::RawBatch;
use crate::sealed_tokens::SealTokensError;
use crate::vault::{VaultContext, VaultWriter};

mod digests;
mod error;
mod footer;
mod gate;
mod lanes;
mod order;
mod overlap;
mod parquet;
mod place;
mod run;
mod seal;
mod sorter;
mod table;
mod tokens;
mod unique;

pub use digests::{policy_digest, schema_digest};
pub use error::{ExtractError, TableError};
pub use tokens::Tokens;

use footer::Common;
use gate::WrittenTable;
use parquet::{Written, at_place};
use place::refuse_vault_inside;
use sorter::Sorter;
use table::{Beside, Place, TableRows};

/// Bytes of rows that are sorted at once unless somebody asks otherwise: 32 MiB.
pub const SORT_MEMORY: usize = 32 << 20;

/// What an extract is made with and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct ExtractSettings<'a> {
    /// Keys of the PUA.
    pub site: &'a SiteKeys,
    /// The linkage keys, that of the current epoch first: two while one gives way to the next.
    pub linkage: &'a [&'a LinkageKey],
    /// How the linkage tokens leave.
    pub tokens: Tokens<'a>,
    /// What may leave.
    pub policy: &'a Policy,
    /// Who is left out.
    pub exclusions: &'a Exclusions,
    /// The code lists of the programme.
    pub lists: &'a CodeLists,
    /// Last day the data cover.
    pub as_of: NaiveDate,
    /// Hash of the last entry of the PUA's audit log, if it keeps one.
    pub audit_head: Option<Digest>,
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
    /// `None` if the policy makes none.
    tokens: Option<Sorter>,
    names: Names,
    written: Vec<WrittenTable>,
    tables: BTreeMap<usize, ManifestTable>,
    memory: usize,
    listener: Listener<'a>,
}

/// Who is told how many more rows were pseudonymised or written: each row is told twice.
#[derive(Clone, Copy)]
struct Listener<'a>(&'a (dyn Fn(u64) + Sync));

impl std::fmt::Debug for Listener<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listener")
    }
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
        if let Tokens::SealedTo(custodian) = settings.tokens
            && custodian.project() != settings.site.project()
        {
            return Err(SealTokensError::Programme.into());
        }
        let policy = policy_digest(settings.policy);
        let schema = schema_digest(settings.policy)?;
        refuse_vault_inside(settings.extract, settings.vault)?;
        if settings.existing == Existing::Replace {
            whole::require_own(settings.extract, Mark::Holds(MANIFEST_FILE))?;
        }
        let directory = WholeDirectory::create(settings.extract, settings.existing)?;
        let context = VaultContext { epoch: current(&settings)?.epoch(), schema, policy };
        let (key, columns) = (settings.site.vault(), sealed_columns(settings.policy)?);
        let vault = VaultWriter::create(settings.vault, settings.existing, key, context, &columns)?;
        let tokens = makes_tokens(settings.policy)?.then(|| sorter_of_tokens(&directory, SORT_MEMORY));
        Ok(Self {
            settings,
            policy,
            schema,
            directory,
            vault,
            tokens,
            names: Names::default(),
            written: Vec::new(),
            tables: BTreeMap::new(),
            memory: SORT_MEMORY,
            listener: Listener(&|_| ()),
        })
    }

    /// The same writer, before its first table, which holds about so many bytes of rows while it
    /// sorts them.
    #[must_use]
    pub fn with_sort_memory(self, bytes: usize) -> Self {
        let tokens = self.tokens.as_ref().map(|_| sorter_of_tokens(&self.directory, bytes));
        Self { memory: bytes, tokens, ..self }
    }

    /// The same writer, which tells how many more rows it has done: twice for each row, once when it
    /// is pseudonymised and once when it is written.
    #[must_use]
    pub fn telling(self, listener: &'a (dyn Fn(u64) + Sync)) -> Self {
        Self { listener: Listener(listener), ..self }
    }

    /// Writes one table and seals what its policy seals. A table of which the policy lets nothing
    /// leave has no file.
    ///
    /// # Errors
    /// [`TableError::Rows`] as soon as `batches` yields an error, which is handed through;
    /// otherwise [`TableError::Extract`]. The writer is gone then, and with it what it wrote.
    pub fn table<E: Send>(
        mut self,
        table: &'static Table,
        batches: impl IntoIterator<Item = Result<RawBatch, E>, IntoIter: Send>,
    ) -> Result<Self, TableError<E>> {
        let position = self.position(table)?;
        let pseudonymisers = self.pseudonymisers(table)?;
        let (pseudonymiser, further) = pseudonymisers.split_first().ok_or(ExtractError::NoLinkageKey)?;
        if pseudonymiser.columns().is_empty() {
            return Ok(self);
        }
        let place = place(&self.settings, &self.directory, self.memory, self.common()?);
        let rows = TableRows::new(pseudonymiser, further, place)?;
        let Listener(tell) = self.listener;
        let listener = |rows: usize| tell(u64::try_from(rows).unwrap_or(u64::MAX));
        let beside = Beside {
            names: &self.names,
            exclusions: self.settings.exclusions,
            vault: Mutex::new(&mut self.vault),
            tokens: self.tokens.as_ref(),
        };
        let batches = batches.into_iter().map(|batch| batch.map_err(TableError::Rows));
        lanes::each(batches, |batch: RawBatch| {
            let told = batch.rows();
            rows.push(batch, &beside)?;
            listener(told);
            Ok(())
        })?;
        let file = format!("{}.parquet", table.name);
        let (Written { bytes, rows, sha256 }, written) = rows.write(&file, &listener)?;
        self.written.push(written);
        self.tables
            .insert(position, ManifestTable { bytes, file, rows, sha256, table: table.name.to_owned() });
        Ok(self)
    }

    /// Looks for what must not be in the extract (see [`crate::leftover`]), writes and signs the
    /// manifest, then puts vault and extract in their places.
    ///
    /// # Errors
    /// [`ExtractError`]; [`ExtractError::Leftover`] if something was found. If the very last step
    /// fails, the vault is in its place and the extract is not; such a vault does no harm, and the
    /// next run replaces it if it is made with [`Existing::Replace`].
    pub fn finish(self) -> Result<ExtractSummary, ExtractError> {
        self.finish_after(|_, _| Ok(()))
    }

    /// As [`ExtractWriter::finish`], with an entry in the PUA's audit log before anything is put in
    /// its place: an interrupted run can leave an entry without an extract, which is made again, but
    /// never an extract that the log does not know.
    ///
    /// # Errors
    /// As [`ExtractWriter::finish`], and [`ExtractError::Log`].
    pub fn finish_logged(
        self,
        log: &mut AuditLog,
        at: DateTime<Utc>,
    ) -> Result<ExtractSummary, ExtractError> {
        self.finish_after(|manifest, persons| {
            let entry = Action::Pseudonymised {
                as_of: manifest.as_of,
                excluded: manifest.excluded.clone(),
                manifest: Digest(Sha256::digest(manifest.canonical()).into()),
                persons,
                policy: manifest.policy,
                purpose: manifest.purpose.clone(),
                rows: manifest.tables.iter().map(|table| table.rows).sum(),
            };
            log.append(at, &entry)?;
            Ok(())
        })
    }

    fn finish_after(
        self,
        before: impl FnOnce(&Manifest, u64) -> Result<(), ExtractError>,
    ) -> Result<ExtractSummary, ExtractError> {
        let common = self.common()?;
        let Self {
            settings, policy, schema, directory, vault, tokens, names, written, tables, memory, ..
        } = self;
        for mut table in written {
            table.check(directory.path(), &names, settings.lists)?;
        }
        let of_tokens = place(&settings, &directory, memory, common);
        let tokens = tokens.map(|tokens| tokens::write(tokens, of_tokens)).transpose()?;
        let mut manifest = Manifest {
            algorithm: PSEUDONYM_ALGORITHM.to_owned(),
            as_of: settings.as_of,
            audit_head: settings.audit_head,
            custodian_key: settings.tokens.custodian_key(),
            epochs: settings.linkage.iter().map(|key| epoch_of(key)).collect(),
            excluded: settings.exclusions.counted(),
            format: FORMAT_VERSION,
            legal_basis: settings.policy.legal_basis.clone(),
            linkage_mode: settings.tokens.mode(),
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
        manifest.tokens = match (tokens, settings.tokens) {
            (Some(clear), Tokens::SealedTo(custodian)) => {
                Some(seal::seal(&clear, &directory, settings.extract, custodian, settings.site, &manifest)?)
            }
            (tokens, _) => tokens,
        };
        let signature = serde_json::to_vec(&settings.site.signing().sign(&manifest))
            .expect("a signature file holds only strings and integers");
        for (name, bytes) in [(MANIFEST_FILE, manifest.canonical()), (SIGNATURE_FILE, signature)] {
            write_into(&directory, settings.extract, name, &bytes)?;
        }
        before(&manifest, vault.persons())?;
        let sealed_persons = vault.finish()?;
        directory.finish()?;
        Ok(ExtractSummary { manifest, sealed_persons })
    }

    /// The table's place in the registry.
    fn position(&self, table: &'static Table) -> Result<usize, ExtractError> {
        let position = registry::tables()
            .iter()
            .position(|known| known.name == table.name)
            .ok_or(ExtractError::UnknownTable { table: table.name })?;
        if self.tables.contains_key(&position) {
            return Err(ExtractError::Twice { table: table.name });
        }
        Ok(position)
    }

    /// What makes the table's rows, with the linkage key of each epoch.
    fn pseudonymisers(&self, table: &'static Table) -> Result<Vec<TablePseudonymiser>, ExtractError> {
        let ExtractSettings { policy, site, linkage, lists, .. } = self.settings;
        let of = |key: &&LinkageKey| TablePseudonymiser::new(table, policy, site, key, lists);
        linkage.iter().map(|key| Ok(of(key)?)).collect()
    }

    fn common(&self) -> Result<Common, ExtractError> {
        let epoch = current(&self.settings)?.epoch();
        let synthetic = self.settings.synthetic;
        Ok(Common { epoch, policy: self.policy, schema: self.schema, synthetic })
    }
}

/// The columns that a policy seals, in the order in which the rows of a table have them.
fn sealed_columns(policy: &Policy) -> Result<Vec<&'static str>, ExtractError> {
    let mut sealed = Vec::new();
    for table in registry::tables() {
        for column in table.columns {
            if policy.actions(table, column)?.contains(&policy::Action::Seal) {
                sealed.push(column.name);
            }
        }
    }
    Ok(sealed)
}

fn makes_tokens(policy: &Policy) -> Result<bool, ExtractError> {
    for table in registry::tables() {
        if !policy.token_columns(table)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Many rows have the same tokens; each is written once.
fn sorter_of_tokens(directory: &WholeDirectory, memory: usize) -> Sorter {
    Sorter::new(directory.path(), memory / 2, true)
}

fn place<'a>(
    settings: &ExtractSettings<'a>,
    directory: &'a WholeDirectory,
    memory: usize,
    common: Common,
) -> Place<'a> {
    Place { folder: directory.path(), extract: settings.extract, memory, common }
}

/// The linkage key of the current epoch.
fn current<'a>(settings: &ExtractSettings<'a>) -> Result<&'a LinkageKey, ExtractError> {
    settings.linkage.first().copied().ok_or(ExtractError::NoLinkageKey)
}

fn epoch_of(key: &LinkageKey) -> ManifestEpoch {
    ManifestEpoch { epoch: key.epoch(), linkage_key: key.id().to_string() }
}

/// Writes a file of the extract; errors name its final place.
fn write_into(
    directory: &WholeDirectory,
    extract: &Path,
    name: &str,
    bytes: &[u8],
) -> Result<(), ExtractError> {
    let path: PathBuf = directory.path().join(name);
    whole::write(&path, bytes, Access::Shared, Existing::Refuse)
        .map_err(|fault| at_place(fault, &extract.join(name)).into())
}
