use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use inlav_core::exchange::Digest;
use inlav_core::whole::Existing;

use super::reader::VaultReader;
use super::writer::Sealer;
use super::*;
use crate::keys::{KeyId, KeyLabel, KeyRole, RootKey, Secret, VaultOpenKey, VaultSealKey};
use crate::pseudonym::Pseudonym;

const CONTEXT: VaultContext = VaultContext { epoch: 2025, schema: Digest([1; 32]), policy: Digest([2; 32]) };
const COLUMNS: [&str; 3] = ["birth_date", "family_name", "notes"];
const NAMES: [&str; 3] = ["Provafalso", "Inventata", "Mai Esistito"];

/// What a PUA has and what its custodians have.
type Keys = (VaultSealKey, VaultOpenKey);

fn secret(byte: u8) -> Secret {
    Secret::fill(|bytes| {
        *bytes = [byte; 32];
        Ok::<(), ()>(())
    })
    .unwrap()
}

fn keys(site_root: u8, vault_root: u8, project: &str, site: &str) -> Keys {
    let site: inlav_core::programme::SiteId = site.parse().unwrap();
    let project = project.to_owned().try_into().unwrap();
    let label = KeyLabel { role: KeyRole::Vault, project, site: Some(site.clone()), epoch: 0 };
    let vault = RootKey::new(label, secret(vault_root));
    let seal = VaultSealKey::of(&secret(site_root), KeyId::from([site_root; 8]), &site, &vault);
    (seal, VaultOpenKey::from_root(&vault).unwrap())
}

fn ours() -> Keys {
    keys(1, 7, "0e8dd2f1928f2afb65b8f4da4c6028f9", "PUA05")
}

fn identity(name: &str) -> Identity {
    let mut identity = Identity::default();
    identity.push("family_name", name.to_owned());
    identity.push("birth_date", "09/06/2004".to_owned());
    identity
}

fn pseudonym(number: usize) -> Pseudonym {
    Pseudonym::from([u8::try_from(number).unwrap(); 16])
}

/// A vault and where its records begin and end.
fn sealed(names: &[&str]) -> (Vec<u8>, Vec<usize>) {
    let mut sealer = Sealer::begin(Path::new("v.ilv"), Vec::new(), &ours().0, CONTEXT, &COLUMNS).unwrap();
    for (number, name) in names.iter().enumerate() {
        sealer.person(&pseudonym(number), &identity(name)).unwrap();
    }
    let (bytes, persons, _) = sealer.finish().unwrap();
    assert_eq!(persons, u64::try_from(names.len()).unwrap());
    let mut bounds = vec![HEADER];
    bounds.extend((1..=names.len()).map(|n| HEADER + n * RECORD));
    assert_eq!(bytes.len(), bounds.last().unwrap() + LAST);
    (bytes, bounds)
}

/// Where the list of columns stands, for a site of five characters.
const LIST: std::ops::Range<usize> = 147..177;
/// Sizes for such a site, such columns and persons in one bucket.
const HEADER: usize = 8 + 1 + 16 + 6 + 4 + 8 + 8 + 16 + 16 + 32 + 32 + 30 + 32 + 16;
const RECORD: usize = 1 + 16 + 4 + 64 + 16;
const LAST: usize = 1 + 4 + 8 + 16;

const TOMBSTONE: usize = 1 + 16 + 4 + 32;

fn read(bytes: &[u8], (seal, open): &Keys) -> Result<Vec<(Pseudonym, Sealed)>, VaultReadError> {
    VaultReader::of(Records::begin(Path::new("v.ilv"), bytes)?, seal, open)?.collect()
}

/// The vault with a person's record replaced, as forgetting does it.
fn without(bytes: &[u8], keys: &Keys, gone: usize) -> Vec<u8> {
    let mut records = Records::begin(Path::new("v.ilv"), bytes).unwrap();
    let tombstones = records.tombstones(&keys.0);
    let mut made = records.header_bytes();
    while let Some(mut record) = records.next().unwrap() {
        if record.pseudonym.is_some_and(|found| found == pseudonym(gone)) {
            record.forget(&tombstones);
        }
        made.extend(record.bytes());
    }
    made
}

#[test]
fn what_is_sealed_is_read_in_order() {
    let (bytes, _) = sealed(&NAMES);
    let persons = read(&bytes, &ours()).unwrap();
    assert_eq!(persons.len(), NAMES.len());
    for (number, ((found, opened), name)) in persons.iter().zip(NAMES).enumerate() {
        assert!(*found == pseudonym(number) && *opened == Sealed::Person(identity(name)));
    }
    assert!(read(&sealed(&[]).0, &ours()).unwrap().is_empty());
}

