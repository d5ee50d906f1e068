//! Certificates and tables changed in every place: with the seal as it was, and sealed again.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::super::testing::{flat_table, funnel, persons};
use super::super::super::*;
use super::{Folder, oracle, policy, sha256};

impl Folder {
    /// The content of the certificate, without its seal.
    pub(super) fn content(&self) -> String {
        serde_json::to_string(&self.document()["certificate"]).unwrap()
    }

    fn document(&self) -> Value {
        serde_json::from_str(&self.read("audit.json")).unwrap()
    }
}

/// Releases small enough to list all tables that an attacker may hold possible.
fn releases() -> Vec<Folder> {
    let small = |text: &str| policy(&format!("minimum_persons = 4\n{text}"));
    let exact = small("");
    let stopped = persons([(vec![1], 1), (vec![3], 4), (vec![5], 2), (vec![6], 6)]);
    let displayed = |at: &[usize]| at[0].is_multiple_of(2);
    let side = |name: &str| Dimension::flat(name, ["A", "B"]).unwrap();
    let linked = |id: &str, keep: &[usize]| {
        let cells = [(1, 1, 2), (1, 2, 4), (2, 1, 5), (2, 2, 4)];
        let rows = persons(cells.map(|(sex, age, count)| (vec![sex, age], count)));
        let rows = rows
            .into_iter()
            .map(|row| Row { leaves: keep.iter().map(|&at| row.leaves[at]).collect(), ..row });
        let sides = keep.iter().map(|&at| [side("sex"), side("age")][at].clone()).collect();
        CountTable::tally(id, "person", sides, rows, |_| true).unwrap()
    };
    let several = (0..9).map(|unit| Row {
        unit,
        person: unit / 2,
        leaves: vec![usize::try_from(unit % 3).unwrap().max(1)],
    });
    let several = CountTable::tally("t", "referral", vec![side("area")], several, |_| true).unwrap();
    let tables = [
        (vec![flat_table("t", &[&[2, 4], &[5, 4], &[4, 4]], true)], exact.clone()),
        (vec![flat_table("t", &[&[2, 0], &[5, 4]], false)], small("count_base = 3")),
        (vec![flat_table("t", &[&[1, 0], &[1, 1]], true)], exact.clone()),
        (vec![several], exact.clone()),
        (vec![CountTable::tally("t", "person", vec![funnel(4)], stopped, displayed).unwrap()], exact.clone()),
        (vec![linked("t", &[0, 1]), linked("u", &[0])], exact),
    ];
    tables.iter().filter_map(|(tables, policy)| Some(Folder::of(tables, policy)?.0)).collect()
}

/// Every version of a value with one thing changed, and where.
fn mutations(value: &Value) -> Vec<(String, Value)> {
    const WORDS: [&[&str]; 2] = [
        &["blank", "published", "secondary", "undisplayed", "unsafe", "zero"],
        &["bound", "solver", "witness"],
    ];
    let here = |values: Vec<Value>| values.into_iter().map(|value| (String::new(), value)).collect();
    match value {
        Value::Null => here(vec![json!(0), json!(1)]),
        Value::Bool(is) => here(vec![json!(!is)]),
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            here(vec![json!(number + 1), json!(number - 1), json!(-number - 7), Value::Null, json!(1e30)])
        }
        Value::String(text) => {
            let words = WORDS.iter().filter(|words| words.contains(&text.as_str())).copied().flatten();
            let others = words.filter(|word| *word != text).map(|word| json!(word));
            here(others.chain([json!(format!("{text}x")), json!(""), json!(0)]).collect())
        }
        Value::Array(elements) => {
            let mut found = Vec::new();
            for at in 0..elements.len() {
                let mut dropped = elements.clone();
                dropped.remove(at);
                found.push((format!("[{at}] dropped"), json!(dropped)));
                let mut doubled = elements.clone();
                doubled.insert(at, elements[at].clone());
                found.push((format!("[{at}] doubled"), json!(doubled)));
                if at > 0 {
                    let mut swapped = elements.clone();
                    swapped.swap(at - 1, at);
                    found.push((format!("[{at}] swapped"), json!(swapped)));
                }
                for (place, changed) in mutations(&elements[at]) {
                    let mut other = elements.clone();
                    other[at] = changed;
                    found.push((format!("[{at}]{place}"), json!(other)));
                }
            }
            found
        }
        Value::Object(fields) => {
            let mut found = Vec::new();
            let mut more = fields.clone();
            more.insert("zzz".to_owned(), Value::Null);
            found.push((".zzz added".to_owned(), json!(more)));
            for (key, inner) in fields {
                let mut dropped = fields.clone();
                dropped.remove(key);
                found.push((format!(".{key} dropped"), json!(dropped)));
                let mut renamed = dropped;
                renamed.insert(format!("{key}x"), inner.clone());
                found.push((format!(".{key} renamed"), json!(renamed)));
                for (place, changed) in mutations(inner) {
                    let mut other = fields.clone();
                    other.insert(key.clone(), changed);
                    found.push((format!(".{key}{place}"), json!(other)));
                }
            }
            found
        }
    }
}

