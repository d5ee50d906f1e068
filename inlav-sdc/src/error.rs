//! Why a release does not exist.

use thiserror::Error;

use super::Finding;
use inlav_statistics::ProportionError;

/// Why nothing was released. Names tables, cells and figures, never a count.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DisclosureError {
    /// Two tables of one name.
    #[error("table {table}: occurs twice in the release")]
    DuplicateTable {
        /// The table.
        table: String,
    },
    /// A count beyond what the attacker's programs take.
    #[error("table {table}: a count is too large for disclosure control")]
    TooLarge {
        /// The table.
        table: String,
    },
    /// Two cells with the same units and different counts or persons.
    #[error("table {table}: a cell contradicts another with the same units")]
    Conflict {
        /// The table with the later of the two.
        table: String,
    },
    /// No pattern of suppressions protects a cell.
    #[error(
        "table {}, cell {}{}: cannot be protected by suppression, merge categories or leave the table out",
        .0.table, .0.coordinates.join(" × "), since(.0)
    )]
    Unprotectable(Box<Finding>),
    /// The final attack succeeded.
    #[error("the release is unsafe: {} cells can be worked out", findings.len())]
    Unsafe {
        /// What was worked out, by whom.
        findings: Vec<Finding>,
    },
    /// The withheld parts of some line add up to few persons.
    #[error("the release is unsafe: what a line withholds adds up to few persons")]
    ThinLine,
    /// An earlier release was described with other tables than its own.
    #[error("table {table}: was released, but its counts are not given")]
    NotThatRelease {
        /// The table.
        table: String,
    },
    /// A figure beside a table that is not in the release.
    #[error("figure {figure}: table {table} is not in the release")]
    UnknownTable {
        /// The figure.
        figure: String,
        /// The table it names.
        table: String,
    },
    /// A figure beside a cell that does not exist or is not displayed.
    #[error("figure {figure}: table {table} displays no such cell")]
    UnknownCell {
        /// The figure.
        figure: String,
        /// The table.
        table: String,
    },
    /// A proportion of something that does not contain it.
    #[error("figure {figure}: table {table}, the cell is not a part of what it is a share of")]
    NotAPart {
        /// The figure.
        figure: String,
        /// The table.
        table: String,
    },
    /// A proportion that published counts cannot form.
    #[error("figure {figure}: table {table}, not a proportion")]
    Proportion {
        /// The figure.
        figure: String,
        /// The table.
        table: String,
        /// Why not.
        source: ProportionError,
    },
}

/// That a finding is about a change and not about a cell.
fn since(finding: &Finding) -> String {
    finding.since.as_ref().map_or_else(String::new, |since| format!(", what changed since release {since}"))
}
