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

mod end;
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
        ["PUA05.pub", "audit.jsonl", "signing.ilk", "site.ilk", "vault.ilk", "vault.pub"]
    );
    // The vault's key opens with the old passphrase at first, the keeper's key with the new one in the end.
    let mut log = inlav(arguments!["audit-log", "verify", office.keys().join("audit.jsonl"), "--keys"]);
    run(log.arg(office.keys()).env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE)).done();
    let log = fs::read_to_string(office.keys().join("audit.jsonl")).unwrap();
    assert_eq!((log.matches("key_rotated").count(), log.lines().count()), (3, 4));
    let check = || inlav(arguments!["keys", "show", office.keys(), "--check"]);
    office.refuses(&mut check(), 6, &["the passphrase does not open"]);
    run(check().env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE)).done();
}

/// In its file, in the file that the hub has, and in the audit log.
#[test]
fn a_key_has_one_id_wherever_it_is_named() {
    let office = Office::new();
    let public = |path: &Path| serde_json::from_slice::<Value>(&fs::read(path).unwrap()).unwrap();
    let of_hub = public(&office.keys().join("PUA05.pub"))["key_id"].clone();
    let of_vault = public(&office.keys().join("vault.pub"))["key_id"].clone();
    let ids = ids(&office.keys());
    assert_eq!([&ids[0], &ids[2]], [&of_hub, &of_vault]);
    let log = office.logged();
    assert!(log.lines().count() == 1 && log.contains("keys_made"), "{log}");
    assert!(ids.iter().all(|id| log.contains(id)), "{log}");
}

/// The keys of the linkage custodian, and what is done with them.
#[test]
fn the_custodian_keeps_a_log_of_its_keys_too() {
    let office = Office::new();
    let folder = office.path("custodian");
    let new = |epoch: &str| {
        let mut new = inlav(arguments!["keys", "new", "--custodian", "--epoch", epoch, "--out", &folder]);
        new.args(["--kdf-memory", "64"]);
        new
    };
    let made = run(&mut new("2025")).done();
    run(&mut new("2026")).done();
    office.refuses(
        &mut new("2026"),
        8,
        &["relink-2026.ilk exists already", "hint: keys are never overwritten"],
    );
    let mut rotate =
        inlav(arguments!["keys", "rotate", folder.join("relink-2026.ilk"), "--kdf-memory", "64"]);
    run(rotate.env("INLAV_NEW_PASSPHRASE", PASSPHRASE)).done();
    let log = logged(&folder);
    let actions =
        ["keys made (keys_made) ", "keys made (keys_made) ", "passphrase of a key changed (key_rotated) "];
    assert!(log.lines().zip(actions).all(|(line, action)| line.contains(action)), "{log}");
    assert_eq!(log.lines().count(), actions.len(), "{log}");
    let keys = ids(&folder);
    assert!(keys.len() == 4 && keys.iter().all(|id| log.contains(id)), "{log}");
    // The ids that are compared by telephone are those of the files.
    let public: Value = serde_json::from_slice(&fs::read(folder.join("custodian.pub")).unwrap()).unwrap();
    assert_eq!([&keys[2], &keys[3]], [&public["sealing_key_id"], &public["key_id"]]);
    assert!(keys[2..].iter().all(|id| made.stdout.contains(id)), "{}", made.stdout);

    // A PUA's key in the place of the custodian's, and the other way round.
    let [ours, theirs] = [&office.keys(), &folder].map(|folder| folder.join("signing.ilk"));
    let kept = fs::read(&ours).unwrap();
    files::put(&ours, &fs::read(&theirs).unwrap());
    let mut verify =
        inlav(arguments!["keys", "export-public", office.keys(), "--out", office.path("public")]);
    office.refuses(&mut verify, 6, &["signing.ilk is not a key of a PUA"]);
    files::put(&theirs, &kept);
    office.refuses(&mut new("2027"), 6, &["holds a key of PUA05, not of the linkage custodian"]);
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
        let outcome = run(&mut combine(&pair, &out)).done();
        assert_no_share(&outcome, &shares);
        assert!(outcome.stderr.contains("there is no audit log beside"), "{}", outcome.stderr);
        assert_eq!(ids(&out), ids(&office.vault()));
        let mut check = inlav(arguments!["keys", "show", &out, "--check"]);
        run(check.env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE)).done();
    }
    // In the folder of the PUA's keys it gets their passphrase, and the log knows of it.
    let inside = office.keys().join("again.ilk");
    office.refuses(&mut combine(&[1, 3], &inside), 6, &["the passphrase does not open", "site.ilk"]);
    run(combine(&[1, 3], &inside).env(PASSPHRASE_VARIABLE, PASSPHRASE)).done();
    let log = office.logged();
    let last = log.lines().last().unwrap();
    assert!(last.contains("key_combined") && last.contains(CUSTODIANS[2]), "{log}");
    assert!(!last.contains(CUSTODIANS[1]), "{log}");

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
fn keys_are_spoken_of_in_italian() {
    let office = Office::new();
    let italian = |arguments: &[std::ffi::OsString]| {
        let mut command = inlav(["keys", "--lang", "it"]);
        command.args(arguments);
        command
    };
    let shown = run(&mut italian(&arguments!["show", office.keys(), "--check"])).done().stdout;
    for text in ["chiave di firma (signing) di PUA05, id ", "64 MiB, 3 passate, 4 corsie; si apre"] {
        assert!(shown.contains(text), "{shown}");
    }
    let mut wrong = italian(&arguments!["show", office.keys(), "--check"]);
    wrong.env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE);
    office.refuses(&mut wrong, 6, &["errore: la passphrase non apre"]);
    let nowhere = arguments!["show", office.path("nowhere.ilk")];
    office.refuses(
        &mut italian(&nowhere),
        6,
        &["impossibile leggere", "non esiste", "suggerimento: le chiavi si fanno"],
    );
    let new = arguments!["new", "--site", "PUA13", "--out", office.path("new")];
    office.refuses(&mut italian(&new), 4, &["errore: PUA13 non è un PUA del programma"]);
    let dear = arguments!["rotate", office.keys(), "--kdf-memory", "1"];
    office.refuses(&mut italian(&dear), 6, &["errore: il costo della passphrase può essere da 64 MiB"]);
    let mut signing = fs::read(office.keys().join("signing.ilk")).unwrap();
    signing[60] ^= 1;
    files::put(&office.keys().join("signing.ilk"), &signing);
    office.refuses(&mut italian(&arguments!["show", office.keys()]), 7, &["signing.ilk è danneggiato"]);
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
