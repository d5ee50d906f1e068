//! Mistakes, accidents and attacks at the command line. Each is refused with a message that says
//! what is wrong and where, with the exit code that `--help` documents, without showing a value,
//! and leaves nothing behind that was not there before.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::arguments;
use crate::demo::{AS_OF, demo};
use crate::files::{self, Content};
use crate::no_leak::assert_silent;
use crate::program::{Outcome, inlav, run};

pub(crate) mod disk;
mod exports;
mod extracts;
mod keys;
mod kill;
mod ledger;
mod outputs;
mod policies;
mod relink;
mod stores;

/// The PUA whose export is mistreated: text files with commas, UTF-8, the names of the domain.
const SITE: &str = "PUA04";
/// In every text that a test plants in a cell: it may never be printed.
const CANARY: &str = "Kanarienvogel";

/// A steward's desk: the export of one PUA to change, and room for outputs. The keys are the
/// demo's.
struct Desk(TempDir);

impl Desk {
    /// A desk with a good export, except for what `CANARY` has been written over.
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        files::copy(&demo().raw(SITE), &desk.export());
        desk.edit("person.csv", |text| {
            let (first, rest) = text.split_once('\n').unwrap();
            let (row, rest) = rest.split_once('\n').unwrap();
            let mut cells: Vec<String> = row.split(',').map(str::to_owned).collect();
            cells[1] = format!("{CANARY}i");
            let phone = first.split(',').position(|heading| heading == "phone").unwrap();
            cells[phone] = format!("+39 {CANARY}");
            format!("{first}\n{}\n{rest}", cells.join(","))
        });
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn export(&self) -> PathBuf {
        self.path("export")
    }

    /// Rewrites a file of the export, which must change.
    #[track_caller]
    fn edit(&self, file: &str, change: impl FnOnce(&str) -> String) {
        let path = self.export().join(file);
        let before = std::fs::read_to_string(&path).unwrap();
        let after = change(&before);
        assert_ne!(before, after, "{file} is as it was");
        files::put(&path, after.as_bytes());
    }

    /// Adds a row to a file of the export: its cells by heading, all others blank.
    #[track_caller]
    fn add_row(&self, file: &str, cells: &[(&str, &str)]) {
        self.edit(file, |text| {
            let headings: Vec<&str> = text.lines().next().unwrap().split(',').collect();
            for (heading, _) in cells {
                assert!(headings.contains(heading), "{file} has no column {heading}");
            }
            let cell = |heading: &&str| {
                let given = cells.iter().find(|(known, _)| known == heading).map_or("", |(_, cell)| cell);
                format!("\"{}\"", given.replace('"', "\"\""))
            };
            format!("{}\n{}\n", text.trim_end(), headings.iter().map(cell).collect::<Vec<_>>().join(","))
        });
    }

    fn check(&self) -> Command {
        inlav(arguments!["check", self.export(), "--site", SITE, "--as-of", AS_OF])
    }

    /// Pseudonymising the export with the demo's keys, with more arguments after it.
    fn pseudonymise(&self) -> Command {
        self.pseudonymise_with(&demo().keys(SITE), &demo().linkage())
    }

    fn pseudonymise_with(&self, keys: &Path, linkage: &Path) -> Command {
        let mut command =
            demo().inlav(arguments!["pseudonymise", self.export(), "--site", SITE, "--as-of", AS_OF]);
        command.args(arguments!["--keys", keys, "--linkage", linkage, "--synthetic"]);
        command.args(arguments!["--custodian", demo().custodian()]);
        command.args(arguments!["--out", self.path("out/extract"), "--vault", self.path("out/vault.ilv")]);
        command
    }

    /// Runs a command that must be refused, say these texts and leave the desk as it was.
    #[track_caller]
    fn refuses(&self, command: &mut Command, code: i32, texts: &[&str]) -> Outcome {
        refuses(self.0.path(), command, code, texts)
    }

    /// That `check` and `pseudonymise` both refuse the export.
    #[track_caller]
    fn refuses_export(&self, code: i32, texts: &[&str]) {
        self.refuses(&mut self.check(), code, texts);
        self.refuses(&mut self.pseudonymise(), code, texts);
    }
}

