//! From twelve raw exports to a release, and again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use sha2::{Digest as _, Sha256};

use crate::arguments;
use crate::by_hand::{new_keys, same_keys};
use crate::demo::{AS_OF, PERSONS, demo, sites};
use crate::files::{self, assert_same};
use crate::parquet_file;
use crate::program::{inlav, run};

#[test]
fn the_summary_shows_targets_a_withheld_cell_and_the_report() {
    let demo = demo();
    let shown = &demo.outcome.stdout;
    let promised: Vec<&str> = shown
        .lines()
        .filter(|line| line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().find(|word| word.parse::<u32>().is_ok()))
        .collect();
    for target in ["12", "500", "250", "91", "1200"] {
        assert!(promised.contains(&target), "no target {target}:\n{shown}");
    }
    for text in ["PUA opened", "Sector of exploitation by gender (I37)", "[c]", "withheld to protect persons"]
    {
        assert!(shown.contains(text), "no \"{text}\":\n{shown}");
    }
    let report = demo.path("release/report.html");
    assert!(shown.contains(&format!("report: {}", report.display())), "{shown}");
    let html = fs::read_to_string(report).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("[c]") && html.ends_with("</html>"));
    assert!(demo.outcome.stderr.contains("All persons are made up."), "{}", demo.outcome.stderr);
}

#[test]
fn every_released_table_is_there_as_csv_and_parquet_with_the_same_cells() {
    let tables = demo().path("release/tables");
    let names = files::names(&tables);
    let csv: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".csv")).collect();
    let parquet: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".parquet")).collect();
    assert_eq!(csv, parquet);
    assert_eq!(csv.len() * 2, names.len());
    // The library's indicators, the one that is split among them.
    for indicator in ["I01", "I05", "I11", "I16", "I20", "I30a-HOUSING", "I37", "I41"] {
        assert!(csv.contains(&indicator), "no table {indicator} among {csv:?}");
    }
    for table in csv {
        let text = fs::read(tables.join(format!("{table}.csv"))).unwrap();
        let rows: Vec<Vec<String>> = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_slice())
            .records()
            .map(|row| row.unwrap().iter().map(str::to_owned).collect())
            .collect();
        assert!(rows.len() > 1, "{table} is empty");
        assert_eq!(rows, parquet_file::rows(&tables.join(format!("{table}.parquet"))), "{table}");
    }
}

