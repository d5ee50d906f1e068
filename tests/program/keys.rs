//! The life of keys: made, shown, put under another passphrase, split, put together, destroyed; and
//! how a PUA is set up.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use crate::arguments;
use crate::files;
use crate::program::{Outcome, PASSPHRASE, PASSPHRASE_VARIABLE, inlav, run};

#[cfg(unix)]
mod killed;
mod setup;

const NEW_PASSPHRASE: &str = "un'altra, scelta con più calma";
const CUSTODIANS: [&str; 3] = ["Anna Bianchi", "Bruno Neri", "Carla Verdi"];

/// A folder with the keys of one PUA.
struct Office(TempDir);

impl Office {
    fn new() -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        let mut new = inlav(arguments!["keys", "new", "--site", "PUA05", "--out", office.keys()]);
        run(new.args(["--kdf-memory", "64"])).done();
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn keys(&self) -> PathBuf {
        self.path("keys")
    }

    fn vault(&self) -> PathBuf {
        self.keys().join("vault.ilk")
    }

    /// Splits the vault's key among three custodians, any two of whom give it back.
    fn split(&self) -> PathBuf {
        let shares = self.path("shares");
        let mut split = inlav(arguments!["keys", "split", self.vault(), "-k", "2", "--shares", &shares]);
        let outcome = run(split.args(CUSTODIANS.iter().flat_map(|name| ["--label", name]))).done();
        assert_no_share(&outcome, &shares);
        shares
    }

    /// What the PUA's audit log says, after the PUA vouched for all of it.
    #[track_caller]
    fn logged(&self) -> String {
        logged(&self.keys())
    }

    /// Runs a command that must fail and leave everything as it was.
    #[track_caller]
    fn refuses(&self, command: &mut Command, code: i32, texts: &[&str]) -> Outcome {
        let before = files::content(self.0.path());
        let outcome = run(command).refused(code, texts);
        assert!(files::content(self.0.path()) == before, "{} changed something", outcome.line);
        outcome
    }
}

/// What the program tells about the keys of a folder or file, without a passphrase.
#[track_caller]
fn shown(path: &Path) -> Vec<Value> {
    let mut show = inlav(arguments!["keys", "show", path, "--json"]);
    let outcome = run(show.env_remove(PASSPHRASE_VARIABLE)).done();
    serde_json::from_str(&outcome.stdout).unwrap()
}

#[track_caller]
fn logged(keys: &Path) -> String {
    let log = keys.join("audit.jsonl");
    run(&mut inlav(arguments!["audit-log", "verify", &log, "--keys", keys])).done();
    run(&mut inlav(arguments!["audit-log", "show", &log])).done().stdout
}

fn ids(path: &Path) -> Vec<String> {
    shown(path).iter().map(|key| key["key_id"].as_str().unwrap().to_owned()).collect()
}

/// The lines of a share that are typed.
fn lines(share: &str) -> Vec<String> {
    let numbered = share.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    numbered.map(str::to_owned).collect()
}

/// Asserts that nothing of the shares in a folder was printed.
#[track_caller]
fn assert_no_share(outcome: &Outcome, shares: &Path) {
    let printed: String = outcome.said().split_whitespace().collect();
    for file in files::files(shares) {
        for line in lines(&fs::read_to_string(file).unwrap()) {
            let signs: String = line.split_whitespace().skip(1).collect();
            assert!(!printed.contains(&signs));
        }
    }
}

#[test]
fn keys_are_shown_without_their_passphrase_and_opened_with_it() {
    let office = Office::new();
    let keys = shown(&office.keys());
    let roles: Vec<_> = keys.iter().map(|key| key["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["signing", "site", "vault"]);
    assert!(keys.iter().all(|key| key["site"] == "PUA05" && key["epoch"].is_null()));
    assert!(keys.iter().all(|key| key["argon2id"]["memory_mib"] == 64 && key["opened"] == false));

    let check = || inlav(arguments!["keys", "show", office.keys(), "--check"]);
    let outcome = run(&mut check()).done();
    assert_eq!(outcome.stdout.matches("; opens").count(), 3);
    assert!(outcome.stdout.contains("InLav Lombardia; Argon2id, 64 MiB, 3 passes, 4 lanes"));
    let mut wrong = check();
    wrong.env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE);
    office.refuses(&mut wrong, 6, &["the passphrase does not open", "signing.ilk"]);
    let mut empty = inlav(arguments!["keys", "show", office.0.path()]);
    office.refuses(&mut empty, 6, &["holds no key files (.ilk)"]);
}

#[test]
fn rotated_keys_are_the_same_keys_under_another_passphrase() {
    let office = Office::new();
    let before = ids(&office.keys());
    let rotate = |path: &Path| {
        let mut command = inlav(arguments!["keys", "rotate", path, "--kdf-memory", "65"]);
        command.env("INLAV_NEW_PASSPHRASE", NEW_PASSPHRASE);
        command
    };
    let mut wrong = rotate(&office.keys());
    wrong.env(PASSPHRASE_VARIABLE, "non è questa di certo");
    office.refuses(&mut wrong, 6, &["the passphrase does not open"]);
    let mut weak = rotate(&office.keys());
    weak.env("INLAV_NEW_PASSPHRASE", "Cinisello2025");
    office.refuses(
        &mut weak,
        6,
        &["the passphrase is too weak: a fast machine guesses it in", "it must be 10 years"],
    );

    // One file first, as if a run over the folder had been broken off after it.
    run(&mut rotate(&office.vault())).done();
    let outcome = run(&mut rotate(&office.keys())).done();
    assert_eq!(outcome.stdout.lines().count(), 2, "{}", outcome.stdout);
    assert_eq!(ids(&office.keys()), before);
    assert!(shown(&office.keys()).iter().all(|key| key["argon2id"]["memory_mib"] == 65));
    assert_eq!(
        files::names(&office.keys()),
        ["PUA05.pub", "signing.ilk", "site.ilk", "vault.ilk", "vault.pub"]
    );
    let check = || inlav(arguments!["keys", "show", office.keys(), "--check"]);
    office.refuses(&mut check(), 6, &["the passphrase does not open"]);
    run(check().env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE)).done();
}

