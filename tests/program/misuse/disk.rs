//! Disks that are full. A limit on the size of files simulates one without any rights; a small
//! file system in memory is one, where the tests may mount it.

#![cfg(unix)]

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use super::stores::Hub;
use super::{Desk, SITE, assert_discreet, refuses};
use crate::arguments;
use crate::demo::{AS_OF, demo};
use crate::files;
use crate::program::{Outcome, PASSPHRASE, PASSPHRASE_VARIABLE, inlav, run};

/// Runs a command under a limit on the size of each file, in blocks of 512 or 1024 bytes.
fn limited(blocks: &str, command: &assert_cmd::Command, passphrase: &str) -> assert_cmd::Command {
    let script = format!("ulimit -f {blocks} && trap '' XFSZ && exec \"$0\" \"$@\"");
    let mut limited = assert_cmd::Command::new("sh");
    limited.arg("-c").arg(script).arg(command.get_program()).args(command.get_args());
    limited.env(PASSPHRASE_VARIABLE, passphrase);
    limited
}

/// Some limits let the small tables through and fail at the large ones or the vault.
#[test]
fn an_extract_that_does_not_fit_leaves_nothing() {
    let desk = Desk::new();
    for blocks in ["0", "2", "4", "8"] {
        let mut command = limited(blocks, &desk.pseudonymise(), demo().passphrase());
        desk.refuses(&mut command, 8, &["cannot write"]);
        assert_eq!(left_in(&desk.path("out")), [""; 0], "with {blocks} blocks");
    }
}

#[test]
fn an_old_extract_survives_a_new_one_that_does_not_fit() {
    let desk = Desk::new();
    run(&mut desk.pseudonymise()).done();
    let mut command = desk.pseudonymise();
    desk.refuses(&mut limited("4", command.arg("--force"), demo().passphrase()), 8, &["cannot write"]);
}

#[test]
fn keys_that_do_not_fit_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("keys");
    let site = inlav(arguments!["keys", "new", "--site", SITE, "--out", &out, "--kdf-memory", "64"]);
    refuses(folder.path(), &mut limited("0", &site, PASSPHRASE), 8, &["cannot write"]);
    assert_eq!(left_in(folder.path()), [""; 0]);
}

#[test]
fn a_store_that_does_not_fit_stays_as_it_was() {
    let hub = Hub::new();
    let catalog = fs::read(hub.store().join("catalog.json")).unwrap();
    let outcome = run(&mut limited("2", &hub.ingest_of("PUA08"), PASSPHRASE));
    assert_discreet(&outcome.refused(8, &["cannot write"]));
    // Files of an extract that is in no catalogue may stay; they belong to nothing.
    assert_eq!(fs::read(hub.store().join("catalog.json")).unwrap(), catalog);
    assert_no_temporary(hub.folder());
    run(&mut hub.ingest_of("PUA08")).done();
}

/// Neither the ledger nor what was relinked before is lost, whichever file is the one too many.
#[test]
fn relinked_tokens_that_do_not_fit_leave_the_older_ones() {
    let desk = super::relink::desk();
    run(&mut super::relink::relink(&desk)).done();
    for blocks in ["0", "1", "2"] {
        let mut command = super::relink::relink(&desk);
        let mut command = limited(blocks, command.arg("--force"), demo().passphrase());
        desk.refuses(&mut command, 8, &["File too large"]);
    }
}

#[test]
fn a_release_that_does_not_fit_leaves_nothing() {
    let hub = Hub::new();
    for blocks in ["0", "2", "16"] {
        refuses(hub.folder(), &mut limited(blocks, &hub.release(), PASSPHRASE), 8, &["cannot write"]);
        assert_eq!(files::names(hub.folder()), ["store"], "with {blocks} blocks");
    }
}

/// A report that went to a full disk did not arrive: that is no success.
#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_printed_are_a_failure() {
    let desk = Desk::new();
    let script = "exec \"$0\" \"$@\" > /dev/full";
    let command = desk.check();
    let mut full = assert_cmd::Command::new("sh");
    full.arg("-c").arg(script).arg(command.get_program()).args(command.get_args()).arg("--json");
    run(&mut full).refused(8, &["cannot write the result"]);
}

/// A reader that has seen enough is no failure: `inlav check … | head -1`.
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let desk = Desk::new();
    let script = "{ \"$0\" \"$@\"; echo \"code $?\" >&2; } | true";
    let command = desk.check();
    let mut piped = assert_cmd::Command::new("sh");
    piped.arg("-c").arg(script).arg(command.get_program()).args(command.get_args()).arg("--json");
    let outcome = run(&mut piped).done();
    // The export has warnings.
    assert!(outcome.stderr.contains("code 10"), "{}", outcome.said());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_file_system_leaves_nothing() {
    let desk = Desk::new();
    let disk = desk.path("disk");
    fs::create_dir(&disk).unwrap();
    let Some(_mounted) = Mounted::new(&disk) else {
        note("a_full_file_system_leaves_nothing: skipped, mounting is not permitted here");
        return;
    };
    // With so little left neither the vault nor the larger tables fit.
    for kib in [4, 12, 24] {
        fill(&disk, kib);
        let outcome = pseudonymise_to(&desk, &disk);
        assert_discreet(&outcome.refused(8, &["cannot write", "No space left on device"]));
        assert_eq!(left_in(&disk), ["ballast"], "with {kib} KiB left");
    }
    fs::remove_file(disk.join("ballast")).unwrap();
    pseudonymise_to(&desk, &disk).done();
    assert_eq!(files::names(&disk), ["extract", "vault.ilv"]);
}

