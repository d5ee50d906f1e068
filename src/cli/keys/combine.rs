//! `inlav keys combine`

use std::path::PathBuf;

use clap::Args;
use inlav_core::programme::Programme;
use inlav_core::whole::Existing;
use inlav_pseudo::keys::{KdfCost, RootKey};

use crate::cli::failure::{Class, Failure};
use crate::cli::passphrase::{NewSource, Wish};
use crate::cli::terminal::Terminal;
use crate::cli::{language, shares};

/// Put a key together from its shares and write it to a new key file under a new passphrase. The
/// key id that the shares state is compared with what comes out.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Files of shares; without any, the shares are asked for line by line
    files: Vec<PathBuf>,
    /// The key file to write (.ilk)
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Memory for one guess of the passphrase, in MiB (64 to 2048)
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    kdf_memory: u32,
    #[command(flatten)]
    passphrase: NewSource,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let cost = KdfCost::memory_mib(arguments.kdf_memory)?;
    if arguments.out.exists() {
        return Err(super::new::exists(&arguments.out));
    }
    let shares = shares::gather(&arguments.files, language::of_environment(), terminal)?;
    let key = RootKey::combine(&shares)?;
    if key.label().project != programme.project_id {
        let text = format_args!("these are shares of {} of another programme", key.label());
        return Err(Failure::new(Class::Key, &text));
    }
    let wish = Wish { programme, site: key.label().site.as_ref(), cost };
    let passphrase = arguments.passphrase.ask(&wish, terminal)?;
    key.write(&arguments.out, &passphrase, cost, Existing::Refuse)?;
    terminal.result(format_args!("{} {}: {}", key.label(), key.id(), arguments.out.display()));
    Ok(())
}
