//! Persons who are in the register twice.
//!
//! A row is held against the earlier ones by fingerprints alone: what is compared is exact, so
//! memory is a few times 16 bytes per person and time does not grow with the square of the rows.
//! What counts as the same person is kept narrow: a steward who is sent to look at ten wrong pairs
//! does not look at the eleventh.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use inlav_core::identifiers::IdType;
use inlav_core::registry::{Column, Kind, person};
use inlav_core::text::fold;
use inlav_core::value::Value;

use super::findings::Findings;
use super::row::CheckedRow;
use crate::fingerprint::Fingerprint;
use inlav_core::rule::Rule;

/// Fewest digits of a telephone number.
const PHONE_DIGITS: usize = 8;
/// Fewest letters of a name's skeleton, given and family name together: shorter ones are shared
/// by too many.
const SKELETON_LETTERS: usize = 5;

/// What is known of the rows so far: the first row of each fingerprint.
#[derive(Default)]
pub(super) struct Duplicates {
    documents: BTreeMap<(IdType, Fingerprint), u64>,
    persons: BTreeMap<Fingerprint, u64>,
}

impl Duplicates {
    /// Holds a row against the earlier ones and remembers it. Two rows are told once, for the
    /// strongest reason: a document that both have, else what [`likenesses`] finds.
    pub(super) fn check(&mut self, row: &CheckedRow<'_>, findings: &mut Findings) {
        let mut known = false;
        for column in row.table.columns.iter().filter(|column| is_document(column)) {
            let Some(identifier) = row.identifier(column) else { continue };
            let document = (identifier.id_type(), Fingerprint::of(identifier));
            if let Some(first) = self.documents.get(&document) {
                findings.pair(row, Some(column), Rule::DocumentTwice, *first);
                known = true;
            } else {
                self.documents.insert(document, row.number);
            }
        }
        if row.table.name != person::TABLE.name {
            return;
        }
        for (rule, fingerprint) in likenesses(row) {
            match self.persons.get(&fingerprint) {
                Some(first) if !known => {
                    findings.pair(row, None, rule, *first);
                    known = true;
                }
                Some(_) => {}
                None => {
                    self.persons.insert(fingerprint, row.number);
                }
            }
        }
    }
}

const fn is_document(column: &Column) -> bool {
    matches!(
        column.kind,
        Kind::CodiceFiscale | Kind::StpEni | Kind::PermitNumber | Kind::PassportNumber { .. } | Kind::Cui
    )
}

/// What a person's row is recognised by, the strongest first. Names are compared as the words of
/// family and given name in any order, so that it does not matter which stands in which column.
///
/// Spellings are compared only together with the gender, or Mario and Maria who are twins would be
/// one, and not for persons born on the first of January, which offices write for a day that
/// nobody knows.
fn likenesses(row: &CheckedRow<'_>) -> Vec<(Rule, Fingerprint)> {
    let mut found = Vec::new();
    let words = name_words(row);
    let name = words.join(" ");
    let has_name = words.len() >= 2;
    let skeleton = skeleton(&words);
    let phone = phone(text(row, &person::PHONE));
    let gender = row.code(&person::GENDER).unwrap_or("");
    let birth = row.date(&person::BIRTH_DATE);
    if let Some(birth) = birth.filter(|_| has_name) {
        let day = birth.to_string();
        found.push((Rule::SamePerson, Fingerprint::of_parts(["name", &name, &day])));
        if let Some(skeleton) = skeleton.as_deref().filter(|_| birth.ordinal() > 1) {
            found.push((Rule::NameAlike, Fingerprint::of_parts(["skeleton", skeleton, &day, gender])));
        }
        if let Some(either) = day_or_month(birth) {
            found.push((Rule::BirthTurned, Fingerprint::of_parts(["turned", &name, &either])));
        }
    }
    if let Some(phone) = &phone {
        if let Some(skeleton) = &skeleton {
            found.push((Rule::SamePhone, Fingerprint::of_parts(["phone and name", phone, skeleton, gender])));
        }
        if let Some(birth) = birth {
            found.push((
                Rule::SamePhone,
                Fingerprint::of_parts(["phone and birth", phone, &birth.to_string(), gender]),
            ));
        }
    }
    found
}

fn text<'r>(row: &'r CheckedRow<'_>, column: &Column) -> &'r str {
    match row.value(column) {
        Value::Text(text) => text,
        // Exposed to be compared inside this PUA's own check; only digests are kept.
        Value::Identifier(identifier) => identifier.expose(),
        _ => "",
    }
}

/// The words of family and given name, folded and in order.
fn name_words(row: &CheckedRow<'_>) -> Vec<String> {
    let names = [text(row, &person::FAMILY_NAME), text(row, &person::GIVEN_NAME)];
    if names.iter().any(|name| name.is_empty()) {
        return Vec::new();
    }
    let folded = names.map(fold);
    let mut words: Vec<String> = folded.iter().flat_map(|name| name.split(' ')).map(str::to_owned).collect();
    words.sort();
    words
}

/// What is left of a name when the ways to write another alphabet in this one are taken out of it:
/// its consonants, without doubled ones and `h`, letters that stand for one sound made one. `None`
/// if too little is left to tell persons apart.
fn skeleton(words: &[String]) -> Option<String> {
    let mut skeletons: Vec<String> = words.iter().map(|word| word_skeleton(word)).collect();
    skeletons.sort();
    let letters: usize = skeletons.iter().map(|skeleton| skeleton.chars().count()).sum();
    (skeletons.len() >= 2 && letters >= SKELETON_LETTERS).then(|| skeletons.join(" "))
}

fn word_skeleton(word: &str) -> String {
    let mut skeleton = String::new();
    let word = word.replace("dj", "g").replace("ph", "f");
    for (index, letter) in word.chars().enumerate() {
        let sound = match letter {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' if index == 0 => 'a',
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' => continue,
            'j' => 'g',
            'c' | 'q' => 'k',
            'z' | 'x' => 's',
            'w' => 'v',
            other => other,
        };
        if !skeleton.ends_with(sound) {
            skeleton.push(sound);
        }
    }
    skeleton
}

/// A date of birth in which day and month may stand for each other, the smaller first; `None` if
/// they cannot, or are the same.
fn day_or_month(birth: NaiveDate) -> Option<String> {
    let (day, month) = (birth.day(), birth.month());
    (day <= 12 && day != month).then(|| format!("{} {} {}", birth.year(), day.min(month), day.max(month)))
}

/// The digits of the first telephone number in a cell, without the prefix of Italy.
fn phone(text: &str) -> Option<String> {
    let first = text.split([',', ';', '/']).next().unwrap_or("");
    let digits: String = first.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("00").unwrap_or(&digits);
    let national = national.strip_prefix("39").filter(|rest| rest.len() > PHONE_DIGITS).unwrap_or(national);
    (national.len() >= PHONE_DIGITS).then(|| national.to_owned())
}

#[cfg(test)]
mod tests;
