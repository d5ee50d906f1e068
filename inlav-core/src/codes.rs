//! Code lists: the closed vocabularies of the domain, with Italian and English labels.
//!
//! A value in an export may be a code, a label in either language or another usual word for it;
//! [`CodeList::find`] accepts all of them, ignoring case, accents and punctuation, and never
//! guesses.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::text::fold;

mod lists;

pub use lists::CodeLists;

/// One code: its labels, where it comes from and when it is in use.
#[derive(Debug, Clone)]
pub struct Code {
    /// The code, unique in its list.
    pub code: String,
    /// Italian label.
    pub label_it: String,
    /// English label.
    pub label_en: String,
    /// What the code is in other classifications, as [`Code::crosswalk`] reads it.
    pub maps_to: String,
    /// First day on which the code is in use; `None` if it always was.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which the code is in use; `None` if it has no end.
    pub valid_to: Option<NaiveDate>,
    /// Where the code comes from: a law, a standard, a paper of the programme. Never empty.
    pub source: String,
    /// How far the code was checked against that source.
    pub verified: Verified,
}

impl Code {
    /// The name under which [`Code::crosswalk`] gives a code written without one: the broader
    /// category in which this code counts.
    pub const BROADER: &'static str = "broader";

    /// Whether the code is in use on a day; both its first and its last day are.
    #[must_use]
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|first| first <= day) && self.valid_to.is_none_or(|last| day <= last)
    }

    /// What the code is in other classifications: a name and a code, in the order of the source.
    ///
    /// `ateco2007=T97|S96;ateco2025=U97` gives three pairs. A part without a name goes on with
    /// the name before it: `nace21=J;K` is J and K of NACE 2.1. Where no name is before it, it is
    /// a broader category ([`Code::BROADER`]): the area of a service, the common indicators in
    /// which an employment status counts. Remarks in parentheses are left out.
    pub fn crosswalk(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut name = Self::BROADER;
        self.maps_to.split(';').flat_map(move |part| {
            let codes = if let Some((named, codes)) = part.split_once('=') {
                name = named.trim();
                codes
            } else {
                part
            };
            let codes = codes.split_once('(').map_or(codes, |(codes, _)| codes);
            let name = name;
            codes.split('|').map(str::trim).filter(|code| !code.is_empty()).map(move |code| (name, code))
        })
    }
}

/// How far a code was checked, by the letter in the column `verified` of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// `S`: it stands in a paper of the programme.
    Seed,
    /// `V`: it was read in the public source that is named.
    Source,
    /// `G`: general knowledge of the field; nobody opened the source.
    General,
    /// `D`: a choice of ours, for which there is no outside source.
    Design,
    /// `U`: unsure; to be checked before anything is published by it.
    Unsure,
}

impl Verified {
    /// The letter as written in data.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Seed => "S",
            Self::Source => "V",
            Self::General => "G",
            Self::Design => "D",
            Self::Unsure => "U",
        }
    }

    fn of_letter(letter: &str) -> Option<Self> {
        [Self::Seed, Self::Source, Self::General, Self::Design, Self::Unsure]
            .into_iter()
            .find(|verified| verified.letter() == letter)
    }
}

/// A closed list of codes.
#[derive(Debug, Clone)]
pub struct CodeList {
    name: String,
    codes: Vec<Code>,
    by_folded: BTreeMap<String, usize>,
}

/// The codes that say why a value is not there, from the list `missing_code`.
///
/// Blank is never a value: it is read as [`MissingCode::NotCollected`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingCode {
    /// `ND`: asked, not known.
    NotKnown,
    /// `NR`: not collected.
    NotCollected,
    /// `RIF`: the person preferred not to answer.
    Refused,
    /// `NA`: does not apply.
    NotApplicable,
}

impl MissingCode {
    /// The code as written in data.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotKnown => "ND",
            Self::NotCollected => "NR",
            Self::Refused => "RIF",
            Self::NotApplicable => "NA",
        }
    }

    /// The missing code that is written so in data.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::NotKnown, Self::NotCollected, Self::Refused, Self::NotApplicable]
            .into_iter()
            .find(|missing| missing.code() == code)
    }

    /// Reads a missing code or one of its labels; `N.D.` and `n/d` are `ND`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let list = CodeList::named("missing_code")?;
        let code = list.find(text).or_else(|| list.find(&fold(text).replace(' ', "")))?;
        Self::from_code(&code.code)
    }
}

