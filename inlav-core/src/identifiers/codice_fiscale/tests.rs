use chrono::NaiveDate;

use super::*;
use crate::identifiers::Identifier;

fn vectors() -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(include_str!("../../../data/cf_vectors_synthetic.csv").as_bytes())
        .into_records()
        .map(Result::unwrap)
}

#[test]
fn made_up_vectors_are_accepted_folded_or_refused() {
    let mut base = None;
    let mut seen = [0; 3];
    for record in vectors() {
        let read = Identifier::codice_fiscale(&record[5]);
        match &record[6] {
            "base" => {
                seen[0] += 1;
                base = read.unwrap();
                assert_eq!(base.as_ref().unwrap().expose(), &record[5]);
            }
            "omocodic" => {
                seen[1] += 1;
                assert_eq!(read.unwrap(), base);
            }
            _ => {
                seen[2] += 1;
                assert_eq!(read, Err(IdentifierFault::CheckCharacter));
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 10));
}

#[test]
fn all_128_omocodic_forms_are_one() {
    let base = CodiceFiscale::normalise("PRVVTR04P68E333G").unwrap();
    for mask in 0..128_u32 {
        let mut body: Vec<u8> = base.0.into_iter().take(15).collect();
        for (bit, position) in DIGIT_POSITIONS.into_iter().enumerate() {
            if mask & (1 << bit) != 0 {
                body[position] = OMOCODIA[usize::from(body[position] - b'0')];
            }
        }
        let check = check_character(&body).unwrap();
        let mut form = String::from_utf8(body).unwrap();
        form.push(check);
        assert_eq!(CodiceFiscale::normalise(&form).unwrap(), base);
    }
}

#[test]
fn a_provisional_code_has_eleven_digits_and_a_check_digit() {
    let id = Identifier::codice_fiscale("00743110157").unwrap().unwrap();
    assert_eq!(id.id_type(), IdType::ProvisionalCode);
    assert_eq!(Identifier::codice_fiscale("00743110158"), Err(IdentifierFault::CheckCharacter));
}

#[test]
fn a_month_letter_that_does_not_exist_is_refused() {
    let mut body = *b"PRVVTR04F68E333";
    let check = check_character(&body).unwrap();
    let code = format!("{}{check}", String::from_utf8_lossy(&body));
    assert_eq!(CodiceFiscale::normalise(&code), Err(IdentifierFault::Form));
    body[8] = b'P';
    assert_eq!(check_character(&body), Some('G'));
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn computed(family: &str, given: &str) -> String {
    let place = PlaceCode::parse("F205").unwrap();
    let code = CodiceFiscale::compute(family, given, day(1990, 1, 31), Sex::Man, place).unwrap();
    code.identifier().expose().get(..6).unwrap().to_owned()
}

#[test]
fn a_day_or_a_state_that_does_not_exist_is_refused() {
    let with_check = |body: &str| {
        let check = check_character(body.as_bytes()).unwrap();
        Identifier::codice_fiscale(&format!("{body}{check}")).map(|code| code.is_some())
    };
    for body in
        ["PRVVTR04B29E333", "PRVVTR00B69E333", "PRVVTR04P30E333", "PRVVTR04T71E333", "PRVVTR04P28Z138"]
    {
        assert_eq!(with_check(body), Ok(true), "{body}");
    }
    for body in [
        "PRVVTR03B29E333",
        "PRVVTR04B71E333",
        "PRVVTR04P31E333",
        "PRVVTR04P00E333",
        "PRVVTR04P40E333",
        "PRVVTR04P72E333",
        "PRVVTR04T81E333",
        "PRVVTR04P99E333",
    ] {
        assert_eq!(with_check(body), Err(IdentifierFault::BirthDay), "{body}");
    }
    assert_eq!(with_check("PRVVTR04P28Z999"), Err(IdentifierFault::BirthPlace));
    assert_eq!(with_check("PRVVTR04P28ZVVV"), Err(IdentifierFault::BirthPlace), "omocodia of Z999");
}

#[test]
fn letters_of_names_follow_the_decree() {
    assert_eq!(computed("Fò", "Gianfranco"), "FOXGFR");
    assert_eq!(computed("D'Amico", "Li Na"), "DMCLNI");
    assert_eq!(computed("Ng", ""), "NGXXXX");
    assert_eq!(computed("Müller", "Søren"), "MLLSRN");
    let place = PlaceCode::parse("F205").unwrap();
    assert!(CodiceFiscale::compute("Іваненко", "Ольга", day(1990, 1, 31), Sex::Woman, place).is_none());
    assert!(CodiceFiscale::compute("Prova", "Ada", day(2100, 1, 31), Sex::Woman, place).is_none());
}

#[test]
fn a_code_tells_what_is_in_it_and_debug_does_not() {
    let code = CodiceFiscale::normalise("PRVVTR04P68E333G").unwrap();
    assert_eq!((code.birth_day(), code.birth_month(), code.birth_year_of_century()), (28, 9, 4));
    assert_eq!((code.sex(), code.birth_place()), (Sex::Woman, PlaceCode::parse("E333").unwrap()));
    let holder = Holder {
        family_name: Some("Provafalso"),
        birth_place: Some(BornIn::Country("UKR")),
        ..Holder::default()
    };
    assert_eq!(
        format!("{code:?} {holder:?} {:?}", holder.birth_place.unwrap()),
        "CodiceFiscale(redacted) Holder(redacted) BornIn(redacted)"
    );
    assert!(CodiceFiscale::of(&Identifier::codice_fiscale("00743110157").unwrap().unwrap()).is_none());
}

/// Each part differs alone, and only that part is told.
#[test]
fn a_comparison_names_the_part_that_differs() {
    use Comparison::{Agrees, Differs};
    let code = CodiceFiscale::normalise("PRVVTR04P68E333G").unwrap();
    let right = Holder {
        family_name: Some("PROVAFALSO"),
        given_name: Some("vettore"),
        birth_date: Some(day(2004, 9, 28)),
        sex: Some(Sex::Woman),
        birth_place: Some(BornIn::Country("ITA")),
    };
    assert_eq!(code.compare(&right).parts(), [Agrees; 5]);
    assert_eq!(code.compare(&Holder::default()).parts(), [Comparison::NotCompared; 5]);
    let wrong = [
        Holder { family_name: Some("Inventata"), ..right },
        Holder { given_name: Some("Ada"), ..right },
        Holder { birth_date: Some(day(2004, 9, 27)), ..right },
        Holder { sex: Some(Sex::Man), ..right },
        Holder { birth_place: Some(BornIn::Country("UKR")), ..right },
    ];
    for (index, holder) in wrong.iter().enumerate() {
        let mut expected = [Agrees; 5];
        expected[index] = Differs;
        let agreement = code.compare(holder);
        assert_eq!(agreement.parts(), expected);
        assert!(agreement.differs());
    }
}

#[test]
fn names_are_compared_leniently() {
    use Comparison::{Agrees, Differs, NotCompared};
    let place = PlaceCode::parse("Z222").unwrap();
    let code =
        |family, given| CodiceFiscale::compute(family, given, day(1990, 1, 31), Sex::Man, place).unwrap();
    let names = |code: &CodiceFiscale, family, given| {
        let holder = Holder { family_name: Some(family), given_name: Some(given), ..Holder::default() };
        let agreement = code.compare(&holder);
        (agreement.family_name, agreement.given_name)
    };
    // Compound names, of which somebody wrote a part, or the whole where the code has a part.
    assert_eq!(names(&code("García López", "Ana María"), "Garcia-Lopez", "ANA MARIA"), (Agrees, Agrees));
    assert_eq!(names(&code("García", "María"), "Garcia Lopez", "Ana Maria"), (Agrees, Agrees));
    assert_eq!(names(&code("López", "Ana"), "Garcia Lopez", "Ana Maria"), (Agrees, Agrees));
    // Umlauts as in Italian registers and as in passports.
    assert_eq!(names(&code("Öz", "Jürgen"), "Oez", "Juergen"), (Agrees, Agrees));
    assert_eq!(names(&code("Aezz", "Ueli"), "Äzz", "Üli"), (Agrees, Agrees));
    // One name only.
    let singh = code("Singh", "");
    assert_eq!(names(&singh, "Singh", "FNU"), (Agrees, Agrees));
    assert_eq!(names(&singh, "Singh", "XXX"), (Agrees, Agrees));
    assert_eq!(names(&singh, "Singh", "Singh"), (Agrees, NotCompared));
    assert_eq!(names(&code("Singh", "Raj"), "Singh", "FNU"), (Agrees, NotCompared));
    // Not in Latin letters.
    assert_eq!(names(&code("Ivanenko", "Olha"), "Іваненко", "Ольга"), (NotCompared, NotCompared));
    assert_eq!(names(&code("Ivanenko", "Olha"), "Petrenko", "Oksana"), (Differs, Differs));
}
