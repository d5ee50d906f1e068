//! `inlav map`

use std::path::PathBuf;

use clap::Args;
use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::programme::Programme;
use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::mapping::Mapping;
use inlav_pseudo::mapping::propose::{PlaceSummary, Proposal, propose};
use inlav_pseudo::source::Export;

use super::failure::Failure;
use super::language;
use super::terminal::Terminal;

/// Propose a mapping file for an export: which heading is which column, which word is which code.
/// What is sure is written down, what is not waits behind `#?` for a person. No value is shown
/// here; the file holds words of columns of codes and stays at the PUA.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The export: a folder of CSV, Parquet or Arrow files, one such file, or a workbook (.xlsx)
    export: PathBuf,
    /// Where to write the mapping; without it mapping.toml in the folder, or NAME.mapping.toml
    /// beside the file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Language of the comments in the file and of what is told here: it or en; without it that of
    /// the environment
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<Language>,
    /// Write over an older mapping; what it says is taken over
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    language::speaking(arguments.lang, |language| run_in(language, arguments, programme, terminal))
}

fn run_in(
    language: Language,
    arguments: &Arguments,
    programme: &Programme,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let lists = programme.lists();
    let output = arguments.output.clone().unwrap_or_else(|| Mapping::path_beside(&arguments.export));
    if output.exists() && !arguments.force {
        let error = whole::WholeError::Exists { path: output };
        return Err(Failure::from(error).advice(Bilingual::of(
            "aggiungere --force per scriverlo di nuovo: quello che dice viene ripreso, i commenti no",
            "pass --force to write it anew: what it says is taken over, its comments are not",
        )));
    }
    let existing = if output.exists() { Mapping::open(&output, lists)? } else { Mapping::default() };
    let proposal = propose(&arguments.export, &existing, lists)?;
    let text = proposal.to_toml(language);
    // A mapping that this program cannot read must not be written.
    let mapping = Mapping::parse(&text, lists)?;
    let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
    whole::write(&output, text.as_bytes(), Access::Shared, existing)?;
    let talk = Talk { language, terminal };
    talk.places(&proposal);
    talk.written(&output, &text);
    talk.open(Export::open(&arguments.export, &mapping).err().map(|error| error.problems().len()));
    Ok(())
}

/// What is told at the terminal: names of files, sheets and columns, and counts.
struct Talk<'a> {
    language: Language,
    terminal: &'a Terminal,
}

impl Talk<'_> {
    fn say<'a>(&self, italian: &'a str, english: &'a str) -> &'a str {
        match self.language {
            Language::It => italian,
            Language::En => english,
        }
    }

    /// A number with what is counted: of one, and of several.
    fn count<N>(&self, number: N, italian: [&str; 2], english: [&str; 2]) -> String
    where
        N: PartialEq + From<u8> + std::fmt::Display,
    {
        let [one, many] = match self.language {
            Language::It => italian,
            Language::En => english,
        };
        counted(number, one, many)
    }

    fn places(&self, proposal: &Proposal) {
        for place in proposal.places() {
            self.place(&place);
        }
        for table in proposal.missing_tables() {
            let (label, text) = match self.language {
                Language::It => (table.label_it, "non è in nessun file o foglio"),
                Language::En => (table.label_en, "is in no file or sheet"),
            };
            self.terminal.result(format_args!("{} ({label}): {text}", table.name));
        }
    }

    fn place(&self, place: &PlaceSummary) {
        let name = place.place.sheet().unwrap_or_else(|| place.place.file());
        if place.tables.is_empty() {
            let headings = place.sure + place.unsure + place.unknown;
            let text = match (&place.twin, headings) {
                (Some(_), _) => self.say("ha le intestazioni di un altro", "has the headings of another one"),
                (None, 0) => {
                    self.say("nessuna riga di intestazioni riconosciuta", "no row of headings recognised")
                }
                _ => self.say("nessuna tabella riconosciuta", "no table recognised"),
            };
            self.terminal.result(format_args!("{name}: {text}"));
            return;
        }
        self.terminal.result(format_args!(
            "{name}: {}, {}; {}, {} {}, {}",
            place.tables.join(" + "),
            self.count(place.rows, ["riga", "righe"], ["row", "rows"]),
            self.count(
                place.sure,
                ["intestazione sicura", "intestazioni sicure"],
                ["sure heading", "sure headings"]
            ),
            place.unsure,
            self.say("da confermare", "to confirm"),
            self.count(place.unknown, ["non riconosciuta", "non riconosciute"], ["not recognised"; 2]),
        ));
        if place.words + place.unknown_words > 0 {
            let words = self.count(
                place.words,
                ["parola tradotta in un codice", "parole tradotte in codici"],
                ["word translated into a code", "words translated into codes"],
            );
            let rest = self.say("da tradurre", "to translate");
            self.terminal.result(format_args!("  {words}, {} {rest}", place.unknown_words));
        }
        if !place.missing.is_empty() {
            let text = self.say("servono e non ci sono", "needed and not there");
            self.terminal.result(format_args!("  {text}: {}", place.missing.join(", ")));
        }
        for (position, heading) in &place.looks {
            let heading = heading.as_ref().map(|heading| format!(" \"{heading}\"")).unwrap_or_default();
            let column = self.say("colonna", "column");
            let text = self.say(
                "le celle sembrano codici fiscali, telefoni, e-mail o IBAN, ma la colonna è un'altra",
                "the cells look like codici fiscali, telephones, e-mails or IBANs, but the column is another one",
            );
            self.terminal.result(format_args!("  {column} {position}{heading}: {text}"));
        }
    }

    fn written(&self, output: &std::path::Path, text: &str) {
        let open = text.lines().filter(|line| line.starts_with("#?")).count();
        let written = self.say("scritto", "written");
        let lines = self.count(
            open,
            ["riga da decidere, che comincia con #?", "righe da decidere, che cominciano con #?"],
            ["line to decide, which begins with #?", "lines to decide, which begin with #?"],
        );
        self.terminal.result(format_args!("{written}: {} ({lines})", output.display()));
    }

    fn open(&self, problems: Option<usize>) {
        match problems {
            None => self.terminal.result(self.say(
                "tutto quello che serve c'è: continuare con inlav check",
                "all that is needed is there: go on with inlav check",
            )),
            Some(problems) => {
                let text = self.say(
                    "inlav check non può ancora leggere l'esportazione: aprire il file e decidere le righe #?. Problemi",
                    "inlav check cannot read the export yet: open the file and decide the lines #?. Problems",
                );
                self.terminal.result(format_args!("{text}: {problems}"));
            }
        }
    }
}
