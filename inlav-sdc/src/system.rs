//! Everything one release publishes, as one system: quantities, how they add up, who knows what.
#![expect(clippy::indexing_slicing, reason = "quantities and equations are indices made by this module")]

use std::collections::{BTreeMap, BTreeSet};

use super::earlier::{Change, Group, Pair};
use super::{Attacker, Cost, CountTable, DisclosureError, ReleasePolicy, Zeros};

mod merged;

use merged::{Frame, Merged};

/// Counts above this are refused: the integer programs of the attacker take 32-bit bounds.
const LARGEST_COUNT: u64 = 1 << 28;

/// The merged quantities of all tables and their additive equations.
///
/// Cells of whatever tables that hold the same units are one quantity: hiding it hides all of
/// them, and an attacker who learns one learns all.
pub(super) struct System {
    pub(super) quantities: Vec<Quantity>,
    /// Equations `Σ coefficient · quantity = 0`, without the quantities known to be zero.
    pub(super) equations: Vec<Vec<(usize, i64)>>,
    /// For each quantity the equations it stands in.
    pub(super) equations_of: Vec<Vec<usize>>,
    /// The attackers; the public first.
    pub(super) attackers: Vec<Attacker>,
    /// For each table the quantity of each cell.
    pub(super) cells: Vec<Vec<usize>>,
    /// The threshold T.
    pub(super) threshold: i64,
    /// For each quantity that is a change, and no cell of any table, the release since which it is.
    pub(super) since: BTreeMap<usize, String>,
    /// What has fewer than T persons and was published by an earlier release.
    pub(super) out_already: Vec<usize>,
}

/// All tables that a reader has, those of the release first.
pub(super) struct Tables<'a> {
    pub(super) all: &'a [CountTable],
    /// For each table of an earlier release, in order, what was published of it and under which rules.
    pub(super) past: Vec<Past<'a>>,
    /// What tables of different releases tell by their difference.
    pub(super) pairs: Vec<Pair>,
}

/// What an earlier release did with a table.
pub(super) struct Past<'a> {
    pub(super) policy: &'a ReleasePolicy,
    /// For each cell whether it was published.
    pub(super) published: &'a [bool],
    /// Whether to suppose that nobody ever read what was published.
    pub(super) unread: bool,
}

/// One quantity: a set of units, counted.
pub(super) struct Quantity {
    /// The true count.
    pub(super) count: i64,
    /// Distinct persons behind it; 0 where no person is.
    pub(super) persons: i64,
    pub(super) kind: Kind,
    /// The smallest and largest count an attacker holds possible when it is not published.
    pub(super) bounds: (i64, i64),
    /// The smallest and largest true count behind what is published, when it is.
    pub(super) behind: (i64, i64),
    /// How much is lost by suppressing it.
    pub(super) weight: f64,
    /// Indices of the attackers who know it anyway.
    pub(super) known_to: Vec<usize>,
    /// Table and cell where it stands first, to name it in messages.
    pub(super) place: (usize, usize),
}

/// How a quantity may be treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// 1 to T−1 persons: never published, and audited.
    Unsafe,
    /// Published by an earlier release so that publishing it again tells nothing new: it cannot be
    /// withheld any more, and its bounds are what is behind that publication.
    Fixed,
    /// T persons or more, displayed: published unless chosen as a secondary suppression.
    Open,
    /// Displayed nowhere and not unsafe: nobody is told, nobody is harmed.
    Undisplayed,
    /// Nobody in it, displayed: published as zero.
    Zero,
    /// Nobody in it, below an unsafe cell: not published, so that the marks there do not tell
    /// which of the parts are empty.
    Blank,
}

impl System {
    /// Merges tables into one system under a policy.
    ///
    /// What an attacker is taken to know of an unpublished quantity is the worst case: which marks
    /// stand for unsafe cells (hence at most T−1, when every unit is another person) and which for
    /// secondary ones (hence at least T), and that none is empty, zeros being published. Below an
    /// unsafe cell nothing is published, zeros included: there a suppressed cell may be empty for
    /// all the attacker knows.
    ///
    /// # Errors
    ///
    /// [`DisclosureError::DuplicateTable`], [`DisclosureError::TooLarge`], and
    /// [`DisclosureError::Conflict`] when cells with the same units do not agree.
    #[cfg(test)]
    pub(super) fn merge(tables: &[CountTable], policy: &ReleasePolicy) -> Result<Self, DisclosureError> {
        Self::merge_all(&Tables { all: tables, past: Vec::new(), pairs: Vec::new() }, policy)
    }

