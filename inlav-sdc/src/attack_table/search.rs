//! The smallest and the largest value of each suppressed cell in any table that fits.
//!
//! Every answer of a linear program in whole numbers is a table that fits, and shows a value of
//! every cell at once. So first the sum of all cells that are not decided yet is made large and
//! small, as long as that decides some, and then one cell after another.
#![expect(clippy::indexing_slicing, reason = "unknowns and sums are indices made by this crate")]

use std::collections::BTreeMap;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, SolveOptions, Variable};
use rayon::prelude::*;

use super::puzzle::Puzzle;
use super::{Attack, Verdict};

/// Branch-and-bound nodes tried before giving up on whole numbers. A count and not a time, so
/// that the outcome never depends on the speed of the machine.
const NODES: u64 = 300;
/// Rounds in which many cells are tried at once.
const ROUNDS: u64 = 24;
/// Rounds without a decision after which no more are tried.
const IDLE: u64 = 3;
/// Cells that are tried one after the other on one core.
const CHUNK: usize = 16;
/// How far a linear program's answer may be from a whole number that is meant.
const NEAR: f64 = 1e-6;

/// No table fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoTable;

/// What is known of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    /// No table has less or more.
    outer: (i64, i64),
    /// Some table has this little, and some this much.
    seen: Option<(i64, i64)>,
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanting {
    /// Values this far apart hide a cell.
    width: i64,
    /// A cell that has so many is no secret.
    threshold: i64,
    /// Whether the ends are wanted of cells in no danger, too.
    exactly: bool,
}

impl Wanting {
    pub(super) fn of(attack: &Attack) -> Self {
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        Self { width: signed(attack.width), threshold: signed(attack.threshold), exactly: attack.exactly }
    }
}

impl Interval {
    /// Whether both ends are reached.
    pub(super) fn is_exact(&self) -> bool {
        self.outer.0 == self.outer.1 || self.seen == Some(self.outer)
    }

    /// What it comes to.
    pub(super) fn verdict(&self, wanting: Wanting) -> Verdict {
        let (low, high) = self.outer;
        match self.seen {
            _ if low >= wanting.threshold => Verdict::Harmless,
            _ if low == high => Verdict::Exact,
            _ if high - low < wanting.width => Verdict::Narrow,
            Some((least, most)) if most - least >= wanting.width => Verdict::Wide,
            _ => Verdict::Unsettled,
        }
    }

    /// The ends to tell: of a cell that is hidden what was seen, of any other what no table exceeds.
    pub(super) fn shown(&self, wanting: Wanting) -> (i64, i64) {
        match self.seen {
            Some(seen) if self.verdict(wanting) == Verdict::Wide => seen,
            _ => self.outer,
        }
    }

    /// Takes note of a table in which it has this value, whatever was thought possible before.
    fn see(&mut self, value: i64) {
        let (least, most) = self.seen.unwrap_or((value, value));
        self.seen = Some((least.min(value), most.max(value)));
        self.outer = (self.outer.0.min(value), self.outer.1.max(value));
    }
}

/// Looks at all targets.
///
/// # Errors
///
/// [`NoTable`] if nothing fits.
pub(super) fn search(
    puzzle: Puzzle,
    targets: &[usize],
    attack: &Attack,
) -> Result<BTreeMap<usize, Interval>, NoTable> {
    let mut found: BTreeMap<usize, Interval> = (targets.iter())
        .map(|&target| {
            let outer = puzzle.bounds[target];
            // A number that stands in no sum can have any value within its bounds.
            let seen = Some(outer).filter(|_| puzzle.sums_of[target].is_empty() || outer.0 == outer.1);
            (target, Interval { outer, seen })
        })
        .collect();
    let wanting = Wanting::of(attack);
    let parts = puzzle.parts();
    let searched: Result<Vec<Vec<(usize, Interval)>>, NoTable> = (parts.par_iter())
        .filter(|part| part.iter().any(|at| !puzzle.sums_of[*at].is_empty()))
        .map(|part| {
            let intervals = part.iter().filter_map(|at| Some((*at, *found.get(at)?))).collect();
            Part::new(&puzzle, part, intervals, wanting).search()
        })
        .collect();
    found.extend(searched?.into_iter().flatten());
    Ok(found)
}

