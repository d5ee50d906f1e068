//! The folder that is handed out.

use std::path::Path;

use inlav_core::whole::{self, Access, Existing, Mark, WholeDirectory, WholeError};

use super::{Protected, STATUS, VALUE};
use crate::{Publication, Published};

/// The table, and what an older folder is known by.
const TABLE: &str = "table.csv";
const README: &str = "README.txt";

/// A row for every cell.
pub(super) fn table_csv(publication: &Publication) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for table in &publication.tables {
        let names = table.dimensions.iter().map(|dimension| dimension.name());
        // Writing into memory does not fail.
        let _ = writer.write_record(names.chain([VALUE, STATUS]));
        for cell in &table.cells {
            let codes = (cell.coordinates.iter().zip(&table.dimensions))
                .map(|(&at, dimension)| dimension.nodes().get(at).map_or("", |node| node.code.as_str()));
            let (value, status) = match cell.value {
                Published::Shown(count) => (count.to_string(), "published"),
                Published::Suppressed => (String::new(), "suppressed"),
            };
            let _ = writer.write_record(codes.chain([value.as_str(), status]));
        }
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Writes the folder, whole or not at all.
pub(super) fn write(protected: &Protected, folder: &Path, existing: Existing) -> Result<(), WholeError> {
    if existing == Existing::Replace {
        whole::require_own(folder, Mark::Holds(TABLE))?;
    }
    let directory = WholeDirectory::create(folder, existing)?;
    let files = [(TABLE, protected.table_csv()), (README, protected.readme())];
    for (name, text) in files {
        whole::write(&directory.path().join(name), text.as_bytes(), Access::Shared, Existing::Refuse)?;
    }
    directory.finish()
}
