//! Exports that cannot be read, are not understood, or hold wrong data.

use std::fs;

use super::{CANARY, Desk, SITE, assert_discreet};
use crate::arguments;
use crate::demo::{AS_OF, demo};
use crate::files;
use crate::program::{inlav, run};

#[test]
fn a_missing_column_is_named_with_the_headings_that_would_do() {
    let desk = Desk::new();
    desk.edit("person.csv", |text| text.replacen(",gender,", ",,", 1));
    desk.refuses_export(
        4,
        &["file person.csv", "column gender (Genere) of table person is missing", "sesso"],
    );
}

#[test]
fn problems_and_hints_are_told_in_the_language_asked_for() {
    let desk = Desk::new();
    desk.edit("person.csv", |text| text.replacen(",gender,", ",,", 1));
    let missing =
        ["errore: ", "file person.csv: manca la colonna gender (Genere) della tabella person (Persone)"];
    desk.refuses(desk.check().args(["--lang", "it"]), 4, &missing);
    desk.refuses(desk.check().env("LC_ALL", "it_IT.UTF-8"), 4, &missing);
    desk.refuses(desk.pseudonymise().env("LC_ALL", "it_IT.UTF-8"), 4, &missing);
    let desk = Desk::new();
    desk.edit("person.csv", |text| text.replacen(",F,", ",QQQ,", 1));
    let one = ["errore: l'esportazione ha 1 errore\n", "suggerimento: correggere le righe"];
    desk.refuses(desk.check().args(["--lang", "it"]), 4, &one);
}

#[test]
fn an_unknown_column_is_named() {
    let desk = Desk::new();
    desk.edit("case.csv", |text| text.replacen("notes", "shoe size", 1));
    desk.refuses_export(4, &["file case.csv", "\"shoe size\",", "not known", "mapping file"]);
}

/// Somebody's data in the row of headings is not repeated.
#[test]
fn a_heading_that_reads_like_data_is_counted_but_not_shown() {
    let desk = Desk::new();
    desk.edit("case.csv", |text| text.replacen("notes", &format!("{CANARY} 347 5551234"), 1));
    desk.refuses_export(4, &["file case.csv", "is not known"]);
}

#[test]
fn two_headings_for_one_column_are_named() {
    let desk = Desk::new();
    desk.edit("person.csv", |text| text.replacen("phone", "Cognome", 1));
    desk.refuses_export(4, &["file person.csv", "both stand for family_name"]);
}

#[test]
fn a_missing_table_is_named() {
    let desk = Desk::new();
    fs::remove_file(desk.export().join("case.csv")).unwrap();
    desk.refuses_export(4, &["table case (Casi) is missing", "casi.csv"]);
}

#[test]
fn a_file_of_no_known_table_is_named() {
    let desk = Desk::new();
    files::put(&desk.export().join("appunti.csv"), format!("{CANARY},b\n1,2\n").as_bytes());
    desk.refuses_export(4, &["file appunti.csv holds no known table", "ignore_files"]);
}

#[test]
fn a_file_without_headings_is_named_and_not_shown() {
    let desk = Desk::new();
    desk.edit("person.csv", |text| text.split_once('\n').unwrap().1.to_owned());
    desk.refuses_export(
        4,
        &["file person.csv", "none of the first 20 rows has the headings of table person"],
    );
}

#[test]
fn bytes_of_no_encoding_are_named_by_place() {
    for (bytes, fault) in [
        // Neither UTF-8 nor Windows-1252, which leaves 0x81 undefined.
        (&b"x,\x81\n"[..], "neither UTF-8 nor Windows-1252"),
        (b"x,\0\n", "a zero byte"),
    ] {
        let desk = Desk::new();
        let path = desk.export().join("pact.csv");
        let before = fs::read(&path).unwrap();
        files::put(&path, &[before.as_slice(), bytes].concat());
        let place = format!("at byte {}", before.len() + 2);
        desk.refuses_export(3, &["file pact.csv cannot be read as text", fault, &place, "(line 3)"]);
    }
}

