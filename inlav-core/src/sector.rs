//! The programme's economic sectors and the ATECO divisions they are made of.
//!
//! Division numbers (two digits) name the same activity in ATECO 2007 and 2025 for all sectors
//! of the programme; section letters do not (household care is T in 2007 and U in 2025), so
//! letters alone are accepted only where both editions agree.

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

/// The sector of an ATECO code written as `01.13`, `A01`, `A 01.13.10`, `97` or a section letter
/// that means the same in both editions. A sector code or label of the programme is accepted too,
/// since many offices record only that. `None` if it is none of these.
#[must_use]
pub fn sector_of(text: &str) -> Option<Sector> {
    use crate::codes::CodeList;

    const ALL: [Sector; 6] = [
        Sector::Agriculture,
        Sector::Construction,
        Sector::Transport,
        Sector::Accommodation,
        Sector::PersonalServices,
        Sector::Other,
    ];
    if let Some(code) = CodeList::named("seed_sector").and_then(|list| list.find(text)) {
        return ALL.into_iter().find(|sector| sector.code() == code.code);
    }
    let text = text.trim().to_ascii_uppercase();
    let (letter, rest) = match text.as_bytes().first() {
        Some(first) if first.is_ascii_uppercase() => (Some(*first), text.get(1..)?.trim_start()),
        _ => (None, text.as_str()),
    };
    if rest.is_empty() {
        return match letter? {
            b'A' => Some(Sector::Agriculture),
            b'F' => Some(Sector::Construction),
            b'H' => Some(Sector::Transport),
            b'I' => Some(Sector::Accommodation),
            b'B' | b'C' | b'D' | b'E' | b'G' => Some(Sector::Other),
            _ => None,
        };
    }
    // Divisions have two digits, groups three, classes four, subcategories six. Without points an
    // odd number of digits is a code of which a spreadsheet took the zero in front.
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    let well_formed = rest.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits <= 6
        && (rest.contains('.') || digits.is_multiple_of(2));
    let division = rest.get(..2).filter(|_| well_formed)?;
    match division.parse::<u8>().ok()? {
        1..=3 => Some(Sector::Agriculture),
        41..=43 => Some(Sector::Construction),
        49..=53 => Some(Sector::Transport),
        55 | 56 => Some(Sector::Accommodation),
        88 | 96 | 97 => Some(Sector::PersonalServices),
        5..=99 => Some(Sector::Other),
        _ => None,
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
            assert_eq!(sector_of(text), Some(sector));
        }
    }

    #[test]
    fn a_letter_that_changed_its_meaning_or_a_lost_zero_is_no_sector() {
        for text in ["T", "U", "S", "", "1", "x97y", "00.1", "113", "11310", "1.13"] {
            assert_eq!(sector_of(text), None);
        }
    }
}
