use std::fs;

use inlav_core::programme::Programme;
use tempfile::TempDir;

use super::*;
use crate::audit_log::{AUDIT_LOG_FILE, Forgotten, read};
use crate::keys::{KdfCost, Passphrase, RootKey, VaultOpenKey};
use crate::vault::{Identity, Sealed, VaultContext, VaultReader, VaultWriter};

/// A PUA with a vault of five persons, numbered 1 to 5, for the purpose of evaluation.
pub(crate) struct Office {
    folder: TempDir,
    pub(crate) keys: SiteKeys,
    pub(crate) open: VaultOpenKey,
    vault_root: RootKey,
}

impl Office {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = Programme::inlav_lombardia().project_id;
        let site = "PUA05".parse().unwrap();
        let passphrase = Passphrase::new("only for these tests".to_owned());
        let place = folder.path().join("keys");
        let cost = KdfCost::memory_mib(64).unwrap();
        let keys = SiteKeys::create(&place, project, &site, &passphrase, cost).unwrap();
        let vault_root = RootKey::open(&place.join("vault.ilk"), project, &passphrase).unwrap();
        let open = VaultOpenKey::from_root(&vault_root).unwrap();
        let office = Self { folder, keys, open, vault_root };
        let context = VaultContext { epoch: 2025, schema: Digest([1; 32]), policy: Digest([2; 32]) };
        let (key, columns) = (office.keys.vault(), &["family_name"]);
        let mut vault =
            VaultWriter::create(&office.vault(), Existing::Refuse, key, context, columns).unwrap();
        for number in 1..=5 {
            let mut identity = Identity::default();
            identity.push("family_name", format!("Provafalso {number}"));
            vault.seal(&office.pseudonym(number), &identity).unwrap();
        }
        vault.finish().unwrap();
        office
    }

    pub(crate) const fn root(&self) -> &RootKey {
        &self.vault_root
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.folder.path().join("vault.ilv")
    }

    pub(crate) fn pseudonym(&self, number: u32) -> Pseudonym {
        let number = Identifier::register_number(IdType::Person, &format!("P-{number}")).unwrap();
        self.keys.pseudonym_key("evaluation", IdType::Person).pseudonym(&number).unwrap()
    }

    fn person(&self, number: u32) -> Person {
        Person::by_register_number(&format!("P-{number}"), &self.keys, &self.log()).unwrap().unwrap()
    }

    pub(crate) fn log(&self) -> AuditLog {
        AuditLog::open(&self.folder.path().join(AUDIT_LOG_FILE), self.keys.audit().clone()).unwrap()
    }

    pub(crate) fn forget(&self, numbers: &[u32]) -> Result<ForgetOutcome, ForgetError> {
        let persons: Vec<_> = numbers.iter().map(|number| self.person(*number)).collect();
        self.forget_persons(&persons)
    }

    fn forget_persons(&self, persons: &[Person]) -> Result<ForgetOutcome, ForgetError> {
        self.forget_logged(persons, &mut self.log())
    }

    fn forget_logged(&self, persons: &[Person], log: &mut AuditLog) -> Result<ForgetOutcome, ForgetError> {
        let (vault, case) = (self.vault(), Remark::new("GDPR 17/2025").unwrap());
        let at = DateTime::from_timestamp(1_750_000_000, 0).unwrap();
        let request = ForgetRequest { vault: &vault, key: self.keys.vault(), persons, case: &case, at };
        forget(&request, log)
    }

    /// A log that was in order when it was opened and is not any more.
    pub(crate) fn broken_log(&self) -> AuditLog {
        use std::io::Write as _;

        let log = self.log();
        let mut file = fs::OpenOptions::new().append(true).open(log.path()).unwrap();
        file.write_all(b"{}\n").unwrap();
        log
    }

    /// Which of the five are forgotten in the vault.
    fn gone(&self) -> Vec<u32> {
        let vault = VaultReader::open(&self.vault(), self.keys.vault(), &self.open).unwrap();
        let records: Vec<_> = vault.map(Result::unwrap).collect();
        assert_eq!(records.len(), 5);
        (1..).zip(records).filter(|(_, (_, sealed))| *sealed == Sealed::Forgotten).map(|(n, _)| n).collect()
    }
}

fn digest(path: &Path) -> Digest {
    Digest(Sha256::digest(fs::read(path).unwrap()).into())
}

