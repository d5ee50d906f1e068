//! Outputs that exist already, or lie where they may not.

use super::stores::Hub;
use super::{Desk, log_and_rest, refuses};
use crate::arguments;
use crate::demo::demo;
use crate::files;
use crate::program::{inlav, run};

const EXISTS: [&str; 2] = ["exists already and is left as it is", "hint: "];

#[test]
fn an_existing_extract_is_left_as_it_is() {
    let desk = Desk::new();
    files::put(&desk.path("out/extract/mine.txt"), b"mine");
    desk.refuses(&mut desk.pseudonymise(), 8, &EXISTS);
}

#[test]
fn an_existing_vault_is_left_as_it_is() {
    let desk = Desk::new();
    files::put(&desk.path("out/vault.ilv"), b"mine");
    desk.refuses(&mut desk.pseudonymise(), 8, &EXISTS);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_an_output_is_not_followed() {
    let desk = Desk::new();
    files::put(&desk.path("precious"), b"mine");
    std::fs::create_dir(desk.path("out")).unwrap();
    std::os::unix::fs::symlink(desk.path("precious"), desk.path("out/vault.ilv")).unwrap();
    desk.refuses(&mut desk.pseudonymise(), 8, &EXISTS);
    std::fs::remove_file(desk.path("out/vault.ilv")).unwrap();
    // A link that leads nowhere.
    std::os::unix::fs::symlink(desk.path("nowhere"), desk.path("out/vault.ilv")).unwrap();
    let outcome = run(&mut desk.pseudonymise());
    outcome.refused(8, &["exists already"]);
    assert!(!desk.path("nowhere").exists());
    assert_eq!(files::names(&desk.path("out")), ["vault.ilv"]);
}

#[test]
fn with_force_the_new_ones_take_their_place_whole() {
    let desk = Desk::new();
    run(&mut desk.pseudonymise()).done();
    let made = files::content(&desk.path("out"));
    files::put(&desk.path("out/extract/old.txt"), b"old");
    files::put(&desk.path("out/vault.ilv"), b"INLAVILV old");
    run(desk.pseudonymise().arg("--force")).done();
    let names = |content: &files::Content| content.keys().cloned().collect::<Vec<_>>();
    let again = files::content(&desk.path("out"));
    assert_eq!(names(&again), names(&made));
    let vault = std::path::Path::new("vault.ilv");
    let manifest = std::path::Path::new("extract/manifest.json");
    // Which entry of the audit log was the last one is in the manifest, and so in its signature.
    let told = [vault, manifest, std::path::Path::new("extract/manifest.sig")];
    assert!(again.iter().all(|(path, bytes)| told.contains(&path.as_path()) || made[path] == *bytes));
    let [before, after] = [&made, &again].map(|content| log_and_rest(content[manifest].as_ref().unwrap()));
    assert_eq!(before.1, after.1);
    assert_ne!(before.0, after.0);
    assert_ne!(again[vault], Some(b"INLAVILV old".to_vec()));
}

#[test]
fn the_page_of_a_check_takes_the_place_of_an_older_one_only() {
    let desk = Desk::new();
    let page = desk.path("out/check.html");
    let check = |more: &[&str]| {
        let mut command = desk.check();
        command.args(arguments!["--html", &page]).args(more);
        command
    };
    files::put(&page, b"mine");
    desk.refuses(&mut check(&[]), 8, &EXISTS);
    desk.refuses(&mut check(&["--force"]), 8, &["is not an older output of the same kind"]);
    std::fs::remove_file(&page).unwrap();
    run(&mut check(&["--lang", "it"])).without_errors();
    let first = std::fs::read(&page).unwrap();
    desk.refuses(&mut check(&[]), 8, &EXISTS);
    run(&mut check(&["--force", "--lang", "en"])).without_errors();
    assert_ne!(std::fs::read(&page).unwrap(), first);
    run(&mut check(&["--force", "--lang", "it"])).without_errors();
    assert_eq!(std::fs::read(&page).unwrap(), first);
    assert_eq!(files::names(&desk.path("out")), ["check.html"]);
}

/// Nobody loses a register or keys to a mistyped path.
#[test]
fn even_with_force_only_older_outputs_are_replaced() {
    const FOREIGN: [&str; 1] = ["is not an older output of the same kind and is left as it is"];
    let desk = Desk::new();
    files::put(&desk.path("out/extract/persone.csv"), b"mine");
    desk.refuses(desk.pseudonymise().arg("--force"), 8, &FOREIGN);

    let desk = Desk::new();
    files::put(&desk.path("out/vault.ilv"), b"mine");
    desk.refuses(desk.pseudonymise().arg("--force"), 8, &FOREIGN);

    let hub = Hub::new();
    files::put(&hub.folder().join("release/report.html"), b"mine");
    refuses(hub.folder(), hub.release().arg("--force"), 8, &FOREIGN);
}

/// A run with `--force` that fails leaves what was there.
#[test]
fn with_force_a_failed_run_leaves_the_old_ones() {
    let desk = Desk::new();
    run(&mut desk.pseudonymise()).done();
    desk.edit("person.csv", |text| text.replacen(",F,", ",QQQ,", 1));
    desk.refuses(desk.pseudonymise().arg("--force"), 4, &["the export has 1 error"]);
}

/// The vault would be sent to the hub with the extract.
#[test]
fn a_vault_inside_the_extract_is_refused() {
    let desk = Desk::new();
    let inside = desk.path("out/extract/vault.ilv");
    let arguments = arguments!["pseudonymise", desk.export(), "--site", super::SITE, "--as-of", "2025-06-30"];
    let mut command = demo().inlav(arguments);
    command.args(arguments!["--keys", demo().keys(super::SITE), "--linkage", demo().linkage()]);
    command.args(arguments!["--custodian", demo().custodian()]);
    command.args(arguments!["--out", desk.path("out/extract"), "--vault", inside]);
    desk.refuses(&mut command, 8, &["would lie in the extract"]);
}

#[test]
fn an_existing_release_is_left_as_it_is() {
    let hub = Hub::new();
    files::put(&hub.folder().join("release/audit.jsonl"), b"older");
    refuses(hub.folder(), &mut hub.release(), 8, &EXISTS);
    run(hub.release().arg("--force")).done();
    assert_eq!(files::names(&hub.folder().join("release")), ["audit.jsonl", "report.html", "tables"]);
    assert_eq!(files::names(hub.folder()), ["release", "store"]);
}

#[test]
fn an_existing_demo_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    files::put(&folder.path().join("demo/mine.txt"), b"mine");
    let out = folder.path().join("demo");
    refuses(folder.path(), &mut inlav(arguments!["demo", "--out", out]), 8, &EXISTS);
}
