//! The files of a release, compared with its certificate.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::format::{Certificate, File, sha256};
use crate::rejection::{Place, Reason, Rejection};
use crate::shape::Shape;

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Rejection> {
    fs::read(path).map_err(|_| unreadable(path))
}

/// Checks every file that the certificate names, and that no other table lies beside them. Returns
/// what was not looked at: files that are no tables, and columns as `file: column`.
pub(crate) fn check_files(
    folder: &Path,
    certificate: &Certificate,
    shapes: &[Shape<'_>],
) -> Result<(Vec<String>, BTreeSet<String>), Rejection> {
    let mut there = BTreeMap::new();
    let mut columns = BTreeSet::new();
    list(folder, "", &mut there)?;
    for shape in shapes {
        let Some(file) = &shape.table.file else { continue };
        let place = || Place::File(file.name.clone());
        // A name that is not in the list, as one that leads out of the folder, is of no file in it.
        let content = there.get(&file.name).map(|path| read(path)).transpose()?.unwrap_or_default();
        Reason::OtherFile.unless(sha256(&content) == file.sha256, place)?;
        let others = check_table(file, &content, certificate, shape)?;
        columns.extend(others.iter().map(|column| format!("{}: {column}", file.name)));
    }
    let named: BTreeSet<&String> =
        shapes.iter().filter_map(|shape| Some(&shape.table.file.as_ref()?.name)).collect();
    there.retain(|name, _| !named.contains(name));
    for name in there.keys() {
        let table = name.to_lowercase().ends_with(".csv");
        Reason::NotCovered.unless(!table, || Place::File(name.clone()))?;
    }
    Ok((there.into_keys().collect(), columns))
}

/// Checks one released table cell by cell; returns the columns that say something else.
fn check_table(
    file: &File,
    content: &[u8],
    certificate: &Certificate,
    shape: &Shape<'_>,
) -> Result<Vec<String>, Rejection> {
    let columns = || Rejection { place: Place::File(file.name.clone()), reason: Reason::Columns };
    let mut reader = csv::Reader::from_reader(content);
    let headings = reader.headers().map_err(|_| columns())?.clone();
    let column = |name: &str| {
        let mut found = (0..headings.len()).filter(|at| headings.get(*at) == Some(name));
        found.next().filter(|_| found.next().is_none()).ok_or_else(columns)
    };
    let (value, status) = (column(&file.column)?, column("status")?);
    let mut sides: Vec<(usize, BTreeMap<&str, usize>)> = Vec::new();
    for dimension in &shape.table.dimensions {
        let codes = dimension.nodes.iter().map(|(code, _)| code.as_str()).zip(0..).collect();
        sides.push((column(&dimension.name)?, codes));
    }
    let mut missing: BTreeSet<usize> =
        (0..).zip(&shape.displayed).filter(|(_, displayed)| **displayed).map(|(cell, _)| cell).collect();
    for (row, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|_| columns())?;
        let text = |at: usize| record.get(at).unwrap_or_default();
        let nodes = sides.iter().map(|(at, codes)| codes.get(text(*at)).copied());
        let cell = nodes.collect::<Option<Vec<usize>>>().map(|nodes| shape.cell(&nodes));
        let cell = cell
            .filter(|cell| missing.remove(cell))
            .ok_or_else(|| Rejection { place: Place::Row(file.name.clone(), row), reason: Reason::Row })?;
        let quantity = shape.table.cells.get(cell).and_then(|&number| certificate.quantities.get(number));
        let holds = quantity.is_some_and(|quantity| match quantity.status.is_published() {
            true => {
                text(status) == "published"
                    && text(value) == certificate.policy.published(quantity).to_string()
            }
            false => text(status) == "suppressed" && text(value).is_empty(),
        });
        Reason::Released.unless(holds, || shape.place(cell))?;
    }
    Reason::Lacks.unless(missing.is_empty(), || Place::File(file.name.clone()))?;
    let read = |at: usize| at == value || at == status || sides.iter().any(|(side, _)| *side == at);
    Ok((0..).zip(&headings).filter(|(at, _)| !read(*at)).map(|(_, heading)| heading.to_owned()).collect())
}

/// The files in a folder and in the folders in it, by their path within.
fn list(folder: &Path, prefix: &str, found: &mut BTreeMap<String, PathBuf>) -> Result<(), Rejection> {
    for entry in fs::read_dir(folder).map_err(|_| unreadable(folder))? {
        let entry = entry.map_err(|_| unreadable(folder))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(|_| unreadable(folder))?.is_dir() {
            list(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.insert(name, entry.path());
        }
    }
    Ok(())
}

fn unreadable(path: &Path) -> Rejection {
    Rejection { place: Place::File(path.display().to_string()), reason: Reason::Unreadable }
}
