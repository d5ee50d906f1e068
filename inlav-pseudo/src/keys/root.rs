//! A root key of whatever role, as it is kept: in a key file, or in shares.

use super::derivation::key_id;
use super::label::{KeyId, KeyLabel};
use super::secret::Secret;
use super::shares::{self, CombineError, Share, SplitError};

/// A root key with its label: what a key file holds and what shares give back. It can be kept,
/// split and put together; to use it, open it as what it is for.
#[derive(Debug)]
pub struct RootKey {
    label: KeyLabel,
    id: KeyId,
    root: Secret,
}

impl RootKey {
    pub(crate) fn new(label: KeyLabel, root: Secret) -> Self {
        let id = key_id(&root, &label);
        Self { label, id, root }
    }

    /// Whose key it is.
    #[must_use]
    pub const fn label(&self) -> &KeyLabel {
        &self.label
    }

    /// Which key it is.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The root itself.
    pub(crate) const fn secret(&self) -> &Secret {
        &self.root
    }

    /// Splits the key into one share per custodian, of which any `threshold` give it back.
    ///
    /// # Guarantee
    /// Fewer than `threshold` shares tell nothing about the key: for every key they are equally
    /// likely. Test `one_share_too_few_tells_nothing`.
    ///
    /// # Errors
    /// [`SplitError`].
    pub fn split(&self, threshold: u8, custodians: &[String]) -> Result<Vec<Share>, SplitError> {
        shares::split(self, threshold, custodians)
    }

    /// Puts a key together from its shares.
    ///
    /// # Guarantee
    /// What comes out has the key id that the shares state, or nothing does. Test
    /// `a_wrong_set_of_shares_is_named`.
    ///
    /// # Errors
    /// [`CombineError`], naming the share at fault by its number.
    pub fn combine(shares: &[Share]) -> Result<Self, CombineError> {
        shares::combine(shares)
    }
}
