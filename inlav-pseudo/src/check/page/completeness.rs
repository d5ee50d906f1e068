//! How full each column is: a map to glance at, and the counts behind it.

use maud::{Markup, html};

use super::{both, say};
use crate::check::words;
use crate::check::{Completeness, QualityReport, TableRead};

/// Shares in per cent from which on a column's colour is a better one.
const STEPS: [u64; 4] = [25, 50, 80, 95];

pub(super) fn section(report: &QualityReport) -> Markup {
    html! {
        section #completeness {
            h2 { (both("Completezza", "Completeness")) }
            p {
                (both(
                    "Quante celle su cento hanno un valore, fra quelle a cui un valore si applica.",
                    "How many cells in a hundred have a value, of those that a value applies to.",
                ))
            }
            ul.legend {
                @for (level, label) in [(4, "95–100 %"), (3, "80–94 %"), (2, "50–79 %"), (1, "25–49 %"), (0, "0–24 %")] {
                    li { span class={ "swatch level-" (level) } {} (label) }
                }
                li { span.swatch.optional {} (both("vuota anche senza errore", "may be blank")) }
                li { span.swatch.absent {} (both("colonna assente", "column not there")) }
            }
            div.scroll { table.map {
                caption { (both("Completezza per tabella e colonna", "Completeness by table and column")) }
                thead { tr {
                    th scope="col" { (both("Tabella", "Table")) }
                    th scope="col" { (both("Colonne", "Columns")) }
                } }
                tbody { @for table in &report.tables { (map_row(table)) } }
            } }
            @for table in &report.tables { (details(table)) }
        }
    }
}

fn map_row(table: &TableRead) -> Markup {
    html! {
        tr {
            th scope="row" {
                span.field { (say(&words::table(table.table))) }
                span.place { (table.rows) " " @if table.rows == 1 { (both("riga", "row")) } @else { (both("righe", "rows")) } }
            }
            td { ul.tiles { @for column in &table.columns { (tile(table, column)) } } }
        }
    }
}

fn tile(table: &TableRead, column: &Completeness) -> Markup {
    html! {
        li class={ "tile " (class(column)) } style=[column.percent.map(|percent| format!("--share:{percent}%"))] {
            span.label { (say(&words::column(table.table, column.column))) }
            span.share { (share(column)) }
        }
    }
}

/// The share, or why there is none.
fn share(column: &Completeness) -> Markup {
    match column.percent {
        Some(percent) => html! { (percent) " %" },
        None if column.present => html! { "–" },
        None => both("assente", "not there"),
    }
}

fn class(column: &Completeness) -> String {
    match column.percent {
        _ if !column.present => "absent".to_owned(),
        Some(percent) if column.expected => {
            format!("level-{}", STEPS.iter().filter(|step| percent >= **step).count())
        }
        _ => "optional".to_owned(),
    }
}

fn details(table: &TableRead) -> Markup {
    let label = say(&words::table(table.table));
    html! {
        details {
            summary { (label) ": " (both("i conteggi di ogni colonna", "the counts of each column")) }
            div.scroll { table.counts {
                caption { (label) }
                thead { tr {
                    th scope="col" { (both("Colonna", "Column")) }
                    th scope="col" { (both("Dove", "Where")) }
                    th.number scope="col" { (both("Piene", "Filled")) }
                    th.number scope="col" { (both("Vuote o NR", "Blank or NR")) }
                    th.number scope="col" { abbr title="non disponibile / not known" { "ND" } }
                    th.number scope="col" { abbr title="ha preferito non rispondere / refused" { "RIF" } }
                    th.number scope="col" { abbr title="non applicabile / not applicable" { "NA" } }
                    th.number scope="col" { (both("Errate", "Faulty")) }
                    th.number scope="col" { (both("Quota", "Share")) }
                } }
                tbody { @for column in table.columns.iter().filter(|column| column.present) {
                    (counts(table, column))
                } }
            } }
        }
    }
}

fn counts(table: &TableRead, column: &Completeness) -> Markup {
    let missing = &column.missing;
    html! {
        tr {
            th scope="row" { (say(&words::column(table.table, column.column))) }
            td { (say(&words::place(&column.location))) }
            @for count in [
                column.filled, missing.not_collected, missing.not_known, missing.refused, missing.not_applicable, column.faulty,
            ] {
                td.number.zero[count == 0] { (count) }
            }
            td.number { (share(column)) }
        }
    }
}
