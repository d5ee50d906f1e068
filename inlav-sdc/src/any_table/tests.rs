//! Files of anybody: what they mean, what they must not hold, and what comes out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;

use proptest::collection::vec;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// A folder with a file in it.
struct Desk(TempDir);

impl Desk {
    fn new(text: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.put("file.csv", text);
        desk
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        File::create_new(&path).unwrap().write_all(text.as_bytes()).unwrap();
        path
    }

    fn protect(&self, request: &Request) -> Result<Protected, ProtectError> {
        protect_file(&self.0.path().join("file.csv"), request)
    }
}

fn protect(text: &str, request: &Request) -> Result<Protected, ProtectError> {
    Desk::new(text).protect(request)
}

fn weighted<const N: usize>(by: [&str; N]) -> Request {
    let mut request = Request::by(by);
    request.weight = Some("n".to_owned());
    request
}

fn refused(text: &str, request: &Request) -> InputError {
    match protect(text, request) {
        Err(ProtectError::Input(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("accepted: {text}"),
    }
}

/// Values by codes, from the text that is handed out; `None` where suppressed.
fn values(protected: &Protected) -> BTreeMap<Vec<String>, Option<u64>> {
    let text = protected.table_csv();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    (reader.records())
        .map(|record| {
            let cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
            let (codes, [value, status]) = cells.split_last_chunk::<2>().unwrap();
            assert_eq!(status == "published", !value.is_empty());
            assert!(matches!(status.as_str(), "published" | "suppressed"));
            (codes.to_vec(), value.parse().ok())
        })
        .collect()
}

fn at(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

const SMALL: &str = "area;sex;n\nnorth;F;25\nnorth;M;30\nsouth;F;40\nsouth;M;4\n";

#[test]
fn any_table_is_protected() {
    let protected = protect(SMALL, &weighted(["area", "sex"])).unwrap();
    let values = values(&protected);
    assert_eq!(values.len(), 9);
    assert_eq!(values[&at(&["TOTAL", "TOTAL"])], Some(99));
    assert_eq!(values[&at(&["TOTAL", "M"])], Some(34));
    assert_eq!(values[&at(&["south", "M"])], None);
    assert_eq!(protected.cells(), (5, 4));
    assert!(protected.publication().audit.findings.is_empty());
}

#[test]
fn microdata_and_its_frequencies_give_the_same_table() {
    let mut rows = "sex,area\n".to_owned();
    for (area, sex, n) in [("north", "F", 25), ("south", "F", 40), ("south", "M", 4), ("north", "M", 30)] {
        rows += &format!("{sex},{area}\n").repeat(n);
    }
    let micro = protect(&rows, &Request::by(["area", "sex"])).unwrap();
    let counted = protect(SMALL, &weighted(["area", "sex"])).unwrap();
    assert_eq!(micro.table_csv(), counted.table_csv());
}

#[test]
fn repeated_combinations_are_added_up() {
    let twice = SMALL.replace("north;F;25", "north;F;20\n north ;F;5.0");
    let once = protect(SMALL, &weighted(["area", "sex"])).unwrap();
    assert_eq!(protect(&twice, &weighted(["area", "sex"])).unwrap().table_csv(), once.table_csv());
}

#[test]
fn margins_of_the_file_are_not_counted_twice() {
    let with = format!("{SMALL}TOTAL;TOTAL;99\nTotale;F;65\nsouth;total;44\nsouth;Total;44\n");
    let plain = protect(SMALL, &weighted(["area", "sex"])).unwrap();
    assert_eq!(protect(&with, &weighted(["area", "sex"])).unwrap().table_csv(), plain.table_csv());
    let own = format!("{SMALL}all;all;99\n;F;65\n");
    let mut request = weighted(["area", "sex"]);
    request.totals = vec!["all".to_owned(), String::new()];
    assert_eq!(protect(&own, &request).unwrap().table_csv(), plain.table_csv());
}

#[test]
fn margins_that_do_not_add_up_are_refused() {
    let wrong = format!("{SMALL}TOTAL;F;64\nsouth;TOTAL;44\nTOTAL;TOTAL;98\n");
    let error = refused(&wrong, &weighted(["area", "sex"]));
    let InputError::Margins { columns, rows, .. } = &error else { panic!("{error}") };
    assert_eq!((columns.join(" "), rows.as_slice()), ("area sex".to_owned(), &[6, 8][..]));
    let said = error.to_string();
    assert!(said.ends_with("table area × sex: margins do not add up, rows 6, 8"), "{said}");
    let twice = format!("{SMALL}TOTAL;F;65\nTOTAL;F;66\n");
    let error = refused(&twice, &weighted(["area", "sex"]));
    assert!(matches!(&error, InputError::Margins { rows, .. } if rows == &[6, 7]), "{error}");
}

#[test]
fn persons_and_not_rows_are_counted() {
    // 40 rows of 4 persons in the north, 12 of 12 in the south, 30 of 30 in the west.
    let mut rows = "area,who\n".to_owned();
    for row in 0..40 {
        writeln!(rows, "north,p{}", row % 4).unwrap();
    }
    for row in 0..42 {
        writeln!(rows, "{},q{row}", if row < 12 { "south" } else { "west" }).unwrap();
    }
    let mut request = Request::by(["area"]);
    request.person = Some("who".to_owned());
    let found = values(&protect(&rows, &request).unwrap());
    assert_eq!(found[&at(&["north"])], None, "4 persons");
    assert_eq!(found[&at(&["TOTAL"])], Some(82), "rows are what is counted");
    assert!(values(&protect(&rows, &Request::by(["area"])).unwrap()).values().all(Option::is_some));
    let nobody = "area,who\nnorth,p\nsouth,\n";
    let error = refused(nobody, &request);
    assert!(matches!(error, InputError::NoPerson { row: 3, .. }), "{error}");
}

#[test]
fn missing_values_are_a_category() {
    let text = "area;n\nnorth;50\n;60\nsouth;40\n";
    let found = protect(text, &weighted(["area"])).unwrap();
    assert!(found.table_csv().ends_with("south,40,published\n,60,published\n"), "{}", found.table_csv());
}

#[test]
fn codes_stand_in_order() {
    let found = protect("year;n\n10;50\n9;60\n2;40\n", &weighted(["year"])).unwrap();
    assert_eq!(found.table_csv().lines().nth(2), Some("2,40,published"));
    let words = protect("year;n\n10;50\n9;60\nx;40\n", &weighted(["year"])).unwrap();
    assert_eq!(words.table_csv().lines().nth(2), Some("10,50,published"));
}

const AREAS: &str = "dimension,code,parent\narea,north,\narea,MI,north\narea,BG,north\narea,rest,\n";

fn with_areas(desk: &Desk, mut request: Request) -> Request {
    let path = desk.put("areas.csv", AREAS);
    request.hierarchies = vec![HierarchyFile { path, dimension: None }];
    request
}

#[test]
fn a_hierarchy_has_its_margins() {
    let desk = Desk::new("area;n\nMI;70\nBG;4\nrest;60\nnorth;74\n;11\n");
    let protected = desk.protect(&with_areas(&desk, weighted(["area"]))).unwrap();
    let found = values(&protected);
    assert_eq!(found[&at(&["TOTAL"])], Some(145));
    assert_eq!(found[&at(&["BG"])], None);
    assert!([&["MI"], &["north"]].iter().any(|codes| found[&at(&codes[..])].is_none()));
    assert_eq!(found[&at(&[""])], Some(11), "missing values stand below the total");
    assert_eq!(protected.hierarchy_csv().as_deref(), Some(AREAS));
}

#[test]
fn data_stand_at_leaves_of_the_hierarchy() {
    let inner = Desk::new("area;n\nMI;70\nnorth;74\n");
    let error = inner.protect(&with_areas(&inner, weighted(["area"]))).unwrap_err();
    assert!(error.to_string().contains("margins do not add up, rows 3"), "{error}");
    let micro = Desk::new("area\nMI\nnorth\n");
    let error = micro.protect(&with_areas(&micro, Request::by(["area"]))).unwrap_err();
    assert!(matches!(error, ProtectError::Input(InputError::InnerNode { row: 3, .. })), "{error}");
    let unknown = Desk::new("area\nMI\nXX\n");
    let error = unknown.protect(&with_areas(&unknown, Request::by(["area"]))).unwrap_err();
    assert!(matches!(error, ProtectError::Input(InputError::NotInHierarchy { row: 3, .. })), "{error}");
}

#[test]
fn weights_are_whole_numbers() {
    for weight in ["-4", "4.5", "x", "", "1.000", "<10", "99999999999999999999"] {
        let error = refused(&SMALL.replace(";4\n", &format!(";{weight}\n")), &weighted(["area", "sex"]));
        assert!(matches!(&error, InputError::Number { row: 5, column, .. } if column == "n"), "{error}");
        assert!(weight.is_empty() || !error.to_string().contains(weight), "{error}");
    }
    let many = "area;n\nnorth;18446744073709551615\nnorth;1\n";
    assert!(matches!(refused(many, &weighted(["area"])), InputError::Number { row: 3, .. }));
    let error = protect("area;n\nnorth;18446744073709551615\nsouth;1\n", &weighted(["area"])).unwrap_err();
    assert!(matches!(error, ProtectError::Table(TableError::TooManyUnits { .. })), "{error}");
    let error = protect("area;n\nnorth;300000000\nsouth;1\n", &weighted(["area"])).unwrap_err();
    assert!(matches!(error, ProtectError::Disclosure(DisclosureError::TooLarge { .. })), "{error}");
}

#[test]
fn a_total_in_microdata_is_refused() {
    let error = refused("area\nnorth\nTotale\n", &Request::by(["area"]));
    assert!(matches!(error, InputError::TotalInMicrodata { row: 3, .. }), "{error}");
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let column = |request: &Request| refused(SMALL, request);
    assert!(matches!(column(&weighted(["area", "area"])), InputError::SameColumn { .. }));
    assert!(matches!(column(&weighted(["area", "n"])), InputError::SameColumn { .. }));
    assert!(matches!(column(&weighted(["value"])), InputError::SameColumn { .. }));
    assert!(matches!(column(&weighted(["region"])), InputError::UnknownColumn { .. }));
    assert!(matches!(column(&weighted([])), InputError::NoDimension));
    let mut insiders = weighted(["area", "sex"]);
    insiders.insiders = Some("n".to_owned());
    assert!(matches!(column(&insiders), InputError::UnknownInsiders { .. }));
    insiders.insiders = Some("area".to_owned());
    insiders.policy = "insiders = false".parse().unwrap();
    assert!(matches!(column(&insiders), InputError::NoInsiders));
    assert!(matches!(refused("area;n\n", &weighted(["area"])), InputError::NoRows { .. }));
}

#[test]
fn insiders_ask_for_more() {
    let mut text = "site;kind;n\n".to_owned();
    for (site, counts) in [("A", [4, 20, 30, 40]), ("B", [50, 60, 70, 80]), ("C", [33, 44, 55, 66])] {
        for (kind, n) in counts.iter().enumerate() {
            writeln!(text, "{site};k{kind};{n}").unwrap();
        }
    }
    let public = protect(&text, &weighted(["site", "kind"])).unwrap();
    let mut request = weighted(["site", "kind"]);
    request.insiders = Some("site".to_owned());
    let insiders = protect(&text, &request).unwrap();
    assert!(insiders.cells().1 > public.cells().1);
    assert!(insiders.readme().contains("3 categories of site") && !public.readme().contains("of site"));
}

#[test]
fn a_folder_is_whole_and_says_what_was_done() {
    let desk = Desk::new(SMALL);
    let protected = desk.protect(&weighted(["area", "sex"])).unwrap();
    let folder = desk.0.path().join("out");
    protected.write(&folder, Existing::Refuse).unwrap();
    assert_eq!(fs::read_to_string(folder.join("table.csv")).unwrap(), protected.table_csv());
    let readme = fs::read_to_string(folder.join("README.txt")).unwrap();
    for text in ["1–9 persone", "of 1 to 9 persons", "5 cells published, 4 suppressed", "inlav audit DIR"] {
        assert!(readme.replace('\n', " ").contains(text), "{text}\n{readme}");
    }
    assert!(readme.lines().all(|line| line.chars().count() <= 90));
    assert!(protected.write(&folder, Existing::Refuse).is_err());
    protected.write(&folder, Existing::Replace).unwrap();
    let foreign = desk.0.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    desk.put("foreign/register.csv", "x");
    assert!(matches!(protected.write(&foreign, Existing::Replace), Err(WholeError::Foreign { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Up to four dimensions: what is shown is true, adds up and is never few; what is few is not
    /// shown.
    #[test]
    fn shown_cells_are_true(
        drawn in vec((vec(0_usize..3, 4), 1_u64..40), 1..24), sides in 1_usize..=4,
    ) {
        const NAMES: [&str; 4] = ["a", "b", "c", "d"];
        let mut text = format!("{};n\n", NAMES.join(";"));
        for (codes, n) in &drawn {
            let codes: Vec<String> = codes.iter().map(|code| format!("k{code}")).collect();
            writeln!(text, "{};{n}", codes.join(";")).unwrap();
        }
        let mut request = Request::by(NAMES[..sides].to_vec());
        request.weight = Some("n".to_owned());
        let protected = match protect(&text, &request) {
            Ok(protected) => protected,
            // Of one cell below the threshold nothing can be made.
            Err(ProtectError::Disclosure(_)) => return Ok(()),
            Err(other) => panic!("{other}"),
        };
        for (codes, value) in values(&protected) {
            let within = drawn.iter().filter(|(drawn, _)| {
                (codes.iter().zip(drawn)).all(|(code, at)| code == "TOTAL" || *code == format!("k{at}"))
            });
            let count: u64 = within.map(|(_, n)| n).sum();
            prop_assert!(value.is_none_or(|value| value == count));
            prop_assert!(value.is_none() || count == 0 || count >= 10);
        }
        prop_assert!(protected.publication().audit.findings.is_empty());
    }
    /// Files in which anything is wrong are protected or refused, never a panic and never a value in
    /// a message.
    #[test]
    fn no_file_is_told(
        changes in vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 0..6), as_what in 0_usize..4,
    ) {
        const CANARY: &str = "Zq8841Canary";
        let seed = match as_what {
            0 => format!("area;sex;n\n{CANARY};F;12\n\"{CANARY}; \"\"x\"\"\";M;30\nTOTAL;F;12\n"),
            1 => format!("dimension,code,parent\narea,{CANARY},north\narea,north,\narea,x,{CANARY}\n"),
            2 => format!("north\n@{CANARY}\n@@x\nsouth\n"),
            _ => format!("area,n,status\nTOTAL,99,published\n{CANARY},,suppressed\nx,<10,suppressed\n"),
        };
        let mut bytes = seed.into_bytes();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        let desk = Desk::new(SMALL);
        let path = desk.0.path().join("fuzzed");
        File::create_new(&path).unwrap().write_all(&bytes).unwrap();
        let told = match as_what {
            0 => protect_file(&path, &weighted(["area", "sex"])).map(drop).map_err(|error| error.to_string()),
            1 | 2 => {
                let mut request = weighted(["area", "sex"]);
                let dimension = (as_what == 2).then(|| "area".to_owned());
                request.hierarchies = vec![HierarchyFile { path, dimension }];
                desk.protect(&request).map(drop).map_err(|error| error.to_string())
            }
            _ => crate::attack_table::attack_file(&path, &crate::attack_table::Attack::default())
                .map(drop)
                .map_err(|error| error.to_string()),
        };
        // The names of columns that are asked for are no values, nor are codes of cells that cannot
        // be protected.
        if let Err(told) = told {
            prop_assert!(!told.contains("Zq8841") || told.contains("cannot be protected"), "{}", told);
        }
    }
}
