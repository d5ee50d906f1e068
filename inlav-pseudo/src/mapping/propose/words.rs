//! The words of a column of codes that are no code, label or usual word for one: what they may
//! mean.
//!
//! # Guarantee
//! A [`Word`] has a text only if it is surely no person's: at least half of the cells of its column
//! are codes or like the label of one, at least two rows have the word, it looks like a label, and
//! it is like one of a code or, in three rows, begins with a small letter.
//! Every other cell is told by its row, without what it may mean if its column is not one of codes.
//! Test `words_of_single_rows_and_identifiers_are_told_by_their_row`.

use inlav_core::codes::{Code, CodeLists};
use inlav_core::registry::{Column, Kind};
use inlav_core::text::fold;
use inlav_core::value::{self, Fault};

use super::likeness::{SURE, Words};
use super::profile::{Profile, Seen};
use crate::shape::Shape;

/// The likeness from which on a code is named as a possibility.
const WORTH_NAMING: f64 = 0.5;
/// The likeness from which on a word is taken for a code's: Mandinka is not Mandarin.
const SURE_WORD: f64 = 0.92;
/// Possibilities that are named.
const MOST_NAMED: usize = 3;
/// What a part of a label counts: half of what a slash or bracket divides.
const PART: f64 = 0.97;
/// What a cell counts whose words are all in a label.
const HELD: f64 = 0.8;
/// Rows that have to have a word before it is written down.
const FEWEST_ROWS: u64 = 2;
/// Rows that have to have a word that is like no code.
const ROWS_OF_A_STRANGER: u64 = 3;
/// Characters and words of the longest label.
const LONGEST_LABEL: usize = 40;
const MOST_WORDS: usize = 6;

/// Ways of saying that there is no answer, and their code.
const NO_ANSWER: [(&str, &str); 20] = [
    ("non so", "ND"),
    ("non sa", "ND"),
    ("non si sa", "ND"),
    ("non lo sa", "ND"),
    ("boh", "ND"),
    ("ignoto", "ND"),
    ("ignota", "ND"),
    ("non conosciuto", "ND"),
    ("non specificato", "ND"),
    ("dubbio", "ND"),
    ("don t know", "ND"),
    ("non chiesto", "NR"),
    ("non richiesto", "NR"),
    ("non compilato", "NR"),
    ("mancante", "NR"),
    ("non risponde", "RIF"),
    ("preferisce non rispondere", "RIF"),
    ("non vuole rispondere", "RIF"),
    ("non pertinente", "NA"),
    ("non previsto", "NA"),
];

/// What a word may mean: code, label and likeness.
type Meaning = (String, String, f64);

/// A word of a column and what it may mean.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// The word, if it may be written down.
    pub(super) text: Option<String>,
    /// First row that has it.
    pub(super) row: u64,
    /// Rows that have it.
    pub(super) rows: u64,
    /// What it may mean, the likeliest first: code and label.
    pub(super) meanings: Vec<(String, String)>,
    /// Whether the first meaning is the only one.
    pub(super) sure: bool,
}

/// The words of a column that nobody knows; `None` if the column has more different texts than a
/// list of codes.
pub(super) fn unknown_words(
    column: &'static Column,
    profile: &Profile,
    lists: &CodeLists,
    is_mapped: impl Fn(&str) -> bool,
) -> Option<Vec<Word>> {
    let words = profile.words()?;
    let unknown = |word: &str| {
        let fault = value::read(column, word, None, lists).fault;
        let is_no_word =
            |fault: Fault| fault.is_warning() || matches!(fault, Fault::Empty | Fault::SheetError);
        fault.is_some_and(|fault| !is_no_word(fault)) && !is_mapped(word)
    };
    let labels = Label::of(column, lists);
    let scored = words.iter().filter(|(word, _)| unknown(word));
    let scored: Vec<_> =
        scored.map(|(word, seen)| (word, seen, meanings(column, &labels, word, lists))).collect();
    // Names are neither codes nor like the labels of codes.
    let is_strange = |scores: &[Meaning]| scores.first().is_none_or(|(.., best)| *best < SURE);
    let strange: u64 =
        scored.iter().filter(|(.., scores)| is_strange(scores)).map(|(_, seen, _)| seen.count).sum();
    let holds_codes = strange * 2 <= profile.cells();
    let mut words: Vec<Word> =
        scored.into_iter().map(|(word, seen, scores)| describe(word, *seen, scores, holds_codes)).collect();
    words.sort_by_key(|word| word.row);
    Some(words)
}

