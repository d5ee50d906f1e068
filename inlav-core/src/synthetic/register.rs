//! The registers of the PUA: who is met where, made block by block.

use chrono::{Datelike as _, NaiveDate};

use super::assessment::assessments;
use super::campaign::{Campaign, campaigns};
use super::case::{Beginning, Case, Window};
use super::dirt::{self, SecondRows};
use super::draw::{Draw, after, office_day};
use super::job::{end_earlier, jobs};
use super::missing::leave_blank;
use super::outcome::{follow_ups, identification, note, outcomes, plan};
use super::person::{Person, invent, sector};
use super::profile::Profile;
use super::referral::{consents, referrals};
use super::rows::{Numbers, Rows};
use super::service::{anonymous, services};
use super::{Block, Dials, SiteData};
use crate::programme::{Programme, Site};
use crate::registry;
use crate::sector::Sector;

/// Persons of a block, at most, besides those who come from another PUA.
const BLOCK: u32 = 1024;
/// Contacts with persons who gave no name, per thousand persons.
const ANONYMOUS: u32 = 120;

/// What a stream of draws is for. Every person has streams of their own, so that the person is the
/// same wherever and whenever it is made.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Campaign,
    Person,
    /// Which persons of a block go to a second PUA.
    Visits,
    /// What happens to a person at the second PUA.
    Visit,
    /// What the office writes down besides.
    Office,
    Missing,
    Dirt,
}

/// A person in a PUA's register, and what the PUA did.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) person: Person,
    pub(super) cases: Vec<Case>,
}

/// Makes a population PUA by PUA and block by block, so that memory does not grow with its size.
#[derive(Debug)]
pub struct Generator<'a> {
    programme: &'a Programme,
    dials: Dials,
    windows: Vec<Window<'a>>,
    campaigns: Vec<Campaign>,
    /// Persons of every PUA.
    shares: Vec<u32>,
    blocks: u32,
}

/// The blocks of one PUA, in order.
#[derive(Debug)]
pub struct Blocks<'g, 'a> {
    generator: &'g Generator<'a>,
    site: usize,
    next: u32,
    numbers: Option<Numbers>,
    /// Rows so far, by table.
    emitted: Vec<u64>,
}

impl<'a> Generator<'a> {
    /// A generator for a programme.
    #[must_use]
    pub fn new(programme: &'a Programme, dials: &Dials) -> Self {
        let windows: Vec<Window<'_>> = programme
            .sites
            .iter()
            .enumerate()
            .map(|(index, site)| {
                let profile = Profile::of(index);
                let opened_on = profile.opened_on(programme);
                Window { profile, province: &site.istat_province, opened_on, end: programme.end }
            })
            .collect();
        let weights: Vec<u32> = windows.iter().map(|window| window.profile.weight).collect();
        let shares = apportion(dials.persons, &weights);
        let most = shares.iter().copied().max().unwrap_or(0);
        let mut draw = stream(dials.seed, Purpose::Campaign, 0, 0);
        Self {
            programme,
            dials: dials.clone(),
            campaigns: campaigns(&mut draw, programme, &windows),
            windows,
            shares,
            blocks: most.div_ceil(BLOCK).max(1),
        }
    }

