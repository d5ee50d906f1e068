//! The programme's economic sectors and the ATECO divisions they are made of.
//!
//! Division numbers (two digits) name the same activity in ATECO 2007 and 2025 for all sectors
//! of the programme; section letters do not (household care is T in 2007 and U in 2025), so
//! letters alone are accepted only where both editions agree.

use chrono::{Datelike as _, NaiveDate};

use crate::codes::CodeList;

/// A sector of the programme (code list `seed_sector`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sector {
    /// `AGR`: agriculture, divisions 01 to 03.
    Agriculture,
    /// `COS`: construction, divisions 41 to 43.
    Construction,
    /// `TRA`: transport and storage, divisions 49 to 53.
    Transport,
    /// `ALL`: accommodation and food, divisions 55 and 56.
    Accommodation,
    /// `PER`: personal services, divisions 88, 96 and 97.
    PersonalServices,
    /// `ALT`: everything else.
    Other,
}

impl Sector {
    /// Every sector, in the order of their list.
    pub const ALL: [Self; 6] = [
        Self::Agriculture,
        Self::Construction,
        Self::Transport,
        Self::Accommodation,
        Self::PersonalServices,
        Self::Other,
    ];

    /// The sector of a division, which is the same in both editions.
    const fn of_division(division: u8) -> Option<Self> {
        match division {
            1..=3 => Some(Self::Agriculture),
            41..=43 => Some(Self::Construction),
            49..=53 => Some(Self::Transport),
            55 | 56 => Some(Self::Accommodation),
            88 | 96 | 97 => Some(Self::PersonalServices),
            5..=99 => Some(Self::Other),
            _ => None,
        }
    }

    /// The sector of a whole section, if it is one and the same in both editions: `T` was
    /// households and is other services, so that it tells nothing. The outer `None` is no section.
    const fn of_section(letter: char) -> Option<Option<Self>> {
        match letter {
            'A' => Some(Some(Self::Agriculture)),
            'F' => Some(Some(Self::Construction)),
            'H' => Some(Some(Self::Transport)),
            'I' => Some(Some(Self::Accommodation)),
            'Q' | 'R' | 'S' | 'T' | 'U' => Some(None),
            'B'..='P' | 'V' => Some(Some(Self::Other)),
            _ => None,
        }
    }

    /// The code in the list `seed_sector`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agriculture => "AGR",
            Self::Construction => "COS",
            Self::Transport => "TRA",
            Self::Accommodation => "ALL",
            Self::PersonalServices => "PER",
            Self::Other => "ALT",
        }
    }
}

/// An edition of the ATECO classification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// ATECO 2007, in force from 2008 to 2024 (NACE Rev. 2).
    Ateco2007,
    /// ATECO 2025, in force from 1 January 2025 (NACE Rev. 2.1).
    Ateco2025,
}

/// An economic activity as an office recorded it: an ATECO code, or only the programme's sector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ateco {
    sector: Option<Sector>,
    section: Option<char>,
    division: Option<u8>,
}

impl Edition {
    /// The edition in force on a day.
    #[must_use]
    pub fn on(day: NaiveDate) -> Self {
        if day.year() < 2025 { Self::Ateco2007 } else { Self::Ateco2025 }
    }

    /// The section, a letter, that a division belongs to; `None` if the edition has no such division.
    #[must_use]
    pub const fn section_of(self, division: u8) -> Option<char> {
        Some(match (self, division) {
            (_, 1..=3) => 'A',
            (_, 5..=9) => 'B',
            (_, 10..=33) => 'C',
            (_, 35) => 'D',
            (_, 36..=39) => 'E',
            (_, 41..=43) => 'F',
            (Self::Ateco2007, 45..=47) | (Self::Ateco2025, 46 | 47) => 'G',
            (_, 49..=53) => 'H',
            (_, 55 | 56) => 'I',
            (Self::Ateco2007, 58..=63) | (Self::Ateco2025, 58..=60) => 'J',
            (Self::Ateco2007, 64..=66) | (Self::Ateco2025, 61..=63) => 'K',
            (Self::Ateco2007, 68) | (Self::Ateco2025, 64..=66) => 'L',
            (Self::Ateco2007, 69..=75) | (Self::Ateco2025, 68) => 'M',
            (Self::Ateco2007, 77..=82) | (Self::Ateco2025, 69..=75) => 'N',
            (Self::Ateco2007, 84) | (Self::Ateco2025, 77..=82) => 'O',
            (Self::Ateco2007, 85) | (Self::Ateco2025, 84) => 'P',
            (Self::Ateco2007, 86..=88) | (Self::Ateco2025, 85) => 'Q',
            (Self::Ateco2007, 90..=93) | (Self::Ateco2025, 86..=88) => 'R',
            (Self::Ateco2007, 94..=96) | (Self::Ateco2025, 90..=93) => 'S',
            (Self::Ateco2007, 97 | 98) | (Self::Ateco2025, 94..=96) => 'T',
            (Self::Ateco2007, 99) | (Self::Ateco2025, 97 | 98) => 'U',
            (Self::Ateco2025, 99) => 'V',
            _ => return None,
        })
    }
}

