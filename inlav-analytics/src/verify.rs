//! Verifying an extract before anything of it is used: signature, hashes, schema, rows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signature, VerifyingKey};
use inlav_core::exchange::{
    Digest, FORMAT_VERSION, MANIFEST_FILE, MANIFEST_SIGNING_CONTEXT, Manifest, ManifestTable,
    PSEUDONYM_ALGORITHM, PUBLIC_KEY_CONTEXT, PublicKeyFile, SIGNATURE_ALGORITHM, SIGNATURE_FILE,
    SignatureFile, VAULT_PUBLIC_KEY_FILE,
};
use inlav_core::identifiers::NORMALISER_VERSION;
use inlav_core::policy::possible_columns;
use inlav_core::programme::SiteId;
use inlav_core::registry;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest as _, Sha256};

/// No honest manifest, signature or public key is larger.
const LARGEST_TEXT: u64 = 1 << 20;

/// The public keys the hub has registered: one per PUA, or several while a PUA that has made new
/// keys still has extracts under its old one. Remove a key and its extracts are refused.
#[derive(Debug, Clone, Default)]
pub struct TrustedKeys(BTreeMap<String, (SiteId, VerifyingKey)>);

/// An extract whose signature, files and schema were checked. Only [`VerifiedExtract::open`]
/// makes one, so the store cannot take in anything else.
///
/// # Guarantee
/// Before: a folder from outside. After: the manifest was signed by the registered key of the
/// site it names, every file is the one the manifest names, byte for byte, and no file has a
/// column that an allowed policy could not make. Tests in `tests/` of the workspace flip bytes,
/// swap files and rename columns.
#[derive(Debug)]
pub struct VerifiedExtract {
    folder: PathBuf,
    manifest: Manifest,
    manifest_bytes: Vec<u8>,
    signature_bytes: Vec<u8>,
    /// Columns by table.
    columns: BTreeMap<String, BTreeSet<String>>,
}

/// An extract or a public key is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A manifest, signature or public key is not of the expected form.
    #[error("{} is not a valid {what}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
    },
    /// Written by a newer or older program.
    #[error("{} has {what} that this program does not know", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What is not known.
        what: &'static str,
    },
    /// There are no public keys where they were looked for.
    #[error("no public key (*.pub) in {}", path.display())]
    NoKeys {
        /// The folder.
        path: PathBuf,
    },
    /// The signing key is not registered.
    #[error("{} was signed with a key that is not registered", path.display())]
    UntrustedKey {
        /// The signature.
        path: PathBuf,
    },
    /// The signature does not fit the manifest.
    #[error("the signature of {} does not fit: the manifest or its signature was changed", path.display())]
    Signature {
        /// The manifest.
        path: PathBuf,
    },
    /// The key belongs to another PUA than the manifest names.
    #[error("{} names site {named}, but was signed with the key of {signer}", path.display())]
    OtherSite {
        /// The manifest.
        path: PathBuf,
        /// The site in the manifest.
        named: SiteId,
        /// The site of the key.
        signer: SiteId,
    },
    /// A file is not the one that was signed.
    #[error("{} is not the file that was signed: it was changed, cut short or swapped", path.display())]
    Content {
        /// The file.
        path: PathBuf,
    },
    /// A file is in the folder that the manifest does not name.
    #[error("{} is not named by the manifest; nothing else may be in an extract", path.display())]
    ExtraFile {
        /// The file.
        path: PathBuf,
    },
    /// A file is not Parquet or has other rows than the manifest says.
    #[error("{} is not a Parquet file as the manifest describes it", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
    },
    /// A file has a column that no allowed policy makes.
    #[error("{} has a column in position {position} that no policy allows", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// Position of the column, from 1.
        position: usize,
    },
}

