//! Seeded made-up populations: whole PUAs with persons, cases and what followed.
//!
//! **Everything here is invented.** Names are put together from syllables, documents and
//! telephone numbers are drawn, e-mail addresses are at example domains. The same seed gives the
//! same bytes for ever: the generator's stream is ChaCha12, fixed by its specification, and all
//! draws are whole-number arithmetic of this module.
//!
//! All tables are filled, and the rows agree with each other: steps follow the state machine,
//! consent comes before taking in charge, a job found has its contract. With [`Dials::dirt`] at
//! nought a population breaks no rule of the domain; with more, cells and rows are broken the way
//! offices break them, and [`Planted`] tells each one.
//!
//! What depends on what, as analyses will look for it:
//!
//! | what | depends on |
//! |---|---|
//! | sector | the PUA |
//! | citizenship, gender, age, housing, hours, the beginning of a job | the sector |
//! | month of the first contact | the sector: from the fields in the harvest |
//! | regularity of the work | the sector |
//! | target group, indicators of exploitation | regularity, housing, sector |
//! | a regular job | number of services, plan, regularity, residence title |
//! | drop-out | a need of mediation, and whether it was met |
//! | waiting times | the PUA, with a long tail |
//!
//! Persons are seen at two PUA under two spellings of one name, come back after a closure, have
//! omocodic codes, documents that were not shown, notes with names in them.
//!
//! ```
//! use inlav_core::programme::Programme;
//! use inlav_core::synthetic::{Dials, Population};
//!
//! let dials = Dials { persons: 60, ..Dials::default() };
//! let population = Population::generate(Programme::inlav_lombardia(), &dials);
//! assert_eq!(population.sites.len(), 12);
//! ```
//!
//! A population too large for memory is made block by block:
//!
//! ```
//! use inlav_core::programme::Programme;
//! use inlav_core::synthetic::{Dials, Generator};
//!
//! let dials = Dials { seed: 7, ..Dials::default() }.with_events(1000);
//! let generator = Generator::new(Programme::inlav_lombardia(), &dials);
//! let rows: usize = generator.blocks(4).map(|block| block.data.rows("case").len()).sum();
//! assert!(rows > 0);
//! ```

use crate::programme::{Programme, SiteId};
use crate::registry::{self, PrivacyClass, Table};
use crate::text::is_placeholder;

mod assessment;
mod campaign;
mod case;
mod dirt;
mod draw;
mod job;
mod missing;
mod names;
mod outcome;
mod person;
mod profile;
mod referral;
mod register;
mod rows;
mod service;
mod tax_code;

pub use dirt::{Dirt, Planted};
pub use register::{Blocks, Generator};

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dials {
    /// The seed; everything else equal, it decides every byte.
    pub seed: u64,
    /// Persons of the whole programme. Those seen at two PUA count once.
    pub persons: u32,
    /// Persons seen at a second PUA, per thousand.
    pub seen_twice: u32,
    /// Persons who come back after a closure, per thousand.
    pub coming_back: u32,
    /// Codici fiscali with letters for digits (*omocodia*), per thousand.
    pub omocodic: u32,
    /// Cells left blank or coded as missing, per thousand of those that no rule needs, besides the
    /// ones that every office leaves blank.
    pub missing: u32,
    /// Cells and rows broken, per thousand. With any, the population breaks rules.
    pub dirt: u32,
}

/// Columns of direct identifiers whose texts many persons share.
const SAYS_NOTHING: [&str; 5] = [
    registry::person::BIRTH_PLACE.name,
    registry::person::STP_ENI_ISSUER.name,
    registry::person::STP_ENI_VALID_TO.name,
    registry::person::PERMIT_ISSUED_ON.name,
    registry::person::PERMIT_VALID_TO.name,
];

/// Events of a person in the mean, in tenths: rows of the tables of events.
const EVENTS_PER_TEN_PERSONS: u64 = 170;

/// The tables whose rows are events: something that happened in a case on a day.
const EVENTS: [&str; 7] = [
    registry::case_transition::TABLE.name,
    registry::contact::TABLE.name,
    registry::service_event::TABLE.name,
    registry::assessment::TABLE.name,
    registry::referral::TABLE.name,
    registry::outcome::TABLE.name,
    registry::follow_up::TABLE.name,
];

