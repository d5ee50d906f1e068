//! The persons who are forgotten.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::key::AuditKey;
use crate::pseudonym::Pseudonym;

/// A pseudonym of a forgotten person, under a key of the log's keeper: 16 bytes that tell others
/// nothing, not even who holds an extract with the pseudonym in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mark(pub(super) [u8; 16]);

/// The persons who are forgotten, as the audit log says. Debug is redacted.
#[derive(Clone)]
pub struct Forgotten {
    key: AuditKey,
    marks: BTreeSet<Mark>,
}

impl Forgotten {
    pub(super) const fn new(key: AuditKey, marks: BTreeSet<Mark>) -> Self {
        Self { key, marks }
    }

    /// Whether a pseudonym is one of a forgotten person.
    #[must_use]
    pub fn contains(&self, pseudonym: &Pseudonym) -> bool {
        !self.marks.is_empty() && self.marks.contains(&self.key.mark(pseudonym))
    }

    /// Whether nobody is forgotten.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }
}

impl std::fmt::Debug for Forgotten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Forgotten({} pseudonyms, redacted)", self.marks.len())
    }
}

impl From<Mark> for String {
    fn from(mark: Mark) -> Self {
        hex::encode(mark.0)
    }
}

impl TryFrom<String> for Mark {
    type Error = hex::FromHexError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut mark = [0; 16];
        hex::decode_to_slice(text, &mut mark).map(|()| Self(mark))
    }
}
