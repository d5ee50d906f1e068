//! What earlier releases published. Whoever reads two releases subtracts one from the other: a new
//! one is protected jointly with all that came before it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{CountTable, DisclosureError, Publication, Published, ReleasePolicy, Released};

mod changes;
mod file;

pub(super) use changes::{Change, Group, changes};
pub use file::EarlierError;

use file::EarlierFile;

/// One earlier release: which cells it published, and the true counts behind it.
///
/// It is what a ledger keeps of a release. It holds unprotected counts and, to tell what changed
/// since, the numbers of the units of each leaf cell: it can be serialised, for that ledger alone,
/// must stay where the microdata are, and its `Debug` prints sizes only.
///
/// The numbers of units and persons must be stable: the same unit has the same number in every
/// release. Units that are numbered anew have left, and others have joined, as far as anybody can
/// tell, and a small change among them is not seen.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "EarlierFile", try_from = "EarlierFile")]
pub struct Earlier {
    name: String,
    policy: ReleasePolicy,
    tables: Vec<EarlierTable>,
}

/// One table of an earlier release.
#[derive(Clone)]
pub(super) struct EarlierTable {
    pub(super) counts: CountTable,
    /// For each cell whether its count was published.
    pub(super) published: Vec<bool>,
}

impl Earlier {
    /// What `released` published of `tables`, all of those that it was made from. `name` stands for
    /// it in findings: its number in a ledger, or its day.
    ///
    /// # Errors
    ///
    /// [`DisclosureError::NotThatRelease`] when something was published of a table that is not given.
    pub fn of(
        name: impl Into<String>,
        tables: &[CountTable],
        released: &Released<Publication>,
    ) -> Result<Self, DisclosureError> {
        let unknown =
            (released.tables.iter()).find(|published| tables.iter().all(|table| table.id() != published.id));
        if let Some(published) = unknown {
            return Err(DisclosureError::NotThatRelease { table: published.id.clone() });
        }
        let tables = (tables.iter())
            .map(|table| {
                let mut published = vec![false; table.size()];
                let shown = released.tables.iter().filter(|shown| shown.id == table.id());
                for cell in shown.flat_map(|shown| &shown.cells) {
                    let is_published = matches!(cell.value, Published::Shown(_));
                    if let Some(slot) =
                        table.index(&cell.coordinates).and_then(|index| published.get_mut(index))
                    {
                        *slot = is_published;
                    }
                }
                EarlierTable { counts: table.clone(), published }
            })
            .collect();
        Ok(Self { name: name.into(), policy: released.policy.clone(), tables })
    }

    /// What findings call the release.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The policy it was made under.
    pub fn policy(&self) -> &ReleasePolicy {
        &self.policy
    }

    /// What it published in the cell of a table with these codes, one for each dimension; `None` when
    /// it displayed no such cell.
    #[must_use]
    pub fn value(&self, table: &str, codes: &[&str]) -> Option<Published> {
        let EarlierTable { counts, published } = self.tables.iter().find(|t| t.counts.id() == table)?;
        if codes.len() != counts.dimensions().len() {
            return None;
        }
        let sides = counts.dimensions().iter().zip(codes);
        let place = sides.map(|(side, code)| side.position(code)).collect::<Option<Vec<_>>>()?;
        let index = counts.index(&place)?;
        let cell = counts.cells().get(index).filter(|cell| cell.shown)?;
        Some(match published.get(index) {
            Some(true) if cell.persons == 0 => Published::Shown(cell.count),
            Some(true) => Published::Shown(self.policy.published(cell.count)),
            _ => Published::Suppressed,
        })
    }

    /// Its tables with the names of their dimensions, in order.
    pub fn sides(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        (self.tables.iter())
            .map(|table| &table.counts)
            .map(|counts| (counts.id(), counts.dimensions().iter().map(|side| side.name()).collect()))
    }

    pub(super) fn tables(&self) -> &[EarlierTable] {
        &self.tables
    }
}

impl fmt::Debug for Earlier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Earlier")
            .field("name", &self.name)
            .field("tables", &self.tables.len())
            .finish_non_exhaustive()
    }
}

/// Two tables that a reader subtracts from each other, and what that tells.
pub(super) struct Pair {
    /// Index of the earlier table among all tables.
    pub(super) before: usize,
    /// Index of the later table among all tables.
    pub(super) after: usize,
    /// Name of the earlier release.
    pub(super) since: String,
    pub(super) changes: Vec<Change>,
}

/// All pairs of tables of different releases that are about the same. `new` come first among all
/// tables, then those of the earlier releases in order.
///
/// Tables are about the same when they have the same name; where an earlier release has no table
/// of the name, also those that are divided in the same way and one of which lies within the
/// other. Changes since the release before are kept whole, those since older releases only where
/// few persons are behind them: the others follow from the changes in between.
pub(super) fn pairs(new: &[CountTable], earlier: &[Earlier], threshold: u64) -> Vec<Pair> {
    let mut first = new.len();
    let mut releases: Vec<(&str, Vec<(usize, &CountTable)>)> = Vec::new();
    for release in earlier {
        let tables = release.tables.iter().enumerate().map(|(at, table)| (first + at, &table.counts));
        releases.push((&release.name, tables.collect()));
        first += release.tables.len();
    }
    releases.push(("", new.iter().enumerate().collect()));
    let mut pairs = Vec::new();
    for (number, (_, later)) in releases.iter().enumerate() {
        for &(after, table) in later {
            let mut nearest = true;
            for (since, former) in releases.get(..number).unwrap_or_default().iter().rev() {
                for (before, changes) in counterparts(table, former) {
                    let kept = |change: &Change| {
                        nearest || change.joined.is_small(threshold) || change.left.is_small(threshold)
                    };
                    let changes: Vec<Change> = changes.into_iter().filter(kept).collect();
                    pairs.push(Pair { before, after, since: (*since).to_owned(), changes });
                    nearest = false;
                }
            }
        }
    }
    pairs
}

/// The tables of a former release that are about the same as `table`.
fn counterparts(table: &CountTable, former: &[(usize, &CountTable)]) -> Vec<(usize, Vec<Change>)> {
    let same_units = |other: &CountTable| other.unit_kind() == table.unit_kind();
    let by_name = former.iter().find(|(_, other)| other.id() == table.id());
    if let Some(&(at, other)) = by_name {
        return if same_units(other) { vec![(at, changes(other, table))] } else { Vec::new() };
    }
    (former.iter())
        .filter(|(_, other)| same_units(other) && sides(other) == sides(table))
        .map(|&(at, other)| (at, changes(other, table)))
        .filter(|(_, changes)| {
            let whole = changes.iter().find(|change| (change.before, change.after) == (0, 0));
            whole.is_some_and(|whole| whole.joined.is_empty() || whole.left.is_empty())
        })
        .collect()
}

fn sides(table: &CountTable) -> Vec<&str> {
    let mut names: Vec<&str> = table.dimensions().iter().map(|side| side.name()).collect();
    names.sort_unstable();
    names
}
