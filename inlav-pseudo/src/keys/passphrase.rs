//! What a steward types to open a key file.

use subtle::ConstantTimeEq as _;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize as _, Zeroizing};

/// A passphrase. Debug is redacted, there is no Display, memory is wiped on drop.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Fewest characters of a passphrase that protects a new key.
    pub const SHORTEST: usize = 12;

    /// Takes over what was typed, in Unicode normal form C (as RFC 8265 section 4.2.2 asks), so
    /// that the same letters typed on another system open the same file. The text given is wiped.
    #[must_use]
    pub fn new(mut typed: String) -> Self {
        // NFC at most triples a text in UTF-8; with room for that no copy is left behind by growth.
        let mut normal = Zeroizing::new(String::with_capacity(typed.len().saturating_mul(3)));
        normal.extend(typed.nfc());
        typed.zeroize();
        Self(normal)
    }

    /// Whether it may protect a new key: [`Self::SHORTEST`] characters or more.
    #[must_use]
    pub fn is_long_enough(&self) -> bool {
        self.0.chars().count() >= Self::SHORTEST
    }

    /// Whether two typings are the same, in constant time for equal lengths.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        // Compared, and not kept.
        self.expose().ct_eq(other.expose()).into()
    }

    /// The bytes. Every call says in a comment why they have to leave their type there.
    pub(super) fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_an_accent_are_one_passphrase() {
        let composed = Passphrase::new("citt\u{e0} di mare".to_owned());
        let decomposed = Passphrase::new("citta\u{300} di mare".to_owned());
        assert_eq!(composed.expose(), decomposed.expose());
    }

    #[test]
    fn twelve_characters_are_enough_and_eleven_are_not() {
        assert!(Passphrase::new("àààààààààààà".to_owned()).is_long_enough());
        assert!(!Passphrase::new("ààààààààààà".to_owned()).is_long_enough());
    }

    #[test]
    fn debug_output_is_redacted() {
        let passphrase = Passphrase::new("correct horse battery".to_owned());
        assert_eq!(format!("{passphrase:?}"), "Passphrase(redacted)");
    }
}
