//! Signed extracts of a few rows, and stores of them: what the tests of the hub stand on.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{
    ArrayRef, FixedSizeBinaryArray, RecordBatch, StringArray, UInt8Array, UInt32Array,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use ed25519_dalek::{Signer as _, SigningKey};
use inlav_core::codes::CodeLists;
use inlav_core::exchange::{
    CUSTODIAN_FILE, CustodianFile, Digest, FORMAT_VERSION, LINKING_DOCUMENTS, LinkageMode, MANIFEST_FILE,
    MANIFEST_SIGNING_CONTEXT, Manifest, ManifestEpoch, ManifestTable, PSEUDONYM_ALGORITHM,
    PUBLIC_KEY_CONTEXT, PublicKeyFile, RELINK_FILE, RELINK_SIGNATURE_FILE, RELINK_SIGNING_CONTEXT,
    RelinkEpoch, RelinkManifest, SEALED_TOKENS_FILE, SEALING_ALGORITHM, SEALING_KEY_CONTEXT,
    SIGNATURE_ALGORITHM, SIGNATURE_FILE, SignatureFile, TOKENS_FILE, TOKENS_TABLE, canonical, tokens_schema,
};
use inlav_core::identifiers::{IdType, NORMALISER_VERSION};
use inlav_core::policy::{PSEUDONYM_LENGTH, Policy};
use inlav_core::programme::Programme;
use inlav_core::registry;
use inlav_core::whole::{self, Access, Existing};
use inlav_verify::{SignedRelink, TokenRow, hash_file};
use parquet::arrow::ArrowWriter;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{Ingested, Store, StoreError};
use crate::rows::Columns;
use crate::session::Session;
use crate::verify::{TrustedKeys, VerifiedExtract, VerifyError};

/// A folder for extracts and stores.
pub(crate) struct Desk {
    folder: TempDir,
    extracts: AtomicUsize,
}

