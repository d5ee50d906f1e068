//! The oracle: list every table of whole numbers an attacker may hold possible, and compare.
//!
//! Independent of the system of equations and of linear programs: it works on inner cells and adds
//! them up.

use proptest::prelude::*;

use super::super::attack::{Attacker, Required, audit};
use super::super::movement::Evidence;
use super::super::system::{Kind, System};
use super::super::testing::{flat_table, funnel, persons};
use super::super::*;

/// One cell of some table: the inner cells it adds up, and the values held possible.
pub(super) struct Constraint {
    pub(super) inner: Vec<usize>,
    pub(super) lowest: u64,
    pub(super) highest: u64,
}

/// Everything one attacker knows about some tables when `shown` is published.
pub(super) struct Knowledge {
    pub(super) inner: usize,
    pub(super) constraints: Vec<Constraint>,
    /// Constraints that hold the same units.
    pub(super) same: Vec<(usize, usize)>,
    /// No count needs to rise further to show an interval wide enough.
    pub(super) ceiling: u64,
}

impl Knowledge {
    fn of(
        tables: &[CountTable],
        published: &dyn Fn(usize, usize) -> Option<u64>,
        policy: &ReleasePolicy,
        attacker: &Attacker,
    ) -> Self {
        let threshold = policy.minimum_persons();
        let mut knowledge = Self { inner: 0, constraints: Vec::new(), same: Vec::new(), ceiling: 0 };
        let counts = tables.iter().flat_map(|table| table.cells()).map(|cell| cell.count);
        knowledge.ceiling = counts.max().unwrap_or(0) + 2 * policy.minimum_width();
        let mut prints = Vec::new();
        for (number, table) in tables.iter().enumerate() {
            let all: Vec<Vec<usize>> = (0..table.size()).map(|i| table.coordinates(i)).collect();
            let sides = table.dimensions();
            let inside = |part: &[usize], whole: &[usize]| {
                (part.iter().zip(whole).zip(sides))
                    .all(|((&part, whole), side)| side.path(part).any(|node| node == *whole))
            };
            let leaves: Vec<usize> = (0..table.size())
                .filter(|&i| (all[i].iter().zip(sides)).all(|(&at, side)| side.is_leaf(at)))
                .collect();
            for (index, cell) in table.cells().iter().enumerate() {
                let small = |i: usize| {
                    let persons = table.cells()[i].persons;
                    0 < persons && persons < threshold
                };
                let own = matches!(attacker, Attacker::Insider(code) if
                (all[index].iter().zip(sides)).any(|(&at, side)| {
                    side.insiders() && side.is_leaf(at) && side.nodes()[at].code == *code
                }));
                let below = (0..table.size()).any(|i| i != index && inside(&all[index], &all[i]) && small(i));
                // The same units in another place that is not below tell that they are not none.
                let told = tables.iter().any(|other| {
                    let below_there = |i: usize| {
                        (0..other.size()).any(|j| {
                            let persons = other.cells()[j].persons;
                            let (part, whole) = (other.coordinates(i), other.coordinates(j));
                            let within = (part.iter().zip(&whole).zip(other.dimensions()))
                                .all(|((&p, w), side)| side.path(p).any(|node| node == *w));
                            i != j && within && 0 < persons && persons < threshold
                        })
                    };
                    (0..other.size())
                        .any(|i| other.cells()[i].fingerprint == cell.fingerprint && !below_there(i))
                });
                let (lowest, highest) = match published(number, index) {
                    _ if own => (cell.count, cell.count),
                    Some(0) => (0, 0),
                    Some(count) => policy.behind(count),
                    None if small(index) => (u64::from(told), threshold - 1),
                    None if cell.count == 0 => {
                        assert!(below || !cell.shown, "a hidden zero is below an unsafe cell");
                        (0, knowledge.ceiling)
                    }
                    None if cell.shown => (threshold, knowledge.ceiling),
                    None => (0, knowledge.ceiling),
                };
                let inner = (leaves.iter().enumerate())
                    .filter(|&(_, &leaf)| inside(&all[leaf], &all[index]))
                    .map(|(at, _)| knowledge.inner + at)
                    .collect();
                knowledge.constraints.push(Constraint { inner, lowest, highest });
                if cell.count > 0 {
                    prints.push((cell.fingerprint, knowledge.constraints.len() - 1));
                }
            }
            knowledge.inner += leaves.len();
        }
        prints.sort_unstable();
        knowledge.same = (prints.windows(2))
            .filter(|pair| pair[0].0 == pair[1].0)
            .map(|pair| (pair[0].1, pair[1].1))
            .collect();
        knowledge
    }

