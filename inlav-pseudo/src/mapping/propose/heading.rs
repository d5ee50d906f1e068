//! What a heading says when the office's program or form has put something around it: a number
//! (`3. Data di nascita`, `A2) Nome`), a group (`anagrafica/cognome`), a hint (`Sesso (M/F)`), or
//! words written together (`DataScadPermesso`).

use inlav_core::text::fold;

/// The longest number or letter that is counted up before a heading.
const LONGEST_COUNT: usize = 4;
/// The shortest name of a group of questions, and of a question in it.
const SHORTEST_PART: usize = 4;

/// The readings of a heading that are not the heading itself, without what stands around them.
pub(super) fn readings(heading: &str) -> Vec<String> {
    let apart = apart(heading);
    let uncounted = without_count(&apart);
    let alone = last_part(uncounted);
    let mut readings: Vec<String> = Vec::new();
    for reading in [apart.as_str(), uncounted, alone, &without_hints(alone)] {
        let folded = fold(reading);
        if !folded.is_empty() && folded != fold(heading) && readings.iter().all(|known| fold(known) != folded)
        {
            readings.push(reading.to_owned());
        }
    }
    readings
}

/// A space between a small letter and a capital one, and before the last of several capitals that
/// a small letter follows: `IDOperatore` is `ID Operatore`.
fn apart(heading: &str) -> String {
    let letters: Vec<char> = heading.chars().collect();
    let mut apart = String::with_capacity(heading.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if begins {
            apart.push(' ');
        }
        apart.push(*letter);
    }
    apart
}

/// Without `3.`, `12)`, `A2)` or `b -` at the start.
fn without_count(heading: &str) -> &str {
    let heading = heading.trim_start();
    let Some((count, rest)) = heading.split_once(['.', ')', ':', '-']) else { return heading };
    let count = count.trim();
    let letters = count.chars().filter(|c| c.is_alphabetic()).count();
    let counts = count.len() <= LONGEST_COUNT
        && count.chars().all(char::is_alphanumeric)
        && letters <= 1
        && count.len() > letters;
    if counts && rest.chars().any(char::is_alphabetic) { rest.trim_start() } else { heading }
}

/// What stands behind the last slash, if before it stands the name of a group.
fn last_part(heading: &str) -> &str {
    match heading.rsplit_once('/') {
        Some((group, part))
            if !heading.contains(char::is_whitespace)
                && group.len() >= SHORTEST_PART
                && part.len() >= SHORTEST_PART =>
        {
            part
        }
        _ => heading,
    }
}

/// Without what stands in brackets.
fn without_hints(heading: &str) -> String {
    let mut depth = 0_u32;
    heading
        .chars()
        .filter(|letter| {
            if matches!(letter, '(' | '[') {
                depth += 1;
            }
            let outside = depth == 0;
            if matches!(letter, ')' | ']') {
                depth = depth.saturating_sub(1);
            }
            outside
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_stands_around_a_heading_is_left_out() {
        for (heading, reading) in [
            ("3. Data di nascita", "data di nascita"),
            ("A2) Nome", "nome"),
            ("12) Condizione professionale", "condizione professionale"),
            ("anagrafica/data_nascita", "data nascita"),
            ("Sesso (M/F)", "sesso"),
            ("10. Permesso di soggiorno (tipo)", "permesso di soggiorno"),
            ("DataScadPermesso", "data scad permesso"),
            ("IDOperatore", "id operatore"),
            ("Lavora? [con contratto / senza contratto]", "lavora"),
        ] {
            let folded: Vec<String> = readings(heading).iter().map(|text| fold(text)).collect();
            assert!(folded.iter().any(|text| text == reading), "{heading}: {folded:?}");
        }
    }

    #[test]
    fn a_plain_heading_has_no_other_reading() {
        for heading in
            ["Cognome", "M/F", "1° contatto", "Data di nascita", "N. prog.", "ATECO", "E-mail", "C.F."]
        {
            assert!(readings(heading).is_empty(), "{heading}: {:?}", readings(heading));
        }
    }

    proptest! {
        #[test]
        fn every_text_is_taken(heading: String) {
            prop_assert!(readings(&heading).len() <= 4);
        }
    }
}
