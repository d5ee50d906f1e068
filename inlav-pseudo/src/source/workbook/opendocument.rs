//! What calamine does not tell of an .ods: merged cells, how far cells repeat, the day from which
//! days are counted.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::Dimensions;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

/// Cells in the largest sheet, from the first row and column to the last ones with something in
/// them: 100,000 rows of 40 columns. They take half a gigabyte.
const MOST_CELLS: u64 = 1 << 22;

/// What an .ods says of its sheets.
#[derive(Default)]
pub(in crate::source) struct Told {
    /// The merged cells of each sheet, from 0.
    pub(super) merged: BTreeMap<String, Vec<Dimensions>>,
    /// Whether days are counted from 1904.
    pub(super) since_1904: bool,
    /// Whether a sheet has more cells than sheets have.
    pub(super) is_too_large: bool,
}

/// A place in a sheet that is being read, from 0.
#[derive(Default)]
struct At {
    sheet: String,
    row: u32,
    column: u32,
    /// How often the row is there.
    times: u32,
}

/// Reads what there is to tell; `None` if the file is no .ods or damaged.
pub(super) fn told(path: &Path) -> Option<Told> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
    let content = archive.by_name("content.xml").ok()?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    reader.config_mut().check_end_names = false;
    reader.config_mut().expand_empty_elements = true;
    let (mut told, mut at, mut buffer) = (Told::default(), At::default(), Vec::new());
    while !told.is_too_large {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) => told.take(&element, &mut at)?,
            Event::End(element) if element.name().as_ref() == "table:table-row" => {
                at.row = at.row.saturating_add(at.times);
            }
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    Some(told)
}

impl Told {
    fn take(&mut self, element: &BytesStart<'_>, at: &mut At) -> Option<()> {
        match element.name().as_ref() {
            "table:table" => *at = At { sheet: text(element, "table:name")?, ..At::default() },
            "table:table-row" => {
                (at.column, at.times) = (0, number(element, "table:number-rows-repeated")?);
            }
            "table:table-cell" | "table:covered-table-cell" => self.cell(element, at)?,
            "table:null-date" => {
                self.since_1904 = text(element, "table:date-value")?.starts_with("1904");
            }
            _ => {}
        }
        Some(())
    }

    fn cell(&mut self, element: &BytesStart<'_>, at: &mut At) -> Option<()> {
        let rows = number(element, "table:number-rows-spanned")?;
        let columns = number(element, "table:number-columns-spanned")?;
        if rows > 1 || columns > 1 {
            let end = (at.row.saturating_add(rows - 1), at.column.saturating_add(columns - 1));
            let cells = Dimensions::new((at.row, at.column), end);
            self.merged.entry(at.sheet.clone()).or_default().push(cells);
        }
        at.column = at.column.saturating_add(number(element, "table:number-columns-repeated")?);
        let is_filled =
            !text(element, "office:value-type")?.is_empty() || !text(element, "table:formula")?.is_empty();
        let rows = u64::from(at.row.saturating_add(at.times));
        self.is_too_large |= is_filled && rows * u64::from(at.column) > MOST_CELLS;
        Some(())
    }
}

/// An attribute; empty if there is none.
fn text(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let Some(attribute) = element.try_get_attribute(name).ok()? else { return Some(String::new()) };
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// How often, or over how many; 1 if it is not said.
fn number(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    let text = text(element, name)?;
    if text.is_empty() { Some(1) } else { text.parse().ok().map(|number: u32| number.max(1)) }
}
