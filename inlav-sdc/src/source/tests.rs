//! Dialects, encodings and broken files.

use std::fs;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, ListArray, RecordBatch, StringArray,
};
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use inlav_core::language::Language;

fn put(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::io::Write::write_all(&mut File::create_new(&path).unwrap(), bytes).unwrap();
    (folder, path)
}

/// All rows of the columns, with their numbers.
fn rows(bytes: &[u8], columns: &[&str]) -> Result<Vec<(u64, Vec<String>)>, InputError> {
    let (_folder, path) = put(bytes);
    let wanted: Vec<Wanted<'_>> =
        columns.iter().map(|&name| Wanted { name, is_number: name == "n" }).collect();
    let mut found = Vec::new();
    Source::open(&path, columns)?.read(&wanted, |row| {
        found.push((row.number, row.cells.to_vec()));
        Ok(())
    })?;
    Ok(found)
}

fn text(rows: Result<Vec<(u64, Vec<String>)>, InputError>) -> Vec<(u64, String)> {
    rows.unwrap().into_iter().map(|(number, cells)| (number, cells.join("/"))).collect()
}

#[test]
fn every_delimiter_is_found() {
    for delimiter in [",", ";", "\t", "|"] {
        let file = "b,a,n\nx,y,1\n".replace(',', delimiter);
        assert_eq!(text(rows(file.as_bytes(), &["a", "n"])), [(2, "y/1".to_owned())], "{delimiter:?}");
    }
    assert_eq!(text(rows(b"sep=;\na;n\ny;1\n", &["a", "n"])), [(3, "y/1".to_owned())]);
    // The columns asked for decide, and not how many a delimiter makes.
    let odd = "a|x,y,z\n1|2,3,4\n";
    assert_eq!(text(rows(odd.as_bytes(), &["a"])), [(2, "1".to_owned())]);
}

#[test]
fn encodings_give_the_same_text() {
    let file = "città;n\nForlì – “B”;1\n\u{20AC}uro;2\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let marked = format!("{}{file}", if mark { "\u{FEFF}" } else { "" });
        marked.encode_utf16().flat_map(bytes).collect()
    };
    let (windows, _, lost) = encoding_rs::WINDOWS_1252.encode(file);
    assert!(!lost);
    for bytes in [
        file.as_bytes().to_vec(),
        format!("\u{FEFF}{file}").into_bytes(),
        utf16(u16::to_le_bytes, true),
        utf16(u16::to_be_bytes, true),
        windows.into_owned(),
    ] {
        let expected = [(2, "Forlì – “B”/1".to_owned()), (3, "€uro/2".to_owned())];
        assert_eq!(text(rows(&bytes, &["città", "n"])), expected);
    }
    let ascii: Vec<u8> = "area,n\nnorth,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(text(rows(&ascii, &["area"])), [(2, "north".to_owned())], "without a mark");
}

#[test]
fn damaged_text_is_refused() {
    for (bytes, at) in [
        (&b"a,n\n\xC3\xA0,1\n\xC3,2\n"[..], 9), // UTF-8, then a byte of half a character
        (b"a,n\nx\0,1\n", 5),
        (b"a,n\n\x81\xE0,1\n", 4),           // neither UTF-8 nor Windows-1252
        (b"\xFF\xFEa\0,\0\0\xD8a\0\n\0", 6), // half a pair in UTF-16
    ] {
        let refused = rows(bytes, &["a"]);
        assert!(matches!(refused, Err(InputError::Encoding { byte, .. }) if byte == at), "{refused:?}");
    }
}

#[test]
fn faults_far_into_a_file_are_found() {
    let mut file = b"a\n".to_vec();
    file.extend(b"word\n".repeat(50_000));
    let sound = rows(&file, &["a"]).unwrap();
    assert_eq!(sound.last().unwrap().0, 50_001);
    file.extend(b"\xE8\n");
    assert_eq!(rows(&file, &["a"]).unwrap().last().unwrap().1, ["è"]);
    file.extend(b"\x9D\n");
    let length = file.len() as u64;
    let refused = rows(&file, &["a"]);
    assert!(matches!(refused, Err(InputError::Encoding { byte, .. }) if byte == length - 2), "{refused:?}");
}

#[test]
fn quoted_cells_hold_anything() {
    let file = "a;n\n\"x;\r\n\"\"y\"\"\";1\n\n ; \n z ;2";
    assert_eq!(
        text(rows(file.as_bytes(), &["a", "n"])),
        [(2, "x;\r\n\"y\"/1".to_owned()), (4, "z/2".to_owned())]
    );
}