    /// As [`Self::merge`], with what a reader has of earlier releases.
    ///
    /// A cell of an earlier table is merged like any other. What was published of it stays known;
    /// what was withheld is known by its mark, under the rules of that release. The units that
    /// joined or left a cell between two releases are quantities of their own: `later = earlier +
    /// joined − left`. An attacker is taken to know that a cell only grew, or only shrank, and
    /// not which of the two happened how often in a cell that did both.
    ///
    /// # Errors
    ///
    /// As [`Self::merge`].
    pub(super) fn merge_all(given: &Tables<'_>, policy: &ReleasePolicy) -> Result<Self, DisclosureError> {
        let tables = given.all;
        let mut ids = BTreeSet::new();
        if let Some(table) = tables.iter().find(|table| !ids.insert(table.id())) {
            return Err(DisclosureError::DuplicateTable { table: table.id().to_owned() });
        }
        let attackers = attackers(tables, policy);
        let largest =
            (tables.iter().flat_map(|table| table.cells())).map(|cell| cell.count).max().unwrap_or(0);
        let frame = Frame {
            policy,
            threshold: signed(policy.minimum_persons()),
            new: tables.len() - given.past.len(),
            // Far above anything true: a quantity without a known limit stops here.
            ceiling: 2 * signed(largest.min(LARGEST_COUNT)) + 10 * signed(policy.minimum_persons()),
        };
        let mut system = Self {
            quantities: Vec::new(),
            equations: Vec::new(),
            equations_of: Vec::new(),
            attackers,
            cells: Vec::new(),
            threshold: frame.threshold,
            since: BTreeMap::new(),
            out_already: Vec::new(),
        };
        let mut merged: BTreeMap<u128, Merged> = BTreeMap::new();
        for (number, table) in tables.iter().enumerate() {
            let past = number.checked_sub(frame.new).map(|at| &given.past[at]);
            system.add_cells(number, table, past, &frame, &mut merged)?;
        }
        let mut changes = Vec::new();
        for pair in &given.pairs {
            for change in &pair.changes {
                changes.extend(system.add_change(pair, change, &tables[pair.after], &frame, &mut merged));
            }
        }
        for entry in merged.into_values() {
            let quantity = &mut system.quantities[entry.quantity];
            *quantity = frame.nonzero(&entry, std::mem::take(&mut quantity.known_to), quantity);
            if quantity.kind == Kind::Fixed && (1..frame.threshold).contains(&quantity.persons) {
                system.out_already.push(entry.quantity);
            }
        }
        for (number, table) in tables.iter().enumerate() {
            system.add_equations(number, table);
        }
        for change in changes {
            system.add_equation(change.into_iter());
        }
        system.index_equations();
        Ok(system)
    }

    /// Whether an attacker knows a quantity without any publication.
    pub(super) fn knows(&self, attacker: usize, quantity: usize) -> bool {
        self.quantities[quantity].known_to.contains(&attacker)
    }

    /// The coefficient of a quantity in an equation; 0 when it does not stand there.
    pub(super) fn coefficient(&self, equation: usize, quantity: usize) -> i64 {
        let terms = &self.equations[equation];
        terms.binary_search_by_key(&quantity, |&(q, _)| q).map_or(0, |at| terms[at].1)
    }

    /// The unsafe quantities, in order.
    pub(super) fn unsafe_quantities(&self) -> impl Iterator<Item = usize> {
        (self.quantities.iter().enumerate())
            .filter(|(_, quantity)| quantity.kind == Kind::Unsafe)
            .map(|(at, _)| at)
    }

    /// What is unpublished before any secondary suppression.
    pub(super) fn hidden_at_first(&self) -> Vec<bool> {
        (0..self.quantities.len()).map(|quantity| self.is_hidden_at_first(quantity)).collect()
    }

    /// Whether a quantity is unpublished before any secondary suppression.
    pub(super) fn is_hidden_at_first(&self, quantity: usize) -> bool {
        matches!(self.quantities[quantity].kind, Kind::Unsafe | Kind::Undisplayed | Kind::Blank)
    }

    /// Everything unpublished that can still be withheld.
    pub(super) fn everything(&self) -> Vec<bool> {
        self.quantities.iter().map(|q| !matches!(q.kind, Kind::Zero | Kind::Fixed)).collect()
    }

