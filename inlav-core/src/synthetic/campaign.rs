//! What a PUA does besides its cases: its staff, pact, training, awareness, map of services.

use chrono::NaiveDate;

use super::case::Window;
use super::draw::{Draw, after, before, office_day};
use crate::programme::Programme;

/// What a PUA does besides its cases.
#[derive(Debug, Clone)]
pub(super) struct Campaign {
    pub(super) staff: Vec<Operator>,
    pub(super) attendances: Vec<Attendance>,
    pub(super) events: Vec<Event>,
    pub(super) pact: Pact,
    pub(super) services: Vec<MapEntry>,
    /// Residents, and those from third countries.
    pub(super) population: (u32, u32),
    /// Full-time equivalents, in halves.
    pub(super) staff_halves: u32,
    pub(super) is_new: bool,
    pub(super) catchment: Vec<String>,
}

/// Somebody who works at the PUA, or was trained there.
#[derive(Debug, Clone)]
pub(super) struct Operator {
    pub(super) id: String,
    pub(super) of_the_pua: bool,
    pub(super) role: &'static str,
    pub(super) sector: &'static str,
    pub(super) organisation: String,
    pub(super) active_from: NaiveDate,
}

/// A row of the table of attendances.
#[derive(Debug, Clone)]
pub(super) struct Attendance {
    pub(super) session: String,
    pub(super) operator: String,
    pub(super) track: &'static str,
    pub(super) module: &'static str,
    pub(super) on: NaiveDate,
    pub(super) hours: String,
    /// Scores before and after; `None` if the operator left out the tests.
    pub(super) scores: Option<(u32, u32)>,
}

/// A row of the table of events.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) ambito: String,
    pub(super) on: NaiveDate,
    pub(super) audience: &'static str,
    pub(super) participants: String,
    pub(super) contacts: u32,
}

/// A row of the table of pacts.
#[derive(Debug, Clone)]
pub(super) struct Pact {
    pub(super) status: &'static str,
    pub(super) signed_on: Option<NaiveDate>,
    pub(super) signatories: u32,
    pub(super) goals: Vec<&'static str>,
}

/// An entry of the map of services.
#[derive(Debug, Clone)]
pub(super) struct MapEntry {
    pub(super) organisation: String,
    pub(super) area: &'static str,
    pub(super) languages: Vec<&'static str>,
    pub(super) barriers: Vec<&'static str>,
    pub(super) checked_on: NaiveDate,
    pub(super) capacity: String,
}

/// Operators of a track who were trained, compared with the target.
const REINTEGRATION_OVER: u32 = 3;
const IDENTIFICATION_UNDER: u32 = 1;

