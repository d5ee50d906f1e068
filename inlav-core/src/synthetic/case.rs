//! The road of a case, from the report to the closure, along the state machine.

use chrono::NaiveDate;

use super::activity::{Job, Outcome, Referral, Service};
use super::draw::{Draw, after, before, office_day};
use super::person::Person;
use super::profile::Profile;
use crate::sector::Sector;

/// A case and what belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) state: &'static str,
    pub(super) steps: Steps,
    pub(super) closure_reason: &'static str,
    pub(super) entry_channel: &'static str,
    pub(super) target_group: &'static str,
    pub(super) identification: &'static str,
    pub(super) employment_entry: &'static str,
    pub(super) regularity: &'static str,
    pub(super) regularity_entry: &'static str,
    /// Number of services that the office means to give.
    pub(super) intensity: u32,
    /// First day of a regular job found with the PUA.
    pub(super) job_on: Option<NaiveDate>,
    pub(super) notes: String,
    pub(super) jobs: Vec<Job>,
    pub(super) services: Vec<Service>,
    pub(super) referrals: Vec<Referral>,
    pub(super) outcomes: Vec<Outcome>,
}

/// The days of a case's steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Steps {
    pub(super) reported_on: Option<NaiveDate>,
    pub(super) first_contact_on: Option<NaiveDate>,
    pub(super) assessed_on: Option<NaiveDate>,
    pub(super) taken_on: Option<NaiveDate>,
    pub(super) plan_on: Option<NaiveDate>,
    pub(super) closed_on: Option<NaiveDate>,
}

/// Where and when cases happen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) profile: Profile,
    /// First day of the PUA.
    pub(super) opened_on: NaiveDate,
    /// Last day of the programme.
    pub(super) end: NaiveDate,
}

impl Case {
    /// The road of a person whose first contact is on this day; everything later than the last
    /// day of the programme has not happened.
    pub(super) fn walk(
        draw: &mut Draw,
        person: &Person,
        window: &Window,
        contact: NaiveDate,
        channel: Option<&'static str>,
    ) -> Self {
        let regularity = regularity(draw, person.sector);
        let target_group = target_group(draw, regularity);
        let entry_channel = channel.unwrap_or_else(|| entry_channel(draw, person.sector));
        let mut case = Self {
            state: "CONTATTATO",
            steps: Steps::default(),
            closure_reason: "",
            entry_channel,
            target_group,
            identification: "NESSUNA",
            employment_entry: employment_entry(draw, regularity),
            regularity,
            regularity_entry: if draw.chance(35) { "ND" } else { regularity },
            intensity: draw.ranged(&[((3, 5), 30), ((6, 9), 38), ((10, 14), 22), ((15, 20), 10)]),
            job_on: None,
            notes: String::new(),
            jobs: Vec::new(),
            services: Vec::new(),
            referrals: Vec::new(),
            outcomes: Vec::new(),
        };
        case.report(draw, window, contact);
        if case.steps.first_contact_on.is_some() {
            case.accept(draw, person, window, contact);
        }
        case.close(draw, window);
        if case.steps.assessed_on.is_none() && draw.chance(250) {
            case.target_group = "ND";
        }
        case
    }

    /// First day the office knows of the person.
    pub(super) fn first_day(&self) -> Option<NaiveDate> {
        self.steps.reported_on.or(self.steps.first_contact_on)
    }

    fn report(&mut self, draw: &mut Draw, window: &Window, contact: NaiveDate) {
        let came_alone = matches!(self.entry_channel, "AUTO" | "OUTREACH" | "PUNTO_ACC");
        let reported = draw.chance(if came_alone { 60 } else { 800 });
        if reported {
            let gap = draw.ranged(&[((0, 1), 30), ((2, 7), 40), ((8, 20), 22), ((21, 50), 8)]);
            self.steps.reported_on = Some(before(contact, gap).max(window.opened_on));
        }
        if reported && draw.chance(40) {
            self.state = "SEGNALATO";
        } else {
            self.steps.first_contact_on = Some(contact);
        }
    }

