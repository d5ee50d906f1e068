//! From rows of text to batches under the domain's column names.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use arrow::array::{ArrayRef, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use inlav_core::registry::{Column, Kind, Table};
use inlav_core::text::{clean, is_sheet_error};

use super::delimited::Delimited;
use super::dialect::{CellHabits, Contradiction};
use super::headings::Layout;
use super::made::Made;
use super::problem::{Place, Problem, SourceError};
use super::row::{CellFault, Row, Rows};
use super::shared::{Share, Verdict};
use super::workbook::PARSER_THREAD;
use crate::mapping::key;
use crate::raw::{LeftOut, RawBatch, WhyLeftOut};

/// Rows of a batch.
const BATCH_ROWS: usize = 4096;
/// Bytes of text after which a batch is full, however few its rows.
const BATCH_TEXT: usize = 16 << 20;
/// Problems of single rows that are told at once.
const PROBLEMS_TOLD: usize = 20;

/// How a table's rows become batches. Debug is redacted: a site's words are texts of cells, and a
/// heading may be one too.
pub(super) struct Plan {
    /// The table.
    pub(super) table: &'static Table,
    /// Where it comes from.
    pub(super) place: Place,
    /// Which column holds what.
    pub(super) layout: Layout,
    /// Whether blank cells at the end of a row may be absent, as in a workbook.
    pub(super) ragged: bool,
    /// The site's words by column of the layout.
    pub(super) words: Vec<Option<BTreeMap<String, String>>>,
    /// How days and numbers are written.
    pub(super) habits: CellHabits,
    /// Columns that no cell holds.
    pub(super) made: Vec<(&'static Column, Made)>,
    /// Which rows are the table's, in a sheet that it shares with others.
    pub(super) share: Option<Share>,
    /// By what a row is known that is no row at all.
    pub(super) marks: RowMarks,
}

/// By what a row below the headings is known that is no row at all: a total, a remark. In a wide
/// sheet the columns of all its tables count.
#[derive(Debug, Clone, Default)]
pub(super) struct RowMarks {
    /// Positions, from 0, of what every row needs.
    required: Vec<usize>,
    /// Positions of free text.
    free_text: Vec<usize>,
    /// Whether this table tells the rows that are left out: of those that share a sheet one does.
    are_told: bool,
}

impl RowMarks {
    /// The marks of rows with these columns.
    pub(super) fn new(columns: &[(usize, &'static Column)]) -> Self {
        let all = |is: fn(&Column) -> bool| {
            columns.iter().filter(|(_, column)| is(column)).map(|(at, _)| *at).collect()
        };
        Self {
            required: all(|column| column.required),
            free_text: all(|column| column.kind == Kind::FreeText),
            are_told: true,
        }
    }

    /// The same marks for a table that tells the rows that are left out, or leaves that to another.
    pub(super) fn told(&self, are_told: bool) -> Self {
        Self { are_told, ..self.clone() }
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plan({}, redacted)", self.place)
    }
}

/// The rows of a table in batches of 4,096 or fewer, from the first row below the headings. Ends
/// after the first error.
#[derive(Debug)]
pub struct Batches {
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Made(Option<RawBatch>),
    Here(Box<Batcher<Delimited>>),
    Elsewhere {
        batches: Receiver<Result<RawBatch, SourceError>>,
        worker: Option<JoinHandle<()>>,
        panicked: fn(Place) -> Problem,
        place: Place,
    },
}

impl Batches {
    /// Batches of a delimited file.
    pub(super) fn delimited(rows: Delimited, plan: Arc<Plan>) -> Self {
        Self { inner: Inner::Here(Box::new(Batcher::new(rows, plan))) }
    }

    /// The one row of a table that the mapping makes.
    pub(super) fn made(plan: &Plan) -> Self {
        let cells = plan.made.iter().map(|(column, made)| {
            let cell: ArrayRef = Arc::new(StringArray::from(vec![made.text(1)]));
            (column.name, cell)
        });
        let cells = RecordBatch::try_from_iter(cells).ok();
        let batch = cells.and_then(|cells| RawBatch::new(plan.table, cells, vec![1]).ok());
        Self { inner: Inner::Made(batch) }
    }

    /// Batches of a sheet or a columnar file, read by a thread of their own: a sheet's rows borrow
    /// the workbook, which therefore has to live where they are read, and a library that panics
    /// ends no more than the thread. The thread is two batches ahead at most and ends when the
    /// batches are dropped.
    ///
    /// # Errors
    /// [`Problem::Io`] if there can be no thread.
    pub(super) fn elsewhere(
        path: &Path,
        place: Place,
        panicked: fn(Place) -> Problem,
        read: impl FnOnce(&Outlet) -> Result<(), Problem> + Send + 'static,
    ) -> Result<Self, Problem> {
        let (sender, batches) = sync_channel(1);
        let outlet = Outlet(sender);
        let worker = std::thread::Builder::new()
            .name(PARSER_THREAD.to_owned())
            .spawn(move || {
                if let Err(problem) = read(&outlet) {
                    // If nobody listens any more, nothing is lost.
                    let _ = outlet.0.send(Err(problem.into()));
                }
            })
            .map_err(|source| Problem::Io { path: path.to_owned(), source })?;
        Ok(Self { inner: Inner::Elsewhere { batches, worker: Some(worker), panicked, place } })
    }
}

/// Where a reading thread puts its batches.
pub(super) struct Outlet(SyncSender<Result<RawBatch, SourceError>>);

impl Outlet {
    /// Sends all batches of some rows, or as many as are wanted.
    pub(super) fn send<R: Rows>(&self, rows: R, plan: Arc<Plan>) {
        for batch in Batcher::new(rows, plan) {
            if self.0.send(batch).is_err() {
                return;
            }
        }
    }
}

impl Iterator for Batches {
    type Item = Result<RawBatch, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.inner {
            Inner::Made(batch) => batch.take().map(Ok),
            Inner::Here(batcher) => batcher.next(),
            Inner::Elsewhere { batches, worker, panicked, place } => batches.recv().ok().or_else(|| {
                // The thread is done. If it panicked, the rows were not read to their end.
                let outcome = worker.take()?.join();
                outcome.is_err().then(|| Err(panicked(place.clone()).into()))
            }),
        }
    }
}

/// Makes batches of rows.
pub(super) struct Batcher<R> {
    rows: R,
    plan: Arc<Plan>,
    schema: Arc<Schema>,
    share: Option<Share>,
    row: Row,
    left_out: Vec<LeftOut>,
    /// Bytes of each column's texts in the batch before: the next one will have about as many.
    text_lengths: Vec<usize>,
    below_headings: bool,
    ended: bool,
}

impl<R: Rows> Batcher<R> {
    fn new(rows: R, plan: Arc<Plan>) -> Self {
        let fields: Vec<Field> = plan
            .layout
            .columns
            .iter()
            .map(|(_, column)| column)
            .chain(plan.made.iter().map(|(column, _)| column))
            .map(|column| Field::new(column.name, DataType::Utf8, false))
            .collect();
        let text_lengths = vec![0; fields.len()];
        let schema = Arc::new(Schema::new(fields));
        let share = plan.share.clone();
        Self {
            rows,
            plan,
            schema,
            share,
            row: Row::default(),
            left_out: Vec::new(),
            text_lengths,
            below_headings: false,
            ended: false,
        }
    }

