//! `inlav audit-log`, and the audit log beside a key.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use inlav_core::exchange::Digest;
use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::programme::{Programme, ProjectId};
use inlav_pseudo::audit_log::{
    AUDIT_LOG_FILE, AuditEntry, AuditKey, AuditLog, AuditLogError, AuditTrail, read,
};
use inlav_pseudo::keys::{OpenKeyError, Passphrase, RootKey};

use super::failure::{Class, Failure};
use super::language::speaking;
use super::passphrase::Source;
use super::terminal::Terminal;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Language: it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE", global = true)]
    lang: Option<Language>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the entries of a log that holds together
    Show(Show),
    /// Check that no entry was changed, moved, left out or put in between
    Verify(Verify),
}

/// Show the entries of an audit log, one per line, after checking that it holds together: number, time,
/// what was done, its name in the log, details. Programs read the log itself, which is JSON line by line.
#[derive(Debug, Args)]
struct Show {
    /// The log
    file: PathBuf,
}

/// Check an audit log. Without keys anybody can: an entry that was changed, moved, left out or put
/// in between is told with its line. With --head also what is missing at the end, with --keys also
/// entries that somebody else made up.
#[derive(Debug, Args)]
struct Verify {
    /// The log
    file: PathBuf,
    /// Folder of the keys of who keeps the log, a PUA or the linkage custodian: checks that every entry
    /// is the keeper's
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// A hash that the log had at its end once, for example from a manifest
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(arguments: Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| match arguments.command {
        Command::Show(arguments) => show(&arguments, language, terminal),
        Command::Verify(arguments) => verify(&arguments, programme, language, terminal),
    })
}

fn show(arguments: &Show, language: Language, terminal: &Terminal) -> Result<(), Failure> {
    let trail = checked(&arguments.file, None)?;
    for entry in &trail.entries {
        let other = if language == Language::It { "altro" } else { "other" };
        // An action of a later version has no words here.
        let said = entry.known().map_or(other, |action| action.text(language));
        let AuditEntry { number, at, action, details, .. } = entry;
        terminal.result(format_args!("{number} {at} {said} ({action}) {details}"));
    }
    tell_torn(&trail, language, terminal);
    Ok(())
}

fn verify(
    arguments: &Verify,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let file = &arguments.file;
    let head = arguments.head.as_ref().map(|text| Digest::try_from(text.trim().to_lowercase()));
    let head = head.transpose().map_err(|_| {
        let text = Bilingual::of(
            "--head: non è un hash (64 cifre esadecimali)",
            "--head: this is not a hash (64 hexadecimal digits)",
        );
        Failure::told(Class::Input, text)
    })?;
    let mut trail = checked(file, None)?;
    if let Some(folder) = &arguments.keys {
        let key = key_in(folder, programme.project_id, &[&arguments.passphrase.ask()?])?;
        let keeper = trail.entries.first().map(|entry| &entry.keeper);
        let key = key.filter(|key| keeper.is_none_or(|keeper| keeper == key.keeper())).ok_or_else(|| {
            let text = Bilingual::of(
                format!("{} non ha le chiavi di chi tiene {}", folder.display(), file.display()),
                format!("{} has not the keys of who keeps {}", folder.display(), file.display()),
            );
            Failure::told(Class::Key, text)
        })?;
        trail = checked(file, Some(&key))?;
    }
    let mut told = Bilingual::of(
        format!("{}: {}", file.display(), counted(trail.entries.len(), "voce", "voci")),
        format!("{}: {}", file.display(), counted(trail.entries.len(), "entry", "entries")),
    );
    let mut add = |italian: &str, english: &str| {
        told.it += italian;
        told.en += english;
    };
    if arguments.keys.is_some() {
        add(", tutte di chi tiene il registro", ", all of them the keeper's");
    }
    if let Some(head) = &head {
        let number = trail.position(head).ok_or_else(|| {
            let text = Bilingual::of(
                format!("{} non ha nessuna voce con l'hash {head}", file.display()),
                format!("{} has no entry with the hash {head}", file.display()),
            );
            Failure::told(Class::Integrity, text).advice(Bilingual::of(
                "sono state tolte voci dalla fine, oppure è stato riscritto",
                "entries at its end were removed, or it was written anew",
            ))
        })?;
        add(&format!("; quell'hash è la voce {number}"), &format!("; that hash is entry {number}"));
    }
    if let Some(last) = trail.head() {
        add(&format!("; l'ultimo hash è {last}"), &format!("; its last hash is {last}"));
    }
    terminal.result(told.text(language));
    tell_torn(&trail, language, terminal);
    Ok(())
}

fn checked(file: &Path, key: Option<&AuditKey>) -> Result<AuditTrail, Failure> {
    read(file, key).map_err(|fault| {
        let text = Bilingual::of(fault.text(Language::It), fault.text(Language::En));
        match fault {
            AuditLogError::Broken { .. } => Failure::told(Class::Integrity, text).advice(Bilingual::of(
                "conservare il registro com'è e chiedere chi ha potuto metterci le mani",
                "keep the log as it is and ask who had access to it",
            )),
            _ => Failure::told(Class::Input, text),
        }
    })
}

fn tell_torn(trail: &AuditTrail, language: Language, terminal: &Terminal) {
    if trail.torn > 0 {
        let bytes = trail.torn;
        let text = Bilingual::of(
            format!(
                "nota: l'ultima riga non è mai stata finita ({bytes} byte): chi la scriveva è stato \
                 interrotto, oppure è stata tagliata; il prossimo comando che scrive la mette da parte"
            ),
            format!(
                "note: the last line was never finished ({bytes} bytes): whoever wrote it was interrupted, or it was cut; \
                 the next command that writes puts it aside"
            ),
        );
        terminal.note(text.text(language));
    }
}

/// The key file behind the audit log of a folder of keys; `None` if nobody keeps a log there.
pub(super) fn keeper_file(folder: &Path) -> Option<PathBuf> {
    ["site.ilk", "sealing.ilk"].into_iter().map(|name| folder.join(name)).find(|path| path.exists())
}

/// The audit log of a folder of keys, which one of these passphrases opens; `None` if nobody keeps a log
/// there.
pub(super) fn log_in(
    folder: &Path,
    project: ProjectId,
    passphrases: &[&Passphrase],
) -> Result<Option<AuditLog>, Failure> {
    let Some(key) = key_in(folder, project, passphrases)? else { return Ok(None) };
    Ok(Some(AuditLog::open(&folder.join(AUDIT_LOG_FILE), key)?))
}

fn key_in(
    folder: &Path,
    project: ProjectId,
    passphrases: &[&Passphrase],
) -> Result<Option<AuditKey>, OpenKeyError> {
    let Some(path) = keeper_file(folder) else { return Ok(None) };
    let mut opened = Ok(None);
    for passphrase in passphrases {
        opened = RootKey::open(&path, project, passphrase).map(|root| root.audit());
        if !matches!(opened, Err(OpenKeyError::Passphrase { .. })) {
            break;
        }
    }
    opened
}

/// The folder that a key file is in.
pub(super) fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

/// Says that what is done to a key beside which nobody keeps a log is written down nowhere.
pub(super) fn tell_unlogged(file: &Path, language: Language, terminal: &Terminal) {
    let text = Bilingual::of(
        format!(
            "nota: accanto a {} non c'è un registro delle operazioni: annotare a mano chi l'ha fatto e perché",
            file.display()
        ),
        format!(
            "note: there is no audit log beside {}: write down by hand who did this, and why",
            file.display()
        ),
    );
    terminal.note(text.text(language));
}
