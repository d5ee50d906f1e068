//! Who is left out of an extract is nowhere in it, nor in the vault, nor among the tokens: on a made-up
//! population, against a second account of who that is, worked out from the rows as they were made.

#![expect(clippy::indexing_slicing, reason = "a test ends where it is wrong")]

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use arrow::array::AsArray as _;
use chrono::NaiveDate;
use inlav_core::codes::CodeLists;
use inlav_core::exchange::ExclusionReason;
use inlav_core::identifiers::{IdType, Identifier};
use inlav_core::policy::{Minors, Policy};
use inlav_core::programme::Programme;
use inlav_core::registry::{self, Column, Kind, Table, case, consent, person};
use inlav_core::synthetic::{Dials, Population, SiteData};
use inlav_core::value::parse_date;
use inlav_core::whole::Existing;
use inlav_pseudo::extract::{ExtractSettings, ExtractWriter};
use inlav_pseudo::pseudonym::Pseudonym;
use inlav_pseudo::pseudonymise::{Exclusions, TablePseudonymiser};
use inlav_pseudo::raw::RawBatch;
use inlav_pseudo::vault::VaultReader;

use crate::fixtures::{KEYS, places, raw, settings};
use crate::hub::read_parquet;

const AGE: u8 = 25;

/// The cells of a column, row by row.
fn cells<'a>(data: &'a SiteData, table: &Table, column: &Column) -> Vec<&'a str> {
    let place = table.columns.iter().position(|known| known.name == column.name).unwrap();
    data.rows(table.name).iter().map(|row| row[place].as_str()).collect()
}

fn batches(data: &SiteData, table: &'static Table) -> Option<Vec<Result<RawBatch, Infallible>>> {
    let rows = data.rows(table.name);
    let columns: Vec<(&str, Vec<String>)> = table
        .columns
        .iter()
        .map(|column| (column.name, cells(data, table, column).into_iter().map(str::to_owned).collect()))
        .collect();
    let numbers: Vec<usize> = (1..=rows.len()).collect();
    (!rows.is_empty()).then(|| vec![Ok(raw(table, &columns, &numbers))])
}

/// Who is to be left out, by the number in the register, worked out once more.
fn expected(data: &SiteData, as_of: NaiveDate, forgotten: &[&str]) -> BTreeMap<String, ExclusionReason> {
    let mut excluded = BTreeMap::new();
    let cases: BTreeMap<&str, &str> = cells(data, &case::TABLE, &case::CASE_ID)
        .into_iter()
        .zip(cells(data, &case::TABLE, &case::SITE_PERSON_ID))
        .collect();
    for person in forgotten {
        excluded.insert((*person).to_owned(), ExclusionReason::Forgotten);
    }
    let [of, kinds, given, withdrawn] =
        [&consent::CASE_ID, &consent::TYPE, &consent::GIVEN_ON, &consent::WITHDRAWN_ON]
            .map(|column| cells(data, &consent::TABLE, column));
    for row in (0..of.len()).filter(|row| kinds[*row] == "PRESA" && !withdrawn[*row].is_empty()) {
        let again = (0..of.len()).any(|other| {
            kinds[other] == "PRESA"
                && cases[of[other]] == cases[of[row]]
                && withdrawn[other].is_empty()
                && parse_date(given[other]) > parse_date(withdrawn[row])
        });
        if !again {
            excluded.entry(cases[of[row]].to_owned()).or_insert(ExclusionReason::ConsentWithdrawn);
        }
    }
    let births = cells(data, &person::TABLE, &person::BIRTH_DATE);
    for (number, born) in cells(data, &person::TABLE, &person::SITE_PERSON_ID).into_iter().zip(births) {
        let adult_from = parse_date(born)
            .and_then(|born| born.checked_add_months(chrono::Months::new(12 * u32::from(AGE))));
        if adult_from.is_some_and(|day| day > as_of) {
            excluded.entry(number.to_owned()).or_insert(ExclusionReason::Minor);
        }
    }
    excluded
}