    fn batch(&mut self) -> Result<Option<RawBatch>, SourceError> {
        let mut columns: Vec<StringBuilder> = self
            .text_lengths
            .iter()
            .map(|length| StringBuilder::with_capacity(BATCH_ROWS, *length))
            .collect();
        let mut numbers = Vec::new();
        let mut problems = Vec::new();
        let mut text = 0;
        while numbers.len() < BATCH_ROWS && text < BATCH_TEXT && problems.len() < PROBLEMS_TOLD {
            match self.next_row() {
                Ok(false) => {
                    self.ended = true;
                    break;
                }
                Ok(true) => {
                    // After a first problem rows are read only to tell their problems too.
                    if problems.is_empty() {
                        numbers.push(self.row.number());
                        text += self.row.text_length();
                        self.append(&mut columns).unwrap_or_else(|problem| problems.push(problem));
                    }
                }
                Err(problem) => {
                    let readable = problem.is_of_one_row();
                    problems.push(problem);
                    if !readable {
                        break;
                    }
                }
            }
        }
        SourceError::unless_empty(problems)?;
        if numbers.is_empty() && self.left_out.is_empty() {
            return Ok(None);
        }
        self.text_lengths = columns.iter().map(|column| column.values_slice().len()).collect();
        let arrays = columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let cells = RecordBatch::try_new(Arc::clone(&self.schema), arrays)
            .expect("every column of the schema got one text per row");
        let batch = RawBatch::new(self.plan.table, cells, numbers)
            .expect("the columns are the layout's and every row has its number");
        Ok(Some(batch.with_left_out(std::mem::take(&mut self.left_out))))
    }

