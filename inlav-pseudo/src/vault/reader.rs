//! Opening a vault.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::error::VaultReadError;
use super::header::VaultContext;
use super::identity::Identity;
use super::record::{Mark, RecordCipher, Tombstones};
use super::records::{Record, Records};
use crate::keys::{VaultOpenKey, VaultSealKey};
use crate::pseudonym::Pseudonym;

/// What a vault holds of a person. Debug is redacted.
#[derive(Debug, PartialEq, Eq)]
pub enum Sealed {
    /// What identifies the person.
    Person(Identity),
    /// The person was forgotten.
    Forgotten,
}

/// A vault being opened: an iterator of persons, by pseudonym.
///
/// # Guarantee
/// A person that it yields is one that was sealed at this place of this vault. Only when it has
/// ended without an error is it known that none is missing. Tests `every_flipped_bit_is_seen`,
/// `a_cut_is_seen_wherever_it_is`, `records_out_of_place_are_refused`.
pub struct VaultReader<R = BufReader<File>> {
    records: Records<R>,
    cipher: RecordCipher,
    tombstones: Tombstones,
    ended: bool,
}

impl VaultReader {
    /// Opens a vault with what its PUA has and what its custodians have.
    ///
    /// # Errors
    /// [`VaultReadError`], naming the file and what does not fit.
    pub fn open(path: &Path, seal: &VaultSealKey, open: &VaultOpenKey) -> Result<Self, VaultReadError> {
        Self::of(Records::open(path)?, seal, open)
    }
}

impl<R: Read> VaultReader<R> {
    pub(crate) fn of(
        records: Records<R>,
        seal: &VaultSealKey,
        open: &VaultOpenKey,
    ) -> Result<Self, VaultReadError> {
        let header = records.header();
        let keys = seal
            .decapsulate(open, &header.encapsulated, &header.info())
            .filter(|keys| keys.commitment.ct_eq(&header.commitment).into());
        let Some(keys) = keys else {
            // Which of the keys does not fit, as far as the header tells.
            records.expect(seal)?;
            let (path, found) = (records.path().to_owned(), header.key_id);
            return Err(if found == open.id() {
                VaultReadError::Header { path }
            } else {
                VaultReadError::Key { path, expected: open.id(), found }
            });
        };
        let (cipher, tombstones) = (RecordCipher::new(&keys, header.nonce_prefix), records.tombstones(seal));
        Ok(Self { records, cipher, tombstones, ended: false })
    }

    /// The extract that the vault belongs to.
    #[must_use]
    pub const fn context(&self) -> VaultContext {
        self.records.header().context
    }

    /// Opens the records of these persons and no others, and tells in their order what is there.
    ///
    /// # Errors
    /// [`VaultReadError`]; also if a record is missing or does not fit, except that the records of
    /// others are not opened and may be damaged.
    pub fn find(mut self, wanted: &BTreeSet<Pseudonym>) -> Result<Vec<(Pseudonym, Sealed)>, VaultReadError> {
        let mut found = Vec::new();
        while let Some(record) = self.records.next()? {
            if record.pseudonym.is_none_or(|pseudonym| wanted.contains(&pseudonym)) {
                found.extend(self.opened(record)?);
            }
        }
        Ok(found)
    }

    /// Opens a record; `None` is the last one.
    fn opened(&mut self, record: Record) -> Result<Option<(Pseudonym, Sealed)>, VaultReadError> {
        let Record { number, mark, pseudonym, sealed } = record;
        let fault = self.records.not_authentic(number);
        let mut text = Zeroizing::new(sealed);
        match (mark, pseudonym) {
            (Mark::Forgotten, Some(pseudonym)) => {
                let vouched = self.tombstones.vouches(number, &pseudonym, &text);
                vouched.then_some(Some((pseudonym, Sealed::Forgotten))).ok_or(fault)
            }
            (Mark::Person, Some(pseudonym)) => {
                let opened = self.cipher.open(number, mark, Some(&pseudonym), &mut *text);
                let columns = &self.records.header().columns;
                let identity =
                    opened.ok().and_then(|()| Identity::from_padded(columns, &text)).ok_or(fault)?;
                Ok(Some((pseudonym, Sealed::Person(identity))))
            }
            _ => {
                let opened = self.cipher.open(number, mark, None, &mut *text);
                let counted = opened.is_ok() && *text == number.to_be_bytes();
                counted.then_some(None).ok_or(fault)
            }
        }
    }

    fn record(&mut self) -> Result<Option<(Pseudonym, Sealed)>, VaultReadError> {
        let Some(record) = self.records.next()? else { return Ok(None) };
        match self.opened(record)? {
            Some(person) => Ok(Some(person)),
            // The last record: nothing may follow.
            None => self.records.next().map(|_| None),
        }
    }
}

impl<R: Read> Iterator for VaultReader<R> {
    type Item = Result<(Pseudonym, Sealed), VaultReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let record = self.record().transpose();
        self.ended = !matches!(record, Some(Ok(_)));
        record
    }
}

impl<R> std::fmt::Debug for VaultReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VaultReader(redacted)")
    }
}
