//! All files of the corpus, read with no option given.

use std::collections::BTreeSet;
use std::path::Path;

use inlav_core::text::clean;
use inlav_core::value::{Reading, read};

use super::*;
use crate::mapping::Mapping;
use crate::source::sample;
use crate::source::{ExportTable, SourceError};

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Right,
    Refused(String),
    Wrong(String),
}

fn read_file(path: &Path, file: &CorpusFile) -> Outcome {
    match cells(path, file) {
        Err(error) => Outcome::Refused(error.to_string()),
        Ok(rows) if rows.len() != file.truth.len() => {
            Outcome::Wrong(format!("{} rows, not {}", rows.len(), file.truth.len()))
        }
        Ok(rows) => {
            for (number, (row, truth)) in rows.iter().zip(&file.truth).enumerate() {
                for (at, column) in file.table.columns.iter().enumerate() {
                    let (found, expected) = (value(column, row, at, file), value(column, truth, at, file));
                    if found.fault.is_some_and(|fault| !fault.is_warning()) && expected.fault.is_none() {
                        return Outcome::Refused(format!("row {number}, {}: {:?}", column.name, found.fault));
                    }
                    let same_text =
                        !matches!(column.kind, Kind::FreeText | Kind::Key(_) | Kind::Reference(_))
                            || clean(&row[at]) == clean(&truth[at]);
                    if found != expected || !same_text {
                        return Outcome::Wrong(format!(
                            "row {number}, {}: {:?} for {:?}",
                            column.name, row[at], truth[at]
                        ));
                    }
                }
            }
            Outcome::Right
        }
    }
}

fn value(column: &Column, row: &[String], at: usize, file: &CorpusFile) -> Reading {
    let state = match column.kind {
        Kind::PassportNumber { issuing_state } => {
            file.table.columns.iter().position(|other| other.name == issuing_state).map(|at| row[at].as_str())
        }
        _ => None,
    };
    read(column, &row[at], state)
}

fn cells(path: &Path, file: &CorpusFile) -> Result<Vec<Vec<String>>, SourceError> {
    let table = ExportTable::open(path, file.table, &Mapping::default())?;
    let mut rows = Vec::new();
    for batch in table.batches()? {
        let batch = batch?;
        for row in 0..batch.rows() {
            rows.push(file.table.columns.iter().map(|column| batch.text(column, row).to_owned()).collect());
        }
    }
    Ok(rows)
}

#[test]
fn of_two_hundred_files_none_is_silently_wrong_and_few_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (mut right, mut refused, mut wrong) = (0, Vec::new(), Vec::new());
    for file in corpus(20_250_630).unwrap() {
        let path = folder.path().join(&file.name);
        sample::write(&path, &file.bytes);
        match read_file(&path, &file) {
            Outcome::Right => right += 1,
            Outcome::Refused(why) => refused.push((file.name, file.habits, file.hard, why)),
            Outcome::Wrong(why) => wrong.push((file.name, file.habits, why)),
        }
    }
    assert!(wrong.is_empty(), "{} silently wrong: {wrong:#?}", wrong.len());
    // Refused are the files that have to be, and no other.
    assert!(refused.iter().all(|(_, _, hard, _)| *hard), "{} refused: {refused:#?}", refused.len());
    assert_eq!(refused.len(), Hard::ALL.len());
    assert_eq!(right, FILES - refused.len());
    assert!(right * 100 >= FILES * 98);
}

#[test]
fn every_habit_is_in_three_files_and_the_same_seed_gives_the_same_bytes() {
    let files = corpus(20_250_630).unwrap();
    for habit in habits::ALL {
        let with = files.iter().filter(|file| file.habits.contains(&habit.name())).count();
        assert!(with >= 3, "{} in {with} files", habit.name());
    }
    let again = corpus(20_250_630).unwrap();
    assert!(files.iter().zip(&again).all(|(one, other)| one.bytes == other.bytes));
    let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names.len(), FILES);
}