/// An extract before it is signed: what a test may change.
pub(crate) struct Draft {
    pub(crate) manifest: Manifest,
    pub(crate) tables: Vec<(&'static str, RecordBatch)>,
    /// In mode B they are what the custodian would make of what is sealed, which nobody can read.
    pub(crate) tokens: Vec<TokenRow>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), extracts: AtomicUsize::new(0) }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A verified extract; `rows` as [`Draft::new`] reads them.
    pub(crate) fn extract(&self, site: &str, as_of: &str, rows: &str) -> VerifiedExtract {
        self.sign(Draft::new(site, as_of, rows)).unwrap()
    }

    /// Writes and signs a draft, and verifies what was written.
    pub(crate) fn sign(&self, draft: Draft) -> Result<VerifiedExtract, VerifyError> {
        let folder = self.path(&format!("extract-{}", self.extracts.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir(&folder).unwrap();
        let Draft { mut manifest, tables, tokens } = draft;
        for (table, batch) in tables {
            let described = put_table(&folder, &format!("{table}.parquet"), &batch);
            manifest.tables.push(ManifestTable { table: table.to_owned(), ..described });
        }
        if manifest.tokens.is_none() {
            manifest.tokens = Some(match manifest.linkage_mode {
                LinkageMode::A => put_table(&folder, TOKENS_FILE, &tokens_table(&tokens)),
                LinkageMode::B => {
                    put(&folder.join(SEALED_TOKENS_FILE), b"sealed");
                    described(&folder, SEALED_TOKENS_FILE, tokens.len())
                }
            });
        }
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = key.verifying_key().to_bytes();
        let digest = Sha256::new().chain_update(PUBLIC_KEY_CONTEXT).chain_update(public).finalize();
        let key_id: String = hex::encode(digest).chars().take(16).collect();
        let content = manifest.canonical();
        let signature = key.sign(&[MANIFEST_SIGNING_CONTEXT, &content].concat());
        let signature = SignatureFile {
            algorithm: SIGNATURE_ALGORITHM.to_owned(),
            format: FORMAT_VERSION,
            key_id: key_id.clone(),
            signature: hex::encode(signature.to_bytes()),
        };
        let public = PublicKeyFile {
            algorithm: SIGNATURE_ALGORITHM.to_owned(),
            format: FORMAT_VERSION,
            key_id,
            public_key: hex::encode(public),
            site: manifest.site,
        };
        put(&folder.join(MANIFEST_FILE), &content);
        put(&folder.join(SIGNATURE_FILE), &serde_json::to_vec(&signature).unwrap());
        let trusted = folder.with_extension("pub");
        put(&trusted, &serde_json::to_vec(&public).unwrap());
        VerifiedExtract::open(&folder, &TrustedKeys::read(&trusted).unwrap())
    }

    /// An extract in mode B, and what the custodian made of its tokens.
    pub(crate) fn sealed(&self, site: &str, as_of: &str, rows: &str) -> (VerifiedExtract, SignedRelink) {
        let mut draft = Draft::new(site, as_of, rows);
        draft.manifest.linkage_mode = LinkageMode::B;
        draft.manifest.custodian_key = Some("00".repeat(8));
        let tokens = draft.tokens.clone();
        let extract = self.sign(draft).unwrap();
        let relinked = self.relinked(&extract, &tokens, "0a", |_| ());
        (extract, relinked)
    }

    /// What a custodian with this relink key says of an extract.
    pub(crate) fn relinked(
        &self,
        extract: &VerifiedExtract,
        tokens: &[TokenRow],
        relink_key: &str,
        change: fn(&mut RelinkManifest),
    ) -> SignedRelink {
        let folder = self.path(&format!("relinked-{}", self.extracts.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir(&folder).unwrap();
        let manifest = extract.manifest();
        let epoch =
            |epoch: &ManifestEpoch| RelinkEpoch { epoch: epoch.epoch, relink_key: relink_key.to_owned() };
        let mut said = RelinkManifest {
            algorithm: PSEUDONYM_ALGORITHM.to_owned(),
            epochs: manifest.epochs.iter().map(epoch).collect(),
            extract: extract.digest(),
            format: FORMAT_VERSION,
            project_id: manifest.project_id,
            purpose: manifest.purpose.clone(),
            site: manifest.site.clone(),
            software: "test".to_owned(),
            tokens: put_table(&folder, TOKENS_FILE, &tokens_table(tokens)),
        };
        change(&mut said);
        let key = SigningKey::from_bytes(&[8; 32]);
        let public = key.verifying_key().to_bytes();
        let id = |context, bytes: &[u8]| {
            let digest = Sha256::new().chain_update(context).chain_update(bytes).finalize();
            hex::encode(digest)[..16].to_owned()
        };
        let signature = SignatureFile {
            algorithm: SIGNATURE_ALGORITHM.to_owned(),
            format: FORMAT_VERSION,
            key_id: id(PUBLIC_KEY_CONTEXT, &public),
            signature: hex::encode(
                key.sign(&[RELINK_SIGNING_CONTEXT, &said.canonical()].concat()).to_bytes(),
            ),
        };
        let custodian = CustodianFile {
            algorithm: SIGNATURE_ALGORITHM.to_owned(),
            format: FORMAT_VERSION,
            key_id: id(PUBLIC_KEY_CONTEXT, &public),
            project_id: said.project_id,
            public_key: hex::encode(public),
            sealing_algorithm: SEALING_ALGORITHM.to_owned(),
            sealing_key: "42".repeat(32),
            sealing_key_id: id(SEALING_KEY_CONTEXT, &[0x42; 32]),
        };
        put(&folder.join(RELINK_FILE), &said.canonical());
        put(&folder.join(RELINK_SIGNATURE_FILE), &serde_json::to_vec(&signature).unwrap());
        put(&self.path(CUSTODIAN_FILE), &canonical(&custodian));
        SignedRelink::open(&folder, &TrustedKeys::read(&self.path(CUSTODIAN_FILE)).unwrap()).unwrap()
    }

    /// A store in the folder `store`.
    pub(crate) fn store(&self, extracts: &[VerifiedExtract]) -> Store {
        self.store_in(&self.path("store"), extracts)
    }

    pub(crate) fn store_in(&self, folder: &Path, extracts: &[VerifiedExtract]) -> Store {
        let mut store = Store::open_or_begin(folder).unwrap();
        ingest(&mut store, extracts).unwrap();
        store
    }
}

/// A table as a test writes it: name, columns, rows.
type Written<'a> = (&'a str, Vec<&'a str>, Vec<Vec<&'a str>>);

impl Draft {
    /// Tables that follow each other as `table: column column`, then a line for each row with its
    /// cells, `-` for none. Columns that are not named are empty; the tables that every extract
    /// has are there in any case. Register numbers are any words. A table `tokens:` has in each line
    /// a person's or operator's number, the name of the document's kind, an epoch and any word.
    pub(crate) fn new(site: &str, as_of: &str, rows: &str) -> Self {
        let manifest = Manifest {
            algorithm: PSEUDONYM_ALGORITHM.to_owned(),
            as_of: as_of.parse().unwrap(),
            audit_head: None,
            custodian_key: None,
            epochs: vec![ManifestEpoch { epoch: 2025, linkage_key: "00".to_owned() }],
            excluded: Vec::new(),
            format: FORMAT_VERSION,
            legal_basis: "test".to_owned(),
            linkage_mode: LinkageMode::A,
            normaliser: NORMALISER_VERSION,
            policy: Digest([1; 32]),
            project_id: Programme::inlav_lombardia().project_id,
            purpose: "evaluation".to_owned(),
            retention_months: 60,
            schema: Digest([2; 32]),
            site: site.parse().unwrap(),
            site_key: "01".to_owned(),
            software: "test".to_owned(),
            synthetic: true,
            tables: Vec::new(),
            tokens: None,
        };
        let mut named: Vec<Written<'_>> = Vec::new();
        for line in rows.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.split_once(':') {
                Some((table, columns)) => {
                    named.push((table, columns.split_whitespace().collect(), Vec::new()));
                }
                None => named.last_mut().unwrap().2.push(line.split_whitespace().collect()),
            }
        }
        let mut tokens: Vec<TokenRow> = Vec::new();
        for (_, _, rows) in named.iter().filter(|(table, ..)| *table == TOKENS_TABLE) {
            tokens.extend(rows.iter().map(|row| token_row(row)));
        }
        tokens.sort_unstable();
        let tables = registry::tables().iter().filter_map(|table| {
            let here = named.iter().find(|(name, ..)| *name == table.name);
            let empty = ("", Vec::new(), Vec::new());
            let (_, columns, rows) = here.or(table.required.then_some(&empty))?;
            Some((table.name, batch(table, columns, rows)))
        });
        Self { manifest, tables: tables.collect(), tokens }
    }

    /// Leaves a column out of a table.
    pub(crate) fn without(mut self, table: &str, column: &str) -> Self {
        let (_, batch) = self.tables.iter_mut().find(|(name, _)| *name == table).unwrap();
        let index = batch.schema().index_of(column).unwrap();
        batch.remove_column(index);
        self
    }
}

/// A table with the columns of the default policy.
fn batch(table: &'static registry::Table, columns: &[&str], rows: &[Vec<&str>]) -> RecordBatch {
    let made = Policy::evaluation().extract_columns(table).unwrap();
    assert!(columns.iter().all(|name| made.iter().any(|column| column.name == *name)), "{columns:?}");
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = made
        .into_iter()
        .map(|column| {
            let place = columns.iter().position(|name| *name == column.name);
            let cells = rows.iter().map(|row| place.map(|place| row[place]).filter(|cell| *cell != "-"));
            let array = match &column.data_type {
                DataType::FixedSizeBinary(_) => pseudonyms(cells),
                other => cast(&StringArray::from_iter(cells), other).unwrap(),
            };
            (Field::new(column.name, column.data_type, true), array)
        })
        .unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

fn token_row(row: &[&str]) -> TokenRow {
    let [subject, document, epoch, token] = row else { panic!("{row:?}") };
    let kinds = LINKING_DOCUMENTS.into_iter().chain([IdType::Operator]);
    let document = kinds.into_iter().find(|kind| kind.name() == *document).unwrap();
    let subject_type = if document == IdType::Operator { IdType::Operator } else { IdType::Person };
    let bytes = |text: &str| *Sha256::digest(text).first_chunk().unwrap();
    TokenRow {
        subject_type,
        subject: bytes(subject),
        document,
        epoch: epoch.parse().unwrap(),
        token: bytes(token),
    }
}

/// A table of tokens, as many rows in the order given.
fn tokens_table(rows: &[TokenRow]) -> RecordBatch {
    let binary = |value: fn(&TokenRow) -> [u8; 16]| {
        let values = rows.iter().map(|row| Some(value(row)));
        Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(values, PSEUDONYM_LENGTH).unwrap())
    };
    let numbers = |kind: fn(&TokenRow) -> IdType| {
        Arc::new(UInt8Array::from_iter_values(rows.iter().map(|row| kind(row).number())))
    };
    let columns: Vec<ArrayRef> = vec![
        numbers(|row| row.subject_type),
        binary(|row| row.subject),
        numbers(|row| row.document),
        Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.epoch))),
        binary(|row| row.token),
    ];
    RecordBatch::try_new(Arc::new(tokens_schema()), columns).unwrap()
}