/// The chain as `docs` describe it, recomputed without the program's code.
#[test]
fn the_audit_log_holds_together_and_names_every_file() {
    let release = demo().path("release");
    let log = fs::read_to_string(release.join("audit.jsonl")).unwrap();
    let mut previous = "0".repeat(64);
    let mut named = BTreeMap::new();
    for (sequence, line) in log.lines().enumerate() {
        let entry = line.strip_prefix(r#"{"entry":"#).unwrap();
        let (entry, hash) = entry.rsplit_once(r#","hash":""#).unwrap();
        let parsed: serde_json::Value = serde_json::from_str(entry).unwrap();
        assert_eq!(parsed["previous"], previous.as_str(), "line {}", sequence + 1);
        assert_eq!(parsed["sequence"], sequence);
        previous = hash.strip_suffix(r#""}"#).unwrap().to_owned();
        let digest = Sha256::new().chain_update(b"inlav-audit/v1\0").chain_update(entry).finalize();
        assert_eq!(hex::encode(digest), previous, "line {}", sequence + 1);
        if parsed["event"] == "file" {
            let details = &parsed["details"];
            let text = |key: &str| details[key].as_str().unwrap().to_owned();
            named.insert(release.join(text("name")), text("sha256"));
        }
    }
    assert!(demo().outcome.stdout.contains(&format!("audit log head: {previous}")));

    let mut written = files::files(&release);
    written.retain(|path| !path.ends_with("audit.jsonl"));
    assert_eq!(named.keys().cloned().collect::<Vec<PathBuf>>(), written);
    for (path, digest) in named {
        assert_eq!(hex::encode(Sha256::digest(fs::read(&path).unwrap())), digest, "{}", path.display());
    }
}

#[test]
fn the_same_seed_gives_the_same_raw_exports_and_another_seed_others() {
    let folder = tempfile::tempdir().unwrap();
    assert_same(&exports_only(&folder.path().join("again"), &[]), &demo().path("raw"));
    let other = exports_only(&folder.path().join("other"), &["--seed", "1"]);
    assert_ne!(files::content(&other), files::content(&demo().path("raw")));
}

/// Begins a demo and ends it once the raw exports are written, which is before the passphrase is.
fn exports_only(out: &Path, more: &[&str]) -> PathBuf {
    let mut command = Command::new(cargo_bin!("inlav"));
    command.args(["demo", "--persons"]).arg(PERSONS.to_string()).arg("--out").arg(out).args(more);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !out.join("keys/passphrase.txt").exists() {
        assert!(child.try_wait().unwrap().is_none(), "the demo ended early");
        assert!(begun.elapsed() < Duration::from_secs(300), "no exports after five minutes");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    out.join("raw")
}

#[test]
fn the_commands_by_hand_give_the_demos_extracts_and_release_byte_for_byte() {
    let (demo, road) = (demo(), same_keys());
    assert_same(&road.path("extracts"), &demo.path("extracts"));
    assert_same(&road.path("relinked"), &demo.path("relinked"));
    assert_same(&road.path("release/tables"), &demo.path("release/tables"));
    let report = |release: PathBuf| fs::read(release.join("report.html")).unwrap();
    assert_eq!(report(road.path("release")), report(demo.path("release")));
    // The store has nothing of the time or place it was made either; its ledger has the time.
    assert!(without_releases(&road.path("store")) == without_releases(&demo.path("store")));
    let counts = |store: PathBuf| fs::read(store.join("ledger/000001/counts.json")).unwrap();
    assert!(counts(road.path("store")) == counts(demo.path("store")), "other numbers of the same persons");
    assert_eq!(files::names(&road.path("release")), ["audit.jsonl", "report.html", "tables"]);
}

#[test]
fn numbers_do_not_depend_on_keys_or_threads() {
    let (demo, road) = (demo(), new_keys());
    for site in sites() {
        let person = |extracts: PathBuf| fs::read(extracts.join(site).join("person.parquet")).unwrap();
        assert_ne!(person(road.path("extracts")), person(demo.path("extracts")), "{site}: not new keys");
    }
    assert_same(&road.path("release/tables"), &demo.path("release/tables"));
}

#[test]
fn every_command_says_what_it_did() {
    let road = same_keys();
    assert!(road.said("pseudonymise").stdout.starts_with("PUA01: 18 tables, "));
    assert!(road.said("pseudonymise").stdout.contains("persons sealed in the vault"));
    assert!(road.said("check").stdout.contains("0 errori, "));
    let verified = &road.said("verify").stdout;
    assert_eq!(verified.lines().count(), 12);
    assert!(
        sites().all(|site| verified.contains(&format!("{site}  as of {AS_OF}  18 tables, "))),
        "{verified}"
    );
    assert_eq!(
        road.said("ingest").stdout.trim(),
        "12 extracts ingested, 0 there already; the store has 12 PUA"
    );
    assert!(verified.contains("tokens sealed to the custodian (mode B)"), "{verified}");
    let relinked = &road.said("relink").stdout;
    assert_eq!(relinked.lines().filter(|line| line.contains("tokens relinked; documents")).count(), 12);
    let evaluated = &road.said("evaluate").stdout;
    assert!(evaluated.contains(&format!("indicators as of {AS_OF}: ")), "{evaluated}");
    let made = &new_keys().said("keys new --site PUA01").stdout;
    assert!(made.starts_with("keys of PUA01, site key "), "{made}");
}

#[test]
fn ingesting_twice_changes_nothing() {
    let (demo, folder) = (demo(), tempfile::tempdir().unwrap());
    let store = folder.path().join("store");
    let ingest = || {
        let arguments = arguments!["ingest", "--trust", demo.path("keys/public"), "--store", &store];
        let relinked = sites().map(|site| demo.relinked(site));
        run(inlav(arguments).args(demo.extracts()).arg("--relinked").args(relinked)).done()
    };
    ingest();
    let before = files::content(&store);
    assert_eq!(ingest().stdout.trim(), "0 extracts ingested, 12 there already; the store has 12 PUA");
    assert_eq!(files::content(&store), before);
    assert!(before == without_releases(&demo.path("store")), "another store than the demo's");
}

/// What is in a store beside what was released from it.
fn without_releases(store: &Path) -> files::Content {
    let mut content = files::content(store);
    content.retain(|path, _| !path.starts_with("ledger") && !path.starts_with("certificates"));
    content
}

#[test]
fn a_later_extract_replaces_an_earlier_one_and_never_the_other_way_round() {
    let (demo, folder) = (demo(), tempfile::tempdir().unwrap());
    let site = "PUA04";
    let (later, store) = (folder.path().join("later"), folder.path().join("store"));
    let mut arguments = arguments!["pseudonymise", demo.raw(site), "--site", site].to_vec();
    arguments.extend(arguments!["--as-of", "2025-07-31", "--out", &later]);
    arguments.extend(arguments!["--vault", folder.path().join("later.ilv"), "--synthetic"]);
    arguments.extend(arguments!["--keys", demo.keys(site), "--linkage", demo.linkage()]);
    arguments.extend(arguments!["--custodian", demo.custodian()]);
    run(&mut demo.inlav(arguments)).done();
    let later = (later.clone(), demo.relink(&later, folder.path()));
    let earlier = (demo.extract(site), demo.relinked(site));

    let ingest = |(extract, relinked): &(PathBuf, PathBuf)| {
        let mut arguments = arguments!["ingest", extract, "--store", &store].to_vec();
        arguments.extend(arguments!["--trust", demo.path("keys/public"), "--relinked", relinked]);
        run(&mut inlav(arguments))
    };
    let catalog = || -> serde_json::Value {
        serde_json::from_slice(&fs::read(store.join("catalog.json")).unwrap()).unwrap()
    };
    ingest(&earlier).done();
    let first = catalog();
    assert_eq!(first["snapshots"][site]["as_of"], AS_OF);

    let said = ingest(&later).done().stdout;
    assert_eq!(said.trim(), "1 extract ingested, 0 there already; the store has 1 PUA");
    let second = catalog();
    assert_eq!(second["snapshots"][site]["as_of"], "2025-07-31");
    assert_eq!(second["persons"], first["persons"]);
    // The same rows under another date: each counts once, as before.
    assert_eq!(size_of(&store), size_in(site, &folder.path().join("alone")));

    ingest(&earlier).refused(4, &["the store has an extract of PUA04 as of 2025-07-31"]);
    assert_eq!(catalog(), second);
}

/// The PUA's own work: nothing to relink, a store of its own, nothing that joins other purposes.
#[test]
fn an_extract_for_care_has_no_tokens_and_a_store_of_its_own() {
    let (demo, folder) = (demo(), tempfile::tempdir().unwrap());
    let path = |name: &str| folder.path().join(name);
    let text = run(&mut inlav(["policy", "default", "--purpose", "care"])).done().stdout;
    files::put(&path("care.toml"), text.as_bytes());
    for site in ["PUA04", "PUA05"] {
        let mut command =
            demo.inlav(arguments!["pseudonymise", demo.raw(site), "--site", site, "--as-of", AS_OF]);
        command.args(arguments!["--keys", demo.keys(site), "--linkage", demo.linkage(), "--one-layer"]);
        command.args(arguments!["--policy", path("care.toml"), "--synthetic", "--out", path(site)]);
        run(command.args(arguments!["--vault", path(site).with_extension("ilv")])).done();
    }
    let (trust, store, care) = (demo.path("keys/public"), path("store"), path("PUA04"));
    let verified = run(&mut inlav(arguments!["verify", &care, "--trust", &trust])).done().stdout;
    assert!(verified.contains("no tokens"), "{verified}");
    let ingest = |extract: &Path| {
        let mut command = inlav(arguments!["ingest", "--trust", &trust, "--store", &store]);
        command.arg(extract);
        command
    };
    run(&mut ingest(&care)).done();
    run(&mut inlav(arguments!["evaluate", "--store", &store])).done();
    run(&mut ingest(&path("PUA05"))).refused(4, &["no linkage tokens", "a store of its own"]);
    let mut other = ingest(&demo.extract("PUA05"));
    run(other.arg("--relinked").arg(demo.relinked("PUA05"))).refused(4, &["purpose"]);
    let person = |extract: PathBuf| {
        let persons = parquet_file::binary(&extract.join("person.parquet"), "site_person_id");
        persons.into_iter().collect::<std::collections::BTreeSet<_>>()
    };
    assert!(person(care).is_disjoint(&person(demo.extract("PUA04"))), "the same pseudonyms for two purposes");
}

/// What `evaluate` says of the size of a store's tables.
fn size_of(store: &Path) -> String {
    let said = run(&mut inlav(arguments!["evaluate", "--store", store])).done().stdout;
    let (_, size) = said.trim().rsplit_once(": ").unwrap_or_else(|| panic!("{said}"));
    size.to_owned()
}

fn size_in(site: &str, store: &Path) -> String {
    let mut arguments = arguments!["ingest", demo().extract(site), "--store", store].to_vec();
    arguments.extend(arguments!["--trust", demo().path("keys/public"), "--relinked", demo().relinked(site)]);
    run(&mut inlav(arguments)).done();
    size_of(store)
}
