//! The Italian tax code of a natural person (D.M. Finanze 23 December 1976).
//!
//! Three letters of the family name, three of the given name, two digits of the year, a letter of
//! the month and two digits of the day of birth (women: day + 40), the place of birth, a check
//! character. When two people would get the same code, digits are replaced by letters from the
//! right (*omocodia*): seven positions, 128 forms. All are folded here to the form with digits.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::place::PlaceCode;
use super::{IdType, Identifier, IdentifierFault};

mod compare;
mod compute;

pub use compare::{Agreement, BornIn, Comparison, Holder};

/// Positions, from 0, where a letter may stand for a digit.
pub(crate) const DIGIT_POSITIONS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];
/// Letters that stand for the digits 0 to 9.
pub(crate) const OMOCODIA: &[u8; 10] = b"LMNPQRSTUV";
/// Letters of the months, January to December.
const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
/// What is added to a woman's day of birth.
const WOMAN: u32 = 40;
/// Values of `0`–`9` (also `A`–`J`) and of `K`–`Z` in odd positions, counted from 1.
const ODD_LOW: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const ODD_HIGH: [u32; 16] = [2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/// A codice fiscale of 16 characters, without omocodia: what it tells of its holder. Debug is
/// redacted, there is no Display, memory is wiped on drop.
///
/// # Guarantee
/// Before: text somebody typed. After: the one form of the code that has digits where digits
/// belong, whose check character fits, whose day exists and whose place can exist. Tests
/// `all_128_omocodic_forms_are_one` of this module and `codes_agree_with_python_stdnum_and_python_codicefiscale`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct CodiceFiscale([u8; 16]);

/// The sex in a codice fiscale, which is that of the register of births.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Woman,
    /// Male.
    Man,
}

impl Sex {
    /// The sex that a code of the list `gender` says, if it says one: for people who are
    /// transgender or not binary it does not say what is in the register of births.
    #[must_use]
    pub fn of_gender(code: &str) -> Option<Self> {
        match code {
            "F" => Some(Self::Woman),
            "M" => Some(Self::Man),
            _ => None,
        }
    }
}

/// The parts of a code. Digits are digits, because the code is folded.
struct Parts {
    family: [u8; 3],
    given: [u8; 3],
    year: [u8; 2],
    month: u8,
    day: [u8; 2],
    place: [u8; 4],
}

impl CodiceFiscale {
    /// The code that an identifier is; `None` for provisional codes and other documents.
    #[must_use]
    pub fn of(identifier: &Identifier) -> Option<Self> {
        // Exposed to be taken apart, into a type that is redacted too.
        let code = (identifier.id_type() == IdType::CodiceFiscale).then(|| identifier.expose())?;
        Self::normalise(code).ok()
    }

    /// The code as an identifier.
    #[must_use]
    pub fn identifier(&self) -> Identifier {
        Identifier::new(IdType::CodiceFiscale, String::from_utf8_lossy(&self.0).into_owned())
    }

    /// The holder's sex.
    #[must_use]
    pub fn sex(&self) -> Sex {
        if number(self.parts().day) > WOMAN { Sex::Woman } else { Sex::Man }
    }

    /// The day of birth, 1 to 31.
    #[must_use]
    pub fn birth_day(&self) -> u32 {
        let day = number(self.parts().day);
        if day > WOMAN { day - WOMAN } else { day }
    }

    /// The month of birth, 1 to 12.
    #[must_use]
    pub fn birth_month(&self) -> u32 {
        let month = self.parts().month;
        // A code without a month is never made.
        (1..).zip(MONTHS).find(|(_, letter)| **letter == month).map_or(0, |(month, _)| month)
    }

    /// The last two digits of the year of birth. The century is not in the code.
    #[must_use]
    pub fn birth_year_of_century(&self) -> u32 {
        number(self.parts().year)
    }

    /// The place of birth.
    #[must_use]
    pub const fn birth_place(&self) -> PlaceCode {
        PlaceCode::of_checked(self.parts().place)
    }

    /// Folds a code of 16 capital letters and digits to its form without omocodia.
    ///
    /// # Errors
    /// [`IdentifierFault::Form`], [`IdentifierFault::CheckCharacter`],
    /// [`IdentifierFault::BirthDay`] or [`IdentifierFault::BirthPlace`].
    pub(super) fn normalise(code: &str) -> Result<Self, IdentifierFault> {
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
        // Most codes are without omocodia, and their check character is known already.
        let code = if folded == *body { Some(Self(bytes)) } else { Self::with_check(folded) };
        code.ok_or(IdentifierFault::Form)?.checked()
    }

    /// A code of its first 15 characters.
    fn with_check(body: [u8; 15]) -> Option<Self> {
        let check = u8::try_from(check_character(&body)?).ok()?;
        let mut code = [check; 16];
        for (slot, byte) in code.iter_mut().zip(body) {
            *slot = byte;
        }
        Some(Self(code))
    }

    /// Refuses what has the length and the check character of a code and is none.
    fn checked(self) -> Result<Self, IdentifierFault> {
        let parts = self.parts();
        let names = parts.family.iter().chain(&parts.given);
        let [letter, ..] = parts.place;
        if !names.chain([&letter]).all(u8::is_ascii_uppercase) || !MONTHS.contains(&parts.month) {
            return Err(IdentifierFault::Form);
        }
        let year = self.birth_year_of_century();
        let last_day = match self.birth_month() {
            // 2000 was a leap year, and 1900 was not: of the two it is the one that can be.
            2 if year.is_multiple_of(4) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if !(1..=last_day).contains(&self.birth_day()) {
            return Err(IdentifierFault::BirthDay);
        }
        PlaceCode::of_bytes(parts.place).map(|_| self).ok_or(IdentifierFault::BirthPlace)
    }

    const fn parts(&self) -> Parts {
        let [f1, f2, f3, g1, g2, g3, y1, y2, month, d1, d2, p1, p2, p3, p4, _] = self.0;
        Parts {
            family: [f1, f2, f3],
            given: [g1, g2, g3],
            year: [y1, y2],
            month,
            day: [d1, d2],
            place: [p1, p2, p3, p4],
        }
    }
}

impl std::fmt::Debug for CodiceFiscale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodiceFiscale(redacted)")
    }
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

fn number(digits: [u8; 2]) -> u32 {
    digits.iter().fold(0, |number, digit| 10 * number + u32::from(digit.wrapping_sub(b'0')))
}

#[cfg(test)]
mod tests;
