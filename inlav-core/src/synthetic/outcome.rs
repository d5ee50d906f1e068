//! What a case comes to: outcomes, the goals of its plan, the identification, what followed.

use chrono::NaiveDate;

use super::case::{Case, Identification, Window};
use super::draw::{Draw, after, office_day};
use super::job::{leave, regular};
use super::person::Person;
use super::referral::is_accepted;

/// An outcome reached.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) kind: &'static str,
    pub(super) on: NaiveDate,
    /// Euro or hours.
    pub(super) value: Option<u32>,
    pub(super) evidence: &'static str,
    pub(super) wave: &'static str,
}

/// An individual plan.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) signed_on: NaiveDate,
    pub(super) review_due: NaiveDate,
    pub(super) ended_on: Option<NaiveDate>,
    pub(super) goals: Vec<&'static str>,
    pub(super) goals_met: Vec<&'static str>,
}

/// A question asked some time after the closure.
#[derive(Debug, Clone)]
pub(super) struct FollowUp {
    pub(super) wave: &'static str,
    pub(super) done_on: NaiveDate,
    pub(super) status: &'static str,
    pub(super) employment: &'static str,
    pub(super) regularity: &'static str,
    pub(super) in_training: &'static str,
    pub(super) improved: &'static str,
    pub(super) exploited_again: &'static str,
}

