//! The audit log of a PUA or of the linkage custodian: what was done with keys and identifiers, when, and
//! why.
//!
//! JSON Lines: one entry per line, in the one spelling of RFC 8785. Entries are only ever added.
//!
//! | field | what |
//! |---|---|
//! | `action`, `details` | what was done ([`Action`]); never a value of the data, never a pseudonym |
//! | `at` | when, UTC, RFC 3339 to the second |
//! | `format` | 1 |
//! | `keeper`, `key` | who keeps the log, for example `PUA05` or `custodian`; id of the root key behind `mac` |
//! | `number` | from 1 |
//! | `previous` | `hash` of the entry before, 64 zeros in the first |
//! | `hash` | SHA-256(`inlav-audit-entry/v1\0` ‖ the entry without `hash` and `mac`) |
//! | `mac` | HMAC-SHA-256 of `hash`, key of role `audit` (see `keys/derivation.rs`) |
//!
//! Who has no key sees that an entry was changed, moved, left out or put in between; who keeps
//! the last hash (it stands in each manifest) sees that the end was cut off or the whole written
//! anew. With the key, the log's keeper sees that also an entry whose hashes were worked out again
//! is not the keeper's.
//!
//! A process that is killed while it writes leaves a torn last line. It was never confirmed: the
//! next one puts it aside as `<log>.torn-<number>`, and the entry of that number says so.
//!
//! Reasons and case references are typed by people and are kept for years: no names in them.
//! [`Remark`] refuses what looks like an identifier; what is a name it cannot know.

mod action;
mod chain;
mod error;
mod forgotten;
mod key;
mod log;
mod remark;

pub use action::{Action, CustodianShare, KeyNote};
pub use chain::{AuditEntry, AuditTrail, read};
pub use error::{AuditLogError, ChainFault};
pub use forgotten::{Forgotten, Mark};
pub use key::AuditKey;
pub use log::{AuditLog, HeldLog};
pub use remark::{Remark, RemarkError};

/// File name of the audit log in the folder of the keys of who keeps it.
pub const AUDIT_LOG_FILE: &str = "audit.jsonl";

/// How the log of the linkage custodian names its keeper; that of a PUA names the PUA.
pub const CUSTODIAN: &str = "custodian";

#[cfg(test)]
mod tests;
