//! What a session can be asked, and what its views show.

use std::fs;
use std::path::Path;

use tokio::runtime::Runtime;

use super::*;
use crate::store::testing::{Desk, count, open, put};

const TWO_PERSONS: &str = "person: site_person_id gender\np1 F\np2 M";

/// A session over a store without rows: enough to plan.
fn session() -> (Desk, Session, Runtime) {
    let desk = Desk::new();
    let store = desk.store(&[desk.extract("PUA01", "2025-06-30", "")]);
    let (session, runtime) = open(&store);
    (desk, session, runtime)
}

#[test]
fn a_query_about_persons_is_seen() {
    let (_folder, session, runtime) = session();
    let proof = |sql: &str| runtime.block_on(session.plan(sql)).unwrap().without_persons();
    for sql in ["SELECT site_id FROM site WHERE opened_on <= $as_of", "SELECT ambito_id FROM awareness"] {
        assert!(proof(sql).is_some(), "{sql}");
    }
    for sql in [
        "SELECT person_no FROM person",
        "SELECT COUNT(*) FROM pathway",
        "SELECT site_id FROM site WHERE EXISTS (SELECT 1 FROM \"case\")",
        "SELECT ambito_id FROM awareness WHERE site_id IN (SELECT site_id FROM training)",
        "SELECT (SELECT COUNT(*) FROM referral) FROM pact",
    ] {
        assert!(proof(sql).is_none(), "{sql}");
    }
}

#[test]
fn only_queries_of_the_views_are_planned() {
    let (_folder, session, runtime) = session();
    for sql in [
        "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
        "COPY (SELECT 1) TO '/tmp/x.parquet'",
        "SET datafusion.catalog.information_schema = true",
        "DROP TABLE person",
        "SELECT * FROM '/etc/passwd'",
        "SELECT person_no FROM stored.links",
        "SELECT site_person_id FROM stored.person",
    ] {
        assert!(runtime.block_on(session.plan(sql)).is_err(), "{sql}");
    }
}

/// Characters that are patterns, escapes or addresses elsewhere are names of folders here.
#[cfg(unix)]
#[test]
fn any_path_of_a_store_is_read() {
    let desk = Desk::new();
    let extracts = [desk.extract("PUA01", "2025-06-30", TWO_PERSONS)];
    for name in ["[a]", "what?", "a*b", "a:b", "file:", "50%", "a%20b", "a b", "#1", "è ü", "a\\b", "{x}"] {
        let folder = desk.path(name).join("store");
        let store = desk.store_in(&folder, &extracts);
        assert_eq!(count(&store, "SELECT COUNT(*) AS n FROM person WHERE site_id = 'PUA01'"), 2, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_relative_path_of_a_store_is_read() {
    // Tests share the working directory: a path relative to it that leads out of it.
    let desk = Desk::new();
    let folder = desk.path("a:b/store");
    desk.store_in(&folder, &[desk.extract("PUA01", "2025-06-30", TWO_PERSONS)]);
    let up = std::env::current_dir().unwrap().components().skip(1).map(|_| "..").collect::<Vec<_>>();
    let relative = Path::new(&up.join("/")).join(folder.strip_prefix("/").unwrap());
    let store = Store::open(&relative).unwrap();
    assert_eq!(count(&store, "SELECT COUNT(*) AS n FROM person"), 2);
}

#[test]
fn a_file_that_was_added_is_not_read() {
    let desk = Desk::new();
    let store = desk.store(&[desk.extract("PUA01", "2025-06-30", TWO_PERSONS)]);
    let person = store.files_of("person").next().unwrap().path;
    fs::copy(&person, person.with_file_name("more.parquet")).unwrap();
    let other = person.to_str().unwrap().replace("PUA01", "PUA02");
    fs::create_dir_all(Path::new(&other).parent().unwrap()).unwrap();
    fs::copy(&person, other).unwrap();
    let store = Store::open(&desk.path("store")).unwrap();
    assert_eq!(count(&store, "SELECT COUNT(*) AS n FROM person"), 2);
}

/// Whatever goes wrong between file and engine, rows do not get lost in silence.
#[test]
fn rows_that_are_not_found_are_noticed() {
    let desk = Desk::new();
    desk.store(&[desk.extract("PUA01", "2025-06-30", TWO_PERSONS)]);
    let path = desk.path("store/catalog.json");
    let catalog = fs::read_to_string(&path).unwrap();
    let changed = catalog.replace("\"person\": 2", "\"person\": 3");
    assert_ne!(catalog, changed);
    put(&path, changed.as_bytes());
    let store = Store::open(&desk.path("store")).unwrap();
    let runtime = Runtime::new().unwrap();
    let opened = runtime.block_on(Session::open(&store));
    assert!(matches!(opened, Err(QueryError::Rows { table: "person" })));
}

#[test]
fn an_engine_error_holds_no_value() {
    let (_folder, session, runtime) = session();
    let failed = runtime.block_on(async {
        let query = session.plan("SELECT CAST('Provafalso' AS INT)").await?;
        session.run(query).await
    });
    let error = failed.unwrap_err();
    assert!(!error.to_string().contains("Provafalso") && !format!("{error:?}").contains("Provafalso"));
}
