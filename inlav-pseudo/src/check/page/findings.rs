//! What is wrong, where to look and what to do.

use inlav_core::codes::{CodeList, CodeLists};
use maud::{Markup, html};

use super::{both, say};
use crate::check::words;
use crate::check::{CodeMiss, Finding, QualityReport, Severity};

/// Rows shown of a finding.
const ROWS: usize = 20;
/// Codes of a list that are printed; longer lists are in the dictionary.
const CODES: usize = 40;

/// What is to be mended, then what is to be looked at.
pub(super) fn sections(report: &QualityReport) -> Markup {
    html! {
        (section(report, Severity::Error, "errors", &both("Da correggere", "To mend")))
        (section(report, Severity::Warning, "warnings", &both("Da guardare", "To look at")))
    }
}

fn section(report: &QualityReport, severity: Severity, id: &str, title: &Markup) -> Markup {
    let mut findings: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.severity == severity).collect();
    // Whole columns after what can be mended row by row; else as in the registry.
    findings.sort_by_key(|finding| finding.rows.is_empty());
    html! {
        @if !findings.is_empty() {
            section id=(id) {
                h2 { (title) }
                div.scroll { table.findings {
                    caption { (title) }
                    thead { tr {
                        th scope="col" { (both("Dove", "Where")) }
                        th scope="col" { (both("Che cosa non va, e che cosa fare", "What is wrong, and what to do")) }
                        th.number scope="col" { (both("Quante", "Count")) }
                        th scope="col" { (both("Righe", "Rows")) }
                    } }
                    tbody { @for finding in findings { (row(finding)) } }
                } }
            }
        }
    }
}

fn row(finding: &Finding) -> Markup {
    let severity = words::severity(finding.severity);
    html! {
        tr {
            th scope="row" {
                span.field {
                    (say(&words::table(finding.table)))
                    @if let Some(column) = finding.column { " › " (say(&words::column(finding.table, column))) }
                }
                span.place { (say(&words::place(&finding.location))) }
            }
            td {
                div.what { (say(&words::what(finding))) }
                @if let Some(list) = finding.list {
                    a.see href={ "#list-" (list) } { (both("i codici ammessi", "the codes accepted")) }
                    " "
                }
                span.badge.error[finding.severity == Severity::Error] { (say(&severity)) " " (rule(finding.rule)) }
            }
            td.number { (words::count(finding)) }
            td.rows { (say(&words::rows(finding, ROWS))) }
        }
    }
}

fn rule(rule: &str) -> &str {
    if rule == "cell" { "" } else { rule }
}

/// The code lists that cells miss, each with its codes.
pub(super) fn code_lists(report: &QualityReport, lists: &CodeLists) -> Markup {
    let mut names: Vec<&str> = report.code_misses.iter().map(|miss| miss.list).collect();
    names.sort_unstable();
    names.dedup();
    html! {
        @if !names.is_empty() {
            section #code-lists {
                h2 { (both("Parole che non sono nelle liste dei codici", "Words that are not in the code lists")) }
                p {
                    (both(
                        "Scrivere uno dei codici, oppure tradurre la parola dell'ufficio nel file di mappatura. Tutte le liste: ",
                        "Write one of the codes, or translate the office's word in the mapping file. All lists: ",
                    ))
                    code { "inlav dictionary" }
                }
                @for name in names { (code_list(report, name, lists)) }
            }
        }
    }
}

fn code_list(report: &QualityReport, name: &str, lists: &CodeLists) -> Markup {
    let misses = report.code_misses.iter().filter(|miss| miss.list == name);
    let codes = lists.named(name).map_or(&[][..], CodeList::codes);
    html! {
        div.list id={ "list-" (name) } {
            h3 { (both("Lista", "List")) " " code { (name) } }
            ul { @for miss in misses { li { (missed(miss)) } } }
            @if codes.len() > CODES {
                p { (codes.len()) " " (both("codici; si leggono con", "codes; read them with")) " " code { "inlav dictionary" } }
            } @else {
                ul.codes { @for code in codes {
                    li { code { (code.code) } " " (both(&code.label_it, &code.label_en)) }
                } }
            }
        }
    }
}

fn missed(miss: &CodeMiss) -> Markup {
    html! {
        (say(&words::table(miss.table))) " › " (say(&words::column(miss.table, miss.column))) ": "
        (miss.count) " " @if miss.count == 1 { (both("cella", "cell")) } @else { (both("celle", "cells")) }
        ", " (say(&words::place(&miss.location)))
    }
}

/// How often each rule is broken.
pub(super) fn rules(report: &QualityReport) -> Markup {
    html! {
        @if !report.rules.is_empty() {
            section #rules {
                h2 { (both("Conteggi per regola", "Counts by rule")) }
                div.scroll { table.narrow {
                    caption { (both("Conteggi per regola", "Counts by rule")) }
                    thead { tr {
                        th scope="col" { (both("Regola", "Rule")) }
                        th scope="col" { (both("Gravità", "Severity")) }
                        th.number scope="col" { (both("Quante", "Count")) }
                    } }
                    tbody { @for count in &report.rules { tr {
                        th scope="row" {
                            @if count.rule == "cell" { (both("valore della cella", "value of the cell")) } @else { (count.rule) }
                        }
                        td { (say(&words::severity(count.severity))) }
                        td.number { (count.count) }
                    } } }
                } }
            }
        }
    }
}
