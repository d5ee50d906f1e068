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
    let opened = runtime.block_on(Session::open(&store, CodeLists::built_in()));
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

/// One PUA's data reach to June, the other's to March: both are shown as of the end of March.
#[test]
fn what_is_dated_after_the_common_day_is_not_shown() {
    let later = "
        site: opened_on
          2025-05-02
        person: site_person_id gender
          p1 F
          p2 F
        case: case_id site_person_id state reported_on first_contact_on taken_on plan_on closed_on closure_reason
          c1 p1 CHIUSO 2025-01-01 2025-01-05 2025-02-01 2025-04-01 2025-06-01 ABBANDONO
          c2 p2 CONTATTATO - 2025-04-02 - - - NR
          c3 p1 SOSPESO 2025-01-01 - - - - NR
          c4 p2 FOLLOW_UP - - - - - NR
        employment: employment_id site_person_id start_year sector exploitation
          e1 p1 2025 AGR true
          e2 p1 2026 AGR true
          e3 p1 - AGR true
        service_event: event_id case_id type on outcome
          s1 c1 A 2025-03-31 SVOLTO
          s2 c1 A 2025-04-01 SVOLTO
          s3 c2 A 2025-03-01 SVOLTO
        referral: referral_id case_id body_type status sent_on answered_on
          r1 c1 X ESITO_POS 2025-03-01 2025-04-01
          r2 c1 X ACCETTATO 2025-03-01 2025-03-31
          r3 c1 X INVIATO 2025-04-01 -
        outcome: outcome_id case_id type on
          o1 c1 LAV_REG 2025-04-01
        pact: status signed_on
          SOTTOSCRITTO 2025-04-01
        training: operator_id track on hours
          x REINS 2025-03-31 3
          x REINS 2025-04-01 3
        awareness: ambito_id on
          AMB01 2025-04-01";
    let desk = Desk::new();
    let store = desk.store(&[
        desk.extract("PUA01", "2025-06-30", later),
        desk.extract("PUA02", "2025-03-31", "site: opened_on\n2025-01-01"),
    ]);
    let (session, runtime) = open(&store);
    let texts = |sql: &str| {
        let batches = runtime.block_on(async { session.run(session.plan(sql).await?).await }).unwrap();
        batches.iter().flat_map(|batch| Columns::of(batch).codes("t").unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(texts("SELECT site_id AS t FROM site"), ["PUA02"]);
    let states = "SELECT state AS t FROM \"case\" ORDER BY state";
    assert_eq!(texts(states), ["FOLLOW_UP", "PRESO_IN_CARICO", "SOSPESO"]);
    let later = "SELECT CAST(COUNT(plan_on) + COUNT(closed_on) AS VARCHAR) AS t FROM \"case\"";
    assert_eq!(texts(later), ["0"]);
    assert_eq!(texts("SELECT closure_reason AS t FROM \"case\" WHERE taken_on IS NOT NULL"), ["ND"]);
    assert_eq!(texts("SELECT CAST(stage AS VARCHAR) AS t FROM pathway ORDER BY stage"), ["1", "4"]);
    assert_eq!(texts("SELECT CAST(start_year AS VARCHAR) AS t FROM employment ORDER BY t"), ["2025", "ND"]);
    assert_eq!(texts("SELECT CAST(\"on\" AS VARCHAR) AS t FROM service_event"), ["2025-03-31"]);
    assert_eq!(texts("SELECT status AS t FROM referral ORDER BY t"), ["ACCETTATO", "INVIATO"]);
    assert_eq!(texts("SELECT CAST(SUM(hours) AS VARCHAR) AS t FROM training"), ["3.0"]);
    for view in ["outcome", "pact", "awareness"] {
        assert_eq!(texts(&format!("SELECT site_id AS t FROM {view}")), [""; 0], "{view}");
    }
}
