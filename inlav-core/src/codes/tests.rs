use std::collections::BTreeSet;

use super::*;

fn list(name: &str) -> &'static CodeList {
    CodeList::named(name).unwrap()
}

fn find(name: &str, code: &str) -> &'static Code {
    list(name).codes().iter().find(|known| known.code == code).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_embedded_lists_are_complete() {
    let domain = LISTS.values().filter(|list| list.name() != "country");
    assert_eq!(domain.clone().count(), 58);
    assert_eq!(domain.map(|list| list.codes().len()).sum::<usize>(), 606);
}

#[test]
fn every_code_has_both_labels_and_a_source() {
    for list in CodeList::all() {
        let mut codes = BTreeSet::new();
        for code in list.codes() {
            let what = format!("{} {}", list.name(), code.code);
            for text in [&code.code, &code.label_it, &code.label_en, &code.source] {
                assert!(!fold(text).is_empty() && text.trim() == text, "{what}");
            }
            assert!(codes.insert(fold(&code.code)), "{what}");
            assert_eq!(list.find(&code.code).unwrap().code, code.code);
            if let (Some(first), Some(last)) = (code.valid_from, code.valid_to) {
                assert!(first <= last, "{what}");
            }
        }
    }
}

#[test]
fn the_letters_of_the_sources_are_read() {
    let letters = |name: &str| -> BTreeSet<&str> {
        list(name).codes().iter().map(|code| code.verified.letter()).collect()
    };
    for (name, letter) in [
        ("phase", "S"),
        ("gender", "V"),
        ("contract_type", "G"),
        ("event_outcome", "D"),
        ("age_band_ctdc", "U"),
    ] {
        assert_eq!(letters(name), BTreeSet::from([letter]));
    }
    assert_eq!(Verified::of_letter("s"), None);
    assert_eq!(Verified::of_letter(""), None);
}

#[test]
fn the_editions_of_ateco_do_not_overlap() {
    let last = list("ateco2007_section").codes().iter().map(|code| code.valid_to.unwrap()).max().unwrap();
    let first = list("ateco2025_section").codes().iter().map(|code| code.valid_from.unwrap()).min().unwrap();
    assert_eq!(last.succ_opt(), Some(first));
}

#[test]
fn the_title_for_exploited_workers_changed_from_one_day_to_the_next() {
    let (before, after) = (find("residence_title", "ART22_12Q"), find("residence_title", "ART18TER"));
    let (last, first) = (day("2024-10-10"), day("2024-10-11"));
    assert!(before.is_valid_on(last) && !after.is_valid_on(last));
    assert!(!before.is_valid_on(first) && after.is_valid_on(first));
    assert!(find("residence_title", "ART18").is_valid_on(day("1998-07-25")));
}

#[test]
fn crosswalks_are_read() {
    let pairs = |name, code| find(name, code).crosswalk().collect::<Vec<_>>();
    assert_eq!(pairs("service_type", "LEGALE"), [(Code::BROADER, "PROTEZIONE")]);
    assert_eq!(pairs("employment_status_esf", "INATT"), [(Code::BROADER, "CO03"), (Code::BROADER, "CO04")]);
    assert_eq!(pairs("delphi_adult_labour_67", "D1.01"), [("strength", "S"), ("ilo11", "2")]);
    assert_eq!(
        pairs("htcds_method_of_control", "MethodsOfControlRestrictsMovement"),
        [("ctdc", "meansDenyBasicNeeds"), ("ilo11", "3"), ("ilo11", "4")]
    );
    assert_eq!(pairs("ateco2007_section", "G"), [("nace21", "G"), ("nace21", "T")]);
    assert_eq!(
        pairs("seed_sector", "PER"),
        [
            ("ateco2007", "T97"),
            ("ateco2007", "S96"),
            ("ateco2007", "Q88"),
            ("ateco2025", "U97"),
            ("ateco2025", "T96"),
            ("ateco2025", "R88"),
        ]
    );
    assert_eq!(pairs("gender", "NB"), [("esf+", "non-binary"), ("htcds", "NonConforming")]);
    assert_eq!(pairs("country", "MAR"), [("belfiore", "Z330")]);
    assert!(pairs("htcds_method_of_control", "MethodsOfControlOther").is_empty());
    assert!(pairs("seed_sector", "ALT").is_empty());
}

