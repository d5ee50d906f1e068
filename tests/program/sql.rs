//! `inlav sql`: counts are answered or withheld, everything else is refused; what was answered is
//! remembered from one run to the next.

use std::fs;
use std::path::PathBuf;

use crate::arguments;
use crate::demo::demo;
use crate::files;
use crate::program::{Outcome, inlav, run};

/// A store of its own: queries leave a list in it.
fn store(folder: &tempfile::TempDir) -> PathBuf {
    let store = folder.path().join("store");
    files::copy(&demo().path("store"), &store);
    store
}

fn ask(store: &std::path::Path, query: &str) -> Outcome {
    run(&mut inlav(arguments!["sql", "--store", store, query]))
}

#[test]
fn counts_are_answered_and_rows_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let told = ask(&store, "SELECT count(*) AS persons FROM pathway");
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    let counts = told.stdout.lines().filter_map(|line| line.trim().parse::<u32>().ok());
    assert!(told.stdout.contains("persons") && counts.max() > Some(300), "{}", told.stdout);
    let told = ask(&store, "SELECT * FROM person");
    assert_eq!(told.code, Some(5));
    assert!(told.stdout.is_empty() && told.stderr.contains("SQL07-rows"), "{}", told.stderr);
    let told =
        run(inlav(arguments!["sql", "--store", &store, "EXPLAIN SELECT 1"]).env("LC_ALL", "it_IT.UTF-8"));
    assert!(told.stderr.contains("SQL04") && told.stderr.contains("si può solo chiedere"), "{}", told.stderr);
}

/// The two halves of a tracker, in two runs of the program.
#[test]
fn what_was_answered_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let first = "SELECT site_id, count(*) FROM pathway WHERE stage >= 4 GROUP BY site_id";
    let answered = ask(&store, first);
    assert_eq!(answered.code, Some(0), "{}", answered.stderr);
    let list = fs::read_to_string(store.join("sql-asked.json")).unwrap();
    assert!(list.contains("stage >= 4"));
    let other = ask(&store, "SELECT count(*) FROM pathway WHERE stage >= 5");
    assert_eq!(other.code, Some(0), "{}", other.stderr);
    assert_eq!(ask(&store, first).stdout, answered.stdout, "the same question has the same answer");
    let policy = folder.path().join("policy.toml");
    files::put(&policy, b"preset = \"three\"");
    let told = run(&mut inlav(arguments!["sql", "--store", &store, "--policy", &policy, first]));
    assert_eq!((told.code, told.stdout.as_str()), (Some(5), ""), "what one policy withholds another shows");
    files::put(&store.join("sql-asked.json"), b"{}");
    let told = ask(&store, first);
    assert_eq!((told.code, told.stdout.as_str()), (Some(7), ""), "a damaged list is no list");
}

#[test]
fn answers_are_written_and_views_described() {
    let folder = tempfile::tempdir().unwrap();
    let (store, out) = (store(&folder), folder.path().join("answers"));
    let query = "SELECT gender, count(*) AS persons FROM person GROUP BY gender";
    let told = run(&mut inlav(arguments!["sql", "--store", &store, "--out", &out, query]));
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    let csv = fs::read_to_string(out.join("answer-1.csv")).unwrap();
    assert!(csv.starts_with("gender,persons,cells\n") && csv.contains("published"), "{csv}");
    assert_eq!(fs::read_to_string(out.join("answer-1.sql")).unwrap(), query);
    let again = run(&mut inlav(arguments!["sql", "--store", &store, "--out", &out, query]));
    assert_eq!(again.code, Some(8));
    let told = run(&mut inlav(arguments!["sql", "--store", &store, "--describe"]));
    assert!(told.stdout.contains("pathway") && told.stdout.contains("PUA01"), "{}", told.stdout);
    let nothing = run(&mut inlav(arguments!["sql", "--store", &store]));
    assert_eq!(nothing.code, Some(3));
}
