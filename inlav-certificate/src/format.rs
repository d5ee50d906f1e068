//! The certificate as it is written: `{"certificate":{…},"seal":"…"}`, version 1.
//!
//! The text is canonical: fields in the order of the alphabet, which is that of declaration here, no
//! blanks, one newline at the end. So there is one text for each content, in which no key is unknown,
//! missing or there twice, and the seal is the SHA-256 of what stands between `"certificate":` and
//! `,"seal":`.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::rejection::Reason;

/// The version that this checker knows.
const VERSION: &str = "inlav-certificate/1";

#[derive(Serialize, Deserialize)]
struct Sealed {
    certificate: Certificate,
    seal: String,
}

/// Everything claimed about one release. Holds true counts: no `Debug`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Certificate {
    /// Codes of the insiders, sorted: attackers 1, 2, …; attacker 0 is the public.
    pub(crate) insiders: Vec<String>,
    pub(crate) policy: CertifiedPolicy,
    pub(crate) proofs: Vec<Proof>,
    /// Sets of units: cells that hold the same units are one quantity.
    pub(crate) quantities: Vec<Quantity>,
    pub(crate) tables: Vec<Table>,
    version: String,
    /// Other tables that fit what is published: `(quantity, difference from the truth)`, quantities
    /// ascending.
    pub(crate) witnesses: Vec<Vec<(usize, i64)>>,
}

/// The rules by which a certificate says that the release was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CertifiedPolicy {
    /// Published counts are the nearest multiple of this.
    pub count_base: i64,
    /// Whether insiders attack too.
    pub insiders: bool,
    /// The narrowest exception, in units counted.
    pub least_width: i64,
    /// The threshold T.
    pub minimum_persons: i64,
    /// The narrowest interval of an unsafe cell, in units counted.
    pub minimum_width: i64,
    /// Whether cells with nobody in them are withheld below an unsafe cell.
    pub zeros_withheld: bool,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Quantity {
    pub(crate) count: i64,
    /// Distinct persons behind the units.
    pub(crate) persons: i64,
    pub(crate) status: Status,
}

/// What became of a quantity.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// Nobody in it, below an unsafe cell: suppressed.
    Blank,
    Published,
    /// Suppressed to protect others.
    Secondary,
    /// Displayed nowhere, and not unsafe.
    Undisplayed,
    /// 1 to T−1 persons: suppressed wherever it is displayed.
    Unsafe,
    /// Nobody in it: published as zero.
    Zero,
}

impl Status {
    pub(crate) fn is_published(self) -> bool {
        matches!(self, Self::Published | Self::Zero)
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Table {
    /// The quantity of each cell; the last dimension runs fastest.
    pub(crate) cells: Vec<usize>,
    pub(crate) dimensions: Vec<Dimension>,
    /// Where it was released; none if no cell of it is displayed.
    pub(crate) file: Option<File>,
    pub(crate) id: String,
    /// The cells that are not displayed, ascending.
    pub(crate) undisplayed: Vec<usize>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Dimension {
    /// Whether each leaf is an insider who knows its own cells.
    pub(crate) insiders: bool,
    pub(crate) name: String,
    /// Code and parent, the root first, every node after its parent; parts add up to their parent.
    pub(crate) nodes: Vec<(String, Option<usize>)>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct File {
    /// Heading of the counts.
    pub(crate) column: String,
    /// Path within the release, parts separated by `/`.
    pub(crate) name: String,
    pub(crate) sha256: String,
}

/// That `quantity` keeps the interval `low` to `high` against each attacker in `against`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Proof {
    pub(crate) against: Vec<usize>,
    /// Narrower than the policy's minimum width, because of what these attackers know already.
    pub(crate) exception: bool,
    pub(crate) high: End,
    pub(crate) low: End,
    pub(crate) quantity: usize,
}

/// One end of an interval, and the witness that attains it; without one, the truth does.
#[derive(Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) at: i64,
    pub(crate) basis: Basis,
    pub(crate) witness: Option<usize>,
}

/// Whether the attacker holds nothing beyond an end possible.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Basis {
    /// Nothing, by what the attacker knows of the cell at once, as 1 to T−1.
    Bound,
    /// Nothing, a solver says. This is not checked.
    Solver,
    /// It is not said.
    Witness,
}

impl Certificate {
    /// Reads a certificate of this version, in canonical form and with the seal that fits.
    pub(crate) fn read(text: &str) -> Result<Self, Reason> {
        let Sealed { certificate, seal } = serde_json::from_str(text).map_err(|_| Reason::NotACertificate)?;
        let content = serde_json::to_string(&certificate).map_err(|_| Reason::NotACertificate)?;
        let canonical = text == format!("{{\"certificate\":{content},\"seal\":\"{seal}\"}}\n");
        if !canonical || certificate.version != VERSION {
            return Err(Reason::NotACertificate);
        }
        if seal == sha256(content.as_bytes()) { Ok(certificate) } else { Err(Reason::Seal) }
    }
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
