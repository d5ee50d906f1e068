//! `inlav release`

use std::path::PathBuf;

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use inlav_analytics::grid::{self, Grid, SUPPRESSED};
use inlav_analytics::release::{Provenance, Release};
use inlav_analytics::store::Store;
use inlav_core::language::{Language, counted};
use inlav_core::programme::Programme;
use inlav_core::whole::Existing;

use super::clock;
use super::evaluate::evaluation;
use super::failure::Failure;
use super::release_policy;
use super::terminal::Terminal;

/// Folder of the certificates in a store.
const CERTIFICATES: &str = "certificates";

/// The indicator whose table ends the summary.
const SHOWN: &str = "I37";

/// Run the indicators, put them under disclosure control, attack the result, and write tables
/// (CSV, Parquet), report.html and audit.jsonl. If the attack succeeds, nothing is written. The
/// certificate that it does not succeed goes into the store.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the store
    #[arg(long, value_name = "DIR")]
    pub(super) store: PathBuf,
    /// Folder of the release
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Folder for the certificate, which holds true counts and is not for publication; without it
    /// certificates/ in the store
    #[arg(long, value_name = "DIR")]
    pub(super) certificates: Option<PathBuf>,
    /// Release policy (TOML); safe defaults without one
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// Put the new release in the place of an existing one
    #[arg(long)]
    pub(super) force: bool,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let policy = release_policy::open(arguments.policy.as_deref())?;
    let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
    if existing == Existing::Refuse && arguments.out.exists() {
        return Err(inlav_core::whole::WholeError::Exists { path: arguments.out.clone() }.into());
    }
    let store = Store::open(&arguments.store)?;
    let evaluation = evaluation(&store, programme, terminal)?;
    terminal.note("attacking the tables before they are released…");
    let publication = evaluation.protect(&policy)?;
    let software = concat!("inlav ", env!("CARGO_PKG_VERSION"));
    let provenance = Provenance::of(store.catalog(), &evaluation, software);
    let release = Release {
        publication: &publication,
        indicators: evaluation.indicators(),
        programme,
        provenance: &provenance,
    };
    let certificates = arguments.certificates.clone().unwrap_or_else(|| arguments.store.join(CERTIFICATES));
    let written = release.write(&arguments.out, &certificates, existing, clock::now())?;

    terminal.result(format_args!("\n{}, data as of {}", programme.name, provenance.as_of));
    terminal.result(draw(&grid::targets(&publication, evaluation.indicators(), programme)));
    if let Some(shown) = evaluation.indicators().iter().find(|indicator| indicator.id == SHOWN) {
        terminal.result(format_args!("\n{} ({})", shown.title.en, shown.id));
        terminal.result(draw(&grid::indicator(&publication, shown, programme)));
        terminal.result(format_args!("{SUPPRESSED} withheld to protect persons; do not read it as zero"));
    }
    let (published, withheld) = written.cells;
    let audit = &publication.audit;
    terminal.result(format_args!(
        "\n{published} cells published, {withheld} withheld; {} attackers tried {} small counts: none can be worked out",
        audit.attackers.len(),
        audit.cells_attacked
    ));
    if audit.exceptions() > 0 {
        terminal.result(format_args!(
            "{} an attacker who knows much already comes nearer than minimum_width asks, never to the number",
            counted(audit.exceptions(), "time", "times")
        ));
    }
    terminal.result(format_args!("audit log head: {}", written.audit_head));
    terminal.result(format_args!("report: {}", arguments.out.join("report.html").display()));
    terminal.result(format_args!(
        "certificate, not for publication (check with inlav audit {} --certificate FILE): {}",
        arguments.out.display(),
        written.certificate.display()
    ));
    Ok(())
}

fn draw(grid: &Grid) -> Table {
    let language = Language::En;
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    let headings = grid.columns.iter().map(|column| column.text(language));
    table.set_header(std::iter::once(grid.corner.text(language)).chain(headings));
    for row in &grid.rows {
        let cells = row.cells.iter().map(|cell| cell.text(language));
        table.add_row(std::iter::once(row.label.text(language).to_owned()).chain(cells));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
