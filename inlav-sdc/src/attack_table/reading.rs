//! From a published file to a puzzle of its cells.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::mark::{self, Said, Value};
use super::puzzle::{Broken, Puzzle};
use super::search::{Interval, Wanting};
use super::{Absent, Attack, Attacked, AttackedCell};
use crate::categories::Categories;
use crate::hierarchy;
use crate::source::{InputError, Row, Source, Wanted};
use crate::{CountTable, Dimension, Holders};

/// Cells, margins included, above which a table is refused.
const MOST_CELLS: usize = 200_000;
/// The largest count: sums of all of them stay exact in the arithmetic of linear programs.
const LARGEST: u64 = 1 << 32;
/// Rows of a contradiction that are named at most.
const ROWS_NAMED: usize = 20;

/// Headings of values and of status, as tools write them.
const VALUES: [&str; 14] = [
    "value",
    "valore",
    "values",
    "n",
    "count",
    "counts",
    "conteggio",
    "freq",
    "frequency",
    "frequenza",
    "numero",
    "obs_value",
    "persons",
    "persone",
];
const STATUSES: [&str; 4] = ["status", "stato", "sdcstatus", "suppressed"];
/// Codes of the total besides those of [`crate::source::is_total`].
const TOTALS: [&str; 6] = ["All", "ALL", "all", "Tutti", "Tutte", "TUTTI"];

/// A published table.
pub(super) struct Reading {
    /// The cells there are, none of them counted: its sides and sums are what is needed.
    table: CountTable,
    /// For each cell of the table its row and what stands there.
    cells: BTreeMap<usize, (u64, Value)>,
    /// The suppressed cells in the order of the file.
    suppressed: Vec<usize>,
}

/// The columns of a file.
struct Columns {
    by: Vec<String>,
    value: String,
    status: Option<String>,
}

/// Reads a published file.
pub(super) fn read(path: &Path, attack: &Attack) -> Result<Reading, InputError> {
    let named = attack.by.iter().chain(&attack.value).chain(&attack.status);
    let source = Source::open(path, &named.map(String::as_str).collect::<Vec<_>>())?;
    let columns = columns(path, attack, source.names())?;
    let mut hierarchies = hierarchy::read(&attack.hierarchies, &columns.by)?;
    let totals: Vec<String> = attack.totals.iter().cloned().chain(TOTALS.map(str::to_owned)).collect();
    let mut sides: Vec<Categories> =
        columns.by.iter().map(|name| Categories::new(name, hierarchies.remove(name), &totals)).collect();
    let wanted: Vec<Wanted<'_>> = (columns.by.iter().map(|name| Wanted { name, is_number: false }))
        .chain([Wanted { name: &columns.value, is_number: true }])
        .chain(columns.status.iter().map(|name| Wanted { name, is_number: false }))
        .collect();
    let mut rows: BTreeMap<Vec<u32>, (u64, Value)> = BTreeMap::new();
    source.read(&wanted, |row| {
        let mut key = Vec::with_capacity(sides.len());
        for ((side, cell), name) in sides.iter_mut().zip(row.cells).zip(&columns.by) {
            let (number, _) = side.of(cell).ok_or_else(|| InputError::NotInHierarchy {
                path: path.to_owned(),
                column: name.clone(),
                row: row.number,
            })?;
            key.push(number);
        }
        let value = value(path, attack, &columns, &row)?;
        match rows.insert(key, (row.number, value)) {
            None => Ok(()),
            Some((first, _)) => Err(InputError::CellTwice { path: path.to_owned(), first, row: row.number }),
        }
    })?;
    if rows.is_empty() {
        return Err(InputError::NoRows { path: path.to_owned() });
    }
    placed(path, sides, rows)
}

/// What a row says of its cell.
fn value(path: &Path, attack: &Attack, columns: &Columns, row: &Row<'_>) -> Result<Value, InputError> {
    let fault =
        |column: &str| InputError::Mark { path: path.to_owned(), column: column.to_owned(), row: row.number };
    let mut cells = row.cells.iter().skip(columns.by.len());
    let cell = cells.next().map_or("", String::as_str);
    let read = mark::value(cell, &attack.marks).filter(|value| match value {
        Value::Published(count) | Value::Suppressed(Said::AtMost(count) | Said::Between(_, count)) => {
            *count <= LARGEST
        }
        Value::Suppressed(Said::Nothing) => true,
    });
    let Some((column, word)) = columns.status.as_ref().zip(cells.next()) else {
        return read.ok_or_else(|| fault(&columns.value));
    };
    match (mark::is_suppressed(word).ok_or_else(|| fault(column))?, read) {
        (true, _) => Ok(Value::Suppressed(mark::flagged(cell, &attack.marks))),
        (false, Some(published @ Value::Published(_))) => Ok(published),
        (false, _) => Err(fault(&columns.value)),
    }
}

