use std::collections::BTreeSet;

use inlav_core::registry;

use super::*;

const FILE: &str = "registro 2024.xlsx";
const SHEET: &str = "Casi aperti";
/// Numbers that stand nowhere else in the texts.
const ROW: u64 = 4711;
const POSITION: usize = 815;

fn place() -> Place {
    Place { file: FILE.to_owned(), sheet: Some(SHEET.to_owned()) }
}

/// One of each problem.
fn all() -> Vec<Problem> {
    let table = registry::table("person").unwrap();
    let column = table.columns.iter().find(|column| column.name == "gender").unwrap();
    let (path, file, row, position) = (|| PathBuf::from(FILE), || FILE.to_owned(), ROW, POSITION);
    let accepted = || "Genere, sesso".to_owned();
    let mut problems = vec![
        Problem::Io { path: path(), source: io::ErrorKind::NotFound.into() },
        Problem::NotAnExport { path: path() },
        Problem::MissingTable { table, workbook: true, accepted: accepted() },
        Problem::UnknownTable { place: place(), hidden: true, key: "ignore_sheets" },
        Problem::WorkbookInFolder { file: file() },
        Problem::NoFile { file: file() },
        Problem::UnknownEnding { file: file(), table },
        Problem::TwoSources { table, first: place(), second: place() },
        Problem::MappedSourceMissing { table, place: place() },
        Problem::Changed { file: file() },
        Problem::OpenQuote { place: place(), row },
        Problem::AfterQuote { place: place(), row },
        Problem::RowsInCell { place: place(), row },
        Problem::LongCell { place: place(), row },
        Problem::LongRow { place: place(), row, most: 16_384 },
        Problem::MergedCells { place: place(), row, position },
        Problem::RowLength { place: place(), row, expected: 12, found: 1 },
        Problem::NoHeading { place: place(), row, position },
        Problem::NoHeadings { place: place(), table, searched: 20, example: accepted() },
        Problem::MissingColumn { place: place(), table, column, accepted: accepted() },
        Problem::UnknownHeading { place: place(), table, position, heading: Some("Colore".to_owned()) },
        Problem::TwoHeadings { place: place(), column, first: 7, second: position },
        Problem::HeadingRow { place: place(), row },
        Problem::Contradiction { place: place(), row, position },
        Problem::Columnar { place: place(), what: "Parquet" },
        Problem::OfTwoTables {
            place: place(),
            position,
            first: ("person", "notes"),
            second: ("training", "notes"),
        },
        Problem::TwoDialects { place: place(), table },
        Problem::MadeTwice { place: place(), table, column },
        Problem::RowKeyReferred { table, by: registry::table("training").unwrap() },
        Problem::DifferentRows { place: place(), table, first: 3, row },
        Problem::Workbook { place: place() },
        Problem::LargeWorkbook { place: place() },
        Problem::Password { place: place() },
        Problem::ErrorCell { place: place(), row, position },
        Problem::NotCalculated { place: place(), row, position },
    ];
    problems.extend(
        [
            EncodingFault::Undefined,
            EncodingFault::Mixed,
            EncodingFault::Broken,
            EncodingFault::Dos,
            EncodingFault::Nul,
        ]
        .map(|fault| Problem::Encoding { file: file(), fault, byte: 123_456, line: row }),
    );
    problems.extend(
        [
            NoText::ZonedTimestamp,
            NoText::List,
            NoText::Struct,
            NoText::Map,
            NoText::Binary,
            NoText::Time,
            NoText::Runs,
        ]
        .map(|found| Problem::ColumnType { place: place(), position, found }),
    );
    problems
}

#[test]
fn what_names_a_place_in_english_names_it_in_italian() {
    let places =
        [FILE, SHEET, "4711", "815", "person", "training", "notes", "20", "Genere", "sesso", "ignore_"];
    for problem in all() {
        let (it, en) = (problem.text(Language::It), problem.text(Language::En));
        assert_eq!(en, problem.to_string());
        assert_ne!(it, en);
        for name in places {
            assert!(!en.contains(name) || it.contains(name), "{name}\n{en}\n{it}");
        }
        let is_english = |word: &str| ["the", "is", "of", "row", "sheet", "mapping", "or"].contains(&word);
        assert!(!it.split_whitespace().any(is_english), "{it}");
    }
}

#[test]
fn every_problem_has_texts_of_its_own() {
    for language in [Language::It, Language::En] {
        let texts: BTreeSet<_> = all().iter().map(|problem| problem.text(language)).collect();
        assert_eq!(texts.len(), all().len());
    }
}

#[test]
fn italian_counts_and_names() {
    let told = |wanted: fn(&Problem) -> bool| all().iter().find(|p| wanted(p)).unwrap().text(Language::It);
    assert_eq!(
        told(|problem| matches!(problem, Problem::RowLength { .. })),
        "foglio Casi aperti di registro 2024.xlsx, riga 4711: 1 cella, ma 12 intestazioni"
    );
    assert_eq!(
        told(|problem| matches!(problem, Problem::Io { .. })),
        "impossibile leggere registro 2024.xlsx: non esiste"
    );
    let missing = told(|problem| matches!(problem, Problem::MissingColumn { .. }));
    assert!(missing.contains("manca la colonna gender (Genere) della tabella person (Persone)"), "{missing}");
}

#[test]
fn a_name_moves_no_cursor() {
    let place = Place { file: "a\u{1b}[2J.csv".to_owned(), sheet: Some("b\u{7}".to_owned()) };
    for language in [Language::It, Language::En] {
        let text = Problem::Password { place: place.clone() }.text(language);
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text}");
    }
}

#[test]
fn several_problems_are_a_list_in_either_language() {
    let error = SourceError::of(all());
    assert!(error.text(Language::It).starts_with("l'esportazione ha 47 problemi\n  - impossibile leggere"));
    assert_eq!(error.text(Language::En), error.to_string());
    let one = SourceError::from(Problem::Changed { file: FILE.to_owned() });
    assert!(one.text(Language::It).starts_with("il file registro 2024.xlsx è cambiato"));
}
