//! The Italian tax code of a natural person (D.M. Finanze 23 December 1976).
//!
//! When two people would get the same code, digits are replaced by letters from the right
//! (*omocodia*): seven positions, 128 forms. All are folded here to the form with digits.

use super::IdentifierFault;

/// Positions, from 0, where a letter may stand for a digit.
pub(crate) const DIGIT_POSITIONS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];
/// Letters that stand for the digits 0 to 9.
pub(crate) const OMOCODIA: &[u8; 10] = b"LMNPQRSTUV";
/// Letters of the months, January to December.
pub(crate) const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
/// Values of `0`–`9` (also `A`–`J`) and of `K`–`Z` in odd positions, counted from 1.
const ODD_LOW: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const ODD_HIGH: [u32; 16] = [2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/// Folds a code of 16 capital letters and digits to its form without omocodia.
///
/// The day of birth may be above 31 (women: day + 40); the place code is not looked up.
///
/// # Errors
/// [`IdentifierFault::Form`] or [`IdentifierFault::CheckCharacter`].
pub(super) fn normalise(code: &str) -> Result<String, IdentifierFault> {
    let bytes: [u8; 16] = code.as_bytes().try_into().map_err(|_| IdentifierFault::Form)?;
    let (body, check) = bytes.split_at(15);
    if check_character(body) != check.first().map(|b| char::from(*b)) {
        let plausible = bytes.iter().all(u8::is_ascii_alphanumeric);
        return Err(if plausible { IdentifierFault::CheckCharacter } else { IdentifierFault::Form });
    }
    let mut folded = [0_u8; 15];
    for (position, (slot, byte)) in folded.iter_mut().zip(body).enumerate() {
        *slot = if DIGIT_POSITIONS.contains(&position) {
            digit_of(*byte).ok_or(IdentifierFault::Form)?
        } else {
            *byte
        };
    }
    if !has_form(&folded) {
        return Err(IdentifierFault::Form);
    }
    let check = check_character(&folded).ok_or(IdentifierFault::Form)?;
    let mut normal: String = folded.iter().map(|b| char::from(*b)).collect();
    normal.push(check);
    Ok(normal)
}

/// The check character of the first 15 characters, or `None` if one of them is neither a
/// capital letter nor a digit.
#[must_use]
pub fn check_character(body: &[u8]) -> Option<char> {
    let mut sum = 0;
    for (position, byte) in body.iter().enumerate() {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A',
            _ => return None,
        };
        // The first character is in position 1, which is odd.
        sum += if position % 2 == 0 { odd_value(value)? } else { u32::from(value) };
    }
    char::from_u32(u32::from('A') + sum % 26)
}

/// Whether the last of 11 digits is the check digit of the ten before it (as in a VAT number).
pub(super) fn provisional_check_fits(code: &str) -> bool {
    let sum: u32 = code
        .bytes()
        .enumerate()
        .map(|(position, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match position % 2 {
                0 => digit,
                _ if digit > 4 => 2 * digit - 9,
                _ => 2 * digit,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn odd_value(value: u8) -> Option<u32> {
    let index = usize::from(value);
    ODD_LOW.get(index).or_else(|| ODD_HIGH.get(index.checked_sub(ODD_LOW.len())?)).copied()
}

fn digit_of(byte: u8) -> Option<u8> {
    if byte.is_ascii_digit() {
        return Some(byte);
    }
    let digit = OMOCODIA.iter().position(|letter| *letter == byte)?;
    u8::try_from(digit).ok().map(|digit| b'0' + digit)
}

fn has_form(folded: &[u8; 15]) -> bool {
    let [name @ .., _, _, month, tens, units, place, _, _, _] = folded;
    let day = (tens.wrapping_sub(b'0')) * 10 + units.wrapping_sub(b'0');
    name.iter().all(u8::is_ascii_uppercase)
        && MONTHS.contains(month)
        && matches!(day, 1..=31 | 41..=71)
        && place.is_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifiers::{IdType, Identifier};

    fn vectors() -> impl Iterator<Item = csv::StringRecord> {
        csv::Reader::from_reader(include_str!("../../data/cf_vectors_synthetic.csv").as_bytes())
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
        let base = normalise("PRVVTR04P68E333G").unwrap();
        for mask in 0..128_u32 {
            let mut body: Vec<u8> = base.bytes().take(15).collect();
            for (bit, position) in DIGIT_POSITIONS.into_iter().enumerate() {
                if mask & (1 << bit) != 0 {
                    body[position] = OMOCODIA[usize::from(body[position] - b'0')];
                }
            }
            let check = check_character(&body).unwrap();
            let mut form = String::from_utf8(body).unwrap();
            form.push(check);
            assert_eq!(normalise(&form).unwrap(), base);
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
        assert_eq!(normalise(&code), Err(IdentifierFault::Form));
        body[8] = b'P';
        assert_eq!(check_character(&body), Some('G'));
    }
}
