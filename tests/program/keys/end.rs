//! How keys end: destroyed under a proof, or replaced by another one.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{NEW_PASSPHRASE, Office, ids, logged};
use crate::arguments;
use crate::files;
use crate::program::{PASSPHRASE_VARIABLE, inlav, run};

#[test]
fn a_destroyed_key_leaves_a_proof_that_others_can_check() {
    let office = Office::new();
    let linkage = office.path("linkage-2025.ilk");
    let mut new = inlav(arguments!["keys", "new", "--linkage-epoch", "2025", "--out", &linkage]);
    run(new.args(["--kdf-memory", "64"])).done();
    let id = ids(&linkage).remove(0);
    let proof = office.path("proof.json");
    let destroy = |confirm: &str| {
        let mut command = inlav(arguments!["keys", "destroy", &linkage, "--keys", office.keys()]);
        command.args(arguments![
            "--site",
            "PUA05",
            "--actor",
            "Anna Bianchi",
            "--reason",
            "fine epoca",
            "--proof",
            &proof
        ]);
        command.write_stdin(format!("{confirm}\n"));
        command
    };
    office.refuses(&mut destroy("0011223344556677"), 6, &["this is not the id of the key in"]);
    office.refuses(destroy(&id).args(["--confirm", ""]), 6, &["this is not the id"]);
    office.refuses(destroy(&id).env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE), 6, &["does not open"]);
    run(&mut destroy(&id)).done();
    assert!(!linkage.exists());
    let log = office.logged();
    assert!(log.contains("key_destroyed") && log.contains(&id) && log.contains("fine epoca"), "{log}");
    // Run again, there is nothing left to do it to.
    office.refuses(&mut destroy(&id), 6, &["cannot read", "linkage-2025.ilk"]);

    let public = office.keys().join("PUA05.pub");
    let verify = || inlav(arguments!["keys", "verify-destruction", &proof, "--public", &public]);
    let outcome = run(&mut verify()).done();
    assert!(outcome.stdout.starts_with(&format!("linkage key {id} of epoch 2025 was destroyed at 2")));
    assert!(outcome.stdout.contains("by Anna Bianchi (fine epoca), says PUA05"));
    let changed = fs::read_to_string(&proof).unwrap().replace("Anna", "Anne");
    files::put(&proof, changed.as_bytes());
    office.refuses(&mut verify(), 7, &["the signature does not fit"]);
}

/// The custodian ends an epoch as a PUA does: entry in its own log, proof, and the key is gone.
#[test]
fn the_custodian_destroys_a_key_under_a_proof_too() {
    let office = Office::new();
    let folder = office.path("custodian");
    for epoch in ["2025", "2026"] {
        let mut new = inlav(arguments!["keys", "new", "--custodian", "--epoch", epoch, "--out", &folder]);
        run(new.args(["--kdf-memory", "64"])).done();
    }
    let public = office.path("custodian.pub");
    fs::copy(folder.join("custodian.pub"), &public).unwrap();
    let destroy = |name: &str, id: &str, more: &[&str]| {
        let (file, proof) = (folder.join(name), office.path(&format!("{name}.json")));
        let mut destroy = inlav(arguments!["keys", "destroy", file, "--keys", &folder, "--proof", proof]);
        destroy.args(["--actor", "Anna", "--reason", "fine epoca", "--confirm", id]).args(more);
        destroy
    };
    let verify = |name: &str, public: &Path| {
        let proof = office.path(&format!("{name}.json"));
        inlav(arguments!["keys", "verify-destruction", proof, "--public", public])
    };

    let relink = ids(&folder.join("relink-2025.ilk")).remove(0);
    let wrong = ["holds a key of the linkage custodian, not of PUA05"];
    office.refuses(&mut destroy("relink-2025.ilk", &relink, &["--site", "PUA05"]), 6, &wrong);
    assert_eq!(run(&mut destroy("relink-2025.ilk", &relink, &[])).code, Some(2));
    // Whoever may not write the log destroys nothing.
    let log = fs::read(folder.join("audit.jsonl")).unwrap();
    files::put(&folder.join("audit.jsonl"), b"x\n");
    office.refuses(
        &mut destroy("relink-2025.ilk", &relink, &["--custodian"]),
        7,
        &["line 1 of the audit log"],
    );
    files::put(&folder.join("audit.jsonl"), &log);

    run(&mut destroy("relink-2025.ilk", &relink, &["--custodian"])).done();
    assert!(!folder.join("relink-2025.ilk").exists());
    let log = logged(&folder);
    let last = log.lines().last().unwrap();
    assert!(["key destroyed", "fine epoca", &relink].iter().all(|text| last.contains(text)), "{log}");
    let said = run(&mut verify("relink-2025.ilk", &public)).done().stdout;
    assert!(said.starts_with(&format!("relink key {relink} of epoch 2025 was destroyed at 2")), "{said}");
    assert!(said.contains("by Anna (fine epoca), says the linkage custodian, key "), "{said}");
    let of_pua = office.keys().join("PUA05.pub");
    office.refuses(&mut verify("relink-2025.ilk", &of_pua), 7, &["not signed with this key"]);

    // The sealing key is that of the log, and the signing key goes last.
    for name in ["relink-2026.ilk", "sealing.ilk", "signing.ilk"] {
        let id = ids(&folder.join(name)).remove(0);
        let said = run(&mut destroy(name, &id, &["--custodian"])).done();
        assert_eq!(said.stderr.contains("no audit log beside"), name == "signing.ilk", "{}", said.stderr);
        run(&mut verify(name, &public)).done();
    }
    assert_eq!(files::names(&folder), ["audit.jsonl", "custodian.pub"]);
}