    /// Reads the next row below the headings; false at the end.
    fn next_row(&mut self) -> Result<bool, Problem> {
        while self.rows.next_row(&mut self.row)? {
            if self.below_headings {
                self.require_one_row()?;
                if let Some(why) = self.why_left_out() {
                    if self.plan.marks.are_told {
                        self.left_out.push(LeftOut { row: self.row.number(), why });
                    }
                    continue;
                }
                self.require_fit()?;
                if self.is_of_table()? {
                    return Ok(true);
                }
                continue;
            }
            self.below_headings = self.row.number() == self.plan.layout.heading_row;
        }
        if self.below_headings {
            Ok(false)
        } else {
            Err(Problem::Changed { file: self.plan.place.file.clone() })
        }
    }

    /// What the row is, if it is none of the table's. A remark stands in a row that has nothing of
    /// what every row needs.
    fn why_left_out(&self) -> Option<WhyLeftOut> {
        let Plan { layout, marks, .. } = self.plan.as_ref();
        let cells = || self.row.cells().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        let (first, text) = cells().next()?;
        let is_heading = |index: usize, key: &str| {
            layout.keys.get(index).is_some_and(|heading| !heading.is_empty() && heading == key)
        };
        let folded = key(text);
        if is_heading(first, &folded) && cells().all(|(index, cell)| is_heading(index, &key(cell))) {
            return Some(WhyLeftOut::Headings);
        }
        let mut others = marks.required.iter().filter(|at| **at != first).peekable();
        let is_blank = |at: &usize| self.row.cell(*at).trim().is_empty();
        let word = folded.split(' ').next().unwrap_or("");
        if ["totale", "totali", "tot", "total", "totals", "subtotale", "somma"].contains(&word) {
            // Of what is no free text nothing is called a total. In a wide sheet what every row of
            // one table needs is blank in many rows.
            let is_wide = self.plan.share.is_some();
            let lacks = if is_wide { others.all(is_blank) } else { others.any(is_blank) };
            let is_total = !marks.free_text.contains(&first) || lacks;
            return is_total.then_some(WhyLeftOut::Total);
        }
        if others.peek().is_none() || !others.all(is_blank) {
            return None;
        }
        let text = text.trim();
        // What stands alone says nothing of anybody: the number of rows, the title of a second table.
        let is_alone = cells().nth(1).is_none();
        let is_remark = is_alone
            || text.contains(char::is_whitespace)
            || text.starts_with(['#', '*', '-', '(', '/', '=']);
        is_remark.then_some(WhyLeftOut::Remark)
    }

    /// Checks that no cell holds rows: two stray quotation marks swallow what stands between them. In
    /// a table of two columns a line of prose looks like a row.
    fn require_one_row(&self) -> Result<(), Problem> {
        let width = self.plan.layout.width;
        if width > 2 && self.row.cells_in_lines() >= width {
            return Err(Problem::RowsInCell { place: self.plan.place.clone(), row: self.row.number() });
        }
        Ok(())
    }

