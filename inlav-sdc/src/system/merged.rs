//! A quantity while it is merged from the cells in which it stands.

use super::{HEAVIEST, Kind, Quantity, signed};
use crate::table::CountCell;
use crate::{Cost, ReleasePolicy};

/// What merging needs to know of all tables.
pub(super) struct Frame<'a> {
    pub(super) policy: &'a ReleasePolicy,
    pub(super) threshold: i64,
    pub(super) ceiling: i64,
    /// Tables of the release itself: the first.
    pub(super) new: usize,
}

/// The cells seen so far of one non-empty set of units.
pub(super) struct Merged {
    pub(super) quantity: usize,
    pub(super) count: u64,
    pub(super) persons: u64,
    /// Whether the release would display it.
    pub(super) shown: bool,
    /// The smallest and largest count that the marks of all tables leave possible.
    pub(super) bounds: (i64, i64),
    /// The smallest and largest count behind what earlier releases published of it.
    pub(super) told: Option<(i64, i64)>,
    pub(super) weight: f64,
    /// Cells that display it.
    pub(super) appearances: f64,
    /// Whether it is everybody in some table.
    pub(super) total: bool,
}

impl Merged {
    pub(super) fn new(quantity: usize, count: u64, persons: u64, frame: &Frame<'_>) -> Self {
        let bounds = (0, frame.ceiling);
        Self {
            quantity,
            count,
            persons,
            shown: false,
            bounds,
            told: None,
            weight: 0.0,
            appearances: 0.0,
            total: false,
        }
    }

    /// Takes in what the mark of a withheld cell tells: `few` persons of at least one, unless it
    /// lies `below` such a cell; or a displayed cell of enough persons.
    pub(super) fn mark(&mut self, cell: &CountCell, few: bool, below: bool, threshold: i64) {
        let (lowest, highest) = self.bounds;
        self.bounds = if few {
            let most = if cell.count == cell.persons { threshold - 1 } else { highest };
            (lowest.max(i64::from(!below)), highest.min(most))
        } else if cell.shown && cell.persons > 0 {
            (lowest.max(threshold), highest)
        } else {
            (lowest, highest)
        };
    }

    /// Takes in what an earlier release published.
    pub(super) fn tell(&mut self, behind: (i64, i64)) {
        self.told = Some(self.told.map_or(behind, |known| common(known, behind)));
    }
}

/// What two intervals have in common.
fn common(one: (i64, i64), other: (i64, i64)) -> (i64, i64) {
    (one.0.max(other.0), one.1.min(other.1))
}

impl Frame<'_> {
    pub(super) fn zero(&self, place: (usize, usize), shown: bool, below: bool) -> Quantity {
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

    pub(super) fn nonzero(&self, merged: &Merged, known_to: Vec<usize>, seen: &Quantity) -> Quantity {
        let count = signed(merged.count);
        let now = self.behind(self.policy, merged.count, merged.persons);
        // No person is behind units counted with a proof: sites, pacts.
        let few = merged.persons != 0 && signed(merged.persons) < self.threshold;
        let (kind, bounds, behind) = match merged.told {
            Some(told) => {
                let known = common(told, merged.bounds);
                let finer = common(known, now);
                if few || !merged.shown || finer == known {
                    (Kind::Fixed, known, known)
                } else {
                    (Kind::Open, known, finer)
                }
            }
            None if few => (Kind::Unsafe, merged.bounds, (count, count)),
            None if merged.shown => (Kind::Open, merged.bounds, now),
            None => (Kind::Undisplayed, merged.bounds, (count, count)),
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

    /// The smallest and largest count behind what a policy publishes for one.
    pub(super) fn behind(&self, policy: &ReleasePolicy, count: u64, persons: u64) -> (i64, i64) {
        if persons == 0 {
            return (signed(count), signed(count));
        }
        let (lowest, highest) = policy.behind(policy.published(count));
        (signed(lowest), signed(highest))
    }
}
