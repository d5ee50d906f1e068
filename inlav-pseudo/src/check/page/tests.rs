//! What is on the page, and above all what is not.

use chrono::NaiveDate;
use inlav_core::language::Language;
use inlav_core::registry::{person, site};

use super::*;
use crate::check::{Context, check};
use crate::source::Export;
use crate::source::sample::{Bundle, CANARY};

fn report(export: &Export) -> QualityReport {
    let site = "PUA05".parse().unwrap();
    let as_of = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap();
    check(export, &Context { programme: Programme::inlav_lombardia(), site: &site, as_of }).unwrap()
}

fn page(report: &QualityReport) -> String {
    html(report, Programme::inlav_lombardia(), Language::It)
}

/// Persons whose every cell that may be wrong holds a canary.
fn spoilt() -> Bundle {
    let persons = format!(
        "ID persona;Cognome;Nome;Data di nascita;Genere;Cittadinanza;Codice fiscale;Telefono;Note\n\
         1;{CANARY};{CANARY}o;28/09/1994;{CANARY};{CANARY};{CANARY};{CANARY};{CANARY}\n\
         2;{CANARY}o;{CANARY};28/09/1994;F;PAK;;333 1234567;\n\
         {CANARY};{CANARY};<b>{CANARY};{CANARY};F;PAK;;;\n"
    );
    Bundle::new().with("persone.csv", persons).changed(
        "patti.csv",
        "SOTTOSCRITTO;01/10/2024;5",
        &format!("{CANARY};{CANARY};{CANARY}"),
    )
}

#[test]
fn the_page_and_the_json_hold_no_value() {
    let bundle = spoilt();
    let report = report(&bundle.open().unwrap());
    assert!(report.findings.iter().any(|finding| finding.rule == "K08"), "{:?}", report.findings);
    let page = page(&report);
    for told in [page.as_str(), &serde_json::to_string(&report).unwrap(), &format!("{report:?}")] {
        let told = told.to_lowercase();
        for planted in [CANARY, "1994-09-28", "28/09/1994", "1234567"] {
            assert!(!told.contains(&planted.to_lowercase()), "{planted}");
        }
    }
    assert!(page.as_bytes().starts_with(BEGINNING));
    for text in [
        "errori da correggere prima di pseudonimizzare",
        "errors to mend before pseudonymising",
        "persone.csv, colonna 5 «Genere»",
        "2 e 3",
        "2 and 3",
        "id=\"list-gender\"",
    ] {
        assert!(page.contains(text), "no {text}");
    }
}

/// Names of sheets and headings of a mapping are the export's, and may be anything.
#[test]
fn what_the_export_calls_things_is_escaped_and_data_as_headings_are_not_shown() {
    let bundle = Bundle::new()
        .changed("persone.csv", "Genere", "<script>alert(1)</script>")
        .changed("persone.csv", "Cittadinanza", &format!("{CANARY} nata il 28/09/1994"))
        .changed("persone.csv", "Donna", "x<i>");
    let mapping = format!(
        "[tables.person.columns]\n\"<script>alert(1)</script>\" = \"{}\"\n\"{CANARY} nata il 28/09/1994\" = \"{}\"\n",
        person::GENDER.name,
        person::CITIZENSHIP.name
    );
    let page = page(&report(&bundle.open_with(&mapping).unwrap()));
    assert!(page.contains("colonna 4 «&lt;script&gt;alert(1)&lt;/script&gt;»"));
    assert!(!page.contains("<script") && !page.contains("x<i>") && !page.contains(CANARY));
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let page = page(&report(&spoilt().open().unwrap()));
    for text in ["http://", "https://", "<script", "src=", "@import", "url(", "<link", "javascript:"] {
        assert!(!page.contains(text), "{text}");
    }
    assert!(page.contains("default-src 'none'"));
}

/// Every table has a caption and headings of columns, every row a heading of its own, and the map
/// says each share in figures.
#[test]
fn tables_have_headings_and_the_map_says_its_shares() {
    let page = page(&report(&spoilt().open().unwrap()));
    let tables = page.matches("<table").count();
    assert_eq!((tables, tables), (page.matches("<caption>").count(), page.matches("<thead>").count()));
    let body_rows: usize = page
        .split("<tbody>")
        .skip(1)
        .map(|body| body.split("</tbody>").next().unwrap().matches("<tr>").count())
        .sum();
    assert_eq!(body_rows, page.matches("scope=\"row\"").count());
    let tiles = page.matches("<li class=\"tile ").count();
    assert_eq!(tiles, page.matches("<span class=\"share\">").count());
    assert!(page.contains("<span class=\"share\">33 %</span>") && page.contains(">assente<"), "{page}");
}

#[test]
fn the_first_sentence_counts_in_plain_words() {
    let said = |bundle: &Bundle| words::headline(&report(&bundle.open().unwrap()));
    let one = Bundle::new().changed("patti.csv", ";5", ";1");
    assert_eq!(said(&one).it, "1 errore da correggere prima di pseudonimizzare");
    assert_eq!(said(&one).en, "1 error to mend before pseudonymising");
    let minor = said(&Bundle::new().changed("persone.csv", "28/09/1994", "28/09/2008"));
    assert!(minor.it.starts_with("Si può pseudonimizzare: nessun errore, "), "{minor:?}");
    let clean =
        QualityReport { verdict: Verdict::Clean, findings: Vec::new(), ..report(&one.open().unwrap()) };
    assert!(page(&clean).contains("nessun errore e nessun avviso"));
}

#[test]
fn the_language_asked_for_is_shown_first() {
    let report = report(&Bundle::new().open().unwrap());
    let english = html(&report, Programme::inlav_lombardia(), Language::En);
    assert!(
        english.contains("<html lang=\"en\">")
            && english.contains("id=\"show-en\" aria-label=\"English\" checked")
    );
    assert!(!english.contains("id=\"show-it\" aria-label=\"Italiano\" checked"));
}

#[test]
fn another_programme_has_its_own_sites_and_codes_on_the_page() {
    let mut programme = Programme::inlav_lombardia().clone();
    programme.name = "Radici".to_owned();
    let own = r#"
[code_lists.service_type]
mode = "replace"
codes = [
  { code = "ORTO", label_it = "Orto sociale", label_en = "Social garden" },
  { code = "TIROCINIO", label_it = "Tirocinio", label_en = "Traineeship" },
]
"#;
    let programme = Programme::parse(&format!("{}{own}", toml::to_string(&programme).unwrap())).unwrap();
    let site = "PUA05".parse().unwrap();
    let as_of = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap();
    let context = Context { programme: &programme, site: &site, as_of };
    let report = check(&Bundle::new().open().unwrap(), &context).unwrap();
    let page = html(&report, &programme, Language::It);
    assert!(page.contains("id=\"list-service_type\"") && page.contains("Orto sociale"), "{page}");
    assert!(!page.contains("COLLOQUIO"), "a code of the built-in list");
}

#[test]
fn sheets_are_told_with_the_letters_of_their_columns() {
    let location = crate::check::Location {
        file: Some("PUA02.xlsx".to_owned()),
        sheet: Some("PUA".to_owned()),
        position: Some(28),
        letter: Some("AB".to_owned()),
        heading: Some(site::OPENED_ON.label_it.to_owned()),
    };
    assert_eq!(words::place(&location).it, "foglio «PUA», colonna AB «Data di apertura»");
    assert_eq!(words::place(&location).en, "sheet \"PUA\", column AB \"Data di apertura\"");
}
