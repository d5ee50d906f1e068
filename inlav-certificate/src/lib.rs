//! The independent checker of a release: what disclosure control claims, re-verified by
//! substitution in whole numbers.
//!
//! It reads the released tables (CSV) and their certificate (`audit.json`), which holds the true
//! counts and is not for publication. There is no solver here, no code of the optimiser that made
//! the certificate, and no search: every check puts numbers into sums. So whoever doubts a release
//! has these few files to read, and no other.
//!
//! ```no_run
//! let verdict = inlav_certificate::check("release".as_ref(), "release/audit.json".as_ref())?;
//! println!("{} intervals hold", verdict.intervals);
//! # Ok::<(), inlav_certificate::Rejection>(())
//! ```
//!
//! # What is checked
//!
//! * The certificate is of the version known here, in its one canonical form, and sealed.
//! * Each released table is the file named, has each displayed cell once, and publishes what the
//!   true count gives under the rounding; no other CSV lies in the folder.
//! * The true tables add up along every dimension; persons fit units and margins.
//! * Every cell of 1 to T−1 persons is suppressed, and so is every empty cell below one.
//! * What is suppressed in one line does not make 1 to T−1 persons together.
//! * Every witness is a table that adds up, agrees with all that is published, and lies within what
//!   the marks say.
//! * Against the public and every insider, each unsafe cell that the attacker does not know has two
//!   such tables, which the attacker cannot refute, as far apart as the policy asks, or as an
//!   exception that is counted.
//!
//! # What is not
//!
//! That the true counts are those of the data, that cells with the same units are declared one
//! quantity, and that the policy is the one that was wanted: the certificate says so, nobody can see
//! it from the release. That an exception could not be wider and that an end with the basis `solver`
//! is exact: a solver said so. Further columns, as labels and statistics, and files that are no CSV are
//! not looked at, and the verdict names them. The seal finds damage; whoever changes a certificate can seal it again, and then it has to stand
//! by what it proves.
//!
//! # Map
//!
//! | file | what |
//! |---|---|
//! | `format` | the certificate as written |
//! | `shape` | how the cells of a table hang together |
//! | `check` | the claims |
//! | `released` | the files |
//! | `rejection` | what is wrong |

mod check;
mod format;
mod rejection;
mod released;
mod shape;

use std::path::Path;

use serde::Serialize;

use check::Checker;
use format::{Certificate, Status};
use shape::Shape;

pub use format::CertifiedPolicy;
pub use rejection::{Place, Reason, Rejection};

/// What holds for a release. For those who made it: how narrow intervals are and how many exceptions
/// there are tells something about the counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// Tables, those of which nothing is displayed included.
    pub tables: usize,
    /// Displayed cells that are published.
    pub published: usize,
    /// Displayed cells that are suppressed.
    pub suppressed: usize,
    /// The public and the insiders.
    pub attackers: usize,
    /// Unsafe quantities; the same units in several cells are one.
    pub cells_attacked: usize,
    /// Intervals that hold, one for each unsafe quantity and attacker who does not know it.
    pub intervals: usize,
    /// Intervals among them that are narrower than the minimum width, as the certificate declares.
    pub exceptions: usize,
    /// The narrowest interval, in units counted.
    pub narrowest: Option<u64>,
    /// Ends of intervals beyond which nothing is possible, as is plain to see.
    pub exact_ends: usize,
    /// Ends beyond which nothing is possible on the word of a solver.
    pub solver_ends: usize,
    /// The rules claimed.
    pub policy: CertifiedPolicy,
    /// Files of the release that were not looked at.
    pub unchecked: Vec<String>,
    /// Columns of the tables that were not looked at, as `file: column`: labels, statistics.
    pub unchecked_columns: Vec<String>,
}

/// Checks a release: the tables in `folder` against the certificate in the file `certificate`.
///
/// # Errors
///
/// [`Rejection`] with the first thing that is wrong; such a release must not be published.
///
/// # Guarantee
///
/// A verdict means that all under "what is checked" above holds. Tests: `inlav-sdc/src/tests/certificates`
/// changes every number, text, key and element of certificates and tables, with the seal as it was and
/// sealed again, and compares what still passes with a list of all tables an attacker may hold
/// possible.
pub fn check(folder: &Path, certificate: &Path) -> Result<Verdict, Rejection> {
    let place = || Place::File(certificate.display().to_string());
    let text = String::from_utf8(released::read(certificate)?).unwrap_or_default();
    let claimed = Certificate::read(&text).map_err(|reason| Rejection { place: place(), reason })?;
    let mut checker = Checker::of(&claimed)?;
    checker.check_truth()?;
    checker.check_lines()?;
    let statuses = |shape: &Shape<'_>| -> Vec<Status> {
        let cells = shape.table.cells.iter().zip(&shape.displayed).filter(|(_, displayed)| **displayed);
        cells.filter_map(|(number, _)| Some(claimed.quantities.get(*number)?.status)).collect()
    };
    let (published, suppressed): (Vec<Status>, Vec<Status>) =
        checker.shapes.iter().flat_map(statuses).partition(|status| status.is_published());
    let attacked = claimed.quantities.iter().filter(|quantity| quantity.status == Status::Unsafe);
    let mut verdict = Verdict {
        tables: claimed.tables.len(),
        published: published.len(),
        suppressed: suppressed.len(),
        attackers: claimed.insiders.len() + 1,
        cells_attacked: attacked.count(),
        intervals: 0,
        exceptions: 0,
        narrowest: None,
        exact_ends: 0,
        solver_ends: 0,
        policy: claimed.policy.clone(),
        unchecked: Vec::new(),
        unchecked_columns: Vec::new(),
    };
    checker.check_proofs(&checker.check_witnesses()?, &mut verdict)?;
    let (files, columns) = released::check_files(folder, &claimed, &checker.shapes)?;
    verdict.unchecked = files.into_iter().filter(|name| folder.join(name) != certificate).collect();
    verdict.unchecked_columns = columns.into_iter().collect();
    Ok(verdict)
}
