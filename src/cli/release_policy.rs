//! The release policy that a command is given.

use std::path::Path;

use inlav_core::language::{Bilingual, Language};
use inlav_sdc::{Cost, PolicyError, ReleasePolicy, Zeros};

use super::failure::{Class, Failure};

/// Reads a release policy (TOML); without a file the safe defaults.
pub(super) fn open(path: Option<&Path>) -> Result<ReleasePolicy, Failure> {
    let Some(path) = path else { return Ok(ReleasePolicy::default()) };
    let text = std::fs::read_to_string(path).map_err(|fault| {
        let (path, refusal) = (path.display(), Language::It.refusal(&fault));
        let text = Bilingual::of(
            format!("impossibile leggere {path}: {refusal}"),
            format!("cannot read {path}: {fault}"),
        );
        Failure::told(Class::Input, text)
    })?;
    text.parse().map_err(|fault: PolicyError| Failure::new(Class::Policy, &fault))
}

/// The defaults for a table of anybody: zeros are published, every cell costs the same.
pub(super) fn of_any_table(threshold: Option<u64>) -> Result<ReleasePolicy, Failure> {
    let text = threshold.map(|threshold| format!("minimum_persons = {threshold}")).unwrap_or_default();
    let policy: ReleasePolicy =
        text.parse().map_err(|fault: PolicyError| Failure::new(Class::Policy, &fault))?;
    Ok(policy.with_zeros(Zeros::Published).with_cost(Cost::Cells))
}
