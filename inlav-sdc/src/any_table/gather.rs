//! From rows to combinations of categories with their units and persons, in one pass.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{Group, ProtectError, Request, STATUS, VALUE};
use crate::categories::{Categories, Place};
use crate::hierarchy;
use crate::source::{InputError, Row, Source, Wanted, whole_number};
use crate::{CountTable, Dimension};

/// Pairs of a person and a combination that are held before they are looked through for repeats.
const PAIRS: usize = 1 << 20;
/// Rows that an error names at most.
const ROWS_NAMED: usize = 5;

/// A file, gathered.
pub(super) struct Gathered {
    pub(super) dimensions: Vec<Dimension>,
    pub(super) groups: Vec<Group>,
    /// Pairs of a person and a group, where persons are told apart.
    pub(super) persons: Option<Vec<(u64, u64)>>,
    pub(super) margins: Margins,
}

/// The margins that a frequency table has of its own: coordinates, units and row.
pub(super) struct Margins(Vec<(Vec<usize>, u64, u64)>);

impl Margins {
    /// Rows that are not the sum of their parts; some of them, if many.
    pub(super) fn not_adding_up(&self, table: &CountTable) -> Vec<u64> {
        let differs = |(at, units, _): &&(Vec<usize>, u64, u64)| {
            let cell = table.index(at).and_then(|index| table.cells().get(index));
            cell.is_none_or(|cell| cell.count != *units)
        };
        let mut rows: Vec<u64> = self.0.iter().filter(differs).map(|(_, _, row)| *row).collect();
        rows.sort_unstable();
        rows.truncate(ROWS_NAMED);
        rows
    }
}

/// Reads a file to its end.
pub(super) fn gather(path: &Path, request: &Request) -> Result<Gathered, ProtectError> {
    let columns = columns(request)?;
    let mut hierarchies = hierarchy::read(&request.hierarchies, &request.by)?;
    let sides = request.by.iter().map(|name| {
        Categories::new(
            name,
            hierarchies.remove(name),
            if request.weight.is_some() { &request.totals } else { &[] },
        )
    });
    let mut gathering = Gathering {
        path,
        request,
        sides: sides.collect(),
        units: BTreeMap::new(),
        margins: BTreeMap::new(),
        pairs: Pairs::default(),
        key: Vec::new(),
    };
    let needed: Vec<&str> = columns.iter().map(|column| column.name).collect();
    Source::open(path, &needed)?.read(&columns, |row| gathering.take(&row))?;
    if gathering.units.is_empty() {
        return Err(InputError::NoRows { path: path.to_owned() }.into());
    }
    gathering.finish()
}

/// The columns of a request, dimensions first, weight before person.
fn columns(request: &Request) -> Result<Vec<Wanted<'_>>, InputError> {
    let by = request.by.iter().map(|name| Wanted { name, is_number: false });
    let weight = request.weight.iter().map(|name| Wanted { name, is_number: true });
    let person = request.person.iter().map(|name| Wanted { name, is_number: false });
    let columns: Vec<Wanted<'_>> = by.chain(weight).chain(person).collect();
    let mut names = BTreeSet::new();
    let twice = columns.iter().find(|column| !names.insert(column.name));
    let kept = request.by.iter().find(|name| *name == VALUE || *name == STATUS);
    if let Some(column) = twice.map(|column| column.name).or(kept.map(String::as_str)) {
        return Err(InputError::SameColumn { column: column.to_owned() });
    }
    if request.by.is_empty() {
        return Err(InputError::NoDimension);
    }
    match &request.insiders {
        Some(insiders) if !request.by.contains(insiders) => {
            Err(InputError::UnknownInsiders { dimension: insiders.clone() })
        }
        Some(_) if !request.policy.insiders() => Err(InputError::NoInsiders),
        _ => Ok(columns),
    }
}

struct Gathering<'a> {
    path: &'a Path,
    request: &'a Request,
    sides: Vec<Categories>,
    /// For each combination of leaves, by their numbers, its own number and its units.
    units: BTreeMap<Vec<u32>, (u32, u64)>,
    /// For each combination with a margin in it its units and the row that says so.
    margins: BTreeMap<Vec<u32>, (u64, u64)>,
    pairs: Pairs,
    /// The combination of the row at hand.
    key: Vec<u32>,
}

