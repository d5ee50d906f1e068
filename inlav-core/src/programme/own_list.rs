//! Code lists of a programme's own.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{ProgrammeError, TOTAL};
use crate::codes::{Code, CodeList, CodeLists, MissingCode, Verified, words};
use crate::registry;
use crate::text::fold;

/// What a programme does to a built-in code list.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OwnList {
    /// Whether the codes stand beside the built-in ones or in their place.
    pub mode: ListMode,
    /// The codes, in the order in which they are shown.
    pub codes: Vec<OwnCode>,
}

/// Whether a programme's codes stand beside the built-in ones or in their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListMode {
    /// Beside them, after the last one.
    Extend,
    /// In their place; the usual words for the built-in codes go with them.
    Replace,
}

/// One code of a programme's own.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OwnCode {
    /// The code: 1 to 32 capital letters, digits, `_`, `-` or `.`.
    pub code: String,
    /// Italian label.
    pub label_it: String,
    /// English label.
    pub label_en: String,
    /// Crosswalk to other classifications, or the code of the parent.
    #[serde(default)]
    pub maps_to: String,
    /// Other words by which offices call it.
    #[serde(default)]
    pub words: Vec<String>,
    /// First day on which the code is in use; `None` if it always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day on which the code is in use; `None` if it has no end.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
}

/// Lists whose codes the program's own rules name: another meaning of one of them would make a
/// rule wrong without a word.
const FIXED: [&str; 9] = [
    "answer",
    "case_state",
    "consent_type",
    "country",
    "htcds_status_decider",
    "identification_status",
    "missing_code",
    "pact_status",
    "seed_sector",
];

/// Codes that rules and views name. A programme that puts its own codes in the place of a list keeps
/// these, in their meaning: without them a rule would be silent.
const NAMED: [(&str, &[&str]); 11] = [
    ("closure_reason", &["INVIO_ANTITRATTA"]),
    ("contact_channel", &["ANTITRATTA", "NV"]),
    ("contract_type", &["NESSUNO", "TI", "TIR"]),
    ("employment_status_esf", &["OCC", "OCC_AUT"]),
    ("event_outcome", &["SVOLTO"]),
    ("outcome_type", &["LAV_EMERSO", "LAV_MIGL", "LAV_REG", "REENTRY", "TIR_ASS", "TIR_COMP"]),
    ("referral_direction", &["IN"]),
    (
        "referral_status",
        &["PROPOSTO", "INVIATO", "ACCETTATO", "RIFIUTATO", "AVVIATO", "ESITO_NEG", "ESITO_POS", "DECADUTO"],
    ),
    ("residence_title", &["IT", "TEMP", "UE"]),
    ("service_type", &["TIROCINIO"]),
    ("work_regularity", &["NERO"]),
];

impl OwnList {
    /// The list that comes of it.
    ///
    /// # Errors
    /// [`ProgrammeError::UnknownList`] and [`ProgrammeError::FixedList`] for a list that no
    /// programme can change, [`ProgrammeError::Code`] for a code that cannot be used.
    pub(super) fn resolve(&self, name: &str) -> Result<CodeList, ProgrammeError> {
        let built_in =
            CodeLists::built_in().named(name).ok_or_else(|| ProgrammeError::UnknownList(name.to_owned()))?;
        let is_item = |column: &registry::Column| column.item.is_some_and(|(list, _)| list == name);
        if FIXED.contains(&name) || registry::tables().iter().flat_map(|table| table.columns).any(is_item) {
            return Err(ProgrammeError::FixedList(name.to_owned()));
        }
        let (mut codes, mut words) = match self.mode {
            ListMode::Extend => (built_in.codes().to_vec(), words().remove(name).unwrap_or_default()),
            ListMode::Replace => (Vec::new(), Vec::new()),
        };
        let mut seen: BTreeSet<String> = codes.iter().map(|code| fold(&code.code)).collect();
        for own in &self.codes {
            let refused =
                |reason| ProgrammeError::Code { list: name.to_owned(), code: own.code.clone(), reason };
            own.check().map_err(refused)?;
            if !seen.insert(fold(&own.code)) {
                return Err(refused("the list has it already"));
            }
            words.extend(own.words.iter().map(|word| (word.clone(), own.code.clone())));
            codes.push(own.code());
        }
        if codes.is_empty() {
            return Err(ProgrammeError::EmptyList(name.to_owned()));
        }
        let named = NAMED.iter().filter(|(list, _)| *list == name).flat_map(|(_, codes)| *codes);
        for code in named {
            if codes.iter().all(|own| own.code != *code) {
                return Err(ProgrammeError::Code {
                    list: name.to_owned(),
                    code: (*code).to_owned(),
                    reason: "rules and indicators need it, and the list that takes the built-in one's place lacks it",
                });
            }
        }
        let list = CodeList::new(name, codes, &words);
        for own in &self.codes {
            for word in [&own.label_it, &own.label_en].into_iter().chain(&own.words) {
                if list.find(word).is_none_or(|found| found.code != own.code) {
                    return Err(ProgrammeError::Code {
                        list: name.to_owned(),
                        code: own.code.clone(),
                        reason: "one of its labels or words stands for another code too",
                    });
                }
            }
        }
        // A built-in label that an own code shares would find neither of them any more.
        let lost = list.codes().iter().find(|code| {
            let finds =
                |list: &CodeList| list.find(&code.label_it).is_some_and(|found| found.code == code.code);
            finds(built_in) && !finds(&list)
        });
        match lost {
            None => Ok(list),
            Some(code) => Err(ProgrammeError::Code {
                list: name.to_owned(),
                code: code.code.clone(),
                reason: "a code of the programme takes its label",
            }),
        }
    }
}

impl OwnCode {
    fn check(&self) -> Result<(), &'static str> {
        let fits = (1..=32).contains(&self.code.len())
            && self
                .code
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.'))
            && !fold(&self.code).is_empty();
        if !fits {
            return Err("a code is 1 to 32 capital letters, digits, underscores, hyphens or points");
        }
        if self.code == TOTAL {
            return Err("released tables call their sums so");
        }
        if MissingCode::parse(&self.code).is_some() {
            return Err("it says already that a value is missing");
        }
        if [&self.label_it, &self.label_en].into_iter().chain(&self.words).any(|text| fold(text).is_empty()) {
            return Err("it needs an Italian and an English label, and no blank word");
        }
        if self.valid_from.zip(self.valid_to).is_some_and(|(from, to)| to < from) {
            return Err("its last day lies before its first one");
        }
        Ok(())
    }

    fn code(&self) -> Code {
        Code {
            code: self.code.clone(),
            label_it: self.label_it.clone(),
            label_en: self.label_en.clone(),
            maps_to: self.maps_to.clone(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            source: "programme".to_owned(),
            verified: Verified::Design,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_rules_name_are_built_in() {
        for (list, codes) in NAMED {
            let list = CodeLists::built_in().named(list).unwrap();
            assert!(codes.iter().all(|code| list.codes().iter().any(|known| known.code == *code)));
        }
    }
}
