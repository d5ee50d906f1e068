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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_stands_before_each_part() {
        let mut bytes = Vec::new();
        push_prefixed(&mut bytes, b"ab");
        push_prefixed(&mut bytes, b"");
        assert_eq!(bytes, b"\0\0\0\0\0\0\0\x02ab\0\0\0\0\0\0\0\0");
    }

    #[test]
    fn what_is_not_there_is_not_read() {
        let mut cursor = Cursor(b"abc");
        assert_eq!((cursor.slice(4), cursor.u32()), (None, None));
        assert_eq!((cursor.byte(), cursor.slice(2), cursor.byte()), (Some(b'a'), Some(&b"bc"[..]), None));
    }
}
