//! What stands in the place of a count.

use crate::source::whole_number;

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// A count.
    Published(u64),
    /// No count; what the mark says about it.
    Suppressed(Said),
}

/// What a mark says about the count behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// At most so much.
    AtMost(u64),
    /// Between these, both possible.
    Between(u64, u64),
}

/// Marks that say nothing. A dash is none of them: to some it is a zero.
const MARKS: [&str; 15] =
    ["", "*", "**", "x", "c", "s", "..", "...", "…", ":", "[redacted]", "redacted", "na", "nan", "n/a"];

/// Words of a status column for cells that are published: ours, and what sdcTable writes.
const PUBLISHED: [&str; 8] = ["published", "pubblicata", "s", "z", "safe", "open", "false", "0"];
/// And for cells that are not.
const SUPPRESSED: [&str; 11] =
    ["suppressed", "soppressa", "u", "x", "m", "w", "unsafe", "primary", "secondary", "true", "1"];

/// Reads the cell of a value; `None` if it is neither a count nor a mark.
pub(super) fn value(cell: &str, marks: &[String]) -> Option<Value> {
    if let Some(count) = whole_number(cell) {
        return Some(Value::Published(count));
    }
    said(cell, marks).map(Value::Suppressed)
}

/// What the mark of a suppressed cell says. Tools that only flag cells leave the count there, which
/// the reader of the table does not see: it says nothing.
pub(super) fn flagged(cell: &str, marks: &[String]) -> Said {
    said(cell, marks).unwrap_or(Said::Nothing)
}

/// Whether a word of the status column says that a cell is suppressed.
pub(super) fn is_suppressed(word: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    if is(&PUBLISHED) { Some(false) } else { is(&SUPPRESSED).then_some(true) }
}

fn said(cell: &str, marks: &[String]) -> Option<Said> {
    if marks.iter().any(|mark| mark == cell) || MARKS.iter().any(|mark| cell.eq_ignore_ascii_case(mark)) {
        return Some(Said::Nothing);
    }
    let number = |text: &str| whole_number(text.trim());
    if let Some(most) = cell.strip_prefix("<=").or_else(|| cell.strip_prefix('≤')) {
        return number(most).map(Said::AtMost);
    }
    if let Some(above) = cell.strip_prefix('<') {
        return number(above)?.checked_sub(1).map(Said::AtMost);
    }
    let ends = ["..", "-", "–"].iter().find_map(|between| cell.split_once(between))?;
    let (lowest, highest) = (number(ends.0)?, number(ends.1)?);
    (lowest <= highest).then_some(Said::Between(lowest, highest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_say_what_they_say() {
        let read = |cell: &str| value(cell, &["§".to_owned()]);
        assert_eq!(read("12"), Some(Value::Published(12)));
        for mark in ["", "*", "X", "x", "C", "..", "[REDACTED]", "NA", "§"] {
            assert_eq!(read(mark), Some(Value::Suppressed(Said::Nothing)), "{mark}");
        }
        for mark in ["<10", "< 10", "<=9", "≤ 9"] {
            assert_eq!(read(mark), Some(Value::Suppressed(Said::AtMost(9))), "{mark}");
        }
        for mark in ["1-9", "1–9", "1..9", "1 - 9"] {
            assert_eq!(read(mark), Some(Value::Suppressed(Said::Between(1, 9))), "{mark}");
        }
        for other in ["-", "-4", "4.5", "<0", "9-1", "<", "a", "1.000", ">5"] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(flagged("7", &[]), Said::Nothing);
        assert_eq!(flagged("<5", &[]), Said::AtMost(4));
        assert_eq!(
            [is_suppressed("u"), is_suppressed("Published"), is_suppressed("?")],
            [Some(true), Some(false), None]
        );
    }
}
