//! What identifies one person, as the vault keeps it.

use zeroize::Zeroizing;

use crate::keys::framing::{Cursor, push_prefixed};

/// Size to which plaintexts are padded: their length tells only in which bucket it falls.
const BUCKET: usize = 64;

/// What identifies one person: values by column. Debug is redacted, there is no Display, memory
/// is wiped on drop.
#[derive(Default, PartialEq, Eq)]
pub struct Identity(Vec<(String, Zeroizing<String>)>);

impl Identity {
    /// Adds the value of a column.
    pub fn push(&mut self, column: &str, value: String) {
        self.0.push((column.to_owned(), Zeroizing::new(value)));
    }

    /// Columns and values. Every call says in a comment why they have to leave their type there.
    pub fn expose(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(column, value)| (column.as_str(), value.as_str()))
    }

    /// The plaintext of a record: `len ‖ list ‖ zeros` to whole buckets, where the list is
    /// column and value in turn, each with its length before it.
    pub(super) fn padded(&self) -> Zeroizing<Vec<u8>> {
        let length_field = size_of::<u64>();
        let list: usize =
            self.expose().map(|(column, value)| column.len() + value.len() + 2 * length_field).sum();
        let padded = (length_field + list).next_multiple_of(BUCKET);
        // With its full size from the start (and room for the tag) it never grows, and growing
        // would leave plaintext behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(padded + super::record::TAG));
        bytes.extend_from_slice(&u64::try_from(list).unwrap_or(u64::MAX).to_be_bytes());
        // Values leave their type to be sealed.
        for (column, value) in self.expose() {
            push_prefixed(&mut bytes, column.as_bytes());
            push_prefixed(&mut bytes, value.as_bytes());
        }
        bytes.resize(padded, 0);
        bytes
    }

    /// Reads what [`Self::padded`] wrote; `None` if it does not have the form.
    pub(super) fn from_padded(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor(bytes);
        let mut list = Cursor(cursor.prefixed()?);
        let padding_fits = cursor.0.len() < BUCKET && cursor.0.iter().all(|byte| *byte == 0);
        let mut identity = Self::default();
        while !list.0.is_empty() {
            let column = std::str::from_utf8(list.prefixed()?).ok()?;
            let value = std::str::from_utf8(list.prefixed()?).ok()?;
            identity.push(column, value.to_owned());
        }
        (padding_fits && bytes.len().is_multiple_of(BUCKET)).then_some(identity)
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn identity(value: &str) -> Identity {
        let mut identity = Identity::default();
        identity.push("family_name", value.to_owned());
        identity
    }

    #[test]
    fn only_the_bucket_of_the_length_shows() {
        // 8 of the list's length, 8 + 11 of the column, 8 of the value's length: 29 are left.
        assert_eq!(identity("").padded().len(), 64);
        assert_eq!(identity(&"x".repeat(29)).padded().len(), 64);
        assert_eq!(identity(&"x".repeat(30)).padded().len(), 128);
    }

    #[test]
    fn padding_that_is_not_zero_or_too_long_is_refused() {
        let mut bytes = identity("x").padded();
        *bytes.last_mut().unwrap() = 1;
        assert_eq!(Identity::from_padded(&bytes), None);
        let mut bytes = identity("x").padded();
        bytes.extend_from_slice(&[0; 64]);
        assert_eq!(Identity::from_padded(&bytes), None);
    }

    /// Reads the memory of this process through the operating system: what was freed is still there.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_dropped_identity_is_gone_from_memory() {
        use std::os::unix::fs::FileExt as _;

        let memory = std::fs::File::open("/proc/self/mem").unwrap();
        let at = |address: usize| {
            let mut bytes = [0; 64];
            memory.read_exact_at(&mut bytes, u64::try_from(address).unwrap()).unwrap();
            bytes
        };
        let name = "Provafalso".repeat(20);
        let (identity, padded) = (identity(&name), identity(&name).padded());
        // The allocator writes its own notes into the first bytes of what is freed.
        let addresses =
            [identity.expose().next().unwrap().1.as_ptr(), padded.as_ptr()].map(|p| p.addr() + 64);
        assert!(addresses.iter().all(|address| at(*address).windows(10).any(|w| w == b"Provafalso")));
        drop((identity, padded));
        assert!(addresses.iter().all(|address| !at(*address).windows(10).any(|w| w == b"Provafalso")));
    }

    #[test]
    fn the_cipher_wipes_its_key_and_an_identity_its_values() {
        const fn wiped<T: zeroize::ZeroizeOnDrop>() {}
        wiped::<chacha20poly1305::XChaCha20Poly1305>();
        wiped::<Zeroizing<String>>();
    }

    #[test]
    fn debug_output_is_redacted() {
        assert_eq!(format!("{:?}", identity("Provafalso")), "Identity(redacted)");
    }

    proptest! {
        #[test]
        fn what_is_padded_reads_back(fields in prop::collection::vec((".{0,20}", ".{0,200}"), 0..8)) {
            let mut identity = Identity::default();
            for (column, value) in fields {
                identity.push(&column, value);
            }
            let padded = identity.padded();
            prop_assert!(padded.len().is_multiple_of(64));
            prop_assert_eq!(Identity::from_padded(&padded), Some(identity));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            let _ = Identity::from_padded(&bytes);
        }
    }
}
