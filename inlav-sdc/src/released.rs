//! The gate: the only way out of disclosure control.

use std::collections::BTreeSet;
use std::ops::Deref;

use serde::Serialize;

use super::attack::audit;
use super::certificate::Certificate;
use super::joint::Joint;
use super::lines::is_thin;
use super::noise::NoisyTable;
use super::publication::publish;
use super::suppress::choose;
use super::{CountTable, DisclosureError, Earlier, FigureRequest, Loss, Publication, ReleasePolicy};

/// Proof that a value went through disclosure control. It can be read, and nothing else.
///
/// # Guarantee
///
/// Only [`protect`] and [`protect_after`] make one, and of a table with noise its conversion from
/// [`NoisyTable`], which only the two noise modes make: the field is private to this file, and there is no constructor, no
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
/// against somebody who reads both, unless the second is [`protect_after`] the first.
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
/// Not covered here: releases made earlier (see [`protect_after`]), magnitudes, what the number of
/// persons in one table says about their referrals in another, what zeros and full categories tell
/// about a group, what an insider learns by taking its own units off a total of several sites, and
/// tables on different selections of people that share no cell (one selection contained in the
/// other): make such a selection a dimension of one table. Nor whoever reasons back from the way
/// this crate chooses secondary suppressions.
pub fn protect(
    tables: &[CountTable],
    figures: &[FigureRequest],
    policy: &ReleasePolicy,
) -> Result<Released<Publication>, DisclosureError> {
    protect_after(&[], tables, figures, policy)
}

/// Protects tables jointly with each other and with all that was released `earlier`, oldest first.
///
/// Correcting a past release is the same call: what is out stays known, and nothing else of it is
/// disclosed by what takes its place.
///
/// # Errors
///
/// As [`protect`].
///
/// # Guarantee
///
/// That of [`protect`], for an attacker who has read every earlier release too, and not only for
/// the cells of the new tables: also for every cell that an earlier release withheld, under the
/// threshold of the new policy, and for every change. The units that joined a cell between any
/// two releases, and those that left it, are protected like a cell of their own when they are 1 to
/// T−1 persons; so is what a release published under the threshold of another policy. A count that
/// was published is published for good: the same units are never withheld again. Tests:
/// `nothing_that_joined_is_told_by_two_releases`, whose attacker is an independent linear program,
/// and the others of `tests/earlier.rs`.
///
/// What earlier releases disclose already, because each was protected alone or under weaker rules,
/// does not stop the new one: it is counted in [`super::Audit::past_disclosures`], and the new
/// release is safe for an attacker who knows it.
///
/// An attacker is taken to know whether a cell only grew or only shrank, and nothing about how many
/// units came and went in a cell that did both: of such a cell the difference is published, and
/// where something else tells how many left, so is who joined. Not covered: what the changes of
/// several cells, each of them well hidden, add up to; and figures beside the counts, whose change
/// is protected only as far as the counts are.
pub fn protect_after(
    earlier: &[Earlier],
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
    let Joint { tables: all, system, past_disclosures } = Joint::of(tables, earlier, policy)?;
    let pattern = choose(&system, &all, policy)?;
    let (mut verdict, evidence) = audit(&system, &all, &pattern.hidden, &pattern.required, pattern.evidence);
    if !verdict.findings.is_empty() {
        return Err(DisclosureError::Unsafe { findings: verdict.findings });
    }
    // A line that is thin with everything withheld has been told by earlier releases.
    let everything = system.everything();
    let is_told = |equation: usize| !earlier.is_empty() && is_thin(&system, &everything, equation);
    if (0..system.equations.len())
        .any(|equation| is_thin(&system, &pattern.hidden, equation) && !is_told(equation))
    {
        return Err(DisclosureError::ThinLine);
    }
    // A checker that has this release alone cannot see the earlier ones.
    let certificate = (earlier.is_empty())
        .then(|| Certificate::of(&system, tables, &pattern.hidden, policy, &evidence, &BTreeSet::new()));
    verdict.earlier = earlier.iter().map(|release| release.name().to_owned()).collect();
    verdict.past_disclosures = past_disclosures;
    let tables = publish(&system, tables, figures, &pattern.hidden, policy)?;
    let loss = Loss { cost: pattern.cost, least: pattern.bound };
    Ok(Released(Publication { policy: policy.clone(), tables, audit: verdict, loss, certificate }))
}
