//! The queries that a store has answered, so that a new one is protected jointly with them although
//! the program ran in between. They are asked again: the same store and policy give the same
//! answers.
//!
//! The list is beside the store's catalogue, `sql-asked.json`: queries, and of which data and under
//! which policy they were answered. It holds no count. Of the same data all are answered under one
//! policy. For other data the list begins anew, since what was answered then cannot be counted again;
//! protection over time is the ledger's.

use std::path::{Path, PathBuf};

use inlav_analytics::disclosure::ReleasePolicy;
use inlav_analytics::store::Store;
use inlav_core::language::Bilingual;
use inlav_core::whole::{self, Access, Existing};
use serde_json::{Value, json};

use super::super::failure::{Class, Failure};

const FILE: &str = "sql-asked.json";
const FORMAT: u64 = 1;

/// The list of a store.
pub(super) struct Asked {
    path: PathBuf,
    /// What the answers were given of.
    extracts: Value,
    policy: Value,
    /// Lists about other data, kept as they are.
    others: Vec<Value>,
    queries: Vec<String>,
}

impl Asked {
    /// The queries answered of a store as it is; refused under another policy than theirs.
    pub(super) fn open(folder: &Path, store: &Store, policy: &ReleasePolicy) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        let extracts: Vec<String> =
            store.catalog().snapshots.values().map(|snapshot| snapshot.manifest.to_string()).collect();
        let mut asked = Self {
            path,
            extracts: json!(extracts),
            policy: json!(policy),
            others: Vec::new(),
            queries: Vec::new(),
        };
        let text = match std::fs::read_to_string(&asked.path) {
            Ok(text) => text,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(asked),
            Err(_) => return Err(asked.damaged()),
        };
        let file: Value = serde_json::from_str(&text).map_err(|_| asked.damaged())?;
        if file.get("format") != Some(&json!(FORMAT)) {
            return Err(asked.damaged());
        }
        for list in file.get("asked").and_then(Value::as_array).ok_or_else(|| asked.damaged())? {
            if list.get("extracts") != Some(&asked.extracts) {
                asked.others.push(list.clone());
                continue;
            }
            if list.get("policy") != Some(&asked.policy) {
                return Err(other_policy());
            }
            let queries = list.get("queries").cloned().ok_or_else(|| asked.damaged())?;
            asked.queries = serde_json::from_value(queries).map_err(|_| asked.damaged())?;
        }
        Ok(asked)
    }

    /// The queries, in the order in which they were answered.
    pub(super) fn queries(&self) -> &[String] {
        &self.queries
    }

    /// Writes down that a query is about to be answered. One that was answered already is there.
    pub(super) fn add(&mut self, query: &str) -> Result<(), Failure> {
        if self.queries.iter().any(|known| known == query) {
            return Ok(());
        }
        self.queries.push(query.to_owned());
        let own = json!({ "extracts": self.extracts, "policy": self.policy, "queries": self.queries });
        let lists: Vec<&Value> = self.others.iter().chain([&own]).collect();
        let text = json!({ "asked": lists, "format": FORMAT }).to_string();
        whole::write(&self.path, text.as_bytes(), Access::Shared, Existing::Replace)?;
        Ok(())
    }

    fn damaged(&self) -> Failure {
        let path = self.path.display();
        Failure::told(
            Class::Integrity,
            Bilingual::of(
                format!("l'elenco delle domande già fatte non si legge: {path}"),
                format!("the list of queries answered before cannot be read: {path}"),
            ),
        )
        .advice(Bilingual::of(
            "senza di esso una nuova risposta non sarebbe protetta insieme alle altre: rimettere la copia di sicurezza",
            "without it a new answer would not be protected together with the others; put its backup back",
        ))
    }
}

/// Two policies together protect less than either: what one withholds the other may show.
fn other_policy() -> Failure {
    Failure::told(
        Class::Policy,
        Bilingual::of(
            "su questi dati si è già risposto con altre regole di pubblicazione",
            "questions about these data were answered under another release policy",
        ),
    )
    .advice(Bilingual::of(
        "continuare con quelle: dare lo stesso file con --policy, o nessuno se non c'era",
        "go on with that one: give the same file with --policy, or none if there was none",
    ))
}
