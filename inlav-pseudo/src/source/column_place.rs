//! Where in a file or sheet a column stands, as its reader finds it there.

use serde::Serialize;

/// A column's place below its heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnPlace {
    /// Its position in the file or sheet, from 1.
    pub position: usize,
    /// The letters that a workbook shows above it; none in a text file.
    pub letter: Option<String>,
    /// Its heading as the export has it, if that reads like a heading and not like somebody's
    /// data.
    pub heading: Option<String>,
}

impl ColumnPlace {
    /// The place of the column at `index`, from 0.
    pub(super) fn new(index: usize, in_sheet: bool, heading: Option<&str>) -> Self {
        let letter = in_sheet.then(|| letters(index));
        Self { position: index + 1, letter, heading: heading.map(str::to_owned) }
    }
}

/// The letters of a workbook's column: A to Z, AA to ZZ, AAA and so on.
fn letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_a_workbook() {
        for (index, expected) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (701, "ZZ"),
            (702, "AAA"),
            (16_383, "XFD"),
        ] {
            assert_eq!(letters(index), expected);
        }
    }
}
