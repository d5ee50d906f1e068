//! The cryptography that inlav stands on gives the answers its standards publish.
//!
//! What inlav builds from these parts (labels of derived keys, forms of pseudonyms, files) has its
//! own frozen answers beside the code in `inlav-pseudo`, made by an independent program.

#![cfg(feature = "site")]

mod wycheproof;

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use chacha20poly1305::{AeadInOut as _, ChaCha20Poly1305, KeyInit, Nonce, XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// The plain text of both AEAD examples.
const SUNSCREEN: &[u8] = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip \
                           for the future, sunscreen would be it.";

/// HMAC-SHA-256, RFC 4231 section 4: pseudonyms and tokens.
#[test]
fn rfc_4231_hmac_sha_256() {
    let counting: Vec<u8> = (0x01..=0x19).collect();
    let cases: [(&[u8], &[u8], &str); 7] = [
        (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (&counting, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        (&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
        (
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            &[0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than block-size data. \
              The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    for (number, (key, data, answer)) in (1..).zip(cases) {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
        mac.update(data);
        // Test case 5 gives the first 16 bytes only.
        let made = hex::encode(mac.finalize().into_bytes());
        assert_eq!(made.get(..answer.len()), Some(answer), "test case {number}");
    }
}

/// HKDF-SHA-256, RFC 5869 appendix A.1 to A.3: every derived key.
#[test]
fn rfc_5869_hkdf_sha_256() {
    let bytes = |range: std::ops::RangeInclusive<u8>| range.collect::<Vec<u8>>();
    let cases = [
        (
            bytes(0x00..=0x0c),
            vec![0x0b; 22],
            bytes(0xf0..=0xf9),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            bytes(0x60..=0xaf),
            bytes(0x00..=0x4f),
            bytes(0xb0..=0xff),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c\
             59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71\
             cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            Vec::new(),
            vec![0x0b; 22],
            Vec::new(),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ];
    for (salt, input, info, answer) in cases {
        let mut made = vec![0; answer.len() / 2];
        Hkdf::<Sha256>::new(Some(&salt), &input).expand(&info, &mut made).unwrap();
        assert_eq!(hex::encode(made), answer);
    }
}

/// ChaCha20-Poly1305, RFC 8439 section 2.8.2: the cipher inside XChaCha20-Poly1305.
#[test]
fn rfc_8439_chacha20_poly1305() {
    let cipher = ChaCha20Poly1305::new(&std::array::from_fn(|i| 0x80 + u8::try_from(i).unwrap()).into());
    let nonce = Nonce::from([7, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47]);
    let associated = hex::decode("50515253c0c1c2c3c4c5c6c7").unwrap();
    let mut text = SUNSCREEN.to_vec();
    let tag = cipher.encrypt_inout_detached(&nonce, &associated, text.as_mut_slice().into()).unwrap();
    assert_eq!(
        hex::encode(&text),
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6\
         3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36\
         92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc\
         3ff4def08e4b7a9de576d26586cec64b6116"
    );
    assert_eq!(hex::encode(tag), "1ae10b594f09e26a7e902ecbd0600691");
}

/// XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03 appendix A.3.1: vaults and key files. What was
/// modified does not open.
#[test]
fn xchacha_draft_appendix_a_3_1() {
    let cipher = XChaCha20Poly1305::new(&std::array::from_fn(|i| 0x80 + u8::try_from(i).unwrap()).into());
    let nonce = XNonce::from(std::array::from_fn::<u8, 24, _>(|i| 0x40 + u8::try_from(i).unwrap()));
    let associated = hex::decode("50515253c0c1c2c3c4c5c6c7").unwrap();
    let mut text = SUNSCREEN.to_vec();
    let tag = cipher.encrypt_inout_detached(&nonce, &associated, text.as_mut_slice().into()).unwrap();
    assert_eq!(
        hex::encode(&text),
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
         731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
         2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
         21f9664c97637da9768812f615c68b13b52e"
    );
    assert_eq!(hex::encode(tag), "c0875924c1c7987947deafd8780acf49");

    for at in 0..text.len() {
        let mut modified = text.clone();
        modified[at] ^= 1;
        let opened = cipher.decrypt_inout_detached(&nonce, &associated, modified.as_mut_slice().into(), &tag);
        assert!(opened.is_err(), "byte {at}");
    }
    cipher.decrypt_inout_detached(&nonce, &associated, text.as_mut_slice().into(), &tag).unwrap();
    assert_eq!(text, SUNSCREEN);
}

/// Argon2id, RFC 9106 section 5.3: passphrases of key files.
#[test]
fn rfc_9106_argon2id() {
    let mut params = ParamsBuilder::new();
    params.m_cost(32).t_cost(3).p_cost(4).data(AssociatedData::new(&[4; 12]).unwrap());
    let params = params.build().unwrap();
    let argon2 = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut tag = [0; 32];
    argon2.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
    assert_eq!(hex::encode(tag), "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
}

/// Ed25519, RFC 8032 section 7.1, tests 1 to 3: signatures of manifests.
#[test]
fn rfc_8032_ed25519() {
    for (seed, public, message, signature) in [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
             5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
             18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ] {
        let key = SigningKey::from_bytes(&hex::decode(seed).unwrap().try_into().unwrap());
        let message = hex::decode(message).unwrap();
        let made = key.sign(&message);
        assert_eq!(hex::encode(key.verifying_key().to_bytes()), public);
        assert_eq!(hex::encode(made.to_bytes()), signature);

        let mut forged = made.to_bytes();
        forged[0] ^= 1;
        assert!(key.verifying_key().verify(&message, &Signature::from_bytes(&forged)).is_err());
    }
}
