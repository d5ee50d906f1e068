//! Codici fiscali of made-up persons.

use chrono::{Datelike as _, NaiveDate};

use crate::identifiers::{DIGIT_POSITIONS, MONTHS, OMOCODIA, check_character};
use crate::text::fold;

/// The code of a person; `place` is the Belfiore code of the municipality or state of birth.
pub(super) fn tax_code(family: &str, given: &str, birth: NaiveDate, woman: bool, place: &str) -> String {
    let month = usize::try_from(birth.month0())
        .ok()
        .and_then(|month| MONTHS.get(month))
        .map_or('A', |b| char::from(*b));
    let day = birth.day() + if woman { 40 } else { 0 };
    let year = birth.year().rem_euclid(100);
    with_check(format!("{}{}{year:02}{month}{day:02}{place}", family_letters(family), given_letters(given)))
}

/// The code with letters for its last `letters` digits (*omocodia*), its check character
/// reckoned anew.
pub(super) fn omocodic(code: &str, letters: usize) -> String {
    let replaced: Vec<usize> = DIGIT_POSITIONS.iter().rev().take(letters).copied().collect();
    let body = code.chars().take(15).enumerate().map(|(position, c)| match c.to_digit(10) {
        Some(digit) if replaced.contains(&position) => {
            usize::try_from(digit).ok().and_then(|digit| OMOCODIA.get(digit)).map_or(c, |b| char::from(*b))
        }
        _ => c,
    });
    with_check(body.collect())
}

/// A provisional code of 11 digits: ten of them and their check digit, as in a VAT number.
pub(super) fn provisional(ten_digits: &str) -> String {
    let sum: u32 = ten_digits
        .chars()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(position, digit)| match position % 2 {
            0 => digit,
            _ if digit > 4 => 2 * digit - 9,
            _ => 2 * digit,
        })
        .sum();
    format!("{ten_digits}{}", (10 - sum % 10) % 10)
}

fn with_check(body: String) -> String {
    let check = check_character(body.as_bytes()).unwrap_or('X');
    body + &check.to_string()
}

/// Consonants, then vowels, then X, three in all.
fn family_letters(name: &str) -> String {
    let (consonants, vowels) = split(name);
    consonants.chars().chain(vowels.chars()).chain("XXX".chars()).take(3).collect()
}

/// As [`family_letters`]; of four consonants and more the first, third and fourth.
fn given_letters(name: &str) -> String {
    let (consonants, _) = split(name);
    if consonants.chars().count() < 4 {
        return family_letters(name);
    }
    consonants.chars().enumerate().filter(|(index, _)| matches!(index, 0 | 2 | 3)).map(|(_, c)| c).collect()
}

fn split(name: &str) -> (String, String) {
    let letters = fold(name).to_uppercase();
    letters.chars().filter(char::is_ascii_uppercase).partition(|c| !"AEIOU".contains(*c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifiers::Identifier;

    #[test]
    fn codes_agree_with_the_made_up_vectors() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        assert_eq!(tax_code("Provafalso", "Vettore", day(2004, 9, 28), true, "E333"), "PRVVTR04P68E333G");
        assert_eq!(tax_code("Provafalso", "Vettore", day(1980, 9, 6), false, "Z236"), "PRVVTR80P06Z236L");
        assert_eq!(tax_code("Provafalso", "Aiea", day(1990, 12, 18), false, "E333"), "PRVAIE90T18E333Z");
        assert_eq!(given_letters("Gianfranco"), "GFR");
        assert_eq!(family_letters("Fò"), "FOX");
    }

    #[test]
    fn omocodic_forms_are_the_same_identifier() {
        let code = "PRVVTR04P68E333G";
        for letters in 1..=7 {
            let form = omocodic(code, letters);
            assert_ne!(form, code);
            assert_eq!(Identifier::codice_fiscale(&form), Identifier::codice_fiscale(code));
        }
        assert_eq!(provisional("0074311015"), "00743110157");
    }
}
