//! A code held against what an office wrote of its holder (rule R37). Never a reason to change
//! anything: documents of foreigners spell names and days in more than one way.

use chrono::{Datelike as _, NaiveDate};

use super::super::place::PlaceCode;
use super::compute::{Spelling, family_letters, given_letters, romanised, year_of_century};
use super::{CodiceFiscale, Sex};
use crate::text::{fold, is_placeholder};

/// What an office wrote of a person; what is `None` is not compared. Debug is redacted.
#[derive(Clone, Copy, Default)]
pub struct Holder<'a> {
    /// Family name, in any spelling.
    pub family_name: Option<&'a str>,
    /// Given name, in any spelling.
    pub given_name: Option<&'a str>,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// Sex in the register of births.
    pub sex: Option<Sex>,
    /// Where the person was born. Citizenship says nothing about it.
    pub birth_place: Option<BornIn<'a>>,
}

/// Where a person was born. Debug is redacted.
#[derive(Clone, Copy)]
pub enum BornIn<'a> {
    /// A municipality or a state, by its code.
    Place(PlaceCode),
    /// A country, by its ISO 3166-1 alpha-3 code.
    Country(&'a str),
}

/// How one part of a code compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The code says the same.
    Agrees,
    /// The code says something else.
    Differs,
    /// One of the two says nothing, or nothing that can be compared.
    NotCompared,
}

/// How a code compares with what an office wrote of its holder. It holds no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// The family name.
    pub family_name: Comparison,
    /// The given name.
    pub given_name: Comparison,
    /// The day of birth, without the century.
    pub birth_date: Comparison,
    /// The sex.
    pub sex: Comparison,
    /// The place of birth.
    pub birth_place: Comparison,
}

impl Agreement {
    /// Every part, in the code's order, sex before place.
    #[must_use]
    pub const fn parts(&self) -> [Comparison; 5] {
        [self.family_name, self.given_name, self.birth_date, self.sex, self.birth_place]
    }

    /// Whether any part says something else.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.parts().contains(&Comparison::Differs)
    }
}

impl CodiceFiscale {
    /// Holds the code against what an office wrote of its holder.
    ///
    /// It is lenient with names: a part of a name of several words is enough, umlauts may be
    /// written as in passports, a name that is not in Latin letters is not compared, nor is a
    /// name such as `FNU` that stands for no name. The century of a birth is not in a code, so a
    /// mistake of a hundred years goes unseen. A place is not compared if the state was another
    /// one once.
    ///
    /// # Guarantee
    /// Before: names and days in clear. After: which parts agree, and no value of either side.
    #[must_use]
    pub fn compare(&self, holder: &Holder<'_>) -> Agreement {
        let parts = self.parts();
        Agreement {
            family_name: compare_name(parts.family, holder.family_name, family_letters),
            given_name: compare_name(parts.given, holder.given_name, given_letters),
            birth_date: told(holder.birth_date.and_then(|birth| {
                let day = (self.birth_year_of_century(), self.birth_month(), self.birth_day());
                Some((year_of_century(birth)?, birth.month(), birth.day()) == day)
            })),
            sex: told(holder.sex.map(|sex| sex == self.sex())),
            birth_place: told(holder.birth_place.and_then(|place| match place {
                BornIn::Place(place) => self.birth_place().is_of(place),
                BornIn::Country(country) => self.birth_place().is_of_country(country),
            })),
        }
    }
}

/// The letters of a code held against a name, by the rule that gives letters.
fn compare_name(code: [u8; 3], name: Option<&str>, letters: fn(&str) -> [u8; 3]) -> Comparison {
    const NO_NAME: [u8; 3] = *b"XXX";
    let Some(name) = name.filter(|name| !stands_for_no_name(name)) else {
        return if code == NO_NAME { Comparison::Agrees } else { Comparison::NotCompared };
    };
    let spelt: Vec<Vec<String>> = [Spelling::Plain, Spelling::Passport, Spelling::FromPassport]
        .into_iter()
        .filter_map(|spelling| words(name, spelling))
        .collect();
    if spelt.is_empty() {
        return Comparison::NotCompared;
    }
    let fits = |words: &Vec<String>| {
        (0..words.len()).any(|first| {
            let mut run = String::new();
            words.iter().skip(first).any(|word| {
                run.push_str(word);
                letters(&run) == code
            })
        })
    };
    match spelt.iter().any(fits) {
        true => Comparison::Agrees,
        // Registered without this name: with one name only, offices put it where they like.
        false if code == NO_NAME => Comparison::NotCompared,
        false => Comparison::Differs,
    }
}

/// The words of a name in capital letters, at most eight; `None` if a word is not in Latin
/// letters.
fn words(name: &str, spelling: Spelling) -> Option<Vec<String>> {
    let separated = name.split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | ',' | '(' | ')'));
    let words: Option<Vec<String>> = separated.map(|word| romanised(word, spelling)).collect();
    let words: Vec<String> = words?.into_iter().filter(|word| !word.is_empty()).take(8).collect();
    (!words.is_empty()).then_some(words)
}

/// Whether a name only says that there is none: `FNU` and `LNU` (first, last name unknown) of
/// passports and visas, `N.N.`, a run of X.
fn stands_for_no_name(name: &str) -> bool {
    is_placeholder(name)
        || matches!(
            fold(name).as_str(),
            "fnu" | "lnu" | "n n" | "nn" | "no name" | "senza nome" | "senza cognome"
        )
}

fn told(agrees: Option<bool>) -> Comparison {
    match agrees {
        Some(true) => Comparison::Agrees,
        Some(false) => Comparison::Differs,
        None => Comparison::NotCompared,
    }
}

impl std::fmt::Debug for Holder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Holder(redacted)")
    }
}

impl std::fmt::Debug for BornIn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BornIn(redacted)")
    }
}
