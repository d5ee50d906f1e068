//! Tables with noise: what the two noise modes publish.

use inlav_core::language::Language;
use serde::Serialize;

use super::Rho;
use super::question::{Fingerprint, Flow, Hash};
use crate::{CountTable, Dimension};

/// A table of counts with noise. Every displayed cell is published; none is exact by intention.
///
/// # Guarantee
///
/// Only [`crate::noise::perturb`] and [`crate::noise::measure`] make one: its fields are private and there is no
/// `Deserialize`. So a [`crate::Released`] table with noise has been through one of the two.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NoisyTable {
    id: String,
    dimensions: Vec<Dimension>,
    guarantee: Guarantee,
    cells: Vec<NoisyCell>,
}

/// One cell with noise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoisyCell {
    /// One node per dimension.
    pub coordinates: Vec<usize>,
    /// The published count.
    pub value: u64,
    /// The smallest count that the noise leaves plausible; what that means says [`Guarantee`].
    pub lower: u64,
    /// The largest.
    pub upper: u64,
}

/// What the noise of a table is and what it protects.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Guarantee {
    /// Cell-key perturbation. The true count of a cell lies between `lower` and `upper` for certain.
    CellKey {
        /// The noise is at most this (D).
        bound: u32,
        /// Its variance is at most this (V).
        variance: f64,
        /// Counts from 1 to this are never published; 0 = all are.
        js: u32,
    },
    /// Discrete Gaussian noise under zero-concentrated differential privacy. The count of a cell, of
    /// at most k units of each person, lies between `lower` and `upper` with the confidence given,
    /// for each cell by itself; the interval is that of the least-squares estimate, widened to hold
    /// the published count.
    Dp {
        /// What the table cost of the budget, as a decimal number.
        rho: Rho,
        /// The most units that count of one person (k).
        most_units: u32,
        /// Confidence of `lower` to `upper`, as a probability.
        confidence: f64,
        /// The units that were counted: not those of earlier flows.
        flow: Flow,
    },
}

/// How far a table with noise is from the truth, over its displayed cells, in units.
///
/// For whoever chooses a method, at the hub: it is computed from the true counts, so it is **not
/// for publication** and has no `Serialize`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// Mean absolute error.
    pub mean_absolute_error: f64,
    /// The largest absolute error.
    pub largest_error: u64,
}

impl NoisyTable {
    /// A table of the displayed cells, from a value with its limits for each cell of `table`.
    pub(super) fn new(
        table: &CountTable,
        guarantee: Guarantee,
        mut cell: impl FnMut(usize) -> (u64, u64, u64),
    ) -> Self {
        let shown = (table.cells().iter().enumerate()).filter(|(_, cell)| cell.shown).map(|(index, _)| index);
        let cells = shown.map(|index| {
            let (value, lower, upper) = cell(index);
            NoisyCell { coordinates: table.coordinates(index), value, lower, upper }
        });
        Self {
            id: table.id().to_owned(),
            dimensions: table.dimensions().to_vec(),
            guarantee,
            cells: cells.collect(),
        }
    }

    /// The table's name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its sides.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// What the noise is and what it protects.
    #[must_use]
    pub fn guarantee(&self) -> &Guarantee {
        &self.guarantee
    }

    /// The displayed cells; the last dimension runs fastest.
    #[must_use]
    pub fn cells(&self) -> &[NoisyCell] {
        &self.cells
    }

    /// The cell at these coordinates, if it is displayed.
    #[must_use]
    pub fn cell(&self, coordinates: &[usize]) -> Option<&NoisyCell> {
        let at = self.cells.binary_search_by(|cell| cell.coordinates.as_slice().cmp(coordinates)).ok()?;
        self.cells.get(at)
    }

    /// SHA-256 of all that the table says: by it a ledger finds the answer to a question.
    #[must_use]
    pub fn digest(&self) -> Fingerprint {
        let mut hash = Hash::new("inlav/noise/answer/v1");
        hash.text(&self.id);
        hash.text(&self.guarantee.statement(Language::En));
        if let Guarantee::Dp { flow, .. } = &self.guarantee {
            hash.text(&flow.after.map(|day| day.to_string()).unwrap_or_default());
            hash.text(&flow.until.to_string());
        }
        hash.number(self.dimensions.len() as u64);
        for dimension in &self.dimensions {
            hash.text(dimension.name());
            hash.number(dimension.nodes().len() as u64);
            for node in dimension.nodes() {
                hash.text(&node.code);
                hash.number(node.parent.map_or(0, |parent| parent as u64 + 1));
            }
        }
        hash.number(self.cells.len() as u64);
        for cell in &self.cells {
            cell.coordinates.iter().for_each(|&at| hash.number(at as u64));
            [cell.value, cell.lower, cell.upper].into_iter().for_each(|count| hash.number(count));
        }
        hash.finish()
    }

