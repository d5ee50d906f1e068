//! What can go wrong with a store.

use std::path::PathBuf;

use chrono::NaiveDate;
use inlav_core::policy::PolicyError;
use inlav_core::programme::SiteId;
use inlav_core::whole::WholeError;

/// A store cannot be opened, or an extract not taken in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store.
    #[error("there is no store in {}", path.display())]
    Absent {
        /// The folder.
        path: PathBuf,
    },
    /// Something else than a store is in the folder.
    #[error("{} is neither a store nor empty; name a store or a new folder", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WholeError),
    /// Another ingest is writing to the store.
    #[error("another ingest is writing to {}; try again when it has ended", path.display())]
    Busy {
        /// The store's folder.
        path: PathBuf,
    },
    /// A file of the store is damaged.
    #[error("{} is damaged; ingest its extract again into a new store", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The extract cannot be counted together with those of the store.
    #[error("the extract of {site} has another {what} than the extracts in the store")]
    Mismatch {
        /// The PUA.
        site: SiteId,
        /// What differs.
        what: &'static str,
    },
    /// The extract's tokens are sealed, and nobody relinked them yet.
    #[error(
        "the tokens of the extract of {site} are sealed to the custodian; send manifest.json, manifest.sig and tokens.ilt to the custodian and pass what comes back to --relinked"
    )]
    NotRelinked {
        /// The PUA.
        site: SiteId,
    },
    /// The catalogue names something that is no PUA.
    #[error("the store's catalogue names something that is no PUA")]
    Sites,
    /// The extract belongs to another programme.
    #[error("the extract of {site} belongs to another programme")]
    OtherProgramme {
        /// The PUA.
        site: SiteId,
    },
    /// The extract comes from a PUA that the programme does not have.
    #[error("the extract comes from {site}, which is not in the programme")]
    UnknownSite {
        /// The PUA.
        site: SiteId,
    },
    /// Two extracts of one PUA were offered at once.
    #[error("two extracts of {site} were given; give the one that is to be current")]
    Twice {
        /// The PUA.
        site: SiteId,
    },
    /// The store has another extract of this PUA of the same day.
    #[error("the store has another extract of {site} as of {as_of}")]
    SameDay {
        /// The PUA.
        site: SiteId,
        /// Date of both.
        as_of: NaiveDate,
    },
    /// The store has a later extract of this PUA.
    #[error("the store has an extract of {site} as of {current}, this one is as of {offered}")]
    Older {
        /// The PUA.
        site: SiteId,
        /// Date of the current extract.
        current: NaiveDate,
        /// Date of the refused extract.
        offered: NaiveDate,
    },
    /// The extract has no linkage tokens, and is not alone.
    #[error(
        "the extract of {site} has no linkage tokens: beside extracts of other PUA its persons could count twice; give it a store of its own, or have it made again with a policy that makes tokens"
    )]
    Unlinked {
        /// The PUA.
        site: SiteId,
    },
    /// The extract lacks a table that every extract has.
    #[error(
        "the extract of {site} has no table {table}, which indicators need; the PUA has to make it again with a policy that lets some of it leave"
    )]
    MissingTable {
        /// The PUA.
        site: SiteId,
        /// The table.
        table: &'static str,
    },
    /// The extract lacks a column that is read.
    #[error(
        "the extract of {site} has no column {column} in table {table}, which indicators need; the PUA has to make it again with the default rule for {source_column} in its policy"
    )]
    MissingColumn {
        /// The PUA.
        site: SiteId,
        /// The table.
        table: &'static str,
        /// The column, as extracts have it.
        column: String,
        /// The column of the export that it is made from, as policies name it.
        source_column: &'static str,
    },
    /// The registry's default policy lacks a column.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// An extract's file changed between verifying and copying.
    #[error("{} changed while it was being ingested", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// More persons than can be numbered.
    #[error(transparent)]
    TooManyPersons(#[from] crate::link::TooManyPersons),
}
