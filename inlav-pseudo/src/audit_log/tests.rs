use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, Utc};
use inlav_core::exchange::Digest;
use inlav_core::whole::{self, Access, Existing};
use tempfile::TempDir;

use super::*;
use crate::keys::{KeyId, KeyRole, Secret};
use crate::pseudonym::Pseudonym;

fn key_of(keeper: &str, root: u8) -> AuditKey {
    key_with(keeper, root, root)
}

fn key_with(keeper: &str, root: u8, id: u8) -> AuditKey {
    let secret = Secret::fill(|bytes| {
        *bytes = [root; 32];
        Ok::<(), ()>(())
    });
    let project = "0e8dd2f1928f2afb65b8f4da4c6028f9".to_owned().try_into().unwrap();
    AuditKey::new(&secret.unwrap(), project, keeper, KeyId::from([id; 8]))
}

fn key() -> AuditKey {
    key_of("PUA05", 7)
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000, 0).unwrap()
}

fn made() -> Action {
    Action::KeysMade { keys: vec![KeyNote::new(KeyRole::Site, KeyId::from([1; 8]), 0)] }
}

fn revealed(case: &str) -> Action {
    Action::Revealed {
        case: Remark::new(case).unwrap(),
        persons: 2,
        reason: Remark::new("tutela urgente").unwrap(),
        shares: vec![CustodianShare { custodian: "direzione".to_owned(), number: 3 }],
        vault: Digest([9; 32]),
    }
}

/// A log of three entries in a folder of its own.
fn log() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(AUDIT_LOG_FILE);
    let mut log = AuditLog::open(&path, key()).unwrap();
    assert_eq!((log.head(), log.entries()), (None, 0));
    for action in [made(), revealed("RG 12/2025"), made()] {
        let hash = log.append(now(), &action).unwrap();
        assert_eq!(log.head(), Some(hash));
    }
    (folder, path)
}

fn put(path: &Path, bytes: &[u8]) {
    whole::write(path, bytes, Access::Private, Existing::Replace).unwrap();
}

