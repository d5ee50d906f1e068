//! The machine-readable zone of travel documents, copied or read by a scanner into a cell.
//!
//! ICAO Doc 9303, part 3 section 4.9 (check digits), part 4 (TD3: passports, two lines of 44),
//! part 5 (TD1: cards, three lines of 30), part 6 (TD2: two lines of 36). The line with the number
//! alone is read too, and so are a number of nine places with fillers and its check digit.

use super::IdentifierFault;
use crate::text::is_invisible_mark;

/// Characters of the shortest zone that may have no filler in it.
const SHORTEST_WITHOUT_FILLERS: usize = 44;

/// What a machine-readable zone says of its document.
pub(super) struct Zone {
    /// What kind of document it is of; `None` if the line that says so is not there.
    pub(super) format: Option<Format>,
    /// ISO 3166-1 alpha-3 code of the issuing state; `None` if the line that says so is not there.
    pub(super) issuing_state: Option<String>,
    /// The number, without fillers.
    pub(super) number: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Passport,
    Card,
}

/// Reads a text that is a machine-readable zone; `None` if it is none: it has no filler (`<`),
/// and its length is not that of two or three lines.
///
/// # Errors
/// [`IdentifierFault::Form`], [`IdentifierFault::CheckCharacter`] if any check digit does not
/// fit, or [`IdentifierFault::IssuingState`] if the state is not a code.
pub(super) fn read(text: &str) -> Option<Result<Zone, IdentifierFault>> {
    // Most numbers are none and need not be looked at twice.
    if text.len() < SHORTEST_WITHOUT_FILLERS && !text.contains(['<', '«', '‹']) {
        return None;
    }
    // Word processors make one mark of two fillers.
    let zone: String = text
        .replace('«', "<<")
        .replace('‹', "<")
        .chars()
        .filter(|c| !c.is_whitespace() && !is_invisible_mark(*c))
        .flat_map(char::to_uppercase)
        .collect();
    (zone.contains('<') || matches!(zone.len(), SHORTEST_WITHOUT_FILLERS | 72 | 88 | 90))
        .then(|| read_zone(&zone))
}

fn read_zone(zone: &str) -> Result<Zone, IdentifierFault> {
    if !zone.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'<') {
        return Err(IdentifierFault::Form);
    }
    match zone.len() {
        88 => {
            let (first, second) = zone.split_at(44);
            let zone = lower_line(second, TD3)?;
            if !first.starts_with('P') {
                return Err(IdentifierFault::Form);
            }
            Ok(Zone {
                format: Some(Format::Passport),
                issuing_state: Some(state(field(first, 2, 5)?)?),
                ..zone
            })
        }
        44 => lower_line(zone, TD3),
        72 => {
            let (first, second) = zone.split_at(36);
            let zone = lower_line(second, TD2)?;
            Ok(Zone { format: Some(Format::Card), issuing_state: Some(state(field(first, 2, 5)?)?), ..zone })
        }
        36 => lower_line(zone, TD2),
        90 => {
            let (first, rest) = zone.split_at(30);
            let second = field(rest, 0, 30)?;
            fits(field(second, 0, 6)?, field(second, 6, 7)?)?;
            fits(field(second, 8, 14)?, field(second, 14, 15)?)?;
            let whole = [(first, 5, 30), (second, 0, 7), (second, 8, 15), (second, 18, 29)];
            composite(&whole, field(second, 29, 30)?)?;
            upper_line_of_card(first)
        }
        30 => upper_line_of_card(zone),
        10 => Ok(Zone { format: None, issuing_state: None, number: number(zone, 0, "")? }),
        _ => Err(IdentifierFault::Form),
    }
}

/// Where the optional data of a second line end. The composite check digit is the last place.
#[derive(Clone, Copy)]
struct Layout {
    optional_end: usize,
    optional_check: bool,
}

const TD3: Layout = Layout { optional_end: 42, optional_check: true };
const TD2: Layout = Layout { optional_end: 35, optional_check: false };

/// The line of TD3 and TD2 that holds the number.
fn lower_line(line: &str, layout: Layout) -> Result<Zone, IdentifierFault> {
    let optional = field(line, 28, layout.optional_end)?;
    let last = line.len().saturating_sub(1);
    fits(field(line, 13, 19)?, field(line, 19, 20)?)?;
    fits(field(line, 21, 27)?, field(line, 27, 28)?)?;
    if layout.optional_check {
        fits(optional, field(line, 42, 43)?)?;
    }
    composite(&[(line, 0, 10), (line, 13, 20), (line, 21, last)], field(line, last, line.len())?)?;
    let continued = if layout.optional_check { "" } else { optional };
    Ok(Zone { format: None, issuing_state: None, number: number(line, 0, continued)? })
}

fn upper_line_of_card(line: &str) -> Result<Zone, IdentifierFault> {
    let number = number(line, 5, field(line, 15, 30)?)?;
    Ok(Zone { format: Some(Format::Card), issuing_state: Some(state(field(line, 2, 5)?)?), number })
}

/// The number of nine places from a place of a line on, and its check digit after it. On cards a
/// longer number has a filler there, and goes on in the optional data with its check digit last.
fn number(line: &str, from: usize, continued: &str) -> Result<String, IdentifierFault> {
    let (start, check) = (field(line, from, from + 9)?, field(line, from + 9, from + 10)?);
    let (whole, check) = match (check, continued.split('<').next()) {
        ("<", Some(rest)) if rest.len() > 1 => {
            let (rest, check) = rest.split_at(rest.len() - 1);
            (format!("{start}{rest}"), check)
        }
        _ => (start.to_owned(), check),
    };
    if check_digit(whole.bytes()) != check.bytes().next() {
        return Err(IdentifierFault::CheckCharacter);
    }
    Ok(whole.replace('<', ""))
}

