//! One broken rule at a time.

use inlav_core::programme::Programme;

use super::*;
use crate::source::sample::{Bundle, CANARY, assert_tells_nothing};

mod report;

fn report(bundle: &Bundle) -> QualityReport {
    report_of(&bundle.open().unwrap())
}

fn report_of(export: &Export) -> QualityReport {
    let site = "PUA05".parse().unwrap();
    let as_of = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap();
    let context = Context { programme: Programme::inlav_lombardia(), site: &site, as_of };
    let report = check(export, &context).unwrap();
    assert!(!serde_json::to_string(&report).unwrap().contains(CANARY));
    assert!(!format!("{report:?}").contains(CANARY));
    report
}

/// The rule, table and rows of every finding of a severity.
fn found(bundle: &Bundle, severity: Severity) -> Vec<(&'static str, &'static str, Vec<u64>)> {
    let report = report(bundle);
    let findings = report.findings.iter().filter(|finding| finding.severity == severity);
    findings.map(|finding| (finding.rule, finding.table, finding.rows.clone())).collect()
}

fn one_error(bundle: &Bundle, rule: &'static str, table: &'static str, row: u64) {
    assert_eq!(found(bundle, Severity::Error), [(rule, table, vec![row])]);
}

#[test]
fn a_sound_export_has_no_errors() {
    let report = report(&Bundle::new());
    assert_eq!(report.errors(), 0, "{:?}", report.findings);
    let rows: Vec<u64> = report.tables.iter().map(|table| table.rows).collect();
    assert_eq!(rows, [1, 2, 2, 2, 1, 1, 1, 1, 1, 1]);
    assert_eq!((report.tables[1].file.as_str(), &report.tables[1].sheet), ("persone.csv", &None));
    assert!(report.tables[1].absent.contains(&"education"));
}

#[test]
fn cells_are_counted_with_their_rows() {
    let bundle = Bundle::new().changed("persone.csv", "28/09/1994;Donna", &format!("{CANARY};{CANARY}"));
    let report = report(&bundle);
    let errors: Vec<_> = report.findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 2);
    assert_eq!((errors[0].column, errors[0].rule, errors[0].count), (Some("birth_date"), "cell", 1));
    assert_eq!((errors[1].column, errors[1].rows.as_slice()), (Some("gender"), [2].as_slice()));
    assert!(errors[0].text_it.contains("non è una data") && errors[0].text_en.contains("is not a date"));
    let mistyped = Bundle::new().changed("persone.csv", "Ucraina;", "Ucraina;PRVVTR04P68E333H");
    assert!(found(&mistyped, Severity::Error).is_empty());
    assert!(found(&mistyped, Severity::Warning).contains(&("R35", "person", vec![2])));
}

#[test]
fn rows_that_were_left_out_are_warnings() {
    let bundle = Bundle::new().changed("persone.csv", "2;Aiea", "Totale persone;;;;;\nPagina 2;;;;;\n2;Aiea");
    let told = found(&bundle, Severity::Warning);
    assert_eq!(told.iter().filter(|(rule, _, _)| *rule == "row").count(), 2, "{told:?}");
    assert!(told.contains(&("row", "person", vec![3])) && told.contains(&("row", "person", vec![4])));
}

#[test]
fn rows_that_lack_all_that_rows_need_are_told() {
    let rows = "Matricola;Ruolo;;;;\n7;Provavera;;;PAK;\n2;Aiea";
    let told = found(&Bundle::new().changed("persone.csv", "2;Aiea", rows), Severity::Warning);
    let told: Vec<_> = told.iter().filter(|(rule, _, _)| *rule == "row").collect();
    assert_eq!(told, [&("row", "person", vec![3])]);
}

/// Dates that can only be read month first say so; those that may be either are read as in Italy.
#[test]
fn dates_that_are_month_first_are_told() {
    let bundle = Bundle::new().changed("servizi.csv", "20/06/2024", "06/20/2024");
    let report = report(&bundle);
    let finding = report.findings.iter().find(|finding| finding.table == "service_event").unwrap();
    assert_eq!(finding.severity, Severity::Error);
    assert!(finding.text_en.contains("date_order = \"mdy\"") && finding.text_it.contains("date_order"));
}

/// `#RIF!` and `#N/D` are Excel's, not a person's who refused or does not know.
#[test]
fn errors_of_a_spreadsheet_are_no_answers() {
    for (text, column, cell) in [
        ("#RIF!", "gender", "Donna"),
        ("#N/D", "citizenship", "Ucraina"),
        ("#####", "birth_date", "28/09/1994"),
    ]
    .into_iter()
    .chain([("#NOME?", "family_name", "Provafalso")])
    {
        let report = report(&Bundle::new().changed("persone.csv", cell, text));
        let errors: Vec<_> = report.findings.iter().filter(|f| f.severity == Severity::Error).collect();
        assert_eq!(errors.len(), 1, "{text}");
        assert_eq!((errors[0].column, errors[0].rows.as_slice()), (Some(column), [2].as_slice()));
        assert!(errors[0].text_it.contains("errore del foglio di calcolo"));
    }
}

