//! The attacker's linear program, many objectives on one set of equations.
//!
//! Every question of an attack is asked of the same equations M δ = 0 with the same bounds, which hold
//! δ = 0, the truth itself; only what is to be as large as possible differs. So the equations are
//! eliminated once, and every objective starts from the truth in the basis that the one before left
//! behind: a few pivots instead of a few hundred. `microlp`, which the integer programs use, starts
//! from nothing each time and tells no multipliers. Bounded primal simplex on a dense tableau; the
//! columns of the equations themselves are carried along, because there the multipliers are.
//!
//! Nothing that comes out of here is trusted: movements are checked in whole numbers, and
//! multipliers only propose an inequality that is valid for any.
#![expect(clippy::indexing_slicing, reason = "rows and columns are indices made by this file")]

use std::collections::BTreeMap;

use super::system::{System, real};

/// Below this a number is zero.
const ZERO: f64 = 1e-9;

/// Pivots for one objective at most. A count, so that a release never depends on the machine's speed.
const MOST_PIVOTS: usize = 5_000;

/// Pivots without progress before the smallest column enters (Bland's rule), which cannot cycle.
const PATIENCE: usize = 60;

/// Pivots before the tableau is made anew, so that rounding does not add up.
const FRESH: usize = 4_000;

/// The equations of a set of quantities, eliminated.
pub(super) struct Tableau {
    /// The quantity of each column; after these come the equations' own columns.
    quantities: Vec<usize>,
    column_of: BTreeMap<usize, usize>,
    equations: Vec<usize>,
    bounds: Vec<(f64, f64)>,
    width: usize,
    cells: Vec<f64>,
    /// As made, to begin again from.
    first: Vec<f64>,
    /// The column that each row defines.
    basis: Vec<usize>,
    /// The row in which a column is defined.
    row_of: Vec<Option<usize>>,
    pivots: usize,
    /// Cells changed so far: what it has cost.
    pub(super) work: u64,
}

/// Where an objective is largest.
pub(super) struct Largest {
    /// The changes that are not zero, by quantity.
    pub(super) changes: BTreeMap<usize, f64>,
    /// Multipliers of the equations that show it cannot be larger.
    pub(super) multipliers: Vec<(usize, f64)>,
}

impl Tableau {
    /// The equations among quantities that may change within bounds; all others do not change.
    pub(super) fn new(system: &System, bounds: &[(usize, (f64, f64))]) -> Self {
        let column_of: BTreeMap<usize, usize> =
            bounds.iter().enumerate().map(|(column, &(quantity, _))| (quantity, column)).collect();
        let mut equations: Vec<usize> =
            bounds.iter().flat_map(|(quantity, _)| system.equations_of[*quantity].iter().copied()).collect();
        equations.sort_unstable();
        equations.dedup();
        let width = bounds.len() + equations.len();
        let mut first = vec![0.0; width * equations.len()];
        for (row, &equation) in equations.iter().enumerate() {
            for &(quantity, coefficient) in &system.equations[equation] {
                if let Some(&column) = column_of.get(&quantity) {
                    first[row * width + column] = real(coefficient);
                }
            }
            first[row * width + bounds.len() + row] = 1.0;
        }
        let mut tableau = Self {
            quantities: bounds.iter().map(|(quantity, _)| *quantity).collect(),
            column_of,
            bounds: bounds.iter().map(|(_, bounds)| *bounds).collect(),
            width,
            cells: Vec::new(),
            first,
            basis: Vec::new(),
            row_of: Vec::new(),
            pivots: 0,
            work: 0,
            equations,
        };
        tableau.eliminate();
        tableau
    }

    /// Lets every equation define a quantity, those first that stand in few.
    fn eliminate(&mut self) {
        self.cells.clone_from(&self.first);
        self.basis = (self.quantities.len()..self.width).collect();
        self.row_of = vec![None; self.width];
        for (row, &column) in self.basis.iter().enumerate() {
            self.row_of[column] = Some(row);
        }
        for row in 0..self.equations.len() {
            let weight = |column: usize| {
                let (lowest, highest) = self.bounds[column];
                // Widest first: a defined quantity with little room is in the way of every step.
                (lowest - highest, column)
            };
            let defined = (0..self.quantities.len())
                .filter(|&column| {
                    self.cells[row * self.width + column].abs() > 0.1 && self.row_of[column].is_none()
                })
                .min_by(|&left, &right| {
                    let ((left, a), (right, b)) = (weight(left), weight(right));
                    left.total_cmp(&right).then(a.cmp(&b))
                });
            if let Some(column) = defined {
                self.pivot(row, column, &mut []);
            }
        }
        self.pivots = 0;
    }

