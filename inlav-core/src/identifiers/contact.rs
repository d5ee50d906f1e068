//! Telephone numbers and e-mail addresses. Several people share them, so they tell that two
//! records may be of one person and never become tokens.

use email_address::{EmailAddress, Options};
use unicode_normalization::UnicodeNormalization as _;

use crate::text::{clean, is_invisible_mark};

/// What offices write before a number.
const LABELS: [&str; 12] = [
    "tel",
    "telefono",
    "telefonino",
    "cell",
    "cel",
    "cellulare",
    "mobile",
    "phone",
    "fisso",
    "casa",
    "whatsapp",
    "wa",
];

/// Most digits of an Italian landline's number, its zero included.
const LANDLINE_DIGITS: usize = 11;

/// A telephone number in E.164 form (ITU-T E.164), read as in Italy where it has no country
/// code; `None` if it is not a number that can be called.
pub(super) fn phone(text: &str) -> Option<String> {
    let visible: String = text.nfkc().filter(|c| !is_invisible_mark(*c)).collect();
    let visible = visible.trim().trim_end_matches(".0");
    let number = visible.trim_start_matches(|c: char| !c.is_ascii_digit() && !matches!(c, '+' | '('));
    let label = visible.get(..visible.len() - number.len())?;
    let label = label.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    let allowed = |c: char| c.is_ascii_digit() || " \u{a0}+-./()".contains(c);
    // A letter after the number is a name, an extension or a second number's label.
    if !(label.is_empty() || LABELS.contains(&label.as_str())) || !number.chars().all(allowed) {
        return None;
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let candidates = if number.trim_start_matches(['(', ' ']).starts_with('+') {
        [Some(format!("+{digits}")), None]
    } else if let Some(abroad) = digits.strip_prefix("00") {
        [Some(format!("+{abroad}")), None]
    } else {
        // 39 begins mobile numbers too, so the number as it is comes first.
        [Some(format!("+39{digits}")), digits.starts_with("39").then(|| format!("+{digits}"))]
    };
    // 333 3333333 fits every rule and is a filler.
    let filler = digits.len() > 7 && {
        let mut last = digits.bytes().rev().take(7);
        last.next().is_some_and(|digit| last.all(|other| other == digit))
    };
    if filler { None } else { candidates.iter().flatten().find_map(|number| in_use(number)) }
}

/// The E.164 form of a number with its country code, if the plan of the country has such numbers.
fn in_use(number: &str) -> Option<String> {
    let parsed = phonenumber::parse(None, number).ok()?;
    let number = parsed.format().mode(phonenumber::Mode::E164).to_string();
    // The library does not count the zero that Italian numbers of landlines begin with.
    let too_long = number.strip_prefix("+390").is_some_and(|national| national.len() >= LANDLINE_DIGITS);
    (parsed.is_valid() && !too_long).then_some(number)
}

/// An e-mail address in lower case; `None` if it has not the form of one that is in use: a local
/// part and a domain with a top-level one (RFC 5321 section 4.1.2, RFC 5322 section 3.4.1, no
/// quoted local parts, no address literals).
///
/// The local part may tell upper case from lower by the standard; no provider of mail does.
pub(super) fn email(text: &str) -> Option<String> {
    let visible: String = text.chars().filter(|c| !is_invisible_mark(*c)).collect();
    let lower = clean(&visible).to_lowercase();
    let address = lower.strip_prefix("mailto:").unwrap_or(&lower).trim_matches(|c| " <>;,".contains(c));
    let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
    let in_use = !address.contains(|c: char| c == '"' || c.is_whitespace());
    (in_use && EmailAddress::parse_with_options(address, options).is_ok()).then(|| address.to_owned())
}
