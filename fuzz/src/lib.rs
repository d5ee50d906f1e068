//! What the fuzz targets share. `docs/CONTRIBUTING.md` says how to run them.

use std::io::Write as _;
use std::sync::Once;

use inlav_core::codes::CodeLists;
use inlav_core::registry::Table;
use inlav_core::value;
use inlav_pseudo::mapping::Mapping;
use inlav_pseudo::source::{ExportTable, PARSER_THREAD, SourceError};

/// A value that must never come back in a message. It stands in cells of the seeds, in any case;
/// its digits keep it from being printed as a heading.
pub const CANARY: &str = "Zq8841Canary";

/// Fails if a message holds [`CANARY`].
///
/// # Panics
/// Then.
pub fn tells_no_value(message: &str) {
    assert!(!message.to_lowercase().contains(&CANARY.to_lowercase()), "a message holds a value");
}

/// Lets the libraries that parse workbooks and columnar files panic, as inlav does: it reads in
/// threads of their own and tells such a panic as an error. A panic in inlav's own code is a crash
/// everywhere.
pub fn spare_parsers() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let parsing = std::thread::current().name() == Some(PARSER_THREAD);
            let ours = panic.location().is_none_or(|place| place.file().contains("inlav-"));
            if ours || !parsing {
                before(panic);
            }
        }));
    });
}

/// Opens bytes as one table of an export and reads them to the end, twice: the two readings are
/// the same, rows are in order, every cell can be read as a value, no error tells one.
///
/// # Panics
/// If any of this does not hold.
pub fn read_table(bytes: &[u8], ending: &str, table: &'static Table, mapping: &Mapping) {
    spare_parsers();
    let mut file = tempfile::Builder::new().suffix(ending).tempfile().expect("a temporary file");
    file.write_all(bytes).expect("room for a temporary file");
    let source = match ExportTable::open(file.path(), table, mapping) {
        Ok(source) => source,
        Err(error) => return told(&error),
    };
    tells_no_value(&source.origin().dialect().to_string());
    tells_no_value(&format!("{source:?}"));
    let first = Reading::of(&source);
    assert!(first.rows.is_sorted_by(|one, next| one.0 < next.0), "rows are numbered in their order");
    let again = ExportTable::open(file.path(), table, mapping).expect("what was opened can be opened again");
    assert_eq!(again.origin().dialect(), source.origin().dialect());
    // Not `assert_eq`: a message with cells would be a leak of its own.
    assert!(first == Reading::of(&again), "what is read twice is the same");
}

/// What came of reading a table: the rows and, if there was one, the error that ended them.
#[derive(PartialEq)]
struct Reading {
    rows: Vec<(u64, Vec<String>)>,
    error: Option<String>,
}

impl Reading {
    fn of(source: &ExportTable) -> Self {
        let mut reading = Self { rows: Vec::new(), error: None };
        let batches = source.batches().expect("nobody changed the file");
        for batch in batches {
            let batch = match batch {
                Ok(batch) => batch,
                Err(error) => {
                    told(&error);
                    reading.error = Some(error.to_string());
                    break;
                }
            };
            tells_no_value(&format!("{batch:?}"));
            for (row, number) in batch.row_numbers().iter().enumerate() {
                let cell = |column| {
                    let text = batch.text(column, row);
                    let read = value::read(column, text, None, CodeLists::built_in());
                    if let Some(fault) = read.fault {
                        tells_no_value(&fault.to_string());
                    }
                    text.to_owned()
                };
                reading.rows.push((*number, source.table().columns.iter().map(cell).collect()));
            }
        }
        reading
    }
}

fn told(error: &SourceError) {
    assert!(!error.problems().is_empty(), "an error says what is wrong");
    tells_no_value(&error.to_string());
    tells_no_value(&format!("{error:?}"));
}