/// UTF-8 in which one part is not: what two programs wrote into one file.
#[test]
fn a_mixed_encoding_is_not_guessed() {
    let desk = Desk::new();
    let path = desk.export().join("person.csv");
    let mut bytes = fs::read(&path).unwrap();
    for _ in 0..4 {
        bytes.extend_from_slice(format!("9,{CANARY} più,,1980-01-01\n").as_bytes());
    }
    bytes.extend_from_slice(b"9,Nicol\xf2,,1980-01-01\n");
    files::put(&path, &bytes);
    desk.refuses_export(3, &["file person.csv", "the file is UTF-8 but one part of it is not"]);
}

#[test]
fn a_file_cut_inside_quotes_is_named() {
    let desk = Desk::new();
    desk.edit("person.csv", |text| {
        let quote = text.rfind("\"\"").unwrap_or_else(|| text.rfind('"').unwrap());
        text[..quote].to_owned()
    });
    desk.refuses_export(
        3,
        &["file person.csv, row", "a quotation mark is opened and never closed", "cut off"],
    );
}

#[test]
fn a_file_cut_inside_a_row_is_named() {
    let desk = Desk::new();
    desk.edit("case.csv", |text| {
        let row = text.trim_end().rfind('\n').unwrap();
        text[..row + 12].to_owned()
    });
    desk.refuses_export(3, &["file case.csv, row", "cells, but there are"]);
}

#[test]
fn a_cut_workbook_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read(demo().raw("PUA02")).unwrap();
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        let path = folder.path().join("PUA02.xlsx");
        files::put(&path, &whole[..length]);
        let command = &mut inlav(arguments!["check", &path, "--site", "PUA02", "--as-of", AS_OF]);
        super::refuses(folder.path(), command, 3, &["PUA02.xlsx cannot be read as a workbook"]);
    }
}

#[test]
fn what_is_no_export_is_named() {
    let desk = Desk::new();
    let notes = desk.path("note.pdf");
    files::put(&notes, b"%PDF-1.7");
    for (path, text) in [(desk.path("nowhere"), "cannot read"), (notes, "is not an export")] {
        let command = &mut inlav(arguments!["check", &path, "--site", SITE, "--as-of", AS_OF]);
        desk.refuses(command, 3, &[&path.display().to_string(), text]);
    }
}

/// Once in the store, an extract of the year 2052 would keep out all that come before it.
#[test]
fn a_day_in_the_future_or_of_no_calendar_is_refused() {
    let desk = Desk::new();
    let check = |day: &str| inlav(arguments!["check", desk.export(), "--site", SITE, "--as-of", day]);
    desk.refuses(&mut check("30/06/2052"), 4, &["--as-of 2052-06-30 lies in the future"]);
    desk.refuses(&mut check("30/02/2025"), 2, &["write the day as dd/mm/yyyy or yyyy-mm-dd"]);
    run(&mut check("30/06/2025")).without_errors();
}

#[test]
fn a_site_outside_the_programme_is_refused() {
    let desk = Desk::new();
    let command = &mut inlav(arguments!["check", desk.export(), "--site", "PUA99", "--as-of", AS_OF]);
    desk.refuses(command, 4, &["site PUA99 is not in the programme"]);
}

#[test]
fn a_broken_mapping_is_named_by_line() {
    let desk = Desk::new();
    let mapping = desk.export().join("mapping.toml");
    files::put(&mapping, b"version = 1\n[tables.person.columns]\n\"Dove\" = \"whereabouts\"\n");
    desk.refuses_export(4, &["column person.whereabouts, which does not exist (line 3)"]);
    files::put(&mapping, format!("version = 1\n{CANARY}").as_bytes());
    desk.refuses_export(4, &["the mapping file is not valid (line 2)"]);
}

