//! Released tables as files for machines, one exporter per file.
//!
//! All take [`Released`](crate::disclosure::Released) tables only. A row is a cell: its categories by code and in both
//! languages, its count or nothing, its status, and the statistic beside it.

use inlav_core::programme::Programme;

use crate::disclosure::{FigureValue, Published, PublishedTable};
use crate::grid::label;
use crate::indicator::{Indicator, Statistic};

mod csv;
mod parquet;

pub use csv::to_csv;
pub use parquet::to_parquet;

/// Heading of the counts.
pub(crate) const COUNT: &str = "count";

/// A released table cannot be written in some format.
#[derive(Debug, thiserror::Error)]
#[error("table {table} cannot be written as {format}")]
pub struct ExportError {
    /// The table.
    pub table: String,
    /// The format.
    pub format: &'static str,
}

/// A column of the exported table.
enum Column {
    Text(String, Vec<String>),
    Number(String, Vec<Option<f64>>),
    Whole(String, Vec<Option<u64>>),
}

/// The columns of a released table, in order.
fn columns(table: &PublishedTable, indicator: &Indicator, programme: &Programme) -> Vec<Column> {
    let mut columns = Vec::new();
    for (at, dimension) in table.dimensions.iter().enumerate() {
        let code = |cell: &crate::disclosure::PublishedCell| {
            let node = cell.coordinates.get(at).and_then(|node| dimension.nodes().get(*node));
            node.map_or_else(String::new, |node| node.code.clone())
        };
        let codes: Vec<String> = table.cells.iter().map(code).collect();
        let labels: Vec<_> =
            codes.iter().map(|code| label(indicator, programme, dimension.name(), code)).collect();
        let name = dimension.name();
        columns.push(Column::Text(name.to_owned(), codes));
        columns.push(Column::Text(format!("{name}_it"), labels.iter().map(|l| l.it.clone()).collect()));
        columns.push(Column::Text(format!("{name}_en"), labels.into_iter().map(|l| l.en).collect()));
    }
    let counts = table.cells.iter().map(|cell| match cell.value {
        Published::Shown(count) => Some(count),
        Published::Suppressed => None,
    });
    let statuses = table.cells.iter().map(|cell| match cell.value {
        Published::Shown(_) => "published".to_owned(),
        Published::Suppressed => "suppressed".to_owned(),
    });
    columns.push(Column::Whole(COUNT.to_owned(), counts.collect()));
    columns.push(Column::Text("status".to_owned(), statuses.collect()));

    let figures = || table.cells.iter().map(|cell| cell.figures.first().map(|figure| &figure.value));
    match indicator.statistic {
        Statistic::Count | Statistic::Funnel => {}
        Statistic::Proportion => {
            for (name, part) in [("share_percent", 0), ("lower_percent", 1), ("upper_percent", 2)] {
                let values = figures().map(|figure| match figure {
                    Some(FigureValue::Percent { share, lower, upper, .. }) => {
                        [*share, *lower, *upper].get(part).copied()
                    }
                    _ => None,
                });
                columns.push(Column::Number(name.to_owned(), values.collect()));
            }
            columns.push(figure_status("share_status", figures()));
        }
        Statistic::MedianTime => {
            for (name, part) in [("median_days", 0), ("lower_days", 1), ("upper_days", 2)] {
                let values = figures().map(|figure| match figure {
                    Some(FigureValue::Days { median, lower, upper }) => {
                        [Some(*median), *lower, *upper].get(part).copied().flatten()
                    }
                    _ => None,
                });
                columns.push(Column::Whole(name.to_owned(), values.collect()));
            }
            columns.push(figure_status("median_status", figures()));
        }
    }
    columns
}

/// Why a statistic has no number, where it has none; blank in cells that it does not belong to.
fn figure_status<'a>(name: &str, figures: impl Iterator<Item = Option<&'a FigureValue>>) -> Column {
    let status = |figure: Option<&FigureValue>| match figure {
        Some(FigureValue::Percent { .. } | FigureValue::Days { .. }) => "published",
        Some(FigureValue::NotReached) => "not_reached",
        Some(FigureValue::Undefined) => "undefined",
        Some(FigureValue::Suppressed) => "suppressed",
        None => "",
    };
    Column::Text(name.to_owned(), figures.map(|figure| status(figure).to_owned()).collect())
}
