//! Project Wycheproof's vectors: inputs made to break implementations (malleable signatures, tags
//! that were changed, points of low order, edge cases of Poly1305).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit, XChaCha20Poly1305};
use ed25519_dalek::{Signature, VerifyingKey};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use wycheproof::{TestResult, aead, eddsa, hkdf as kdf, mac, xdh};

/// Fewer would mean that the vectors were not there.
const MANY: usize = 50;

#[test]
fn hmac_sha_256_answers_or_refuses() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let mut done = 0;
    for group in set.test_groups {
        for test in group.tests {
            let mut made = <Hmac<Sha256> as KeyInit>::new_from_slice(&test.key).unwrap();
            made.update(&test.msg);
            let verified = made.verify_truncated_left(&test.tag).is_ok();
            assert_eq!(verified, test.result == TestResult::Valid, "test {}", test.tc_id);
            done += 1;
        }
    }
    assert!(done > MANY);
}

#[test]
fn hkdf_sha_256_answers_or_refuses() {
    let set = kdf::TestSet::load(kdf::TestName::HkdfSha256).unwrap();
    let mut done = 0;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let mut made = vec![0; test.size];
        let fits = Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut made).is_ok();
        assert_eq!(fits, test.result == TestResult::Valid, "test {}", test.tc_id);
        assert!(!fits || made == *test.okm, "test {}", test.tc_id);
        done += 1;
    }
    assert!(done > MANY);
}

#[test]
fn chacha20_poly1305_seals_and_opens_what_it_should_alone() {
    opens_what_it_should_alone::<ChaCha20Poly1305>(aead::TestName::ChaCha20Poly1305);
}

#[test]
fn xchacha20_poly1305_seals_and_opens_what_it_should_alone() {
    opens_what_it_should_alone::<XChaCha20Poly1305>(aead::TestName::XChaCha20Poly1305);
}

fn opens_what_it_should_alone<C: AeadInOut + KeyInit>(name: aead::TestName) {
    let mut done = 0;
    for test in aead::TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
        let cipher = C::new_from_slice(&test.key).unwrap();
        // The types do not let nonces and tags of another length in at all.
        let (Ok(nonce), Ok(tag)) = (test.nonce.as_slice().try_into(), test.tag.as_slice().try_into()) else {
            assert_eq!(test.result, TestResult::Invalid, "test {}", test.tc_id);
            continue;
        };
        let mut text = test.ct.to_vec();
        let opened = cipher.decrypt_inout_detached(nonce, &test.aad, text.as_mut_slice().into(), tag).is_ok();
        assert_eq!(opened, test.result == TestResult::Valid, "test {}", test.tc_id);
        if opened {
            assert_eq!(text, *test.pt, "test {}", test.tc_id);
            let made = cipher.encrypt_inout_detached(nonce, &test.aad, text.as_mut_slice().into()).unwrap();
            assert_eq!((text.as_slice(), made.as_slice()), (&**test.ct, &**test.tag), "test {}", test.tc_id);
        }
        done += 1;
    }
    assert!(done > MANY);
}

#[test]
fn ed25519_accepts_no_other_form_of_a_signature() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut done = 0;
    for group in set.test_groups {
        let key = VerifyingKey::from_bytes(group.key.pk.as_slice().try_into().unwrap()).unwrap();
        for test in group.tests {
            let verified = Signature::from_slice(&test.sig)
                .is_ok_and(|signature| key.verify_strict(&test.msg, &signature).is_ok());
            assert_eq!(verified, test.result == TestResult::Valid, "test {}", test.tc_id);
            done += 1;
        }
    }
    assert!(done > MANY);
}

/// What sealing to a custodian's public key rests on. A shared secret of zeros, which points of low
/// order give, is one that [`x25519_dalek::SharedSecret::was_contributory`] tells.
#[test]
fn x25519_agrees_and_tells_points_of_low_order() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    let mut done = 0;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let private: [u8; 32] = test.private_key.as_slice().try_into().unwrap();
        let Ok(public) = <[u8; 32]>::try_from(test.public_key.as_slice()) else { continue };
        let shared = x25519_dalek::StaticSecret::from(private).diffie_hellman(&public.into());
        assert_eq!(shared.as_bytes().as_slice(), test.shared_secret.as_slice(), "test {}", test.tc_id);
        assert_eq!(shared.was_contributory(), test.shared_secret.iter().any(|byte| *byte != 0));
        done += 1;
    }
    assert!(done > MANY);
}
