//! Trees that are read, and what is no tree.

use std::fs::File;
use std::io::Write as _;

use super::*;

fn hierarchies(text: &str, dimension: Option<&str>) -> Result<BTreeMap<String, Hierarchy>, InputError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h");
    File::create_new(&path).unwrap().write_all(text.as_bytes()).unwrap();
    let file = HierarchyFile { path, dimension: dimension.map(str::to_owned) };
    read(&[file], &["area".to_owned(), "ateco".to_owned()])
}

/// Codes with the code above each.
fn drawn(hierarchy: &Hierarchy) -> Vec<String> {
    let above = |node: &Node| node.parent.map_or("", |parent| hierarchy.nodes[parent].code.as_str());
    hierarchy.nodes.iter().map(|node| format!("{}<{}", above(node), node.code)).collect()
}

#[test]
fn parents_may_stand_below_their_parts_and_in_any_order() {
    let text = "dimension,code,parent\narea,MI,N\narea,N,\narea,RM,C\nateco,01,A\narea,C,TOTAL\narea,TO,N\nateco,A,\n";
    let found = hierarchies(text, None).unwrap();
    assert_eq!(drawn(&found["area"]), ["<TOTAL", "TOTAL<N", "N<MI", "N<TO", "TOTAL<C", "C<RM"]);
    assert_eq!(drawn(&found["ateco"]), ["<TOTAL", "TOTAL<A", "A<01"]);
    let only = hierarchies(text, Some("ateco")).unwrap();
    assert_eq!(only.len(), 1);
}

#[test]
fn indented_lines_are_read() {
    for text in ["N\n@MI\n@TO\n\nC\n@RM\n@@Centro\n", "Totale\n@N\n@@MI\n@@TO\n@C\n@@RM\n@@@Centro\n"] {
        let found = hierarchies(text, Some("area")).unwrap();
        let expected = ["<TOTAL", "TOTAL<N", "N<MI", "N<TO", "TOTAL<C", "C<RM", "RM<Centro"];
        assert_eq!(drawn(&found["area"]), expected);
    }
}

#[test]
fn what_is_no_tree_is_refused() {
    use HierarchyFault::*;
    let csv = |rows: &str| format!("dimension;code;parent\n{rows}");
    for (text, dimension, at, expected) in [
        (csv("area;A;B\narea;B;\narea;A;\n"), None, 4, TwoParents),
        (csv("area;A;B\narea;B;A\n"), None, 2, Cycle),
        (csv("area;A;\narea;B;B\n"), None, 3, Cycle),
        (csv("area;A;X\n"), None, 2, UnknownParent),
        (csv("aera;A;\n"), None, 2, UnknownDimension),
        (csv("area;A;\narea;Total;A\n"), None, 3, TotalBelow),
        (csv("area;A;\narea;;A\n"), None, 3, NoCode),
        ("A\n@B\n@@@C\n".to_owned(), Some("area"), 3, Indent),
        ("A\n@\n".to_owned(), Some("area"), 2, Indent),
        ("@A\n".to_owned(), Some("area"), 1, Indent),
        ("A\n@B\nC\n@B\n".to_owned(), Some("area"), 4, TwoParents),
        ("A\n@B\n".to_owned(), None, 1, Unnamed),
        ("A\n@B\n".to_owned(), Some("aera"), 1, UnknownDimension),
    ] {
        let refused = hierarchies(&text, dimension).unwrap_err();
        match refused {
            InputError::Hierarchy { row, fault, .. } => assert_eq!((row, fault), (at, expected), "{text}"),
            other => panic!("{text}: {other}"),
        }
    }
    assert!(matches!(hierarchies("code,parent\nA,\n", None), Err(InputError::UnknownColumn { .. })));
    assert!(matches!(hierarchies("dimension,code,parent\n", None), Err(InputError::NoRows { .. })));
}

#[test]
fn one_dimension_has_one_hierarchy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h");
    File::create_new(&path).unwrap().write_all(b"dimension,code,parent\narea,A,\n").unwrap();
    let file = HierarchyFile { path, dimension: None };
    let refused = read(&[file.clone(), file], &["area".to_owned()]);
    assert!(matches!(refused, Err(InputError::TwoHierarchies { .. })));
}
