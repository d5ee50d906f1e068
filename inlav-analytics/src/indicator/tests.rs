use super::*;
use crate::store::testing::{Desk, count};

/// How many units an embedded indicator counts in one extract, of those that fit.
fn units(id: &str, rows: &str, condition: &str) -> u64 {
    let desk = Desk::new();
    let store = desk.store(&[desk.extract("PUA01", "2025-06-30", rows)]);
    let indicator = embedded().into_iter().find(|indicator| indicator.id == id).unwrap();
    count(&store, &format!("SELECT COUNT(*) AS n FROM ({}) WHERE {condition}", indicator.sql))
}

/// 0.3 + 2.3 + 1.4 is less than 4 in floating-point numbers.
#[test]
fn hours_are_added_as_they_are_written() {
    let rows = "training: operator_id track on hours
        o1 REINS 2025-01-01 0.3
        o1 REINS 2025-01-02 2.3
        o1 REINS 2025-01-03 1.4
        o2 REINS 2025-01-01 3.9";
    assert_eq!(units("I05", rows, "track = 'REINS'"), 1);
}

#[test]
fn a_job_without_a_sector_does_not_hide_the_first_known() {
    let rows = "person: site_person_id gender
        p1 F
        p2 M
        case: case_id site_person_id state taken_on
        c1 p1 PRESO_IN_CARICO 2025-01-01
        c2 p2 PRESO_IN_CARICO 2025-01-01
        employment: employment_id site_person_id start_year sector exploitation
        e1 p1 2020 - true
        e2 p1 2021 COS true
        e3 p2 2020 - true
        e4 p2 2021 AGR false";
    assert_eq!(units("I37", rows, "sector = 'COS' AND gender = 'F'"), 1);
    assert_eq!(units("I37", rows, "sector = 'ND' AND gender = 'M'"), 1);
}

#[test]
fn every_embedded_declaration_is_read() {
    let indicators = embedded();
    let mut ids: Vec<_> = indicators.iter().map(|indicator| &indicator.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), EMBEDDED.len());
}

#[test]
fn faults_are_named() {
    assert!(matches!(Indicator::parse("id = 1"), Err(IndicatorError::Syntax { line: 1 })));
    let text = include_str!("../../indicators/I37.toml").replace("seed_sector", "no_such_list");
    assert!(matches!(Indicator::parse(&text), Err(IndicatorError::UnknownList { .. })));
}

#[test]
fn an_id_is_safe_in_a_file_name_and_no_item_of_another() {
    let text = include_str!("../../indicators/I01.toml");
    for id in ["../../x", "I30a-X", "", "I 1", "È1", "I01.", "ABCDEFGHIJKLMNOPQ"] {
        let changed = text.replace("\"I01\"", &format!("\"{id}\""));
        assert!(matches!(Indicator::parse(&changed), Err(IndicatorError::Id)), "{id}");
    }
}

#[test]
fn a_merged_category_has_a_code_of_its_own() {
    let text = include_str!("../../indicators/I37.toml").replace("code = \"X\"", "code = \"F\"");
    assert!(matches!(Indicator::parse(&text), Err(IndicatorError::Unfit { .. })));
}

#[test]
fn only_counts_have_two_dimensions() {
    let more = "\n[[dimensions]]\nname = \"more\"\nlabel = { it = \"x\", en = \"x\" }\ncodes = \"gender\"\n";
    for (text, allowed) in [
        (include_str!("../../indicators/I11.toml"), true),
        (include_str!("../../indicators/I37.toml"), false),
        (include_str!("../../indicators/I15.toml"), false),
        (include_str!("../../indicators/I16.toml"), false),
        (include_str!("../../indicators/I20.toml"), false),
    ] {
        assert_eq!(Indicator::parse(&format!("{text}{more}")).is_ok(), allowed, "{text}");
    }
}

#[test]
fn kinds_of_units_are_not_made_up() {
    let text = include_str!("../../indicators/I11.toml");
    let line = text.lines().position(|line| line.starts_with("unit_kind")).unwrap() + 1;
    let changed = text.replace("unit_kind = \"person\"", "unit_kind = \"persons\"");
    let refused = Indicator::parse(&changed);
    assert!(matches!(refused, Err(IndicatorError::Syntax { line: l }) if l == line));
    for indicator in embedded() {
        let kind = indicator.unit_kind.name();
        assert!(EMBEDDED.iter().any(|text| text.contains(&format!("unit_kind = \"{kind}\""))));
    }
}

#[test]
fn nothing_is_split_by_pua() {
    let text = include_str!("../../indicators/I30a.toml").replace("\"service_area\"", "\"site\"");
    assert!(matches!(Indicator::parse(&text), Err(IndicatorError::Unfit { .. })));
}
