//! The road of a case, from the report to the closure, along the state machine.

use chrono::NaiveDate;

use super::assessment::Assessment;
use super::draw::{Draw, after, before, office_day};
use super::job::Job;
use super::outcome::{FollowUp, Outcome, Plan};
use super::person::Person;
use super::profile::Profile;
use super::referral::{Consent, Referral};
use super::service::{Contact, Service};
use crate::history::{CaseState, History, State as _};

mod entry;

use entry::{employment_entry, entry_channel, housing, regularity, target_group};

/// A case and what belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) steps: Steps,
    pub(super) closure_reason: &'static str,
    pub(super) entry_channel: &'static str,
    pub(super) target_group: &'static str,
    pub(super) identification: Identification,
    pub(super) employment_entry: &'static str,
    pub(super) regularity: &'static str,
    pub(super) regularity_entry: &'static str,
    pub(super) housing_entry: &'static str,
    /// Whether a mediator takes part in interviews.
    pub(super) mediated: bool,
    /// Whether the person, once taken in charge, stops coming.
    drops_out: bool,
    /// Number of services that the office means to give.
    pub(super) intensity: u32,
    /// First day of a regular job found with the PUA.
    pub(super) job_on: Option<NaiveDate>,
    /// Whether the person works, or has worked, more than 60 hours a week.
    pub(super) overworked: bool,
    pub(super) notes: String,
    pub(super) jobs: Vec<Job>,
    pub(super) contacts: Vec<Contact>,
    pub(super) services: Vec<Service>,
    pub(super) assessments: Vec<Assessment>,
    pub(super) consents: Vec<Consent>,
    pub(super) referrals: Vec<Referral>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) plan: Option<Plan>,
    pub(super) follow_ups: Vec<FollowUp>,
}

/// Where the identification of a victim stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Identification {
    pub(super) status: &'static str,
    pub(super) decider: &'static str,
    pub(super) on: Option<NaiveDate>,
}

/// The days of a case's steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Steps {
    pub(super) reported_on: Option<NaiveDate>,
    pub(super) first_contact_on: Option<NaiveDate>,
    pub(super) assessed_on: Option<NaiveDate>,
    pub(super) taken_on: Option<NaiveDate>,
    pub(super) plan_on: Option<NaiveDate>,
    pub(super) suspended_on: Option<NaiveDate>,
    /// Day the case went on after it had been suspended.
    pub(super) resumed_on: Option<NaiveDate>,
    pub(super) follow_up_on: Option<NaiveDate>,
    pub(super) closed_on: Option<NaiveDate>,
}

/// Where and when cases happen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'a> {
    pub(super) profile: Profile,
    /// ISTAT code of the PUA's province.
    pub(super) province: &'a str,
    /// First day of the PUA.
    pub(super) opened_on: NaiveDate,
    /// Last day of the programme.
    pub(super) end: NaiveDate,
}

/// How a case begins.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Beginning<'a> {
    /// Day of the first contact.
    pub(super) contact: NaiveDate,
    /// Who sent the person, if that is known beforehand.
    pub(super) channel: Option<&'static str>,
    /// The person's case before this one, at the same PUA.
    pub(super) earlier: Option<&'a Case>,
}

