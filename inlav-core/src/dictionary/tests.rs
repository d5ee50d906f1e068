use crate::language::Language;
use std::collections::BTreeSet;

use super::*;

fn dictionary() -> Dictionary {
    Dictionary::of(Programme::inlav_lombardia())
}

#[test]
fn every_writer_tells_every_column_and_every_code() {
    let dictionary = dictionary();
    let json = dictionary.json().unwrap();
    let pages = [
        dictionary.markdown(Language::It),
        dictionary.markdown(Language::En),
        dictionary.html(Language::It),
        json.clone(),
    ];
    for page in &pages {
        for table in registry::tables() {
            for column in table.columns {
                assert!(page.contains(column.name), "{}.{}", table.name, column.name);
                for heading in column.aliases {
                    assert!(page.contains(heading), "{heading}");
                }
            }
        }
        for list in crate::codes::CodeLists::built_in().all() {
            for code in list.codes() {
                assert!(page.contains(&code.code), "{}.{}", list.name(), code.code);
            }
        }
        for site in &Programme::inlav_lombardia().sites {
            assert!(page.contains(site.id.as_str()) && page.contains(&site.name));
        }
    }
    assert_eq!(json, Dictionary::of(Programme::inlav_lombardia()).json().unwrap());
}

#[test]
fn the_json_has_a_version_and_says_what_leaves() {
    let json: serde_json::Value = serde_json::from_str(&dictionary().json().unwrap()).unwrap();
    assert_eq!(json["version"], 1);
    let person = json["tables"].as_array().unwrap().iter().find(|table| table["name"] == "person").unwrap();
    let column = |name: &str| {
        person["columns"].as_array().unwrap().iter().find(|column| column["name"] == name).unwrap().clone()
    };
    let birth = column(registry::person::BIRTH_DATE.name);
    assert_eq!(birth["privacy"]["class"], "direct");
    assert_eq!(birth["by_default"][0]["action"], "seal");
    assert_eq!(birth["by_default"][1]["extract_column"], "birth_year");
    assert_eq!(birth["by_default"][1]["arrow_type"], "Int32");
    assert_eq!(column(registry::person::GENDER.name)["code_list"], "gender");
    assert!(column(registry::person::FAMILY_NAME.name)["by_default"][0].get("extract_column").is_none());
}

#[test]
fn one_table_comes_with_the_lists_it_needs() {
    let only = dictionary().only(&registry::pact::TABLE);
    assert_eq!(only.tables.len(), 1);
    let lists: Vec<&str> = only.code_lists.iter().map(|list| list.name.as_str()).collect();
    assert!(lists.contains(&"pact_status") && lists.contains(&"missing_code") && !lists.contains(&"gender"));
}

#[test]
fn a_markdown_table_keeps_its_columns() {
    for language in [Language::It, Language::En] {
        let page = dictionary().markdown(language);
        let mut width = None;
        for line in page.lines() {
            let bars = line.replace("\\|", "").matches('|').count();
            width = line.starts_with('|').then(|| {
                assert!(width.is_none_or(|width| width == bars), "{line}");
                bars
            });
        }
    }
}

#[test]
fn the_page_needs_no_network_and_no_script_and_its_links_lead_somewhere() {
    let mut programme = Programme::inlav_lombardia().clone();
    programme.name = "<script>alert(1)</script>".to_owned();
    let page = Dictionary::of(&programme).html(Language::En);
    assert!(page.contains("&lt;script&gt;"));
    for forbidden in ["<script", "http:", "https:", "url(", "@import", "<img", "<link"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(unique.contains(target), "{target}");
    }
    for one in [Dictionary::of(&programme).only(&registry::person::TABLE).html(Language::It)] {
        let ids: BTreeSet<&str> =
            one.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        for target in one.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.contains(target), "{target}");
        }
    }
}

#[test]
fn the_schema_has_the_registrys_columns_codes_and_bounds() {
    let programme = Programme::inlav_lombardia();
    let schema = json_schema(programme, Language::En);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for table in registry::tables() {
        let row = &schema["$defs"][table.name];
        assert_eq!(row["additionalProperties"], false);
        let named: BTreeSet<&str> =
            row["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(named, table.columns.iter().map(|column| column.name).collect());
        let required: Vec<&str> =
            row["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let expected: Vec<&str> = table.columns.iter().filter(|c| c.required).map(|c| c.name).collect();
        assert_eq!(required, expected);
        let alone = table_schema(table, programme, Language::En);
        assert_eq!(alone["properties"], row["properties"]);
        for reference in alone.to_string().split("#/$defs/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(alone["$defs"].get(name).is_some(), "{name}");
        }
    }
    let gender = &schema["$defs"]["code-or-missing:gender"]["enum"];
    for code in ["F", "M", "ND", "NR", "RIF", "NA"] {
        let times = gender.as_array().unwrap().iter().filter(|known| *known == code).count();
        assert_eq!(times, 1, "{code}");
    }
    let hours = &schema["$defs"]["training"]["properties"][registry::training::HOURS.name];
    assert_eq!(hours["maximum"], 100);
}
