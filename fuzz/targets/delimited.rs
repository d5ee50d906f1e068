//! Delimited text. The first byte says what the mapping file states, the rest is the file.

#![no_main]

use inlav_core::codes::CodeLists;
use inlav_core::registry::person;
use inlav_core::registry::{self, Table};
use inlav_pseudo::mapping::Mapping;
use libfuzzer_sys::fuzz_target;

const STATED: [&str; 9] = [
    "",
    "quote = \"none\"",
    "quote = \"'\"",
    "delimiter = \"|\"",
    "heading_row = 2",
    "date_order = \"mdy\"",
    "date_system = \"1904\"",
    "decimal = \".\"",
    "encoding = \"macintosh\"",
];

fuzz_target!(|data: &[u8]| {
    let Some((choice, file)) = data.split_first() else { return };
    let stated = STATED.get(usize::from(choice.wrapping_sub(b'0'))).copied().unwrap_or("");
    let text = format!("version = 1\n[tables.{}]\n{stated}\n", person::TABLE.name);
    let mapping = Mapping::parse(&text, CodeLists::built_in()).expect("what can be stated");
    let table: &'static Table = registry::table(person::TABLE.name).expect("a table of the registry");
    inlav_fuzz::read_table(file, ".csv", table, &mapping);
});
