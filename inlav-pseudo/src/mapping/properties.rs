//! What holds for every mapping file.

use proptest::prelude::*;

use super::*;

/// What a site writes on its side of a mapping; no message tells it.
const OWN: &str = "Parola Riservata 8841";

fn own() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(OWN.to_owned()),
        1 => "[a-z #0-9;]{0,6}",
        1 => prop::sample::select(vec!["F", "M", "ND", "1", "dmy", "mdy", "1904", ",", ";", "none", "utf-8"])
            .prop_map(str::to_owned),
    ]
}

fn column() -> impl Strategy<Value = &'static str> {
    let known = registry::tables().iter().flat_map(|table| table.columns).map(|column| column.name);
    prop::sample::select(known.chain(["inesistente"]).collect::<Vec<_>>())
}

/// A header and lines below it: of the whole table, of its headings, of a column's words.
fn section() -> impl Strategy<Value = String> {
    let table = || {
        let names: Vec<_> =
            registry::tables().iter().take(3).map(|table| table.name).chain(["nessuna"]).collect();
        prop::sample::select(names)
    };
    let keys = ["file", "sheet", "encoding", "delimiter", "quote", "heading_row", "date_order", "decimal"];
    let stated =
        (prop::sample::select(keys.to_vec()), own()).prop_map(|(key, own)| format!("{key} = \"{own}\""));
    let ignored = prop::collection::vec(own(), 0..3).prop_map(|own| format!("ignore = {own:?}"));
    let heading = (own(), column()).prop_map(|(own, column)| format!("\"{own}\" = \"{column}\""));
    let word = (own(), own()).prop_map(|(word, value)| format!("\"{word}\" = \"{value}\""));
    let lines =
        |line: BoxedStrategy<String>| prop::collection::vec(line, 0..4).prop_map(|lines| lines.join("\n"));
    prop_oneof![
        (table(), lines(prop_oneof![stated, ignored].boxed()))
            .prop_map(|(table, lines)| format!("[tables.{table}]\n{lines}\n")),
        (table(), lines(heading.boxed()))
            .prop_map(|(table, lines)| format!("[tables.{table}.columns]\n{lines}\n")),
        (table(), column(), lines(word.boxed()))
            .prop_map(|(table, column, lines)| format!("[tables.{table}.values.{column}]\n{lines}\n")),
        own().prop_map(|own| format!("ignore_files = [\"{own}\"]\n")),
        prop::sample::select(vec!["\"{}\n", "= \"{}\"\n", "{}\n", "a = {}\n", "\"{}\" = 1\n", "[{}]\n"])
            .prop_map(|line| line.replace("{}", OWN)),
    ]
}

proptest! {
    /// Whatever a mapping says, a message tells nothing of the site's side of it.
    #[test]
    fn no_message_tells_a_word_of_the_site(sections in prop::collection::vec(section(), 0..4)) {
        let text = format!("version = 1\n{}", sections.concat());
        let told = match Mapping::parse(&text, CodeLists::built_in()) {
            Ok(mapping) => format!("{:?}", mapping.tables),
            Err(error) => format!("{error} {error:?}"),
        };
        prop_assert!(!told.contains(OWN), "of:\n{}", text);
    }

    #[test]
    fn no_text_is_too_strange(text in prop_oneof![any::<String>(), "[\\[\\]{}=\"'.#\n a-z0-9]{0,80}"]) {
        let _ = Mapping::parse(&text, CodeLists::built_in());
    }
}
