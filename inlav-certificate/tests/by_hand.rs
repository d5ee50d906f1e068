//! A certificate written by hand, and for every reason to reject one a change that is rejected for it.

#![allow(clippy::unwrap_used, reason = "helpers of tests: to fail is to panic")]

use std::fs;
use std::path::Path;

use inlav_certificate::{Place, Reason, Rejection, Verdict, check};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// Two rows by two columns, of which the inner cells are suppressed: 4 is unsafe, 20, 30 and 40 hide it.
const TABLE: &str = "\
row,column,value,status
TOTAL,TOTAL,94,published
TOTAL,C1,34,published
TOTAL,C2,60,published
R1,TOTAL,24,published
R1,C1,,suppressed
R1,C2,,suppressed
R2,TOTAL,70,published
R2,C1,,suppressed
R2,C2,,suppressed
";

/// In the witnesses the 4 is 1 and 9.
const CONTENT: &str = concat!(
    r#"{"insiders":[],"policy":{"count_base":1,"insiders":true,"least_width":1,"minimum_persons":10,"#,
    r#""minimum_width":5,"zeros_withheld":true},"proofs":[{"against":[0],"exception":false,"#,
    r#""high":{"at":9,"basis":"bound","witness":1},"low":{"at":1,"basis":"bound","witness":0},"#,
    r#""quantity":4}],"quantities":["#,
    r#"{"count":94,"persons":94,"status":"published"},{"count":34,"persons":34,"status":"published"},"#,
    r#"{"count":60,"persons":60,"status":"published"},{"count":24,"persons":24,"status":"published"},"#,
    r#"{"count":4,"persons":4,"status":"unsafe"},{"count":20,"persons":20,"status":"secondary"},"#,
    r#"{"count":70,"persons":70,"status":"published"},{"count":30,"persons":30,"status":"secondary"},"#,
    r#"{"count":40,"persons":40,"status":"secondary"}],"tables":[{"cells":[0,1,2,3,4,5,6,7,8],"#,
    r#""dimensions":[{"insiders":false,"name":"row","nodes":[["TOTAL",null],["R1",0],["R2",0]]},"#,
    r#"{"insiders":false,"name":"column","nodes":[["TOTAL",null],["C1",0],["C2",0]]}],"#,
    r#""file":{"column":"value","name":"table.csv","sha256":"DIGEST"},"id":"t","undisplayed":[]}],"#,
    r#""version":"inlav-certificate/1","#,
    r#""witnesses":[[[4,-3],[5,3],[7,3],[8,-3]],[[4,5],[5,-5],[7,-5],[8,5]]]}"#,
);

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[expect(clippy::disallowed_methods, reason = "files that nobody keeps")]
fn put(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

/// Checks the release with these changes of certificate and table, both sealed again.
fn checked(content: &[(&str, &str)], table: &[(&str, &str)]) -> Result<Verdict, Rejection> {
    let change = |text: &str, edits: &[(&str, &str)]| {
        (edits.iter()).fold(text.to_owned(), |text, (from, to)| {
            assert_eq!(text.matches(from).count(), 1, "{from} is not there once");
            text.replace(from, to)
        })
    };
    let table = change(TABLE, table);
    let content = change(CONTENT, content).replace("DIGEST", &sha256(&table));
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "table.csv", &table);
    let seal = sha256(&content);
    put(folder.path(), "audit.json", &format!("{{\"certificate\":{content},\"seal\":\"{seal}\"}}\n"));
    check(folder.path(), &folder.path().join("audit.json"))
}

#[track_caller]
fn rejected(content: &[(&str, &str)], table: &[(&str, &str)], reason: Reason) {
    assert_eq!(checked(content, table).unwrap_err().reason, reason, "{content:?} {table:?}");
}

#[test]
fn what_is_right_holds() {
    let verdict = checked(&[], &[]).unwrap();
    assert_eq!((verdict.tables, verdict.published, verdict.suppressed), (1, 5, 4));
    assert_eq!((verdict.attackers, verdict.cells_attacked, verdict.intervals), (1, 1, 1));
    assert_eq!((verdict.exceptions, verdict.narrowest), (0, Some(8)));
    assert_eq!((verdict.exact_ends, verdict.solver_ends), (2, 0));
    assert!(verdict.unchecked.is_empty() && verdict.unchecked_columns.is_empty());
    let more = [("value,status\n", "value,status,note\n")];
    let rows: Vec<&str> = TABLE.lines().skip(1).collect();
    let noted: Vec<String> = rows.iter().map(|row| format!("{row},x")).collect();
    let noted: Vec<(&str, &str)> =
        rows.iter().zip(&noted).map(|(row, noted)| (*row, noted.as_str())).collect();
    let verdict = checked(&[], &[&more[..], &noted].concat()).unwrap();
    assert_eq!(verdict.unchecked_columns, ["table.csv: note"]);
}

