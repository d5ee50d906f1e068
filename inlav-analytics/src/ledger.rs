//! The ledger: every release that was ever made from a store, so that a new one is protected jointly
//! with all of them.
//!
//! ```text
//! STORE/ledger/
//!   000001/record.json     what was released when, from what, under which policy; chained
//!   000001/counts.json     the true counts behind it and whose they are: never leaves the hub
//!   000001/release/…       the released files, byte for byte
//!   000002/…
//! ```
//!
//! `record.json` is `{"hash": …, "record": …}` in the one spelling of RFC 8785, and `hash` is
//! SHA-256(`inlav-ledger/v1\0` ‖ the record in that spelling). The record has the hash of the one
//! before it and the digests of all files beside it. Whoever changes, moves or takes out a record is
//! found out by whoever reads the ledger; whoever cuts off its end, or writes all of it anew, by
//! whoever kept the hash of a later record, its *head*.
//!
//! # The order of a release
//!
//! The release is written beside its place; the record is written beside its place; the record gets
//! its name, and the folder of the ledger is synced; the release gets its name. So whatever is in
//! its place is in the ledger, wherever a run is killed. What a killed run recorded and did not put
//! in its place counts as released, and [`Ledger::rebuild`] puts it there. A record has its name
//! only when it is whole: one that is not whole was never made by a killed run, and is refused like
//! any other change. What is left beside the records of runs that were killed is removed by the next.
//!
//! # Correcting a release
//!
//! A release is out for good. One that corrects it (`corrects` in its record) is protected jointly
//! with what is out already like any other, and can disclose nothing by how it differs.
//!
//! # Privacy
//!
//! `counts.json` has the numbers of the persons in each leaf cell: as sensitive as the extracts in the
//! store, pseudonymous, and to be kept and erased with them. Nothing of it is in the release.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use inlav_core::exchange::Digest;
use inlav_core::whole::{self, Access, Existing, WholeDirectory, WholeError};

use crate::disclosure::{Earlier, Publication, Released};
use crate::evaluate::Evaluation;
use crate::release::{Release, Staged, Written};
use crate::store::{Store, StoreError};

mod error;
mod files;
mod record;

pub use error::{Fault, LedgerError};
pub use record::{Cells, Content, Record, ReleaseRecord, TableRecord};

use files::{COUNTS_FILE, RECORD_FILE, RELEASE_FOLDER, folder_name};

/// The ledger of a store, read and found whole.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    records: Vec<Record>,
}

/// The ledger of a store while no other release and no ingest is at work there.
#[derive(Debug)]
pub struct HeldLedger {
    ledger: Ledger,
    earlier: Vec<Earlier>,
    _held: File,
}

/// What [`HeldLedger::publish`] is told beside the release itself.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Where the release gets to.
    pub target: &'a Path,
    /// The folder of its certificate: never inside the release.
    pub certificates: &'a Path,
    /// What to do with what is there.
    pub existing: Existing,
    /// The time, RFC 3339.
    pub now: String,
    /// Number of the release that this one corrects.
    pub corrects: Option<u64>,
}

/// A release that is out and in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its number in the ledger.
    pub number: u64,
    /// The ledger's head: whoever keeps it can tell whether the ledger was cut.
    pub head: Digest,
    /// What was written.
    pub written: Written,
}

impl Ledger {
    /// Reads the ledger of the store in a folder.
    ///
    /// # Guarantee
    /// Every record, and every file beside it, is byte for byte what was written, and none is missing
    /// before the last. Tests `every_byte_of_a_ledger_counts` and `records_are_in_their_places`.
    ///
    /// # Errors
    /// [`LedgerError::Broken`], naming the record and what is wrong with it.
    pub fn open(store: &Path) -> Result<Self, LedgerError> {
        Self::read(Store::ledger_in(store)?)
    }

    fn read(folder: PathBuf) -> Result<Self, LedgerError> {
        let mut records: Vec<Record> = Vec::new();
        for number in 1..=files::count(&folder)? {
            let previous = records.last().map_or(Digest([0; 32]), |record| record.hash);
            records.push(files::read(&folder, number, previous)?);
        }
        Ok(Self { folder, records })
    }

    /// The records, the first release first.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The hash of the last record; `None` while there is none.
    #[must_use]
    pub fn head(&self) -> Option<Digest> {
        self.records.last().map(|record| record.hash)
    }

    /// The number of the record with a hash that was the head once.
    #[must_use]
    pub fn position(&self, head: &Digest) -> Option<u64> {
        self.records.iter().find(|record| record.hash == *head).map(|record| record.number)
    }

    /// The record with a number.
    ///
    /// # Errors
    /// [`LedgerError::NoRecord`].
    pub fn record(&self, number: u64) -> Result<&Record, LedgerError> {
        let found = self.records.iter().find(|record| record.number == number);
        found.ok_or(LedgerError::NoRecord { number, records: self.records.len() })
    }

    /// What the release with a number published, and the true counts behind it.
    ///
    /// # Errors
    /// [`LedgerError::NoRecord`], [`LedgerError::Later`] of what this version cannot read, and
    /// [`LedgerError::Broken`].
    pub fn published(&self, number: u64) -> Result<Earlier, LedgerError> {
        let record = self.record(number)?;
        let Content::Release(release) = &record.content else {
            return Err(LedgerError::Later { number });
        };
        let bytes = files::read_file(&self.folder, number, COUNTS_FILE, &release.counts)?;
        serde_json::from_slice(&bytes).map_err(|_| LedgerError::Broken { number, fault: Fault::Counts })
    }

