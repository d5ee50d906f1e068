//! How the cells of a table hang together.
#![expect(clippy::indexing_slicing, reason = "cells and nodes are indices that `Shape::of` checked")]

use std::collections::BTreeSet;

use crate::format::{Dimension, Table};
use crate::rejection::Place;

/// A table whose cells are all combinations of the nodes of its dimensions.
pub(crate) struct Shape<'a> {
    pub(crate) table: &'a Table,
    /// For each cell whether it is displayed.
    pub(crate) displayed: Vec<bool>,
    /// What a step along each side adds to the number of a cell.
    strides: Vec<usize>,
    /// For each side and node whether it has no parts.
    leaves: Vec<Vec<bool>>,
}

impl<'a> Shape<'a> {
    /// Checks that each dimension is a tree, that the cells are all combinations, and that the cells
    /// not displayed are some of them; a table with others has a file.
    pub(crate) fn of(table: &'a Table) -> Option<Self> {
        let mut strides = vec![0; table.dimensions.len()];
        let mut size = 1_usize;
        for (stride, dimension) in strides.iter_mut().zip(&table.dimensions).rev() {
            *stride = size;
            size = size.checked_mul(dimension.nodes.len()).filter(|_| is_tree(dimension))?;
        }
        let names: BTreeSet<&String> = table.dimensions.iter().map(|dimension| &dimension.name).collect();
        let ascending = table.undisplayed.array_windows().all(|[left, right]| left < right);
        let mut displayed = vec![true; table.cells.len()];
        for &cell in &table.undisplayed {
            *displayed.get_mut(cell)? = false;
        }
        let leaves = table.dimensions.iter().map(leaves).collect();
        let well = size == table.cells.len() && names.len() == table.dimensions.len() && ascending;
        (well && displayed.contains(&true) == table.file.is_some()).then_some(Self {
            table,
            displayed,
            strides,
            leaves,
        })
    }

    /// The cell with these nodes, one for each side.
    pub(crate) fn cell(&self, nodes: &[usize]) -> usize {
        self.strides.iter().zip(nodes).map(|(stride, node)| stride * node).sum()
    }

    fn node(&self, cell: usize, side: usize) -> usize {
        cell / self.strides[side] % self.leaves[side].len()
    }

    /// The cell of which `cell` is a part along `side`; it has a smaller number.
    pub(crate) fn margin(&self, cell: usize, side: usize) -> Option<usize> {
        let node = self.node(cell, side);
        let parent = self.table.dimensions[side].nodes[node].1?;
        Some(cell - (node - parent) * self.strides[side])
    }

    /// Whether `cell` has parts along `side`.
    pub(crate) fn is_margin(&self, cell: usize, side: usize) -> bool {
        !self.leaves[side][self.node(cell, side)]
    }

    /// The insiders at whose own leaf `cell` stands.
    pub(crate) fn insiders(&self, cell: usize) -> impl Iterator<Item = &'a str> + use<'_, 'a> {
        self.table.dimensions.iter().enumerate().filter_map(move |(side, dimension)| {
            let own = dimension.insiders && !self.is_margin(cell, side);
            own.then(|| dimension.nodes[self.node(cell, side)].0.as_str())
        })
    }

    /// The cell by its codes.
    pub(crate) fn place(&self, cell: usize) -> Place {
        let code = |(side, dimension): (usize, &Dimension)| dimension.nodes[self.node(cell, side)].0.clone();
        Place::Cell(self.table.id.clone(), self.table.dimensions.iter().enumerate().map(code).collect())
    }
}

/// Whether the root and only the root is without a parent, parents stand first, and no code is twice.
fn is_tree(dimension: &Dimension) -> bool {
    let codes: BTreeSet<&String> = dimension.nodes.iter().map(|(code, _)| code).collect();
    codes.len() == dimension.nodes.len()
        && (dimension.nodes.iter().enumerate())
            .all(|(at, (_, parent))| parent.map_or(at == 0, |parent| parent < at))
}

fn leaves(dimension: &Dimension) -> Vec<bool> {
    let mut leaves = vec![true; dimension.nodes.len()];
    for parent in dimension.nodes.iter().filter_map(|(_, parent)| *parent) {
        leaves[parent] = false;
    }
    leaves
}
