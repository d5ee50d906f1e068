//! Extract and vault from rows to files: what they hold, what they do not, and that a change of
//! any bit is seen.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod exclusion;
mod fixtures;
mod hub;

use std::collections::BTreeSet;
use std::fs;

use arrow::array::AsArray as _;
use inlav_core::policy::{Action, Policy};
use inlav_core::registry::{person, site, training};
use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::extract::{ExtractError, ExtractSettings, ExtractWriter, TableError, policy_digest};
use inlav_pseudo::raw::RawBatch;
use inlav_pseudo::vault::VaultReader;

use fixtures::{KEYS, POLICY, SECRETS, assert_nothing, files, good, persons, places, raw, settings, write};
use hub::{read_parquet, verify, verify_bytes};

#[test]
fn an_extract_holds_what_its_signed_manifest_says() {
    let places = places();
    let summary = write(&places, Existing::Refuse, vec![persons(1..=15), persons(16..=20)]).unwrap();
    let manifest = verify(&places.extract, &KEYS.0.signing().public_key()).unwrap();
    assert_eq!(manifest, summary.manifest);
    assert_eq!(summary.sealed_persons, 20);
    let tables: Vec<_> = manifest.tables.iter().map(|table| (table.table.as_str(), table.rows)).collect();
    assert_eq!(tables, [("person", 20), ("case", 20)]);
    assert_eq!((manifest.synthetic, manifest.site.as_str()), (true, "PUA05"));
    let epoch = manifest.current_epoch().unwrap();
    assert_eq!((epoch.epoch, epoch.linkage_key.clone()), (2025, KEYS.1.id().to_string()));
    assert_eq!(manifest.site_key, KEYS.0.id().to_string());
    assert_eq!(manifest.policy, policy_digest(&POLICY));

    let (batches, footer) = read_parquet(&places.extract.join("person.parquet"));
    let expected = POLICY.extract_columns(&person::TABLE).unwrap();
    let fields = batches[0].schema();
    for (field, column) in fields.fields().iter().zip(&expected) {
        assert_eq!((field.name(), field.data_type()), (&column.name, &column.data_type));
    }
    assert_eq!(fields.fields().len(), expected.len());
    let policy = manifest.policy.to_string();
    let expected = [
        ("inlav.algorithm", "HMAC-SHA-256/128"),
        ("inlav.epoch", "2025"),
        ("inlav.id_types", "site_person_id=32"),
        ("inlav.normaliser", "1"),
        ("inlav.policy", policy.as_str()),
        ("inlav.synthetic", "true"),
        ("inlav.table", "person"),
    ];
    let found: Vec<_> = footer.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(found, expected);
    let keys = batches[0].column(0).as_fixed_size_binary();
    assert!(keys.iter().is_sorted(), "the order of arrival shows");
}

#[test]
fn every_case_finds_its_person_and_every_person_is_in_the_vault() {
    let places = places();
    write(&places, Existing::Refuse, vec![persons(1..=20)]).unwrap();
    let keys = |table: &str, column: &str| -> BTreeSet<Vec<u8>> {
        let (batches, _) = read_parquet(&places.extract.join(format!("{table}.parquet")));
        let cells = batches[0].column_by_name(column).unwrap().as_fixed_size_binary();
        cells.iter().map(|key| key.unwrap().to_vec()).collect()
    };
    let persons = keys("person", "site_person_id");
    assert_eq!(persons, keys("case", "site_person_id"));
    let vault = VaultReader::open(&places.vault, KEYS.0.vault()).unwrap();
    assert_eq!((vault.context().epoch, vault.context().policy), (2025, policy_digest(&POLICY)));
    let records: Vec<_> = vault.map(Result::unwrap).collect();
    let sealed: BTreeSet<_> = records.iter().map(|(key, _)| key.as_bytes().to_vec()).collect();
    assert_eq!(sealed, persons);
    let found = records.iter().any(|(_, identity)| {
        identity.expose().any(|field| field == ("family_name", "Provafalso"))
            && identity.expose().any(|field| field == ("phone", "+39 333 0000000"))
            && identity.expose().all(|(column, _)| column != "notes")
    });
    assert!(found);
}

