//! `inlav release`

use std::path::PathBuf;

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use inlav_analytics::grid::{self, Grid, SUPPRESSED};
use inlav_analytics::ledger::{Entry, HeldLedger};
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

/// Run the indicators, put them under disclosure control jointly with all that was released from
/// this store before, attack the result, write it into the store's ledger, and then tables (CSV,
/// Parquet), report.html and audit.jsonl. If the attack succeeds, nothing is written. The
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
    /// Number in the ledger of an earlier release that this one corrects. What is out stays out:
    /// the correction discloses nothing by how it differs, and withholds more if it must
    #[arg(long, value_name = "NUMBER")]
    pub(super) corrects: Option<u64>,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let policy = release_policy::open(arguments.policy.as_deref())?;
    let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
    if existing == Existing::Refuse && arguments.out.exists() {
        return Err(inlav_core::whole::WholeError::Exists { path: arguments.out.clone() }.into());
    }
    let store = Store::open(&arguments.store)?;
    let mut ledger = HeldLedger::hold(&store)?;
    if let Some(corrected) = arguments.corrects {
        ledger.ledger().record(corrected)?;
    }
    let evaluation = evaluation(&store, programme, terminal)?;
    terminal.note("attacking the tables before they are released…");
    let publication = evaluation.protect(&policy, ledger.earlier())?;
    let software = concat!("inlav ", env!("CARGO_PKG_VERSION"));
    let provenance = Provenance::of(store.catalog(), &evaluation, software);
    let release = Release {
        publication: &publication,
        indicators: evaluation.indicators(),
        programme,
        provenance: &provenance,
    };
    let certificates = arguments.certificates.clone().unwrap_or_else(|| arguments.store.join(CERTIFICATES));
    let entry = Entry {
        target: &arguments.out,
        certificates: &certificates,
        existing,
        now: clock::now(),
        corrects: arguments.corrects,
    };
    let recorded = ledger.publish(&release, &evaluation, entry)?;

    terminal.result(format_args!("\n{}, data as of {}", programme.name, provenance.as_of));
    terminal.result(draw(&grid::targets(&publication, evaluation.indicators(), programme)));
    if let Some(shown) = evaluation.indicators().iter().find(|indicator| indicator.id == SHOWN) {
        terminal.result(format_args!("\n{} ({})", shown.title.en, shown.id));
        terminal.result(draw(&grid::indicator(&publication, shown, programme)));
        terminal.result(format_args!("{SUPPRESSED} withheld to protect persons; do not read it as zero"));
    }
    let (published, withheld) = recorded.written.cells;
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
    if !audit.earlier.is_empty() {
        terminal.result(format_args!(
            "protected jointly with {}: what changed since is withheld where few persons are behind it",
            counted(audit.earlier.len(), "earlier release", "earlier releases")
        ));
    }
    if audit.past_disclosures() > 0 {
        terminal.result(format_args!(
            "{} a small count or change had been told by earlier releases already: nothing can take that back",
            counted(audit.past_disclosures(), "time", "times")
        ));
    }
    terminal.result(format_args!("audit log head: {}", recorded.written.audit_head));
    terminal.result(format_args!(
        "ledger: release {}, head {} (keep it: inlav ledger verify --head …)",
        recorded.number, recorded.head
    ));
    terminal.result(format_args!("report: {}", arguments.out.join("report.html").display()));
    match &recorded.written.certificate {
        Some(certificate) => terminal.result(format_args!(
            "certificate, not for publication (check with inlav audit {} --certificate FILE): {}",
            arguments.out.display(),
            certificate.display()
        )),
        None => terminal.result("no certificate: those of releases that come after others are yet to come"),
    }
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