#[test]
fn moments_of_another_time_zone_are_told() {
    let on = |moment: &str| report(&Bundle::new().changed("servizi.csv", "20/06/2024", moment));
    assert_eq!(on("2024-06-20T00:00:00+02:00").errors(), 0);
    let report = on("2024-06-19T22:00:00Z");
    let finding = report.findings.iter().find(|finding| finding.severity == Severity::Error).unwrap();
    assert!(finding.text_en.contains("time zone") && finding.text_it.contains("fuso orario"));
}

#[test]
fn only_twenty_rows_are_named() {
    let rows = "OP1;REINS;ieri;4\n".repeat(50);
    let bundle = Bundle::new().changed("formazione.csv", "OP00001;REINS;01/10/2024;4\n", &rows);
    let report = report(&bundle);
    let finding = report.findings.iter().find(|finding| finding.table == "training").unwrap();
    assert_eq!((finding.count, finding.rows.len(), report.errors()), (50, 20, 50));
}

#[test]
fn keys_are_unique_and_references_exist() {
    one_error(&Bundle::new().changed("lavori.csv", "\n2;2;", "\n1;2;"), "K01", "employment", 3);
    one_error(&Bundle::new().changed("esiti.csv", "\n1;10;", "\n1;99;"), "K02", "outcome", 2);
    let twice = Bundle::new().changed("persone.csv", "Ucraina;", "Ucraina;PRVVTR04P68E333G").changed(
        "persone.csv",
        "PAK;",
        "PAK;PRVVTRLQPSUEP33A",
    );
    assert!(found(&twice, Severity::Warning).contains(&("K03", "person", vec![3])));
    let two_sites = Bundle::new().changed("pua.csv", "09/06/2024\n", "09/06/2024\n10/06/2024\n");
    assert_eq!(found(&two_sites, Severity::Error), [("K04", "site", Vec::new())]);
}

#[test]
fn k07_identifiers_in_another_column_are_told() {
    let note = |text: &str| {
        let bundle = Bundle::new().changed("persone.csv", "Codice fiscale", "Note");
        bundle.changed("persone.csv", "Ucraina;", &format!("Ucraina;{text}"))
    };
    for text in ["PRVVTR04P68E333G", "333 1234567", "a@example.org"] {
        let bundle = note(text);
        assert!(found(&bundle, Severity::Warning).contains(&("K07", "person", vec![2])), "{text}");
        assert!(!serde_json::to_string(&report(&bundle)).unwrap().contains(text));
    }
    let told = |bundle: &Bundle| report(bundle).findings.iter().any(|finding| finding.rule == "K07");
    assert!(!told(&note("chiamare il 333 1234567 dopo le 18")));
    assert!(!told(&Bundle::new()));
    let number = Bundle::new().changed("persone.csv", "\n2;", "\nPRVVTR04P68E333G;");
    let number = number.changed("casi.csv", "11;2;", "11;PRVVTR04P68E333G;");
    let numbers = found(&number, Severity::Warning);
    assert!(numbers.contains(&("K07", "person", vec![3])) && numbers.contains(&("K07", "case", vec![3])));
}

#[test]
fn a_wide_sheet_is_checked_as_its_tables() {
    let wide = "ID persona;Genere;Cittadinanza;Data di nascita;Stato;Canale di accesso;Target;Stato identificazione\n\
                1;F;UKR;28/09/1994;SEGNALATO;SST;VITTIMA;NESSUNA\n1;;;;CONTATTATO;SST;VITTIMA;NESSUNA\n\
                2;F;UKR;28/09/2011;SEGNALATO;SST;VITTIMA;NESSUNA\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("casi.csv");
    crate::source::sample::write(&path, wide.as_bytes());
    let mapping = crate::mapping::Mapping::parse(
        "version = 1\n[tables.site.constants]\nopened_on = \"09/06/2024\"\n[tables.person]\nfile = \"casi.csv\"\n\
         [tables.case]\nfile = \"casi.csv\"\nkey = \"row\"\n",
        CodeLists::built_in(),
    )
    .unwrap();
    let export = Export::open(&path, &mapping).unwrap();
    let site = "PUA05".parse().unwrap();
    let as_of = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap();
    let report =
        check(&export, &Context { programme: Programme::inlav_lombardia(), site: &site, as_of }).unwrap();
    // Person 1 has two open cases, in two rows.
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|finding| (finding.rule, finding.rows.as_slice())).collect();
    assert_eq!(errors, [("R33", [3].as_slice())]);
    let rows: Vec<_> = report.tables.iter().map(|table| (table.table, table.rows)).collect();
    assert_eq!(rows, [("site", 1), ("person", 2), ("case", 3)]);
    assert_eq!(report.tables[0].file, "mapping.toml");
}

#[test]
fn r01_dates_are_in_order() {
    one_error(&Bundle::new().changed("casi.csv", "20/06/2024", "09/06/2024"), "R01", "case", 2);
    assert_eq!(report(&Bundle::new().changed("casi.csv", "20/06/2024", "10/06/2024")).errors(), 0);
}

