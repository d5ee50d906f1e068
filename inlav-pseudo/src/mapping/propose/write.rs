//! A proposed mapping as a TOML file for a person to edit.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use inlav_core::language::Language;
use inlav_core::registry::{Column, Kind, Table};
use serde::Serialize;

use super::catalogue::Target;
use super::choice::{Choice, Reason};
use super::words::Word;
use super::{Proposal, ProposedHeading, ProposedPlace, ProposedTable};
use crate::mapping::{TableMapping, is_vocabulary, key};
use crate::shape::Shape;
use crate::source::{Place, Stated};

/// Texts of a column that are told by their row.
const MOST_ROWS: usize = 10;

/// The text of the file.
pub(super) fn to_toml(proposal: &Proposal, language: Language) -> String {
    let mut file = MappingText { text: String::new(), language };
    file.comment(
        "Mappatura proposta da inlav map. Le righe che cominciano con #? aspettano una decisione: togliere #? alla riga\ngiusta, o cambiarla. Il resto vale così com'è; guardarlo una volta. Questo file resta al PUA.",
        "Mapping proposed by inlav map. Lines that begin with #? wait for a decision: take #? away from the right line,\nor change it. The rest counts as it is; look it over once. This file stays at the PUA.",
    );
    file.line("version = 1");
    file.ignored_places(proposal);
    file.unknown_places(proposal);
    for place in &proposal.places {
        for (at, table) in place.tables.iter().enumerate() {
            file.table(proposal, place, table, at == 0);
        }
    }
    let is_written =
        |name: &str| proposal.places.iter().flat_map(|p| &p.tables).any(|table| table.table.name == name);
    for (name, entry) in &proposal.existing.tables {
        if !is_written(name) && !entry.constants.is_empty() {
            file.line("");
            file.line(&format!("[tables.{name}.constants]"));
            file.constants(entry);
        }
    }
    for table in &proposal.missing {
        file.missing_table(table);
    }
    file.text
}

struct MappingText {
    text: String,
    language: Language,
}

impl MappingText {
    fn say<'a>(&self, italian: &'a str, english: &'a str) -> &'a str {
        match self.language {
            Language::It => italian,
            Language::En => english,
        }
    }

