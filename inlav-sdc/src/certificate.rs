//! The certificate of a release: the true tables, and for every unsafe cell and attacker two tables
//! that the attacker cannot tell from the truth. `inlav-certificate` re-verifies it without a solver.
//!
//! The format is described in `docs/adr/0012-the-checker-stands-alone.md`. The structs here and those
//! of the checker are written twice on purpose: a mistake on one side does not hide on the other.
#![expect(clippy::indexing_slicing, reason = "quantities and movements are indices made by this crate")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::movement::Evidence;
use super::system::{Kind, System, signed};
use super::{Attacker, CountTable, Dimension, ReleasePolicy, Zeros};

/// The version that is written.
const VERSION: &str = "inlav-certificate/1";

/// Everything that is claimed about a release, but where its tables were written.
///
/// It holds unprotected counts: it has no `Serialize`, and its `Debug` prints sizes only.
#[derive(Clone, PartialEq)]
pub(super) struct Certificate {
    insiders: Vec<String>,
    policy: Policy,
    proofs: Vec<Proof>,
    quantities: Vec<Quantity>,
    tables: Vec<Table>,
    witnesses: Vec<Vec<(usize, i64)>>,
}

/// A released table as it was written: one row per displayed cell, with the codes in columns named
/// after the dimensions, and a column `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenTable<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The CSV file, by its path within the release, parts separated by `/`.
    pub file: &'a str,
    /// The heading of its counts.
    pub column: &'a str,
    /// SHA-256 of the file, in lower-case hexadecimal digits.
    pub sha256: &'a str,
}

/// Why a certificate cannot be written.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateError {
    /// A displayed table without a file, or with two.
    #[error("table {table}: name one file for it")]
    NotOneFile {
        /// The table.
        table: String,
    },
    /// A file of a table that the release does not display.
    #[error("table {table}: the release does not display it")]
    NotDisplayed {
        /// The table.
        table: String,
    },
    /// The release was protected jointly with earlier ones.
    #[error("a release that is protected jointly with earlier ones has no certificate yet")]
    Earlier,
    /// The text cannot be made.
    #[error("the certificate cannot be encoded")]
    Encode,
}

// Fields in alphabetical order: that is the canonical one.

#[derive(Serialize)]
struct Content<'a> {
    insiders: &'a [String],
    policy: &'a Policy,
    proofs: &'a [Proof],
    quantities: &'a [Quantity],
    tables: Vec<TableInFile<'a>>,
    version: &'static str,
    witnesses: &'a [Vec<(usize, i64)>],
}

#[derive(Clone, PartialEq, Serialize)]
struct Policy {
    count_base: u64,
    insiders: bool,
    least_width: u64,
    minimum_persons: u64,
    minimum_width: u64,
    zeros_withheld: bool,
}

#[derive(Clone, PartialEq, Serialize)]
struct Proof {
    against: Vec<usize>,
    exception: bool,
    high: End,
    low: End,
    quantity: usize,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct End {
    at: i64,
    basis: Basis,
    witness: Option<usize>,
}

/// Why nothing beyond an end is possible, if that is said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Basis {
    /// It is the bound of what the mark says.
    Bound,
    /// A solver found nothing beyond it.
    Solver,
    /// It is not said: the search stopped where the interval was wide enough.
    Witness,
}

#[derive(Clone, PartialEq, Serialize)]
struct Quantity {
    count: i64,
    persons: i64,
    status: &'static str,
}

#[derive(Clone, PartialEq)]
struct Table {
    cells: Vec<usize>,
    dimensions: Vec<Side>,
    id: String,
    undisplayed: Vec<usize>,
}

#[derive(Serialize)]
struct TableInFile<'a> {
    cells: &'a [usize],
    dimensions: &'a [Side],
    file: Option<File<'a>>,
    id: &'a str,
    undisplayed: &'a [usize],
}

#[derive(Clone, PartialEq, Serialize)]
struct Side {
    insiders: bool,
    name: String,
    nodes: Vec<(String, Option<usize>)>,
}

#[derive(Serialize)]
struct File<'a> {
    column: &'a str,
    name: &'a str,
    sha256: &'a str,
}

impl Certificate {
    /// Collects the claims about a release in which `hidden` is not published. `solved` are the
    /// quantities and attackers of whom a solver says that `evidence` holds the exact interval.
    pub(super) fn of(
        system: &System,
        tables: &[CountTable],
        hidden: &[bool],
        policy: &ReleasePolicy,
        evidence: &Evidence,
        solved: &BTreeSet<(usize, usize)>,
    ) -> Self {
        let mut certificate = Self {
            insiders: insiders(system),
            policy: Policy {
                count_base: policy.count_base(),
                insiders: policy.insiders(),
                least_width: policy.least_width(),
                minimum_persons: policy.minimum_persons(),
                minimum_width: policy.minimum_width(),
                zeros_withheld: policy.zeros() == Zeros::WithheldBelowUnsafe,
            },
            proofs: Vec::new(),
            quantities: quantities(system, hidden),
            tables: tables.iter().zip(&system.cells).map(|(table, cells)| Table::of(table, cells)).collect(),
            witnesses: Vec::new(),
        };
        let mut numbers = BTreeMap::new();
        for quantity in system.unsafe_quantities() {
            // Attackers who are kept away by the same two tables share a proof.
            let mut shared: BTreeMap<(End, End), Vec<usize>> = BTreeMap::new();
            for attacker in 0..system.attackers.len() {
                if system.knows(attacker, quantity) {
                    continue;
                }
                let ends = evidence.ends(system, quantity, attacker, hidden);
                let solved = solved.contains(&(quantity, attacker));
                let [low, high] = certificate.ends(system, quantity, ends, solved, evidence, &mut numbers);
                shared.entry((low, high)).or_default().push(attacker);
            }
            for ((low, high), against) in shared {
                let exception = high.at - low.at < signed(policy.minimum_width());
                certificate.proofs.push(Proof { against, exception, high, low, quantity });
            }
        }
        certificate
    }

