//! A Parquet file of an extract, written row group by row group and hashed on the way. The columns of
//! a row group are encoded side by side.
//!
//! | choice | why |
//! |---|---|
//! | row groups of 131,072 rows | one is held while it is written (some 20 MB of a wide table), and it is a good piece of work for one of the hub's threads |
//! | pages of 20,000 rows | what the hub can leave out when it looks for a range of persons |
//! | codes in dictionaries | a few hundred different texts, so that each cell costs a few bits |
//! | pseudonyms plain; those of the key, and tokens, uncompressed | they are random bytes, of which nothing repeats |
//! | smallest and largest pseudonym and code of a group, of the first sorted column of each page too | so that groups and pages are left out; codes are public |
//! | no smallest and largest day or number | rows are in the order of pseudonyms, so no group could be left out by them, and tools that print footers would show the oldest person |
//! | no Arrow schema, no clock, the format's version for the program's | equal rows give equal bytes |

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use inlav_core::exchange::Digest;
use inlav_core::whole::{Access, Existing, WholeError, WholeFile};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelIterator as _, IntoParallelRefIterator as _,
    IntoParallelRefMutIterator as _, ParallelIterator as _,
};
use sha2::{Digest as _, Sha256};

use super::error::ExtractError;

/// The writer as the file names it: of the format, not of the program, so that a new program
/// writes the same bytes.
const CREATED_BY: &str = "inlav version 1.0.0";
/// Rows of a row group.
const GROUP_ROWS: usize = 131_072;
/// Rows of a page.
const PAGE_ROWS: usize = 20_000;

/// What a file holds.
pub(super) struct Layout<'a> {
    /// Table, or what else the file is; for messages.
    pub(super) table: &'static str,
    /// Its columns.
    pub(super) schema: SchemaRef,
    /// Columns in the order by which rows are sorted.
    pub(super) order: &'a [usize],
    /// The column of random bytes that hardly ever repeat, if there is one.
    pub(super) incompressible: Option<usize>,
    /// What the file says about itself besides its columns.
    pub(super) footer: Vec<(&'static str, String)>,
}

/// A file being written.
pub(super) struct ParquetFile {
    table: &'static str,
    /// Where it will be; for messages.
    place: PathBuf,
    schema: SchemaRef,
    writer: SerializedFileWriter<Hashed>,
    columns: ArrowRowGroupWriterFactory,
    /// The columns of the row group that is being filled; none before its first row.
    group: Vec<ArrowColumnWriter>,
    group_rows: usize,
    rows: u64,
}

/// What was written.
pub(super) struct Written {
    pub(super) bytes: u64,
    pub(super) rows: u64,
    pub(super) sha256: Digest,
}

impl ParquetFile {
    /// Begins a file. Messages name `place`, where the file will be in the end.
    ///
    /// # Errors
    /// [`ExtractError::Write`] or [`ExtractError::Encode`].
    pub(super) fn create(path: &Path, place: PathBuf, layout: &Layout<'_>) -> Result<Self, ExtractError> {
        let Layout { table, ref schema, .. } = *layout;
        let file = WholeFile::create(path, Access::Shared, Existing::Refuse)?;
        let out = Hashed { out: BufWriter::new(file), hash: Sha256::new(), bytes: 0 };
        let options =
            ArrowWriterOptions::new().with_properties(layout.properties()).with_skip_arrow_metadata(true);
        let (writer, columns) = ArrowWriter::try_new_with_options(out, schema.clone(), options)
            .and_then(ArrowWriter::into_serialized_writer)
            .map_err(|_| ExtractError::Encode { table })?;
        let (schema, group) = (schema.clone(), Vec::new());
        Ok(Self { table, place, schema, writer, columns, group, group_rows: 0, rows: 0 })
    }

