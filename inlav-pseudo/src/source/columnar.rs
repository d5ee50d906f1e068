//! Rows of a Parquet or Arrow IPC file, as text like those of every other file.
//!
//! A Parquet file is read by row groups and an Arrow file by its batches, 4,096 rows of text at a
//! time. The errors of the libraries may quote cells: they are replaced by the place.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use inlav_core::registry::Column;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::ipc;
use super::problem::{NoText, Place, Problem};
use super::row::{Row, Rows};
use super::workbook::{guarded, number_text};

/// Endings of the files that can be read.
pub(super) const ENDINGS: [&str; 5] = ["parquet", "arrow", "feather", "ipc", "arrows"];
/// Bytes in which the mark at the start of an Arrow file ends.
const MARK_AND_ZEROS: u64 = 128;
/// Rows that are made text at once.
const ROWS: usize = 4096;

type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// A columnar file being read. Its names are row 1, its first record is row 2.
pub(super) struct Columnar {
    batches: Batches,
    schema: SchemaRef,
    place: Place,
    what: &'static str,
    batch: Option<RecordBatch>,
    texts: Vec<StringArray>,
    first: usize,
    at: usize,
    number: u64,
}

impl Columnar {
    /// Opens a file.
    ///
    /// # Errors
    /// [`Problem::Io`], [`Problem::Columnar`].
    pub(super) fn open(path: &Path, name: &str) -> Result<Self, Problem> {
        let place = Place { file: name.to_owned(), sheet: None };
        let io = |source| Problem::Io { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(io)?;
        let mut start = Vec::new();
        (&mut file).take(6).read_to_end(&mut start).map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        let what = if start.starts_with(b"PAR1") { "Parquet" } else { "Arrow" };
        let opened = guarded(move || match start.as_slice() {
            [b'P', b'A', b'R', b'1', ..] => parquet(file),
            b"ARROW1" => {
                // After the mark and zeros up to a round number a stream, and after it a footer.
                let mut head = Vec::new();
                (&mut file).take(MARK_AND_ZEROS).read_to_end(&mut head).ok()?;
                let zeros = head.iter().skip(start.len()).take_while(|byte| **byte == 0).count();
                file.seek(SeekFrom::Start(u64::try_from(start.len() + zeros).ok()?)).ok()?;
                stream(file)
            }
            _ => stream(file),
        });
        let Some((schema, batches)) = opened.flatten() else { return Err(Problem::Columnar { place, what }) };
        Ok(Self { batches, schema, place, what, batch: None, texts: Vec::new(), first: 0, at: 0, number: 0 })
    }

    /// The problem of a file over which the library panics.
    pub(super) const fn broken_at(place: Place) -> Problem {
        Problem::Columnar { place, what: "Parquet/Arrow" }
    }

    /// The headings.
    pub(super) fn names(&self) -> Row {
        let mut row = Row::default();
        row.begin(1);
        self.schema.fields().iter().for_each(|field| row.push(field.name()));
        row
    }

    /// Every column of those given whose cells are not single values.
    pub(super) fn misfits(&self, columns: &[(usize, &'static Column)]) -> Vec<Problem> {
        let misfit = |(index, _): &(usize, _)| {
            let found = misfit(self.schema.fields().get(*index)?.data_type())?;
            Some(Problem::ColumnType { place: self.place.clone(), position: index + 1, found })
        };
        columns.iter().filter_map(misfit).collect()
    }

    fn broken(&self) -> Problem {
        Problem::Columnar { place: self.place.clone(), what: self.what }
    }

    /// Makes the next rows text; false at the end.
    fn fill(&mut self) -> Result<bool, Problem> {
        loop {
            if let Some(batch) = self.batch.as_ref().filter(|batch| self.first < batch.num_rows()) {
                let slice = batch.slice(self.first, ROWS.min(batch.num_rows() - self.first));
                let texts: Option<Vec<StringArray>> = slice.columns().iter().map(texts).collect();
                self.texts = texts.ok_or_else(|| self.broken())?;
                (self.first, self.at) = (self.first + slice.num_rows(), 0);
                return Ok(true);
            }
            self.first = 0;
            self.batch = self.batches.next().transpose().map_err(|_| self.broken())?;
            if self.batch.is_none() {
                return Ok(false);
            }
        }
    }

    /// Reads a record, blank or not; false at the end.
    fn record(&mut self, row: &mut Row) -> Result<bool, Problem> {
        self.number += 1;
        if self.number == 1 {
            *row = self.names();
            return Ok(true);
        }
        if self.texts.first().is_none_or(|texts| self.at >= texts.len()) && !self.fill()? {
            return Ok(false);
        }
        row.begin(self.number);
        for texts in &self.texts {
            row.push(if texts.is_valid(self.at) { texts.value(self.at) } else { "" });
        }
        self.at += 1;
        Ok(true)
    }
}

impl Rows for Columnar {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, Problem> {
        while self.record(row)? {
            if !row.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn parquet(file: File) -> Option<(SchemaRef, Batches)> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).ok()?.with_batch_size(ROWS);
    let schema = Arc::clone(builder.schema());
    Some((schema, Box::new(builder.build().ok()?)))
}

fn stream(mut file: File) -> Option<(SchemaRef, Batches)> {
    ipc::is_sound(&mut file)?.then_some(())?;
    let reader = StreamReader::try_new(BufReader::new(file), None).ok()?;
    Some((reader.schema(), Box::new(reader)))
}

/// Which type it is, if it has no single text per cell.
fn misfit(data_type: &DataType) -> Option<NoText> {
    use DataType::{
        Binary, BinaryView, Dictionary, Duration, FixedSizeBinary, FixedSizeList, Interval, LargeBinary,
        LargeList, LargeListView, List, ListView, Map, RunEndEncoded, Struct, Time32, Time64, Timestamp,
        Union,
    };
    Some(match data_type {
        Dictionary(_, values) => return misfit(values),
        Timestamp(_, Some(_)) => NoText::ZonedTimestamp,
        List(_) | ListView(_) | LargeList(_) | LargeListView(_) | FixedSizeList(..) => NoText::List,
        Struct(_) => NoText::Struct,
        Map(..) | Union(..) => NoText::Map,
        Binary | LargeBinary | BinaryView | FixedSizeBinary(_) => NoText::Binary,
        Time32(_) | Time64(_) | Duration(_) | Interval(_) => NoText::Time,
        RunEndEncoded(..) => NoText::Runs,
        _ => return None,
    })
}

/// The cells of a column as text; blank in columns that have none.
fn texts(column: &ArrayRef) -> Option<StringArray> {
    let text = |column: &ArrayRef| Some(cast(column, &DataType::Utf8).ok()?.as_string::<i32>().clone());
    Some(match column.data_type() {
        unreadable if misfit(unreadable).is_some() => StringArray::new_null(column.len()),
        DataType::Dictionary(_, values) => return texts(&cast(column, values).ok()?),
        // Narrow numbers have their own shortest text: 0.1 is not 0.100000001490116.
        DataType::Float16 | DataType::Float32 => {
            mapped(&text(column)?, |text| float_text(text.parse().unwrap_or(f64::NAN)))
        }
        DataType::Float64 => {
            let numbers = column.as_primitive_opt::<Float64Type>()?;
            numbers.iter().map(|number| number.map(float_text)).collect()
        }
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => mapped(&text(column)?, decimal_text),
        DataType::Timestamp(..) | DataType::Date64 => {
            mapped(&text(column)?, |text| text.strip_suffix("T00:00:00").unwrap_or(text).to_owned())
        }
        _ => text(column)?,
    })
}

fn mapped(texts: &StringArray, change: impl Fn(&str) -> String) -> StringArray {
    texts.iter().map(|text| text.map(&change)).collect()
}

/// A number; blank for what is none, as pandas marks what is missing.
fn float_text(number: f64) -> String {
    if number.is_nan() { String::new() } else { number_text(number) }
}

/// A decimal number without zeros at its end, never with three decimals, which might be thousands.
fn decimal_text(text: &str) -> String {
    let Some((whole, decimals)) = text.split_once('.') else { return text.to_owned() };
    match decimals.trim_end_matches('0') {
        "" => whole.to_owned(),
        decimals if decimals.len() == 3 => format!("{whole}.{decimals}0"),
        decimals => format!("{whole}.{decimals}"),
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float32Array, Float64Array, Int64Array,
        LargeStringArray, ListArray, StringViewArray, TimestampMicrosecondArray,
    };
    use arrow::datatypes::{Int8Type, Int32Type};
    use arrow::ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
    use inlav_core::registry;
    use parquet::arrow::ArrowWriter;
    use parquet::basic::Compression;
    use parquet::file::properties::WriterProperties;
    use proptest::prelude::*;

    use super::*;
    use crate::source::headings::Known;
    use crate::source::made::Given;
    use crate::source::sample::write;

    fn all_kinds() -> RecordBatch {
        let day = 19_883; // 9 June 2024
        let columns: [(&str, ArrayRef); 10] = [
            ("text", Arc::new(StringArray::from(vec![Some("Nicolò"), None]))),
            ("large", Arc::new(LargeStringArray::from(vec!["a", "b"]))),
            ("view", Arc::new(StringViewArray::from(vec!["a", "più lungo di dodici byte"]))),
            ("dictionary", Arc::new(["UKR", "PAK"].into_iter().collect::<DictionaryArray<Int8Type>>())),
            ("whole", Arc::new(Int64Array::from(vec![3_331_234_567, -1]))),
            ("double", Arc::new(Float64Array::from(vec![3_331_234_567.0, f64::NAN]))),
            ("single", Arc::new(Float32Array::from(vec![0.1, 1.125]))),
            (
                "decimal",
                Arc::new(Decimal128Array::from(vec![1_500, 1_125]).with_precision_and_scale(10, 3).unwrap()),
            ),
            ("date", Arc::new(Date32Array::from(vec![Some(day), None]))),
            (
                "moment",
                Arc::new(TimestampMicrosecondArray::from(vec![
                    i64::from(day) * 86_400_000_000,
                    i64::from(day) * 86_400_000_000 + 43_200_000_000,
                ])),
            ),
        ];
        let truth: ArrayRef = Arc::new(BooleanArray::from(vec![true, false]));
        RecordBatch::try_from_iter(columns.into_iter().chain([("truth", truth)])).unwrap()
    }

    fn parquet_bytes(batch: &RecordBatch, compression: Compression) -> Vec<u8> {
        let properties = WriterProperties::builder().set_compression(compression).build();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
        writer.write(batch).unwrap();
        writer.into_inner().unwrap()
    }

    fn ipc_bytes(batch: &RecordBatch, compressed: bool) -> Vec<u8> {
        let lz4 = compressed.then_some(arrow::ipc::CompressionType::LZ4_FRAME);
        let options = IpcWriteOptions::default().try_with_compression(lz4).unwrap();
        let mut writer = FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options).unwrap();
        writer.write(batch).unwrap();
        writer.finish().unwrap();
        writer.into_inner().unwrap()
    }

    fn stream_bytes(batch: &RecordBatch) -> Vec<u8> {
        let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        writer.write(batch).unwrap();
        writer.into_inner().unwrap()
    }

    fn rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, Problem> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        write(&path, bytes);
        let mut reader = Columnar::open(&path, "a.parquet")?;
        let (mut row, mut rows) = (Row::default(), Vec::new());
        while reader.next_row(&mut row)? {
            rows.push(row.cells().map(str::to_owned).collect());
        }
        Ok(rows)
    }

    #[test]
    fn every_kind_of_value_has_one_text_whatever_the_format() {
        let batch = all_kinds();
        for bytes in [
            parquet_bytes(&batch, Compression::UNCOMPRESSED),
            parquet_bytes(&batch, Compression::SNAPPY),
            parquet_bytes(&batch, Compression::ZSTD(Default::default())),
            ipc_bytes(&batch, false),
            ipc_bytes(&batch, true),
            stream_bytes(&batch),
        ] {
            assert_eq!(
                rows(&bytes).unwrap()[1..],
                [
                    [
                        "Nicolò",
                        "a",
                        "a",
                        "UKR",
                        "3331234567",
                        "3331234567",
                        "0.1",
                        "1.5",
                        "2024-06-09",
                        "2024-06-09",
                        "true"
                    ],
                    [
                        "",
                        "b",
                        "più lungo di dodici byte",
                        "PAK",
                        "-1",
                        "",
                        "1.1250",
                        "1.1250",
                        "",
                        "2024-06-09T12:00:00",
                        "false"
                    ],
                ]
            );
        }
    }

    #[test]
    fn what_is_no_single_value_is_told_by_its_column() {
        let hours = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]);
        let moment = TimestampMicrosecondArray::from(vec![0]).with_timezone("Europe/Rome");
        let status: ArrayRef = Arc::new(StringArray::from(vec!["SOTTOSCRITTO"]));
        let columns: [(&str, ArrayRef); 3] =
            [("status", status), ("signatories", Arc::new(hours)), ("signed_on", Arc::new(moment))];
        let bytes = ipc_bytes(&RecordBatch::try_from_iter(columns).unwrap(), false);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pact.arrow");
        write(&path, &bytes);
        let reader = Columnar::open(&path, "pact.arrow").unwrap();
        let known = Known::new(registry::table("pact").unwrap(), None);
        let layout = known.layout(&reader.names(), &reader.place, &Given::default()).unwrap();
        let told: Vec<String> = reader.misfits(&layout.columns).iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2);
        assert!(told[0].contains("column 2 is of type list"), "{}", told[0]);
        assert!(told[1].contains("column 3 is of type timestamp with a time zone"), "{}", told[1]);
    }

    #[test]
    fn many_rows_come_in_order() {
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..10_000));
        let batch = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
        for bytes in [parquet_bytes(&batch, Compression::SNAPPY), stream_bytes(&batch)] {
            let read = rows(&bytes).unwrap();
            assert_eq!(read.len(), 10_001);
            assert!((0..).zip(&read[1..]).all(|(number, row)| row[0] == format!("{number}")));
        }
    }

    proptest! {
        /// Whatever is changed or cut, there are rows or an error, never a panic.
        #[test]
        fn damaged_files_are_told(
            format in 0..3, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
        ) {
            let batch = all_kinds();
            let mut bytes = match format {
                0 => parquet_bytes(&batch, Compression::SNAPPY),
                1 => ipc_bytes(&batch, true),
                _ => stream_bytes(&batch),
            };
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] = byte }
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.arrow");
            write(&path, &bytes);
            let Ok(mut reader) = Columnar::open(&path, "a.arrow") else { return Ok(()) };
            // Panics of the libraries are caught where the rows are read.
            let outcome = guarded(move || {
                let mut row = Row::default();
                while matches!(reader.next_row(&mut row), Ok(true)) {}
            });
            let _ = outcome;
        }
    }
}
