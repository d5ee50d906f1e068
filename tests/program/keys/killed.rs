//! The program is killed in the middle of its work on keys.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::setup::setup;
use super::*;

/// Starts a command.
fn start(command: &assert_cmd::Command) -> Child {
    let mut child = Command::new(command.get_program());
    child.args(command.get_args()).stdout(Stdio::null()).stderr(Stdio::null());
    child.current_dir(command.get_current_dir().unwrap_or_else(|| Path::new(".")));
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => child.env(name, value),
            None => child.env_remove(name),
        };
    }
    child.spawn().unwrap()
}

/// Starts a command and kills it after so many milliseconds; whether it was still running.
fn killed(command: &assert_cmd::Command, after: u64) -> bool {
    let mut child = start(command);
    std::thread::sleep(Duration::from_millis(after));
    child.kill().unwrap();
    !child.wait().unwrap().success()
}

/// Moments between the start of a command and its end, which takes `whole` milliseconds.
fn moments(whole: u64) -> impl Iterator<Item = u64> {
    (1..=5).map(move |fifth| whole * fifth / 5)
}

fn timed(mut command: assert_cmd::Command) -> u64 {
    let start = std::time::Instant::now();
    run(&mut command).done();
    u64::try_from(start.elapsed().as_millis()).unwrap()
}

#[test]
fn a_rotation_that_is_killed_loses_no_key_and_is_run_again() {
    let office = Office::new();
    let before = ids(&office.keys());
    let rotate = |old: &str, new: &str| {
        let mut command = inlav(arguments!["keys", "rotate", office.keys(), "--kdf-memory", "64"]);
        command.env(PASSPHRASE_VARIABLE, old).env("INLAV_NEW_PASSPHRASE", new);
        command
    };
    let whole = timed(rotate(PASSPHRASE, NEW_PASSPHRASE));
    let (mut old, mut new) = (NEW_PASSPHRASE, PASSPHRASE);
    let mut caught = 0;
    for after in moments(whole) {
        caught += usize::from(killed(&rotate(old, new), after));
        assert_eq!(ids(&office.keys()), before);
        run(&mut rotate(old, new)).done();
        let mut check = inlav(arguments!["keys", "show", office.keys(), "--check"]);
        run(check.env(PASSPHRASE_VARIABLE, new)).done();
        (old, new) = (new, old);
    }
    assert!(caught >= 2, "only {caught} of 5 runs were killed in the middle of their work");
}

#[test]
fn a_destruction_that_is_killed_is_run_again() {
    let office = Office::new();
    let public = office.keys().join("PUA05.pub");
    let (linkage, kept) = (office.path("linkage.ilk"), office.path("kept"));
    let mut new = inlav(arguments!["keys", "new", "--linkage-epoch", "2025", "--out", &kept]);
    run(new.args(["--kdf-memory", "64"])).done();
    let (id, proof) = (ids(&kept).remove(0), office.path("proof.json"));
    let destroy = || {
        let mut command = inlav(arguments!["keys", "destroy", &linkage, "--keys", office.keys()]);
        command.args(arguments![
            "--site",
            "PUA05",
            "--actor",
            "Anna",
            "--reason",
            "fine",
            "--proof",
            &proof,
            "--confirm",
            &id
        ]);
        command
    };
    let again = || {
        let _ = fs::remove_file(&proof);
        fs::copy(&kept, &linkage).unwrap();
    };
    again();
    let whole = timed(destroy());
    // Most of the time goes into the passphrase; what matters comes at the end.
    for after in (0..8).map(|step| whole.saturating_sub(whole * step / 40)) {
        again();
        killed(&destroy(), after);
        if linkage.exists() {
            run(&mut destroy()).done();
        }
        assert!(!linkage.exists());
        run(&mut inlav(arguments!["keys", "verify-destruction", &proof, "--public", &public])).done();
    }
}

#[test]
fn a_setup_that_is_killed_leaves_no_half_keys() {
    let custodians = ["--site", "PUA05", "--custodian", "Anna", "--custodian", "Bruno", "--shares", "shares"];
    let command = |folder: &Path| setup(folder, &custodians);
    let whole = timed(command(tempfile::tempdir().unwrap().path()));
    let mut caught = 0;
    for after in moments(whole) {
        let folder = tempfile::tempdir().unwrap();
        caught += usize::from(killed(&command(folder.path()), after));
        let keys = folder.path().join("PUA05-keys");
        if keys.exists() {
            run(&mut inlav(arguments!["keys", "show", &keys, "--check"])).done();
            assert_eq!(files::names(&folder.path().join("shares")).len(), 2);
        } else if !folder.path().join("shares").exists() {
            run(&mut command(folder.path())).done();
        }
    }
    assert!(caught >= 2, "only {caught} of 5 runs were killed in the middle of their work");
}

/// Shares in the clear that a killed process left beside their place do not outlive the next run.
#[test]
fn shares_of_a_run_that_was_killed_are_removed_by_the_next_one() {
    let office = Office::new();
    let split = |name: &str| {
        let mut split = inlav(arguments!["keys", "split", office.vault(), "--shares", office.path(name)]);
        split.args(["-n", "250"]);
        split
    };
    let unfinished = || {
        let names = files::names(office.0.path()).into_iter().filter(|name| name.starts_with(".inlav-"));
        names.map(|name| office.path(&name)).collect::<Vec<_>>()
    };
    let mut caught = 0;
    for round in 0..6 {
        let name = format!("shares-{round}");
        let mut child = start(&split(&name));
        while child.try_wait().unwrap().is_none() {
            if unfinished().iter().any(|path| fs::read_dir(path).is_ok_and(|files| files.count() > 3)) {
                child.kill().unwrap();
            }
        }
        caught += usize::from(!unfinished().is_empty());
    }
    assert!(caught > 0, "none of 6 runs was killed while it wrote");
    assert!(unfinished().len() <= 1, "one run's leftovers outlived the next");
    let outcome = run(&mut split("shares-at-last")).done();
    assert!(unfinished().is_empty());
    let last_was_caught =
        outcome.stderr.contains("removed 1 unfinished output of a run that was interrupted");
    assert!(last_was_caught || caught < 6, "{}", outcome.stderr);
}
