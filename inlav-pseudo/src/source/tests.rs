//! Whole exports: bundles read, and every way to spoil one.

use super::sample::{Bundle, CANARY};
use super::*;
use inlav_core::registry::{person, service_event};

mod damaged_workbooks;
mod dialects;
mod folders;
mod old_workbooks;
mod opendocument;
mod stray;

/// The texts of a column.
fn column(export: &Export, table: &str, column: &Column) -> Vec<String> {
    let table = export.tables().iter().find(|found| found.table().name == table).unwrap();
    let batches: Vec<_> = table.batches().unwrap().map(Result::unwrap).collect();
    batches.iter().flat_map(|batch| (0..batch.rows()).map(|row| batch.text(column, row).to_owned())).collect()
}

fn family_names(export: &Export) -> Vec<String> {
    column(export, "person", &person::FAMILY_NAME)
}

fn one(problems: Vec<String>, expected: &str) {
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(problems[0].contains(expected), "{}", problems[0]);
}

#[test]
fn tables_come_in_the_registrys_order_as_often_as_wanted() {
    let bundle = Bundle::new();
    let export = bundle.open().unwrap();
    let names: Vec<&str> = export.tables().iter().map(|table| table.table().name).collect();
    let registered = registry::tables().iter().map(|table| table.name);
    assert_eq!(names, registered.filter(|name| names.contains(name)).collect::<Vec<_>>());
    assert_eq!(names.len(), 10);
    for _ in 0..2 {
        assert_eq!(family_names(&export), ["Provafalso", "Aiea"]);
    }
    let origin = export.tables()[1].origin();
    assert_eq!(origin.place().to_string(), "file persone.csv");
    assert_eq!((origin.encoding(), origin.delimiter()), (Some(Encoding::Utf8), Some(';')));
    assert!(export.tables()[1].has(&person::GENDER) && !export.tables()[1].has(&person::PHONE));
}

#[test]
fn other_files_are_not_looked_at() {
    let bundle = Bundle::new()
        .with("leggimi.md", "x")
        .with("mapping.toml", "x")
        .with("desktop.ini", "x")
        .with(".nascosto.csv", "x")
        .with("~$persone.csv", "x");
    assert!(bundle.open().is_ok());
}

#[test]
fn delimiters_are_found_whatever_else_stands_in_the_headings() {
    for (delimiter, name) in [(",", ','), ("\t", '\t'), ("|", '|')] {
        let text = "ID persona;Cognome;\"Data di nascita\";Genere;Cittadinanza\n1;\"Prova;falso\";28/09/1994;F;UKR\n"
            .replace("Prova;falso", "@")
            .replace(';', delimiter)
            .replace('@', &format!("Prova{delimiter}falso"));
        let bundle = Bundle::new().with("persone.csv", text);
        let export = bundle.open().unwrap();
        assert_eq!(family_names(&export), [format!("Prova{delimiter}falso")]);
        assert_eq!(export.tables()[1].origin().delimiter(), Some(name));
    }
}

#[test]
fn titles_blank_lines_and_excels_first_line_are_passed_over() {
    let text = "sep=;\r\nPersone al 30/06/2025;;;;\r\n\r\n;;;;\r\nID persona;Cognome;Data di nascita;Genere;Cittadinanza;;\r\n\
                1;Provafalso;28/09/1994;F;UKR\r\n\r\n2;Aiea;28/09/1994;F;UKR;;\r\n;;;;;;\r\n";
    let bundle = Bundle::new().with("persone.csv", text);
    let export = bundle.open().unwrap();
    assert_eq!(family_names(&export), ["Provafalso", "Aiea"]);
    let batch = export.tables()[1].batches().unwrap().next().unwrap().unwrap();
    assert_eq!(batch.row_numbers(), [5, 7]);
}

