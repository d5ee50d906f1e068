//! The custodian's step: from the tokens that PUA sealed (T1) to the tokens by which the hub links
//! (T2).
//!
//! Formula: `T2 = HMAC-SHA-256(K, T1)` truncated to 16 bytes (RFC 2104 section 5), where `K` is
//! derived from the relink key of the epoch, one for each purpose and kind of document.
//!
//! Of an extract only `manifest.json`, `manifest.sig` and `tokens.ilt` are needed. Out come
//! `tokens.parquet`, with the same rows and T2 in the place of T1, `relink.json`, which says of
//! which extract they are, and `relink.sig`.
//!
//! The custodian must not become an oracle. A PUA can make tokens of any document, submit them as
//! an extract, and with the hub's help look for T2 in other extracts. That cannot be told from an
//! honest extract, but it can be made small: a [`Ledger`] counts the documents that each PUA ever
//! asked for in an epoch, and above a limit nothing is relinked.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Seek as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryBuilder, RecordBatch, UInt8Array, UInt32Array};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use inlav_core::exchange::{
    Digest, FORMAT_VERSION, LinkageMode, ManifestTable, PSEUDONYM_ALGORITHM, RELINK_FILE,
    RELINK_SIGNATURE_FILE, RelinkEpoch, RelinkManifest, TOKENS_FILE, TOKENS_TABLE, tokens_schema,
};
use inlav_core::identifiers::IdType;
use inlav_core::policy::PSEUDONYM_LENGTH;
use inlav_core::programme::SiteId;
use inlav_core::whole::{self, Access, Existing, Mark, WholeDirectory};
use inlav_verify::{SignedManifest, TokenRow, TrustedKeys, compare_file, read_described_tokens};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use sha2::{Digest as _, Sha256};

use crate::audit_log::{Action, AuditLog};
use crate::keys::{CustodianKeys, Secret};
use crate::sealed_tokens;

mod error;
mod ledger;

pub use error::{RelinkError, Unfit};
pub use ledger::{LEDGER_FILE, Ledger};

/// Bytes of a sealed file that no honest one has more of: for each token, and besides. A row has 38.
const MOST_BYTES: (u64, u64) = (128, 1 << 16);
/// The writer as the file names it: of the format, not of the program.
const CREATED_BY: &str = "inlav version 1.0.0";

/// What is relinked with and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct RelinkSettings<'a> {
    /// The custodian's keys.
    pub keys: &'a CustodianKeys,
    /// The public keys of the PUA.
    pub trusted: &'a TrustedKeys,
    /// The most documents that a PUA may ask for in one epoch, over all its extracts.
    pub most_documents: u64,
    /// Program and version, for the manifest.
    pub software: &'a str,
    /// The folder that gets a folder per PUA.
    pub out: &'a Path,
    /// What to do if a PUA's folder exists. Only older relinked tokens are ever replaced.
    pub existing: Existing,
}

/// What was relinked of one extract.
#[derive(Debug, Clone)]
pub struct Relinked {
    /// What the hub gets to read.
    pub manifest: RelinkManifest,
    /// By epoch: the documents of this PUA that were never asked for before, and all until now.
    pub documents: BTreeMap<u32, Asked>,
}

/// The documents of one PUA in one epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Asked for the first time.
    pub new: u64,
    /// Asked for until now, these included.
    pub all: u64,
}

/// An extract whose tokens were opened and relinked, before anything is written.
struct Prepared {
    manifest: RelinkManifest,
    content: Vec<u8>,
    documents: BTreeMap<u32, Asked>,
}

/// The second layer of one purpose, kind of document and epoch.
struct Layer(Hmac<Sha256>);

/// Relinks the tokens of extracts. One that is refused refuses all; the ledger has all documents
/// before an output is there.
///
/// # Guarantee
/// Only tokens that a registered PUA signed for the very extract are relinked, and for no PUA more
/// documents than the limit. The folder that is made for a PUA is whole or absent; equal extracts and
/// keys give equal bytes. Without the relink key T2 tells nothing about T1, without the linkage key
/// neither tells anything about a document. Tests of this module; `misuse/relink.rs` and
/// `attack/dictionary.rs` in `tests/program` of the workspace.
///
/// # Errors
/// [`RelinkError`], naming the extract.
pub fn relink(
    extracts: &[PathBuf],
    settings: &RelinkSettings<'_>,
    ledger: &mut Ledger,
) -> Result<Vec<Relinked>, RelinkError> {
    relink_after(extracts, settings, ledger, |_| Ok(()))
}

