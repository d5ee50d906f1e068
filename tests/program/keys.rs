//! The life of keys: made, shown, put under another passphrase, split, put together, destroyed; and
//! how a PUA is set up.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use crate::arguments;
use crate::files;
use crate::program::{Outcome, PASSPHRASE, PASSPHRASE_VARIABLE, inlav, name, run};

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
        &["the passphrase is too weak: a fast machine guesses it in about", "it must be 10 years"],
    );

    // One file first, as if a run over the folder had been broken off after it.
    run(&mut rotate(&office.vault())).done();
    let outcome = run(&mut rotate(&office.keys())).done();
    assert_eq!(outcome.stdout.lines().count(), 2, "{}", outcome.stdout);
    assert_eq!(ids(&office.keys()), before);
    assert!(shown(&office.keys()).iter().all(|key| key["argon2id"]["memory_mib"] == 65));
    assert_eq!(files::names(&office.keys()), ["PUA05.pub", "signing.ilk", "site.ilk", "vault.ilk"]);
    let check = || inlav(arguments!["keys", "show", office.keys(), "--check"]);
    office.refuses(&mut check(), 6, &["the passphrase does not open"]);
    run(check().env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE)).done();
}

#[test]
fn any_two_of_three_shares_give_the_key_back() {
    let office = Office::new();
    let shares = office.split();
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
        command.args(arguments!["--site", "PUA05", "--actor", "Anna Bianchi", "--proof", &proof]);
        command.write_stdin(format!("{confirm}\n"));
        command
    };
    office.refuses(&mut destroy("0011223344556677"), 6, &["this is not the id of the key in"]);
    office.refuses(destroy(&id).args(["--confirm", ""]), 6, &["this is not the id"]);
    office.refuses(destroy(&id).env(PASSPHRASE_VARIABLE, NEW_PASSPHRASE), 6, &["does not open"]);
    run(&mut destroy(&id)).done();
    assert!(!linkage.exists());

    let public = office.keys().join("PUA05.pub");
    let verify = || inlav(arguments!["keys", "verify-destruction", &proof, "--public", &public]);
    let outcome = run(&mut verify()).done();
    assert!(outcome.stdout.starts_with(&format!("linkage key {id} of epoch 2025 was destroyed at 2")));
    assert!(outcome.stdout.contains("by Anna Bianchi, says PUA05"));
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

fn setup(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = inlav(["setup", "--kdf-memory", "64"]);
    command.args(arguments).current_dir(folder);
    command
}

/// Every answer as an option; no terminal, no question.
#[test]
fn a_pua_is_set_up_by_a_script() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = setup(folder.path(), &["--site", "PUA05", "--shares", "shares", "--lang", "en"]);
    let custodians = CUSTODIANS.iter().flat_map(|name| ["--custodian", name]);
    let outcome = run(command.args(custodians)).done();
    assert_eq!(files::names(folder.path()), ["PUA05-keys", "shares"]);
    let keys = folder.path().join("PUA05-keys");
    assert!(!keys.join("vault.ilk").exists(), "the vault's key stays with its custodians");
    for text in
        ["Send to the hub: PUA05-keys/PUA05.pub", "a fast machine guesses it in", "inlav check EXPORT"]
    {
        assert!(outcome.said().contains(text), "no \"{text}\" in:\n{}", outcome.said());
    }
    let shares = folder.path().join("shares");
    assert_no_share(&outcome, &shares);
    run(&mut inlav(arguments!["keys", "show", &keys, "--check"])).done();

    let out = folder.path().join("vault.ilk");
    let mut combine = inlav(arguments!["keys", "combine", "--out", &out, "--kdf-memory", "64"]);
    run(combine.args([shares.join("share-1-of-3.txt"), shares.join("share-3-of-3.txt")])).done();
    assert_eq!(shown(&out)[0]["role"], "vault");
    let before = files::content(folder.path());
    let again = run(&mut setup(folder.path(), &["--site", "PUA05", "--shares", "more"]));
    again.refused(8, &["PUA05-keys exists already", "hint: keys are never overwritten"]);
    assert!(files::content(folder.path()) == before);
}

/// A steward who answers on standard input, in Italian, and is wrong at first.
#[test]
fn a_pua_is_set_up_by_answering_questions() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = setup(folder.path(), &["--lang", "it", "--shares", "parti", "--keep-vault-key"]);
    let outcome = run(command.write_stdin("PUA13\n pua05\nAnna Bianchi\nBruno Neri\n\n")).done();
    for text in [
        "PUA05  ",
        "Quale PUA è questa?",
        "errore: non è una PUA del programma InLav Lombardia",
        "Nome del custode 3",
        "una macchina veloce la indovina",
        "Fatto: le chiavi di PUA05 sono in PUA05-keys.",
    ] {
        assert!(outcome.said().contains(text), "no \"{text}\" in:\n{}", outcome.said());
    }
    assert_eq!(files::names(&folder.path().join("parti")), ["share-1-of-2.txt", "share-2-of-2.txt"]);
    assert!(folder.path().join("PUA05-keys/vault.ilk").exists());
}

