//! `inlav dictionary`, and what the program does for another programme.

use std::path::Path;

use inlav_core::codes::CodeList;
use inlav_core::registry;
use serde_json::Value;

use crate::arguments;
use crate::program::{inlav, run};

/// The programme of the example: three sites in another region, two services of its own.
const ANOTHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/another_programme.toml");

#[test]
fn every_form_names_every_table() {
    for format in ["md", "html", "json", "json-schema"] {
        for lang in ["it", "en"] {
            let told = run(&mut inlav(["dictionary", "--format", format, "--lang", lang])).done().stdout;
            for table in registry::tables() {
                assert!(told.contains(table.name), "{format} {lang}: {}", table.name);
            }
        }
    }
    let told = run(&mut inlav(["dictionary"])).done().stdout;
    assert!(told.starts_with("# InLav Lombardia: dizionario dei dati\n"));
}

#[test]
fn a_file_is_written_whole_and_not_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dictionary.json");
    let write = || inlav(arguments!["dictionary", "--format", "json", "--out", &path]);
    run(&mut write()).done();
    let json: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(json["version"], 1);
    run(&mut write()).refused(8, &["dictionary.json", "remove it"]);
}

#[test]
fn one_table_or_one_list_can_be_asked_for() {
    let told = run(&mut inlav(["dictionary", "--table", "pact", "--lang", "en"])).done().stdout;
    assert!(told.contains("`pact`") && !told.contains("`training`"));
    let told = run(&mut inlav(["dictionary", "--codes", "gender"])).done().stdout;
    for code in CodeList::named("gender").unwrap().codes() {
        assert!(told.contains(&code.code) && told.contains(&code.label_it), "{told}");
    }
    run(&mut inlav(["dictionary", "--codes", "colours"])).refused(4, &["no code list", "gender"]);
    assert_eq!(run(&mut inlav(["dictionary", "--table", "people"])).code, Some(2));
}

#[test]
fn another_programme_has_its_own_sites_and_codes() {
    let told = run(&mut inlav(["dictionary", "--programme", ANOTHER, "--lang", "en"])).done().stdout;
    assert!(told.contains("ABR-TE") && told.contains("Shuttle to the fields") && !told.contains("PUA05"));
    let told = run(&mut inlav(["--programme", ANOTHER, "dictionary", "--codes", "nuts3"])).done().stdout;
    assert!(told.contains("ITF12") && !told.contains("ITC4"));
    let folder = tempfile::tempdir().unwrap();
    let check = |programme: &[&str]| {
        let mut command =
            inlav(arguments!["check", folder.path(), "--site", "ABR-TE", "--as-of", "2025-06-30"]);
        run(command.args(programme))
    };
    check(&[]).refused(4, &["site ABR-TE is not in the programme"]);
    // The site is known; the export is empty.
    check(&["--programme", ANOTHER]).refused(4, &["person"]);
}

#[test]
fn a_programme_that_cannot_be_used_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dictionary = |path: &Path| inlav(arguments!["dictionary", "--programme", path]);
    run(&mut dictionary(&folder.path().join("absent.toml"))).refused(3, &["absent.toml"]);
    let path = folder.path().join("programme.toml");
    let text = std::fs::read_to_string(ANOTHER).unwrap();
    let spoilt = |from: &str, to: &str| {
        assert!(text.contains(from));
        crate::files::put(&path, text.replacen(from, to, 1).as_bytes());
        run(&mut dictionary(&path))
    };
    spoilt("id = \"ABR-TE\"", "id = \"ABR-AQ\"").refused(4, &["site ABR-AQ twice"]);
    spoilt("code = \"ORTO\"", "code = \"COLLOQUIO\"").refused(4, &["COLLOQUIO", "service_type"]);
    spoilt("end = ", "fine = ").refused(4, &["line"]);
}
