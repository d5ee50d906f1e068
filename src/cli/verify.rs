//! `inlav verify`

use std::path::PathBuf;

use clap::Args;
use inlav_analytics::verify::{TrustedKeys, VerifiedExtract};
use inlav_core::exchange::{LinkageMode, Manifest};
use inlav_core::language::counted;

use super::failure::Failure;
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
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    let trusted = TrustedKeys::read(&arguments.trust)?;
    for folder in &arguments.extracts {
        let extract = VerifiedExtract::open(folder, &trusted)?;
        let manifest = extract.manifest();
        let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
        terminal.result(format_args!(
            "{}  as of {}  {}, {}, {}  manifest {}",
            manifest.site,
            manifest.as_of,
            counted(manifest.tables.len(), "table", "tables"),
            counted(rows, "row", "rows"),
            tokens(manifest),
            extract.digest()
        ));
    }
    Ok(())
}

/// What is said of the linkage tokens: who could test documents in them.
const fn tokens(manifest: &Manifest) -> &'static str {
    match (&manifest.tokens, manifest.linkage_mode) {
        (None, _) => "no tokens",
        (Some(_), LinkageMode::A) => "tokens in one layer (mode A)",
        (Some(_), LinkageMode::B) => "tokens sealed to the custodian (mode B)",
    }
}
