//! What lies in a folder beside readable files.

use super::*;

#[test]
fn an_ending_that_is_not_read_is_told_if_the_table_is_nowhere_else() {
    for file in ["consensi.dbf", "consensi.numbers", "consensi.csv.zip", "Consensi"] {
        let bundle = Bundle::new().with(file, "x");
        one(bundle.problems(), &format!("file {file} has the name of table consent but an ending"));
        assert!(bundle.open_with(&format!("ignore_files = [\"{file}\"]\n")).is_ok());
    }
    assert!(Bundle::new().with("persone.csv.bak", "x").with("casi.pdf", "x").open().is_ok());
}

#[test]
fn names_are_printed_without_what_would_change_a_message() {
    for name in ["var\u{1b}[2Jie", "var\u{202e}ie", "var\u{2028}ie"] {
        let problems = Bundle::new().with(&format!("{name}.csv"), "x").problems();
        assert!(problems[0].starts_with("file var\u{fffd}"), "{problems:?}");
        let heading = Bundle::new().changed("persone.csv", "Codice fiscale", name);
        assert!(heading.problems()[0].contains("\"var\u{fffd}"), "{name:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_told_and_not_waited_for() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let told = |bundle: &Bundle, file: &str| {
        one(bundle.problems(), &format!("file {file} is a folder, a pipe, a device or a link to nothing"));
    };
    for (at, file) in ["consensi.csv", "consensi.parquet", "consensi.xlsx"].into_iter().enumerate() {
        let bundle = Bundle::new();
        let path = bundle.path().join(file);
        match at {
            0 => symlink("/nowhere/consensi.csv", &path).unwrap(),
            1 => std::fs::create_dir(&path).unwrap(),
            _ => symlink("/dev/null", &path).unwrap(),
        }
        told(&bundle, file);
    }
    let bundle = Bundle::new();
    let path = bundle.path().join("consensi.csv");
    let _pipe = UnixListener::bind(&path).unwrap();
    told(&bundle, "consensi.csv");
    for opened in [
        Export::open(&path, &Mapping::default()).map(drop),
        ExportTable::open(&path, registry::table("consent").unwrap(), &Mapping::default()).map(drop),
        survey::survey(&path, &Mapping::default(), &|_| 0).map(drop),
    ] {
        assert!(matches!(opened.unwrap_err().problems(), [Problem::NoFile { .. }]));
    }
    let link = bundle.path().join("mapping.toml");
    symlink("/nowhere/mapping.toml", &link).unwrap();
    assert!(Mapping::beside(bundle.path(), inlav_core::codes::CodeLists::built_in()).is_err());
}
