//! 32 secret bytes.

use zeroize::Zeroize as _;

/// 32 secret bytes: a root, a derived key. Debug is redacted, there is no Display, memory is
/// wiped on drop. On the heap, so that moving it leaves no copy behind.
pub(crate) struct Secret(Box<[u8; Self::LENGTH]>);

impl Secret {
    /// Bytes of a secret.
    pub(crate) const LENGTH: usize = 32;

    /// Draws a root from the operating system.
    ///
    /// # Errors
    /// [`getrandom::Error`] if the operating system gives none.
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        Self::fill(|bytes| getrandom::fill(bytes))
    }

    /// A secret whose bytes `fill` writes in place.
    ///
    /// # Errors
    /// Whatever `fill` returns; the bytes are then wiped.
    pub(crate) fn fill<E>(fill: impl FnOnce(&mut [u8; Self::LENGTH]) -> Result<(), E>) -> Result<Self, E> {
        let mut secret = Self::zero();
        fill(&mut secret.0)?;
        Ok(secret)
    }

    /// 32 zero bytes, to be worked on.
    pub(crate) fn zero() -> Self {
        Self(Box::new([0; Self::LENGTH]))
    }

    /// Puts what `by` makes of each byte and its fellow in `other` in the byte's place.
    pub(crate) fn each_with(&mut self, other: &Self, by: impl Fn(u8, u8) -> u8) {
        for (byte, other) in self.0.iter_mut().zip(other.0.iter()) {
            *byte = by(*byte, *other);
        }
    }

    /// The bytes. Every call says in a comment why they have to leave their type there.
    pub(crate) const fn expose(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    /// Reads the memory of this process through the operating system: what was freed is still there.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_dropped_secret_is_gone_from_memory() {
        use std::os::unix::fs::FileExt as _;

        use super::Secret;

        let memory = std::fs::File::open("/proc/self/mem").unwrap();
        let at = |address: usize| {
            let mut bytes = [0; Secret::LENGTH];
            memory.read_exact_at(&mut bytes, u64::try_from(address).unwrap()).unwrap();
            bytes
        };
        let secret = Secret::fill(|bytes| {
            bytes.fill(0xa7);
            Ok::<(), ()>(())
        })
        .unwrap();
        let address = secret.expose().as_ptr().addr();
        assert_eq!(at(address), [0xa7; Secret::LENGTH]);
        drop(secret);
        assert!(at(address).iter().filter(|byte| **byte == 0xa7).count() < 4);
    }
}