/// Every pair that names one of our lists leads to a code of it.
#[test]
fn crosswalks_lead_to_codes() {
    let mut followed = 0;
    for from in CodeList::all() {
        for code in from.codes() {
            for (name, target) in code.crosswalk() {
                let (to, target) = match (name, from.name()) {
                    (Code::BROADER, "service_type") => ("service_area", target),
                    (Code::BROADER, "employment_status_esf") => ("esf2014_output", target),
                    ("ilo11", _) => ("ilo_forced_labour_11", target),
                    ("ctdc", _) => ("ctdc_means_synthetic", target),
                    ("nace21" | "ateco2025", _) => ("ateco2025_section", &target[..1]),
                    ("ateco2007", _) => ("ateco2007_section", &target[..1]),
                    ("strength" | "belfiore" | "esf" | "esf+" | "htcds", _) => continue,
                    _ => panic!("{} {} has an unknown crosswalk {name}", from.name(), code.code),
                };
                find(to, target);
                followed += 1;
            }
        }
    }
    assert!(followed > 100);
}

#[test]
fn a_code_and_its_labels_find_the_same_code() {
    let gender = list("gender");
    for text in ["F", "f", "Donna", "WOMAN", " donna "] {
        assert_eq!(gender.find(text).unwrap().code, "F");
    }
    assert!(gender.find("Q").is_none());
}

/// A key has no signs: a label that tells more from less by one would be read as its opposite.
#[test]
fn more_than_a_year_of_unemployment_is_not_read_as_less() {
    let status = list("employment_status_esf");
    for text in ["Disoccupato (>12 mesi)", "Disoccupato (<12 mesi)", "disoccupato"] {
        assert!(status.find(text).is_none());
    }
    assert_eq!(status.find("Disoccupato da meno di 12 mesi").unwrap().code, "DIS");
}

#[test]
fn every_other_word_finds_its_code() {
    for (name, words) in words() {
        let list = CodeList::named(&name).unwrap_or_else(|| panic!("no list {name}"));
        for (word, code) in words {
            assert_eq!(
                list.find(&word).map(|found| found.code.as_str()),
                Some(code.as_str()),
                "{name} {word}"
            );
        }
    }
}

#[test]
fn a_label_that_two_codes_share_finds_neither() {
    let code = |code: &str| Code {
        code: code.to_owned(),
        label_it: "uguale".to_owned(),
        label_en: code.to_owned(),
        maps_to: String::new(),
        valid_from: None,
        valid_to: None,
        source: "test".to_owned(),
        verified: Verified::Design,
    };
    let list = CodeList::new("test", vec![code("A"), code("B")], &[]);
    assert!(list.find("uguale").is_none());
    assert_eq!(list.find("b").unwrap().code, "B");
    let shared = CodeList::named("delphi_adult_labour_67").unwrap();
    assert!(shared.find("Debt bondage").is_none() && shared.find("Servitù per debiti").is_none());
}

#[test]
fn missing_codes_are_read_and_written() {
    assert_eq!(MissingCode::parse("rif"), Some(MissingCode::Refused));
    assert_eq!(MissingCode::parse("Non rilevato"), Some(MissingCode::NotCollected));
    for (text, code) in [("N/A", "NA"), ("n.r.", "NR"), ("N. D.", "ND")] {
        assert_eq!(MissingCode::parse(text).unwrap().code(), code);
    }
    assert_eq!(MissingCode::parse("SUB"), None);
}