#[test]
fn text_comes_out_composed_from_every_encoding() {
    let header = "ID persona;Cognome;Data di nascita;Genere;Cittadinanza\n1;";
    let rest = ";28/09/1994;F;UKR\n";
    let of = |name: &[u8]| [header.as_bytes(), name, rest.as_bytes()].concat();
    for content in [of(b"Nicol\xF2"), of("Nicolò".as_bytes()), of("Nicolo\u{300}".as_bytes())] {
        let bundle = Bundle::new().with("persone.csv", content);
        assert_eq!(family_names(&bundle.open().unwrap()), ["Nicolò"]);
    }
}

#[test]
fn a_mapping_names_files_headings_and_words() {
    let text =
        "Cod. interno;Cognome;Nato;Genere;Cittadinanza;Colore\n1;Provafalso;28/09/1994;Signora;UKR;rosso\n";
    let bundle = Bundle::new().without("persone.csv").with("utenti 2024.csv", text).with("altro.csv", "x");
    let mapping = "ignore_files = [\"altro.csv\"]\n[tables.person]\nfile = \"utenti 2024.csv\"\nignore = [\"Colore\"]\n\
                   [tables.person.columns]\n\"Cod. Interno\" = \"site_person_id\"\n\"Nato\" = \"birth_date\"\n\
                   [tables.person.values.gender]\n\"signora\" = \"F\"\n";
    let export = bundle.open_with(mapping).unwrap();
    assert_eq!(column(&export, "person", &person::GENDER), ["F"]);
    assert_eq!(column(&export, "person", &person::SITE_PERSON_ID), ["1"]);
    // Excel's #RIF! is not the office's word RIF.
    let bundle = bundle.with("utenti 2024.csv", text.replace("Signora", "#RIF!"));
    let translated = mapping.replace("\"signora\" = \"F\"", "\"rif\" = \"RIF\"");
    assert_eq!(column(&bundle.open_with(&translated).unwrap(), "person", &person::GENDER), ["#RIF!"]);
    let missing = bundle.open_with(&mapping.replace("utenti 2024", "utenti 2023")).unwrap_err().to_string();
    assert!(missing.contains("names file utenti 2023.csv for table person, which is not there"), "{missing}");
}

#[test]
fn a_missing_table_is_told_with_the_names_it_may_have() {
    one(
        Bundle::new().without("casi.csv").problems(),
        "table case (Casi) is missing: add a file called casi.csv, cases.csv",
    );
}

#[test]
fn unknown_and_double_files_are_told() {
    one(Bundle::new().with("varie.csv", "x").problems(), "file varie.csv holds no known table");
    one(
        Bundle::new().with("utenti.csv", "x").problems(),
        "file persone.csv and file utenti.csv both hold table person",
    );
    one(Bundle::new().with("tutto.xlsx", "x").problems(), "file tutto.xlsx is a workbook inside a folder");
}

#[test]
fn all_problems_of_all_files_are_told_at_once() {
    let problems = Bundle::new()
        .without("casi.csv")
        .with("varie.csv", "x")
        .changed("persone.csv", "Genere", "Colore")
        .changed("esiti.csv", "Data", "Data;Data esito")
        .problems();
    assert_eq!(problems.len(), 5, "{problems:#?}");
    let error = Bundle::new().without("casi.csv").without("persone.csv").open().unwrap_err();
    assert!(error.to_string().starts_with("the export has 2 problems\n  - table person"));
}

#[test]
fn a_table_that_nobody_has_to_keep_may_be_absent() {
    let export = Bundle::new();
    assert!(export.without("patti.csv").open().is_ok());
}

#[test]
fn a_missing_column_is_told_with_its_headings() {
    let problems = Bundle::new().changed("persone.csv", "Genere", "Colore").problems();
    assert!(problems[0].contains("file persone.csv: the heading of column 4, \"Colore\", is not known"));
    assert!(problems[1].contains(
        "column gender (Genere) of table person is missing; accepted headings: Genere, Gender, gender, sesso"
    ));
}

#[test]
fn a_file_without_headings_is_not_quoted() {
    let text = format!("1;{CANARY};28/09/1994;F;UKR\n2;{CANARY};28/09/1994;F;UKR\n");
    one(
        Bundle::new().with("persone.csv", text).problems(),
        "none of the first 20 rows has the headings of table person",
    );
    one(Bundle::new().with("persone.csv", "").problems(), "none of the first 20 rows");
}

