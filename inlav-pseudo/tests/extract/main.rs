//! Extract and vault from rows to files: what they hold, what they do not, and that a change of
//! any bit is seen.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alarms;
mod exclusion;
mod fixtures;
mod hub;

use std::collections::BTreeSet;
use std::fs;

use arrow::array::{AsArray as _, RecordBatch};
use arrow::datatypes::{UInt8Type, UInt32Type};
use inlav_core::policy::{Action, Policy};
use inlav_core::programme::Programme;
use inlav_core::registry::{case, person, site, training};
use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::extract::{
    ExtractError, ExtractSettings, ExtractWriter, SORT_MEMORY, TableError, policy_digest,
};
use inlav_pseudo::keys::{KdfCost, LinkageKey, Passphrase};
use inlav_pseudo::raw::RawBatch;
use inlav_pseudo::vault::{Sealed, VaultReader};

use fixtures::{
    KEYS, POLICY, SECRETS, assert_nothing, cases, cases_of, files, good, persons, places, raw, settings,
    write, write_within,
};
use hub::{metadata, read_parquet, verify, verify_bytes};
use parquet::basic::Type;

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
    let (policy, schema) = (manifest.policy.to_string(), manifest.schema.to_string());
    let expected = [
        ("inlav.algorithm", "HMAC-SHA-256/128"),
        ("inlav.epoch", "2025"),
        ("inlav.id_types", "site_person_id=32"),
        ("inlav.normaliser", "1"),
        ("inlav.policy", policy.as_str()),
        ("inlav.schema", schema.as_str()),
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
    let vault = VaultReader::open(&places.vault, KEYS.0.vault(), &KEYS.2).unwrap();
    assert_eq!((vault.context().epoch, vault.context().policy), (2025, policy_digest(&POLICY)));
    let records: Vec<_> = vault.map(Result::unwrap).collect();
    let sealed: BTreeSet<_> = records.iter().map(|(key, _)| key.as_bytes().to_vec()).collect();
    assert_eq!(sealed, persons);
    let found = records.iter().any(|(_, sealed)| {
        let Sealed::Person(identity) = sealed else { return false };
        identity.expose().any(|field| field == ("family_name", "Provafalso"))
            && identity.expose().any(|field| field == ("phone", "+39 333 0000000"))
            && identity.expose().all(|(column, _)| column != "notes")
    });
    assert!(found);
}

/// In long form, sorted and distinct, for each epoch; the first ones are those of the current one.
#[test]
fn the_token_file_has_a_row_for_each_document_subject_and_epoch() {
    let next = LinkageKey::create(
        &tempfile::tempdir().unwrap().path().join("l.ilk"),
        Programme::inlav_lombardia().project_id,
        2026,
        &Passphrase::new("correct horse battery".to_owned()),
        KdfCost::memory_mib(64).unwrap(),
    )
    .unwrap();
    for memory in [1, SORT_MEMORY] {
        let places = places();
        let linkage = [&next, &KEYS.1];
        let settings = ExtractSettings { linkage: &linkage, ..settings(&places, Existing::Refuse) };
        let batches = vec![persons(11..=20), persons(1..=10)];
        let writer = ExtractWriter::create(settings).unwrap().with_sort_memory(memory);
        let summary = writer.table(&person::TABLE, good(batches)).unwrap().finish().unwrap();
        assert_eq!(verify(&places.extract, &KEYS.0.signing().public_key()).unwrap(), summary.manifest);
        let epochs: Vec<u32> = summary.manifest.epochs.iter().map(|epoch| epoch.epoch).collect();
        assert_eq!(epochs, [2026, 2025]);
        let described = summary.manifest.tokens.unwrap();
        assert_eq!((described.file.as_str(), described.table.as_str()), ("tokens.parquet", "tokens"));

        let (batches, footer) = read_parquet(&places.extract.join("tokens.parquet"));
        assert!(footer.contains(&("inlav.table".to_owned(), "tokens".to_owned())));
        let rows: Vec<_> = batches.iter().flat_map(token_rows).collect();
        // A passport each, and person 1 has a codice fiscale too; in two epochs.
        assert_eq!(rows.len(), 2 * 21);
        assert_eq!(described.rows, 2 * 21);
        assert!(rows.is_sorted_by(|one, next| one < next), "rows are not sorted or not distinct");
        let (persons, _) = read_parquet(&places.extract.join("person.parquet"));
        let persons: BTreeSet<_> = persons[0].column(0).as_fixed_size_binary().iter().flatten().collect();
        assert!(rows.iter().all(|(kind, subject, ..)| *kind == 32 && persons.contains(subject.as_slice())));
        let of = |epoch: u32| -> BTreeSet<_> {
            rows.iter().filter(|row| row.3 == epoch).map(|row| row.4.clone()).collect()
        };
        assert_eq!((of(2025).len(), of(2026).len()), (21, 21));
        assert!(of(2025).is_disjoint(&of(2026)), "two epochs have a token in common");
    }
}

