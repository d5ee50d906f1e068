//! What one guess of a passphrase costs.

use argon2::{Algorithm, Argon2, Params, Version};
use inlav_core::language::Language;

use super::passphrase::Passphrase;
use super::secret::Secret;

/// Cost of Argon2id (RFC 9106): memory, passes, lanes. Only values within [`KdfCost::LIMITS`] exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfCost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// A cost is outside its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cost of the passphrase must be {}", KdfCost::LIMITS)]
pub struct KdfCostError;

impl KdfCost {
    /// The limits, for messages. Below them a stolen file is guessed too fast; above them a
    /// crafted file would exhaust the machine that opens it.
    pub const LIMITS: &str = "64 MiB to 2 GiB of memory, 1 to 10 passes, 1 to 16 lanes";

    /// The limits, in Italian.
    pub const LIMITS_IT: &str = "da 64 MiB a 2 GiB di memoria, da 1 a 10 passate, da 1 a 16 corsie";

    /// This much memory, otherwise as the default.
    ///
    /// # Errors
    /// [`KdfCostError`] below 64 or above 2,048 MiB.
    pub fn memory_mib(mib: u32) -> Result<Self, KdfCostError> {
        let memory_kib = mib.checked_mul(1024).ok_or(KdfCostError)?;
        Self::new(memory_kib, Self::default().passes, Self::default().lanes)
    }

    /// Memory in MiB, passes and lanes.
    #[must_use]
    pub const fn numbers(self) -> [u32; 3] {
        [self.memory_kib / 1024, self.passes, self.lanes]
    }

    /// The cost in words.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        let [memory, passes, lanes] = self.numbers();
        match language {
            Language::It => format!("Argon2id, {memory} MiB, {passes} passate, {lanes} corsie"),
            Language::En => format!("Argon2id, {memory} MiB, {passes} passes, {lanes} lanes"),
        }
    }

    /// Gibibytes of memory that one guess writes, over all passes.
    #[must_use]
    pub fn gibibytes(self) -> f64 {
        f64::from(self.memory_kib) * f64::from(self.passes) / f64::from(1024 * 1024)
    }

    /// A cost as a key file states it.
    ///
    /// # Errors
    /// [`KdfCostError`] outside [`Self::LIMITS`].
    pub(super) fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfCostError> {
        let within = (64 * 1024..=2 * 1024 * 1024).contains(&memory_kib)
            && (1..=10).contains(&passes)
            && (1..=16).contains(&lanes);
        if within { Ok(Self { memory_kib, passes, lanes }) } else { Err(KdfCostError) }
    }

    /// As a key file states it: KiB, passes, lanes, u32 big-endian each.
    pub(super) fn bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let numbers = [self.memory_kib, self.passes, self.lanes];
        for (slot, number) in bytes.chunks_exact_mut(4).zip(numbers) {
            slot.copy_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    /// The key that a passphrase gives: `Argon2id[m, t, p](passphrase, salt, 32)`, version 0x13
    /// (RFC 9106 section 3).
    ///
    /// # Errors
    /// [`argon2::Error`] if there is not enough memory.
    pub(super) fn stretch(self, passphrase: &Passphrase, salt: &[u8; 16]) -> Result<Secret, argon2::Error> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(Secret::LENGTH))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // The passphrase leaves its type to be hashed, here only.
        Secret::fill(|key| argon2.hash_password_into(passphrase.expose(), salt, key))
    }
}

impl KdfCostError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        match language {
            Language::En => self.to_string(),
            Language::It => format!("il costo della passphrase può essere {}", KdfCost::LIMITS_IT),
        }
    }
}

impl Default for KdfCost {
    /// 256 MiB, 3 passes, 4 lanes: between the two recommendations of RFC 9106 section 4.
    fn default() -> Self {
        Self { memory_kib: 256 * 1024, passes: 3, lanes: 4 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_kept_on_both_sides() {
        let allowed = |m, t, p| KdfCost::new(m, t, p).is_ok();
        assert!(allowed(65_536, 1, 1) && allowed(2_097_152, 10, 16));
        assert!(!allowed(65_535, 1, 1) && !allowed(2_097_153, 1, 1));
        assert!(!allowed(65_536, 0, 1) && !allowed(65_536, 11, 1));
        assert!(!allowed(65_536, 1, 0) && !allowed(65_536, 1, 17));
        assert_eq!(KdfCost::memory_mib(63), Err(KdfCostError));
        assert_eq!(KdfCost::memory_mib(u32::MAX), Err(KdfCostError));
        assert_eq!(KdfCost::memory_mib(256), Ok(KdfCost::default()));
    }
}