/// Which columns are which.
fn columns(path: &Path, attack: &Attack, names: &[String]) -> Result<Columns, InputError> {
    let is_one_of = |name: &str, known: &[&str]| known.iter().any(|known| name.eq_ignore_ascii_case(known));
    let free = || {
        (names.iter()).filter(|&name| {
            !attack.by.contains(name)
                && attack.value.as_ref() != Some(name)
                && attack.status.as_ref() != Some(name)
        })
    };
    let status = attack.status.clone().or_else(|| free().find(|name| is_one_of(name, &STATUSES)).cloned());
    let left = || free().filter(|&name| status.as_ref() != Some(name));
    let value = match &attack.value {
        Some(value) => value.clone(),
        None => {
            let mut called = left().filter(|name| is_one_of(name, &VALUES));
            let found = match (called.next(), called.next()) {
                (Some(one), None) => Some(one),
                (None, _) if !attack.by.is_empty() && left().count() == 1 => left().next(),
                _ => None,
            };
            found.cloned().ok_or_else(|| InputError::NoValues { path: path.to_owned() })?
        }
    };
    let by = if attack.by.is_empty() {
        left().filter(|&name| *name != value).cloned().collect()
    } else {
        attack.by.clone()
    };
    let mut all = BTreeSet::new();
    if let Some(column) = by.iter().chain([&value]).chain(&status).find(|name| !all.insert(*name)) {
        return Err(InputError::SameColumn { column: column.clone() });
    }
    if by.is_empty() {
        return Err(InputError::NoDimension);
    }
    Ok(Columns { by, value, status })
}

/// Rows at the cells of a table.
fn placed(
    path: &Path,
    sides: Vec<Categories>,
    rows: BTreeMap<Vec<u32>, (u64, Value)>,
) -> Result<Reading, InputError> {
    let too_many = || InputError::TooManyCells { path: path.to_owned() };
    let mut dimensions: Vec<Dimension> = Vec::with_capacity(sides.len());
    let mut nodes = Vec::with_capacity(sides.len());
    for side in sides {
        // The codes of one side are distinct, as they come out of a map or of a checked tree.
        let (dimension, node_of) = side.dimension().map_err(|_| too_many())?;
        dimensions.push(dimension);
        nodes.push(node_of);
    }
    let size = dimensions.iter().try_fold(1_usize, |size, side| size.checked_mul(side.nodes().len()));
    size.filter(|&size| size <= MOST_CELLS).ok_or_else(too_many)?;
    let table = CountTable::of_groups("table", "unit", dimensions, &[], Holders::EachUnit, |_| true)
        .map_err(|_| too_many())?;
    let mut cells: BTreeMap<usize, (u64, Value)> = BTreeMap::new();
    for (key, (row, value)) in rows {
        let node = |(number, nodes): (u32, &Vec<usize>)| {
            usize::try_from(number).ok().and_then(|number| nodes.get(number).copied())
        };
        let at: Option<Vec<usize>> = key.into_iter().zip(&nodes).map(node).collect();
        let index = at.and_then(|at| table.index(&at)).ok_or_else(too_many)?;
        // Two spellings of the total are one cell.
        if let Some((other, _)) = cells.insert(index, (row, value)) {
            let (first, row) = (row.min(other), row.max(other));
            return Err(InputError::CellTwice { path: path.to_owned(), first, row });
        }
    }
    let is_suppressed = |value: &Value| matches!(value, Value::Suppressed(_));
    let mut suppressed: Vec<(u64, usize)> = (cells.iter())
        .filter(|(_, (_, value))| is_suppressed(value))
        .map(|(&index, &(row, _))| (row, index))
        .collect();
    suppressed.sort_unstable();
    Ok(Reading { table, cells, suppressed: suppressed.into_iter().map(|(_, index)| index).collect() })
}

