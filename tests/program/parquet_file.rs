//! Parquet files unpacked: pages are compressed, so their bytes alone do not show what is in them.

use std::fs::File;
use std::path::Path;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;

/// Everything in a Parquet file: the bytes of every page after decompression, dictionaries too,
/// and every value as text.
pub(crate) fn unpacked(path: &Path) -> Vec<u8> {
    let reader = open(path);
    let mut bytes = Vec::new();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).unwrap();
        for column in 0..group.num_columns() {
            for page in group.get_column_page_reader(column).unwrap() {
                bytes.extend_from_slice(page.unwrap().buffer());
                bytes.push(b'\n');
            }
        }
    }
    for row in reader.get_row_iter(None).unwrap() {
        for (_, field) in row.unwrap().get_column_iter() {
            bytes.extend_from_slice(text(field).as_bytes());
            bytes.push(b'\n');
        }
    }
    bytes
}

/// The rows of a Parquet file as texts, after the names of its columns; null is blank.
pub(crate) fn rows(path: &Path) -> Vec<Vec<String>> {
    let reader = open(path);
    let fields = reader.metadata().file_metadata().schema().get_fields();
    let mut rows = vec![fields.iter().map(|field| field.name().to_owned()).collect()];
    for row in reader.get_row_iter(None).unwrap() {
        rows.push(row.unwrap().get_column_iter().map(|(_, field)| text(field)).collect());
    }
    rows
}

/// A column of 16 bytes.
pub(crate) fn binary(path: &Path, name: &str) -> Vec<[u8; 16]> {
    let mut values = Vec::new();
    for row in open(path).get_row_iter(None).unwrap() {
        let row = row.unwrap();
        let (_, field) = row.get_column_iter().find(|(column, _)| *column == name).unwrap();
        let Field::Bytes(bytes) = field else { panic!("{name} is not binary") };
        values.push(bytes.data().try_into().unwrap());
    }
    values
}

fn open(path: &Path) -> SerializedFileReader<File> {
    SerializedFileReader::new(File::open(path).unwrap()).unwrap()
}

/// A value as text. Bytes have none; they are in the pages.
fn text(field: &Field) -> String {
    match field {
        Field::Null | Field::Bytes(_) => String::new(),
        Field::Str(text) => text.clone(),
        Field::Double(number) => number.to_string(),
        other => other.to_string(),
    }
}