    pub(super) fn loss(&self, truth: &CountTable) -> Loss {
        let true_counts = truth.cells().iter().filter(|cell| cell.shown).map(|cell| cell.count);
        let errors = self.cells.iter().zip(true_counts).map(|(cell, count)| cell.value.abs_diff(count));
        let (sum, largest_error) =
            errors.fold((0_u64, 0), |(sum, largest), error| (sum.saturating_add(error), error.max(largest)));
        #[expect(clippy::cast_precision_loss, reason = "sizes and errors of tables are far below 2^53")]
        let mean_absolute_error = sum as f64 / self.cells.len().max(1) as f64;
        Loss { mean_absolute_error, largest_error }
    }
}

impl Guarantee {
    /// The guarantee in a sentence or two, for readers of the table.
    #[must_use]
    pub fn statement(&self, language: Language) -> String {
        match (self, language) {
            (Self::CellKey { bound, variance, js }, Language::En) => {
                let small =
                    if *js == 0 { String::new() } else { format!(" Counts from 1 to {js} are never shown.") };
                format!(
                    "Every count has random noise of at most {bound} units (variance up to {variance}); the same \
                     group of records has the same noise in every table. Zero stays zero.{small} Totals are not \
                     the sums of their parts. This is not differential privacy."
                )
            }
            (Self::CellKey { bound, variance, js }, Language::It) => {
                let small = if *js == 0 {
                    String::new()
                } else {
                    format!(" I conteggi da 1 a {js} non compaiono mai.")
                };
                format!(
                    "Ogni conteggio ha un disturbo casuale di al più {bound} unità (varianza fino a {variance}); lo \
                     stesso gruppo di record ha lo stesso disturbo in ogni tabella. Lo zero resta zero.{small} I \
                     totali non sono la somma delle parti. Non è privacy differenziale."
                )
            }
            (Self::Dp { rho, most_units, confidence, .. }, Language::En) => format!(
                "Every count has random noise (discrete Gaussian). What the table tells about any one person is \
                 limited: {rho}-zCDP (ε {} at δ 10⁻⁶), of each person at most {most_units} units. Counted is \
                 what earlier releases did not count. Totals are the sums of their parts; the limits of each count \
                 hold with a confidence of {} %.",
                epsilon(*rho),
                percent(*confidence)
            ),
            (Self::Dp { rho, most_units, confidence, .. }, Language::It) => format!(
                "Ogni conteggio ha un disturbo casuale (gaussiana discreta). Quanto la tabella dice di una singola \
                 persona è limitato: {rho}-zCDP (ε {} con δ 10⁻⁶), di ogni persona al più {most_units} unità. Si \
                 conta quanto non è stato contato nelle pubblicazioni precedenti. I totali sono la somma delle \
                 parti; i limiti di ogni conteggio valgono con una confidenza del {} %.",
                epsilon(*rho),
                percent(*confidence)
            ),
        }
    }
}

/// ε at δ = 10⁻⁶, rounded up to hundredths.
fn epsilon(rho: Rho) -> f64 {
    (rho.epsilon(1e-6) * 100.0).ceil() / 100.0
}

/// A probability in percent, without trailing zeros.
fn percent(probability: f64) -> f64 {
    (probability * 1000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_say_what_was_done_in_both_languages() {
        let flow = Flow { after: Some(0), until: 30 };
        let dp = Guarantee::Dp { rho: "0.5".parse().unwrap(), most_units: 2, confidence: 0.95, flow };
        let cell_key = Guarantee::CellKey { bound: 5, variance: 3.0, js: 2 };
        for (guarantee, language, parts) in [
            (&dp, Language::En, ["0.5-zCDP", "at most 2 units", "95 %"]),
            (&dp, Language::It, ["0.5-zCDP", "al più 2 unità", "95 %"]),
            (
                &cell_key,
                Language::En,
                ["at most 5 units", "from 1 to 2 are never", "not differential privacy"],
            ),
            (&cell_key, Language::It, ["al più 5 unità", "da 1 a 2 non", "Non è privacy"]),
        ] {
            let statement = guarantee.statement(language);
            assert!(parts.iter().all(|part| statement.contains(part)), "{statement}");
        }
        // Rounded up, never down.
        let epsilon: f64 = epsilon("0.5".parse().unwrap());
        assert!(epsilon >= "0.5".parse::<Rho>().unwrap().epsilon(1e-6));
        assert!(dp.statement(Language::En).contains(&format!("ε {epsilon} at")));
    }
}
