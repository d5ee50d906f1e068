//! Who reads releases one after the other and solves linear programs.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::super::super::testing::Dice;
use super::super::super::*;
use super::super::suppressed;
use super::release;

/// Twelve sites by eight sectors; the first `people` of one and the same sequence of persons.
pub(super) fn sites_by_sectors(people: u64) -> CountTable {
    let sites = Dimension::flat("site", (1..=12).map(|n| format!("S{n:02}"))).unwrap().with_insiders();
    let sectors = Dimension::flat("sector", (1..=8).map(|n| format!("K{n}"))).unwrap();
    let rows = (0..people).map(|unit| {
        let mut dice = Dice(unit * 1_000_003 + 5);
        Row { unit, person: unit, leaves: vec![1 + dice.skewed(12), 1 + dice.skewed(8)] }
    });
    CountTable::tally("site_sector", "person", vec![sites, sectors], rows, |_| true).unwrap()
}

/// What somebody knows who has read several releases of one table, nothing else, and how counts
/// hang together. Works on coordinates and true counts for the test alone; no code of the crate
/// that protects is used.
struct Reader {
    /// For each release and cell the smallest and largest count.
    held: Vec<BTreeMap<Vec<usize>, (f64, f64)>>,
    sizes: Vec<usize>,
}

impl Reader {
    /// `own` is the row that an insider knows.
    fn of(releases: &[&Released<Publication>], truths: &[&CountTable], own: Option<usize>) -> Self {
        let sizes = truths[0].dimensions().iter().map(|side| side.nodes().len()).collect();
        let mut held = Vec::new();
        for (released, truth) in releases.iter().zip(truths) {
            let cells = released.tables[0].cells.iter().map(|cell| {
                let known = match cell.value {
                    Published::Shown(count) => Some(count),
                    Published::Suppressed if own == Some(cell.coordinates[0]) => {
                        Some(truth.cells()[truth.index(&cell.coordinates).unwrap()].count)
                    }
                    Published::Suppressed => None,
                };
                #[expect(clippy::cast_precision_loss, reason = "counts of a test")]
                let range = known.map_or((0.0, f64::INFINITY), |count| (count as f64, count as f64));
                (cell.coordinates.clone(), range)
            });
            held.push(cells.collect());
        }
        Self { held, sizes }
    }

    /// The least and the largest value that fit all that is known of a cell's counts in some
    /// releases, each times a factor, added up.
    fn range(&self, cell: &[usize], sum: &[(usize, f64)]) -> (f64, f64) {
        let end = |direction, sign: f64| {
            let mut problem = Problem::new(direction);
            let mut variables: Vec<BTreeMap<&Vec<usize>, Variable>> = Vec::new();
            for (number, cells) in self.held.iter().enumerate() {
                let cost = |at: &Vec<usize>| {
                    let factors = sum.iter().filter(|(release, _)| at == cell && *release == number);
                    factors.map(|(_, factor)| factor).sum()
                };
                variables
                    .push(cells.iter().map(|(at, &held)| (at, problem.add_var(cost(at), held))).collect());
            }
            for cells in &variables {
                for (at, &whole) in cells {
                    for side in (0..self.sizes.len()).filter(|&side| at[side] == 0) {
                        let parts = (1..self.sizes[side]).map(|node| {
                            let mut part = (*at).clone();
                            part[side] = node;
                            (cells[&part], 1.0)
                        });
                        let terms: Vec<(Variable, f64)> = parts.chain([(whole, -1.0)]).collect();
                        problem.add_constraint(terms, ComparisonOp::Eq, 0.0);
                    }
                }
            }
            for pair in variables.windows(2) {
                for (at, &before) in &pair[0] {
                    problem.add_constraint([(pair[1][at], 1.0), (before, -1.0)], ComparisonOp::Ge, 0.0);
                }
            }
            match problem.solve() {
                Ok(outcome) => outcome.into_solution().unwrap().objective(),
                Err(microlp::Error::Unbounded) => sign * f64::INFINITY,
                Err(fault) => panic!("{fault}"),
            }
        };
        (end(OptimizationDirection::Minimize, -1.0), end(OptimizationDirection::Maximize, 1.0))
    }

    /// Cells of 1 to 9 persons, in a release or by what changed between two, that lie between two
    /// numbers less than 5 apart.
    fn finds(&self, truths: &[&CountTable], sum: &[(usize, f64)], own: Option<usize>) -> usize {
        #[expect(clippy::cast_precision_loss, reason = "counts of a test")]
        let count = |release: usize, at: &[usize]| {
            truths[release].cells()[truths[release].index(at).unwrap()].count as f64
        };
        (self.held[0].keys())
            .filter(|at| own != Some(at[0]))
            .filter(|at| {
                let truth: f64 = sum.iter().map(|(release, factor)| factor * count(*release, at)).sum();
                (0.5..9.5).contains(&truth)
            })
            .filter(|at| {
                let (least, most) = self.range(at, sum);
                most - least < 4.999
            })
            .count()
    }
}

const FIRST: &[(usize, f64)] = &[(0, 1.0)];
const SECOND: &[(usize, f64)] = &[(1, 1.0)];
const CHANGE: &[(usize, f64)] = &[(1, 1.0), (0, -1.0)];

/// The setting of the design: 1,200 persons, one month later 35 more.
#[test]
fn nothing_that_joined_is_told_by_two_releases() {
    let (may, june) = (sites_by_sectors(1_200), sites_by_sectors(1_235));
    let truths = [&may, &june];
    let (first, remembered) = release("1", std::slice::from_ref(&may), &[]);
    let alone = protect(std::slice::from_ref(&june), &[], &ReleasePolicy::default()).unwrap();
    let told = Reader::of(&[&first, &alone], &truths, None).finds(&truths, CHANGE, None);
    assert!(told >= 10, "each protected alone, the two tell only {told} changes");

    let (second, _) = release("2", std::slice::from_ref(&june), &[remembered]);
    assert_eq!(second.audit.past_disclosures(), 0);
    assert_eq!(second.audit.earlier, ["1"]);
    let reader = Reader::of(&[&first, &second], &truths, None);
    for question in [FIRST, SECOND, CHANGE] {
        assert_eq!(reader.finds(&truths, question, None), 0);
        for site in 1..=12 {
            let insider = Reader::of(&[&first, &second], &truths, Some(site));
            assert_eq!(insider.finds(&truths, question, Some(site)), 0, "site {site}");
        }
    }
    let published = second.tables[0].cells.len() - suppressed(&second);
    assert!(published >= 15, "only {published} cells are left");
}