#[test]
fn a_forgotten_person_is_gone_and_the_proof_stays() {
    let office = Office::new();
    let before = digest(&office.vault());
    let outcome = office.forget(&[2, 4]).unwrap();
    let ForgetOutcome::Done { records: 2, proof } = outcome else { panic!("{outcome:?}") };
    assert_eq!(office.gone(), [2, 4]);

    let trail = read(office.log().path(), Some(office.keys.audit())).unwrap();
    let last = trail.entries.last().unwrap();
    assert_eq!(last.hash, proof);
    let Some(Action::Forgotten { before: was, after, marks, .. }) = last.known() else { panic!() };
    assert_eq!((was, after), (before, digest(&office.vault())));
    assert_eq!(marks.len(), 2 * PURPOSES.len(), "every pseudonym of both persons");

    // Later runs know them, for whatever purpose.
    let forgotten: Forgotten = office.log().forgotten();
    for purpose in PURPOSES {
        let key = office.keys.pseudonym_key(purpose, IdType::Person);
        let known = |number: u32| {
            let number = Identifier::register_number(IdType::Person, &format!("P-{number}")).unwrap();
            forgotten.contains(&key.pseudonym(&number).unwrap())
        };
        assert_eq!((1..=5).filter(|number| known(*number)).collect::<Vec<_>>(), [2, 4]);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(office.vault()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn forgetting_twice_changes_nothing_and_says_so() {
    let office = Office::new();
    office.forget(&[3]).unwrap();
    let (vault, entries) = (digest(&office.vault()), office.log().entries());
    assert_eq!(office.forget(&[3]).unwrap(), ForgetOutcome::Before);
    assert_eq!((digest(&office.vault()), office.log().entries()), (vault, entries));
    // Somebody else beside them is forgotten.
    assert!(matches!(office.forget(&[3, 5]), Ok(ForgetOutcome::Done { records: 1, .. })));
    assert_eq!(office.gone(), [3, 5]);
}

#[test]
fn who_is_not_in_the_vault_is_told_and_nobody_is_forgotten() {
    let office = Office::new();
    let before = digest(&office.vault());
    assert!(matches!(office.forget(&[2, 9]), Err(ForgetError::Absent { person: 2, .. })));
    assert_eq!((digest(&office.vault()), office.log().entries()), (before, 0));
    assert!(Person::by_register_number(" ", &office.keys, &office.log()).unwrap().is_none());
}

#[test]
fn a_person_can_be_named_by_pseudonym() {
    let office = Office::new();
    let person = Person::by_pseudonym(office.pseudonym(1));
    assert!(matches!(office.forget_persons(&[person]), Ok(ForgetOutcome::Done { records: 1, .. })));
    assert_eq!(office.gone(), [1]);
}

/// As if the process had been killed after the entry was written, before the vault was replaced.
#[test]
fn a_request_that_was_broken_off_is_repeated_under_its_first_proof() {
    let office = Office::new();
    let old = fs::read(office.vault()).unwrap();
    let outcome = office.forget(&[2]).unwrap();
    let new = fs::read(office.vault()).unwrap();
    inlav_core::whole::write(&office.vault(), &old, Access::Private, Existing::Replace).unwrap();
    assert!(office.gone().is_empty());

    assert_eq!(office.forget(&[2]).unwrap(), outcome);
    assert!(fs::read(office.vault()).unwrap() == new, "the same file again");
    assert_eq!(office.log().entries(), 1);
}

/// Nothing of the vault changes if the log cannot be written.
#[test]
fn nobody_is_forgotten_without_an_entry() {
    let office = Office::new();
    office.forget(&[1]).unwrap();
    let before = digest(&office.vault());
    let refused = office.forget_logged(&[office.person(2)], &mut office.broken_log());
    assert!(matches!(refused, Err(ForgetError::Log(AuditLogError::Broken { line: 2, .. }))));
    assert_eq!(digest(&office.vault()), before);
    assert_eq!(office.gone(), [1]);
}

#[test]
fn who_is_named_twice_is_forgotten_once() {
    let office = Office::new();
    assert!(matches!(office.forget(&[2, 4, 2]), Ok(ForgetOutcome::Done { records: 2, .. })));
    assert_eq!(office.gone(), [2, 4]);
}

#[test]
fn a_foreign_or_damaged_vault_is_refused() {
    let (office, other) = (Office::new(), Office::new());
    fs::copy(other.vault(), office.vault()).unwrap();
    assert!(matches!(office.forget(&[1]), Err(ForgetError::Read(VaultReadError::SiteKey { .. }))));
    let bytes = fs::read(other.vault()).unwrap();
    inlav_core::whole::write(&other.vault(), &bytes[..bytes.len() - 3], Access::Private, Existing::Replace)
        .unwrap();
    assert!(matches!(other.forget(&[1]), Err(ForgetError::Read(VaultReadError::CutShort { .. }))));
    assert_eq!(other.log().entries(), 0);
}