    /// Puts the files of a past release into a directory, byte for byte.
    ///
    /// # Errors
    /// Those of [`Ledger::published`], and [`LedgerError::Write`].
    pub fn rebuild(&self, number: u64, target: &Path, existing: Existing) -> Result<(), LedgerError> {
        let Content::Release(release) = &self.record(number)?.content else {
            return Err(LedgerError::Later { number });
        };
        if existing == Existing::Replace {
            whole::require_own(target, crate::release::MARK)?;
        }
        let directory = WholeDirectory::create(target, existing)?;
        for (name, digest) in &release.files {
            let bytes = files::read_file(&self.folder, number, &format!("{RELEASE_FOLDER}/{name}"), digest)?;
            whole::write(&directory.path().join(name), &bytes, Access::Shared, Existing::Refuse)?;
        }
        Ok(directory.finish()?)
    }
}

impl HeldLedger {
    /// Reads the ledger of a store, and keeps other releases and ingests out until this is dropped.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when one is at work, [`LedgerError::Later`] when a later version of
    /// this program released something that this one cannot protect, and those of [`Ledger::open`].
    pub fn hold(store: &Store) -> Result<Self, LedgerError> {
        let held = store.lock()?;
        let folder = store.ledger_folder();
        let io = |source| StoreError::Write(WholeError::Io { path: folder.clone(), source });
        whole::remove_abandoned(&folder).map_err(io)?;
        let ledger = Ledger::read(folder)?;
        let numbers = ledger.records.iter().map(|record| record.number);
        let earlier = numbers.map(|number| ledger.published(number)).collect::<Result<_, _>>()?;
        Ok(Self { ledger, earlier, _held: held })
    }

    /// The ledger.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What was released earlier, the first release first: for [`Evaluation::protect`].
    #[must_use]
    pub fn earlier(&self) -> &[Earlier] {
        &self.earlier
    }

    /// Records a release, and puts it in its place: the only way there.
    ///
    /// # Guarantee
    /// A release that is in its place is in the ledger, on disk, whenever the process is killed, and
    /// it was protected jointly with all that were in the ledger before. Tests
    /// `a_release_is_protected_jointly_with_those_before_it` and, of the program,
    /// `a_killed_release_never_counts_for_less`.
    ///
    /// # Errors
    /// [`LedgerError::NotJoint`] when the publication was protected without what was released
    /// earlier; [`LedgerError::Release`] and [`LedgerError::Write`] when something cannot be
    /// written, [`LedgerError::Recorded`] when that is so after it was recorded.
    pub fn publish(
        &mut self,
        release: &Release<'_>,
        evaluation: &Evaluation,
        entry: Entry<'_>,
    ) -> Result<Recorded, LedgerError> {
        let names = self.earlier.iter().map(Earlier::name);
        if !names.eq(release.publication.audit.earlier.iter().map(String::as_str)) {
            return Err(LedgerError::NotJoint);
        }
        if let Some(corrected) = entry.corrects {
            self.ledger.record(corrected)?;
        }
        let number = self.ledger.records.last().map_or(1, |record| record.number + 1);
        let remembered = remembered(evaluation, number, release.publication)?;
        let staged = release.stage(entry.target, entry.certificates, entry.existing, entry.now.clone())?;
        let record = self.append(&staged, &remembered, release, &entry, number)?;
        let head = record.hash;
        self.ledger.records.push(record);
        self.earlier.push(remembered);
        let written = staged.publish().map_err(|source| LedgerError::Recorded { number, source })?;
        Ok(Recorded { number, head, written })
    }

    fn append(
        &self,
        staged: &Staged,
        remembered: &Earlier,
        release: &Release<'_>,
        entry: &Entry<'_>,
        number: u64,
    ) -> Result<Record, LedgerError> {
        whole::make_folder(&self.ledger.folder)?;
        let directory =
            WholeDirectory::create(&self.ledger.folder.join(folder_name(number)), Existing::Refuse)?;
        let put = |name: &str, bytes: &[u8], access| {
            whole::write(&directory.path().join(name), bytes, access, Existing::Refuse)
        };
        let counts = inlav_core::exchange::canonical(remembered);
        put(COUNTS_FILE, &counts, Access::Private)?;
        for (name, digest) in &staged.files {
            let path = staged.path().join(name);
            let bytes = fs::read(&path).map_err(|source| StoreError::Io { path: path.clone(), source })?;
            if files::digest_of(&bytes) != *digest {
                return Err(StoreError::Changed { path }.into());
            }
            put(&format!("{RELEASE_FOLDER}/{name}"), &bytes, Access::Shared)?;
        }
        let content = ReleaseRecord::of(release, staged, entry.corrects, files::digest_of(&counts));
        let previous = self.ledger.head().unwrap_or(Digest([0; 32]));
        let record =
            Record::chained(number, previous, entry.now.clone(), Content::Release(Box::new(content)));
        put(RECORD_FILE, &record.bytes(), Access::Shared)?;
        directory.finish()?;
        Ok(record)
    }
}

fn remembered(
    evaluation: &Evaluation,
    number: u64,
    publication: &Released<Publication>,
) -> Result<Earlier, LedgerError> {
    evaluation.remember(number.to_string(), publication).map_err(|_| LedgerError::NotJoint)
}

/// The digests of files by name.
pub type Files = BTreeMap<String, Digest>;

#[cfg(test)]
mod tests;
