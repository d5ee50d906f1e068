//! A PUA's desk on a disk that is full: keys, vault and audit log are what they were, whichever write is
//! the one too many.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

use super::{CASE, Office, REASON, original, register};
use crate::arguments;
use crate::files;
use crate::misuse::disk::{Mounted, assert_no_temporary, fill, note};
use crate::no_leak::assert_silent;
use crate::program::{PASSPHRASE_VARIABLE, inlav, run};

/// So much is left of the disk, one after the other, until the command goes through.
const LEFT_KIB: [usize; 8] = [0, 4, 8, 16, 32, 64, 128, 512];
const NEW_PASSPHRASE: &str = "un'altra, scelta con più calma";

/// A desk on a small disk of its own; `None` if it may not be mounted.
struct Desk<'a> {
    office: &'a Office,
    disk: PathBuf,
    _mounted: Mounted<'a>,
}

impl<'a> Desk<'a> {
    fn new(office: &'a Office, at: &'a Path) -> Option<Self> {
        fs::create_dir(at).unwrap();
        let Some(mounted) = Mounted::new(at) else {
            note("a disk that is full: skipped, mounting is not permitted here");
            return None;
        };
        files::copy(&original().join("keys"), &at.join("keys"));
        fs::copy(original().join("vault.ilv"), at.join("vault.ilv")).unwrap();
        Some(Self { office, disk: at.to_owned(), _mounted: mounted })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.disk.join(name)
    }

    /// Runs a command with less room and with more, until it is done; returns how often there was too
    /// little. `whole` is asked each time what is left of the desk.
    fn until_it_fits(&self, command: impl Fn() -> Command, whole: impl Fn()) -> usize {
        for (times, kib) in LEFT_KIB.into_iter().enumerate() {
            fill(&self.disk, kib);
            let outcome = run(&mut command());
            assert_silent(&outcome);
            assert_no_temporary(&self.disk);
            if outcome.code == Some(0) {
                return times;
            }
            outcome.refused(8, &["No space left on device"]);
            whole();
        }
        panic!("it never fits");
    }

    /// That every entry of the log is whole and the keeper's.
    fn vouches(&self, passphrase: &str) {
        let (log, keys) = (self.path("keys/audit.jsonl"), self.path("keys"));
        let mut verify = inlav(arguments!["audit-log", "verify", log, "--keys", keys]);
        let said = run(verify.env(PASSPHRASE_VARIABLE, passphrase)).done();
        assert!(!said.stderr.contains("never finished"), "{}", said.said());
    }
}

#[test]
fn whoever_is_forgotten_on_a_full_disk_is_forgotten_later() {
    let office = Office::new();
    let at = office.path("disk");
    let Some(desk) = Desk::new(&office, &at) else { return };
    let before = fs::read(desk.path("vault.ilv")).unwrap();
    let number = register()[0].0.clone();
    let forget = || {
        let mut forget = inlav(arguments!["forget", desk.path("vault.ilv"), "--keys", desk.path("keys")]);
        forget.args(["--case", CASE, "--numbers", "-"]).write_stdin(format!("{number}\n"));
        forget
    };
    let refused = desk.until_it_fits(forget, || {
        assert!(fs::read(desk.path("vault.ilv")).unwrap() == before);
        desk.vouches(crate::program::PASSPHRASE);
    });
    assert!(refused >= 2, "the disk was hardly ever full");
    assert!(fs::read(desk.path("vault.ilv")).unwrap() != before);
    desk.vouches(crate::program::PASSPHRASE);
    assert!(run(&mut forget()).done().stdout.contains("had all been forgotten before"));
}

#[test]
fn nobody_is_half_revealed_on_a_full_disk() {
    let office = Office::new();
    let at = office.path("disk");
    let Some(desk) = Desk::new(&office, &at) else { return };
    let wanted = desk.office.file("wanted.txt", &[&office.pseudonyms()[0]]);
    let out = desk.path("revealed.txt");
    let reveal = || {
        let mut reveal = inlav(arguments!["reveal", desk.path("vault.ilv"), "--keys", desk.path("keys")]);
        reveal.args(arguments!["--case", CASE, "--reason", REASON, "--pseudonyms", &wanted, "--out", &out]);
        for number in [1, 3] {
            reveal.args(arguments!["--share", office.path(&format!("shares/share-{number}-of-3.txt"))]);
        }
        reveal
    };
    let refused = desk.until_it_fits(reveal, || {
        assert!(!out.exists());
        desk.vouches(crate::program::PASSPHRASE);
    });
    assert!(refused >= 1, "the disk was never full");
    assert!(fs::read_to_string(&out).unwrap().contains("family_name: "));
    // Every time that it may have been shown is in the log.
    let log = run(&mut inlav(arguments!["audit-log", "show", desk.path("keys/audit.jsonl")])).done().stdout;
    assert!(log.matches("identities shown").count() >= 1, "{log}");
}

#[test]
fn no_key_is_lost_that_is_rotated_on_a_full_disk() {
    let office = Office::new();
    let at = office.path("disk");
    let Some(desk) = Desk::new(&office, &at) else { return };
    let keys = ["site.ilk", "signing.ilk"].map(|name| desk.path("keys").join(name));
    let opens = |key: &Path, passphrase: &str| {
        let mut show = inlav(arguments!["keys", "show", key, "--check"]);
        run(show.env(PASSPHRASE_VARIABLE, passphrase)).code == Some(0)
    };
    let rotate = || {
        let mut rotate = inlav(arguments!["keys", "rotate", desk.path("keys"), "--kdf-memory", "64"]);
        rotate.env("INLAV_NEW_PASSPHRASE", NEW_PASSPHRASE);
        rotate
    };
    let refused = desk.until_it_fits(rotate, || {
        for key in &keys {
            assert!([crate::program::PASSPHRASE, NEW_PASSPHRASE].iter().any(|words| opens(key, words)));
        }
    });
    assert!(refused >= 1, "the disk was never full");
    assert!(keys.iter().all(|key| opens(key, NEW_PASSPHRASE)));
    desk.vouches(NEW_PASSPHRASE);
}
