//! Wide sheets, read as the tables they hold.

use inlav_core::registry::{Column, case, employment, person, site};

use crate::mapping::Mapping;
use crate::source::sample::{CANARY, assert_tells_nothing, write};
use crate::source::{Export, SourceError};

const MAPPING: &str = "version = 1\n[tables.site.constants]\nopened_on = \"09/06/2024\"\n\
    [tables.person]\nfile = \"casi.csv\"\n[tables.case]\nfile = \"casi.csv\"\nkey = \"row\"\n\
    [tables.employment]\nfile = \"casi.csv\"\nkey = \"row\"\n";
const HEADINGS: &str = "ID persona;Cognome;Genere;Cittadinanza;Stato;Data primo contatto;Canale di accesso;Target;\
    Stato identificazione;ATECO;Regolarità;Lavoro di sfruttamento\n";

/// A table, the cells of some of its columns, and its row numbers.
type Read = (&'static str, Vec<Vec<String>>, Vec<u64>);

fn open(rows: &str, mapping: &str) -> Result<Vec<Read>, SourceError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("casi.csv");
    write(&path, format!("{HEADINGS}{rows}").as_bytes());
    let export = Export::open(&path, &Mapping::parse(mapping).unwrap())?;
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
    let error = |mapping: &str| match Export::open(&path, &Mapping::parse(mapping).unwrap()) {
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
