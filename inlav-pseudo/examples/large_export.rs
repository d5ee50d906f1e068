//! A large export of made-up persons, and what pseudonymising it costs.
//!
//! ```text
//! large_export write FILE ROWS             write a CSV of 12 columns, 8 of them identifiers
//! large_export run FILE FOLDER [POLICY]    make extract and vault of it and tell the cost
//! large_export memory ROWS FOLDER          the same with rows made on the fly, without a file
//! ```
//!
//! `run` and `memory` print rows, seconds, seconds of CPU and the largest memory (`VmHWM`, Linux
//! only). `POLICY` is `default` (pseudonym, four tokens, vault) or `three` (the pseudonym and two
//! tokens, everything else that identifies dropped), which is what the peer in
//! `benches/peers/pseudonymise.py` does.

#![expect(clippy::print_stdout, reason = "an example shows what it made")]

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder};
use chrono::NaiveDate;
use inlav_core::codes::CodeLists;
use inlav_core::identifiers::check_character;
use inlav_core::policy::{Action, Policy};
use inlav_core::programme::Programme;
use inlav_core::registry::{Table, person};
use inlav_core::whole::Existing;
use inlav_pseudo::extract::{ExtractSettings, ExtractWriter, Tokens};
use inlav_pseudo::keys::{KdfCost, LinkageKey, Passphrase, SiteKeys};
use inlav_pseudo::mapping::Mapping;
use inlav_pseudo::pseudonymise::Exclusions;
use inlav_pseudo::raw::RawBatch;
use inlav_pseudo::source::ExportTable;

const COLUMNS: [&str; 12] = [
    "site_person_id",
    "family_name",
    "given_name",
    "birth_date",
    "codice_fiscale",
    "permit_number",
    "passport_state",
    "passport_number",
    "cui",
    "phone",
    "gender",
    "citizenship",
];
const FAMILY_NAMES: [&str; 12] = [
    "Inventata",
    "Provafalso",
    "Finzione",
    "Esempi",
    "Modello",
    "Campione",
    "Fittizia",
    "Simulata",
    "Ipotesi",
    "Immaginaria",
    "Apparente",
    "Fantasia",
];
const GIVEN_NAMES: [&str; 8] = ["Uno", "Due", "Tre", "Quattro", "Cinque", "Sei", "Sette", "Otto"];
const STATES: [&str; 8] = ["PAK", "BGD", "MAR", "IND", "SEN", "UKR", "ALB", "NGA"];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", file, rows] => write(Path::new(file), rows.parse()?),
        ["run", file, folder] => run(Path::new(file), Path::new(folder), &Policy::evaluation()),
        ["run", file, folder, "default"] => run(Path::new(file), Path::new(folder), &Policy::evaluation()),
        ["run", file, folder, "three"] => run(Path::new(file), Path::new(folder), &three()),
        ["memory", rows, folder] => {
            let rows = rows.parse()?;
            let batches = (0..rows).step_by(4096).map(move |first| batch(first, rows.min(first + 4096)));
            cost(Path::new(folder), &Policy::evaluation(), batches.map(Ok::<_, Infallible>))
        }
        _ => Err("write FILE ROWS, run FILE FOLDER [default|three] or memory ROWS FOLDER".into()),
    }
}

fn write(path: &Path, rows: u64) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(File::create_new(path)?);
    writeln!(file, "{}", COLUMNS.join(","))?;
    for row in 0..rows {
        writeln!(file, "{}", cells(row).join(","))?;
    }
    Ok(file.flush()?)
}

fn run(path: &Path, folder: &Path, policy: &Policy) -> Result<(), Box<dyn Error>> {
    let mapping = Mapping::beside(path, CodeLists::built_in())?;
    let table = ExportTable::open(path, &person::TABLE, &mapping)?;
    cost(folder, policy, table.batches()?)
}

/// The pseudonym and two tokens; nothing goes into the vault.
fn three() -> Policy {
    let mut policy = Policy::evaluation();
    let tokens = [person::CODICE_FISCALE.name, person::PASSPORT_NUMBER.name];
    for (column, actions) in policy.tables.get_mut("person").into_iter().flatten() {
        if tokens.contains(&column.as_str()) {
            *actions = vec![Action::Token];
        } else if actions.contains(&Action::Seal) {
            *actions = vec![Action::Drop];
        }
    }
    policy
}

