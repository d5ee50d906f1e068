//! Keys of a PUA and of the linkage custodian: independent roots in passphrase-protected files,
//! everything else derived.
//!
//! | root | file | who holds it |
//! |---|---|---|
//! | [`KeyRole::Site`] | `site.ilk` | one PUA |
//! | [`KeyRole::Vault`] | `vault.ilk` | one PUA |
//! | [`KeyRole::Signing`] | `signing.ilk`, public half in `<SITE>.pub` | one PUA; the hub registers the public half |
//! | [`KeyRole::Linkage`] | one file per epoch | all PUA |
//! | [`KeyRole::Relink`] | `relink-<epoch>.ilk` | the custodian |
//! | [`KeyRole::Sealing`] | `sealing.ilk`, public half in `custodian.pub` | the custodian; PUA get the public half |
//! | [`KeyRole::Signing`] | `signing.ilk`, public half in `custodian.pub` | the custodian; the hub registers the public half |
//!
//! Roots are 32 bytes from the operating system and never derived from one another. What is made
//! from them, and with which labels, stands in one file, `keys/derivation.rs`. The layout of a
//! key file stands in `keys/file.rs`.

mod cost;
mod custodian;
pub(crate) mod derivation;
mod destruction;
mod error;
mod file;
pub(crate) mod framing;
mod label;
mod linkage;
mod passphrase;
mod renewal;
mod root;
mod secret;
mod shares;
mod signing;
mod site;
mod strength;
mod vault;

pub use cost::{KdfCost, KdfCostError};
pub use custodian::{CustodianKeys, RelinkKey, SealingKey};
pub use destruction::{
    DestroyError, Destroyer, Destroying, Order, ProofError, Witness, destroyed_header, verify_destruction,
};
pub use error::{CreateKeyError, OpenKeyError};
pub use label::{KeyId, KeyLabel, KeyRole};
pub use linkage::{EpochError, LinkageKey, Serves};
pub use passphrase::Passphrase;
pub use renewal::{RenewError, Renewed, renew_signing};
pub use root::{KeyFileHeader, RootKey};
pub(crate) use secret::Secret;
pub use shares::{CombineError, Share, ShareError, SplitError, TypedShare};
pub use signing::SigningKey;
pub use site::{NewSiteKeys, SiteKeys};
pub use strength::Strength;
pub(crate) use vault::FileKeys;
pub use vault::{VaultOpenKey, VaultSealKey};
