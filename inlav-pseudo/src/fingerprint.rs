//! What is remembered of an identifier or of a whole row, to know it again.

use inlav_core::identifiers::Identifier;
use sha2::{Digest as _, Sha256};

/// 16 bytes of a digest: as good as the identifier for comparing, smaller, and nothing to read
/// in a memory dump at a glance. Debug is redacted, and it never
/// leaves the run that made it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fingerprint(u128);

impl Fingerprint {
    pub(crate) fn of(identifier: &Identifier) -> Self {
        // Exposed to be compared inside this PUA's own check; only the digest is kept.
        Self::of_parts([identifier.expose()])
    }

    /// Of several texts: "ab" and "c" is another one than "a" and "bc".
    pub(crate) fn of_parts(parts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            let part = part.as_ref();
            digest.update(part.len().to_le_bytes());
            digest.update(part.as_bytes());
        }
        Self(digest.finalize().iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte)))
    }
}

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprint(redacted)")
    }
}
