//! What a store takes in, and what it is when it does not.

use super::testing::{Desk, put};
use super::*;

const PERSON: &str = "person: site_person_id\np1";

#[test]
fn a_folder_of_something_else_is_refused() {
    let desk = Desk::new();
    put(&desk.path("photos/a.jpg"), b"x");
    let refused = Store::open_or_begin(&desk.path("photos"));
    assert!(matches!(refused, Err(StoreError::Foreign { .. })));
    put(&desk.path("file"), b"x");
    assert!(Store::open_or_begin(&desk.path("file")).is_err());
}

#[test]
fn a_store_is_begun_where_there_is_none_or_half_of_one() {
    let desk = Desk::new();
    let store = desk.path("store");
    put(&store.join("tables/person/.inlav-x"), b"half");
    put(&store.join(".inlav-y"), b"half");
    let empty = desk.path("empty");
    fs::create_dir(&empty).unwrap();
    for folder in [&desk.path("new"), &empty, &store] {
        assert_eq!(Store::open_or_begin(folder).unwrap().as_of(), None);
    }
}

/// A store that could not write its catalogue does not say that it holds more than it does.
#[test]
fn a_failed_ingest_changes_nothing_in_memory() {
    let desk = Desk::new();
    let mut store = Store::open_or_begin(&desk.path("store")).unwrap();
    // A folder with content stands where the catalogue would be written.
    put(&desk.path("store/catalog.json/x"), b"x");
    assert!(store.ingest(&[desk.extract("PUA01", "2025-06-30", PERSON)]).is_err());
    assert!(store.catalog().snapshots.is_empty() && store.catalog().common.is_none());
}
