//! Hierarchies of categories as people write them: a CSV file of codes and their parents, or
//! τ-Argus' indented lines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::source::{HierarchyFault, InputError, Source, Wanted, is_total};
use crate::{Dimension, Node, TOTAL, TableError};

/// The columns of a hierarchy in CSV.
pub(crate) const COLUMNS: [&str; 3] = ["dimension", "code", "parent"];

/// A file with hierarchies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HierarchyFile {
    /// The file: CSV with the columns `dimension`, `code` and `parent` (empty: directly below the
    /// total) for one dimension or several, or lines of codes, each with one `@` for every step
    /// that it stands below the top (the `.hrc` of τ-Argus).
    pub path: PathBuf,
    /// For which dimension; needed for `@` lines, which do not say. Of a CSV file the other
    /// dimensions are then left out.
    pub dimension: Option<String>,
}

/// The categories of one dimension: node 0 is the total, parents stand before their children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hierarchy {
    pub(crate) nodes: Vec<Node>,
}

/// Reads the hierarchies of some of the dimensions.
///
/// # Errors
///
/// [`InputError`]: of reading; [`InputError::Hierarchy`]; [`InputError::TwoHierarchies`].
pub(crate) fn read(
    files: &[HierarchyFile],
    dimensions: &[String],
) -> Result<BTreeMap<String, Hierarchy>, InputError> {
    let mut found = BTreeMap::new();
    for file in files {
        let rows = if is_indented(&file.path)? { indented(file)? } else { listed(file)? };
        for (dimension, rows) in rows {
            let first = rows.first().map_or(1, |row| row.number);
            let fault = |row, fault| InputError::Hierarchy { path: file.path.clone(), row, fault };
            if !dimensions.contains(&dimension) {
                return Err(fault(first, HierarchyFault::UnknownDimension));
            }
            let hierarchy = tree(&rows).map_err(|(row, problem)| fault(row, problem))?;
            if found.insert(dimension.clone(), hierarchy).is_some() {
                return Err(InputError::TwoHierarchies { dimension });
            }
        }
    }
    Ok(found)
}

impl Hierarchy {
    /// As the side of a table, with a category for missing values below the total if there are any.
    ///
    /// # Errors
    ///
    /// Never those of [`Dimension::tree`], unless this module is wrong.
    pub(crate) fn dimension(mut self, name: &str, with_missing: bool) -> Result<Dimension, TableError> {
        if with_missing && self.nodes.iter().all(|node| !node.code.is_empty()) {
            self.nodes.push(Node { code: String::new(), parent: Some(0) });
        }
        Dimension::tree(name, self.nodes)
    }
}

/// A code and what it is directly below.
struct Placed {
    number: u64,
    code: String,
    /// `None`: the total.
    parent: Option<String>,
}

type ByDimension = BTreeMap<String, Vec<Placed>>;

/// A CSV file of codes and parents.
fn listed(file: &HierarchyFile) -> Result<ByDimension, InputError> {
    let mut rows = ByDimension::new();
    let wanted = COLUMNS.map(|name| Wanted { name, is_number: false });
    Source::open(&file.path, &COLUMNS)?.read(&wanted, |row| {
        let [dimension, code, parent] = row.cells else { return Ok(()) };
        if file.dimension.as_ref().is_some_and(|only| only != dimension) {
            return Ok(());
        }
        let fault = |fault| InputError::Hierarchy { path: file.path.clone(), row: row.number, fault };
        let parent = Some(parent).filter(|parent| !parent.is_empty() && !is_total(parent)).cloned();
        if code.is_empty() {
            return Err(fault(HierarchyFault::NoCode));
        }
        if is_total(code) {
            // The total itself may be listed, at the top.
            return if parent.is_none() { Ok(()) } else { Err(fault(HierarchyFault::TotalBelow)) };
        }
        let of_dimension = rows.entry(dimension.clone()).or_default();
        of_dimension.push(Placed { number: row.number, code: code.clone(), parent });
        Ok(())
    })?;
    if rows.is_empty() {
        return Err(InputError::NoRows { path: file.path.clone() });
    }
    Ok(rows)
}

/// Whether a file is one of indented lines: some line begins with `@`.
fn is_indented(path: &Path) -> Result<bool, InputError> {
    let mut found = false;
    lines(path, |_, line| {
        found |= line.starts_with('@');
        Ok(())
    })?;
    Ok(found)
}

/// A file of lines, each behind one `@` for every step below the top.
fn indented(file: &HierarchyFile) -> Result<ByDimension, InputError> {
    let fault = |row, fault| InputError::Hierarchy { path: file.path.clone(), row, fault };
    let Some(dimension) = file.dimension.clone() else {
        return Err(fault(1, HierarchyFault::Unnamed));
    };
    let mut rows = Vec::new();
    let mut above: Vec<String> = Vec::new();
    lines(&file.path, |number, line| {
        let code = line.trim_start_matches('@');
        let depth = line.len() - code.len();
        let code = code.trim();
        if code.is_empty() || depth > above.len() {
            return Err(fault(number, HierarchyFault::Indent));
        }
        above.truncate(depth);
        // A file whose first line is the total has everything one step below it.
        let parent = above.last().filter(|parent| !is_total(parent)).cloned();
        if !is_total(code) {
            rows.push(Placed { number, code: code.to_owned(), parent });
        } else if depth > 0 {
            return Err(fault(number, HierarchyFault::TotalBelow));
        }
        above.push(code.to_owned());
        Ok(())
    })?;
    Ok(BTreeMap::from([(dimension, rows)]))
}

/// The lines of a text file that hold anything, from 1.
fn lines(path: &Path, mut each: impl FnMut(u64, &str) -> Result<(), InputError>) -> Result<(), InputError> {
    let text = crate::source::whole_text(path)?;
    for (number, line) in (1..).zip(text.lines()) {
        if !line.trim().is_empty() {
            each(number, line.trim())?;
        }
    }
    Ok(())
}

/// Codes and parents as one tree: depth first, siblings as they stand in the file.
fn tree(rows: &[Placed]) -> Result<Hierarchy, (u64, HierarchyFault)> {
    let mut codes = BTreeSet::new();
    for row in rows {
        if !codes.insert(row.code.as_str()) {
            return Err((row.number, HierarchyFault::TwoParents));
        }
    }
    let mut children: BTreeMap<Option<&str>, Vec<&Placed>> = BTreeMap::new();
    for row in rows {
        let parent = row.parent.as_deref();
        if parent.is_some_and(|parent| !codes.contains(parent)) {
            return Err((row.number, HierarchyFault::UnknownParent));
        }
        children.entry(parent).or_default().push(row);
    }
    let mut nodes = vec![Node { code: TOTAL.to_owned(), parent: None }];
    let mut placed = BTreeSet::new();
    let below = |parent: Option<&str>, at: usize| {
        let parts = children.get(&parent).into_iter().flatten();
        parts.rev().map(move |&part| (part, at)).collect::<Vec<_>>()
    };
    let mut waiting = below(None, 0);
    while let Some((row, parent)) = waiting.pop() {
        nodes.push(Node { code: row.code.clone(), parent: Some(parent) });
        placed.insert(row.code.as_str());
        waiting.extend(below(Some(&row.code), nodes.len() - 1));
    }
    match rows.iter().find(|row| !placed.contains(row.code.as_str())) {
        Some(row) => Err((row.number, HierarchyFault::Cycle)),
        None => Ok(Hierarchy { nodes }),
    }
}

#[cfg(test)]
mod tests;
