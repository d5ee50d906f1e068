//! Verifying an extract before anything of it is used: signature, hashes, schema, rows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use inlav_core::exchange::{
    Digest, LinkageMode, MANIFEST_FILE, Manifest, ManifestTable, RelinkManifest, SIGNATURE_FILE,
};
use inlav_core::policy::possible_columns;
use inlav_core::registry;
use inlav_verify::{Novelty, SignedManifest, SignedRelink, compare_file, files_in, verify_tokens};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

pub use inlav_verify::{TrustedKeys, VerifyError};

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
    signed: SignedManifest,
    /// Columns by table.
    columns: BTreeMap<String, BTreeSet<String>>,
    relinked: Option<SignedRelink>,
}

impl VerifiedExtract {
    /// Verifies the extract in a folder.
    ///
    /// # Errors
    /// [`VerifyError`], naming the file.
    pub fn open(folder: &Path, trusted: &TrustedKeys) -> Result<Self, VerifyError> {
        let signed = SignedManifest::open(folder, trusted)?;
        let manifest = signed.manifest();
        let mut named: BTreeSet<PathBuf> =
            [MANIFEST_FILE, SIGNATURE_FILE].into_iter().map(|name| folder.join(name)).collect();
        let mut columns = BTreeMap::new();
        for table in &manifest.tables {
            let (path, of_table) = verify_table(folder, table)?;
            named.insert(path);
            columns.insert(table.table.clone(), of_table);
        }
        if let Some(described) = &manifest.tokens {
            let path = compare_file(folder, described)?;
            // Sealed tokens are for the custodian to look into.
            if manifest.linkage_mode == LinkageMode::A {
                let epochs = manifest.epochs.iter().map(|epoch| epoch.epoch);
                verify_tokens(&path, described.rows, &epochs.collect())?;
            }
            named.insert(path);
        }
        if let Some(path) = files_in(folder)?.into_iter().find(|path| !named.contains(path)) {
            return Err(VerifyError::ExtraFile { path });
        }
        Ok(Self { folder: folder.to_owned(), signed, columns, relinked: None })
    }

    /// Adds what the custodian made of the extract's sealed tokens.
    ///
    /// # Errors
    /// [`VerifyError::OtherExtract`] if they are of another extract, [`VerifyError::Parquet`] if
    /// they are not a table of tokens.
    pub fn with_relinked(mut self, relinked: SignedRelink) -> Result<Self, VerifyError> {
        let (manifest, said) = (self.manifest(), relinked.manifest());
        let epochs = |epochs: &mut dyn Iterator<Item = u32>| epochs.collect::<Vec<_>>();
        let same = said.extract == self.digest()
            && said.site == manifest.site
            && said.project_id == manifest.project_id
            && said.purpose == manifest.purpose
            && epochs(&mut said.epochs.iter().map(|epoch| epoch.epoch))
                == epochs(&mut manifest.epochs.iter().map(|epoch| epoch.epoch))
            && self.is_sealed();
        if !same {
            return Err(VerifyError::OtherExtract {
                path: relinked.folder().to_owned(),
                site: manifest.site.clone(),
            });
        }
        let epochs = said.epochs.iter().map(|epoch| epoch.epoch).collect();
        verify_tokens(&relinked.tokens(), said.tokens.rows, &epochs)?;
        self.relinked = Some(relinked);
        Ok(self)
    }

    /// The manifest.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        self.signed.manifest()
    }

    /// SHA-256 of the manifest: the extract's name in catalogues and logs.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.signed.digest()
    }

    /// Whether its tokens are sealed to the custodian, who has to relink them before they link.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        let manifest = self.manifest();
        manifest.linkage_mode == LinkageMode::B && manifest.tokens.is_some()
    }

    /// What the custodian made of its tokens, once it was added.
    #[must_use]
    pub fn relinked(&self) -> Option<&SignedRelink> {
        self.relinked.as_ref()
    }

    pub(crate) fn signed(&self) -> &SignedManifest {
        &self.signed
    }

    /// The columns of a table; `None` if the extract does not have it.
    pub(crate) fn columns_of(&self, table: &str) -> Option<&BTreeSet<String>> {
        self.columns.get(table)
    }

    pub(crate) fn path_of(&self, table: &ManifestTable) -> PathBuf {
        self.folder.join(&table.file)
    }

    /// The tokens that link, with their file: those of the extract in mode A, the relinked ones in
    /// mode B. `None` if there are none, or none yet.
    pub(crate) fn tokens(&self) -> Option<(PathBuf, &ManifestTable)> {
        match self.manifest().linkage_mode {
            LinkageMode::A => self.manifest().tokens.as_ref().map(|table| (self.path_of(table), table)),
            LinkageMode::B => {
                self.relinked.as_ref().map(|relinked| (relinked.tokens(), &relinked.manifest().tokens))
            }
        }
    }

    pub(crate) fn relink_manifest(&self) -> Option<&RelinkManifest> {
        self.relinked.as_ref().map(SignedRelink::manifest)
    }
}

/// Path and columns of a table.
fn verify_table(
    folder: &Path,
    described: &ManifestTable,
) -> Result<(PathBuf, BTreeSet<String>), VerifyError> {
    let unknown = || VerifyError::Unknown { path: folder.join(MANIFEST_FILE), what: Novelty::Name };
    let table = registry::table(&described.table).ok_or_else(unknown)?;
    if described.file != format!("{}.parquet", table.name) {
        return Err(unknown());
    }
    let path = compare_file(folder, described)?;
    let io = |source| VerifyError::Io { path: path.clone(), source };
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
