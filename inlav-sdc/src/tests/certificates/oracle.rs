//! What a certificate claims, found by listing all tables that an attacker may hold possible. Reads the
//! certificate as JSON and the released tables as CSV, and nothing of the crates' own structs.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::enumeration::{Constraint, Knowledge};
use super::Folder;

/// One cell, of whichever table.
struct Cell {
    quantity: usize,
    count: u64,
    persons: u64,
    displayed: bool,
    /// What the file says: the number, or nothing when it is suppressed or not displayed.
    shown: Option<u64>,
    /// Inner cells it adds up, by number over all tables.
    inner: Vec<usize>,
    /// Codes of insiders at whose leaf it stands.
    own: Vec<String>,
    /// Whether it is a part of an unsafe cell.
    below: bool,
}

/// That every unsafe cell has a proof against each attacker, and that its interval is no wider than what
/// the attacker holds possible.
pub(super) fn confirm(certificate: &Value, folder: &Folder) {
    let rule = |name: &str| certificate["policy"][name].as_u64().unwrap();
    let (threshold, base) = (rule("minimum_persons"), rule("count_base"));
    let cells = cells(certificate, folder, threshold);
    let mut attackers: Vec<Option<&str>> = vec![None];
    let mut insiders: Vec<&str> = cells.iter().flat_map(|cell| &cell.own).map(String::as_str).collect();
    insiders.sort_unstable();
    insiders.dedup();
    if certificate["policy"]["insiders"] == true {
        attackers.extend(insiders.into_iter().map(Some));
    }
    let knows = |quantity: usize, attacker: Option<&str>| {
        let mut own = cells.iter().filter(|cell| cell.quantity == quantity).flat_map(|cell| &cell.own);
        own.any(|code| Some(code.as_str()) == attacker)
    };
    let few = |cell: &Cell| (1..threshold).contains(&cell.persons);
    let count = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let proofs = certificate["proofs"].as_array().unwrap();
    let ceiling = cells.iter().map(|cell| cell.count).max().unwrap_or(0) + 2 * threshold;
    for (number, attacker) in attackers.iter().enumerate() {
        let constraints = cells.iter().map(|cell| {
            let same = || cells.iter().filter(|other| other.quantity == cell.quantity);
            let displayed = same().any(|other| other.displayed);
            let (lowest, highest) = match cell.shown {
                _ if knows(cell.quantity, *attacker) => (cell.count, cell.count),
                Some(0) => (0, 0),
                Some(value) if cell.persons == 0 => (value, value),
                // Counts that would have been rounded to the same and displayed.
                Some(value) => {
                    let rounded = |count: &u64| (count + base / 2) / base * base == value;
                    let mut behind = (threshold..=value + base).filter(rounded);
                    let first = behind.next().unwrap();
                    (first, behind.next_back().unwrap_or(first))
                }
                None if few(cell) && cell.count == cell.persons => (0, threshold - 1),
                None if !few(cell) && cell.persons > 0 && displayed => (threshold, ceiling),
                None => (0, ceiling),
            };
            let there = few(cell) && same().any(|other| !other.below);
            Constraint { inner: cell.inner.clone(), lowest: lowest.max(there.into()), highest }
        });
        let constraints: Vec<Constraint> = constraints.collect();
        let first = |cell: usize| cells.iter().position(|c| c.quantity == cells[cell].quantity).unwrap();
        let same = (0..cells.len()).map(|cell| (first(cell), cell)).filter(|(one, cell)| one != cell);
        let knowledge = Knowledge {
            inner: cells.iter().flat_map(|cell| &cell.inner).max().map_or(0, |last| last + 1),
            constraints,
            same: same.collect(),
            ceiling,
        };
        let ranges = knowledge.ranges();
        for (cell, &(lowest, highest)) in cells.iter().zip(&ranges) {
            if !few(cell) || knows(cell.quantity, *attacker) {
                continue;
            }
            let against = |proof: &&Value| {
                count(&proof["quantity"]) == cell.quantity
                    && proof["against"].as_array().unwrap().iter().any(|at| count(at) == number)
            };
            let [proof] = proofs.iter().filter(against).collect::<Vec<_>>()[..] else {
                panic!("one proof");
            };
            let end = |name: &str| proof[name]["at"].as_u64().unwrap();
            let (low, high) = (end("low"), end("high"));
            assert!(lowest <= low && low < high && high <= highest, "{low}..{high} of {lowest}..{highest}");
            for (end, range) in [("low", lowest), ("high", highest)] {
                assert!(proof[end]["basis"] != "bound" || proof[end]["at"] == range, "not exact");
            }
            let exception = high - low < rule("minimum_width");
            assert!(high - low >= rule("least_width") && proof["exception"] == exception);
        }
    }
}