impl Case {
    /// The road of a person; everything later than the last day of the programme has not happened.
    pub(super) fn walk(draw: &mut Draw, person: &Person, window: &Window<'_>, begins: Beginning<'_>) -> Self {
        let regularity = regularity(draw, person.sector);
        let target_group = target_group(draw, regularity);
        let entry_channel = begins.channel.unwrap_or_else(|| entry_channel(draw, person.sector));
        let mediated = draw.chance(if person.needs_mediation { 720 } else { person.country.mediation / 5 });
        let mut case = Self {
            steps: Steps::default(),
            closure_reason: "",
            entry_channel,
            target_group,
            identification: Identification { status: "NESSUNA", ..Identification::default() },
            employment_entry: employment_entry(draw, regularity),
            regularity,
            regularity_entry: if draw.chance(35) { "ND" } else { regularity },
            housing_entry: housing(draw, person),
            mediated,
            drops_out: false,
            intensity: draw.ranged(&[((3, 5), 30), ((6, 9), 38), ((10, 14), 22), ((15, 20), 10)]),
            job_on: None,
            overworked: begins.earlier.is_some_and(|earlier| earlier.overworked),
            notes: String::new(),
            jobs: Vec::new(),
            contacts: Vec::new(),
            services: Vec::new(),
            assessments: Vec::new(),
            consents: Vec::new(),
            referrals: Vec::new(),
            outcomes: Vec::new(),
            plan: None,
            follow_ups: Vec::new(),
        };
        let reported_from = begins.earlier.and_then(|earlier| earlier.steps.closed_on);
        case.report(draw, reported_from.unwrap_or(window.opened_on), begins.contact);
        if case.steps.first_contact_on.is_some() {
            case.accept(draw, person, window, begins.contact);
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

    /// The last day on which something can happen.
    pub(super) fn last_day(&self, window: &Window<'_>) -> NaiveDate {
        let paused = self.steps.suspended_on.filter(|_| self.steps.resumed_on.is_none());
        self.steps.closed_on.or(paused).unwrap_or(window.end)
    }

    /// The steps as the state machine has them.
    pub(super) fn history(&self) -> History<CaseState> {
        let steps = &self.steps;
        let resumed = if steps.plan_on.is_some() { CaseState::PlanActive } else { CaseState::TakenInCharge };
        let steps = [
            (CaseState::Reported, steps.reported_on),
            (CaseState::Contacted, steps.first_contact_on),
            (CaseState::Assessment, steps.assessed_on),
            (CaseState::TakenInCharge, steps.taken_on),
            (CaseState::PlanActive, steps.plan_on),
            (CaseState::Suspended, steps.suspended_on),
            (resumed, steps.resumed_on),
            (CaseState::FollowUp, steps.follow_up_on),
            (CaseState::Closed, steps.closed_on),
        ];
        History::read(steps.into_iter().filter_map(|(state, on)| Some((state, on?))))
            .expect("a test of this module walks many cases")
    }

    /// Code of the state it has come to.
    pub(super) fn state(&self) -> &'static str {
        self.history().state().code()
    }

    fn report(&mut self, draw: &mut Draw, earliest: NaiveDate, contact: NaiveDate) {
        let came_alone = matches!(self.entry_channel, "AUTO" | "OUTREACH" | "PUNTO_ACC");
        let reported = draw.chance(if came_alone { 60 } else { 800 });
        if reported {
            let gap = draw.ranged(&[((0, 1), 30), ((2, 7), 40), ((8, 20), 22), ((21, 50), 8)]);
            self.steps.reported_on = Some(before(contact, gap).max(earliest));
        }
        if !(reported && draw.chance(40)) {
            self.steps.first_contact_on = Some(contact);
        }
    }

    /// Assessment, taking in charge, plan.
    fn accept(&mut self, draw: &mut Draw, person: &Person, window: &Window<'_>, contact: NaiveDate) {
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
        let Some(taken_on) = taken.then(|| by_end(after(contact, wait))).flatten() else { return };
        self.steps.taken_on = Some(taken_on);
        if draw.chance(830) {
            let later = draw.ranged(&[((0, 0), 20), ((1, 14), 36), ((15, 30), 28), ((31, 60), 16)]);
            self.steps.plan_on = by_end(after(taken_on, later));
        }
        self.drops_out = draw.chance(self.drop_out_chance(person));
        if !self.drops_out && draw.chance(self.job_chance(person)) {
            let later = draw.ranged(&[((20, 60), 22), ((61, 120), 36), ((121, 200), 27), ((201, 330), 15)]);
            self.job_on = by_end(after(taken_on, later));
        }
    }

    /// How likely a regular job is, per thousand: more services, a plan and regular work help,
    /// undeclared work and no papers hinder.
    fn job_chance(&self, person: &Person) -> u32 {
        let plan = if self.steps.plan_on.is_some() { 60 } else { 0 };
        let work = match self.regularity {
            "NERO" => 0,
            "REGOLARE" => 170,
            _ => 90,
        };
        let papers = if person.awaits_papers() { 0 } else { 130 };
        200 + 22 * self.intensity.min(14) + plan + work + papers
    }

    fn close(&mut self, draw: &mut Draw, window: &Window<'_>) {
        let ending = self.ending(draw);
        let steps = &self.steps;
        let so_far = [steps.first_contact_on, steps.assessed_on, steps.taken_on, steps.plan_on, self.job_on];
        let so_far = so_far.into_iter().flatten().max();
        let Some((day, reason)) = ending else { return };
        let day = office_day(so_far.map_or(day, |last| day.max(last)));
        let Some(so_far) = so_far.filter(|_| self.steps.taken_on.is_some()) else {
            if day <= window.end {
                (self.steps.closed_on, self.closure_reason) = (Some(day), reason);
            }
            return;
        };
        if day <= window.end {
            (self.steps.closed_on, self.closure_reason) = (Some(day), reason);
            self.on_the_way(draw, so_far, day);
            return;
        }
        match draw.below(1000) {
            0..=119 => (self.steps.closed_on, self.closure_reason) = (Some(window.end), "FINE_PROG"),
            120..=159 => self.steps.suspended_on = Some(draw.day(so_far, window.end)),
            160..=229 if self.steps.plan_on.is_some() => {
                self.steps.follow_up_on = Some(draw.day(so_far, window.end));
            }
            _ => {}
        }
    }

    /// What may lie between the plan and the closure: a suspension, a follow-up.
    fn on_the_way(&mut self, draw: &mut Draw, so_far: NaiveDate, closed_on: NaiveDate) {
        match self.closure_reason {
            "PERSO" if draw.chance(300) => self.steps.suspended_on = Some(draw.day(so_far, closed_on)),
            "OBIETTIVI" | "PARZIALE" => {
                if draw.chance(70) {
                    let suspended_on = draw.day(so_far, closed_on);
                    self.steps.suspended_on = Some(suspended_on);
                    self.steps.resumed_on = Some(draw.day(suspended_on, closed_on));
                }
                if self.steps.plan_on.is_some() && draw.chance(450) {
                    let earliest = self.steps.resumed_on.unwrap_or(so_far);
                    self.steps.follow_up_on = Some(draw.day(earliest, closed_on));
                }
            }
            _ => {}
        }
    }

    /// How likely it is that a person taken in charge does not come back, per thousand: most of
    /// all whom nobody understands.
    fn drop_out_chance(&self, person: &Person) -> u32 {
        match (person.needs_mediation, self.mediated) {
            (true, false) => 470,
            (true, true) => 140,
            (false, _) => 130,
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
            if self.drops_out {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::Programme;
    use crate::sector::Sector;
    use crate::synthetic::person::invent;

    #[test]
    fn every_road_is_one_of_the_state_machine() {
        let programme = Programme::inlav_lombardia();
        let mut draw = Draw::new(3, 1);
        let mut states = std::collections::BTreeSet::new();
        for index in 0..3000 {
            let profile = Profile::of(index);
            let opened_on = profile.opened_on(programme);
            let window = Window { profile, province: "017", opened_on, end: programme.end };
            let contact = draw.day(opened_on, programme.end);
            let person = invent(&mut draw, &window, Sector::Agriculture, contact, 15);
            let begins = Beginning { contact, ..Beginning::default() };
            let case = Case::walk(&mut draw, &person, &window, begins);
            states.extend(case.history().steps().map(|step| step.state));
            assert_eq!(case.state() == "CHIUSO", !case.closure_reason.is_empty());
        }
        assert_eq!(states.len(), 8);
    }
}