#[test]
fn nothing_direct_is_in_an_extract() {
    let places = places();
    write(&places, Existing::Refuse, vec![persons(1..=20)]).unwrap();
    let mut all = files(&places.extract);
    all.push(("v.ilv".to_owned(), fs::read(&places.vault).unwrap()));
    for (name, bytes) in all {
        for secret in SECRETS {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{name} shows a value");
        }
    }
    // Compressed pages would hide a value from the search above: look at the cells too.
    for table in ["person", "case"] {
        let (batches, _) = read_parquet(&places.extract.join(format!("{table}.parquet")));
        for column in batches[0].columns() {
            let Some(texts) = column.as_string_opt::<i32>() else { continue };
            for text in texts.iter().flatten() {
                assert!(SECRETS.iter().all(|secret| !text.contains(secret)) && text.len() <= 8);
            }
        }
    }
}

#[test]
fn an_extract_is_the_same_for_any_threads_and_order() {
    let in_pool = |threads: usize, batches: fn() -> Vec<RawBatch>| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let places = places();
        pool.install(|| write(&places, Existing::Refuse, batches()).unwrap());
        files(&places.extract)
    };
    let one = in_pool(1, || vec![persons(1..=10_000)]);
    let four = in_pool(4, || vec![persons(1..=10_000)]);
    let backwards = in_pool(4, || vec![persons((5001..=10_000).rev()), persons(1..=5000)]);
    assert!(one == four, "the number of threads shows");
    assert!(one == backwards, "the order of the rows shows");
    assert_eq!(one.len(), 4);
}

#[test]
fn every_flipped_bit_of_manifest_and_signature_is_seen() {
    let places = places();
    write(&places, Existing::Refuse, vec![persons(1..=3)]).unwrap();
    let public = KEYS.0.signing().public_key();
    let manifest = fs::read(places.extract.join("manifest.json")).unwrap();
    let signature = fs::read(places.extract.join("manifest.sig")).unwrap();
    verify_bytes(&manifest, &signature, &public).unwrap();
    let flips = |bytes: &[u8], refused: &dyn Fn(&[u8]) -> bool| {
        for position in 0..bytes.len() {
            for bit in [0, 5, 7] {
                let mut flipped = bytes.to_vec();
                flipped[position] ^= 1 << bit;
                assert!(refused(&flipped), "a flipped bit in byte {position} is not seen");
            }
        }
    };
    flips(&manifest, &|flipped| verify_bytes(flipped, &signature, &public) == Err("manifest"));
    flips(&signature, &|flipped| {
        matches!(verify_bytes(&manifest, flipped, &public), Err("signature" | "manifest"))
    });
}

#[test]
fn a_flipped_bit_of_a_table_is_seen() {
    let places = places();
    write(&places, Existing::Refuse, vec![persons(1..=3)]).unwrap();
    let public = KEYS.0.signing().public_key();
    let path = places.extract.join("person.parquet");
    let bytes = fs::read(&path).unwrap();
    for position in (0..bytes.len()).step_by(97) {
        let mut flipped = bytes.clone();
        flipped[position] ^= 1;
        whole::write(&path, &flipped, Access::Shared, Existing::Replace).unwrap();
        assert_eq!(verify(&places.extract, &public), Err("file"));
    }
}

#[test]
fn two_rows_with_one_key_stop_the_run_and_are_named_by_row() {
    let places = places();
    let twice = vec![persons(1..=9), persons([4, 10].into_iter())];
    let error = write(&places, Existing::Refuse, twice).unwrap_err();
    assert_eq!(
        error.to_string(),
        "two rows of person have the same site_person_id (row 5 and an earlier one)"
    );
    assert_nothing(&places);
}

#[test]
fn an_error_of_the_rows_is_handed_through_and_nothing_is_written() {
    #[derive(Debug, thiserror::Error)]
    #[error("sheet 2 is empty")]
    struct Unreadable;

    let places = places();
    let writer = ExtractWriter::create(settings(&places, Existing::Refuse)).unwrap();
    let batches = [Ok(persons(1..=9)), Err(Unreadable)];
    let error = writer.table(&person::TABLE, batches).unwrap_err();
    assert!(matches!(error, TableError::Rows(Unreadable)));
    assert_nothing(&places);
}

