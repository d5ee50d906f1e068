use super::*;

#[test]
fn spellings_of_one_document_are_one_value() {
    let a = Identifier::permit("i 1234-5678").unwrap().unwrap();
    let b = Identifier::permit("I12345678").unwrap().unwrap();
    assert_eq!(a, b);
}

#[test]
fn placeholders_are_null_and_typing_errors_are_faults() {
    assert_eq!(Identifier::codice_fiscale("non disponibile"), Ok(None));
    assert_eq!(Identifier::stp_eni("XXXXXXXX"), Ok(None));
    assert_eq!(Identifier::stp_eni("STP123"), Err(IdentifierFault::Form));
    assert_eq!(Identifier::passport("AB1234567", None), Err(IdentifierFault::IssuingState));
}

/// Each of these stands in the same cell for many people, who would become one person.
#[test]
fn what_is_no_number_never_links_strangers() {
    for text in [
        "31/12/2024",
        "2024-12-31",
        "31122024",
        "20241231",
        "31-12-2024 00:00",
        "I00000000",
        "AA 0000000",
        "1234567",
        "123456789",
        "SCAD31122024",
    ] {
        assert!(matches!(Identifier::permit(text), Ok(None) | Err(IdentifierFault::Form)), "permit");
        let passport = Identifier::passport(text, Some("PAK"));
        assert!(matches!(passport, Ok(None) | Err(IdentifierFault::Form)), "passport");
    }
    assert_eq!(Identifier::passport("SCADUTO 2023", Some("PAK")), Err(IdentifierFault::Form));
    assert_eq!(Identifier::stp_eni("STP0000000000000"), Err(IdentifierFault::Form));
    for text in ["I12345678", "I 0312 0241", "AB1234567", "312202411"] {
        assert!(Identifier::permit(text).unwrap().is_some());
    }
}

#[test]
fn an_operator_is_one_however_the_number_is_typed() {
    let operator = |text| Identifier::register_number(IdType::Operator, text);
    assert_eq!(operator("OP00001"), operator("op-00001 "));
    assert_eq!(operator("OP00001"), operator("Op 00001"));
    assert_eq!(operator("N.D."), None);
    assert_ne!(operator("OP00001"), operator("OP00002"));
    assert!(Identifier::register_number(IdType::Person, "ND").is_some());
    let marked = Identifier::register_number(IdType::Person, "\u{200F}P-1\u{200B}");
    assert_eq!(marked, Identifier::register_number(IdType::Person, "P-1"));
}

#[test]
fn the_issuing_state_is_part_of_a_passport() {
    let a = Identifier::passport("AB1234567", Some("PAK")).unwrap();
    let b = Identifier::passport("AB1234567", Some("BGD")).unwrap();
    assert_ne!(a, b);
}

#[test]
fn debug_output_is_redacted() {
    let id = Identifier::permit("I12345678").unwrap().unwrap();
    assert_eq!(format!("{id:?}"), "Identifier(redacted)");
}

#[test]
fn a_passport_may_be_its_machine_readable_zone() {
    let zone = "P<PAKPROVAFALSO<<VETTORE<<<<<<<<<<<<<<<<<<<<\n1724456<<7ITA5005103M2609153<<<<<<<<<<<<<<04";
    let plain = Identifier::passport("1724456", Some("PAK"));
    assert!(plain.as_ref().is_ok_and(Option::is_some));
    assert_eq!(Identifier::passport(zone, None), plain);
    assert_eq!(Identifier::passport(zone, Some("PAK")), plain);
    assert_eq!(Identifier::passport(&zone.replace('\n', " ").to_lowercase(), Some("PAK")), plain);
    assert_eq!(Identifier::passport(zone, Some("BGD")), Err(IdentifierFault::OtherState));
    let line = zone.split_once('\n').unwrap().1;
    assert_eq!(Identifier::passport(line, Some("PAK")), plain);
    assert_eq!(Identifier::passport(line, None), Err(IdentifierFault::IssuingState));
    assert_eq!(Identifier::passport("1724456<<7", Some("PAK")), plain);
    assert_eq!(Identifier::passport("1724456<<8", Some("PAK")), Err(IdentifierFault::CheckCharacter));
    // The number of a zone can be a filler as well as any other.
    assert_eq!(Identifier::passport("000000000<", Some("PAK")), Ok(None));
    assert_eq!(Identifier::passport("22222<<<<2", Some("PAK")), Err(IdentifierFault::Form));
    assert_eq!(Identifier::permit(zone), Err(IdentifierFault::Form));
}

