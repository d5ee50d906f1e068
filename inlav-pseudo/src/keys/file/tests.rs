use std::path::PathBuf;

use inlav_core::language::Language;

use super::*;

const PROJECT: &str = "0e8dd2f1928f2afb65b8f4da4c6028f9";

fn project() -> ProjectId {
    PROJECT.to_owned().try_into().unwrap()
}

fn site() -> SiteId {
    "PUA05".parse().unwrap()
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn cheap() -> KdfCost {
    KdfCost::new(64 * 1024, 1, 1).unwrap()
}

struct Fixture {
    _folder: tempfile::TempDir,
    path: PathBuf,
    root: [u8; 32],
    bytes: Vec<u8>,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.ilk");
    let label = KeyLabel { role: KeyRole::Vault, project: project(), site: Some(site()), epoch: 0 };
    let root = create(&path, &label, &passphrase("correct horse battery"), cheap()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    Fixture { _folder: folder, path, root: *root.expose(), bytes }
}

fn reopen(fixture: &Fixture, text: &str) -> Result<Secret, OpenKeyError> {
    open(&fixture.path, KeyRole::Vault, project(), Some(&site()), &passphrase(text)).map(|(root, _)| root)
}

/// Puts other bytes in the place of the file.
fn replace(fixture: &Fixture, bytes: &[u8]) {
    inlav_core::whole::write(&fixture.path, bytes, Access::Private, Existing::Replace).unwrap();
}

/// The file with one part of its content changed and the last digest made to fit again: what
/// somebody does on purpose.
fn forged(bytes: &[u8], offset: usize, part: &[u8]) -> Vec<u8> {
    let mut content = bytes[..bytes.len() - 32].to_vec();
    content[offset..offset + part.len()].copy_from_slice(part);
    let digest = Sha256::digest(&content);
    [content, digest.to_vec()].concat()
}

/// Offsets for a site of five characters.
const ROLE: usize = 9;
const EPOCH: usize = 26 + 1 + 5;
const MEMORY: usize = EPOCH + 5;
const KEY_ID: usize = MEMORY + 12 + 16;

#[test]
fn a_key_comes_back_with_its_passphrase_only() {
    let fixture = fixture();
    assert_eq!(*reopen(&fixture, "correct horse battery").unwrap().expose(), fixture.root);
    let refused = reopen(&fixture, "correct horse batterz").unwrap_err();
    assert!(matches!(refused, OpenKeyError::Passphrase { .. }));
}

#[test]
fn a_key_under_a_new_passphrase_is_the_same_key() {
    let fixture = fixture();
    let old = passphrase("correct horse battery");
    let key = RootKey::open(&fixture.path, project(), &old).unwrap();
    let dearer = KdfCost::new(65 * 1024, 1, 1).unwrap();
    let short = key.write(&fixture.path, &passphrase("elevenchars"), dearer, Existing::Replace);
    assert!(matches!(short, Err(CreateKeyError::ShortPassphrase)));
    assert_eq!(std::fs::read(&fixture.path).unwrap(), fixture.bytes);
    key.write(&fixture.path, &passphrase("another passphrase"), dearer, Existing::Replace).unwrap();
    let header = RootKey::header(&fixture.path).unwrap();
    assert_eq!((header.id, &header.label, header.cost), (key.id(), key.label(), dearer));
    let refused = reopen(&fixture, "correct horse battery").unwrap_err();
    assert!(matches!(refused, OpenKeyError::Passphrase { .. }));
    assert_eq!(*reopen(&fixture, "another passphrase").unwrap().expose(), fixture.root);
    assert_eq!(std::fs::read_dir(fixture.path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn the_layout_is_the_documented_one() {
    let Fixture { bytes, root, .. } = fixture();
    assert_eq!(bytes.len(), 8 + 1 + 1 + 16 + 1 + 5 + 4 + 1 + 12 + 16 + 8 + 24 + 48 + 32);
    assert_eq!(&bytes[..10], b"INLAVILK\x01\x03");
    assert_eq!(hex::encode(&bytes[10..26]), PROJECT);
    assert_eq!(&bytes[26..EPOCH], b"\x05PUA05");
    assert_eq!(&bytes[EPOCH..MEMORY], [0, 0, 0, 0, 1]);
    assert_eq!(&bytes[MEMORY..MEMORY + 12], [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
    assert!(!bytes.windows(32).any(|window| window == root));
}

#[test]
fn every_flipped_bit_is_named_as_damage() {
    let fixture = fixture();
    for position in 0..fixture.bytes.len() {
        for bit in 0..8 {
            let mut bytes = fixture.bytes.clone();
            bytes[position] ^= 1 << bit;
            match parse(&fixture.path, &bytes).err() {
                Some(OpenKeyError::NotAKeyFile { .. }) => assert!(position < 8),
                Some(OpenKeyError::Damaged { .. }) => assert!(position >= 8),
                _ => panic!("a flipped bit in byte {position} is not seen"),
            }
        }
    }
}

#[test]
fn a_file_cut_short_or_too_long_is_refused() {
    let fixture = fixture();
    for length in 0..fixture.bytes.len() {
        assert!(parse(&fixture.path, &fixture.bytes[..length]).is_err());
    }
    replace(&fixture, &[fixture.bytes.as_slice(), &[0; 2000]].concat());
    assert!(matches!(reopen(&fixture, "correct horse battery"), Err(OpenKeyError::NotAKeyFile { .. })));
}

#[test]
fn the_header_is_authenticated_even_if_the_digest_is_forged() {
    let fixture = fixture();
    let bytes = &fixture.bytes;
    for (offset, part) in [(EPOCH, &[0, 0, 0, 1][..]), (KEY_ID, &[0; 8]), (KEY_ID + 8, &[0; 24])] {
        replace(&fixture, &forged(bytes, offset, part));
        let refused = reopen(&fixture, "correct horse battery").err();
        assert!(matches!(refused, Some(OpenKeyError::Passphrase { .. })));
    }
}

#[test]
fn costs_outside_the_limits_are_refused_before_any_work() {
    let fixture = fixture();
    for (position, number) in [(0, 65_535_u32), (0, 2_097_153), (1, 0), (1, 11), (2, 0), (2, 17)] {
        let offset = MEMORY + 4 * position;
        let bytes = forged(&fixture.bytes, offset, &number.to_be_bytes());
        assert!(matches!(parse(&fixture.path, &bytes), Err(OpenKeyError::Cost { .. })));
    }
}

#[test]
fn another_version_role_project_or_site_is_refused_and_named() {
    let fixture = fixture();
    let parse = |bytes: &[u8]| parse(&fixture.path, bytes).err();
    let refused = parse(&forged(&fixture.bytes, 8, &[2]));
    assert!(matches!(refused, Some(OpenKeyError::Version { version: 2, .. })));
    assert!(matches!(parse(&forged(&fixture.bytes, ROLE, &[9])), Some(OpenKeyError::Damaged { .. })));

    let other: ProjectId = "00000000000000000000000000000000".to_owned().try_into().unwrap();
    let open = |role, project, site: &SiteId| {
        open(&fixture.path, role, project, Some(site), &passphrase("correct horse battery")).err()
    };
    let refused = open(KeyRole::Signing, project(), &site());
    assert!(matches!(
        refused,
        Some(OpenKeyError::Role { expected: KeyRole::Signing, found: KeyRole::Vault, .. })
    ));
    assert!(matches!(open(KeyRole::Vault, other, &site()), Some(OpenKeyError::Project { .. })));
    let refused = open(KeyRole::Vault, project(), &"PUA06".parse().unwrap()).unwrap();
    assert!(refused.to_string().ends_with("holds a key of PUA05, not of PUA06"));
}

/// A PUA and the custodian both have a `signing.ilk`.
#[test]
fn a_key_of_the_custodian_is_named_as_somebody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signing.ilk");
    let words = passphrase("correct horse battery");
    let label = |site| KeyLabel { role: KeyRole::Signing, project: project(), site, epoch: 0 };
    for (owner, other) in [(None, Some(site())), (Some(site()), None)] {
        create(&path, &label(owner.clone()), &words, cheap()).unwrap();
        let refused = open(&path, KeyRole::Signing, project(), other.as_ref(), &words).err().unwrap();
        let told = [Language::En, Language::It].map(|language| refused.text(language)).join("; ");
        assert!(matches!(refused, OpenKeyError::Owner { .. }), "{told}");
        assert!(told.contains("the linkage custodian") && told.contains("PUA05"), "{told}");
        std::fs::remove_file(&path).unwrap();
    }
}

/// Each is refused although the passphrase is wrong, too: nothing was done with it. A cost that takes
/// seconds would show in the time.
#[test]
fn a_wrong_key_is_named_before_any_work_on_the_passphrase() {
    let fixture = fixture();
    let dear = forged(&fixture.bytes, MEMORY, &[2048 * 1024, 10, 16_u32].map(u32::to_be_bytes).concat());
    replace(&fixture, &dear);
    let other: ProjectId = "00000000000000000000000000000000".to_owned().try_into().unwrap();
    let wrong = passphrase("not the one at all");
    let start = std::time::Instant::now();
    let refused = RootKey::open(&fixture.path, other, &wrong).unwrap_err();
    assert!(matches!(refused, OpenKeyError::Project { .. }));
    let site = "PUA06".parse().unwrap();
    let refused = open(&fixture.path, KeyRole::Vault, project(), Some(&site), &wrong).err();
    assert!(matches!(refused, Some(OpenKeyError::Owner { .. })));
    let refused = open(&fixture.path, KeyRole::Site, project(), Some(&site), &wrong).err();
    assert!(matches!(refused, Some(OpenKeyError::Role { .. })));
    assert!(start.elapsed() < std::time::Duration::from_secs(2));
}

#[test]
fn a_short_passphrase_or_an_existing_file_stops_creation() {
    let fixture = fixture();
    let label = KeyLabel { role: KeyRole::Site, project: project(), site: Some(site()), epoch: 0 };
    let short = create(&fixture.path, &label, &passphrase("elevenchars"), cheap());
    assert!(matches!(short, Err(CreateKeyError::ShortPassphrase)));
    let existing = create(&fixture.path, &label, &passphrase("twelve chars"), cheap());
    assert!(matches!(existing, Err(CreateKeyError::Write(_))));
    assert_eq!(std::fs::read(&fixture.path).unwrap(), fixture.bytes);
}

proptest::proptest! {
    /// The parser of a file whose digest somebody made fit.
    #[test]
    fn any_bytes_are_parsed_or_refused(content in proptest::collection::vec(proptest::num::u8::ANY, 0..256)) {
        let content = [MAGIC.as_slice(), &[VERSION], &content].concat();
        let digest = Sha256::digest(&content);
        let _ = parse(Path::new("x.ilk"), &[content, digest.to_vec()].concat());
    }
}
