//! Who reads two releases and tries all counts.

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, prop_assume, prop_oneof, proptest};

use super::super::super::*;
use super::super::policy;
use super::{line, values};

/// Everything that two releases of one dimension leave possible, by trying all counts near the truth.
struct Possible {
    /// For each release and each area from 1, and the total at 0, what is published and the truth.
    told: [Vec<(Option<u64>, u64)>; 2],
}

impl Possible {
    const THRESHOLD: u64 = 4;

    fn of(releases: [&Released<Publication>; 2], truths: [&CountTable; 2]) -> Self {
        let told = |released: &Released<Publication>, truth: &CountTable| {
            let known = |value| if let Published::Shown(count) = value { Some(count) } else { None };
            let cells = values(released).into_iter().zip(truth.cells());
            cells.map(|(value, cell)| (known(value), cell.count)).collect()
        };
        Self { told: [told(releases[0], truths[0]), told(releases[1], truths[1])] }
    }

    /// Whether a count can stand where this was told: a mark tells that the count is small, if
    /// the total does not tell it, or that it is not.
    fn fits(&self, release: usize, cell: usize, count: u64) -> bool {
        let (published, truth) = self.told[release][cell];
        let small = |count: u64| (1..Self::THRESHOLD).contains(&count);
        let below = cell > 0 && small(self.told[release][0].1);
        match published {
            Some(published) => count == published,
            None if small(truth) => small(count) || (below && count == 0),
            None if truth == 0 => true,
            None => count >= Self::THRESHOLD,
        }
    }

    /// The width of what is possible for each cell of either release, and for what changed.
    fn widths(&self) -> [Vec<u64>; 3] {
        let areas = self.told[0].len() - 1;
        let near = |release: usize, area: usize| {
            let truth = self.told[release][area].1;
            (truth.saturating_sub(3)..=truth + 3)
                .filter(|&count| self.fits(release, area, count))
                .collect::<Vec<u64>>()
        };
        let pairs = |area: usize| -> Vec<(u64, u64)> {
            let same = self.told[0][area].1 == self.told[1][area].1 && self.told[0][area].1 > 0;
            (near(0, area).iter())
                .flat_map(|&before| near(1, area).into_iter().map(move |after| (before, after)))
                .filter(|(before, after)| before <= after && (!same || before == after))
                .collect()
        };
        let mut tables: Vec<Vec<(u64, u64)>> = vec![Vec::new()];
        for area in 1..=areas {
            let pairs = pairs(area);
            tables = (tables.iter())
                .flat_map(|table| pairs.iter().map(|&pair| [table.as_slice(), &[pair]].concat()))
                .collect();
        }
        let mut ranges = [(); 3].map(|()| vec![(u64::MAX, 0); areas + 1]);
        let same = self.told[0][0].1 == self.told[1][0].1 && self.told[0][0].1 > 0;
        for table in tables {
            let total = table.iter().fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
            if !self.fits(0, 0, total.0) || !self.fits(1, 0, total.1) || (same && total.0 != total.1) {
                continue;
            }
            for (cell, pair) in std::iter::once(&total).chain(&table).enumerate() {
                for (ranges, count) in ranges.iter_mut().zip([pair.0, pair.1, pair.1 - pair.0]) {
                    ranges[cell] = (ranges[cell].0.min(count), ranges[cell].1.max(count));
                }
            }
        }
        ranges.map(|ranges| ranges.into_iter().map(|(least, most)| most - least).collect())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever grows by whatever: no small count of either release and no small change lies within
    /// less than the policy's width.
    #[test]
    fn what_two_releases_leave_possible_is_wide(
        first in vec(0_u64..9, 3),
        growth in vec(prop_oneof![3 => 0_u64..2, 2 => 2_u64..6], 3),
    ) {
        let policy = policy("minimum_persons = 4\ninsiders = false");
        let grown: Vec<u64> = first.iter().zip(&growth).map(|(count, more)| count + more).collect();
        let tables = [line(&first), line(&grown)];
        let one = protect(&tables[..1], &[], &policy);
        prop_assume!(one.is_ok());
        let one = one.unwrap();
        let remembered = Earlier::of("1", &tables[..1], &one).unwrap();
        let two = protect_after(&[remembered], &tables[1..], &[], &policy);
        prop_assume!(two.is_ok());
        let two = two.unwrap();
        prop_assert_eq!(two.audit.past_disclosures(), 0);
        let least = if one.audit.exceptions() + two.audit.exceptions() > 0 { 1 } else { 2 };
        let widths = Possible::of([&one, &two], [&tables[0], &tables[1]]).widths();
        for cell in 0..=3 {
            let truth = |table: &CountTable| table.cells()[cell].count;
            let (before, after) = (truth(&tables[0]), truth(&tables[1]));
            for (truth, widths) in [before, after, after - before].into_iter().zip(&widths) {
                prop_assert!(!(1..4).contains(&truth) || widths[cell] >= least, "{} of {}", cell, truth);
            }
        }
    }
}