impl Gathering<'_> {
    fn take(&mut self, row: &Row<'_>) -> Result<(), InputError> {
        let at = |column: &str| (self.path.to_owned(), column.to_owned(), row.number);
        let mut cells = row.cells.iter();
        let mut is_margin = false;
        self.key.clear();
        for (side, cell) in self.sides.iter_mut().zip(&mut cells) {
            let Some((number, place)) = side.of(cell) else {
                let (path, column, row) = at(side.name());
                return Err(InputError::NotInHierarchy { path, column, row });
            };
            if place != Place::Leaf && self.request.weight.is_none() {
                let (path, column, row) = at(side.name());
                return Err(match place {
                    Place::Inner => InputError::InnerNode { path, column, row },
                    _ => InputError::TotalInMicrodata { path, column, row },
                });
            }
            is_margin |= place != Place::Leaf;
            self.key.push(number);
        }
        let units = match &self.request.weight {
            None => 1,
            Some(column) => cells.next().and_then(|cell| whole_number(cell)).ok_or_else(|| {
                let (path, column, row) = at(column);
                InputError::Number { path, column, row }
            })?,
        };
        if is_margin {
            return self.margin(units, row.number);
        }
        let combination = self.add(units, row.number)?;
        if let (Some(column), Some(person)) = (&self.request.person, cells.next())
            && units > 0
        {
            if person.is_empty() {
                let (path, column, row) = at(column);
                return Err(InputError::NoPerson { path, column, row });
            }
            self.pairs.add(person, combination);
        }
        Ok(())
    }

    /// Adds units to the combination of the row at hand; its number.
    fn add(&mut self, units: u64, row: u64) -> Result<u32, InputError> {
        let too_many = || InputError::Number {
            path: self.path.to_owned(),
            column: self.request.weight.clone().unwrap_or_default(),
            row,
        };
        if let Some((number, sum)) = self.units.get_mut(self.key.as_slice()) {
            *sum = sum.checked_add(units).ok_or_else(too_many)?;
            return Ok(*number);
        }
        let number = u32::try_from(self.units.len()).map_err(|_| too_many())?;
        self.units.insert(self.key.clone(), (number, units));
        Ok(number)
    }

    /// Keeps a margin; one that is there already must say the same.
    fn margin(&mut self, units: u64, row: u64) -> Result<(), InputError> {
        match self.margins.get(self.key.as_slice()) {
            Some(&(same, _)) if same == units => Ok(()),
            Some(&(_, first)) => Err(InputError::Margins {
                path: self.path.to_owned(),
                columns: self.request.by.clone(),
                rows: vec![first, row],
            }),
            None => {
                self.margins.insert(self.key.clone(), (units, row));
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<Gathered, ProtectError> {
        let mut dimensions = Vec::with_capacity(self.sides.len());
        let mut nodes = Vec::with_capacity(self.sides.len());
        for (side, name) in self.sides.into_iter().zip(&self.request.by) {
            let (dimension, node_of) = side.dimension()?;
            let insiders = self.request.insiders.as_ref() == Some(name);
            dimensions.push(if insiders { dimension.with_insiders() } else { dimension });
            nodes.push(node_of);
        }
        let coordinates = |key: &[u32]| -> Vec<usize> {
            let node = |(number, nodes): (&u32, &Vec<usize>)| {
                usize::try_from(*number).ok().and_then(|number| nodes.get(number).copied())
            };
            key.iter().zip(&nodes).filter_map(node).collect()
        };
        let groups = (self.units.iter())
            .map(|(key, &(number, units))| Group {
                number: u64::from(number),
                units,
                leaves: coordinates(key),
            })
            .collect();
        let margins = (self.margins.iter()).map(|(key, &(units, row))| (coordinates(key), units, row));
        let persons = self.request.person.is_some().then(|| self.pairs.numbered());
        Ok(Gathered { dimensions, groups, persons, margins: Margins(margins.collect()) })
    }
}

/// Which person has units in which combination. Of a person only a digest is held.
#[derive(Default)]
struct Pairs {
    pairs: Vec<(u128, u32)>,
    /// How many were distinct when last looked.
    distinct: usize,
}

impl Pairs {
    fn add(&mut self, person: &str, combination: u32) {
        let digest = Sha256::digest(person.as_bytes());
        let digest = digest.iter().take(16).fold(0, |sum, &byte| sum << 8 | u128::from(byte));
        self.pairs.push((digest, combination));
        if self.pairs.len() >= PAIRS.max(2 * self.distinct) {
            self.distinguish();
        }
    }

    fn distinguish(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.distinct = self.pairs.len();
    }

    /// The pairs, persons by number.
    fn numbered(mut self) -> Vec<(u64, u64)> {
        self.distinguish();
        let of_persons = self.pairs.chunk_by(|left, right| left.0 == right.0);
        (0..)
            .zip(of_persons)
            .flat_map(|(person, pairs)| {
                pairs.iter().map(move |&(_, combination)| (person, u64::from(combination)))
            })
            .collect()
    }
}
