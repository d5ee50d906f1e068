use proptest::prelude::*;

use super::*;
use crate::codes::CodeList;
use crate::programme::Programme;

fn apply(action: &Action, value: &Value) -> Value {
    action.apply(value, CodeLists::built_in()).unwrap()
}

fn day(action: &Action, day: NaiveDate) -> NaiveDate {
    match apply(action, &Value::Date(day)) {
        Value::Date(day) => day,
        _ => panic!("a day becomes a day"),
    }
}

fn code(value: Value) -> String {
    match value {
        Value::Code(code) => code,
        _ => panic!("a code is expected"),
    }
}

fn days() -> impl Strategy<Value = NaiveDate> {
    (1900..2100_i32, 1..=366_u32)
        .prop_filter_map("a day of the year", |(year, day)| NaiveDate::from_yo_opt(year, day))
}

/// The two ends of a band or bin, as it is written.
fn ends(text: &str) -> (f64, f64) {
    if let Some(below) = text.strip_prefix('<') {
        return (f64::NEG_INFINITY, below.parse().unwrap());
    }
    if let Some(from) = text.strip_suffix('+') {
        return (from.parse().unwrap(), f64::INFINITY);
    }
    match text.split_once("-<") {
        Some((from, to)) => (from.parse().unwrap(), to.parse().unwrap()),
        None => {
            let (from, last) = text.split_once('-').unwrap_or((text, text));
            (from.parse().unwrap(), last.parse::<f64>().unwrap() + 1.0)
        }
    }
}

proptest! {
    /// Weeks, months and quarters begin on or before the day and end after it, keep the order of days,
    /// and are what they are of their own first day.
    #[test]
    fn periods_hold_their_day_keep_the_order_and_are_their_own(one in days(), other in days()) {
        for (form, longest) in [(Generalisation::Week, 7), (Generalisation::Month, 31), (Generalisation::Quarter, 92)] {
            let action = Action::Generalise(form);
            let first = day(&action, one);
            prop_assert!(first <= one && (one - first).num_days() < longest);
            prop_assert_eq!(day(&action, first), first);
            prop_assert!((one <= other) <= (first <= day(&action, other)), "{} {}", one, other);
            prop_assert_eq!(first.pred_opt().map(|before| day(&action, before) < first), Some(true));
        }
        let year = apply(&Action::Generalise(Generalisation::Year), &Value::Date(one));
        prop_assert_eq!(year, Value::Whole(one.year()));
    }

    /// A band holds its year, has as many years as asked for, and no two bands share one.
    #[test]
    fn bands_of_years_hold_their_day_and_do_not_overlap(one in days(), other in days(), years in 2..=50_u8) {
        let band = |day| code(apply(&Action::Generalise(Generalisation::Band { years }), &Value::Date(day)));
        let (from, to) = ends(&band(one));
        prop_assert!(from <= f64::from(one.year()) && f64::from(one.year()) < to);
        prop_assert_eq!((to - from).to_bits(), f64::from(years).to_bits());
        let inside = (from..to).contains(&f64::from(other.year()));
        prop_assert_eq!(inside, band(one) == band(other));
    }

    /// A number is in its bin, and two numbers share a bin only if no edge lies between them.
    #[test]
    fn bins_hold_their_numbers_and_end_at_the_edges(
        edges in prop::collection::btree_set(5..60_i32, 1..6),
        one in 0..80_i32,
        other in 0..80_i32,
        part in 0..100_u8,
    ) {
        let action = Action::Bins(edges.iter().copied().collect());
        let between = |a: i32, b: i32| edges.iter().any(|edge| (a.min(b) + 1..=a.max(b)).contains(edge));
        let whole = |number| code(apply(&action, &Value::Whole(number)));
        let (from, to) = ends(&whole(one));
        prop_assert!(from <= f64::from(one) && f64::from(one) < to);
        prop_assert_eq!(whole(one) != whole(other), between(one, other));
        let number = f64::from(one) + f64::from(part) / 100.0;
        let (from, to) = ends(&code(apply(&action, &Value::Decimal(number))));
        prop_assert!(from <= number && number < to);
    }

    #[test]
    fn a_top_is_never_passed_keeps_what_is_below_and_the_order(top in 0..50_i32, one in -5..99_i32, other in -5..99_i32) {
        let action = Action::Top(top);
        let made = |number| match apply(&action, &Value::Whole(number)) { Value::Whole(made) => made, _ => i32::MAX };
        prop_assert!(made(one) <= top && (made(one) == one || one > top));
        prop_assert_eq!(made(made(one)), made(one));
        prop_assert!((one <= other) <= (made(one) <= made(other)));
        prop_assert_eq!(apply(&action, &Value::Decimal(f64::from(one))), Value::Decimal(f64::from(made(one))));
    }
}

