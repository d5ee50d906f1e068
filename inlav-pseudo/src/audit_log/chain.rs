//! Entries, and how each rests on the one before.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use inlav_core::exchange::{Digest, canonical};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::action::Action;
use super::error::{AuditLogError, ChainFault};
use super::key::AuditKey;

const FORMAT: u64 = 1;
const CONTEXT: &[u8] = b"inlav-audit-entry/v1\0";
/// Longer than the longest entry; what is longer is something else.
const LONGEST_LINE: u64 = 1024 * 1024;

/// An entry of an audit log that was found to fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// From 1.
    pub number: u64,
    /// When, RFC 3339.
    pub at: String,
    /// Who keeps the log.
    pub keeper: String,
    /// Id of the keeper's root key.
    pub key: String,
    /// What was done.
    pub action: String,
    /// The details.
    pub details: Value,
    /// The entry's hash.
    pub hash: Digest,
}

/// An audit log that was read to its end and holds together.
#[derive(Debug, Clone)]
pub struct AuditTrail {
    /// Its entries, in order.
    pub entries: Vec<AuditEntry>,
    /// Bytes of a last line that was never finished; 0 if there is none.
    pub torn: u64,
}

/// The hashes so far.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) entries: u64,
    pub(super) head: Digest,
    keeper: Option<String>,
}

/// The fields of a line, without its hash and MAC.
#[derive(Debug, Serialize, Deserialize)]
struct Body {
    action: String,
    at: String,
    details: Value,
    format: u64,
    keeper: String,
    key: String,
    number: u64,
    previous: Digest,
}

/// Reads an audit log and checks that it holds together; with the keeper's key also that all of
/// it is the keeper's.
///
/// # Guarantee
/// An entry that was changed, moved, put in between or left out is told, with its line. What is
/// missing at the end can only be told by somebody who knows the last hash: see
/// [`AuditTrail::position`]. Tests `every_flipped_bit_is_told_with_its_line` and
/// `entries_removed_moved_or_put_in_between_are_told`.
///
/// # Errors
/// [`AuditLogError`], naming the first line that does not fit.
pub fn read(path: &Path, key: Option<&AuditKey>) -> Result<AuditTrail, AuditLogError> {
    let io = |source| AuditLogError::Io { path: path.to_owned(), source };
    let file = File::open(path).map_err(io)?;
    // Nobody writes meanwhile. Where a lock cannot be had, a half-written line may look torn.
    let _ = file.lock_shared();
    trail(path, BufReader::new(&file), key)
}

/// Reads the entries of a log. `path` is for messages.
pub(super) fn trail(
    path: &Path,
    source: impl BufRead,
    key: Option<&AuditKey>,
) -> Result<AuditTrail, AuditLogError> {
    let (mut lines, mut chain) = (Lines::new(source), Chain::begin());
    let mut entries = Vec::new();
    while let Some(line) = lines.next(path)? {
        match line {
            Line::Whole(bytes) => {
                entries.push(chain.take(&bytes, key).map_err(|fault| lines.broken(path, fault))?);
            }
            Line::Torn(bytes) => return Ok(AuditTrail { entries, torn: length(&bytes) }),
        }
    }
    Ok(AuditTrail { entries, torn: 0 })
}

impl AuditTrail {
    /// Hash of the last entry; `None` if there is none.
    #[must_use]
    pub fn head(&self) -> Option<Digest> {
        self.entries.last().map(|entry| entry.hash)
    }

    /// The number of the entry with this hash: a log that once had this head still begins with
    /// the entries of then.
    #[must_use]
    pub fn position(&self, head: &Digest) -> Option<u64> {
        self.entries.iter().find(|entry| entry.hash == *head).map(|entry| entry.number)
    }
}

impl Chain {
    pub(super) const fn begin() -> Self {
        Self { entries: 0, head: Digest([0; 32]), keeper: None }
    }

    /// The next entry, as a line with its end.
    pub(super) fn link(&self, at: DateTime<Utc>, action: &Action, key: &AuditKey) -> (AuditEntry, Vec<u8>) {
        let tagged = serde_json::to_value(action).expect("an action holds only texts, numbers and lists");
        let Value::Object(mut tagged) = tagged else { unreachable!("an action is written as an object") };
        let mut part = |name| tagged.remove(name).unwrap_or(Value::Null);
        let (name, details) = (part("action"), part("details"));
        self.sign(name.as_str().unwrap_or_default().to_owned(), details, at, key)
    }