    /// The largest weighted sum of changes, starting from no change at all.
    ///
    /// Nothing when the search is given up.
    pub(super) fn largest(&mut self, objective: &BTreeMap<usize, i64>) -> Option<Largest> {
        if self.pivots > FRESH {
            self.eliminate();
        }
        let columns = self.quantities.len();
        let mut gains = vec![0.0; self.width];
        for (quantity, &weight) in objective {
            if let Some(&column) = self.column_of.get(quantity) {
                gains[column] += real(weight);
            }
        }
        for (row, &column) in self.basis.iter().enumerate() {
            let weight = if column < columns { gains[column] } else { 0.0 };
            if weight != 0.0 {
                for (gain, cell) in
                    gains.iter_mut().zip(&self.cells[row * self.width..(row + 1) * self.width])
                {
                    *gain -= weight * cell;
                }
            }
        }
        let mut values = vec![0.0; columns];
        let mut idle = 0;
        for _ in 0..MOST_PIVOTS {
            let Some((column, up)) = self.entering(&gains, &values, idle > PATIENCE) else {
                let changes = (self.quantities.iter().zip(&values))
                    .filter(|(_, value)| value.abs() > ZERO)
                    .map(|(&quantity, &value)| (quantity, value))
                    .collect();
                let multipliers = (self.equations.iter().zip(&gains[columns..]))
                    .filter(|(_, multiplier)| multiplier.abs() > ZERO)
                    .map(|(&equation, &multiplier)| (equation, multiplier))
                    .collect();
                return Some(Largest { changes, multipliers });
            };
            let (step, blocking) = self.step(column, up, &values);
            let change = if up { step } else { -step };
            idle = if step > ZERO { 0 } else { idle + 1 };
            if step > 0.0 {
                values[column] += change;
                for (row, &basic) in self.basis.iter().enumerate() {
                    let cell = self.cells[row * self.width + column];
                    if cell != 0.0 && basic < columns {
                        values[basic] -= cell * change;
                    }
                }
            }
            if let Some((row, bound)) = blocking {
                let leaving = self.basis[row];
                if leaving < columns {
                    values[leaving] = bound;
                }
                self.pivot(row, column, &mut gains);
            } else {
                let (lowest, highest) = self.bounds[column];
                values[column] = if up { highest } else { lowest };
            }
        }
        None
    }

    /// The column whose change gains most, and which way.
    fn entering(&self, gains: &[f64], values: &[f64], first: bool) -> Option<(usize, bool)> {
        let mut best: Option<(f64, usize, bool)> = None;
        for (column, &value) in values.iter().enumerate() {
            if self.row_of[column].is_some() {
                continue;
            }
            let gain = gains[column];
            let (lowest, highest) = self.bounds[column];
            let up = gain > 1e-7 && value < highest - ZERO;
            let down = gain < -1e-7 && value > lowest + ZERO;
            if (up || down) && best.is_none_or(|(most, _, _)| gain.abs() > most) {
                best = Some((gain.abs(), column, up));
                if first {
                    break;
                }
            }
        }
        best.map(|(_, column, up)| (column, up))
    }

    /// How far a column can go, and the row that stops it with the value at which it does.
    fn step(&self, column: usize, up: bool, values: &[f64]) -> (f64, Option<(usize, f64)>) {
        let (lowest, highest) = self.bounds[column];
        let mut step = if up { highest - values[column] } else { values[column] - lowest };
        let mut blocking: Option<(usize, f64)> = None;
        let mut strongest = 0.0;
        for (row, &basic) in self.basis.iter().enumerate() {
            let cell = self.cells[row * self.width + column];
            if cell.abs() < 1e-7 {
                continue;
            }
            // An equation's own column stays at zero.
            let (lowest, highest) = self.bounds.get(basic).copied().unwrap_or((0.0, 0.0));
            let value = values.get(basic).copied().unwrap_or(0.0);
            let falls = (cell > 0.0) == up;
            let room = if falls { value - lowest } else { highest - value };
            let most = room.max(0.0) / cell.abs();
            if most < step - ZERO
                || (most <= step + ZERO && blocking.is_some() && cell.abs() > strongest)
                || (most <= step && blocking.is_none())
            {
                step = most.min(step);
                strongest = cell.abs();
                blocking = Some((row, if falls { lowest } else { highest }));
            }
        }
        (step, blocking)
    }

    /// Lets `row` define `column`.
    fn pivot(&mut self, row: usize, column: usize, gains: &mut [f64]) {
        self.pivots += 1;
        let width = self.width;
        let pivot = self.cells[row * width + column];
        let mut line = self.cells[row * width..(row + 1) * width].to_vec();
        for cell in &mut line {
            *cell /= pivot;
            if cell.abs() < 1e-11 {
                *cell = 0.0;
            }
        }
        let filled: Vec<(usize, f64)> =
            line.iter().copied().enumerate().filter(|(_, cell)| *cell != 0.0).collect();
        for other in 0..self.equations.len() {
            let factor = self.cells[other * width + column];
            if other == row || factor == 0.0 {
                continue;
            }
            self.work += filled.len() as u64;
            let cells = &mut self.cells[other * width..(other + 1) * width];
            for &(at, cell) in &filled {
                let value = cells[at] - factor * cell;
                cells[at] = if value.abs() < 1e-11 { 0.0 } else { value };
            }
            cells[column] = 0.0;
        }
        if !gains.is_empty() {
            let factor = gains[column];
            for &(at, cell) in &filled {
                gains[at] -= factor * cell;
            }
            gains[column] = 0.0;
        }
        self.cells[row * width..(row + 1) * width].copy_from_slice(&line);
        self.row_of[self.basis[row]] = None;
        self.row_of[column] = Some(row);
        self.basis[row] = column;
    }
}
