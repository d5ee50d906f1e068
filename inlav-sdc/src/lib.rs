//! Disclosure control: from true counts to what the public may see.
//!
//! Counts come in as [`CountTable`]s with all their margins; [`protect`] suppresses every cell of
//! fewer than T persons, withholds further cells until nobody can work the first ones out, attacks
//! the result, and only then makes a [`Released`] publication. Tables of one release are linked by
//! the units they count: the same group in two tables is one quantity, protected once and jointly.
//! [`protect_after`] does so jointly with all [`Earlier`] releases: what was published stays known, and
//! who joined or left a cell in between is protected like a cell.
//!
//! # Attackers
//!
//! The public, who reads everything ever released, and each insider: a site that also knows its own cells. Both
//! know the policy, that tables add up, that counts are whole and not negative, and (the worst
//! case) which suppressed cells are the unsafe ones.
//!
//! # Example
//!
//! ```
//! use inlav_sdc::{
//!     CountTable, Dimension, Published, ReleasePolicy, Row, protect,
//! };
//!
//! // 25 women and 30 men in the north, 40 and 4 in the south: 4 is below the threshold of 10.
//! let counts = [([1, 1], 25), ([1, 2], 30), ([2, 1], 40), ([2, 2], 4)];
//! let rows = counts
//!     .iter()
//!     .flat_map(|(leaves, count)| (0..*count).map(move |_| leaves.to_vec()))
//!     .zip(0..)
//!     .map(|(leaves, unit)| Row { unit, person: unit, leaves });
//! let sides = vec![
//!     Dimension::flat("area", ["north", "south"])?,
//!     Dimension::flat("sex", ["F", "M"])?,
//! ];
//! let table = CountTable::tally("area_sex", "person", sides, rows, |_| true)?;
//!
//! let released = protect(&[table], &[], &ReleasePolicy::default())?;
//! let value = |cell: &[usize]| released.tables[0].cell(cell).map(|cell| cell.value);
//! assert_eq!(value(&[0, 0]), Some(Published::Shown(99))); // totals are true totals
//! assert_eq!(value(&[2, 2]), Some(Published::Suppressed)); // the 4
//! assert_eq!(value(&[1, 1]), Some(Published::Suppressed)); // or the margins would tell the 4
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! | file | what |
//! |---|---|
//! | `policy` | the rules and their presets |
//! | `dimension`, `table` | categories; counts with all margins, tallied from microdata |
//! | `earlier` | what earlier releases published, and what changed since |
//! | `system` | all tables as one system of quantities and equations |
//! | `joint` | the system of a release and all earlier ones; what these disclose already |
//! | `movement` | proofs, checked in whole numbers |
//! | `attack` | the attackers and their [`Audit`] |
//! | `suppress` | the choice of what to withhold: exact (`exact`, `cuts`, `master`), else by hand (`repair`) |
//! | `exchange`, `simplex`, `program` | movements by trying, by linear and by integer programs |
//! | `lines` | what one line withholds, added up |
//! | `certificate` | the proofs written down, for the checker that stands alone |
//! | `figure` | statistics beside the counts |
//! | [`noise`] | cell-key perturbation and differential privacy |
//! | `publication`, `released` | what goes out; the gate |
//!
//! With the feature `files`:
//!
//! | file | what |
//! |---|---|
//! | [`any_table`] | microdata or a frequency table of anybody, from a file to a protected table |
//! | [`attack_table`] | what anybody can work out from a table that some tool has published |
//! | `source`, `hierarchy`, `categories` | CSV and Parquet files; categories of categories; codes in a column |

#[cfg(feature = "files")]
pub mod any_table;
mod attack;
#[cfg(feature = "files")]
pub mod attack_table;
#[cfg(feature = "files")]
mod categories;
mod certificate;
mod dimension;
mod earlier;
mod error;
mod exchange;
mod figure;
#[cfg(feature = "files")]
mod hierarchy;
mod joint;
mod lines;
mod movement;
pub mod noise;
mod policy;
mod program;
mod publication;
mod released;
mod simplex;
#[cfg(feature = "files")]
mod source;
mod suppress;
mod system;
mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use attack::{Attacker, Audit, Finding};
pub use certificate::{CertificateError, WrittenTable};
pub use dimension::{Dimension, Node, TOTAL};
pub use earlier::{Earlier, EarlierError};
pub use error::DisclosureError;
pub use figure::{Figure, FigureRequest, FigureValue, Measure};
pub use policy::{Cost, PolicyError, Preset, ReleasePolicy, Zeros};
pub use publication::{Loss, Publication, Published, PublishedCell, PublishedTable};
pub use released::{Released, protect, protect_after};
pub use table::{BoundedTable, CountTable, Group, Holders, KeyedTable, Row, TableError, WithoutPersons};
