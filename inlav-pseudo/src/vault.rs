//! The vault `.ilv`: what identifies the persons of an extract, sealed, at the PUA only.
//!
//! A header, one record per person, a last record that counts them. Files are never appended to:
//! each has keys of its own. They come from HPKE (RFC 9180: DHKEM(X25519, HKDF-SHA256),
//! HKDF-SHA256) in PSK mode, to the public half of the vault key, with a secret from the PUA's
//! site key as pre-shared key and the header up to the encapsulated key as `info`: its exporter
//! gives the key of the records (32 bytes) and the commitment (16). So a vault opens only with
//! both the site key, which the PUA has, and the private half, which custodians have.
//!
//! | bytes | header |
//! |---|---|
//! | 8 + 1 | `INLAVILV`, version 3 |
//! | 16 | project id |
//! | 1 + n | length and text of the PUA's identifier |
//! | 4 | epoch, u32be |
//! | 8 + 8 | ids of the vault key and of the site key |
//! | 16 | number of the file, random |
//! | 16 | nonce prefix, random |
//! | 32 + 32 | SHA-256 of the extract's schema and of the policy |
//! | 1 + n | the columns that the policy seals: how many, then length (1 byte) and name of each |
//! | 32 | encapsulated key |
//! | 16 | commitment to both keys and the whole header, compared first and in constant time |
//!
//! | bytes | record |
//! |---|---|
//! | 1 | 1 = a person, 2 = the last record, 3 = a person who is forgotten |
//! | 16 | pseudonym in clear, so that a person can be found (not in the last record) |
//! | 4 | length of what follows, u32be |
//! | n | 1, 2: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), nonce = prefix ‖ record number u64be |
//! | 32 | 3: HMAC-SHA-256 of the tombstone, key from the site key |
//!
//! A person's plaintext is a list of values, then a byte 0, then zeros to whole buckets of 64 bytes, so
//! that the length of a name does not show. A value is the number of its column in the header's list
//! (1 byte, from 1), its length and its text in UTF-8; the length is 1 byte, or 255 and a u32be if it is
//! not below 255. The last record holds the number of records before it, u64be. Associated data:
//! record number u64be, pseudonym (zeros in the last record), first byte of the record; all else is
//! bound by the key, which no other header gives. A tombstone's MAC is of the SHA-256 of the header,
//! record number and pseudonym. A tombstone is put in a record's place without opening anything (see
//! [`crate::forget`]).

mod columns;
mod error;
mod header;
mod identity;
mod reader;
mod record;
mod records;
mod writer;

pub use error::{VaultReadError, VaultWriteError};
pub use header::VaultContext;
pub use identity::Identity;
pub use reader::{Sealed, VaultReader};
pub use records::vault_site;
pub use writer::VaultWriter;

pub(crate) use record::Mark;
pub(crate) use records::Records;

#[cfg(test)]
mod tests;
