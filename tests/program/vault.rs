//! The vault after the extract has gone: who may open it, who is forgotten, and what the audit log
//! says of it.

#![cfg(unix)]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::OnceLock;

use assert_cmd::Command;
use inlav_core::registry::person;
use tempfile::TempDir;

use crate::arguments;
use crate::demo::{AS_OF, demo, population, workshop};
use crate::files;
use crate::no_leak::assert_silent;
use crate::parquet_file;
use crate::program::{Outcome, PASSPHRASE, PASSPHRASE_VARIABLE, inlav, run};

#[cfg(target_os = "linux")]
mod full;

const SITE: &str = "PUA04";
const CUSTODIANS: [&str; 3] = ["direzione", "Bruno Neri", "Carla Verdi"];
const REASON: &str = "minaccia, tutela urgente";
const CASE: &str = "RG 12/2025";
/// Where the list of columns begins in a vault, for a site of five characters.
const LIST: usize = 8 + 1 + 16 + 6 + 4 + 8 + 8 + 16 + 16 + 32 + 32;

/// Where a vault's records begin; `None` if it is shorter.
pub(crate) fn header(vault: &[u8]) -> Option<usize> {
    let mut at = LIST + 1;
    for _ in 0..*vault.get(LIST)? {
        at += 1 + usize::from(*vault.get(at)?);
    }
    (at + 32 + 16 <= vault.len()).then_some(at + 32 + 16)
}

/// A PUA as a new steward makes it, once: set up, its vault's key split, a first extract made. Its audit
/// log has three entries: the keys were made, the key was split, the extract was made.
fn original() -> &'static Path {
    static ORIGINAL: OnceLock<PathBuf> = OnceLock::new();
    ORIGINAL.get_or_init(|| {
        let folder = workshop().join("vault");
        let keys = folder.join("keys");
        let mut setup = inlav(["setup", "--site", SITE, "--kdf-memory", "64"]);
        setup.args(CUSTODIANS.iter().flat_map(|name| ["--custodian", name]));
        run(setup.args(arguments!["--out", &keys, "--shares", folder.join("shares")])).done();
        let mut made = inlav(arguments!["pseudonymise", demo().raw(SITE), "--site", SITE, "--as-of", AS_OF]);
        made.args(arguments!["--keys", keys, "--linkage", demo().linkage(), "--synthetic"]);
        made.args(arguments!["--custodian", demo().custodian()]);
        made.args(arguments!["--out", folder.join("extract"), "--vault", folder.join("vault.ilv")]);
        let outcome = run(made.env("INLAV_LINKAGE_PASSPHRASE", demo().passphrase())).done();
        assert_silent(&outcome);
        assert!(outcome.stdout.starts_with(&format!("{SITE}: 18 tables, ")), "{}", outcome.stdout);
        folder
    })
}

/// A copy of it to work on.
struct Office(TempDir);

impl Office {
    fn new() -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        files::copy(original(), office.0.path());
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn log(&self) -> PathBuf {
        self.path("keys/audit.jsonl")
    }

    /// The pseudonyms in the vault, in hexadecimal.
    fn pseudonyms(&self) -> Vec<String> {
        let bytes = fs::read(self.path("vault.ilv")).unwrap();
        let (mut at, mut found) = (header(&bytes).unwrap(), Vec::new());
        while bytes[at] != 2 {
            found.push(hex::encode(&bytes[at + 1..at + 17]));
            let length = u32::from_be_bytes(bytes[at + 17..at + 21].try_into().unwrap());
            at += 21 + usize::try_from(length).unwrap();
        }
        found
    }

    /// A file with lines.
    fn file(&self, name: &str, lines: &[&str]) -> PathBuf {
        files::put(&self.path(name), lines.join("\n").as_bytes());
        self.path(name)
    }

    /// Reveals the persons in a file with the shares of these numbers.
    fn reveal(&self, shares: &[usize], pseudonyms: &Path) -> Command {
        let mut command = inlav(arguments!["reveal", self.path("vault.ilv"), "--keys", self.path("keys")]);
        command.args(arguments!["--case", CASE, "--pseudonyms", pseudonyms]);
        for number in shares {
            command.args(arguments!["--share", self.path(&format!("shares/share-{number}-of-3.txt"))]);
        }
        command
    }

