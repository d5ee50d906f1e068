//! What is asked of differential privacy, so that the same question is recognised.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::Rho;
use super::least_squares::variances;
use super::margins::{Margins, MeasureError, Shares};
use crate::{BoundedTable, Dimension};

/// The units that are counted: those that came after one day and up to another, both as numbers of
/// days that the caller counts in whatever way it always does.
///
/// A *flow*: what earlier flows of the same question counted is not counted again, or everybody
/// would be measured anew with every release. [`crate::noise::Budget::charge`] refuses a question whose
/// flow does not begin where the last one ended; the stock is the sum of the published flows. The
/// day of a unit is when the hub first had it, which never changes, not when it happened: what
/// arrives late belongs to a later flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The last day of the flow before; `None` for the first, which takes everything.
    pub after: Option<i64>,
    /// The last day.
    pub until: i64,
}

impl Flow {
    /// Whether a unit of this day is counted.
    #[must_use]
    pub fn holds(&self, day: i64) -> bool {
        self.after.is_none_or(|after| after < day) && day <= self.until
    }
}

/// A question to differential privacy about one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub(super) flow: Flow,
    pub(super) rho: Rho,
    pub(super) shares: Shares,
    id: Fingerprint,
    series: Fingerprint,
}

/// SHA-256 of what a question asks. It holds no data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint([u8; 32]);

/// A text that is not 64 hexadecimal digits.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("a fingerprint is 64 hexadecimal digits")]
pub struct FingerprintError;

impl Question {
    /// Asks for a table at a privacy loss of `rho` altogether, shared among its margins by `shares`.
    ///
    /// `selection` says in a fixed form which units the table is about ("sector = agriculture"):
    /// the caller writes the same selection always in the same way. Another name of the table or
    /// another wording of the selection is another question, and charged.
    ///
    /// # Errors
    ///
    /// [`MeasureError`] when the table cannot be measured like that, so that nothing is charged for it.
    pub fn new(
        table: &BoundedTable,
        selection: &str,
        rho: Rho,
        shares: Shares,
    ) -> Result<Self, MeasureError> {
        let question = Self::unchecked(table, selection, rho, shares);
        question.margins(table)?;
        Ok(question)
    }

    fn unchecked(table: &BoundedTable, selection: &str, rho: Rho, shares: Shares) -> Self {
        let flow = table.flow();
        let series = series(table, selection, &shares);
        let mut whole = Hash::new("inlav/noise/question/v1");
        whole.bytes(&series.0);
        whole.text(&flow.after.map(|day| day.to_string()).unwrap_or_default());
        whole.text(&flow.until.to_string());
        whole.number(rho.billionths());
        Self { flow, rho, shares, id: whole.finish(), series }
    }

    /// Which question it is: the same for the same question, in whatever order its dimensions and
    /// their categories are written.
    #[must_use]
    pub fn id(&self) -> Fingerprint {
        self.id
    }

    /// Which questions differ from it in flow and loss only.
    #[must_use]
    pub fn series(&self) -> Fingerprint {
        self.series
    }

    /// What it costs.
    #[must_use]
    pub fn rho(&self) -> Rho {
        self.rho
    }

    /// The mean absolute error to be expected over the displayed cells, in units, before counts are
    /// made whole. It depends on the question and the shape of the table, on no count, and costs
    /// nothing: by it a method is chosen before the budget is touched.
    ///
    /// # Errors
    ///
    /// [`MeasureError`] when the question is about a table of another shape.
    pub fn expected_error(&self, table: &BoundedTable) -> Result<f64, MeasureError> {
        let counts = table.bounded();
        let margins = self.margins(table)?;
        let of_cell = counts.cells().iter().zip(variances(counts, &margins)).filter(|(cell, _)| cell.shown);
        let (sum, cells) =
            of_cell.fold((0.0, 0.0), |(sum, cells), (_, variance)| (sum + variance.sqrt(), cells + 1.0));
        // The mean of |x| for a normal x is σ √(2/π).
        Ok(sum / f64::max(cells, 1.0) * std::f64::consts::FRAC_2_PI.sqrt())
    }

    /// The margins that it measures.
    pub(super) fn margins(&self, table: &BoundedTable) -> Result<Margins, MeasureError> {
        Margins::new(table.bounded(), table.most(), self.rho, &self.shares)
    }

    /// Whether it was asked about this table, but for its counts.
    pub(super) fn is_about(&self, table: &BoundedTable, selection: &str) -> bool {
        self.id == Self::unchecked(table, selection, self.rho, self.shares.clone()).id
    }
}

fn series(table: &BoundedTable, selection: &str, shares: &Shares) -> Fingerprint {
    let mut hash = Hash::new("inlav/noise/series/v1");
    for text in [table.id(), table.unit_kind(), selection] {
        hash.text(text);
    }
    hash.number(table.most().into());
    let mut sides: Vec<(&Dimension, usize)> = table.dimensions().iter().zip(0..).collect();
    sides.sort_unstable_by_key(|(dimension, _)| dimension.name());
    hash.number(sides.len() as u64);
    for (dimension, _) in &sides {
        hash.text(dimension.name());
        let code = |node: usize| dimension.nodes().get(node).map_or("", |node| node.code.as_str());
        let mut nodes: Vec<(&str, &str)> = (dimension.nodes().iter())
            .map(|node| (node.code.as_str(), node.parent.map_or("", code)))
            .collect();
        nodes.sort_unstable();
        hash.number(nodes.len() as u64);
        for (code, parent) in nodes {
            hash.text(code);
            hash.text(parent);
        }
    }
    let order: Vec<usize> = sides.iter().map(|(_, side)| *side).collect();
    for (levels, weight) in shares.in_order(&order) {
        hash.number(levels.len() as u64);
        levels.iter().for_each(|&level| hash.number(level as u64));
        hash.number(weight.into());
    }
    hash.finish()
}

/// SHA-256 of a sequence of parts, none of which runs into the next.
pub(super) struct Hash(Sha256);

impl Hash {
    pub(super) fn new(label: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.text(label);
        hash
    }

    pub(super) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    pub(super) fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    pub(super) fn finish(self) -> Fingerprint {
        Fingerprint(self.0.finalize().into())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(FingerprintError);
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| FingerprintError)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| FingerprintError)?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = FingerprintError;

    fn try_from(text: String) -> Result<Self, FingerprintError> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}
