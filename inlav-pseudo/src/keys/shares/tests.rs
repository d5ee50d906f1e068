//! The scheme against its definition, against another implementation, and against mistakes.

use std::convert::Infallible;

use inlav_core::programme::ProjectId;
use proptest::prelude::*;

use super::*;
use crate::keys::label::KeyRole;

mod typing;

fn secret(bytes: [u8; 32]) -> Secret {
    Secret::fill(|secret| {
        *secret = bytes;
        Ok::<_, Infallible>(())
    })
    .unwrap()
}

fn key(root: [u8; 32]) -> RootKey {
    let project: ProjectId = "0e8dd2f1928f2afb65b8f4da4c6028f9".to_owned().try_into().unwrap();
    let site = Some("PUA05".parse().unwrap());
    RootKey::new(KeyLabel { role: KeyRole::Vault, project, site, epoch: 0 }, secret(root))
}

fn custodians(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("Custode {number}")).collect()
}

/// The same share once more, as somebody else would read it from paper.
fn copy(share: &Share) -> Share {
    Share::parse(&share.printable()).unwrap()
}

fn copies(shares: &[Share], places: &[usize]) -> Vec<Share> {
    places.iter().map(|place| copy(&shares[*place])).collect()
}

/// With all 256 coefficients (2 shares needed) or all 65,536 pairs of them (3 needed), one share
/// or two take every value equally often, whatever the secret.
#[test]
fn one_share_too_few_tells_nothing() {
    for first in (0..=255).step_by(32) {
        let secrets = secret(std::array::from_fn(|i| first + u8::try_from(i).unwrap()));
        for x in [1, 2, 3, 128, 255] {
            let mut seen = [[false; 256]; 32];
            for coefficient in 0..=255 {
                let share = polynomial::evaluate(&secrets, &[secret([coefficient; 32])], x);
                for (seen, value) in seen.iter_mut().zip(share.expose()) {
                    assert!(!std::mem::replace(&mut seen[usize::from(*value)], true));
                }
            }
        }
    }
    let secrets = secret(std::array::from_fn(|i| u8::try_from(i * 8).unwrap()));
    let mut seen = vec![[false; 32]; 65_536];
    for (a, b) in (0..=255).flat_map(|a| (0..=255).map(move |b| (a, b))) {
        let coefficients = [secret([a; 32]), secret([b; 32])];
        let share = |x| polynomial::evaluate(&secrets, &coefficients, x);
        let (one, other) = (share(1), share(255));
        for (place, pair) in one.expose().iter().zip(other.expose()).enumerate() {
            let pair = usize::from(*pair.0) << 8 | usize::from(*pair.1);
            assert!(!std::mem::replace(&mut seen[pair][place], true));
        }
    }
}

/// Zero must be drawn too: a share scheme that forbids it rules one key out for every share.
#[test]
fn coefficients_may_be_zero() {
    let key = key([0; 32]);
    let zeros = (0..40).flat_map(|_| key.split(2, &custodians(2)).unwrap());
    assert!(
        zeros.map(|share| share.value.expose().iter().filter(|byte| **byte == 0).count()).sum::<usize>() > 0
    );
}

