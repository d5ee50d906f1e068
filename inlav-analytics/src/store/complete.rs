//! Whether an extract has what the views read. What a PUA's policy leaves out would be counted as
//! zero, or stop the evaluation of all PUA, long after the extract was taken in.

use inlav_core::policy::needed_columns;
use inlav_core::registry;

use super::error::StoreError;
use crate::verify::VerifiedExtract;

/// Refuses an extract that lacks a table which every extract has, or in one of its tables a column from
/// which views and links are made.
/// The policy by which it was made tells it beforehand
/// ([`inlav_core::policy::Policy::missing_at_the_hub`]).
pub(super) fn require_complete(extract: &VerifiedExtract) -> Result<(), StoreError> {
    let site = &extract.manifest().site;
    for table in registry::tables() {
        let Some(present) = extract.columns_of(table.name) else {
            if table.required {
                return Err(StoreError::MissingTable { site: site.clone(), table: table.name });
            }
            continue;
        };
        for column in needed_columns(table) {
            if !present.contains(&column.name) {
                return Err(StoreError::MissingColumn {
                    site: site.clone(),
                    table: table.name,
                    column: column.name,
                    source_column: column.source,
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use inlav_core::policy::possible_columns;

    use super::*;
    use crate::session::VIEWS;
    use crate::store::Store;
    use crate::store::testing::{Desk, Draft, ingest};

    const ROWS: &str = "training: operator_id track on hours";

    #[test]
    fn an_extract_without_a_column_that_is_read_is_refused() {
        for (table, column) in [("case", "taken_on"), ("training", "operator_id"), ("person", "birth_year")] {
            let desk = Desk::new();
            let draft = Draft::new("PUA04", "2025-06-30", ROWS).without(table, column);
            let extract = desk.sign(draft).unwrap();
            let mut store = Store::open_or_begin(&desk.path("store")).unwrap();
            let refused = ingest(&mut store, &[extract]).unwrap_err();
            assert!(matches!(&refused, StoreError::MissingColumn { table: t, column: c, .. }
                if *t == table && c == column));
            assert!(!desk.path("store").exists());
        }
    }

    /// The words of the SQL of a view that are columns of the stored tables it reads are needed, and
    /// what is needed is a word of a view or linked by.
    #[test]
    fn what_is_needed_is_what_the_views_read() {
        let words = |sql: &'static str| -> BTreeSet<&str> {
            let code = sql.lines().filter(|line| !line.starts_with("--"));
            code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')).collect()
        };
        const SITE_ID: &str = registry::site::SITE_ID.name;
        for table in registry::tables() {
            let needed: BTreeSet<String> = needed_columns(table).map(|column| column.name).collect();
            let reads = |sql: &&str| {
                [format!("stored.{}", table.name), format!("stored.\"{}\"", table.name)]
                    .iter()
                    .any(|name| sql.split_once(name.as_str()).is_some_and(|(_, rest)| !rest.starts_with('_')))
            };
            let read: BTreeSet<&str> =
                VIEWS.iter().map(|(_, sql)| *sql).filter(reads).flat_map(words).collect();
            // The hub says itself of which PUA a row is.
            let made = possible_columns(table).into_iter().filter(|made| made.source != SITE_ID);
            for column in made.filter(|column| read.contains(column.name.as_str())) {
                assert!(needed.contains(&column.name), "{}.{} is read", table.name, column.name);
            }
            for name in &needed {
                let is_key_of_links = ["operator_id", "site_person_id"].contains(&name.as_str());
                assert!(is_key_of_links || read.contains(name.as_str()), "{}.{name} is not read", table.name);
            }
        }
    }

    #[test]
    fn an_extract_without_its_cases_is_refused() {
        let desk = Desk::new();
        let mut draft = Draft::new("PUA04", "2025-06-30", ROWS);
        draft.tables.retain(|(table, _)| *table != "case");
        let extract = desk.sign(draft).unwrap();
        let mut store = Store::open_or_begin(&desk.path("store")).unwrap();
        let refused = ingest(&mut store, &[extract]);
        assert!(matches!(refused, Err(StoreError::MissingTable { table: "case", .. })));
    }
}
