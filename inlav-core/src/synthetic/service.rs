//! Contacts with a person and services for them.

use chrono::NaiveDate;

use super::case::{Case, Window};
use super::draw::{Draw, after, office_day};
use super::person::Person;
use crate::sector::Sector;

/// A contact.
#[derive(Debug, Clone)]
pub(super) struct Contact {
    pub(super) on: NaiveDate,
    pub(super) channel: &'static str,
    pub(super) place: &'static str,
    pub(super) municipality: String,
    pub(super) minutes: Option<u32>,
    pub(super) mediation: &'static str,
    pub(super) language: &'static str,
    pub(super) outcome: &'static str,
}

/// A service given, or meant to be given.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) kind: &'static str,
    pub(super) on: NaiveDate,
    pub(super) end_on: Option<NaiveDate>,
    pub(super) hours: String,
    pub(super) provider: String,
    pub(super) mediation: &'static str,
    pub(super) outcome: &'static str,
    /// Euro.
    pub(super) cost: Option<u32>,
}

impl Service {
    /// Whether it is of this type and took place.
    pub(super) fn is_held(&self, kind: &str) -> bool {
        self.kind == kind && self.outcome == "SVOLTO"
    }
}

/// Adds the contacts and services of a case.
pub(super) fn services(draw: &mut Draw, person: &Person, window: &Window<'_>, case: &mut Case) {
    let Some(first) = case.steps.first_contact_on else { return };
    let last = case.last_day(window);
    let months = u32::try_from((last - first).num_days()).unwrap_or(0) / 30;
    contacts(draw, person, window, case, (first, last, months));
    let count = match case.steps.taken_on {
        // Three at least, and no more than the time allows.
        Some(_) => case.intensity.min(4 + 2 * months).max(3),
        None => draw.between(1, 2),
    };
    for number in 0..count {
        let kind = match (number, case.steps.taken_on) {
            (0, _) => "COLLOQUIO",
            (_, None) => draw.weighted(&[("INFO", 60), ("COLLOQUIO", 40)]),
            _ => service_type(draw, person, case),
        };
        let on = if number == 0 { first } else { office_day(draw.day(first, last)).min(last) };
        let service = service(draw, person, case, kind, (on, last));
        case.services.push(service);
    }
    case.services.sort_by_key(|service| service.on);
}

fn contacts(
    draw: &mut Draw,
    person: &Person,
    window: &Window<'_>,
    case: &mut Case,
    (first, last, months): (NaiveDate, NaiveDate, u32),
) {
    for number in 0..=draw.between(0, 2 + months.min(6)) {
        let is_first = number == 0;
        let on = if is_first { first } else { office_day(draw.day(first, last)).min(last) };
        let outcome = if is_first {
            "SVOLTO"
        } else {
            draw.weighted(&[("SVOLTO", 800), ("ASSENTE", 120), ("ANNULLATO_P", 55), ("ANNULLATO_E", 25)])
        };
        let place = match case.entry_channel {
            "OUTREACH" if is_first => "TERRITORIO",
            "PUNTO_ACC" if is_first => "PUNTO_ACCOGLIENZA",
            _ => draw.weighted(&[
                ("PUA", 58),
                ("TELEFONO", 22),
                ("TERRITORIO", 9),
                ("DOMICILIO", 4),
                ("ONLINE", 4),
                ("PUNTO_ACCOGLIENZA", 3),
            ]),
        };
        let mediation = mediation(draw, person, case.mediated);
        case.contacts.push(Contact {
            on,
            channel: if is_first { case.entry_channel } else { "AUTO" },
            place,
            municipality: super::person::municipality(draw, window.province),
            minutes: draw.chance(900).then(|| 5 * draw.between(1, 18)),
            mediation,
            language: if mediation == "si" { person.language() } else { "" },
            outcome,
        });
    }
    case.contacts.sort_by_key(|contact| contact.on);
}