/// A code, and its labels ready to be compared.
struct Label<'l> {
    code: &'l str,
    label: &'l str,
    /// Its labels and other words for it, and the parts of each.
    texts: Vec<(Words, Vec<Words>)>,
}

impl<'l> Label<'l> {
    fn of(column: &Column, lists: &'l CodeLists) -> Vec<Self> {
        let (Kind::Code(list) | Kind::Codes { list, .. }) = column.kind else { return Vec::new() };
        let text = |label: &str| {
            let parts = label.split(['/', '(', ')', ':', ',']).filter(|part| !part.trim().is_empty());
            (Words::of_label(label), parts.map(Words::of_label).collect())
        };
        let Some(list) = lists.named(list) else { return Vec::new() };
        let label = |code: &'l Code| {
            // The code itself was looked for already, and is the beginning of too many words.
            let is_other = |text: &str| text != fold(&code.code);
            let usual = list.texts().filter(|(text, of)| of.code == code.code && is_other(text));
            let labels = [code.label_it.as_str(), code.label_en.as_str()].into_iter();
            let texts = labels.chain(usual.map(|(text, _)| text)).map(text).collect();
            Self { code: &code.code, label: &code.label_it, texts }
        };
        list.codes().iter().map(label).collect()
    }

    /// How alike a word is to a label or to one of its parts.
    fn likeness(&self, word: &Words) -> f64 {
        let all = self.texts.iter().map(|(whole, parts)| {
            let held = if whole.holds(word).is_some() { HELD } else { 0.0 };
            let parts = parts.iter().map(|part| word.likeness(part) * PART);
            parts.fold(word.likeness(whole).max(held), f64::max)
        });
        all.fold(0.0, f64::max)
    }
}

fn describe(word: &str, seen: Seen, scores: Vec<Meaning>, holds_codes: bool) -> Word {
    let second = scores.get(1).map_or(0.0, |(.., score)| *score);
    let sure = scores.first().is_some_and(|(.., best)| *best >= SURE_WORD && *best > second + 0.05);
    // What a name is like would tell of the name.
    let scores = if holds_codes { scores } else { Vec::new() };
    // Names begin with a capital letter, and a person may have several rows.
    let may_be_a_name = scores.is_empty() && !(begins_small(word) && seen.count >= ROWS_OF_A_STRANGER);
    let is_shown = holds_codes && seen.count >= FEWEST_ROWS && looks_like_a_label(word) && !may_be_a_name;
    let named =
        scores.into_iter().take(if sure { 1 } else { MOST_NAMED }).map(|(code, label, _)| (code, label));
    Word {
        text: is_shown.then(|| word.to_owned()),
        row: seen.row,
        rows: seen.count,
        meanings: named.collect(),
        sure: sure && is_shown,
    }
}

/// What a word may mean, the likeliest first: code, label and likeness.
fn meanings(column: &Column, labels: &[Label<'_>], word: &str, lists: &CodeLists) -> Vec<Meaning> {
    let folded = fold(word);
    let mut scores: Vec<Meaning> = Vec::new();
    if let Some((_, code)) = NO_ANSWER.iter().find(|(text, _)| *text == folded) {
        let is_read = value::read(column, code, None, lists).fault.is_none();
        if is_read {
            scores.push(((*code).to_owned(), String::new(), 1.0));
        }
    }
    match column.kind {
        Kind::Code(_) | Kind::Codes { .. } => {
            let words = Words::of_label(word);
            let scored = labels.iter().map(|label| (label, label.likeness(&words)));
            let named = scored.filter(|(_, score)| *score >= WORTH_NAMING);
            scores.extend(named.map(|(label, score)| (label.code.to_owned(), label.label.to_owned(), score)));
        }
        Kind::YesNo => {
            let first = folded.split(' ').next().unwrap_or("");
            let meant = [("si", "yes", "sì"), ("no", "no", "no")]
                .into_iter()
                .find(|(it, en, _)| first == *it || first == *en);
            scores.extend(meant.map(|(.., answer)| (answer.to_owned(), String::new(), 0.8)));
        }
        _ => {}
    }
    scores.sort_by(|one, other| other.2.total_cmp(&one.2));
    scores
}

fn begins_small(text: &str) -> bool {
    text.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_lowercase)
}

