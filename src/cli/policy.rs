//! `inlav policy`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use inlav_core::language::{Bilingual, Language};
use inlav_core::policy::explain::Explanation;
use inlav_core::policy::{Policy, Purpose};
use inlav_core::programme::Programme;

use super::failure::{Class, Failure};
use super::language::speaking;
use super::release_policy;
use super::terminal::Terminal;

/// What may leave the PUA: print a policy, check one, or have it told in plain words. Of release
/// policies, which say what may be published, too
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print a built-in policy as TOML, with a remark for every column, for a person to edit
    Default(Default),
    /// Check a policy: every column has a rule that is allowed, and the hub can use what it makes
    Check(Check),
    /// Say in plain words what leaves the PUA, what does not, who is left out, what for and how long;
    /// with --release, by which rules tables are published
    Explain(Explain),
}

#[derive(Debug, Args)]
pub(super) struct Default {
    /// care, monitoring or evaluation
    #[arg(long, value_name = "PURPOSE", default_value = "evaluation")]
    purpose: Purpose,
    #[command(flatten)]
    language: Speaking,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The policy (TOML)
    #[arg(value_name = "FILE")]
    policy: PathBuf,
    #[command(flatten)]
    language: Speaking,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The policy (TOML); without it the built-in one for the purpose
    #[arg(value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Which built-in policy: care, monitoring or evaluation
    #[arg(long, value_name = "PURPOSE", default_value = "evaluation", conflicts_with = "policy")]
    purpose: Purpose,
    /// Explain a release policy, that of inlav release and inlav protect; without FILE the safe
    /// defaults
    #[arg(long, conflicts_with = "purpose")]
    release: bool,
    /// For programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    language: Speaking,
}

#[derive(Debug, Args)]
pub(super) struct Speaking {
    /// Language, it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<Language>,
}

pub(super) fn run(command: &Command, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let (Command::Default(Default { language, .. })
    | Command::Check(Check { language, .. })
    | Command::Explain(Explain { language, .. })) = command;
    speaking(language.lang, |language| match command {
        Command::Default(arguments) => {
            terminal.result(arguments.purpose.policy().to_toml(language)?.trim_end());
            Ok(())
        }
        Command::Check(arguments) => check(&arguments.policy, programme, language, terminal),
        Command::Explain(arguments) if arguments.release => {
            let policy = release_policy::open(arguments.policy.as_deref())?;
            if arguments.json {
                let json = serde_json::to_string_pretty(&policy);
                terminal.result(json.map_err(|fault| Failure::new(Class::Other, &fault))?);
            } else {
                terminal.result(policy.explanation(language).trim_end());
            }
            Ok(())
        }
        Command::Explain(arguments) => {
            let policy = read(arguments.policy.as_deref(), arguments.purpose, programme)?;
            let explanation = Explanation::of(&policy, programme.lists())?;
            if arguments.json {
                let json = serde_json::to_string_pretty(&explanation);
                terminal.result(json.map_err(|fault| Failure::new(Class::Other, &fault))?);
            } else {
                terminal.result(explanation.text(language).trim_end());
            }
            Ok(())
        }
    })
}

/// The policy of a file, or a built-in one; complete, so that every column has a rule.
pub(super) fn read(path: Option<&Path>, purpose: Purpose, programme: &Programme) -> Result<Policy, Failure> {
    let policy = match path {
        None => purpose.policy(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|fault| {
                let told = |language: Language| language.refusal(&fault);
                Failure::told(
                    Class::Input,
                    Bilingual::of(
                        format!("impossibile leggere {}: {}", path.display(), told(Language::It)),
                        format!("cannot read {}: {}", path.display(), told(Language::En)),
                    ),
                )
            })?;
            Policy::parse(&text)?
        }
    };
    policy.check_complete(programme.lists())?;
    Ok(policy)
}

fn check(path: &Path, programme: &Programme, language: Language, terminal: &Terminal) -> Result<(), Failure> {
    let policy = read(Some(path), Purpose::Evaluation, programme)?;
    let explanation = Explanation::of(&policy, programme.lists())?;
    let made: usize = explanation
        .tables
        .iter()
        .flat_map(|table| &table.columns)
        .flat_map(|column| &column.actions)
        .filter(|said| said.extract_column.is_some())
        .count();
    let (path, purpose) = (path.display(), &policy.purpose);
    terminal.result(
        Bilingual::of(
            format!("{path}: la policy è valida; finalità {purpose}, escono {made} colonne"),
            format!("{path}: the policy is valid; purpose {purpose}, {made} columns leave"),
        )
        .text(language),
    );
    if !explanation.missing_at_the_hub.is_empty() {
        let missing = explanation.missing_at_the_hub.join(", ");
        terminal.note(
            Bilingual::of(
                format!("nota: l'hub rifiuta gli estratti fatti con questa policy, perché mancano {missing}"),
                format!("note: the hub refuses extracts made by this policy, because they lack {missing}"),
            )
            .text(language),
        );
    }
    Ok(())
}
