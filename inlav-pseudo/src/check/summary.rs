//! What a report says at a glance.

use serde::Serialize;

use super::findings::Finding;
use super::location::Location;
use inlav_core::rule::Severity;

/// Whether an export can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// It can be used; somebody should look.
    Warnings,
    /// It is not to be used.
    Errors,
}

/// How often a rule is broken in the whole export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// The rule, as in [`Finding::rule`].
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Cells, rows or columns.
    pub count: u64,
}

/// Cells of a column that are not in its code list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeMiss {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The code list.
    pub list: &'static str,
    /// Where the column stands.
    #[serde(flatten)]
    pub location: Location,
    /// Number of cells.
    pub count: u64,
    /// The first 20 row numbers.
    pub rows: Vec<u64>,
}

/// The counts by rule and severity, in the order of rules, errors first where a rule knows both.
pub(super) fn rule_counts(findings: &[Finding]) -> Vec<RuleCount> {
    let mut counts: Vec<RuleCount> = Vec::new();
    for Finding { rule, severity, count, .. } in findings {
        match counts.iter_mut().find(|known| known.rule == *rule && known.severity == *severity) {
            Some(known) => known.count += count,
            None => counts.push(RuleCount { rule, severity: *severity, count: *count }),
        }
    }
    counts.sort_by_key(|count| (count.rule, count.severity));
    counts
}

/// The findings about codes, by column.
pub(super) fn code_misses(findings: &[Finding]) -> Vec<CodeMiss> {
    let miss = |finding: &Finding| {
        Some(CodeMiss {
            table: finding.table,
            column: finding.column?,
            list: finding.list?,
            location: finding.location.clone(),
            count: finding.count,
            rows: finding.rows.clone(),
        })
    };
    findings.iter().filter_map(miss).collect()
}
