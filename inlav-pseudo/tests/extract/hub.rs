//! What the hub does with an extract, as far as these tests need it.

use std::fs;
use std::path::Path;

use arrow::array::RecordBatch;
use ed25519_dalek::{Signature, VerifyingKey};
use inlav_core::exchange::{Digest, MANIFEST_SIGNING_CONTEXT, Manifest, PublicKeyFile, SignatureFile};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::ParquetMetaData;
use sha2::Digest as _;

/// What a hub has to do before it believes an extract.
pub(crate) fn verify(extract: &Path, public: &PublicKeyFile) -> Result<Manifest, &'static str> {
    let manifest_bytes = fs::read(extract.join("manifest.json")).map_err(|_| "manifest is missing")?;
    let signature_bytes = fs::read(extract.join("manifest.sig")).map_err(|_| "signature is missing")?;
    let manifest = verify_bytes(&manifest_bytes, &signature_bytes, public)?;
    for table in manifest.tables.iter().chain(&manifest.tokens) {
        let bytes = fs::read(extract.join(&table.file)).map_err(|_| "file is missing")?;
        let size = u64::try_from(bytes.len()).unwrap();
        if table.bytes != size || table.sha256 != Digest(sha2::Sha256::digest(bytes).into()) {
            return Err("file");
        }
    }
    Ok(manifest)
}

pub(crate) fn verify_bytes(
    manifest: &[u8],
    signature: &[u8],
    public: &PublicKeyFile,
) -> Result<Manifest, &'static str> {
    let file: SignatureFile = serde_json::from_slice(signature).map_err(|_| "signature")?;
    // Hexadecimal digits and JSON have other spellings; only the canonical one is accepted.
    if serde_json::to_vec(&file).map_err(|_| "signature")? != signature
        || file.signature != file.signature.to_lowercase()
        || (file.algorithm.as_str(), file.format) != ("Ed25519", 1)
        || file.key_id != public.key_id
    {
        return Err("signature");
    }
    let array = |text: &str| hex::decode(text).ok();
    let key: [u8; 32] = array(&public.public_key).and_then(|b| b.try_into().ok()).ok_or("public key")?;
    let signature = array(&file.signature).ok_or("signature")?;
    let signature = Signature::from_slice(&signature).map_err(|_| "signature")?;
    let message = [MANIFEST_SIGNING_CONTEXT, manifest].concat();
    let key = VerifyingKey::from_bytes(&key).map_err(|_| "public key")?;
    key.verify_strict(&message, &signature).map_err(|_| "manifest")?;
    let read: Manifest = serde_json::from_slice(manifest).map_err(|_| "manifest")?;
    if read.canonical() == manifest { Ok(read) } else { Err("manifest") }
}

pub(crate) fn read_parquet(path: &Path) -> (Vec<RecordBatch>, Vec<(String, String)>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path).unwrap()).unwrap();
    let metadata = builder.metadata().file_metadata();
    let pairs = metadata.key_value_metadata().unwrap().iter();
    let pairs = pairs.map(|pair| (pair.key.clone(), pair.value.clone().unwrap())).collect();
    (builder.build().unwrap().map(Result::unwrap).collect(), pairs)
}

pub(crate) fn metadata(path: &Path) -> ParquetMetaData {
    let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path).unwrap()).unwrap();
    builder.metadata().as_ref().clone()
}
