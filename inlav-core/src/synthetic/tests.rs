//! Tests of whole populations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use chrono::NaiveDate;

use super::*;
use crate::registry::{Column, awareness, case, pact, person, training};
use crate::value::parse_date;

mod dependence;
mod dials;
mod rules;

fn population() -> &'static Population {
    static POPULATION: OnceLock<Population> = OnceLock::new();
    POPULATION.get_or_init(|| Population::generate(Programme::inlav_lombardia(), &Dials::default()))
}

/// The place of a column in its table.
fn at(table: &Table, column: &Column) -> usize {
    table.columns.iter().position(|other| other.name == column.name).unwrap()
}

fn cells(data: &SiteData, table: &Table, column: &Column) -> Vec<String> {
    let index = at(table, column);
    data.rows(table.name).iter().map(|row| row[index].clone()).collect()
}

fn all(population: &Population, table: &Table, column: &Column) -> Vec<String> {
    population.sites.iter().flat_map(|site| cells(site, table, column)).collect()
}

/// The rows of a table by what stands in a column of it.
fn by<'a>(data: &'a SiteData, table: &Table, column: &Column) -> BTreeMap<&'a str, Vec<&'a [String]>> {
    let index = at(table, column);
    let mut rows: BTreeMap<&str, Vec<&[String]>> = BTreeMap::new();
    for row in data.rows(table.name) {
        rows.entry(row[index].as_str()).or_default().push(row);
    }
    rows
}

fn day(text: &str) -> Option<NaiveDate> {
    parse_date(text)
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let dials = Dials { persons: 50, ..Dials::default() };
    let generate = |dials: &Dials| Population::generate(Programme::inlav_lombardia(), dials);
    assert_eq!(generate(&dials), generate(&dials));
    assert_ne!(generate(&dials), generate(&Dials { seed: 1, ..dials.clone() }));
    let first = &generate(&dials).sites[4].rows("person")[0].clone();
    assert_eq!(
        first.join("|"),
        "1|Mamanzola|Ximena|1973-06-24|Trujillo|PER|MMNXMN73H64Z611P||||||||||||+39 328 4497413|ximena.mamanzola66@example.net|largo Tre Fontane 126, Paratico|F|PER||no|spa|A2|3|017009|2001|0|Ximena Mamanzola chiede di essere richiamata/o la sera al +39 328 4497413."
    );
}

#[test]
fn sites_are_of_very_different_sizes() {
    let population = population();
    let sizes: Vec<usize> = population.sites.iter().map(|site| site.rows("person").len()).collect();
    assert!(sizes.iter().min().unwrap() >= &40 && sizes.iter().max().unwrap() >= &215);
    assert!((1215..=1260).contains(&sizes.iter().sum::<usize>()), "{sizes:?}");
    for site in &population.sites {
        assert_eq!(site.tables.len(), 18);
        for data in &site.tables {
            assert!(!data.rows.is_empty(), "{}", data.table.name);
            assert!(data.rows.iter().all(|row| row.len() == data.table.columns.len()));
        }
    }
}

#[test]
fn every_column_is_filled_somewhere() {
    let population = population();
    // No PUA has closed, and no contact was made before one opened.
    let never = [("site", "closed_on"), ("operator", "active_to"), ("case_transition", "reason")];
    for table in registry::tables() {
        for column in table.columns.iter().filter(|column| !never.contains(&(table.name, column.name))) {
            let filled = all(population, table, column).iter().any(|cell| !cell.is_empty());
            assert!(filled, "{}.{}", table.name, column.name);
        }
    }
}

