//! Which persons a command is about, and why: read from a file or standard input, never from the
//! command line, which other users of the machine can read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use inlav_core::programme::Programme;
use inlav_pseudo::audit_log::{AUDIT_LOG_FILE, AuditLog, Remark};
use inlav_pseudo::keys::SiteKeys;
use inlav_pseudo::pseudonym::Pseudonym;
use inlav_pseudo::vault::vault_site;
use zeroize::Zeroizing;

use super::failure::{Class, Failure};
use super::passphrase::Source;

/// More than anybody asks for at once.
const LONGEST: u64 = 1024 * 1024;

/// Whether a path stands for standard input.
pub(super) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// The lines of a file that are not blank, with their numbers from 1.
pub(super) fn lines(path: &Path) -> Result<Vec<(usize, Zeroizing<String>)>, Failure> {
    let mut text = Zeroizing::new(String::with_capacity(64 * 1024));
    let read = if is_standard_input(path) {
        io::stdin().lock().take(LONGEST).read_to_string(&mut text)
    } else {
        File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text))
    };
    read.map_err(|fault| {
        Failure::new(Class::Input, &format_args!("cannot read {}: {fault}", path.display()))
    })?;
    let numbered = (1..).zip(text.lines().map(|line| Zeroizing::new(line.trim().to_owned())));
    Ok(numbered.filter(|(_, line)| !line.is_empty()).collect())
}

/// The pseudonyms in a file, one per line.
pub(super) fn pseudonyms(path: &Path) -> Result<Vec<Pseudonym>, Failure> {
    let parsed = lines(path)?.into_iter().map(|(number, line)| {
        Pseudonym::from_hex(&line).ok_or_else(|| {
            let text = format_args!("line {number} of {} is not a pseudonym", path.display());
            Failure::new(Class::Input, &text).hint("a pseudonym is 32 hexadecimal digits; one per line")
        })
    });
    let pseudonyms: Vec<_> = parsed.collect::<Result<_, _>>()?;
    if pseudonyms.is_empty() {
        return Err(Failure::new(Class::Input, &format_args!("{} names no person", path.display())));
    }
    Ok(pseudonyms)
}

/// What was typed as `option`.
pub(super) fn remark(option: &str, text: &str) -> Result<Remark, Failure> {
    Remark::new(text).map_err(|fault| Failure::new(Class::Data, &format_args!("{option}: {fault}")))
}

/// The keys of the PUA that a vault belongs to.
pub(super) fn keys_of(
    vault: &Path,
    folder: &Path,
    programme: &Programme,
    passphrase: &Source,
) -> Result<SiteKeys, Failure> {
    let site = vault_site(vault)?;
    Ok(SiteKeys::open(folder, programme.project_id, &site, &passphrase.ask()?)?)
}

/// The audit log of a PUA, beside its keys.
pub(super) fn log_of(folder: &Path, keys: &SiteKeys) -> Result<AuditLog, Failure> {
    Ok(AuditLog::open(&folder.join(AUDIT_LOG_FILE), keys.audit().clone())?)
}
