//! Which tokens a store takes in, and whom they link.

use inlav_core::exchange::{ManifestEpoch, RelinkManifest};

use super::super::testing::count;
use super::*;
use crate::store::Difference;
use crate::verify::VerifyError;

const DAY: &str = "2025-06-30";

/// One person with a document.
fn person(tokens: &str) -> String {
    format!("person: site_person_id\np1\ntokens: subject document epoch token\n{tokens}")
}

#[test]
fn a_person_seen_at_two_pua_becomes_one() {
    let desk = Desk::new();
    let store = desk.store(&[
        desk.extract("PUA01", DAY, &person("p1 codice-fiscale 2025 a\np1 permit 2025 x")),
        desk.extract("PUA02", DAY, &person("p1 permit 2025 x")),
        // An equal word of another kind is another document.
        desk.extract("PUA03", DAY, &person("p1 passport 2025 x")),
    ]);
    assert_eq!(store.catalog().persons, 2);
    assert_eq!(count(&store, "SELECT COUNT(DISTINCT person_no) AS n FROM person"), 2);
    let one = "SELECT COUNT(DISTINCT site_id) AS n FROM person WHERE person_no IN
        (SELECT person_no FROM person WHERE site_id = 'PUA01')";
    assert_eq!(count(&store, one), 2);
    assert!(store.catalog().conflicts.is_empty());
}

#[test]
fn conflicts_are_counted_by_kind_with_the_pua_to_ask() {
    let desk = Desk::new();
    let store = desk.store(&[
        desk.extract("PUA01", DAY, &person("p1 codice-fiscale 2025 a\np1 permit 2025 x")),
        desk.extract("PUA02", DAY, &person("p1 codice-fiscale 2025 b\np1 permit 2025 x")),
        desk.extract("PUA03", DAY, &person("p1 codice-fiscale 2025 c")),
    ]);
    let told: Vec<_> = store.catalog().conflicts.iter().collect();
    let [(kind, conflicts)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((kind.as_str(), conflicts.persons), ("codice-fiscale", 1));
    assert_eq!(conflicts.sites.iter().collect::<Vec<_>>(), ["PUA01", "PUA02"]);
}

/// An operator's number is the same in the whole programme; each PUA has a pseudonym of its own.
#[test]
fn an_operator_trained_at_two_pua_is_counted_once() {
    let desk = Desk::new();
    let training = |own: &str, token: &str| {
        format!(
            "training: operator_id track on hours\n{own} REINS 2025-01-01 4
            tokens: subject document epoch token\n{own} operator 2025 {token}"
        )
    };
    let store = desk.store(&[
        desk.extract("PUA01", DAY, &training("a", "7")),
        desk.extract("PUA02", DAY, &training("b", "7")),
        desk.extract("PUA03", DAY, &training("a", "8")),
    ]);
    assert_eq!(count(&store, "SELECT COUNT(DISTINCT operator_no) AS n FROM training"), 2);
    assert_eq!(count(&store, "SELECT COUNT(*) AS n FROM training"), 3);
}

#[test]
fn sealed_tokens_are_taken_in_only_with_what_the_custodian_made_of_them() {
    let desk = Desk::new();
    let mut store = Store::open_or_begin(&desk.path("store")).unwrap();
    let (extract, relinked) = desk.sealed("PUA01", DAY, &person("p1 permit 2025 x"));
    let without = [extract];
    let refused = ingest(&mut store, &without).unwrap_err();
    assert!(matches!(&refused, StoreError::NotRelinked { site } if site.as_str() == "PUA01"));
    assert!(refused.to_string().contains("--relinked") && !desk.path("store").exists());

    let [extract] = without;
    let (other, of_other) = desk.sealed("PUA02", DAY, &person("p1 permit 2025 x"));
    let extracts = [extract.with_relinked(relinked).unwrap(), other.with_relinked(of_other).unwrap()];
    ingest(&mut store, &extracts).unwrap();
    assert_eq!(store.catalog().persons, 1);
    assert_eq!(store.catalog().snapshots["PUA01"].epochs[0].relink_key.as_deref(), Some("0a"));
    // What was sealed stays outside of the store; nothing is in it that the hub cannot explain.
    let mut folders = vec![desk.path("store")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            assert_ne!(path.extension().and_then(|extension| extension.to_str()), Some("ilt"));
            folders.extend(path.is_dir().then_some(path));
        }
    }
}

/// Interrupted before the catalogue is written, the store still has the tokens that it says it has.
#[test]
fn tokens_that_are_relinked_anew_take_the_place_of_none() {
    let desk = Desk::new();
    let (extract, relinked) = desk.sealed("PUA01", DAY, &person("p1 permit 2025 x"));
    let first = [extract.with_relinked(relinked).unwrap()];
    let mut store = desk.store(&first);
    let [first] = first;
    let tokens = Draft::new("PUA01", DAY, &person("p1 permit 2025 y")).tokens;
    let anew = desk.relinked(&first, &tokens, "0b", |_| ());
    let (again, _) = desk.sealed("PUA01", DAY, &person("p1 permit 2025 x"));
    assert_eq!(again.digest(), first.digest());
    let second = [again.with_relinked(anew).unwrap()];
    store.copy(&second[0]).unwrap();
    let before = Store::open(&desk.path("store")).unwrap().catalog().clone();

    assert!(matches!(ingest(&mut store, &second), Err(StoreError::SameDay { .. })));
    store.ingest(&second, Programme::inlav_lombardia(), Existing::Replace).unwrap();
    let after = Store::open(&desk.path("store")).unwrap();
    assert_eq!(before.snapshots["PUA01"].epochs[0].relink_key.as_deref(), Some("0a"));
    assert_eq!(after.catalog().snapshots["PUA01"].epochs[0].relink_key.as_deref(), Some("0b"));
}

