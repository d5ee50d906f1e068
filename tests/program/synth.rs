//! `inlav synth`: made-up exports that a check accepts, and broken ones that it does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::arguments;
use crate::demo::{AS_OF, sites};
use crate::program::{inlav, name, run};

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(name(path.strip_prefix(folder).unwrap()), fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn a_population_is_marked_the_same_twice_and_accepted() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["csv", "xlsx", "office"] {
        let write = |name: &str| {
            let out = folder.path().join(format!("{format}-{name}"));
            let command = arguments!["synth", "--out", &out, "--persons", "120", "--format", format];
            assert!(run(&mut inlav(command)).done().stderr.contains("made up"));
            out
        };
        let out = write("one");
        let written = files(&out);
        assert_eq!(written, files(&write("two")));
        assert!(written.keys().all(|name| name == "SYNTHETIC.md" || name.contains("-synthetic")));
        // An office writes as it likes, each in another way; the other formats are the same for all.
        let checked = if format == "office" { usize::MAX } else { 3 };
        for site in sites().take(checked) {
            let bundle = out.join(format!("{site}-synthetic"));
            let export = if bundle.is_dir() { bundle } else { bundle.with_extension("xlsx") };
            run(&mut inlav(arguments!["check", &export, "--site", site, "--as-of", AS_OF])).without_errors();
        }
    }
}

#[test]
fn the_dials_are_heard() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("dirty");
    let outcome =
        run(&mut inlav(arguments!["synth", "--out", &out, "--events", "5000", "--seed", "9", "--dirt", "4"]))
            .done();
    assert!(outcome.stderr.contains("truth.csv"));
    let truth = fs::read_to_string(out.join("truth.csv")).unwrap();
    assert!(truth.starts_with("site,table,row,column,kind,rule\n") && truth.lines().count() > 20);
    let export = out.join("PUA08-synthetic");
    run(&mut inlav(arguments!["check", &export, "--site", "PUA08", "--as-of", AS_OF])).refused(4, &[]);
    run(&mut inlav(arguments!["synth", "--out", &out]))
        .refused(8, &["exists already", "choose another folder"]);
    run(&mut inlav(arguments!["synth", "--out", folder.path().join("x"), "--events", "10"])).refused(2, &[]);
}