    fn forget(&self) -> Command {
        let mut command = inlav(arguments!["forget", self.path("vault.ilv"), "--keys", self.path("keys")]);
        command.args(["--case", "GDPR 17/2025"]);
        command
    }

    fn verify(&self) -> Command {
        inlav(arguments!["audit-log", "verify", self.log()])
    }

    /// Runs a command that must fail, name nobody and leave everything as it was.
    #[track_caller]
    fn refuses(&self, command: &mut Command, code: i32, texts: &[&str]) -> Outcome {
        let before = files::content(self.0.path());
        let outcome = run(command).refused(code, texts);
        assert_silent(&outcome);
        let printed = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(self.pseudonyms().iter().all(|pseudonym| !printed.contains(pseudonym)), "{printed}");
        assert!(files::content(self.0.path()) == before, "{} changed something", outcome.line);
        outcome
    }
}

/// The register numbers and family names of the site's persons.
fn register() -> Vec<(String, String)> {
    let site = population().sites.iter().find(|site| site.site.as_str() == SITE).unwrap();
    site.rows("person").iter().map(|row| (row[0].clone(), row[1].clone())).collect()
}

/// The whole road of a new steward: from `setup` to an extract that a hub accepts, and to the name of
/// the person of one of its rows.
#[test]
fn what_was_set_up_makes_an_extract_that_verifies_and_a_vault_that_names_its_persons() {
    let office = Office::new();
    assert!(!office.path("keys/vault.ilk").exists(), "only the custodians' shares open the vault");
    let public = office.path(&format!("keys/{SITE}.pub"));
    let verified = run(&mut inlav(arguments!["verify", office.path("extract"), "--trust", public])).done();
    assert!(
        verified.stdout.starts_with(&format!("{SITE}  as of {AS_OF}  18 tables, ")),
        "{}",
        verified.stdout
    );

    let person = office.path("extract/person.parquet");
    let rows = parquet_file::rows(&person);
    let year = rows[0].iter().position(|name| name == "birth_year").unwrap();
    let (at, born) =
        rows[1..].iter().map(|row| &row[year]).enumerate().find(|(_, born)| !born.is_empty()).unwrap();
    let pseudonym = hex::encode(parquet_file::binary(&person, "site_person_id")[at]);
    let out = office.path("revealed.txt");
    let mut reveal = office.reveal(&[1, 2], &office.file("wanted.txt", &[&pseudonym]));
    assert_silent(&run(reveal.args(arguments!["--reason", REASON, "--out", &out])).done());
    let text = fs::read_to_string(&out).unwrap();
    let told = |name: &str| {
        let start = format!("  {name}: ");
        text.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_default().to_owned()
    };
    let site = population().sites.iter().find(|site| site.site.as_str() == SITE).unwrap();
    let place = |name: &str| person::TABLE.columns.iter().position(|column| column.name == name).unwrap();
    let is_told =
        |row: &&Vec<String>| ["family_name", "given_name"].iter().all(|name| row[place(name)] == told(name));
    let found: Vec<_> = site.rows("person").iter().filter(is_told).collect();
    assert!(!found.is_empty(), "nobody of the register was named");
    assert!(
        found.iter().any(|row| row[place("birth_date")].contains(born.as_str())),
        "somebody else was named"
    );
}