impl Ateco {
    /// Reads `01.13`, `A01`, `A 01.13.10`, `97` or a section letter. A sector code or label of the
    /// programme is accepted too, since many offices record only that. `None` if it is none of
    /// these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(code) = CodeList::named("seed_sector").and_then(|list| list.find(text)) {
            let sector = Sector::ALL.into_iter().find(|sector| sector.code() == code.code);
            return Some(Self { sector, section: None, division: None });
        }
        let text = text.trim().to_ascii_uppercase();
        let (letter, rest) = match text.chars().next() {
            Some(first) if first.is_ascii_uppercase() => (Some(first), text.get(1..)?.trim_start()),
            _ => (None, text.as_str()),
        };
        if rest.is_empty() {
            return Some(Self { sector: Sector::of_section(letter?)?, section: letter, division: None });
        }
        // Divisions have two digits, groups three, classes four, subcategories six. Without points
        // an odd number of digits is a code of which a spreadsheet took the zero in front.
        let digits = rest.bytes().filter(u8::is_ascii_digit).count();
        let well_formed = rest.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && digits <= 6
            && (rest.contains('.') || digits.is_multiple_of(2));
        let division = rest.get(..2).filter(|_| well_formed)?.parse::<u8>().ok()?;
        Some(Self { sector: Some(Sector::of_division(division)?), section: letter, division: Some(division) })
    }

    /// The programme's sector; `None` for a section letter alone that does not tell it (rule R20).
    #[must_use]
    pub const fn sector(self) -> Option<Sector> {
        self.sector
    }

    /// The division, two digits; `None` if only a section or sector is known.
    #[must_use]
    pub const fn division(self) -> Option<u8> {
        self.division
    }

    /// The section, a letter, by ATECO 2007: the numbers of divisions name the same activities in both
    /// editions, and every division of 2025 is one of 2007. `None` for a letter alone that stands for
    /// another section in each edition, and for a sector of several sections.
    #[must_use]
    pub fn section(self) -> Option<char> {
        let edition = Edition::Ateco2007;
        match (self.division, self.section, self.sector) {
            (Some(division), ..) => edition.section_of(division),
            (None, Some(letter), _) => matches!(letter, 'A'..='I').then_some(letter),
            (None, None, Some(sector)) => match sector {
                Sector::Agriculture => Some('A'),
                Sector::Construction => Some('F'),
                Sector::Transport => Some('H'),
                Sector::Accommodation => Some('I'),
                Sector::PersonalServices | Sector::Other => None,
            },
            (None, None, None) => None,
        }
    }

    /// Whether it is a code of this edition; `None` if only a sector is known (rule R19).
    #[must_use]
    pub fn is_of(self, edition: Edition) -> Option<bool> {
        match (self.section, self.division) {
            (None, None) => None,
            (Some(section), None) => Some((1..=99).any(|d| edition.section_of(d) == Some(section))),
            (section, Some(division)) => {
                let expected = edition.section_of(division);
                Some(expected.is_some() && section.is_none_or(|section| expected == Some(section)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_editions_give_the_sector() {
        for (text, sector) in [
            ("01.13.10", Sector::Agriculture),
            ("A01", Sector::Agriculture),
            ("f 43.2", Sector::Construction),
            ("49", Sector::Transport),
            ("I", Sector::Accommodation),
            ("T97", Sector::PersonalServices),
            ("U97", Sector::PersonalServices),
            ("Agricoltura", Sector::Agriculture),
            ("COS", Sector::Construction),
            ("10.13", Sector::Other),
        ] {
            assert_eq!(Ateco::parse(text).unwrap().sector(), Some(sector));
        }
    }

    #[test]
    fn a_letter_that_changed_its_meaning_tells_no_sector_and_a_lost_zero_is_no_code() {
        for text in ["T", "U", "S"] {
            assert_eq!(Ateco::parse(text).unwrap().sector(), None);
        }
        for text in ["", "1", "x97y", "00.1", "113", "11310", "1.13", "W", "TT"] {
            assert_eq!(Ateco::parse(text), None);
        }
    }

    #[test]
    fn a_section_is_that_of_2007_for_codes_of_either_edition() {
        for (text, section) in [
            ("01.13", Some('A')),
            ("T97", Some('T')),
            ("U97", Some('T')),
            ("K62", Some('J')),
            ("J62", Some('J')),
            ("45.20", Some('G')),
            ("I", Some('I')),
            ("K", None),
            ("COS", Some('F')),
            ("PER", None),
        ] {
            assert_eq!(Ateco::parse(text).unwrap().section(), section, "{text}");
        }
        for division in 1..=99 {
            let sections =
                [Edition::Ateco2007, Edition::Ateco2025].map(|edition| edition.section_of(division));
            assert!(sections[1].is_none() || sections[0].is_some(), "{division} is of 2025 alone");
        }
    }

    #[test]
    fn a_code_belongs_to_an_edition_or_to_both() {
        let is_of = |text: &str, edition| Ateco::parse(text).unwrap().is_of(edition);
        assert_eq!(is_of("T97", Edition::Ateco2007), Some(true));
        assert_eq!(is_of("T97", Edition::Ateco2025), Some(false));
        assert_eq!(is_of("U97", Edition::Ateco2025), Some(true));
        assert_eq!(is_of("45.20", Edition::Ateco2025), Some(false));
        assert_eq!(is_of("01.13", Edition::Ateco2025), Some(true));
        assert_eq!(is_of("V", Edition::Ateco2007), Some(false));
        assert_eq!(is_of("COS", Edition::Ateco2007), None);
        let eve = NaiveDate::from_ymd_opt(2024, 12, 31).unwrap();
        assert_eq!(Edition::on(eve), Edition::Ateco2007);
        assert_eq!(Edition::on(eve.succ_opt().unwrap()), Edition::Ateco2025);
    }
}
