//! What a store takes in, and what it is when it does not.

use super::testing::{Desk, Draft, ingest, put};
use super::*;

mod linkage;

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
    assert!(ingest(&mut store, &[desk.extract("PUA01", "2025-06-30", PERSON)]).is_err());
    assert!(store.catalog().snapshots.is_empty() && store.catalog().common.is_none());
}

#[test]
fn an_extract_of_the_same_day_is_replaced_only_when_asked() {
    let desk = Desk::new();
    let first = [desk.extract("PUA01", "2025-06-30", PERSON)];
    let second = [desk.extract("PUA01", "2025-06-30", "person: site_person_id\np1\np2")];
    let mut store = desk.store(&first);
    assert!(matches!(ingest(&mut store, &second), Err(StoreError::SameDay { .. })));
    assert_eq!(store.catalog().persons, 1);
    let programme = Programme::inlav_lombardia();
    assert_eq!(store.ingest(&second, programme, Existing::Replace).unwrap(), [Ingested::New]);
    assert_eq!(store.catalog().persons, 2);
    // The first one is still signed; replayed it does not become current again.
    assert!(matches!(ingest(&mut store, &first), Err(StoreError::SameDay { .. })));
    assert_eq!(ingest(&mut store, &second).unwrap(), [Ingested::Already]);
}

/// An extract with a wrong date far ahead does not lock its PUA out for good.
#[test]
fn an_earlier_extract_is_taken_only_when_asked() {
    let desk = Desk::new();
    let mut store = desk.store(&[desk.extract("PUA01", "2205-06-30", PERSON)]);
    let right = [desk.extract("PUA01", "2025-06-30", PERSON)];
    assert!(matches!(ingest(&mut store, &right), Err(StoreError::Older { .. })));
    store.ingest(&right, Programme::inlav_lombardia(), Existing::Replace).unwrap();
    assert_eq!(store.as_of(), Some("2025-06-30".parse().unwrap()));
}

#[test]
fn two_extracts_of_one_pua_are_refused() {
    let desk = Desk::new();
    let both = [desk.extract("PUA01", "2025-05-31", PERSON), desk.extract("PUA01", "2025-06-30", PERSON)];
    let mut store = Store::open_or_begin(&desk.path("store")).unwrap();
    assert!(matches!(ingest(&mut store, &both), Err(StoreError::Twice { .. })));
    assert!(!desk.path("store").exists());
}

#[test]
fn extracts_from_outside_the_programme_are_refused() {
    let desk = Desk::new();
    let mut store = Store::open_or_begin(&desk.path("store")).unwrap();
    let unknown = [desk.extract("PUA13", "2025-06-30", PERSON)];
    assert!(matches!(ingest(&mut store, &unknown), Err(StoreError::UnknownSite { .. })));
    let mut draft = Draft::new("PUA01", "2025-06-30", PERSON);
    draft.manifest.project_id = "00".repeat(16).try_into().unwrap();
    let other = [desk.sign(draft).unwrap()];
    assert!(matches!(ingest(&mut store, &other), Err(StoreError::OtherProgramme { .. })));
}

#[test]
fn of_two_ingests_at_once_none_is_lost() {
    let desk = Desk::new();
    let folder = desk.path("store");
    let begun = Store::open_or_begin(&folder).unwrap();
    std::thread::scope(|scope| {
        for site in ["PUA01", "PUA02", "PUA03"] {
            let (desk, folder) = (&desk, &folder);
            scope.spawn(move || {
                let mut store = Store::open_or_begin(folder).unwrap();
                let extract = [desk.extract(site, "2025-06-30", PERSON)];
                while let Err(refused) = ingest(&mut store, &extract) {
                    assert!(matches!(refused, StoreError::Busy { .. }), "{refused}");
                    std::thread::yield_now();
                }
            });
        }
    });
    // One that was opened before all of them, too.
    let mut begun = begun;
    ingest(&mut begun, &[desk.extract("PUA04", "2025-06-30", PERSON)]).unwrap();
    let catalog = Store::open(&folder).unwrap().catalog;
    assert_eq!(catalog.snapshots.keys().collect::<Vec<_>>(), ["PUA01", "PUA02", "PUA03", "PUA04"]);
    assert_eq!(catalog.persons, 4);
}

#[test]
fn a_store_that_is_being_written_to_is_busy() {
    let desk = Desk::new();
    let mut store = Store::open_or_begin(&desk.path("store")).unwrap();
    let held = store.lock().unwrap();
    let extract = [desk.extract("PUA01", "2025-06-30", PERSON)];
    assert!(matches!(ingest(&mut store, &extract), Err(StoreError::Busy { .. })));
    drop(held);
    ingest(&mut store, &extract).unwrap();
}
