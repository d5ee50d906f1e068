//! `inlav protect`: microdata and frequency tables of anybody, protected or refused.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::arguments;
use crate::files;
use crate::program::{Outcome, inlav, run};

/// 4 in the south: below the threshold of 10.
const SMALL: &str = "area;sex;n\nnorth;F;25\nnorth;M;30\nsouth;F;40\nsouth;M;4\n";

/// A folder with a file in it.
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

    fn protect(&self, by: &str, more: &[&str]) -> Outcome {
        let given = arguments!["protect", self.path("file.csv"), "--by", by, "--out", self.path("out")];
        run(inlav(given).args(more))
    }

    /// Asserts that it is refused with all these texts and that nothing is there afterwards.
    #[track_caller]
    fn refuses(&self, by: &str, more: &[&str], code: i32, texts: &[&str]) {
        self.protect(by, more).refused(code, texts);
        let left = files::names(self.0.path());
        assert!(!left.iter().any(|name| name.starts_with("out") || name.starts_with('.')), "{left:?}");
    }

    fn table(&self) -> String {
        fs::read_to_string(self.path("out/table.csv")).unwrap()
    }
}

#[test]
fn a_frequency_table_is_protected() {
    let desk = Desk::new(SMALL);
    let outcome = desk.protect("area,sex", &["--weight", "n"]).done();
    assert!(outcome.stdout.starts_with("5 cells published, 4 suppressed; 1 attacker tried 1 small count"));
    assert_eq!(files::names(&desk.path("out")), ["README.txt", "table.csv"]);
    let expected = "area,sex,value,status\nTOTAL,TOTAL,99,published\nTOTAL,F,65,published\n\
        TOTAL,M,34,published\nnorth,TOTAL,55,published\nnorth,F,,suppressed\nnorth,M,,suppressed\n\
        south,TOTAL,44,published\nsouth,F,,suppressed\nsouth,M,,suppressed\n";
    assert_eq!(desk.table(), expected);
    let readme = fs::read_to_string(desk.path("out/README.txt")).unwrap();
    assert!(readme.contains("LA REGOLA") && readme.contains("THE RULE"));
}

#[test]
fn the_same_is_the_same_to_the_byte() {
    let desk = Desk::new(SMALL);
    desk.protect("sex,area", &["--weight", "n"]).done();
    let made = files::content(&desk.path("out"));
    desk.protect("sex,area", &["--weight", "n"]).refused(8, &["exists already", "--force"]);
    desk.protect("sex,area", &["--weight", "n", "--force"]).done();
    assert_eq!(files::content(&desk.path("out")), made);
}

#[test]
fn persons_are_counted_and_not_their_rows() {
    let rows: String = (0..60).map(|row| format!("{},p{}\n", ["n", "s"][row % 2], row % 4)).collect();
    let desk = Desk::new(&format!("area,who\n{rows}"));
    // Two persons with 30 rows each in both areas: everything is unsafe but the total of 4 as well.
    desk.protect("area", &["--person", "who", "--threshold", "3"]).done();
    assert!(desk.table().starts_with("area,value,status\nTOTAL,60,published\nn,,suppressed\n"));
    let alone = Desk::new(&format!("area,who\n{rows}"));
    alone.protect("area", &["--threshold", "3"]).done();
    assert!(alone.table().contains("n,30,published"));
}

#[test]
fn a_hierarchy_and_insiders_are_minded() {
    let desk = Desk::new(
        "site;area;n\nA;MI;40\nA;BG;4\nA;RM;50\nB;MI;60\nB;BG;70\nB;RM;80\nC;MI;33\nC;BG;44\nC;RM;55\n",
    );
    files::put(
        &desk.path("areas.csv"),
        b"dimension,code,parent\narea,MI,north\narea,BG,north\narea,north,\narea,RM,\n",
    );
    files::put(&desk.path("areas.hrc"), b"north\n@MI\n@BG\nRM\n");
    let listed = desk.path("areas.csv").display().to_string();
    let more = ["--weight", "n", "--insiders", "site", "--hierarchy"];
    let outcome = desk.protect("site,area", &[&more[..], &[&listed]].concat()).done();
    assert!(outcome.stdout.contains("4 attackers"), "{}", outcome.stdout);
    assert!(desk.table().contains("TOTAL,north,251,published\n"), "{}", desk.table());
    let indented = format!("area={}", desk.path("areas.hrc").display());
    let table = desk.table();
    desk.protect("site,area", &[&more[..], &[&indented, "--force"]].concat()).done();
    assert_eq!(desk.table(), table);
    // What adds up is known from the folder alone.
    run(&mut inlav(arguments!["audit", desk.path("out")])).done();
}

