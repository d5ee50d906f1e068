//! Code lists: the closed vocabularies of the domain, with Italian and English labels.
//!
//! A value in an export may be a code, a label in either language or another usual word for it;
//! [`CodeList::find`] accepts all of them, ignoring case, accents and punctuation, and never
//! guesses.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::text::fold;

/// One code with its labels.
#[derive(Debug, Clone)]
pub struct Code {
    /// The code, unique in its list.
    pub code: String,
    /// Italian label; the code itself where the source has none.
    pub label_it: String,
    /// English label; the Italian one where the source has none.
    pub label_en: String,
    /// Crosswalk to other classifications, as `name=code` pairs, or the code of the parent.
    pub maps_to: String,
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

    /// Reads a missing code or one of its labels; `N.D.` and `n/d` are `ND`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let list = CodeList::named("missing_code")?;
        let code = list.find(text).or_else(|| list.find(&fold(text).replace(' ', "")))?;
        match code.code.as_str() {
            "ND" => Some(Self::NotKnown),
            "NR" => Some(Self::NotCollected),
            "RIF" => Some(Self::Refused),
            _ => Some(Self::NotApplicable),
        }
    }
}

impl CodeList {
    /// The list of this name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        LISTS.get(name)
    }

    /// Every list, by name.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        LISTS.values()
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
        self.by_folded.get(&fold(text)).and_then(|&index| self.codes.get(index))
    }

    /// Every text that [`CodeList::find`] finds, folded, with its code.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &Code)> {
        self.by_folded.iter().filter_map(|(text, index)| Some((text.as_str(), self.codes.get(*index)?)))
    }

    fn new(name: &str, codes: Vec<Code>) -> Self {
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
        for (word, of) in synonyms(name) {
            if let Some(index) = codes.iter().position(|code| code.code == of) {
                by_folded.insert(fold(&word), index);
            }
        }
        by_folded.extend(labels.into_iter().filter_map(|(label, index)| index.map(|index| (label, index))));
        for (index, code) in codes.iter().enumerate() {
            by_folded.insert(fold(&code.code), index);
        }
        Self { name: name.to_owned(), codes, by_folded }
    }
}

static LISTS: LazyLock<BTreeMap<String, CodeList>> = LazyLock::new(|| {
    let mut lists: BTreeMap<String, Vec<Code>> = BTreeMap::new();
    for (name, code) in
        rows(include_str!("../data/codelists.csv")).chain(rows(include_str!("../data/countries.csv")))
    {
        lists.entry(name).or_default().push(code);
    }
    lists
        .into_iter()
        .map(|(name, codes)| {
            let list = CodeList::new(&name, codes);
            (name, list)
        })
        .collect()
});

/// Other usual words for the codes of a list: the word and the code.
fn synonyms(list: &str) -> impl Iterator<Item = (String, String)> {
    let records = csv::Reader::from_reader(include_str!("../data/synonyms.csv").as_bytes()).into_records();
    records.filter_map(move |record| {
        let record = record.expect("the embedded words are parsed by a test of this module");
        let field = |index: usize| record.get(index).unwrap_or("").to_owned();
        (field(0) == list).then(|| (field(2), field(1)))
    })
}

/// Rows of an embedded file with columns `list,code,label_it,label_en,maps_to,…`.
fn rows(text: &'static str) -> impl Iterator<Item = (String, Code)> {
    csv::Reader::from_reader(text.as_bytes()).into_records().map(|record| {
        let record = record.expect("the embedded code lists are parsed by a test of this module");
        let field = |index: usize| record.get(index).unwrap_or("").to_owned();
        let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
        let code = field(1);
        let label_it = or(field(2), &code);
        let label_en = or(field(3), &label_it);
        (field(0), Code { code, label_it, label_en, maps_to: field(4) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_lists_are_complete() {
        let domain = LISTS.values().filter(|list| list.name() != "country");
        assert_eq!(domain.clone().count(), 58);
        assert_eq!(domain.map(|list| list.codes().len()).sum::<usize>(), 606);
    }

    #[test]
    fn a_code_and_its_labels_find_the_same_code() {
        let gender = CodeList::named("gender").unwrap();
        for text in ["F", "f", "Donna", "WOMAN", " donna "] {
            assert_eq!(gender.find(text).unwrap().code, "F");
        }
        assert!(gender.find("Q").is_none());
        assert!(gender.texts().any(|(text, code)| (text, code.code.as_str()) == ("femmina", "F")));
        assert!(gender.texts().all(|(text, code)| gender.find(text).unwrap().code == code.code));
    }

    #[test]
    fn every_other_word_finds_its_code() {
        let mut words = 0;
        for list in CodeList::all() {
            for (word, code) in synonyms(list.name()) {
                assert_eq!(list.find(&word).unwrap().code, code);
                words += 1;
            }
        }
        assert_eq!(words, include_str!("../data/synonyms.csv").lines().count() - 1);
    }

    #[test]
    fn a_label_that_two_codes_share_finds_neither() {
        let code = |code: &str| Code {
            code: code.to_owned(),
            label_it: "uguale".to_owned(),
            label_en: code.to_owned(),
            maps_to: String::new(),
        };
        let list = CodeList::new("test", vec![code("A"), code("B")]);
        assert!(list.find("uguale").is_none());
        assert_eq!(list.find("b").unwrap().code, "B");
    }

    #[test]
    fn missing_codes_are_read_and_written() {
        assert_eq!(MissingCode::parse("rif"), Some(MissingCode::Refused));
        assert_eq!(MissingCode::parse("Non rilevato"), Some(MissingCode::NotCollected));
        for (text, code) in [("N/A", "NA"), ("n.r.", "NR"), ("N. D.", "ND")] {
            assert_eq!(MissingCode::parse(text).unwrap().code(), code);
        }
        assert_eq!(MissingCode::parse("SUB"), None);
    }
}
