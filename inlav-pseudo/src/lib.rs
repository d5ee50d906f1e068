//! The PUA's side of inlav: from a messy export to a signed extract, with the identifiers sealed
//! in a vault. Keys and raw data never leave the PUA.
//!
//! ```text
//! export ─ source ─ mapping ─► raw batches ─ check ─► quality report
//!                                   │
//!                                   ├─ pseudonymise (policy × keys) ─► extract ─► the hub
//!                                   └─ seal ─► vault, which stays
//! ```
//!
//! | module | idea |
//! |---|---|
//! | [`source`] | read what offices export, in bounded memory |
//! | [`mapping`] | what a site calls its tables, columns and codes |
//! | [`raw`] | rows as text under the domain's names |
//! | [`check`] | what is wrong with an export, and where |
//! | [`keys`] | root keys, their files, everything derived from them |
//! | [`pseudonym`] | pseudonyms and linkage tokens |
//! | [`date_shift`] | secret shifts of a person's dates |
//! | [`pseudonymise`] | from raw rows to the columns of an extract |
//! | [`vault`] | identifiers, sealed |
//! | [`leftover`] | what must not be in an extract, looked for before it is signed |
//! | [`extract`] | Parquet, manifest, signature |
//! | [`sealed_tokens`] | linkage tokens, sealed to the custodian |
//! | [`relink`] | the custodian's step: a second key over the tokens of all PUA |
//! | [`forget`], [`reveal`] | a person is forgotten, or named when in danger |
//! | [`audit_log`] | what was done with keys and identifiers, when and why |
//! | `office` | made-up exports as offices write them (feature `synthetic`) |

pub mod audit_log;
pub mod check;
pub mod date_shift;
pub mod extract;
mod fingerprint;
pub mod forget;
pub mod keys;
pub mod leftover;
pub mod mapping;
#[cfg(feature = "synthetic")]
pub mod office;
pub mod pseudonym;
pub mod pseudonymise;
pub mod raw;
pub mod relink;
pub mod reveal;
pub mod sealed_tokens;
mod shape;
pub mod source;
pub mod vault;
