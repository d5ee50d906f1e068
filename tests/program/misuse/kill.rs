//! Power failure: the program is killed in the middle of its work.

#![cfg(unix)]

use std::collections::BTreeMap;
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
use crate::vault::header as vault_header;

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

/// Killed again and again at any moment: there is never half an extract or vault, no two vaults, whole
/// or half, have a key and so a nonce in common, and the run that is let through leaves nothing of the
/// others.
#[test]
fn however_often_a_run_is_killed_outputs_are_whole_and_the_last_one_goes_through() {
    let desk = Desk::new();
    let (out, extract) = (desk.path("out"), desk.path("out").join("extract"));
    let begun = Instant::now();
    run(desk.pseudonymise().arg("--force")).done();
    let usual = begun.elapsed();
    verify(&extract);
    // The log's head is another one for each run.
    let manifest = || log_and_rest(&fs::read(extract.join("manifest.json")).unwrap()).1;
    let before = manifest();
    let whole = fs::read(out.join("vault.ilv")).unwrap();
    let mut vaults = BTreeMap::new();
    add_vaults(&out, &mut vaults);
    let mut killed = 0;
    for turn in 0..8 {
        // Somewhere in the time that a run takes, and every other time among the files it writes.
        let drawn = u16::try_from(RandomState::new().hash_one(0) >> 48).unwrap();
        let moment = usual.mul_f64(f64::from(drawn) / f64::from(u16::MAX));
        let written = usize::from(drawn % 20);
        let mut child = spawn(desk.pseudonymise().arg("--force"));
        let spawned = Instant::now();
        let now = || if turn % 2 == 0 { spawned.elapsed() >= moment } else { in_progress(&out) > written };
        killed += usize::from(kill_when(&mut child, now));
        // Between the two renames of a replacement the old extract has another name.
        if extract.exists() {
            verify(&extract);
            assert_eq!(manifest(), before);
        }
        let vault = fs::read(out.join("vault.ilv")).unwrap();
        assert_eq!(vault.len(), whole.len(), "the same persons take as many bytes, or it is not whole");
        add_vaults(&out, &mut vaults);
    }
    assert!(killed >= 2, "only {killed} of 8 runs were killed");
    run(desk.pseudonymise().arg("--force")).done();
    verify(&extract);
    add_vaults(&out, &mut vaults);
    assert!(vaults.len() >= 2, "the first vault and the last one have one key");
    let left = fs::read_dir(&out).unwrap().flatten().filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with(".inlav-") && !name.starts_with(".inlav-old-")
    });
    assert_eq!(left.count(), 0, "something is left of the runs that were killed");
}

/// Adds the vault in a folder, and those that were never finished, by the key from which their own
/// keys come. What has a key that was seen before must be the same file: more of it, or less.
fn add_vaults(folder: &Path, vaults: &mut BTreeMap<[u8; 32], Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let vault = fs::read(entry.path()).unwrap();
        let Some(encapsulated) = encapsulated(&vault) else { continue };
        let known = vaults.entry(encapsulated).or_insert_with(|| vault.clone());
        let length = known.len().min(vault.len());
        assert!(known[..length] == vault[..length], "two vaults have one key");
        if vault.len() > length {
            *known = vault;
        }
    }
}

/// The encapsulated key of a vault; `None` of what is none, or was cut before it.
fn encapsulated(vault: &[u8]) -> Option<[u8; 32]> {
    vault.strip_prefix(b"INLAVILV")?;
    let end = vault_header(vault)?;
    vault.get(end - 48..end - 16)?.try_into().ok()
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
pub(super) fn spawn(command: &assert_cmd::Command) -> Child {
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
pub(super) fn kill_when(child: &mut Child, ready: impl Fn() -> bool) -> bool {
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
