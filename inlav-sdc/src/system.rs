//! Everything one release publishes, as one system: quantities, how they add up, who knows what.
#![expect(clippy::indexing_slicing, reason = "quantities and equations are indices made by this module")]

use std::collections::{BTreeMap, BTreeSet};

use super::{Attacker, Cost, CountTable, DisclosureError, ReleasePolicy, Zeros};

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
    pub(super) fn merge(tables: &[CountTable], policy: &ReleasePolicy) -> Result<Self, DisclosureError> {
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
        };
        let mut merged: BTreeMap<u128, Merged> = BTreeMap::new();
        for (number, table) in tables.iter().enumerate() {
            system.add_cells(number, table, &frame, &mut merged)?;
        }
        for entry in merged.into_values() {
            let quantity = &mut system.quantities[entry.quantity];
            *quantity = frame.nonzero(&entry, std::mem::take(&mut quantity.known_to), quantity);
        }
        for (number, table) in tables.iter().enumerate() {
            system.add_equations(number, table);
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

    fn add_cells(
        &mut self,
        number: usize,
        table: &CountTable,
        frame: &Frame<'_>,
        merged: &mut BTreeMap<u128, Merged>,
    ) -> Result<(), DisclosureError> {
        let below = match frame.policy.zeros() {
            Zeros::Published => vec![false; table.size()],
            Zeros::WithheldBelowUnsafe => below_unsafe(table, frame.policy.minimum_persons()),
        };
        let insiders: Vec<Option<usize>> =
            (0..table.size()).map(|index| self.insider_at(table, index)).collect();
        let mut quantities = Vec::with_capacity(table.size());
        for (index, cell) in table.cells().iter().enumerate() {
            if cell.count > LARGEST_COUNT {
                return Err(DisclosureError::TooLarge { table: table.id().to_owned() });
            }
            let place = (number, index);
            let quantity = if cell.count == 0 {
                self.quantities.push(frame.zero(place, cell.shown, below[index]));
                self.quantities.len() - 1
            } else {
                let entry = merged.entry(cell.fingerprint).or_insert_with(|| {
                    self.quantities.push(frame.zero(place, true, false));
                    Merged {
                        quantity: self.quantities.len() - 1,
                        count: cell.count,
                        persons: cell.persons,
                        shown: false,
                        below: true,
                        weight: 0.0,
                        appearances: 0.0,
                        total: false,
                    }
                });
                if (entry.count, entry.persons) != (cell.count, cell.persons) {
                    return Err(DisclosureError::Conflict { table: table.id().to_owned() });
                }
                entry.shown |= cell.shown;
                entry.below &= below[index];
                // The total of a table is its first cell.
                entry.total |= index == 0 && cell.shown;
                if cell.shown {
                    // A quantity that many tables show, a denominator for example, is worth far
                    // more: losing it loses every figure that rests on it.
                    entry.appearances += 1.0;
                    entry.weight += weight(table, index, frame.policy.cost());
                }
                entry.quantity
            };
            if let Some(insider) = insiders[index] {
                let known_to = &mut self.quantities[quantity].known_to;
                if !known_to.contains(&insider) {
                    known_to.push(insider);
                }
            }
            quantities.push(quantity);
        }
        self.cells.push(quantities);
        Ok(())
    }

    /// The insider whose own cell this is.
    fn insider_at(&self, table: &CountTable, index: usize) -> Option<usize> {
        let coordinates = table.coordinates(index);
        let (side, &at) = (table.dimensions().iter().zip(&coordinates))
            .find(|(dimension, at)| dimension.insiders() && dimension.is_leaf(**at))?;
        let code = &side.nodes().get(at)?.code;
        (self.attackers.iter()).position(|a| matches!(a, Attacker::Insider(own) if own == code))
    }

    fn add_equations(&mut self, number: usize, table: &CountTable) {
        for (parent, children) in table.equations() {
            let mut terms: BTreeMap<usize, i64> = BTreeMap::new();
            let cells = &self.cells[number];
            *terms.entry(cells[parent]).or_default() += 1;
            for child in children {
                *terms.entry(cells[child]).or_default() -= 1;
            }
            let terms: Vec<(usize, i64)> = (terms.into_iter())
                .filter(|&(q, coefficient)| coefficient != 0 && self.quantities[q].kind != Kind::Zero)
                .collect();
            if !terms.is_empty() {
                self.equations.push(terms);
            }
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
    /// By how much an attacker holds the quantity may differ from the truth: `lowest <= 0 <=
    /// highest`, both 0 when it is known exactly.
    pub(super) fn room(&self, hidden: bool) -> (i64, i64) {
        let (lowest, highest) = if hidden { self.bounds } else { self.behind };
        (lowest - self.count, highest - self.count)
    }
}

/// What merging needs to know of all tables.
struct Frame<'a> {
    policy: &'a ReleasePolicy,
    threshold: i64,
    ceiling: i64,
}

/// The cells seen so far of one non-empty set of units.
struct Merged {
    quantity: usize,
    count: u64,
    persons: u64,
    shown: bool,
    below: bool,
    weight: f64,
    /// Cells that display it.
    appearances: f64,
    /// Whether it is everybody in some table.
    total: bool,
}

impl Frame<'_> {
    fn zero(&self, place: (usize, usize), shown: bool, below: bool) -> Quantity {
        let kind = match (shown, below) {
            (_, true) => Kind::Blank,
            (true, false) => Kind::Zero,
            (false, false) => Kind::Undisplayed,
        };
        let highest = if kind == Kind::Zero { 0 } else { self.ceiling };
        Quantity {
            count: 0,
            persons: 0,
            kind,
            bounds: (0, highest),
            behind: (0, 0),
            weight: 0.0,
            known_to: Vec::new(),
            place,
        }
    }

    fn nonzero(&self, merged: &Merged, known_to: Vec<usize>, seen: &Quantity) -> Quantity {
        let count = signed(merged.count);
        // No person is behind units counted with a proof: sites, pacts.
        let without_persons = merged.persons == 0;
        let kind = if !without_persons && signed(merged.persons) < self.threshold {
            Kind::Unsafe
        } else if merged.shown {
            Kind::Open
        } else {
            Kind::Undisplayed
        };
        let bounds = match kind {
            Kind::Unsafe => {
                let highest = if merged.count == merged.persons { self.threshold - 1 } else { self.ceiling };
                (i64::from(!merged.below), highest)
            }
            Kind::Open if !without_persons => (self.threshold, self.ceiling),
            _ => (0, self.ceiling),
        };
        let behind = if kind == Kind::Open && !without_persons {
            let (lowest, highest) = self.policy.behind(self.policy.published(merged.count));
            (signed(lowest), signed(highest))
        } else {
            (count, count)
        };
        Quantity {
            count,
            persons: signed(merged.persons),
            kind,
            bounds,
            behind,
            weight: match self.policy.cost() {
                // The total goes last: more than everything else together.
                _ if merged.total => HEAVIEST,
                Cost::Margins => (merged.weight * merged.appearances).clamp(1.0, HEAVIEST / 2.0).round(),
                Cost::Cells | Cost::Persons => merged.weight.min(HEAVIEST / 2.0),
            },
            known_to,
            place: seen.place,
        }
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