    fn add_cells(
        &mut self,
        number: usize,
        table: &CountTable,
        past: Option<&Past<'_>>,
        frame: &Frame<'_>,
        merged: &mut BTreeMap<u128, Merged>,
    ) -> Result<(), DisclosureError> {
        let rules = past.map_or(frame.policy, |past| past.policy);
        let below = match rules.zeros() {
            Zeros::Published => vec![false; table.size()],
            Zeros::WithheldBelowUnsafe => below_unsafe(table, rules.minimum_persons()),
        };
        let insiders: Vec<Vec<usize>> =
            (0..table.size()).map(|index| self.insiders_at(table, index)).collect();
        let mut quantities = Vec::with_capacity(table.size());
        for (index, cell) in table.cells().iter().enumerate() {
            if cell.count > LARGEST_COUNT {
                return Err(DisclosureError::TooLarge { table: table.id().to_owned() });
            }
            let place = (number, index);
            let published = past.map(|past| past.published[index]);
            let quantity = if cell.count == 0 {
                let blank = published.map_or(below[index], |published| cell.shown && !published);
                self.quantities.push(frame.zero(place, cell.shown, blank));
                self.quantities.len() - 1
            } else {
                let entry = merged.entry(cell.fingerprint).or_insert_with(|| {
                    self.quantities.push(frame.zero(place, true, false));
                    Merged::new(self.quantities.len() - 1, cell.count, cell.persons, frame)
                });
                let agree = entry.persons == cell.persons || past.is_some();
                if entry.count != cell.count || !agree {
                    return Err(DisclosureError::Conflict { table: table.id().to_owned() });
                }
                // Persons that were told apart may have been found to be one since: what the new
                // tables say decides, and of earlier ones the fewest.
                if self.quantities[entry.quantity].place.0 >= frame.new {
                    entry.persons = entry.persons.min(cell.persons);
                }
                let few = (1..rules.minimum_persons()).contains(&cell.persons);
                entry.mark(cell, few, below[index], signed(rules.minimum_persons()));
                if published == Some(true) && past.is_some_and(|past| !past.unread) {
                    entry.tell(frame.behind(rules, cell.count, cell.persons));
                }
                if cell.shown && past.is_none() {
                    entry.shown = true;
                    // The total of a table is its first cell.
                    entry.total |= index == 0;
                    // A quantity that many tables show, a denominator for example, is worth far
                    // more: losing it loses every figure that rests on it.
                    entry.appearances += 1.0;
                    entry.weight += weight(table, index, frame.policy.cost());
                }
                entry.quantity
            };
            self.quantities[quantity].learn(&insiders[index]);
            quantities.push(quantity);
        }
        self.cells.push(quantities);
        Ok(())
    }

    /// The equation `later − earlier − joined + left` of a cell, unless it tells nothing.
    fn add_change(
        &mut self,
        pair: &Pair,
        change: &Change,
        table: &CountTable,
        frame: &Frame<'_>,
        merged: &mut BTreeMap<u128, Merged>,
    ) -> Option<Vec<(usize, i64)>> {
        let place = (pair.after, change.after);
        let after = self.cells[pair.after][change.after];
        let before = self.cells[pair.before][change.before];
        let mut equation = vec![(after, 1), (before, -1)];
        if change.joined.is_empty() && change.left.is_empty() {
            // The same units are one quantity. Of two empty cells an attacker knows that the second
            // has no fewer units, and not that nobody joined.
            if after == before || self.quantities[before].kind == Kind::Zero {
                return None;
            }
            self.quantities.push(frame.zero(place, false, false));
            equation.push((self.quantities.len() - 1, -1));
            return Some(equation);
        }
        let insiders = self.insiders_at(table, change.after);
        for (group, sign) in [(&change.joined, -1), (&change.left, 1)] {
            if !group.is_empty() {
                let quantity = self.add_group(group, place, &pair.since, frame, merged);
                self.quantities[quantity].learn(&insiders);
                equation.push((quantity, sign));
            }
        }
        Some(equation)
    }

    fn add_group(
        &mut self,
        group: &Group,
        place: (usize, usize),
        since: &str,
        frame: &Frame<'_>,
        merged: &mut BTreeMap<u128, Merged>,
    ) -> usize {
        let entry = merged.entry(group.fingerprint).or_insert_with(|| {
            self.quantities.push(frame.zero(place, true, false));
            self.since.insert(self.quantities.len() - 1, since.to_owned());
            Merged::new(self.quantities.len() - 1, group.count, group.persons, frame)
        });
        entry.quantity
    }

    /// The insiders whose own cell this is: one for each side of insiders, the site that sends and
    /// the one that receives.
    fn insiders_at(&self, table: &CountTable, index: usize) -> Vec<usize> {
        (table.dimensions().iter().zip(table.coordinates(index)))
            .filter(|(side, at)| side.insiders() && side.is_leaf(*at))
            .filter_map(|(side, at)| {
                let code = &side.nodes().get(at)?.code;
                (self.attackers.iter()).position(|a| matches!(a, Attacker::Insider(own) if own == code))
            })
            .collect()
    }

