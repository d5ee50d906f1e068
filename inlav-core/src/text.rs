//! Text as people type it: normal forms and comparison keys.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The comparison key of a label or heading: lower case, no accents, every run of other
/// characters than letters and digits one space.
///
/// ```
/// assert_eq!(inlav_core::text::fold("  Città di_Nascita (prov.)"), "citta di nascita prov");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        // Nothing to decompose: the same loop over bytes is many times faster.
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() {
                folded.push(char::from(byte.to_ascii_lowercase()));
            } else if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        folded.truncate(folded.trim_end().len());
        return folded;
    }
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A cell's text in Unicode normal form C, without white space around it.
#[must_use]
pub fn clean(text: &str) -> String {
    if text.is_ascii() {
        return text.trim().to_owned();
    }
    text.nfc().collect::<String>().trim().to_owned()
}

/// Whether a text only stands for "there is no value": blank, a run of one filler character, or
/// words such as `non disponibile`. A placeholder must become null and never a token, or
/// everybody without a document would be linked into one person.
///
/// ```
/// use inlav_core::text::is_placeholder;
/// assert!(is_placeholder("N.D.") && is_placeholder("XXXXXX") && is_placeholder("0000000"));
/// assert!(!is_placeholder("AB1234567"));
/// ```
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    // Without their spaces: `n.c.`, `NC` and `n c` are one word.
    const WORDS: [&str; 22] = [
        "nd",
        "na",
        "nr",
        "nc",
        "np",
        "rif",
        "nessuno",
        "nessuna",
        "null",
        "none",
        "nonnoto",
        "nonnota",
        "nondisponibile",
        "nonrilevato",
        "nonha",
        "nonpossiede",
        "sconosciuto",
        "unknown",
        "daverificare",
        "dadefinire",
        "inattesa",
        "vuoto",
    ];
    // Of ASCII the letters and digits are those of its comparison key, but for their case.
    let folded = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(fold(text)) };
    let word = || folded.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase());
    let Some(first) = word().next() else {
        // Dashes, points, question marks; a tick or any other symbol says something.
        return text.chars().all(|c| c.is_whitespace() || c.is_ascii_punctuation() || is_dash(c));
    };
    // A lone digit is a number, not a filler.
    let is_alone = word().nth(1).is_none();
    let is_filler = "x091".contains(first) && (!is_alone || first == 'x') && word().all(|c| c == first);
    // None of the words has a digit, and nearly every number of a document has.
    is_filler || !word().any(|c| c.is_ascii_digit()) && WORDS.iter().any(|known| word().eq(known.chars()))
}

/// Whether a text is what a spreadsheet shows in place of a value: the error of a formula, in Italian
/// or English, or the marks of a column too narrow for its days. In a file of text they are the cell,
/// and without their signs some are answers: `#N/D` is no ND, `#RIF!` nobody who refused.
///
/// ```
/// use inlav_core::text::is_sheet_error;
/// assert!(is_sheet_error("#N/D") && is_sheet_error("#####") && is_sheet_error("Err:502"));
/// assert!(!is_sheet_error("#1") && !is_sheet_error("#"));
/// ```
#[must_use]
pub fn is_sheet_error(text: &str) -> bool {
    const AFTER_HASH: [&str; 24] = [
        "n/d",
        "n/a",
        "rif!",
        "ref!",
        "nome?",
        "name?",
        "valore!",
        "value!",
        "null!",
        "nullo!",
        "div/0!",
        "num!",
        "calc!",
        "calcolo!",
        "spill!",
        "espansione!",
        "espandi!",
        "field!",
        "campo!",
        "blocked!",
        "unknown!",
        "connect!",
        "getting_data",
        "macro?",
    ];
    let text = text.trim();
    // LibreOffice numbers what Excel has no name for.
    let number = text.get(..4).filter(|start| start.eq_ignore_ascii_case("err:")).and_then(|_| text.get(4..));
    if let Some(number) = number {
        return number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit());
    }
    let Some(name) = text.strip_prefix('#') else { return false };
    let is_too_narrow = !name.is_empty() && name.bytes().all(|b| b == b'#');
    is_too_narrow || AFTER_HASH.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The line, from 1, of a place in a text given in bytes. For messages about files in TOML.
#[must_use]
pub fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or("").matches('\n').count() + 1
}

const fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2026}')
}

/// Whether a character is invisible and only says how others are set: joiners, marks of the
/// writing direction. Copied from other programs, they make two numbers of one.
#[must_use]
pub const fn is_invisible_mark(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}')
}

/// Whether a character in a message could make it look like another one: control characters, ends of
/// lines, marks that turn the direction of writing.
#[must_use]
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A name from outside as a message may hold it: U+FFFD where a character is [unprintable](is_unprintable).
///
/// ```
/// assert_eq!(inlav_core::text::printable("casi\u{1b}[2J\n.csv"), "casi\u{fffd}[2J\u{fffd}.csv");
/// ```
#[must_use]
pub fn printable(name: &str) -> String {
    name.chars().map(|c| if is_unprintable(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folding_ignores_case_accents_and_punctuation() {
        assert_eq!(fold("Cod. Fiscale"), fold("COD_FISCALE"));
        assert_eq!(fold("Età"), "eta");
        assert_eq!(fold("..."), "");
    }

    #[test]
    fn the_short_way_for_ascii_is_the_long_way() {
        for text in ["Cod. Fiscale", "  A__b--C ", "...", "", "x9", "\tTab\n"] {
            // A combining mark takes the long way and is dropped.
            assert_eq!(fold(text), fold(&format!("{text}\u{301}")));
        }
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!((line_of("a\nb\n", 0), line_of("a\nb\n", 2), line_of("a", 9)), (1, 2, 1));
    }

    #[test]
    fn cleaning_composes_accents() {
        assert_eq!(clean(" Sanita\u{300} "), "Sanità");
    }

    #[test]
    fn placeholders_are_seen_and_numbers_are_not() {
        for filler in [
            "",
            " - ",
            "–",
            "n/d",
            "ND",
            "N.C.",
            "nc",
            "n p",
            "Non disponibile",
            "xxxx",
            "000000000",
            "99999",
        ] {
            assert!(is_placeholder(filler));
        }
        for value in ["1", "0", "10", "YA1234567", "RSSMRA80A01F205X", "✓", "☐", "♀"] {
            assert!(!is_placeholder(value));
        }
    }

    proptest! {
        /// What is a comparison key or a normal form already stays as it is.
        #[test]
        fn keys_and_normal_forms_stay(text: String, ascii in "[ -~]{0,20}") {
            for text in [text, ascii] {
                prop_assert_eq!(fold(&fold(&text)), fold(&text));
                prop_assert_eq!(clean(&clean(&text)), clean(&text));
            }
        }
    }
}