/// As [`relink`], with an entry for each extract in the custodian's audit log before any output is in
/// its place.
///
/// # Errors
/// As [`relink`], and [`RelinkError::Log`].
pub fn relink_logged(
    extracts: &[PathBuf],
    settings: &RelinkSettings<'_>,
    ledger: &mut Ledger,
    log: &mut AuditLog,
    at: DateTime<Utc>,
) -> Result<Vec<Relinked>, RelinkError> {
    relink_after(extracts, settings, ledger, |manifest| {
        let entry = Action::Relinked {
            epochs: manifest.epochs.iter().map(|epoch| epoch.epoch).collect(),
            manifest: manifest.extract,
            site: manifest.site.clone(),
            tokens: manifest.tokens.rows,
        };
        Ok(log.append(at, &entry).map(drop)?)
    })
}

/// Relinks; every extract is told before the first output is written.
fn relink_after(
    extracts: &[PathBuf],
    settings: &RelinkSettings<'_>,
    ledger: &mut Ledger,
    mut tell: impl FnMut(&RelinkManifest) -> Result<(), RelinkError>,
) -> Result<Vec<Relinked>, RelinkError> {
    let mut prepared = Vec::new();
    let mut sites = BTreeSet::new();
    for folder in extracts {
        let one = prepare(folder, settings, ledger)?;
        if !sites.insert(one.manifest.site.clone()) {
            return Err(RelinkError::Twice { site: one.manifest.site });
        }
        refuse_existing(&one.manifest.site, settings)?;
        prepared.push(one);
    }
    ledger.write()?;
    prepared.iter().try_for_each(|one| tell(&one.manifest))?;
    let mut done = Vec::new();
    for Prepared { manifest, content, documents } in prepared {
        write(&manifest, &content, settings)?;
        done.push(Relinked { manifest, documents });
    }
    Ok(done)
}

fn prepare(
    folder: &Path,
    settings: &RelinkSettings<'_>,
    ledger: &mut Ledger,
) -> Result<Prepared, RelinkError> {
    let signed = SignedManifest::open(folder, settings.trusted)?;
    let manifest = signed.manifest();
    let refused = |why| RelinkError::Extract { folder: folder.to_owned(), why };
    if manifest.project_id != settings.keys.project() {
        return Err(refused(Unfit::Programme));
    }
    let (LinkageMode::B, Some(described)) = (manifest.linkage_mode, &manifest.tokens) else {
        return Err(refused(Unfit::NotSealed));
    };
    if manifest.custodian_key.as_deref() != Some(&settings.keys.sealing().id()) {
        return Err(refused(Unfit::OtherCustodian));
    }
    let keys = manifest.epochs.iter().map(|epoch| settings.keys.relink(epoch.epoch).ok_or(epoch.epoch));
    let keys: Vec<_> = keys.collect::<Result<_, _>>().map_err(|epoch| RelinkError::Epoch { epoch })?;
    // Each document stands there once per epoch and subject; many more rows are no honest extract.
    let most = settings.most_documents.saturating_mul(u64::try_from(keys.len()).unwrap_or(u64::MAX));
    if described.rows > most.saturating_mul(2) {
        return Err(RelinkError::TooMany {
            site: manifest.site.clone(),
            asked: described.rows,
            most: settings.most_documents,
        });
    }
    if described.bytes > described.rows.saturating_mul(MOST_BYTES.0).saturating_add(MOST_BYTES.1) {
        return Err(refused(Unfit::TooLarge));
    }

    let sealed = compare_file(folder, described)?;
    let mut sealed_file =
        File::open(&sealed).map_err(|source| RelinkError::Io { path: sealed.clone(), source })?;
    let unsealed = |fault| RelinkError::Sealed { path: sealed.clone(), fault };
    // A file without a name: nobody else finds the first layer, and it is gone with the process.
    let mut opened = tempfile::tempfile().map_err(|fault| unsealed(fault.into()))?;
    sealed_tokens::open(&mut sealed_file, &mut opened, settings.keys.sealing(), manifest)
        .map_err(unsealed)?;
    opened.rewind().map_err(|fault| unsealed(fault.into()))?;
    let epochs: BTreeSet<u32> = keys.iter().map(|key| key.epoch()).collect();
    let rows = read_described_tokens(opened, described.rows, &epochs);
    let mut rows = rows.ok_or_else(|| refused(Unfit::OtherTable))?;

    let mut documents = BTreeMap::new();
    for key in &keys {
        let of_epoch = rows.iter().filter(|row| row.epoch == key.epoch());
        let asked = ledger.ask(&manifest.site, key, of_epoch.map(|row| (row.document, row.token)));
        if asked.all > settings.most_documents {
            let (site, most) = (manifest.site.clone(), settings.most_documents);
            return Err(RelinkError::TooMany { site, asked: asked.all, most });
        }
        documents.insert(key.epoch(), asked);
    }

    let mut layers: BTreeMap<(IdType, u32), Layer> = BTreeMap::new();
    for row in &mut rows {
        let layer = layers.entry((row.document, row.epoch));
        let Some(key) = keys.iter().find(|key| key.epoch() == row.epoch) else { continue };
        let layer = layer.or_insert_with(|| Layer::new(&key.layer(&manifest.purpose, row.document)));
        row.token = layer.over(&row.token);
    }
    rows.sort_unstable();
    let content = parquet(&rows).ok_or_else(|| refused(Unfit::NotWritten))?;
    let relink_epoch =
        |key: &&crate::keys::RelinkKey| RelinkEpoch { epoch: key.epoch(), relink_key: key.id().to_string() };
    let manifest = RelinkManifest {
        algorithm: PSEUDONYM_ALGORITHM.to_owned(),
        epochs: keys.iter().map(relink_epoch).collect(),
        extract: signed.digest(),
        format: FORMAT_VERSION,
        project_id: manifest.project_id,
        purpose: manifest.purpose.clone(),
        site: manifest.site.clone(),
        software: settings.software.to_owned(),
        tokens: ManifestTable {
            bytes: u64::try_from(content.len()).unwrap_or(u64::MAX),
            file: TOKENS_FILE.to_owned(),
            rows: described.rows,
            sha256: Digest(Sha256::digest(&content).into()),
            table: TOKENS_TABLE.to_owned(),
        },
    };
    Ok(Prepared { manifest, content, documents })
}

