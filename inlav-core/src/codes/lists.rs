//! The code lists in use: the built-in ones, and what a programme puts beside or instead of them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::CodeList;

/// The code lists in use, by name. A clone shares them.
#[derive(Debug, Clone)]
pub struct CodeLists(Arc<BTreeMap<String, CodeList>>);

impl CodeLists {
    /// The built-in lists.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<CodeLists> = LazyLock::new(|| CodeLists(Arc::new(super::embedded())));
        &BUILT_IN
    }

    /// The list of this name, if there is one.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&CodeList> {
        self.0.get(name)
    }

    /// Every list, by name.
    pub fn all(&self) -> impl Iterator<Item = &CodeList> {
        self.0.values()
    }

    /// These lists, with others in the place of those of the same names.
    #[must_use]
    pub(crate) fn with(&self, lists: impl IntoIterator<Item = CodeList>) -> Self {
        let mut all = (*self.0).clone();
        all.extend(lists.into_iter().map(|list| (list.name().to_owned(), list)));
        Self(Arc::new(all))
    }
}

impl Default for CodeLists {
    fn default() -> Self {
        Self::built_in().clone()
    }
}
