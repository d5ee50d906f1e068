//! Jobs of a person: the exploited one, those before it, the regular one after it. No two of them
//! are at the same time.

use chrono::{Datelike as _, NaiveDate};

use super::case::{Case, Window};
use super::draw::{Draw, before};
use super::names::{Language, family};
use super::person::Person;
use super::profile::{ateco, occupations};
use crate::sector::{Edition, Sector};

/// A job of a person.
#[derive(Debug, Clone, Default)]
pub(super) struct Job {
    pub(super) start: Option<NaiveDate>,
    pub(super) end: Option<NaiveDate>,
    pub(super) ateco: String,
    pub(super) occupation: &'static str,
    pub(super) contract: &'static str,
    pub(super) regularity: &'static str,
    /// Hours a week in the contract.
    pub(super) contracted: Option<u32>,
    /// Hours a week worked.
    pub(super) worked: Option<u32>,
    /// Net pay a month, in euro.
    pub(super) pay: Option<u32>,
    pub(super) in_cash: Option<bool>,
    pub(super) municipality: String,
    pub(super) exploitation: bool,
    pub(super) employer: String,
    pub(super) intermediary: Option<bool>,
    pub(super) source: &'static str,
}

/// Hours a week that nobody ought to work.
const TOO_MANY_HOURS: u32 = 60;

/// Adds the jobs of a case. A person who comes back has one after the earlier case only.
pub(super) fn jobs(
    draw: &mut Draw,
    person: &Person,
    window: &Window<'_>,
    earlier: Option<&Case>,
    case: &mut Case,
) {
    let Some(known_on) = case.first_day() else { return };
    let first = exploited(draw, person, known_on, case);
    let start = match earlier.and_then(|earlier| earlier.steps.closed_on) {
        Some(free) => draw.day(free, known_on),
        None => first,
    };
    let known_start = earlier.is_some() || draw.chance(930);
    let mut job = job(draw, person, window, case.regularity, known_start.then_some(start));
    job.exploitation = true;
    job.contract = contract(draw, person, case.regularity);
    job.end = end(draw, start, known_on, case);
    if earlier.is_some_and(|earlier| !earlier.overworked) {
        // The assessments of the earlier case say that the person did not work longer.
        job.worked = job.worked.map(|hours| hours.min(TOO_MANY_HOURS));
    }
    case.overworked |= job.worked.is_some_and(|hours| hours > TOO_MANY_HOURS);
    case.jobs.push(job);
    if earlier.is_none() && !person.minor {
        before_it(draw, person, window, start, case);
    }
    if let Some(job_on) = case.job_on {
        case.jobs.push(regular(draw, person, window, job_on));
    }
}

/// A job that the PUA found, or that came to light: regular from this day on.
pub(super) fn regular(draw: &mut Draw, person: &Person, window: &Window<'_>, start: NaiveDate) -> Job {
    let mut job = job(draw, person, window, "REGOLARE", Some(start));
    job.contract = draw.weighted(&[("TD", 46), ("TI", 28), ("STAG", 11), ("APPR", 6), ("SOMM", 9)]);
    job.source = draw.weighted(&[("COB", 60), ("CONTRATTO", 30), ("DICHIARATO", 10)]);
    job
}

/// First day of the exploited job of somebody who is known to the office from this day on; in the
/// fields it mostly begins with the season.
fn exploited(draw: &mut Draw, person: &Person, known_on: NaiveDate, case: &Case) -> NaiveDate {
    if person.minor {
        return before(known_on, draw.between(20, 180));
    }
    let long_over = if case.employment_entry == "DIS_LD" { 380 } else { 0 };
    let mut start = known_on;
    for _ in 0..3 {
        let days = draw.ranged(&[((20, 180), 40), ((181, 700), 40), ((701, 2200), 20)]);
        start = before(known_on, days + long_over);
        if person.sector != Sector::Agriculture || (4..=9).contains(&start.month()) {
            break;
        }
    }
    start
}

/// Last day of the exploited job, if it has ended.
fn end(draw: &mut Draw, start: NaiveDate, known_on: NaiveDate, case: &Case) -> Option<NaiveDate> {
    match case.employment_entry {
        "OCC" | "OCC_AUT" | "ND" => {
            let last = before(case.job_on?, 1);
            Some(draw.day(known_on.min(last), last))
        }
        // Unemployed for more than a year.
        "DIS_LD" if start < before(known_on, 366) => {
            let last = before(known_on, 366);
            Some(draw.day(start, last))
        }
        _ => Some(draw.day(before(known_on, 120).max(start), known_on)),
    }
}