/// `blahaj` takes another polynomial for the same field (0x11d): its elements are ours under
/// another name, `b_0 + b_1·r + b_2·r^2 + …` with `r` a root of that polynomial in our field.
#[test]
fn another_implementation_agrees_both_ways() {
    let power = |r: u8, n: usize| (0..n).fold(1, |product, _| field::multiply(product, r));
    let root = (2..=255).find(|r| [8, 4, 3, 2, 0].iter().fold(0, |sum, n| sum ^ power(*r, *n)) == 0).unwrap();
    let ours: Vec<u8> = (0..=255_u8)
        .map(|theirs| (0..8).filter(|i| theirs >> i & 1 == 1).fold(0, |sum, i| sum ^ power(root, i)))
        .collect();
    let ours = |theirs: u8| ours[usize::from(theirs)];
    let theirs = |wanted: u8| (0..=255).find(|element| ours(*element) == wanted).unwrap();

    let bytes: [u8; 32] = std::array::from_fn(|i| u8::try_from(i * 7 % 251).unwrap());
    for threshold in 2..=5 {
        let shares = key(bytes).split(threshold, &custodians(7)).unwrap();
        let foreign: Vec<_> = shares
            .iter()
            .rev()
            .take(usize::from(threshold))
            .map(|share| {
                let spelt: Vec<_> = [&[share.number], share.value.expose().as_slice()].concat();
                let spelt: Vec<_> = spelt.into_iter().map(theirs).collect();
                blahaj::Share::try_from(spelt.as_slice()).unwrap()
            })
            .collect();
        let recovered = blahaj::Sharks(threshold).recover(&foreign).unwrap();
        assert_eq!(recovered.into_iter().map(ours).collect::<Vec<_>>(), bytes);

        let dealt = blahaj::Sharks(threshold).dealer(&bytes.map(theirs)).take(usize::from(threshold));
        let points: Vec<_> = dealt
            .map(|share| {
                let spelt: Vec<_> = Vec::from(&share).into_iter().map(ours).collect();
                let (x, y) = spelt.split_first().unwrap();
                (*x, secret(y.try_into().unwrap()))
            })
            .collect();
        let points: Vec<_> = points.iter().map(|(x, y)| (*x, y)).collect();
        assert_eq!(*polynomial::interpolate(&points).expose(), bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Every set of shares that is large enough gives the key back, in any order; none that is
    /// too small does, not even when it says it needs no more.
    #[test]
    fn every_large_enough_set_gives_the_key_back(
        root: [u8; 32], threshold in 2..=6_u8, more in 0..=2_u8, turned in 0..8_usize,
    ) {
        let count = threshold + more;
        let key = key(root);
        let shares = key.split(threshold, &custodians(usize::from(count))).unwrap();
        for set in 1..1_u32 << count {
            let mut places: Vec<_> = (0..usize::from(count)).filter(|place| set >> place & 1 == 1).collect();
            let turn = turned % places.len();
            places.rotate_left(turn);
            let mut set = copies(&shares, &places);
            if places.len() >= usize::from(threshold) {
                let back = RootKey::combine(&set).unwrap();
                prop_assert_eq!((back.id(), back.label()), (key.id(), key.label()));
                prop_assert_eq!(back.secret().expose(), &root);
            } else {
                let refused = RootKey::combine(&set).unwrap_err();
                prop_assert_eq!(refused, CombineError::TooFew { needed: threshold, given: places.len() });
                set.iter_mut().for_each(|share| share.threshold = 1);
                let is_wrong = matches!(RootKey::combine(&set), Err(CombineError::WrongKey { .. }));
                prop_assert!(is_wrong);
            }
        }
    }
}

#[test]
fn two_hundred_and_fifty_five_custodians_can_be_asked_for_all() {
    let key = key([9; 32]);
    let mut shares = key.split(255, &custodians(255)).unwrap();
    assert_eq!(RootKey::combine(&shares).unwrap().id(), key.id());
    shares.pop();
    assert!(matches!(RootKey::combine(&shares), Err(CombineError::TooFew { needed: 255, given: 254 })));
    assert!(matches!(key.split(2, &custodians(256)), Err(SplitError::Count)));
}

#[test]
fn a_wrong_set_of_shares_is_named() {
    let shares = key([1; 32]).split(2, &custodians(3)).unwrap();
    let refused = |set: Vec<Share>| RootKey::combine(&set).unwrap_err();
    assert_eq!(refused(vec![]), CombineError::NoShare);
    assert_eq!(refused(copies(&shares, &[2])), CombineError::TooFew { needed: 2, given: 1 });
    assert_eq!(refused(copies(&shares, &[1, 1])), CombineError::Twice { number: 2 });

    let other = key([2; 32]);
    let foreign = other.split(2, &custodians(3)).unwrap();
    assert_eq!(
        refused(vec![copy(&shares[0]), copy(&foreign[1])]),
        CombineError::OtherKey { number: 2, key: other.id(), expected: key([1; 32]).id() }
    );
    let again = key([1; 32]).split(2, &custodians(3)).unwrap();
    assert_eq!(refused(vec![copy(&shares[0]), copy(&again[2])]), CombineError::OtherSplit { number: 3 });

    let mut false_share = copy(&shares[1]);
    false_share.value = secret([7; 32]);
    let expected = key([1; 32]).id();
    let wrong = refused(vec![copy(&shares[0]), false_share]);
    assert_eq!(wrong, CombineError::WrongKey { expected, numbers: vec![1, 2] });
    assert_eq!(
        wrong.to_string(),
        format!("shares 1, 2 together do not give key {expected}: one of them is false")
    );
}

#[test]
fn what_cannot_be_split_is_refused() {
    let key = key([3; 32]);
    for (threshold, count) in [(0, 3), (1, 3), (4, 3), (2, 1), (2, 0)] {
        let refused = key.split(threshold, &custodians(count));
        assert!(matches!(refused, Err(SplitError::Threshold { .. })), "{threshold} of {count}");
    }
    for name in ["", " Anna", "Anna\n1: AAAAA", &"x".repeat(41), "\u{202e}annA"] {
        let refused = key.split(2, &["Bruno".to_owned(), name.to_owned()]);
        assert!(matches!(refused, Err(SplitError::Custodian { number: 2 })));
    }
}

#[test]
fn debug_output_is_redacted() {
    let share = &key([0xab; 32]).split(2, &custodians(2)).unwrap()[0];
    assert_eq!(format!("{share:?}"), "Share(1 of 2, vault key of PUA05, redacted)");
    assert_eq!(format!("{:?}", TypedShare::default()), "TypedShare(up to line 1, redacted)");
}
