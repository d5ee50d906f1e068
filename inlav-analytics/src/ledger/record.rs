//! A record: what was released when, from what, under which policy, and the hash of the one before.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use inlav_core::exchange::{Digest, LinkageMode, canonical};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Fault, Files};
use crate::disclosure::{Published, ReleasePolicy};
use crate::release::{Release, Staged};

const CONTEXT: &[u8] = b"inlav-ledger/v1\0";
const FORMAT: u32 = 1;
/// How a record of a release of indicators is called.
const RELEASE: &str = "release";

/// A record of the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// From 1, without gaps.
    pub number: u64,
    /// When, RFC 3339.
    pub at: String,
    /// Hash of the record before; zeros in the first.
    pub previous: Digest,
    /// Its own hash.
    pub hash: Digest,
    /// What was released.
    pub content: Content,
}

/// What a record is about.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// A release of indicators.
    Release(Box<ReleaseRecord>),
    /// Something that a later version of this program released.
    Later {
        /// How that version calls it.
        kind: String,
        /// What it says.
        details: Value,
    },
}

/// A release of indicators.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRecord {
    /// Last day the data cover.
    pub as_of: NaiveDate,
    /// Programme, purpose of the extracts, and whether the persons are made up.
    pub programme: String,
    /// Purpose of the extracts.
    pub purpose: String,
    /// Whether the persons are made up.
    pub synthetic: bool,
    /// How linkage tokens were made.
    pub linkage_mode: Option<LinkageMode>,
    /// Program and version.
    pub software: String,
    /// Number of the release that this one corrects.
    pub corrects: Option<u64>,
    /// The rules.
    pub policy: ReleasePolicy,
    /// Manifest of each PUA's extract.
    pub extracts: BTreeMap<String, Digest>,
    /// Digest of each indicator's SQL.
    pub indicators: BTreeMap<String, Digest>,
    /// The tables, in order.
    pub tables: Vec<TableRecord>,
    /// Digest of every released file.
    pub files: Files,
    /// Digest of the true counts, for joint protection.
    pub counts: Digest,
    /// Who attacked, with how many earlier releases.
    pub attackers: usize,
    /// Unsafe counts and changes attacked.
    pub cells_attacked: usize,
    /// Intervals narrower than the policy's minimum, because an attacker knows much anyway.
    pub exceptions: usize,
    /// Small counts and changes that earlier releases had told already.
    pub past_disclosures: usize,
}

/// One released table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRecord {
    /// Its name.
    pub id: String,
    /// Its indicator, whose SQL is its query.
    pub indicator: String,
    /// How many cells.
    pub cells: Cells,
}

/// Displayed cells of a table or a release.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cells {
    /// Those with a value.
    pub published: usize,
    /// Those without.
    pub withheld: usize,
}

/// What `record.json` says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    hash: Digest,
    record: Body,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    at: String,
    details: Value,
    format: u32,
    kind: String,
    number: u64,
    previous: Digest,
}

impl Record {
    /// The next record after one whose hash is `previous`.
    pub(super) fn chained(number: u64, previous: Digest, at: String, content: Content) -> Self {
        let mut record = Self { number, at, previous, hash: Digest([0; 32]), content };
        record.hash = hash_of(&record.body());
        record
    }

    /// Reads and checks a record that follows one whose hash is `previous`.
    pub(super) fn parse(bytes: &[u8], number: u64, previous: Digest) -> Result<Self, Fault> {
        let line: Line = serde_json::from_slice(bytes).map_err(|_| Fault::Unreadable)?;
        let known = line.record.format == FORMAT;
        if canonical(&line) != bytes || hash_of(&line.record) != line.hash {
            return Err(Fault::Changed);
        }
        if line.record.number != number || line.record.previous != previous {
            return Err(Fault::OutOfPlace);
        }
        let Line { hash, record: Body { at, details, kind, number, previous, .. } } = line;
        let content = if kind == RELEASE && known {
            Content::Release(serde_json::from_value(details).map_err(|_| Fault::Unreadable)?)
        } else {
            Content::Later { kind, details }
        };
        Ok(Self { number, at, previous, hash, content })
    }

    /// The content of `record.json`.
    pub(super) fn bytes(&self) -> Vec<u8> {
        canonical(&Line { hash: self.hash, record: self.body() })
    }

    fn body(&self) -> Body {
        let (kind, details) = match &self.content {
            Content::Release(release) => (RELEASE.to_owned(), json!(release)),
            Content::Later { kind, details } => (kind.clone(), details.clone()),
        };
        let (number, previous) = (self.number, self.previous);
        Body { at: self.at.clone(), details, format: FORMAT, kind, number, previous }
    }
}

impl ReleaseRecord {
    pub(super) fn of(release: &Release<'_>, staged: &Staged, corrects: Option<u64>, counts: Digest) -> Self {
        let Release { publication, indicators, programme, provenance } = *release;
        let tables = publication.tables.iter().filter_map(|table| {
            let withheld = table.cells.iter().filter(|cell| cell.value == Published::Suppressed).count();
            let cells = Cells { published: table.cells.len() - withheld, withheld };
            let indicator = release.indicator_of(&table.id)?.id.clone();
            Some(TableRecord { id: table.id.clone(), indicator, cells })
        });
        let digest = |sql: &String| Digest(Sha256::digest(sql).into());
        Self {
            as_of: provenance.as_of,
            programme: programme.name.clone(),
            purpose: provenance.purpose.clone(),
            synthetic: provenance.synthetic,
            linkage_mode: provenance.linkage_mode,
            software: provenance.software.clone(),
            corrects,
            policy: publication.policy.clone(),
            extracts: provenance.extracts.iter().cloned().collect(),
            indicators: indicators.iter().map(|one| (one.id.clone(), digest(&one.sql))).collect(),
            tables: tables.collect(),
            files: staged.files.clone(),
            counts,
            attackers: publication.audit.attackers.len(),
            cells_attacked: publication.audit.cells_attacked,
            exceptions: publication.audit.exceptions(),
            past_disclosures: publication.audit.past_disclosures(),
        }
    }

    /// Cells published and withheld, over all tables.
    #[must_use]
    pub fn cells(&self) -> Cells {
        let add = |sum: Cells, table: &TableRecord| Cells {
            published: sum.published + table.cells.published,
            withheld: sum.withheld + table.cells.withheld,
        };
        self.tables.iter().fold(Cells::default(), add)
    }
}

fn hash_of(body: &Body) -> Digest {
    Digest(Sha256::new().chain_update(CONTEXT).chain_update(canonical(body)).finalize().into())
}
