use super::*;

const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";
const PSK: &str = "0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82";
const PSK_ID: &str = "456e6e796e20447572696e206172616e204d6f726961";
const TEXT: &[u8] = b"Beauty is truth, truth beauty";

fn bytes(hex_digits: &str) -> Vec<u8> {
    hex::decode(hex_digits).unwrap()
}

/// The RFC prints private keys unclamped; X25519 clamps them (RFC 7748 section 5).
fn from_rfc(hex_digits: &str) -> PrivateKey {
    PrivateKey::from_bytes(&bytes(hex_digits)).unwrap()
}

/// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305: RFC 9180 appendix A.2.1, base mode.
#[test]
fn rfc_9180_a_2_1_base() {
    let (private, public) = X25519HkdfSha256::derive_keypair(&bytes(
        "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df",
    ));
    assert!(private == from_rfc("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"));
    assert_eq!(
        hex::encode(public.to_bytes()),
        "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"
    );
    let encapsulated = bytes("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
    let mut context = hpke::setup_receiver::<Aead, Kdf, X25519HkdfSha256>(
        &OpModeR::Base,
        &private,
        &EncapsulatedKey::from_bytes(&encapsulated).unwrap(),
        &bytes(INFO),
    )
    .unwrap();
    let sealed =
        bytes("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28");
    assert_eq!(context.open(&sealed, b"Count-0").unwrap(), TEXT);
}

/// The same suite in PSK mode, as a vault uses it: RFC 9180 appendix A.2.2, with its exports.
#[test]
fn rfc_9180_a_2_2_psk() {
    let (private, public) = X25519HkdfSha256::derive_keypair(&bytes(
        "26b923eade72941c8a85b09986cdfa3f1296852261adedc52d58d2930269812b",
    ));
    assert!(private == from_rfc("77d114e0212be51cb1d76fa99dd41cfd4d0166b08caa09074430a6c59ef17879"));
    assert_eq!(
        hex::encode(public.to_bytes()),
        "13640af826b722fc04feaa4de2f28fbd5ecc03623b317834e7ff4120dbe73062"
    );
    let encapsulated = bytes("2261299c3f40a9afc133b969a97f05e95be2c514e54f3de26cbe5644ac735b04");
    let (psk, psk_id) = (bytes(PSK), bytes(PSK_ID));
    let mut context = hpke::setup_receiver::<Aead, Kdf, X25519HkdfSha256>(
        &OpModeR::Psk(PskBundle::new(&psk, &psk_id).unwrap()),
        &private,
        &EncapsulatedKey::from_bytes(&encapsulated).unwrap(),
        &bytes(INFO),
    )
    .unwrap();
    let sealed =
        bytes("4a177f9c0d6f15cfdf533fb65bf84aecdc6ab16b8b85b4cf65a370e07fc1d78d28fb073214525276f4a89608ff");
    assert_eq!(context.open(&sealed, b"Count-0").unwrap(), TEXT);
    for (label, answer) in [
        (b"".as_slice(), "813c1bfc516c99076ae0f466671f0ba5ff244a41699f7b2417e4c59d46d39f40"),
        (&[0], "2745cf3d5bb65c333658732954ee7af49eb895ce77f8022873a62a13c94cb4e1"),
        (b"TestContext", "ad40e3ae14f21c99bfdebc20ae14ab86f4ca2dc9a4799d200f43a25f99fa78ae"),
    ] {
        let mut export = [0; 32];
        context.export(label, &mut export).unwrap();
        assert_eq!(hex::encode(export), answer);
    }
}

fn root(byte: u8) -> Secret {
    Secret::fill(|bytes| {
        *bytes = [byte; 32];
        Ok::<(), ()>(())
    })
    .unwrap()
}

fn project() -> ProjectId {
    "0e8dd2f1928f2afb65b8f4da4c6028f9".to_owned().try_into().unwrap()
}

fn pair(site_root: u8, vault_root: u8) -> (VaultSealKey, VaultOpenKey) {
    let site: SiteId = "PUA05".parse().unwrap();
    let label = super::super::KeyLabel {
        role: KeyRole::Vault,
        project: project(),
        site: Some(site.clone()),
        epoch: 0,
    };
    let vault = RootKey::new(label, root(vault_root));
    let seal = VaultSealKey::of(&root(site_root), KeyId([site_root; 8]), &site, &vault);
    (seal, VaultOpenKey::from_root(&vault).unwrap())
}

#[test]
fn a_file_key_takes_the_custodians_half_the_puas_secret_and_the_header() {
    let (seal, open) = pair(1, 2);
    let (encapsulated, keys) = seal.encapsulate(b"header");
    let same = |other: Option<FileKeys>| {
        other.is_some_and(|other| {
            assert_eq!(other.record.expose() == keys.record.expose(), other.commitment == keys.commitment);
            other.commitment == keys.commitment
        })
    };
    assert!(same(seal.decapsulate(&open, &encapsulated, b"header")));
    assert!(!same(seal.decapsulate(&open, &encapsulated, b"another")));
    assert!(!same(seal.decapsulate(&pair(1, 3).1, &encapsulated, b"header")));
    assert!(!same(pair(4, 2).0.decapsulate(&open, &encapsulated, b"header")));
    let (again, other) = seal.encapsulate(b"header");
    assert!(again != encapsulated && other.commitment != keys.commitment);
}

/// An encapsulated key of small order would make a key that everybody knows.
#[test]
fn an_encapsulated_key_of_small_order_is_refused() {
    let (seal, open) = pair(1, 2);
    assert!(seal.decapsulate(&open, &[0; 32], b"header").is_none());
}

#[test]
fn every_flipped_bit_of_the_public_half_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let (seal, _) = pair(1, 2);
    seal.write(folder.path(), Existing::Refuse).unwrap();
    let path = folder.path().join(VAULT_PUBLIC_KEY_FILE);
    let read = || VaultSealKey::open(folder.path(), &root(1), KeyId([1; 8]), project(), seal.site());
    assert_eq!(read().unwrap().id(), seal.id());
    let good = std::fs::read(&path).unwrap();
    for position in 0..good.len() {
        for bit in 0..8 {
            let mut flipped = good.clone();
            flipped[position] ^= 1 << bit;
            let mut file = std::fs::OpenOptions::new().write(true).truncate(true).open(&path).unwrap();
            std::io::Write::write_all(&mut file, &flipped).unwrap();
            assert!(matches!(read(), Err(OpenKeyError::Damaged { .. })), "bit {bit} of byte {position}");
        }
    }
    // Nor may another PUA's, or one that somebody else made for this PUA, take its place.
    pair(3, 4).0.write(folder.path(), Existing::Replace).unwrap();
    assert!(matches!(read(), Err(OpenKeyError::Damaged { .. })));
}
