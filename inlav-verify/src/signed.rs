//! Manifests whose signature was checked. Nothing of a manifest is believed before.

use std::path::{Path, PathBuf};

use ed25519_dalek::Signature;
use inlav_core::exchange::{
    Digest, FORMAT_VERSION, LinkageMode, MANIFEST_FILE, MANIFEST_SIGNING_CONTEXT, Manifest, ManifestTable,
    PSEUDONYM_ALGORITHM, RELINK_FILE, RELINK_SIGNATURE_FILE, RELINK_SIGNING_CONTEXT, RelinkManifest,
    SEALED_TOKENS_FILE, SIGNATURE_ALGORITHM, SIGNATURE_FILE, SignatureFile, TOKENS_FILE, TOKENS_TABLE,
    canonical,
};
use inlav_core::identifiers::NORMALISER_VERSION;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::error::{Document, Expected, Novelty};
use crate::trusted::{Signer, TrustedKeys};
use crate::{VerifyError, compare_file, files_in, read_text};

/// The manifest of an extract, signed by the registered key of the PUA that it names.
///
/// # Guarantee
/// Before: two files from outside. After: a manifest in canonical form and of a known version,
/// whose every bit the PUA has signed. Test `every_flipped_bit_is_refused` of this crate; program
/// tests in `misuse/extracts.rs`.
#[derive(Debug)]
pub struct SignedManifest {
    manifest: Manifest,
    document: SignedDocument,
}

/// The manifest of relinked tokens, signed by a registered custodian, with its one file compared.
///
/// # Guarantee
/// As [`SignedManifest`]; and the tokens are, byte for byte, those that the custodian made.
#[derive(Debug)]
pub struct SignedRelink {
    folder: PathBuf,
    manifest: RelinkManifest,
    document: SignedDocument,
}

/// A document whose signature was checked, and the signature file, as they were read.
#[derive(Debug)]
pub struct SignedDocument {
    bytes: Vec<u8>,
    signature: Vec<u8>,
}

impl SignedManifest {
    /// Reads and verifies manifest and signature of the extract in a folder.
    ///
    /// # Errors
    /// [`VerifyError`], naming the file.
    pub fn open(folder: &Path, trusted: &TrustedKeys) -> Result<Self, VerifyError> {
        let path = folder.join(MANIFEST_FILE);
        let (document, signer) =
            SignedDocument::open(&path, &folder.join(SIGNATURE_FILE), MANIFEST_SIGNING_CONTEXT, trusted)?;
        let manifest: Manifest = document.read(&path)?;
        let known = manifest.format == FORMAT_VERSION
            && manifest.algorithm == PSEUDONYM_ALGORITHM
            && manifest.normaliser == NORMALISER_VERSION;
        if !known {
            return Err(VerifyError::Unknown { path, what: Novelty::Format });
        }
        match signer {
            Signer::Custodian(_) => {
                return Err(VerifyError::OtherRole {
                    path: folder.join(SIGNATURE_FILE),
                    expected: Expected::Site,
                });
            }
            Signer::Site(signer) if manifest.site != signer => {
                return Err(VerifyError::OtherSite { path, named: manifest.site, signer });
            }
            Signer::Site(_) => {}
        }
        if !tokens_fit(&manifest) {
            return Err(VerifyError::Tokens { path });
        }
        Ok(Self { manifest, document })
    }

    /// The manifest.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the manifest: the extract's name in catalogues and logs.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.document.digest()
    }

    /// Manifest and signature, byte for byte.
    #[must_use]
    pub const fn document(&self) -> &SignedDocument {
        &self.document
    }
}