    fn label(&self, column: &Column) -> &'static str {
        match self.language {
            Language::It => column.label_it,
            Language::En => column.label_en,
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn comment(&mut self, italian: &str, english: &str) {
        let text = self.say(italian, english).to_owned();
        text.lines().for_each(|line| self.line(&format!("# {line}")));
    }

    /// A line that counts, or waits for a person.
    fn entry(&mut self, counts: bool, line: &str, remark: &str) {
        let mark = if counts { "" } else { "#? " };
        let remark = if remark.is_empty() { String::new() } else { format!("  # {remark}") };
        self.line(&format!("{mark}{line}{remark}"));
    }

    fn ignored_places(&mut self, proposal: &Proposal) {
        let unknown = || proposal.places.iter().filter(|place| place.tables.is_empty());
        for (place, twin) in unknown().filter_map(|place| Some((place, place.twin.as_ref()?))) {
            let name = |place: &Place| quoted(place.sheet().unwrap_or_else(|| place.file()));
            let text = self.say("ha le intestazioni di", "has the headings of");
            let todo =
                self.say("riunire le righe in uno, o ignorarlo", "bring the rows together, or ignore it");
            self.line(&format!("#? {} {text} {}: {todo}", name(&place.place), name(twin)));
        }
        let names = unknown().filter(|place| place.twin.is_none());
        let names = names.map(|place| place.place.sheet().unwrap_or_else(|| place.place.file()));
        let names: Vec<String> = names.map(str::to_owned).collect();
        for (key, ignored, is_here) in [
            ("ignore_files", &proposal.existing.ignore_files, !proposal.workbook),
            ("ignore_sheets", &proposal.existing.ignore_sheets, proposal.workbook),
        ] {
            if !ignored.is_empty() {
                self.entry(true, &format!("{key} = {}", list(ignored)), "");
            }
            if is_here && !names.is_empty() {
                self.line("");
                self.comment(
                    "Non contengono tabelle riconosciute: ignorarli, o dire qui sotto quale tabella contengono.",
                    "They hold no table that was recognised: ignore them, or say below which table they hold.",
                );
                let remark = if ignored.is_empty() {
                    ""
                } else {
                    self.say("al posto della riga sopra", "in the place of the line above")
                };
                let all = ignored.iter().chain(&names);
                self.entry(false, &format!("{key} = {}", list(all)), remark);
            }
        }
    }

    /// Files and sheets that hold no table that was recognised, each ready to be given one.
    fn unknown_places(&mut self, proposal: &Proposal) {
        let unknown = proposal.places.iter().filter(|place| place.tables.is_empty() && place.twin.is_none());
        for place in unknown {
            self.line("");
            self.comment(
                "Oppure, per leggerlo: dire quale tabella contiene, e ripetere inlav map --force.",
                "Or, to read it: say which table it holds, and run inlav map --force again.",
            );
            let table = place.likely.first().map_or("…", |table| table.name);
            let others: Vec<&str> = place.likely.iter().skip(1).map(|table| table.name).collect();
            let remark = if others.is_empty() {
                String::new()
            } else {
                format!("{} {}", self.say("o forse", "or perhaps"), others.join(", "))
            };
            self.entry(false, &format!("[tables.{table}]"), &remark);
            let (key, name) = match place.place.sheet() {
                Some(sheet) => ("sheet", sheet),
                None => ("file", place.place.file()),
            };
            self.entry(false, &format!("{key} = {}", quoted(name)), "");
            if place.headings.is_empty() {
                let remark = self.say(
                    "il numero della riga con le intestazioni: non è stata trovata",
                    "the number of the row with the headings: it was not found",
                );
                self.entry(false, "heading_row = 1", remark);
            } else {
                let names: Vec<String> = place.headings.iter().map(ProposedHeading::name).collect();
                let what = self.say("Intestazioni", "Headings");
                self.line(&format!("# {what}: {}", list(&names)));
            }
        }
    }

    fn table(
        &mut self,
        proposal: &Proposal,
        place: &ProposedPlace,
        proposed: &ProposedTable,
        is_first: bool,
    ) {
        let (table, entry) = (proposed.table, proposal.existing.table(proposed.table));
        let label = match self.language {
            Language::It => table.label_it,
            Language::En => table.label_en,
        };
        self.line("");
        let rows = self.say("righe", "rows");
        self.line(&format!("# {label}: {} {rows}", place.rows));
        self.line(&format!("[tables.{}]", table.name));
        match place.place.sheet() {
            Some(sheet) => self.line(&format!("sheet = {}", quoted(sheet))),
            None => self.line(&format!("file = {}", quoted(place.place.file()))),
        }
        if let Some(entry) = entry {
            self.stated(&entry.stated);
        }
        if let Some(counts) = proposed.row_key {
            let remark = self.say(
                "l'ufficio non numera queste righe: il numero è quello della riga, e se le righe si spostano cambiano gli pseudonimi",
                "the office does not number these rows: the number is the row's, and when rows move the pseudonyms change",
            );
            let remark = if counts {
                remark
            } else {
                self.say(
                    "manca il numero di registro; con questa riga il numero è quello della riga: chi sta in due righe vale due, e se le righe si spostano cambiano gli pseudonimi",
                    "the register number is missing; with this line it is the row's: who is in two rows counts twice, and when rows move the pseudonyms change",
                )
            };
            self.entry(counts, "key = \"row\"", remark);
        }
        self.ignored_headings(place, entry, is_first);
        self.numbers_missing(proposed);
        self.columns(place, table, entry);
        self.made(proposed, entry);
        self.words(proposed, entry);
    }

    /// How the place is written, as the mapping that was there states it.
    fn stated(&mut self, stated: &Stated) {
        self.setting("encoding", stated.encoding);
        self.setting("delimiter", stated.delimiter.map(char::from));
        self.setting("quote", stated.quote);
        self.setting("heading_row", stated.heading_row);
        self.setting("date_order", stated.date_order);
        self.setting("date_system", stated.date_system);
        self.setting("decimal", stated.decimal);
    }

    fn setting(&mut self, key: &str, value: Option<impl Serialize>) {
        if let Some(value) = value.and_then(|value| toml::Value::try_from(value).ok()) {
            self.line(&format!("{key} = {value}"));
        }
    }

    fn ignored_headings(&mut self, place: &ProposedPlace, entry: Option<&TableMapping>, is_first: bool) {
        let ignored: Vec<String> = entry.map(TableMapping::ignored).unwrap_or_default();
        if !ignored.is_empty() {
            self.entry(true, &format!("ignore = {}", list(&ignored)), "");
        }
        let unknown =
            || place.headings.iter().filter(|heading| matches!(heading.choice, Choice::Unknown { .. }));
        if !is_first || unknown().next().is_none() {
            return;
        }
        self.comment(
            "Intestazioni non riconosciute: lasciare nell'elenco quelle che non servono, dare una colonna alle altre.",
            "Headings that were not recognised: leave those in the list that are not needed, give the others a column.",
        );
        for heading in unknown() {
            let Choice::Unknown { others } = &heading.choice else { continue };
            let mut remarks = Vec::new();
            if heading.text.is_none() {
                let hidden = self.say(
                    "l'intestazione sembra un dato e non è riportata, la colonna è indicata con il suo posto",
                    "the heading looks like somebody's data and is not told, the column is named by its place",
                );
                remarks.push(hidden.to_owned());
            }
            if !others.is_empty() {
                remarks.push(format!("{} {}", self.say("forse", "perhaps"), targets(others)));
            }
            if !remarks.is_empty() {
                self.line(&format!("# {}: {}", quoted(&heading.name()), remarks.join("; ")));
            }
        }
        let names: BTreeSet<String> = unknown().map(ProposedHeading::name).collect();
        if !names.is_empty() {
            let all: Vec<String> = ignored.iter().cloned().chain(names).collect();
            let remark = if ignored.is_empty() {
                ""
            } else {
                self.say("al posto della riga sopra", "in the place of the line above")
            };
            self.entry(false, &format!("ignore = {}", list(&all)), remark);
        }
    }

    /// Register numbers and other texts that nothing can stand in for.
    fn numbers_missing(&mut self, proposed: &ProposedTable) {
        for column in proposed.missing.iter().filter(|column| !is_vocabulary(column)) {
            let text = self.say(
                "non è stata trovata e serve: farla uscire dal programma dell'ufficio, o darle un'intestazione qui sotto",
                "was not found and is needed: have the office's program export it, or give it a heading below",
            );
            self.line(&format!("#? {} ({}) {text}", column.name, self.label(column)));
        }
    }

    fn columns(&mut self, place: &ProposedPlace, table: &Table, entry: Option<&TableMapping>) {
        self.line("");
        self.line(&format!("[tables.{}.columns]", table.name));
        let mut written = BTreeSet::new();
        for heading in &place.headings {
            let Choice::Column { target, sure, reason, confidence, others, looks } = &heading.choice else {
                continue;
            };
            if target.table.name != table.name {
                continue;
            }
            let mut remark = self.label(target.column).to_owned();
            match reason {
                Reason::Mapping | Reason::Known => {}
                Reason::Alike => {
                    let text = self.say("intestazione simile", "heading alike");
                    let _ = write!(remark, "; {text}, {:.0} %", confidence * 100.0);
                }
                Reason::Cells => {
                    let text = self.say("riconosciuta dalle celle", "recognised by its cells");
                    let _ = write!(remark, "; {text}, {:.0} %", confidence * 100.0);
                }
            }
            if !others.is_empty() {
                let _ = write!(remark, "; {} {}", self.say("o forse", "or perhaps"), targets(others));
            }
            if let Some(shape) = looks {
                let attention = self.say("ATTENZIONE, le celle sembrano", "ATTENTION, the cells look like");
                let _ = write!(remark, "; {attention} {}", self.shape(*shape));
            }
            // The same heading twice is one entry; the second one is named by its place.
            let is_by_place = entry.is_some_and(|entry| entry.at_position(heading.position).is_some());
            let name = heading.name();
            let is_first = written.insert(key(&name));
            let name = if is_first && !is_by_place { name } else { format!("#{}", heading.position) };
            self.entry(*sure, &format!("{} = {}", quoted(&name), quoted(target.column.name)), &remark);
        }
    }

    /// Columns that the mapping makes, and those that it could.
    fn made(&mut self, proposed: &ProposedTable, entry: Option<&TableMapping>) {
        let missing: Vec<_> = proposed.missing.iter().filter(|column| is_vocabulary(column)).collect();
        let is_empty = entry.is_none_or(|entry| entry.constants.is_empty());
        if missing.is_empty() && is_empty {
            return;
        }
        self.line("");
        self.line(&format!("[tables.{}.constants]", proposed.table.name));
        if let Some(entry) = entry {
            self.constants(entry);
        }
        for column in missing {
            let text = self.say(
                "la colonna serve e non c'è: lo stesso valore in tutte le righe",
                "the column is needed and not there: the same value in every row",
            );
            let remark = format!("{}; {text}", self.label(column));
            self.entry(false, &format!("{} = {}", column.name, quoted(self.example(column))), &remark);
        }
    }

    fn constants(&mut self, entry: &TableMapping) {
        for (column, value) in &entry.constants {
            let label = self.label(column);
            self.entry(true, &format!("{} = {}", column.name, quoted(value)), label);
        }
    }

    fn words(&mut self, proposed: &ProposedTable, entry: Option<&TableMapping>) {
        let none = std::collections::BTreeMap::new();
        for (column, words) in &proposed.words {
            let mapped = entry.and_then(|entry| entry.words(column)).unwrap_or(&none);
            let nothing = words.as_ref().is_some_and(Vec::is_empty) && mapped.is_empty();
            if nothing {
                continue;
            }
            self.line("");
            self.line(&format!("[tables.{}.values.{}]", proposed.table.name, column.name));
            for (word, code) in mapped {
                self.entry(true, &format!("{} = {}", quoted(word), quoted(code)), "");
            }
            match words {
                Some(words) => {
                    let shown = |word: &&Word| word.text.is_some();
                    words.iter().filter(shown).for_each(|word| self.word(word));
                    let hidden: Vec<&Word> = words.iter().filter(|word| word.text.is_none()).collect();
                    hidden.iter().take(MOST_ROWS).for_each(|word| self.word(word));
                    if let Some(more) = hidden.len().checked_sub(MOST_ROWS).filter(|more| *more > 0) {
                        let text =
                            self.say("altri testi che non sono codici", "more texts that are no codes");
                        self.line(&format!("#? {more} {text}"));
                    }
                }
                None => {
                    let text = self.say(
                        "più di 200 testi diversi: non sono codici, e nessuno è riportato qui",
                        "more than 200 different texts: they are no codes, and none is told here",
                    );
                    self.line(&format!("#? {}: {text}", column.name));
                }
            }
        }
        // What was mapped for columns that are not read now.
        for (name, words) in entry.iter().flat_map(|entry| &entry.values) {
            if proposed.words.iter().any(|(column, _)| column.name == *name) {
                continue;
            }
            self.line("");
            self.line(&format!("[tables.{}.values.{name}]", proposed.table.name));
            for (word, code) in words {
                self.entry(true, &format!("{} = {}", quoted(word), quoted(code)), "");
            }
        }
    }

    fn word(&mut self, word: &Word) {
        let meanings: Vec<String> = word
            .meanings
            .iter()
            .map(
                |(code, label)| {
                    if label.is_empty() { code.clone() } else { format!("{code} ({})", one_line(label)) }
                },
            )
            .collect();
        let or = self.say(" o ", " or ");
        let perhaps = match meanings.is_empty() {
            true => self.say("nessun codice simile", "no code is alike").to_owned(),
            false => format!("{} {}", self.say("forse", "perhaps"), meanings.join(or)),
        };
        match &word.text {
            Some(text) if word.sure => {
                let (code, label) =
                    word.meanings.first().map_or(("", ""), |(code, label)| (code.as_str(), label.as_str()));
                self.entry(true, &format!("{} = {}", quoted(text), quoted(code)), &one_line(label));
            }
            Some(text) => {
                let rows = self.say("righe", "rows");
                self.entry(
                    false,
                    &format!("{} = \"?\"", quoted(text)),
                    &format!("{perhaps}; {} {rows}", word.rows),
                );
            }
            None => {
                let row = self.say("riga", "row");
                let text = self.say(
                    "un testo che non è un codice e non è riportato qui",
                    "a text that is no code and is not told here",
                );
                self.line(&format!("#? {row} {}: {text}; {perhaps}", word.row));
            }
        }
    }

    fn missing_table(&mut self, table: &Table) {
        self.line("");
        let (label, text) = match self.language {
            Language::It => (table.label_it, "manca, e ogni esportazione ce l'ha"),
            Language::En => (table.label_en, "is missing, and every export has it"),
        };
        self.line(&format!("# {} ({label}) {text}.", table.name));
        if table.key().is_none() && !table.about_persons {
            self.line(&format!("#? [tables.{}.constants]", table.name));
            for column in table.columns.iter().filter(|column| column.required) {
                let label = self.label(column);
                self.entry(false, &format!("{} = {}", column.name, quoted(self.example(column))), label);
            }
        } else {
            let text = self.say("dire quale file o foglio la contiene", "say which file or sheet holds it");
            self.line(&format!("#? [tables.{}]  # {text}", table.name));
        }
    }

    fn example(&self, column: &Column) -> &'static str {
        match column.kind {
            Kind::Code(_) | Kind::Codes { .. } => "ND",
            Kind::Date | Kind::Deadline => self.say_static("gg/mm/aaaa", "dd/mm/yyyy"),
            _ => "?",
        }
    }

    const fn say_static(&self, italian: &'static str, english: &'static str) -> &'static str {
        match self.language {
            Language::It => italian,
            Language::En => english,
        }
    }

    const fn shape(&self, shape: Shape) -> &'static str {
        match shape {
            Shape::CodiceFiscale => self.say_static("codici fiscali", "codici fiscali"),
            Shape::StpEni => self.say_static("codici STP o ENI", "STP or ENI codes"),
            Shape::Email => self.say_static("indirizzi e-mail", "e-mail addresses"),
            Shape::Phone => self.say_static("numeri di telefono", "telephone numbers"),
            Shape::Iban => self.say_static("IBAN", "IBANs"),
        }
    }
}

fn targets(targets: &[Target]) -> String {
    let name = |target: &Target| format!("{}.{}", target.table.name, target.column.name);
    targets.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn list(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", texts.join(", "))
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