fn refuse_existing(site: &SiteId, settings: &RelinkSettings<'_>) -> Result<(), RelinkError> {
    let folder = settings.out.join(site.as_str());
    match settings.existing {
        Existing::Replace => Ok(whole::require_own(&folder, Mark::Holds(RELINK_FILE))?),
        Existing::Refuse if folder.exists() => Err(whole::WholeError::Exists { path: folder }.into()),
        Existing::Refuse => Ok(()),
    }
}

fn write(
    manifest: &RelinkManifest,
    content: &[u8],
    settings: &RelinkSettings<'_>,
) -> Result<(), RelinkError> {
    let folder = settings.out.join(manifest.site.as_str());
    let directory = WholeDirectory::create(&folder, settings.existing)?;
    let signature = serde_json::to_vec(&settings.keys.sign(manifest))
        .expect("a signature file holds only strings and integers");
    for (name, bytes) in
        [(TOKENS_FILE, content), (RELINK_FILE, &manifest.canonical()), (RELINK_SIGNATURE_FILE, &signature)]
    {
        whole::write(&directory.path().join(name), bytes, Access::Shared, Existing::Refuse)?;
    }
    Ok(directory.finish()?)
}

impl Layer {
    fn new(key: &Secret) -> Self {
        // The derived key leaves its type to prepare the MAC.
        Self(Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of every length"))
    }

    fn over(&self, token: &[u8; 16]) -> [u8; 16] {
        let mac: [u8; 32] = self.0.clone().chain_update(token).finalize().into_bytes().into();
        *mac.first_chunk().expect("16 of 32 bytes are there")
    }
}

/// The rows as a table of tokens; `None` if the engine refuses, whose message would quote values.
fn parquet(rows: &[TokenRow]) -> Option<Vec<u8>> {
    let mut subjects = FixedSizeBinaryBuilder::with_capacity(rows.len(), PSEUDONYM_LENGTH);
    let mut tokens = FixedSizeBinaryBuilder::with_capacity(rows.len(), PSEUDONYM_LENGTH);
    for row in rows {
        subjects.append_value(row.subject).ok()?;
        tokens.append_value(row.token).ok()?;
    }
    let numbers = |kind: fn(&TokenRow) -> IdType| {
        Arc::new(UInt8Array::from_iter_values(rows.iter().map(|row| kind(row).number()))) as ArrayRef
    };
    let columns = vec![
        numbers(|row| row.subject_type),
        Arc::new(subjects.finish()) as ArrayRef,
        numbers(|row| row.document),
        Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.epoch))),
        Arc::new(tokens.finish()),
    ];
    let batch = RecordBatch::try_new(Arc::new(tokens_schema()), columns).ok()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(CREATED_BY.to_owned())
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options).ok()?;
    writer.write(&batch).ok()?;
    writer.close().ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests;