/// The exports of a whole programme before any office wrote them down in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// One per site, in the programme's order.
    pub sites: Vec<SiteData>,
    /// What was broken on purpose.
    pub planted: Vec<Planted>,
}

/// Some of the rows of a PUA: those of the next thousand persons or so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The rows; what the PUA does besides its cases is in the first block.
    pub data: SiteData,
    /// What was broken on purpose in them.
    pub planted: Vec<Planted>,
}

/// The tables of one PUA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteData {
    /// The PUA.
    pub site: SiteId,
    /// All tables in the registry's order.
    pub tables: Vec<TableData>,
}

/// The rows of one table as canonical text: codes, ISO dates, `si` and `no`, decimal points.
#[derive(Debug, Clone)]
pub struct TableData {
    /// The table.
    pub table: &'static Table,
    /// The rows; each has one text per column, in the registry's order, blank if there is none.
    pub rows: Vec<Vec<String>>,
}

impl Default for Dials {
    fn default() -> Self {
        Self {
            seed: 20_230_701,
            persons: 1200,
            seen_twice: 30,
            coming_back: 40,
            omocodic: 15,
            missing: 0,
            dirt: 0,
        }
    }
}

impl Dials {
    /// As many persons as have about so many events: steps of cases, contacts, services,
    /// assessments, referrals, outcomes, follow-ups.
    #[must_use]
    pub fn with_events(self, events: u64) -> Self {
        let persons = (events.saturating_mul(10) / EVENTS_PER_TEN_PERSONS).max(1);
        Self { persons: u32::try_from(persons).unwrap_or(u32::MAX), ..self }
    }
}

impl Population {
    /// Makes a population of a programme.
    #[must_use]
    pub fn generate(programme: &Programme, dials: &Dials) -> Self {
        let generator = Generator::new(programme, dials);
        let mut population = Self { sites: Vec::new(), planted: Vec::new() };
        for index in 0..generator.sites().len() {
            let mut whole: Option<SiteData> = None;
            for block in generator.blocks(index) {
                population.planted.extend(block.planted);
                match &mut whole {
                    Some(site) => site.append(block.data),
                    None => whole = Some(block.data),
                }
            }
            population.sites.extend(whole);
        }
        population
    }
}

impl SiteData {
    /// The rows of a table; none if the site has no such table.
    #[must_use]
    pub fn rows(&self, table: &str) -> &[Vec<String>] {
        self.tables.iter().find(|data| data.table.name == table).map_or(&[], |data| &data.rows)
    }

    /// Number of events: rows that tell what happened in a case on a day.
    #[must_use]
    pub fn events(&self) -> usize {
        EVENTS.iter().map(|table| self.rows(table).len()).sum()
    }

    /// Adds the rows of another block of the same site.
    pub fn append(&mut self, more: Self) {
        for (data, more) in self.tables.iter_mut().zip(more.tables) {
            data.rows.extend(more.rows);
        }
    }

    /// Every text of this site that identifies somebody: what stands in columns of direct
    /// identifiers and free text, at least five bytes long and no placeholder. None of them may
    /// be found in anything that leaves the PUA. Left out is what says nothing by itself: the days
    /// and issuers of documents, towns of birth.
    #[must_use]
    pub fn direct_identifiers(&self) -> Vec<String> {
        let mut texts = Vec::new();
        for data in &self.tables {
            for row in &data.rows {
                for (column, text) in data.table.columns.iter().zip(row) {
                    let identifies = matches!(column.privacy, PrivacyClass::Direct | PrivacyClass::FreeText)
                        && !SAYS_NOTHING.contains(&column.name);
                    if identifies && text.len() >= 5 && !is_placeholder(text) {
                        texts.push(text.clone());
                    }
                }
            }
        }
        texts.sort();
        texts.dedup();
        texts
    }
}

impl PartialEq for TableData {
    fn eq(&self, other: &Self) -> bool {
        self.table.name == other.table.name && self.rows == other.rows
    }
}

impl Eq for TableData {}

#[cfg(test)]
mod tests;
