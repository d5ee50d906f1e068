//! How alike two headings or words are.
//!
//! Words are compared one by one, whatever their order: equal, one the beginning of the other, or
//! alike by Jaro and Winkler (Winkler, *String Comparator Metrics*, 1990). Abbreviations that
//! Italian offices use are written out first. Typing errors in the whole are measured by the
//! distance of Damerau and Levenshtein.

use std::collections::BTreeSet;

use inlav_core::text::fold;
use strsim::{jaro_winkler, normalized_damerau_levenshtein};

use super::heading::readings;

/// The likeness from which on two texts are taken for the same.
pub(super) const SURE: f64 = 0.9;
/// The likeness from which on two texts may be the same.
pub(super) const PERHAPS: f64 = 0.7;
/// The likeness from which on two headings have the same words.
pub(super) const WORD_FOR_WORD: f64 = 0.97;
/// The likeness of texts that are not equal is never more.
const NEARLY_EQUAL: f64 = 0.99;

/// What a text about somebody or something else counts.
const OF_ANOTHER: f64 = 0.7;

/// What a word counts that says little.
const LITTLE: f64 = 0.2;
/// What a reading counts that leaves out a part of the heading.
const READING: f64 = 0.97;
/// What a heading counts that speaks of a number, if the other does not.
const NOT_A_NUMBER: f64 = 0.85;

/// Abbreviations of headings and what they stand for; the words for a number are one word.
const ABBREVIATIONS: [(&str, &str); 77] = [
    ("codice", "numero"),
    ("id", "numero"),
    ("no", "numero"),
    ("number", "numero"),
    ("code", "numero"),
    ("progr", "progressivo"),
    ("prog", "progressivo"),
    ("prelim", "preliminare"),
    ("d", "data"),
    ("dt", "data"),
    ("nasc", "nascita"),
    ("cod", "numero"),
    ("cd", "numero"),
    ("fisc", "fiscale"),
    ("cf", "numero fiscale"),
    ("naz", "nazionalita"),
    ("nazion", "nazionalita"),
    ("cittad", "cittadinanza"),
    ("n", "numero"),
    ("nr", "numero"),
    ("num", "numero"),
    ("tel", "telefono"),
    ("telef", "telefono"),
    ("cell", "cellulare"),
    ("cel", "cellulare"),
    ("ind", "indirizzo"),
    ("indir", "indirizzo"),
    ("resid", "residenza"),
    ("dom", "domicilio"),
    ("tit", "titolo"),
    ("perm", "permesso"),
    ("sogg", "soggiorno"),
    ("pass", "passaporto"),
    ("ident", "identificazione"),
    ("identificaz", "identificazione"),
    ("ut", "utente"),
    ("benef", "beneficiario"),
    ("pers", "persona"),
    ("cogn", "cognome"),
    ("gen", "genere"),
    ("istr", "istruzione"),
    ("segn", "segnalazione"),
    ("segnal", "segnalazione"),
    ("val", "valutazione"),
    ("valut", "valutazione"),
    ("pic", "presa carico"),
    ("chius", "chiusura"),
    ("mot", "motivo"),
    ("ingr", "ingresso"),
    ("tipologia", "tipo"),
    ("tip", "tipo"),
    ("serv", "servizio"),
    ("interv", "intervento"),
    ("lav", "lavoro"),
    ("lavorat", "lavoro"),
    ("contr", "contratto"),
    ("regol", "regolarita"),
    ("occup", "occupazionale"),
    ("mediaz", "mediazione"),
    ("oper", "operatore"),
    ("partec", "partecipanti"),
    ("oss", "osservazioni"),
    ("sfrutt", "sfruttamento"),
    ("sottoscr", "sottoscrizione"),
    ("scad", "scadenza"),
    ("ril", "rilascio"),
    ("sog", "soggiorno"),
    ("liv", "livello"),
    ("ita", "italiano"),
    ("sit", "situazione"),
    ("abit", "abitativa"),
    ("rif", "riferimento"),
    ("resp", "responsabile"),
    ("prestaz", "prestazione"),
    ("op", "operatore"),
    ("res", "residenza"),
    ("ute", "utente"),
];
/// Words that say nothing.
const EMPTY_WORDS: [&str; 91] = [
    "dall",
    "dalla",
    "dai",
    "di",
    "del",
    "della",
    "dell",
    "dello",
    "dei",
    "delle",
    "la",
    "il",
    "lo",
    "l",
    "le",
    "gli",
    "i",
    "a",
    "al",
    "alla",
    "all",
    "in",
    "un",
    "una",
    "e",
    "ed",
    "o",
    "su",
    "per",
    "con",
    "da",
    "the",
    "of",
    "on",
    "at",
    "and",
    "or",
    "aaaa",
    "mm",
    "gg",
    "quale",
    "qual",
    "quali",
    "che",
    "cosa",
    "come",
    "dove",
    "quando",
    "quanti",
    "quante",
    "chi",
    "ha",
    "hai",
    "sei",
    "possiede",
    "si",
    "sua",
    "suo",
    "sue",
    "suoi",
    "tua",
    "tuo",
    "nel",
    "nella",
    "nei",
    "alle",
    "agli",
    "ai",
    "dal",
    "eventuali",
    "indicare",
    "specificare",
    "is",
    "what",
    "which",
    "where",
    "when",
    "does",
    "did",
    "your",
    "their",
    "his",
    "her",
    "avvenuto",
    "avvenuta",
    "presta",
    "des",
    "desc",
    "flg",
    "flag",
    "tbl",
];
/// Words that say what something is of; they count little.
const OWNERS: [&str; 17] = [
    "utente",
    "persona",
    "beneficiario",
    "beneficiaria",
    "lavoratore",
    "lavoratrice",
    "assistito",
    "assistita",
    "caso",
    "pua",
    "person",
    "case",
    "sportello",
    "soggetto",
    "client",
    "beneficiary",
    "participant",
];
/// What all words for a number are written out to; it counts little too.
const NUMBER: &str = "numero";
/// Words that say how; they count little too.
const QUALIFIERS: [&str; 8] =
    ["preliminare", "attuale", "eventuale", "prevalente", "principale", "attualmente", "current", "intake"];