#[test]
fn whatever_is_changed_in_a_certificate_is_noticed() {
    let mut tried = 0;
    for folder in releases() {
        folder.check().unwrap();
        let (text, document) = (folder.read("audit.json"), folder.document());
        for (place, changed) in mutations(&document) {
            let changed = format!("{changed}\n");
            if changed != text {
                folder.put("audit.json", &changed);
                assert!(folder.check().is_err(), "{place}");
                tried += 1;
            }
        }
        // What JSON makes no difference of: blanks, a key twice, another spelling.
        for (from, to) in [
            ("{\"certificate\":{", "{\"certificate\": {"),
            ("\"policy\":{", "\"policy\":{\"count_base\":1,"),
            ("\"version\"", "\"versio\\u006e\""),
            ("}\n", "}"),
            ("}\n", "}\n\n"),
        ] {
            assert!(text.contains(from));
            folder.put("audit.json", &text.replacen(from, to, 1));
            assert!(folder.check().is_err(), "{to}");
        }
        folder.put("audit.json", &text);
        folder.check().unwrap();
    }
    assert!(tried > 5_000, "{tried}");
}

/// Whoever changes a certificate and seals it again has one that is rejected, or one that is true:
/// enumeration finds each interval claimed, under the rules that it claims.
#[test]
fn what_is_sealed_again_is_rejected_or_true() {
    let mut passed: BTreeMap<String, usize> = BTreeMap::new();
    let mut tried = 0;
    for folder in releases() {
        let content = folder.document()["certificate"].clone();
        oracle::confirm(&content, &folder);
        for (place, changed) in mutations(&content) {
            if changed == content {
                continue;
            }
            tried += 1;
            folder.seal(&changed.to_string());
            if let Ok(verdict) = folder.check() {
                oracle::confirm(&changed, &folder);
                assert_eq!(verdict.exceptions, oracle::exceptions(&changed), "{place}");
                let field = place.trim_start_matches('.').split(['.', '[', ' ']).next().unwrap();
                let last = place.rsplit('.').next().unwrap().trim_end_matches(char::is_numeric);
                let last: String = last.chars().filter(|c| !c.is_ascii_digit()).collect();
                *passed.entry(format!("{field}: {last}")).or_default() += 1;
            }
        }
    }
    assert!(tried > 5_000, "{tried}");
    let unexpected: Vec<&String> = passed.keys().filter(|kind| !HARMLESS.contains(&kind.as_str())).collect();
    assert!(unexpected.is_empty(), "{unexpected:?} of {passed:?}");
}

/// What may be otherwise and still be true, by where it stands; each was confirmed all the same.
const HARMLESS: [&str; 15] = [
    // Other rules that the same release keeps; the verdict names them.
    "policy: count_base",
    "policy: insiders",
    "policy: least_width",
    "policy: minimum_width",
    "policy: zeros_withheld",
    // The same claims in another order.
    "proofs: against[] swapped",
    "proofs: proofs[] swapped",
    "tables: tables[] swapped",
    // The word of a solver; another witness of the same end.
    "proofs: basis",
    "proofs: witness",
    // True counts that fit the same release: nobody but whoever holds the data can tell.
    "quantities: persons",
    "tables: cells[] swapped",
    // Names that no released file shows, and the order of categories.
    "tables: id",
    "tables: nodes[] swapped",
    "tables: nodes[][]",
];

#[test]
fn whatever_is_changed_in_a_table_is_noticed() {
    for folder in releases() {
        let content = folder.content();
        let name = "t.csv";
        let text = folder.read(name);
        let rows: Vec<Vec<String>> =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        let mut versions = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let mut with = |changed: &[Vec<String>]| {
                let mut other = rows.clone();
                other.splice(at..=at, changed.iter().cloned());
                let lines: Vec<String> = other.iter().map(|row| row.join(",")).collect();
                versions.push(lines.join("\n") + "\n");
            };
            with(&[]);
            with(&[row.clone(), row.clone()]);
            for field in 0..row.len() {
                let old = &row[field];
                let more = old.parse::<u64>().map(|count| (count + 1).to_string());
                let other = ["published", "suppressed", "", "0", "4", "TOTAL"].map(str::to_owned);
                for new in other.into_iter().chain(more).filter(|new| new != old) {
                    let mut changed = row.clone();
                    changed[field] = new;
                    with(&[changed]);
                }
            }
        }
        for changed in versions.iter().filter(|changed| **changed != text) {
            folder.put(name, changed);
            folder.seal(&content);
            assert!(folder.check().is_err(), "{changed}");
            folder.seal(&content.replace(&sha256(&text), &sha256(changed)));
            assert!(folder.check().is_err(), "sealed again: {changed}");
        }
        folder.put(name, &text);
        folder.seal(&content);
        folder.check().unwrap();
    }
}
