//! Whoever signed, it is the right one, and every bit is as it was signed.

use std::fs;

use ed25519_dalek::{Signer as _, SigningKey};
use inlav_core::exchange::{
    CUSTODIAN_FILE, CustodianFile, FORMAT_VERSION, LinkageMode, MANIFEST_FILE, MANIFEST_SIGNING_CONTEXT,
    Manifest, ManifestEpoch, PSEUDONYM_ALGORITHM, PUBLIC_KEY_CONTEXT, PublicKeyFile, RELINK_FILE,
    RELINK_SIGNATURE_FILE, RELINK_SIGNING_CONTEXT, RelinkManifest, SEALED_TOKENS_FILE, SEALING_ALGORITHM,
    SEALING_KEY_CONTEXT, SIGNATURE_ALGORITHM, SIGNATURE_FILE, SignatureFile, TOKENS_FILE, TOKENS_TABLE,
    canonical,
};
use inlav_core::identifiers::NORMALISER_VERSION;
use inlav_core::programme::ProjectId;
use inlav_core::whole::{self, Access, Existing, WholeError};
use tempfile::TempDir;

use super::*;

fn replace(path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Result<(), WholeError> {
    whole::write(path.as_ref(), content.as_ref(), Access::Shared, Existing::Replace)
}

fn project() -> ProjectId {
    "0e8dd2f1928f2afb65b8f4da4c6028f9".to_owned().try_into().unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn id(context: &[u8], key: &[u8; 32]) -> String {
    hex::encode(Sha256::new().chain_update(context).chain_update(key).finalize())[..16].to_owned()
}

fn of_site(seed: u8, site: &str) -> PublicKeyFile {
    let public = key(seed).verifying_key().to_bytes();
    PublicKeyFile {
        algorithm: SIGNATURE_ALGORITHM.to_owned(),
        format: FORMAT_VERSION,
        key_id: id(PUBLIC_KEY_CONTEXT, &public),
        public_key: hex::encode(public),
        site: site.parse().unwrap(),
    }
}

fn of_custodian(seed: u8) -> CustodianFile {
    let public = key(seed).verifying_key().to_bytes();
    CustodianFile {
        algorithm: SIGNATURE_ALGORITHM.to_owned(),
        format: FORMAT_VERSION,
        key_id: id(PUBLIC_KEY_CONTEXT, &public),
        project_id: project(),
        public_key: hex::encode(public),
        sealing_algorithm: SEALING_ALGORITHM.to_owned(),
        sealing_key: "42".repeat(32),
        sealing_key_id: id(SEALING_KEY_CONTEXT, &[0x42; 32]),
    }
}

/// A PUA's key (1) and a custodian's (2) are registered.
fn desk() -> (TempDir, TrustedKeys) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("public")).unwrap();
    replace(folder.path().join("public/PUA05.pub"), canonical(&of_site(1, "PUA05"))).unwrap();
    replace(folder.path().join("public").join(CUSTODIAN_FILE), canonical(&of_custodian(2))).unwrap();
    let trusted = TrustedKeys::read(&folder.path().join("public")).unwrap();
    (folder, trusted)
}

fn sign(seed: u8, context: &[u8], document: &[u8]) -> Vec<u8> {
    let signature = key(seed).sign(&[context, document].concat());
    let file = SignatureFile {
        algorithm: SIGNATURE_ALGORITHM.to_owned(),
        format: FORMAT_VERSION,
        key_id: id(PUBLIC_KEY_CONTEXT, &key(seed).verifying_key().to_bytes()),
        signature: hex::encode(signature.to_bytes()),
    };
    serde_json::to_vec(&file).unwrap()
}

fn manifest(mode: LinkageMode) -> Manifest {
    Manifest {
        algorithm: PSEUDONYM_ALGORITHM.to_owned(),
        as_of: "2025-06-30".parse().unwrap(),
        audit_head: None,
        custodian_key: (mode == LinkageMode::B).then(|| "00".repeat(8)),
        epochs: vec![ManifestEpoch { epoch: 2025, linkage_key: "00".to_owned() }],
        excluded: Vec::new(),
        format: FORMAT_VERSION,
        legal_basis: "x".to_owned(),
        linkage_mode: mode,
        normaliser: NORMALISER_VERSION,
        policy: Digest([1; 32]),
        project_id: project(),
        purpose: "evaluation".to_owned(),
        retention_months: 60,
        schema: Digest([2; 32]),
        site: "PUA05".parse().unwrap(),
        site_key: "01".to_owned(),
        software: "inlav".to_owned(),
        synthetic: true,
        tables: Vec::new(),
        tokens: None,
    }
}

fn tokens(file: &str, sha256: Digest) -> ManifestTable {
    ManifestTable { bytes: 3, file: file.to_owned(), rows: 1, sha256, table: TOKENS_TABLE.to_owned() }
}

fn put_extract(folder: &Path, manifest: &Manifest, seed: u8, context: &[u8]) {
    replace(folder.join(MANIFEST_FILE), manifest.canonical()).unwrap();
    replace(folder.join(SIGNATURE_FILE), sign(seed, context, &manifest.canonical())).unwrap();
}

