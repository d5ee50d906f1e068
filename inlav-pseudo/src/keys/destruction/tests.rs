use std::fs;

use inlav_core::exchange::MANIFEST_SIGNING_CONTEXT;

use super::*;
use crate::keys::label::{KeyLabel, KeyRole};
use crate::keys::root::RootKey;
use crate::keys::secret::Secret;
use crate::keys::{KdfCost, Passphrase};

const TIME: &str = "2027-01-15T09:00:00Z";

struct Fixture {
    folder: tempfile::TempDir,
    key: RootKey,
    bytes: Vec<u8>,
    signer: Destroyer,
}

fn project() -> ProjectId {
    "0e8dd2f1928f2afb65b8f4da4c6028f9".to_owned().try_into().unwrap()
}

fn signer(site: &str) -> Destroyer {
    Destroyer::drawn(Some(site.parse().unwrap()))
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("linkage-2025.ilk");
        let label = KeyLabel { role: KeyRole::Linkage, project: project(), site: None, epoch: 2025 };
        let cost = KdfCost::memory_mib(64).unwrap();
        let passphrase = Passphrase::new("correct horse battery".to_owned());
        let key = RootKey::new(label, Secret::draw().unwrap());
        key.write(&path, &passphrase, cost, Existing::Refuse).unwrap();
        let bytes = fs::read(&path).unwrap();
        Self { folder, key, bytes, signer: signer("PUA05") }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("linkage-2025.ilk")
    }

    fn proof(&self) -> PathBuf {
        self.folder.path().join("proof.json")
    }

    fn destroy(&self, confirmed: KeyId, time: &str) -> Result<DestructionProof, DestroyError> {
        let reason = Remark::new("fine dell'epoca").unwrap();
        let order = Order { actor: "Anna Bianchi", reason: &reason, time };
        let (path, proof) = (self.path(), self.proof());
        Destroying::begin(&path, confirmed, project(), &self.signer, &order, &proof)?.finish()
    }

    fn verify(&self) -> Result<DestructionProof, ProofError> {
        verify_destruction(&fs::read(self.proof()).unwrap(), &self.signer.witness())
    }
}

#[test]
fn a_destroyed_key_leaves_its_proof_and_nothing_else() {
    let fixture = Fixture::new();
    // Another name for the same place on the disk: what is there after the file is gone.
    let place = fixture.folder.path().join("place");
    fs::hard_link(fixture.path(), &place).unwrap();
    let proof = fixture.destroy(fixture.key.id(), TIME).unwrap();
    assert!(!fixture.path().exists());
    let left = fs::read(&place).unwrap();
    assert_eq!(left.len(), fixture.bytes.len());
    assert_eq!(left[left.len() - 80..], [0; 80]);

    assert_eq!(fixture.verify().unwrap(), proof);
    let Destruction { actor, epoch, key, role, site, time, .. } = &proof.destruction;
    assert_eq!((actor.as_str(), *epoch, role.as_str()), ("Anna Bianchi", 2025, "linkage"));
    assert_eq!(site.as_ref().unwrap().as_str(), "PUA05");
    assert_eq!((key, time.as_str()), (&fixture.key.id().to_string(), TIME));
    assert_eq!(proof.destruction.reason, "fine dell'epoca");
}

#[test]
fn a_key_that_was_not_meant_stays() {
    let fixture = Fixture::new();
    let refused = fixture.destroy(KeyId::from([0; 8]), TIME);
    assert!(matches!(refused, Err(DestroyError::OtherKey { found, .. }) if found == fixture.key.id()));
    fs::copy(fixture.path(), fixture.proof()).unwrap();
    let refused = fixture.destroy(fixture.key.id(), TIME);
    assert!(matches!(refused, Err(DestroyError::Proof(WholeError::Exists { .. }))));
    assert_eq!(fs::read(fixture.path()).unwrap(), fixture.bytes);
}

