//! Keys and passphrases: wrong, of somebody else, damaged, absent, there already.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

use super::{Desk, SITE, refuses};
use crate::arguments;
use crate::demo::demo;
use crate::files;
use crate::program::{PASSPHRASE_VARIABLE, inlav, name, run};

#[test]
fn a_wrong_passphrase_opens_nothing() {
    let desk = Desk::new();
    let secret = "senza fine e senza senso";
    let mut command = desk.pseudonymise();
    command.env(PASSPHRASE_VARIABLE, secret);
    let outcome = desk.refuses(&mut command, 6, &["the passphrase does not open", "site.ilk"]);
    assert!(!outcome.stderr.contains(secret) && !outcome.stderr.contains(demo().passphrase()));
}

/// All PUA know the linkage key's passphrase; what opens a PUA's own keys is its own affair.
#[test]
fn the_linkage_key_has_a_passphrase_of_its_own() {
    let desk = Desk::new();
    let (linkage, shared) = (desk.path("linkage.ilk"), "quella che sanno tutti");
    let mut new = inlav(arguments!["keys", "new", "--linkage-epoch", "2025", "--out", &linkage]);
    run(new.args(["--kdf-memory", "64"]).env(PASSPHRASE_VARIABLE, shared)).done();
    let with_it = || desk.pseudonymise_with(&demo().keys(SITE), &linkage);
    desk.refuses(&mut with_it(), 6, &["the passphrase does not open", "linkage.ilk"]);
    run(with_it().env("INLAV_LINKAGE_PASSPHRASE", shared)).done();

    let file = desk.path("shared.txt");
    files::put(&file, shared.as_bytes());
    run(with_it().args(arguments!["--linkage-passphrase-file", &file, "--force"])).done();
}

/// A new linkage key, under the passphrase of the demo's keys.
pub(super) fn new_linkage_key(desk: &Desk, epoch: &str) -> PathBuf {
    let linkage = desk.path(&format!("linkage-{epoch}.ilk"));
    let new = arguments!["keys", "new", "--linkage-epoch", epoch, "--out", &linkage, "--kdf-memory", "64"];
    run(&mut demo().inlav(new)).done();
    linkage
}

/// A key serves its year and the next one; alone in the next one it is said what is missing.
#[test]
fn a_linkage_key_that_has_expired_or_is_of_a_year_to_come_is_refused() {
    let desk = Desk::new();
    for (epoch, told) in [
        ("2023", "the linkage key of epoch 2023 has expired: it serves data of 2023 and 2024, not of 2025"),
        ("2026", "the linkage key of epoch 2026 does not serve data of 2025 yet"),
    ] {
        let linkage = new_linkage_key(&desk, epoch);
        let mut command = desk.pseudonymise_with(&demo().keys(SITE), &linkage);
        desk.refuses(&mut command, 6, &[told, "hint: make the key of this epoch with"]);
    }
    let mut twice = desk.pseudonymise();
    twice.args(arguments!["--linkage", demo().linkage()]);
    desk.refuses(&mut twice, 6, &["two of the linkage keys are of the same epoch"]);
    let old = new_linkage_key(&desk, "2024");
    let outcome = run(&mut desk.pseudonymise_with(&demo().keys(SITE), &old)).done();
    assert!(outcome.stderr.contains("note: no linkage key of 2025 is given"), "{}", outcome.said());
}

#[test]
fn a_passphrase_file_that_is_not_there_is_named() {
    let desk = Desk::new();
    let file = desk.path("passphrase.txt");
    let mut command = desk.pseudonymise();
    command.args(arguments!["--passphrase-file", &file]);
    desk.refuses(&mut command, 6, &["cannot read the passphrase from", &name(&file)]);
}

#[test]
fn another_puas_keys_are_refused() {
    let desk = Desk::new();
    let mut command = desk.pseudonymise_with(&demo().keys("PUA05"), &demo().linkage());
    desk.refuses(&mut command, 6, &["site.ilk holds a key of PUA05, not of PUA04"]);
}

