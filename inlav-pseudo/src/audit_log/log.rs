//! A log that is added to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use inlav_core::exchange::Digest;
use inlav_core::whole::{self, Access, Existing};
use sha2::{Digest as _, Sha256};

use super::action::Action;
use super::chain::{AuditEntry, Chain, Line, Lines, length};
use super::error::{AuditLogError, ChainFault};
use super::forgotten::{Forgotten, Mark};
use super::key::AuditKey;

/// How [`Action::Forgotten`] is written.
const FORGOTTEN: &str = "forgotten";

/// An audit log that is open to be added to. All of it was checked, with the keeper's key.
#[derive(Debug)]
pub struct AuditLog {
    path: PathBuf,
    file: File,
    key: AuditKey,
    chain: Chain,
    /// Lines and bytes that were checked.
    lines: u64,
    bytes: u64,
    /// Hash of the entry by mark, vault before and vault after.
    forgotten: BTreeMap<(Mark, Digest, Digest), Digest>,
    /// Of the policies that extracts were made with.
    purposes: BTreeSet<String>,
}

/// A log that no other process adds to meanwhile.
#[derive(Debug)]
pub struct HeldLog<'a>(&'a mut AuditLog);

impl AuditLog {
    /// Opens the log at `path`, its owner's only, or begins it.
    ///
    /// # Errors
    /// [`AuditLogError`]; a log that does not hold together is not added to.
    pub fn open(path: &Path, key: AuditKey) -> Result<Self, AuditLogError> {
        let io = |source| AuditLogError::Io { path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(io)?;
        sync_folder(path).map_err(io)?;
        let mut log = Self {
            path: path.to_owned(),
            file,
            key,
            chain: Chain::begin(),
            lines: 0,
            bytes: 0,
            forgotten: BTreeMap::new(),
            purposes: BTreeSet::new(),
        };
        log.hold()?;
        Ok(log)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Hash of the last entry that was read or added; `None` if there is none.
    #[must_use]
    pub fn head(&self) -> Option<Digest> {
        (self.chain.entries > 0).then_some(self.chain.head)
    }

    /// How many entries there are.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.chain.entries
    }

    /// Adds an entry and returns its hash.
    ///
    /// # Guarantee
    /// When it returns, the entry is on disk, behind all entries of this and other processes.
    /// Tests `no_confirmed_entry_is_lost_when_a_process_is_killed` and
    /// `two_processes_make_one_chain`.
    ///
    /// # Errors
    /// [`AuditLogError`]; what the entry is about must then not be done.
    pub fn append(&mut self, at: DateTime<Utc>, action: &Action) -> Result<Digest, AuditLogError> {
        self.hold()?.append(at, action)
    }

    /// Keeps other processes from adding to the log until the result is dropped, and reads what
    /// they have added.
    ///
    /// # Errors
    /// [`AuditLogError`].
    pub fn hold(&mut self) -> Result<HeldLog<'_>, AuditLogError> {
        self.file.lock().map_err(|source| self.io(source))?;
        let held = HeldLog(self);
        held.0.catch_up()?;
        Ok(held)
    }

    /// The persons who are forgotten, as the log says.
    ///
    /// # Guarantee
    /// The log was checked with the keeper's key: nobody else can add a person or take one away,
    /// except by cutting off the end of the log (compare [`Self::head`] with the last manifest).
    /// Test `the_forgotten_are_known_by_their_pseudonyms_and_are_not_in_the_log`.
    #[must_use]
    pub fn forgotten(&self) -> Forgotten {
        Forgotten::new(self.key.clone(), self.forgotten.keys().map(|(mark, ..)| *mark).collect())
    }

    /// The purposes that extracts and their vaults were made for, as the log says.
    #[must_use]
    pub const fn purposes(&self) -> &BTreeSet<String> {
        &self.purposes
    }

    /// The key that it is written with.
    pub(crate) const fn key(&self) -> &AuditKey {
        &self.key
    }

    /// The entry that says that a vault became another one by forgetting these persons.
    pub(crate) fn claim(&self, marks: &[Mark], before: Digest, after: Digest) -> Option<Digest> {
        let hash = |mark: &Mark| self.forgotten.get(&(*mark, before, after));
        let first = marks.first().and_then(hash)?;
        marks.iter().all(|mark| hash(mark) == Some(first)).then_some(*first)
    }

