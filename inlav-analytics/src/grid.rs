//! Released tables laid out for people: rows, columns and texts in Italian and English.
//!
//! A grid is made from [`Released`] and from nothing else, so what the terminal and the report
//! show is what disclosure control let through.

use inlav_core::codes::CodeList;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;

use crate::disclosure::{
    Dimension, FigureValue, Publication, Published, PublishedCell, PublishedTable, Released, TOTAL,
};
use crate::evaluate::{NO, OUTCOME, STAGE, YES, table_id};
use crate::indicator::{DimensionDeclaration, Indicator, Statistic, TargetName};

/// How a withheld number is marked, after the practice of statistical offices.
pub const SUPPRESSED: &str = "[c]";

/// A table for people.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Grid {
    /// Heading of the first column.
    pub corner: Bilingual,
    /// Headings of the other columns.
    pub columns: Vec<Bilingual>,
    /// Rows: label and cells; the total comes last.
    pub rows: Vec<GridRow>,
}

/// A row of a grid.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GridRow {
    /// What it is about.
    pub label: Bilingual,
    /// Whether it is the total.
    pub is_total: bool,
    /// One cell per column.
    pub cells: Vec<GridCell>,
}

/// A cell of a grid.
#[derive(Debug, Clone, PartialEq)]
pub enum GridCell {
    /// A count.
    Count(Published),
    /// A statistic.
    Figure(FigureValue),
    /// A number that the programme promised.
    Target(u32),
    /// Count and target as a whole percentage.
    Reached(Published, u32),
}

impl GridCell {
    /// Whether the number is withheld.
    #[must_use]
    pub const fn is_suppressed(&self) -> bool {
        matches!(
            self,
            Self::Count(Published::Suppressed)
                | Self::Figure(FigureValue::Suppressed)
                | Self::Reached(Published::Suppressed, _)
        )
    }

    /// Whether it is published as zero, or as a share of nothing.
    const fn is_nothing(&self) -> bool {
        matches!(self, Self::Count(Published::Shown(0)) | Self::Figure(FigureValue::Undefined))
    }

    /// The cell's text.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            _ if self.is_suppressed() => SUPPRESSED.to_owned(),
            Self::Count(Published::Shown(count)) => count.to_string(),
            Self::Target(target) => target.to_string(),
            Self::Reached(Published::Shown(count), target) if *target > 0 => {
                // Rounded down: 249 of 250 is not yet all of them.
                format!("{} %", count * 100 / u64::from(*target))
            }
            Self::Figure(FigureValue::Percent { share, lower, upper, decimals }) => {
                let digits = usize::try_from(*decimals).unwrap_or(1);
                let text = format!("{share:.digits$} % ({lower:.digits$}–{upper:.digits$})");
                if language == Language::It { text.replace('.', ",") } else { text }
            }
            Self::Figure(FigureValue::Days { median, lower, upper }) => {
                let limit = |limit: &Option<u64>| limit.map_or("–".to_owned(), |days| days.to_string());
                let unit = if language == Language::It { "giorni" } else { "days" };
                format!("{median} {unit} ({}–{})", limit(lower), limit(upper))
            }
            Self::Figure(FigureValue::NotReached) => match language {
                Language::It => "non raggiunta".to_owned(),
                Language::En => "not reached".to_owned(),
            },
            _ => "–".to_owned(),
        }
    }
}

/// The programme's targets against what was reached.
#[must_use]
pub fn targets(publication: &Released<Publication>, indicators: &[Indicator], programme: &Programme) -> Grid {
    let mut rows = Vec::new();
    for indicator in indicators {
        for target in &indicator.targets {
            let promised = promised(programme, target.name);
            let reached = table(publication, &table_id(indicator, None))
                .and_then(|table| {
                    let mut place = vec![0; table.dimensions.len()];
                    if let (Some(first), Some(category)) = (place.first_mut(), &target.category) {
                        *first = table.dimensions.first()?.position(category)?;
                    }
                    table.cell(&place)
                })
                .map_or(Published::Suppressed, |cell| cell.value);
            let cells = vec![
                GridCell::Target(promised),
                GridCell::Count(reached),
                GridCell::Reached(reached, promised),
            ];
            rows.push(GridRow { label: target.label.clone(), is_total: false, cells });
        }
    }
    Grid {
        corner: Bilingual::of("Obiettivo", "Target"),
        columns: vec![
            Bilingual::of("Previsto", "Promised"),
            Bilingual::of("Raggiunto", "Reached"),
            Bilingual::of("Quota", "Share"),
        ],
        rows,
    }
}