#[test]
fn named_persons_are_given_back_with_two_shares_and_the_log_says_so_first() {
    let office = Office::new();
    let wanted = office.pseudonyms()[3].clone();
    let file = office.file("wanted.txt", &[&wanted, "", &"0".repeat(32)]);
    let out = office.path("revealed.txt");
    let mut reveal = office.reveal(&[1, 3], &file);
    let outcome = run(reveal.args(arguments!["--reason", REASON, "--out", &out])).done();
    assert_silent(&outcome);
    assert!(!outcome.said().contains(&wanted));
    assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&out).unwrap();
    assert!(
        text.starts_with(&format!("{wanted}\n  ")) && text.ends_with("  is not in this vault\n"),
        "{text}"
    );
    let name = text.lines().find_map(|line| line.strip_prefix("  family_name: ")).unwrap();
    assert_eq!(text.matches("family_name").count(), 1);
    assert!(register().iter().any(|(_, family_name)| family_name == name));

    let shown = run(&mut inlav(arguments!["audit-log", "show", office.log()])).done();
    assert_silent(&shown);
    let said =
        ["4 20", "revealed", REASON, CASE, "\"persons\":2", "\"custodian\":\"direzione\"", "\"number\":3"];
    assert!(said.iter().all(|text| shown.stdout.contains(text)), "{}", shown.stdout);
    assert!(!shown.stdout.contains(&wanted));

    // Once more, to another program, with another two of three.
    let mut reveal = office.reveal(&[2, 3], &file);
    let outcome = run(reveal.args(["--reason", REASON, "--to-stdout"])).done();
    assert_eq!(outcome.stdout, text);
    let verified = run(office.verify().args(arguments!["--keys", office.path("keys")])).done();
    assert!(verified.stdout.contains("5 entries, all of them the keeper's"), "{}", verified.stdout);

    // A steward may look at the own extract with the own folder of keys: `vault.pub` is in it too.
    run(&mut inlav(arguments!["verify", office.path("extract"), "--trust", office.path("keys")])).done();
}

#[test]
fn nobody_is_revealed_without_shares_reason_case_and_a_place_to_show_them() {
    let office = Office::new();
    let file = office.file("wanted.txt", &[&office.pseudonyms()[0]]);
    // The log is there from an earlier time.
    run(office.reveal(&[1, 2], &file).args(["--reason", REASON, "--to-stdout"])).done();
    let reveal = |shares: &[usize], reason: &str| {
        let mut command = office.reveal(shares, &file);
        command.args(["--to-stdout", "--reason", reason]);
        command
    };
    office.refuses(&mut reveal(&[2], REASON), 6, &["hint: ask more custodians for their shares"]);
    office.refuses(&mut reveal(&[2, 2], REASON), 6, &[]);
    let mut wrong = reveal(&[1, 2], REASON);
    wrong.env(PASSPHRASE_VARIABLE, "non è questa di certo");
    office.refuses(&mut wrong, 6, &["the passphrase does not open", "site.ilk"]);

    let code = "PRVVTR04P68E333G";
    let outcome = office.refuses(
        &mut reveal(&[1, 2], &format!("si cerca {code}")),
        4,
        &["--reason", "a codice fiscale"],
    );
    assert!(!outcome.stderr.contains(code));
    office.refuses(&mut reveal(&[1, 2], "x"), 4, &["--reason: it must have 3 to 200 characters"]);
    assert_eq!(run(office.reveal(&[1, 2], &file).arg("--to-stdout")).code, Some(2), "without a reason");

    let mut nowhere = office.reveal(&[1, 2], &file);
    office.refuses(
        nowhere.args(["--reason", REASON]),
        8,
        &["standard output is no terminal", "hint: pass --out"],
    );
    let mut over = office.reveal(&[1, 2], &file);
    over.args(arguments!["--reason", REASON, "--out", &file]);
    office.refuses(&mut over, 8, &["wanted.txt exists already"]);

    let name = &register()[0].1;
    let bad = office.file("bad.txt", &["", name]);
    let mut of_name = office.reveal(&[1, 2], &bad);
    office.refuses(
        of_name.args(["--reason", REASON, "--to-stdout"]),
        3,
        &["line 2 of", "is not a pseudonym"],
    );
}

