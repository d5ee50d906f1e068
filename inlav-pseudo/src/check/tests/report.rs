//! Completeness, places and the shape of the JSON report.

use inlav_core::registry::{Column, person, site};
use serde_json::Value;

use super::{report, report_of};
use crate::check::{Completeness, Missing, QualityReport, Verdict};
use crate::source::sample::{Bundle, CANARY};

/// Five persons: every way to lack a value, and one who was entered twice.
fn persons() -> Bundle {
    let rows = format!(
        "ID persona;Cognome;Nome;Data di nascita;Genere;Cittadinanza;Titolo di studio;Telefono\n\
         1;{CANARY};Aicha;28/09/1994;F;UKR;3;333 1234567\n\
         2;;;ieri;ND;PAK;NA;n.d.\n\
         3;;;;;PAK;RIF;\n\
         4;;;N.R.;QQ;PAK;;rif\n\
         5;Aicha;{CANARY};28/09/1994;F;UKR;3;\n"
    );
    Bundle::new().with("persone.csv", rows)
}

fn of<'r>(report: &'r QualityReport, column: &Column) -> &'r Completeness {
    let table = report.tables.iter().find(|table| table.table == person::TABLE.name).unwrap();
    table.columns.iter().find(|found| found.column == column.name).unwrap()
}

#[test]
fn every_reason_for_a_missing_value_is_counted() {
    let report = report(&persons());
    let is = |column: &Column, filled, [nc, nk, refused, na]: [u64; 4], faulty, percent| {
        let found = of(&report, column);
        let missing = Missing { not_collected: nc, not_known: nk, refused, not_applicable: na };
        assert_eq!((found.filled, found.missing, found.faulty), (filled, missing, faulty), "{}", column.name);
        assert_eq!(found.percent, percent, "{}", column.name);
    };
    is(&person::GENDER, 2, [1, 1, 0, 0], 1, Some(40));
    is(&person::BIRTH_DATE, 2, [2, 0, 0, 0], 1, Some(40));
    // What does not apply is not missing: 2 of 4.
    is(&person::EDUCATION, 2, [1, 0, 1, 1], 0, Some(50));
    is(&person::PHONE, 1, [2, 1, 1, 0], 0, Some(20));
    is(&person::EMAIL, 0, [0; 4], 0, None);
    assert!(!of(&report, &person::EMAIL).present && of(&report, &person::PHONE).present);
    assert!(of(&report, &person::EDUCATION).expected && !of(&report, &person::PHONE).expected);
}

#[test]
fn what_the_mapping_gives_is_there() {
    let mapping = "[tables.site.constants]\nopened_on = \"09/06/2024\"\n";
    let export = Bundle::new().without("pua.csv");
    let report = report_of(&export.open_with(mapping).unwrap());
    let table = report.tables.iter().find(|table| table.table == site::TABLE.name).unwrap();
    let opened = table.columns.iter().find(|found| found.column == site::OPENED_ON.name).unwrap();
    assert_eq!((opened.present, opened.filled, opened.percent), (true, 1, Some(100)));
}

#[test]
fn filled_missing_and_faulty_are_all_rows() {
    let report = report(&persons());
    for table in &report.tables {
        for column in table.columns.iter().filter(|column| column.present) {
            let cells = column.filled + column.missing.total() + column.faulty;
            assert_eq!(cells, table.rows, "{}.{}", table.table, column.column);
        }
        assert!(table.columns.iter().any(|column| column.present));
    }
}

#[test]
fn nothing_to_count_is_no_share() {
    let empty = Bundle::new().with("patti.csv", "Stato;Data sottoscrizione;Firmatari\n");
    let report = report(&empty);
    let pact = report.tables.iter().find(|table| table.table == "pact").unwrap();
    assert!(pact.columns.iter().all(|column| column.percent.is_none()));
    assert_eq!(pact.columns.iter().filter(|column| column.present).count(), 3);
}

#[test]
fn the_verdict_is_that_of_the_worst_finding() {
    assert_eq!(report(&persons()).verdict, Verdict::Errors);
    assert_eq!(report(&Bundle::new()).verdict, Verdict::Clean);
    let minor = Bundle::new().changed("persone.csv", "28/09/1994", "28/09/2008");
    assert_eq!(report(&minor).verdict, Verdict::Warnings);
    let counts = report(&persons()).rules;
    let all: u64 = counts.iter().map(|count| count.count).sum();
    let report = report(&persons());
    assert_eq!(all, report.errors() + report.warnings());
}

/// What the report says of one table, read by a person when it was put in: programs of others
/// depend on this shape. When it changes on purpose, see `REPORT_VERSION`, and read the new file.
#[test]
fn the_json_report_keeps_its_shape() {
    let mut json = serde_json::to_value(report(&persons())).unwrap();
    let columns = [person::BIRTH_DATE.name, person::EMAIL.name, person::GENDER.name];
    let is_person = |part: &Value| part["table"] == person::TABLE.name;
    json["tables"].as_array_mut().unwrap().retain(is_person);
    json["tables"][0]["columns"]
        .as_array_mut()
        .unwrap()
        .retain(|column| columns.iter().any(|name| column["column"] == *name));
    json["tables"][0].as_object_mut().unwrap().remove("absent");
    for part in ["findings", "code_misses"] {
        json[part].as_array_mut().unwrap().retain(is_person);
    }
    json["findings"].as_array_mut().unwrap().retain(|finding| finding["rule"] != "R39");
    json["rules"].as_array_mut().unwrap().retain(|count| count["rule"] == "K08");
    let golden: Value = serde_json::from_str(include_str!("report.json")).unwrap();
    assert_eq!(json, golden, "{json:#}");
}
