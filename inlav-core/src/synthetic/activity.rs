//! What happens in a case: jobs, services, referrals, outcomes, and what the office concludes.

use chrono::NaiveDate;

use super::case::{Case, Window};
use super::draw::{Draw, after, before, office_day};
use super::names::{Language, family};
use super::person::Person;
use super::profile::ateco;
use crate::sector::Sector;

/// A job of a person.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) start: Option<NaiveDate>,
    pub(super) ateco: &'static str,
    pub(super) contract: &'static str,
    pub(super) regularity: &'static str,
    pub(super) exploitation: bool,
    pub(super) employer: String,
}

/// A service given, or meant to be given.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) kind: &'static str,
    pub(super) on: NaiveDate,
    pub(super) hours: String,
    pub(super) mediation: &'static str,
    pub(super) outcome: &'static str,
}

/// A referral to another body.
#[derive(Debug, Clone)]
pub(super) struct Referral {
    pub(super) body: &'static str,
    pub(super) status: &'static str,
    pub(super) sent_on: Option<NaiveDate>,
    pub(super) answered_on: Option<NaiveDate>,
}

/// An outcome reached.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) kind: &'static str,
    pub(super) on: NaiveDate,
}

/// Fills a case with what happened in it.
pub(super) fn fill(draw: &mut Draw, person: &Person, window: &Window, case: &mut Case) {
    jobs(draw, person, case);
    services(draw, person, window, case);
    referrals(draw, person, window, case);
    outcomes(draw, person, window, case);
    case.identification = identification(draw, case);
    if draw.chance(450) {
        case.notes = note(draw, person, case);
    }
}

/// Whether a body has accepted a referral.
fn is_accepted(status: &str) -> bool {
    matches!(status, "ACCETTATO" | "AVVIATO" | "ESITO_POS" | "ESITO_NEG")
}

/// The last day on which something can happen in a case.
fn last_day(case: &Case, window: &Window) -> NaiveDate {
    case.steps.closed_on.unwrap_or(window.end)
}

fn jobs(draw: &mut Draw, person: &Person, case: &mut Case) {
    let Some(known_on) = case.first_day() else { return };
    let contract = match case.regularity {
        "NERO" => "NESSUNO",
        "AUTON_FITT" => "PIVA",
        _ if person.sector == Sector::Agriculture => draw.weighted(&[("STAG", 70), ("TD", 24), ("SOMM", 6)]),
        _ if person.sector == Sector::PersonalServices => {
            draw.weighted(&[("DOM", 78), ("OCCAS", 12), ("TD", 10)])
        }
        _ => draw.weighted(&[("TD", 44), ("TI", 18), ("SOMM", 14), ("INTERM", 16), ("SOCIO", 4), ("ND", 4)]),
    };
    let days = draw.ranged(&[((20, 180), 40), ((181, 700), 40), ((701, 2200), 20)]);
    case.jobs.push(Job {
        start: draw.chance(930).then(|| before(known_on, days)),
        ateco: draw.pick(ateco(person.sector)),
        contract,
        regularity: case.regularity,
        exploitation: true,
        employer: employer(draw, person.sector),
    });
    for _ in 0..draw.weighted(&[(0, 62), (1, 28), (2, 10)]) {
        let regularity = draw.weighted(&[("REGOLARE", 50), ("GRIGIO", 25), ("NERO", 25)]);
        case.jobs.push(Job {
            start: draw.chance(800).then(|| before(known_on, days + draw.between(60, 900))),
            ateco: draw.pick(ateco(person.sector)),
            contract: if regularity == "NERO" { "NESSUNO" } else { draw.pick(&["TD", "TI", "STAG"]) },
            regularity,
            exploitation: false,
            employer: employer(draw, person.sector),
        });
    }
    if let Some(job_on) = case.job_on {
        case.jobs.push(Job {
            start: Some(job_on),
            ateco: draw.pick(ateco(person.sector)),
            contract: draw.weighted(&[("TD", 54), ("TI", 18), ("STAG", 12), ("APPR", 6), ("SOMM", 10)]),
            regularity: "REGOLARE",
            exploitation: false,
            employer: employer(draw, person.sector),
        });
    }
}

fn employer(draw: &mut Draw, sector: Sector) -> String {
    let name = family(draw, Language::Romance);
    match sector {
        Sector::Agriculture => format!("Azienda Agricola {name}"),
        Sector::Construction => format!("Edil {name} S.r.l."),
        Sector::Transport => format!("{name} Logistica Soc. Coop."),
        Sector::Accommodation => format!("Trattoria {name}"),
        Sector::PersonalServices => format!("Famiglia {name}"),
        Sector::Other => format!("{name} & Figli S.n.c."),
    }
}

