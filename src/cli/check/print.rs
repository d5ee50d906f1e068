//! A quality report on the terminal.

use comfy_table::{ContentArrangement, Table, presets};
use inlav_core::language::{Language, counted};
use inlav_pseudo::check::words;
use inlav_pseudo::check::{Completeness, QualityReport};

use crate::cli::terminal::Terminal;

/// Rows named of a finding.
const ROWS: usize = 8;
/// Characters of a full bar.
const BAR: u64 = 20;

/// Prints what was read, what is wrong with it and how full it is.
pub(in crate::cli) fn print(report: &QualityReport, language: Language, terminal: &Terminal) {
    let say = |it: &'static str, en: &'static str| match language {
        Language::It => it,
        Language::En => en,
    };
    for table in &report.tables {
        let sheet = table.sheet.as_deref().map(|sheet| format!(", {} {sheet}", say("foglio", "sheet")));
        let encoding = table.dialect.encoding.map(|found| format!(", {}", found.value));
        terminal.result(format_args!(
            "{:<15} {:>7} {}  {}{}{}",
            table.table,
            table.rows,
            if table.rows == 1 { say("riga", "row") } else { say("righe", "rows") },
            table.file,
            sheet.unwrap_or_default(),
            encoding.unwrap_or_default()
        ));
        // The page and the JSON tell it always.
        if !table.dialect.is_sure() {
            let dialect = words::dialect(&table.dialect);
            terminal.result(format_args!("{:<15} {}", "", dialect.text(language)));
        }
    }
    if !report.absent.is_empty() {
        let what = say(
            "non ci sono in questa esportazione, e più avanti valgono zero",
            "not in this export, and later on counted as nothing",
        );
        terminal.result(format_args!("{what}: {}", report.absent.join(", ")));
    }
    for table in report.tables.iter().filter(|table| !table.absent.is_empty()) {
        let what = say("non ci sono nella tabella", "not in table");
        terminal.result(format_args!("{what} {}: {}", table.table, table.absent.join(", ")));
    }
    if let Some(gaps) = gaps(report, language) {
        terminal.result(format_args!("\n{}", say("colonne non complete", "columns that are not complete")));
        terminal.result(gaps);
    }
    if !report.findings.is_empty() {
        terminal.result(format_args!("\n{}", say("che cosa è stato trovato", "what was found")));
        terminal.result(findings(report, language));
        let counts = report.rules.iter().map(|rule| {
            format!("{} {} {}", rule.rule, words::severity(rule.severity).text(language), rule.count)
        });
        let what = say("conteggi per regola", "counts by rule");
        terminal.result(format_args!("{what}: {}", counts.collect::<Vec<_>>().join("; ")));
    }
    if !report.code_misses.is_empty() {
        let misses = report
            .code_misses
            .iter()
            .map(|miss| format!("{} ({}.{}, {})", miss.list, miss.table, miss.column, miss.count));
        let what = say("fuori dalle liste dei codici", "not in the code lists");
        let how = say("le liste si leggono con: inlav dictionary", "read the lists with: inlav dictionary");
        terminal.result(format_args!("{what}: {}; {how}", misses.collect::<Vec<_>>().join(", ")));
    }
    terminal.result(format_args!("{}", words::headline(report).text(language)));
    let errors = counted(report.errors(), say("errore", "error"), say("errori", "errors"));
    let warnings = counted(report.warnings(), say("avviso", "warning"), say("avvisi", "warnings"));
    terminal.result(format_args!("{errors}, {warnings}"));
}

/// The columns in which values are missing that should be there.
fn gaps(report: &QualityReport, language: Language) -> Option<Table> {
    let mut shown = Table::new();
    shown.load_style(presets::NOTHING);
    for table in &report.tables {
        let has_gaps =
            |column: &&Completeness| column.expected && column.percent.is_some_and(|share| share < 100);
        for column in table.columns.iter().filter(has_gaps) {
            let percent = column.percent.unwrap_or(0);
            shown.add_row([
                format!("{}.{}", table.table, column.column),
                bar(percent),
                format!("{percent:>3} %"),
                reasons(column, language),
            ]);
        }
    }
    (!shown.is_empty()).then_some(shown)
}

fn bar(percent: u64) -> String {
    (0..BAR).map(|step| if (step + 1) * 100 <= percent * BAR { '█' } else { '░' }).collect()
}

/// Why the values are missing.
fn reasons(column: &Completeness, language: Language) -> String {
    let missing = &column.missing;
    let faulty = match language {
        Language::It => "errate",
        Language::En => "faulty",
    };
    let reasons = [
        ("NR", missing.not_collected),
        ("ND", missing.not_known),
        ("RIF", missing.refused),
        (faulty, column.faulty),
    ];
    let given = reasons.iter().filter(|(_, count)| *count > 0);
    given.map(|(reason, count)| format!("{reason} {count}")).collect::<Vec<_>>().join(", ")
}

fn findings(report: &QualityReport, language: Language) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(match language {
        Language::It => ["", "regola", "dove", "che cosa", "quante", "righe"],
        Language::En => ["", "rule", "where", "what", "count", "rows"],
    });
    let mut findings: Vec<_> = report.findings.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    for finding in findings {
        let name = finding
            .column
            .map_or_else(|| finding.table.to_owned(), |column| format!("{}.{column}", finding.table));
        table.add_row([
            words::severity(finding.severity).text(language).to_owned(),
            finding.rule.to_owned(),
            format!("{name}\n{}", words::place(&finding.location).text(language)),
            words::what(finding).text(language).to_owned(),
            words::count(finding),
            words::rows(finding, ROWS).text(language).to_owned(),
        ]);
    }
    table
}