    pub(super) fn sign(
        &self,
        action: String,
        details: Value,
        at: DateTime<Utc>,
        key: &AuditKey,
    ) -> (AuditEntry, Vec<u8>) {
        let body = Body {
            action,
            at: at.to_rfc3339_opts(SecondsFormat::Secs, true),
            details,
            format: FORMAT,
            keeper: key.keeper().to_owned(),
            key: key.id().to_string(),
            number: self.entries + 1,
            previous: self.head,
        };
        let hash = hash(&body);
        let mut line = fields(&body);
        line.insert("hash".to_owned(), Value::String(hash.to_string()));
        line.insert("mac".to_owned(), Value::String(hex::encode(key.mac(&hash))));
        let mut bytes = canonical(&line);
        bytes.push(b'\n');
        (entry(body, hash), bytes)
    }

    /// Takes the next line, which must be the next entry.
    pub(super) fn take(&mut self, line: &[u8], key: Option<&AuditKey>) -> Result<AuditEntry, ChainFault> {
        let mut fields: Map<String, Value> = serde_json::from_slice(line).map_err(|_| ChainFault::Form)?;
        // One spelling only: no field twice, no blank, no other way to write a number.
        if canonical(&fields) != line {
            return Err(ChainFault::Form);
        }
        if fields.get("format").and_then(Value::as_u64).is_none_or(|format| format != FORMAT) {
            return Err(ChainFault::Version);
        }
        let mut digest = |name| {
            let text = fields.remove(name)?.as_str()?.to_owned();
            Digest::try_from(text).ok()
        };
        let (stated, mac) = (digest("hash").ok_or(ChainFault::Form)?, digest("mac").ok_or(ChainFault::Form)?);
        let count = fields.len();
        let body: Body = serde_json::from_value(Value::Object(fields)).map_err(|_| ChainFault::Form)?;
        let hash = hash(&body);
        if count != self::fields(&body).len() {
            return Err(ChainFault::Form);
        }
        if hash != stated {
            return Err(ChainFault::Hash);
        }
        if body.previous != self.head || body.number != self.entries + 1 {
            return Err(ChainFault::Place);
        }
        if self.keeper.as_ref().is_some_and(|keeper| *keeper != body.keeper) {
            return Err(ChainFault::Keeper);
        }
        if let Some(key) = key {
            if body.keeper != key.keeper() {
                return Err(ChainFault::Keeper);
            }
            if body.key != key.id().to_string() {
                return Err(ChainFault::Key);
            }
            if !key.vouches(&hash, &mac) {
                return Err(ChainFault::Mac);
            }
        }
        let entry = entry(body, hash);
        self.advance(&entry);
        Ok(entry)
    }

    pub(super) fn advance(&mut self, entry: &AuditEntry) {
        self.entries = entry.number;
        self.head = entry.hash;
        self.keeper.get_or_insert_with(|| entry.keeper.clone());
    }
}

impl AuditEntry {
    /// The action with its details; `None` if this program does not know it.
    #[must_use]
    pub fn known(&self) -> Option<Action> {
        let tagged = [("action", Value::from(self.action.as_str())), ("details", self.details.clone())];
        serde_json::from_value(tagged.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            .ok()
    }
}

fn entry(body: Body, hash: Digest) -> AuditEntry {
    let Body { action, at, details, keeper, key, number, .. } = body;
    AuditEntry { number, at, keeper, key, action, details, hash }
}

fn fields(body: &Body) -> Map<String, Value> {
    match serde_json::to_value(body) {
        Ok(Value::Object(fields)) => fields,
        _ => unreachable!("an entry is written as an object"),
    }
}

fn hash(body: &Body) -> Digest {
    Digest(Sha256::new().chain_update(CONTEXT).chain_update(canonical(body)).finalize().into())
}

pub(super) fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// A line of a log.
pub(super) enum Line {
    /// With its end, which is left out here.
    Whole(Vec<u8>),
    /// The last one, which has no end.
    Torn(Vec<u8>),
}

/// The lines of a log, and how far they go.
pub(super) struct Lines<R> {
    source: R,
    /// Lines so far.
    pub(super) line: u64,
    /// Bytes of whole lines so far.
    pub(super) bytes: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(source: R) -> Self {
        Self { source, line: 0, bytes: 0 }
    }

    pub(super) fn next(&mut self, path: &Path) -> Result<Option<Line>, AuditLogError> {
        let mut bytes = Vec::new();
        (&mut self.source)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut bytes)
            .map_err(|source: io::Error| AuditLogError::Io { path: path.to_owned(), source })?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        if bytes.last() != Some(&b'\n') {
            if length(&bytes) == LONGEST_LINE {
                return Err(self.broken(path, ChainFault::Form));
            }
            return Ok(Some(Line::Torn(bytes)));
        }
        self.bytes += length(&bytes);
        bytes.pop();
        Ok(Some(Line::Whole(bytes)))
    }

    pub(super) fn broken(&self, path: &Path, fault: ChainFault) -> AuditLogError {
        AuditLogError::Broken { path: path.to_owned(), line: self.line, fault }
    }
}
