//! A vault from outside, its header and records: nobody is read from it who was not sealed there, and no
//! change of a genuine one goes unseen.
//!
//! The first byte says what the others are: `0` a whole file, `1` records behind a genuine header, `2`
//! changes of a genuine vault (two bytes for the place, one that is added to what stands there).

#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use inlav_core::exchange::Digest;
use inlav_core::programme::Programme;
use inlav_core::whole::Existing;
use inlav_pseudo::keys::{KdfCost, Passphrase, SiteKeys, VaultOpenKey};
use inlav_pseudo::pseudonym::Pseudonym;
use inlav_pseudo::vault::{Identity, VaultContext, VaultReader, VaultWriter, vault_site};
use libfuzzer_sys::fuzz_target;

/// Bytes of a header, for a PUA of five characters and a vault of the column `family_name`.
const HEADER: usize = 8 + 1 + 16 + 6 + 4 + 8 + 8 + 16 + 16 + 32 + 32 + 13 + 32 + 16;
/// Persons in the genuine vault.
const PERSONS: usize = 3;

struct Office {
    folder: tempfile::TempDir,
    keys: SiteKeys,
    open: VaultOpenKey,
    vault: Vec<u8>,
}

static OFFICE: LazyLock<Office> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let (project, site) = (Programme::inlav_lombardia().project_id, "PUA05".parse().expect("a PUA"));
    let passphrase = Passphrase::new("only while it is fuzzed".to_owned());
    let (place, cost) = (folder.path().join("keys"), KdfCost::memory_mib(64).expect("a cost"));
    let keys = SiteKeys::create(&place, project, &site, &passphrase, cost).expect("keys");
    let open = VaultOpenKey::open(&place.join("vault.ilk"), project, &site, &passphrase).expect("a key");
    let path = folder.path().join("genuine.ilv");
    let context = VaultContext { epoch: 2025, schema: Digest([1; 32]), policy: Digest([2; 32]) };
    let columns = &["family_name"];
    let mut vault =
        VaultWriter::create(&path, Existing::Refuse, keys.vault(), context, columns).expect("a vault");
    for number in 0..PERSONS {
        let mut identity = Identity::default();
        identity.push("family_name", format!("Provafalso {number}"));
        vault.seal(&pseudonym(number), &identity).expect("a record");
    }
    vault.finish().expect("a whole vault");
    let vault = std::fs::read(&path).expect("a file");
    Office { folder, keys, open, vault }
});

fn pseudonym(number: usize) -> Pseudonym {
    Pseudonym::from_hex(&format!("{number:032x}")).expect("32 digits")
}

impl Office {
    fn put(&self, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join("vault.ilv");
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    /// Reads a file to its end or first fault: whether it was a whole vault, and how many persons it gave.
    fn read(&self, path: &Path) -> (bool, usize) {
        let reader = match VaultReader::open(path, self.keys.vault(), &self.open) {
            Ok(reader) => reader,
            Err(fault) => {
                assert!(!fault.to_string().is_empty());
                return (false, 0);
            }
        };
        let mut persons = 0;
        for record in reader {
            let Ok((found, _)) = record else { return (false, persons) };
            assert!(found == pseudonym(persons), "somebody who was not sealed there");
            persons += 1;
        }
        (true, persons)
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((mode, data)) = data.split_first() else { return };
    let office = &*OFFICE;
    match mode {
        b'0' => {
            let path = office.put(data);
            let site = vault_site(&path);
            let (whole, _) = office.read(&path);
            assert!(!whole || site.is_ok(), "a vault of nobody");
        }
        b'1' => {
            let path = office.put(&[&office.vault[..HEADER], data].concat());
            assert_eq!(office.read(&path), (false, 0), "records that nobody sealed");
        }
        b'2' => {
            let mut changed = office.vault.clone();
            let (changes, _) = data.as_chunks::<3>();
            for [high, low, added] in changes {
                let at = usize::from(u16::from_be_bytes([*high, *low])) % changed.len();
                changed[at] = changed[at].wrapping_add(*added);
            }
            let same = changed == office.vault;
            let (whole, persons) = office.read(&office.put(&changed));
            assert_eq!(whole, same, "a change that is not seen");
            assert!(!same || persons == PERSONS);
        }
        _ => {}
    }
});
