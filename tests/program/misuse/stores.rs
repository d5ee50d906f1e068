//! Stores that are absent, damaged, or not to be mixed.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::keys::{flip, new_linkage_key};
use super::{Desk, SITE, refuses};
use crate::arguments;
use crate::demo::demo;
use crate::files;
use crate::program::{inlav, run};

/// A hub with the extract of one PUA in its store.
pub(super) struct Hub(TempDir);

impl Hub {
    pub(super) fn new() -> Self {
        let hub = Self(tempfile::tempdir().unwrap());
        run(&mut hub.ingest_of(SITE)).done();
        hub
    }

    pub(super) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn store(&self) -> PathBuf {
        self.0.path().join("store")
    }

    /// Ingesting the demo's extract of a PUA with its relinked tokens.
    pub(super) fn ingest_of(&self, site: &str) -> assert_cmd::Command {
        self.ingest(&demo().extract(site), &demo().relinked(site))
    }

    pub(super) fn ingest(&self, extract: &Path, relinked: &Path) -> assert_cmd::Command {
        let trust = demo().path("keys/public");
        inlav(arguments![
            "ingest",
            extract,
            "--trust",
            trust,
            "--store",
            self.store(),
            "--relinked",
            relinked
        ])
    }

    pub(super) fn release(&self) -> assert_cmd::Command {
        inlav(arguments!["release", "--store", self.store(), "--out", self.0.path().join("release")])
    }

    fn evaluate(&self) -> assert_cmd::Command {
        inlav(arguments!["evaluate", "--store", self.store()])
    }

    /// That no command works with the store.
    #[track_caller]
    fn refuses(&self, code: i32, texts: &[&str]) {
        for command in [&mut self.evaluate(), &mut self.release(), &mut self.ingest_of("PUA05")] {
            refuses(self.folder(), command, code, texts);
        }
    }
}

#[test]
fn a_damaged_catalogue_is_named() {
    let hub = Hub::new();
    let path = hub.store().join("catalog.json");
    let whole = fs::read_to_string(&path).unwrap();
    let changed = [
        String::new(),
        whole[..whole.len() / 2].to_owned(),
        whole.replacen("\"version\": 1", "\"version\": 9", 1),
        whole.replacen("\"persons\"", "\"people\"", 1),
    ];
    for content in changed {
        assert_ne!(content, whole);
        files::put(&path, content.as_bytes());
        hub.refuses(7, &["catalog.json is damaged"]);
    }
}

/// Whatever is changed in a file of the store, no release is made from it.
#[test]
fn a_changed_file_of_the_store_is_noticed() {
    let hub = Hub::new();
    let parquet = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "parquet");
    let files: Vec<PathBuf> = files::files(&hub.store()).into_iter().filter(parquet).collect();
    assert_eq!(files.len(), 21, "18 tables, the tokens and two files of links");
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let length = fs::read(&path).unwrap().len();
        for at in [0, length / 2, length - 1] {
            flip(&path, at);
            refuses(hub.folder(), &mut hub.release(), 7, &[&name, "is damaged"]);
            flip(&path, at);
        }
    }
    let person = hub.store().join("tables/person");
    files::copy(&person, &hub.folder().join("kept"));
    fs::remove_dir_all(&person).unwrap();
    hub.refuses(3, &["cannot read", "part.parquet"]);
    files::copy(&hub.folder().join("kept"), &person);
    run(&mut hub.evaluate()).done();
}

#[test]
fn a_store_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let told = ["there is no store in", "hint: make one with: inlav ingest"];
    refuses(folder.path(), &mut inlav(arguments!["evaluate", "--store", &store]), 3, &told);
    let out = folder.path().join("release");
    refuses(folder.path(), &mut inlav(arguments!["release", "--store", &store, "--out", out]), 3, &told);
}

/// Files of something else are not mixed with those of a store.
#[test]
fn a_folder_of_something_else_is_not_made_a_store() {
    let hub = Hub::new();
    let folder = hub.folder().join("photos");
    files::put(&folder.join("a.jpg"), b"x");
    let trust = demo().path("keys/public");
    let mut command = inlav(arguments!["ingest", demo().extract(SITE), "--trust", trust, "--store", &folder]);
    refuses(hub.folder(), &mut command, 8, &["photos is neither a store nor empty"]);
}

