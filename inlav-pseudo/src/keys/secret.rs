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
        let mut secret = Self(Box::new([0; Self::LENGTH]));
        fill(&mut secret.0)?;
        Ok(secret)
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
