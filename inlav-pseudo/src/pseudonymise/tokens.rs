//! Linkage tokens: which documents a register number has, under the key that all PUA share.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use arrow::array::{AsArray as _, RecordBatch};
use inlav_core::codes::CodeLists;
use inlav_core::identifiers::IdType;
use inlav_core::policy::{Action, Policy, token_subject};
use inlav_core::registry::{Column, Table};

use super::error::PseudonymiseError;
use super::id_types;
use super::source::CellReader;
use crate::keys::{LinkageKey, SiteKeys};
use crate::pseudonym::{Pseudonym, PseudonymKey};
use crate::raw::RawBatch;

/// A linkage token and whose it is: one row of the token file. Debug shows neither pseudonym nor
/// token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkageToken {
    /// What the subject numbers: [`IdType::Person`] or [`IdType::Operator`].
    pub subject_type: IdType,
    /// The site's pseudonym of the register number, as tables have it.
    pub subject: Pseudonym,
    /// The kind of document.
    pub field: IdType,
    /// The epoch of the linkage key.
    pub epoch: u32,
    /// The token of the document.
    pub token: Pseudonym,
}

/// One column of which tokens are made.
#[derive(Debug)]
pub(super) struct TokenSource {
    column: &'static Column,
    subject: &'static Column,
    subject_key: PseudonymKey,
    /// Which column of the extract has the pseudonyms of the subjects, if one does.
    subject_index: Option<usize>,
    epoch: u32,
    keys: Vec<PseudonymKey>,
    lists: CodeLists,
}

impl TokenSource {
    /// What makes the tokens of a table by a policy.
    ///
    /// # Errors
    /// [`PseudonymiseError::Policy`] if a column has no rule.
    pub(super) fn of_table(
        table: &'static Table,
        policy: &Policy,
        site: &SiteKeys,
        linkage: &LinkageKey,
        lists: &CodeLists,
    ) -> Result<Vec<Self>, PseudonymiseError> {
        let made = policy.extract_columns(table)?;
        let columns = policy.token_columns(table)?;
        let source = |column: &'static Column| {
            let (subject, kind) = token_subject(table, column)?;
            let kinds = id_types(column.kind).into_iter();
            Some(Self {
                column,
                subject,
                subject_key: site.pseudonym_key(&policy.purpose, kind),
                subject_index: made
                    .iter()
                    .position(|made| made.source == subject.name && made.action == Action::Pseudonym),
                epoch: linkage.epoch(),
                keys: kinds.map(|kind| linkage.token_key(&policy.purpose, kind)).collect(),
                lists: lists.clone(),
            })
        };
        Ok(columns.into_iter().filter_map(source).collect())
    }

    /// The pseudonym of whom the documents of each row of a range belong to: those of the extract's
    /// rows, if it has them.
    ///
    /// # Errors
    /// [`PseudonymiseError::Cell`] if a register number cannot be read.
    fn subjects(
        &self,
        rows: &RawBatch,
        made: Option<&RecordBatch>,
        range: Range<usize>,
    ) -> Result<Subjects, PseudonymiseError> {
        let column = self.subject_index.and_then(|index| made?.columns().get(index));
        if let Some(made) = column.and_then(|column| column.as_fixed_size_binary_opt()) {
            let pseudonym =
                |bytes: &[u8]| <[u8; Pseudonym::LENGTH]>::try_from(bytes).ok().map(Pseudonym::from);
            let made = made.slice(range.start, range.len());
            let of_kind = |bytes| Some((self.subject_key.kind(), pseudonym(bytes?)?));
            return Ok(made.iter().map(of_kind).collect());
        }
        let subjects = CellReader::new(rows, self.subject, &self.lists);
        subjects.pseudonyms(std::slice::from_ref(&self.subject_key), range)
    }

    /// The tokens of a range of rows, one for each document that can be read.
    ///
    /// # Errors
    /// [`PseudonymiseError::Cell`] if a document cannot be read; [`PseudonymiseError::Rule`] if the
    /// column holds something that has no token.
    fn tokens(
        &self,
        rows: &RawBatch,
        range: Range<usize>,
        subjects: &Subjects,
    ) -> Result<Vec<LinkageToken>, PseudonymiseError> {
        let documents = CellReader::new(rows, self.column, &self.lists).pseudonyms(&self.keys, range)?;
        let mut tokens = Vec::new();
        for (subject, document) in subjects.iter().zip(documents) {
            let (Some((subject_type, subject)), Some((field, token))) = (*subject, document) else {
                continue;
            };
            tokens.push(LinkageToken { subject_type, subject, field, epoch: self.epoch, token });
        }
        Ok(tokens)
    }
}

/// Whose the documents of some rows are.
type Subjects = Vec<Option<(IdType, Pseudonym)>>;

/// The tokens of a range of rows from all columns of a table that have some. Whose they are is
/// worked out once, or taken from the extract's rows of the same rows.
///
/// # Errors
/// As [`TablePseudonymiser::tokens`](super::TablePseudonymiser::tokens).
pub(super) fn tokens(
    sources: &[TokenSource],
    rows: &RawBatch,
    made: Option<&RecordBatch>,
    range: Range<usize>,
) -> Result<Vec<LinkageToken>, PseudonymiseError> {
    let mut of_column: BTreeMap<&str, Subjects> = BTreeMap::new();
    let mut tokens = Vec::new();
    for source in sources {
        let subjects = match of_column.entry(source.subject.name) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(source.subjects(rows, made, range.clone())?),
        };
        tokens.extend(source.tokens(rows, range.clone(), subjects)?);
    }
    Ok(tokens)
}