    /// The sites, in the programme's order.
    #[must_use]
    pub fn sites(&self) -> &'a [Site] {
        &self.programme.sites
    }

    /// The blocks of the programme's n-th site, counted from 0; none if there is no such site.
    #[must_use]
    pub fn blocks(&self, site: usize) -> Blocks<'_, 'a> {
        let numbers = self.programme.sites.get(site).map(|of| Numbers::of(site, of));
        Blocks { generator: self, site, next: 0, numbers, emitted: vec![0; registry::tables().len()] }
    }

    fn stream(&self, purpose: Purpose, site: usize, number: u32) -> Draw {
        stream(self.dials.seed, purpose, site, number)
    }

    /// The persons of a site, by number, who are in this block.
    fn range(&self, site: usize, block: u32) -> std::ops::Range<u32> {
        let share = u64::from(self.shares.get(site).copied().unwrap_or(0));
        let at = |block: u32| u32::try_from(share * u64::from(block) / u64::from(self.blocks)).unwrap_or(0);
        at(block)..at(block + 1)
    }

    /// The persons of a block, in the order of arrival.
    fn entries(&self, site: usize, window: &Window<'_>, block: u32) -> Vec<Entry> {
        let own = self.range(site, block).map(|number| self.entry(site, window, number));
        let mut entries: Vec<Entry> = own.collect();
        for home in (0..self.windows.len()).filter(|home| *home != site) {
            entries.extend(self.visitors(home, site, window, block));
        }
        entries.sort_by_key(|entry| entry.cases.first().and_then(Case::first_day));
        entries
    }

    /// A person, the first case, and another one if the person comes back.
    fn entry(&self, site: usize, window: &Window<'_>, number: u32) -> Entry {
        let mut draw = self.stream(Purpose::Person, site, number);
        let draw = &mut draw;
        let sector = sector(draw, &window.profile);
        let contact = contact_day(draw, sector, window.opened_on, window.end);
        let person = invent(draw, window, sector, contact, self.dials.omocodic);
        let begins = Beginning { contact, ..Beginning::default() };
        let mut first = spell(draw, &person, window, begins);
        let ended =
            matches!(first.closure_reason, "OBIETTIVI" | "PARZIALE" | "RINUNCIA" | "PERSO" | "INVIO_ALTRO");
        // About half of the cases end so early that a return falls into the programme.
        let back = first.steps.closed_on.filter(|_| ended && draw.chance(2 * self.dials.coming_back));
        let contact = back.map(|closed_on| office_day(after(closed_on, draw.between(20, 200))));
        let Some(contact) = contact.filter(|day| *day <= window.end) else {
            return Entry { person, cases: vec![first] };
        };
        let begins = Beginning { contact, channel: Some("AUTO"), earlier: Some(&first) };
        let second = spell(draw, &person, window, begins);
        end_earlier(&mut first, &second);
        Entry { person, cases: vec![first, second] }
    }

    /// Those of another site's block who come to this one, which writes their names in its own way.
    fn visitors(&self, home: usize, site: usize, window: &Window<'_>, block: u32) -> Vec<Entry> {
        let mut visitors = Vec::new();
        let Some(at_home) = self.windows.get(home) else { return visitors };
        let sites: Vec<(usize, u32)> =
            self.windows.iter().map(|window| window.profile.weight).enumerate().collect();
        let mut draw = self.stream(Purpose::Visits, home, block);
        for number in self.range(home, block) {
            if !draw.chance(self.dials.seen_twice) || draw.weighted(&sites) != site {
                continue;
            }
            let entry = self.entry(home, at_home, number);
            let Some(first_day) = entry.cases.first().and_then(Case::first_day) else { continue };
            let mut draw = self.stream(Purpose::Visit, home, number);
            let draw = &mut draw;
            let earliest = first_day.max(window.opened_on);
            let contact = office_day(after(earliest, draw.between(5, 120))).min(window.end);
            if contact < earliest {
                continue;
            }
            let person = entry.person.seen_elsewhere(draw, window);
            let begins = Beginning { contact, channel: Some("ALTRO_PUA"), earlier: None };
            let cases = vec![spell(draw, &person, window, begins)];
            visitors.push(Entry { person, cases });
        }
        visitors
    }
}