#[test]
fn what_the_truth_has_wrong_is_rejected() {
    rejected(&[(r#"{"count":40,"persons":40"#, r#"{"count":41,"persons":41"#)], &[], Reason::Sum);
    // More persons than units; fewer than in a part; nobody behind units that are counted.
    rejected(&[(r#""count":40,"persons":40"#, r#""count":40,"persons":41"#)], &[], Reason::Persons);
    rejected(&[(r#""count":70,"persons":70"#, r#""count":70,"persons":39"#)], &[], Reason::Persons);
    rejected(&[(r#""count":94,"persons":94"#, r#""count":94,"persons":59"#)], &[], Reason::Persons);
    rejected(&[(r#""count":40,"persons":40"#, r#""count":40,"persons":0"#)], &[], Reason::Persons);
    // The 4 passed off as a secondary suppression, and a 20 as unsafe.
    rejected(&[(r#""status":"unsafe""#, r#""status":"secondary""#)], &[], Reason::Status);
    let twenty = r#""count":20,"persons":20,"status":"#;
    rejected(&[(&format!("{twenty}\"secondary\""), &format!("{twenty}\"unsafe\""))], &[], Reason::Status);
    // Published beside the 4, the 20 leaves it alone in its line.
    let shown = [(&*format!("{twenty}\"secondary\""), &*format!("{twenty}\"published\""))];
    rejected(&shown, &[("R1,C2,,suppressed", "R1,C2,20,published")], Reason::ThinLine);
}

#[test]
fn what_was_released_otherwise_is_rejected() {
    rejected(&[], &[("R1,C1,,suppressed", "R1,C1,4,published")], Reason::Released);
    rejected(&[], &[("R1,C1,,suppressed", "R1,C1,4,suppressed")], Reason::Released);
    rejected(&[], &[("94,published", "95,published")], Reason::Released);
    rejected(&[], &[("94,published", "94,")], Reason::Released);
    rejected(&[("\"count_base\":1", "\"count_base\":5")], &[], Reason::Released);
    rejected(&[], &[("R2,C2,,suppressed\n", "")], Reason::Lacks);
    rejected(&[], &[("R2,C2,", "R2,C1,")], Reason::Row);
    rejected(&[], &[("R2,C2,", "R3,C2,")], Reason::Row);
    rejected(&[("\"undisplayed\":[]", "\"undisplayed\":[4]")], &[], Reason::Row);
    rejected(&[], &[("row,column,value", "row,colum,value")], Reason::Columns);
    rejected(&[], &[("row,column,value", "row,row,value")], Reason::Columns);
    rejected(&[], &[("94,published", "94,published,x")], Reason::Columns);
    rejected(&[("DIGEST", "ab")], &[], Reason::OtherFile);
    for name in ["../table.csv", "/etc/hostname", "tables.csv", ""] {
        rejected(&[("table.csv", name)], &[], Reason::OtherFile);
    }
}

#[test]
fn what_is_malformed_is_rejected() {
    for (from, to) in [
        ("[0,1,2,3,4,5,6,7,8]", "[0,1,2,3,4,5,6,7]"),
        ("[0,1,2,3,4,5,6,7,8]", "[0,1,2,3,4,5,6,7,9]"),
        ("[0,1,2,3,4,5,6,7,8]", "[0,1,2,3,4,5,6,7,7]"),
        (r#"["R1",0],["R2",0]"#, r#"["R1",0],["R1",0]"#),
        (r#"["R1",0],["R2",0]"#, r#"["R1",0],["R2",2]"#),
        (r#"["R1",0],["R2",0]"#, r#"["R1",0],["R2",null]"#),
        (r#""name":"column""#, r#""name":"row""#),
        (r#""undisplayed":[]"#, r#""undisplayed":[9]"#),
        (r#""undisplayed":[]"#, r#""undisplayed":[8,7]"#),
        (r#""undisplayed":[]"#, r#""undisplayed":[0,1,2,3,4,5,6,7,8]"#),
        (r#"{"column":"value","name":"table.csv","sha256":"DIGEST"}"#, "null"),
    ] {
        rejected(&[(from, to)], &[], Reason::Tables);
    }
    for (from, to) in [
        ("\"minimum_persons\":10", "\"minimum_persons\":2"),
        ("\"minimum_persons\":10", "\"minimum_persons\":9223372036854775807"),
        ("\"count_base\":1,", "\"count_base\":0,"),
        ("\"count_base\":1,", "\"count_base\":11,"),
        ("\"least_width\":1", "\"least_width\":0"),
        ("\"least_width\":1", "\"least_width\":6"),
        ("\"minimum_width\":5", "\"minimum_width\":9"),
    ] {
        rejected(&[(from, to)], &[], Reason::Policy);
    }
    for (from, to) in [
        ("certificate/1", "certificate/2"),
        ("\"undisplayed\":[]", "\"undisplayed\":[],\"x\":1"),
        ("\"id\":\"t\"", "\"id\":\"t\",\"id\":\"t\""),
        ("\"count\":94", "\"count\":94.0"),
        ("\"count\":94", "\"count\": 94"),
        ("\"count\":94", "\"count\":9223372036854775808"),
    ] {
        rejected(&[(from, to)], &[], Reason::NotACertificate);
    }
    // Sums of the largest numbers there are do not overflow.
    let huge = r#""count":9223372036854775807,"persons":9223372036854775807"#;
    rejected(&[(r#""count":94,"persons":94"#, huge), (r#""count":34,"persons":34"#, huge)], &[], Reason::Sum);
    rejected(&[("[8,5]]", "[8,9223372036854775807]]")], &[], Reason::WitnessSum);
    rejected(&[("[8,5]]", "[8,-9223372036854775808]]")], &[], Reason::WitnessRoom);
}

#[test]
fn what_proves_nothing_is_rejected() {
    rejected(&[("[8,5]]", "[8,4]]")], &[], Reason::WitnessSum);
    // Beyond 9 the cell would not be unsafe, below 1 it would be empty, below 10 the 20 unsafe.
    let witness = |by: i64| format!("[[4,{by}],[5,{}],[7,{}],[8,{by}]]]", -by, -by);
    for by in [6, -4, 11] {
        rejected(&[("[[4,5],[5,-5],[7,-5],[8,5]]]", &witness(by))], &[], Reason::WitnessRoom);
    }
    // What is published cannot be otherwise.
    rejected(&[("[[4,5],", "[[3,5],[4,5],")], &[], Reason::WitnessRoom);
    for (from, to) in [
        ("[4,5],[5,-5]", "[5,-5],[4,5]"),
        ("[[4,5],", "[[4,5],[4,5],"),
        ("[[4,5],", "[[3,0],[4,5],"),
        ("[8,5]]", "[8,5],[9,1]]"),
        ("[8,5]]", "[8,5]],[[4,1],[5,-1],[7,-1],[8,1]]"),
    ] {
        rejected(&[(from, to)], &[], Reason::Witness);
    }
    for (from, to) in [
        ("\"against\":[0]", "\"against\":[]"),
        ("\"against\":[0]", "\"against\":[0,0]"),
        ("\"against\":[0]", "\"against\":[1]"),
        ("\"quantity\":4", "\"quantity\":5"),
        ("\"quantity\":4", "\"quantity\":9"),
        ("\"witness\":1", "\"witness\":2"),
    ] {
        rejected(&[(from, to)], &[], Reason::Proof);
    }
    for (from, to) in [
        ("\"at\":9", "\"at\":8"),
        ("\"witness\":1", "\"witness\":0"),
        ("\"witness\":1", "\"witness\":null"),
        ("\"at\":9,\"basis\":\"bound\"", "\"at\":9,\"basis\":\"solver\""),
    ] {
        rejected(&[(from, to)], &[], Reason::Interval);
    }
    let up_to = |at: i64| [("\"at\":9,\"basis\":\"bound\"", at), ("[[4,5],[5,-5],[7,-5],[8,5]]]", at - 4)];
    let edits = |at: i64, exception: bool| -> Vec<(&str, String)> {
        let [(end, at), (changes, by)] = up_to(at);
        let ended = format!("\"at\":{at},\"basis\":\"witness\"");
        let excepted = format!("\"exception\":{exception}");
        vec![(end, ended), (changes, witness(by)), ("\"exception\":false", excepted)]
    };
    let with = |at: i64, exception: bool| {
        let edits = edits(at, exception);
        let edits: Vec<(&str, &str)> = edits.iter().map(|(from, to)| (*from, to.as_str())).collect();
        checked(&edits, &[]).map_err(|rejection| rejection.reason)
    };
    assert_eq!(with(6, false).unwrap().narrowest, Some(5));
    assert_eq!(with(5, false), Err(Reason::Narrow));
    assert_eq!(with(6, true), Err(Reason::Narrow), "no exception is declared that is none");
    assert_eq!(with(5, true).unwrap().exceptions, 1);
    // Without proofs there is nothing to use the witnesses, but the cell comes first.
    let (_, proofs) = CONTENT.split_once("\"proofs\":[").unwrap();
    let (proofs, _) = proofs.split_once("],\"quantities\"").unwrap();
    rejected(&[(proofs, "")], &[], Reason::Unproven);
}

/// R2 knows the cells on the only way round; R1 knows the cell itself.
#[test]
fn an_insider_who_knows_the_way_round_refutes_it() {
    let insiders = ("\"insiders\":[],", "\"insiders\":[\"R1\",\"R2\"],");
    let rows = ("{\"insiders\":false,\"name\":\"row\"", "{\"insiders\":true,\"name\":\"row\"");
    let against = |attackers| ("\"against\":[0]", attackers);
    rejected(&[rows], &[], Reason::Insiders);
    rejected(&[insiders], &[], Reason::Insiders);
    rejected(&[insiders, rows], &[], Reason::Unproven);
    rejected(&[insiders, rows, against("\"against\":[0,2]")], &[], Reason::Refuted);
    rejected(&[insiders, rows, against("\"against\":[0,1]")], &[], Reason::Proof);
    // Under a policy without insiders there are none.
    let policy = ("\"count_base\":1,\"insiders\":true", "\"count_base\":1,\"insiders\":false");
    assert!(checked(&[rows, policy], &[]).is_ok());
}

#[test]
fn what_cannot_be_read_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = folder.path().join("audit.json");
    let reason = || check(folder.path(), &certificate).unwrap_err().reason;
    assert_eq!(reason(), Reason::Unreadable);
    for text in ["", "{}", "[]", "null", "{\"certificate\":null,\"seal\":\"\"}\n"] {
        put(folder.path(), "audit.json", text);
        assert_eq!(reason(), Reason::NotACertificate);
    }
    put(folder.path(), "audit.json", &format!("{{\"certificate\":{CONTENT},\"seal\":\"00\"}}\n"));
    assert_eq!(reason(), Reason::Seal);
    // Deeply nested, cut anywhere, or with any byte changed, it is refused and nothing worse.
    put(folder.path(), "audit.json", &"[".repeat(100_000));
    assert_eq!(reason(), Reason::NotACertificate);
    let whole = format!("{{\"certificate\":{CONTENT},\"seal\":\"{}\"}}\n", sha256(CONTENT));
    for at in 0..whole.len() {
        put(folder.path(), "audit.json", &whole[..at]);
        assert_eq!(reason(), Reason::NotACertificate);
        let mut bytes = whole.clone().into_bytes();
        bytes[at] ^= 1;
        put(folder.path(), "audit.json", &String::from_utf8(bytes).unwrap());
        assert!(matches!(reason(), Reason::NotACertificate | Reason::Seal), "{at}");
    }
}

#[test]
fn a_rejection_names_the_place_and_no_value() {
    let rejection = checked(&[(r#"{"count":40,"persons":40"#, r#"{"count":41,"persons":41"#)], &[]);
    let rejection = rejection.unwrap_err();
    assert_eq!(rejection.place, Place::Cell("t".to_owned(), vec!["TOTAL".to_owned(), "C2".to_owned()]));
    assert_eq!(rejection.to_string(), "table t, cell TOTAL × C2: the true table does not add up");
}

#[test]
fn a_table_beside_that_is_not_covered_is_rejected() {
    let folder = TempDir::new().unwrap();
    let content = CONTENT.replace("DIGEST", &sha256(TABLE));
    let text = format!("{{\"certificate\":{content},\"seal\":\"{}\"}}\n", sha256(&content));
    put(folder.path(), "table.csv", TABLE);
    put(folder.path(), "audit.json", &text);
    fs::create_dir(folder.path().join("more")).unwrap();
    put(folder.path(), "more/readme.txt", "");
    let audit = || check(folder.path(), &folder.path().join("audit.json"));
    assert_eq!(audit().unwrap().unchecked, ["more/readme.txt"]);
    put(folder.path(), "more/table.csv", TABLE);
    assert_eq!(audit().unwrap_err().reason, Reason::NotCovered);
}
