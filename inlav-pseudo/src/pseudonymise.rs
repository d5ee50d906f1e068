//! From rows of an export to rows of an extract, by policy and keys.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use inlav_core::codes::CodeLists;
use inlav_core::identifiers::IdType;
use inlav_core::policy::{Action, ExtractColumn, Policy, extract_schema};
use inlav_core::registry::{Column, Kind, Table};
use inlav_core::text::clean;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::keys::{LinkageKey, SiteKeys};
use crate::raw::RawBatch;
use crate::vault::Identity;

mod cells;
mod error;
mod exclusion;
mod shift;
mod source;
mod tokens;

pub use error::PseudonymiseError;
pub use exclusion::{ExclusionError, Exclusions};
pub use tokens::LinkageToken;

pub(crate) use source::row_number;

use source::Source;
use tokens::TokenSource;

/// Rows that one thread takes at a time: a reader's batch has 4,096, for up to eight threads.
const CHUNK: usize = 512;

/// Makes the extract's rows of one table.
#[derive(Debug)]
pub struct TablePseudonymiser {
    table: &'static Table,
    schema: SchemaRef,
    columns: Vec<ExtractColumn>,
    sources: Vec<Source>,
    sealed: Vec<&'static Column>,
    tokens: Vec<TokenSource>,
}

impl TablePseudonymiser {
    /// Prepares a table: looks up every rule and derives every key once. The lists are those of
    /// the programme.
    ///
    /// # Errors
    /// [`PseudonymiseError::Policy`] if a column of the table has no rule or a forbidden one; the
    /// other variants if rules or keys do not fit together.
    pub fn new(
        table: &'static Table,
        policy: &Policy,
        site: &SiteKeys,
        linkage: &LinkageKey,
        lists: &CodeLists,
    ) -> Result<Self, PseudonymiseError> {
        if site.project() != linkage.project() {
            return Err(PseudonymiseError::Programme);
        }
        policy.check()?;
        policy.check_lists(table, lists)?;
        let columns = policy.extract_columns(table)?;
        let schema = Arc::new(extract_schema(&columns));
        let mut sources = Vec::new();
        let mut sealed = Vec::new();
        for column in table.columns {
            let actions = policy.actions(table, column)?;
            if actions.contains(&Action::Seal) {
                sealed.push(column);
            }
            sources.push(Source::new(table, column, actions, &policy.purpose, site, lists));
        }
        let tokens = TokenSource::of_table(table, policy, site, linkage, lists)?;
        Ok(Self { table, schema, columns, sources, sealed, tokens })
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> &'static Table {
        self.table
    }

    /// The Arrow schema of the extract's table.
    #[must_use]
    pub const fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The columns of the extract's table.
    #[must_use]
    pub fn columns(&self) -> &[ExtractColumn] {
        &self.columns
    }

    /// Which column of the extract holds the pseudonym of the table's key, if one does.
    #[must_use]
    pub fn key_index(&self) -> Option<usize> {
        let key = self.table.key()?;
        self.columns.iter().position(|made| made.action == Action::Pseudonym && made.source == key.name)
    }

    /// Makes the extract's rows of these rows, in their order, on all threads of the current
    /// rayon pool.
    ///
    /// # Guarantee
    /// Before: texts of an export. After: only what the policy's actions make of them. Equal rows
    /// and keys give equal bytes, whatever the number of threads. Tests
    /// `nothing_direct_is_in_an_extract` and
    /// `an_extract_is_the_same_for_any_threads_and_order` in `tests/extract`.
    ///
    /// # Errors
    /// [`PseudonymiseError`], naming table, column and row, never the value. A mistyped identifier
    /// or a blank where a code belongs is no error (see [`inlav_core::value::Fault::is_warning`]).
    pub fn batch(&self, rows: &RawBatch) -> Result<RecordBatch, PseudonymiseError> {
        self.check_table(rows)?;
        for source in &self.sources {
            source.check_present(rows)?;
        }
        let chunks: Vec<Result<RecordBatch, PseudonymiseError>> = (0..rows.rows().div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| self.chunk(rows, chunk * CHUNK))
            .collect();
        // Of several errors the one of the first chunk is told, whichever thread was first.
        let chunks: Vec<RecordBatch> = chunks.into_iter().collect::<Result<_, _>>()?;
        concat_batches(&self.schema, &chunks)
            .map_err(|_| PseudonymiseError::Assemble { table: self.table.name })
    }

