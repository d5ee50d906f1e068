//! Which persons a command is about, and why: read from a file or standard input, never from the
//! command line, which other users of the machine can read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use inlav_core::language::{Bilingual, Language};
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
    let read = read.map_err(|fault| Failure::unread(Class::Input, path, &fault))?;
    // A list that is cut would leave persons out, and the last one might become somebody else.
    if u64::try_from(read).unwrap_or(u64::MAX) == LONGEST {
        let text = Bilingual::of(
            format!("{} è più lungo di 1 MiB: dividerlo", path.display()),
            format!("{} is longer than 1 MiB: divide it", path.display()),
        );
        return Err(Failure::told(Class::Input, text));
    }
    let numbered = (1..).zip(text.lines().map(|line| Zeroizing::new(line.trim().to_owned())));
    Ok(numbered.filter(|(_, line)| !line.is_empty()).collect())
}

/// The pseudonyms in a file, one per line.
pub(super) fn pseudonyms(path: &Path) -> Result<Vec<Pseudonym>, Failure> {
    let parsed = lines(path)?.into_iter().map(|(number, line)| {
        Pseudonym::from_hex(&line).ok_or_else(|| {
            let text = Bilingual::of(
                format!("la riga {number} di {} non è uno pseudonimo", path.display()),
                format!("line {number} of {} is not a pseudonym", path.display()),
            );
            Failure::told(Class::Input, text).advice(Bilingual::of(
                "uno pseudonimo ha 32 cifre esadecimali; uno per riga",
                "a pseudonym is 32 hexadecimal digits; one per line",
            ))
        })
    });
    let pseudonyms: Vec<_> = parsed.collect::<Result<_, _>>()?;
    if pseudonyms.is_empty() {
        let place = path.display().to_string();
        return Err(nobody(&Bilingual::of(place.clone(), place)));
    }
    Ok(pseudonyms)
}

/// A list without anybody.
pub(super) fn nobody(place: &Bilingual) -> Failure {
    let text = Bilingual::of(
        format!("{} non indica nessuna persona", place.it),
        format!("{} names no person", place.en),
    );
    Failure::told(Class::Input, text)
}

/// What was typed as `option`.
pub(super) fn remark(option: &str, text: &str) -> Result<Remark, Failure> {
    Remark::new(text).map_err(|fault| {
        let told = |language| format!("{option}: {}", fault.text(language));
        Failure::told(Class::Data, Bilingual::of(told(Language::It), told(Language::En)))
    })
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
