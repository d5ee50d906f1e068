//! Seeded made-up populations: whole PUAs with persons, cases and what followed.
//!
//! **Everything here is invented.** Names are put together from syllables, documents and
//! telephone numbers are drawn, e-mail addresses are at example domains. The same seed gives the
//! same bytes for ever: the generator's stream is ChaCha12, fixed by its specification, and all
//! draws are whole-number arithmetic of this module.
//!
//! The populations are realistic where analyses look: sites of very different sizes with their
//! own sectors, citizenship and gender that depend on the sector, steps that follow the state
//! machine, waiting times with a long tail, outcomes that depend on services and on how regular
//! the work was, persons seen at two PUA under two spellings, persons who come back, codes for
//! missing values, persons without a codice fiscale, notes with names in them. They break no rule
//! of the domain.
//!
//! ```
//! use inlav_core::programme::Programme;
//! use inlav_core::synthetic::{Dials, Population};
//!
//! let dials = Dials { persons: 60, ..Dials::default() };
//! let population = Population::generate(Programme::inlav_lombardia(), &dials);
//! assert_eq!(population.sites.len(), 12);
//! ```

use crate::programme::{Programme, SiteId};
use crate::registry::{PrivacyClass, Table};
use crate::text::is_placeholder;

mod activity;
mod campaign;
mod case;
mod draw;
mod names;
mod person;
mod profile;
mod register;
mod tax_code;

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
}

/// The exports of a whole programme before any office wrote them down in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// One per site, in the programme's order.
    pub sites: Vec<SiteData>,
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
        Self { seed: 20_230_701, persons: 1200, seen_twice: 30, coming_back: 40 }
    }
}

impl Population {
    /// Makes a population of a programme.
    #[must_use]
    pub fn generate(programme: &Programme, dials: &Dials) -> Self {
        register::population(programme, dials)
    }
}

impl SiteData {
    /// The rows of a table; none if the site has no such table.
    #[must_use]
    pub fn rows(&self, table: &str) -> &[Vec<String>] {
        self.tables.iter().find(|data| data.table.name == table).map_or(&[], |data| &data.rows)
    }

    /// Every text of this site that identifies somebody: what stands in columns of direct
    /// identifiers and free text, at least five bytes long and no placeholder. None of them may
    /// be found in anything that leaves the PUA.
    #[must_use]
    pub fn direct_identifiers(&self) -> Vec<String> {
        let mut texts = Vec::new();
        for data in &self.tables {
            for row in &data.rows {
                for (column, text) in data.table.columns.iter().zip(row) {
                    let identifies = matches!(column.privacy, PrivacyClass::Direct | PrivacyClass::FreeText);
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