#[test]
fn any_two_of_three_shares_give_the_key_back() {
    let office = Office::new();
    let shares = office.split();
    let log = office.logged();
    assert!(log.contains("key_split") && CUSTODIANS.iter().all(|name| log.contains(name)), "{log}");
    let file = |number: usize| shares.join(format!("share-{number}-of-3.txt"));
    let combine = |numbers: &[usize], out: &Path| {
        let mut command = inlav(arguments!["keys", "combine", "--out", out, "--kdf-memory", "64"]);
        command.args(numbers.iter().map(|number| file(*number)));
        command.env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE);
        command
    };
    for pair in [[1, 2], [3, 1], [2, 3]] {
        let out = office.path(&format!("vault-{}-{}.ilk", pair[0], pair[1]));
        assert_no_share(&run(&mut combine(&pair, &out)).done(), &shares);
        assert_eq!(ids(&out), ids(&office.vault()));
        let mut check = inlav(arguments!["keys", "show", &out, "--check"]);
        run(check.env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE)).done();
    }
    let out = office.path("other.ilk");
    office.refuses(
        &mut combine(&[2], &out),
        6,
        &["2 shares are needed, 1 given", "hint: ask more custodians"],
    );
    office.refuses(&mut combine(&[2, 2], &out), 6, &["share 2 is given twice"]);
    office.refuses(&mut combine(&[1, 2], &office.vault()), 8, &["vault.ilk exists already"]);
    let mut italian = combine(&[2], &out);
    run(italian.env("LC_ALL", "it_IT.UTF-8")).refused(6, &["servono 2 parti"]);

    let text = fs::read_to_string(file(2)).unwrap();
    let (line, wrong) = (lines(&text)[3].clone(), |sign: char| if sign == '7' { '8' } else { '7' });
    let at = line.char_indices().nth(10).unwrap();
    let mistyped = format!("{}{}{}", &line[..at.0], wrong(at.1), &line[at.0 + 1..]);
    files::put(&file(2), text.replace(&line, &mistyped).as_bytes());
    let outcome = office.refuses(&mut combine(&[1, 2], &out), 6, &["share-2-of-3.txt: line 4, group 2"]);
    assert_no_share(&outcome, &shares);
}

/// As custodians type them: small letters, hyphens, no line numbers.
#[test]
fn shares_are_typed_line_by_line() {
    let office = Office::new();
    let shares = office.split();
    let typed: String = [3, 1]
        .iter()
        .flat_map(|number| {
            lines(&fs::read_to_string(shares.join(format!("share-{number}-of-3.txt"))).unwrap())
        })
        .map(|line| line.split_once(": ").unwrap().1.to_lowercase().replace(' ', "-") + "\n")
        .collect();
    let out = office.path("back.ilk");
    let combine = || inlav(arguments!["keys", "combine", "--out", &out, "--kdf-memory", "64"]);
    let outcome = run(combine().write_stdin(typed.clone())).done();
    assert!(
        outcome.stderr.contains("read: Carla Verdi (3/3)") && outcome.stderr.contains("Share 2, line 2/")
    );
    assert_no_share(&outcome, &shares);
    assert_eq!(ids(&out), ids(&office.vault()));

    fs::remove_file(&out).unwrap();
    let half: String = typed.lines().take(9).map(|line| format!("{line}\n")).collect();
    office.refuses(combine().write_stdin(half), 3, &["an answer is missing"]);
}

#[test]
fn shares_are_never_put_where_something_is() {
    let office = Office::new();
    let shares = office.split();
    let split = |custodians: &[&str]| {
        let mut split = inlav(arguments!["keys", "split", office.vault(), "--shares"]);
        split.arg(office.path("more")).args(custodians.iter().flat_map(|name| ["--label", name]));
        split
    };
    let mut again = inlav(arguments!["keys", "split", office.vault(), "-n", "3", "--shares", &shares]);
    office.refuses(&mut again, 8, &["shares exists already"]);
    office.refuses(&mut split(&["Anna"]), 6, &["at least 2 custodians are needed, there are 1"]);
    office.refuses(&mut split(&["Anna", "  "]), 6, &["the name of custodian 2"]);
    let mut all = split(&["Anna", "Bruno"]);
    office.refuses(all.args(["-k", "1"]), 6, &["1 of 2 shares cannot be asked for"]);
}

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

#[test]
fn the_public_key_is_worked_out_from_the_signing_key() {
    let office = Office::new();
    let registered = fs::read(office.keys().join("PUA05.pub")).unwrap();
    fs::remove_file(office.keys().join("PUA05.pub")).unwrap();
    let export = || inlav(arguments!["keys", "export-public", office.keys(), "--out", office.path("public")]);
    run(&mut export()).done();
    let written = fs::read(office.path("public/PUA05.pub")).unwrap();
    let value = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
    assert_eq!(value(&written), value(&registered));
    office.refuses(&mut export(), 8, &["PUA05.pub exists already"]);
}
