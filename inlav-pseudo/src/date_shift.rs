//! Shifts of dates: a secret number of days per person, the same for all of the person's days, so that
//! intervals stay and true days do not leave.
//!
//! Formula: of `HMAC-SHA-256(key, pseudonym)` the first 8 bytes as a number (big endian), modulo `2n`,
//! give one of the shifts -n … -1, 1 … n. None is 0: a day that leaves is never the true one. The
//! modulo prefers some shifts by less than 2⁻⁵⁴.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::keys::Secret;
use crate::pseudonym::Pseudonym;

/// The key of the shifts of one PUA for one purpose. Debug is redacted.
#[derive(Clone)]
pub struct DateShiftKey(Hmac<Sha256>);

impl DateShiftKey {
    pub(crate) fn new(key: &Secret) -> Self {
        // The derived key leaves its type to prepare the MAC.
        Self(Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of every length"))
    }

    /// By how many days the dates of a person are shifted: at most `most` to either side, never 0
    /// unless `most` is.
    ///
    /// # Guarantee
    /// Before: a person's pseudonym. After: a number that without the key tells nothing about the
    /// person, and is the same in all tables. Test
    /// `shifts_are_secret_constant_and_never_none` of this module.
    #[must_use]
    pub fn days(&self, person: &Pseudonym, most: u16) -> i32 {
        let mac: [u8; 32] = self.0.clone().chain_update(person.as_bytes()).finalize().into_bytes().into();
        let drawn = u64::from_be_bytes(*mac.first_chunk().expect("8 of 32 bytes are there"));
        let most = i32::from(most);
        let Some(place) = u32::try_from(most * 2).ok().and_then(|two| drawn.checked_rem(u64::from(two)))
        else {
            return 0;
        };
        let place = i32::try_from(place).unwrap_or(0);
        if place < most { place - most } else { place - most + 1 }
    }
}

impl std::fmt::Debug for DateShiftKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DateShiftKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn key(byte: u8) -> DateShiftKey {
        let filled = Secret::fill(|bytes| {
            bytes.fill(byte);
            Ok::<(), ()>(())
        });
        DateShiftKey::new(&filled.unwrap())
    }

    fn person(number: u32) -> Pseudonym {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        Pseudonym::from(bytes)
    }

    /// Made by an independent program (`tests/derivation_vectors.py`): the format cannot drift.
    #[test]
    fn our_shifts_never_change() {
        let shifts: Vec<i32> = (0..6).map(|number| key(0x11).days(&person(number), 30)).collect();
        assert_eq!(shifts, VECTORS);
    }

    const VECTORS: [i32; 6] = [24, 28, -16, 26, 14, 2];

    #[test]
    fn shifts_are_secret_constant_and_never_none() {
        let (key, other) = (key(1), key(2));
        let mut seen = BTreeMap::new();
        let mut equal = 0;
        for number in 0..6_000 {
            let days = key.days(&person(number), 30);
            assert_eq!(days, key.days(&person(number), 30));
            assert!((-30..=30).contains(&days) && days != 0);
            *seen.entry(days).or_insert(0) += 1;
            equal += u32::from(days == other.days(&person(number), 30));
        }
        assert_eq!(seen.len(), 60, "every shift occurs");
        // 100 of each are expected, with a standard deviation of 10; of equal ones under two keys too.
        assert!(seen.values().all(|times| (50..=150).contains(times)));
        assert!((50..=150).contains(&equal));
        assert_eq!(key.days(&person(1), 0), 0);
        assert_eq!(format!("{key:?}"), "DateShiftKey(redacted)");
    }
}