#[test]
fn a_vault_that_was_changed_or_is_another_puas_is_not_opened() {
    let office = Office::new();
    let file = office.file("wanted.txt", &[&office.pseudonyms()[0]]);
    let reveal = || {
        let mut command = office.reveal(&[1, 2], &file);
        command.args(["--reason", REASON, "--to-stdout"]);
        command
    };
    run(&mut reveal()).done();
    let good = fs::read(office.path("vault.ilv")).unwrap();
    let put = |bytes: &[u8]| files::put(&office.path("vault.ilv"), bytes);
    for (at, text) in [(32, "the header of"), (header(&good).unwrap() + 40, "record 1 of")] {
        let mut flipped = good.clone();
        flipped[at] ^= 1;
        put(&flipped);
        let outcome = run(&mut reveal()).refused(7, &[text, "damaged"]);
        assert_silent(&outcome);
        assert!(outcome.stdout.is_empty());
    }
    put(&good[..good.len() - 20]);
    assert_silent(&run(&mut reveal()).refused(7, &["is cut short in record"]));
    put(b"INLAVILV\x02 of long ago");
    assert_silent(&run(&mut reveal()).refused(7, &["has format version 2, this program reads version 3"]));
    put(&fs::read(demo().keys("PUA05").join("identifiers.ilv")).unwrap());
    assert_silent(&run(&mut reveal()).refused(6, &["site.ilk holds a key of PUA04, not of PUA05"]));
}

#[test]
fn a_forgotten_person_is_gone_for_good_under_a_proof() {
    let office = Office::new();
    let (number, _) = &register()[0];
    let old = fs::read(office.path("vault.ilv")).unwrap();
    let outcome = run(office.forget().args(["--numbers", "-"]).write_stdin(format!("{number}\n"))).done();
    assert_silent(&outcome);
    let proof = outcome.stdout.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(outcome.stdout.contains("1 record of") && proof.len() == 64, "{}", outcome.stdout);
    let verified = run(office.verify().args(arguments!["--head", &proof])).done();
    assert!(verified.stdout.contains("that hash is entry 4"), "{}", verified.stdout);

    let again = run(office.forget().args(["--numbers", "-"]).write_stdin(format!("{number}\n"))).done();
    assert!(again.stdout.contains("had all been forgotten before"), "{}", again.stdout);

    // The one who is gone, from the vault and from a backup of it.
    let new = fs::read(office.path("vault.ilv")).unwrap();
    assert!(new.len() < old.len());
    let file = office.file("all.txt", &office.pseudonyms().iter().map(String::as_str).collect::<Vec<_>>());
    for vault in [new, old] {
        files::put(&office.path("vault.ilv"), &vault);
        let mut reveal = office.reveal(&[1, 2], &file);
        let text = run(reveal.args(["--reason", REASON, "--to-stdout"])).done().stdout;
        assert_eq!(text.matches("  was forgotten\n").count(), 1);
        assert_eq!(text.matches("  family_name: ").count(), register().len() - 1);
    }
}

/// A policy may have a purpose of its own, and its vault other pseudonyms than any built-in one.
#[test]
fn a_number_is_forgotten_in_the_vault_of_a_purpose_of_the_policys_own() {
    let office = Office::new();
    let policy = run(&mut inlav(["policy", "default", "--lang", "en"])).done().stdout;
    let own = policy.replacen("purpose = \"evaluation\"", "purpose = \"tutela-2025\"", 1);
    assert_ne!(own, policy);
    files::put(&office.path("own.toml"), own.as_bytes());
    let make = |name: &str| {
        let (out, vault) = (office.path(name), office.path(&format!("{name}.ilv")));
        let mut made = inlav(arguments!["pseudonymise", demo().raw(SITE), "--site", SITE, "--as-of", AS_OF]);
        made.args(arguments!["--keys", office.path("keys"), "--linkage", demo().linkage(), "--synthetic"]);
        made.args(arguments!["--custodian", demo().custodian(), "--policy", office.path("own.toml")]);
        made.args(arguments!["--out", out, "--vault", vault])
            .env("INLAV_LINKAGE_PASSPHRASE", demo().passphrase());
        run(&mut made).done()
    };
    make("own");
    let number = register()[0].0.clone();
    let forget = |vault: &str| {
        let keys = office.path("keys");
        let mut command = inlav(arguments!["forget", office.path(vault), "--keys", keys, "--numbers", "-"]);
        command.args(["--case", "GDPR 17/2025"]).write_stdin(format!("{number}\n"));
        run(&mut command).done()
    };
    assert!(forget("own.ilv").stdout.contains("1 record of"));
    // In the vault of the built-in purpose the person is not forgotten yet.
    assert!(forget("vault.ilv").stdout.contains("1 record of"));
    let said = make("again");
    assert!(said.stderr.contains("left out: 1 person (forgotten), with "), "{}", said.said());
}

