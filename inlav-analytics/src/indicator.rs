//! Indicators as declarations: what is counted, over whom, how it is split, and from which
//! sentence of the programme's documents it comes.
//!
//! One TOML file each, under `indicators/`, embedded in the library. The SQL yields one row per
//! unit with these columns:
//!
//! | column | type | needed by |
//! |---|---|---|
//! | `unit` | what is counted, unique; if persons are, the person | all |
//! | `person` | whose unit it is | all that are about persons |
//! | one per dimension, by its name | code | those with dimensions |
//! | `item` | code | those with `split` |
//! | `outcome` | true or false | proportions |
//! | `stage` | 1, 2, … | funnels |
//! | `days`, `event` | whole number, true or false | median times |
//!
//! `$as_of` stands for the last day the data cover.

use inlav_core::codes::{CodeList, CodeLists};
use inlav_core::language::Bilingual;
use inlav_core::text::line_of;
use serde::Deserialize;

/// Indicators of the library, in the order of the report.
const EMBEDDED: [&str; 15] = [
    include_str!("../indicators/I01.toml"),
    include_str!("../indicators/I03.toml"),
    include_str!("../indicators/I05.toml"),
    include_str!("../indicators/I07.toml"),
    include_str!("../indicators/I11.toml"),
    include_str!("../indicators/I16.toml"),
    include_str!("../indicators/I14.toml"),
    include_str!("../indicators/I15.toml"),
    include_str!("../indicators/I20.toml"),
    include_str!("../indicators/I30a.toml"),
    include_str!("../indicators/I37.toml"),
    include_str!("../indicators/I41.toml"),
    include_str!("../indicators/I55a.toml"),
    include_str!("../indicators/I55a-within-I16.toml"),
    include_str!("../indicators/I12a.toml"),
];

/// The declaration of an indicator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its number in the catalogue; a letter after it marks a part or a reading of one. 1 to 16
    /// letters and digits: tables, and files of a release, are called after it.
    pub id: String,
    /// What it is called.
    pub title: Bilingual,
    /// Who is counted, over whom, and the choices made.
    pub definition: Bilingual,
    /// What one counted unit is called in reports.
    pub unit: Bilingual,
    /// What is counted. Units of one kind are the same units in all indicators, which is how
    /// disclosure control knows that two tables count the same people.
    pub unit_kind: UnitKind,
    /// The sentence of the programme's documents that asks for it.
    pub seed_sentence: String,
    /// Whether it is for readers. One that is not has tables all the same, of which nothing is
    /// displayed: disclosure control protects what a reader could reckon from other indicators.
    #[serde(default = "yes")]
    pub published: bool,
    /// What is computed.
    pub statistic: Statistic,
    /// How it is split, outermost first: a count by two dimensions at most, all else by one, which
    /// is what a report can lay out.
    #[serde(default)]
    pub dimensions: Vec<DimensionDeclaration>,
    /// Things of which a unit may have several: one yes-or-no table is made for each.
    pub split: Option<DimensionDeclaration>,
    /// Stages of a funnel, first to last, each containing the next.
    #[serde(default)]
    pub stages: Vec<Stage>,
    /// Targets of the programme it is held against.
    #[serde(default)]
    pub targets: Vec<TargetDeclaration>,
    /// The query.
    pub sql: String,
}

const fn yes() -> bool {
    true
}

/// What is counted: a closed list, because a kind in two spellings would be two kinds, and the
/// same persons withheld in one table could be shown in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// PUA.
    Site,
    /// Territorial pacts.
    Pact,
    /// *Ambiti*.
    Ambito,
    /// Operators trained.
    Operator,
    /// Persons met by the PUA.
    Person,
    /// Referrals.
    Referral,
}

/// What is computed from the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Statistic {
    /// How many.
    Count,
    /// How many of them, with a Wilson interval.
    Proportion,
    /// How many reach each stage.
    Funnel,
    /// Kaplan–Meier median of a waiting time.
    MedianTime,
}

/// A way of splitting units.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DimensionDeclaration {
    /// Column of the query's answer.
    pub name: String,
    /// What it is called.
    pub label: Bilingual,
    /// Code list of its categories, or `site`.
    pub codes: String,
    /// Categories that are counted as one, because few persons are in each.
    pub merge: Option<Merge>,
}

/// Categories counted as one. Codes for missing values always belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// Code of the merged category; not one of the list.
    pub code: String,
    /// What it is called.
    pub label: Bilingual,
    /// The codes it takes the place of.
    pub codes: Vec<String>,
}

/// A stage of a funnel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub label: Bilingual,
}

/// A target and the count it is held against.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetDeclaration {
    /// Name of the target in the programme.
    pub name: TargetName,
    /// Category of the first dimension that is held against it; the total if there is none.
    pub category: Option<String>,
    /// What it is called.
    pub label: Bilingual,
}