/// Whether a text may be a label: short, few words, no number, nobody's address or document.
fn looks_like_a_label(text: &str) -> bool {
    let mut run = 0;
    let mut longest_run = 0;
    for c in text.chars() {
        run = if c.is_ascii_digit() { run + 1 } else { 0 };
        longest_run = longest_run.max(run);
    }
    text.chars().count() <= LONGEST_LABEL
        && fold(text).split(' ').count() <= MOST_WORDS
        && longest_run < 3
        && !text.contains('@')
        && !text.chars().any(char::is_control)
        && Shape::of(text).is_none()
}

#[cfg(test)]
mod tests {
    use inlav_core::registry::{case, person, service_event};

    use super::*;

    fn words(column: &'static Column, cells: &[&str]) -> Vec<Word> {
        let mut profile = Profile::default();
        cells.iter().zip(2..).for_each(|(cell, row)| profile.add(row, cell));
        unknown_words(column, &profile, CodeLists::built_in(), |_| false).unwrap()
    }

    /// The only unknown word, of three rows, in a column of codes.
    fn meant(column: &'static Column, known: &str, word: &str) -> (Vec<String>, bool) {
        let found = words(column, &[known, known, known, word, word, word]);
        assert_eq!(found.len(), 1, "{word}");
        assert_eq!(found[0].text.as_deref(), Some(word));
        (found[0].meanings.iter().map(|(code, _)| code.clone()).collect(), found[0].sure)
    }

    const GENDER: &Column = &person::GENDER;
    const CITIZENSHIP: &Column = &person::CITIZENSHIP;
    const CHANNEL: &Column = &case::ENTRY_CHANNEL;
    const MEDIATION: &Column = &service_event::MEDIATION;

    #[test]
    fn what_is_nearly_a_label_is_the_code() {
        assert_eq!(meant(CITIZENSHIP, "PAK", "Pakistn"), (vec!["PAK".to_owned()], true));
        assert_eq!(meant(CHANNEL, "SST", "Ispettorato lavoro"), (vec!["ITL".to_owned()], true));
        assert_eq!(meant(CHANNEL, "SST", "servizi sociali territ."), (vec!["SST".to_owned()], true));
        assert_eq!(meant(GENDER, "F", "non so"), (vec!["ND".to_owned()], true));
        assert_eq!(meant(GENDER, "F", "Femmin."), (vec!["F".to_owned()], true));
        assert_eq!(meant(MEDIATION, "si", "Non so"), (vec!["ND".to_owned()], true));
    }

    #[test]
    fn what_may_mean_two_things_is_not_decided() {
        let (meanings, sure) = meant(CITIZENSHIP, "PAK", "Corea");
        assert!(!sure && meanings.len() >= 2, "{meanings:?}");
        assert_eq!(meant(MEDIATION, "si", "sì, in parte"), (vec!["sì".to_owned()], false));
        assert_eq!(meant(GENDER, "F", "rosso"), (vec![], false));
        let (meanings, sure) = meant(&service_event::OUTCOME, "SVOLTO", "Annullato");
        assert!(!sure && meanings.len() == 2, "{meanings:?}");
        // A code of three letters is the beginning of many words.
        assert!(!meant(CITIZENSHIP, "PAK", "cubista").1);
    }

    #[test]
    fn words_of_single_rows_and_identifiers_are_told_by_their_row() {
        let found = words(GENDER, &["F", "F", "F", "Canarini"]);
        assert_eq!((found[0].text.as_deref(), found[0].row, found[0].sure), (None, 5, false));
        for cell in [
            "PRVVTR04P68E333G",
            "333 1234567",
            "a@example.org",
            "via Roma 123",
            "uno due tre quattro cinque sei sette",
        ] {
            let found = words(GENDER, &["F", "F", "F", cell, cell]);
            assert_eq!((found[0].text.as_deref(), found[0].row), (None, 5), "{cell}");
        }
        // A column of names that was taken for one of codes.
        let found = words(GENDER, &["F", "Canarini", "Canarini"]);
        assert_eq!(found[0].text, None);
        let found = words(CITIZENSHIP, &["Omar", "Zelda", "Ugo", "Omar"]);
        assert!(found.iter().all(|word| word.text.is_none() && word.meanings.is_empty()));
    }

    #[test]
    fn a_column_of_many_texts_has_no_words() {
        let mut profile = Profile::default();
        (0..300).for_each(|row| profile.add(row, &format!("parola {row}")));
        assert!(unknown_words(GENDER, &profile, CodeLists::built_in(), |_| false).is_none());
    }
}