#[test]
fn who_cannot_be_forgotten_is_told_by_line() {
    let office = Office::new();
    let (number, _) = &register()[1];
    let refused = |input: &str, code, texts: &[&str]| {
        let mut command = office.forget();
        let outcome =
            run(command.args(["--numbers", "-"]).write_stdin(input.to_owned())).refused(code, texts);
        assert_silent(&outcome);
        assert!(!outcome.stderr.contains("nobody-has-this"));
    };
    let before = files::content(office.0.path());
    refused(
        &format!("{number}\nnobody-has-this\n"),
        4,
        &["person 2 of the request is not in", "hint: check the number"],
    );
    refused("\n", 3, &["names no person"]);
    // Cut in the middle of a line, the last number would be that of somebody else.
    refused(&format!("{number}\n").repeat(200_000), 3, &["- is longer than 1 MiB"]);
    let mut no_terminal = office.forget();
    office.refuses(
        &mut no_terminal,
        3,
        &["no terminal to ask for the number", "hint: pass it through --numbers"],
    );
    assert!(files::content(office.0.path()) == before);
}

#[test]
fn a_log_that_was_changed_or_cut_is_told() {
    let office = Office::new();
    for (number, _) in &register()[..3] {
        run(office.forget().args(["--numbers", "-"]).write_stdin(number.clone())).done();
    }
    let good = fs::read_to_string(office.log()).unwrap();
    let lines: Vec<&str> = good.split_inclusive('\n').collect();
    let head = run(&mut office.verify()).done().stdout.trim().rsplit(' ').next().unwrap().to_owned();
    let put = |text: &str| files::put(&office.log(), text.as_bytes());

    put(&good.replacen("GDPR 17/2025", "GDPR 18/2025", 2).replacen("GDPR 18/2025", "GDPR 17/2025", 1));
    run(&mut office.verify()).refused(7, &["line 5 of the audit log", "the entry was changed"]);
    let more =
        office.forget().args(["--numbers", "-"]).write_stdin(register()[4].0.clone()).output().unwrap();
    assert_eq!(more.status.code(), Some(7), "nothing is done that cannot be logged");
    put(&[lines[0], lines[2]].concat());
    run(&mut office.verify()).refused(7, &["line 2", "out of its place"]);
    put(&lines[..2].concat());
    run(&mut office.verify()).done();
    run(office.verify().args(["--head", &head])).refused(7, &["no entry with the hash"]);
    put(&good[..good.len() - 30]);
    let torn = run(&mut office.verify()).done();
    assert!(torn.stderr.contains("the last line was never finished"), "{}", torn.stderr);
    put(&good);
    run(office.verify().args(arguments!["--head", head, "--keys", office.path("keys")])).done();
}

/// As stewards speak, and in the words of an error from inside.
#[test]
fn a_steward_is_spoken_to_in_italian() {
    let office = Office::new();
    let file = office.file("wanted.txt", &[&office.pseudonyms()[0], &"0".repeat(32)]);
    let italian = |command: &mut Command| run(command.args(["--lang", "it"]));
    let reveal = |shares: &[usize], reason: &str| {
        let mut command = office.reveal(shares, &file);
        command.args(["--to-stdout", "--reason", reason]);
        command
    };
    italian(&mut reveal(&[2], REASON)).refused(6, &["errore: servono 2 parti", "suggerimento: chiedere"]);
    italian(&mut reveal(&[1, 2], "x")).refused(4, &["--reason: deve avere da 3 a 200 caratteri"]);
    let mut wrong = reveal(&[1, 2], REASON);
    italian(wrong.env(PASSPHRASE_VARIABLE, "non è questa di certo"))
        .refused(6, &["errore: la passphrase non apre", "site.ilk"]);
    let told = italian(&mut reveal(&[1, 2], REASON)).done();
    assert!(
        told.stdout.contains("  non è in questa cassaforte\n") && told.stderr.contains("nota: voce 4 di")
    );

    let (number, _) = &register()[0];
    let forget = || {
        let mut command = office.forget();
        command.args(["--numbers", "-", "--lang", "it"]).write_stdin(format!("{number}\n"));
        command
    };
    assert!(run(&mut forget()).done().stdout.contains(": 1 persona; prova "));
    assert!(run(&mut forget()).done().stdout.contains("erano già state dimenticate tutte"));
    let verified = italian(&mut office.verify()).done().stdout;
    assert!(verified.contains(": 5 voci; l'ultimo hash è "), "{verified}");
    files::put(&office.log(), b"x\n");
    italian(&mut office.verify()).refused(7, &["riga 1 del registro delle operazioni", "non è una voce"]);
}