    /// What goes into the vault of each row: the sealed columns that are not blank, as the office wrote
    /// them, in Unicode normal form C.
    pub fn sealed_fields(&self, rows: &RawBatch) -> impl Iterator<Item = Identity> {
        let columns = self.sealed.iter().filter_map(|column| Some((column.name, rows.column(column)?)));
        let columns: Vec<(&'static str, &StringArray)> = columns.collect();
        (0..rows.rows()).map(move |row| {
            let mut identity = Identity::default();
            for (name, texts) in &columns {
                let value = clean(source::cell_text(texts, row));
                if !value.is_empty() {
                    identity.push(*name, value);
                }
            }
            identity
        })
    }

    /// The linkage tokens of these rows, in an order that does not depend on the number of threads of
    /// the current rayon pool. Documents that are blank or mistyped have none; the same token may come
    /// twice. For another epoch, prepare the table with its linkage key too.
    ///
    /// # Guarantee
    /// Before: documents as the office wrote them. After: HMACs under the linkage key beside the
    /// site's pseudonym of whom they belong to, as [`Self::batch`] writes it. Tests
    /// `tokens_are_equal_at_all_sites_and_pseudonyms_are_not` and
    /// `a_token_stands_beside_the_pseudonym_of_its_person`.
    ///
    /// # Errors
    /// As [`Self::batch`].
    pub fn tokens(&self, rows: &RawBatch) -> Result<Vec<LinkageToken>, PseudonymiseError> {
        self.tokens_beside(rows, None)
    }

    /// As [`Self::tokens`]. Whose they are is taken from what [`Self::batch`] made of the same rows, if
    /// there is that.
    pub(crate) fn tokens_beside(
        &self,
        rows: &RawBatch,
        made: Option<&RecordBatch>,
    ) -> Result<Vec<LinkageToken>, PseudonymiseError> {
        self.check_table(rows)?;
        let made = made.filter(|made| made.num_rows() == rows.rows());
        let chunks: Vec<Result<Vec<LinkageToken>, PseudonymiseError>> = (0..rows.rows().div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let range = chunk * CHUNK..rows.rows().min((chunk + 1) * CHUNK);
                tokens::tokens(&self.tokens, rows, made, range)
            })
            .collect();
        Ok(chunks.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// Whether tokens are made of this table.
    #[must_use]
    pub const fn makes_tokens(&self) -> bool {
        !self.tokens.is_empty()
    }

    /// Whether anything of this table goes into the vault.
    #[must_use]
    pub const fn seals(&self) -> bool {
        !self.sealed.is_empty()
    }

    fn check_table(&self, rows: &RawBatch) -> Result<(), PseudonymiseError> {
        if rows.table().name == self.table.name {
            return Ok(());
        }
        Err(PseudonymiseError::Table { expected: self.table.name, found: rows.table().name })
    }

    fn chunk(&self, rows: &RawBatch, start: usize) -> Result<RecordBatch, PseudonymiseError> {
        let range = start..rows.rows().min(start + CHUNK);
        let mut arrays = Vec::with_capacity(self.columns.len());
        for source in &self.sources {
            arrays.extend(source.arrays(rows, range.clone())?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(range.len()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(|_| PseudonymiseError::Assemble { table: self.table.name })
    }
}

/// The kinds of identifier that a column can hold; each has a key of its own.
#[must_use]
pub fn id_types(kind: Kind) -> Vec<IdType> {
    match kind {
        Kind::Key(id) | Kind::Reference(id) => vec![id],
        Kind::CodiceFiscale => vec![IdType::CodiceFiscale, IdType::ProvisionalCode],
        Kind::StpEni => vec![IdType::StpEni],
        Kind::PermitNumber => vec![IdType::Permit],
        Kind::PassportNumber { .. } => vec![IdType::Passport],
        Kind::Cui => vec![IdType::Cui],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