fn services(draw: &mut Draw, person: &Person, window: &Window, case: &mut Case) {
    let Some(contact) = case.steps.first_contact_on else { return };
    let last = last_day(case, window);
    let months = u32::try_from((last - contact).num_days()).unwrap_or(0) / 30;
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
        let on = if number == 0 { contact } else { office_day(draw.day(contact, last)).min(last) };
        let outcome =
            draw.weighted(&[("SVOLTO", 852), ("ASSENTE", 88), ("ANNULLATO_P", 40), ("ANNULLATO_E", 20)]);
        case.services.push(Service {
            kind,
            on,
            hours: hours(draw, kind, outcome),
            mediation: mediation(draw, person),
            outcome,
        });
    }
    case.services.sort_by_key(|service| service.on);
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
        ("MEDIAZIONE", 6),
        ("CORSO", 6),
        ("TIROCINIO", 3),
        ("DOC_REG", if person.awaits_papers() { 14 } else { 4 }),
        ("LAV_REG", 4),
        ("SINDACALE", 5),
        ("SALUTE", 3),
        ("ITALIANO", if person.country.mediation > 200 { 8 } else { 2 }),
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

fn mediation(draw: &mut Draw, person: &Person) -> &'static str {
    if draw.chance(25) {
        ""
    } else if draw.chance(person.country.mediation) {
        "si"
    } else {
        "no"
    }
}

fn referrals(draw: &mut Draw, person: &Person, window: &Window, case: &mut Case) {
    let Some(assessed_on) = case.steps.assessed_on else { return };
    let last = last_day(case, window);
    for _ in 0..draw.weighted(&[(0, 50), (1, 33), (2, 13), (3, 4)]) {
        let body = body(draw, person, case);
        let status = draw.weighted(&[
            ("PROPOSTO", 5),
            ("CONSENSO", 7),
            ("INVIATO", 13),
            ("ACCETTATO", 20),
            ("AVVIATO", 22),
            ("ESITO_POS", 14),
            ("ESITO_NEG", 6),
            ("RIFIUTATO", 9),
            ("DECADUTO", 4),
        ]);
        let sent_on = office_day(draw.day(assessed_on, last)).min(last);
        let answered_on = office_day(after(sent_on, draw.between(1, 40)));
        let (status, sent_on, answered_on) = match status {
            "PROPOSTO" | "CONSENSO" => (status, None, None),
            "INVIATO" | "DECADUTO" => (status, Some(sent_on), None),
            // No answer before the last day: it is still on its way, or came sooner than usual.
            _ if answered_on > last && draw.chance(500) => ("INVIATO", Some(sent_on), None),
            _ if answered_on > last => (status, Some(sent_on), Some(draw.day(sent_on, last))),
            _ => (status, Some(sent_on), Some(answered_on)),
        };
        case.referrals.push(Referral { body, status, sent_on, answered_on });
    }
    let handed_over_to = match case.closure_reason {
        "INVIO_ANTITRATTA" => "ANTITRATTA",
        "INVIO_SAI" => "SAI_CAS",
        "INVIO_ALTRO" => draw.pick(&["ETS", "ASL", "CAV", "SST"]),
        _ => return,
    };
    let sent_on = draw.day(assessed_on, last);
    let answered_on = Some(draw.day(sent_on, last));
    let status = draw.pick(&["ACCETTATO", "AVVIATO", "ESITO_POS"]);
    case.referrals.push(Referral { body: handed_over_to, status, sent_on: Some(sent_on), answered_on });
}

fn body(draw: &mut Draw, person: &Person, case: &Case) -> &'static str {
    if case.target_group == "VITTIMA" {
        let shelter = if person.woman { 6 } else { 0 };
        return draw.weighted(&[
            ("ANTITRATTA", 30),
            ("NV", 5),
            ("SINDACATO", 16),
            ("ITL", 13),
            ("SAI_CAS", 8),
            ("ASL", 10),
            ("CPI", 10),
            ("SCUOLA", 5),
            ("CAV", shelter),
        ]);
    }
    draw.weighted(&[
        ("CPI", 30),
        ("SINDACATO", 20),
        ("SCUOLA", 15),
        ("ASL", 12),
        ("ETS", 12),
        ("ITL", 6),
        ("SST", 5),
    ])
}

