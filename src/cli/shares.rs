//! Shares of a key: from files, or typed by their custodians; into files, or shown one at a time.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use inlav_core::language::{Bilingual, Language};
use inlav_core::whole::{self, Access, Existing, WholeDirectory};
use inlav_pseudo::audit_log::{Action, CustodianShare, KeyNote};
use inlav_pseudo::keys::{RootKey, Share, ShareError, SplitError, TypedShare};
use zeroize::Zeroizing;

use super::failure::{Class, Failure};
use super::screen::{self, Screen};
use super::terminal::Terminal;

/// The names of `count` custodians: those given, and numbers for the others.
pub(super) fn custodians(threshold: u8, given: &[String], count: usize) -> Result<Vec<String>, Failure> {
    if count < usize::from(threshold).max(2) {
        let needed = threshold.max(2);
        return Err(Failure::told(
            Class::Key,
            Bilingual::of(
                format!("servono almeno {needed} custodi, ce ne sono {count}"),
                format!("at least {needed} custodians are needed, there are {count}"),
            ),
        ));
    }
    if given.len() > count {
        let text = Bilingual::of(
            "i nomi dei custodi sono più delle parti",
            "there are more names of custodians than shares",
        );
        return Err(Failure::told(Class::Key, text));
    }
    if u8::try_from(count).is_err() {
        return Err(SplitError::Count.into());
    }
    let numbered = (given.len()..count).map(|place| format!("custode {}", place.saturating_add(1)));
    Ok(given.iter().cloned().chain(numbered).collect())
}

/// The shares in these files; without files, as many as the first one says are asked for, line by
/// line.
pub(super) fn gather(
    files: &[PathBuf],
    language: Language,
    terminal: &Terminal,
) -> Result<Vec<Share>, Failure> {
    if !files.is_empty() {
        return files.iter().map(|file| read(file, language)).collect();
    }
    let first = typed(1, language, terminal)?;
    let needed = usize::from(first.threshold());
    let mut shares = vec![first];
    while shares.len() < needed {
        shares.push(typed(shares.len().saturating_add(1), language, terminal)?);
    }
    Ok(shares)
}

fn read(path: &Path, language: Language) -> Result<Share, Failure> {
    // With room for all that is read, no copy is left behind by growth.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    let read = File::open(path).and_then(|mut file| read_all(&mut file, &mut text));
    read.map_err(|fault| {
        let why = |language: Language| language.refusal(&fault);
        let text = Bilingual::of(
            format!("impossibile leggere la parte di chiave {}: {}", path.display(), why(Language::It)),
            format!("cannot read the share {}: {}", path.display(), why(Language::En)),
        );
        Failure::told(Class::Key, text).in_language(language)
    })?;
    Share::parse(&text)
        .map_err(|fault| refused(&format!("{}: ", path.display()), fault).in_language(language))
}

/// Bytes of the longest file of a share.
const LONGEST: usize = 64 * 1024;

fn read_all(source: &mut impl io::Read, text: &mut String) -> io::Result<()> {
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    if source.take(most).read_to_string(text)? == LONGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(())
}

/// Asks for one share. A line that cannot be right is asked for again, if a person types it.
fn typed(number: usize, language: Language, terminal: &Terminal) -> Result<Share, Failure> {
    let mut share = TypedShare::default();
    loop {
        let line = share.next_line();
        let of = share.lines().map_or_else(String::new, |lines| format!("/{lines}"));
        let question = Bilingual::of(
            format!("Parte {number}, riga {line}{of}:"),
            format!("Share {number}, line {line}{of}:"),
        );
        let answer = screen::require(&question, "FILE…", language, terminal)?;
        match share.line(&answer) {
            Ok(Some(share)) => {
                let who = format!("{} ({}/{})", share.custodian(), share.number(), share.count());
                terminal.note(Bilingual::of(format!("letta: {who}"), format!("read: {who}")).text(language));
                return Ok(share);
            }
            Ok(None) => {}
            Err(ShareError::Whole) => {
                return Err(refused("", ShareError::Whole).in_language(language));
            }
            Err(fault) if screen::is_typed() => {
                terminal.failure(&refused("", fault).in_language(language));
            }
            Err(fault) => return Err(refused("", fault).in_language(language)),
        }
    }
}

fn refused(place: &str, fault: ShareError) -> Failure {
    let text = |language| format!("{place}{}", fault.text(language));
    Failure::told(Class::Key, Bilingual::of(text(Language::It), text(Language::En)))
}

/// What an audit log says of a key that was split.
pub(super) fn entry(key: &RootKey, shares: &[Share]) -> Action {
    Action::KeySplit {
        key: KeyNote::new(key.label().role, key.id(), key.label().epoch),
        shares: notes(shares),
        threshold: shares.first().map_or(0, Share::threshold),
    }
}

/// The shares by what may be known about them.
pub(super) fn notes(shares: &[Share]) -> Vec<CustodianShare> {
    let note =
        |share: &Share| CustodianShare { custodian: share.custodian().to_owned(), number: share.number() };
    shares.iter().map(note).collect()
}

/// A way for shares to reach their custodians, made ready before anything says that they have them.
#[derive(Debug)]
pub(super) enum HandOver {
    /// Files that are written and not in their place yet.
    Files { directory: WholeDirectory, folder: PathBuf },
    /// The terminal.
    Screen(Screen),
}

impl HandOver {
    /// Writes each share to a file of its own, its owner's only, in a new folder; or makes sure of a terminal.
    pub(super) fn prepare(folder: Option<&Path>, shares: &[Share]) -> Result<Self, Failure> {
        let Some(folder) = folder else {
            return Screen::open().map(Self::Screen).map_err(|fault| {
                fault.advice(Bilingual::of(
                    "con --shares CARTELLA le parti vanno in file da stampare e poi cancellare",
                    "with --shares DIR the shares go into files, to be printed and then removed",
                ))
            });
        };
        let directory = WholeDirectory::create(folder, Existing::Refuse)?;
        for share in shares {
            let path = directory.path().join(format!("share-{}-of-{}.txt", share.number(), share.count()));
            whole::write(&path, share.printable().as_bytes(), Access::Private, Existing::Refuse)?;
        }
        Ok(Self::Files { directory, folder: folder.to_owned() })
    }

    /// Puts the folder in its place and returns it; or shows the shares one at a time, each until its
    /// custodian has it.
    pub(super) fn finish(self, shares: &[Share], language: Language) -> Result<Option<PathBuf>, Failure> {
        let mut screen = match self {
            Self::Files { directory, folder } => {
                directory.finish()?;
                return Ok(Some(folder));
            }
            Self::Screen(screen) => screen,
        };
        for share in shares {
            let question = Bilingual::of(
                format!(
                    "Per {}: copiare le righe numerate, poi Invio le cancella dallo schermo.",
                    share.custodian()
                ),
                format!(
                    "For {}: copy the numbered lines, then Enter clears them from the screen.",
                    share.custodian()
                ),
            );
            screen.show_once(&share.printable(), question.text(language))?;
        }
        Ok(None)
    }
}