#[test]
fn no_error_shows_a_value() {
    let places = places();
    let wrong =
        raw(&site::TABLE, &[("opened_on", vec!["Provafalso".to_owned(), "09/06/2004".to_owned()])], &[1, 2]);
    let writer = ExtractWriter::create(settings(&places, Existing::Refuse)).unwrap();
    let shown = format!("{writer:?}");
    let error = writer.table(&site::TABLE, good(vec![wrong])).unwrap_err();
    let text = format!("{error} {error:?} {shown}");
    assert!(SECRETS.iter().all(|secret| !text.contains(secret)));
    assert!(text.contains("site.opened_on") && text.contains("row 2"));
    let keys = format!("{:?} {:?} {:?}", KEYS.0, KEYS.1, persons(1..=3));
    assert!(keys.contains("redacted") && SECRETS.iter().all(|secret| !keys.contains(secret)));
}

#[test]
fn what_exists_is_left_or_replaced_as_asked() {
    let places = places();
    write(&places, Existing::Refuse, vec![persons(1..=3)]).unwrap();
    let (extract, vault) = (files(&places.extract), fs::read(&places.vault).unwrap());
    assert!(write(&places, Existing::Refuse, vec![persons(1..=4)]).is_err());
    assert!(files(&places.extract) == extract && fs::read(&places.vault).unwrap() == vault);
    let summary = write(&places, Existing::Replace, vec![persons(1..=4)]).unwrap();
    assert_eq!(summary.sealed_persons, 4);
    assert!(files(&places.extract) != extract);
    assert_eq!(fs::read_dir(places.folder.path()).unwrap().count(), 2);
}

#[test]
fn a_vault_in_the_extract_and_a_place_that_is_no_folder_are_refused() {
    let places = places();
    let inside = places.extract.join("v.ilv");
    let refused =
        ExtractWriter::create(ExtractSettings { vault: &inside, ..settings(&places, Existing::Refuse) });
    assert!(matches!(refused, Err(ExtractError::VaultInside { .. })));

    write(&places, Existing::Refuse, vec![persons(1..=3)]).unwrap();
    let below_a_file = places.vault.join("out");
    let refused = ExtractWriter::create(ExtractSettings {
        extract: &below_a_file,
        ..settings(&places, Existing::Replace)
    });
    assert!(matches!(refused, Err(ExtractError::Path { .. } | ExtractError::Write(_))));
}

#[test]
fn a_table_given_twice_is_refused_and_a_table_dropped_whole_has_no_file() {
    let places = places();
    let mut policy = Policy::evaluation();
    for actions in policy.tables.get_mut("training").unwrap().values_mut() {
        *actions = vec![Action::Drop];
    }
    let with_persons = || {
        let settings = ExtractSettings { policy: &policy, ..settings(&places, Existing::Refuse) };
        ExtractWriter::create(settings).unwrap().table(&person::TABLE, good(Vec::new())).unwrap()
    };
    let again = with_persons().table(&person::TABLE, good(Vec::new())).unwrap_err();
    assert!(matches!(again, TableError::Extract(ExtractError::Twice { table: "person" })));
    let writer = with_persons().table(&training::TABLE, good(Vec::new())).unwrap();
    let summary = writer.finish().unwrap();
    let tables: Vec<_> = summary.manifest.tables.iter().map(|table| table.table.as_str()).collect();
    assert_eq!(tables, ["person"]);
    assert_eq!(summary.manifest.tables[0].rows, 0);
    assert!(!places.extract.join("training.parquet").exists());
}

#[test]
fn a_policy_without_some_table_stops_before_anything_is_written() {
    let places = places();
    let mut policy = Policy::evaluation();
    policy.tables.remove("awareness");
    let refused =
        ExtractWriter::create(ExtractSettings { policy: &policy, ..settings(&places, Existing::Refuse) });
    assert!(matches!(refused, Err(ExtractError::Policy(_))));
    assert_nothing(&places);
}
