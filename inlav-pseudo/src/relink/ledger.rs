//! What the custodian remembers of the documents it was asked for: how many, not which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use inlav_core::exchange::canonical;
use inlav_core::identifiers::IdType;
use inlav_core::programme::SiteId;
use inlav_core::whole::{self, Access, Existing, WholeError};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::Asked;
use super::error::RelinkError;
use crate::keys::RelinkKey;

/// File name of the ledger, in the folder of the custodian's keys.
pub const LEDGER_FILE: &str = "relink-ledger.json";
const LOCK_FILE: &str = "relink-ledger.lock";
const VERSION: u32 = 1;

/// Fingerprints by PUA and epoch.
type AskedFor = BTreeMap<SiteId, BTreeMap<u32, BTreeSet<[u8; 8]>>>;

/// The documents that each PUA asked for in each epoch, over all its extracts: a dictionary that is
/// submitted in many small extracts counts as one. Of a token only 8 bytes of an HMAC under a key of
/// its own are kept, which tell nothing without the relink key. Held by one process at a time.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    asked: AskedFor,
    new: bool,
    _held: File,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerFile {
    /// By PUA and epoch: the fingerprints in order, each 16 hexadecimal digits, in one text.
    asked: BTreeMap<SiteId, BTreeMap<u32, String>>,
    version: u32,
}

impl Ledger {
    /// Opens the ledger in the folder of the custodian's keys, or begins one.
    ///
    /// # Errors
    /// [`RelinkError::Ledger`] if it is damaged, [`RelinkError::Busy`] if another process has it,
    /// [`RelinkError::Io`] and [`RelinkError::Write`].
    pub fn open(folder: &Path) -> Result<Self, RelinkError> {
        let lock = folder.join(LOCK_FILE);
        let unlocked = |source| WholeError::Io { path: lock.clone(), source };
        let held = OpenOptions::new().create(true).append(true).open(&lock).map_err(unlocked)?;
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(RelinkError::Busy { path: folder.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(unlocked(source).into()),
        }
        let path = folder.join(LEDGER_FILE);
        let asked = match fs::read(&path) {
            Ok(content) => parse(&content).ok_or_else(|| RelinkError::Ledger { path: path.clone() })?,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { path, asked: BTreeMap::new(), new: true, _held: held });
            }
            Err(source) => return Err(RelinkError::Io { path, source }),
        };
        Ok(Self { path, asked, new: false, _held: held })
    }

    /// Whether there was none: of a custodian that has relinked before, that is to be looked into.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.new
    }

    /// Adds the tokens that a PUA asks for in an epoch.
    pub(super) fn ask(
        &mut self,
        site: &SiteId,
        key: &RelinkKey,
        tokens: impl Iterator<Item = (IdType, [u8; 16])>,
    ) -> Asked {
        // The derived key leaves its type to prepare the MAC.
        let mac =
            Hmac::<Sha256>::new_from_slice(key.ledger().expose()).expect("HMAC takes keys of every length");
        let asked = self.asked.entry(site.clone()).or_default().entry(key.epoch()).or_default();
        let before = asked.len();
        for (document, token) in tokens {
            let tag: [u8; 32] = mac
                .clone()
                .chain_update([document.number()])
                .chain_update(token)
                .finalize()
                .into_bytes()
                .into();
            asked.insert(*tag.first_chunk().expect("8 of 32 bytes are there"));
        }
        let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        Asked { new: count(asked.len() - before), all: count(asked.len()) }
    }

    /// Writes what was added.
    pub(super) fn write(&self) -> Result<(), RelinkError> {
        let digits = |asked: &BTreeSet<[u8; 8]>| asked.iter().map(hex::encode).collect::<String>();
        let of_site = |epochs: &BTreeMap<u32, BTreeSet<[u8; 8]>>| {
            epochs.iter().map(|(epoch, asked)| (*epoch, digits(asked))).collect()
        };
        let asked = self.asked.iter().map(|(site, epochs)| (site.clone(), of_site(epochs))).collect();
        let content = canonical(&LedgerFile { asked, version: VERSION });
        Ok(whole::write(&self.path, &content, Access::Private, Existing::Replace)?)
    }
}

fn parse(content: &[u8]) -> Option<AskedFor> {
    let file: LedgerFile = serde_json::from_slice(content).ok()?;
    let fingerprints = |digits: &String| -> Option<BTreeSet<[u8; 8]>> {
        let bytes = hex::decode(digits).ok()?;
        let (chunks, rest) = bytes.as_chunks::<8>();
        rest.is_empty().then(|| chunks.iter().copied().collect())
    };
    let of_site = |epochs: &BTreeMap<u32, String>| -> Option<BTreeMap<u32, BTreeSet<[u8; 8]>>> {
        epochs.iter().map(|(epoch, digits)| Some((*epoch, fingerprints(digits)?))).collect()
    };
    let asked = file.asked.iter().map(|(site, epochs)| Some((site.clone(), of_site(epochs)?))).collect();
    if file.version == VERSION { asked } else { None }
}
