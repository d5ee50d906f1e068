//! What lies in a folder: the files that hold tables, and what should be one of them and is none.
//!
//! Nothing that has a table's name is passed over in silence: a table that nobody has to keep would
//! be absent for no reason that anybody sees.

use std::collections::BTreeSet;
use std::path::Path;

use inlav_core::registry::Table;

use super::opening::{has_ending, is_table_file, table_named, tables_said_at};
use super::problem::{Place, Problem};
use super::workbook::ENDINGS;
use crate::mapping::Mapping;

/// The files of a folder that the mapping does not ignore.
pub(super) struct Folder {
    /// Names of the files that can hold tables, in order.
    pub(super) files: Vec<String>,
    /// What is wrong with other files.
    pub(super) problems: Vec<Problem>,
}

impl Folder {
    /// Looks at what lies in a folder.
    ///
    /// # Errors
    /// [`Problem::Io`].
    pub(super) fn of(path: &Path, mapping: &Mapping) -> Result<Self, Problem> {
        let io = |source| Problem::Io { path: path.to_owned(), source };
        let mut names = BTreeSet::new();
        for entry in std::fs::read_dir(path).map_err(io)? {
            names.insert(entry.map_err(io)?.file_name());
        }
        let mut folder = Self { files: Vec::new(), problems: Vec::new() };
        let mut others = Vec::new();
        for name in names {
            let at = path.join(&name);
            let file = name.to_string_lossy().into_owned();
            if is_passed_over(&file) || mapping.ignores_file(&file) {
                continue;
            }
            let is_workbook = has_ending(&at, &ENDINGS);
            match (is_workbook || is_table_file(&at), at.is_file()) {
                (true, false) => folder.problems.push(Problem::NoFile { file }),
                (true, true) if is_workbook => folder.problems.push(Problem::WorkbookInFolder { file }),
                (true, true) => folder.files.push(file),
                (false, _) if !at.is_dir() => others.push(file),
                (false, _) => {}
            }
        }
        let held: Vec<&Table> = folder.files.iter().flat_map(|file| held(file, mapping)).collect();
        for file in others {
            // The same table's .bak or .pdf beside it is nobody's loss.
            let table = table_named(file.split('.').next().unwrap_or(""));
            if let Some(table) = table.filter(|table| held.iter().all(|other| other.name != table.name)) {
                folder.problems.push(Problem::UnknownEnding { file, table });
            }
        }
        Ok(folder)
    }
}

/// Whether a path is a folder or a file that can be read to its end: a pipe would be waited for.
///
/// # Errors
/// [`Problem::Io`], [`Problem::NoFile`].
pub(super) fn require_regular(path: &Path) -> Result<(), Problem> {
    let kind = path.metadata().map_err(|source| Problem::Io { path: path.to_owned(), source })?;
    if kind.is_file() || kind.is_dir() {
        return Ok(());
    }
    Err(Problem::NoFile { file: path.file_name().unwrap_or_default().to_string_lossy().into_owned() })
}

/// Whether a file is hidden, or what Excel leaves beside a workbook that is open.
fn is_passed_over(file: &str) -> bool {
    file.starts_with('.') || file.starts_with("~$")
}

fn held(file: &str, mapping: &Mapping) -> Vec<&'static Table> {
    tables_said_at(&Place { file: file.to_owned(), sheet: None }, mapping)
}
