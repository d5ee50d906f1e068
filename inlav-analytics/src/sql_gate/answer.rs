//! What the researcher reads.

use std::cmp::Ordering;

use chrono::NaiveDate;
use inlav_core::language::Language;

use super::formula::{Cell, Formula, real};
use super::question::Question;
use super::record::Protected;
use crate::disclosure::Published;
use crate::grid::SUPPRESSED;

/// The answer to a query: published counts, and what is reckoned from them.
///
/// # Guarantee
/// It is made from the values that disclosure control released and from nothing else: the type has
/// no constructor outside the gate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// Headings of the columns, as the query names them.
    pub columns: Vec<String>,
    /// The rows. Groups in which every count is published as zero are left out.
    pub rows: Vec<Vec<Cell>>,
    /// Last day the data cover.
    pub as_of: NaiveDate,
}

/// Most decimals of a number that is reckoned.
const DECIMALS: usize = 4;

impl Answer {
    /// Lays the published counts of a question out.
    pub(super) fn of(question: &Question, protected: &Protected, as_of: NaiveDate) -> Self {
        let mut rows: Vec<(Vec<Cell>, Vec<Cell>)> = Vec::new();
        let cells = protected.values.first().into_iter().flat_map(|values| values.keys());
        for place in cells {
            let counts: Vec<Published> = (protected.values.iter())
                .map(|values| values.get(place).copied().unwrap_or(Published::Suppressed))
                .collect();
            let is_empty = counts.iter().all(|count| *count == Published::Shown(0));
            if is_empty && !question.groups.is_empty() {
                continue;
            }
            let names: Vec<String> = (place.iter().zip(&protected.categories))
                .map(|(leaf, codes)| {
                    leaf.checked_sub(1).and_then(|at| codes.get(at)).cloned().unwrap_or_default()
                })
                .collect();
            let wanted = question
                .having
                .iter()
                .all(|(formula, compared, number)| compared.passes(&formula.cell(&names, &counts), *number));
            if !wanted {
                continue;
            }
            let cell = |formula: &Formula| match formula {
                // The order of categories is that of their list.
                Formula::Group(at) => {
                    let leaf = place.get(*at).copied().unwrap_or_default();
                    Cell::Count(u64::try_from(leaf).unwrap_or_default())
                }
                other => other.cell(&names, &counts),
            };
            let by = question.order.iter().map(|(formula, _)| cell(formula)).collect();
            let row = question.outputs.iter().map(|(_, formula)| formula.cell(&names, &counts)).collect();
            rows.push((by, row));
        }
        rows.sort_by(|(left, _), (right, _)| {
            let sides = left.iter().zip(right).zip(&question.order);
            sides
                .map(|((left, right), (_, ascending))| compare(left, right, *ascending))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        Self {
            columns: question.outputs.iter().map(|(name, _)| name.clone()).collect(),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            as_of,
        }
    }

    /// Number of cells that are withheld.
    #[must_use]
    pub fn withheld(&self) -> usize {
        self.rows.iter().flatten().filter(|cell| **cell == Cell::Withheld).count()
    }

    /// The answer as CSV: empty where nothing is shown, with a column that says whether a row is
    /// complete.
    ///
    /// # Errors
    /// The writer's, over memory.
    pub fn csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(String::as_str).chain(["cells"]))?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Withheld | Cell::Nothing => String::new(),
                other => other.text(Language::En),
            });
            let complete = !row.contains(&Cell::Withheld);
            let word = if complete { "published" } else { "suppressed" };
            writer.write_record(cells.chain([word.to_owned()]))?;
        }
        writer.into_inner().map_err(|fault| csv::Error::from(std::io::Error::from(fault.error().kind())))
    }
}

impl Cell {
    /// The cell's text; the mark of the statistical offices where it is withheld.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Category(code) => code.clone(),
            Self::Count(count) => count.to_string(),
            Self::Withheld => SUPPRESSED.to_owned(),
            Self::Nothing => "–".to_owned(),
            Self::Number(number) => {
                let text = format!("{number:.DECIMALS$}");
                let text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
                let text = if text == "-0" { "0".to_owned() } else { text };
                if language == Language::It { text.replace('.', ",") } else { text }
            }
        }
    }
}

/// Published values by size; what is withheld comes last whichever the direction, since its place
/// would tell its size.
fn compare(left: &Cell, right: &Cell, ascending: bool) -> Ordering {
    let number = |cell: &Cell| match cell {
        Cell::Count(count) => Some(real(*count)),
        Cell::Number(number) => Some(*number),
        Cell::Category(_) | Cell::Withheld | Cell::Nothing => None,
    };
    match (number(left), number(right)) {
        (Some(left), Some(right)) if ascending => left.total_cmp(&right),
        (Some(left), Some(right)) => right.total_cmp(&left),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
