//! A file or sheet: its headings, and what stands below each.

use std::collections::BTreeMap;

use inlav_core::text::{clean, is_unprintable};

use super::catalogue::Catalogue;
use super::likeness::{SURE, WORD_FOR_WORD, Words};
use super::profile::Profile;
use crate::mapping::{Mapping, key};
use crate::source::headings::{are_headings, may_be_printed, reads_like_a_heading};
use crate::source::survey::Surveyed;
use crate::source::{Place, SourceError};

/// A file or sheet that was read.
#[derive(Debug)]
pub(super) struct Sheet {
    /// File and sheet.
    pub(super) place: Place,
    /// The table whose name it has.
    pub(super) called: Option<&'static inlav_core::registry::Table>,
    /// Its headings; none if no row looks like headings.
    pub(super) headings: Vec<Heading>,
    /// Rows below them.
    pub(super) rows: u64,
}

/// A heading and its column.
#[derive(Debug)]
pub(super) struct Heading {
    /// Its column, from 0.
    pub(super) position: usize,
    /// Its text, if it reads like a heading and not like somebody's data.
    pub(super) text: Option<String>,
    /// In how many tables it is at home.
    pub(super) homes: u32,
    /// Its words.
    pub(super) words: Words,
    /// Its cells.
    pub(super) profile: Profile,
}

/// Reads a file or sheet to its end.
///
/// # Errors
/// [`SourceError`] if a row cannot be read.
pub(super) fn read(
    surveyed: &Surveyed,
    mapping: &Mapping,
    catalogue: &Catalogue<'_>,
) -> Result<Sheet, SourceError> {
    let texts = || (0..).zip(surveyed.headings()).filter(|(_, text)| !key(text).is_empty());
    let known = texts().filter(|(_, text)| is_known(text, mapping, catalogue)).count();
    let is_trusted = !surveyed.are_headings_joined() && are_headings(known, texts().count() - known);
    let mut headings: Vec<Heading> =
        texts().map(|(position, text)| heading(position, text, (mapping, is_trusted), catalogue)).collect();
    let mut rows = 0;
    surveyed.each_row(&mut |number, cells| {
        rows += 1;
        for heading in &mut headings {
            heading.profile.add(number, cells.get(heading.position).copied().unwrap_or(""));
        }
    })?;
    Ok(Sheet { place: surveyed.place().clone(), called: surveyed.table_called(), headings, rows })
}

/// How many headings that somebody knows are in a row, each counted once: a questionnaire's answers
/// are the same few words over and over. 0 if they are too few for a row of headings.
pub(super) fn known(cells: &[&str], mapping: &Mapping, catalogue: &Catalogue<'_>) -> usize {
    let texts: BTreeMap<String, &str> =
        cells.iter().map(|cell| (key(cell), *cell)).filter(|(key, _)| !key.is_empty()).collect();
    let known = texts.values().filter(|cell| is_known(cell, mapping, catalogue)).count();
    if known >= 2.min(texts.len()) && known * 4 >= texts.len() { known } else { 0 }
}

fn is_known(text: &str, mapping: &Mapping, catalogue: &Catalogue<'_>) -> bool {
    mapping.knows_heading(text)
        || catalogue.has_name(text)
        || (reads_like_a_heading(text) && catalogue.most(&Words::of_heading(text)) >= SURE)
}

fn heading(
    position: usize,
    text: &str,
    (mapping, is_trusted): (&Mapping, bool),
    catalogue: &Catalogue<'_>,
) -> Heading {
    let words = Words::of_heading(text);
    // What the mapping has already, somebody has read and written there; what is known word for word is
    // no name, and what is only like it may be one: Sessa is not "sesso".
    let is_known = mapping.knows_heading(text)
        || catalogue.has_name(text)
        || (reads_like_a_heading(text) && catalogue.most(&words) >= WORD_FOR_WORD);
    let printable = (may_be_printed(text, is_trusted) || is_known) && !text.chars().any(is_unprintable);
    Heading {
        position,
        text: printable.then(|| clean(text)),
        homes: catalogue.homes(&words),
        words,
        profile: Profile::default(),
    }
}