#[test]
fn a_vault_shows_no_value() {
    let (bytes, _) = sealed(&NAMES);
    for name in NAMES {
        assert!(!bytes.windows(name.len()).any(|window| window == name.as_bytes()));
    }
    // The names of columns stand in the header; which of them a person has does not show.
    assert!(!bytes[HEADER..].windows(4).any(|window| window == b"name"));
}

#[test]
fn every_flipped_bit_is_seen() {
    let bytes = without(&sealed(&NAMES[..2]).0, &ours(), 1);
    assert_eq!(bytes.len(), HEADER + RECORD + TOMBSTONE + LAST);
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[position] ^= 1 << bit;
            assert!(read(&flipped, &ours()).is_err(), "bit {bit} of byte {position} is not seen");
        }
    }
}

#[test]
fn a_flipped_header_is_called_damaged() {
    let (bytes, _) = sealed(&[]);
    // From the epoch on, without the ids of keys: another one of those is called another key.
    // Lengths in the list tell where the header ends: another one may be called no vault.
    let lengths = [LIST.start, LIST.start + 1, LIST.start + 12, LIST.start + 24];
    for position in (31..35).chain(51..HEADER).filter(|position| !lengths.contains(position)) {
        let mut flipped = bytes.clone();
        flipped[position] ^= 1;
        assert!(matches!(read(&flipped, &ours()), Err(VaultReadError::Header { .. })), "{position}");
    }
    let mut flipped = bytes;
    flipped[8] = 2;
    assert!(matches!(read(&flipped, &ours()), Err(VaultReadError::Version { version: 2, .. })));
}

#[test]
fn the_names_of_columns_are_bound_by_the_keys() {
    let (bytes, _) = sealed(&NAMES);
    assert_eq!(bytes[LIST], *b"\x03\x0abirth_date\x0bfamily_name\x05notes");
    let with = |list: &[u8]| [&bytes[..LIST.start], list, &bytes[LIST.end..]].concat();
    assert!(read(&with(&bytes[LIST]), &ours()).is_ok());
    for list in [
        // Another name, another order, one more, one less, none: each a list that could be.
        &b"\x03\x0abirth_dato\x0bfamily_name\x05notes"[..],
        b"\x03\x0bfamily_name\x0abirth_date\x05notes",
        b"\x04\x0abirth_date\x0bfamily_name\x05notes\x03cui",
        b"\x02\x0abirth_date\x0bfamily_name",
        b"\x00",
    ] {
        assert!(matches!(read(&with(list), &ours()), Err(VaultReadError::Header { .. })));
    }
}

#[test]
fn a_value_of_another_column_is_refused_by_name() {
    let mut sealer = Sealer::begin(Path::new("v.ilv"), Vec::new(), &ours().0, CONTEXT, &COLUMNS).unwrap();
    let mut other = identity("Provafalso");
    other.push("phone", "333 1234567".to_owned());
    let refused = sealer.person(&pseudonym(1), &other).unwrap_err();
    assert_eq!(refused.to_string(), "the vault was not begun for values of phone (record 1)");
    let begun = Sealer::begin(Path::new("v.ilv"), Vec::new(), &ours().0, CONTEXT, &["Cognome"]);
    assert!(matches!(begun, Err(VaultWriteError::Columns)));
}

#[test]
fn a_cut_is_seen_wherever_it_is() {
    let (bytes, bounds) = sealed(&NAMES);
    for length in 0..bytes.len() {
        match read(&bytes[..length], &ours()) {
            Err(VaultReadError::NotAVault { .. }) => assert!(length < HEADER),
            Err(VaultReadError::CutShort { record, .. }) => {
                let whole = bounds.iter().filter(|bound| **bound <= length).count();
                assert_eq!(record, u64::try_from(whole).unwrap());
            }
            _ => panic!("a cut after {length} bytes is not seen"),
        }
    }
}