impl SignedRelink {
    /// Reads and verifies the relinked tokens in a folder.
    ///
    /// # Errors
    /// [`VerifyError`], naming the file.
    pub fn open(folder: &Path, trusted: &TrustedKeys) -> Result<Self, VerifyError> {
        let path = folder.join(RELINK_FILE);
        let signature = folder.join(RELINK_SIGNATURE_FILE);
        let (document, signer) = SignedDocument::open(&path, &signature, RELINK_SIGNING_CONTEXT, trusted)?;
        let manifest: RelinkManifest = document.read(&path)?;
        let known = manifest.format == FORMAT_VERSION && manifest.algorithm == PSEUDONYM_ALGORITHM;
        if !known {
            return Err(VerifyError::Unknown { path, what: Novelty::Format });
        }
        if signer != Signer::Custodian(manifest.project_id) {
            return Err(VerifyError::OtherRole { path: signature, expected: Expected::Custodian });
        }
        if manifest.tokens.file != TOKENS_FILE || manifest.tokens.table != TOKENS_TABLE {
            return Err(VerifyError::Unknown { path, what: Novelty::Name });
        }
        let named = [path, signature, compare_file(folder, &manifest.tokens)?];
        if let Some(extra) = files_in(folder)?.into_iter().find(|file| !named.contains(file)) {
            return Err(VerifyError::ExtraFile { path: extra });
        }
        Ok(Self { folder: folder.to_owned(), manifest, document })
    }

    /// What the custodian says of the tokens.
    #[must_use]
    pub const fn manifest(&self) -> &RelinkManifest {
        &self.manifest
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of the tokens.
    #[must_use]
    pub fn tokens(&self) -> PathBuf {
        self.folder.join(&self.manifest.tokens.file)
    }

    /// SHA-256 of the manifest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.document.digest()
    }

    /// Manifest and signature, byte for byte.
    #[must_use]
    pub const fn document(&self) -> &SignedDocument {
        &self.document
    }
}

impl SignedDocument {
    /// Reads a document and its signature, and finds out who signed it.
    fn open(
        path: &Path,
        signature_path: &Path,
        context: &[u8],
        trusted: &TrustedKeys,
    ) -> Result<(Self, Signer), VerifyError> {
        let (bytes, signature) = (read_text(path)?, read_text(signature_path)?);
        let form = || VerifyError::Form { path: signature_path.to_owned(), what: Document::Signature };
        let file: SignatureFile = serde_json::from_slice(&signature).map_err(|_| form())?;
        // One spelling only: a signature that was rewritten in any way is refused.
        if serde_json::to_vec(&file).ok().as_deref() != Some(&signature) || !is_lower_hex(&file.signature) {
            return Err(form());
        }
        if file.format != FORMAT_VERSION || file.algorithm != SIGNATURE_ALGORITHM {
            let path = signature_path.to_owned();
            return Err(VerifyError::Unknown { path, what: Novelty::Format });
        }
        let mut digits = [0_u8; 64];
        hex::decode_to_slice(&file.signature, &mut digits).map_err(|_| form())?;
        let (signer, key) = trusted
            .get(&file.key_id)
            .ok_or_else(|| VerifyError::UntrustedKey { path: signature_path.to_owned() })?;
        let message = [context, &bytes].concat();
        key.verify_strict(&message, &Signature::from_bytes(&digits))
            .map_err(|_| VerifyError::Signature { path: path.to_owned() })?;
        Ok((Self { bytes, signature }, signer.clone()))
    }

    /// What the document says, if it is in the one spelling that is signed.
    fn read<T: DeserializeOwned + Serialize>(&self, path: &Path) -> Result<T, VerifyError> {
        let form = |what| VerifyError::Form { path: path.to_owned(), what };
        let manifest: T = serde_json::from_slice(&self.bytes).map_err(|_| form(Document::Manifest))?;
        if canonical(&manifest) == self.bytes { Ok(manifest) } else { Err(form(Document::CanonicalManifest)) }
    }

    fn digest(&self) -> Digest {
        Digest(Sha256::digest(&self.bytes).into())
    }

    /// The bytes that were signed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of the signature file.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// Whether the tokens are as the linkage mode wants them.
fn tokens_fit(manifest: &Manifest) -> bool {
    let names = |table: &ManifestTable, file| table.file == file && table.table == TOKENS_TABLE;
    match (&manifest.tokens, manifest.linkage_mode) {
        (None, _) => true,
        (Some(tokens), LinkageMode::A) => {
            names(tokens, TOKENS_FILE) && manifest.custodian_key.is_none() && !manifest.epochs.is_empty()
        }
        (Some(tokens), LinkageMode::B) => {
            names(tokens, SEALED_TOKENS_FILE)
                && manifest.custodian_key.is_some()
                && !manifest.epochs.is_empty()
        }
    }
}

fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
}