/// Words that many headings have; they count less.
const GENERIC: [&str; 6] = ["data", "tipo", "stato", "esito", "titolo", "date"];

/// A text cut into the words that say something.
#[derive(Debug, Clone)]
pub(super) struct Words {
    folded: String,
    words: Vec<String>,
    /// Whether words that many headings have count less.
    is_heading: bool,
    /// What it says without what a program or form has put around it.
    readings: Vec<Words>,
}

impl Words {
    /// The words of a heading, its abbreviations written out.
    pub(super) fn of_heading(text: &str) -> Self {
        let readings = readings(text).iter().map(|reading| Self::of_reading(reading)).collect();
        Self { readings, ..Self::of_reading(text) }
    }

    fn of_reading(text: &str) -> Self {
        let folded = fold(text);
        let written_out = |word: &str| {
            let known = ABBREVIATIONS.iter().find(|(short, _)| *short == word);
            known.map_or_else(|| word.to_owned(), |(_, long)| (*long).to_owned())
        };
        let long = folded.split(' ').map(written_out).collect::<Vec<_>>().join(" ");
        Self::new(folded, &long, true)
    }

    /// The words of a cell or label.
    pub(super) fn of_label(text: &str) -> Self {
        let folded = fold(text);
        let long = folded.clone();
        Self::new(folded, &long, false)
    }

