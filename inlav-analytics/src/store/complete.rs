//! Whether an extract has what the views read. What a PUA's policy leaves out would be counted as
//! zero, or stop the evaluation of all PUA, long after the extract was taken in.

use inlav_core::exchange::TOKENS_TABLE;
use inlav_core::policy::Policy;
use inlav_core::registry;

use super::error::StoreError;
use crate::verify::VerifiedExtract;

/// Refuses an extract that lacks its tokens, so that its persons would link with nobody, or a table
/// which every extract has, or in one of its tables a column
/// of the default policy: those are the columns from which views and links are made.
pub(super) fn require_complete(extract: &VerifiedExtract) -> Result<(), StoreError> {
    let site = &extract.manifest().site;
    if extract.manifest().tokens.is_none() {
        return Err(StoreError::MissingTable { site: site.clone(), table: TOKENS_TABLE });
    }
    let policy = Policy::evaluation();
    for table in registry::tables() {
        let Some(present) = extract.columns_of(table.name) else {
            if table.required {
                return Err(StoreError::MissingTable { site: site.clone(), table: table.name });
            }
            continue;
        };
        for column in policy.extract_columns(table)? {
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
    use super::*;
    use crate::store::Store;
    use crate::store::testing::{Desk, Draft, ingest};

    const ROWS: &str = "training: operator_id track on hours";

    #[test]
    fn an_extract_without_a_column_that_is_read_is_refused() {
        for (table, column) in [
            ("case", "taken_on"),
            ("training", "operator_id"),
            ("person", "birth_year"),
        ] {
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
