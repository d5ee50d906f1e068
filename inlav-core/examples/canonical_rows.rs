//! Prints the JSON Schema of an export and a made-up export as canonical rows, one JSON object:
//! `{"schema": …, "export": …}`. `tests/json_schema.py` holds one against the other with another
//! implementation:
//!
//! ```text
//! cargo run -p inlav-core --features synthetic --example canonical_rows | python3 inlav-core/tests/json_schema.py
//! ```
#![expect(clippy::print_stdout, reason = "what it makes is what it prints")]

use inlav_core::dictionary::json_schema;
use inlav_core::identifiers::IdType;
use inlav_core::language::Language;
use inlav_core::programme::Programme;
use inlav_core::registry::{Column, Kind};
use inlav_core::synthetic::{Dials, Population};
use inlav_core::value::{self, Value};
use serde_json::{Map, json};

fn main() {
    let programme = Programme::inlav_lombardia();
    let population = Population::generate(programme, &Dials { persons: 240, ..Dials::default() });
    let mut export: Map<String, serde_json::Value> = Map::new();
    for data in population.sites.iter().flat_map(|site| &site.tables) {
        let rows = export.entry(data.table.name).or_insert_with(|| json!([]));
        for texts in &data.rows {
            let mut row = Map::new();
            for (column, text) in data.table.columns.iter().zip(texts) {
                let state = issuing_state(column, data.table.columns, texts);
                let reading = value::read(column, text, state, programme.lists());
                row.insert(column.name.to_owned(), cell(reading.value, text));
            }
            if let Some(rows) = rows.as_array_mut() {
                rows.push(row.into());
            }
        }
    }
    println!("{}", json!({ "schema": json_schema(programme, Language::En), "export": export }));
}

fn issuing_state<'t>(column: &Column, columns: &[Column], texts: &'t [String]) -> Option<&'t str> {
    let Kind::PassportNumber { issuing_state } = column.kind else { return None };
    let at = columns.iter().position(|other| other.name == issuing_state)?;
    texts.get(at).map(String::as_str)
}

fn cell(value: Value, text: &str) -> serde_json::Value {
    match value {
        Value::Null => json!(null),
        Value::Code(code) | Value::Ambito(code) => json!(code),
        Value::Codes(codes) => json!(codes),
        Value::Date(day) => json!(day.to_string()),
        Value::Timestamp(moment) => json!(moment.format("%Y-%m-%dT%H:%M:%S").to_string()),
        Value::Whole(number) => json!(number),
        Value::Decimal(number) => json!(number),
        Value::YesNo(yes) => json!(yes),
        Value::Ateco(_) | Value::Text(_) => json!(text),
        // Made-up persons: the normal form may be shown. A passport's holds its state, too.
        Value::Identifier(identifier) => {
            let normal = identifier.expose();
            let number = normal.split_once(':').filter(|_| identifier.id_type() == IdType::Passport);
            json!(number.map_or(normal, |(_, number)| number))
        }
    }
}