    fn new(folded: String, long: &str, is_heading: bool) -> Self {
        // "Da contattare" is not "contattato".
        let is_empty = |word: &str| EMPTY_WORDS.contains(&word) && (is_heading || word != "da");
        let all = || long.split(' ').filter(|word| !word.is_empty());
        let mut words: Vec<String> = all().filter(|word| !is_empty(word)).map(str::to_owned).collect();
        if words.is_empty() {
            words = all().map(str::to_owned).collect();
        }
        words.dedup();
        Self { folded, words, is_heading, readings: Vec::new() }
    }

    /// How alike two texts are, from 0 to 1; 1 only if they are equal but for case, accents and
    /// punctuation.
    pub(super) fn likeness(&self, other: &Self) -> f64 {
        if self.folded.is_empty() || other.folded.is_empty() {
            return 0.0;
        }
        if self.folded == other.folded {
            return 1.0;
        }
        let readings = self.readings.iter().map(|reading| reading.likeness(other) * READING);
        readings.fold(self.by_words(other).max(self.by_letters(other)), f64::max).min(NEARLY_EQUAL)
    }

    /// The words that say something, those of other readings included.
    pub(super) fn telling(&self) -> impl Iterator<Item = &str> {
        let readings = self.readings.iter().flat_map(|reading| &reading.words);
        // A word by itself says something, whatever it is.
        let is_telling = |word: &&String| self.words.len() < 2 || weight(word) > LITTLE;
        self.words.iter().chain(readings).filter(is_telling).map(String::as_str)
    }

    /// Whether one of its words is alike to one of these.
    pub(super) fn may_be_among(&self, words: &BTreeSet<String>) -> bool {
        let begins_alike = |word: &str| {
            let first: String = word.chars().take(1).collect();
            words.range(first.clone()..).take_while(move |other| other.starts_with(&first))
        };
        let is_known = |word: &String| begins_alike(word).any(|other| alike(word, other) > 0.0);
        self.words.iter().any(is_known) || self.readings.iter().any(|reading| reading.may_be_among(words))
    }

    /// What tells it from other texts: one for texts that are cut into the same words.
    pub(super) fn key(&self) -> String {
        let readings = self.readings.iter().map(|reading| reading.folded.as_str());
        readings.fold(self.folded.clone(), |key, reading| key + "|" + reading)
    }

    /// Whether every word of the other text is in this one; how many there are of them.
    pub(super) fn holds(&self, other: &Self) -> Option<usize> {
        let held = |word: &String| self.words.iter().any(|own| alike(own, word) > SURE);
        other.words.iter().all(held).then_some(other.words.len())
    }

    /// Twice the weight of the words that both have, by the weight of all words.
    fn by_words(&self, other: &Self) -> f64 {
        let mut free: Vec<&String> = other.words.iter().collect();
        let mut common = 0.0;
        for word in &self.words {
            let best = free.iter().enumerate().map(|(at, other)| (at, alike(word, other)));
            let best = best.filter(|(_, likeness)| *likeness > 0.0).max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((at, likeness)) = best {
                common += likeness * (self.weight(word) + other.weight(free.remove(at)));
            }
        }
        // What has a number is not the number.
        if self.is_heading && is_number(&self.words) != is_number(&other.words) {
            common *= NOT_A_NUMBER;
        }
        // A person's number is not a case's.
        let owners = |words: &[String]| words.iter().any(|word| OWNERS.contains(&word.as_str()));
        let is_shared = |word: &String| OWNERS.contains(&word.as_str()) && other.words.contains(word);
        let is_of_another = self.is_heading
            && owners(&self.words)
            && owners(&other.words)
            && !self.words.iter().any(is_shared);
        if is_of_another {
            common *= OF_ANOTHER;
        }
        let weight = |words: &Self| words.words.iter().map(|word| words.weight(word)).sum::<f64>();
        let all = weight(self) + weight(other);
        if all > 0.0 { common / all } else { 0.0 }
    }

    fn weight(&self, word: &str) -> f64 {
        if self.is_heading { weight(word) } else { 1.0 }
    }

