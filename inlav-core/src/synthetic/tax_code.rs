//! Codici fiscali of made-up persons.

use chrono::NaiveDate;

use crate::identifiers::{CodiceFiscale, DIGIT_POSITIONS, OMOCODIA, PlaceCode, Sex, check_character};

/// The code of a person; `place` is the Belfiore code of the municipality or state of birth.
/// Blank if a name has no Latin letter.
pub(super) fn tax_code(family: &str, given: &str, birth: NaiveDate, woman: bool, place: &str) -> String {
    let sex = if woman { Sex::Woman } else { Sex::Man };
    let code =
        PlaceCode::parse(place).and_then(|place| CodiceFiscale::compute(family, given, birth, sex, place));
    code.map_or_else(String::new, |code| code.identifier().expose().to_owned())
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
