//! Power failure: the program is killed in the middle of its work.

#![cfg(unix)]

use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::stores::Hub;
use super::{Desk, SITE, log_and_rest};
use crate::arguments;
use crate::demo::demo;
use crate::program::{PASSPHRASE_VARIABLE, inlav, run};

/// Killed as soon as so many files of the extract are written: there is no extract, or all of it.
#[test]
fn a_killed_run_leaves_no_half_extract() {
    let mut caught = 0;
    for written in [0, 1, 3, 6, 10, 11, 12] {
        let desk = Desk::new();
        let out = desk.path("out");
        let mut child = spawn(&desk.pseudonymise());
        caught += usize::from(kill_when(&mut child, || in_progress(&out) > written));
        let extract = out.join("extract");
        if extract.exists() {
            verify(&extract);
        }
        // What the killed run left over is no obstacle to the next.
        run(desk.pseudonymise().arg("--force")).done();
        verify(&extract);
    }
    assert!(caught >= 4, "only {caught} of 7 runs were killed in the middle of their work");
}

/// Killed again and again at any moment: there is never half an extract or vault, and the run that
/// is let through leaves nothing of the others.
#[test]
fn however_often_a_run_is_killed_outputs_are_whole_and_the_last_one_goes_through() {
    let desk = Desk::new();
    let (out, extract) = (desk.path("out"), desk.path("out").join("extract"));
    let begun = Instant::now();
    run(desk.pseudonymise().arg("--force")).done();
    let usual = begun.elapsed();
    verify(&extract);
    let manifest = || log_and_rest(&fs::read(extract.join("manifest.json")).unwrap()).1;
    let before = manifest();
    let mut killed = 0;
    for _ in 0..8 {
        // Somewhere in the time that a run takes.
        let drawn = u16::try_from(RandomState::new().hash_one(0) >> 48).unwrap();
        let moment = usual.mul_f64(f64::from(drawn) / f64::from(u16::MAX));
        let mut child = spawn(desk.pseudonymise().arg("--force"));
        let spawned = Instant::now();
        killed += usize::from(kill_when(&mut child, || spawned.elapsed() >= moment));
        // Between the two renames of a replacement the old extract has another name.
        if extract.exists() {
            verify(&extract);
            assert_eq!(manifest(), before);
        }
        let vault = fs::read(out.join("vault.ilv")).unwrap();
        assert!(vault.starts_with(b"INLAVILV"));
    }
    assert!(killed >= 2, "only {killed} of 8 runs were killed");
    run(desk.pseudonymise().arg("--force")).done();
    verify(&extract);
    let left = fs::read_dir(&out).unwrap().flatten().filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with(".inlav-") && !name.starts_with(".inlav-old-")
    });
    assert_eq!(left.count(), 0, "something is left of the runs that were killed");
}

/// Files and folders that a run is writing beside their place.
fn in_progress(out: &Path) -> usize {
    let Ok(entries) = fs::read_dir(out) else { return 0 };
    let temporary =
        entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(".inlav-"));
    temporary.map(|entry| 1 + fs::read_dir(entry.path()).map_or(0, Iterator::count)).sum()
}

fn verify(extract: &Path) {
    let trust = demo().keys(SITE).join("PUA04.pub");
    run(&mut inlav(arguments!["verify", extract, "--trust", trust])).done();
}

/// Killed while it copies an extract: the catalogue still says what it said, and the next ingest
/// goes through.
#[test]
fn a_killed_ingest_leaves_the_store_as_it_was() {
    let mut caught = 0;
    for tables in [1, 4, 9] {
        let hub = Hub::new();
        let catalog = fs::read(hub.store().join("catalog.json")).unwrap();
        let arrived = || {
            let tables = fs::read_dir(hub.store().join("tables")).unwrap().flatten();
            tables.filter(|table| table.path().join("site_id=PUA08").exists()).count()
        };
        let mut child = spawn(&hub.ingest_of("PUA08"));
        if kill_when(&mut child, || arrived() >= tables) {
            caught += 1;
            let now = fs::read(hub.store().join("catalog.json")).unwrap();
            if now != catalog {
                // It was quicker than the signal: then everything must be there.
                run(&mut hub.release()).done();
                continue;
            }
        }
        let said = run(&mut hub.ingest_of("PUA08")).done().stdout;
        assert!(said.contains("the store has 2 PUA"), "{said}");
    }
    assert!(caught >= 1, "no ingest was killed in the middle of its work");
}

/// The same command as a child of this process.
fn spawn(command: &assert_cmd::Command) -> Child {
    Command::new(command.get_program())
        .args(command.get_args())
        .env(PASSPHRASE_VARIABLE, demo().passphrase())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills a child, in a way it cannot handle, once something is so; false if it ended before.
fn kill_when(child: &mut Child, ready: impl Fn() -> bool) -> bool {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return false;
        }
        if ready() {
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "nothing happened in two minutes");
    }
}
