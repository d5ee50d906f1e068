//! What a cell looks like, by its form alone: the forms of identifiers that end up in the wrong
//! column. No list of names is kept: a name has no form.

use inlav_core::text::fold;
use inlav_core::value::parse_date;

/// A form that only identifiers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    /// Six letters, two digits, a letter, two digits, a letter, three digits, a letter, the digits
    /// perhaps replaced as in homocodes; mistyped ones too.
    CodiceFiscale,
    /// `STP` or `ENI` and digits.
    StpEni,
    /// `name@domain.tld`.
    Email,
    /// A telephone number of Italy, or one with an international prefix.
    Phone,
    /// An international bank account number with its check digits, ISO 13616.
    Iban,
}

impl Shape {
    /// All of them.
    pub(crate) const ALL: [Self; 5] =
        [Self::CodiceFiscale, Self::StpEni, Self::Email, Self::Phone, Self::Iban];

    /// The form that a cell as a whole has.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        // The longest form is an e-mail address.
        if text.len() < 8 || text.len() > 254 {
            return None;
        }
        if is_email(text) {
            return Some(Self::Email);
        }
        let compact: Vec<u8> = fold(text).bytes().filter(|byte| *byte != b' ').collect();
        if is_codice_fiscale(&compact) {
            Some(Self::CodiceFiscale)
        } else if is_stp_eni(&compact) {
            Some(Self::StpEni)
        } else if is_iban(&compact) {
            Some(Self::Iban)
        } else if is_phone(text) {
            Some(Self::Phone)
        } else {
            None
        }
    }
}

fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str| !part.is_empty() && !part.contains(['@', ' ', ',', ';']);
    let ending = domain.rsplit_once('.').map(|(_, ending)| ending);
    plain(name)
        && plain(domain)
        && ending.is_some_and(|ending| ending.len() >= 2 && ending.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// Whether folded text without spaces has the form of a codice fiscale, its check character aside.
pub(crate) fn is_codice_fiscale(folded: &[u8]) -> bool {
    const FORM: &[u8; 16] = b"aaaaaa00a00a000a";
    // A digit may be one of ten letters where two persons would have the same code.
    let digit = |byte: u8| byte.is_ascii_digit() || b"lmnpqrstuv".contains(&byte);
    folded.len() == FORM.len()
        && folded.iter().zip(FORM).all(
            |(byte, form)| {
                if *form == b'a' { byte.is_ascii_lowercase() } else { digit(*byte) }
            },
        )
}

fn is_stp_eni(folded: &[u8]) -> bool {
    let digits = folded.strip_prefix(b"stp").or_else(|| folded.strip_prefix(b"eni"));
    digits.is_some_and(|digits| digits.len() >= 10 && digits.iter().all(u8::is_ascii_digit))
}

fn is_phone(text: &str) -> bool {
    let separator = |c: char| matches!(c, ' ' | '.' | '/' | '-' | '(' | ')' | '\u{a0}');
    let compact: String = text.chars().filter(|c| !separator(*c)).collect();
    let (prefix, digits) = match compact.strip_prefix('+').or_else(|| compact.strip_prefix("00")) {
        Some(digits) => (true, digits),
        None => (false, compact.as_str()),
    };
    let count = digits.len();
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && parse_date(text).is_none()
        && match digits.as_bytes().first() {
            Some(b'1'..=b'9') if prefix => (8..=15).contains(&count),
            Some(b'3') => (9..=10).contains(&count),
            Some(b'0') => (8..=11).contains(&count),
            _ => false,
        }
}

fn is_iban(folded: &[u8]) -> bool {
    let form = matches!(folded, [a, b, c, d, ..]
        if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit());
    if !form || !(15..=34).contains(&folded.len()) {
        return false;
    }
    // The first four characters go to the end, letters are 10 to 35, the remainder by 97 is 1.
    let (start, rest) = folded.split_at(4);
    let remainder = rest.iter().chain(start).try_fold(0_u32, |remainder, byte| match byte {
        b'0'..=b'9' => Some((remainder * 10 + u32::from(byte - b'0')) % 97),
        b'a'..=b'z' => Some((remainder * 100 + u32::from(byte - b'a') + 10) % 97),
        _ => None,
    });
    remainder == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_known_by_their_form() {
        for (text, shape) in [
            ("PRVVTR04P68E333G", Shape::CodiceFiscale),
            ("prv vtr 04p68 e333x", Shape::CodiceFiscale),
            ("PRVVTRLQPSUEP33A", Shape::CodiceFiscale),
            ("STP0301234567890", Shape::StpEni),
            ("prova@example.org", Shape::Email),
            ("333 1234567", Shape::Phone),
            ("+39 02 1234567", Shape::Phone),
            ("02/12345678", Shape::Phone),
            ("0044 20 7946 0000", Shape::Phone),
            // The examples of the standard's registry.
            ("IT60 X054 2811 1010 0000 0123 456", Shape::Iban),
            ("GB29NWBK60161331926819", Shape::Iban),
        ] {
            assert_eq!(Shape::of(text), Some(shape), "{text}");
        }
    }

    #[test]
    fn what_is_no_identifier_is_none() {
        for text in [
            "09/06/2024",
            "2024-06-09",
            "09.06.2024",
            "Servizi sociali",
            "IT60X0542811101000000123457",
            "12345678",
            "a@b",
            "tel. 333 1234567 ore pasti",
            "REGOLARE",
            "",
            "P-2024/0012",
            "20240012",
        ] {
            assert_eq!(Shape::of(text), None, "{text}");
        }
    }
}