    fn by_letters(&self, other: &Self) -> f64 {
        let (short, long) =
            (self.folded.len().min(other.folded.len()), self.folded.len().max(other.folded.len()));
        // Texts of such different lengths are not alike enough whatever their letters.
        if short < 5 || short * 5 < long * 4 {
            return 0.0;
        }
        let likeness = normalized_damerau_levenshtein(&self.folded, &other.folded);
        if likeness >= 0.84 { likeness } else { 0.0 }
    }
}

/// What a word of a heading counts.
fn weight(word: &str) -> f64 {
    if word == NUMBER || OWNERS.contains(&word) || QUALIFIERS.contains(&word) {
        LITTLE
    } else if GENERIC.contains(&word) {
        0.6
    } else {
        1.0
    }
}

/// How alike two words are; 0 if they are not.
fn alike(one: &str, other: &str) -> f64 {
    if one == other {
        return 1.0;
    }
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    if short.bytes().any(|byte| byte.is_ascii_digit()) || short.len() < 3 {
        0.0
    } else if long.starts_with(short) && short.len() * 5 >= long.len() * 2 {
        0.93
    } else {
        // Typing errors are seldom in the first letter, and never make a word half as long again.
        if short.len() < 4 || short.len() * 3 < long.len() * 2 || !short.starts_with(first_letter(long)) {
            return 0.0;
        }
        let likeness = jaro_winkler(one, other);
        if likeness >= 0.87 { likeness * 0.98 } else { 0.0 }
    }
}

fn is_number(words: &[String]) -> bool {
    words.iter().any(|word| word == NUMBER)
}

fn first_letter(word: &str) -> char {
    word.chars().next().unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn likeness(one: &str, other: &str) -> f64 {
        Words::of_heading(one).likeness(&Words::of_heading(other))
    }

    #[test]
    fn what_offices_shorten_or_mistype_is_the_same() {
        for (heading, name) in [
            ("Dt. nasc.", "Data di nascita"),
            ("COD. FISC.", "Codice fiscale"),
            ("N. tel.", "numero telefono"),
            ("Naz.", "nazionalita"),
            ("Congome", "Cognome"),
            ("Data nascita (gg/mm/aaaa)", "Data di nascita"),
            ("Cittadinaza", "Cittadinanza"),
            ("Data PIC", "Data presa in carico"),
            ("Genere della persona", "Genere"),
            ("Tipologia servizio", "Tipo di servizio"),
        ] {
            assert!(likeness(heading, name) >= SURE - 0.03, "{heading}: {}", likeness(heading, name));
        }
    }

    #[test]
    fn what_is_something_else_is_not_the_same() {
        for (heading, name) in [
            ("ID caso", "ID persona"),
            ("Data chiusura", "Data di nascita"),
            ("Nome", "Cognome"),
            ("Stato civile", "Stato"),
            ("Numero figli", "Numero caso"),
            ("Comune di nascita", "Data di nascita"),
            ("", "Nome"),
        ] {
            assert!(likeness(heading, name) < SURE, "{heading}: {}", likeness(heading, name));
        }
        assert!(likeness("Colore", "Cognome") < PERHAPS);
    }

    #[test]
    fn names_hold_the_words_of_tables() {
        let name = Words::of_label("Elenco utenti 2024");
        assert_eq!(name.holds(&Words::of_label("utente")), Some(1));
        assert_eq!(name.holds(&Words::of_label("servizi erogati")), None);
    }

    proptest! {
        #[test]
        fn likeness_is_a_share_and_of_both(one in "[a-zà ]{0,20}", other in "[a-zà ]{0,20}") {
            let there = likeness(&one, &other);
            prop_assert!((0.0..=1.0).contains(&there));
            prop_assert_eq!(there >= 1.0, fold(&one) == fold(&other) && !fold(&one).is_empty());
        }
    }
}