#[test]
fn every_country_has_an_area_and_every_area_a_country() {
    let areas = CodeList::named("country_area").unwrap().codes();
    let area = |country: &str| {
        code(apply(&Action::Generalise(Generalisation::Area), &Value::Code(country.to_owned())))
    };
    let countries = CodeList::named("country").unwrap().codes();
    for country in countries.iter().filter(|country| country.code != "XXA") {
        assert!(areas.iter().any(|known| known.code == area(&country.code)), "{}", country.code);
    }
    for known in areas {
        assert!(countries.iter().any(|country| area(&country.code) == known.code), "{}", known.label_en);
    }
    assert_eq!(
        ["PAK", "MAR", "NGA", "PER", "UKR", "ITA"].map(area),
        ["034", "015", "011", "005", "151", "039"]
    );
    assert_eq!(area("XXA"), "ND", "who is stateless is of no area");
    let several = Value::Codes(vec!["BGD".to_owned(), "PAK".to_owned()]);
    let made = apply(&Action::Generalise(Generalisation::Area), &several);
    assert_eq!(made, Value::Codes(vec!["034".to_owned()]), "what is the same area is there once");
}

#[test]
fn a_municipality_becomes_the_ambito_of_the_programmes_file() {
    let programme = include_str!("../../../data/programme.toml").to_owned();
    let ambiti = "[[ambiti]]\nid = \"AMB05\"\nmunicipalities = [\"017085\", \"017102\"]\n\
                  [[ambiti]]\nid = \"AMB07\"\nmunicipalities = [\"097042\"]\n";
    let parsed = Programme::parse(&(programme.clone() + ambiti)).unwrap();
    let action = Action::Generalise(Generalisation::Ambito);
    let ambito = |code: &str| match action.apply(&Value::Code(code.to_owned()), parsed.lists()) {
        Some(Value::Code(ambito)) => ambito,
        _ => panic!("a code is expected"),
    };
    assert_eq!(["017085", "017102", "097042", "015146"].map(ambito), ["AMB05", "AMB05", "AMB07", "ND"]);
    assert!(action.apply(&Value::Code("017085".to_owned()), CodeLists::built_in()).is_none());
    for wrong in [
        "id = \"Sebino\"\nmunicipalities = []",
        "id = \"AMB5\"\nmunicipalities = []",
        "id = \"AMB05\"\nmunicipalities = [\"Iseo\"]",
        "id = \"AMB05\"\nmunicipalities = [\"017085\", \"017085\"]",
    ] {
        let told = Programme::parse(&format!("{programme}[[ambiti]]\n{wrong}\n")).unwrap_err().to_string();
        assert!(told.contains("number 1 of [[ambiti]]") && !told.contains("Iseo"), "{told}");
    }
}

/// What is not there is not made up, and codes for missing values keep their reason.
#[test]
fn what_is_missing_stays_missing() {
    for action in Action::each() {
        let made = action.apply(&Value::Null, CodeLists::built_in());
        match action {
            Action::Drop | Action::Pseudonym | Action::Token | Action::Seal | Action::Shift(_) => {
                assert_eq!(made, None, "{action} needs a key or makes nothing");
            }
            Action::Flag => assert_eq!(made, Some(Value::YesNo(false))),
            _ => assert_eq!(made, Some(Value::Null), "{action}"),
        }
    }
    let recode = Action::Code([("*".to_owned(), "X".to_owned())].into());
    for missing in ["ND", "NR", "RIF", "NA"] {
        let value = Value::Code(missing.to_owned());
        assert_eq!(apply(&recode, &value), value);
        assert_eq!(apply(&Action::Generalise(Generalisation::Area), &value), value);
        assert_eq!(apply(&Action::Flag, &value), Value::YesNo(false));
    }
    assert_eq!(apply(&recode, &Value::Code("F".to_owned())), Value::Code("X".to_owned()));
}

/// Free text and identifiers become nothing that leaves, whatever the action.
#[test]
fn nothing_is_made_of_texts_and_identifiers_but_whether_they_are_there() {
    let identifier = crate::identifiers::Identifier::codice_fiscale("PRVVTR04P68E333G").unwrap().unwrap();
    for value in [Value::Text("Provafalso".to_owned()), Value::Identifier(identifier)] {
        for action in Action::each() {
            match action.apply(&value, CodeLists::built_in()) {
                None => {}
                made => assert!(action == Action::Flag && made == Some(Value::YesNo(true)), "{action}"),
            }
        }
    }
}
