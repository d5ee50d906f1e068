//! Digests of policy and schema, by which hub and vault tell extracts of one kind.

use std::collections::BTreeMap;

use arrow::datatypes::DataType;
use inlav_core::exchange::Digest;
use inlav_core::policy::{Action, Policy, PolicyError};
use inlav_core::registry;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// SHA-256 of a policy in canonical form: JSON as RFC 8785 has it, members `legal_basis`,
/// `purpose`, `tables`, `version`.
#[must_use]
pub fn policy_digest(policy: &Policy) -> Digest {
    #[derive(Serialize)]
    struct Canonical<'a> {
        legal_basis: &'a str,
        purpose: &'a str,
        tables: &'a BTreeMap<String, BTreeMap<String, Vec<Action>>>,
        version: u32,
    }
    let canonical = Canonical {
        legal_basis: &policy.legal_basis,
        purpose: &policy.purpose,
        tables: &policy.tables,
        version: policy.version,
    };
    let bytes = serde_json::to_vec(&canonical)
        .expect("a policy holds only strings, integers, lists and maps of them");
    Digest(Sha256::digest(bytes).into())
}

/// SHA-256 of what the policy makes of all tables of the registry: one line
/// `table<TAB>column<TAB>type<LF>` for each column in order, types `pseudonym`, `text`, `date`,
/// `int32`, `float64`, `bool`.
///
/// # Errors
/// [`PolicyError::NoRule`] when a column of some table has no rule.
pub fn schema_digest(policy: &Policy) -> Result<Digest, PolicyError> {
    let mut digest = Sha256::new();
    for table in registry::tables() {
        for column in policy.extract_columns(table)? {
            let line = format!("{}\t{}\t{}\n", table.name, column.name, type_name(&column.data_type));
            digest.update(line);
        }
    }
    Ok(Digest(digest.finalize().into()))
}

/// Our own names: the engine's may change with its version.
const fn type_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::FixedSizeBinary(_) => "pseudonym",
        DataType::Utf8 => "text",
        DataType::Date32 => "date",
        DataType::Int32 => "int32",
        DataType::Float64 => "float64",
        DataType::Boolean => "bool",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Policy {
        Policy {
            version: 1,
            purpose: "care".to_owned(),
            legal_basis: "è \"x\"".to_owned(),
            tables: BTreeMap::from([(
                "site".to_owned(),
                BTreeMap::from([("opened_on".to_owned(), vec![Action::Keep, Action::Year])]),
            )]),
        }
    }

    /// `printf '%s' '…' | sha256sum`: the canonical form cannot drift.
    #[test]
    fn a_policys_digest_never_changes() {
        let canonical = "{\"legal_basis\":\"è \\\"x\\\"\",\"purpose\":\"care\",\
                         \"tables\":{\"site\":{\"opened_on\":[\"keep\",\"year\"]}},\"version\":1}";
        assert_eq!(policy_digest(&small()), Digest(Sha256::digest(canonical).into()));
    }

    #[test]
    fn any_change_of_a_policy_changes_its_digest() {
        let mut changed = small();
        changed.purpose = "carf".to_owned();
        assert_ne!(policy_digest(&changed), policy_digest(&small()));
    }

    #[test]
    fn a_schema_has_one_line_per_column() {
        let mut policy = Policy::evaluation();
        let before = schema_digest(&policy).unwrap();
        let site = policy.tables.get_mut("site").unwrap();
        site.insert("opened_on".to_owned(), vec![Action::Year]);
        assert_ne!(schema_digest(&policy).unwrap(), before);
        policy.tables.remove("training");
        assert!(matches!(schema_digest(&policy), Err(PolicyError::NoRule { table: "training", .. })));
    }
}