/// Which entry of the audit log a manifest calls the last one, and all else it says: the same from run to
/// run.
fn log_and_rest(manifest: &[u8]) -> (Value, Map<String, Value>) {
    let mut fields: Map<String, Value> = serde_json::from_slice(manifest).unwrap();
    (fields.remove("audit_head").unwrap(), fields)
}

/// Runs a command that must be refused, name no person, and leave a folder as it was: no output,
/// no part of one, nothing hidden. An empty folder for outputs may stay.
#[track_caller]
fn refuses(folder: &Path, command: &mut Command, code: i32, texts: &[&str]) -> Outcome {
    let before = kept(folder);
    let outcome = run(command).refused(code, texts);
    assert_discreet(&outcome);
    let after = kept(folder);
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>(),
        "{} left something behind",
        outcome.line
    );
    assert!(before == after, "{} changed a file", outcome.line);
    outcome
}

/// The files of a folder, without folders that are empty.
fn kept(folder: &Path) -> Content {
    let mut content = files::content(folder);
    content.retain(|_, bytes| bytes.is_some());
    content
}

/// Asserts that no value of a cell was printed.
#[track_caller]
fn assert_discreet(outcome: &Outcome) {
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(!said.to_lowercase().contains(&CANARY.to_lowercase()), "{} shows a cell:\n{said}", outcome.line);
    assert_silent(outcome);
}

#[test]
fn the_good_export_is_accepted() {
    let desk = Desk::new();
    assert_discreet(&run(&mut desk.check()).without_errors());
    assert_discreet(&run(&mut desk.pseudonymise()).done());
    assert_eq!(files::names(&desk.path("out")), ["extract", "vault.ilv"]);
}

/// Nobody has to read the report to know whether there is something to look at.
#[test]
fn a_check_with_warnings_ends_with_10_and_its_export_can_be_used() {
    let desk = Desk::new();
    for number in ["d1", "d2"] {
        let names = [("family_name", CANARY), ("given_name", CANARY), ("birth_date", "1980-05-06")];
        let rest = [("site_person_id", number), ("gender", "F"), ("citizenship", "MAR")];
        desk.add_row("person.csv", &[names.as_slice(), rest.as_slice()].concat());
    }
    let outcome = run(&mut desk.check());
    assert_eq!(outcome.code, Some(10), "{}", outcome.said());
    assert!(outcome.stdout.contains("K08") && outcome.stdout.contains("0 errors, "), "{}", outcome.said());
    assert!(outcome.stderr.is_empty(), "{}", outcome.said());
    assert_discreet(&outcome);

    let page = desk.path("check.html");
    let outcome = run(desk.check().args(arguments!["--json", "--html", &page]));
    assert_eq!(outcome.code, Some(10), "{}", outcome.said());
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&report["version"], &report["verdict"]), (&1.into(), &"warnings".into()));
    assert_discreet(&outcome);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("K08") && !page.contains(CANARY));
    run(&mut desk.pseudonymise()).done();
}

#[test]
fn italian_is_spoken_where_the_environment_or_the_steward_asks_for_it() {
    let desk = Desk::new();
    let says = |command: &mut Command| run(command).without_errors().stdout;
    assert!(says(desk.check().env("LC_ALL", "it_IT.UTF-8")).contains("0 errori, "));
    assert!(says(desk.check().env("LC_ALL", "it_IT.UTF-8").args(["--lang", "en"])).contains("0 errors, "));
    assert!(says(desk.check().args(["--lang", "it"])).contains("0 errori, "));
    assert_eq!(run(desk.check().args(["--lang", "fr"])).code, Some(2));
}

#[test]
fn the_exit_codes_are_documented() {
    let help = run(&mut inlav(["--help"])).done().stdout;
    for code in 0..=10 {
        assert!(help.lines().any(|line| line.starts_with(&format!("  {code}  "))), "{code}:\n{help}");
    }
}

#[test]
fn a_command_line_that_is_not_valid_ends_with_2() {
    for line in [&["publish"][..], &["check"], &["keys", "new", "--out", "x"], &["demo", "--persons", "many"]]
    {
        let outcome = run(&mut inlav(line));
        assert_eq!(outcome.code, Some(2), "{}", outcome.said());
        assert!(outcome.stderr.starts_with("error: ") && outcome.stdout.is_empty(), "{}", outcome.said());
    }
}
