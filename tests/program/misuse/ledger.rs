//! The ledger of releases: shown, verified, tampered with, killed while it is written.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::kill::{kill_when, spawn};
use super::stores::Hub;
use super::{assert_discreet, refuses};
use crate::arguments;
use crate::files::{self, assert_same};
use crate::program::{inlav, run};

impl Hub {
    fn release_to(&self, name: &str) -> assert_cmd::Command {
        inlav(arguments!["release", "--store", self.store(), "--out", self.folder().join(name)])
    }

    fn ledger(&self, arguments: &[&str]) -> assert_cmd::Command {
        let mut command = inlav(["ledger"].iter().chain(arguments));
        command.arg("--store").arg(self.store());
        command
    }

    fn records(&self) -> PathBuf {
        self.store().join("ledger")
    }
}

/// The head that a release or the ledger prints.
fn head(said: &str) -> String {
    let words: Vec<&str> = said.split_whitespace().collect();
    let at = words.windows(2).rposition(|pair| matches!(pair, ["head" | "head:", _])).unwrap();
    words[at + 1].to_owned()
}

#[test]
fn releases_are_shown_verified_and_made_again() {
    let hub = Hub::new();
    let said = run(&mut hub.ledger(&["verify"])).done().stdout;
    assert!(said.contains("the ledger holds together: 0 releases"), "{said}");
    let first = run(&mut hub.release_to("first")).done().stdout;
    assert!(first.contains("ledger: release 1, head "), "{first}");
    let second = run(hub.release_to("second").args(["--corrects", "1"])).done().stdout;
    assert!(second.contains("protected jointly with 1 earlier release"), "{second}");
    let (first, second) = (head(&first), head(&second));

    // The same data: nothing more and nothing less is told.
    for table in files::names(&hub.folder().join("first/tables")) {
        if table.ends_with(".csv") {
            let read = |name: &str| fs::read(hub.folder().join(name).join("tables").join(&table)).unwrap();
            assert!(read("first") == read("second"), "{table}");
        }
    }
    let shown = run(&mut hub.ledger(&["show"])).done();
    assert_discreet(&shown);
    assert_eq!(head(&shown.stdout), second);
    let rows: Vec<&str> = shown.stdout.lines().filter(|line| line.contains("2025-")).collect();
    assert_eq!(rows.len(), 2, "{}", shown.stdout);
    let shown = run(&mut hub.ledger(&["show", "2"])).done();
    assert_discreet(&shown);
    for text in
        ["corrects release         1", "tables/I37.csv", "extract                  PUA04", &first, &second]
    {
        assert!(shown.stdout.contains(text), "no {text} in\n{}", shown.stdout);
    }
    // What a cell is said to be is what stands in the table.
    let table = fs::read_to_string(hub.folder().join("first/tables/I16.csv")).unwrap();
    for (status, words) in [("published", "published: "), ("suppressed", "withheld: ")] {
        let row = table.lines().find(|line| line.contains(status)).unwrap();
        let cells: Vec<&str> = row.split(',').collect();
        let cell = ["I16", cells[0], cells[3]].join(",");
        let shown = run(&mut hub.ledger(&["show", "1", "--cell", &cell])).done();
        assert_discreet(&shown);
        let count = if status == "published" { format!("{words}{};", cells[6]) } else { words.to_owned() };
        assert!(shown.stdout.contains(&count) && shown.stdout.contains("I16 SQL "), "{}", shown.stdout);
    }
    let italian = run(hub.ledger(&["verify", "--lang", "it"]).arg("--head").arg(&first)).done().stdout;
    assert!(italian.contains("quell'hash è il rilascio 1"), "{italian}");

    let again = hub.folder().join("again");
    run(hub.ledger(&["rebuild", "1"]).arg("--out").arg(&again)).done();
    assert_same(&again, &hub.folder().join("first"));
    run(hub.ledger(&["rebuild", "2"]).arg("--out").arg(&again)).refused(8, &["exists already"]);
    run(hub.ledger(&["rebuild", "2", "--force"]).arg("--out").arg(&again)).done();
    assert_same(&again, &hub.folder().join("second"));
}

#[test]
fn a_ledger_that_was_tampered_with_stops_releases() {
    let hub = Hub::new();
    run(&mut hub.release_to("first")).done();
    let said = run(&mut hub.release_to("second")).done().stdout;
    let newest = head(&said);
    let counts = hub.records().join("000001/counts.json");
    let whole = fs::read(&counts).unwrap();
    let mut changed = whole.clone();
    let half = changed.len() / 2;
    changed[half] ^= 1;
    files::put(&counts, &changed);
    let told = ["record 1 of the ledger has a file that was changed or is missing: counts.json"];
    for command in [&mut hub.release_to("third"), &mut hub.ledger(&["verify"]), &mut hub.ledger(&["show"])] {
        refuses(hub.folder(), command, 7, &told);
    }
    let italian = hub.ledger(&["verify", "--lang", "it"]);
    refuses(hub.folder(), &mut { italian }, 7, &["la voce 1 del registro dei rilasci", "suggerimento: "]);
    files::put(&counts, &whole);
    run(&mut hub.ledger(&["verify"])).done();

    fs::remove_dir_all(hub.records().join("000002")).unwrap();
    let mut cut = hub.ledger(&["verify", "--head", &newest]);
    refuses(hub.folder(), &mut cut, 7, &["the ledger has no record with the hash"]);
    let mistakes: [(&[&str], &str); 4] = [
        (&["verify", "--head", "x"], "this is not a hash"),
        (&["show", "7"], "the ledger has no record 7, it has 1"),
        (&["show", "1", "--cell", "I99,TOTAL"], "the release has no table I99"),
        (&["show", "1", "--cell", "I37,TOTAL"], "give one code for each of "),
    ];
    for (arguments, text) in mistakes {
        refuses(hub.folder(), &mut hub.ledger(arguments), 3, &[text]);
    }
    let mut corrects = hub.release_to("third");
    refuses(hub.folder(), corrects.args(["--corrects", "2"]), 3, &["the ledger has no record 2"]);
    let nowhere = hub.folder().join("nowhere");
    let mut absent = inlav(arguments!["ledger", "show", "--store", nowhere]);
    refuses(hub.folder(), &mut absent, 3, &["there is no store in"]);
}

