//! Unknown whole numbers between bounds, and sums of them that must be zero.
#![expect(clippy::indexing_slicing, reason = "unknowns and sums are indices made by this module")]

use std::collections::BTreeSet;

/// How often every sum is looked at while bounds are tightened, on average. A count, so that the
/// outcome never depends on the speed of the machine; linear programs find what is left.
const LOOKS: usize = 40;

/// Numbers of which only bounds and sums are known.
pub(super) struct Puzzle {
    /// For each number the smallest and the largest value.
    pub(super) bounds: Vec<(i64, i64)>,
    /// Totals and their parts.
    pub(super) sums: Vec<Sum>,
    /// For each number the sums it stands in.
    pub(super) sums_of: Vec<Vec<usize>>,
}

/// A total and its parts, as `Σ sign · number = 0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    /// The total with the sign +1, first, and each part with −1.
    pub(super) terms: Vec<(usize, i64)>,
    /// Whether it does not follow from the others: of a total that is the sum of a row and of a
    /// column, and so on down to cells without parts, one of the two says all.
    pub(super) is_essential: bool,
}

/// A sum that cannot be zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken(pub(super) usize);

impl Puzzle {
    /// A puzzle of totals with their parts. A total with several sums has them in the order of the
    /// sides they run along, the same order for all.
    ///
    /// A number that is `free`, with bounds so wide that they say nothing, and that is no part of
    /// anything said about others, is left out with its sums.
    pub(super) fn new(bounds: Vec<(i64, i64)>, sums: Vec<(usize, Vec<usize>)>, free: &[bool]) -> Self {
        let mut defined = vec![false; bounds.len()];
        let mut puzzle = Self { bounds, sums: Vec::with_capacity(sums.len()), sums_of: Vec::new() };
        for (total, parts) in sums {
            let is_essential = !std::mem::replace(&mut defined[total], true);
            let parts = parts.into_iter().map(|part| (part, -1));
            puzzle.sums.push(Sum { terms: std::iter::once((total, 1)).chain(parts).collect(), is_essential });
        }
        let idle = puzzle.idle(free);
        puzzle.sums.retain(|sum| sum.terms.iter().all(|&(at, _)| !idle[at]));
        puzzle.sums_of = vec![Vec::new(); puzzle.bounds.len()];
        for (number, sum) in puzzle.sums.iter().enumerate() {
            for &(at, _) in &sum.terms {
                puzzle.sums_of[at].push(number);
            }
        }
        puzzle
    }

    /// For each number whether it is free and only what its parts add up to: no part of another sum,
    /// or of idle ones only.
    fn idle(&self, free: &[bool]) -> Vec<bool> {
        let mut part_of = vec![0_usize; self.bounds.len()];
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); self.bounds.len()];
        for sum in self.sums.iter().filter(|sum| sum.is_essential) {
            let Some((&(total, _), rest)) = sum.terms.split_first() else { continue };
            for &(part, _) in rest {
                part_of[part] += 1;
                parts[total].push(part);
            }
        }
        let mut idle = vec![false; self.bounds.len()];
        let mut waiting: Vec<usize> = (0..idle.len()).filter(|&at| free[at] && part_of[at] == 0).collect();
        while let Some(at) = waiting.pop() {
            idle[at] = true;
            for &part in &parts[at] {
                part_of[part] -= 1;
                if free[part] && part_of[part] == 0 {
                    waiting.push(part);
                }
            }
        }
        idle
    }

    /// Tightens all bounds by what each sum leaves possible.
    ///
    /// # Guarantee
    ///
    /// No solution in whole numbers is lost (`tightening_loses_no_solution`).
    pub(super) fn tighten(&mut self) -> Result<(), Broken> {
        let mut waiting: BTreeSet<usize> = (0..self.sums.len()).collect();
        for _ in 0..LOOKS * self.sums.len().max(1) {
            let Some(sum) = waiting.pop_first() else { return Ok(()) };
            for changed in self.tighten_by(sum)? {
                waiting.extend(self.sums_of[changed].iter().filter(|&&other| other != sum));
            }
        }
        Ok(())
    }

    /// Tightens the bounds of the numbers of one sum; those that changed.
    fn tighten_by(&mut self, sum: usize) -> Result<Vec<usize>, Broken> {
        let signed = |(low, high): (i64, i64), sign: i64| if sign > 0 { (low, high) } else { (-high, -low) };
        let (mut least, mut most) = (0_i128, 0_i128);
        for &(at, sign) in &self.sums[sum].terms {
            let (low, high) = signed(self.bounds[at], sign);
            (least, most) = (least + i128::from(low), most + i128::from(high));
        }
        let mut changed = Vec::new();
        for &(at, sign) in &self.sums[sum].terms {
            let (low, high) = signed(self.bounds[at], sign);
            let (wide_low, wide_high) = (i128::from(low), i128::from(high));
            // The others add up to `least − low` at least and `most − high` at most.
            let (new_low, new_high) = (wide_low.max(wide_high - most), wide_high.min(wide_low - least));
            if new_low > new_high {
                return Err(Broken(sum));
            }
            // Between the old bounds, hence as small as they are.
            let narrower = i64::try_from(new_low).unwrap_or(low)..=i64::try_from(new_high).unwrap_or(high);
            if narrower != (low..=high) {
                (least, most) = (least - wide_low + new_low, most - wide_high + new_high);
                self.bounds[at] = signed(narrower.into_inner(), sign);
                changed.push(at);
            }
        }
        Ok(changed)
    }

    /// Whether a number has more than one value within its bounds.
    pub(super) fn is_open(&self, at: usize) -> bool {
        self.bounds[at].0 < self.bounds[at].1
    }

    /// Parts of the puzzle that have no open number in common: the open numbers of each.
    pub(super) fn parts(&self) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.bounds.len()];
        let mut parts = Vec::new();
        for start in 0..self.bounds.len() {
            if seen[start] || !self.is_open(start) {
                continue;
            }
            seen[start] = true;
            let mut part = vec![start];
            let mut next = 0;
            while let Some(&at) = part.get(next) {
                for &(linked, _) in self.sums_of[at].iter().flat_map(|&sum| &self.sums[sum].terms) {
                    if self.is_open(linked) && !std::mem::replace(&mut seen[linked], true) {
                        part.push(linked);
                    }
                }
                next += 1;
            }
            part.sort_unstable();
            parts.push(part);
        }
        parts
    }
}
