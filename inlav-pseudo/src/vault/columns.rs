//! The columns that a vault can hold, by number.

use std::borrow::Cow;
use std::io::Read;

use super::header::{HeaderFault, array};

/// The names of the columns that a vault can hold, in order: the column of number 1 first. Each
/// once, at most 255 of them, of 1 to 64 characters `a` to `z`, `0` to `9` and `_`, as the
/// registry's are: a forged name moves no cursor of who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns(Vec<Cow<'static, str>>);

impl Columns {
    const MOST: usize = 255;
    const LONGEST_NAME: usize = 64;

    /// Of names that come twice the first is kept; `None` if the others are no such list.
    pub(super) fn of(names: &[&'static str]) -> Option<Self> {
        let mut columns = Self(Vec::new());
        for name in names {
            if columns.number(name, 0).is_none() {
                columns.push(Cow::Borrowed(name))?;
            }
        }
        Some(columns)
    }

    fn push(&mut self, name: Cow<'static, str>) -> Option<()> {
        let allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        let fits = self.0.len() < Self::MOST
            && (1..=Self::LONGEST_NAME).contains(&name.len())
            && name.bytes().all(allowed)
            && !self.0.contains(&name);
        fits.then(|| self.0.push(name))
    }

    /// Their number, and each with its length before it, one byte each.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let byte = |length: usize| u8::try_from(length).expect("at most 255 names of 64 bytes");
        let mut bytes = vec![byte(self.0.len())];
        for name in &self.0 {
            bytes.push(byte(name.len()));
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes
    }

    /// Reads what [`Self::bytes`] wrote. Nothing vouches for it yet: at most 16 KiB are taken, and what
    /// is no such list is refused.
    pub(super) fn read(source: &mut impl Read) -> Result<Self, HeaderFault> {
        let [count] = array(source)?;
        let mut columns = Self(Vec::new());
        for _ in 0..count {
            let [length] = array(source)?;
            let mut name = vec![0; usize::from(length)];
            source.read_exact(&mut name)?;
            let name = String::from_utf8(name).map_err(|_| HeaderFault::Damaged)?;
            columns.push(Cow::Owned(name)).ok_or(HeaderFault::Damaged)?;
        }
        Ok(columns)
    }

    /// The number of a column, from 1. The search begins after so many columns: who seals in the
    /// list's order finds each at once.
    pub(super) fn number(&self, name: &str, after: u8) -> Option<u8> {
        let (before, rest) = self.0.split_at_checked(usize::from(after))?;
        let place = |names: &[Cow<'_, str>]| names.iter().position(|column| column == name);
        let index = place(rest).map(|index| index + before.len()).or_else(|| place(before))?;
        u8::try_from(index + 1).ok()
    }

    /// The column of a number.
    pub(super) fn name(&self, number: u8) -> Option<&Cow<'static, str>> {
        self.0.get(usize::from(number).checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 3] = ["family_name", "cui", "birth_date"];

    #[test]
    fn numbers_and_names_belong_together() {
        let columns = Columns::of(&NAMES).unwrap();
        for after in 0..=3 {
            for (number, name) in (1..).zip(NAMES) {
                assert_eq!(columns.number(name, after), Some(number));
                assert_eq!(columns.name(number).unwrap(), name);
            }
            assert_eq!(columns.number("given_name", after), None);
        }
        assert_eq!((columns.name(0), columns.name(4)), (None, None));
        assert_eq!(Columns::of(&["cui", "phone", "cui"]), Columns::of(&["cui", "phone"]));
    }

    #[test]
    fn a_list_that_does_not_fit_is_refused() {
        let names: Vec<&'static str> = (0..256).map(|n| &*format!("c{n}").leak()).collect();
        let columns = Columns::of(&names[..255]).unwrap();
        assert_eq!((columns.number("c254", 7), columns.name(255).unwrap().as_ref()), (Some(255), "c254"));
        assert_eq!(Columns::of(&names), None);
        let long: &str = "x".repeat(65).leak();
        assert!(Columns::of(&[&long[..64]]).is_some());
        for name in ["", "Cognome", "a b", "città", "\u{1b}[2j", long] {
            assert_eq!(Columns::of(&[name]), None);
        }
    }

    /// All columns of the registry together, so whatever a policy seals.
    #[test]
    fn there_is_room_for_every_policy() {
        let tables = inlav_core::registry::tables().iter();
        let names: Vec<_> = tables.flat_map(|table| table.columns).map(|column| column.name).collect();
        assert!(Columns::of(&names).is_some());
    }

    #[test]
    fn a_list_is_read_as_it_was_written_or_refused() {
        let bytes = Columns::of(&NAMES).unwrap().bytes();
        assert_eq!(bytes, b"\x03\x0bfamily_name\x03cui\x0abirth_date");
        assert!(Columns::read(&mut bytes.as_slice()).ok() == Columns::of(&NAMES));
        for damaged in [&b"\x02\x03cui\x03cui"[..], b"\x01\x00", b"\x01\x01\xff", b"\x01\x02\x1b["] {
            assert!(matches!(Columns::read(&mut &*damaged), Err(HeaderFault::Damaged)));
        }
        for short in 0..bytes.len() {
            assert!(matches!(Columns::read(&mut &bytes[..short]), Err(HeaderFault::NotAVault)));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_list_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(columns) = Columns::read(&mut bytes.as_slice()) {
                prop_assert!(bytes.starts_with(&columns.bytes()));
            }
        }
    }
}
