//! What counting tells about a pseudonym: an attacker who holds an extract, and no key, knows from
//! elsewhere how many rows a person must have, and looks for the pseudonym that has as many.
//!
//! ```sh
//! cargo run --example frequency_attack -- 1200
//! ```
//! The number is that of made-up persons in the whole programme. Pseudonyms stand for register
//! numbers one to one, so rows are counted in the generator's tables; a token file has each row once.
//! The figures are in `docs/SECURITY.md`.

#![expect(clippy::print_stdout, reason = "an example shows what it made")]
#![expect(clippy::indexing_slicing, reason = "the generator's rows have all columns of their table")]

use std::collections::BTreeMap;

use inlav::core::programme::Programme;
use inlav::core::synthetic::{Dials, Population, SiteData};

/// The columns from which the policy makes tokens of persons.
const DOCUMENTS: [&str; 5] = ["codice_fiscale", "stp_eni", "permit_number", "passport_number", "cui"];

/// How many rows of each kind belong to a person.
type Profile = Vec<u32>;

/// What an attacker may know of a person.
type View = (&'static str, fn(&SiteData) -> BTreeMap<String, Profile>);

fn main() {
    let persons = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1200);
    let population =
        Population::generate(Programme::inlav_lombardia(), &Dials { persons, ..Dials::default() });
    let views: [View; 4] = [
        ("kinds of documents in the token file", documents),
        ("number of services", |site| rows_of(site, &["service_event"])),
        ("numbers of services and contacts", |site| rows_of(site, &["service_event", "contact"])),
        ("numbers of rows in every table", |site| rows_of(site, &[])),
    ];
    println!(
        "{:<40} {:>8} {:>14} {:>18}",
        "known of a person", "records", "one at its PUA", "one in programme"
    );
    for (name, view) in views {
        let sites: Vec<_> = population.sites.iter().map(view).collect();
        let records: usize = sites.iter().map(BTreeMap::len).sum();
        let at_site: usize = sites.iter().map(|site| unique(site.values())).sum();
        let in_programme = unique(sites.iter().flat_map(BTreeMap::values));
        let share = |count: usize| format!("{count} ({} %)", count * 100 / records.max(1));
        println!("{name:<40} {records:>8} {:>14} {:>18}", share(at_site), share(in_programme));
    }
}

/// Persons whose profile nobody else has.
fn unique<'a>(profiles: impl Iterator<Item = &'a Profile>) -> usize {
    let mut counts: BTreeMap<&Profile, usize> = BTreeMap::new();
    for profile in profiles {
        *counts.entry(profile).or_default() += 1;
    }
    counts.values().filter(|count| **count == 1).count()
}

/// Which documents each person has.
fn documents(site: &SiteData) -> BTreeMap<String, Profile> {
    let table = site.tables.iter().find(|table| table.table.name == "person").expect("every PUA has persons");
    let place = |name: &str| table.table.columns.iter().position(|column| column.name == name);
    let places: Vec<usize> = DOCUMENTS.iter().filter_map(|name| place(name)).collect();
    assert_eq!(places.len(), DOCUMENTS.len(), "a document has another name in the registry");
    let there = |row: &Vec<String>| places.iter().map(|at| u32::from(!row[*at].is_empty())).collect();
    let own = place("site_person_id").expect("persons have numbers");
    table.rows.iter().map(|row| (row[own].clone(), there(row))).collect()
}

/// How many rows each person has in these tables, or in all.
fn rows_of(site: &SiteData, names: &[&str]) -> BTreeMap<String, Profile> {
    let mut persons: BTreeMap<String, Profile> = BTreeMap::new();
    let mut person_of_case = BTreeMap::new();
    let place = |table: &inlav::core::synthetic::TableData, name: &str| {
        table.table.columns.iter().position(|column| column.name == name)
    };
    for table in &site.tables {
        if let ("case", Some(case), Some(person)) =
            (table.table.name, place(table, "case_id"), place(table, "site_person_id"))
        {
            person_of_case.extend(table.rows.iter().map(|row| (row[case].clone(), row[person].clone())));
        }
        if let ("person", Some(person)) = (table.table.name, place(table, "site_person_id")) {
            let empty = || vec![0; site.tables.len()];
            persons.extend(table.rows.iter().map(|row| (row[person].clone(), empty())));
        }
    }
    for (number, table) in site.tables.iter().enumerate() {
        if !names.is_empty() && !names.contains(&table.table.name) {
            continue;
        }
        for row in &table.rows {
            let own = place(table, "site_person_id").map(|at| &row[at]);
            let of_case = place(table, "case_id").and_then(|at| person_of_case.get(&row[at]));
            if let Some(profile) = own.or(of_case).and_then(|person| persons.get_mut(person)) {
                profile[number] += 1;
            }
        }
    }
    persons
}
