//! Digests of policy and schema, by which hub and vault tell extracts of one kind.

use arrow::datatypes::DataType;
use inlav_core::exchange::{Digest, canonical};
use inlav_core::policy::{Policy, PolicyError};
use inlav_core::registry;
use sha2::{Digest as _, Sha256};

/// SHA-256 of a policy in canonical form: JSON as RFC 8785 has it, with all the policy says.
#[must_use]
pub fn policy_digest(policy: &Policy) -> Digest {
    Digest(Sha256::digest(canonical(policy)).into())
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
    use std::collections::BTreeMap;

    use inlav_core::policy::{Action, Exclude, Generalisation, Minors};

    use super::*;

    fn small() -> Policy {
        Policy {
            version: 1,
            purpose: "care".to_owned(),
            legal_basis: "è \"x\"".to_owned(),
            retention_months: 60,
            exclude: Exclude { consent_withdrawn: vec!["PRESA".to_owned()], minors: Minors::Under(16) },
            tables: BTreeMap::from([(
                "site".to_owned(),
                BTreeMap::from([(
                    "opened_on".to_owned(),
                    vec![Action::Keep, Action::Generalise(Generalisation::Year)],
                )]),
            )]),
        }
    }

    /// `printf '%s' '…' | sha256sum`: the canonical form cannot drift.
    #[test]
    fn a_policys_digest_never_changes() {
        let canonical = "{\"exclude\":{\"consent_withdrawn\":[\"PRESA\"],\"minors\":16},\
                         \"legal_basis\":\"è \\\"x\\\"\",\"purpose\":\"care\",\"retention_months\":60,\
                         \"tables\":{\"site\":{\"opened_on\":[\"keep\",{\"generalise\":\"year\"}]}},\"version\":1}";
        assert_eq!(policy_digest(&small()), Digest(Sha256::digest(canonical).into()));
    }

    #[test]
    fn any_change_of_a_policy_changes_its_digest() {
        let changes: [fn(&mut Policy); 4] = [
            |policy| policy.purpose = "carf".to_owned(),
            |policy| policy.retention_months = 61,
            |policy| policy.exclude.minors = Minors::Excluded(false),
            |policy| policy.tables.values_mut().for_each(BTreeMap::clear),
        ];
        for change in changes {
            let mut changed = small();
            change(&mut changed);
            assert_ne!(policy_digest(&changed), policy_digest(&small()));
        }
    }

    #[test]
    fn a_schema_has_one_line_per_column() {
        let mut policy = Policy::evaluation();
        let before = schema_digest(&policy).unwrap();
        let site = policy.tables.get_mut("site").unwrap();
        site.insert("opened_on".to_owned(), vec![Action::Generalise(Generalisation::Year)]);
        assert_ne!(schema_digest(&policy).unwrap(), before);
        policy.tables.remove("training");
        assert!(matches!(schema_digest(&policy), Err(PolicyError::NoRule { table: "training", .. })));
    }
}