/// The grid of an indicator.
#[must_use]
pub fn indicator(publication: &Released<Publication>, indicator: &Indicator, programme: &Programme) -> Grid {
    let layout = Layout { publication, indicator, programme };
    match (indicator.statistic, &indicator.split) {
        (Statistic::Count | Statistic::Funnel, _) => layout.counts(),
        (Statistic::Proportion, Some(split)) => layout.by_item(split),
        (Statistic::Proportion, None) => layout.figures(
            [
                Bilingual::of("Su", "Out of"),
                Bilingual::of("Con esito", "With the outcome"),
                Bilingual::of("Quota (intervallo di Wilson al 95 %)", "Share (95 % Wilson interval)"),
            ],
            1,
        ),
        (Statistic::MedianTime, _) => layout.figures(
            [
                Bilingual::of("Osservate", "Observed"),
                Bilingual::of("Con evento", "With the event"),
                Bilingual::of("Mediana (intervallo al 95 %)", "Median (95 % interval)"),
            ],
            0,
        ),
    }
}

/// What a category is called.
#[must_use]
pub fn label(indicator: &Indicator, programme: &Programme, dimension: &str, code: &str) -> Bilingual {
    let fixed = match code {
        TOTAL => Some(("Totale", "Total")),
        YES if dimension == OUTCOME => Some(("Sì", "Yes")),
        NO if dimension == OUTCOME => Some(("No", "No")),
        _ => None,
    };
    if let Some((it, en)) = fixed {
        return Bilingual::of(it, en);
    }
    if dimension == STAGE
        && let Some(stage) = indicator.stages.iter().find(|stage| stage.code == code)
    {
        return stage.label.clone();
    }
    let declared = indicator.dimensions.iter().chain(&indicator.split).find(|d| d.name == dimension);
    let Some(declared) = declared else { return Bilingual::of(code, code) };
    if let Some(merge) = declared.merge.as_ref().filter(|merge| merge.code == code) {
        return merge.label.clone();
    }
    if declared.is_site() {
        let name =
            programme.sites.iter().find(|site| site.id.as_str() == code).map(|site| site.name.as_str());
        return Bilingual::of(name.unwrap_or(code), name.unwrap_or(code));
    }
    let named = programme
        .lists()
        .named(&declared.codes)
        .and_then(|list| list.codes().iter().find(|known| known.code == code))
        .or_else(|| CodeList::named("missing_code")?.find(code));
    named.map_or_else(|| Bilingual::of(code, code), |known| Bilingual::of(&known.label_it, &known.label_en))
}

fn promised(programme: &Programme, name: TargetName) -> u32 {
    let targets = &programme.targets;
    match name {
        TargetName::Pua => targets.pua,
        TargetName::TerritorialPacts => targets.territorial_pacts,
        TargetName::OperatorsTrained => targets.operators_trained,
        TargetName::OperatorsTrainedReintegration => targets.operators_trained_reintegration,
        TargetName::OperatorsTrainedPreliminaryIdentification => {
            targets.operators_trained_preliminary_identification
        }
        TargetName::AmbitiInvolved => targets.ambiti_involved,
        TargetName::Beneficiaries => targets.beneficiaries,
    }
}

fn table<'a>(publication: &'a Released<Publication>, id: &str) -> Option<&'a PublishedTable> {
    publication.tables.iter().find(|table| table.id == id)
}

struct Layout<'a> {
    publication: &'a Released<Publication>,
    indicator: &'a Indicator,
    programme: &'a Programme,
}