/// A part of the puzzle that depends on no other.
#[derive(Clone)]
struct Part<'a> {
    puzzle: &'a Puzzle,
    numbers: &'a [usize],
    /// Its sums: open numbers with their signs, and what they add up to.
    sums: Vec<(Vec<(usize, i64)>, i64)>,
    targets: BTreeMap<usize, Interval>,
    wanting: Wanting,
}

/// An answer of a linear program.
enum Answer {
    /// A table in whole numbers.
    Table(BTreeMap<usize, i64>),
    /// None in whole numbers was found.
    Fractions,
    /// There is none at all.
    None,
    /// The solver failed.
    Failed,
}

impl<'a> Part<'a> {
    fn new(
        puzzle: &'a Puzzle,
        numbers: &'a [usize],
        targets: BTreeMap<usize, Interval>,
        wanting: Wanting,
    ) -> Self {
        let mut of: Vec<usize> = numbers.iter().flat_map(|&at| puzzle.sums_of[at].iter().copied()).collect();
        of.sort_unstable();
        of.dedup();
        let sums = of.into_iter().map(|sum| {
            let (open, known): (Vec<_>, Vec<_>) =
                puzzle.sums[sum].terms.iter().copied().partition(|&(at, _)| puzzle.is_open(at));
            let known: i64 = known.iter().map(|&(at, sign)| sign * puzzle.bounds[at].0).sum();
            (open, -known)
        });
        Self { puzzle, numbers, sums: sums.collect(), targets, wanting }
    }

    fn search(mut self) -> Result<Vec<(usize, Interval)>, NoTable> {
        self.together()?;
        let waiting: Vec<usize> =
            self.targets.keys().copied().filter(|target| !self.is_done(*target)).collect();
        let chunks: Vec<Vec<(usize, Interval)>> = (waiting.par_chunks(CHUNK))
            .map(|chunk| {
                let mut own = self.clone();
                chunk.iter().for_each(|&target| own.alone(target));
                own.targets.into_iter().collect()
            })
            .collect();
        for (target, found) in chunks.into_iter().flatten() {
            if let Some(interval) = self.targets.get_mut(&target) {
                interval.outer.0 = interval.outer.0.max(found.outer.0);
                interval.outer.1 = interval.outer.1.min(found.outer.1);
                if let Some((least, most)) = found.seen {
                    interval.see(least);
                    interval.see(most);
                }
            }
        }
        Ok(self.targets.into_iter().collect())
    }

    /// Many cells at once. The first program also tells whether anything fits at all.
    fn together(&mut self) -> Result<(), NoTable> {
        let mut idle = 0;
        for round in 0..ROUNDS {
            let waiting: Vec<usize> =
                self.targets.keys().copied().filter(|target| !self.is_done(*target)).collect();
            if (waiting.is_empty() && round > 0) || idle >= IDLE {
                break;
            }
            // In even rounds all of them up and then down, otherwise half of them against the others.
            let toward = |number: usize| {
                if round < 2 || mixed(number, round / 2) { 1.0 } else { -1.0 }
            };
            let turn = if round % 2 == 0 { 1.0 } else { -1.0 };
            let goal: BTreeMap<usize, f64> =
                waiting.iter().map(|&target| (target, turn * toward(target))).collect();
            match self.solve(&goal) {
                (Answer::Table(table), _) => self.see(&table),
                (Answer::None, _) => return Err(NoTable),
                (Answer::Fractions | Answer::Failed, _) => {}
            }
            let undecided = waiting.iter().filter(|target| !self.is_done(**target)).count();
            idle = if undecided < waiting.len() { 0 } else { idle + 1 };
        }
        Ok(())
    }

    /// One cell to its ends.
    fn alone(&mut self, target: usize) {
        for direction in [1, -1] {
            if self.is_done(target) {
                return;
            }
            let reached = self.targets.get(&target).is_some_and(|interval| match interval.seen {
                Some((_, most)) if direction > 0 => most == interval.outer.1,
                Some((least, _)) => least == interval.outer.0,
                None => false,
            });
            if reached {
                continue;
            }
            let goal = BTreeMap::from([(target, if direction > 0 { 1.0 } else { -1.0 })]);
            let (answer, limit) = self.solve(&goal);
            if let Some(limit) = limit
                && let Some(interval) = self.targets.get_mut(&target)
            {
                let (low, high) = interval.outer;
                interval.outer = if direction > 0 { (low, high.min(limit)) } else { (low.max(-limit), high) };
            }
            if let Answer::Table(table) = answer {
                self.see(&table);
            }
        }
    }