#[test]
fn a_key_for_something_else_is_refused() {
    let desk = Desk::new();
    let site_key = demo().keys(SITE).join("site.ilk");
    let mut command = desk.pseudonymise_with(&demo().keys(SITE), &site_key);
    desk.refuses(&mut command, 6, &["site.ilk holds a site key, not a linkage key"]);
    let mut command = desk.pseudonymise_with(&demo().keys(SITE), &desk.export().join("person.csv"));
    desk.refuses(&mut command, 6, &["person.csv is not a key file"]);
}

#[test]
fn keys_that_are_not_there_are_named() {
    let desk = Desk::new();
    let mut command = desk.pseudonymise_with(&desk.path("nowhere"), &demo().linkage());
    desk.refuses(&mut command, 6, &["cannot read", "nowhere", "hint: make keys with: inlav keys new"]);
    let mut command = desk.pseudonymise_with(&demo().keys(SITE), &desk.path("nowhere.ilk"));
    desk.refuses(&mut command, 6, &["cannot read", "nowhere.ilk"]);
}

/// The library flips every bit; here it is the message and the exit code.
#[test]
fn a_damaged_key_file_is_named() {
    let desk = Desk::new();
    let keys = desk.path("keys");
    for file in ["site.ilk", "vault.pub", "signing.ilk"] {
        files::copy(&demo().keys(SITE), &keys);
        flip(&keys.join(file), 60);
        desk.refuses(&mut desk.pseudonymise_with(&keys, &demo().linkage()), 7, &[file, "is damaged"]);
    }
    files::copy(&demo().keys(SITE), &keys);
    let bytes = fs::read(keys.join("site.ilk")).unwrap();
    files::put(&keys.join("site.ilk"), &bytes[..bytes.len() / 2]);
    desk.refuses(&mut desk.pseudonymise_with(&keys, &demo().linkage()), 7, &["site.ilk", "is damaged"]);
}

/// Changes one bit of a file.
pub(super) fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    files::put(path, &bytes);
}

#[test]
fn new_keys_are_never_written_over_old_ones() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("keys");
    files::copy(&demo().keys(SITE), &out);
    let mut command = new_site_keys(SITE, &out);
    refuses(folder.path(), &mut command, 8, &["exists already and is left as it is", "hint: keys are never"]);
    let linkage = out.join("site.ilk");
    let mut command = inlav(arguments!["keys", "new", "--linkage-epoch", "2025", "--out", linkage]);
    refuses(folder.path(), &mut command, 8, &["exists already and is left as it is"]);
}

/// A public key is how the hub knows a PUA: another one in its place would be a forgery.
#[test]
fn a_registered_public_key_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("public");
    files::copy(&demo().path("keys/public"), &public);
    let before = files::content(&public);
    let mut command = new_site_keys(SITE, &folder.path().join("keys"));
    let outcome = run(command.args(arguments!["--public", &public]));
    outcome.refused(8, &["PUA04.pub exists already"]);
    assert_eq!(files::content(&public), before);
}

#[test]
fn weak_protection_of_keys_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("keys");
    let mut command = new_site_keys(SITE, &out);
    command.env(PASSPHRASE_VARIABLE, "undici-char");
    refuses(folder.path(), &mut command, 6, &["at least 12 characters", "hint: four or five words"]);
    for memory in ["1", "63", "2049"] {
        let mut command = inlav(arguments!["keys", "new", "--site", SITE, "--out", &out]);
        refuses(folder.path(), command.args(["--kdf-memory", memory]), 6, &["64 MiB to 2 GiB"]);
    }
}

#[test]
fn keys_are_made_for_sites_of_the_programme_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = new_site_keys("PUA13", &folder.path().join("keys"));
    refuses(folder.path(), &mut command, 4, &["site PUA13 is not in the programme"]);
}

fn new_site_keys(site: &str, out: &Path) -> Command {
    let mut command = inlav(arguments!["keys", "new", "--site", site, "--out", out]);
    command.args(["--kdf-memory", "64"]);
    command
}
