//! A file or sheet: its headings, and what stands below each.

use inlav_core::text::clean;

use super::catalogue::Catalogue;
use super::likeness::{SURE, Words};
use super::profile::Profile;
use crate::mapping::{Mapping, key};
use crate::source::headings::{SEARCHED_ROWS, reads_like_a_heading};
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

/// Reads a file or sheet.
///
/// # Errors
/// [`SourceError`] if it cannot be read.
pub(super) fn read(
    surveyed: &Surveyed,
    mapping: &Mapping,
    catalogue: &Catalogue,
) -> Result<Sheet, SourceError> {
    let mut reading =
        Reading { mapping, catalogue, first: Vec::new(), headings: Vec::new(), decided: false, rows: 0 };
    surveyed.each_row(&mut |number, cells| reading.row(number, cells))?;
    reading.decide();
    let Reading { headings, rows, .. } = reading;
    Ok(Sheet { place: surveyed.place().clone(), called: surveyed.table_called(), headings, rows })
}

struct Reading<'a> {
    mapping: &'a Mapping,
    catalogue: &'a Catalogue,
    /// The first rows, until it is decided which of them has the headings.
    first: Vec<(u64, Vec<String>)>,
    headings: Vec<Heading>,
    decided: bool,
    rows: u64,
}

impl Reading<'_> {
    fn row(&mut self, number: u64, cells: &[&str]) {
        if self.decided {
            self.count(number, cells);
            return;
        }
        self.first.push((number, cells.iter().map(|cell| (*cell).to_owned()).collect()));
        if self.first.len() == SEARCHED_ROWS {
            self.decide();
        }
    }

    fn count(&mut self, number: u64, cells: &[&str]) {
        self.rows += 1;
        for heading in &mut self.headings {
            heading.profile.add(number, cells.get(heading.position).copied().unwrap_or(""));
        }
    }

    fn decide(&mut self) {
        if std::mem::replace(&mut self.decided, true) {
            return;
        }
        let known = self.first.iter().map(|(_, cells)| self.known(cells));
        let Some((at, _)) = known
            .enumerate()
            .filter(|(_, known)| *known > 0)
            .reduce(|best, other| if other.1 > best.1 { other } else { best })
        else {
            return;
        };
        let first = std::mem::take(&mut self.first);
        let mut rows = first.iter().skip(at);
        let Some((_, headings)) = rows.next() else { return };
        self.headings = (0..)
            .zip(headings)
            .filter(|(_, text)| !key(text).is_empty())
            .map(|(position, text)| heading(position, text, self.catalogue))
            .collect();
        for (number, cells) in rows {
            self.count(*number, &cells.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    /// How many cells of a row are headings that somebody knows; 0 if they are too few for a row of
    /// headings.
    fn known(&self, cells: &[String]) -> usize {
        let texts: Vec<&String> = cells.iter().filter(|cell| !key(cell).is_empty()).collect();
        let is_known = |cell: &&&String| {
            self.mapping.knows_heading(cell)
                || (reads_like_a_heading(cell) && self.catalogue.most(&Words::of_heading(cell)) >= SURE)
        };
        let known = texts.iter().filter(is_known).count();
        if known >= 2.min(texts.len()) && known * 4 >= texts.len() { known } else { 0 }
    }
}

fn heading(position: usize, text: &str, catalogue: &Catalogue) -> Heading {
    let words = Words::of_heading(text);
    let printable = reads_like_a_heading(text) && !text.chars().any(char::is_control);
    Heading {
        position,
        text: printable.then(|| clean(text)),
        homes: catalogue.homes(&words),
        words,
        profile: Profile::default(),
    }
}
