//! Reads one table of an export from beginning to end and says how it is written, how many rows it
//! has and how much memory that took at most.
//!
//! `cargo run --release -p inlav-pseudo --example read_table -- servizi.csv service_event`

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;

use inlav_core::registry;
use inlav_pseudo::mapping::Mapping;
use inlav_pseudo::source::ExportTable;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let path = PathBuf::from(arguments.next().ok_or("give the file")?);
    let name = arguments.next().ok_or("give the table's name")?;
    let table = name.to_str().and_then(registry::table).ok_or("there is no such table")?;
    let source = ExportTable::open(&path, table, &Mapping::default())?;
    let mut rows = 0;
    for batch in source.batches()? {
        rows += batch?.rows();
    }
    let mut out = std::io::stdout();
    writeln!(out, "{rows} rows; {}", source.origin().dialect())?;
    // Linux only: the highest size in memory so far.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(peak) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
        writeln!(out, "at most {} in memory", peak.trim())?;
    }
    Ok(())
}
