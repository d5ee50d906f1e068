//! A log that shows tampering: each entry holds the hash of the one before it.
//!
//! `hash = SHA-256("inlav-audit/v1\0" ‖ the entry's line without its hash)`, and the line holds
//! the previous hash. Whoever kept the last hash can tell whether any entry was changed, left out
//! or added later. JSON Lines (one JSON object per line, UTF-8).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

const CONTEXT: &[u8] = b"inlav-audit/v1\0";

/// A log being written.
#[derive(Debug, Clone)]
pub struct AuditLog {
    at: String,
    lines: Vec<String>,
    head: String,
}

/// An entry without its hash; fields in alphabetical order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    at: String,
    details: Value,
    event: String,
    previous: String,
    sequence: usize,
}

/// A line of the log: an entry and its hash.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    entry: Entry,
    hash: String,
}

/// A log does not hold together.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the audit log was changed or cut at line {line}")]
pub struct BrokenLog {
    /// First line that does not fit, from 1.
    pub line: usize,
}

impl AuditLog {
    /// Begins a log; `at` is the time that all its entries bear, in RFC 3339.
    #[must_use]
    pub fn begin(at: String) -> Self {
        Self { at, lines: Vec::new(), head: hex::encode([0; 32]) }
    }

    /// Adds an entry. `details` holds names, sizes and digests: never a value of the data.
    pub fn add(&mut self, event: &str, details: Value) {
        let entry = Entry {
            at: self.at.clone(),
            details,
            event: event.to_owned(),
            previous: self.head.clone(),
            sequence: self.lines.len(),
        };
        self.head = hash_of(&entry);
        let line = Line { entry, hash: self.head.clone() };
        self.lines.push(serde_json::to_string(&line).expect("an entry holds only strings, numbers and JSON"));
    }

    /// The hash of the last entry.
    #[must_use]
    pub fn head(&self) -> &str {
        &self.head
    }

    /// The log as text.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// Checks a log and returns the hash of its last entry.
///
/// # Errors
/// [`BrokenLog`], naming the first line that does not fit.
pub fn verify(text: &str) -> Result<String, BrokenLog> {
    let mut head = hex::encode([0; 32]);
    for (index, line) in text.lines().enumerate() {
        let broken = BrokenLog { line: index + 1 };
        let Ok(Line { entry, hash }) = serde_json::from_str(line) else { return Err(broken) };
        if entry.previous != head || entry.sequence != index || hash_of(&entry) != hash {
            return Err(broken);
        }
        head = hash;
    }
    Ok(head)
}

fn hash_of(entry: &Entry) -> String {
    let line = serde_json::to_vec(entry).expect("an entry holds only strings, numbers and JSON");
    hex::encode(Sha256::new().chain_update(CONTEXT).chain_update(line).finalize())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn log() -> AuditLog {
        let mut log = AuditLog::begin("2025-07-01T10:00:00Z".to_owned());
        log.add("release", json!({ "tables": 3 }));
        log.add("file", json!({ "name": "report.html" }));
        log.add("end", json!({}));
        log
    }

    #[test]
    fn an_untouched_log_verifies_to_its_head() {
        assert_eq!(verify(&log().text()).unwrap(), log().head());
    }

    #[test]
    fn a_changed_dropped_or_moved_line_is_named() {
        let text = log().text();
        assert_eq!(verify(&text.replace("report.html", "other.html")), Err(BrokenLog { line: 2 }));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(verify(&[lines[0], lines[2]].join("\n")), Err(BrokenLog { line: 2 }));
        assert_eq!(verify(&[lines[1], lines[0]].join("\n")), Err(BrokenLog { line: 1 }));
    }

    #[test]
    fn a_field_added_to_a_line_is_noticed() {
        let text = log().text();
        assert_eq!(verify(&text.replacen("{\"entry\"", "{\"x\":1,\"entry\"", 1)), Err(BrokenLog { line: 1 }));
        assert_eq!(verify(&text.replacen("\"at\"", "\"x\":1,\"at\"", 1)), Err(BrokenLog { line: 1 }));
    }

    #[test]
    fn a_log_cut_at_the_end_has_another_head() {
        let text = log().text();
        let cut: Vec<&str> = text.lines().take(2).collect();
        assert_ne!(verify(&cut.join("\n")).unwrap(), log().head());
    }
}
