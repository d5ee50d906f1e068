//! What the public gets to see.

use std::collections::BTreeMap;

use serde::Serialize;

use super::certificate::{Certificate, CertificateError, WrittenTable};
use super::figure::{self, Figure, FigureRequest};
use super::system::{Kind, System};
use super::{Audit, CountTable, Dimension, DisclosureError, ReleasePolicy};

/// Tables ready to be read by anybody, with the policy and the audit that let them out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Publication {
    /// The rules applied.
    pub policy: ReleasePolicy,
    /// The tables, in the order given.
    pub tables: Vec<PublishedTable>,
    /// The attack that all of them together withstood.
    pub audit: Audit,
    /// What withholding safe cells costs. Not published.
    #[serde(skip)]
    pub loss: Loss,
    /// The proof of it, with true counts.
    #[serde(skip)]
    pub(super) certificate: Option<Certificate>,
}

impl Publication {
    /// The certificate of this publication, for its displayed tables as they were written: canonical
    /// JSON with a seal, which the crate `inlav-certificate` re-verifies.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] unless every displayed table has one file, and always of a release that was
    /// protected jointly with earlier ones, which a checker that has it alone cannot see.
    ///
    /// # Guarantee
    ///
    /// None: **it holds the true counts and is not for publication.** It goes to whoever may read
    /// the data anyway, into a file that only its owner can read, and nowhere else. It is in no
    /// `Debug` and no `Serialize` of the publication (`a_publication_does_not_carry_its_certificate_along`).
    pub fn certificate(&self, files: &[WrittenTable<'_>]) -> Result<String, CertificateError> {
        self.certificate.as_ref().ok_or(CertificateError::Earlier)?.json(files)
    }
}

/// What is lost by withholding cells that are safe themselves, in the measure of the policy's
/// [`super::Cost`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Loss {
    /// The cost of what is withheld.
    pub cost: f64,
    /// No safe pattern costs less than this.
    pub least: f64,
}

impl Loss {
    /// Whether it is proven that no safe pattern costs less.
    #[must_use]
    pub fn is_least(&self) -> bool {
        self.cost <= self.least
    }
}

/// One published table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PublishedTable {
    /// Its name.
    pub id: String,
    /// Its sides.
    pub dimensions: Vec<Dimension>,
    /// The displayed cells only, the last dimension running fastest.
    pub cells: Vec<PublishedCell>,
}

/// One displayed cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PublishedCell {
    /// One node index per dimension.
    pub coordinates: Vec<usize>,
    /// The count, or the mark.
    pub value: Published,
    /// Statistics beside it.
    pub figures: Vec<Figure>,
}

/// A count as published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Published {
    /// The count, in units, rounded as the policy says if persons are behind it; exact by default.
    Shown(u64),
    /// Withheld. One mark only: it does not tell whether the cell itself is small, protects
    /// another one, or is an empty part of a small one.
    Suppressed,
}

impl PublishedTable {
    /// The cell at these coordinates, if it is displayed.
    pub fn cell(&self, coordinates: &[usize]) -> Option<&PublishedCell> {
        self.cells.iter().find(|cell| cell.coordinates == coordinates)
    }
}

/// Writes out what is not hidden, and the figures that rest on it.
pub(super) fn publish(
    system: &System,
    tables: &[CountTable],
    figures: &[FigureRequest],
    hidden: &[bool],
    policy: &ReleasePolicy,
) -> Result<Vec<PublishedTable>, DisclosureError> {
    let mut published = Vec::with_capacity(tables.len());
    // A table of which nothing is displayed is there to be protected, not to be read.
    let displayed = |table: &CountTable| table.cells().iter().any(|cell| cell.shown);
    for (table, quantities) in tables.iter().zip(&system.cells).filter(|(table, _)| displayed(table)) {
        let values: Vec<Published> = (table.cells().iter().zip(quantities))
            .map(|(cell, &quantity)| {
                let withheld = hidden.get(quantity).is_none_or(|&hidden| hidden);
                let treated = system.quantities.get(quantity).map(|q| q.kind);
                match treated {
                    // Of sites and pacts there is nothing to hide.
                    Some(Kind::Open | Kind::Zero | Kind::Fixed) if !withheld && cell.persons == 0 => {
                        Published::Shown(cell.count)
                    }
                    // What is out already is not shown again if it has too few persons by now.
                    Some(Kind::Fixed) if cell.persons < policy.minimum_persons() => Published::Suppressed,
                    Some(Kind::Open | Kind::Zero | Kind::Fixed) if !withheld => {
                        Published::Shown(policy.published(cell.count))
                    }
                    _ => Published::Suppressed,
                }
            })
            .collect();
        let mut beside = figures_of(table, figures, &values, policy)?;
        let cells = (table.cells().iter().zip(&values).enumerate())
            .filter(|(_, (cell, _))| cell.shown)
            .map(|(index, (_, &value))| PublishedCell {
                coordinates: table.coordinates(index),
                value,
                figures: beside.remove(&index).unwrap_or_default(),
            })
            .collect();
        published.push(PublishedTable {
            id: table.id().to_owned(),
            dimensions: table.dimensions().to_vec(),
            cells,
        });
    }
    Ok(published)
}

fn figures_of(
    table: &CountTable,
    requests: &[FigureRequest],
    values: &[Published],
    policy: &ReleasePolicy,
) -> Result<BTreeMap<usize, Vec<Figure>>, DisclosureError> {
    let value = |index: usize| values.get(index).copied().unwrap_or(Published::Suppressed);
    let mut figures: BTreeMap<usize, Vec<Figure>> = BTreeMap::new();
    for request in requests.iter().filter(|request| request.table == table.id()) {
        let (own, other) = figure::locate(request, table)?;
        let released =
            figure::release(&request.measure, value(own), value(other), policy).map_err(|source| {
                DisclosureError::Proportion {
                    figure: request.label.clone(),
                    table: request.table.clone(),
                    source,
                }
            })?;
        figures.entry(own).or_default().push(Figure { label: request.label.clone(), value: released });
    }
    Ok(figures)
}
