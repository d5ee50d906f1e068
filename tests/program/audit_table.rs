//! `inlav audit FILE`: what is worked out from tables that other tools published.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::arguments;
use crate::files;
use crate::program::{Outcome, inlav, run};

/// As ACRO and ehrQL leave it: the cell below the threshold is marked, and its row tells it.
const PRIMARIES: &str = "area,sex,n\nAll,All,99\nAll,F,65\nAll,M,34\nnorth,All,55\nnorth,F,25\n\
    north,M,30\nsouth,All,44\nsouth,F,40\nsouth,M,[REDACTED]\n";

struct Desk(TempDir);

impl Desk {
    fn new(file: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        files::put(&desk.path("file.csv"), file.as_bytes());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn audit(&self, name: &str, more: &[&str]) -> Outcome {
        run(inlav(arguments!["audit", self.path(name)]).args(more))
    }
}

#[test]
fn a_table_with_primaries_only_is_found_out() {
    let desk = Desk::new(PRIMARIES);
    let outcome = desk.audit("file.csv", &[]).refused(9, &["1 suppressed cell can be worked out"]);
    assert!(outcome.stdout.contains("8 cells published, 1 suppressed: 1 exactly computable"));
    let row = outcome.stdout.lines().find(|line| line.contains("south")).unwrap();
    assert!(row.split_whitespace().eq(["south", "M", "10", "4", "4", "exact"]), "{row}");
    let italian = desk.audit("file.csv", &["--lang", "it"]).refused(9, &["errore: 1 cella soppressa si può"]);
    assert!(italian.stdout.contains("1 con il valore esatto"));
}

#[test]
fn intervals_go_where_they_are_told_to() {
    let desk = Desk::new(PRIMARIES);
    let out = desk.path("intervals.csv").display().to_string();
    let outcome = desk.audit("file.csv", &["--json", "--out", &out]).refused(9, &[]);
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(json["cells"][0]["lowest"], 4);
    assert_eq!(json["cells"][0]["verdict"], "exact");
    let expected = "area,sex,row,lowest,highest,verdict\nsouth,M,10,4,4,exact\n";
    assert_eq!(fs::read_to_string(&out).unwrap(), expected);
    desk.audit("file.csv", &["--out", &out]).refused(8, &["exists already"]);
    desk.audit("file.csv", &["--out", &out, "--force"]).refused(9, &[]);
}

#[test]
fn what_inlav_protects_is_not_found_out() {
    let desk = Desk::new("area;sex;n\nnorth;F;25\nnorth;M;30\nsouth;F;40\nsouth;M;4\n");
    let given = arguments![
        "protect",
        desk.path("file.csv"),
        "--by",
        "area,sex",
        "--weight",
        "n",
        "--out",
        desk.path("out"),
    ];
    run(&mut inlav(given)).done();
    for name in ["out", "out/table.csv"] {
        let outcome = desk.audit(name, &[]).done();
        assert!(outcome.stdout.contains("5 cells published, 4 suppressed: 0 exactly"), "{}", outcome.stdout);
    }
}

#[test]
fn what_is_known_of_marks_counts() {
    let desk = Desk::new("area,n\nTotal,12\nnorth,*\nsouth,*\n");
    desk.audit("file.csv", &[]).done();
    // Both lie in 1..6 and make 12: both are 6.
    let only = ["--only-unsafe", "--threshold", "7"];
    let outcome = desk.audit("file.csv", &only).refused(9, &["2 suppressed cells"]);
    assert!(outcome.stdout.contains("2 exactly computable"), "{}", outcome.stdout);
    desk.audit("file.csv", &["--width", "13"]).refused(9, &[]);
    desk.audit("file.csv", &["--threshold", "2"]).refused(5, &["minimum_persons is 2"]);
}

#[test]
fn bad_tables_are_refused() {
    for (file, more, code, texts) in [
        (
            "area,n\nTotal,99\nnorth,56\nsouth,44\n",
            &[][..],
            4,
            &[
                "file.csv: published values contradict each other: a sum does not add up, rows 2, 3, 4",
                "--rounded",
            ][..],
        ),
        (
            "area,n\nTotal,99\nnorth,-\n",
            &[],
            4,
            &["row 3, column n: neither a whole number nor a known mark"],
        ),
        ("area,n\nx,1\nx,2\n", &[], 4, &["rows 2 and 3 are the same cell"]),
        ("area,a,b\nx,1,2\n", &[], 4, &["which column holds the values?"]),
        ("area,n\nx,1\n", &["--by", "region"], 4, &["none of the 2 columns is called region"]),
        ("", &[], 3, &["there is no heading"]),
    ] {
        Desk::new(file).audit("file.csv", more).refused(code, texts);
    }
    let dash = Desk::new("area,n\nTotal,99\nnorth,-\nsouth,-\n");
    dash.audit("file.csv", &["--mark", "-"]).done();
    dash.audit("none.csv", &[]).refused(3, &["cannot read"]);
}