/// The same without waiting for the disk.
fn replace(path: &Path, bytes: &[u8]) {
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

/// The line and fault for which a log is refused.
fn fault(path: &Path, key: Option<&AuditKey>) -> Option<(u64, ChainFault)> {
    match read(path, key) {
        Err(AuditLogError::Broken { line, fault, .. }) => Some((line, fault)),
        _ => None,
    }
}

#[test]
fn what_was_done_is_read_back() {
    let (_folder, path) = log();
    for key in [None, Some(&key())] {
        let trail = read(&path, key).unwrap();
        assert_eq!((trail.entries.len(), trail.torn), (3, 0));
        assert_eq!(trail.entries[1].known(), Some(revealed("RG 12/2025")));
        assert_eq!((trail.entries[1].number, trail.entries[1].at.as_str()), (2, "2025-06-15T15:06:40Z"));
        let head = trail.head().unwrap();
        assert_eq!((trail.position(&head), trail.position(&Digest([1; 32]))), (Some(3), None));
    }
    let again = AuditLog::open(&path, key()).unwrap();
    assert_eq!(again.entries(), 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// Also for who has no key, except in the MAC itself.
#[test]
fn every_flipped_bit_is_told_with_its_line() {
    let (_folder, path) = log();
    let good = fs::read(&path).unwrap();
    let two = good.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0;
    let good = &good[..=two];
    let own = key();
    let read = |bytes: &[u8], key| chain::trail(&path, bytes, key);
    for position in 0..good.len() {
        let line = 1 + good[..position].iter().filter(|byte| **byte == b'\n').count();
        let start = good[..position].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let text = String::from_utf8_lossy(&good[start..]).into_owned();
        let mac = start + text.find("\"mac\":").unwrap() + 7;
        for bit in 0..8 {
            let mut flipped = good.to_vec();
            flipped[position] ^= 1 << bit;
            for key in [None, Some(&own)] {
                if position + 1 == good.len() {
                    // The last line has lost its end.
                    assert!(read(&flipped, key).unwrap().torn > 0);
                } else if key.is_some() || !(mac..mac + 64).contains(&position) {
                    let told = match read(&flipped, key) {
                        Err(AuditLogError::Broken { line, .. }) => line,
                        _ => 0,
                    };
                    assert_eq!(told, bytes_of(line), "bit {bit} of byte {position}");
                }
            }
        }
    }
}

#[test]
fn entries_removed_moved_or_put_in_between_are_told() {
    let (_folder, path) = log();
    let good = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = good.split_inclusive('\n').collect();
    let (_other_folder, other) = log();
    let foreign = fs::read_to_string(other).unwrap();
    let foreign: Vec<&str> = foreign.split_inclusive('\n').collect();
    let refused = |text: &[&str]| {
        put(&path, text.concat().as_bytes());
        fault(&path, None)
    };
    assert_eq!(refused(&[lines[1], lines[2]]), Some((1, ChainFault::Place)), "the first is gone");
    assert_eq!(refused(&[lines[0], lines[2]]), Some((2, ChainFault::Place)), "one is gone");
    assert_eq!(refused(&[lines[0], lines[2], lines[1]]), Some((2, ChainFault::Place)), "two are moved");
    assert_eq!(refused(&[lines[0], lines[0], lines[1]]), Some((2, ChainFault::Place)), "one is twice");
    assert_eq!(refused(&[lines[0], "\n", lines[1]]), Some((2, ChainFault::Form)), "an empty line");
    // The same entries at the same time make the same chain; the key's owner would not see it.
    assert_eq!(foreign[2], lines[2]);
    let spaced = lines[1].replacen("{\"action\"", "{ \"action\"", 1);
    assert_eq!(refused(&[lines[0], &spaced, lines[2]]), Some((2, ChainFault::Form)));
    let twice = lines[1].replacen("{\"action\"", "{\"action\":\"x\",\"action\"", 1);
    assert_eq!(refused(&[lines[0], &twice, lines[2]]), Some((2, ChainFault::Form)));
    let more = lines[1].replacen("\"previous\"", "\"p\":1,\"previous\"", 1);
    assert_eq!(refused(&[lines[0], &more, lines[2]]), Some((2, ChainFault::Form)));
    let newer = lines[1].replacen("\"format\":1", "\"format\":2", 1);
    assert_eq!(refused(&[lines[0], &newer, lines[2]]), Some((2, ChainFault::Version)));

    // What is missing at the end shows only to who knows the last hash.
    put(&path, good.as_bytes());
    let head = read(&path, None).unwrap().head().unwrap();
    put(&path, lines[..2].concat().as_bytes());
    assert_eq!(read(&path, Some(&key())).unwrap().position(&head), None);
}

/// Whoever has no key can work out hashes again, but no MAC.
#[test]
fn a_chain_worked_out_again_is_told_by_its_keeper() {
    let (_folder, path) = log();
    let good = fs::read_to_string(&path).unwrap();
    let forged_by = |key: AuditKey| {
        let other = path.with_extension("forged");
        put(&other, good.split_inclusive('\n').next().unwrap().as_bytes());
        let mut chain = chain::Chain::begin();
        let mut text = fs::read(&other).unwrap();
        chain.take(text.strip_suffix(b"\n").unwrap(), None).unwrap();
        text.extend(chain.link(now(), &revealed("RG 13/2025"), &key).1);
        put(&other, &text);
        other
    };
    // It says that it was written with the same key.
    let forged = forged_by(key_with("PUA05", 8, 7));
    assert!(read(&forged, None).is_ok());
    assert_eq!(fault(&forged, Some(&key())), Some((2, ChainFault::Mac)));
    assert!(matches!(AuditLog::open(&forged, key()), Err(AuditLogError::Broken { line: 2, .. })));
    assert_eq!(fault(&forged_by(key_of("PUA05", 8)), Some(&key())), Some((2, ChainFault::Key)));
    assert_eq!(fault(&forged_by(key_of("PUA06", 7)), None), Some((2, ChainFault::Keeper)));
    assert_eq!(fault(&path, Some(&key_of("PUA06", 7))), Some((1, ChainFault::Keeper)));
}

#[test]
fn a_torn_last_line_is_put_aside_and_told_wherever_it_is_torn() {
    let (folder, path) = log();
    let good = fs::read(&path).unwrap();
    let last = good[..good.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let aside = folder.path().join(format!("{AUDIT_LOG_FILE}.torn-3"));
    for length in last + 1..good.len() {
        replace(&path, &good[..length]);
        let trail = read(&path, None).unwrap();
        assert_eq!((trail.entries.len(), trail.torn), (2, bytes_of(length - last)));
        if (length - last) % 60 != 1 && length + 3 < good.len() {
            continue;
        }

        let opened = AuditLog::open(&path, key()).unwrap();
        let trail = read(&path, Some(&key())).unwrap();
        assert_eq!((trail.entries.len(), trail.torn), (3, 0));
        assert_eq!(opened.head(), trail.head());
        if length == good.len() - 1 {
            assert!(fs::read(&path).unwrap() == good && !aside.exists(), "only the end was missing");
            continue;
        }
        assert_eq!(fs::read(&aside).unwrap(), good[last..length]);
        let told = trail.entries[2].known();
        assert!(matches!(told, Some(Action::Torn { bytes, .. }) if bytes == bytes_of(length - last)));

        // Killed before the entry was written, and while it was: it is written once.
        let written = fs::read(&path).unwrap();
        for cut in [last, last + 10, written.len() - 5] {
            replace(&path, &written[..cut]);
            AuditLog::open(&path, key()).unwrap();
            assert_eq!(fs::read(&aside).unwrap(), good[last..length]);
            let again = read(&path, Some(&key())).unwrap();
            assert_eq!((again.entries.len(), again.entries[2].known()), (3, told.clone()));
        }
        fs::remove_file(&aside).unwrap();
    }
}

fn bytes_of(length: usize) -> u64 {
    u64::try_from(length).unwrap()
}

#[test]
fn the_forgotten_are_known_by_their_pseudonyms_and_are_not_in_the_log() {
    let (_folder, path) = log();
    let mut log = AuditLog::open(&path, key()).unwrap();
    assert!(log.forgotten().is_empty());
    let (gone, there) = (Pseudonym::from([0xab; 16]), Pseudonym::from([0xcd; 16]));
    let marks = vec![log.key().mark(&gone)];
    let case = Remark::new("GDPR 17/2025").unwrap();
    let (before, after) = (Digest([1; 32]), Digest([2; 32]));
    let hash =
        log.append(now(), &Action::Forgotten { after, before, case, marks: marks.clone(), records: 1 });
    assert_eq!(log.claim(&marks, before, after), Some(hash.unwrap()));
    assert_eq!(log.claim(&marks, after, before), None);
    for log in [log, AuditLog::open(&path, key()).unwrap()] {
        assert!(log.forgotten().contains(&gone) && !log.forgotten().contains(&there));
    }
    assert!(!fs::read_to_string(&path).unwrap().contains(&"ab".repeat(16)));
}

#[test]
fn an_action_has_one_spelling() {
    let text = serde_json::to_string(&revealed("RG 12/2025")).unwrap();
    let expected = "{\"action\":\"revealed\",\"details\":{\"case\":\"RG 12/2025\",\"persons\":2,\
                    \"reason\":\"tutela urgente\",\"shares\":[{\"custodian\":\"direzione\",\"number\":3}],\
                    \"vault\":\"0909090909090909090909090909090909090909090909090909090909090909\"}}";
    assert_eq!(text, expected);
}

/// As a later version might write it.
#[test]
fn an_entry_about_the_forgotten_that_is_not_understood_stops_the_log() {
    let (_folder, path) = log();
    let mut chain = chain::Chain::begin();
    let mut text = fs::read(&path).unwrap();
    for line in text.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n') {
        chain.take(line, None).unwrap();
    }
    text.extend(chain.sign("forgotten".to_owned(), serde_json::json!({ "records": 1 }), now(), &key()).1);
    put(&path, &text);
    assert_eq!(read(&path, Some(&key())).unwrap().entries[3].known(), None);
    let refused = AuditLog::open(&path, key());
    assert!(matches!(refused, Err(AuditLogError::Broken { line: 4, fault: ChainFault::Version, .. })));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..512)) {
        let _ = chain::trail(Path::new("log"), bytes.as_slice(), Some(&key()));
    }

    #[test]
    fn any_text_is_a_remark_or_refused(text in ".{0,220}") {
        if let Ok(remark) = Remark::new(&text) {
            proptest::prop_assert!((3..=200).contains(&remark.as_str().chars().count()));
        }
    }
}

/// Not a test: what the tests below run in processes of their own. Adds entries for ever and says
/// which are confirmed.
#[test]
#[ignore = "runs for ever; other tests run it in a process of its own"]
fn child_that_adds_entries() {
    let path = PathBuf::from(std::env::var_os("INLAV_TEST_LOG").unwrap());
    let mut log = AuditLog::open(&path, key()).unwrap();
    loop {
        let hash = log.append(now(), &made()).unwrap();
        let mut out = std::io::stdout();
        writeln!(out, "confirmed {hash}").and_then(|()| out.flush()).unwrap();
    }
}

fn child(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "audit_log::tests::child_that_adds_entries", "--ignored", "--nocapture"])
        .env("INLAV_TEST_LOG", path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills a process at some moment and returns the hashes that it had confirmed.
fn killed(mut child: Child) -> Vec<Digest> {
    let mut random = [0; 2];
    getrandom::fill(&mut random).unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let confirmed =
        |line: String| line.split_once("confirmed ").map(|(_, hash)| hash.to_owned().try_into().unwrap());
    let mut hashes: Vec<Digest> = lines
        .by_ref()
        .map_while(Result::ok)
        .filter_map(confirmed)
        .take(1 + usize::from(random[0]) % 20)
        .collect();
    std::thread::sleep(Duration::from_micros(u64::from(random[1]) * 10));
    child.kill().unwrap();
    child.wait().unwrap();
    hashes.extend(lines.map_while(Result::ok).filter(|line| line.len() == 74).filter_map(confirmed));
    hashes
}

#[test]
fn no_confirmed_entry_is_lost_when_a_process_is_killed() {
    let (_folder, path) = log();
    let mut confirmed: Vec<Digest> = read(&path, None).unwrap().entries.iter().map(|e| e.hash).collect();
    for _ in 0..8 {
        // Two at a time, killed one after the other.
        let children = [child(&path), child(&path)];
        for child in children {
            confirmed.extend(killed(child));
        }
        AuditLog::open(&path, key()).unwrap();
        let trail = read(&path, Some(&key())).unwrap();
        assert!(confirmed.iter().all(|hash| trail.position(hash).is_some()), "a confirmed entry is gone");
    }
    assert!(confirmed.len() > 20, "only {} entries were confirmed", confirmed.len());
}

#[test]
fn two_processes_make_one_chain() {
    let (_folder, path) = log();
    let one_of_two = || {
        let mut log = AuditLog::open(&path, key()).unwrap();
        (0..50).map(|_| log.append(now(), &made()).unwrap()).collect::<Vec<_>>()
    };
    let hashes = std::thread::scope(|scope| {
        let others = [scope.spawn(one_of_two), scope.spawn(one_of_two)];
        others.map(|other| other.join().unwrap()).concat()
    });
    let trail = read(&path, Some(&key())).unwrap();
    assert_eq!(trail.entries.len(), 103);
    assert!(hashes.iter().all(|hash| trail.position(hash).is_some()));
}
