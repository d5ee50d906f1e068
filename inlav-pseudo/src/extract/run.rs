//! Sorted rows on disk, while there are more of them than memory holds.
//!
//! The file has no name (on Unix it is unlinked as soon as it is made), so nothing is left of it
//! when the program ends, however it ends. Its rows are those of an extract: pseudonymised, never
//! raw.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek as _};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array as _, AsArray as _, BinaryArray, BinaryBuilder, RecordBatch, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt64Type};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;

/// Bytes of rows that are written and read at once.
const BLOCK: usize = 128 << 10;

/// Some rows as bytes that compare as the rows do, and the place of each in the export.
pub(super) struct Block {
    pub(super) rows: BinaryArray,
    pub(super) numbers: Vec<u64>,
}

impl Block {
    pub(super) fn len(&self) -> usize {
        self.rows.len().min(self.numbers.len())
    }

    /// A row and its place in the export.
    pub(super) fn row(&self, at: usize) -> Option<(&[u8], u64)> {
        let number = *self.numbers.get(at)?;
        (at < self.rows.len()).then(|| (self.rows.value(at), number))
    }

    pub(super) fn bytes(&self) -> usize {
        self.rows.value_data().len()
    }
}

/// Rows being put together to a [`Block`].
#[derive(Default)]
pub(super) struct BlockBuilder {
    rows: BinaryBuilder,
    numbers: Vec<u64>,
}

impl BlockBuilder {
    pub(super) fn push(&mut self, row: &[u8], number: u64) {
        self.rows.append_value(row);
        self.numbers.push(number);
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.rows.values_slice().len()
    }

    /// What was put together. There is nothing then, and room for as much.
    pub(super) fn take(&mut self) -> Block {
        let room = BinaryBuilder::with_capacity(self.len(), self.bytes());
        let numbers = Vec::with_capacity(self.len());
        let mut rows = std::mem::replace(&mut self.rows, room);
        Block { rows: rows.finish(), numbers: std::mem::replace(&mut self.numbers, numbers) }
    }
}

/// A sorted run being written.
pub(super) struct RunWriter {
    writer: StreamWriter<BufWriter<File>>,
    schema: SchemaRef,
    block: BlockBuilder,
}

/// A sorted run on disk.
pub(super) struct Run(File);

/// A sorted run being read.
pub(super) struct RunReader(StreamReader<BufReader<File>>);

impl RunWriter {
    /// Begins a run in a folder.
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        let file = tempfile::tempfile_in(folder)?;
        let fields =
            [("row", DataType::Binary), ("number", DataType::UInt64)].map(|(n, t)| Field::new(n, t, false));
        let schema = Arc::new(Schema::new(fields.to_vec()));
        // Not compressed: pseudonyms and tokens are random bytes, and most of a row is made of them.
        let writer = StreamWriter::try_new(BufWriter::new(file), &schema);
        Ok(Self { writer: writer.map_err(fault)?, schema, block: BlockBuilder::default() })
    }

    /// Appends a row, which comes after all before it.
    pub(super) fn push(&mut self, row: &[u8], number: u64) -> io::Result<()> {
        self.block.push(row, number);
        if self.block.bytes() >= BLOCK { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> io::Result<()> {
        let Block { rows, numbers } = self.block.take();
        let columns = vec![Arc::new(rows) as _, Arc::new(UInt64Array::from(numbers)) as _];
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(fault)?;
        self.writer.write(&batch).map_err(fault)
    }

    /// Ends the run.
    pub(super) fn finish(mut self) -> io::Result<Run> {
        if self.block.len() > 0 {
            self.write()?;
        }
        let buffered = self.writer.into_inner().map_err(fault)?;
        Ok(Run(buffered.into_inner().map_err(io::IntoInnerError::into_error)?))
    }
}

impl Run {
    /// Reads it from the start.
    pub(super) fn read(self) -> io::Result<RunReader> {
        let Self(mut file) = self;
        file.rewind()?;
        StreamReader::try_new(BufReader::new(file), None).map(RunReader).map_err(fault)
    }
}

impl RunReader {
    /// The next rows; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Block>> {
        let Some(batch) = self.0.next().transpose().map_err(fault)? else { return Ok(None) };
        let rows = batch.column(0).as_binary_opt::<i32>().ok_or_else(broken)?;
        let numbers = batch.column(1).as_primitive_opt::<UInt64Type>().ok_or_else(broken)?;
        Ok(Some(Block { rows: rows.clone(), numbers: numbers.values().to_vec() }))
    }
}

/// What the operating system said; anything else the engine says may quote rows.
fn fault(fault: ArrowError) -> io::Error {
    match fault {
        ArrowError::IoError(_, fault) => fault,
        _ => broken(),
    }
}

fn broken() -> io::Error {
    io::Error::other("rows that were set aside cannot be written or read back")
}
