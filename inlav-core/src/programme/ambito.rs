//! The *ambiti* of the programme's region and the municipalities they are made of.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ProgrammeError;
use crate::codes::{Code, CodeList, Verified};
use crate::value::{parse_ambito, parse_municipality};

/// The code list whose codes are municipalities and whose crosswalk is their *ambito*. It is there if
/// the programme says which municipalities belong to which *ambito*.
pub const AMBITO_OF_MUNICIPALITY: &str = "ambito_of_municipality";

/// An *Ambito Territoriale Sociale* and its municipalities.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ambito {
    /// Its number in the programme's list, for example `AMB07`.
    pub id: String,
    /// Its municipalities, ISTAT codes of six digits.
    pub municipalities: Vec<String>,
}

/// The list that says of which *ambito* a municipality is; `None` if there are no *ambiti*.
///
/// # Errors
/// [`ProgrammeError::Ambito`] for one that cannot be used.
pub(super) fn list(ambiti: &[Ambito]) -> Result<Option<CodeList>, ProgrammeError> {
    let mut codes = Vec::new();
    let mut seen = BTreeSet::new();
    for (number, ambito) in (1..).zip(ambiti) {
        let refused = |reason| ProgrammeError::Ambito { number, reason };
        if parse_ambito(&ambito.id).as_ref() != Some(&ambito.id) {
            return Err(refused("whose id is not a number such as AMB07"));
        }
        for municipality in &ambito.municipalities {
            if parse_municipality(municipality).as_ref() != Some(municipality) {
                return Err(refused("with a municipality that is not an ISTAT code of six digits"));
            }
            if !seen.insert(municipality) {
                return Err(refused("with a municipality that is there already"));
            }
            codes.push(Code {
                code: municipality.clone(),
                label_it: municipality.clone(),
                label_en: municipality.clone(),
                maps_to: ambito.id.clone(),
                valid_from: None,
                valid_to: None,
                source: "the programme's file".to_owned(),
                verified: Verified::Design,
            });
        }
    }
    Ok((!codes.is_empty()).then(|| CodeList::new(AMBITO_OF_MUNICIPALITY, codes, &[])))
}