#[test]
fn records_out_of_place_are_refused() {
    let (bytes, bounds) = sealed(&NAMES);
    let (header, one, two, rest) = (
        &bytes[..bounds[0]],
        &bytes[bounds[0]..bounds[1]],
        &bytes[bounds[1]..bounds[2]],
        &bytes[bounds[2]..],
    );
    let last = &bytes[bounds[3]..];
    let refused = |parts: &[&[u8]], number: u64| match read(&parts.concat(), &ours()) {
        Err(VaultReadError::Record { record, .. }) => record == number,
        _ => false,
    };
    assert!(refused(&[header, two, one, rest], 1), "two records changed places");
    assert!(refused(&[header, one, one, rest], 2), "a record is there twice");
    assert!(refused(&[header, one, rest], 2), "a record is missing");
    assert!(refused(&[header, one, two, last], 3), "the end is missing, the count is not");

    let (other, _) = sealed(&NAMES);
    let (foreign_one, foreign_last) = (&other[bounds[0]..bounds[1]], &other[bounds[3]..]);
    assert!(refused(&[header, foreign_one, two, rest], 1), "a record of another vault");
    assert!(refused(&[&bytes[..bounds[3]], foreign_last], 4), "the count of another vault");

    let swapped = [header, &one[..1], &two[1..17], &one[17..], two, rest].concat();
    assert!(refused(&[&swapped], 1), "a record under the pseudonym of another person");
    let trailing = [bytes.as_slice(), one].concat();
    assert!(matches!(read(&trailing, &ours()), Err(VaultReadError::Trailing { .. })));
}

#[test]
fn the_last_record_of_an_empty_vault_ends_no_other() {
    let (full, bounds) = sealed(&NAMES[..1]);
    let (empty, _) = sealed(&[]);
    let forged = [&full[..bounds[0]], &empty[HEADER..]].concat();
    assert!(matches!(read(&forged, &ours()), Err(VaultReadError::Record { record: 1, .. })));
}

#[test]
fn a_foreign_vault_is_named() {
    let (bytes, _) = sealed(&NAMES);
    let project = "0e8dd2f1928f2afb65b8f4da4c6028f9";
    let refused = |keys: Keys| read(&bytes, &keys).err();
    assert!(matches!(refused(keys(1, 8, project, "PUA05")), Some(VaultReadError::Key { .. })));
    assert!(matches!(refused(keys(2, 7, project, "PUA05")), Some(VaultReadError::SiteKey { .. })));
    assert!(matches!(refused(keys(1, 7, project, "PUA06")), Some(VaultReadError::Site { .. })));
    assert!(matches!(refused(keys(1, 7, &"0".repeat(32), "PUA05")), Some(VaultReadError::Project { .. })));
    assert!(matches!(read(b"id;name\n1;Provafalso\n", &ours()), Err(VaultReadError::NotAVault { .. })));
}

#[test]
fn each_vault_has_its_own_keys_number_and_nonces() {
    let vaults: BTreeSet<Vec<u8>> = (0..4).map(|_| sealed(&NAMES).0).collect();
    assert_eq!(vaults.len(), 4);
    for range in [51..67, 67..83, LIST.end..LIST.end + 32, LIST.end + 32..HEADER] {
        let parts: BTreeSet<_> = vaults.iter().map(|bytes| bytes[range.clone()].to_vec()).collect();
        assert_eq!(parts.len(), 4);
    }
}

#[test]
fn a_vault_is_private_and_whole_or_absent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v.ilv");
    let mut vault = VaultWriter::create(&path, Existing::Refuse, &ours().0, CONTEXT, &COLUMNS).unwrap();
    vault.seal(&pseudonym(1), &identity("Provafalso")).unwrap();
    drop(vault);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    let mut vault = VaultWriter::create(&path, Existing::Refuse, &ours().0, CONTEXT, &COLUMNS).unwrap();
    vault.seal(&pseudonym(1), &identity("Provafalso")).unwrap();
    assert_eq!(vault.finish().unwrap(), 1);
    let (seal, open) = ours();
    let mut reader = VaultReader::open(&path, &seal, &open).unwrap();
    assert_eq!(reader.context(), CONTEXT);
    assert!(reader.next().unwrap().unwrap().1 == Sealed::Person(identity("Provafalso")));
    assert!(reader.next().is_none());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// A disk that is full after some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told_wherever_it_happens() {
    for room in 0..HEADER + RECORD + LAST {
        let written = Sealer::begin(Path::new("v.ilv"), Full(room), &ours().0, CONTEXT, &COLUMNS)
            .and_then(|mut sealer| {
                sealer.person(&pseudonym(1), &identity("Provafalso"))?;
                sealer.finish()
            })
            .map(|_| ());
        match written {
            Err(VaultWriteError::Io { source, .. }) => {
                assert_eq!(source.kind(), io::ErrorKind::StorageFull);
            }
            _ => panic!("a disk full after {room} bytes is not seen"),
        }
    }
}

