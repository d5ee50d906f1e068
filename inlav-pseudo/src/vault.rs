//! The vault `.ilv`: what identifies the persons of an extract, sealed, at the PUA only.
//!
//! A header, one record per person, a last record that counts them. Files are never appended
//! to: each has a key of its own, derived from the vault key and 32 random bytes.
//!
//! | bytes | header |
//! |---|---|
//! | 8 + 1 | `INLAVILV`, version 1 |
//! | 16 | project id |
//! | 1 + n | length and text of the PUA's identifier |
//! | 4 | epoch, u32be |
//! | 8 | id of the vault key |
//! | 16 | number of the file, random |
//! | 32 | salt of the file's key, random |
//! | 16 | nonce prefix, random |
//! | 32 + 32 | SHA-256 of the extract's schema and of the policy |
//! | 16 | commitment to the vault key, compared first and in constant time |
//!
//! | bytes | record |
//! |---|---|
//! | 1 | 1 = a person, 2 = the last record |
//! | 16 | pseudonym in clear, so that a person can be found (not in the last record) |
//! | 4 | length of the ciphertext with its tag, u32be |
//! | n | XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), nonce = prefix ‖ record number u64be |
//!
//! A person's plaintext is a list of columns and values, padded to whole buckets of 64 bytes, so
//! that the length of a name does not show. The last record holds the number of persons, u64be.
//! Associated data, each with its length before it: magic, version, project, PUA, epoch, key id,
//! number of the file, record number, pseudonym, schema, policy, `person` or `last`.

mod error;
mod header;
mod identity;
mod reader;
mod record;
mod writer;

pub use error::{VaultReadError, VaultWriteError};
pub use header::VaultContext;
pub use identity::Identity;
pub use reader::VaultReader;
pub use writer::VaultWriter;

#[cfg(test)]
mod tests;