    /// Assessment, taking in charge, plan.
    fn accept(&mut self, draw: &mut Draw, person: &Person, window: &Window, contact: NaiveDate) {
        let by_end = |day: NaiveDate| Some(office_day(day)).filter(|day| *day <= window.end);
        let usual = draw.ranged(&[
            ((0, 0), 12),
            ((1, 6), 14),
            ((7, 13), 18),
            ((14, 20), 17),
            ((21, 34), 18),
            ((35, 60), 13),
            ((61, 120), 8),
        ]);
        let wait = usual * window.profile.pace / 100;
        let assessed = draw.chance(870);
        let taken = assessed && draw.chance(if self.target_group == "RISCHIO" { 780 } else { 860 });
        if !assessed {
            return;
        }
        let assessed_after = if taken { draw.between(0, wait) } else { wait / 2 };
        self.steps.assessed_on = by_end(after(contact, assessed_after));
        if self.steps.assessed_on.is_none() {
            return;
        }
        self.state = "VALUTAZIONE";
        let Some(taken_on) = taken.then(|| by_end(after(contact, wait))).flatten() else { return };
        self.steps.taken_on = Some(taken_on);
        self.state = "PRESO_IN_CARICO";
        if draw.chance(830) {
            let later = draw.ranged(&[((0, 0), 20), ((1, 14), 36), ((15, 30), 28), ((31, 60), 16)]);
            self.steps.plan_on = by_end(after(taken_on, later));
        }
        if self.steps.plan_on.is_some() {
            self.state = "PIANO_ATTIVO";
        }
        if draw.chance(self.job_chance(person)) {
            let later = draw.ranged(&[((20, 60), 22), ((61, 120), 36), ((121, 200), 27), ((201, 330), 15)]);
            self.job_on = by_end(after(taken_on, later));
        }
    }

    /// How likely a regular job is, per thousand: more services and a plan help, undeclared work
    /// and no papers hinder.
    fn job_chance(&self, person: &Person) -> u32 {
        let helped = 360 + 22 * self.intensity.min(14) + if self.steps.plan_on.is_some() { 60 } else { 0 };
        let hindered =
            if self.regularity == "NERO" { 90 } else { 0 } + if person.awaits_papers() { 130 } else { 0 };
        helped - hindered
    }

    fn close(&mut self, draw: &mut Draw, window: &Window) {
        let Some((day, reason)) = self.ending(draw) else { return };
        let steps = &self.steps;
        let last = [steps.first_contact_on, steps.assessed_on, steps.taken_on, steps.plan_on, self.job_on];
        let last = last.into_iter().flatten().max();
        let day = office_day(last.map_or(day, |last| day.max(last)));
        if day <= window.end {
            self.state = "CHIUSO";
            self.steps.closed_on = Some(day);
            self.closure_reason = reason;
        } else if self.steps.taken_on.is_some() {
            match draw.below(1000) {
                0..=119 => {
                    self.state = "CHIUSO";
                    self.steps.closed_on = Some(window.end);
                    self.closure_reason = "FINE_PROG";
                }
                120..=159 => self.state = "SOSPESO",
                160..=229 if self.steps.plan_on.is_some() => self.state = "FOLLOW_UP",
                _ => {}
            }
        }
    }

