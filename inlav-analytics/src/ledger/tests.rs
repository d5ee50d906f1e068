//! A small ledger, written, read, tampered with.

use std::collections::BTreeMap;

use inlav_core::programme::Programme;

use super::*;
use crate::disclosure::ReleasePolicy;
use crate::evaluate::evaluate;
use crate::indicator::{Indicator, embedded};
use crate::release::Provenance;
use crate::store::testing::{Desk, ingest, open, put};

/// One table: persons taken in charge, by PUA.
const INDICATOR: &str = "I11";

/// So many persons taken in charge.
fn persons(count: usize) -> String {
    let numbers = || 1..=count;
    let persons: Vec<String> = numbers().map(|n| format!("p{n} F")).collect();
    let cases: Vec<String> = numbers().map(|n| format!("c{n} p{n} PRESO_IN_CARICO 2025-01-01")).collect();
    format!(
        "person: site_person_id gender\n{}\ncase: case_id site_person_id state taken_on\n{}",
        persons.join("\n"),
        cases.join("\n")
    )
}

/// A store of two PUA.
fn store(desk: &Desk) -> Store {
    desk.store(&[
        desk.extract("PUA01", "2025-06-30", &persons(20)),
        desk.extract("PUA02", "2025-06-30", &persons(30)),
    ])
}

fn release_with(
    store: &Store,
    target: &Path,
    corrects: Option<u64>,
    joint: bool,
) -> Result<(Recorded, Released<Publication>), LedgerError> {
    let programme = Programme::inlav_lombardia();
    let mut ledger = HeldLedger::hold(store)?;
    let (session, runtime) = open(store);
    let indicators: Vec<Indicator> = embedded().into_iter().filter(|one| one.id == INDICATOR).collect();
    let evaluation = runtime.block_on(evaluate(&session, programme, indicators, |_| {})).unwrap();
    let earlier = if joint { ledger.earlier() } else { &[] };
    let publication = evaluation.protect(&ReleasePolicy::default(), earlier).unwrap();
    let provenance = Provenance::of(store.catalog(), &evaluation, "test");
    let release = Release {
        publication: &publication,
        indicators: evaluation.indicators(),
        programme,
        provenance: &provenance,
    };
    let now = "2025-07-01T10:00:00Z".to_owned();
    let certificates = target.with_file_name("certificates");
    let entry = Entry { target, certificates: &certificates, existing: Existing::Refuse, now, corrects };
    let recorded = ledger.publish(&release, &evaluation, entry)?;
    Ok((recorded, publication))
}

fn release(desk: &Desk, store: &Store, name: &str) -> Recorded {
    release_with(store, &desk.path(name), None, true).unwrap().0
}