impl TrustedKeys {
    /// Reads one public key file, or every `*.pub` file in a folder.
    ///
    /// # Errors
    /// [`VerifyError`] when a file cannot be read or is not a public key.
    pub fn read(path: &Path) -> Result<Self, VerifyError> {
        let mut keys = Self::default();
        if path.is_dir() {
            for file in files_in(path)? {
                let other = file.file_name().is_some_and(|name| name == VAULT_PUBLIC_KEY_FILE);
                if file.extension().is_some_and(|extension| extension == "pub") && !other {
                    keys.add(&file)?;
                }
            }
        } else {
            keys.add(path)?;
        }
        if keys.0.is_empty() { Err(VerifyError::NoKeys { path: path.to_owned() }) } else { Ok(keys) }
    }

    fn add(&mut self, path: &Path) -> Result<(), VerifyError> {
        let form = || VerifyError::Form { path: path.to_owned(), what: "public key" };
        let file: PublicKeyFile = serde_json::from_slice(&read_text(path)?).map_err(|_| form())?;
        if file.format != FORMAT_VERSION || file.algorithm != SIGNATURE_ALGORITHM {
            return Err(VerifyError::Unknown { path: path.to_owned(), what: "a format or algorithm" });
        }
        let mut bytes = [0_u8; 32];
        hex::decode_to_slice(&file.public_key, &mut bytes).map_err(|_| form())?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| form())?;
        let digest = Sha256::new().chain_update(PUBLIC_KEY_CONTEXT).chain_update(bytes).finalize();
        if !hex::encode(digest).starts_with(&file.key_id) || file.key_id.len() != 16 {
            return Err(form());
        }
        self.0.insert(file.key_id, (file.site, key));
        Ok(())
    }
}

impl VerifiedExtract {
    /// Verifies the extract in a folder.
    ///
    /// # Errors
    /// [`VerifyError`], naming the file.
    pub fn open(folder: &Path, trusted: &TrustedKeys) -> Result<Self, VerifyError> {
        let manifest_path = folder.join(MANIFEST_FILE);
        let manifest_bytes = read_text(&manifest_path)?;
        let signature_bytes = read_text(&folder.join(SIGNATURE_FILE))?;
        let manifest = authenticate(folder, &manifest_bytes, &signature_bytes, trusted)?;
        let mut named: BTreeSet<PathBuf> =
            [MANIFEST_FILE, SIGNATURE_FILE].into_iter().map(|name| folder.join(name)).collect();
        let mut columns = BTreeMap::new();
        for table in &manifest.tables {
            let (path, of_table) = verify_table(folder, table)?;
            named.insert(path);
            columns.insert(table.table.clone(), of_table);
        }
        match files_in(folder)?.into_iter().find(|path| !named.contains(path)) {
            Some(path) => Err(VerifyError::ExtraFile { path }),
            None => {
                Ok(Self { folder: folder.to_owned(), manifest, manifest_bytes, signature_bytes, columns })
            }
        }
    }

    /// The manifest.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the manifest: the extract's name in catalogues and logs.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest(Sha256::digest(&self.manifest_bytes).into())
    }

    pub(crate) fn manifest_bytes(&self) -> &[u8] {
        &self.manifest_bytes
    }

    pub(crate) fn signature_bytes(&self) -> &[u8] {
        &self.signature_bytes
    }

    /// The columns of a table; `None` if the extract does not have it.
    pub(crate) fn columns_of(&self, table: &str) -> Option<&BTreeSet<String>> {
        self.columns.get(table)
    }

    pub(crate) fn path_of(&self, table: &ManifestTable) -> PathBuf {
        self.folder.join(&table.file)
    }
}