impl Iterator for Blocks<'_, '_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let (generator, site) = (self.generator, self.site);
        let of = generator.programme.sites.get(site)?;
        let (window, campaign) = (generator.windows.get(site)?, generator.campaigns.get(site)?);
        let block = self.next;
        if block >= generator.blocks {
            return None;
        }
        self.next += 1;
        let entries = generator.entries(site, window, block);
        let mut draw = generator.stream(Purpose::Office, site, block);
        let staff = campaign.staff.iter().filter(|operator| operator.of_the_pua);
        let writers: Vec<String> = staff.map(|operator| operator.id.clone()).collect();
        let mut rows = Rows::new(of, &writers, self.numbers.as_mut()?, window.end);
        if block == 0 {
            rows.campaign(campaign, window);
        }
        for entry in &entries {
            rows.entry(&mut draw, entry);
            if draw.chance(ANONYMOUS) {
                rows.contact(&anonymous(&mut draw, window), "");
            }
        }
        let mut dirty = generator.stream(Purpose::Dirt, site, block);
        let mut second = SecondRows::default();
        if generator.dials.dirt > 0 {
            for (at, entry) in entries.iter().enumerate() {
                if dirty.chance(generator.dials.dirt) {
                    let person = entry.person.seen_elsewhere(&mut dirty, window);
                    second.add(at, rows.person_again(&person));
                }
            }
        }
        let mut data = SiteData { site: of.id.clone(), tables: rows.finish() };
        leave_blank(&mut generator.stream(Purpose::Missing, site, block), &mut data, generator.dials.missing);
        let planted =
            dirt::plant(&mut dirty, &mut data, &second, (generator.dials.dirt, self.emitted.as_slice()));
        for (emitted, table) in self.emitted.iter_mut().zip(&data.tables) {
            *emitted += u64::try_from(table.rows.len()).unwrap_or(0);
        }
        Some(Block { data, planted })
    }
}

/// The stream of draws of a person or block.
fn stream(seed: u64, purpose: Purpose, site: usize, number: u32) -> Draw {
    let purpose: u64 = match purpose {
        Purpose::Campaign => 1,
        Purpose::Person => 2,
        Purpose::Visits => 3,
        Purpose::Visit => 4,
        Purpose::Office => 5,
        Purpose::Missing => 6,
        Purpose::Dirt => 7,
    };
    let site = u64::try_from(site).unwrap_or(0) & 0xFFFF;
    Draw::new(seed, purpose << 48 | site << 32 | u64::from(number))
}

/// So many persons by weight, the rest to the first sites.
fn apportion(persons: u32, weights: &[u32]) -> Vec<u32> {
    let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let share = |weight: &u32| u64::from(persons) * u64::from(*weight) / total.max(1);
    let mut shares: Vec<u32> =
        weights.iter().map(|weight| u32::try_from(share(weight)).unwrap_or(0)).collect();
    let rest = persons - shares.iter().sum::<u32>();
    for (share, _) in shares.iter_mut().zip(0..rest) {
        *share += 1;
    }
    shares
}

/// One case from its first day to what followed it.
fn spell(draw: &mut Draw, person: &Person, window: &Window<'_>, begins: Beginning<'_>) -> Case {
    let mut case = Case::walk(draw, person, window, begins);
    jobs(draw, person, window, begins.earlier, &mut case);
    services(draw, person, window, &mut case);
    referrals(draw, person, window, &mut case);
    consents(draw, person, window, &mut case);
    outcomes(draw, person, window, &mut case);
    assessments(draw, person.sector, window, &mut case);
    plan(draw, person, &mut case);
    follow_ups(draw, window, &mut case);
    case.identification = identification(draw, window, &case);
    if draw.chance(450) {
        case.notes = note(draw, person, &case);
    }
    case
}

/// A day of first contact: few in the first month, fewer in August and at the very end; from the
/// fields most in the months of the harvest.
fn contact_day(draw: &mut Draw, sector: Sector, opened_on: NaiveDate, end: NaiveDate) -> NaiveDate {
    let mut day = draw.day(opened_on, end);
    for _ in 0..3 {
        let harvest = (6..=10).contains(&day.month());
        let seldom = match sector {
            Sector::Agriculture => !harvest,
            _ => day.month() == 8 || (day - opened_on).num_days() < 30,
        };
        if !(seldom && draw.chance(500)) {
            break;
        }
        day = draw.day(opened_on, end);
    }
    office_day(day).min(end)
}
