//! What analyses will look for is there, measured.

use std::sync::OnceLock;

use super::*;
use crate::registry::{contact, employment, outcome, service_event};
use crate::sector::{Ateco, Sector};

/// What one case came to, as an analysis would put it together.
struct Spell {
    sector: Sector,
    citizenship: String,
    month: Option<u32>,
    housing: String,
    regularity: String,
    taken: bool,
    services: usize,
    reason: String,
    job: bool,
    needs_mediation: bool,
    mediated: bool,
}

fn spells() -> &'static [Spell] {
    static SPELLS: OnceLock<Vec<Spell>> = OnceLock::new();
    SPELLS.get_or_init(read)
}

fn read() -> Vec<Spell> {
    let dials = Dials { persons: 6000, ..Dials::default() };
    let population = Population::generate(Programme::inlav_lombardia(), &dials);
    let mut spells = Vec::new();
    for site in &population.sites {
        let jobs = by(site, &employment::TABLE, &employment::SITE_PERSON_ID);
        let persons = by(site, &person::TABLE, &person::SITE_PERSON_ID);
        let contacts = by(site, &contact::TABLE, &contact::CASE_ID);
        let services = by(site, &service_event::TABLE, &service_event::CASE_ID);
        let outcomes = by(site, &outcome::TABLE, &outcome::CASE_ID);
        for row in site.rows("case") {
            let cell = |column: &Column| row[at(&case::TABLE, column)].as_str();
            let (case_id, person_id) = (cell(&case::CASE_ID), cell(&case::SITE_PERSON_ID));
            let who = |column: &Column| persons[person_id][0][at(&person::TABLE, column)].clone();
            let of = |rows: &BTreeMap<&str, Vec<&[String]>>, table: &Table, column: &Column, is: &str| {
                let rows = rows.get(case_id).into_iter().flatten();
                rows.filter(|row| row[at(table, column)] == is).count()
            };
            let activity = &jobs[person_id][0][at(&employment::TABLE, &employment::ATECO)];
            use chrono::Datelike as _;
            spells.push(Spell {
                sector: Ateco::parse(activity).unwrap().sector().unwrap(),
                citizenship: who(&person::CITIZENSHIP),
                month: day(cell(&case::FIRST_CONTACT_ON)).map(|day| day.month()),
                housing: cell(&case::HOUSING_ENTRY).to_owned(),
                regularity: cell(&case::REGULARITY_ENTRY).to_owned(),
                taken: !cell(&case::TAKEN_ON).is_empty(),
                services: of(&services, &service_event::TABLE, &service_event::OUTCOME, "SVOLTO"),
                reason: cell(&case::CLOSURE_REASON).to_owned(),
                job: of(&outcomes, &outcome::TABLE, &outcome::TYPE, "LAV_REG") > 0,
                needs_mediation: ["A0", "A1"].contains(&who(&person::ITALIAN_LEVEL).as_str()),
                mediated: of(&contacts, &contact::TABLE, &contact::MEDIATION, "si")
                    + of(&services, &service_event::TABLE, &service_event::MEDIATION, "si")
                    > 0,
            });
        }
    }
    spells
}

/// Per cent of those who are of a kind that also have something; at least 100 of the kind.
fn percent(spells: &[Spell], of: impl Fn(&Spell) -> bool, has: impl Fn(&Spell) -> bool) -> usize {
    let of: Vec<&Spell> = spells.iter().filter(|spell| of(spell)).collect();
    assert!(of.len() >= 100, "{}", of.len());
    of.iter().filter(|spell| has(spell)).count() * 100 / of.len()
}

#[test]
fn sector_citizenship_and_season_hang_together() {
    let spells = spells();
    let in_sector = |sector| move |spell: &Spell| spell.sector == sector;
    let from = |code: &'static str| move |spell: &Spell| spell.citizenship == code;
    let fields = in_sector(Sector::Agriculture);
    assert!(percent(spells, fields, from("IND")) > 20);
    assert!(percent(spells, in_sector(Sector::PersonalServices), from("IND")) < 3);
    assert!(percent(spells, in_sector(Sector::PersonalServices), from("UKR")) > 20);
    assert!(percent(spells, in_sector(Sector::Construction), from("EGY")) > 25);
    let harvest = |spell: &Spell| spell.month.is_some_and(|month| (6..=10).contains(&month));
    let (in_fields, elsewhere) = (
        percent(spells, fields, harvest),
        percent(spells, |spell| spell.sector != Sector::Agriculture, harvest),
    );
    assert!(in_fields > elsewhere + 15, "{in_fields} {elsewhere}");
    // And so the season of those who work there.
    let indians = percent(spells, from("IND"), harvest);
    let ukrainians = percent(spells, from("UKR"), harvest);
    assert!(indians > ukrainians + 8, "{indians} {ukrainians}");
}

#[test]
fn housing_goes_with_the_sector() {
    let spells = spells();
    let lives = |housing: &'static str| move |spell: &Spell| spell.housing == housing;
    let of = |sector, housing| percent(spells, move |spell| spell.sector == sector, lives(housing));
    assert!(of(Sector::PersonalServices, "CONVIVENZA") > 45);
    assert!(of(Sector::Transport, "CONVIVENZA") == 0);
    assert!(of(Sector::Agriculture, "DATORE") > 30 && of(Sector::Construction, "DATORE") < 12);
}

#[test]
fn jobs_go_with_services_and_with_regular_work() {
    let spells = spells();
    let job = |spell: &Spell| spell.job;
    let few = percent(spells, |spell| spell.taken && spell.services <= 4, job);
    let many = percent(spells, |spell| spell.taken && spell.services >= 9, job);
    assert!(many > few + 10, "{few} {many}");
    let of = |regularity: &'static str| {
        percent(spells, move |spell| spell.taken && spell.regularity == regularity, job)
    };
    let (undeclared, regular) = (of("NERO"), of("REGOLARE"));
    assert!(regular > undeclared + 8, "{undeclared} {regular}");
}

#[test]
fn who_is_not_understood_drops_out() {
    let spells = spells();
    let lost = |spell: &Spell| ["PERSO", "RINUNCIA"].contains(&spell.reason.as_str());
    let needs =
        |mediated| move |spell: &Spell| spell.taken && spell.needs_mediation && spell.mediated == mediated;
    let (with, without) = (percent(spells, needs(true), lost), percent(spells, needs(false), lost));
    assert!(without > with + 8, "{with} {without}");
}

#[test]
fn citizenship_and_gender_depend_on_the_sectors_of_the_site() {
    let population = population();
    let share = |site: usize, column: &Column, value: &str| {
        let cells = cells(&population.sites[site], &person::TABLE, column);
        cells.iter().filter(|cell| *cell == value).count() * 100 / cells.len()
    };
    assert!(share(4, &person::GENDER, "F") > 55 && share(9, &person::GENDER, "F") < 40);
    assert!(share(9, &person::CITIZENSHIP, "IND") > share(7, &person::CITIZENSHIP, "IND"));
    assert!(share(4, &person::CITIZENSHIP, "UKR") > share(1, &person::CITIZENSHIP, "UKR"));
}
