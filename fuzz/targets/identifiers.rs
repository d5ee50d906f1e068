//! Identifiers of persons: a normal form is read as itself, all 128 omocodic forms of a code are
//! one, and nothing that is told holds what was typed.

#![no_main]

use inlav_core::identifiers::{CodiceFiscale, IdType, Identifier, IdentifierFault, check_character};
use libfuzzer_sys::fuzz_target;

type Read = Result<Option<Identifier>, IdentifierFault>;

/// Where a codice fiscale has digits, and the letters that stand for 0 to 9 in omocodia (D.M. 23
/// December 1976, article 6).
const DIGITS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];
const LETTERS: &[u8; 10] = b"LMNPQRSTUV";

fn omocodic_forms(code: &str) -> impl Iterator<Item = String> {
    (0..128_u32).filter_map(move |mask| {
        let mut body: Vec<u8> = code.bytes().take(15).collect();
        for (bit, position) in DIGITS.into_iter().enumerate() {
            if mask & (1 << bit) != 0 {
                body[position] = LETTERS[usize::from(body[position] - b'0')];
            }
        }
        let check = check_character(&body)?;
        Some(format!("{}{check}", String::from_utf8(body).ok()?))
    })
}

fn is_normal(read: Read, again: impl Fn(&str) -> Read) -> Option<Identifier> {
    let identifier = read.ok().flatten()?;
    // Exposed to be read once more.
    assert!(again(identifier.expose()) == Ok(Some(identifier.clone())), "a normal form is read as itself");
    assert_eq!(format!("{identifier:?}"), "Identifier(redacted)");
    Some(identifier)
}

fuzz_target!(|text: &str| {
    if let Some(code) = is_normal(Identifier::codice_fiscale(text), Identifier::codice_fiscale)
        && code.id_type() == IdType::CodiceFiscale
    {
        assert!(CodiceFiscale::of(&code).is_some_and(|parts| (1..=31).contains(&parts.birth_day())));
        // Exposed to be written in its other forms.
        for form in omocodic_forms(code.expose()) {
            assert!(Identifier::codice_fiscale(&form) == Ok(Some(code.clone())), "omocodia is folded");
        }
    }
    if text.is_ascii() {
        let spaced: String = text.chars().flat_map(|c| [c, ' ']).collect();
        assert!(
            Identifier::codice_fiscale(&spaced) == Identifier::codice_fiscale(text)
                || Identifier::codice_fiscale(text) == Ok(None),
            "spaces say nothing"
        );
    }
    is_normal(Identifier::stp_eni(text), Identifier::stp_eni);
    is_normal(Identifier::permit(text), Identifier::permit);
    is_normal(Identifier::cui(text), Identifier::cui);
    is_normal(Identifier::phone(text), Identifier::phone);
    is_normal(Identifier::email(text), Identifier::email);
    for state in [None, Some("PAK"), Some("ITA")] {
        let again = |form: &str| {
            let (state, number) = form.split_once(':').expect("a state and a number");
            Identifier::passport(number, Some(state))
        };
        is_normal(Identifier::passport(text, state), again);
    }
    for id_type in [IdType::Person, IdType::Operator] {
        let register = |text: &str| Ok(Identifier::register_number(id_type, text));
        is_normal(register(text), register);
    }
});