type TokenRow = (u8, Vec<u8>, u8, u32, Vec<u8>);

fn token_rows(batch: &RecordBatch) -> Vec<TokenRow> {
    let bytes = |index: usize, row| batch.column(index).as_fixed_size_binary().value(row).to_vec();
    let small = |index: usize, row| batch.column(index).as_primitive::<UInt8Type>().value(row);
    let epoch = |row| batch.column(3).as_primitive::<UInt32Type>().value(row);
    (0..batch.num_rows())
        .map(|row| (small(0, row), bytes(1, row), small(2, row), epoch(row), bytes(4, row)))
        .collect()
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
fn an_extract_is_the_same_for_any_threads_order_and_memory() {
    let in_pool = |threads: usize, memory: usize, batches: fn() -> Vec<RawBatch>| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let places = places();
        pool.install(|| write_within(&places, Existing::Refuse, memory, batches()).unwrap());
        assert_eq!(fs::read_dir(places.folder.path()).unwrap().count(), 2, "something else is left");
        files(&places.extract)
    };
    let one = in_pool(1, SORT_MEMORY, || vec![persons(1..=5_000)]);
    let four = in_pool(4, SORT_MEMORY, || vec![persons(1..=5_000)]);
    let backwards = || vec![persons((2501..=5_000).rev()), persons(1..=2500)];
    let on_disk = || (1..=100).map(|group| persons((group - 1) * 50 + 1..=group * 50)).rev().collect();
    assert!(one == four, "the number of threads shows");
    assert!(one == in_pool(4, SORT_MEMORY, backwards), "the order of the rows shows");
    // A hundred runs, more than are merged at once.
    assert!(one == in_pool(2, 1, on_disk), "it shows that rows were set aside on disk");
    assert_eq!(one.len(), 5);
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

/// Rows of cases are in the order of their persons, so that equal keys are far apart.
#[test]
fn a_repeated_key_is_found_whatever_the_order_of_the_rows() {
    for memory in [1, SORT_MEMORY] {
        let places = places();
        let writer = ExtractWriter::create(settings(&places, Existing::Refuse)).unwrap();
        let batches = vec![
            cases(1..=500),
            cases_of([(7, 700), (9, 701)].into_iter()),
            cases_of([(4, 702)].into_iter()),
        ];
        let error = writer.with_sort_memory(memory).table(&case::TABLE, good(batches)).unwrap_err();
        assert_eq!(error.to_string(), "two rows of case have the same case_id (row 5 and an earlier one)");
        assert_nothing(&places);
    }
}

/// Row groups and their statistics tell a reader of the footer nothing of single persons.
#[test]
fn a_footer_names_the_order_and_shows_no_extreme_day_or_number() {
    let places = places();
    write(&places, Existing::Refuse, vec![persons(1..=20)]).unwrap();
    for (table, first) in [("person", "site_person_id"), ("case", "site_person_id")] {
        let metadata = metadata(&places.extract.join(format!("{table}.parquet")));
        let group = &metadata.row_groups()[0];
        let order = group.sorting_columns().unwrap();
        assert!(order.iter().all(|column| !column.descending && column.nulls_first));
        assert_eq!(order.len(), group.num_columns());
        let leading = usize::try_from(order[0].column_idx).unwrap();
        assert_eq!(group.column(leading).column_path().string(), first);
        for column in group.columns() {
            let shown = column.statistics().is_some_and(|statistics| statistics.min_bytes_opt().is_some());
            let is_bytes = matches!(column.column_type(), Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY);
            assert!(!shown || is_bytes, "{} shows its extremes", column.column_path());
            let in_dictionary = column.dictionary_page_offset().is_some();
            assert!(!is_bytes || in_dictionary == (column.column_type() == Type::BYTE_ARRAY));
        }
    }
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
