//! From rows of text to batches under the domain's column names.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use arrow::array::{ArrayRef, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use inlav_core::registry::{Column, Table};
use inlav_core::text::clean;

use super::delimited::Delimited;
use super::headings::Layout;
use super::made::Made;
use super::problem::{Place, Problem, SourceError};
use super::row::{CellFault, Row, Rows};
use super::shared::{Share, Verdict};
use crate::mapping::key;
use crate::raw::RawBatch;

/// Rows of a batch.
const BATCH_ROWS: usize = 4096;
/// Bytes of text after which a batch is full, however few its rows.
const BATCH_TEXT: usize = 16 << 20;
/// Problems of single rows that are told at once.
const PROBLEMS_TOLD: usize = 20;

/// How a table's rows become batches.
#[derive(Debug)]
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
    /// Columns that no cell holds.
    pub(super) made: Vec<(&'static Column, Made)>,
    /// Which rows are the table's, in a sheet that it shares with others.
    pub(super) share: Option<Share>,
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

    /// Batches of a sheet, read by a thread of their own: a sheet's rows borrow the workbook,
    /// which therefore has to live where they are read. The thread is two batches ahead at most
    /// and ends when the batches are dropped.
    ///
    /// # Errors
    /// [`Problem::Io`] if there can be no thread.
    pub(super) fn elsewhere(
        path: &Path,
        place: Place,
        read: impl FnOnce(&Outlet) -> Result<(), Problem> + Send + 'static,
    ) -> Result<Self, Problem> {
        let (sender, batches) = sync_channel(1);
        let outlet = Outlet(sender);
        let worker = std::thread::Builder::new()
            .spawn(move || {
                if let Err(problem) = read(&outlet) {
                    // If nobody listens any more, nothing is lost.
                    let _ = outlet.0.send(Err(problem.into()));
                }
            })
            .map_err(|source| Problem::Io { path: path.to_owned(), source })?;
        Ok(Self { inner: Inner::Elsewhere { batches, worker: Some(worker), place } })
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
            Inner::Elsewhere { batches, worker, place } => batches.recv().ok().or_else(|| {
                // The thread is done. If it panicked, the sheet was not read to its end.
                let outcome = worker.take()?.join();
                outcome.is_err().then(|| Err(Problem::Workbook { place: place.clone() }.into()))
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
        let schema = Arc::new(Schema::new(fields));
        let share = plan.share.clone();
        Self { rows, plan, schema, share, row: Row::default(), below_headings: false, ended: false }
    }

    fn batch(&mut self) -> Result<Option<RawBatch>, SourceError> {
        let mut columns: Vec<StringBuilder> =
            self.schema.fields().iter().map(|_| StringBuilder::new()).collect();
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
                        self.append(&mut columns);
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
        if numbers.is_empty() {
            return Ok(None);
        }
        let arrays = columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let cells = RecordBatch::try_new(Arc::clone(&self.schema), arrays)
            .expect("every column of the schema got one text per row");
        let batch = RawBatch::new(self.plan.table, cells, numbers);
        Ok(Some(batch.expect("the columns are the layout's and every row has its number")))
    }

    /// Reads the next row below the headings; false at the end.
    fn next_row(&mut self) -> Result<bool, Problem> {
        while self.rows.next_row(&mut self.row)? {
            if self.below_headings {
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
        // Excel leaves out the delimiters of blank cells at the end of a row.
        let lost = |(index, column): &(usize, &Column)| *index >= self.row.len() && column.required;
        let is_short = self.row.len() < layout.width;
        if is_short && !ragged && (self.row.is_cut() || layout.columns.iter().any(lost)) {
            let (expected, found) = (layout.width, self.row.len());
            return Err(Problem::RowLength { place: place(), row, expected, found });
        }
        let has_heading = |index: usize| layout.headed.get(index) == Some(&true);
        let stray = self
            .row
            .cells()
            .enumerate()
            .find(|(index, cell)| !has_heading(*index) && !cell.trim().is_empty());
        if let Some((index, _)) = stray {
            return Err(Problem::NoHeading { place: place(), row, position: index + 1 });
        }
        for (index, _) in &layout.columns {
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

    fn append(&self, columns: &mut [StringBuilder]) {
        let plan = &self.plan;
        let (read, made) = columns.split_at_mut(plan.layout.columns.len());
        for (builder, (_, how)) in made.iter_mut().zip(&plan.made) {
            builder.append_value(how.text(self.row.number()));
        }
        for ((builder, (index, _)), words) in read.iter_mut().zip(&plan.layout.columns).zip(&plan.words) {
            let cell = self.row.cell(*index);
            match words.as_ref().and_then(|words| words.get(&key(cell))) {
                Some(meaning) => builder.append_value(meaning),
                // Nothing to compose in ASCII, and most cells are.
                None if cell.is_ascii() => builder.append_value(cell.trim()),
                None => builder.append_value(clean(cell)),
            }
        }
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