impl Reading {
    /// The puzzle of all cells, as far as bounds alone solve it, and the suppressed cells in it.
    pub(super) fn puzzle(&self, path: &Path, attack: &Attack) -> Result<(Puzzle, Vec<usize>), InputError> {
        let is_leaf: Vec<bool> = (0..self.table.size()).map(|index| self.is_leaf(index)).collect();
        let has_leaves = self.cells.keys().any(|&index| is_leaf.get(index) == Some(&true));
        let absent = attack.absent.unwrap_or(if has_leaves { Absent::Zero } else { Absent::Unknown });
        let ceiling = self.ceiling(attack);
        let least = signed(attack.least());
        let bounds = (is_leaf.iter().enumerate()).map(|(index, &leaf)| match self.cells.get(&index) {
            Some((_, Value::Published(count))) => {
                let off = signed(attack.rounded.unwrap_or(0) / 2);
                ((signed(*count) - off).max(0), signed(*count) + off)
            }
            Some((_, Value::Suppressed(said))) => match said {
                Said::Between(lowest, highest) => (signed(*lowest), signed(*highest)),
                Said::AtMost(highest) => (least.min(signed(*highest)), signed(*highest)),
                Said::Nothing => {
                    let below = signed(attack.threshold.saturating_sub(1));
                    (least, if attack.only_unsafe { below.max(least) } else { ceiling })
                }
            },
            None if leaf && absent == Absent::Zero => (0, 0),
            None => (0, ceiling),
        });
        // A sum that is not in the file says nothing unless it is a part of another one.
        let free: Vec<bool> = (is_leaf.iter().enumerate())
            .map(|(index, leaf)| !leaf && !self.cells.contains_key(&index))
            .collect();
        let mut puzzle = Puzzle::new(bounds.collect(), self.table.equations(), &free);
        puzzle.tighten().map_err(|Broken(sum)| self.contradiction(path, &puzzle, sum))?;
        Ok((puzzle, self.suppressed.clone()))
    }

    /// What was found, cell by cell.
    pub(super) fn attacked(&self, attack: &Attack, intervals: &BTreeMap<usize, Interval>) -> Attacked {
        let largest = self.largest(attack);
        let cell = |&index: &usize| {
            let interval = intervals.get(&index)?;
            let wanted = Wanting::of(attack);
            let (lowest, highest) = interval.shown(wanted);
            let (row, _) = self.cells.get(&index)?;
            Some(AttackedCell {
                row: *row,
                codes: self.table.codes(index),
                lowest: lowest.unsigned_abs(),
                highest: Some(highest.unsigned_abs()).filter(|_| highest <= largest),
                is_exact: interval.is_exact(),
                verdict: interval.verdict(wanted),
            })
        };
        let cells: Vec<AttackedCell> = self.suppressed.iter().filter_map(cell).collect();
        Attacked {
            dimensions: self.table.dimensions().iter().map(|side| side.name().to_owned()).collect(),
            width: attack.width,
            threshold: attack.threshold,
            least: attack.least(),
            published: self.cells.len() - self.suppressed.len(),
            cells,
        }
    }

    /// No count that something limits is larger: all that is said of counts, added up.
    fn largest(&self, attack: &Attack) -> i64 {
        let said = self.cells.values().map(|(_, value)| match value {
            Value::Published(count) => signed(*count),
            Value::Suppressed(Said::AtMost(most) | Said::Between(_, most)) => signed(*most),
            Value::Suppressed(Said::Nothing) => 0,
        });
        let each = [attack.threshold, attack.least(), attack.rounded.unwrap_or(0), 1].into_iter().max();
        let each = signed(each.unwrap_or(1).min(LARGEST));
        said.sum::<i64>() + each * i64::try_from(self.table.size()).unwrap_or(i64::MAX)
    }

    /// Where a cell without a limit stops: so far above all others that it limits none of them.
    fn ceiling(&self, attack: &Attack) -> i64 {
        2 * self.largest(attack) + signed(attack.width.min(LARGEST))
    }

    fn is_leaf(&self, index: usize) -> bool {
        let at = self.table.coordinates(index);
        at.iter().zip(self.table.dimensions()).all(|(&node, side)| side.is_leaf(node))
    }

    /// Names the rows of a sum that cannot be, the total first.
    fn contradiction(&self, path: &Path, puzzle: &Puzzle, sum: usize) -> InputError {
        let terms = puzzle.sums.get(sum).map_or(&[][..], |sum| sum.terms.as_slice());
        let rows = terms.iter().filter_map(|(index, _)| self.cells.get(index).map(|(row, _)| *row));
        InputError::Contradiction { path: path.to_owned(), rows: rows.take(ROWS_NAMED).collect() }
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