#[test]
fn r02_dates_lie_within_the_programme() {
    one_error(&Bundle::new().changed("patti.csv", "01/10/2024", "01/07/2025"), "R02", "pact", 2);
    assert_eq!(report(&Bundle::new().changed("patti.csv", "01/10/2024", "30/06/2025")).errors(), 0);
    let planned = |day: &str| {
        let rows = format!("ID evento;Ambito;Data;Partecipanti\n7;AMB01;{day};40\n");
        Bundle::new().with("sensibilizzazione.csv", rows)
    };
    one_error(&planned("30/06/2023"), "R02", "awareness", 2);
    assert_eq!(report(&planned("01/07/2023")).errors(), 0);
}

#[test]
fn r03_nobody_is_contacted_before_the_opening() {
    one_error(&Bundle::new().changed("pua.csv", "09/06/2024", "11/06/2024"), "R03", "case", 2);
    assert_eq!(report(&Bundle::new().changed("pua.csv", "09/06/2024", "10/06/2024")).errors(), 0);
}

#[test]
fn r05_closed_cases_have_a_day_and_a_reason() {
    one_error(&Bundle::new().changed("casi.csv", "01/09/2024;OBIETTIVI", ";OBIETTIVI"), "R05", "case", 2);
    one_error(&Bundle::new().changed("casi.csv", "01/09/2024;OBIETTIVI", "01/09/2024;"), "R05", "case", 2);
    one_error(&Bundle::new().changed("casi.csv", "CHIUSO", "PIANO_ATTIVO"), "R05", "case", 2);
    assert_eq!(report(&Bundle::new().changed("casi.csv", "OBIETTIVI", "ND")).errors(), 0);
}

#[test]
fn r11_ages_are_possible_and_minors_are_seen() {
    one_error(&Bundle::new().changed("persone.csv", "28/09/1994", "28/09/2011"), "R11", "case", 2);
    one_error(&Bundle::new().changed("persone.csv", "28/09/1994", "28/09/1924"), "R11", "case", 2);
    for (birth, minor) in [("10/06/2006", false), ("11/06/2006", true), ("28/09/2010", true)] {
        let bundle = Bundle::new().changed("persone.csv", "28/09/1994", birth);
        assert_eq!(found(&bundle, Severity::Warning).contains(&("R11", "case", vec![2])), minor, "{birth}");
        assert!(found(&bundle, Severity::Error).is_empty());
    }
}

#[test]
fn r32_signed_pacts_are_signed() {
    one_error(&Bundle::new().changed("patti.csv", "01/10/2024;5", ";5"), "R32", "pact", 2);
    one_error(&Bundle::new().changed("patti.csv", ";5", ";1"), "R32", "pact", 2);
    assert_eq!(
        report(&Bundle::new().changed("patti.csv", "SOTTOSCRITTO;01/10/2024;5", "BOZZA;;1")).errors(),
        0
    );
}

#[test]
fn r39_r40_whole_columns_are_judged() {
    let person = |number: u32, education: &str| format!("{number};F;28/09/1994;F;UKR;{education}\n");
    let persons = |missing: u32| {
        let rows: String = (1..=10).map(|n| person(n, if n <= missing { "RIF" } else { "3" })).collect();
        Bundle::new().with(
            "persone.csv",
            format!("ID persona;Cognome;Data di nascita;Genere;Cittadinanza;Titolo di studio\n{rows}"),
        )
    };
    let finding = |bundle: &Bundle, rule: &str, column: &str| {
        let findings = report(bundle).findings.into_iter();
        findings
            .filter(|finding| finding.rule == rule && finding.column == Some(column))
            .map(|f| f.percent)
            .next()
    };
    assert_eq!(finding(&persons(2), "R39", "education"), None);
    assert_eq!(finding(&persons(3), "R39", "education"), Some(Some(30)));

    let cases = |on_the_first: u32| {
        let row = |n: u32| {
            let day = if n <= on_the_first { 1 } else { 2 };
            format!("{};1;CONTATTATO;{day:02}/07/2024;;;;AUTO;RISCHIO;NESSUNA\n", n + 100)
        };
        let rows: String = (1..=20).map(row).collect();
        Bundle::new().changed("casi.csv", "11;2;CONTATTATO;12/06/2024;;;;AUTO;RISCHIO;NESSUNA\n", &rows)
    };
    assert_eq!(finding(&cases(6), "R40", "first_contact_on"), None);
    assert_eq!(finding(&cases(7), "R40", "first_contact_on"), Some(Some(33)));
}

#[test]
fn no_value_is_told() {
    let short = format!("2;{CANARY}\n");
    let bundle = Bundle::new().changed("persone.csv", "2;Aiea;01/02/1990;M;PAK;\n", &short).changed(
        "esiti.csv",
        "1;10;",
        &format!("{CANARY};{CANARY}\n1;10;"),
    );
    let site = "PUA05".parse().unwrap();
    let as_of = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap();
    let context = Context { programme: Programme::inlav_lombardia(), site: &site, as_of };
    let error = check(&bundle.open().unwrap(), &context).unwrap_err();
    assert_eq!(error.problems().len(), 2);
    assert_tells_nothing(&error);
}