/// For when it was stolen: nobody gets another pseudonym, no vault is closed.
#[test]
fn a_new_signing_key_leaves_all_others_as_they_are() {
    let office = Office::new();
    let custodian = office.path("custodian");
    let mut new = inlav(arguments!["keys", "new", "--custodian", "--epoch", "2025", "--out", &custodian]);
    run(new.args(["--kdf-memory", "64"])).done();
    let renew = |folder: &Path| inlav(arguments!["keys", "renew-signing", folder]);
    let mut wrong = renew(&office.keys());
    office.refuses(wrong.env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE), 6, &["the passphrase does not open"]);
    office.refuses(&mut renew(office.0.path()), 6, &["cannot read", "site.ilk"]);

    for (folder, name) in [(office.keys(), "PUA05.pub"), (custodian, "custodian.pub")] {
        let before = files::content(&folder);
        let old = ids(&folder.join("signing.ilk")).remove(0);
        let said = run(&mut renew(&folder)).done();
        let new = ids(&folder.join("signing.ilk")).remove(0);
        assert_ne!(old, new);
        let told = format!("new signing key {new} of ");
        assert!(said.stdout.starts_with(&told) && said.stdout.contains(&old), "{}", said.stdout);
        let public: Value = serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap();
        assert_eq!(public["key_id"], new.as_str());
        let log = logged(&folder);
        let last = log.lines().last().unwrap();
        assert!(last.contains("key replaced") && last.contains(&old) && last.contains(&new), "{log}");
        run(&mut inlav(arguments!["keys", "show", &folder, "--check"])).done();
        let changed =
            files::content(&folder).into_iter().filter(|(path, bytes)| before.get(path) != Some(bytes));
        let mut changed: Vec<_> = changed.map(|(path, _)| path.file_name().unwrap().to_owned()).collect();
        let mut expected = [name, "audit.jsonl", "signing.ilk"];
        changed.sort();
        expected.sort_unstable();
        assert_eq!(changed, expected);
    }

    // Lost instead of stolen; and what stands in its place is something else.
    let signing = office.keys().join("signing.ilk");
    fs::remove_file(&signing).unwrap();
    run(&mut renew(&office.keys())).done();
    assert!(office.logged().lines().last().unwrap().contains("keys made"));
    fs::copy(office.vault(), &signing).unwrap();
    office.refuses(&mut renew(&office.keys()), 6, &["signing.ilk holds a vault key, not a signing key"]);
}

/// As `docs/KEYS.md` says: the signing key last, since it signs the proofs.
#[test]
fn a_pua_that_ends_destroys_all_its_keys() {
    let office = Office::new();
    let public = office.path("PUA05.pub");
    fs::copy(office.keys().join("PUA05.pub"), &public).unwrap();
    for name in ["vault.ilk", "site.ilk", "signing.ilk"] {
        let (file, proof) = (office.keys().join(name), office.path(&format!("{name}.json")));
        let id = ids(&file).remove(0);
        let mut destroy =
            inlav(arguments!["keys", "destroy", &file, "--keys", office.keys(), "--proof", &proof]);
        destroy.args(["--site", "PUA05", "--actor", "Anna", "--reason", "fine", "--confirm", &id]);
        let outcome = run(&mut destroy).done();
        assert_eq!(
            outcome.stderr.contains("no audit log beside"),
            name == "signing.ilk",
            "{}",
            outcome.stderr
        );
        run(&mut inlav(arguments!["keys", "verify-destruction", &proof, "--public", &public])).done();
    }
    assert_eq!(files::names(&office.keys()), ["PUA05.pub", "audit.jsonl", "vault.pub"]);
}