fn outcomes(draw: &mut Draw, person: &Person, window: &Window, case: &mut Case) {
    let Some(taken_on) = case.steps.taken_on else { return };
    let last = last_day(case, window);
    let held = |kind: &str| {
        let held = case.services.iter().filter(|service| service.outcome == "SVOLTO" && service.kind == kind);
        held.map(|service| service.on).max()
    };
    let (course, placement, italian, union) =
        (held("CORSO"), held("TIROCINIO"), held("ITALIANO"), held("SINDACALE"));
    let mut reached: Vec<Outcome> = Vec::new();
    let mut reach = |draw: &mut Draw, chance: u32, kind, earliest: NaiveDate| {
        let first = earliest.max(taken_on);
        if first <= last && draw.chance(chance) {
            reached.push(Outcome { kind, on: office_day(draw.day(first, last)).min(last) });
            return true;
        }
        false
    };
    if case.job_on.is_none() && matches!(case.regularity, "NERO" | "GRIGIO") {
        reach(draw, 130, "LAV_EMERSO", after(taken_on, 30));
    }
    if case.job_on.is_none() && matches!(case.regularity, "GRIGIO" | "REGOLARE") {
        reach(draw, 110, "LAV_MIGL", after(taken_on, 20));
    }
    if person.awaits_papers() {
        reach(draw, 220, "PERMESSO", after(taken_on, 60));
    }
    if person.title == "NESSUNO" {
        reach(draw, 260, "SALUTE", taken_on);
    }
    if let Some(course) = course
        && reach(draw, 650, "CORSO_COMP", course)
    {
        reach(draw, 300, "QUALIF", course);
    }
    if let Some(placement) = placement
        && reach(draw, 600, "TIR_COMP", placement)
        && case.job_on.is_some_and(|job_on| job_on >= placement)
    {
        reach(draw, 500, "TIR_ASS", placement);
    }
    match case.target_group {
        "VITTIMA" => {
            reach(draw, 480, "USCITA", after(taken_on, 7));
            reach(draw, 160, "DENUNCIA", taken_on);
        }
        "POTENZIALE" => {
            reach(draw, 180, "USCITA", after(taken_on, 14));
        }
        _ => {}
    }
    reach(draw, 70, "CASA", after(taken_on, 30));
    if let Some(union) = union {
        reach(draw, 200, "RECUPERO", union);
    }
    if let Some(italian) = italian {
        reach(draw, 350, "L2", italian);
    }
    let protected = case
        .referrals
        .iter()
        .filter(|referral| referral.body == "ANTITRATTA" && is_accepted(referral.status))
        .find_map(|referral| referral.answered_on);
    if let Some(day) = protected {
        reach(draw, 800, "ANTITRATTA", day);
    }
    reached.extend(case.job_on.map(|on| Outcome { kind: "LAV_REG", on }));
    reached.sort_by_key(|outcome| outcome.on);
    case.outcomes = reached;
}

/// Where the identification stands, after what was found and sent.
fn identification(draw: &mut Draw, case: &Case) -> &'static str {
    if case.steps.assessed_on.is_none() {
        return "NESSUNA";
    }
    let positive = match case.target_group {
        "VITTIMA" => 1000,
        "POTENZIALE" => 800,
        _ => 70,
    };
    if !draw.chance(positive) {
        return "PREL_NEG";
    }
    let sent = case.referrals.iter().find(|referral| matches!(referral.body, "ANTITRATTA" | "NV"));
    match sent.map(|referral| referral.status) {
        Some(status) if is_accepted(status) => {
            draw.weighted(&[("INVIATA", 50), ("FORM_POS", 36), ("FORM_NEG", 14)])
        }
        Some("INVIATO") => "INVIATA",
        Some("PROPOSTO" | "DECADUTO") if draw.chance(500) => "RIFIUTATA",
        _ => "PREL_POS",
    }
}

fn note(draw: &mut Draw, person: &Person, case: &Case) -> String {
    let employer = case.jobs.first().map_or("", |job| &job.employer);
    match draw.below(4) {
        0 => format!("Sentito {} {}: lavora per {employer}, turni di 12 ore.", person.given, person.family),
        1 => {
            format!("Il titolare di {employer} trattiene il passaporto della persona; tel. {}", person.phone)
        }
        2 => format!("Verbale; \"{employer}\" non risponde. Rivedere {} tra un mese.", person.given),
        _ => format!(
            "Colloquio con mediatrice. {} teme ritorsioni; contattare {}.",
            person.given, person.phone
        ),
    }
}