    /// Whether the row of a shared sheet is one of this table, and a new one.
    fn is_of_table(&mut self) -> Result<bool, Problem> {
        let Some(share) = &mut self.share else { return Ok(true) };
        match share.judge(&self.row, &self.plan) {
            Verdict::New => Ok(true),
            Verdict::Blank | Verdict::Same => Ok(false),
            Verdict::Different { first } => Err(Problem::DifferentRows {
                place: self.plan.place.clone(),
                table: self.plan.table,
                first,
                row: self.row.number(),
            }),
        }
    }

    /// Checks that the row fits the headings and that no cell lacks its value.
    fn require_fit(&self) -> Result<(), Problem> {
        let Plan { place, layout, ragged, .. } = self.plan.as_ref();
        let (place, row) = (|| place.clone(), self.row.number());
        // Excel leaves out the delimiters of blank cells at the end of a row, and in a wide sheet a
        // table may have no cell in it.
        let is_here = self.plan.share.as_ref().is_none_or(|share| !share.is_blank(&self.row, layout));
        let lost =
            |(index, column): &(usize, &Column)| is_here && *index >= self.row.len() && column.required;
        let is_short = self.row.len() < layout.width;
        if is_short && !ragged && (self.row.is_cut() || layout.columns.iter().any(lost)) {
            let (expected, found) = (layout.width, self.row.len());
            return Err(Problem::RowLength { place: place(), row, expected, found });
        }
        let has_heading = |index: usize| layout.keys.get(index).is_some_and(|heading| !heading.is_empty());
        let mut without_heading = (0..self.row.len()).filter(|index| !has_heading(*index));
        if let Some(index) = without_heading.find(|index| !self.row.cell(*index).trim().is_empty()) {
            return Err(Problem::NoHeading { place: place(), row, position: index + 1 });
        }
        for (index, _) in layout.columns.iter().filter(|_| self.row.has_faults()) {
            let position = index + 1;
            match self.row.fault(*index) {
                Some(CellFault::Error) => return Err(Problem::ErrorCell { place: place(), row, position }),
                Some(CellFault::NotCalculated) => {
                    return Err(Problem::NotCalculated { place: place(), row, position });
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Adds the row's cells, and what no cell holds, to the columns.
    ///
    /// # Errors
    /// [`Problem::Contradiction`]; the batch is then not used.
    fn append(&self, columns: &mut [StringBuilder]) -> Result<(), Problem> {
        let Plan { place, layout, words, habits, made: how, .. } = self.plan.as_ref();
        let (read, made) = columns.split_at_mut(layout.columns.len());
        for (builder, (_, how)) in made.iter_mut().zip(how) {
            builder.append_value(how.text(self.row.number()));
        }
        for ((builder, (index, column)), words) in read.iter_mut().zip(&layout.columns).zip(words) {
            let cell = self.row.cell(*index);
            // A word of the mapping file may be a spreadsheet's error without its signs.
            let words = words.as_ref().filter(|_| !is_sheet_error(cell));
            if let Some(meaning) = words.and_then(|words| words.get(&key(cell))) {
                builder.append_value(meaning);
                continue;
            }
            if habits.concern(*index, column.kind) {
                let usual =
                    habits.usual((*index, column), cell).map_err(|Contradiction| Problem::Contradiction {
                        place: place.clone(),
                        row: self.row.number(),
                        position: index + 1,
                    })?;
                if let Some(usual) = usual {
                    builder.append_value(usual);
                    continue;
                }
            }
            // Nothing to compose in ASCII, and most cells are.
            if cell.is_ascii() {
                builder.append_value(cell.trim());
            } else {
                builder.append_value(clean(cell));
            }
        }
        Ok(())
    }
}

impl<R: Rows> Iterator for Batcher<R> {
    type Item = Result<RawBatch, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let batch = self.batch();
        self.ended |= batch.is_err();
        batch.transpose()
    }
}

impl<R> std::fmt::Debug for Batcher<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Batcher({}, redacted)", self.plan.table.name)
    }
}
