//! Noise instead of suppression: every cell is published, none is exact.
//!
//! Two modes that protect in different ways; `docs/NOISE.md` says which is for what.
//!
//! * **Cell key** ([`perturb`]): every cell gets small noise looked up by the sum of its records'
//!   keys. The same set of records gets the same noise, however often and in whichever table it is
//!   asked for. Margins do not add up. No formal guarantee.
//! * **Differential privacy** ([`measure`]): every margin gets discrete Gaussian noise, drawn once;
//!   least squares and rounding make one consistent table of it. What it tells about any one person
//!   is limited and accounted for in a [`Budget`].
//!
//! Nothing here reads a file, a clock or the operating system's randomness: keys and generators
//! are passed in, budgets are returned.
//!
//! | file | what |
//! |---|---|
//! | `policy` | which noise a policy file asks for |
//! | `record_key` | the secret key, keys of records and cells |
//! | `entropy`, `ptable` | the perturbation table, by maximum entropy |
//! | `cell_key` | perturbing a table |
//! | `rho` | privacy losses, their sum, their meaning as (ε, δ) |
//! | `question`, `budget` | what is asked, charged once, refused when spent |
//! | `margins` | which margins are measured at which loss |
//! | `sampler` | the discrete Gaussian, exactly |
//! | `measure` | differential privacy from table to table |
//! | `least_squares`, `whole_numbers` | post-processing |
//! | `noisy` | what goes out |

mod budget;
mod cell_key;
mod entropy;
mod least_squares;
mod margins;
mod measure;
mod noisy;
mod policy;
mod ptable;
mod question;
mod record_key;
mod rho;
mod sampler;
mod whole_numbers;

pub use budget::{Budget, BudgetError, Charge, Decision, Permit};
pub use cell_key::perturb;
pub use margins::{MeasureError, Shares};
pub use measure::measure;
pub use noisy::{Guarantee, Loss, NoisyCell, NoisyTable};
pub use policy::{NoisePolicy, NoisePolicyError};
pub use ptable::{PerturbationError, PerturbationTable};
pub use question::{Fingerprint, FingerprintError, Flow, Question};
pub(crate) use record_key::CellKey;
pub use record_key::{PerturbationKey, RecordKey};
pub use rho::{Rho, RhoError};
