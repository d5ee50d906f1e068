//! The gate: the only way out of disclosure control.

use std::collections::BTreeSet;
use std::ops::Deref;

use serde::Serialize;

use super::attack::audit;
use super::certificate::Certificate;
use super::lines::is_thin;
use super::noise::NoisyTable;
use super::publication::publish;
use super::suppress::choose;
use super::system::System;
use super::{CountTable, DisclosureError, FigureRequest, Loss, Publication, ReleasePolicy};

/// Proof that a value went through disclosure control. It can be read, and nothing else.
///
/// # Guarantee
///
/// Only [`protect`] makes one, and of a table with noise its conversion from [`NoisyTable`], which
/// only the two noise modes make: the field is private to this file, and there is no constructor, no
/// `DerefMut` and no `Deserialize`. A renderer that takes `&Released<Publication>` cannot be given
/// anything that was not attacked first, nor a table with noise.
///
/// ```
/// use inlav_sdc::{Publication, ReleasePolicy, Released, protect};
///
/// let released: Released<Publication> = protect(&[], &[], &ReleasePolicy::default())?;
/// assert!(released.tables.is_empty());
/// # Ok::<(), inlav_sdc::DisclosureError>(())
/// ```
///
/// Making one by hand does not compile:
///
/// ```compile_fail
/// use inlav_sdc::Released;
///
/// let forged = Released(42);
/// ```
///
/// Nor does changing one:
///
/// ```compile_fail
/// use inlav_sdc::{ReleasePolicy, protect};
///
/// let mut released = protect(&[], &[], &ReleasePolicy::default()).unwrap();
/// released.tables.clear();
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Released<T>(T);

impl<T> AsRef<T> for Released<T> {
    fn as_ref(&self) -> &T {
        &self.0
    }
}

impl<T> Deref for Released<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl From<NoisyTable> for Released<NoisyTable> {
    /// Releases a table with noise: what it guarantees is said by its [`super::noise::Guarantee`], and no
    /// attack on other tables was tried.
    fn from(table: NoisyTable) -> Self {
        Self(table)
    }
}

/// Protects tables jointly and releases them with the figures asked for.
///
/// Every table of a release must be in one call: what is released in two calls is not protected
/// against somebody who reads both.
///
/// # Errors
///
/// [`DisclosureError::Unprotectable`] when no pattern of suppressions protects some cell;
/// [`DisclosureError::Unsafe`] when the final attack succeeds; the other variants when tables or
/// figures contradict one another. In every case nothing is released.
///
/// # Guarantee
///
/// For the public and (unless the policy says otherwise) for every insider, every cell of 1 to T−1
/// distinct persons that the attacker does not know anyway keeps an interval of possible counts at
/// least `minimum_width` wide, jointly over all tables, knowing the policy, which suppressed cells
/// are the unsafe ones, and every total. Where an attacker knows too much for that whatever is
/// withheld, the interval is the widest attainable, at least `least_width` (never 0), and the
/// audit counts the exception. Nor do the withheld parts of one line, which anybody can add up, make
/// 1 to T−1 persons together. The verdict is an attack on the final pattern; each interval rests on
/// tables of whole numbers checked by substitution, found by that attack or, where its bounded
/// search misses them, by the defender; [`Publication::certificate`] lists them for a checker that
/// shares no code with this crate. Tests: the properties of `disclosure/tests.rs`, which enumerate
/// all tables an attacker may hold possible, `no_line_withholds_few_persons`, and
/// `every_certificate_of_linked_tables_holds`.
///
/// Not covered here: releases made earlier, magnitudes, what the number of persons in one table
/// says about their referrals in another, what zeros and full categories tell about
/// a group, what an insider learns by taking its own units off a total of several sites, and
/// tables on different selections of people that share no cell (one selection contained in the
/// other): make such a selection a dimension of one table. Nor whoever reasons back from the way
/// this crate chooses secondary suppressions.
pub fn protect(
    tables: &[CountTable],
    figures: &[FigureRequest],
    policy: &ReleasePolicy,
) -> Result<Released<Publication>, DisclosureError> {
    if let Some(request) =
        (figures.iter()).find(|request| tables.iter().all(|table| table.id() != request.table))
    {
        return Err(DisclosureError::UnknownTable {
            figure: request.label.clone(),
            table: request.table.clone(),
        });
    }
    let system = System::merge(tables, policy)?;
    let pattern = choose(&system, tables, policy)?;
    let (verdict, evidence) = audit(&system, tables, &pattern.hidden, &pattern.required, pattern.evidence);
    if !verdict.findings.is_empty() {
        return Err(DisclosureError::Unsafe { findings: verdict.findings });
    }
    if (0..system.equations.len()).any(|equation| is_thin(&system, &pattern.hidden, equation)) {
        return Err(DisclosureError::ThinLine);
    }
    let certificate = Certificate::of(&system, tables, &pattern.hidden, policy, &evidence, &BTreeSet::new());
    let tables = publish(&system, tables, figures, &pattern.hidden, policy)?;
    let loss = Loss { cost: pattern.cost, least: pattern.bound };
    Ok(Released(Publication { policy: policy.clone(), tables, audit: verdict, loss, certificate }))
}
