//! What is sealed opens for its custodian and its extract, whole, and for nothing else.

use std::io::Cursor;
use std::path::Path;
use std::sync::OnceLock;

use inlav_core::exchange::{
    Digest, FORMAT_VERSION, LinkageMode, ManifestEpoch, PSEUDONYM_ALGORITHM, canonical,
};
use inlav_core::identifiers::NORMALISER_VERSION;
use inlav_core::programme::Programme;
use inlav_core::whole::{self, Access, Existing};
use tempfile::TempDir;

use super::*;
use crate::keys::{CustodianKeys, KdfCost, Passphrase};

/// The manifest of an extract in mode B, without its files.
pub(crate) fn manifest(site: &str, sealing_id: &str, linkage_key: &str) -> Manifest {
    Manifest {
        algorithm: PSEUDONYM_ALGORITHM.to_owned(),
        as_of: "2025-06-30".parse().unwrap(),
        audit_head: None,
        custodian_key: Some(sealing_id.to_owned()),
        epochs: vec![ManifestEpoch { epoch: 2025, linkage_key: linkage_key.to_owned() }],
        excluded: Vec::new(),
        format: FORMAT_VERSION,
        legal_basis: "test".to_owned(),
        linkage_mode: LinkageMode::B,
        normaliser: NORMALISER_VERSION,
        policy: Digest([1; 32]),
        project_id: Programme::inlav_lombardia().project_id,
        purpose: "evaluation".to_owned(),
        retention_months: 60,
        schema: Digest([2; 32]),
        site: site.parse().unwrap(),
        site_key: "01".to_owned(),
        software: "test".to_owned(),
        synthetic: true,
        tables: Vec::new(),
        tokens: None,
    }
}

pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery".to_owned())
}

pub(crate) fn site_keys(parent: &Path, site: &str) -> SiteKeys {
    let project = Programme::inlav_lombardia().project_id;
    let cost = KdfCost::memory_mib(64).unwrap();
    SiteKeys::create(&parent.join(site), project, &site.parse().unwrap(), &passphrase(), cost).unwrap()
}

pub(crate) fn custodian(parent: &Path, name: &str) -> (CustodianKeys, CustodianKey) {
    let project = Programme::inlav_lombardia().project_id;
    let cost = KdfCost::memory_mib(64).unwrap();
    let folder = parent.join(name);
    let keys =
        CustodianKeys::create(&folder, project, 2025, &passphrase(), cost, chrono::DateTime::UNIX_EPOCH)
            .unwrap();
    let public = CustodianKey::read(&folder.join(inlav_core::exchange::CUSTODIAN_FILE)).unwrap();
    (keys, public)
}

struct Desk {
    _folder: TempDir,
    site: SiteKeys,
    custodian: CustodianKeys,
    public: CustodianKey,
}

fn desk() -> &'static Desk {
    static DESK: OnceLock<Desk> = OnceLock::new();
    DESK.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let site = site_keys(folder.path(), "PUA05");
        let (custodian, public) = custodian(folder.path(), "custodian");
        Desk { _folder: folder, site, custodian, public }
    })
}

impl Desk {
    fn manifest(&self) -> Manifest {
        manifest("PUA05", self.public.sealing_id(), "00")
    }

    fn seal(&self, tokens: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::new();
        seal(&mut Cursor::new(tokens), &mut sealed, &self.public, &self.site, &self.manifest()).unwrap();
        sealed
    }

    fn open(&self, sealed: &[u8], manifest: &Manifest) -> Result<Vec<u8>, OpenTokensError> {
        let mut opened = Vec::new();
        open(&mut Cursor::new(sealed), &mut opened, self.custodian.sealing(), manifest)?;
        Ok(opened)
    }
}

