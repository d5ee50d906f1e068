//! `inlav ledger`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use comfy_table::{CellAlignment, Table, presets};
use inlav_analytics::disclosure::Published;
use inlav_analytics::ledger::{Cells, Content, Ledger, Record, ReleaseRecord};
use inlav_core::exchange::Digest;
use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::whole::Existing;

use super::failure::{Class, Failure};
use super::language::speaking;
use super::terminal::Terminal;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Language, it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE", global = true)]
    lang: Option<Language>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the releases, one of them, or where a cell comes from
    Show(Show),
    /// Check that no record was changed, moved or taken out
    Verify(Verify),
    /// Write a past release again, byte for byte
    Rebuild(Rebuild),
}

/// Show the releases made from a store, after checking that the ledger holds together. With a number
/// that release: its rules, what it was made from, its files. With --cell also where a cell of a
/// table comes from.
#[derive(Debug, Args)]
struct Show {
    /// Number of a release
    number: Option<u64>,
    /// Folder of the store
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// A table and the codes of a cell, one for each dimension: I37,AGRICULTURE,F
    #[arg(long, value_name = "TABLE,CODE,…", value_delimiter = ',', requires = "number")]
    cell: Vec<String>,
}

/// Check the ledger of a store: a record that was changed, moved or taken out is told with its
/// number. With --head also whether releases are missing at the end.
#[derive(Debug, Args)]
struct Verify {
    /// Folder of the store
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// A hash that the ledger had at its end once, as a release prints it
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
}

/// Write the files of a past release into a folder, byte for byte as they were released.
#[derive(Debug, Args)]
struct Rebuild {
    /// Number of the release
    number: u64,
    /// Folder of the store
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// Folder for the release
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Put it in the place of an existing release
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| match &arguments.command {
        Command::Show(arguments) => show(arguments, language, terminal),
        Command::Verify(arguments) => verify(arguments, language, terminal),
        Command::Rebuild(arguments) => rebuild(arguments, language, terminal),
    })
}

fn show(arguments: &Show, language: Language, terminal: &Terminal) -> Result<(), Failure> {
    let ledger = Ledger::open(&arguments.store)?;
    let Some(number) = arguments.number else {
        terminal.result(overview(&ledger, language));
        tell_head(&ledger, language, terminal);
        return Ok(());
    };
    let record = ledger.record(number)?;
    let Content::Release(release) = &record.content else {
        terminal.result(format_args!("{} {}", record.number, record.at));
        return Ok(());
    };
    match arguments.cell.split_first() {
        None => details(record, release, language, terminal),
        Some((table, codes)) => cell(&ledger, record, release, table, codes, language, terminal)?,
    }
    Ok(())
}