    /// Reads on from where it was left.
    fn catch_up(&mut self) -> Result<(), AuditLogError> {
        let io = |source| AuditLogError::Io { path: self.path.clone(), source };
        (&self.file).seek(SeekFrom::Start(self.bytes)).map_err(io)?;
        let mut torn = None;
        let mut lines = Lines::new(BufReader::new(&self.file));
        (lines.line, lines.bytes) = (self.lines, self.bytes);
        let mut entries = Vec::new();
        while let Some(line) = lines.next(&self.path)? {
            match line {
                Line::Whole(bytes) => {
                    let entry = self.chain.take(&bytes, Some(&self.key));
                    let entry = entry.map_err(|fault| lines.broken(&self.path, fault))?;
                    // Somebody who is forgotten must not come back because an entry is not understood.
                    if entry.action == FORGOTTEN && entry.known().is_none() {
                        return Err(lines.broken(&self.path, ChainFault::Version));
                    }
                    entries.push(entry);
                }
                Line::Torn(bytes) => torn = Some(bytes),
            }
        }
        (self.lines, self.bytes) = (lines.line - u64::from(torn.is_some()), lines.bytes);
        for entry in &entries {
            self.note(entry);
        }
        match torn {
            Some(bytes) => self.mend(&bytes),
            None => Ok(()),
        }?;
        self.tell_aside()
    }

    /// Ends the log after its last whole line. A last line that lacks nothing but its end is an
    /// entry; any other is put aside.
    fn mend(&mut self, torn: &[u8]) -> Result<(), AuditLogError> {
        if let Ok(entry) = self.chain.clone().take(torn, Some(&self.key)) {
            self.write(b"\n")?;
            self.advance(&entry, length(torn) + 1);
            return Ok(());
        }
        let aside = self.aside();
        // If there is one already, this is what was begun to tell of it.
        if !aside.exists() {
            whole::write(&aside, torn, Access::Private, Existing::Refuse)?;
        }
        self.file.set_len(self.bytes).and_then(|()| self.file.sync_all()).map_err(|source| self.io(source))
    }

    /// Writes the entry about a line that was put aside, if there is none yet.
    fn tell_aside(&mut self) -> Result<(), AuditLogError> {
        let aside = self.aside();
        let torn = match fs::read(&aside) {
            Ok(torn) => torn,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(source) => return Err(AuditLogError::Io { path: aside, source }),
        };
        let at = fs::metadata(&aside).and_then(|about| about.modified());
        let at = at.map_err(|source| AuditLogError::Io { path: aside, source })?;
        let torn = Action::Torn { bytes: length(&torn), sha256: Digest(Sha256::digest(&torn).into()) };
        self.add(DateTime::from(at), &torn).map(|_| ())
    }

    /// Where a torn line in the place of the next entry is put.
    fn aside(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(format!(".torn-{}", self.chain.entries + 1));
        path.into()
    }

    fn add(&mut self, at: DateTime<Utc>, action: &Action) -> Result<Digest, AuditLogError> {
        let (entry, line) = self.chain.link(at, action, &self.key);
        self.write(&line)?;
        self.advance(&entry, length(&line));
        Ok(entry.hash)
    }

    fn write(&self, bytes: &[u8]) -> Result<(), AuditLogError> {
        (&self.file).write_all(bytes).and_then(|()| self.file.sync_all()).map_err(|source| {
            // What was not written whole must not stand before the next entry.
            let _ = self.file.set_len(self.bytes);
            self.io(source)
        })
    }

    fn advance(&mut self, entry: &AuditEntry, bytes: u64) {
        self.chain.advance(entry);
        self.lines += 1;
        self.bytes += bytes;
        self.note(entry);
    }

    fn note(&mut self, entry: &AuditEntry) {
        match entry.known() {
            Some(Action::Forgotten { marks, before, after, .. }) => {
                self.forgotten.extend(marks.into_iter().map(|mark| ((mark, before, after), entry.hash)));
            }
            Some(Action::Pseudonymised { purpose, .. }) => drop(self.purposes.insert(purpose)),
            _ => {}
        }
    }

    fn io(&self, source: io::Error) -> AuditLogError {
        AuditLogError::Io { path: self.path.clone(), source }
    }
}

impl HeldLog<'_> {
    /// Adds an entry, as [`AuditLog::append`] does.
    ///
    /// # Errors
    /// [`AuditLogError`]; what the entry is about must then not be done.
    pub fn append(&mut self, at: DateTime<Utc>, action: &Action) -> Result<Digest, AuditLogError> {
        self.0.add(at, action)
    }

    /// The log.
    #[must_use]
    pub const fn log(&self) -> &AuditLog {
        self.0
    }
}

impl Drop for HeldLog<'_> {
    fn drop(&mut self) {
        // Closing the file lets go of it too.
        let _ = self.0.file.unlock();
    }
}

/// So that a log that was begun is there after a power failure.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}
