//! A row of a file or sheet before its cells have a meaning.

use memchr::memchr_iter;

use super::problem::Problem;

/// A row: its texts in one buffer, used again for the next row. Not `Debug`: it holds cells.
#[derive(Clone, Default)]
pub(super) struct Row {
    number: u64,
    text: String,
    /// Where in the buffer each cell begins and ends. What stands between them belongs to none.
    cells: Vec<(usize, usize)>,
    faults: Vec<(usize, CellFault)>,
    cut: bool,
    joined: bool,
    cells_in_lines: usize,
}

/// Why a cell of a workbook has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellFault {
    /// It holds an error such as a division by zero.
    Error,
    /// Its formula was never calculated.
    NotCalculated,
}

/// A sequence of rows.
pub(super) trait Rows {
    /// Reads the next row that is not blank into `row`; false at the end.
    ///
    /// # Errors
    /// [`Problem`]; after one [of one row](Problem::is_of_one_row) reading can go on.
    fn next_row(&mut self, row: &mut Row) -> Result<bool, Problem>;
}

impl Row {
    /// Empties the row and gives it its number in the file, counted from 1.
    pub(super) fn begin(&mut self, number: u64) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
        self.faults.clear();
        self.cut = false;
        self.joined = false;
        self.cells_in_lines = 0;
    }

    /// Notes that a cell of several lines looks like rows of so many cells.
    pub(super) fn looks_like_rows_of(&mut self, cells: usize) {
        self.cells_in_lines = self.cells_in_lines.max(cells);
    }

    /// How many cells the rows have that a cell of several lines looks like; 0 if none does.
    pub(super) const fn cells_in_lines(&self) -> usize {
        self.cells_in_lines
    }

    /// Notes that the file ends in this row, without an end of line.
    pub(super) const fn end_with_file(&mut self) {
        self.cut = true;
    }

    /// Whether the file ends in this row: what is missing may have been cut off.
    pub(super) const fn is_cut(&self) -> bool {
        self.cut
    }

    /// Adds a cell.
    pub(super) fn push(&mut self, cell: &str) {
        let start = self.text.len();
        self.text.push_str(cell);
        self.cells.push((start, self.text.len()));
    }

    /// Adds the cells of a line, all that stands between the delimiters.
    pub(super) fn push_line(&mut self, line: &str, delimiter: u8) {
        let mut start = self.text.len();
        let ends = memchr_iter(delimiter, line.as_bytes()).chain([line.len()]).map(|at| self.text.len() + at);
        for end in ends {
            self.cells.push((start, end));
            start = end + 1;
        }
        self.text.push_str(line);
    }

    /// Adds blank cells until there are `length`.
    pub(super) fn pad(&mut self, length: usize) {
        let end = self.text.len();
        self.cells.resize(self.cells.len().max(length), (end, end));
    }

    /// Marks the last cell as one without a value.
    pub(super) fn mark(&mut self, fault: CellFault) {
        if let Some(last) = self.cells.len().checked_sub(1) {
            self.faults.push((last, fault));
        }
    }

    /// Its number in the file, from 1.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Number of cells.
    pub(super) const fn len(&self) -> usize {
        self.cells.len()
    }

    /// Bytes of text in all cells, and of what stands between them.
    pub(super) const fn text_length(&self) -> usize {
        self.text.len()
    }

    /// The text of a cell; empty if there is none.
    pub(super) fn cell(&self, index: usize) -> &str {
        self.cells.get(index).and_then(|(start, end)| self.text.get(*start..*end)).unwrap_or("")
    }

    /// The texts of all cells.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.cell(index))
    }

    /// This row with what stands above its blank cells, if the other row is right above it.
    pub(super) fn below(&self, upper: &Self) -> Option<Self> {
        if self.number != upper.number + 1 {
            return None;
        }
        let mut joined = Self { number: self.number, joined: true, ..Self::default() };
        for index in 0..self.len().max(upper.len()) {
            let cell = self.cell(index);
            joined.push(if cell.trim().is_empty() { upper.cell(index) } else { cell });
        }
        Some(joined)
    }

    /// Whether it is two rows in one.
    pub(super) const fn is_joined(&self) -> bool {
        self.joined
    }

    /// Whether some cell should have a value and has none.
    pub(super) const fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Why the cell has no value, if it should have one.
    pub(super) fn fault(&self, index: usize) -> Option<CellFault> {
        self.faults.iter().find(|(at, _)| *at == index).map(|(_, fault)| *fault)
    }

    /// Whether no cell has a text. The mark that old programs put at the end of a file is none.
    pub(super) fn is_blank(&self) -> bool {
        let is_blank = |cell: &str| cell.chars().all(|c| c.is_whitespace() || c == '\u{1a}');
        self.faults.is_empty() && self.cells().all(is_blank)
    }
}
