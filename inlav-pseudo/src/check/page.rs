//! The report for a steward: one HTML file, Italian and English, without network and without
//! script.
//!
//! # Guarantee
//! The page shows what is in the [`QualityReport`] and in the registry, nothing else: no value of
//! a cell. Every text of the export (names of files and sheets, headings) is escaped, and the page
//! forbids the browser to load or run anything. Tests of this module plant values and markup.

use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::words;
use super::{QualityReport, TableRead, Verdict};

mod completeness;
mod findings;

/// What every page begins with: an older one may be replaced, another file not.
pub const BEGINNING: &[u8] = b"<!DOCTYPE html><!-- inlav check -->";

/// The report as one HTML document, first shown in `language`.
#[must_use]
pub fn html(report: &QualityReport, programme: &Programme, language: Language) -> String {
    let page = html! {
        (DOCTYPE)
        (PreEscaped("<!-- inlav check -->"))
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (report.site) " – " (words::headline(report).text(language)) }
                style { (PreEscaped(include_str!("page/page.css"))) }
            }
            body {
                input type="radio" name="language" id="show-it" aria-label="Italiano" checked[language == Language::It];
                input type="radio" name="language" id="show-en" aria-label="English" checked[language == Language::En];
                nav aria-label="Lingua / Language" {
                    label for="show-it" { "Italiano" }
                    label for="show-en" { "English" }
                }
                main {
                    (header(report, programme))
                    (verdict(report))
                    (findings::sections(report))
                    (findings::code_lists(report, programme.lists()))
                    (completeness::section(report))
                    (read(report))
                    (findings::rules(report))
                    (footer())
                }
            }
        }
    };
    page.into_string()
}

fn header(report: &QualityReport, programme: &Programme) -> Markup {
    html! {
        header {
            p.kicker { (both("Controllo dell'esportazione", "Check of the export")) }
            h1 {
                (report.site)
                @if let Ok(site) = programme.site(&report.site) { " · " (site.name) }
            }
            p { (both("Dati al", "Data as of")) " "
                time datetime=(report.as_of) { (report.as_of.format("%d/%m/%Y")) }
            }
        }
    }
}

/// The answer to the only question that a steward in a hurry has.
fn verdict(report: &QualityReport) -> Markup {
    let (class, sign) = match report.verdict {
        Verdict::Errors => ("errors", "✕"),
        Verdict::Warnings => ("warnings", "!"),
        Verdict::Clean => ("clean", "✓"),
    };
    let rows: u64 = report.tables.iter().map(|table| table.rows).sum();
    html! {
        section #verdict class=(class) {
            span.sign aria-hidden="true" { (sign) }
            div {
                h2 { (say(&words::headline(report))) }
                p { (say(&words::next_step(report))) }
            }
            dl {
                (figure(report.errors(), "errori", "errors"))
                (figure(report.warnings(), "avvisi", "warnings"))
                (figure(rows, "righe lette", "rows read"))
            }
        }
    }
}

fn figure(number: u64, it: &str, en: &str) -> Markup {
    html! { div { dt { (both(it, en)) } dd { (number) } } }
}

fn read(report: &QualityReport) -> Markup {
    html! {
        section #read {
            h2 { (both("Che cosa è stato letto", "What was read")) }
            div.scroll { table {
                caption { (both("Tabelle lette", "Tables read")) }
                thead { tr {
                    th scope="col" { (both("Tabella", "Table")) }
                    th scope="col" { (both("File o foglio", "File or sheet")) }
                    th scope="col" { (both("Codifica", "Encoding")) }
                    th.number scope="col" { (both("Righe", "Rows")) }
                } }
                tbody { @for table in &report.tables { (table_read(table)) } }
            } }
            @if !report.absent.is_empty() {
                p.note {
                    (both("Non ci sono in questa esportazione, e più avanti valgono zero:",
                        "Not in this export, and later on counted as nothing:"))
                    " " (listed(report.absent.iter().map(|table| words::table(table)))) "."
                }
            }
        }
    }
}

fn table_read(table: &TableRead) -> Markup {
    html! {
        tr {
            th scope="row" { (say(&words::table(table.table))) }
            td { (table.file) @if let Some(sheet) = &table.sheet { ", " (both("foglio", "sheet")) " " (sheet) } }
            td { (say(&words::dialect(&table.dialect))) }
            td.number { (table.rows) }
        }
    }
}

fn footer() -> Markup {
    html! {
        footer {
            p {
                (both(
                    "Questa pagina non contiene nessun valore delle celle: dice solo dove guardare. Resta comunque al PUA, perché parla di singole righe del registro.",
                    "This page holds no value of any cell: it only says where to look. It stays at the PUA all the same, because it speaks of single rows of the register.",
                ))
            }
            p { "inlav " (env!("CARGO_PKG_VERSION")) }
        }
    }
}

/// Texts one after the other.
fn listed(texts: impl Iterator<Item = Bilingual>) -> Markup {
    let (it, en): (Vec<String>, Vec<String>) = texts.map(|text| (text.it, text.en)).unzip();
    both(&it.join(", "), &en.join(", "))
}

fn say(text: &Bilingual) -> Markup {
    both(&text.it, &text.en)
}

/// A text in both languages; the style sheet shows the one that is chosen.
fn both(it: &str, en: &str) -> Markup {
    html! {
        @if it == en { (it) }
        @else { span lang="it" { (it) } span lang="en" { (en) } }
    }
}

#[cfg(test)]
mod tests;