/// Killed at whatever it writes: a release that is in its place is in the ledger, the ledger holds
/// together, and the next release goes through.
#[test]
fn a_killed_release_never_counts_for_less() {
    let hub = Hub::new();
    let begun = Instant::now();
    run(&mut hub.release_to("0")).done();
    let usual = begun.elapsed();
    let mut recorded = 1;
    let mut killed = 0;
    for turn in 1..=10_u32 {
        let name = turn.to_string();
        let out = hub.folder().join(&name);
        let mut child = spawn(&hub.release_to(&name));
        let spawned = Instant::now();
        let now = || match turn {
            1 => staged(hub.folder()) > 0,
            2 => staged(hub.folder()) > 20,
            3 => staged(&hub.records()) > 0,
            4 => staged(&hub.records()) > 1,
            5 => staged(&hub.records()) > 3,
            6 => hub.records().join(format!("{:06}", recorded + 1)).exists(),
            7 => out.exists(),
            turn => spawned.elapsed() >= usual.mul_f64(f64::from(turn - 2) / 8.0),
        };
        killed += usize::from(kill_when(&mut child, now));
        let said = run(&mut hub.ledger(&["verify"])).done().stdout;
        let records: usize = said.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
        assert!(records == recorded || records == recorded + 1, "{said}");
        if out.exists() {
            assert_eq!(records, recorded + 1, "turn {turn}: a release that is not in the ledger");
            let again = hub.folder().join("again");
            let number = records.to_string();
            run(hub.ledger(&["rebuild", &number, "--force"]).arg("--out").arg(&again)).done();
            assert_same(&again, &out);
        }
        recorded = records;
    }
    assert!(killed >= 5, "only {killed} of 10 releases were killed");
    run(&mut hub.release_to("last")).done();
    let said = run(&mut hub.ledger(&["verify"])).done().stdout;
    assert!(said.contains(&format!("{} releases", recorded + 1)), "{said}");
    let left = files::names(&hub.records());
    assert!(left.iter().all(|name| !name.starts_with('.')), "{left:?}");
}

/// Files and folders that are being written beside their place, two levels deep.
fn staged(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let inner = |path: PathBuf| fs::read_dir(path).map_or(0, Iterator::count);
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".inlav-"))
        .map(|entry| 1 + inner(entry.path()) + inner(entry.path().join("tables")))
        .sum()
}

/// Whichever comes first is recorded first; the other waits its turn or is refused, and neither is
/// out without being in the ledger.
#[test]
fn two_releases_at_once_are_two_records_or_one() {
    let hub = Hub::new();
    let mut children = ["a", "b"].map(|name| spawn(&hub.release_to(name)));
    let codes = children.each_mut().map(|child| child.wait().unwrap().code());
    assert!(codes.contains(&Some(0)) && codes.iter().all(|code| matches!(code, Some(0 | 8))), "{codes:?}");
    let out = ["a", "b"].iter().filter(|name| hub.folder().join(name).exists()).count();
    assert_eq!(out, codes.iter().filter(|code| **code == Some(0)).count());
    let said = run(&mut hub.ledger(&["verify"])).done().stdout;
    assert!(said.contains(&format!("holds together: {out} release")), "{said}");
}

/// A PUA that comes later joins every total: what it adds is published where it may be, and what the
/// first release withheld of the other PUA stays withheld.
#[test]
fn a_store_that_grew_is_released_jointly_with_what_it_was() {
    let hub = Hub::new();
    run(&mut hub.release_to("first")).done();
    run(&mut hub.ingest_of("PUA08")).done();
    let said = run(&mut hub.release_to("second")).done().stdout;
    assert!(said.contains("protected jointly with 1 earlier release"), "{said}");
    assert!(!said.contains("had been told"), "{said}");
    let counts = |release: &str| -> BTreeMap<String, i64> {
        let tables = hub.folder().join(release).join("tables");
        let mut counts = BTreeMap::new();
        for name in files::names(&tables).iter().filter(|name| name.ends_with(".csv")) {
            let mut reader = csv::Reader::from_path(tables.join(name)).unwrap();
            let headings = reader.headers().unwrap().clone();
            let count = headings.iter().position(|heading| heading == "count").unwrap();
            for row in reader.records().map(Result::unwrap).filter(|row| !row[count].is_empty()) {
                let codes: Vec<&str> = row.iter().take(count).step_by(3).collect();
                counts.insert(format!("{name} {}", codes.join(" ")), row[count].parse().unwrap());
            }
        }
        counts
    };
    let (first, second) = (counts("first"), counts("second"));
    // Sites and pacts are no persons.
    let about_persons = |cell: &&String| !["I01", "I03", "I07"].iter().any(|table| cell.starts_with(table));
    let both: Vec<i64> = (first.iter())
        .filter(|(cell, _)| about_persons(cell))
        .filter_map(|(cell, count)| Some((second.get(cell)? - count).abs()))
        .collect();
    assert!(both.len() > 10, "only {} counts can be compared", both.len());
    assert!(both.iter().all(|change| !(1..10).contains(change)), "{both:?}");
}
