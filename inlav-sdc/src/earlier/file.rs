//! An earlier release as a ledger writes it down.
//!
//! Counts are not written but their units, from which they are tallied again: a file whose counts
//! and units disagree cannot exist. 64-bit numbers are hexadecimal, JSON has none.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Earlier, EarlierTable};
use crate::{CountTable, Dimension, Node, ReleasePolicy, Row, TableError, WithoutPersons};

/// An earlier release cannot be read. Names tables, never a value.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EarlierError {
    /// The units do not make the table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Numbers or marks that are none, or not as many as the table has cells.
    #[error("table {table}: its units or marks cannot be read")]
    Malformed {
        /// The table.
        table: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EarlierFile {
    name: String,
    policy: ReleasePolicy,
    tables: Vec<TableFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    id: String,
    unit_kind: String,
    without_persons: bool,
    dimensions: Vec<DimensionFile>,
    /// For each cell `P` published, `W` displayed and withheld, `-` not displayed.
    cells: String,
    units: Vec<UnitsFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DimensionFile {
    name: String,
    insiders: bool,
    nodes: Vec<NodeFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeFile {
    code: String,
    parent: Option<usize>,
}

/// The units of one leaf cell: 16 digits each, without anything in between.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitsFile {
    leaf: usize,
    units: String,
    /// Whose they are, in the same order; absent when each unit is a person.
    persons: Option<String>,
}

impl From<Earlier> for EarlierFile {
    fn from(earlier: Earlier) -> Self {
        let Earlier { name, policy, tables } = earlier;
        Self { name, policy, tables: tables.iter().map(TableFile::of).collect() }
    }
}

impl TryFrom<EarlierFile> for Earlier {
    type Error = EarlierError;

    fn try_from(file: EarlierFile) -> Result<Self, EarlierError> {
        let tables = file.tables.into_iter().map(TableFile::tally).collect::<Result<_, _>>()?;
        Ok(Self { name: file.name, policy: file.policy, tables })
    }
}

impl TableFile {
    fn of(table: &EarlierTable) -> Self {
        let counts = &table.counts;
        let mut units = counts.units().to_vec();
        units.sort_unstable_by_key(|unit| (unit.leaf, unit.unit));
        let units = (units.chunk_by(|left, right| left.leaf == right.leaf))
            .filter_map(|cell| {
                let leaf = cell.first()?.leaf;
                let persons = cell.iter().any(|unit| unit.unit != unit.person);
                Some(UnitsFile {
                    leaf,
                    units: cell.iter().map(|unit| format!("{:016x}", unit.unit)).collect(),
                    persons: persons
                        .then(|| cell.iter().map(|unit| format!("{:016x}", unit.person)).collect()),
                })
            })
            .collect();
        let mark = |(cell, published): (&crate::table::CountCell, &bool)| match (cell.shown, published) {
            (true, true) => 'P',
            (true, false) => 'W',
            (false, _) => '-',
        };
        Self {
            id: counts.id().to_owned(),
            unit_kind: counts.unit_kind().to_owned(),
            without_persons: counts.without_persons(),
            dimensions: counts.dimensions().iter().map(DimensionFile::of).collect(),
            cells: counts.cells().iter().zip(&table.published).map(mark).collect(),
            units,
        }
    }

    fn tally(self) -> Result<EarlierTable, EarlierError> {
        let malformed = || EarlierError::Malformed { table: self.id.clone() };
        let dimensions =
            self.dimensions.iter().map(DimensionFile::dimension).collect::<Result<Vec<_>, _>>()?;
        let marks = self.cells.as_bytes();
        if !marks.iter().all(|mark| b"PW-".contains(mark)) {
            return Err(malformed());
        }
        let sizes: Vec<usize> = dimensions.iter().map(|dimension| dimension.nodes().len()).collect();
        let size = sizes.iter().try_fold(1_usize, |all, &one| all.checked_mul(one));
        if size != Some(marks.len()) {
            return Err(malformed());
        }
        let index = |at: &[usize]| at.iter().zip(&sizes).fold(0, |index, (at, size)| index * size + at);
        let shown = |at: &[usize]| marks.get(index(at)).is_some_and(|mark| *mark != b'-');
        let mut rows = Vec::new();
        for cell in &self.units {
            let units = numbers(&cell.units).ok_or_else(malformed)?;
            let persons = match &cell.persons {
                None => units.clone(),
                Some(persons) => numbers(persons).ok_or_else(malformed)?,
            };
            if units.len() != persons.len() || cell.leaf >= marks.len() {
                return Err(malformed());
            }
            let leaves = coordinates(cell.leaf, &sizes);
            let placed = units.into_iter().zip(persons);
            rows.extend(placed.map(|(unit, person)| Row { unit, person, leaves: leaves.clone() }));
        }
        let published = marks.iter().map(|mark| *mark == b'P').collect();
        let (id, kind) = (self.id.clone(), &self.unit_kind);
        let counts = if self.without_persons {
            let proof = WithoutPersons::asserted();
            CountTable::tally_without_persons(id, kind, dimensions, rows, shown, &proof)
        } else {
            CountTable::tally(id, kind, dimensions, rows, shown)
        }?;
        Ok(EarlierTable { counts, published })
    }
}

impl DimensionFile {
    fn of(dimension: &Dimension) -> Self {
        let node = |node: &Node| NodeFile { code: node.code.clone(), parent: node.parent };
        Self {
            name: dimension.name().to_owned(),
            insiders: dimension.insiders(),
            nodes: dimension.nodes().iter().map(node).collect(),
        }
    }

    fn dimension(&self) -> Result<Dimension, TableError> {
        let nodes = self.nodes.iter().map(|node| Node { code: node.code.clone(), parent: node.parent });
        let dimension = Dimension::tree(self.name.clone(), nodes.collect())?;
        Ok(if self.insiders { dimension.with_insiders() } else { dimension })
    }
}

/// The numbers in a text of 16 lower-case digits each.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    if !text.len().is_multiple_of(16) || !text.as_bytes().iter().all(is_digit) {
        return None;
    }
    let one = |digits: &[u8]| u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    text.as_bytes().chunks_exact(16).map(one).collect()
}

/// One node for each dimension, the last running fastest.
fn coordinates(mut cell: usize, sizes: &[usize]) -> Vec<usize> {
    let mut coordinates = vec![0; sizes.len()];
    for (at, size) in coordinates.iter_mut().zip(sizes).rev() {
        *at = cell % size;
        cell /= size;
    }
    coordinates
}
