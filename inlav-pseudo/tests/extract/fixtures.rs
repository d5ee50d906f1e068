//! Made-up persons and cases, and an extract of them.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use chrono::NaiveDate;
use inlav_core::codes::CodeLists;
use inlav_core::policy::Policy;
use inlav_core::programme::Programme;
use inlav_core::registry::{Table, case, person};
use inlav_core::whole::Existing;
use inlav_pseudo::extract::{ExtractSettings, ExtractSummary, ExtractWriter, SORT_MEMORY, Tokens};
use inlav_pseudo::keys::{KdfCost, LinkageKey, Passphrase, SiteKeys, VaultOpenKey};
use inlav_pseudo::pseudonymise::Exclusions;
use inlav_pseudo::raw::RawBatch;

pub(crate) static KEYS: LazyLock<(SiteKeys, LinkageKey, VaultOpenKey)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let project = Programme::inlav_lombardia().project_id;
    let passphrase = Passphrase::new("correct horse battery".to_owned());
    let cost = KdfCost::memory_mib(64).unwrap();
    let site = "PUA05".parse().unwrap();
    let keys = SiteKeys::create(&folder.path().join("k"), project, &site, &passphrase, cost).unwrap();
    let linkage = LinkageKey::create(&folder.path().join("l.ilk"), project, 2025, &passphrase, cost).unwrap();
    let open = VaultOpenKey::open(&folder.path().join("k/vault.ilk"), project, &site, &passphrase).unwrap();
    (keys, linkage, open)
});
static LINKAGE: LazyLock<[&LinkageKey; 1]> = LazyLock::new(|| [&KEYS.1]);
pub(crate) static POLICY: LazyLock<Policy> = LazyLock::new(Policy::evaluation);
/// Nobody is left out.
static NOBODY: LazyLock<Exclusions> = LazyLock::new(|| {
    let no_tables = |_: &'static Table| Ok::<Option<Vec<Result<RawBatch, Infallible>>>, Infallible>(None);
    let as_of = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap();
    Exclusions::gather(&POLICY, &KEYS.0, CodeLists::built_in(), as_of, &BTreeSet::new(), no_tables).unwrap()
});

/// Every direct identifier of the made-up persons, as written.
pub(crate) const SECRETS: [&str; 8] = [
    "Provafalso",
    "Inventata",
    "PRVVTR04P68E333G",
    "AB1234567",
    "09/06/2004",
    "+39 333 0000000",
    "via che non esiste",
    "ha raccontato",
];

/// A persons' export. Row `n` is person `n`.
pub(crate) fn persons(numbers: impl Iterator<Item = usize>) -> RawBatch {
    let numbers: Vec<usize> = numbers.collect();
    let same = |text: &str| vec![text.to_owned(); numbers.len()];
    let each = |make: fn(usize) -> String| numbers.iter().map(|number| make(*number)).collect();
    let columns: Vec<(&str, Vec<String>)> = vec![
        ("site_person_id", each(|number| format!("P{number}"))),
        ("family_name", each(|number| if number == 1 { "Provafalso" } else { "Inventata" }.to_owned())),
        ("birth_date", each(|number| if number == 1 { "09/06/2004" } else { "1990-01-31" }.to_owned())),
        ("codice_fiscale", each(|number| if number == 1 { "PRVVTR04P68E333G" } else { "" }.to_owned())),
        ("passport_state", same("PAK")),
        ("passport_number", each(|number| format!("AB{}", 1_234_566 + number))),
        ("phone", same("+39 333 0000000")),
        ("address", same("via che non esiste")),
        ("gender", same("Donna")),
        ("citizenship", same("PAK")),
        ("notes", same("ha raccontato")),
    ];
    raw(&person::TABLE, &columns, &numbers)
}

/// A cases' export. Row `n` is case `n` of person `n`.
pub(crate) fn cases(numbers: impl Iterator<Item = usize>) -> RawBatch {
    cases_of(numbers.map(|number| (number, number)))
}

/// A cases' export: cases and their persons. Row `n` is case `n`.
pub(crate) fn cases_of(pairs: impl Iterator<Item = (usize, usize)>) -> RawBatch {
    let (numbers, persons): (Vec<usize>, Vec<usize>) = pairs.unzip();
    let same = |text: &str| vec![text.to_owned(); numbers.len()];
    let each = |prefix: &str, numbers: &[usize]| numbers.iter().map(|n| format!("{prefix}{n}")).collect();
    let columns: Vec<(&str, Vec<String>)> = vec![
        ("case_id", each("C", &numbers)),
        ("site_person_id", each("P", &persons)),
        ("state", same("")),
        ("taken_on", same("01/02/2025")),
        ("entry_channel", same("")),
        ("target_group", same("")),
        ("identification_status", same("")),
        ("notes", same("ha raccontato")),
    ];
    raw(&case::TABLE, &columns, &numbers)
}

pub(crate) fn raw(table: &'static Table, columns: &[(&str, Vec<String>)], numbers: &[usize]) -> RawBatch {
    let fields: Vec<Field> =
        columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
    let arrays =
        columns.iter().map(|(_, texts)| Arc::new(StringArray::from_iter_values(texts)) as _).collect();
    let cells = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let numbers = numbers.iter().map(|number| u64::try_from(number + 1).unwrap()).collect();
    RawBatch::new(table, cells, numbers).unwrap()
}

pub(crate) struct Places {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) extract: PathBuf,
    pub(crate) vault: PathBuf,
}

pub(crate) fn places() -> Places {
    let folder = tempfile::tempdir().unwrap();
    let (extract, vault) = (folder.path().join("out"), folder.path().join("v.ilv"));
    Places { folder, extract, vault }
}

pub(crate) fn settings<'a>(places: &'a Places, existing: Existing) -> ExtractSettings<'a> {
    ExtractSettings {
        site: &KEYS.0,
        linkage: LINKAGE.as_slice(),
        tokens: Tokens::Clear,
        policy: &POLICY,
        exclusions: &NOBODY,
        lists: CodeLists::built_in(),
        as_of: NaiveDate::from_ymd_opt(2025, 6, 30).unwrap(),
        audit_head: None,
        synthetic: true,
        software: "inlav test",
        extract: &places.extract,
        vault: &places.vault,
        existing,
    }
}

pub(crate) fn good(batches: Vec<RawBatch>) -> impl Iterator<Item = Result<RawBatch, Infallible>> {
    batches.into_iter().map(Ok)
}

/// Writes an extract of persons and cases.
pub(crate) fn write(
    places: &Places,
    existing: Existing,
    person_batches: Vec<RawBatch>,
) -> Result<ExtractSummary, Box<dyn std::error::Error>> {
    write_within(places, existing, SORT_MEMORY, person_batches)
}

/// The same with so many bytes for sorting.
pub(crate) fn write_within(
    places: &Places,
    existing: Existing,
    memory: usize,
    person_batches: Vec<RawBatch>,
) -> Result<ExtractSummary, Box<dyn std::error::Error>> {
    // Against the registry's order: the manifest follows it all the same.
    let writer = ExtractWriter::create(settings(places, existing))?
        .with_sort_memory(memory)
        .table(&case::TABLE, good(vec![cases(1..=20)]))?
        .table(&person::TABLE, good(person_batches))?;
    Ok(writer.finish()?)
}

/// Every file of a directory by name.
pub(crate) fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

pub(crate) fn assert_nothing(places: &Places) {
    assert_eq!(fs::read_dir(places.folder.path()).unwrap().count(), 0, "something was left behind");
}