/// Broken off after each of its steps.
#[test]
fn a_destruction_that_was_broken_off_is_run_again() {
    let fixture = Fixture::new();
    file::erase(&fixture.path()).unwrap();
    let opened = RootKey::header(&fixture.path());
    assert!(matches!(opened, Err(OpenKeyError::Damaged { .. })));
    let first = fixture.destroy(fixture.key.id(), TIME).unwrap();
    assert!(!fixture.path().exists());

    fs::copy(fixture.proof(), fixture.folder.path().join("kept")).unwrap();
    for bytes in [fixture.bytes.clone(), [&fixture.bytes[..fixture.bytes.len() - 80], &[0; 80]].concat()] {
        inlav_core::whole::write(&fixture.path(), &bytes, Access::Private, Existing::Refuse).unwrap();
        let again = fixture.destroy(fixture.key.id(), "2028-01-01T00:00:00Z").unwrap();
        assert_eq!((again, fixture.path().exists()), (first.clone(), false));
        assert_eq!(fixture.verify(), Ok(first.clone()));
    }
}

/// What cannot be written is told before the key is gone.
#[test]
fn a_key_stays_if_its_proof_has_no_place() {
    let fixture = Fixture::new();
    let reason = Remark::new("fine dell'epoca").unwrap();
    let begin = |actor, place: &Path| {
        let order = Order { actor, reason: &reason, time: TIME };
        Destroying::begin(&fixture.path(), fixture.key.id(), project(), &fixture.signer, &order, place)
            .map(drop)
    };
    let nowhere = begin("Anna", &fixture.path().join("proof.json"));
    assert!(matches!(nowhere, Err(DestroyError::Proof(WholeError::Io { .. }))));
    for actor in [" ", "Anna\nlinkage key"] {
        assert!(matches!(begin(actor, &fixture.proof()), Err(DestroyError::Actor)));
    }
    assert_eq!(fs::read(fixture.path()).unwrap(), fixture.bytes);
    assert_eq!(fs::read_dir(fixture.folder.path()).unwrap().count(), 1);
}

/// Somebody signs with a key of their own and calls it by the id that others know.
#[test]
fn a_made_up_public_key_vouches_for_nothing() {
    let fixture = Fixture::new();
    let forger = signer("PUA05");
    let mut of_forger = fixture.destroy(fixture.key.id(), TIME).unwrap();
    let known = of_forger.signature.key_id.clone();
    of_forger.signature = forger.sign(&of_forger.destruction);
    of_forger.signature.key_id.clone_from(&known);
    let public = forger.witness().going_under(&known);
    let refused = verify_destruction(&canonical(&of_forger), &public);
    assert_eq!(refused, Err(ProofError::PublicKey));
}

#[test]
fn a_proof_of_which_a_bit_was_changed_does_not_hold() {
    let fixture = Fixture::new();
    fixture.destroy(fixture.key.id(), TIME).unwrap();
    let bytes = fs::read(fixture.proof()).unwrap();
    let public = fixture.signer.witness();
    for (place, bit) in (0..bytes.len()).flat_map(|place| (0..8).map(move |bit| (place, bit))) {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << bit;
        assert!(verify_destruction(&changed, &public).is_err(), "bit {bit} of byte {place}");
    }
    let other = signer("PUA05").witness();
    assert_eq!(verify_destruction(&bytes, &other), Err(ProofError::OtherSigner));
    assert_eq!(verify_destruction(&bytes, &signer("PUA06").witness()), Err(ProofError::OtherSigner));
    assert_eq!(verify_destruction(&bytes, &Destroyer::drawn(None).witness()), Err(ProofError::OtherSigner));

    let mut of_manifest = fixture.verify().unwrap();
    of_manifest.signature = fixture.signer.sign_after(MANIFEST_SIGNING_CONTEXT, &of_manifest.destruction);
    assert_eq!(verify_destruction(&canonical(&of_manifest), &public), Err(ProofError::Signature));
}