#[test]
fn a_cui_is_digits_and_letters_and_no_filler() {
    let cui = Identifier::cui("05A1B2C").unwrap().unwrap();
    assert_eq!(cui.id_type(), IdType::Cui);
    for text in ["CUI 05a1b2c", "cui: 05A1B2C", "C.U.I. 05A1B2C", "05A-1B2C"] {
        assert_eq!(Identifier::cui(text), Ok(Some(cui.clone())), "{text}");
    }
    for text in ["", "n.d.", "CUI", "CUI n.d.", "CUI: -", "0000000"] {
        assert_eq!(Identifier::cui(text), Ok(None), "{text}");
    }
    for text in
        ["0123456", "31122024", "31/12/2024", "5555555", "FOGLIO12", "0A", "05A1B2C05A1B2C", "05A1B2È"]
    {
        assert_eq!(Identifier::cui(text), Err(IdentifierFault::Form), "{text}");
    }
}

#[test]
fn a_telephone_number_is_one_however_it_is_typed() {
    let number = Identifier::phone("+393331234567").unwrap().unwrap();
    for text in [
        "333 1234567",
        "333-12.34.567",
        "333/1234567",
        "0039 333 1234567",
        "(+39) 3331234567",
        "39 333 1234567",
        "tel. 3331234567",
        "Cell: 333 1234567",
        "3331234567.0",
        "\u{202a}+39 333\u{a0}1234567\u{202c}",
        "３３３１２３４５６７",
    ] {
        assert_eq!(Identifier::phone(text), Ok(Some(number.clone())), "{text}");
    }
    for text in [
        "3331234567 / 3401234567",
        "333 1234567 (Mario)",
        "Mario 3331234567",
        "sorella",
        "112",
        "3.33E+09",
        "333",
        "333 3333333",
        "0000 0000000a",
        "1234567890",
    ] {
        assert_eq!(Identifier::phone(text), Err(IdentifierFault::Form), "{text}");
    }
    for text in ["", "n.d.", "non ha", "000000", "-"] {
        assert_eq!(Identifier::phone(text), Ok(None), "{text}");
    }
}

#[test]
fn an_address_is_one_however_it_is_typed() {
    let address = Identifier::email("a.prova@example.org").unwrap().unwrap();
    for text in [
        "A.Prova@Example.ORG ",
        "mailto:a.prova@example.org",
        "<a.prova@example.org>",
        "a.prova@example.org;",
    ] {
        assert_eq!(Identifier::email(text), Ok(Some(address.clone())), "{text}");
    }
    for text in [
        "a.prova",
        "a.prova@example",
        "a@b@example.org",
        "a.prova@example.org b.prova@example.org",
        "@example.org",
        "a.prova@",
        "a prova@example.org",
        "Ada <a.prova@example.org>",
        "a..b@example.org",
        "a@[127.0.0.1]",
        "a.prova@example..org",
        "a.prova@example.org, b@example.org",
    ] {
        assert_eq!(Identifier::email(text), Err(IdentifierFault::Form), "{text}");
    }
    assert_eq!(Identifier::email("non ha"), Ok(None));
}

mod properties;
mod reference;

/// Found by fuzzing: the capital of ΐ is a letter and two accents.
#[test]
fn accents_make_no_second_normal_form() {
    for text in ["A\u{390}1", "A-\u{301}1"] {
        let read = |text: &str| Identifier::register_number(IdType::Operator, text).unwrap();
        let once = read(text);
        assert_eq!(read(once.expose()), once);
    }
}

/// Found by fuzzing: without its marks it was a number of an operator.
#[test]
fn a_placeholder_with_marks_inside_is_none() {
    for text in ["sconosc./iuto", "nes-suno", "VUO.TO"] {
        assert_eq!(Identifier::register_number(IdType::Operator, text), None);
    }
}
