//! Two hundred made-up files of Italian office habits, each with what it truly says.
//!
//! For measuring readers: inlav's own in a test, others by `tests/corpus/peers.py` on what
//! `examples/write_corpus.rs` writes. Every habit of [`Habit`] is in at least three files, mixed
//! with up to three others; four files cannot be read without being told how, or at all, and
//! have to be refused.

use std::collections::BTreeSet;

use inlav_core::programme::Programme;
use inlav_core::registry::{Column, Kind, Table};
use inlav_core::synthetic::{Dials, Population};

mod habits;
mod open_document;
mod page;
mod style;
mod text;
mod workbook;

pub use habits::Habit;

use super::OfficeError;
use habits::Hard;
use page::Page;
use style::Style;

/// Files of the corpus.
pub const FILES: usize = 200;

/// A file and what it says.
#[derive(Clone)]
pub struct CorpusFile {
    /// Its name.
    pub name: String,
    /// The table it holds.
    pub table: &'static Table,
    /// What its office does.
    pub habits: Vec<&'static str>,
    /// Whether it has to be refused.
    pub hard: bool,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its columns: that of the domain and the heading in the file.
    pub columns: Vec<(&'static Column, String)>,
    /// Its cells as they stand in the file, without quotation marks.
    pub written: Vec<Vec<String>>,
    /// Its cells as the domain writes them.
    pub truth: Vec<Vec<String>>,
}

impl std::fmt::Debug for CorpusFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CorpusFile({}, {:?})", self.name, self.habits)
    }
}

/// The corpus; the same seed gives the same bytes.
///
/// # Errors
/// [`OfficeError`] if a file cannot be written as its habits want.
pub fn corpus(seed: u64) -> Result<Vec<CorpusFile>, OfficeError> {
    let programme = Programme::inlav_lombardia();
    let population = Population::generate(programme, &Dials { seed, persons: 1200, ..Dials::default() });
    let mut draw = Draw(seed);
    (0..FILES).map(|number| file(number, &population, &mut draw)).collect()
}

fn file(number: usize, population: &Population, draw: &mut Draw) -> Result<CorpusFile, OfficeError> {
    let hard = number.checked_sub(FILES - Hard::ALL.len()).and_then(|at| Hard::ALL.get(at)).copied();
    let habits = if hard.is_some() { BTreeSet::new() } else { chosen(number, draw) };
    let style = Style::new(&habits, hard, draw);
    let page = Page::new(number, population, &style, draw);
    let unwritable = OfficeError::Table { table: page.table.name };
    let bytes = style.bytes(&page).ok_or(unwritable)?;
    let names = habits.iter().map(|habit| habit.name()).chain(hard.map(Hard::name)).collect();
    Ok(CorpusFile {
        name: format!("{number:03}-{}.{}", page.table.name, style.ending()),
        table: page.table,
        habits: names,
        hard: hard.is_some(),
        bytes,
        columns: page.columns(),
        written: page.written(&style),
        truth: page.truth,
    })
}

/// The file's own habit and up to three others that go with it.
fn chosen(number: usize, draw: &mut Draw) -> BTreeSet<Habit> {
    let own = habits::ALL.iter().cycle().nth(number).copied();
    let mut chosen: BTreeSet<Habit> = own.into_iter().collect();
    for _ in 0..draw.below(4) {
        chosen.extend(habits::ALL.get(draw.below(habits::ALL.len())).copied());
    }
    chosen
}

/// SplitMix64 (Steele, Lea, Flood 2014): habits need no better draws.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let end = u64::try_from(end).unwrap_or(1).max(1);
        usize::try_from((mixed ^ (mixed >> 31)) % end).unwrap_or(0)
    }
}

/// Whether a column's cells may be any text.
const fn is_free(column: &Column) -> bool {
    matches!(column.kind, Kind::FreeText)
}

#[cfg(test)]
mod tests;
