//! Power failure: the program is killed in the middle of its work.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::stores::Hub;
use super::{Desk, SITE};
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