/// The hash that `pseudonymise` prints is that of its entry; the custodian keeps a log too.
#[test]
fn who_notes_the_last_hash_finds_it_again() {
    let office = Office::new();
    let mut made = inlav(arguments!["pseudonymise", demo().raw(SITE), "--site", SITE, "--as-of", AS_OF]);
    made.args(arguments!["--keys", office.path("keys"), "--linkage", demo().linkage(), "--synthetic"]);
    made.args(arguments!["--custodian", demo().custodian()]);
    made.args(arguments!["--out", office.path("later"), "--vault", office.path("later.ilv")]);
    let said = run(made.env("INLAV_LINKAGE_PASSPHRASE", demo().passphrase())).done().stdout;
    let head = said.trim().rsplit(' ').next().unwrap().to_owned();
    let verified = run(office.verify().args(["--head", &head])).done().stdout;
    assert!(verified.contains("that hash is entry 4"), "{said}{verified}");

    let keys = demo().path("keys/custodian");
    let verify = |keys: &Path| {
        let log = demo().path("keys/custodian/audit.jsonl");
        demo().inlav(arguments!["audit-log", "verify", log, "--keys", keys])
    };
    let verified = run(&mut verify(&keys)).done().stdout;
    assert!(verified.contains("13 entries, all of them the keeper's"), "keys, 12 extracts: {verified}");
    run(&mut verify(&demo().keys(SITE))).refused(6, &["has not the keys of who keeps"]);
}

/// Killed when the new vault is begun, and when the log has its entry: the vault is the old or the
/// new one, and the same command leads to the end.
#[test]
fn a_killed_request_is_repeated() {
    let office = Office::new();
    let mut broken_off = 0;
    for (round, (number, _)) in register().iter().take(8).enumerate() {
        let vault = fs::read(office.path("vault.ilv")).unwrap();
        let logged = fs::read(office.log()).map_or(0, |log| log.len());
        let command = {
            let mut command = office.forget();
            command.args(["--numbers", "-"]);
            command
        };
        let mut child = spawn(&command, number);
        loop {
            let begun = files::names(office.0.path()).iter().any(|name| name.starts_with(".inlav-"));
            let entered =
                fs::metadata(office.log()).is_ok_and(|log| usize::try_from(log.len()).unwrap() > logged);
            if entered || (begun && round % 2 == 0) || child.try_wait().unwrap().is_some() {
                break;
            }
        }
        let _ = child.kill();
        child.wait().unwrap();
        let now = fs::read(office.path("vault.ilv")).unwrap();
        broken_off += usize::from(now == vault);
        let again = run(office.forget().args(["--numbers", "-"]).write_stdin(number.clone())).done();
        assert!(again.stdout.contains("1 record of") || now != vault, "{}", again.stdout);
        let done = fs::read(office.path("vault.ilv")).unwrap();
        assert!(now == vault || now == done, "neither the old nor the new vault");
    }
    let entries = run(office.verify().args(arguments!["--keys", office.path("keys")])).done().stdout;
    // None was logged twice, however it was broken off.
    assert!(entries.contains("11 entries"), "{entries}");
    let left = files::names(office.0.path()).into_iter().find(|name| name.starts_with(".inlav-"));
    assert_eq!(left, None, "a copy of the vault from before");
    assert!(broken_off >= 2, "only {broken_off} of 8 were broken off");
}

fn spawn(command: &Command, number: &str) -> Child {
    let mut child = std::process::Command::new(command.get_program())
        .args(command.get_args())
        .env(PASSPHRASE_VARIABLE, PASSPHRASE)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(number.as_bytes()).unwrap();
    child
}