/// What every PUA does besides its cases.
pub(super) fn campaigns(draw: &mut Draw, programme: &Programme, windows: &[Window<'_>]) -> Vec<Campaign> {
    let last_opening = windows.iter().map(|window| window.opened_on).max();
    let attendances = training(draw, programme, windows);
    let events = awareness(draw, programme, windows);
    let mut campaigns = Vec::new();
    for (number, ((window, attendances), events)) in (1..).zip(windows.iter().zip(attendances).zip(events)) {
        let residents = window.profile.weight * 1000 + draw.below(9000);
        campaigns.push(Campaign {
            pact: pact(draw, window, last_opening == Some(window.opened_on)),
            staff: staff(draw, window, number, &attendances),
            attendances,
            events,
            services: services(draw, window),
            population: (residents, residents * draw.between(70, 140) / 1000),
            staff_halves: draw.between(4, 12),
            is_new: draw.chance(600),
            catchment: (0..draw.between(3, 9))
                .map(|_| super::person::municipality(draw, window.province))
                .collect(),
        });
    }
    campaigns
}

/// The PUA's own operators, then those of other bodies who were trained there.
fn staff(draw: &mut Draw, window: &Window<'_>, number: u32, attendances: &[Attendance]) -> Vec<Operator> {
    let roles = ["OP_PUA", "OP_PUA", "AS", "MEDIATORE", "TUTOR_LAV", "LEGALE"];
    let own = 3 + usize::try_from(window.profile.weight / 60).unwrap_or(0);
    let mut staff: Vec<Operator> = (1..)
        .zip(roles.into_iter().take(own))
        .map(|(member, role)| Operator {
            id: format!("OP9{number:02}{member:02}"),
            of_the_pua: true,
            role,
            sector: if role == "AS" { "PUB" } else { "NP" },
            organisation: "ORG-01".to_owned(),
            active_from: after(before(window.opened_on, 30), draw.between(0, 25)),
        })
        .collect();
    let mut trained: Vec<&str> = attendances.iter().map(|row| row.operator.as_str()).collect();
    trained.sort_unstable();
    trained.dedup();
    staff.extend(trained.into_iter().map(|id| Operator {
        id: id.to_owned(),
        of_the_pua: false,
        role: draw.weighted(&[
            ("AS", 40),
            ("TUTOR_LAV", 22),
            ("MEDIATORE", 14),
            ("LEGALE", 8),
            ("ANIMATORE", 16),
        ]),
        sector: draw.weighted(&[("PUB", 52), ("NP", 38), ("PRIV", 10)]),
        organisation: super::service::organisation(draw),
        active_from: before(window.opened_on, draw.between(30, 1500)),
    }));
    staff
}

/// The attendances of every site. Operators keep their number at every site; few go to two.
fn training(draw: &mut Draw, programme: &Programme, windows: &[Window<'_>]) -> Vec<Vec<Attendance>> {
    let targets = &programme.targets;
    let tracks = [
        ("REINS", targets.operators_trained_reintegration + REINTEGRATION_OVER),
        ("IDPREL", targets.operators_trained_preliminary_identification.saturating_sub(IDENTIFICATION_UNDER)),
    ];
    let mut sites: Vec<Vec<Attendance>> = windows.iter().map(|_| Vec::new()).collect();
    let by_weight: Vec<(usize, u32)> =
        windows.iter().map(|window| window.profile.weight + 40).enumerate().collect();
    let sessions: Vec<Vec<NaiveDate>> = windows.iter().map(|_| sessions(draw, programme)).collect();
    let mut number = 0;
    for (track, operators) in tracks {
        for _ in 0..operators {
            number += 1;
            let operator = format!("OP{number:05}");
            let home = draw.weighted(&by_weight);
            let elsewhere = draw.chance(50).then(|| draw.weighted(&by_weight));
            let before = draw.between(25, 70);
            for (attended, site) in (0..draw.between(4, 6)).map(|_| home).chain(elsewhere).enumerate() {
                // Each session once: the days go round from the operator's first one.
                let days = sessions.get(site).into_iter().flatten().enumerate();
                let first = usize::try_from(number % 3).unwrap_or(0);
                let Some((session, on)) = days.cycle().nth(first + attended) else { continue };
                let hours = draw.pick(&["4", "4.5", "6", "7.5", "8"]).to_owned();
                let tested = draw.chance(820);
                let scores = (before, (before + draw.between(2, 28)).min(100));
                if let Some(rows) = sites.get_mut(site) {
                    rows.push(Attendance {
                        session: format!("SES{:02}-{:02}", site + 1, session + 1),
                        operator: operator.clone(),
                        track,
                        module: ["M1", "M2", "M3", "M4"].into_iter().cycle().nth(session).unwrap_or("M1"),
                        on: *on,
                        hours,
                        scores: tested.then_some(scores),
                    });
                }
            }
        }
    }
    for rows in &mut sites {
        rows.sort_by(|a, b| (a.on, &a.session, &a.operator).cmp(&(b.on, &b.session, &b.operator)));
    }
    sites
}

/// The training days of a site, from four months after the start of the programme.
fn sessions(draw: &mut Draw, programme: &Programme) -> Vec<NaiveDate> {
    let (first, last) = (after(programme.start, 120), before(programme.end, 30));
    let mut days: Vec<NaiveDate> = (0..10).map(|_| office_day(draw.day(first, last))).collect();
    days.sort();
    days
}

/// The events of every site: all ambiti of the programme but two are reached, some by two sites.
fn awareness(draw: &mut Draw, programme: &Programme, windows: &[Window<'_>]) -> Vec<Vec<Event>> {
    let mut sites: Vec<Vec<Event>> = windows.iter().map(|_| Vec::new()).collect();
    let ambiti = programme.targets.ambiti_involved;
    let unreached = [draw.between(1, ambiti), draw.between(1, ambiti)];
    let count = u32::try_from(windows.len()).unwrap_or(u32::MAX);
    for ambito in (1..=ambiti).filter(|ambito| !unreached.contains(ambito)) {
        for _ in 0..draw.weighted(&[(1, 60), (2, 30), (3, 10)]) {
            let site = if draw.chance(80) { draw.below(count) } else { ambito % count.max(1) };
            let site = usize::try_from(site).unwrap_or(0);
            let (Some(rows), Some(window)) = (sites.get_mut(site), windows.get(site)) else { continue };
            rows.push(Event {
                ambito: format!("AMB{ambito:02}"),
                on: office_day(draw.day(window.opened_on, window.end)).min(window.end),
                audience: draw.weighted(&[
                    ("LAVORATORI", 36),
                    ("OPERATORI", 26),
                    ("CITTADINI", 22),
                    ("STUDENTI", 9),
                    ("DATORI", 7),
                ]),
                participants: if draw.chance(50) { String::new() } else { draw.between(6, 140).to_string() },
                contacts: draw.weighted(&[(0, 50), (1, 20), (2, 15), (4, 10), (7, 5)]),
            });
        }
    }
    for rows in &mut sites {
        rows.sort_by(|a, b| (a.on, &a.ambito).cmp(&(b.on, &b.ambito)));
    }
    sites
}

/// The pact of a site; the last site to open has not signed yet.
fn pact(draw: &mut Draw, window: &Window<'_>, is_last: bool) -> Pact {
    let signatories = draw.between(5, 24);
    let goals = some(draw, &["GOV", "INTEGRA", "RESP", "INNOVA"], 600);
    if is_last {
        return Pact { status: "CONDIVISO", signed_on: None, signatories, goals };
    }
    let signed_on = office_day(after(window.opened_on, draw.between(20, 200))).min(window.end);
    Pact { status: "SOTTOSCRITTO", signed_on: Some(signed_on), signatories, goals }
}

/// The map of services: every area once at least, some bodies in several languages.
fn services(draw: &mut Draw, window: &Window<'_>) -> Vec<MapEntry> {
    let areas = ["CONTATTO", "PRESA", "PROTEZIONE", "SOCIALE", "FORMLAV", "HOUSING"];
    let count = draw.between(8, 24);
    let entries = (0..count).zip(areas.into_iter().cycle()).map(|(_, area)| MapEntry {
        organisation: super::service::organisation(draw),
        area,
        languages: [vec!["ita"], some(draw, &["eng", "fra", "ary", "spa", "urd", "ukr"], 220)].concat(),
        barriers: some(draw, &["LINGUA", "INFO", "DOC", "ORARI", "DIST", "ECON", "PAURA", "DIGITALE"], 230),
        checked_on: draw.day(window.opened_on, window.end),
        capacity: if draw.chance(500) { draw.between(2, 60).to_string() } else { String::new() },
    });
    entries.collect()
}

/// Those of a list that are drawn, each so many times in a thousand.
fn some(draw: &mut Draw, list: &[&'static str], per_thousand: u32) -> Vec<&'static str> {
    list.iter().copied().filter(|_| draw.chance(per_thousand)).collect()
}