/// Signature first; nothing of the manifest is believed before.
fn authenticate(
    folder: &Path,
    manifest_bytes: &[u8],
    signature_bytes: &[u8],
    trusted: &TrustedKeys,
) -> Result<Manifest, VerifyError> {
    let manifest_path = folder.join(MANIFEST_FILE);
    let signature_path = folder.join(SIGNATURE_FILE);
    let form = || VerifyError::Form { path: signature_path.clone(), what: "signature" };
    let file: SignatureFile = serde_json::from_slice(signature_bytes).map_err(|_| form())?;
    // One spelling only: a signature that was rewritten in any way is refused.
    if serde_json::to_vec(&file).ok().as_deref() != Some(signature_bytes) || !is_lower_hex(&file.signature) {
        return Err(form());
    }
    if file.format != FORMAT_VERSION || file.algorithm != SIGNATURE_ALGORITHM {
        return Err(VerifyError::Unknown { path: signature_path, what: "a format or algorithm" });
    }
    let mut signature = [0_u8; 64];
    hex::decode_to_slice(&file.signature, &mut signature).map_err(|_| form())?;
    let (signer, key) =
        trusted.0.get(&file.key_id).ok_or(VerifyError::UntrustedKey { path: signature_path })?;
    let message = [MANIFEST_SIGNING_CONTEXT, manifest_bytes].concat();
    key.verify_strict(&message, &Signature::from_bytes(&signature))
        .map_err(|_| VerifyError::Signature { path: manifest_path.clone() })?;

    let manifest: Manifest = serde_json::from_slice(manifest_bytes)
        .map_err(|_| VerifyError::Form { path: manifest_path.clone(), what: "manifest" })?;
    if manifest.canonical() != manifest_bytes {
        return Err(VerifyError::Form { path: manifest_path, what: "manifest in canonical form" });
    }
    let known = manifest.format == FORMAT_VERSION
        && manifest.algorithm == PSEUDONYM_ALGORITHM
        && manifest.normaliser == NORMALISER_VERSION;
    if !known {
        return Err(VerifyError::Unknown { path: manifest_path, what: "a format or algorithm" });
    }
    if manifest.site != *signer {
        return Err(VerifyError::OtherSite {
            path: manifest_path,
            named: manifest.site,
            signer: signer.clone(),
        });
    }
    Ok(manifest)
}

fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
}

/// Path and columns of a table.
fn verify_table(
    folder: &Path,
    described: &ManifestTable,
) -> Result<(PathBuf, BTreeSet<String>), VerifyError> {
    let unknown = || VerifyError::Unknown { path: folder.join(MANIFEST_FILE), what: "a table or file name" };
    let table = registry::table(&described.table).ok_or_else(unknown)?;
    if described.file != format!("{}.parquet", table.name) {
        return Err(unknown());
    }
    let path = folder.join(&described.file);
    let io = |source| VerifyError::Io { path: path.clone(), source };
    if hash_file(&path).map_err(io)? != (described.bytes, described.sha256) {
        return Err(VerifyError::Content { path });
    }

    let parquet = |_| VerifyError::Parquet { path: path.clone() };
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).map_err(io)?).map_err(parquet)?;
    let possible = possible_columns(table);
    for (index, field) in reader.schema().fields().iter().enumerate() {
        let allowed = possible
            .iter()
            .any(|column| column.name == *field.name() && column.data_type == *field.data_type());
        if !allowed {
            return Err(VerifyError::Column { path, position: index + 1 });
        }
    }
    if u64::try_from(reader.metadata().file_metadata().num_rows()) != Ok(described.rows) {
        return Err(VerifyError::Parquet { path });
    }
    let columns = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    Ok((path, columns))
}

/// Size and SHA-256 of a file.
pub(crate) fn hash_file(path: &Path) -> std::io::Result<(u64, Digest)> {
    let mut hash = Sha256::new();
    let bytes = std::io::copy(&mut File::open(path)?, &mut HashWriter(&mut hash))?;
    Ok((bytes, Digest(hash.finalize().into())))
}

/// Lets `std::io::copy` feed a hash.
struct HashWriter<'a>(&'a mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn read_text(path: &Path) -> Result<Vec<u8>, VerifyError> {
    let io = |source| VerifyError::Io { path: path.to_owned(), source };
    let mut content = Vec::new();
    File::open(path).map_err(io)?.take(LARGEST_TEXT).read_to_end(&mut content).map_err(io)?;
    Ok(content)
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, VerifyError> {
    let io = |source| VerifyError::Io { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        files.push(entry.map_err(io)?.path());
    }
    files.sort();
    Ok(files)
}