    /// Appends rows, which come after all before them. Columns are encoded on all threads of the
    /// current rayon pool; the bytes are the same for any number of them.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<(), ExtractError> {
        let mut rest = rows.clone();
        while rest.num_rows() > 0 {
            let fit = rest.num_rows().min(GROUP_ROWS - self.group_rows);
            self.encode(&rest.slice(0, fit)).map_err(|fault| refused(fault, &self.place, self.table))?;
            rest = rest.slice(fit, rest.num_rows() - fit);
        }
        self.rows += u64::try_from(rows.num_rows()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Adds rows to the row group, which has room for them.
    fn encode(&mut self, rows: &RecordBatch) -> Result<(), ParquetError> {
        if self.group.is_empty() {
            self.group = self.columns.create_column_writers(self.writer.flushed_row_groups().len())?;
        }
        let cells = self.schema.fields().par_iter().zip(rows.columns());
        self.group.par_iter_mut().zip(cells).try_for_each(|(column, (field, cells))| {
            compute_leaves(field, cells)?.iter().try_for_each(|cells| column.write(cells))
        })?;
        self.group_rows += rows.num_rows();
        if self.group_rows == GROUP_ROWS { self.end_group() } else { Ok(()) }
    }

    fn end_group(&mut self) -> Result<(), ParquetError> {
        self.group_rows = 0;
        let columns = std::mem::take(&mut self.group);
        if columns.is_empty() {
            return Ok(());
        }
        let columns: Vec<_> =
            columns.into_par_iter().map(ArrowColumnWriter::close).collect::<Result<_, _>>()?;
        let mut group = self.writer.next_row_group()?;
        columns.into_iter().try_for_each(|column| column.append_to_row_group(&mut group))?;
        group.close().map(|_| ())
    }

    /// Writes the footer, syncs the file and gives it its name.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub(super) fn finish(mut self) -> Result<Written, ExtractError> {
        let ended = self.end_group();
        let Self { table, place, writer, rows, .. } = self;
        let Hashed { out, hash, bytes } =
            ended.and_then(|()| writer.into_inner()).map_err(|fault| refused(fault, &place, table))?;
        let file = out
            .into_inner()
            .map_err(|fault| WholeError::Io { path: place.clone(), source: fault.into_error() })?;
        file.finish().map_err(|fault| at_place(fault, &place))?;
        Ok(Written { bytes, rows, sha256: Digest(hash.finalize().into()) })
    }
}

impl Layout<'_> {
    fn properties(&self) -> WriterProperties {
        let pairs = self.footer.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone()));
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_dictionary_enabled(true)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_data_page_row_count_limit(PAGE_ROWS)
            .set_created_by(CREATED_BY.to_owned())
            .set_key_value_metadata(Some(pairs.collect()))
            .set_sorting_columns(Some(self.sorting_columns()));
        for (index, field) in self.schema.fields().iter().enumerate() {
            let column = || ColumnPath::from(field.name().as_str());
            let is_pseudonym = matches!(field.data_type(), DataType::FixedSizeBinary(_));
            if is_pseudonym {
                properties = properties.set_column_dictionary_enabled(column(), false);
            }
            if self.incompressible == Some(index) {
                properties = properties.set_column_compression(column(), Compression::UNCOMPRESSED);
            }
            let statistics = match field.data_type() {
                _ if self.order.first() == Some(&index) => EnabledStatistics::Page,
                DataType::FixedSizeBinary(_) | DataType::Utf8 => EnabledStatistics::Chunk,
                _ => continue,
            };
            properties = properties.set_column_statistics_enabled(column(), statistics);
        }
        properties.build()
    }

    fn sorting_columns(&self) -> Vec<SortingColumn> {
        let column = |index: &usize| {
            let column_idx = i32::try_from(*index).ok()?;
            Some(SortingColumn { column_idx, descending: false, nulls_first: true })
        };
        self.order.iter().map_while(column).collect()
    }
}

/// A file, and the digest of what went into it.
struct Hashed {
    out: BufWriter<WholeFile>,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += u64::try_from(written).unwrap_or(u64::MAX);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What the operating system said; anything else the engine says may quote values.
fn refused(fault: ParquetError, place: &Path, table: &'static str) -> ExtractError {
    if let ParquetError::External(source) = fault
        && let Ok(source) = source.downcast::<io::Error>()
    {
        return WholeError::Io { path: place.to_owned(), source: *source }.into();
    }
    ExtractError::Encode { table }
}

/// The same fault, told of the file's place in the end.
pub(super) fn at_place(fault: WholeError, place: &Path) -> WholeError {
    match fault {
        WholeError::Io { source, .. } => WholeError::Io { path: place.to_owned(), source },
        other => other,
    }
}
