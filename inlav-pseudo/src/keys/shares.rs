//! Shares of a root key, for its custodians (Shamir, *How to share a secret*, 1979).
//!
//! Each of the 32 bytes of a root is the value at 0 of a polynomial over GF(2^8) whose other
//! `threshold - 1` coefficients are uniform random bytes, zero among them; share number `x` holds
//! the values at `x`. The arithmetic is in `shares/field.rs` and `shares/polynomial.rs`, what is
//! printed and typed back in `shares/printable.rs`.

use inlav_core::text::is_unprintable;
use subtle::ConstantTimeEq as _;

use super::label::{KeyId, KeyLabel};
use super::root::RootKey;
use super::secret::Secret;

mod error;
mod field;
mod polynomial;
mod printable;

pub use error::{CombineError, ShareError, SplitError};
pub use printable::TypedShare;

/// A share of a root key: a secret in the hands of one custodian. Debug is redacted, there is no
/// Display, memory is wiped on drop.
pub struct Share {
    label: KeyLabel,
    id: KeyId,
    /// Drawn for each split: shares of two splits of one key do not fit together.
    split: [u8; 4],
    threshold: u8,
    count: u8,
    number: u8,
    custodian: String,
    value: Secret,
}

impl Share {
    /// Most characters of a custodian's name.
    pub const LONGEST_CUSTODIAN: usize = 40;

    /// Whose key it is a share of.
    #[must_use]
    pub const fn label(&self) -> &KeyLabel {
        &self.label
    }

    /// Which key it is a share of.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// How many shares give the key back.
    #[must_use]
    pub const fn threshold(&self) -> u8 {
        self.threshold
    }

    /// How many shares were made.
    #[must_use]
    pub const fn count(&self) -> u8 {
        self.count
    }

    /// Its number among them, from 1.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// The name of its custodian.
    #[must_use]
    pub fn custodian(&self) -> &str {
        &self.custodian
    }

    /// Whether both come from one splitting of one key.
    fn belongs_with(&self, other: &Self) -> bool {
        self.is_of_same_key(other)
            && self.split == other.split
            && (self.threshold, self.count) == (other.threshold, other.count)
    }

    fn is_of_same_key(&self, other: &Self) -> bool {
        self.label == other.label && self.id == other.id
    }
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({} of {}, {}, redacted)", self.number, self.count, self.label)
    }
}

pub(super) fn split(key: &RootKey, threshold: u8, custodians: &[String]) -> Result<Vec<Share>, SplitError> {
    let count = u8::try_from(custodians.len()).map_err(|_| SplitError::Count)?;
    if threshold < 2 || threshold > count {
        return Err(SplitError::Threshold { threshold, count });
    }
    if let Some(place) = custodians.iter().position(|name| !is_name(name)) {
        return Err(SplitError::Custodian { number: place.saturating_add(1) });
    }
    let mut split = [0; 4];
    getrandom::fill(&mut split)?;
    let coefficients = (1..threshold).map(|_| Secret::draw()).collect::<Result<Vec<_>, _>>()?;
    let share = |(number, custodian): (u8, &String)| Share {
        label: key.label().clone(),
        id: key.id(),
        split,
        threshold,
        count,
        number,
        custodian: custodian.clone(),
        value: polynomial::evaluate(key.secret(), &coefficients, number),
    };
    Ok((1..=count).zip(custodians).map(share).collect())
}

pub(super) fn combine(shares: &[Share]) -> Result<RootKey, CombineError> {
    let first = shares.first().ok_or(CombineError::NoShare)?;
    for (place, share) in shares.iter().enumerate() {
        let number = share.number;
        if !share.is_of_same_key(first) {
            return Err(CombineError::OtherKey { number, key: share.id, expected: first.id });
        }
        if !share.belongs_with(first) {
            return Err(CombineError::OtherSplit { number });
        }
        if shares.iter().take(place).any(|earlier| earlier.number == number) {
            return Err(CombineError::Twice { number });
        }
    }
    if shares.len() < usize::from(first.threshold) {
        return Err(CombineError::TooFew { needed: first.threshold, given: shares.len() });
    }
    let points: Vec<_> = shares.iter().map(|share| (share.number, &share.value)).collect();
    let key = RootKey::new(first.label.clone(), polynomial::interpolate(&points));
    let fits = key.id().0.ct_eq(&first.id.0);
    if bool::from(fits) {
        Ok(key)
    } else {
        let numbers = shares.iter().map(|share| share.number).collect();
        Err(CombineError::WrongKey { expected: first.id, numbers })
    }
}

/// Whether a name can stand on a share: 1 to [`Share::LONGEST_CUSTODIAN`] visible characters.
fn is_name(text: &str) -> bool {
    text.trim() == text
        && (1..=Share::LONGEST_CUSTODIAN).contains(&text.chars().count())
        && !text.chars().any(is_unprintable)
}

#[cfg(test)]
mod tests;