/// A contact with somebody who gave no name.
pub(super) fn anonymous(draw: &mut Draw, window: &Window<'_>) -> Contact {
    let mediated = draw.chance(300);
    Contact {
        on: office_day(draw.day(window.opened_on, window.end)).min(window.end),
        channel: draw.weighted(&[("OUTREACH", 60), ("PUNTO_ACC", 25), ("AUTO", 15)]),
        place: draw.weighted(&[("TERRITORIO", 60), ("PUNTO_ACCOGLIENZA", 25), ("TELEFONO", 15)]),
        municipality: super::person::municipality(draw, window.province),
        minutes: draw.chance(850).then(|| 5 * draw.between(1, 8)),
        mediation: if mediated { "si" } else { "no" },
        language: if mediated { draw.pick(&["ary", "pan", "urd", "ben", "wol", "cmn"]) } else { "" },
        outcome: "SVOLTO",
    }
}

fn service(
    draw: &mut Draw,
    person: &Person,
    case: &Case,
    kind: &'static str,
    (on, last): (NaiveDate, NaiveDate),
) -> Service {
    let outcome =
        draw.weighted(&[("SVOLTO", 852), ("ASSENTE", 88), ("ANNULLATO_P", 40), ("ANNULLATO_E", 20)]);
    let held = outcome == "SVOLTO";
    let long = matches!(kind, "CORSO" | "ITALIANO" | "TIROCINIO");
    let inside = matches!(kind, "COLLOQUIO" | "RICOSTR" | "BILANCIO" | "ORIENT" | "INFO");
    Service {
        kind,
        on,
        end_on: (held && long).then(|| after(on, draw.between(10, 90)).min(last)),
        hours: hours(draw, kind, outcome),
        provider: if inside { "ORG-01".to_owned() } else { organisation(draw) },
        mediation: mediation(draw, person, case.mediated),
        outcome,
        cost: (held && !inside && draw.chance(400)).then(|| 10 * draw.between(2, 60)),
    }
}

/// The office's number of an organisation around it.
pub(super) fn organisation(draw: &mut Draw) -> String {
    format!("ORG-{:02}", draw.between(2, 25))
}

fn service_type(draw: &mut Draw, person: &Person, case: &Case) -> &'static str {
    let when = |applies: bool, weight: u32| if applies { weight } else { 0 };
    let victim = case.target_group == "VITTIMA";
    draw.weighted(&[
        ("COLLOQUIO", 24),
        ("RICOSTR", 8),
        ("BILANCIO", 10),
        ("ORIENT", 9),
        ("RICERCA", 11),
        ("LEGALE", 9),
        ("MEDIAZIONE", if case.mediated { 12 } else { 2 }),
        ("CORSO", 6),
        ("TIROCINIO", 3),
        ("DOC_REG", if person.awaits_papers() { 14 } else { 4 }),
        ("LAV_REG", 4),
        ("SINDACALE", 5),
        ("SALUTE", 3),
        ("ITALIANO", if person.needs_mediation { 10 } else { 2 }),
        ("ALLOGGIO", 3),
        ("TRASPORTO", when(person.sector == Sector::Agriculture, 5)),
        ("SUSSIDIO", 2),
        ("PSICO", when(victim, 6)),
        ("COLL_ANTITRATTA", when(victim, 6)),
        ("INVIO_TUTELA", when(victim, 3)),
        ("UNITA_MOBILE", when(person.sector == Sector::Agriculture, 4)),
        ("ACCOGL_CURA", when(person.sector == Sector::PersonalServices && person.woman, 12)),
        ("TUTORING", 1),
    ])
}

/// Hours in halves, as `1.5`; blank where nobody noted them or nothing was held.
fn hours(draw: &mut Draw, kind: &str, outcome: &str) -> String {
    if outcome != "SVOLTO" || draw.chance(60) {
        return String::new();
    }
    let halves = match kind {
        "CORSO" | "ITALIANO" => 2 * draw.between(10, 60),
        "TIROCINIO" => 2 * draw.between(80, 320),
        _ => draw.between(1, 6),
    };
    if halves % 2 == 0 { (halves / 2).to_string() } else { format!("{}.5", halves / 2) }
}

fn mediation(draw: &mut Draw, person: &Person, mediated: bool) -> &'static str {
    if draw.chance(25) {
        ""
    } else if person.language() != "ita" && mediated && draw.chance(820) {
        "si"
    } else {
        "no"
    }
}