/// The files of a folder by their paths in it.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn fault(desk: &Desk) -> (u64, Fault) {
    match Ledger::open(&desk.path("store")) {
        Err(LedgerError::Broken { number, fault }) => (number, fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_release_is_recorded_and_can_be_made_again() {
    let desk = Desk::new();
    let store = store(&desk);
    assert_eq!(Ledger::open(&desk.path("store")).unwrap().head(), None);
    let first = release(&desk, &store, "one");
    let second = release(&desk, &store, "two");
    assert_eq!((first.number, second.number), (1, 2));

    let ledger = Ledger::open(&desk.path("store")).unwrap();
    assert_eq!(ledger.head(), Some(second.head));
    assert_eq!(ledger.position(&first.head), Some(1));
    let Content::Release(told) = &ledger.record(1).unwrap().content else { panic!("a release") };
    assert_eq!(told.extracts.len(), 2);
    assert_eq!(told.indicators.keys().collect::<Vec<_>>(), [INDICATOR]);
    assert_eq!(told.tables[0].cells, Cells { published: 3, withheld: 0 });
    assert_eq!(told.cells(), told.tables[0].cells);
    let published = ledger.published(1).unwrap();
    use crate::disclosure::Published;
    assert_eq!(published.value(INDICATOR, &["TOTAL"]), Some(Published::Shown(50)));
    assert_eq!(published.value(INDICATOR, &["PUA01"]), Some(Published::Shown(20)));
    assert_eq!(published.value(INDICATOR, &["PUA09"]), None);

    for (number, name) in [(1, "one"), (2, "two")] {
        ledger.rebuild(number, &desk.path("again"), Existing::Replace).unwrap();
        assert!(content(&desk.path("again")) == content(&desk.path(name)));
    }
    assert!(matches!(
        ledger.rebuild(3, &desk.path("third"), Existing::Refuse),
        Err(LedgerError::NoRecord { number: 3, records: 2 })
    ));
    assert!(!desk.path("third").exists());
}

/// The number of a person is the same a month later, although everybody is linked anew: 3 who came are
/// seen to have come, and are withheld.
#[test]
fn a_release_is_protected_jointly_with_those_before_it() {
    use crate::disclosure::Published;

    let desk = Desk::new();
    let mut store = store(&desk);
    let (_, first) = release_with(&store, &desk.path("one"), None, true).unwrap();
    let values = |publication: &Released<Publication>| -> Vec<Published> {
        publication.tables[0].cells.iter().map(|cell| cell.value).collect()
    };
    let shown = |counts: [u64; 3]| counts.map(Published::Shown);
    assert_eq!(values(&first), shown([50, 20, 30]));

    ingest(&mut store, &[desk.extract("PUA01", "2025-07-31", &persons(23))]).unwrap();
    ingest(&mut store, &[desk.extract("PUA02", "2025-07-31", &persons(30))]).unwrap();
    let alone = release_with(&store, &desk.path("two"), None, false);
    assert!(matches!(alone, Err(LedgerError::NotJoint)));
    assert!(!desk.path("two").exists());
    let (_, second) = release_with(&store, &desk.path("two"), None, true).unwrap();
    assert_eq!(values(&second), [Published::Suppressed, Published::Suppressed, Published::Shown(30)]);
    assert_eq!(second.audit.earlier, ["1"]);

    // A correction is a release like any other, and says what it corrects.
    let missing = release_with(&store, &desk.path("three"), Some(3), true);
    assert!(matches!(missing, Err(LedgerError::NoRecord { .. })));
    let (third, correction) = release_with(&store, &desk.path("three"), Some(1), true).unwrap();
    assert_eq!(values(&correction), values(&second));
    let ledger = Ledger::open(&desk.path("store")).unwrap();
    let Content::Release(told) = &ledger.record(third.number).unwrap().content else { panic!("a release") };
    assert_eq!(told.corrects, Some(1));
}

/// Writes over a file without waiting for the disk.
fn overwrite(path: &Path, bytes: &[u8]) {
    use std::io::Write as _;

    let mut file = fs::OpenOptions::new().write(true).truncate(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

/// Each bit counts; so does each length to which a file may be cut.
#[test]
fn every_byte_of_a_ledger_counts() {
    let desk = Desk::new();
    let store = store(&desk);
    release(&desk, &store, "one");
    release(&desk, &store, "two");
    let folder = desk.path("store/ledger");
    let mut tried = 0;
    for (name, bytes) in content(&folder) {
        let path = folder.join(&name);
        let number = if name.starts_with("000001") { 1 } else { 2 };
        let is_record = name.ends_with(RECORD_FILE);
        // The digests of the other files are in the record: a sample of their bytes is enough.
        let step = if is_record { 1 } else { bytes.len() / 20 + 1 };
        for at in (0..bytes.len()).step_by(step) {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            overwrite(&path, &changed);
            assert_eq!(fault(&desk).0, number, "{} byte {at}", name.display());
            overwrite(&path, &bytes[..at]);
            let (told, fault) = fault(&desk);
            assert_eq!(told, number, "{} cut to {at}", name.display());
            assert!(!is_record || fault == Fault::Unreadable, "{fault:?}");
            tried += 2;
        }
        overwrite(&path, &[bytes.as_slice(), b" "].concat());
        assert_eq!(fault(&desk).0, number, "{} made longer", name.display());
        assert!(HeldLedger::hold(&store).is_err());
        overwrite(&path, &bytes);
    }
    assert!(tried > 2_000, "{tried}");
    assert_eq!(Ledger::open(&desk.path("store")).unwrap().records().len(), 2);
}

#[test]
fn records_are_in_their_places() {
    let desk = Desk::new();
    let store = store(&desk);
    let heads: Vec<Digest> = ["one", "two", "three"].map(|name| release(&desk, &store, name).head).into();
    let at = |number: u64| desk.path("store/ledger").join(folder_name(number));
    let go = |from: u64, to: u64| fs::rename(at(from), at(to)).unwrap();

    go(2, 9);
    assert_eq!(fault(&desk), (2, Fault::Missing));
    go(3, 2);
    assert_eq!(fault(&desk), (2, Fault::OutOfPlace));
    go(2, 3);
    go(9, 2);
    go(1, 9);
    go(2, 1);
    go(9, 2);
    assert_eq!(fault(&desk), (1, Fault::OutOfPlace));
    go(1, 9);
    go(2, 1);
    go(9, 2);

    let beside = at(1).join("note.txt");
    put(&beside, b"x");
    assert_eq!(fault(&desk), (1, Fault::NotRecorded { name: "note.txt".to_owned() }));
    fs::remove_file(beside).unwrap();
    let table = format!("release/tables/{INDICATOR}.csv");
    let kept = fs::read(at(2).join(&table)).unwrap();
    fs::remove_file(at(2).join(&table)).unwrap();
    assert_eq!(fault(&desk), (2, Fault::File { name: table.clone() }));
    put(&at(2).join(&table), &kept);
    put(&desk.path("store/ledger/x"), b"x");
    assert!(matches!(Ledger::open(&desk.path("store")), Err(LedgerError::Foreign { .. })));
    fs::remove_file(desk.path("store/ledger/x")).unwrap();

    // Only who kept the head sees that the last one is gone.
    fs::remove_dir_all(at(3)).unwrap();
    let ledger = Ledger::open(&desk.path("store")).unwrap();
    assert_eq!(ledger.records().len(), 2);
    assert_eq!(heads.iter().map(|head| ledger.position(head)).collect::<Vec<_>>(), [Some(1), Some(2), None]);
}

/// As a killed process leaves it: the record has no name yet, so that it is none.
#[test]
fn what_was_never_finished_is_removed_by_the_next_release() {
    let desk = Desk::new();
    let store = store(&desk);
    release(&desk, &store, "one");
    put(&desk.path("store/ledger/.inlav-half/record.json"), b"{");
    assert_eq!(Ledger::open(&desk.path("store")).unwrap().records().len(), 1);
    assert_eq!(release(&desk, &store, "two").number, 2);
    assert!(!desk.path("store/ledger/.inlav-half").exists());
}

#[test]
fn a_release_that_cannot_be_written_is_not_recorded() {
    let desk = Desk::new();
    let store = store(&desk);
    put(&desk.path("file"), b"x");
    let refused = release_with(&store, &desk.path("file/release"), None, true);
    assert!(matches!(refused, Err(LedgerError::Release(_))), "{refused:?}");
    put(&desk.path("there/x"), b"x");
    let refused = release_with(&store, &desk.path("there"), None, true);
    assert!(matches!(refused, Err(LedgerError::Release(_))), "{refused:?}");
    assert!(Ledger::open(&desk.path("store")).unwrap().records().is_empty());
    assert!(!desk.path("store/ledger").exists());
}

#[test]
fn only_one_release_or_ingest_is_at_work() {
    let desk = Desk::new();
    let mut store = store(&desk);
    let held = HeldLedger::hold(&store).unwrap();
    let busy = |error| matches!(error, LedgerError::Store(StoreError::Busy { .. }));
    assert!(HeldLedger::hold(&store).is_err_and(busy));
    let later = [desk.extract("PUA01", "2025-07-31", &persons(2))];
    assert!(matches!(ingest(&mut store, &later), Err(StoreError::Busy { .. })));
    drop(held);
    ingest(&mut store, &later).unwrap();
}

#[test]
fn what_a_later_version_released_stops_this_one() {
    let desk = Desk::new();
    let store = store(&desk);
    let head = release(&desk, &store, "one").head;
    let content = Content::Later { kind: "sql".to_owned(), details: serde_json::json!({ "x": 1 }) };
    let record = Record::chained(2, head, "2026-01-01T00:00:00Z".to_owned(), content);
    put(&desk.path("store/ledger/000002/record.json"), &record.bytes());
    assert_eq!(Ledger::open(&desk.path("store")).unwrap().head(), Some(record.hash));
    assert!(matches!(HeldLedger::hold(&store), Err(LedgerError::Later { number: 2 })));
}

#[test]
fn errors_are_told_in_both_languages_and_hold_no_count() {
    use inlav_core::language::Language;

    let error = LedgerError::Broken { number: 2, fault: Fault::Changed };
    assert_eq!(error.text(Language::En), "record 2 of the ledger was changed");
    assert_eq!(error.text(Language::It), "la voce 2 del registro dei rilasci è stata cambiata");
}
