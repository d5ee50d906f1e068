//! A release and all earlier ones as one system, and what the earlier ones disclose already.

use std::borrow::Cow;

use super::attack::{Finding, Width, finding, widths};
use super::earlier::pairs;
use super::movement::Evidence;
use super::system::{Past, System, Tables, signed};
use super::{Attacker, CountTable, DisclosureError, Earlier, ReleasePolicy};

/// What [`super::protect_after`] protects.
pub(super) struct Joint<'a> {
    /// Those of the release first, then the earlier ones under names of their own.
    pub(super) tables: Cow<'a, [CountTable]>,
    pub(super) system: System,
    /// What cannot be protected any more: the system holds it for known.
    pub(super) past_disclosures: Vec<Finding>,
}

impl<'a> Joint<'a> {
    /// Puts a release and the earlier ones together.
    ///
    /// # Errors
    ///
    /// As [`System::merge_all`].
    pub(super) fn of(
        new: &'a [CountTable],
        earlier: &[Earlier],
        policy: &ReleasePolicy,
    ) -> Result<Self, DisclosureError> {
        let mut tables = Cow::Borrowed(new);
        for release in earlier {
            let named = |id: &str| format!("{id} (release {})", release.name());
            let counts = release.tables().iter().map(|table| &table.counts);
            tables.to_mut().extend(counts.map(|counts| counts.counts_named(named(counts.id()))));
        }
        let mut given =
            Tables { all: &tables, past: Vec::new(), pairs: pairs(new, earlier, policy.minimum_persons()) };
        for release in earlier {
            given.past.extend((release.tables().iter()).map(|table| Past {
                policy: release.policy(),
                published: &table.published,
                unread: false,
            }));
        }
        let mut system = System::merge_all(&given, policy)?;
        let mut past_disclosures: Vec<Finding> = (system.out_already.iter())
            .map(|&quantity| finding(&system, &tables, &Width { quantity, attacker: 0, width: 0 }))
            .collect();
        if !earlier.is_empty() {
            for told in told_already(&system, &mut given, policy)? {
                past_disclosures.push(finding(&system, &tables, &told));
                if let Some(quantity) = system.quantities.get_mut(told.quantity) {
                    quantity.known_to.push(told.attacker);
                }
            }
        }
        past_disclosures.sort_by(|one, other| one.place().cmp(&other.place()));
        Ok(Self { tables, system, past_disclosures })
    }
}

/// The quantities that stay narrower than the policy's least width, each for an attacker, with
/// everything withheld that can be, and would not had nothing been published earlier.
fn told_already(
    system: &System,
    given: &mut Tables<'_>,
    policy: &ReleasePolicy,
) -> Result<Vec<Width>, DisclosureError> {
    let least = signed(policy.least_width());
    let mut narrow = narrow(system, least);
    if narrow.is_empty() {
        return Ok(narrow);
    }
    for past in &mut given.past {
        past.unread = true;
    }
    // The same quantities in the same order: what was published changes how they are treated only.
    let untold = System::merge_all(given, policy)?;
    let anyway = self::narrow(&untold, least);
    narrow.retain(|told| {
        !anyway.iter().any(|width| (width.quantity, width.attacker) == (told.quantity, told.attacker))
    });
    Ok(narrow)
}

fn narrow(system: &System, least: i64) -> Vec<Width> {
    let (mut widths, _) = widths(system, &system.everything(), least, Evidence::none(system));
    widths.retain(|proven| proven.width < least);
    widths
}

impl Finding {
    fn place(&self) -> (&str, &[String], Option<&str>, &Attacker) {
        (&self.table, &self.coordinates, self.since.as_deref(), &self.attacker)
    }
}
