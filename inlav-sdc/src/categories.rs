//! What the codes in a column mean: leaves, margins, missing values.

use std::collections::BTreeMap;

use crate::hierarchy::Hierarchy;
use crate::source::is_total;
use crate::{Dimension, TableError};

/// Where a code stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// At a category without parts.
    Leaf,
    /// At a category with parts.
    Inner,
    /// At the total.
    Total,
}

/// The codes of one column that have been met, numbered as they came.
pub(crate) struct Categories {
    name: String,
    hierarchy: Option<Hierarchy>,
    /// The place of each code of the hierarchy, with its node.
    known: BTreeMap<String, Place>,
    totals: Vec<String>,
    met: BTreeMap<String, (u32, Place)>,
}

impl Categories {
    pub(crate) fn new(name: &str, hierarchy: Option<Hierarchy>, totals: &[String]) -> Self {
        let nodes = hierarchy.as_ref().map_or(&[][..], |hierarchy| &hierarchy.nodes);
        let mut has_parts = vec![false; nodes.len()];
        for parent in nodes.iter().filter_map(|node| node.parent) {
            if let Some(inner) = has_parts.get_mut(parent) {
                *inner = true;
            }
        }
        let place = |inner: bool| if inner { Place::Inner } else { Place::Leaf };
        let known = (nodes.iter().zip(has_parts).skip(1))
            .map(|(node, inner)| (node.code.clone(), place(inner)))
            .collect();
        Self { name: name.to_owned(), hierarchy, known, totals: totals.to_vec(), met: BTreeMap::new() }
    }

    /// The column's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The number and the place of a code, or `None` if the hierarchy does not have it.
    pub(crate) fn of(&mut self, code: &str) -> Option<(u32, Place)> {
        if let Some(&met) = self.met.get(code) {
            return Some(met);
        }
        let place = if is_total(code) || self.totals.iter().any(|total| total == code) {
            Place::Total
        } else if code.is_empty() || self.hierarchy.is_none() {
            Place::Leaf
        } else {
            *self.known.get(code)?
        };
        let number = u32::try_from(self.met.len()).ok()?;
        self.met.insert(code.to_owned(), (number, place));
        Some((number, place))
    }

    /// The side of the table, and for each number the node it stands at.
    ///
    /// A flat dimension has its codes in order: as numbers if all are, otherwise by their
    /// characters; missing values stand last.
    pub(crate) fn dimension(self) -> Result<(Dimension, Vec<usize>), TableError> {
        let missing = self.met.get("").is_some_and(|(_, place)| *place == Place::Leaf);
        let dimension = if let Some(hierarchy) = self.hierarchy {
            hierarchy.dimension(&self.name, missing)?
        } else {
            let leaves = self.met.iter().filter(|(_, (_, place))| *place == Place::Leaf);
            let mut codes: Vec<&str> =
                leaves.map(|(code, _)| code.as_str()).filter(|code| !code.is_empty()).collect();
            let number = |code: &str| code.parse::<i64>().ok();
            if codes.iter().all(|code| number(code).is_some()) {
                codes.sort_by_key(|code| number(code));
            }
            Dimension::flat(&self.name, codes.into_iter().chain(missing.then_some("")))?
        };
        let nodes: BTreeMap<&str, usize> =
            (dimension.nodes().iter().enumerate()).map(|(at, node)| (node.code.as_str(), at)).collect();
        let mut node_of = vec![0; self.met.len()];
        for (code, (number, _)) in &self.met {
            let place = usize::try_from(*number).ok().and_then(|number| node_of.get_mut(number));
            if let (Some(place), Some(node)) = (place, nodes.get(code.as_str())) {
                *place = *node;
            }
        }
        Ok((dimension, node_of))
    }
}