/// Writes a table of tokens or another one, and describes it as tokens.
fn put_table(folder: &Path, file: &str, batch: &RecordBatch) -> ManifestTable {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    put(&folder.join(file), &writer.into_inner().unwrap());
    described(folder, file, batch.num_rows())
}

fn described(folder: &Path, file: &str, rows: usize) -> ManifestTable {
    let (bytes, sha256) = hash_file(&folder.join(file)).unwrap();
    ManifestTable { bytes, file: file.to_owned(), rows: rows as u64, sha256, table: TOKENS_TABLE.to_owned() }
}

fn pseudonyms<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    let hashed = cells.map(|cell| cell.map(|cell| Sha256::digest(cell)[..16].to_vec()));
    Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(hashed, PSEUDONYM_LENGTH).unwrap())
}

/// Ingests into the store of the built-in programme.
pub(crate) fn ingest(store: &mut Store, extracts: &[VerifiedExtract]) -> Result<Vec<Ingested>, StoreError> {
    store.ingest(extracts, Programme::inlav_lombardia(), Existing::Refuse)
}

/// Writes a file, or writes it anew.
pub(crate) fn put(path: &Path, content: &[u8]) {
    whole::write(path, content, Access::Shared, Existing::Replace).unwrap();
}

/// A session, and what it runs on.
pub(crate) fn open(store: &Store) -> (Session, Runtime) {
    let runtime = Runtime::new().unwrap();
    let session = runtime.block_on(Session::open(store, CodeLists::built_in())).unwrap();
    (session, runtime)
}

/// The one number `n` that a query yields.
pub(crate) fn count(store: &Store, sql: &str) -> u64 {
    let (session, runtime) = open(store);
    let batches = runtime.block_on(async { session.run(session.plan(sql).await?).await }).unwrap();
    let numbers: Vec<u64> = batches.iter().flat_map(|b| Columns::of(b).numbers("n").unwrap()).collect();
    assert_eq!(numbers.len(), 1, "{sql}");
    numbers[0]
}