    /// Both ends of an interval; movements not used before become witnesses.
    fn ends(
        &mut self,
        system: &System,
        quantity: usize,
        ends: [(i64, Option<usize>); 2],
        solved: bool,
        evidence: &Evidence,
        numbers: &mut BTreeMap<usize, usize>,
    ) -> [End; 2] {
        let treated = &system.quantities[quantity];
        let (lowest, highest) = treated.bounds;
        // Where units are not persons the upper bound is only where the search stops.
        let bounds = [Some(lowest), (treated.count == treated.persons).then_some(highest)];
        let mut end = |(change, movement): (i64, Option<usize>), bound: Option<i64>| {
            let at = treated.count + change;
            let witness = movement.map(|movement| {
                *numbers.entry(movement).or_insert_with(|| {
                    self.witnesses.push(evidence.changes_of(movement).to_vec());
                    self.witnesses.len() - 1
                })
            });
            let basis = match bound {
                Some(bound) if bound == at => Basis::Bound,
                _ if solved => Basis::Solver,
                _ => Basis::Witness,
            };
            End { at, basis, witness }
        };
        let [low, high] = ends;
        [end(low, bounds[0]), end(high, bounds[1])]
    }

    /// The certificate of tables that were written to these files, as canonical JSON with its seal.
    pub(super) fn json(&self, files: &[WrittenTable<'_>]) -> Result<String, CertificateError> {
        let displayed = |table: &Table| table.undisplayed.len() < table.cells.len();
        if let Some(file) = files
            .iter()
            .find(|file| !self.tables.iter().any(|table| displayed(table) && table.id == file.table))
        {
            return Err(CertificateError::NotDisplayed { table: file.table.to_owned() });
        }
        let mut tables = Vec::with_capacity(self.tables.len());
        for table in &self.tables {
            let mut own = files.iter().filter(|file| file.table == table.id);
            let (file, further) = (own.next(), own.next());
            if file.is_some() != displayed(table) || further.is_some() {
                return Err(CertificateError::NotOneFile { table: table.id.clone() });
            }
            tables.push(TableInFile {
                cells: &table.cells,
                dimensions: &table.dimensions,
                file: file.map(|file| File { column: file.column, name: file.file, sha256: file.sha256 }),
                id: &table.id,
                undisplayed: &table.undisplayed,
            });
        }
        let content = serde_json::to_string(&Content {
            insiders: &self.insiders,
            policy: &self.policy,
            proofs: &self.proofs,
            quantities: &self.quantities,
            tables,
            version: VERSION,
            witnesses: &self.witnesses,
        })
        .map_err(|_| CertificateError::Encode)?;
        let seal: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("{{\"certificate\":{content},\"seal\":\"{seal}\"}}\n"))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Certificate").field("tables", &self.tables.len()).finish_non_exhaustive()
    }
}

impl Table {
    fn of(table: &CountTable, cells: &[usize]) -> Self {
        let hidden = |(index, cell): (usize, &super::table::CountCell)| (!cell.shown).then_some(index);
        Self {
            cells: cells.to_vec(),
            dimensions: table.dimensions().iter().map(Side::of).collect(),
            id: table.id().to_owned(),
            undisplayed: table.cells().iter().enumerate().filter_map(hidden).collect(),
        }
    }
}

impl Side {
    fn of(dimension: &Dimension) -> Self {
        Self {
            insiders: dimension.insiders(),
            name: dimension.name().to_owned(),
            nodes: dimension.nodes().iter().map(|node| (node.code.clone(), node.parent)).collect(),
        }
    }
}

fn insiders(system: &System) -> Vec<String> {
    let code = |attacker: &Attacker| match attacker {
        Attacker::Public => None,
        Attacker::Insider(code) => Some(code.clone()),
    };
    system.attackers.iter().filter_map(code).collect()
}

fn quantities(system: &System, hidden: &[bool]) -> Vec<Quantity> {
    let status = |kind: Kind, hidden: bool| match kind {
        Kind::Unsafe => "unsafe",
        Kind::Open if hidden => "secondary",
        Kind::Open | Kind::Fixed => "published",
        Kind::Undisplayed => "undisplayed",
        Kind::Zero => "zero",
        Kind::Blank => "blank",
    };
    (system.quantities.iter().zip(hidden))
        .map(|(treated, &hidden)| Quantity {
            count: treated.count,
            persons: treated.persons,
            status: status(treated.kind, hidden),
        })
        .collect()
}
