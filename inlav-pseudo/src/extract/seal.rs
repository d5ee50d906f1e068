//! Sealing the token file of an extract to the custodian: mode B.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use inlav_core::exchange::{Manifest, ManifestTable, SEALED_TOKENS_FILE, TOKENS_TABLE};
use inlav_core::whole::{Access, Existing, WholeDirectory, WholeError, WholeFile};
use inlav_verify::{CustodianKey, hash_file};

use super::error::ExtractError;
use super::parquet::at_place;
use crate::keys::SiteKeys;
use crate::sealed_tokens::{self, SealTokensError};

/// Puts the sealed file in the place of the one in the clear. `extract` is where both would be in
/// the end, for messages; `manifest` is complete but for the tokens.
///
/// # Errors
/// [`ExtractError::Seal`] or [`ExtractError::Write`].
pub(super) fn seal(
    clear: &ManifestTable,
    directory: &WholeDirectory,
    extract: &Path,
    custodian: &CustodianKey,
    site: &SiteKeys,
    manifest: &Manifest,
) -> Result<ManifestTable, ExtractError> {
    let place = extract.join(SEALED_TOKENS_FILE);
    let io = |source| ExtractError::from(WholeError::Io { path: place.clone(), source });
    let (open, sealed) = (directory.path().join(&clear.file), directory.path().join(SEALED_TOKENS_FILE));
    let mut tokens = File::open(&open).map_err(io)?;
    let file = WholeFile::create(&sealed, Access::Shared, Existing::Refuse)?;
    let mut out = BufWriter::new(file);
    sealed_tokens::seal(&mut tokens, &mut out, custodian, site, manifest).map_err(|fault| match fault {
        SealTokensError::Io(source) => io(source),
        fault => fault.into(),
    })?;
    let file = out.into_inner().map_err(|fault| io(fault.into_error()))?;
    file.finish().map_err(|fault| at_place(fault, &place))?;
    drop(tokens);
    fs::remove_file(&open).map_err(io)?;
    let (bytes, sha256) = hash_file(&sealed).map_err(io)?;
    Ok(ManifestTable {
        bytes,
        file: SEALED_TOKENS_FILE.to_owned(),
        rows: clear.rows,
        sha256,
        table: TOKENS_TABLE.to_owned(),
    })
}
