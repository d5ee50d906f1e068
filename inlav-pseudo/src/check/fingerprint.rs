//! What a check remembers of an identifier.

use inlav_core::identifiers::Identifier;
use sha2::{Digest as _, Sha256};

/// 16 bytes of a digest: as good as the identifier for comparing, smaller, and nothing to read
/// in a memory dump at a glance. It never leaves the check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fingerprint(u128);

impl Fingerprint {
    pub(super) fn of(identifier: &Identifier) -> Self {
        // Exposed to be compared inside this PUA's own check; only the digest is kept.
        Self::of_parts(&[identifier.expose()])
    }

    /// Of several texts: "ab" and "c" is another one than "a" and "bc".
    pub(super) fn of_parts(parts: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(part.len().to_le_bytes());
            digest.update(part.as_bytes());
        }
        Self(digest.finalize().iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte)))
    }
}