/// Which of two signed extracts of one day is the right one nobody can tell from the extracts.
#[test]
fn another_extract_of_the_same_day_is_taken_only_when_asked() {
    let (desk, hub) = (Desk::new(), Hub::new());
    desk.edit("awareness.csv", |text| text.trim_end().rsplit_once('\n').unwrap().0.to_owned() + "\n");
    run(&mut desk.pseudonymise()).done();
    let extract = desk.path("out/extract");
    let relinked = demo().relink(&extract, &desk.path("room"));
    let told = ["the store has another extract of PUA04 as of 2025-06-30", "hint: ask the PUA"];
    refuses(hub.folder(), &mut hub.ingest(&extract, &relinked), 4, &told);
    let said = run(hub.ingest(&extract, &relinked).arg("--replace")).done().stdout;
    assert!(said.starts_with("1 extract ingested"), "{said}");
    refuses(hub.folder(), &mut hub.ingest_of(SITE), 4, &told);

    let trust = demo().path("keys/public");
    let both = arguments!["ingest", demo().extract(SITE), &extract, "--trust", trust, "--store", hub.store()];
    let relinked = arguments!["--relinked", demo().relinked(SITE), relinked];
    let told = ["two extracts of PUA04 were given"];
    refuses(hub.folder(), inlav(both).args(relinked), 4, &told);
}

/// Made-up persons are never counted together with real ones.
#[test]
fn synthetic_and_other_extracts_are_not_mixed() {
    let (desk, hub) = (Desk::new(), Hub::new());
    let (extract, vault) = (desk.path("real"), desk.path("real.ilv"));
    let export = demo().raw("PUA07");
    let keys = demo().keys("PUA07");
    let mut command =
        demo().inlav(arguments!["pseudonymise", export, "--site", "PUA07", "--as-of", "2025-06-30"]);
    command.args(arguments!["--keys", keys, "--linkage", demo().linkage()]);
    command.args(arguments!["--custodian", demo().custodian()]);
    run(command.args(arguments!["--out", &extract, "--vault", vault])).done();
    let told = ["the extract of PUA07 has another synthetic mark"];
    let relinked = demo().relink(&extract, &desk.path("room"));
    refuses(hub.folder(), &mut hub.ingest(&extract, &relinked), 4, &told);
}

/// Persons are linked across PUA by one key: with another one nobody would be found again.
#[test]
fn extracts_under_another_linkage_key_are_not_mixed() {
    let (desk, hub) = (Desk::new(), Hub::new());
    let linkage = new_linkage_key(&desk, "2025");
    run(&mut desk.pseudonymise_with(&demo().keys(SITE), &linkage)).done();
    let told = ["the extract of PUA04 has another linkage key"];
    run(&mut hub.ingest_of("PUA05")).done();
    let extract = desk.path("out/extract");
    let relinked = demo().relink(&extract, &desk.path("room"));
    refuses(hub.folder(), hub.ingest(&extract, &relinked).arg("--replace"), 4, &told);
}

/// Two records with one permit and two passports: one person, and the PUA hears of it.
#[test]
fn a_person_with_two_documents_of_one_kind_is_told_with_the_pua_to_ask() {
    let (desk, hub) = (Desk::new(), Hub::new());
    for (person, passport) in [("z1", "AB7654321"), ("z2", "AB7654322")] {
        let named = [("site_person_id", person), ("family_name", "Provafalso"), ("given_name", "Vittoria")];
        let born = [("birth_date", "1984-06-09"), ("gender", "F"), ("citizenship", "PAK")];
        let documents =
            [("permit_number", "I98765432"), ("passport_state", "PAK"), ("passport_number", passport)];
        desk.add_row("person.csv", &[named, born, documents].concat());
    }
    run(&mut desk.pseudonymise()).done();
    let extract = desk.path("out/extract");
    let relinked = demo().relink(&extract, &desk.path("room"));
    let outcome = run(hub.ingest(&extract, &relinked).arg("--replace")).done();
    let told = "1 person with two different documents of one kind (passport)";
    assert!(outcome.stderr.contains(told) && outcome.stderr.contains("ask PUA04"), "{}", outcome.said());
    assert!(!outcome.said().contains("AB765432"));
}
