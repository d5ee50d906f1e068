//! Sorted rows on disk, while there are more of them than memory holds.
//!
//! The file has no name (on Unix it is unlinked as soon as it is made), so nothing is left of it
//! when the program ends, however it ends. Its rows are those of an extract: pseudonymised, never
//! raw.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::path::Path;

use arrow::array::{Array as _, BinaryArray, BinaryBuilder};

/// Bytes that are written and read at once.
const BUFFER: usize = 128 << 10;

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

    /// What was put together. There is nothing then, and room for as much.
    pub(super) fn take(&mut self) -> Block {
        let room = BinaryBuilder::with_capacity(self.len(), self.rows.values_slice().len());
        let numbers = Vec::with_capacity(self.len());
        let mut rows = std::mem::replace(&mut self.rows, room);
        Block { rows: rows.finish(), numbers: std::mem::replace(&mut self.numbers, numbers) }
    }
}

/// A sorted run being written: of each row the length (u32), the place in the export (u64) and the bytes.
/// Not compressed: pseudonyms and tokens are random bytes, and most of a row is made of them.
pub(super) struct RunWriter(BufWriter<File>);

/// A sorted run on disk.
pub(super) struct Run(File);

/// A sorted run being read, row by row into the same memory.
pub(super) struct RunReader {
    source: BufReader<File>,
    row: Vec<u8>,
    number: u64,
}

impl RunWriter {
    /// Begins a run in a folder.
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        Ok(Self(BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(folder)?)))
    }

    /// Appends a row, which comes after all before it.
    pub(super) fn push(&mut self, row: &[u8], number: u64) -> io::Result<()> {
        let length = u32::try_from(row.len()).map_err(io::Error::other)?;
        self.0.write_all(&length.to_le_bytes())?;
        self.0.write_all(&number.to_le_bytes())?;
        self.0.write_all(row)
    }

    /// Ends the run.
    pub(super) fn finish(self) -> io::Result<Run> {
        Ok(Run(self.0.into_inner().map_err(io::IntoInnerError::into_error)?))
    }
}

impl Run {
    /// Reads it from the start.
    pub(super) fn read(self) -> io::Result<RunReader> {
        let Self(mut file) = self;
        file.rewind()?;
        Ok(RunReader { source: BufReader::with_capacity(BUFFER, file), row: Vec::new(), number: 0 })
    }
}

impl RunReader {
    /// Goes to the next row, at first to the first one; false at the end.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        if self.source.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let (mut length, mut number) = ([0; 4], [0; 8]);
        self.source.read_exact(&mut length)?;
        self.source.read_exact(&mut number)?;
        self.row.resize(usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?, 0);
        self.number = u64::from_le_bytes(number);
        self.source.read_exact(&mut self.row)?;
        Ok(true)
    }

    /// The row and its place in the export.
    pub(super) fn row(&self) -> (&[u8], u64) {
        (&self.row, self.number)
    }
}