#[test]
fn a_setup_that_is_broken_off_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |command: &mut Command, code: i32, texts: &[&str]| {
        run(command).refused(code, texts);
        assert_eq!(files::names(folder.path()), [""; 0]);
    };
    let given = |more: &[&'static str]| [&["--lang", "it", "--shares", "parti"], more].concat();
    let custodians = ["--custodian", "Anna", "--custodian", "Bruno"];
    refused(setup(folder.path(), &given(&[])).write_stdin("PUA13\n"), 3, &["--site"]);
    refused(&mut setup(folder.path(), &given(&["--site", "PUA13"])), 4, &["non è una PUA del programma"]);
    let mut one = setup(folder.path(), &given(&["--site", "PUA05"]));
    refused(one.write_stdin("Anna\n"), 6, &["servono almeno 2 custodi, ce ne sono 1"]);
    for (weak, text) in
        [("undici-char", "almeno 12 caratteri"), ("Lombardia-2025", "troppo debole: una macchina")]
    {
        let mut weakly = setup(folder.path(), &given(&["--site", "PUA05"]));
        refused(weakly.args(custodians).env(PASSPHRASE_VARIABLE, weak), 6, &[text, "suggerimento: "]);
    }
    let mut inside = setup(folder.path(), &["--site", "PUA05", "--shares", "PUA05-keys/shares"]);
    refused(inside.args(custodians), 8, &["the custodians' shares cannot be kept in the folder of the keys"]);
    let mut nowhere =
        setup(folder.path(), &["--site", "PUA05", "--shares", "parti", "--out", "/proc/inlav-keys"]);
    refused(nowhere.args(custodians), 8, &["cannot write /proc/inlav-keys"]);
}

/// What must not end up in a file goes to the terminal, whatever is redirected.
#[cfg(target_os = "linux")]
mod at_a_terminal {
    use super::*;

    /// Runs the program on a terminal of its own (`script` of util-linux) and types; what it writes
    /// on standard output and error goes to files. Returns what stood on the terminal.
    fn on_terminal(folder: &Path, arguments: &str, typed: &str) -> Outcome {
        let program = name(&assert_cmd::cargo::cargo_bin!("inlav").to_path_buf());
        let mut command = Command::new("script");
        command.args(["-qec", &format!("{program} {arguments} >out.txt 2>err.txt"), "/dev/null"]);
        command.current_dir(folder).env_remove(PASSPHRASE_VARIABLE).env("LC_ALL", "C");
        run(command.write_stdin(typed))
    }

    /// Without any terminal, not even that of who runs the tests.
    fn without_terminal(command: &Command) -> Command {
        let mut alone = Command::new("setsid");
        alone.arg("-w").arg(command.get_program()).args(command.get_args());
        alone.current_dir(command.get_current_dir().unwrap()).env("LC_ALL", "C");
        alone
    }

    #[test]
    fn shares_and_a_drawn_passphrase_are_shown_on_it_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let custodians = "--custodian Anna --custodian Bruno --custodian Carla";
        let arguments = format!("setup --site PUA05 --generate --kdf-memory 64 {custodians}");
        let seen = on_terminal(folder.path(), &arguments, "\n\n\n\n").done().stdout;
        assert_eq!(files::names(folder.path()), ["PUA05-keys", "err.txt", "out.txt"]);
        let drawn = seen.split_whitespace().find(|word| word.len() == 23 && word.matches('-').count() == 3);
        let drawn = drawn.unwrap().to_owned();
        let mut check = inlav(arguments!["keys", "show", folder.path().join("PUA05-keys"), "--check"]);
        run(check.env(PASSPHRASE_VARIABLE, &drawn)).done();

        let typed: Vec<_> = lines(&seen.replace('\r', "")).into_iter().take(14).collect();
        let printed =
            ["out.txt", "err.txt"].map(|file| fs::read_to_string(folder.path().join(file)).unwrap());
        assert!(typed.iter().chain([&drawn]).all(|secret| !printed.concat().contains(secret)));
        let out = folder.path().join("vault.ilk");
        let mut combine = inlav(arguments!["keys", "combine", "--out", &out, "--kdf-memory", "64"]);
        run(combine.write_stdin(typed.join("\n") + "\n")).done();
        assert_eq!(shown(&out)[0]["role"], "vault");
    }

    #[test]
    fn a_weak_passphrase_is_asked_for_again() {
        let folder = tempfile::tempdir().unwrap();
        let typed = format!("password1234\n{PASSPHRASE}\n{PASSPHRASE}\n");
        let arguments = "keys new --site PUA05 --out keys --kdf-memory 64";
        let seen = on_terminal(folder.path(), arguments, &typed).done();
        assert!(!folder.path().join("keys/.pub").exists() && seen.stdout.contains("Again:"));
        let said = fs::read_to_string(folder.path().join("err.txt")).unwrap();
        assert!(said.contains("error: the passphrase is too weak"), "{said}");
        run(&mut inlav(arguments!["keys", "show", folder.path().join("keys"), "--check"])).done();
    }

    #[test]
    fn without_one_no_secret_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let custodians = ["--custodian", "Anna", "--custodian", "Bruno"];
        let mut command = setup(folder.path(), &["--site", "PUA05", "--lang", "en"]);
        let mut shares = without_terminal(command.args(custodians));
        shares.env(PASSPHRASE_VARIABLE, PASSPHRASE);
        run(&mut shares).refused(6, &["no terminal to show a secret on", "hint: with --shares DIR"]);
        let mut drawn = without_terminal(command.args(["--shares", "shares", "--generate"]));
        run(&mut drawn).refused(6, &["no terminal to show a secret on"]);
        assert_eq!(files::names(folder.path()), [""; 0]);
    }
}