    /// Whether nothing more is to be found out about a target.
    fn is_done(&self, target: usize) -> bool {
        self.targets.get(&target).is_none_or(|interval| {
            interval.is_exact() || (!self.wanting.exactly && interval.verdict(self.wanting) >= Verdict::Wide)
        })
    }

    fn see(&mut self, table: &BTreeMap<usize, i64>) {
        for (target, interval) in &mut self.targets {
            if let Some(&value) = table.get(target) {
                interval.see(value);
            }
        }
    }

    /// Makes a weighted sum as large as can be: a table, and what no table exceeds.
    fn solve(&self, goal: &BTreeMap<usize, f64>) -> (Answer, Option<i64>) {
        let (relaxed, most) = match self.program(goal, false) {
            Ok(answer) => answer,
            Err(Error::Infeasible) => return (Answer::None, None),
            Err(_) => return (Answer::Failed, None),
        };
        let limit = floor(most);
        if let Some(table) = self.checked(&relaxed) {
            return (Answer::Table(table), limit);
        }
        match self.program(goal, true) {
            Ok((whole, _)) => (self.checked(&whole).map_or(Answer::Fractions, Answer::Table), limit),
            Err(_) => (Answer::Fractions, limit),
        }
    }

    /// One call of the solver: values of the numbers, and the sum they come to.
    fn program(&self, goal: &BTreeMap<usize, f64>, whole: bool) -> Result<(Vec<f64>, f64), Error> {
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let mut variables: BTreeMap<usize, Variable> = BTreeMap::new();
        for &at in self.numbers {
            let weight = goal.get(&at).copied().unwrap_or(0.0);
            let (low, high) = self.puzzle.bounds[at];
            let variable = match (whole, i32::try_from(low), i32::try_from(high)) {
                (true, Ok(low), Ok(high)) => problem.add_integer_var(weight, (low, high)),
                _ => problem.add_var(weight, (real(low), real(high))),
            };
            variables.insert(at, variable);
        }
        for (terms, sum) in &self.sums {
            let terms: Vec<(Variable, f64)> =
                (terms.iter()).filter_map(|(at, sign)| Some((*variables.get(at)?, real(*sign)))).collect();
            problem.add_constraint(terms, ComparisonOp::Eq, real(*sum));
        }
        let mut options = SolveOptions::default();
        options.node_limit = Some(NODES);
        let solution = problem.solve_with(options)?.into_solution().map_err(|_| Error::Unbounded)?;
        let values = self.numbers.iter().filter_map(|at| Some(solution.var_value(*variables.get(at)?)));
        Ok((values.collect(), solution.objective()))
    }

    /// An answer as a table of whole numbers, checked by substitution.
    fn checked(&self, values: &[f64]) -> Option<BTreeMap<usize, i64>> {
        let mut table = BTreeMap::new();
        for (&at, value) in self.numbers.iter().zip(values) {
            let nearest = value.round();
            #[expect(clippy::cast_possible_truncation, reason = "compared with its bounds right below")]
            let whole = nearest as i64;
            let (low, high) = self.puzzle.bounds[at];
            if (value - nearest).abs() > NEAR || whole < low || whole > high {
                return None;
            }
            table.insert(at, whole);
        }
        let adds_up = |(terms, sum): &(Vec<(usize, i64)>, i64)| {
            let found: Option<i64> =
                terms.iter().map(|(at, sign)| table.get(at).map(|value| sign * value)).sum();
            found == Some(*sum)
        };
        self.sums.iter().all(adds_up).then_some(table)
    }
}

/// A bit that looks thrown, always the same for one number and round.
fn mixed(number: usize, round: u64) -> bool {
    let mut bits = (number as u64 ^ (round << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits >> 63 == 1
}

/// The largest whole number that is not above, as far as arithmetic can tell.
fn floor(most: f64) -> Option<i64> {
    let whole = (most + NEAR * (1.0 + most.abs())).floor();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "counts are refused above 2^32, and there are at most 200,000"
    )]
    whole.is_finite().then_some(whole as i64)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts are refused above 2^32, and there are at most 200,000"
)]
fn real(count: i64) -> f64 {
    count as f64
}