    fn add_equations(&mut self, number: usize, table: &CountTable) {
        for (parent, children) in table.equations() {
            let cells = &self.cells[number];
            let children: Vec<usize> = children.into_iter().map(|child| cells[child]).collect();
            self.add_equation([(cells[parent], 1)].into_iter().chain(children.into_iter().map(|q| (q, -1))));
        }
    }

    fn add_equation(&mut self, summands: impl Iterator<Item = (usize, i64)>) {
        let mut terms: BTreeMap<usize, i64> = BTreeMap::new();
        for (quantity, sign) in summands {
            *terms.entry(quantity).or_default() += sign;
        }
        let terms: Vec<(usize, i64)> = (terms.into_iter())
            .filter(|&(q, coefficient)| coefficient != 0 && self.quantities[q].kind != Kind::Zero)
            .collect();
        if !terms.is_empty() {
            self.equations.push(terms);
        }
    }

    fn index_equations(&mut self) {
        self.equations.sort_unstable();
        self.equations.dedup();
        self.equations_of = vec![Vec::new(); self.quantities.len()];
        for (number, equation) in self.equations.iter().enumerate() {
            for &(quantity, _) in equation {
                self.equations_of[quantity].push(number);
            }
        }
    }
}

impl Quantity {
    /// Takes in that these attackers know it anyway.
    fn learn(&mut self, insiders: &[usize]) {
        for insider in insiders {
            if !self.known_to.contains(insider) {
                self.known_to.push(*insider);
            }
        }
    }

    /// By how much an attacker holds the quantity may differ from the truth: `lowest <= 0 <=
    /// highest`, both 0 when it is known exactly.
    pub(super) fn room(&self, hidden: bool) -> (i64, i64) {
        let (lowest, highest) = if hidden { self.bounds } else { self.behind };
        (lowest - self.count, highest - self.count)
    }
}

/// The public, and the insiders named by the tables, by code.
fn attackers(tables: &[CountTable], policy: &ReleasePolicy) -> Vec<Attacker> {
    let insiders: BTreeSet<&str> = (tables.iter())
        .filter(|_| policy.insiders())
        .flat_map(|table| table.dimensions())
        .filter(|dimension| dimension.insiders())
        .flat_map(|d| (d.nodes().iter().enumerate()).filter(|(at, _)| d.is_leaf(*at)))
        .map(|(_, node)| node.code.as_str())
        .collect();
    std::iter::once(Attacker::Public)
        .chain(insiders.into_iter().map(|code| Attacker::Insider(code.to_owned())))
        .collect()
}

/// For each cell whether some margin of it is an unsafe cell.
fn below_unsafe(table: &CountTable, threshold: u64) -> Vec<bool> {
    let mut below = vec![false; table.size()];
    let mut parents: Vec<Vec<usize>> = vec![Vec::new(); table.size()];
    for (parent, children) in table.equations() {
        for child in children {
            parents[child].push(parent);
        }
    }
    // A parent stands before its children, so that it is settled first.
    for index in 0..table.size() {
        below[index] = parents[index].iter().any(|&parent| {
            let cell = &table.cells()[parent];
            below[parent] || (cell.persons > 0 && cell.persons < threshold)
        });
    }
    below
}

/// The loss of suppressing a cell.
fn weight(table: &CountTable, index: usize, cost: Cost) -> f64 {
    match cost {
        Cost::Cells => return 1.0,
        Cost::Persons => {
            return u32::try_from(table.cells()[index].persons).map_or(HEAVIEST, f64::from).max(1.0);
        }
        Cost::Margins => {}
    }
    let coordinates = table.coordinates(index);
    let sides = table.dimensions();
    let inner = (coordinates.iter().zip(sides)).filter(|&(&at, side)| !side.is_leaf(at)).count();
    let depth: usize = (coordinates.iter().zip(sides)).map(|(&at, d)| d.depth(at)).sum();
    let units = u32::try_from(table.cells()[index].count).map_or(f64::from(u32::MAX), f64::from);
    let margin = if depth == 0 {
        100.0
    } else {
        f64::from(u32::try_from(inner).map_or(8, |inner| 4 * inner.min(8)) + 1)
    };
    (1.0 + units.sqrt()) * margin
}

/// No quantity weighs more, or the linear programs lose precision.
const HEAVIEST: f64 = 10_000.0;

/// A count in signed arithmetic.
pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count for the solvers.
#[expect(clippy::cast_precision_loss, reason = "counts are refused above 2^28")]
pub(super) fn real(count: i64) -> f64 {
    count as f64
}
