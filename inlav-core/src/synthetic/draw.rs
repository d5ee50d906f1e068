//! Draws that will be the same for ever: ChaCha12 and whole-number arithmetic.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A stream of draws.
pub(super) struct Draw(ChaCha12Rng);

impl Draw {
    /// The stream of this number under a seed; streams do not meet.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut key = *b"inlav synthetic population v1\0\0\0";
        for (byte, seed) in key.iter_mut().rev().zip(seed.to_le_bytes()) {
            *byte ^= seed;
        }
        let mut generator = ChaCha12Rng::from_seed(key);
        generator.set_stream(stream);
        Self(generator)
    }

    /// A number from 0 up to, but without, `end`; 0 if `end` is 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        // The bias of the remainder is below 2^-32.
        u32::try_from(self.0.next_u64() % u64::from(end.max(1))).unwrap_or(0)
    }

    /// A number between two, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True so many times in a thousand.
    pub(super) fn chance(&mut self, per_thousand: u32) -> bool {
        self.below(1000) < per_thousand
    }

    /// One of a list that is not empty.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        let index = self.below(u32::try_from(list.len()).unwrap_or(u32::MAX));
        *list
            .iter()
            .cycle()
            .nth(usize::try_from(index).unwrap_or(0))
            .expect("no list of this module is empty")
    }

    /// One of a list that is not empty, as often as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, list: &[(T, u32)]) -> T {
        let mut left = self.below(list.iter().map(|(_, weight)| weight).sum());
        for (item, weight) in list {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        list.first().map(|(item, _)| *item).expect("no list of this module is empty")
    }

    /// A number from one of several ranges, both ends included, as often as the range's weight.
    pub(super) fn ranged(&mut self, ranges: &[((u32, u32), u32)]) -> u32 {
        let (low, high) = self.weighted(ranges);
        self.between(low, high)
    }

    /// A day between two, both included.
    pub(super) fn day(&mut self, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        let days = u32::try_from((last - first).num_days()).unwrap_or(0);
        after(first, self.between(0, days))
    }

    /// So many digits.
    pub(super) fn digits(&mut self, count: u32) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap_or(0))).collect()
    }

    /// So many capital letters.
    pub(super) fn letters(&mut self, count: u32) -> String {
        (0..count).map(|_| char::from(b'A' + u8::try_from(self.below(26)).unwrap_or(0))).collect()
    }
}

/// So many days later.
pub(super) fn after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(day)
}

/// So many days earlier.
pub(super) fn before(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(day)
}

/// The same day, or Monday if it is a Sunday: offices are closed.
pub(super) fn office_day(day: NaiveDate) -> NaiveDate {
    if day.weekday() == Weekday::Sun { after(day, 1) } else { day }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_never_changes() {
        let mut draw = Draw::new(7, 1);
        let drawn: Vec<u32> = (0..6).map(|_| draw.below(1000)).collect();
        assert_eq!(drawn, [132, 190, 584, 194, 509, 163]);
        assert_ne!(Draw::new(7, 2).digits(20), Draw::new(7, 1).digits(20));
        assert_ne!(Draw::new(8, 1).digits(20), Draw::new(7, 1).digits(20));
    }

    #[test]
    fn draws_keep_to_their_bounds() {
        let mut draw = Draw::new(1, 1);
        for _ in 0..1000 {
            assert!((3..=5).contains(&draw.between(3, 5)));
            assert!((1..=9).contains(&draw.ranged(&[((1, 3), 1), ((4, 9), 5)])));
            assert_ne!(draw.weighted(&[('a', 1), ('b', 0)]), 'b');
        }
        assert!(!draw.chance(0) && draw.chance(1000));
    }
}