/// Jobs before the exploited one, the latest first.
fn before_it(draw: &mut Draw, person: &Person, window: &Window<'_>, first: NaiveDate, case: &mut Case) {
    let mut next = first;
    for _ in 0..draw.weighted(&[(0, 62), (1, 28), (2, 10)]) {
        let regularity = draw.weighted(&[("REGOLARE", 50), ("GRIGIO", 25), ("NERO", 25)]);
        let last = before(next, draw.between(1, 90));
        let start = before(last, draw.between(60, 900));
        let known = draw.chance(800);
        let mut job = job(draw, person, window, regularity, known.then_some(start));
        job.contract = if regularity == "NERO" { "NESSUNO" } else { draw.pick(&["TD", "TI", "STAG"]) };
        job.worked = job.worked.map(|hours| hours.min(48));
        job.end = known.then_some(last);
        case.jobs.push(job);
        next = start;
    }
}

/// A job with its hours and pay, which depend on how regular it is.
fn job(
    draw: &mut Draw,
    person: &Person,
    window: &Window<'_>,
    regularity: &'static str,
    start: Option<NaiveDate>,
) -> Job {
    let (contracted, worked, cents) = match regularity {
        "NERO" => (None, draw.between(40, 76), draw.between(300, 600)),
        "GRIGIO" => (Some(draw.between(16, 30)), draw.between(38, 68), draw.between(420, 700)),
        "AUTON_FITT" => (None, draw.between(40, 64), draw.between(450, 750)),
        _ => (Some(draw.pick(&[20, 24, 30, 36, 38, 40])), 0, draw.between(740, 1050)),
    };
    let worked = if worked == 0 { contracted.unwrap_or(40) + draw.between(0, 6) } else { worked };
    let intermediary = match person.sector {
        Sector::Agriculture => 480,
        Sector::Construction | Sector::Transport => 250,
        _ => 80,
    };
    let undeclared = regularity != "REGOLARE";
    Job {
        start,
        ateco: activity(draw, person.sector, start),
        occupation: if draw.chance(780) { draw.pick(occupations(person.sector)) } else { "" },
        regularity,
        contracted,
        worked: draw.chance(880).then_some(worked),
        // 4.33 weeks a month.
        pay: draw.chance(820).then_some(cents * worked * 433 / 10_000 / 5 * 5),
        in_cash: draw.chance(850).then(|| draw.chance(if undeclared { 800 } else { 40 })),
        municipality: super::person::municipality(draw, window.province),
        employer: employer(draw, person.sector),
        intermediary: draw.chance(800).then(|| undeclared && draw.chance(intermediary)),
        source: draw.weighted(&[("DICHIARATO", 66), ("CONTRATTO", 14), ("COB", 12), ("ESTRATTO_INPS", 8)]),
        ..Job::default()
    }
}

/// An ATECO code, now and then with the letter that its section has in the edition in force when
/// the job began.
fn activity(draw: &mut Draw, sector: Sector, start: Option<NaiveDate>) -> String {
    let code = draw.pick(ateco(sector));
    let division = code.get(..2).and_then(|division| division.parse().ok()).unwrap_or(0);
    let letter = start.and_then(|day| Edition::on(day).section_of(division));
    match letter.filter(|_| draw.chance(150)) {
        Some(letter) => format!("{letter}{code}"),
        None => code.to_owned(),
    }
}

fn contract(draw: &mut Draw, person: &Person, regularity: &str) -> &'static str {
    match regularity {
        "NERO" => "NESSUNO",
        "AUTON_FITT" => "PIVA",
        _ if person.sector == Sector::Agriculture => draw.weighted(&[("STAG", 70), ("TD", 24), ("SOMM", 6)]),
        _ if person.sector == Sector::PersonalServices => {
            draw.weighted(&[("DOM", 78), ("OCCAS", 12), ("TD", 10)])
        }
        _ => draw.weighted(&[("TD", 44), ("TI", 18), ("SOMM", 14), ("INTERM", 16), ("SOCIO", 4), ("ND", 4)]),
    }
}

/// Ends the exploited job, if it still goes on, the day before this one. Whether it did.
pub(super) fn leave(case: &mut Case, on: NaiveDate) -> bool {
    let open = case.jobs.iter_mut().find(|job| job.exploitation && job.end.is_none());
    let last = before(on, 1);
    match open {
        Some(job) if job.start.is_none_or(|start| start <= last) => {
            job.end = Some(last);
            true
        }
        _ => false,
    }
}

/// Ends what still goes on of an earlier case when the next one's job begins.
pub(super) fn end_earlier(earlier: &mut Case, next: &Case) {
    let Some(next) = next.jobs.iter().filter_map(|job| job.start).min() else { return };
    for job in &mut earlier.jobs {
        let last = job.start.map_or(next, |start| before(next, 1).max(start));
        job.end = Some(job.end.map_or(last, |end| end.min(last)));
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