#[test]
fn a_heading_that_looks_like_data_is_told_by_its_place_only() {
    let heading = format!("{CANARY} 3331234567");
    let problems = Bundle::new().changed("persone.csv", "Codice fiscale", &heading).problems();
    one(problems, "the heading of column 6 is not known");
}

#[test]
fn rows_that_do_not_fit_the_headings_are_told_up_to_twenty() {
    let short = format!("2;{CANARY}\n");
    one(
        Bundle::new().changed("persone.csv", "2;Aiea;01/02/1990;M;PAK;\n", &short).problems(),
        "file persone.csv, row 3: 2 cells, but there are 6 headings",
    );
    let long = format!("PAK;;;{CANARY}\n");
    one(
        Bundle::new().changed("persone.csv", "PAK;\n", &long).problems(),
        "file persone.csv, row 3: a value stands in column 8, which has no heading",
    );
    let many = format!("PAK;\n{}", short.repeat(30));
    assert_eq!(Bundle::new().changed("persone.csv", "PAK;\n", &many).problems().len(), 20);
}

#[test]
fn spoilt_text_is_told_by_its_place() {
    let cut = format!("2;\"{CANARY};01/02/1990;M;PAK;\n");
    one(
        Bundle::new().changed("persone.csv", "2;Aiea;01/02/1990;M;PAK;\n", &cut).problems(),
        "file persone.csv, row 3: a quotation mark is opened and never closed",
    );
    let after = format!("\"{CANARY}\" {CANARY};");
    one(
        Bundle::new().changed("persone.csv", "Aiea;", &after).problems(),
        "row 3: text follows a closing quotation mark",
    );
    let undefined = [b"Stato;Firmatari\nSOTTOSCRITTO;\x81".as_slice(), CANARY.as_bytes()].concat();
    one(
        Bundle::new().with("patti.csv", undefined).problems(),
        "a byte that is neither UTF-8 nor Windows-1252, perhaps from an old Mac, at byte 29 (line 2)",
    );
    let zero = format!("Stato;Firmatari\n{CANARY}\0;5\n");
    one(
        Bundle::new().with("patti.csv", zero).problems(),
        "a zero byte, which no text has at byte 24 (line 2)",
    );
}

#[test]
fn what_is_no_export_is_told() {
    let bundle = Bundle::new().with("persone.pdf", "x");
    let file = bundle.path().join("persone.pdf");
    let error = Export::open(&file, &Mapping::default()).unwrap_err();
    assert!(matches!(error.problems(), [Problem::NotAnExport { .. }]));
    let error = Export::open(&bundle.path().join("persone.csv"), &Mapping::default()).unwrap_err();
    assert!(matches!(error.problems(), [Problem::MissingTable { .. }, Problem::MissingTable { .. }]));
    let error = Export::open(&bundle.path().join("manca.xlsx"), &Mapping::default()).unwrap_err();
    assert!(matches!(error.problems(), [Problem::Io { .. }]));
    let bundle = bundle.with("falso.xlsx", CANARY);
    let error = Export::open(&bundle.path().join("falso.xlsx"), &Mapping::default()).unwrap_err();
    assert!(matches!(error.problems(), [Problem::Workbook { .. }]));
    sample::assert_tells_nothing(&error);
}

/// Excel leaves out the delimiters of blank cells at a row's end. A row that needs what is missing,
/// or in which the file ends, may have been cut off.
#[test]
fn blank_cells_at_the_end_of_a_row_may_be_absent() {
    let ending = |row: &str| Bundle::new().changed("persone.csv", "2;Aiea;01/02/1990;M;PAK;\n", row);
    let bundle = ending("2;Aiea;01/02/1990;M;PAK\n3;Provavera;;F;PAK\n");
    assert_eq!(family_names(&bundle.open().unwrap()), ["Provafalso", "Aiea", "Provavera"]);
    for row in ["2;Aiea;01/02/1990;M\n", "2;Aiea;01/02/1990;M;PAK"] {
        one(ending(row).problems(), "cells, but there are 6 headings");
    }
}

