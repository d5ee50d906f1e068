//! Wide sheets, read as the tables they hold.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use inlav_core::codes::CodeLists;
use inlav_core::registry::{Column, case, employment, person, site};
use parquet::arrow::ArrowWriter;

use crate::mapping::Mapping;
use crate::source::sample::{CANARY, assert_tells_nothing, write};
use crate::source::{Export, SourceError};

const MAPPING: &str = "version = 1\n[tables.site.constants]\nopened_on = \"09/06/2024\"\n\
    [tables.person]\nfile = \"casi.csv\"\n[tables.case]\nfile = \"casi.csv\"\nkey = \"row\"\n\
    [tables.employment]\nfile = \"casi.csv\"\nkey = \"row\"\n";
const HEADINGS: &str = "ID persona;Cognome;Genere;Cittadinanza;Stato;Data primo contatto;Canale di accesso;Target;\
    Stato identificazione;ATECO;Regolarità;Lavoro di sfruttamento\n";

/// A wide sheet as a Parquet file.
fn parquet(rows: &str) -> Vec<u8> {
    let rows: Vec<Vec<&str>> = rows.lines().map(|row| row.split(';').collect()).collect();
    let columns = HEADINGS.trim_end().split(';').enumerate().map(|(at, heading)| {
        let cells: ArrayRef = Arc::new(rows.iter().map(|row| Some(row[at])).collect::<StringArray>());
        (heading, cells)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// A table, the cells of some of its columns, and its row numbers.
type Read = (&'static str, Vec<Vec<String>>, Vec<u64>);

fn open(rows: &str, mapping: &str) -> Result<Vec<Read>, SourceError> {
    read("casi.csv", format!("{HEADINGS}{rows}").as_bytes(), mapping)
}

fn read(name: &str, content: &[u8], mapping: &str) -> Result<Vec<Read>, SourceError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    write(&path, content);
    let export = Export::open(&path, &Mapping::parse(mapping, CodeLists::built_in()).unwrap())?;
    let mut tables = Vec::new();
    for table in export.tables() {
        let shown: &[Column] = match table.table().name {
            "site" => &[site::OPENED_ON],
            "person" => &[person::SITE_PERSON_ID, person::FAMILY_NAME],
            "case" => &[case::CASE_ID, case::SITE_PERSON_ID, case::STATE],
            _ => &[employment::EMPLOYMENT_ID, employment::SITE_PERSON_ID, employment::REGULARITY],
        };
        let (mut rows, mut numbers) = (Vec::new(), Vec::new());
        for batch in table.batches()? {
            let batch = batch?;
            for row in 0..batch.rows() {
                rows.push(shown.iter().map(|column| batch.text(column, row).to_owned()).collect());
            }
            numbers.extend_from_slice(batch.row_numbers());
        }
        tables.push((table.table().name, rows, numbers));
    }
    Ok(tables)
}

const ROWS: &str = "7;Provafalso;F;UKR;CHIUSO;10/06/2024;SST;VITTIMA;NESSUNA;97;NERO;si\n\
    8;Aiea;M;PAK;CONTATTATO;12/06/2024;AUTO;RISCHIO;NESSUNA;;;\n\
    7;Provafalso;F;UKR;CONTATTATO;01/10/2024;SST;VITTIMA;NESSUNA;97;GRIGIO;no\n\
    7;;;;CONTATTATO;01/11/2024;SST;VITTIMA;NESSUNA;;;\n\
    9;Prova;F;UKR;;;;;;;;\n";

#[test]
fn a_row_per_case_becomes_persons_cases_and_jobs() {
    let tables = open(ROWS, MAPPING).unwrap();
    let (names, rows): (Vec<_>, Vec<_>) = tables.iter().map(|(name, rows, _)| (*name, rows)).unzip();
    assert_eq!(names, ["site", "person", "case", "employment"]);
    assert_eq!(*rows[0], [["09/06/2024"]]);
    assert_eq!(*rows[1], [["7", "Provafalso"], ["8", "Aiea"], ["9", "Prova"]]);
    let cases =
        [["2", "7", "CHIUSO"], ["3", "8", "CONTATTATO"], ["4", "7", "CONTATTATO"], ["5", "7", "CONTATTATO"]];
    assert_eq!(*rows[2], cases);
    assert_eq!(*rows[3], [["2", "7", "NERO"], ["4", "7", "GRIGIO"]]);
    assert_eq!(tables[1].2, [2, 3, 6]);
}

#[test]
fn a_wide_sheet_is_read_the_same_however_it_is_written() {
    let plain = open(ROWS, MAPPING).unwrap();
    let as_parquet = MAPPING.replace("casi.csv", "casi.parquet");
    assert_eq!(read("casi.parquet", &parquet(ROWS), &as_parquet).unwrap(), plain);
    // What one of its tables states counts for all.
    let stated = MAPPING.replace("[tables.case]", "delimiter = \"^\"\nquote = \"'\"\n[tables.case]");
    let strange = format!("{HEADINGS}{ROWS}").replace("Provafalso", "'Provafalso'").replace(';', "^");
    assert_eq!(read("casi.csv", strange.as_bytes(), &stated).unwrap(), plain);
}

#[test]
fn what_two_tables_of_a_sheet_state_must_agree() {
    let twice = MAPPING.replace("[tables.case]", "delimiter = \";\"\n[tables.case]\ndelimiter = \";\"");
    assert!(open(ROWS, &twice).is_ok());
    let other = MAPPING.replace("[tables.case]", "delimiter = \";\"\n[tables.case]\ndelimiter = \",\"");
    let told = open(ROWS, &other).unwrap_err().to_string();
    assert!(told.contains("under table case another way in which file casi.csv is written"), "{told}");
}

#[test]
fn a_column_by_position_is_one_table_s() {
    let mapping = format!("{MAPPING}[tables.employment.columns]\n\"#12\" = \"exploitation\"\n");
    let renamed = HEADINGS.replace("Lavoro di sfruttamento", "Colore");
    let tables = read("casi.csv", format!("{renamed}{ROWS}").as_bytes(), &mapping).unwrap();
    assert_eq!(tables[3].1, [["2", "7", "NERO"], ["4", "7", "GRIGIO"]]);
}

#[test]
fn rows_that_are_none_are_told_once_and_persons_are_not_among_them() {
    let rows = format!(
        "{ROWS}Totale;;;;4;;;;;;;\n10;Somma;F;UKR;;;;\n;Somma;F;UKR;CHIUSO;;SST;VITTIMA;NESSUNA;;;\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("casi.csv");
    write(&path, format!("{HEADINGS}{rows}").as_bytes());
    let mapping = Mapping::parse(MAPPING, CodeLists::built_in()).unwrap();
    let export = Export::open(&path, &mapping).unwrap();
    let (mut left_out, mut persons) = (Vec::new(), Vec::new());
    for table in export.tables() {
        for batch in table.batches().unwrap() {
            let batch = batch.unwrap();
            left_out.extend(batch.left_out().iter().map(|left| left.row));
            if table.table().name == "person" {
                persons.extend_from_slice(batch.row_numbers());
            }
        }
    }
    assert_eq!((left_out, persons), (vec![7], vec![2, 3, 6, 8, 9]));
}

#[test]
fn two_rows_of_one_person_that_differ_are_told_by_their_numbers() {
    let rows = ROWS.replace("7;Provafalso;F;UKR;CONTATTATO", &format!("7;{CANARY};F;UKR;CONTATTATO"));
    let error = open(&rows, MAPPING).unwrap_err();
    assert_tells_nothing(&error);
    assert!(error.to_string().contains("file casi.csv, row 4: has the number of row 2 in person"), "{error}");
    // The same in other words is the same.
    let words = format!("{MAPPING}[tables.person.values.gender]\n\"Signora\" = \"F\"\n");
    assert!(open(&ROWS.replacen("F;UKR", "Signora;UKR", 1), &words).is_ok());
}

#[test]
fn without_numbers_the_row_is_the_person_and_the_case() {
    let mapping = MAPPING.replace("[tables.case]", "key = \"row\"\nignore = [\"ID persona\"]\n[tables.case]");
    let tables = open(ROWS, &mapping).unwrap();
    assert_eq!(tables[1].1[2], ["4", "Provafalso"]);
    assert_eq!(tables[2].1[2], ["4", "4", "CONTATTATO"]);
    assert_eq!(tables[3].1[1], ["4", "4", "GRIGIO"]);
}

#[test]
fn a_heading_of_two_tables_is_not_guessed_at() {
    let mapping = format!(
        "{MAPPING}[tables.outcome]\nfile = \"casi.csv\"\nkey = \"row\"\n[tables.outcome.constants]\non = \"01/01/2025\"\n"
    );
    let rows = |heading: &str| format!("{}\n", HEADINGS.replace("Stato;", heading).trim_end());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("casi.csv");
    write(&path, rows("Stato;Esito;").as_bytes());
    let error =
        |mapping: &str| match Export::open(&path, &Mapping::parse(mapping, CodeLists::built_in()).unwrap()) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
    let told = error(&mapping);
    assert!(told.contains("the heading of column 6 may be case.closure_reason or outcome.type"), "{told}");
    assert_eq!(error(&format!("{mapping}[tables.outcome.columns]\n\"Esito\" = \"type\"\n")), "");
}

#[test]
fn what_nobody_can_refer_to_is_not_numbered_by_rows() {
    let twice = MAPPING.replace("[tables.case]", "key = \"row\"\n[tables.case]");
    let told = open(ROWS, &twice).unwrap_err().to_string();
    assert!(told.contains("has a heading for person.site_person_id, which the mapping file makes"), "{told}");
    let referred = twice
        .replace("key = \"row\"\n[tables.case]", "key = \"row\"\nignore = [\"ID persona\"]\n[tables.case]")
        + "[tables.case.columns]\n\"ID persona\" = \"site_person_id\"\n";
    let told = open(ROWS, &referred).unwrap_err().to_string();
    assert!(told.contains("table case refers to them by a number of the office"), "{told}");
}

#[test]
fn only_the_table_of_the_pua_is_made_of_constants_alone() {
    let mapping = MAPPING.replace("[tables.site.constants]\nopened_on = \"09/06/2024\"\n", "");
    let told = open(ROWS, &mapping).unwrap_err().to_string();
    assert!(told.contains("table site (PUA) is missing"), "{told}");
    let pact = format!("{MAPPING}[tables.pact.constants]\nstatus = \"BOZZA\"\n");
    let tables = open(ROWS, &pact).unwrap();
    assert!(tables.iter().all(|(name, _, _)| *name != "pact"));
}
