//! A code from what it is made of.

use chrono::{Datelike as _, NaiveDate};
use unicode_normalization::UnicodeNormalization as _;

use super::super::place::PlaceCode;
use super::{CodiceFiscale, MONTHS, Sex, WOMAN};
use crate::text::fold;

/// How letters outside the Latin alphabet's twenty-six are written with them.
#[derive(Clone, Copy)]
pub(super) enum Spelling {
    /// Accents and dots dropped: `Müller` is `MULLER`, as in Italian registers.
    Plain,
    /// As in the machine-readable zone of passports (ICAO Doc 9303 part 3, section 6):
    /// `Müller` is `MUELLER`, and offices that copy it from there write it so.
    Passport,
    /// As in registers where a name was copied from a passport: `MUELLER` is `MULLER`.
    FromPassport,
}

impl CodiceFiscale {
    /// The code of a person, without omocodia: two persons may come to the same code, and only
    /// the tax authority knows who got which form of it.
    ///
    /// A name that is empty gives `XXX`, as for those who have one name only. `None` for a name
    /// without any Latin letter, which has to be romanised first, and for a year outside 1900
    /// to 2099.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use inlav_core::identifiers::{CodiceFiscale, Identifier, PlaceCode, Sex};
    ///
    /// let birth = NaiveDate::from_ymd_opt(2004, 9, 28).unwrap();
    /// let iseo = PlaceCode::parse("E333").unwrap();
    /// let code = CodiceFiscale::compute("Provafalso", "Vettore", birth, Sex::Woman, iseo).unwrap();
    /// assert_eq!(Identifier::codice_fiscale("PRVVTR04P68E333G"), Ok(Some(code.identifier())));
    /// ```
    #[must_use]
    pub fn compute(
        family_name: &str,
        given_name: &str,
        birth: NaiveDate,
        sex: Sex,
        place: PlaceCode,
    ) -> Option<Self> {
        let [f1, f2, f3] = family_letters(&romanised(family_name, Spelling::Plain)?);
        let [g1, g2, g3] = given_letters(&romanised(given_name, Spelling::Plain)?);
        let day = birth.day() + if sex == Sex::Woman { WOMAN } else { 0 };
        let ([y1, y2], [d1, d2]) = (two_digits(year_of_century(birth)?)?, two_digits(day)?);
        let month = *MONTHS.get(usize::try_from(birth.month0()).ok()?)?;
        let [p1, p2, p3, p4] = place.bytes();
        Self::with_check([f1, f2, f3, g1, g2, g3, y1, y2, month, d1, d2, p1, p2, p3, p4])
    }
}

/// The last two digits of a year from 1900 to 2099.
pub(super) fn year_of_century(date: NaiveDate) -> Option<u32> {
    let year = u32::try_from(date.year()).ok()?;
    (1900..=2099).contains(&year).then_some(year % 100)
}

/// The capital letters `A` to `Z` that a name is made of; `None` if it has letters and none of
/// them is Latin. Apostrophes, hyphens and spaces count for nothing.
pub(super) fn romanised(name: &str, spelling: Spelling) -> Option<String> {
    let mut spelt = String::with_capacity(name.len());
    for c in name.to_uppercase().nfc() {
        match (spelling, c) {
            (Spelling::Passport, 'Ä') => spelt.push_str("AE"),
            (Spelling::Passport, 'Å') => spelt.push_str("AA"),
            (Spelling::Passport, 'Ö' | 'Ø') => spelt.push_str("OE"),
            (Spelling::Passport, 'Ü') => spelt.push_str("UE"),
            (_, other) => spelt.push(other),
        }
    }
    let mut letters = String::with_capacity(spelt.len());
    let mut foreign = false;
    for c in fold(&spelt).chars() {
        match c.to_ascii_uppercase() {
            letter @ 'A'..='Z' => letters.push(letter),
            'æ' => letters.push_str("AE"),
            'œ' => letters.push_str("OE"),
            'ø' => letters.push('O'),
            'ł' => letters.push('L'),
            'đ' | 'ð' => letters.push('D'),
            'þ' => letters.push_str("TH"),
            'ħ' => letters.push('H'),
            'ŧ' => letters.push('T'),
            other => foreign |= other.is_alphabetic(),
        }
    }
    if matches!(spelling, Spelling::FromPassport) {
        letters = letters.replace("AE", "A").replace("OE", "O").replace("UE", "U");
    }
    (!letters.is_empty() || !foreign).then_some(letters)
}

/// Consonants, then vowels, then `X`, three in all.
pub(super) fn family_letters(name: &str) -> [u8; 3] {
    let (vowels, consonants): (Vec<u8>, Vec<u8>) = name.bytes().partition(|letter| is_vowel(*letter));
    let mut letters = consonants.into_iter().chain(vowels);
    [(); 3].map(|()| letters.next().unwrap_or(b'X'))
}

/// As [`family_letters`]; of four consonants and more the first, third and fourth.
pub(super) fn given_letters(name: &str) -> [u8; 3] {
    let mut consonants = name.bytes().filter(|letter| !is_vowel(*letter));
    match [(); 4].map(|()| consonants.next()) {
        [Some(first), Some(_), Some(third), Some(fourth)] => [first, third, fourth],
        _ => family_letters(name),
    }
}

const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'A' | b'E' | b'I' | b'O' | b'U')
}

fn two_digits(number: u32) -> Option<[u8; 2]> {
    let digit = |digit: u32| u8::try_from(digit).ok().map(|digit| b'0' + digit);
    (number < 100).then_some([digit(number / 10)?, digit(number % 10)?])
}
