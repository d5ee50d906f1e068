//! `inlav check`

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use inlav_core::programme::{Programme, SiteId};
use inlav_core::value::parse_date;
use inlav_pseudo::check::{Context, QualityReport, Severity, check};
use inlav_pseudo::mapping::Mapping;
use inlav_pseudo::source::Export;

use super::clock;
use super::failure::{Class, Failure};
use super::terminal::Terminal;

/// Read an export, a folder of CSV files or a workbook, and say what is wrong with it and where.
/// A value is never shown. Warnings do not stand in the way of pseudonymising, errors do.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) input: Input,
    /// Print the report as JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// An export and what is needed to read it.
#[derive(Debug, Clone, Args)]
pub(super) struct Input {
    /// The export: a folder of CSV files, one CSV file, or a workbook (.xlsx)
    pub(super) export: PathBuf,
    /// The PUA that made it, for example PUA05
    #[arg(long)]
    pub(super) site: SiteId,
    /// Last day the export covers, dd/mm/yyyy or yyyy-mm-dd
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) as_of: NaiveDate,
    /// Mapping file; without it mapping.toml in the folder, or NAME.mapping.toml beside the
    /// workbook, if there is one
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    let export = arguments.input.open()?;
    let report = arguments.input.check(&export)?;
    if arguments.json {
        let text =
            serde_json::to_string_pretty(&report).map_err(|fault| Failure::new(Class::Other, &fault))?;
        terminal.result(text);
    } else {
        print(&report, terminal);
    }
    refuse_errors(&report)
}

impl Input {
    /// Opens the export.
    pub(super) fn open(&self) -> Result<Export, Failure> {
        let programme = Programme::inlav_lombardia();
        programme.site(&self.site).map_err(|fault| Failure::new(Class::Data, &fault))?;
        if self.as_of > clock::latest_today() {
            return Err(Failure::new(
                Class::Data,
                &format_args!("--as-of {} lies in the future", self.as_of),
            )
            .hint("an extract of a later day would keep the right ones out of the store"));
        }
        let mapping = match &self.mapping {
            Some(path) => Mapping::open(path)?,
            None => Mapping::beside(&self.export)?,
        };
        Ok(Export::open(&self.export, &mapping)?)
    }

    /// Checks the export.
    pub(super) fn check(&self, export: &Export) -> Result<QualityReport, Failure> {
        let programme = Programme::inlav_lombardia();
        Ok(check(export, &Context { programme, site: &self.site, as_of: self.as_of })?)
    }

    /// The export's path.
    pub(super) fn path(&self) -> &Path {
        &self.export
    }
}

/// A day as people write it.
fn day(text: &str) -> Result<NaiveDate, &'static str> {
    parse_date(text).ok_or("write the day as dd/mm/yyyy or yyyy-mm-dd")
}

/// What is wrong, as a table.
pub(super) fn print(report: &QualityReport, terminal: &Terminal) {
    for table in &report.tables {
        let encoding = table.encoding.as_deref().map(|name| format!(", {name}")).unwrap_or_default();
        terminal
            .result(format_args!("{:<14} {:>7} rows  {}{encoding}", table.table, table.rows, table.origin));
    }
    if !report.absent.is_empty() {
        let absent = report.absent.join(", ");
        terminal.result(format_args!("not in this export, and later on counted as nothing: {absent}"));
    }
    for table in report.tables.iter().filter(|table| !table.absent.is_empty()) {
        terminal.result(format_args!("not in table {}: {}", table.table, table.absent.join(", ")));
    }
    if !report.findings.is_empty() {
        terminal.result(findings(report));
    }
    terminal.result(format_args!("{} errors, {} warnings", report.errors(), report.warnings()));
}

/// A failure if the report has errors.
pub(super) fn refuse_errors(report: &QualityReport) -> Result<(), Failure> {
    match report.errors() {
        0 => Ok(()),
        errors => Err(Failure::new(Class::Data, &format_args!("the export has {errors} errors"))
            .hint("mend the rows named above in the office's program and export again")),
    }
}

fn findings(report: &QualityReport) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["", "rule", "where", "what", "count", "rows"]);
    for finding in &report.findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let place = finding
            .column
            .map_or_else(|| finding.table.to_owned(), |column| format!("{}.{column}", finding.table));
        let rows: Vec<String> = finding.rows.iter().take(8).map(u64::to_string).collect();
        let more = if finding.count > 8 && !rows.is_empty() { " …" } else { "" };
        let count =
            finding.percent.map_or_else(|| finding.count.to_string(), |percent| format!("{percent} %"));
        table.add_row([
            severity.to_owned(),
            finding.rule.to_owned(),
            place,
            finding.text_en.clone(),
            count,
            format!("{}{more}", rows.join(", ")),
        ]);
    }
    table
}
