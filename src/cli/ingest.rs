//! `inlav ingest`

use std::path::PathBuf;

use clap::Args;
use inlav_analytics::store::{Ingested, Store, StoreError};
use inlav_analytics::verify::{TrustedKeys, VerifiedExtract};
use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::programme::Programme;
use inlav_core::whole::Existing;
use inlav_verify::SignedRelink;

use super::failure::{Class, Failure};
use super::language::speaking;
use super::progress::Progress;
use super::terminal::Terminal;

/// Verify extracts and take them into the store, all or none of them. A later extract of a PUA
/// replaces its earlier one.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folders of extracts
    #[arg(required = true)]
    pub(super) extracts: Vec<PathBuf>,
    /// Folders of what the custodian relinked, one for each extract whose tokens are sealed
    #[arg(long, value_name = "DIR", num_args = 1..)]
    pub(super) relinked: Vec<PathBuf>,
    /// A PUA's or the custodian's public key (.pub), or a folder of them
    #[arg(long, value_name = "PATH")]
    pub(super) trust: PathBuf,
    /// Folder of the store; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(super) store: PathBuf,
    /// Take extracts in also where the store has a later one of the PUA, or another of the same day
    #[arg(long)]
    pub(super) replace: bool,
    /// Language, it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<Language>,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| take_in(arguments, programme, language, terminal))
}

fn take_in(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let trusted = TrustedKeys::read(&arguments.trust)?;
    let mut store = Store::open_or_begin(&arguments.store).map_err(failed)?;
    let progress = Progress::begin("verify", arguments.extracts.len());
    let mut extracts = Vec::with_capacity(arguments.extracts.len());
    let mut relinked = Vec::with_capacity(arguments.relinked.len());
    for folder in &arguments.relinked {
        relinked.push(SignedRelink::open(folder, &trusted)?);
    }
    for folder in &arguments.extracts {
        let mut extract = VerifiedExtract::open(folder, &trusted)?;
        if let Some(at) = relinked.iter().position(|one| one.manifest().site == extract.manifest().site) {
            extract = extract.with_relinked(relinked.swap_remove(at))?;
        }
        extracts.push(extract);
        progress.step();
    }
    progress.finish();
    if let Some(left) = relinked.first() {
        let (site, folder) = (&left.manifest().site, left.folder().display());
        let text = Bilingual::of(
            format!("per {folder} non è dato nessun estratto di {site}"),
            format!("no extract of {site} is given for {folder}"),
        );
        return Err(Failure::told(Class::Data, text).advice(Bilingual::of(
            "dare ogni estratto insieme ai suoi codici con il secondo strato",
            "give each extract with its relinked tokens",
        )));
    }
    let existing = if arguments.replace { Existing::Replace } else { Existing::Refuse };
    let ingested = store.ingest(&extracts, programme, existing).map_err(failed)?;
    let new = ingested.iter().filter(|one| **one == Ingested::New).count();
    let catalog = store.catalog();
    let (known, sites) = (ingested.len() - new, catalog.snapshots.len());
    let told = Bilingual::of(
        format!(
            "nell'archivio: {}, {known} c'erano già; PUA in tutto: {sites}",
            counted(new, "estratto nuovo", "estratti nuovi")
        ),
        format!(
            "{} ingested, {known} there already; the store has {sites} PUA",
            counted(new, "extract", "extracts")
        ),
    );
    terminal.result(told.text(language));
    for (site, snapshot) in &catalog.snapshots {
        let absent = snapshot.absent();
        if !absent.is_empty() {
            let absent = absent.join(", ");
            let told = Bilingual::of(
                format!("nota: {site} non ha la tabella {absent}; ciò che direbbe conta come niente"),
                format!("note: {site} has no table {absent}; what it would tell counts as nothing"),
            );
            terminal.note(told.text(language));
        }
    }
    for (document, conflicts) in &catalog.conflicts {
        let sites: Vec<&str> = conflicts.sites.iter().map(String::as_str).collect();
        let (persons, sites) = (conflicts.persons, sites.join(", "));
        let told = Bilingual::of(
            format!(
                "nota: {} con due documenti diversi dello stesso tipo ({document}): due documenti di una persona sola, o due persone sotto una; chiedere di controllare a {sites}",
                counted(persons, "persona", "persone")
            ),
            format!(
                "note: {} with two different documents of one kind ({document}): two documents of one person, or two people under one; ask {sites} to check",
                counted(persons, "person", "persons")
            ),
        );
        terminal.note(told.text(language));
    }
    Ok(())
}

/// A store that is an output here, and not an input as elsewhere.
fn failed(error: StoreError) -> Failure {
    match error {
        StoreError::Foreign { .. } | StoreError::Busy { .. } => {
            Failure::told(Class::Output, Bilingual::of(error.text(Language::It), error.text(Language::En)))
        }
        StoreError::SameDay { .. } | StoreError::Older { .. } => Failure::from(error).advice(Bilingual::of(
            "chiedere al PUA quale deve valere; --replace prende questo",
            "ask the PUA which one is to count; --replace takes this one",
        )),
        error => error.into(),
    }
}
