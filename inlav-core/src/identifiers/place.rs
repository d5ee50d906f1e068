//! Places of birth as the tax authority writes them: the *codice catastale*, also called
//! Belfiore code. A letter and three digits; `Z` stands for abroad.

use crate::codes::{Code, CodeList};

/// Codes given to foreign states and territories, those that are no more included: first and last
/// of each run. Taken together, three public lists have all of them and no other: the one in
/// python-codicefiscale (a test holds it against this), the one of states and territories of
/// 2018, and the one of dissolved states. None alone is complete.
const ABROAD: [(u16, u16); 9] = [
    (100, 161),
    (200, 259),
    (300, 370),
    (400, 404),
    (500, 533),
    (600, 614),
    (700, 735),
    (800, 802),
    (900, 907),
];

/// States that left another one whose code is still in use: who was born before has the other
/// one's code. Bangladesh and Pakistan, Eritrea and Ethiopia, Kosovo and Serbia, Montenegro and
/// Serbia, South Sudan and Sudan, Timor-Leste and Indonesia, Namibia and South Africa.
const LEFT: [(&[u8; 4], &[u8; 4]); 7] = [
    (b"Z249", b"Z236"),
    (b"Z368", b"Z315"),
    (b"Z160", b"Z158"),
    (b"Z159", b"Z158"),
    (b"Z907", b"Z348"),
    (b"Z242", b"Z223"),
    (b"Z300", b"Z347"),
];

/// The code of a municipality, or of a state or territory abroad. Debug is redacted.
///
/// Municipalities are not looked up: some 20,000 codes exist, and new ones every year.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PlaceCode([u8; 4]);

impl PlaceCode {
    /// Reads a code, upper case or lower. `None` if it has not the form of one, or if it begins
    /// with `Z` and no state ever had it.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let mut code: [u8; 4] = code.trim().as_bytes().try_into().ok()?;
        code.make_ascii_uppercase();
        Self::of_bytes(code)
    }

    /// The code that a state has today, by its ISO 3166-1 alpha-3 code. `None` for Italy, which
    /// has one per municipality, and for territories that have none.
    #[must_use]
    pub fn of_state(country: &str) -> Option<Self> {
        countries().find(|state| state.code == country).and_then(Self::in_use)
    }

    /// Whether it lies outside Italy.
    #[must_use]
    pub const fn is_abroad(self) -> bool {
        matches!(self.0, [b'Z', ..])
    }

    pub(super) fn of_bytes(code: [u8; 4]) -> Option<Self> {
        let [letter, digits @ ..] = code;
        if !letter.is_ascii_uppercase() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = digits.iter().fold(0, |number, digit| 10 * number + u16::from(digit - b'0'));
        let exists = letter != b'Z' || ABROAD.iter().any(|(first, last)| (*first..=*last).contains(&number));
        exists.then_some(Self(code))
    }

    /// A code that is known to be one.
    pub(super) const fn of_checked(code: [u8; 4]) -> Self {
        Self(code)
    }

    pub(super) const fn bytes(self) -> [u8; 4] {
        self.0
    }

    /// Whether somebody born in this country may have this code; `None` if that depends on when
    /// the person was born.
    pub(super) fn is_of_country(self, country: &str) -> Option<bool> {
        if country == "ITA" {
            return Some(!self.is_abroad());
        }
        self.is_of(Self::of_state(country)?)
    }

    /// Whether somebody born in this place may have this code; `None` if that depends on when
    /// the person was born.
    pub(super) fn is_of(self, place: Self) -> Option<bool> {
        if self == place {
            return Some(true);
        }
        let left = LEFT.iter().any(|(state, other)| place.0 == **state && self.0 == **other);
        let dissolved =
            |code: Self| code.is_abroad() && countries().all(|state| Self::in_use(state) != Some(code));
        if left || dissolved(self) || dissolved(place) { None } else { Some(false) }
    }

    /// The code that a state of the list `country` has today.
    fn in_use(state: &Code) -> Option<Self> {
        state.crosswalk().filter(|(name, _)| *name == "belfiore").find_map(|(_, code)| Self::parse(code))
    }
}

fn countries() -> impl Iterator<Item = &'static Code> {
    CodeList::named("country").into_iter().flat_map(CodeList::codes)
}

impl std::fmt::Debug for PlaceCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlaceCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(code: &str) -> PlaceCode {
        PlaceCode::parse(code).unwrap()
    }

    #[test]
    fn a_place_is_a_letter_and_three_digits_and_abroad_must_exist() {
        for code in ["F205", "h501", "Z100", "Z161", "Z138", "Z907"] {
            assert!(PlaceCode::parse(code).is_some());
        }
        for code in ["", "F20", "F2055", "2050", "F20A", "Z000", "Z162", "Z999", "Z534", "È01"] {
            assert!(PlaceCode::parse(code).is_none());
        }
    }

    #[test]
    fn every_state_with_a_code_has_one_of_its_own() {
        let mut seen = std::collections::BTreeMap::new();
        for country in CodeList::named("country").unwrap().codes() {
            let Some(code) = PlaceCode::of_state(&country.code) else {
                assert!(!country.maps_to.contains("belfiore"), "{}", country.code);
                continue;
            };
            assert!(code.is_abroad());
            // Jersey and Guernsey share the one of the Channel Islands.
            if let Some(other) = seen.insert(code.bytes(), country.code.as_str()) {
                assert_eq!((other, country.code.as_str()), ("GGY", "JEY"));
            }
        }
        assert!(seen.len() > 200);
        assert!(PlaceCode::of_state("ITA").is_none());
    }

    #[test]
    fn a_state_that_was_another_one_is_not_held_against_anybody() {
        assert_eq!(place("Z138").is_of_country("UKR"), Some(true));
        assert_eq!(place("Z135").is_of_country("UKR"), None, "born in the Soviet Union");
        assert_eq!(place("Z118").is_of_country("SRB"), None, "born in Yugoslavia");
        assert_eq!(place("Z315").is_of_country("ERI"), None, "born before 1993");
        assert_eq!(place("Z368").is_of_country("ETH"), Some(false));
        assert_eq!(place("Z236").is_of_country("UKR"), Some(false));
        assert_eq!(place("F205").is_of_country("ITA"), Some(true));
        assert_eq!(place("F205").is_of_country("UKR"), Some(false));
        assert_eq!(place("Z138").is_of_country("ITA"), Some(false));
        assert_eq!(place("Z138").is_of_country("CUW"), None);
    }

    #[test]
    fn debug_output_is_redacted() {
        assert_eq!(format!("{:?}", place("F205")), "PlaceCode(redacted)");
    }
}
