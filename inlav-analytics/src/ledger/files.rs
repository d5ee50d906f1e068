//! The files of the ledger: where they are, and whether they are what was written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use inlav_core::exchange::Digest;
use sha2::{Digest as _, Sha256};

use super::record::{Content, Record};
use super::{Fault, LedgerError};
use crate::store::StoreError;

/// The record itself.
pub(super) const RECORD_FILE: &str = "record.json";
/// What joint protection needs.
pub(super) const COUNTS_FILE: &str = "counts.json";
/// The released files.
pub(super) const RELEASE_FOLDER: &str = "release";

/// The folder of a record.
pub(super) fn folder_name(number: u64) -> String {
    format!("{number:06}")
}

pub(super) fn digest_of(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// The number of the last record. What else is in the folder of the ledger than records, and
/// what is being written, does not belong there.
pub(super) fn count(folder: &Path) -> Result<u64, LedgerError> {
    let mut last = 0;
    for name in names(folder)? {
        let number = name.parse().ok().filter(|number| *number > 0 && folder_name(*number) == name);
        match number {
            Some(number) => last = last.max(number),
            None => return Err(LedgerError::Foreign { path: folder.join(name) }),
        }
    }
    Ok(last)
}

/// Reads a record and compares all files beside it with their digests.
pub(super) fn read(folder: &Path, number: u64, previous: Digest) -> Result<Record, LedgerError> {
    let broken = |fault| LedgerError::Broken { number, fault };
    let own = folder.join(folder_name(number));
    if !own.is_dir() {
        return Err(broken(Fault::Missing));
    }
    let path = own.join(RECORD_FILE);
    if !path.is_file() {
        return Err(broken(Fault::Unreadable));
    }
    let bytes = fs::read(&path).map_err(|source| StoreError::Io { path, source })?;
    let record = Record::parse(&bytes, number, previous).map_err(broken)?;
    let Content::Release(release) = &record.content else { return Ok(record) };
    let released = release.files.iter().map(|(name, digest)| (format!("{RELEASE_FOLDER}/{name}"), *digest));
    let mut expected: BTreeSet<String> = BTreeSet::from([RECORD_FILE.to_owned()]);
    for (name, digest) in released.chain([(COUNTS_FILE.to_owned(), release.counts)]) {
        read_file(folder, number, &name, &digest)?;
        expected.insert(name);
    }
    match all_files(&own)?.into_iter().find(|name| !expected.contains(name)) {
        Some(name) => Err(broken(Fault::NotRecorded { name })),
        None => Ok(record),
    }
}

/// Reads a file of a record, which must have this digest.
pub(super) fn read_file(
    folder: &Path,
    number: u64,
    name: &str,
    digest: &Digest,
) -> Result<Vec<u8>, LedgerError> {
    let broken = || LedgerError::Broken { number, fault: Fault::File { name: name.to_owned() } };
    let path = folder.join(folder_name(number)).join(name);
    if !path.is_file() {
        return Err(broken());
    }
    let bytes = fs::read(&path).map_err(|source| StoreError::Io { path, source })?;
    if digest_of(&bytes) == *digest { Ok(bytes) } else { Err(broken()) }
}

/// The names in a folder that are not hidden; none if it is not there.
fn names(folder: &Path) -> Result<Vec<String>, LedgerError> {
    let io = |source| StoreError::Io { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(io)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(io)?.file_name().to_string_lossy().into_owned();
        // Hidden files are the system's, or what is written beside its place.
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    Ok(names)
}

/// The files under a folder, with `/` between folders.
fn all_files(folder: &Path) -> Result<Vec<String>, LedgerError> {
    let mut found = Vec::new();
    let mut waiting: Vec<(String, PathBuf)> = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, path)) = waiting.pop() {
        for name in names(&path)? {
            let (inner, place) = (path.join(&name), format!("{prefix}{name}"));
            if inner.is_dir() {
                waiting.push((format!("{place}/"), inner));
            } else {
                found.push(place);
            }
        }
    }
    found.sort();
    Ok(found)
}