/// A folder that nobody may write to: every command says so by one exit code, and what is in it stays.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_keeps_what_is_in_it() {
    let (desk, hub) = (super::relink::desk(), Hub::new());
    let disk = desk.path("disk");
    fs::create_dir(&disk).unwrap();
    let Some(mounted) = Mounted::new(&disk) else {
        note("a_folder_that_cannot_be_written_keeps_what_is_in_it: skipped, mounting is not permitted here");
        return;
    };
    pseudonymise_to(&desk, &disk).done();
    let (store, custodian, keys) = (disk.join("store"), disk.join("custodian"), disk.join("keys"));
    files::copy(&hub.store(), &store);
    files::copy(&desk.path("custodian"), &custodian);
    files::copy(&demo().keys(SITE), &keys);
    assert!(mounted.read_only());

    let before = files::content(&disk);
    let trust = demo().path("keys/public");
    let mut forced = demo().inlav(pseudonymising_to(&desk, &disk));
    forced.arg("--force");
    let new = arguments!["keys", "new", "--site", SITE, "--out", disk.join("new"), "--kdf-memory", "64"];
    let mut rotate = demo().inlav(arguments!["keys", "rotate", &keys, "--kdf-memory", "64"]);
    rotate.env("INLAV_NEW_PASSPHRASE", "un'altra, scelta con più calma");
    let mut relink = demo().inlav(arguments!["relink", demo().extract(SITE), "--keys", &custodian]);
    relink.args(arguments!["--trust", &trust, "--out", desk.path("relinked")]);
    let mut ingest = inlav(arguments!["ingest", demo().extract("PUA08"), "--store", &store]);
    ingest.args(arguments!["--trust", &trust, "--relinked", demo().relinked("PUA08")]);
    let release = arguments!["release", "--store", hub.store(), "--out", disk.join("release")];
    let mut check = desk.check();
    check.args(arguments!["--html", disk.join("check.html")]);
    let commands = [forced, inlav(new), rotate, relink, ingest, inlav(release), check];
    for mut command in commands {
        assert_discreet(&run(&mut command).refused(8, &["Read-only file system"]));
        assert!(files::content(&disk) == before);
    }
}

#[cfg(target_os = "linux")]
fn pseudonymise_to(desk: &Desk, disk: &Path) -> Outcome {
    run(&mut demo().inlav(pseudonymising_to(desk, disk)))
}

#[cfg(target_os = "linux")]
fn pseudonymising_to(desk: &Desk, disk: &Path) -> Vec<OsString> {
    let mut arguments =
        arguments!["pseudonymise", desk.export(), "--site", SITE, "--as-of", AS_OF, "--synthetic"].to_vec();
    arguments.extend(arguments!["--keys", demo().keys(SITE), "--linkage", demo().linkage()]);
    arguments.extend(arguments!["--custodian", demo().custodian()]);
    arguments.extend(arguments!["--out", disk.join("extract"), "--vault", disk.join("vault.ilv")]);
    arguments
}

/// Fills a disk until so much is left.
#[cfg(target_os = "linux")]
pub(crate) fn fill(disk: &Path, left_kib: usize) {
    use std::io::Write as _;

    let mut options = fs::OpenOptions::new();
    options.create(true).write(true).truncate(true);
    let mut ballast = options.open(disk.join("ballast")).unwrap();
    let mut full = 0;
    while ballast.write_all(&[0; 4096]).is_ok() {
        full += 4;
    }
    assert!(full > left_kib, "the disk has not so much room");
    ballast.set_len(((full - left_kib) * 1024).try_into().unwrap()).unwrap();
}

/// A file system in memory, for as long as this lives.
#[cfg(target_os = "linux")]
pub(crate) struct Mounted<'a>(&'a Path);

#[cfg(target_os = "linux")]
impl<'a> Mounted<'a> {
    const KIB: usize = 4096;

    /// Mounts it, if that is permitted.
    pub(crate) fn new(at: &'a Path) -> Option<Self> {
        let size = format!("size={}k", Self::KIB);
        let mount = ["-t", "tmpfs", "-o", &size, "inlav-test"].map(AsRef::as_ref);
        mounts(mount.into_iter().chain([at.as_os_str()])).then_some(Self(at))
    }

    /// Lets nobody write to it any more, if that is permitted.
    fn read_only(&self) -> bool {
        mounts(["-o", "remount,ro"].map(AsRef::as_ref).into_iter().chain([self.0.as_os_str()]))
    }
}

#[cfg(target_os = "linux")]
fn mounts<'a>(arguments: impl Iterator<Item = &'a OsStr>) -> bool {
    let mut mount = std::process::Command::new("mount");
    let status = mount.args(arguments).stderr(std::process::Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[cfg(target_os = "linux")]
impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        // If it fails the folder cannot be removed, which the next test to list it would show.
        let _ = std::process::Command::new("umount").arg(self.0).status();
    }
}

/// The names in a folder, none if it is not there.
fn left_in(folder: &Path) -> Vec<String> {
    if folder.exists() { files::names(folder) } else { Vec::new() }
}

#[track_caller]
pub(crate) fn assert_no_temporary(folder: &Path) {
    let all = files::content(folder);
    let left: Vec<_> = all.keys().filter(|path| path.to_string_lossy().contains(".inlav-")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[cfg(target_os = "linux")]
#[expect(clippy::print_stderr, reason = "whoever reads the tests' output must see what was not tested")]
pub(crate) fn note(text: &str) {
    eprintln!("{text}");
}