/// Special codes of the list in Doc 9303 part 3 section 5: `D` is Germany, the five codes of
/// British nationalities are the United Kingdom, `RKS` is Kosovo.
fn state(code: &str) -> Result<String, IdentifierFault> {
    let code = match code.trim_end_matches('<') {
        "D" => "DEU",
        "GBD" | "GBN" | "GBO" | "GBP" | "GBS" => "GBR",
        "RKS" => "XKX",
        other => other,
    };
    // Organisations such as UNO issue documents too, and are no countries.
    if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(code.to_owned())
    } else {
        Err(IdentifierFault::IssuingState)
    }
}

fn field(line: &str, from: usize, to: usize) -> Result<&str, IdentifierFault> {
    line.get(from..to).ok_or(IdentifierFault::Form)
}

/// Refuses a field whose check digit does not fit. Of an empty field it may be a filler.
fn fits(field: &str, check: &str) -> Result<(), IdentifierFault> {
    let empty = check == "<" && field.bytes().all(|b| b == b'<');
    if empty || check_digit(field.bytes()) == check.bytes().next() {
        Ok(())
    } else {
        Err(IdentifierFault::CheckCharacter)
    }
}

fn composite(fields: &[(&str, usize, usize)], check: &str) -> Result<(), IdentifierFault> {
    let mut whole = String::new();
    for (line, from, to) in fields {
        whole.push_str(field(line, *from, *to)?);
    }
    if check_digit(whole.bytes()) == check.bytes().next() {
        Ok(())
    } else {
        Err(IdentifierFault::CheckCharacter)
    }
}

/// The check digit: digits count as they are, `A` is 10, a filler is 0; weights 7, 3, 1 in turn,
/// modulo 10.
fn check_digit(field: impl Iterator<Item = u8>) -> Option<u8> {
    let mut sum = 0;
    for (byte, weight) in field.zip([7_u32, 3, 1].into_iter().cycle()) {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'<' => 0,
            _ => return None,
        };
        sum += u32::from(value) * weight;
    }
    u8::try_from(sum % 10).ok().map(|digit| b'0' + digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specimens printed in Doc 9303 parts 4, 5 and 6, of the state of Utopia.
    const TD3_SPECIMEN: &str =
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const TD1_SPECIMEN: &str =
        "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    const TD2_SPECIMEN: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";

    fn told(text: &str) -> (Option<String>, String) {
        let zone = read(text).unwrap().unwrap_or_else(|fault| panic!("{fault}"));
        (zone.issuing_state.clone(), zone.number)
    }

    fn fault(text: &str) -> IdentifierFault {
        match read(text) {
            Some(Err(fault)) => fault,
            _ => panic!("read or not a zone"),
        }
    }

    #[test]
    fn the_specimens_of_doc_9303_are_read() {
        let utopia = || Some("UTO".to_owned());
        assert_eq!(told(TD3_SPECIMEN), (utopia(), "L898902C3".to_owned()));
        assert_eq!(told(TD1_SPECIMEN), (utopia(), "D23145890".to_owned()));
        assert_eq!(told(TD2_SPECIMEN), (utopia(), "D23145890".to_owned()));
        assert_eq!(told("l898902c36uto7408122f1204159ze184226b<<<<<10"), (None, "L898902C3".to_owned()));
        assert_eq!(told(&TD3_SPECIMEN.replace("<<", "«")), (utopia(), "L898902C3".to_owned()));
    }

    /// Doc 9303 part 5, note j: a number of more than nine places on a card.
    #[test]
    fn a_long_number_goes_on_in_the_optional_data() {
        let line = "I<UTOD23145890<7349<<<<<<<<<<<";
        assert_eq!(check_digit(b"D23145890734".iter().copied()), Some(b'9'));
        assert_eq!(told(line), (Some("UTO".to_owned()), "D23145890734".to_owned()));
    }

    #[test]
    fn a_wrong_digit_anywhere_is_found() {
        for (at, c) in TD3_SPECIMEN.char_indices().skip(45) {
            // Name, nationality and sex have no check digit.
            if !c.is_ascii_digit() || (55..58).contains(&at) {
                continue;
            }
            let wrong =
                if c == '9' { '0' } else { char::from_digit(c.to_digit(10).unwrap() + 1, 10).unwrap() };
            let mut text = TD3_SPECIMEN.to_owned();
            text.replace_range(at..=at, &wrong.to_string());
            assert_eq!(fault(&text), IdentifierFault::CheckCharacter, "place {at}");
        }
    }

    #[test]
    fn what_is_no_zone_is_left_or_refused() {
        for text in ["YA1234567", "", "L898902C36", "AB 1234567"] {
            assert!(read(text).is_none());
        }
        for text in ["P<UTO", "<", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "è<<<<<<<<<"] {
            assert!(matches!(fault(text), IdentifierFault::Form | IdentifierFault::CheckCharacter));
        }
        assert_eq!(told("AB12345<<6"), (None, "AB12345".to_owned()));
    }

    #[test]
    fn a_state_has_its_iso_code() {
        for (code, iso) in [("D<<", "DEU"), ("GBN", "GBR"), ("RKS", "XKX"), ("PAK", "PAK"), ("UNO", "UNO")] {
            assert_eq!(state(code).unwrap(), iso);
        }
        assert!(state("1<<").is_err() && state("<<<").is_err());
    }
}