/// One line for each release.
fn overview(ledger: &Ledger, language: Language) -> Table {
    let headings = [
        ("n.", "no."),
        ("rilasciato", "released"),
        ("dati al", "data as of"),
        ("tabelle", "tables"),
        ("celle pubblicate", "cells published"),
        ("omesse", "withheld"),
        ("corregge", "corrects"),
        ("hash", "hash"),
    ];
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(headings.map(|(it, en)| if language == Language::It { it } else { en }));
    for record in ledger.records() {
        let number = record.number.to_string();
        let hash: String = record.hash.to_string().chars().take(16).collect();
        let row = match &record.content {
            Content::Release(release) => {
                let Cells { published, withheld } = release.cells();
                let corrects = release.corrects.map(|number| number.to_string()).unwrap_or_default();
                let counts = [release.tables.len(), published, withheld].map(|count| count.to_string());
                let [tables, published, withheld] = counts;
                let as_of = release.as_of.to_string();
                [number, record.at.clone(), as_of, tables, published, withheld, corrects, hash]
            }
            _ => {
                let [nothing, none, no, not] = [(); 4].map(|()| String::new());
                [number, record.at.clone(), "?".to_owned(), nothing, none, no, not, hash]
            }
        };
        table.add_row(row);
    }
    for column in [0, 3, 4, 5, 6] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn details(record: &Record, release: &ReleaseRecord, language: Language, terminal: &Terminal) {
    let line = |label: (&str, &str), text: &dyn std::fmt::Display| {
        let label = if language == Language::It { label.0 } else { label.1 };
        terminal.result(format_args!("{label:<24} {text}"));
    };
    let Cells { published, withheld } = release.cells();
    line(("rilascio", "release"), &record.number);
    line(("rilasciato", "released"), &record.at);
    line(("dati al", "data as of"), &release.as_of);
    line(("programma", "programme"), &release.programme);
    line(("programma informatico", "software"), &release.software);
    if let Some(corrected) = release.corrects {
        line(("corregge il rilascio", "corrects release"), &corrected);
    }
    line(("minimo di persone", "fewest persons"), &release.policy.minimum_persons());
    line(("arrotondamento", "rounding"), &release.policy.count_base());
    line(("attaccanti", "attackers"), &release.attackers);
    line(("numeri piccoli attaccati", "small counts attacked"), &release.cells_attacked);
    line(("già svelati prima", "disclosed before"), &release.past_disclosures);
    line(("celle pubblicate", "cells published"), &published);
    line(("celle omesse", "cells withheld"), &withheld);
    for (site, manifest) in &release.extracts {
        line(("estratto", "extract"), &format_args!("{site} {manifest}"));
    }
    for (id, sql) in &release.indicators {
        line(("indicatore", "indicator"), &format_args!("{id} SQL {sql}"));
    }
    for (name, digest) in &release.files {
        line(("file", "file"), &format_args!("{name} {digest}"));
    }
    line(("hash di prima", "previous hash"), &record.previous);
    line(("hash", "hash"), &record.hash);
}

/// Where one cell comes from: what it says, its query, the extracts, the rule, the certificate.
fn cell(
    ledger: &Ledger,
    record: &Record,
    release: &ReleaseRecord,
    table: &str,
    codes: &[String],
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let published = ledger.published(record.number)?;
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let told = release.tables.iter().find(|told| told.id == table);
    let (Some(told), Some(value)) = (told, published.value(table, &codes)) else {
        return Err(no_such_cell(release, &published, table));
    };
    let fewest = release.policy.minimum_persons();
    let value = match value {
        Published::Shown(count) => Bilingual::of(
            format!("pubblicata: {count}; persone: almeno {fewest} o nessuna, o non conta persone"),
            format!("published: {count}; of at least {fewest} persons or none, or of no persons at all"),
        ),
        Published::Suppressed => Bilingual::of(
            format!("omessa: ha meno di {fewest} persone, o ne protegge una che le ha, o ne è una parte"),
            format!("withheld: of fewer than {fewest} persons, or protecting one that is, or a part of one"),
        ),
    };
    let line = |label: (&str, &str), text: &dyn std::fmt::Display| {
        let label = if language == Language::It { label.0 } else { label.1 };
        terminal.result(format_args!("{label:<24} {text}"));
    };
    line(("cella", "cell"), &format_args!("{table} {}", codes.join(" × ")));
    line(("regola", "rule"), &value.text(language));
    if let Some(sql) = release.indicators.get(&told.indicator) {
        line(("interrogazione", "query"), &format_args!("{} SQL {sql}", told.indicator));
    }
    for (site, manifest) in &release.extracts {
        line(("estratto", "extract"), &format_args!("{site} {manifest}"));
    }
    let is_of_table = |name: &str| {
        name.strip_prefix("tables/").and_then(|name| name.rsplit_once('.')).is_some_and(|(id, _)| id == table)
    };
    for (name, digest) in release.files.iter().filter(|(name, _)| is_of_table(name)) {
        line(("file", "file"), &format_args!("{name} {digest}"));
    }
    for (name, digest) in release.files.iter().filter(|(name, _)| name.contains("certificate")) {
        line(("certificato", "certificate"), &format_args!("{name} {digest}"));
    }
    line(("hash del rilascio", "hash of the release"), &record.hash);
    Ok(())
}

/// Names the tables there are, or the dimensions of the table.
fn no_such_cell(
    release: &ReleaseRecord,
    published: &inlav_analytics::disclosure::Earlier,
    table: &str,
) -> Failure {
    let sides = published.sides().find(|(id, _)| *id == table && release.tables.iter().any(|t| t.id == *id));
    let text = match sides {
        None => Bilingual::of(
            format!("--cell: il rilascio non ha la tabella {table}"),
            format!("--cell: the release has no table {table}"),
        ),
        Some((_, sides)) => {
            let sides = sides.join(", ");
            Bilingual::of(
                format!("--cell: la tabella {table} non mostra questa cella; vuole un codice per {sides}"),
                format!("--cell: table {table} displays no such cell; give one code for each of {sides}"),
            )
        }
    };
    Failure::told(Class::Input, text)
}

fn verify(arguments: &Verify, language: Language, terminal: &Terminal) -> Result<(), Failure> {
    let head = arguments.head.as_ref().map(|text| Digest::try_from(text.trim().to_lowercase()));
    let head = head.transpose().map_err(|_| {
        let text = Bilingual::of(
            "--head: non è un hash (64 cifre esadecimali)",
            "--head: this is not a hash (64 hexadecimal digits)",
        );
        Failure::told(Class::Input, text)
    })?;
    let ledger = Ledger::open(&arguments.store)?;
    let records = ledger.records().len();
    let mut told = Bilingual::of(
        format!("il registro tiene: {}", counted(records, "rilascio", "rilasci")),
        format!("the ledger holds together: {}", counted(records, "release", "releases")),
    );
    if let Some(head) = &head {
        let number = ledger.position(head).ok_or_else(|| {
            let text = Bilingual::of(
                format!("il registro non ha nessuna voce con l'hash {head}"),
                format!("the ledger has no record with the hash {head}"),
            );
            Failure::told(Class::Integrity, text).advice(Bilingual::of(
                "sono stati tolti rilasci dalla fine, oppure è stato riscritto: non rilasciare niente finché non torna da una copia",
                "releases at its end were removed, or it was written anew: release nothing before it is back from a copy",
            ))
        })?;
        told.it += &format!("; quell'hash è il rilascio {number}");
        told.en += &format!("; that hash is release {number}");
    }
    terminal.result(told.text(language));
    tell_head(&ledger, language, terminal);
    Ok(())
}

fn rebuild(arguments: &Rebuild, language: Language, terminal: &Terminal) -> Result<(), Failure> {
    let ledger = Ledger::open(&arguments.store)?;
    let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
    ledger.rebuild(arguments.number, &arguments.out, existing)?;
    let (number, out) = (arguments.number, arguments.out.display());
    let told = Bilingual::of(
        format!("il rilascio {number} è in {out}, byte per byte"),
        format!("release {number} is in {out}, byte for byte"),
    );
    terminal.result(told.text(language));
    Ok(())
}

fn tell_head(ledger: &Ledger, language: Language, terminal: &Terminal) {
    if let Some(head) = ledger.head() {
        let told = Bilingual::of(format!("testa del registro: {head}"), format!("ledger head: {head}"));
        terminal.result(told.text(language));
    }
}
