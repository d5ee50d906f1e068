//! `inlav verify`

use std::path::PathBuf;

use clap::Args;
use inlav_analytics::verify::{TrustedKeys, VerifiedExtract};
use inlav_core::exchange::{LinkageMode, Manifest};
use inlav_core::language::{Bilingual, Language, counted};

use super::failure::Failure;
use super::language::speaking;
use super::terminal::Terminal;

/// Check extracts: signature, hash of every file, schema, rows. No key is needed, only the PUA's
/// public one.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folders of extracts
    #[arg(required = true)]
    pub(super) extracts: Vec<PathBuf>,
    /// A PUA's public key (.pub), or a folder of them
    #[arg(long, value_name = "PATH")]
    pub(super) trust: PathBuf,
    /// Language, it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<Language>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| check(arguments, language, terminal))
}

fn check(arguments: &Arguments, language: Language, terminal: &Terminal) -> Result<(), Failure> {
    let trusted = TrustedKeys::read(&arguments.trust)?;
    for folder in &arguments.extracts {
        let extract = VerifiedExtract::open(folder, &trusted)?;
        let manifest = extract.manifest();
        let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
        let (site, as_of, tokens, digest) =
            (&manifest.site, manifest.as_of, tokens(manifest), extract.digest());
        let told = Bilingual::of(
            format!(
                "{site}  al {}  {}, {}, {}  manifesto {digest}",
                as_of.format("%d/%m/%Y"),
                counted(manifest.tables.len(), "tabella", "tabelle"),
                counted(rows, "riga", "righe"),
                tokens.it,
            ),
            format!(
                "{site}  as of {as_of}  {}, {}, {}  manifest {digest}",
                counted(manifest.tables.len(), "table", "tables"),
                counted(rows, "row", "rows"),
                tokens.en,
            ),
        );
        terminal.result(told.text(language));
    }
    Ok(())
}

/// What is said of the linkage tokens: who could test documents in them.
fn tokens(manifest: &Manifest) -> Bilingual {
    match (&manifest.tokens, manifest.linkage_mode) {
        (None, _) => Bilingual::of("senza codici di collegamento", "no tokens"),
        (Some(_), LinkageMode::A) => {
            Bilingual::of("codici di collegamento a uno strato (modo A)", "tokens in one layer (mode A)")
        }
        (Some(_), LinkageMode::B) => Bilingual::of(
            "codici di collegamento sigillati al custode (modo B)",
            "tokens sealed to the custodian (mode B)",
        ),
    }
}
