//! Categories: which a declared dimension has, how a funnel becomes a tree, which groups a table
//! has.

use inlav_core::codes::{CodeList, MissingCode};
use inlav_core::programme::Programme;

use crate::disclosure::{Dimension, Node, Row};
use crate::indicator::{DimensionDeclaration, Stage};

/// The codes a dimension may have, in order.
pub(super) fn categories(declared: &DimensionDeclaration, programme: &Programme) -> Vec<String> {
    if declared.is_site() {
        return programme.sites.iter().map(|site| site.id.to_string()).collect();
    }
    let merged =
        |code: &str| declared.merge.as_ref().is_some_and(|merge| merge.codes.iter().any(|m| m == code));
    let codes = programme.lists().named(&declared.codes).into_iter().flat_map(CodeList::codes);
    codes.map(|code| &code.code).filter(|code| !merged(code)).cloned().collect()
}

/// The category of whatever is missing, and of what a declaration merges.
pub(super) fn missing_category(declared: &DimensionDeclaration) -> &str {
    declared.merge.as_ref().map_or(MissingCode::NotKnown.code(), |merge| &merge.code)
}

/// A funnel as a chain: "reached k" has the children "stopped at k" and "reached k + 1".
pub(super) fn chain(stages: &[Stage]) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (index, stage) in stages.iter().enumerate() {
        let parent = index.checked_sub(1).map(|before| 2 * before);
        if let Some(before) = index.checked_sub(1).and_then(|before| stages.get(before)) {
            nodes.push(Node { code: format!("{}-STOP", before.code), parent });
        }
        nodes.push(Node { code: stage.code.clone(), parent });
    }
    nodes
}

pub(super) fn in_group(row: &Row, group: &[usize], dimensions: &[Dimension]) -> bool {
    let places = row.leaves.iter().zip(group).zip(dimensions);
    places
        .into_iter()
        .all(|((leaf, node), dimension)| dimension.path(*leaf).any(|ancestor| ancestor == *node))
}

/// Every combination of nodes of some dimensions.
pub(super) fn combinations(dimensions: &[Dimension]) -> Vec<Vec<usize>> {
    dimensions.iter().fold(vec![Vec::new()], |combinations, dimension| {
        let extended = combinations.iter().flat_map(|combination| {
            (0..dimension.nodes().len()).map(|node| combination.iter().copied().chain([node]).collect())
        });
        extended.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_include_every_margin() {
        let flat = |name: &str| Dimension::flat(name, ["a", "b"]).unwrap();
        assert_eq!(combinations(&[]).len(), 1);
        assert_eq!(combinations(&[flat("x"), flat("y")]).len(), 9);
    }
}