fn cost<E: Error + Send + 'static>(
    folder: &Path,
    policy: &Policy,
    batches: impl Iterator<Item = Result<RawBatch, E>> + Send,
) -> Result<(), Box<dyn Error>> {
    let project = Programme::inlav_lombardia().project_id;
    let passphrase = Passphrase::new("only for this measurement".to_owned());
    let kdf = KdfCost::memory_mib(64)?;
    fs::create_dir_all(folder)?;
    let site = SiteKeys::create(&folder.join("keys"), project, &"PUA05".parse()?, &passphrase, kdf)?;
    let linkage = LinkageKey::create(&folder.join("linkage.ilk"), project, 2025, &passphrase, kdf)?;
    let linkage = [&linkage];
    let as_of = NaiveDate::from_ymd_opt(2026, 6, 30).ok_or("a day")?;
    // Nobody is left out: that would be read from the export before.
    let no_tables = |_: &'static Table| Ok::<Option<Vec<Result<RawBatch, Infallible>>>, Infallible>(None);
    let (lists, nobody) = (CodeLists::built_in(), BTreeSet::new());
    let exclusions = Exclusions::gather(policy, &site, lists, as_of, &nobody, no_tables)?;
    let (extract, vault) = (folder.join("extract"), folder.join("vault.ilv"));
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let writer = ExtractWriter::create(ExtractSettings {
        site: &site,
        linkage: &linkage,
        tokens: Tokens::Clear,
        policy,
        exclusions: &exclusions,
        lists,
        as_of,
        audit_head: None,
        synthetic: true,
        software: "large_export",
        extract: &extract,
        vault: &vault,
        existing: Existing::Refuse,
    })?;
    let summary = writer.table(&person::TABLE, batches)?.finish()?;
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let rows: u64 = summary.manifest.tables.iter().map(|table| table.rows).sum();
    let tokens = summary.manifest.tokens.map_or(0, |tokens| tokens.rows);
    println!(
        "{rows} rows, {tokens} tokens, {} sealed: {seconds:.1} s, {cpu:.1} CPU s, {} MB",
        summary.sealed_persons,
        largest_memory_mb()
    );
    Ok(())
}

fn batch(first: u64, end: u64) -> RawBatch {
    let mut columns: Vec<StringBuilder> = COLUMNS.iter().map(|_| StringBuilder::new()).collect();
    for row in first..end {
        for (column, cell) in columns.iter_mut().zip(cells(row)) {
            column.append_value(cell);
        }
    }
    let arrays = columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
    let cells = RecordBatch::try_from_iter(COLUMNS.into_iter().zip(arrays)).expect("columns of one length");
    RawBatch::new(&person::TABLE, cells, (first + 2..end + 2).collect()).expect("columns of the table")
}

/// The cells of a row: no two rows have an identifier in common, and equal rows are equal always.
fn cells(row: u64) -> [String; 12] {
    // A permutation of 0..2^40, so that no number shows the row.
    let mixed = (row.wrapping_mul(0x9e_3779_b97f) ^ (row >> 7).wrapping_mul(0x51_7cc1_b727)) & 0xff_ffff_ffff;
    let pick = |from: &[&str], shift: u32| {
        let index = usize::try_from(mixed >> shift).unwrap_or_default() % from.len();
        from.get(index).copied().unwrap_or_default().to_owned()
    };
    let letters = |mut number: u64, count: usize| -> String {
        let mut text = String::new();
        for _ in 0..count {
            text.push(char::from(b'A' + u8::try_from(number % 26).unwrap_or_default()));
            number /= 26;
        }
        text
    };
    let (year, month, day) = (1960 + row % 45, 1 + row / 45 % 12, 1 + row / 540 % 28);
    let month_letter =
        char::from(b"ABCDEHLMPRST".get(usize::try_from(month - 1).unwrap_or(0)).copied().unwrap_or(b'A'));
    let body = format!("{}{:02}{month_letter}{day:02}Z236", letters(row, 6), year % 100);
    let check = check_character(body.as_bytes()).unwrap_or('A');
    let state = pick(&STATES, 5);
    [
        format!("PUA05/{row:08}"),
        pick(&FAMILY_NAMES, 3),
        pick(&GIVEN_NAMES, 9),
        format!("{day:02}/{month:02}/{year}"),
        format!("{body}{check}"),
        format!("I{:08}", row + 10_000_000),
        state.clone(),
        format!("{}{:07}", letters(row / 9_000_000, 2), 1_000_000 + row % 9_000_000),
        format!("{:07X}", 0x0100_0000 + row),
        format!("+39 3{:09}", 200_000_000 + row),
        (if row.is_multiple_of(3) { "F" } else { "M" }).to_owned(),
        state,
    ]
}

/// Seconds of CPU that this process used, all threads together; 0 where that is not told.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    // In ticks of a hundredth of a second, as Linux tells them.
    fields.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The most memory that this process ever had, in MB; 0 where that is not told.
fn largest_memory_mb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
