//! `inlav dpia`

use std::path::PathBuf;

use clap::Args;
use inlav_core::dpia::Annex;
use inlav_core::exchange::LinkageMode;
use inlav_core::language::{Bilingual, Language};
use inlav_core::policy::Purpose;
use inlav_core::programme::Programme;
use inlav_core::whole::{self, Access, Existing, WholeError};

use super::failure::{Class, Failure};
use super::language::speaking;
use super::policy;
use super::terminal::Terminal;

/// Write the annex of a data protection impact assessment (GDPR 35), filled from the registry and a
/// policy: what is processed, what becomes of every column, who receives what, for how long, by which
/// measures, and what stays open.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The policy (TOML); without it the built-in one for the purpose
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Which built-in policy: care, monitoring or evaluation
    #[arg(long, value_name = "PURPOSE", default_value = "evaluation", conflicts_with = "policy")]
    purpose: Purpose,
    /// Describe extracts whose linkage tokens leave in the clear, for a programme without a custodian
    /// (pseudonymise --one-layer)
    #[arg(long)]
    one_layer: bool,
    /// Language, it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<Language>,
    /// Write into this new file: a page if it ends in .html, else Markdown; without it Markdown to the
    /// terminal
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| {
        let policy = policy::read(arguments.policy.as_deref(), arguments.purpose, programme)?;
        let mode = if arguments.one_layer { LinkageMode::A } else { LinkageMode::B };
        let annex = Annex::of(&policy, programme, mode, language)?;
        let Some(path) = &arguments.out else {
            terminal.result(annex.markdown().trim_end());
            return Ok(());
        };
        let is_page = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("html"));
        let text = if is_page { annex.html() } else { annex.markdown() };
        whole::write(path, text.as_bytes(), Access::Shared, Existing::Refuse).map_err(
            |error| match error {
                WholeError::Exists { .. } => Failure::new(Class::Output, &error).advice(Bilingual::of(
                    "toglierlo, oppure scegliere un altro file con --out",
                    "remove it, or choose another file with --out",
                )),
                error => error.into(),
            },
        )?;
        terminal.note(format_args!("dpia: {}", path.display()));
        Ok(())
    })
}
