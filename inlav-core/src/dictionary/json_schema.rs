//! The registry as JSON Schema (draft 2020-12).
//!
//! What it describes are canonical rows: one object a row under the domain's column names, codes
//! instead of labels, days as `yyyy-mm-dd`, identifiers in their normal form, several codes as an
//! array, nothing as null or not at all.

use serde_json::{Map, Value, json};

use crate::codes::{CodeList, CodeLists};
use crate::language::Language;
use crate::programme::Programme;
use crate::registry::{self, Column, Kind, Table};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a whole export: an object with one array of rows for each table.
#[must_use]
pub fn json_schema(programme: &Programme, language: Language) -> Value {
    let tables = registry::tables();
    let mut definitions = lists(tables, programme.lists());
    let mut properties = Map::new();
    for table in tables {
        definitions.insert(table.name.to_owned(), row(table, programme, language));
        let rows = json!({ "type": "array", "items": { "$ref": format!("#/$defs/{}", table.name) } });
        properties.insert(table.name.to_owned(), rows);
    }
    let required: Vec<&str> = tables.iter().filter(|table| table.required).map(|table| table.name).collect();
    json!({
        "$schema": DRAFT,
        "title": programme.name,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "$defs": definitions,
    })
}

/// The schema of one row of a table.
#[must_use]
pub fn table_schema(table: &Table, programme: &Programme, language: Language) -> Value {
    let definitions = lists(std::slice::from_ref(table), programme.lists());
    with(row(table, programme, language), json!({ "$schema": DRAFT, "$defs": definitions }))
}

/// The code lists that the tables use, each as the codes that a cell may hold: those of the list
/// and, where one code stands alone, those that say why there is none.
fn lists(tables: &[Table], lists: &CodeLists) -> Map<String, Value> {
    let mut definitions = Map::new();
    let codes =
        |name| lists.named(name).map_or(&[][..], CodeList::codes).iter().map(|code| code.code.as_str());
    for column in tables.iter().flat_map(|table| table.columns) {
        match column.kind {
            Kind::Code(list) => {
                let mut all: Vec<&str> = codes(list).collect();
                for missing in codes(super::MISSING) {
                    if !all.contains(&missing) {
                        all.push(missing);
                    }
                }
                definitions.insert(code_or_missing(list), json!({ "enum": all }));
            }
            Kind::Codes { list, .. } => {
                definitions.insert(code(list), json!({ "enum": codes(list).collect::<Vec<_>>() }));
            }
            _ => {}
        }
    }
    definitions
}

fn code(list: &str) -> String {
    format!("code:{list}")
}

fn code_or_missing(list: &str) -> String {
    format!("code-or-missing:{list}")
}

fn row(table: &Table, programme: &Programme, language: Language) -> Value {
    let mut properties = Map::new();
    for column in table.columns {
        properties.insert(column.name.to_owned(), cell(column, programme, language));
    }
    let required: Vec<&str> =
        table.columns.iter().filter(|column| column.required).map(|column| column.name).collect();
    let (title, description) = match language {
        Language::It => (table.label_it, table.description_it),
        Language::En => (table.label_en, table.description_en.trim()),
    };
    let schema = json!({
        "title": title,
        "description": description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    let needs_state = table.columns.iter().find_map(|column| match column.kind {
        Kind::PassportNumber { issuing_state } => Some((column.name, issuing_state)),
        _ => None,
    });
    let Some((number, state)) = needs_state else { return schema };
    let given = json!({ "properties": { number: { "type": "string" } }, "required": [number] });
    with(schema, json!({ "if": given, "then": { "required": [state] } }))
}

fn cell(column: &Column, programme: &Programme, language: Language) -> Value {
    let mut schema = values(column.kind, programme);
    // A code is never null: NR says that nothing was collected.
    if !column.required && !matches!(column.kind, Kind::Code(_)) {
        schema = json!({ "anyOf": [schema, { "type": "null" }] });
    }
    let (title, description) = match language {
        Language::It => (column.label_it, column.description_it),
        Language::En => (column.label_en, column.description_en),
    };
    with(schema, json!({ "title": title, "description": description }))
}

/// A schema with more members.
fn with(schema: Value, members: Value) -> Value {
    match (schema, members) {
        (Value::Object(mut schema), Value::Object(members)) => {
            schema.extend(members);
            Value::Object(schema)
        }
        (schema, _) => schema,
    }
}

/// The values of a kind. The patterns are those of the normal forms: a check character, or
/// whether a municipality exists, is no matter of form.
fn values(kind: Kind, programme: &Programme) -> Value {
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let several =
        |items: Value| json!({ "type": "array", "items": items, "minItems": 1, "uniqueItems": true });
    match kind {
        Kind::Key(_) | Kind::Reference(_) | Kind::FreeText => json!({ "type": "string", "minLength": 1 }),
        Kind::Code(list) => json!({ "$ref": format!("#/$defs/{}", code_or_missing(list)) }),
        Kind::Codes { list, most } => {
            with(several(json!({ "$ref": format!("#/$defs/{}", code(list)) })), json!({ "maxItems": most }))
        }
        Kind::Date | Kind::Deadline => {
            json!({ "type": "string", "format": "date", "pattern": "^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$" })
        }
        // Without a zone, hence no `date-time` of RFC 3339.
        Kind::Timestamp => text("^[12][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$"),
        Kind::Whole { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Decimal { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Kind::YesNo => json!({ "type": "boolean" }),
        Kind::Ambito => text("^AMB(?!000?$)[0-9]{2,3}$"),
        Kind::Ateco => text("^([A-Z]{3}|[A-V]|[A-V]?[0-9]{2}([.]?[0-9]{1,2}([.]?[0-9]{1,2})?)?)$"),
        Kind::Occupation => text("^[1-9]([.][0-9]){0,4}$"),
        Kind::Municipality => text(MUNICIPALITY),
        Kind::Municipalities => several(text(MUNICIPALITY)),
        Kind::Site => {
            let sites: Vec<&str> = programme.sites.iter().map(|site| site.id.as_str()).collect();
            json!({ "enum": sites })
        }
        Kind::CodiceFiscale => text("^([A-Z]{6}[0-9]{2}[ABCDEHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]|[0-9]{11})$"),
        Kind::Cui => text("^(?=[A-Z]*[0-9][A-Z]*[0-9])[0-9][A-Z0-9]{5,9}$"),
        Kind::Phone => text("^[+][1-9][0-9]{6,14}$"),
        Kind::Email => text("^[^@ ]+@[^@ ]+$"),
        Kind::StpEni => text("^(STP|ENI)[0-9]{13}$"),
        Kind::PermitNumber => text("^(?=([A-Z]*[0-9]){5})(?=.{7,12}$)[A-Z]{0,3}[0-9][A-Z0-9]*$"),
        Kind::PassportNumber { .. } => text("^(?=([A-Z]*[0-9]){4})(?=.{5,12}$)[A-Z]{0,3}[0-9][A-Z0-9]*$"),
    }
}

/// Provinces 001 to 111, then the municipality.
const MUNICIPALITY: &str = "^(?!000)(0[0-9]{2}|10[0-9]|11[01])(?!000)[0-9]{3}$";
