//! How a PUA is set up.

use super::*;

pub(super) fn setup(folder: &Path, arguments: &[&str]) -> Command {
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
    let log = logged(&keys);
    assert!(log.lines().count() == 2 && log.contains("keys_made") && log.contains("key_split"), "{log}");

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
        "errore: non è un PUA del programma InLav Lombardia",
        "Nome del custode 3",
        "una macchina veloce la indovina",
        "Fatto: le chiavi di PUA05 sono in PUA05-keys.",
    ] {
        assert!(outcome.said().contains(text), "no \"{text}\" in:\n{}", outcome.said());
    }
    assert_eq!(files::names(&folder.path().join("parti")), ["share-1-of-2.txt", "share-2-of-2.txt"]);
    let inside =
        ["--site", "PUA06", "--shares", "./PUA06-keys/parti", "--custodian", "Anna", "--custodian", "Bruno"];
    run(&mut setup(folder.path(), &inside)).refused(8, &["cannot be kept in the folder of the keys"]);
    assert!(!folder.path().join("PUA06-keys").exists());
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
    refused(&mut setup(folder.path(), &given(&["--site", "PUA13"])), 4, &["non è un PUA del programma"]);
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
    use crate::program::name;

    /// Runs the program on a terminal of its own (`script` of util-linux) and types; what it writes
    /// on standard output and error goes to files. Returns what stood on the terminal.
    fn on_terminal(folder: &Path, arguments: &str, typed: &str) -> Outcome {
        let program = name(assert_cmd::cargo::cargo_bin!("inlav"));
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

        // Nor does the log say that anybody has a share.
        let office = Office::new();
        let mut split = inlav(arguments!["keys", "split", office.vault(), "-n", "2"]);
        let mut alone = without_terminal(split.current_dir(office.0.path()));
        alone.env(PASSPHRASE_VARIABLE, PASSPHRASE);
        office.refuses(&mut alone, 6, &["no terminal to show a secret on", "hint: with --shares DIR"]);
    }
}
