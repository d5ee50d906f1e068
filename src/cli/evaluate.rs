//! `inlav evaluate`

use std::path::PathBuf;

use clap::Args;
use inlav_analytics::evaluate::{Evaluation, evaluate};
use inlav_analytics::indicator::embedded;
use inlav_analytics::session::Session;
use inlav_analytics::store::Store;
use inlav_core::language::Language;
use inlav_core::programme::Programme;
use inlav_core::rule::Rule;

use super::failure::{Class, Failure};
use super::language;
use super::progress::Progress;
use super::terminal::Terminal;

/// Run every indicator over the store, to see that all of them work. True counts are neither
/// shown nor written: `inlav release` is the only way out.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the store
    #[arg(long, value_name = "DIR")]
    pub(super) store: PathBuf,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let store = Store::open(&arguments.store)?;
    let evaluation = evaluation(&store, programme, terminal)?;
    let (tables, cells) = evaluation.size();
    for indicator in evaluation.indicators() {
        terminal.result(format_args!("{:<8} {}", indicator.id, indicator.title.en));
    }
    terminal.result(format_args!(
        "{} indicators as of {}: {tables} tables, {cells} cells; release them with: inlav release",
        evaluation.indicators().len(),
        evaluation.as_of()
    ));
    Ok(())
}

/// The library's indicators, evaluated over a store of a programme.
pub(super) fn evaluation(
    store: &Store,
    programme: &Programme,
    terminal: &Terminal,
) -> Result<Evaluation, Failure> {
    let indicators = embedded();
    let progress = Progress::begin("evaluate", indicators.len());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .build()
        .map_err(|fault| Failure::new(Class::Other, &fault))?;
    let (evaluation, open_twice) = runtime.block_on(async {
        let session = Session::open(store, programme.lists()).await?;
        let mut first = true;
        let evaluation = evaluate(&session, programme, indicators, |id| {
            if !std::mem::take(&mut first) {
                progress.step();
            }
            progress.on(id);
        });
        Ok::<_, Failure>((evaluation.await?, session.somebody_is_open_twice().await?))
    })?;
    progress.step();
    progress.finish();
    if open_twice {
        let rule = Rule::OpenElsewhere.text();
        let (note, text) = match language::of_environment() {
            Language::It => ("nota", rule.text_it),
            Language::En => ("note", rule.text_en),
        };
        terminal.note(format_args!("{note}: {text} ({})", rule.id));
    }
    Ok(evaluation)
}