/// Relinked tokens, whose file is three bytes long.
fn put_relinked(folder: &Path, seed: u8, context: &[u8], project_id: ProjectId) {
    fs::create_dir_all(folder).unwrap();
    replace(folder.join(TOKENS_FILE), b"abc").unwrap();
    let manifest = RelinkManifest {
        algorithm: PSEUDONYM_ALGORITHM.to_owned(),
        epochs: Vec::new(),
        extract: Digest([5; 32]),
        format: FORMAT_VERSION,
        project_id,
        purpose: "evaluation".to_owned(),
        site: "PUA05".parse().unwrap(),
        software: "inlav".to_owned(),
        tokens: tokens(TOKENS_FILE, Digest(Sha256::digest(b"abc").into())),
    };
    replace(folder.join(RELINK_FILE), manifest.canonical()).unwrap();
    replace(folder.join(RELINK_SIGNATURE_FILE), sign(seed, context, &manifest.canonical())).unwrap();
}

/// Flips every bit of a file in turn.
fn every_flip(path: &Path, mut refused: impl FnMut() -> bool) {
    let mut bytes = fs::read(path).unwrap();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            replace(path, &bytes).unwrap();
            assert!(refused(), "{} byte {at} bit {bit}", path.display());
            bytes[at] ^= 1 << bit;
        }
    }
    replace(path, &bytes).unwrap();
}

#[test]
fn every_flipped_bit_is_refused() {
    let (folder, trusted) = desk();
    put_extract(folder.path(), &manifest(LinkageMode::A), 1, MANIFEST_SIGNING_CONTEXT);
    SignedManifest::open(folder.path(), &trusted).unwrap();
    for name in [MANIFEST_FILE, SIGNATURE_FILE] {
        every_flip(&folder.path().join(name), || SignedManifest::open(folder.path(), &trusted).is_err());
    }
}

#[test]
fn every_flipped_bit_of_relinked_tokens_is_refused() {
    let (folder, trusted) = desk();
    let relinked = folder.path().join("relinked");
    put_relinked(&relinked, 2, RELINK_SIGNING_CONTEXT, project());
    SignedRelink::open(&relinked, &trusted).unwrap();
    for name in [RELINK_FILE, RELINK_SIGNATURE_FILE, TOKENS_FILE] {
        every_flip(&relinked.join(name), || SignedRelink::open(&relinked, &trusted).is_err());
    }
    replace(relinked.join("more"), b"").unwrap();
    assert!(matches!(SignedRelink::open(&relinked, &trusted), Err(VerifyError::ExtraFile { .. })));
}

/// A signature is good for one kind of document, by one kind of signer.
#[test]
fn a_pua_is_no_custodian_and_a_custodian_no_pua() {
    let (folder, trusted) = desk();
    let open = |seed, context| {
        put_extract(folder.path(), &manifest(LinkageMode::A), seed, context);
        SignedManifest::open(folder.path(), &trusted)
    };
    assert!(open(1, MANIFEST_SIGNING_CONTEXT).is_ok());
    assert!(matches!(open(2, MANIFEST_SIGNING_CONTEXT), Err(VerifyError::OtherRole { .. })));
    assert!(matches!(open(3, MANIFEST_SIGNING_CONTEXT), Err(VerifyError::UntrustedKey { .. })));
    assert!(matches!(open(1, RELINK_SIGNING_CONTEXT), Err(VerifyError::Signature { .. })));

    let relinked = folder.path().join("relinked");
    let open = |seed, context, project| {
        put_relinked(&relinked, seed, context, project);
        SignedRelink::open(&relinked, &trusted)
    };
    assert!(open(2, RELINK_SIGNING_CONTEXT, project()).is_ok());
    assert!(matches!(open(1, RELINK_SIGNING_CONTEXT, project()), Err(VerifyError::OtherRole { .. })));
    assert!(matches!(open(2, MANIFEST_SIGNING_CONTEXT, project()), Err(VerifyError::Signature { .. })));
    let other = "00".repeat(16).try_into().unwrap();
    assert!(matches!(open(2, RELINK_SIGNING_CONTEXT, other), Err(VerifyError::OtherRole { .. })));
}

/// In mode B nothing in the clear is taken in, in mode A nothing sealed: a manifest that says B and
/// brings the first layer is refused, so the hub never holds it.
#[test]
fn tokens_are_as_their_mode_wants_them() {
    let (folder, trusted) = desk();
    let digest = Digest([7; 32]);
    for (mode, file, good) in [
        (LinkageMode::A, TOKENS_FILE, true),
        (LinkageMode::B, SEALED_TOKENS_FILE, true),
        (LinkageMode::A, SEALED_TOKENS_FILE, false),
        (LinkageMode::B, TOKENS_FILE, false),
        (LinkageMode::B, "../tokens.ilt", false),
    ] {
        let signed = Manifest { tokens: Some(tokens(file, digest)), ..manifest(mode) };
        put_extract(folder.path(), &signed, 1, MANIFEST_SIGNING_CONTEXT);
        let opened = SignedManifest::open(folder.path(), &trusted);
        assert_eq!(opened.is_ok(), good, "{mode:?} {file}");
        if !good {
            assert!(matches!(opened, Err(VerifyError::Tokens { .. })));
        }
    }
}

#[test]
fn a_public_key_whose_id_is_another_is_refused() {
    let (folder, _) = desk();
    let path = folder.path().join("public").join(CUSTODIAN_FILE);
    let changes: [fn(&mut CustodianFile); 4] = [
        |file| file.sealing_key = "43".repeat(32),
        |file| file.public_key = "43".repeat(32),
        |file| file.sealing_algorithm = "none".to_owned(),
        |file| file.sealing_key_id.clear(),
    ];
    for change in changes {
        let mut file = of_custodian(2);
        change(&mut file);
        replace(&path, canonical(&file)).unwrap();
        assert!(CustodianKey::read(&path).is_err());
        assert!(TrustedKeys::read(&path).is_err());
    }
}
