//! The folder that is handed out.

use std::path::Path;

use inlav_core::whole::{self, Access, Existing, Mark, WholeDirectory, WholeError};
use sha2::{Digest as _, Sha256};

use super::{Protected, STATUS, TABLE_ID, VALUE};
use crate::hierarchy;
use crate::{Dimension, Publication, Published, WrittenTable};

/// The table, and what an older folder is known by.
const TABLE: &str = "table.csv";
const README: &str = "README.txt";
/// The proofs, for the checker: with true counts, not for publication.
const CERTIFICATE: &str = "audit.json";
/// The hierarchies, without which nobody knows what adds up.
const HIERARCHY: &str = "hierarchy.csv";

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

/// The hierarchies of the dimensions that are not flat, as they are read.
pub(super) fn hierarchy_csv(publication: &Publication) -> Option<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory does not fail.
    let _ = writer.write_record(hierarchy::COLUMNS);
    let sides = publication.tables.iter().flat_map(|table| &table.dimensions);
    let is_deep = |side: &&Dimension| side.nodes().iter().any(|node| node.parent.is_some_and(|at| at > 0));
    let mut any = false;
    for side in sides.filter(is_deep) {
        any = true;
        // Missing values stand below the total without being named.
        for node in side.nodes().iter().skip(1).filter(|node| !node.code.is_empty()) {
            let above = node.parent.filter(|&at| at > 0).and_then(|at| side.nodes().get(at));
            let above = above.map_or("", |node| node.code.as_str());
            let _ = writer.write_record([side.name(), node.code.as_str(), above]);
        }
    }
    let text = writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.filter(|_| any)
}

/// The certificate that goes with [`table_csv`].
pub(super) fn certificate(publication: &Publication) -> String {
    let sha256: String =
        Sha256::digest(table_csv(publication)).iter().map(|byte| format!("{byte:02x}")).collect();
    let file = WrittenTable { table: TABLE_ID, file: TABLE, column: VALUE, sha256: &sha256 };
    // There is one table, and this is its file.
    publication.certificate(&[file]).unwrap_or_default()
}

/// Writes the folder, whole or not at all.
pub(super) fn write(protected: &Protected, folder: &Path, existing: Existing) -> Result<(), WholeError> {
    if existing == Existing::Replace {
        whole::require_own(folder, Mark::Holds(TABLE))?;
    }
    let directory = WholeDirectory::create(folder, existing)?;
    let files = [(TABLE, protected.table_csv()), (README, protected.readme())];
    let hierarchy = hierarchy_csv(&protected.released).map(|text| (HIERARCHY, text));
    for (name, text) in files.into_iter().chain(hierarchy) {
        whole::write(&directory.path().join(name), text.as_bytes(), Access::Shared, Existing::Refuse)?;
    }
    let certificate = protected.certificate();
    whole::write(
        &directory.path().join(CERTIFICATE),
        certificate.as_bytes(),
        Access::Private,
        Existing::Refuse,
    )?;
    directory.finish()
}