    /// When and why the case would end, or `None` if it stays open.
    fn ending(&self, draw: &mut Draw) -> Option<(NaiveDate, &'static str)> {
        let known_on = self.first_day()?;
        if let Some(job_on) = self.job_on {
            let reason =
                draw.weighted(&[("OBIETTIVI", 76), ("PARZIALE", 20), ("INVIO_ALTRO", 3), ("RIMPATRIO", 1)]);
            return Some((after(job_on, draw.between(14, 150)), reason));
        }
        if let Some(taken_on) = self.steps.taken_on {
            if draw.chance(200) {
                let reason =
                    draw.weighted(&[("PERSO", 50), ("RINUNCIA", 36), ("RIMPATRIO", 8), ("TRASF_PUA", 6)]);
                return Some((after(taken_on, draw.between(10, 150)), reason));
            }
            let victim = if self.target_group == "VITTIMA" { 16 } else { 0 };
            let reason = draw.weighted(&[
                ("PARZIALE", 46),
                ("OBIETTIVI", 14),
                ("INVIO_ALTRO", 12),
                ("INVIO_SAI", 6),
                ("INVIO_ANTITRATTA", victim),
                ("PERSO", 12),
                ("RINUNCIA", 9),
                ("DECESSO", 1),
            ]);
            let days = draw.ranged(&[((60, 120), 20), ((121, 240), 40), ((241, 420), 40)]);
            return Some((after(taken_on, days), reason));
        }
        if let Some(assessed_on) = self.steps.assessed_on {
            let victim = if self.target_group == "VITTIMA" { 20 } else { 0 };
            let reason = draw.weighted(&[
                ("NON_ELEG", 36),
                ("INVIO_ALTRO", 18),
                ("INVIO_SAI", 8),
                ("INVIO_ANTITRATTA", victim),
                ("RINUNCIA", 20),
                ("PERSO", 18),
            ]);
            return draw.chance(820).then(|| (after(assessed_on, draw.between(0, 70)), reason));
        }
        let reason = if self.steps.first_contact_on.is_some() {
            draw.weighted(&[("PERSO", 60), ("RINUNCIA", 40)])
        } else {
            draw.weighted(&[("PERSO", 50), ("RINUNCIA", 20), ("NON_ELEG", 22), ("DUPLICATO", 8)])
        };
        draw.chance(720).then(|| (after(known_on, draw.between(14, 120)), reason))
    }
}

fn regularity(draw: &mut Draw, sector: Sector) -> &'static str {
    let [undeclared, grey, regular, bogus] = match sector {
        Sector::Agriculture => [46, 42, 9, 3],
        Sector::Construction => [38, 36, 8, 18],
        Sector::Transport => [20, 48, 10, 22],
        Sector::Accommodation => [36, 52, 10, 2],
        Sector::PersonalServices => [49, 41, 9, 1],
        Sector::Other => [34, 46, 14, 6],
    };
    draw.weighted(&[("NERO", undeclared), ("GRIGIO", grey), ("REGOLARE", regular), ("AUTON_FITT", bogus)])
}

fn target_group(draw: &mut Draw, regularity: &str) -> &'static str {
    let [victim, potential, at_risk] = match regularity {
        "NERO" => [38, 42, 20],
        "GRIGIO" => [18, 42, 40],
        "AUTON_FITT" => [12, 48, 40],
        _ => [4, 26, 70],
    };
    draw.weighted(&[("VITTIMA", victim), ("POTENZIALE", potential), ("RISCHIO", at_risk)])
}

fn entry_channel(draw: &mut Draw, sector: Sector) -> &'static str {
    let drop_in = if sector == Sector::PersonalServices { 22 } else { 2 };
    let outreach = if sector == Sector::Agriculture { 16 } else { 5 };
    draw.weighted(&[
        ("SST", 30),
        ("ETS", 15),
        ("AUTO", 11),
        ("SINDACATO", 9),
        ("PRIVATO", 7),
        ("CPI", 5),
        ("ITL", 4),
        ("SAI_CAS", 5),
        ("FFOO", 2),
        ("ASL", 3),
        ("ANTITRATTA", 2),
        ("SCUOLA", 2),
        ("CAV", 1),
        ("PUNTO_ACC", drop_in),
        ("OUTREACH", outreach),
        ("ND", 2),
    ])
}

fn employment_entry(draw: &mut Draw, regularity: &str) -> &'static str {
    match regularity {
        "AUTON_FITT" => draw.weighted(&[("OCC_AUT", 80), ("DIS", 18), ("ND", 2)]),
        "NERO" => draw.weighted(&[
            ("OCC", 50),
            ("DIS", 28),
            ("DIS_LD", 12),
            ("INATT", 5),
            ("INATT_F", 2),
            ("ND", 3),
        ]),
        _ => draw.weighted(&[("OCC", 66), ("DIS", 22), ("DIS_LD", 6), ("INATT", 3), ("ND", 3)]),
    }
}
