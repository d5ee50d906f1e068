//! All that is wrong with an export.

use std::collections::BTreeSet;

use inlav_core::language::Language;

use super::Problem;

/// An export cannot be used. Holds every problem that was found, so that all are mended at once.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text(Language::En))]
pub struct SourceError {
    problems: Vec<Problem>,
}

impl SourceError {
    /// What is wrong: one problem as it is, several as a list. In English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let list = |problems: &[Problem]| -> String {
            problems.iter().map(|problem| format!("\n  - {}", problem.text(language))).collect()
        };
        match (self.problems.as_slice(), language) {
            ([problem], _) => problem.text(language),
            (all, Language::It) => format!("l'esportazione ha {} problemi{}", all.len(), list(all)),
            (all, Language::En) => format!("the export has {} problems{}", all.len(), list(all)),
        }
    }

    /// Everything that was found.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The problems, or `Ok` if there are none. What several tables of a wide sheet say alike is
    /// said once.
    pub(crate) fn unless_empty(mut problems: Vec<Problem>) -> Result<(), Self> {
        let mut told = BTreeSet::new();
        problems.retain(|problem| told.insert(problem.to_string()));
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }

    /// Some problems, of which there is at least one.
    pub(crate) const fn of(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// The problems, to be reported with others.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

impl From<Problem> for SourceError {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}