impl Layout<'_> {
    /// Counts over none, one or two dimensions.
    fn counts(&self) -> Grid {
        let Some(table) = table(self.publication, &self.indicator.id) else { return Grid::empty() };
        let columns = match table.dimensions.get(1) {
            None => vec![None],
            Some(second) => order(second).into_iter().map(Some).collect(),
        };
        let displayed = |node: &Option<usize>| match node {
            None => true,
            Some(node) => table.cells.iter().any(|cell| cell.coordinates.get(1) == Some(node)),
        };
        let columns: Vec<Option<usize>> = columns.into_iter().filter(displayed).collect();
        let rows = self.rows(table.dimensions.first(), |row| {
            let place = |column: &Option<usize>| row.into_iter().chain(*column).collect::<Vec<_>>();
            columns.iter().map(|column| GridCell::Count(value(table.cell(&place(column))))).collect()
        });
        let headings = columns.iter().map(|column| match column.zip(table.dimensions.get(1)) {
            None => self.indicator.unit.clone(),
            Some((node, second)) => self.label(second, node),
        });
        Grid { corner: self.corner(), columns: headings.collect(), rows }
    }

    /// Per group: how many, how many with the outcome, and the statistic of the cell in column
    /// `figure_at` of the outcome dimension.
    fn figures(&self, columns: [Bilingual; 3], figure_at: usize) -> Grid {
        let Some(table) = table(self.publication, &self.indicator.id) else { return Grid::empty() };
        let groups = table.dimensions.first().filter(|_| table.dimensions.len() > 1);
        let rows = self.rows(groups, |row| {
            let cell = |last: usize| table.cell(&row.into_iter().chain([last]).collect::<Vec<_>>());
            vec![GridCell::Count(value(cell(0))), GridCell::Count(value(cell(1))), figure(cell(figure_at))]
        });
        Grid { corner: self.corner(), columns: columns.to_vec(), rows }
    }

    /// One column per item of a split proportion.
    fn by_item(&self, split: &DimensionDeclaration) -> Grid {
        let prefix = format!("{}-", self.indicator.id);
        let tables: Vec<(&str, &PublishedTable)> = self
            .publication
            .tables
            .iter()
            .filter_map(|table| Some((table.id.strip_prefix(&prefix)?, table)))
            .collect();
        let Some((_, first)) = tables.first() else { return Grid::empty() };
        let groups = first.dimensions.first().filter(|_| first.dimensions.len() > 1);
        let rows = self.rows(groups, |row| {
            let place: Vec<usize> = row.into_iter().chain([1]).collect();
            tables.iter().map(|(_, table)| figure(table.cell(&place))).collect()
        });
        let headings =
            tables.iter().map(|(item, _)| label(self.indicator, self.programme, &split.name, item)).collect();
        Grid { corner: self.corner(), columns: headings, rows }
    }

    fn rows(
        &self,
        dimension: Option<&Dimension>,
        cells: impl Fn(Option<usize>) -> Vec<GridCell>,
    ) -> Vec<GridRow> {
        let total = Bilingual::of("Totale", "Total");
        let Some(dimension) = dimension else {
            return vec![GridRow { label: total, is_total: true, cells: cells(None) }];
        };
        let row = |node: usize| GridRow {
            label: self.label(dimension, node),
            is_total: node == 0,
            cells: cells(Some(node)),
        };
        let rows = order(dimension).into_iter().map(row);
        // A category that is published as empty all along is left out; a PUA is not.
        let is_site = self.indicator.dimensions.iter().any(|d| d.name == dimension.name() && d.is_site());
        rows.filter(|row| row.is_total || is_site || !row.cells.iter().all(GridCell::is_nothing)).collect()
    }

    fn label(&self, dimension: &Dimension, node: usize) -> Bilingual {
        let code = dimension.nodes().get(node).map_or("", |node| node.code.as_str());
        label(self.indicator, self.programme, dimension.name(), code)
    }

    fn corner(&self) -> Bilingual {
        let total = || Bilingual::of("", "");
        self.indicator.dimensions.first().map_or_else(total, |dimension| dimension.label.clone())
    }
}

impl Grid {
    fn empty() -> Self {
        Self { corner: Bilingual::of("", ""), columns: Vec::new(), rows: Vec::new() }
    }
}

/// Nodes in the order people read: categories first and the total last; the stages of a funnel
/// as they follow each other.
fn order(dimension: &Dimension) -> Vec<usize> {
    let nodes = dimension.nodes().len();
    if dimension.name() == STAGE { (0..nodes).collect() } else { (1..nodes).chain([0]).collect() }
}

fn value(cell: Option<&PublishedCell>) -> Published {
    cell.map_or(Published::Suppressed, |cell| cell.value)
}

fn figure(cell: Option<&PublishedCell>) -> GridCell {
    let figure = cell.and_then(|cell| cell.figures.first()).map(|figure| figure.value.clone());
    GridCell::Figure(figure.unwrap_or(FigureValue::Suppressed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_reached_only_when_it_is() {
        let share = |count, target| GridCell::Reached(Published::Shown(count), target).text(Language::En);
        assert_eq!(share(249, 250), "99 %");
        assert_eq!(share(250, 250), "100 %");
        assert_eq!(share(253, 250), "101 %");
    }

    #[test]
    fn a_share_has_the_policys_decimals() {
        let share = |decimals| {
            let value = FigureValue::Percent { share: 25.0, lower: 14.25, upper: 40.5, decimals };
            GridCell::Figure(value).text(Language::It)
        };
        assert_eq!(share(2), "25,00 % (14,25–40,50)");
        assert_eq!(share(0), "25 % (14–40)");
    }
}
