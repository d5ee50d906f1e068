//! What a PUA does besides its cases: pact, training, awareness.

use chrono::NaiveDate;

use super::case::Window;
use super::draw::{Draw, after, before, office_day};
use crate::programme::Programme;

/// A row of the table of attendances.
#[derive(Debug, Clone)]
pub(super) struct Attendance {
    pub(super) operator: String,
    pub(super) track: &'static str,
    pub(super) on: NaiveDate,
    pub(super) hours: String,
}

/// A row of the table of events.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) ambito: String,
    pub(super) on: NaiveDate,
    pub(super) participants: String,
}

/// A row of the table of pacts.
#[derive(Debug, Clone)]
pub(super) struct Pact {
    pub(super) status: &'static str,
    pub(super) signed_on: Option<NaiveDate>,
    pub(super) signatories: u32,
}

/// Operators of a track who were trained, compared with the target.
const REINTEGRATION_OVER: u32 = 3;
const IDENTIFICATION_UNDER: u32 = 1;

/// The attendances of every site. Operators keep their number at every site; few go to two.
pub(super) fn training(
    draw: &mut Draw,
    programme: &Programme,
    windows: &[Window],
    weights: &[u32],
) -> Vec<Vec<Attendance>> {
    let targets = &programme.targets;
    let tracks = [
        ("REINS", targets.operators_trained_reintegration + REINTEGRATION_OVER),
        ("IDPREL", targets.operators_trained_preliminary_identification.saturating_sub(IDENTIFICATION_UNDER)),
    ];
    let mut sites: Vec<Vec<Attendance>> = windows.iter().map(|_| Vec::new()).collect();
    let by_weight: Vec<(usize, u32)> = weights.iter().map(|weight| weight + 40).enumerate().collect();
    let sessions: Vec<Vec<NaiveDate>> = windows.iter().map(|_| sessions(draw, programme)).collect();
    let mut number = 0;
    for (track, operators) in tracks {
        for _ in 0..operators {
            number += 1;
            let operator = format!("OP{number:05}");
            let home = draw.weighted(&by_weight);
            let elsewhere = draw.chance(50).then(|| draw.weighted(&by_weight));
            for (attended, site) in (0..draw.between(4, 6)).map(|_| home).chain(elsewhere).enumerate() {
                // Each session once: the days go round from the operator's first one.
                let days = sessions.get(site).into_iter().flatten();
                let first = usize::try_from(number % 3).unwrap_or(0);
                let Some(on) = days.cycle().nth(first + attended) else { continue };
                let hours = draw.pick(&["4", "4.5", "6", "7.5", "8"]).to_owned();
                if let Some(rows) = sites.get_mut(site) {
                    rows.push(Attendance { operator: operator.clone(), track, on: *on, hours });
                }
            }
        }
    }
    for rows in &mut sites {
        rows.sort_by(|a, b| (a.on, &a.operator).cmp(&(b.on, &b.operator)));
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
pub(super) fn awareness(draw: &mut Draw, programme: &Programme, windows: &[Window]) -> Vec<Vec<Event>> {
    let mut sites: Vec<Vec<Event>> = windows.iter().map(|_| Vec::new()).collect();
    let ambiti = programme.targets.ambiti_involved;
    let unreached = [draw.between(1, ambiti), draw.between(1, ambiti)];
    let count = u32::try_from(windows.len()).unwrap_or(u32::MAX);
    for ambito in (1..=ambiti).filter(|ambito| !unreached.contains(ambito)) {
        for _ in 0..draw.weighted(&[(1, 60), (2, 30), (3, 10)]) {
            let site = if draw.chance(80) { draw.below(count) } else { ambito % count.max(1) };
            let site = usize::try_from(site).unwrap_or(0);
            let (Some(rows), Some(window)) = (sites.get_mut(site), windows.get(site)) else { continue };
            let participants = if draw.chance(50) { String::new() } else { draw.between(6, 140).to_string() };
            let on = office_day(draw.day(window.opened_on, window.end)).min(window.end);
            rows.push(Event { ambito: format!("AMB{ambito:02}"), on, participants });
        }
    }
    for rows in &mut sites {
        rows.sort_by(|a, b| (a.on, &a.ambito).cmp(&(b.on, &b.ambito)));
    }
    sites
}

/// The pact of a site; the last site to open has not signed yet.
pub(super) fn pact(draw: &mut Draw, window: &Window, is_last: bool) -> Pact {
    let signatories = draw.between(5, 24);
    if is_last {
        return Pact { status: "CONDIVISO", signed_on: None, signatories };
    }
    let signed_on = office_day(after(window.opened_on, draw.between(20, 200))).min(window.end);
    Pact { status: "SOTTOSCRITTO", signed_on: Some(signed_on), signatories }
}