#[test]
fn some_persons_are_at_two_sites_and_some_come_back() {
    let population = population();
    let mut sites_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut spellings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for site in &population.sites {
        let names = cells(site, &person::TABLE, &person::FAMILY_NAME);
        let given = cells(site, &person::TABLE, &person::GIVEN_NAME);
        let codes = cells(site, &person::TABLE, &person::CODICE_FISCALE);
        for ((code, family), given) in codes.into_iter().zip(names).zip(given) {
            if code.len() == 16 && !is_placeholder(&code) {
                sites_of.entry(code.clone()).or_default().insert(site.site.to_string());
                spellings.entry(code).or_default().insert(format!("{family} {given}"));
            }
        }
    }
    sites_of.retain(|_, sites| sites.len() == 2);
    assert!((12..=45).contains(&sites_of.len()), "{}", sites_of.len());
    assert!(sites_of.keys().all(|code| spellings[code].len() == 2), "two spellings of one name");
    let mut returns = 0;
    for site in &population.sites {
        let earlier = cells(site, &case::TABLE, &case::REOPENED_FROM);
        let numbers = cells(site, &case::TABLE, &case::EPISODE_NO);
        let again = earlier.iter().zip(&numbers).filter(|(earlier, _)| !earlier.is_empty());
        returns += again.inspect(|(_, number)| assert_eq!(*number, "2")).count();
    }
    assert!((20..=70).contains(&returns), "{returns}");
}

#[test]
fn the_road_loses_people_and_ends_in_jobs() {
    let population = population();
    let filled =
        |column: &Column| all(population, &case::TABLE, column).iter().filter(|d| !d.is_empty()).count();
    let (contacts, assessed, taken) =
        (filled(&case::FIRST_CONTACT_ON), filled(&case::ASSESSED_ON), filled(&case::TAKEN_ON));
    assert!(
        contacts > assessed && assessed > taken && taken * 100 > contacts * 55,
        "{contacts} {assessed} {taken}"
    );
    let outcomes = all(population, &registry::outcome::TABLE, &registry::outcome::TYPE);
    let jobs = outcomes.iter().filter(|kind| *kind == "LAV_REG").count() * 100 / taken;
    assert!((28..=46).contains(&jobs), "{jobs} %");
    let waits = {
        let contact = all(population, &case::TABLE, &case::FIRST_CONTACT_ON);
        let taken = all(population, &case::TABLE, &case::TAKEN_ON);
        let mut waits: Vec<i64> = contact
            .iter()
            .zip(&taken)
            .filter_map(|(contact, taken)| Some((day(taken)? - day(contact)?).num_days()))
            .collect();
        waits.sort_unstable();
        waits
    };
    assert!((10..=21).contains(&waits[waits.len() / 2]), "{}", waits[waits.len() / 2]);
    assert!(waits[0] == 0 && waits[waits.len() - 1] > 80);
    let states: BTreeSet<String> = all(population, &case::TABLE, &case::STATE).into_iter().collect();
    assert_eq!(states.len(), 8);
}

#[test]
fn targets_are_nearly_met() {
    let population = population();
    let operators = |track: &str| {
        let ids = all(population, &training::TABLE, &training::OPERATOR_ID);
        let tracks = all(population, &training::TABLE, &training::TRACK);
        ids.into_iter().zip(tracks).filter(|(_, of)| of == track).map(|(id, _)| id).collect::<BTreeSet<_>>()
    };
    assert_eq!(operators("REINS").len(), 253);
    assert_eq!(operators("IDPREL").len(), 249);
    let ambiti: BTreeSet<String> =
        all(population, &awareness::TABLE, &awareness::AMBITO_ID).into_iter().collect();
    assert!((88..=91).contains(&ambiti.len()));
    let signed = all(population, &pact::TABLE, &pact::STATUS);
    assert_eq!(signed.iter().filter(|status| *status == "SOTTOSCRITTO").count(), 11);
}

#[test]
fn the_identifiers_of_a_site_are_listed() {
    let population = population();
    let site = &population.sites[0];
    let listed = site.direct_identifiers();
    let codes = cells(site, &person::TABLE, &person::CODICE_FISCALE);
    assert!(
        codes.iter().filter(|code| code.len() == 16 && !is_placeholder(code)).all(|c| listed.contains(c))
    );
    assert!(cells(site, &person::TABLE, &person::NOTES).iter().any(|note| listed.contains(note)));
    assert!(listed.iter().all(|text| text.len() >= 5 && !is_placeholder(text)));
    assert!(listed.len() > 500);
}

#[test]
fn every_text_fits_windows_1252() {
    for site in &population().sites {
        for row in site.tables.iter().flat_map(|data| &data.rows) {
            assert!(row.iter().all(|cell| cell.chars().all(|c| u32::from(c) < 256)));
        }
    }
}