/// The number is that of the nonce.
#[test]
fn a_record_that_could_not_be_written_has_used_up_its_number() {
    let (key, place) = (ours().0, Path::new("v.ilv"));
    let mut sealer = Sealer::begin(place, Full(HEADER + 1), &key, CONTEXT, &COLUMNS).unwrap();
    for used in 1..3 {
        assert!(sealer.person(&pseudonym(1), &identity("Provafalso")).is_err());
        assert_eq!(sealer.persons(), used);
    }
}

proptest::proptest! {
    /// Whatever follows a good header is refused without a panic.
    #[test]
    fn any_bytes_after_the_header_are_refused(tail in proptest::collection::vec(proptest::num::u8::ANY, 0..256)) {
        let (bytes, _) = sealed(&[]);
        proptest::prop_assert!(read(&[&bytes[..HEADER], &tail].concat(), &ours()).is_err());
    }
}

#[test]
fn what_is_too_long_is_refused_by_record() {
    let mut sealer = Sealer::begin(Path::new("v.ilv"), Vec::new(), &ours().0, CONTEXT, &COLUMNS).unwrap();
    let refused = sealer.person(&pseudonym(1), &identity(&"x".repeat(16 * 1024 * 1024)));
    assert!(matches!(refused, Err(VaultWriteError::TooLong { record: 1 })));
}

#[test]
fn a_tombstone_tells_that_a_person_is_forgotten_and_nothing_else() {
    let (bytes, _) = sealed(&NAMES);
    let after = without(&bytes, &ours(), 1);
    assert_eq!(after.len(), HEADER + 2 * RECORD + TOMBSTONE + LAST);
    let persons = read(&after, &ours()).unwrap();
    let kinds: Vec<_> = persons.iter().map(|(_, sealed)| *sealed == Sealed::Forgotten).collect();
    assert_eq!(kinds, [false, true, false]);
    assert!(without(&after, &ours(), 1) == after, "it is made once");
    // What was sealed of the person is not in the file any more.
    let gone = &bytes[HEADER + RECORD + 21..HEADER + 2 * RECORD];
    assert!(!after.windows(16).any(|window| window == &gone[..16]));
}

#[test]
fn only_the_pua_forgets() {
    let (bytes, _) = sealed(&NAMES);
    let refused = |bytes: &[u8]| match read(bytes, &ours()) {
        Err(VaultReadError::Record { record, .. }) => record,
        _ => 0,
    };
    // Somebody without the site key, a tombstone of another place, of another vault, of nobody.
    let project = "0e8dd2f1928f2afb65b8f4da4c6028f9";
    assert_eq!(refused(&without(&bytes, &keys(2, 7, project, "PUA05"), 1)), 2);
    let mut two = without(&without(&bytes, &ours(), 0), &ours(), 1);
    let (one, other) = (HEADER..HEADER + TOMBSTONE, HEADER + TOMBSTONE..HEADER + 2 * TOMBSTONE);
    let swapped = [&two[..HEADER], &two[other.clone()], &two[one.clone()], &two[other.end..]].concat();
    assert_eq!(refused(&swapped), 1);
    let foreign = without(&sealed(&NAMES).0, &ours(), 0);
    two[one.clone()].copy_from_slice(&foreign[one.clone()]);
    assert_eq!(refused(&two), 1);
    let mut whole = without(&bytes, &ours(), 0);
    whole.drain(one);
    assert_eq!(refused(&whole), 1);
}

#[test]
fn only_the_persons_asked_for_are_opened() {
    let (mut bytes, _) = sealed(&NAMES);
    // The record of somebody else is damaged: it is not touched.
    bytes[HEADER + 30] ^= 1;
    let find = |bytes: &[u8], wanted: &[usize]| {
        let (seal, open) = ours();
        let records = Records::begin(Path::new("v.ilv"), bytes).unwrap();
        let wanted = wanted.iter().map(|number| pseudonym(*number)).collect();
        VaultReader::of(records, &seal, &open).unwrap().find(&wanted)
    };
    let found = find(&bytes, &[2, 9]).unwrap();
    assert!(found.len() == 1 && found[0] == (pseudonym(2), Sealed::Person(identity(NAMES[2]))));
    assert!(matches!(find(&bytes, &[0]), Err(VaultReadError::Record { record: 1, .. })));
    assert!(matches!(find(&bytes[..bytes.len() - 1], &[2]), Err(VaultReadError::CutShort { .. })));
}
