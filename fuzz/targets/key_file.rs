//! The header of a key file from outside: what it tells without a passphrase is within its limits, and
//! nobody works on a passphrase for a file of another programme.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use inlav_core::language::Language;
use inlav_core::programme::ProjectId;
use inlav_pseudo::keys::{KeyFileHeader, OpenKeyError, Passphrase, RootKey, destroyed_header};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

fuzz_target!(|header: &[u8]| {
    let path = FOLDER.path().join("key.ilk");
    let put = |bytes: &[u8]| std::fs::write(&path, bytes).expect("a file");
    put(header);
    drop(read(&path));

    // Without a digest that fits, nothing is read of it: here it has one, behind a root of zeros.
    let mut whole = [header, &[0; 48]].concat();
    whole.extend_from_slice(&Sha256::digest(&whole));
    put(&whole);
    let Some(told) = read(&path) else { return };

    let mut other = *told.label.project.as_bytes();
    other[0] ^= 1;
    let other = ProjectId::try_from(other.map(|byte| format!("{byte:02x}")).concat()).expect("32 digits");
    let refused = RootKey::open(&path, other, &Passphrase::new("never worked on".to_owned()));
    assert!(matches!(refused, Err(OpenKeyError::Project { .. })), "a key of another programme");

    // What is left of it after a destruction that was broken off tells the same.
    put(&[header, &[0; 80]].concat());
    let left = destroyed_header(&path).expect("what was read with its secret part is read without");
    assert_eq!((&left.label, left.id, left.cost), (&told.label, told.id, told.cost));
    assert!(RootKey::header(&path).is_err(), "an erased key is no key");
});

/// What a file tells, if it is a key file.
fn read(path: &Path) -> Option<KeyFileHeader> {
    match RootKey::header(path) {
        Ok(told) => {
            let [memory, passes, lanes] = told.cost.numbers();
            assert!((64..=2048).contains(&memory) && (1..=10).contains(&passes) && (1..=16).contains(&lanes));
            assert!(!told.label.text(Language::It).is_empty());
            let again = destroyed_header(path).expect("read again");
            assert_eq!((again.label, again.id), (told.label.clone(), told.id));
            Some(told)
        }
        Err(fault) => {
            assert!(!fault.text(Language::It).is_empty() && !fault.to_string().is_empty());
            None
        }
    }
}