#[test]
fn it_speaks_italian() {
    let desk = Desk::new(SMALL);
    let outcome = desk.protect("area,sex", &["--weight", "n", "--lang", "it"]).done();
    assert!(outcome.stdout.starts_with("5 celle pubblicate, 4 soppresse;"), "{}", outcome.stdout);
    let wrong = Desk::new(&format!("{SMALL}TOTAL;F;64\n"));
    let texts = ["errore: ", "area × sex: i margini non corrispondono alla somma delle loro parti, righe 6"];
    wrong.refuses("area,sex", &["--weight", "n", "--lang", "it"], 4, &texts);
}

#[test]
fn bad_files_are_refused_and_nothing_is_written() {
    let weight = &["--weight", "n"][..];
    for (file, by, more, code, texts) in [
        (
            format!("{SMALL}TOTAL;F;64\n"),
            "area,sex",
            weight,
            4,
            &["file.csv: table area × sex: margins do not add up, rows 6"][..],
        ),
        (
            SMALL.replace(";4\n", ";-4\n"),
            "area,sex",
            weight,
            4,
            &["row 5, column n: a whole number is needed, not negative"],
        ),
        (SMALL.replace(";4\n", ";4.25\n"), "area,sex", weight, 4, &["row 5, column n"]),
        (SMALL.to_owned(), "area,gender", weight, 4, &["none of the 3 columns is called gender"]),
        (SMALL.to_owned(), "area,n", weight, 4, &["column n is asked for twice"]),
        (
            SMALL.to_owned(),
            "area,sex",
            &["--weight", "n", "--insiders", "site"],
            4,
            &["insiders", "site is not among those of --by"],
        ),
        (
            "area\nnorth\nTOTAL\n".to_owned(),
            "area",
            &[],
            4,
            &["row 3, column area: the code of the total in microdata"],
        ),
        (
            "area,who\nnorth,\n".to_owned(),
            "area",
            &["--person", "who"],
            4,
            &["row 2: column who does not say whose it is"],
        ),
        ("area\n".to_owned(), "area", &[], 4, &["there is no row"]),
        (String::new(), "area", &[], 3, &["there is no heading"]),
        ("area,n\nnorth\n".to_owned(), "area", &[], 4, &["row 2 has not as many cells"]),
        ("area\nx\0\n".to_owned(), "area", &[], 3, &["byte 6 is no text"]),
        (SMALL.to_owned(), "area,sex", &["--weight", "n", "--threshold", "2"], 5, &["minimum_persons is 2"]),
    ] {
        let desk = Desk::new(&file);
        desk.refuses(by, more, code, texts);
    }
}

#[test]
fn a_table_of_few_persons_is_suppressed_whole() {
    let desk = Desk::new("area;n\nnorth;4\n");
    desk.protect("area", &["--weight", "n"]).done();
    assert!(desk.table().ends_with("TOTAL,,suppressed\nnorth,,suppressed\n"), "{}", desk.table());
}

#[test]
fn bad_hierarchies_are_refused() {
    for (rows, texts) in [
        ("area,MI,north\narea,north,\narea,MI,\n", "row 4: the code is there already"),
        ("area,MI,north\narea,north,MI\n", "row 2: the code is above itself"),
        ("area,MI,south\n", "row 2: the parent is no code of the dimension"),
        ("sector,A,\n", "row 2: the dimension is not among those of --by"),
        ("area,MI,\n", "row 2, column area: the code is not in the hierarchy"),
        ("area,MI,north\narea,south,\narea,north,\n", "margins do not add up, rows 2"),
    ] {
        let desk = Desk::new(SMALL);
        files::put(&desk.path("h.csv"), format!("dimension,code,parent\n{rows}").as_bytes());
        let path = desk.path("h.csv").display().to_string();
        desk.refuses("area,sex", &["--weight", "n", "--hierarchy", &path], 4, &[texts]);
    }
}

#[test]
fn no_cell_is_in_a_message() {
    const CANARY: &str = "Kanarienvogel";
    for (file, more) in [
        (format!("{CANARY};{CANARY}\nx;1\n"), &["--weight", "n"][..]),
        (format!("area;n\n{CANARY};{CANARY}\n"), &["--weight", "n"]),
        (format!("area;n\n{CANARY};1;{CANARY}\n"), &[]),
        (format!("area;n\n\"{CANARY};1\n{CANARY};2\n"), &[]),
        (format!("area;n\n{CANARY};\n"), &["--person", "n"]),
    ] {
        let outcome = Desk::new(&file).protect("area", more);
        assert!(outcome.code != Some(0) && !outcome.said().contains(CANARY), "{}", outcome.said());
    }
}

#[test]
fn a_folder_of_something_else_is_not_replaced() {
    let desk = Desk::new(SMALL);
    files::put(&desk.path("out/register.csv"), b"precious");
    desk.protect("area,sex", &["--weight", "n", "--force"]).refused(8, &["not an older output"]);
    assert_eq!(files::names(&desk.path("out")), ["register.csv"]);
}
