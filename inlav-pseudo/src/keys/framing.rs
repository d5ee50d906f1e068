//! How byte strings are laid one after another so that no two lists of them look alike.

/// Appends `part` with its length before it, u64 big-endian.
///
/// Formula: `len(part) as u64be ‖ part`. Lists of parts written this way are equal only if their
/// parts are (compare the pre-authentication encoding of PASETO).
pub(crate) fn push_prefixed(bytes: &mut Vec<u8>, part: &[u8]) {
    let length = u64::try_from(part.len()).expect("no byte string in memory is longer than 2^64");
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(part);
}

/// Bytes that are read from the front; `None` as soon as too few are left.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a>(pub(crate) &'a [u8]);

impl<'a> Cursor<'a> {
    /// The next `N` bytes.
    pub(crate) const fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let Some((array, rest)) = self.0.split_first_chunk() else { return None };
        self.0 = rest;
        Some(*array)
    }

    /// The next `length` bytes.
    pub(crate) const fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let Some((slice, rest)) = self.0.split_at_checked(length) else { return None };
        self.0 = rest;
        Some(slice)
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// The next u32, big-endian.
    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// The next part written by [`push_prefixed`].
    pub(crate) fn prefixed(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(u64::from_be_bytes(self.array()?)).ok()?;
        self.slice(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_they_were_written() {
        let mut bytes = Vec::new();
        push_prefixed(&mut bytes, b"ab");
        push_prefixed(&mut bytes, b"");
        let mut cursor = Cursor(&bytes);
        assert_eq!(cursor.prefixed(), Some(b"ab".as_slice()));
        assert_eq!(cursor.prefixed(), Some(b"".as_slice()));
        assert_eq!(cursor.prefixed(), None);
    }

    #[test]
    fn a_length_past_the_end_is_refused() {
        let mut cursor = Cursor(&[0xff; 12]);
        assert_eq!(cursor.prefixed(), None);
    }
}
