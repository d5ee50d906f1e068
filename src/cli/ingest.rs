//! `inlav ingest`

use std::path::PathBuf;

use clap::Args;
use inlav_analytics::store::{Ingested, Store, StoreError};
use inlav_analytics::verify::{TrustedKeys, VerifiedExtract};
use inlav_core::programme::Programme;
use inlav_core::whole::Existing;

use super::failure::{Class, Failure};
use super::progress::Progress;
use super::terminal::Terminal;

/// Verify extracts and take them into the store, all or none of them. A later extract of a PUA
/// replaces its earlier one.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folders of extracts
    #[arg(required = true)]
    pub(super) extracts: Vec<PathBuf>,
    /// A PUA's public key (.pub), or a folder of them
    #[arg(long, value_name = "PATH")]
    pub(super) trust: PathBuf,
    /// Folder of the store; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(super) store: PathBuf,
    /// Take extracts in also where the store has a later one of the PUA, or another of the same day
    #[arg(long)]
    pub(super) replace: bool,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let trusted = TrustedKeys::read(&arguments.trust)?;
    let mut store = Store::open_or_begin(&arguments.store).map_err(failed)?;
    let progress = Progress::begin("verify", arguments.extracts.len());
    let mut extracts = Vec::with_capacity(arguments.extracts.len());
    for folder in &arguments.extracts {
        extracts.push(VerifiedExtract::open(folder, &trusted)?);
        progress.step();
    }
    progress.finish();
    let existing = if arguments.replace { Existing::Replace } else { Existing::Refuse };
    let ingested = store.ingest(&extracts, programme, existing).map_err(failed)?;
    let new = ingested.iter().filter(|one| **one == Ingested::New).count();
    let catalog = store.catalog();
    terminal.result(format_args!(
        "{new} extracts ingested, {} there already; the store has {} PUA",
        ingested.len() - new,
        catalog.snapshots.len()
    ));
    for (site, snapshot) in &catalog.snapshots {
        let absent = snapshot.absent();
        if !absent.is_empty() {
            terminal.note(format_args!(
                "note: {site} has no table {}; what it would tell counts as nothing",
                absent.join(", ")
            ));
        }
    }
    if catalog.link_conflicts > 0 {
        terminal.note(
            "note: some persons have two different documents of one kind; ask the PUA to check their documents",
        );
    }
    Ok(())
}

/// A store that is an output here, and not an input as elsewhere.
fn failed(error: StoreError) -> Failure {
    match error {
        StoreError::Foreign { .. } | StoreError::Busy { .. } => Failure::new(Class::Output, &error),
        StoreError::SameDay { .. } | StoreError::Older { .. } => {
            Failure::from(error).hint("ask the PUA which one is to count; --replace takes this one")
        }
        error => error.into(),
    }
}