fn tokens(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

#[test]
fn equal_tokens_are_sealed_alike_and_every_flipped_bit_is_seen() {
    let desk = desk();
    let (plain, manifest) = (tokens(300), desk.manifest());
    let mut sealed = desk.seal(&plain);
    assert_eq!(sealed, desk.seal(&plain));
    assert_eq!(sealed.len(), 8 + 1 + 8 + 32 + plain.len() + TAG);
    assert_eq!(desk.open(&sealed, &manifest).unwrap(), plain);
    assert!(!sealed.windows(8).any(|window| plain.windows(8).any(|part| part == window)));
    for at in 0..sealed.len() {
        for bit in 0..8 {
            sealed[at] ^= 1 << bit;
            assert!(desk.open(&sealed, &manifest).is_err(), "byte {at}, bit {bit}");
            sealed[at] ^= 1 << bit;
        }
    }
    // One byte more or other gives another one-time key.
    let other = desk.seal(&tokens(301));
    assert_ne!(other[17..49], sealed[17..49]);
}

/// A file that was read before has another one-time key for other contents all the same.
#[test]
fn a_file_is_sealed_from_its_beginning() {
    let desk = desk();
    let (plain, mut sealed) = (tokens(300), Vec::new());
    let mut file = Cursor::new(plain.as_slice());
    file.set_position(300);
    seal(&mut file, &mut sealed, &desk.public, &desk.site, &desk.manifest()).unwrap();
    assert_eq!(sealed, desk.seal(&plain));
}

#[test]
fn a_cut_reordered_or_foreign_file_does_not_open() {
    let desk = desk();
    let manifest = desk.manifest();
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7] {
        let plain = tokens(length);
        let sealed = desk.seal(&plain);
        assert_eq!(desk.open(&sealed, &manifest).unwrap(), plain, "{length}");
        // Cut anywhere that looks like an end, and lengthened by a chunk or a byte.
        let (header, body) = sealed.split_at(49);
        let chunks: Vec<&[u8]> = body.chunks(CHUNK + TAG).collect();
        for keep in 0..chunks.len() {
            assert!(desk.open(&[header, &chunks[..keep].concat()].concat(), &manifest).is_err());
        }
        assert!(desk.open(&sealed[..sealed.len() - 1], &manifest).is_err());
        assert!(desk.open(&[sealed.as_slice(), b"\0"].concat(), &manifest).is_err());
        assert!(desk.open(&[sealed.as_slice(), chunks[0]].concat(), &manifest).is_err());
        if chunks.len() > 2 {
            let swapped = [header, chunks[1], chunks[0], &chunks[2..].concat()].concat();
            assert!(matches!(desk.open(&swapped, &manifest), Err(OpenTokensError::Damaged)));
        }
    }
    // A chunk of another file, sealed by the same PUA to the same custodian.
    let (one, other) = (desk.seal(&tokens(2 * CHUNK)), desk.seal(&tokens(2 * CHUNK + 1)));
    let spliced = [&one[..49 + CHUNK + TAG], &other[49 + CHUNK + TAG..]].concat();
    assert!(matches!(desk.open(&spliced, &manifest), Err(OpenTokensError::Damaged)));
}

/// Whoever takes the sealed file of one extract for that of another is refused, whatever differs.
#[test]
fn what_is_sealed_belongs_to_its_extract() {
    let desk = desk();
    let sealed = desk.seal(&tokens(100));
    let changes: [fn(&mut Manifest); 7] = [
        |manifest| manifest.site = "PUA06".parse().unwrap(),
        |manifest| manifest.purpose = "care".to_owned(),
        |manifest| manifest.as_of = "2025-07-01".parse().unwrap(),
        |manifest| manifest.policy = Digest([9; 32]),
        |manifest| manifest.epochs[0].epoch = 2026,
        |manifest| manifest.epochs[0].linkage_key = "01".to_owned(),
        |manifest| manifest.project_id = "00".repeat(16).try_into().unwrap(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut manifest = desk.manifest();
        change(&mut manifest);
        assert!(matches!(desk.open(&sealed, &manifest), Err(OpenTokensError::Damaged)), "change {number}");
    }
}

#[test]
fn another_custodian_and_another_programme_are_named() {
    let desk = desk();
    let folder = tempfile::tempdir().unwrap();
    let (other, _) = custodian(folder.path(), "other");
    let sealed = desk.seal(&tokens(100));
    let mut opened = Vec::new();
    let refused = open(&mut Cursor::new(&sealed), &mut opened, other.sealing(), &desk.manifest());
    assert!(matches!(refused, Err(OpenTokensError::OtherKey)) && opened.is_empty());

    let mut file = desk.custodian.public();
    file.project_id = "00".repeat(16).try_into().unwrap();
    let path = folder.path().join("foreign.pub");
    whole::write(&path, &canonical(&file), Access::Shared, Existing::Replace).unwrap();
    let foreign = CustodianKey::read(&path).unwrap();
    let refused =
        seal(&mut Cursor::new(b"x"), &mut Vec::new(), &foreign, &desk.site, &desk.manifest()).unwrap_err();
    assert!(matches!(refused, SealTokensError::Programme));
}

/// RFC 9180, appendix A.2 (DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305), base mode:
/// the library and the way it is called here, against the published vector.
#[test]
fn hpke_gives_the_published_answers() {
    let bytes = |digits: &str| hex::decode(digits).unwrap();
    let material = |digits: &str| Secret::fill(|secret| hex::decode_to_slice(digits, secret)).unwrap();
    let key = SealingKey::new(&material("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df"));
    let info = bytes("4f6465206f6e2061204772656369616e2055726e");
    let encapped = bytes("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
    let mut context = setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        key.private(),
        &EncappedKey::from_bytes(&encapped).unwrap(),
        &info,
    )
    .unwrap();
    let sealed = "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28";
    let opened = context.open(&bytes(sealed), b"Count-0").unwrap();
    assert_eq!(opened, b"Beauty is truth, truth beauty");

    let public = X25519HkdfSha256::sk_to_pk(key.private());
    let ephemeral = material("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b");
    let (sent, mut sender) = hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &public,
        &info,
        &mut OneKey(Some(ephemeral)),
    )
    .unwrap();
    assert_eq!(sent.to_bytes().as_slice(), encapped);
    assert_eq!(hex::encode(sender.seal(b"Beauty is truth, truth beauty", b"Count-0").unwrap()), sealed);
}