/// Outcomes being drawn: none before the person is taken in charge, none after the last day.
struct Reached {
    outcomes: Vec<(&'static str, NaiveDate)>,
    taken_on: NaiveDate,
    last: NaiveDate,
}

impl Reached {
    /// Draws an outcome on this day or later, so many times in a thousand; its day if it is reached.
    fn draw(
        &mut self,
        draw: &mut Draw,
        chance: u32,
        kind: &'static str,
        earliest: NaiveDate,
    ) -> Option<NaiveDate> {
        let first = earliest.max(self.taken_on);
        if first > self.last || !draw.chance(chance) {
            return None;
        }
        let on = office_day(draw.day(first, self.last)).min(self.last);
        self.outcomes.push((kind, on));
        Some(on)
    }
}

/// Adds the outcomes of a case, and what they mean for its jobs.
pub(super) fn outcomes(draw: &mut Draw, person: &Person, window: &Window<'_>, case: &mut Case) {
    let Some(taken_on) = case.steps.taken_on else { return };
    let last = case.last_day(window);
    let mut reached = Reached { outcomes: Vec::new(), taken_on, last };
    work(draw, person, window, case, &mut reached);
    learnt(draw, case, &mut reached);
    if person.awaits_papers() {
        reached.draw(draw, 220, "PERMESSO", after(taken_on, 60));
    }
    if person.title == "NESSUNO" {
        reached.draw(draw, 260, "SALUTE", taken_on);
    }
    let (chance, days) = match case.target_group {
        "VITTIMA" => (480, 7),
        "POTENZIALE" => (180, 14),
        _ => (0, 0),
    };
    if let Some(on) = reached.draw(draw, chance, "USCITA", after(taken_on, days)) {
        leave(case, on);
    }
    if case.target_group == "VITTIMA" {
        reached.draw(draw, 160, "DENUNCIA", taken_on);
    }
    let needs_home = !matches!(case.housing_entry, "AFFITTO_R" | "PROPR");
    reached.draw(draw, if needs_home { 110 } else { 20 }, "CASA", after(taken_on, 30));
    let protected = case
        .referrals
        .iter()
        .filter(|referral| referral.body == "ANTITRATTA" && referral.direction == "OUT")
        .filter(|referral| is_accepted(referral.status))
        .find_map(|referral| referral.answered_on);
    if let Some(day) = protected {
        reached.draw(draw, 800, "ANTITRATTA", day);
    }
    let mut outcomes = reached.outcomes;
    outcomes.extend(case.job_on.map(|on| ("LAV_REG", on)));
    outcomes.sort_by_key(|(_, on)| *on);
    let ended = case.steps.closed_on;
    case.outcomes = outcomes.into_iter().map(|(kind, on)| outcome(draw, kind, on, ended)).collect();
}

/// Work that comes to light or gets better, and traineeships.
fn work(draw: &mut Draw, person: &Person, window: &Window<'_>, case: &mut Case, reached: &mut Reached) {
    let taken_on = reached.taken_on;
    let in_work = case.jobs.iter().any(|job| job.exploitation && job.end.is_none());
    if case.job_on.is_none() && in_work {
        if matches!(case.regularity, "NERO" | "GRIGIO")
            && let Some(on) = reached.draw(draw, 190, "LAV_EMERSO", after(taken_on, 30))
            && leave(case, on)
        {
            let mut job = regular(draw, person, window, on);
            if let Some(before) = case.jobs.iter().find(|job| job.exploitation) {
                job.employer.clone_from(&before.employer);
            }
            case.jobs.push(job);
        } else if matches!(case.regularity, "GRIGIO" | "REGOLARE") {
            reached.draw(draw, 150, "LAV_MIGL", after(taken_on, 20));
        }
    }
    let Some(placement) = held(case, "TIROCINIO") else { return };
    let done = reached.draw(draw, 600, "TIR_COMP", placement);
    if let (Some(done), Some(job_on)) = (done, case.job_on)
        && job_on >= done
        && draw.chance(500)
    {
        reached.outcomes.push(("TIR_ASS", job_on));
    }
}

/// Courses and wages.
fn learnt(draw: &mut Draw, case: &Case, reached: &mut Reached) {
    if let Some(course) = held(case, "CORSO")
        && let Some(done) = reached.draw(draw, 650, "CORSO_COMP", course)
    {
        reached.draw(draw, 300, "QUALIF", done);
    }
    if let Some(union) = held(case, "SINDACALE") {
        reached.draw(draw, 200, "RECUPERO", union);
    }
    if let Some(italian) = held(case, "ITALIANO") {
        reached.draw(draw, 350, "L2", italian);
    }
}

/// Last day of a service that took place.
fn held(case: &Case, kind: &str) -> Option<NaiveDate> {
    let held = case.services.iter().filter(|service| service.is_held(kind));
    held.map(|service| service.end_on.unwrap_or(service.on)).max()
}

fn outcome(draw: &mut Draw, kind: &'static str, on: NaiveDate, closed_on: Option<NaiveDate>) -> Outcome {
    let at_exit = closed_on.is_some_and(|closed_on| on >= super::draw::before(closed_on, 28));
    Outcome {
        kind,
        on,
        value: match kind {
            "RECUPERO" => Some(50 * draw.between(6, 160)),
            "CORSO_COMP" | "L2" => Some(draw.between(20, 120)),
            "TIR_COMP" => Some(draw.between(160, 640)),
            _ => None,
        },
        evidence: match kind {
            "LAV_REG" | "LAV_EMERSO" | "TIR_ASS" => {
                draw.weighted(&[("COB", 52), ("DOCUMENTO", 26), ("DICHIARATO", 22)])
            }
            "CORSO_COMP" | "QUALIF" | "TIR_COMP" | "L2" | "ANTITRATTA" => {
                draw.weighted(&[("ENTE", 70), ("DOCUMENTO", 22), ("DICHIARATO", 8)])
            }
            "USCITA" | "CASA" | "LAV_MIGL" => draw.weighted(&[("DICHIARATO", 82), ("DOCUMENTO", 18)]),
            _ => draw.weighted(&[("DOCUMENTO", 74), ("DICHIARATO", 26)]),
        },
        wave: if at_exit { "USCITA" } else { "" },
    }
}

/// Adds the plan of a case that has one.
pub(super) fn plan(draw: &mut Draw, person: &Person, case: &mut Case) {
    let Some(signed_on) = case.steps.plan_on else { return };
    let mut goals = vec!["LAV_REG"];
    let reached: Vec<&'static str> = case.outcomes.iter().map(|outcome| outcome.kind).collect();
    goals.extend(reached.iter().copied().filter(|_| draw.chance(700)));
    if person.awaits_papers() {
        goals.push("PERMESSO");
    }
    if person.needs_mediation {
        goals.push("L2");
    }
    for goal in ["CORSO_COMP", "CASA", "USCITA", "RECUPERO"] {
        if draw.chance(160) {
            goals.push(goal);
        }
    }
    goals.sort_unstable();
    goals.dedup();
    let goals_met: Vec<&'static str> = goals.iter().copied().filter(|goal| reached.contains(goal)).collect();
    if case.closure_reason == "OBIETTIVI" && !goals_met.is_empty() {
        goals.clone_from(&goals_met);
    }
    case.plan = Some(Plan {
        signed_on,
        review_due: after(signed_on, 30 * draw.between(2, 6)),
        ended_on: case.steps.follow_up_on.or(case.steps.closed_on),
        goals,
        goals_met,
    });
}

/// Where the identification stands, after what was found and sent.
pub(super) fn identification(draw: &mut Draw, window: &Window<'_>, case: &Case) -> Identification {
    let stands = |status| Identification { status, ..Identification::default() };
    if case.steps.assessed_on.is_none() {
        return stands("NESSUNA");
    }
    let positive = match case.target_group {
        "VITTIMA" => 1000,
        "POTENZIALE" => 800,
        _ => 70,
    };
    if !draw.chance(positive) {
        return stands("PREL_NEG");
    }
    let mut sent = case.referrals.iter().filter(|referral| referral.direction == "OUT");
    let sent = sent.find(|referral| matches!(referral.body, "ANTITRATTA" | "NV"));
    match sent.map(|referral| (referral.status, referral.answered_on)) {
        Some((status, Some(answered_on))) if is_accepted(status) => {
            let status = draw.weighted(&[("INVIATA", 50), ("FORM_POS", 36), ("FORM_NEG", 14)]);
            if status == "INVIATA" {
                return stands(status);
            }
            let decider = draw.weighted(&[
                ("NGO", 58),
                ("NonPoliceGovernmentalOrganization", 18),
                ("CourtOrProsecution", 14),
                ("Police", 10),
            ]);
            let last = after(answered_on, draw.between(20, 160)).min(window.end);
            Identification { status, decider, on: Some(draw.day(answered_on.min(last), last)) }
        }
        Some(("INVIATO", _)) => stands("INVIATA"),
        Some(("PROPOSTO" | "DECADUTO", _)) if draw.chance(500) => stands("RIFIUTATA"),
        _ => stands("PREL_POS"),
    }
}

/// Adds what was asked 4 weeks, 6 and 12 months after the closure.
pub(super) fn follow_ups(draw: &mut Draw, window: &Window<'_>, case: &mut Case) {
    let (Some(_), Some(closed_on)) = (case.steps.taken_on, case.steps.closed_on) else { return };
    if matches!(case.closure_reason, "DECESSO" | "DUPLICATO" | "FINE_PROG") {
        return;
    }
    let lost = matches!(case.closure_reason, "PERSO" | "RIMPATRIO");
    for (wave, first, last, reached) in [("4S", 3, 28, 760), ("6M", 160, 205, 620), ("12M", 350, 380, 500)] {
        let done_on = office_day(after(closed_on, draw.between(first, last - 1)));
        if done_on > window.end {
            return;
        }
        let follow_up = if draw.chance(if lost { reached / 4 } else { reached }) {
            answered(draw, case, wave, done_on)
        } else {
            FollowUp {
                wave,
                done_on,
                status: draw.weighted(&[("NON_RAGGIUNTO", 86), ("RIFIUTA", 13), ("DECEDUTO", 1)]),
                employment: "",
                regularity: "",
                in_training: "",
                improved: "",
                exploited_again: "",
            }
        };
        let died = follow_up.status == "DECEDUTO";
        case.follow_ups.push(follow_up);
        if died {
            return;
        }
    }
}

/// A person who was reached. A job is better than those at entry if it has no end and each of them
/// had.
fn answered(draw: &mut Draw, case: &Case, wave: &'static str, done_on: NaiveDate) -> FollowUp {
    let new = case.jobs.iter().rfind(|job| !job.exploitation && job.start >= case.steps.taken_on);
    let works = draw.chance(if new.is_some() { 850 } else { 330 });
    let employed_before = matches!(case.employment_entry, "OCC" | "OCC_AUT");
    let mut before = case.jobs.iter().filter(|job| job.exploitation).peekable();
    let precarious = before.peek().is_some() && before.all(|job| job.contract != "TI");
    let better = precarious && new.is_some_and(|job| job.contract == "TI");
    let yes = |yes| if yes { "si" } else { "no" };
    FollowUp {
        wave,
        done_on,
        status: "RAGGIUNTO",
        employment: if works { "OCC" } else { draw.weighted(&[("DIS", 60), ("DIS_LD", 16), ("INATT", 24)]) },
        regularity: match (works, new) {
            (true, Some(_)) => "REGOLARE",
            (true, None) => draw.weighted(&[("REGOLARE", 48), ("GRIGIO", 34), ("NERO", 18)]),
            (false, _) => "NA",
        },
        in_training: yes(draw.chance(180)),
        improved: if employed_before { yes(works && better) } else { "" },
        exploited_again: if draw.chance(30) {
            "RIF"
        } else if draw.chance(if new.is_some() { 40 } else { 140 }) {
            "SI"
        } else {
            "NO"
        },
    }
}

/// What the operator wrote about a case, with names in it.
pub(super) fn note(draw: &mut Draw, person: &Person, case: &Case) -> String {
    let employer = case.jobs.first().map_or("", |job| &job.employer);
    let phone = if person.phone.is_empty() { "non lasciato" } else { &person.phone };
    match draw.below(4) {
        0 => format!("Sentito {} {}: lavora per {employer}, turni di 12 ore.", person.given, person.family),
        1 => {
            format!("Il titolare di {employer} trattiene il passaporto della persona; tel. {phone}")
        }
        2 => format!("Verbale; \"{employer}\" non risponde. Rivedere {} tra un mese.", person.given),
        _ => format!("Colloquio con mediatrice. {} teme ritorsioni; telefono {phone}.", person.given),
    }
}
