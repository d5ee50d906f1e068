//! A store of the made-up population: 1,200 persons at 12 PUA.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use inlav_core::policy::{Action, Generalisation, Policy};
use inlav_core::programme::Programme;
use inlav_core::registry::{self, Kind};
use inlav_core::sector::Ateco;
use inlav_core::synthetic::{Dials, Population, SiteData};
use tokio::runtime::Runtime;

use crate::session::Session;
use crate::store::testing::{Desk, open};

/// A session over the whole made-up population.
pub(super) fn store(persons: u32) -> (Desk, Session, Runtime) {
    let dials = Dials { persons, ..Dials::default() };
    let population = Population::generate(Programme::inlav_lombardia(), &dials);
    let desk = Desk::new();
    let as_of = Programme::inlav_lombardia().end.to_string();
    let extracts: Vec<_> = population
        .sites
        .iter()
        .map(|site| desk.extract(site.site.as_str(), &as_of, &written(site)))
        .collect();
    let (session, runtime) = open(&desk.store(&extracts));
    (desk, session, runtime)
}

/// The tables that views read, as drafts are written.
fn written(site: &SiteData) -> String {
    let policy = Policy::evaluation();
    let read: [&str; 9] = [
        registry::site::TABLE.name,
        registry::person::TABLE.name,
        registry::case::TABLE.name,
        registry::employment::TABLE.name,
        registry::service_event::TABLE.name,
        registry::referral::TABLE.name,
        registry::outcome::TABLE.name,
        registry::training::TABLE.name,
        registry::pact::TABLE.name,
    ];
    let mut text = String::new();
    for data in site.tables.iter().filter(|data| read.contains(&data.table.name)) {
        let made: Vec<_> = policy
            .extract_columns(data.table)
            .unwrap()
            .into_iter()
            .filter(|made| !matches!(data.table.column(made.source).unwrap().kind, Kind::Codes { .. }))
            .collect();
        let names: Vec<&str> = made.iter().map(|made| made.name.as_str()).collect();
        writeln!(text, "{}: {}", data.table.name, names.join(" ")).unwrap();
        for row in &data.rows {
            let cells = made.iter().map(|made| {
                let at = data.table.columns.iter().position(|column| column.name == made.source).unwrap();
                cell(&row[at], &made.action, &data.table.columns[at].kind, site)
            });
            writeln!(text, "{}", cells.collect::<Vec<_>>().join(" ")).unwrap();
        }
    }
    tokens(site, &mut text);
    text
}

fn cell(text: &str, action: &Action, kind: &Kind, site: &SiteData) -> String {
    let made = match (action, kind) {
        _ if text.is_empty() => String::new(),
        // The number of an operator is the same everywhere, others are an office's own.
        (Action::Pseudonym, _) => own(text, site),
        (Action::Generalise(Generalisation::Sector), _) => {
            Ateco::parse(text).and_then(Ateco::sector).map_or("ND", |sector| sector.code()).to_owned()
        }
        (Action::Generalise(Generalisation::Year), _) => text.get(..4).unwrap_or("-").to_owned(),
        (_, Kind::YesNo) => (text == "si").to_string(),
        _ => text.to_owned(),
    };
    if made.is_empty() || made.contains(char::is_whitespace) { "-".to_owned() } else { made }
}

fn own(text: &str, site: &SiteData) -> String {
    format!("{}/{}", site.site, text.replace(char::is_whitespace, "_"))
}

/// Tokens of the codice fiscale, by which persons at two PUA are one.
fn tokens(site: &SiteData, text: &mut String) {
    let table = &registry::person::TABLE;
    let place = |name: &str| table.columns.iter().position(|column| column.name == name).unwrap();
    let number = place(registry::person::SITE_PERSON_ID.name);
    let code = place(registry::person::CODICE_FISCALE.name);
    writeln!(text, "tokens: subject document epoch token").unwrap();
    let mut met = BTreeSet::new();
    for row in site.rows(table.name).iter().filter(|row| row[code].len() == 16) {
        if met.insert(&row[number]) {
            writeln!(text, "{} codice-fiscale 2025 {}", own(&row[number], site), row[code]).unwrap();
        }
    }
}
