//! Keys of records and cells: whence the cell-key method takes its noise.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The hub's secret behind all cell-key noise: `record key = HMAC-SHA256(key, label ‖ record)`.
///
/// Who holds it and the pseudonyms can compute every noise and take it off again, so it is kept as
/// the signing key is and goes to nobody who reads tables. An analyst at the hub with the
/// pseudonyms alone knows no noise, and so does a site. It must not change while what it perturbed
/// is public: two noises of one cell say more than one.
///
/// Debug is redacted, there is no Display, memory is wiped on drop.
pub struct PerturbationKey(Box<Zeroizing<[u8; 32]>>);

/// The key of one record: 64 bits, uniform to whoever has no [`PerturbationKey`]. Debug is redacted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecordKey(u64);

/// The sum of the keys of a cell's records, mod 2⁶⁴: a function of the set of records and of
/// nothing else. Debug is redacted.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CellKey(u64);

impl PerturbationKey {
    /// A key of 32 bytes from a cryptographic generator, drawn once for a programme. They are
    /// copied; wiping the original is the caller's.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        let mut key = Box::new(Zeroizing::new([0; 32]));
        key.copy_from_slice(bytes);
        Self(key)
    }

    /// 16 hexadecimal digits that tell keys apart and nothing about them. Whoever publishes writes
    /// them down and refuses another key.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{:016x}", self.tag(b"inlav/noise/key-id/v1", &[]))
    }

    /// The key of a record: of the unit of kind `unit_kind` ("person", "referral") that `record`
    /// names. `record` must be the same whenever the unit is counted: a person's linked pseudonym,
    /// a register number beside it; never a row's place in a query's answer.
    #[must_use]
    pub fn record_key(&self, unit_kind: &str, record: &[u8]) -> RecordKey {
        RecordKey(self.tag(b"inlav/noise/record/v1", &[unit_kind.as_bytes(), record]))
    }

    /// The first 64 bits of HMAC-SHA256 over a label and parts, every part but the last after its
    /// length.
    fn tag(&self, label: &[u8], parts: &[&[u8]]) -> u64 {
        // The key leaves its type to prepare the MAC.
        let mac = Hmac::<Sha256>::new_from_slice(&**self.0).expect("HMAC takes keys of every length");
        let mut mac = mac.chain_update(label);
        if let Some((last, before)) = parts.split_last() {
            for part in before {
                mac.update(&(part.len() as u64).to_be_bytes());
                mac.update(part);
            }
            mac.update(last);
        }
        mac.finalize().into_bytes().iter().take(8).fold(0, |sum, &byte| sum << 8 | u64::from(byte))
    }
}

impl CellKey {
    /// The cell with one record more.
    pub(crate) fn with(self, record: RecordKey) -> Self {
        Self(self.0.wrapping_add(record.0))
    }

    /// The cell with the records of another that shares none with it.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    #[cfg(test)]
    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// A number below 2³², uniform over sets of records.
    pub(super) fn upper_half(self) -> u64 {
        self.0 >> 32
    }
}

impl fmt::Debug for PerturbationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PerturbationKey(redacted)")
    }
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordKey(redacted)")
    }
}

impl fmt::Debug for CellKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CellKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_redacted_and_depend_on_everything() {
        let key = PerturbationKey::new(&[7; 32]);
        let of = |key: &PerturbationKey, kind: &str, record: &[u8]| key.record_key(kind, record);
        assert!(of(&key, "person", b"a") == of(&PerturbationKey::new(&[7; 32]), "person", b"a"));
        assert!(of(&key, "person", b"a") != of(&PerturbationKey::new(&[8; 32]), "person", b"a"));
        assert!(of(&key, "person", b"a") != of(&key, "referral", b"a"));
        assert!(of(&key, "person", b"a") != of(&key, "person", b"b"));
        assert!(of(&key, "person", b"a") != of(&key, "persona", b""), "kind and record do not run together");
        let cell = CellKey::default().with(key.record_key("person", b"a"));
        assert_eq!(key.id(), PerturbationKey::new(&[7; 32]).id());
        assert_ne!(key.id(), PerturbationKey::new(&[8; 32]).id());
        assert_eq!(key.id().len(), 16);
        assert_eq!(format!("{key:?}"), "PerturbationKey(redacted)");
        assert_eq!(format!("{:?}", key.record_key("person", b"a")), "RecordKey(redacted)");
        assert_eq!(format!("{cell:?}"), "CellKey(redacted)");
    }

    /// HMAC-SHA256 once more, by Python's hmac module.
    #[test]
    fn a_record_key_is_what_another_implementation_makes() {
        let key = PerturbationKey::new(&std::array::from_fn(|at| u8::try_from(at).unwrap()));
        assert_eq!(key.record_key("person", b"0123456789abcdef").0, RECORD_KEY_BY_PYTHON);
    }

    const RECORD_KEY_BY_PYTHON: u64 = 0xe667_8a47_8efe_7a94;
}