    /// The width of the interval of each constraint over all tables held possible.
    fn widths(&self) -> Vec<u64> {
        self.ranges().into_iter().map(|(lowest, highest)| highest - lowest).collect()
    }

    /// The smallest and largest value of each constraint over all tables held possible.
    pub(super) fn ranges(&self) -> Vec<(u64, u64)> {
        let mut ranges = vec![(u64::MAX, 0); self.constraints.len()];
        let mut holding: Vec<Vec<usize>> = vec![Vec::new(); self.inner];
        for (at, constraint) in self.constraints.iter().enumerate() {
            for &inner in &constraint.inner {
                holding[inner].push(at);
            }
        }
        let mut sums = vec![0; self.constraints.len()];
        let mut left: Vec<usize> = self.constraints.iter().map(|c| c.inner.len()).collect();
        self.descend(0, &holding, &mut sums, &mut left, &mut ranges);
        assert!(ranges.iter().all(|(lowest, highest)| lowest <= highest), "the truth is possible");
        ranges
    }

    fn descend(
        &self,
        inner: usize,
        holding: &[Vec<usize>],
        sums: &mut [u64],
        left: &mut [usize],
        ranges: &mut [(u64, u64)],
    ) {
        if inner == self.inner {
            if self.same.iter().all(|&(one, other)| sums[one] == sums[other]) {
                for (range, &sum) in ranges.iter_mut().zip(sums.iter()) {
                    *range = (range.0.min(sum), range.1.max(sum));
                }
            }
            return;
        }
        for &at in &holding[inner] {
            left[at] -= 1;
        }
        for value in 0..=self.ceiling {
            for &at in &holding[inner] {
                sums[at] += value;
            }
            let possible = holding[inner].iter().all(|&at| {
                let constraint = &self.constraints[at];
                sums[at] <= constraint.highest && (left[at] > 0 || sums[at] >= constraint.lowest)
            });
            if possible {
                self.descend(inner + 1, holding, sums, left, ranges);
            }
            for &at in &holding[inner] {
                sums[at] -= value;
            }
        }
        for &at in &holding[inner] {
            left[at] += 1;
        }
    }
}

/// Compares the audit of one pattern with the oracle, cell by cell and attacker by attacker.
fn compare(tables: &[CountTable], system: &System, hidden: &[bool], policy: &ReleasePolicy) {
    let (audit, _) = audit(system, tables, hidden, &Required::everywhere(policy), Evidence::none(system));
    let published = |table: usize, cell: usize| {
        let quantity = system.cells[table][cell];
        (!hidden[quantity]).then(|| policy.published(tables[table].cells()[cell].count))
    };
    for (number, attacker) in system.attackers.iter().enumerate() {
        let widths = Knowledge::of(tables, &published, policy, attacker).widths();
        let mut offset = 0;
        for (table, quantities) in tables.iter().zip(&system.cells) {
            for (cell, &quantity) in quantities.iter().enumerate() {
                let treated = &system.quantities[quantity];
                if treated.kind != Kind::Unsafe || system.knows(number, quantity) {
                    continue;
                }
                let wide = widths[offset + cell] >= policy.minimum_width();
                let (place, index) = treated.place;
                let named = tables[place].codes(index);
                let found = audit.findings.iter().any(|finding| {
                    finding.table == tables[place].id()
                        && finding.coordinates == named
                        && finding.attacker == *attacker
                });
                assert_eq!(wide, !found, "{named:?} of {} by {attacker:?}", table.id());
            }
            offset += table.size();
        }
    }
}