/// Wrong cells of every kind: table, column, rule and row are told, the values never.
#[test]
fn wrong_data_are_told_by_row_and_never_shown() {
    let desk = Desk::new();
    let person = |number: &str, born: &str, rest: [&str; 3]| {
        let [gender, citizenship, arrival] = rest;
        desk.add_row(
            "person.csv",
            &[
                ("site_person_id", number),
                ("family_name", "a"),
                ("given_name", "b"),
                ("birth_date", born),
                ("gender", gender),
                ("citizenship", citizenship),
                ("arrival_year_it", arrival),
            ],
        );
    };
    let number = format!("{CANARY}2");
    person(&format!("{CANARY}1"), &format!("32/13/{CANARY}"), ["F", "MAR", "2012"]);
    person(&number, "1980-01-01", [CANARY; 3]);
    person(&number, "1981-01-01", ["M", "MAR", "2012"]);
    let case = [&format!("{CANARY}9"), &format!("{CANARY}7"), "CHIUSO", "2031-01-01"];
    let headings = ["case_id", "site_person_id", "state", "reported_on"];
    desk.add_row("case.csv", &headings.into_iter().zip(case).collect::<Vec<_>>());
    // Rows as a spreadsheet shows them: a cell may have several lines.
    let records = csv::Reader::from_path(desk.export().join("person.csv")).unwrap().into_records();
    let last = records.count() + 1;
    let outcome = desk.refuses(&mut desk.check(), 4, &["the export has ", " errors", "hint: mend the rows"]);
    for text in ["person.birth_date", "person.gender", "K01", "K02", "R05", "errors,"] {
        assert!(outcome.stdout.contains(text), "{text}:\n{}", outcome.stdout);
    }
    assert!(outcome.stdout.contains(&last.to_string()), "no row {last}:\n{}", outcome.stdout);

    let outcome = desk.refuses(desk.check().arg("--json"), 4, &["the export has "]);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert!(report["findings"].as_array().unwrap().len() >= 5, "{report}");

    desk.refuses(&mut desk.pseudonymise(), 4, &["the export has "]);
}

/// Texts that would mean something to a database, a shell, a spreadsheet or a browser are texts.
#[test]
fn hostile_texts_in_cells_do_no_harm() {
    let desk = Desk::new();
    let hostile = [
        "Robert'); DROP TABLE person;--",
        "' OR '1'='1",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "$(touch harm) `touch harm`",
        "../../../../etc/passwd",
        "%s%n{}{0}\\u0000",
    ];
    for (number, text) in hostile.iter().enumerate() {
        let (person, case, text) = (format!("h{number}"), format!("hc{number}"), format!("{CANARY} {text}"));
        desk.add_row(
            "person.csv",
            &[
                ("site_person_id", &person),
                ("family_name", &text),
                ("given_name", &text),
                ("birth_date", "1980-01-01"),
                ("phone", &text),
                ("address", &text),
                ("gender", "F"),
                ("citizenship", "MAR"),
                ("notes", &text),
            ],
        );
        desk.add_row(
            "case.csv",
            &[
                ("case_id", &case),
                ("site_person_id", &person),
                ("state", "CONTATTATO"),
                ("reported_on", "2024-10-03"),
                ("first_contact_on", "2024-10-03"),
                ("entry_channel", "OUTREACH"),
                ("target_group", "RISCHIO"),
                ("identification_status", "PREL_NEG"),
                ("notes", &text),
            ],
        );
    }
    assert_discreet(&run(&mut desk.check()).without_errors());
    assert_discreet(&run(&mut desk.pseudonymise()).done());

    let (store, release) = (desk.path("store"), desk.path("release"));
    let trust = demo().path("keys/public");
    let ingest = arguments!["ingest", desk.path("out/extract"), "--trust", trust, "--store", &store];
    let relinked = demo().relink(&desk.path("out/extract"), &desk.path("room"));
    run(inlav(ingest).args(arguments!["--relinked", relinked])).done();
    run(&mut inlav(arguments!["release", "--store", &store, "--out", &release])).done();
    for folder in [desk.path("out/extract"), store, release] {
        for file in files::files(&folder) {
            let mut bytes = fs::read(&file).unwrap();
            if file.extension().is_some_and(|extension| extension == "parquet") {
                bytes.extend(crate::parquet_file::unpacked(&file));
            }
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains(CANARY) && !text.contains("DROP TABLE"), "{}", file.display());
        }
    }
    assert_eq!(files::names(desk.0.path()), ["export", "out", "release", "room", "store"]);
}
