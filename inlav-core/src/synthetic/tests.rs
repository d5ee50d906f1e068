//! Tests of whole populations.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::codes::CodeLists;
use crate::registry::{awareness, case, pact, person, referral, training};

fn population() -> Population {
    Population::generate(Programme::inlav_lombardia(), &Dials::default())
}

fn column(data: &SiteData, table: &Table, name: &str) -> Vec<String> {
    let index = table.columns.iter().position(|column| column.name == name).unwrap();
    data.rows(table.name).iter().map(|row| row[index].clone()).collect()
}

fn all(population: &Population, table: &Table, name: &str) -> Vec<String> {
    population.sites.iter().flat_map(|site| column(site, table, name)).collect()
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
        "1|Dovzhunenko|Nataliya|1982-04-11|||DVZNLY82D51Z138Q||||I24472150|||UKR|OA8904627||||+39 320 6726827|nataliya.dovzhunenko80@example.net|viale delle Robinie 10, Passirano|F|UKR|||||3||2016||Documenti di Nataliya Dovzhunenko trattenuti; sentire l'avvocato."
    );
}

#[test]
fn sites_are_of_very_different_sizes() {
    let population = population();
    let sizes: Vec<usize> = population.sites.iter().map(|site| site.rows("person").len()).collect();
    assert!(sizes.iter().min().unwrap() >= &40 && sizes.iter().max().unwrap() >= &215);
    assert!((1215..=1260).contains(&sizes.iter().sum::<usize>()), "{sizes:?}");
    for site in &population.sites {
        assert_eq!(site.tables.len(), 10);
        for data in &site.tables {
            assert!(!data.rows.is_empty());
            assert!(data.rows.iter().all(|row| row.len() == data.table.columns.len()));
        }
    }
}

#[test]
fn some_persons_are_at_two_sites_and_some_come_back() {
    let population = population();
    let mut sites_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for site in &population.sites {
        for code in column(site, &person::TABLE, "codice_fiscale").into_iter().filter(|code| code.len() == 16)
        {
            sites_of.entry(code).or_default().insert(site.site.to_string());
        }
    }
    sites_of.retain(|code, _| !is_placeholder(code));
    let twice = sites_of.values().filter(|sites| sites.len() == 2).count();
    assert!((12..=45).contains(&twice), "{twice}");
    let mut returns = 0;
    for site in &population.sites {
        let cases = column(site, &case::TABLE, "site_person_id");
        returns += cases.len() - cases.iter().collect::<BTreeSet<_>>().len();
    }
    assert!((20..=70).contains(&returns), "{returns}");
}

#[test]
fn the_road_loses_people_and_ends_in_jobs() {
    let population = population();
    let filled = |name| all(&population, &case::TABLE, name).iter().filter(|day| !day.is_empty()).count();
    let (contacts, assessed, taken) = (filled("first_contact_on"), filled("assessed_on"), filled("taken_on"));
    assert!(
        contacts > assessed && assessed > taken && taken * 100 > contacts * 55,
        "{contacts} {assessed} {taken}"
    );
    let outcomes = all(&population, &crate::registry::outcome::TABLE, "type");
    let jobs = outcomes.iter().filter(|kind| *kind == "LAV_REG").count() * 100 / taken;
    assert!((28..=42).contains(&jobs), "{jobs} %");
    let waits = {
        let contact = all(&population, &case::TABLE, "first_contact_on");
        let taken = all(&population, &case::TABLE, "taken_on");
        let day = |text: &String| crate::value::parse_date(text);
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
    let states: BTreeSet<String> = all(&population, &case::TABLE, "state").into_iter().collect();
    assert_eq!(states.len(), 8);
    let statuses = all(&population, &referral::TABLE, "status");
    let accepted = statuses
        .iter()
        .filter(|status| ["ACCETTATO", "AVVIATO", "ESITO_POS", "ESITO_NEG"].contains(&status.as_str()))
        .count();
    assert!((55..=68).contains(&(accepted * 100 / statuses.len())), "{accepted} of {}", statuses.len());
}

#[test]
fn citizenship_and_gender_depend_on_the_sector_of_the_site() {
    let population = population();
    let share = |site: usize, name: &str, value: &str| {
        let cells = column(&population.sites[site], &person::TABLE, name);
        cells.iter().filter(|cell| *cell == value).count() * 100 / cells.len()
    };
    assert!(share(4, "gender", "F") > 55 && share(9, "gender", "F") < 40);
    assert!(share(9, "citizenship", "IND") > share(7, "citizenship", "IND"));
    assert!(share(4, "citizenship", "UKR") > share(1, "citizenship", "UKR"));
}

#[test]
fn targets_are_nearly_met() {
    let population = population();
    let operators = |track: &str| {
        let ids = all(&population, &training::TABLE, "operator_id");
        let tracks = all(&population, &training::TABLE, "track");
        ids.into_iter().zip(tracks).filter(|(_, of)| of == track).map(|(id, _)| id).collect::<BTreeSet<_>>()
    };
    assert_eq!(operators("REINS").len(), 253);
    assert_eq!(operators("IDPREL").len(), 249);
    let ambiti: BTreeSet<String> = all(&population, &awareness::TABLE, "ambito_id").into_iter().collect();
    assert!((88..=91).contains(&ambiti.len()));
    let signed = all(&population, &pact::TABLE, "status").iter().filter(|s| *s == "SOTTOSCRITTO").count();
    assert_eq!(signed, 11);
}

#[test]
fn every_cell_can_be_read() {
    for site in &population().sites {
        for data in &site.tables {
            for (index, column) in data.table.columns.iter().enumerate() {
                for row in &data.rows {
                    let state = row.get(index.saturating_sub(1)).map(String::as_str);
                    let fault = crate::value::read(column, &row[index], state, CodeLists::built_in()).fault;
                    assert!(
                        fault.is_none_or(crate::value::Fault::is_warning),
                        "{} {}",
                        column.name,
                        row[index]
                    );
                }
            }
        }
    }
}

#[test]
fn the_identifiers_of_a_site_are_listed() {
    let population = population();
    let site = &population.sites[0];
    let listed = site.direct_identifiers();
    let code =
        column(site, &person::TABLE, "codice_fiscale").into_iter().find(|code| code.len() == 16).unwrap();
    assert!(listed.contains(&code));
    assert!(column(site, &person::TABLE, "notes").iter().any(|note| listed.contains(note)));
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