/// The targets of [`inlav_core::programme::Targets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetName {
    /// PUA opened.
    Pua,
    /// Pacts signed.
    TerritorialPacts,
    /// Operators trained.
    OperatorsTrained,
    /// Operators trained in reintegration.
    OperatorsTrainedReintegration,
    /// Operators trained in preliminary identification.
    OperatorsTrainedPreliminaryIdentification,
    /// Ambiti reached.
    AmbitiInvolved,
    /// Persons taken in charge.
    Beneficiaries,
}

/// A declaration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndicatorError {
    /// Not valid TOML of the expected form.
    #[error("the declaration is not valid (line {line})")]
    Syntax {
        /// Line of the fault, from 1.
        line: usize,
    },
    /// The id is not 1 to 16 letters and digits.
    #[error("the id of an indicator is 1 to 16 letters and digits, for example I37")]
    Id,
    /// Names a code list that does not exist.
    #[error("indicator {indicator} names code list {list}, which does not exist")]
    UnknownList {
        /// The indicator.
        indicator: String,
        /// The list.
        list: String,
    },
    /// Parts of the declaration do not fit its statistic.
    #[error("indicator {indicator}: {what}")]
    Unfit {
        /// The indicator.
        indicator: String,
        /// What does not fit.
        what: &'static str,
    },
}

/// The library's indicators.
#[must_use]
pub fn embedded() -> Vec<Indicator> {
    EMBEDDED
        .iter()
        .map(|text| Indicator::parse(text).expect("a test of this module parses every embedded declaration"))
        .collect()
}

impl Indicator {
    /// Reads a declaration from the text of its TOML file.
    ///
    /// # Errors
    /// [`IndicatorError`].
    pub fn parse(text: &str) -> Result<Self, IndicatorError> {
        let indicator: Self = toml::from_str(text).map_err(|fault| {
            let line = fault.span().map_or(1, |span| line_of(text, span.start));
            IndicatorError::Syntax { line }
        })?;
        indicator.check(CodeLists::built_in())?;
        Ok(indicator)
    }

    /// Checks what [`Indicator::parse`] does, by the code lists of a programme: for other lists than
    /// the built-in ones, and for declarations whose fields were set in code.
    pub(crate) fn check(&self, lists: &CodeLists) -> Result<(), IndicatorError> {
        if !(1..=16).contains(&self.id.len()) || !self.id.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(IndicatorError::Id);
        }
        for dimension in self.dimensions.iter().chain(&self.split) {
            if dimension.codes != SITE && lists.named(&dimension.codes).is_none() {
                return Err(IndicatorError::UnknownList {
                    indicator: self.id.clone(),
                    list: dimension.codes.clone(),
                });
            }
        }
        let unfit = |what| Err(IndicatorError::Unfit { indicator: self.id.clone(), what });
        if self.dimensions.iter().chain(&self.split).any(|dimension| dimension.merges_into_itself(lists)) {
            return unfit("the code of merged categories is one of the list");
        }
        if self.split.as_ref().is_some_and(DimensionDeclaration::is_site) {
            return unfit("it cannot be split by PUA, only have PUA as a dimension");
        }
        match self.statistic {
            Statistic::Funnel if self.stages.len() < 2 => unfit("a funnel needs two stages or more"),
            Statistic::Count | Statistic::Proportion | Statistic::MedianTime if !self.stages.is_empty() => {
                unfit("only a funnel has stages")
            }
            Statistic::Count | Statistic::Funnel | Statistic::MedianTime if self.split.is_some() => {
                unfit("only a proportion can be split by item")
            }
            Statistic::Count if self.dimensions.len() > 2 => unfit("a count has at most two dimensions"),
            Statistic::Proportion | Statistic::Funnel | Statistic::MedianTime
                if self.dimensions.len() > 1 =>
            {
                unfit("a proportion, funnel or median time has at most one dimension; only a count has two")
            }
            _ => Ok(()),
        }
    }
}

impl UnitKind {
    /// The kind as declarations write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Pact => "pact",
            Self::Ambito => "ambito",
            Self::Operator => "operator",
            Self::Person => "person",
            Self::Referral => "referral",
        }
    }

    /// Whether each unit is a person: its number is then that of the person.
    #[must_use]
    pub const fn is_person(self) -> bool {
        matches!(self, Self::Person | Self::Operator)
    }
}

impl DimensionDeclaration {
    /// Whether its merged category has a code of the list: two categories would be one.
    fn merges_into_itself(&self, lists: &CodeLists) -> bool {
        let list = lists.named(&self.codes).into_iter().flat_map(CodeList::codes);
        self.merge.as_ref().is_some_and(|merge| list.into_iter().any(|code| code.code == merge.code))
    }

    /// Whether its categories are the PUA.
    #[must_use]
    pub fn is_site(&self) -> bool {
        self.codes == SITE
    }
}

/// The name by which a dimension asks for the programme's PUA.
const SITE: &str = "site";

#[cfg(test)]
mod tests;