pub(super) fn grid(rows: usize, columns: usize) -> impl Strategy<Value = Vec<Vec<u64>>> {
    let count = prop_oneof![2 => Just(0_u64), 6 => 1_u64..4, 3 => 4_u64..6];
    proptest::collection::vec(proptest::collection::vec(count, columns), rows)
}

fn table(counts: &[Vec<u64>]) -> CountTable {
    let counts: Vec<&[u64]> = counts.iter().map(Vec::as_slice).collect();
    flat_table("t", &counts, true)
}

pub(super) fn small_policy(base: u64) -> ReleasePolicy {
    format!("minimum_persons = 4\ncount_base = {base}").parse().unwrap()
}

/// Hides what must be and whatever open cells the bits say.
fn pattern(system: &System, bits: u64) -> Vec<bool> {
    let mut hidden = system.hidden_at_first();
    let open = (system.quantities.iter().enumerate()).filter(|(_, q)| q.kind == Kind::Open);
    for (number, (quantity, _)) in open.enumerate() {
        hidden[quantity] = bits >> (number % 64) & 1 == 1;
    }
    hidden
}

/// Compares any pattern, then the pattern that is released.
fn compare_all(tables: &[CountTable], policy: &ReleasePolicy, bits: u64) {
    let system = System::merge(tables, policy).unwrap();
    compare(tables, &system, &pattern(&system, bits), policy);
    if let Ok(chosen) = suppress::choose(&system, tables, policy) {
        compare(tables, &system, &chosen.hidden, policy);
        let released = protect(tables, &[], policy).unwrap();
        assert!(released.audit.narrowest.is_none_or(|width| width >= 1));
        // An exception is as wide as it would be with everything withheld, and no wider.
        let everything: Vec<bool> =
            system.quantities.iter().map(|quantity| quantity.kind != Kind::Zero).collect();
        compare(tables, &system, &everything, policy);
        let required = Required::everywhere(policy);
        let (most, _) = audit(&system, tables, &everything, &required, Evidence::none(&system));
        for exception in &released.audit.exceptions {
            assert!(most.findings.contains(exception));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn enumeration_agrees_on_two_by_three(counts in grid(2, 3), bits: u64) {
        compare_all(&[table(&counts)], &small_policy(1), bits);
    }

    #[test]
    fn enumeration_agrees_on_three_by_two(counts in grid(3, 2), bits: u64) {
        compare_all(&[table(&counts)], &small_policy(1), bits);
    }

    #[test]
    fn enumeration_agrees_when_counts_are_rounded(counts in grid(2, 2), bits: u64) {
        compare_all(&[table(&counts)], &small_policy(3), bits);
    }

    #[test]
    fn enumeration_agrees_on_a_funnel(counts in proptest::collection::vec(0_u64..7, 4), bits: u64) {
        let cells = [1, 3, 5, 6].into_iter().zip(counts).map(|(leaf, count)| (vec![leaf], count));
        let table = CountTable::tally(
            "t", "person", vec![funnel(4)], persons(cells), |at| at[0].is_multiple_of(2),
        );
        compare_all(&[table.unwrap()], &small_policy(1), bits);
    }

    #[test]
    fn enumeration_agrees_on_linked_tables(counts in grid(2, 4), bits: u64) {
        // The same persons by site and sex, and by site and age.
        let cells = (counts.iter().enumerate()).flat_map(|(row, counts)| {
            (counts.iter().enumerate()).map(move |(at, &count)| (vec![row + 1, at], count / 2))
        });
        let everybody = persons(cells);
        let tables: Vec<CountTable> = [("sex", 2), ("age", 1)]
            .into_iter()
            .map(|(id, divisor)| {
                let site = Dimension::flat("site", ["R1", "R2"]).unwrap().with_insiders();
                let side = Dimension::flat(id, ["A", "B"]).unwrap();
                let rows = everybody.iter().cloned().map(|mut row| {
                    row.leaves[1] = row.leaves[1] / divisor % 2 + 1;
                    row
                });
                CountTable::tally(id, "person", vec![site, side], rows, |_| true).unwrap()
            })
            .collect();
        compare_all(&tables, &small_policy(1), bits);
    }
}