#[test]
fn broken_rows_are_refused() {
    let refused = rows(b"a,n\nx,1\ny,2,3\n", &["a"]);
    assert!(matches!(refused, Err(InputError::Cells { row: 3, .. })), "{refused:?}");
    let refused = rows(b"a,n\nx,1\ny,\"2\nz,3\n", &["a"]);
    assert!(matches!(refused, Err(InputError::OpenQuote { row: 3, .. })), "{refused:?}");
    assert_eq!(rows(b"a,n\n5\",1\n", &["a"]).unwrap().len(), 1, "inches");
    for bytes in [&b""[..], b"\n\n", b";;\n1;2;3\n"] {
        assert!(matches!(rows(bytes, &["a"]), Err(InputError::Empty { .. })), "{bytes:?}");
    }
    let refused = rows(b"a,a\n1,2\n", &["a"]);
    assert!(matches!(refused, Err(InputError::TwoColumns { .. })), "{refused:?}");
    let refused = rows(b"Rossi,secret\n1,2\n", &["a"]).unwrap_err();
    assert!(
        refused
            .to_string()
            .ends_with("none of the 2 columns is called a; names are those of the first row, case included")
    );
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)));
    let batch = batch.unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn parquet_columns_are_categories() {
    let words: DictionaryArray<Int32Type> = [Some("k"), None, Some(" e\u{301} ")].into_iter().collect();
    let bytes = parquet(vec![
        ("n", Arc::new(Float64Array::from(vec![1.0, 2.0, 3.5]))),
        ("text", Arc::new(StringArray::from(vec![Some("x"), Some("y"), None]))),
        ("flag", Arc::new(BooleanArray::from(vec![true, false, true]))),
        ("year", Arc::new(Int32Array::from(vec![2024, 2025, 2026]))),
        ("word", Arc::new(words)),
    ]);
    let found = rows(&bytes, &["word", "flag", "year", "text", "n"]);
    let expected = [(2, "k/true/2024/x/1.0"), (3, "/false/2025/y/2.0"), (4, "é/true/2026//3.5")];
    assert_eq!(text(found), expected.map(|(row, text)| (row, text.to_owned())));
}

#[test]
fn parquet_that_will_not_do_is_refused() {
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1)])]);
    let bytes = parquet(vec![
        ("real", Arc::new(Float64Array::from(vec![1.5]))),
        ("list", Arc::new(lists)),
        ("n", Arc::new(Float64Array::from(vec![1.0]))),
    ]);
    for column in ["real", "list"] {
        assert!(matches!(rows(&bytes, &[column]), Err(InputError::ColumnKind { .. })), "{column}");
    }
    let refused = rows(&bytes[..bytes.len() - 9], &["n"]);
    assert!(matches!(refused, Err(InputError::Parquet { .. })), "{refused:?}");
}

#[test]
fn whole_numbers_are_read_strictly() {
    for (cell, number) in [("0", Some(0)), ("12", Some(12)), ("12.0", Some(12)), ("12,0", Some(12))] {
        assert_eq!(whole_number(cell), number);
    }
    for cell in
        ["", "-1", "+1", "1.5", "1.000", "1,000", "1 000", "1e3", "x", ".0", "1.0.0", "18446744073709551616"]
    {
        assert_eq!(whole_number(cell), None, "{cell}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever cells hold, they come back out of every dialect.
    #[test]
    fn cells_survive_every_dialect(
        cells in proptest::collection::vec(("[a-zàèé;,|\t\"\n'_ -]{0,6}", "[0-9]{1,3}"), 0..12),
        delimiter in 0_usize..4, utf16: bool,
    ) {
        let delimiter = b",;\t|"[delimiter];
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["a", "n"]).unwrap();
        for (cell, number) in &cells {
            writer.write_record([cell, number]).unwrap();
        }
        let file = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let bytes = if utf16 {
            format!("\u{FEFF}{file}").encode_utf16().flat_map(u16::to_be_bytes).collect()
        } else {
            file.into_bytes()
        };
        let found = rows(&bytes, &["a", "n"]).unwrap();
        prop_assert_eq!(found.len(), cells.len());
        for ((number, found), (row, (cell, weight))) in found.iter().zip((2..).zip(&cells)) {
            prop_assert_eq!(*number, row);
            prop_assert_eq!(&found[0], cell.trim());
            prop_assert_eq!(&found[1], weight);
        }
    }
}

#[test]
fn a_missing_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Source::open(&folder.path().join("none.csv"), &[]).err().unwrap();
    assert!(matches!(refused, InputError::Read { .. }));
    assert!(refused.text(Language::It).ends_with("none.csv: non esiste"));
    fs::create_dir(folder.path().join("dir")).unwrap();
    assert!(Source::open(&folder.path().join("dir"), &[]).is_err());
}