#[test]
fn a_file_that_changed_since_it_was_opened_is_told() {
    let bundle = Bundle::new();
    let export = bundle.open().unwrap();
    let pact = export.tables().iter().find(|table| table.table().name == "pact").unwrap();
    assert!(pact.batches().is_ok());
    let bundle = bundle.with("patti.csv", "");
    bundle.path();
    let error = pact.batches().unwrap_err();
    assert!(error.to_string().contains("file patti.csv changed while it was read"));
}

#[test]
fn many_rows_come_in_batches() {
    use std::fmt::Write as _;

    let mut text = "ID servizio;ID caso;Tipo di servizio;Data;Ore;Esito\n".to_owned();
    for number in 0..10_000 {
        writeln!(text, "{number};10;COLLOQUIO;20/06/2024;;SVOLTO").unwrap();
    }
    let bundle = Bundle::new().with("servizi.csv", text);
    let export = bundle.open().unwrap();
    let events = export.tables().iter().find(|table| table.table().name == "service_event").unwrap();
    let sizes: Vec<usize> = events.batches().unwrap().map(|batch| batch.unwrap().rows()).collect();
    assert_eq!(sizes, [4096, 4096, 1808]);
    assert_eq!(column(&export, "service_event", &service_event::EVENT_ID)[9999], "9999");
}

#[cfg(feature = "synthetic")]
mod workbooks {
    use std::path::PathBuf;

    use inlav_core::codes::CodeLists;
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
    use tempfile::TempDir;

    use super::*;

    /// A workbook made of the sample's files; `edit` gets the sheet of services.
    fn workbook(edit: impl FnOnce(&mut Worksheet)) -> (TempDir, PathBuf) {
        let bundle = Bundle::new();
        let mut workbook = Workbook::new();
        let mut edit = Some(edit);
        for table in bundle.open().unwrap().tables() {
            let place = table.origin().place();
            let text = std::fs::read_to_string(bundle.path().join(place.file())).unwrap();
            let sheet = workbook.add_worksheet();
            sheet.set_name(table.table().label_it).unwrap();
            for (row, line) in (0..).zip(text.lines()) {
                for (at, cell) in (0..).zip(line.split(';')).filter(|(_, cell)| !cell.is_empty()) {
                    sheet.write_string(row, at, cell).unwrap();
                }
            }
            if table.table().name == "service_event"
                && let Some(edit) = edit.take()
            {
                edit(sheet);
            }
        }
        workbook.add_worksheet();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.xlsx");
        sample::write(&path, &workbook.save_to_buffer().unwrap());
        (folder, path)
    }

    fn told(path: &Path) -> String {
        let export = Export::open(path, &Mapping::default()).unwrap();
        let events = export.tables().iter().find(|table| table.table().name == "service_event").unwrap();
        let error = events.batches().unwrap().next().unwrap().unwrap_err();
        sample::assert_tells_nothing(&error);
        error.to_string()
    }

    #[test]
    fn cells_of_all_kinds_become_text() {
        let day = Format::new().set_num_format("dd/mm/yyyy");
        let (_folder, path) = workbook(|sheet| {
            sheet.write_number(1, 0, 17.0).unwrap();
            let date = ExcelDateTime::from_ymd(2024, 6, 20).unwrap();
            sheet.write_datetime_with_format(1, 3, &date, &day).unwrap();
            sheet.write_formula(1, 4, Formula::new("=1+0.5").set_result("1.5")).unwrap();
            sheet.write_string(0, 6, "Mediazione").unwrap();
            sheet.write_boolean(1, 6, true).unwrap();
        });
        let export = Export::open(&path, &Mapping::default()).unwrap();
        for (of, expected) in [
            (&service_event::EVENT_ID, "17"),
            (&service_event::CASE_ID, "10"),
            (&service_event::ON, "2024-06-20"),
            (&service_event::HOURS, "1.5"),
            (&service_event::MEDIATION, "true"),
        ] {
            assert_eq!(column(&export, "service_event", of), [expected]);
        }
        assert_eq!(export.tables()[4].origin().place().to_string(), "sheet Servizi of export.xlsx");
        assert_eq!(family_names(&export), ["Provafalso", "Aiea"]);
    }

