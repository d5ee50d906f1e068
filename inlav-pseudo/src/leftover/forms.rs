//! The forms of identifiers, anywhere in a text.

use inlav_core::identifiers::check_character;
use inlav_core::text::fold;

use super::Leftover;
use crate::shape::{Shape, is_codice_fiscale};

/// Characters of a codice fiscale.
const CODE: usize = 16;
/// Characters of the longest account number.
const LONGEST_IBAN: usize = 34;

/// The first form found.
pub(super) fn in_text(text: &str) -> Option<Leftover> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    if is_zone(text) {
        return Some(Leftover::MachineReadableZone);
    }
    if let Some(leftover) = Shape::of(text).map(of_shape) {
        return Some(leftover);
    }
    if text.split(|c: char| c.is_whitespace() || ",;<>()[]\"'".contains(c)).any(is_email) {
        return Some(Leftover::Email);
    }
    if holds_code(&folded) {
        return Some(Leftover::CodiceFiscale);
    }
    // All that follows has digits.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    for run in joined(&words, LONGEST_IBAN) {
        match Shape::of(&run) {
            Some(shape @ (Shape::CodiceFiscale | Shape::StpEni | Shape::Iban)) => {
                return Some(of_shape(shape));
            }
            _ if is_plate(&run) => return Some(Leftover::Plate),
            _ => (),
        }
    }
    if numbers(text).any(|number| Shape::of(number) == Some(Shape::Phone)) {
        return Some(Leftover::Phone);
    }
    words.iter().any(|word| is_document_number(word)).then_some(Leftover::DocumentNumber)
}

const fn of_shape(shape: Shape) -> Leftover {
    match shape {
        Shape::CodiceFiscale => Leftover::CodiceFiscale,
        Shape::StpEni => Leftover::StpEni,
        Shape::Email => Leftover::Email,
        Shape::Phone => Leftover::Phone,
        Shape::Iban => Leftover::Iban,
    }
}

fn is_email(word: &str) -> bool {
    Shape::of(word.trim_end_matches(['.', ':'])) == Some(Shape::Email)
}

/// Words that stand one after the other, without the spaces between them, up to a length.
fn joined<'a>(words: &'a [&str], longest: usize) -> impl Iterator<Item = String> + 'a {
    (0..words.len()).flat_map(move |start| {
        let mut run = String::new();
        words.iter().skip(start).map_while(move |word| {
            run.push_str(word);
            (run.len() <= longest).then(|| run.clone())
        })
    })
}

/// Whether a codice fiscale whose check character fits stands in a text, even with something right
/// before or behind it and with letters in the place of all its digits.
fn holds_code(folded: &str) -> bool {
    let compact: Vec<u8> = folded.bytes().filter(|byte| *byte != b' ').collect();
    compact.windows(CODE).filter(|window| is_codice_fiscale(window)).any(|window| {
        let code = window.to_ascii_uppercase();
        code.split_last().is_some_and(|(check, body)| check_character(body) == Some(char::from(*check)))
    })
}

/// Lines of 30, 36 or 44 letters, digits and fillers, or a part of one long enough to tell.
fn is_zone(text: &str) -> bool {
    let is_of_zone = |c: char| c.is_ascii_alphanumeric() || matches!(c, '<' | '«' | '‹');
    text.split(|c: char| !is_of_zone(c)).any(|line| {
        let digits = line.bytes().filter(u8::is_ascii_digit).count();
        let fillers = line.chars().filter(|c| !c.is_ascii_alphanumeric()).count();
        (line.len() >= 9 && fillers >= 2) || (line.len() >= 28 && digits >= 5)
    })
}

/// Two letters, three digits, two letters; I, O, Q and U are never used (D.P.R. 495/1992, art. 260).
fn is_plate(run: &str) -> bool {
    let letter = |b: &u8| b.is_ascii_lowercase() && !b"ioqu".contains(b);
    let digit = u8::is_ascii_digit;
    matches!(run.as_bytes(), [a, b, c, d, e, f, g]
        if [a, b, f, g].into_iter().all(letter) && [c, d, e].into_iter().all(digit))
}

/// Seven letters and digits or more: digits with at most three letters before them and two behind.
/// No code of a list is such, nor is a day, whose digits stand apart.
fn is_document_number(word: &str) -> bool {
    let letters = |text: &str| text.bytes().take_while(u8::is_ascii_lowercase).count();
    let front = letters(word);
    let number = word.get(front..).unwrap_or_default();
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let behind = number.get(digits..).unwrap_or_default();
    word.len() >= 7 && digits >= 5 && front <= 3 && behind.len() <= 2 && letters(behind) == behind.len()
}

/// Digits and what stands between the digits of a telephone number.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let is_of_number =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '/' | '-' | '(' | ')' | '\u{a0}');
    text.split(move |c: char| !is_of_number(c)).map(|part| part.trim_matches([' ', '.', '/', '-', '\u{a0}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: &[(&str, Leftover)] = &[
        ("PRVVTR04P68E333G", Leftover::CodiceFiscale),
        ("prv vtr 04p68 e333x", Leftover::CodiceFiscale),
        ("PRV-VTR-LQPSU-EPPPI", Leftover::CodiceFiscale),
        ("STP0301234567890", Leftover::StpEni),
        ("eni 030 1234567 890", Leftover::StpEni),
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", Leftover::MachineReadableZone),
        ("L898902C36UTO7408122F1204159ZE184226B<<<<<10", Leftover::MachineReadableZone),
        ("AB1234567", Leftover::DocumentNumber),
        ("I12345678", Leftover::DocumentNumber),
        ("CA12345AA", Leftover::DocumentNumber),
        ("123456789", Leftover::DocumentNumber),
        ("333 1234567", Leftover::Phone),
        ("+39 02 1234567", Leftover::Phone),
        ("0044 20 7946 0000", Leftover::Phone),
        ("prova@example.org", Leftover::Email),
        ("IT60 X054 2811 1010 0000 0123 456", Leftover::Iban),
        ("GB29NWBK60161331926819", Leftover::Iban),
        ("AB123CD", Leftover::Plate),
        ("ab 123 cd", Leftover::Plate),
    ];

    #[test]
    fn every_form_is_found_alone_and_among_words() {
        for (text, leftover) in LEFT {
            assert_eq!(in_text(text), Some(*leftover), "{text}");
            for among in [format!("note: {text}, urgente"), format!("OCCUPATO;{text}"), format!("({text})")] {
                assert_eq!(in_text(&among), Some(*leftover), "{among}");
            }
        }
        let glued = "cfPRVVTR04P68E333Gok";
        assert_eq!(in_text(glued), Some(Leftover::CodiceFiscale));
        assert!(Leftover::WITH_FORM.iter().all(|form| LEFT.iter().any(|(_, left)| left == form)));
    }

    #[test]
    fn what_identifies_nobody_is_none() {
        for text in [
            "",
            "AMB07",
            "PUA05",
            "2024-06-09",
            "09/06/2024",
            "2024-06",
            "2024-W23",
            "2024-Q2",
            "1000-1499",
            "1.000-1.499 €",
            "65+",
            "8.4.1.1.0",
            "01.13.20",
            "017085",
            "Servizi sociali del comune di Cremona",
            "occupato regolarmente da 12 mesi",
            "AGRICOLTURA",
            "ITA;FRA;DEU",
        ] {
            assert_eq!(in_text(text), None, "{text}");
        }
    }
}