#[test]
fn nothing_is_left_of_who_is_left_out() {
    let dials = Dials { persons: 1_500, dirt: 0, ..Dials::default() };
    let population = Population::generate(Programme::inlav_lombardia(), &dials);
    let data = population.sites.iter().max_by_key(|site| site.rows("person").len()).unwrap();
    let mut policy = Policy::evaluation();
    policy.exclude.consent_withdrawn = vec!["PRESA".to_owned()];
    policy.exclude.minors = Minors::Under(AGE);
    let (site, linkage) = (&KEYS.0, &KEYS.1);
    let pseudonym = |kind, number: &str| -> Pseudonym {
        let number = Identifier::register_number(kind, number).unwrap();
        site.pseudonym_key(&policy.purpose, kind).pseudonym(&number).unwrap()
    };
    let as_of = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap();
    let persons = cells(data, &person::TABLE, &person::SITE_PERSON_ID);
    let forgotten = [persons[1], persons[5]];
    let excluded = expected(data, as_of, &forgotten);
    let reasons: BTreeSet<_> = excluded.values().copied().collect();
    assert_eq!(reasons.len(), 3, "the population has persons to leave out for every reason");
    assert!(excluded.len() < persons.len() / 2, "and others");

    let marked = forgotten.iter().map(|number| pseudonym(IdType::Person, number)).collect();
    let exclusions = Exclusions::gather(&policy, site, CodeLists::built_in(), as_of, &marked, |table| {
        Ok::<_, Infallible>(batches(data, table))
    })
    .unwrap();
    let places = places();
    let settings =
        ExtractSettings { policy: &policy, exclusions: &exclusions, ..settings(&places, Existing::Refuse) };
    let mut writer = ExtractWriter::create(settings).unwrap();
    for table in registry::tables() {
        if let Some(batches) = batches(data, table) {
            writer = writer.table(table, batches).unwrap();
        }
    }
    let manifest = writer.finish().unwrap().manifest;

    // Rows that go: by the person, or by the person's case.
    let cases: BTreeMap<&str, &str> = cells(data, &case::TABLE, &case::CASE_ID)
        .into_iter()
        .zip(cells(data, &case::TABLE, &case::SITE_PERSON_ID))
        .collect();
    let reason_of = |table: &'static Table, row: usize| {
        table.columns.iter().find_map(|column| {
            let number = cells(data, table, column)[row];
            match column.kind {
                Kind::Key(IdType::Person) | Kind::Reference(IdType::Person) => excluded.get(number),
                Kind::Key(IdType::Case) | Kind::Reference(IdType::Case) => {
                    cases.get(number).and_then(|person| excluded.get(*person))
                }
                _ => None,
            }
        })
    };
    let mut gone: BTreeMap<ExclusionReason, (u64, u64)> = BTreeMap::new();
    for table in registry::tables() {
        let mut stays = 0;
        for row in 0..data.rows(table.name).len() {
            match reason_of(table, row) {
                None => stays += 1,
                Some(reason) => {
                    let counted = gone.entry(*reason).or_default();
                    counted.0 += u64::from(table.name == "person");
                    counted.1 += 1;
                }
            }
        }
        let written = manifest.tables.iter().find(|written| written.table == table.name);
        assert_eq!(written.map_or(0, |written| written.rows), stays, "{}", table.name);
    }
    let told: BTreeMap<_, _> = manifest
        .excluded
        .iter()
        .map(|excluded| (excluded.reason, (excluded.persons, excluded.rows)))
        .collect();
    assert_eq!(told, gone);
    let persons_gone: u64 = told.values().map(|(persons, _)| persons).sum();
    assert_eq!(persons_gone, u64::try_from(excluded.len()).unwrap());

    // No pseudonym of theirs is in any file, any token, any record of the vault.
    let mut theirs: BTreeSet<[u8; 16]> =
        excluded.keys().map(|number| *pseudonym(IdType::Person, number).as_bytes()).collect();
    for (number, person) in &cases {
        if excluded.contains_key(*person) {
            theirs.insert(*pseudonym(IdType::Case, number).as_bytes());
        }
    }
    let mut seen = 0;
    for table in &manifest.tables {
        let (batches, _) = read_parquet(&places.extract.join(&table.file));
        for column in batches.iter().flat_map(|batch| batch.columns()) {
            let Some(cells) = column.as_fixed_size_binary_opt() else { continue };
            for cell in cells.iter().flatten() {
                assert!(!theirs.contains(cell), "{}", table.table);
                seen += 1;
            }
        }
    }
    assert!(seen > 1_000);
    let mut tokens = 0;
    for table in registry::tables() {
        let maker = TablePseudonymiser::new(table, &policy, site, linkage, CodeLists::built_in()).unwrap();
        for rows in batches(data, table).into_iter().flatten() {
            let all = maker.tokens(rows.as_ref().unwrap()).unwrap().len();
            let kept = maker.tokens(&exclusions.keep(rows.unwrap()).unwrap()).unwrap();
            assert!(kept.iter().all(|token| !theirs.contains(token.subject.as_bytes())));
            assert!(table.name != "person" || (!kept.is_empty() && kept.len() < all));
            tokens += kept.len();
        }
    }
    assert!(tokens > 0);
    let sealed: Vec<_> = VaultReader::open(&places.vault, site.vault(), &KEYS.2)
        .unwrap()
        .map(|record| record.unwrap().0)
        .collect();
    assert_eq!(sealed.len(), persons.len() - excluded.len());
    assert!(sealed.iter().all(|person| !theirs.contains(person.as_bytes())));
}
