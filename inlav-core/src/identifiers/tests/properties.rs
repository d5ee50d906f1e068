//! What holds for every text.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;

fn every_reading(text: &str) -> Vec<Option<Identifier>> {
    vec![
        Identifier::codice_fiscale(text).ok().flatten(),
        Identifier::stp_eni(text).ok().flatten(),
        Identifier::permit(text).ok().flatten(),
        Identifier::passport(text, Some("PAK")).ok().flatten(),
        Identifier::cui(text).ok().flatten(),
        Identifier::phone(text).ok().flatten(),
        Identifier::email(text).ok().flatten(),
    ]
}

fn read_again(identifier: &Identifier) -> Option<Identifier> {
    let text = identifier.expose();
    match identifier.id_type() {
        IdType::CodiceFiscale | IdType::ProvisionalCode => Identifier::codice_fiscale(text),
        IdType::StpEni => Identifier::stp_eni(text),
        IdType::Permit => Identifier::permit(text),
        IdType::Passport => {
            let (state, number) = text.split_once(':').unwrap();
            Identifier::passport(number, Some(state))
        }
        IdType::Cui => Identifier::cui(text),
        IdType::Phone => Identifier::phone(text),
        _ => Identifier::email(text),
    }
    .unwrap()
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (1900..2099_i32, 1..=366_u32)
        .prop_filter_map("a day of the year", |(year, day)| NaiveDate::from_yo_opt(year, day))
}

fn place() -> impl Strategy<Value = PlaceCode> {
    "[A-IL-MZ][0-9]{3}".prop_filter_map("a place", |code| PlaceCode::parse(&code))
}

fn sex() -> impl Strategy<Value = Sex> {
    prop_oneof![Just(Sex::Woman), Just(Sex::Man)]
}

proptest! {
    /// Whatever is typed: no panic, and what was read is read the same again.
    #[test]
    fn no_text_is_too_strange_and_normal_forms_stay(
        text in prop_oneof![
            any::<String>(),
            "[A-Z0-9<«\n ]{0,95}",
            "[+0-9 ./()-]{5,20}",
            "[a-zA-Z0-9.@\"<> +-]{3,40}",
            "(CUI)?[0-9A-Z]{6,10}",
            "(STP|ENI)[0-9]{13}",
            "[A-Z]{0,3}[0-9]{5,9}",
        ],
    ) {
        for identifier in every_reading(&text).into_iter().flatten() {
            prop_assert_eq!(read_again(&identifier), Some(identifier));
        }
        let _ = PlaceCode::parse(&text);
    }

    /// A text of a machine-readable zone's length and characters.
    #[test]
    fn no_zone_is_too_strange(text in "P<[A-Z<]{3}[A-Z0-9<]{83}|I<ITA[A-Z0-9<]{85}|[A-Z0-9<]{44}|[A-Z0-9<]{10}") {
        every_reading(&text);
    }

    /// A computed code is read back, in each of its 128 forms, and says what it was computed of.
    #[test]
    fn computed_codes_agree_with_their_holder(
        family in "[A-Za-zÀ-ÖØ-öø-ÿĀ-ž' -]{1,20}",
        given in "[A-Za-zÀ-ÖØ-öø-ÿĀ-ž' -]{1,20}",
        birth in day(),
        sex in sex(),
        place in place(),
        mask in 0..128_u32,
    ) {
        let Some(code) = CodiceFiscale::compute(&family, &given, birth, sex, place) else { return Ok(()) };
        let mut body: Vec<u8> = code.identifier().expose().bytes().take(15).collect();
        for (bit, position) in DIGIT_POSITIONS.into_iter().enumerate() {
            if mask & (1 << bit) != 0 {
                body[position] = OMOCODIA[usize::from(body[position] - b'0')];
            }
        }
        let check = check_character(&body).unwrap();
        let form = format!("{}{check}", String::from_utf8(body).unwrap());
        prop_assert_eq!(Identifier::codice_fiscale(&form).unwrap(), Some(code.identifier()));
        prop_assert_eq!((code.sex(), code.birth_place()), (sex, place));
        let holder = Holder {
            family_name: Some(&family),
            given_name: Some(&given),
            birth_date: Some(birth),
            sex: Some(sex),
            birth_place: Some(BornIn::Place(place)),
        };
        let agreement = code.compare(&holder);
        prop_assert!(!agreement.differs(), "{:?}", agreement);
        prop_assert_eq!([agreement.birth_date, agreement.sex, agreement.birth_place], [Comparison::Agrees; 3]);
    }

    #[test]
    fn comparing_never_panics(
        family in any::<Option<String>>(),
        given in any::<Option<String>>(),
        birth in day(),
        country in "[A-Z]{3}",
    ) {
        let code = Identifier::codice_fiscale("PRVVTR04P68E333G").unwrap().unwrap();
        let holder = Holder {
            family_name: family.as_deref(),
            given_name: given.as_deref(),
            birth_date: Some(birth),
            sex: None,
            birth_place: Some(BornIn::Country(&country)),
        };
        let agreement = CodiceFiscale::of(&code).unwrap().compare(&holder);
        prop_assert_eq!(agreement.sex, Comparison::NotCompared);
    }
}
