//! What the cells of a column are like, in bounded memory.

use std::collections::BTreeMap;

use inlav_core::codes::CodeLists;
use inlav_core::registry::{Column, Kind, case};
use inlav_core::text::{clean, is_placeholder};
use inlav_core::value::{self, DateHabits, parse_date, read_date};

use crate::mapping::is_vocabulary;
use crate::shape::Shape;

/// Distinct texts that are remembered; a column with more holds no codes.
const MOST_DISTINCT: usize = 200;
/// Characters of the longest text that is remembered: a label, not a note.
const LONGEST: usize = 80;

/// The cells of one column. Debug is redacted: it remembers texts.
#[derive(Clone, Default)]
pub(super) struct Profile {
    cells: u64,
    dates: u64,
    /// Cells with a digit.
    numbers: u64,
    shapes: BTreeMap<Shape, u64>,
    distinct: BTreeMap<String, Seen>,
    overflows: bool,
}

/// How often a text was seen.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// Rows that have it.
    pub(super) count: u64,
    /// The first of them.
    pub(super) row: u64,
}

impl Profile {
    /// Counts a cell.
    pub(super) fn add(&mut self, row: u64, cell: &str) {
        let text = clean(cell);
        if text.is_empty() {
            return;
        }
        self.cells += 1;
        self.dates += u64::from(is_date(&text));
        self.numbers += u64::from(text.bytes().any(|byte| byte.is_ascii_digit()));
        if let Some(shape) = Shape::of(&text) {
            *self.shapes.entry(shape).or_default() += 1;
        }
        if let Some(seen) = self.distinct.get_mut(&text) {
            seen.count += 1;
        } else if self.distinct.len() < MOST_DISTINCT && text.chars().count() <= LONGEST {
            self.distinct.insert(text, Seen { count: 1, row });
        } else {
            self.overflows = true;
        }
    }

    /// Cells with a text.
    pub(super) const fn cells(&self) -> u64 {
        self.cells
    }

    /// The texts with how often they were seen, unless there are too many for a list of codes.
    pub(super) fn words(&self) -> Option<&BTreeMap<String, Seen>> {
        (!self.overflows).then_some(&self.distinct)
    }

    /// Whether nearly all cells are days.
    pub(super) fn is_dates(&self) -> bool {
        self.cells > 0 && share(self.dates, self.cells) >= 0.9
    }

    /// Whether most of the cells are words: digits and single letters say little.
    pub(super) fn is_words(&self) -> bool {
        let is_word = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() >= 3;
        let words = self.distinct.iter().filter(|(text, _)| is_word(text)).map(|(_, seen)| seen.count);
        words.sum::<u64>() * 2 > self.cells
    }

    /// Share of the cells that have a form, from 0 to 1.
    pub(super) fn share_of(&self, shape: Shape) -> f64 {
        share(self.shapes.get(&shape).copied().unwrap_or(0), self.cells)
    }

    /// The form of most of the cells, if they have one.
    pub(super) fn shape(&self) -> Option<Shape> {
        Shape::ALL.into_iter().find(|shape| self.cells > 0 && self.share_of(*shape) >= 0.5)
    }

    /// Share of the cells that a column could read, from 0 to 1, or `None` if any text would do.
    pub(super) fn fit(&self, column: &Column, lists: &CodeLists) -> Option<f64> {
        if self.cells == 0 {
            return None;
        }
        match column.kind {
            Kind::Email => Some(self.share_of(Shape::Email)),
            // Two numbers in one cell, or a name beside one, are a telephone's too.
            Kind::Phone => Some(self.share_of(Shape::Phone)).filter(|share| *share >= 0.5),
            Kind::Date | Kind::Deadline | Kind::Timestamp => Some(share(self.dates, self.cells)),
            Kind::CodiceFiscale => Some(self.share_of(Shape::CodiceFiscale)),
            Kind::StpEni => Some(self.share_of(Shape::StpEni)),
            _ if is_vocabulary(column) => {
                let read: u64 = self
                    .distinct
                    .iter()
                    .filter(|(word, _)| is_read(column, word, lists))
                    .map(|(_, seen)| seen.count)
                    .sum();
                Some(share(read, self.cells))
            }
            // A number has a digit, and is not somebody's address or document.
            Kind::Key(_) | Kind::Reference(_) => (self.shape().is_some() || self.numbers == 0).then_some(0.0),
            Kind::PermitNumber | Kind::PassportNumber { .. } | Kind::Cui => {
                Some(share(self.numbers, self.cells))
            }
            _ => None,
        }
    }

    /// Number of different texts, placeholders left out, that a column can read.
    pub(super) fn words_read(&self, column: &Column, lists: &CodeLists) -> usize {
        self.distinct.keys().filter(|word| !is_placeholder(word) && is_read(column, word, lists)).count()
    }
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Profile({} cells, redacted)", self.cells)
    }
}

fn is_read(column: &Column, word: &str, lists: &CodeLists) -> bool {
    value::read(column, word, None, lists).fault.is_none()
}

/// Whether a text is a day however it is written. Digits alone are numbers as well.
fn is_date(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_day = || read_date(&case::CLOSED_ON, text, DateHabits::default()).is_ok();
    parse_date(text).is_some() || (!is_number && is_day())
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits of a count of cells")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use inlav_core::registry::{case, person, service_event};

    use super::*;

    fn profile(cells: &[&str]) -> Profile {
        let mut profile = Profile::default();
        cells.iter().zip(2..).for_each(|(cell, row)| profile.add(row, cell));
        profile
    }

    #[test]
    fn cells_fit_the_columns_that_can_read_them() {
        let words = profile(&["Sì", "No", "no", "", "forse"]);
        assert_eq!(words.fit(&service_event::MEDIATION, CodeLists::built_in()), Some(0.75));
        assert_eq!(words.fit(&person::FAMILY_NAME, CodeLists::built_in()), None);
        assert_eq!(words.words_read(&service_event::MEDIATION, CodeLists::built_in()), 3);
        let days = profile(&["09/06/2024", "9 giugno 2024", "45452", "ieri"]);
        assert_eq!(days.fit(&case::TAKEN_ON, CodeLists::built_in()), Some(0.5));
        let codes = profile(&["PRVVTR04P68E333G", "PRVVTR04P68E333G"]);
        let fit = |column| codes.fit(column, CodeLists::built_in());
        assert_eq!((fit(&person::CODICE_FISCALE), fit(&case::CASE_ID)), (Some(1.0), Some(0.0)));
    }

    #[test]
    fn a_column_of_many_texts_remembers_few_and_is_no_list() {
        let mut many = Profile::default();
        (0..10_000).for_each(|row| many.add(row, &format!("testo {row}")));
        assert_eq!((many.distinct.len(), many.words().is_none()), (MOST_DISTINCT, true));
        let long = profile(&["x".repeat(LONGEST + 1).as_str()]);
        assert!(long.distinct.is_empty() && long.words().is_none());
        assert!(!format!("{many:?}").contains("testo"));
    }
}
