//! `inlav audit`: releases checked anew by their certificates.

use std::fs;
use std::path::Path;

use inlav_sdc::{CountTable, Dimension, Published, ReleasePolicy, Row, WrittenTable, protect};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::arguments;
use crate::files;
use crate::program::{inlav, run};

/// A release as `inlav protect` writes it: three sites by sex, one cell of 4 persons.
fn release() -> TempDir {
    let counts = [([1, 1], 4), ([1, 2], 30), ([2, 1], 40), ([2, 2], 50), ([3, 1], 25), ([3, 2], 60)];
    let rows = counts.into_iter().flat_map(|(leaves, count)| (0..count).map(move |_| leaves.to_vec()));
    let rows = rows.zip(0..).map(|(leaves, unit)| Row { unit, person: unit, leaves });
    let sides = vec![
        Dimension::flat("site", ["north", "south", "west"]).unwrap().with_insiders(),
        Dimension::flat("sex", ["F", "M"]).unwrap(),
    ];
    let table = CountTable::tally("table", "person", sides.clone(), rows, |_| true).unwrap();
    let released = protect(&[table], &[], &ReleasePolicy::default()).unwrap();
    let mut text = "site,sex,value,status\n".to_owned();
    for cell in &released.tables[0].cells {
        for (side, at) in sides.iter().zip(&cell.coordinates) {
            text.push_str(&side.nodes()[*at].code);
            text.push(',');
        }
        text.push_str(&match cell.value {
            Published::Shown(count) => format!("{count},published\n"),
            Published::Suppressed => ",suppressed\n".to_owned(),
        });
    }
    let sha256 = hex::encode(Sha256::digest(&text));
    let file = WrittenTable { table: "table", file: "table.csv", column: "value", sha256: &sha256 };
    let folder = tempfile::tempdir().unwrap();
    files::put(&folder.path().join("table.csv"), text.as_bytes());
    let certificate = released.certificate(&[file]).unwrap();
    files::put(&folder.path().join("audit.json"), certificate.as_bytes());
    files::put(&folder.path().join("README.txt"), b"what was done");
    folder
}

#[test]
fn a_release_that_holds_is_told_in_both_languages() {
    let folder = release();
    let audit = |more: &[&str]| run(inlav(arguments!["audit", folder.path()]).args(more)).done().stdout;
    let told = audit(&[]);
    for text in [
        "1 table: ",
        "at least 10 persons",
        "the public and 3 insiders; 1 small count, 3 intervals",
        "not looked at: README.txt",
        "every certificate holds",
    ] {
        assert!(told.contains(text), "no \"{text}\" in {told}");
    }
    assert!(!told.contains("audit.json"), "{told}");
    let told = audit(&["--lang", "it"]);
    assert!(told.contains("il pubblico e 3 sedi; 1 conteggio piccolo, 3 intervalli"), "{told}");
    assert!(told.contains("ogni certificato regge"), "{told}");
    let verdict: serde_json::Value = serde_json::from_str(&audit(&["--json"])).unwrap();
    assert_eq!(verdict["attackers"], 4);
    assert_eq!(verdict["policy"]["minimum_persons"], 10);
}

#[test]
fn a_release_that_was_changed_is_refused() {
    let folder = release();
    let changed = |name: &str, from: &str, to: &str| {
        let path = folder.path().join(name);
        let whole = fs::read_to_string(&path).unwrap();
        assert!(whole.contains(from));
        files::put(&path, whole.replacen(from, to, 1).as_bytes());
        let outcome = run(&mut inlav(arguments!["audit", folder.path()]));
        files::put(&path, whole.as_bytes());
        assert!(outcome.stdout.is_empty(), "{}", outcome.stdout);
        outcome
    };
    let hint = "hint: do not publish this release";
    changed("table.csv", "209", "210").refused(7, &["table.csv: is not the file that was certified", hint]);
    changed("audit.json", "\"count\":4,", "\"count\":5,")
        .refused(7, &["audit.json: the seal does not fit", hint]);
    changed("audit.json", "{\"certificate\"", "{ \"certificate\"").refused(7, &["is no certificate", hint]);
    run(&mut inlav(arguments!["audit", folder.path()])).done();
}

/// Sealed again, what is wrong is found by what it says.
#[test]
fn an_unsafe_release_is_refused_by_name_of_the_cell() {
    let folder = release();
    let path = folder.path().join("audit.json");
    let text = fs::read_to_string(&path).unwrap();
    let (content, _) = text.strip_prefix("{\"certificate\":").unwrap().rsplit_once(",\"seal\":").unwrap();
    let content = content.replace("\"minimum_width\":5", "\"minimum_width\":8");
    let seal = hex::encode(Sha256::digest(&content));
    files::put(&path, format!("{{\"certificate\":{content},\"seal\":\"{seal}\"}}\n").as_bytes());
    let told = ["error: table table, cell north × F: its interval is too narrow"];
    run(&mut inlav(arguments!["audit", folder.path()])).refused(9, &told);
    let told = ["errore: tabella table, cella north × F: l'intervallo è troppo stretto", "suggerimento: "];
    run(&mut inlav(arguments!["audit", folder.path(), "--lang", "it"])).refused(9, &told);
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    run(&mut inlav(arguments!["audit", folder.path()]))
        .refused(3, &["audit.json", "name it with --certificate"]);
    run(&mut inlav(arguments!["audit", folder.path().join("absent")])).refused(3, &["absent"]);
    let file = folder.path().join("table.csv");
    files::put(&file, b"a,b\n");
    run(&mut inlav(arguments!["audit", &file])).refused(3, &["table.csv is not the folder of a release"]);
    run(&mut inlav(arguments!["audit", "--lang", "it", Path::new("absent")]))
        .refused(3, &["impossibile leggere absent: non esiste"]);
}

/// The certificate of a hub's release lies in its store, where its owner alone can read it.
#[cfg(feature = "demo")]
#[test]
fn a_release_is_audited_by_its_certificate() {
    let demo = crate::demo::demo();
    let release = demo.path("release");
    let certificates = demo.path("store/certificates");
    let names = files::names(&certificates);
    assert_eq!(names.len(), 1, "{names:?}");
    let name = &names[0];
    assert!(name.starts_with(crate::demo::AS_OF) && name.ends_with(".json"), "{name}");
    let certificate = certificates.join(name);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&certificate).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let told = run(&mut inlav(arguments!["audit", &release, "--certificate", &certificate])).done().stdout;
    assert!(told.contains("the public and 12 insiders") && told.contains("report.html"), "{told}");
    // Nothing of it is in the release, and no digest of it either.
    let digest = hex::encode(Sha256::digest(fs::read(&certificate).unwrap()));
    for file in files::files(&release) {
        let content = fs::read(&file).unwrap();
        assert!(
            !content.windows(digest.len()).any(|window| window == digest.as_bytes()),
            "{}",
            file.display()
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("release");
    files::copy(&release, &copy);
    let table = copy.join("tables/I11.csv");
    let text = fs::read_to_string(&table).unwrap();
    files::put(&table, text.replacen("published", "suppressed", 1).as_bytes());
    run(&mut inlav(arguments!["audit", &copy, "--certificate", &certificate]))
        .refused(7, &["tables/I11.csv: is not the file that was certified"]);
    let inside = copy.join("certificates");
    let store = demo.path("store");
    run(&mut inlav(arguments![
        "release",
        "--store",
        store,
        "--out",
        &copy,
        "--force",
        "--certificates",
        inside
    ]))
    .refused(8, &["would lie in the release"]);
}