/// Exceptions by attacker and quantity.
pub(super) fn exceptions(certificate: &Value) -> usize {
    let proofs = certificate["proofs"].as_array().unwrap().iter();
    proofs
        .filter(|proof| proof["exception"] == true)
        .map(|proof| proof["against"].as_array().unwrap().len())
        .sum()
}

fn cells(certificate: &Value, folder: &Folder, threshold: u64) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut inner_before = 0;
    for table in certificate["tables"].as_array().unwrap() {
        let sides = table["dimensions"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let nodes = |side: &Value| side["nodes"].as_array().unwrap().clone();
        let leaf = |side: &Value, node: usize| nodes(side).iter().all(|other| other[1] != node);
        let path = |side: &Value, node: usize| {
            let parent = |&at: &usize| Some(usize::try_from(nodes(side)[at][1].as_u64()?).unwrap());
            std::iter::successors(Some(node), parent).collect::<Vec<usize>>()
        };
        let mut all: Vec<Vec<usize>> = vec![Vec::new()];
        for side in sides {
            let more =
                |at: Vec<usize>| (0..nodes(side).len()).map(move |node| [at.clone(), vec![node]].concat());
            all = all.into_iter().flat_map(more).collect();
        }
        let codes = |at: &[usize]| -> Vec<String> {
            at.iter().zip(sides).map(|(&node, side)| text(&nodes(side)[node][0])).collect()
        };
        let is_inner = |at: &[usize]| at.iter().zip(sides).all(|(&node, side)| leaf(side, node));
        let within = |part: &[usize], whole: &[usize]| {
            part.iter().zip(whole).zip(sides).all(|((&part, whole), side)| path(side, part).contains(whole))
        };
        let released = match &table["file"] {
            Value::Null => BTreeMap::new(),
            file => released(&folder.read(&text(&file["name"])), sides.len()),
        };
        let value = |index: usize| {
            let quantity = usize::try_from(table["cells"][index].as_u64().unwrap()).unwrap();
            let of = |name: &str| certificate["quantities"][quantity][name].as_u64().unwrap();
            (quantity, of("count"), of("persons"))
        };
        let withheld = certificate["policy"]["zeros_withheld"] == true;
        let inner: Vec<&Vec<usize>> = all.iter().filter(|at| is_inner(at)).collect();
        for (index, at) in all.iter().enumerate() {
            let (quantity, count, persons) = value(index);
            let own =
                at.iter().zip(sides).filter(|(node, side)| side["insiders"] == true && leaf(side, **node));
            let above = |other: usize| other != index && within(at, &all[other]);
            cells.push(Cell {
                quantity,
                count,
                persons,
                displayed: released.contains_key(&codes(at)),
                shown: released.get(&codes(at)).copied().flatten(),
                inner: (inner.iter().zip(inner_before..))
                    .filter(|(part, _)| within(part, at))
                    .map(|(_, number)| number)
                    .collect(),
                own: own.map(|(&node, side)| text(&nodes(side)[node][0])).collect(),
                below: withheld
                    && (0..all.len()).any(|other| above(other) && (1..threshold).contains(&value(other).2)),
            });
        }
        inner_before += inner.len();
    }
    cells
}

/// The cells of a released table, by their codes, which stand first.
fn released(text: &str, sides: usize) -> BTreeMap<Vec<String>, Option<u64>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    (reader.records())
        .map(|record| {
            let record = record.unwrap();
            let codes = record.iter().take(sides).map(str::to_owned).collect();
            (codes, record[sides].parse().ok())
        })
        .collect()
}