#[test]
fn relinked_tokens_belong_to_one_extract() {
    let changes: [fn(&mut RelinkManifest); 5] = [
        |said| said.extract = Digest([9; 32]),
        |said| said.site = "PUA09".parse().unwrap(),
        |said| said.purpose = "care".to_owned(),
        |said| said.epochs.clear(),
        |said| said.epochs[0].epoch = 2024,
    ];
    for change in changes {
        let desk = Desk::new();
        let (extract, _) = desk.sealed("PUA01", DAY, &person("p1 permit 2025 x"));
        let relinked = desk.relinked(&extract, &[], "0a", change);
        assert!(matches!(extract.with_relinked(relinked), Err(VerifyError::OtherExtract { .. })));
    }
    let desk = Desk::new();
    let (extract, _) = desk.sealed("PUA01", DAY, &person("p1 permit 2025 x"));
    let miscounted = desk.relinked(&extract, &[], "0a", |said| said.tokens.rows = 3);
    assert!(matches!(extract.with_relinked(miscounted), Err(VerifyError::Parquet { .. })));
    // Nothing was sealed, nothing is relinked.
    let clear = desk.extract("PUA01", DAY, &person("p1 permit 2025 x"));
    let relinked = desk.relinked(&clear, &[], "0a", |_| ());
    assert!(matches!(clear.with_relinked(relinked), Err(VerifyError::OtherExtract { .. })));
}

#[test]
fn tokens_that_could_not_meet_are_refused() {
    let desk = Desk::new();
    let epochs = |epochs: &[(u32, &str)]| -> Vec<ManifestEpoch> {
        let epoch =
            |(epoch, key): &(u32, &str)| ManifestEpoch { epoch: *epoch, linkage_key: (*key).to_owned() };
        epochs.iter().map(epoch).collect()
    };
    let extract = |site: &str, of: &[(u32, &str)]| {
        let mut draft = Draft::new(site, DAY, &person(""));
        draft.manifest.epochs = epochs(of);
        desk.sign(draft).unwrap()
    };
    let mut store = desk.store(&[extract("PUA01", &[(2025, "a")])]);
    let what = |refused: Result<Vec<Ingested>, StoreError>| match refused {
        Err(StoreError::Mismatch { what, site }) => (what, site.to_string()),
        other => panic!("{other:?}"),
    };
    let named = |what| (what, "PUA02".to_owned());
    assert_eq!(what(ingest(&mut store, &[extract("PUA02", &[(2025, "b")])])), named(Difference::LinkageKey));
    assert_eq!(what(ingest(&mut store, &[extract("PUA02", &[(2026, "c")])])), named(Difference::Epoch));
    // While one epoch gives way to the next a PUA has both, and the others may follow.
    ingest(&mut store, &[extract("PUA02", &[(2026, "c"), (2025, "a")])]).unwrap();
    let refused = what(ingest(&mut store, &[extract("PUA03", &[(2026, "c")])]));
    assert_eq!(refused, (Difference::Epoch, "PUA03".to_owned()), "2025 and 2026 would not meet");

    // In mode B the relink keys have to be the same too.
    let (first, of_first) = desk.sealed("PUA01", DAY, &person("p1 permit 2025 x"));
    let (second, _) = desk.sealed("PUA02", DAY, &person("p1 permit 2025 x"));
    let of_second = desk.relinked(&second, &[], "0b", |_| ());
    let (first, second) = (first.with_relinked(of_first).unwrap(), second.with_relinked(of_second).unwrap());
    let mut sealed = Store::open_or_begin(&desk.path("sealed")).unwrap();
    assert_eq!(what(ingest(&mut sealed, &[first, second])), named(Difference::RelinkKey));
    // And nobody mixes modes.
    let (sealed, relinked) = desk.sealed("PUA04", DAY, &person("p1 permit 2025 x"));
    let sealed = sealed.with_relinked(relinked).unwrap();
    assert_eq!(what(ingest(&mut store, &[sealed])).0, Difference::LinkageMode);
}

#[test]
fn a_table_of_tokens_that_is_none_is_refused() {
    let desk = Desk::new();
    let mut draft = Draft::new("PUA01", DAY, &person("p1 permit 2025 x\np1 permit 2025 y"));
    draft.tokens.reverse();
    assert!(matches!(desk.sign(draft), Err(VerifyError::Parquet { .. })), "not sorted");
    let draft = Draft::new("PUA01", DAY, &person("p1 permit 2024 x"));
    assert!(matches!(desk.sign(draft), Err(VerifyError::Parquet { .. })), "of another epoch");
    let mut draft = Draft::new("PUA01", DAY, &person("p1 permit 2025 x"));
    draft.tokens[0].document = inlav_core::identifiers::IdType::Phone;
    assert!(matches!(desk.sign(draft), Err(VerifyError::Parquet { .. })), "of what people share");
}
