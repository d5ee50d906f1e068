//! Where in an export something stands.

use inlav_core::text::printable;
use serde::Serialize;

/// A file of a bundle, or a sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    pub(in crate::source) file: String,
    pub(in crate::source) sheet: Option<String>,
}

impl Place {
    /// The file's name.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The sheet's name, in a workbook.
    #[must_use]
    pub fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = printable(&self.file);
        match &self.sheet {
            Some(sheet) => write!(f, "sheet {} of {file}", printable(sheet)),
            None => write!(f, "file {file}"),
        }
    }
}
