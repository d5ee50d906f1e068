//! What a table's file says about itself besides its columns.

use std::fmt::Write as _;

use inlav_core::exchange::{Digest, PSEUDONYM_ALGORITHM};
use inlav_core::identifiers::NORMALISER_VERSION;
use inlav_core::policy::Action;

use crate::pseudonymise::{TablePseudonymiser, id_types};

/// What all files of an extract say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common {
    /// The current epoch.
    pub(super) epoch: u32,
    pub(super) policy: Digest,
    pub(super) schema: Digest,
    pub(super) synthetic: bool,
}

impl Common {
    /// Keys and values of a file, in the order of the keys.
    pub(super) fn footer(&self, name: &str, id_types: String) -> Vec<(&'static str, String)> {
        vec![
            ("inlav.algorithm", PSEUDONYM_ALGORITHM.to_owned()),
            ("inlav.epoch", self.epoch.to_string()),
            ("inlav.id_types", id_types),
            ("inlav.normaliser", NORMALISER_VERSION.to_string()),
            ("inlav.policy", self.policy.to_string()),
            ("inlav.schema", self.schema.to_string()),
            ("inlav.synthetic", self.synthetic.to_string()),
            ("inlav.table", name.to_owned()),
        ]
    }
}

/// Kinds of identifier behind each column of pseudonyms, by number:
/// `case_id=33;site_person_id=32`.
pub(super) fn id_types_of(pseudonymiser: &TablePseudonymiser) -> String {
    let mut text = String::new();
    for made in pseudonymiser.columns() {
        if made.action != Action::Pseudonym {
            continue;
        }
        let kinds = pseudonymiser.table().column(made.source).map(|column| id_types(column.kind));
        let numbers: Vec<String> =
            kinds.unwrap_or_default().into_iter().map(|kind| kind.number().to_string()).collect();
        let mark = if text.is_empty() { "" } else { ";" };
        let _ = write!(text, "{mark}{}={}", made.name, numbers.join(","));
    }
    text
}