    #[test]
    fn merged_cells_below_the_headings_are_told_by_their_place() {
        let plain = Format::new();
        let (_folder, path) = workbook(|sheet| {
            sheet.merge_range(1, 3, 2, 3, "20/06/2024", &plain).unwrap();
        });
        let error = Export::open(&path, &Mapping::default()).unwrap_err();
        one(
            error.problems().iter().map(ToString::to_string).collect(),
            "sheet Servizi of export.xlsx, row 2: cells merged from column 4 on",
        );
    }

    #[test]
    fn cells_without_a_value_are_told_by_their_place() {
        let (_folder, path) = workbook(|sheet| {
            sheet.write_formula(1, 4, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
        });
        assert!(
            told(&path)
                .contains("sheet Servizi of export.xlsx, row 2: the formula in column 5 gives an error")
        );
        let (_folder, path) = workbook(|sheet| {
            sheet.write_string(1, 9, CANARY).unwrap();
        });
        assert!(told(&path).contains("row 2: a value stands in column 10, which has no heading"));
    }

    #[test]
    fn gaps_do_not_move_rows_or_cells() {
        let (_folder, path) = workbook(|sheet| {
            for (at, cell) in (0..).zip(["5", "11", "INFO", "20/06/2024", "", "SVOLTO"]) {
                sheet.write_string(7, at, cell).unwrap();
            }
        });
        let export = Export::open(&path, &Mapping::default()).unwrap();
        let batch = export.tables()[4].batches().unwrap().next().unwrap().unwrap();
        assert_eq!(batch.row_numbers(), [2, 8]);
        assert_eq!(batch.text(&service_event::EVENT_ID, 1), "5");
        assert_eq!(batch.text(&service_event::OUTCOME, 1), "SVOLTO");
    }

    #[test]
    fn a_reader_that_is_dropped_early_ends() {
        let (_folder, path) = workbook(|sheet| {
            for row in 2..20_000 {
                for (at, cell) in (0..).zip(["5", "11", "INFO", "20/06/2024", "", "SVOLTO"]) {
                    sheet.write_string(row, at, cell).unwrap();
                }
            }
        });
        let export = Export::open(&path, &Mapping::default()).unwrap();
        let mut batches = export.tables()[4].batches().unwrap();
        assert_eq!(batches.next().unwrap().unwrap().rows(), 4096);
        drop(batches);
        assert_eq!(column(&export, "service_event", &service_event::EVENT_ID).len(), 19_999);
    }

    #[test]
    fn sheets_that_hold_no_table_are_told_or_ignored() {
        let (_folder, path) = workbook(|sheet| {
            sheet.set_name("Cose varie").unwrap();
        });
        let error = Export::open(&path, &Mapping::default()).unwrap_err().to_string();
        assert!(error.contains("sheet Cose varie of export.xlsx holds no known table"));
        let mapping = Mapping::parse(
            "version = 1\n[tables.service_event]\nsheet = \"Cose varie\"\n",
            CodeLists::built_in(),
        )
        .unwrap();
        assert!(Export::open(&path, &mapping).is_ok());
    }

    #[test]
    fn a_workbook_cut_off_is_told() {
        let (folder, path) = workbook(|_| {});
        let bytes = std::fs::read(&path).unwrap();
        let cut = folder.path().join("mezzo.xlsx");
        sample::write(&cut, &bytes[..bytes.len() / 2]);
        let error = Export::open(&cut, &Mapping::default()).unwrap_err();
        assert!(matches!(error.problems(), [Problem::Workbook { .. }]));
    }
}
