//! What identifies one person, as the vault keeps it.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::columns::Columns;
use crate::keys::framing::Cursor;

/// Size to which plaintexts are padded: their length tells only in which bucket it falls.
const BUCKET: usize = 64;

/// What stands in the place of a length that does not fit into a byte; four bytes with it follow.
const LONG: u8 = u8::MAX;

/// What identifies one person: values by column. Debug is redacted, there is no Display, memory
/// is wiped on drop.
#[derive(Default, PartialEq, Eq)]
pub struct Identity(Vec<(Cow<'static, str>, Zeroizing<String>)>);

impl Identity {
    /// Adds the value of a column.
    pub fn push(&mut self, column: impl Into<Cow<'static, str>>, value: String) {
        self.0.push((column.into(), Zeroizing::new(value)));
    }

    /// Columns and values. Every call says in a comment why they have to leave their type there.
    pub fn expose(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(column, value)| (column.as_ref(), value.as_str()))
    }

    /// Bytes that [`Self::append_padded`] appends: whole buckets.
    pub(super) fn padded_length(&self) -> usize {
        // The number of a column, the length, the value; the end of the list.
        let value = |(_, value): &(_, Zeroizing<String>)| 1 + length_field(value.len()) + value.len();
        (self.0.iter().map(value).sum::<usize>() + 1).next_multiple_of(BUCKET)
    }

    /// Appends the plaintext of a record: `list ‖ 0 ‖ zeros` to whole buckets, where the list is in turn
    /// the number of a column, the length of the value and the value. Numbers are not 0. A length is one
    /// byte, or 255 and a u32be if it is not below 255.
    ///
    /// # Errors
    /// The name of a column that is none of these; only a part is appended then.
    pub(super) fn append_padded(&self, columns: &Columns, bytes: &mut Vec<u8>) -> Result<(), &str> {
        let whole = bytes.len() + self.padded_length();
        let mut number = 0;
        // Values leave their type to be sealed.
        for (column, value) in self.expose() {
            number = columns.number(column, number).ok_or(column)?;
            bytes.push(number);
            match u8::try_from(value.len()) {
                Ok(length) if length != LONG => bytes.push(length),
                _ => {
                    bytes.push(LONG);
                    let length = u32::try_from(value.len()).expect("a record is at most 16 MiB long");
                    bytes.extend_from_slice(&length.to_be_bytes());
                }
            }
            bytes.extend_from_slice(value.as_bytes());
        }
        bytes.resize(whole, 0);
        Ok(())
    }

    /// Reads what [`Self::append_padded`] wrote; `None` if it does not have the form.
    pub(super) fn from_padded(columns: &Columns, bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor(bytes);
        let mut identity = Self::default();
        loop {
            let number = cursor.byte()?;
            if number == 0 {
                break;
            }
            let length = match cursor.byte()? {
                LONG => usize::try_from(cursor.u32()?).ok().filter(|length| *length >= usize::from(LONG))?,
                length => usize::from(length),
            };
            let value = std::str::from_utf8(cursor.slice(length)?).ok()?;
            identity.push(columns.name(number)?.clone(), value.to_owned());
        }
        let padding = cursor.0;
        let fits = padding.len() < BUCKET && padding.iter().all(|byte| *byte == 0);
        (fits && bytes.len().is_multiple_of(BUCKET)).then_some(identity)
    }
}

/// Bytes of the field of a length.
fn length_field(length: usize) -> usize {
    if length < usize::from(LONG) { 1 } else { 1 + size_of::<u32>() }
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

    fn columns() -> Columns {
        Columns::of(&["birth_date", "family_name", "notes"]).unwrap()
    }

    fn padded(identity: &Identity) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(identity.padded_length()));
        identity.append_padded(&columns(), &mut bytes).unwrap();
        assert_eq!(bytes.len(), identity.padded_length());
        bytes
    }

    #[test]
    fn only_the_bucket_of_the_length_shows() {
        // The column, the length and the end of the list: 61 are left.
        assert_eq!(padded(&Identity::default()).len(), 64);
        assert_eq!(padded(&identity("")).len(), 64);
        assert_eq!(padded(&identity(&"x".repeat(61))).len(), 64);
        assert_eq!(padded(&identity(&"x".repeat(62))).len(), 128);
    }

    #[test]
    fn a_record_is_numbers_lengths_and_values() {
        let mut two = identity("Prova");
        two.push("birth_date", "1990".to_owned());
        let mut expected = b"\x02\x05Prova\x01\x041990".to_vec();
        expected.resize(64, 0);
        assert_eq!(*padded(&two), expected);
        for (length, field) in [(254, &b"\x02\xfe"[..]), (255, b"\x02\xff\0\0\0\xff")] {
            let long = identity(&"x".repeat(length));
            let bytes = padded(&long);
            assert!(bytes.starts_with(field) && bytes.get(field.len()) == Some(&b'x'));
            assert_eq!(Identity::from_padded(&columns(), &bytes), Some(long));
        }
    }

    #[test]
    fn a_column_that_is_not_in_the_list_is_named() {
        let mut other = identity("Provafalso");
        other.push("phone", "333 1234567".to_owned());
        assert_eq!(other.append_padded(&columns(), &mut Vec::new()), Err("phone"));
    }

    #[test]
    fn what_is_not_written_so_is_refused() {
        let read = |bytes: &[u8]| Identity::from_padded(&columns(), bytes);
        let good = padded(&identity("x"));
        assert!(read(&good).is_some());
        let mut padding = good.clone();
        *padding.last_mut().unwrap() = 1;
        let too_long = [&good[..], &[0; 64]].concat();
        // A column that is not there, a short length that takes five bytes, a value past the end.
        let [mut other, mut length, mut end] = [(); 3].map(|()| good.clone());
        other[0] = 4;
        length.splice(1..2, [LONG, 0, 0, 0, 1]);
        length.truncate(64);
        end[1] = 254;
        for bytes in [&padding[..], &too_long, &good[..63], &other, &length, &end, b""] {
            assert_eq!(read(bytes), None);
        }
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
        let (identity, padded) = (identity(&name), padded(&identity(&name)));
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
        fn what_is_padded_reads_back(
            fields in prop::collection::vec((0_usize..3, ".{0,300}"), 0..8),
        ) {
            let mut identity = Identity::default();
            for (column, value) in fields {
                identity.push(["birth_date", "family_name", "notes"][column], value);
            }
            let bytes = padded(&identity);
            prop_assert!(bytes.len().is_multiple_of(64));
            prop_assert_eq!(Identity::from_padded(&columns(), &bytes), Some(identity));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            let _ = Identity::from_padded(&columns(), &bytes);
        }
    }
}