impl CodeList {
    /// The built-in list of this name, if there is one. A programme may bring another one: see
    /// [`crate::programme::Programme::lists`].
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        CodeLists::built_in().named(name)
    }

    /// The list's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The codes in the order of the source.
    #[must_use]
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The code that this text stands for, or `None`.
    ///
    /// Codes win over labels and labels over other words; a label that two codes share finds
    /// neither.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&Code> {
        self.codes.get(self.position(text)?)
    }

    /// The position, from 0, of the code that this text stands for.
    pub(crate) fn position(&self, text: &str) -> Option<usize> {
        self.by_folded.get(&fold(text)).copied()
    }

    /// Every text that [`CodeList::find`] finds, folded, with its code.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &Code)> {
        self.by_folded.iter().filter_map(|(text, index)| Some((text.as_str(), self.codes.get(*index)?)))
    }

    /// A list of codes, with other usual words for them: the word and the code.
    pub(crate) fn new(name: &str, codes: Vec<Code>, words: &[(String, String)]) -> Self {
        let mut labels: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (index, code) in codes.iter().enumerate() {
            for label in [&code.label_it, &code.label_en] {
                labels
                    .entry(fold(label))
                    .and_modify(|seen| {
                        if *seen != Some(index) {
                            *seen = None;
                        }
                    })
                    .or_insert(Some(index));
            }
        }
        let mut by_folded = BTreeMap::new();
        for (word, of) in words {
            if let Some(index) = codes.iter().position(|code| code.code == *of) {
                by_folded.insert(fold(word), index);
            }
        }
        by_folded.extend(labels.into_iter().filter_map(|(label, index)| index.map(|index| (label, index))));
        for (index, code) in codes.iter().enumerate() {
            by_folded.insert(fold(&code.code), index);
        }
        Self { name: name.to_owned(), codes, by_folded }
    }
}

/// The lists of the embedded files.
fn embedded() -> BTreeMap<String, CodeList> {
    let mut lists: BTreeMap<String, Vec<Code>> = BTreeMap::new();
    let files = [
        include_str!("../data/codelists.csv"),
        include_str!("../data/enumerations.csv"),
        include_str!("../data/countries.csv"),
    ];
    for (name, code) in files.into_iter().flat_map(rows) {
        lists.entry(name).or_default().push(code);
    }
    let words = words();
    lists
        .into_iter()
        .map(|(name, codes)| {
            let list = CodeList::new(&name, codes, words.get(&name).map_or(&[], Vec::as_slice));
            (name, list)
        })
        .collect()
}

/// Other usual words, by list: the word and the code it stands for.
pub(crate) fn words() -> BTreeMap<String, Vec<(String, String)>> {
    let mut words: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for record in csv::Reader::from_reader(include_str!("../data/synonyms.csv").as_bytes()).into_records() {
        let record = record.expect("the embedded words are parsed by a test of this module");
        let field = |index: usize| record.get(index).unwrap_or("").to_owned();
        words.entry(field(0)).or_default().push((field(2), field(1)));
    }
    words
}

/// Rows of an embedded file with the columns `list`, `code`, `label_it`, `label_en`, `maps_to`,
/// `valid_from`, `valid_to`, `source` and `verified`.
fn rows(text: &'static str) -> impl Iterator<Item = (String, Code)> {
    csv::Reader::from_reader(text.as_bytes()).into_records().map(|record| {
        let record = record.expect("the embedded code lists are parsed by a test of this module");
        let field = |index: usize| record.get(index).unwrap_or("").to_owned();
        let day = |text: String| {
            (!text.is_empty())
                .then(|| text.parse().expect("the embedded days are parsed by a test of this module"))
        };
        let code = Code {
            code: field(1),
            label_it: field(2),
            label_en: field(3),
            maps_to: field(4),
            valid_from: day(field(5)),
            valid_to: day(field(6)),
            source: field(7),
            verified: Verified::of_letter(&field(8))
                .expect("the embedded letters are parsed by a test of this module"),
        };
        (field(0), code)
    })
}

#[cfg(test)]
mod tests;
