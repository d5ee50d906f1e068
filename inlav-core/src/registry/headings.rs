//! Further headings under which offices write columns.
//!
//! A file is read by the names, labels and aliases of a column alone. What is here is not sure
//! enough for that, because offices use one word for several columns: it is enough to propose a
//! mapping that a person looks at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::{Column, Table, tables};
use crate::text::fold;

/// Letters of the shortest word that says what a column is.
const SHORTEST: usize = 3;
/// Words that only link others.
const LINKS: [&str; 20] = [
    "alla", "che", "con", "dal", "dall", "dalla", "dei", "del", "dell", "della", "delle", "di", "for", "nel",
    "non", "our", "per", "the", "una", "and",
];

type Headings = BTreeMap<(String, String), Vec<String>>;

/// What offices call a column of a table besides its own names, in no order.
pub fn usual_headings(table: &Table, column: &Column) -> impl Iterator<Item = &'static str> {
    static HEADINGS: LazyLock<Headings> = LazyLock::new(read);
    let of = (table.name.to_owned(), column.name.to_owned());
    HEADINGS.get(&of).into_iter().flatten().map(String::as_str)
}

/// Whether most words of a text are words that headings have. Another text may be somebody's name in a
/// row that was taken for headings: there are people called Piano and Carta.
///
/// ```
/// use inlav_core::registry::has_heading_words;
/// assert!(has_heading_words("Data di nascita") && !has_heading_words("Renzo Piano"));
/// ```
#[must_use]
pub fn has_heading_words(text: &str) -> bool {
    static WORDS: LazyLock<BTreeSet<String>> = LazyLock::new(words);
    let folded = fold(text);
    let words = || folded.split(' ').filter(|word| says_something(word));
    words().filter(|word| WORDS.contains(*word)).count() * 2 > words().count()
}

/// Whether a word says what something is, and does not only link others.
fn says_something(word: &str) -> bool {
    word.chars().count() >= SHORTEST && !LINKS.contains(&word)
}

/// Every word of the registry's headings that says something.
fn words() -> BTreeSet<String> {
    let columns = tables().iter().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let headings = columns.flat_map(|(table, column)| {
        let own = [column.name, column.label_it, column.label_en, table.label_it, table.label_en];
        own.into_iter().chain(column.aliases.iter().copied()).chain(usual_headings(table, column))
    });
    let words = headings.flat_map(|heading| fold(heading).split(' ').map(str::to_owned).collect::<Vec<_>>());
    words.filter(|word| says_something(word)).collect()
}

fn read() -> Headings {
    let records = csv::Reader::from_reader(include_str!("../../data/headings.csv").as_bytes()).into_records();
    let row = |record: csv::StringRecord| {
        let cell = |at| record.get(at).unwrap_or("").to_owned();
        ((cell(0), cell(1)), cell(2).split('|').map(str::to_owned).collect())
    };
    records.filter_map(Result::ok).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::table;

    #[test]
    fn every_row_is_of_a_column_and_says_something_new() {
        assert!(read().len() > 150);
        for ((table_name, column_name), headings) in read() {
            let table = table(&table_name).unwrap();
            let column = table.column(&column_name).unwrap();
            let own = [column.name, column.label_it, column.label_en]
                .into_iter()
                .chain(column.aliases.iter().copied());
            let mut seen: BTreeSet<String> = own.map(fold).collect();
            for heading in headings {
                assert!(!fold(&heading).is_empty());
                assert!(seen.insert(fold(&heading)), "{table_name}.{column_name}: {heading} stands twice");
            }
        }
    }
}
