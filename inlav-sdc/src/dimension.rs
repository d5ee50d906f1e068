//! The categories of a table along one of its sides: a tree whose children add up to their parent.

use std::collections::BTreeSet;

use serde::Serialize;

use super::TableError;

/// The code of the root of a flat dimension.
pub const TOTAL: &str = "TOTAL";

/// One side of a table. Node 0 is the root; every other node stands after its parent, and the
/// children of a node partition it.
///
/// A flat dimension is a root and its leaves. A chain works as well: in a funnel, "reached stage
/// k" has the children "stopped at k" and "reached stage k+1".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dimension {
    name: String,
    nodes: Vec<Node>,
    insiders: bool,
}

/// One category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Its code, unique within the dimension.
    pub code: String,
    /// The node it is a part of; `None` for the root only.
    pub parent: Option<usize>,
}

impl Dimension {
    /// A root [`TOTAL`] and one leaf per code: leaf i is node i + 1.
    ///
    /// # Errors
    ///
    /// [`TableError::DuplicateCode`] when a code occurs twice or is `TOTAL`.
    pub fn flat<C: Into<String>>(
        name: impl Into<String>,
        codes: impl IntoIterator<Item = C>,
    ) -> Result<Self, TableError> {
        let root = Node { code: TOTAL.to_owned(), parent: None };
        let leaves = codes.into_iter().map(|code| Node { code: code.into(), parent: Some(0) });
        Self::tree(name, std::iter::once(root).chain(leaves).collect())
    }

    /// A tree of categories.
    ///
    /// # Errors
    ///
    /// [`TableError::MalformedTree`] unless node 0 and only node 0 is without a parent and every
    /// parent stands before its children; [`TableError::DuplicateCode`] when a code occurs twice.
    pub fn tree(name: impl Into<String>, nodes: Vec<Node>) -> Result<Self, TableError> {
        let name = name.into();
        let ordered = nodes.iter().enumerate().all(|(at, node)| match node.parent {
            None => at == 0,
            Some(parent) => parent < at,
        });
        if nodes.is_empty() || !ordered {
            return Err(TableError::MalformedTree { dimension: name });
        }
        let mut codes = BTreeSet::new();
        if !nodes.iter().all(|node| codes.insert(node.code.as_str())) {
            return Err(TableError::DuplicateCode { dimension: name });
        }
        Ok(Self { name, nodes, insiders: false })
    }

    /// Marks the leaves as possible insiders: each is an attacker, known by its code, who knows
    /// the true value of every cell at that leaf in every table.
    #[must_use]
    pub fn with_insiders(mut self) -> Self {
        self.insiders = true;
        self
    }

    /// The name of the dimension.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The categories, the root first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Whether the leaves are possible insiders.
    pub fn insiders(&self) -> bool {
        self.insiders
    }

    /// The node with this code.
    pub fn position(&self, code: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.code == code)
    }

    /// The nodes of which `node` is the parent, in order.
    pub fn children(&self, node: usize) -> impl Iterator<Item = usize> {
        (self.nodes.iter().enumerate()).filter(move |(_, child)| child.parent == Some(node)).map(|(at, _)| at)
    }

    /// For each node those of which it is the parent: all at once, in one pass.
    pub(super) fn parts(&self) -> Vec<Vec<usize>> {
        let mut parts = vec![Vec::new(); self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            if let Some(own) = node.parent.and_then(|parent| parts.get_mut(parent)) {
                own.push(at);
            }
        }
        parts
    }

    /// Whether `node` is a category without parts.
    pub fn is_leaf(&self, node: usize) -> bool {
        node < self.nodes.len() && self.children(node).next().is_none()
    }

    /// `node`, its parent and so on up to the root.
    pub fn path(&self, node: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(node).filter(|&at| at < self.nodes.len()), |&at| {
            self.nodes.get(at)?.parent
        })
    }

    /// Steps from the root to `node`.
    pub(super) fn depth(&self, node: usize) -> usize {
        self.path(node).count().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_dimension_is_a_root_and_its_leaves() {
        let sex = Dimension::flat("sex", ["F", "M"]).unwrap();
        assert_eq!(sex.position("M"), Some(2));
        assert_eq!(sex.children(0).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(sex.parts(), [vec![1, 2], vec![], vec![]]);
        assert_eq!(sex.path(2).collect::<Vec<_>>(), [2, 0]);
        assert!(sex.is_leaf(1) && !sex.is_leaf(0) && !sex.is_leaf(9));
    }

    #[test]
    fn malformed_trees_are_refused() {
        let node = |code: &str, parent| Node { code: code.to_owned(), parent };
        assert!(Dimension::tree("d", vec![]).is_err());
        assert!(Dimension::tree("d", vec![node("A", Some(0))]).is_err());
        assert!(Dimension::tree("d", vec![node("A", None), node("B", None)]).is_err());
        assert!(Dimension::tree("d", vec![node("A", None), node("B", Some(1))]).is_err());
        assert!(matches!(Dimension::flat("d", ["A", "A"]), Err(TableError::DuplicateCode { .. })));
    }
}
