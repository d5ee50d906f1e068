//! What other programs say of the same identifiers: `tests/reference/identifiers/README.md`.

use csv::StringRecord;

use super::*;
use crate::codes::CodeList;
use crate::text::fold;

/// The rows of a file with reference values, as many as it is known to have.
macro_rules! rows {
    ($file:literal, $count:literal) => {{
        let text = include_str!(concat!("../../../tests/reference/identifiers/", $file));
        let rows: Vec<StringRecord> =
            csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), $count);
        rows
    }};
}

#[test]
fn codes_agree_with_python_stdnum_and_python_codicefiscale() {
    for row in rows!("codes.csv", 694) {
        let (family, given, code) = (&row[0], &row[1], &row[5]);
        let birth = row[3].parse().unwrap();
        let sex = Sex::of_gender(&row[2]).unwrap();
        let place = PlaceCode::parse(&row[4]).unwrap();
        let read = Identifier::codice_fiscale(code).unwrap().unwrap();
        let computed = CodiceFiscale::compute(family, given, birth, sex, place).unwrap();
        assert_eq!(computed.identifier().expose(), read.expose(), "{family} {given}");
        let holder = Holder {
            family_name: Some(family),
            given_name: Some(given),
            birth_date: Some(birth),
            sex: Some(sex),
            birth_place: Some(BornIn::Place(place)),
        };
        let agreement = CodiceFiscale::of(&read).unwrap().compare(&holder);
        assert_eq!(agreement.parts(), [Comparison::Agrees; 5], "{code}");
    }
}

#[test]
fn all_omocodic_forms_of_python_codicefiscale_are_one() {
    let mut forms = std::collections::BTreeSet::new();
    for row in rows!("omocodia.csv", 640) {
        assert_eq!(Identifier::codice_fiscale(&row[1]).unwrap().unwrap().expose(), &row[0]);
        forms.insert(row[1].to_owned());
    }
    assert_eq!(forms.len(), 5 * 128);
}

#[test]
fn what_both_programs_refuse_is_refused() {
    for row in rows!("mistyped.csv", 704) {
        assert_eq!(Identifier::codice_fiscale(&row[0]).is_ok(), &row[1] == "yes", "{}", &row[0]);
    }
    for row in rows!("provisional.csv", 300) {
        assert_eq!(Identifier::codice_fiscale(&row[0]).is_ok(), &row[1] == "yes", "{}", &row[0]);
    }
}

/// Of the list of states those with another name there were looked at one by one: the Faroes,
/// Korea, North Korea, Palestine, Saint Helena, South Sudan, Timor-Leste, Turks and Caicos, the Vatican,
/// Wallis and Futuna.
#[test]
fn states_have_the_codes_that_python_codicefiscale_gives_them() {
    let named_otherwise = ["FRO", "KOR", "PRK", "PSE", "SHN", "SSD", "TCA", "TLS", "VAT", "WLF"];
    let rows = rows!("states.csv", 222);
    let (mut same, mut otherwise) = (0, Vec::new());
    for row in &rows {
        assert!(PlaceCode::parse(&row[0]).is_some(), "{}", &row[0]);
    }
    for country in CodeList::named("country").unwrap().codes() {
        let Some(row) =
            rows.iter().find(|row| PlaceCode::parse(&row[0]) == PlaceCode::of_state(&country.code))
        else {
            continue;
        };
        let called = |label: &str| row[1].split('|').any(|name| name == fold(label).replace(' ', "-"));
        if called(&country.label_it) || called(&country.label_en) {
            same += 1;
        } else {
            otherwise.push(country.code.as_str());
        }
    }
    otherwise.sort_unstable();
    assert_eq!(otherwise, named_otherwise);
    assert!(same > 190, "{same}");
}

#[test]
fn machine_readable_zones_agree_with_mrz() {
    for row in rows!("zones.csv", 600) {
        let zone = row[1].replace('|', "\n");
        let (issuer, number, valid) = (&row[2], &row[3], &row[4] == "yes");
        let read =
            if &row[0] == "passport" { Identifier::passport(&zone, None) } else { Identifier::permit(&zone) };
        let plain = match &row[0] {
            "passport" => Identifier::passport(number, Some(issuer)),
            _ => Identifier::permit(number),
        };
        let expected = if valid { plain } else { Err(IdentifierFault::CheckCharacter) };
        assert!(read == expected, "{zone} {:?}", read.err());
    }
}

#[test]
fn telephone_numbers_agree_with_phonenumbers() {
    for row in rows!("phones.csv", 1084) {
        // Placeholders and fillers are this program's own idea.
        let digits: String = row[0].chars().filter(char::is_ascii_digit).collect();
        let last = digits.get(digits.len().saturating_sub(7)..).unwrap();
        let filler = last.bytes().all(|digit| last.starts_with(char::from(digit)));
        let read = Identifier::phone(&row[0]).ok().flatten();
        let number = read.as_ref().map_or("", |id| id.expose());
        assert_eq!(number, if filler { "" } else { &row[1] }, "{}", &row[0]);
    }
}
