//! The dictionary as Markdown.

use crate::language::Language;
use std::fmt::Write as _;

use super::words::{self, Both};
use super::{ColumnEntry, Dictionary, ListEntry, TableEntry};

/// The dictionary in one language.
pub(super) fn markdown(dictionary: &Dictionary, language: Language) -> String {
    let mut page = Page { text: String::new(), language };
    page.line(&format!("# {}: {}\n", dictionary.programme.name, page.word(words::TITLE)));
    page.line(&format!("{}\n", page.word(words::GENERATED)));
    page.line(&format!("## {}\n", page.word(words::CONTENTS)));
    page.line(&format!("- [{}](#programme)", page.word(words::PROGRAMME)));
    for table in &dictionary.tables {
        page.line(&format!("- [{}](#table-{})", table.label.text(language), table.name));
    }
    page.line(&format!("- [{}](#code-lists)\n", page.word(words::CODE_LISTS)));
    page.programme(dictionary);
    for table in &dictionary.tables {
        page.table(table);
    }
    page.line(&format!("<a id=\"code-lists\"></a>\n## {}\n", page.word(words::CODE_LISTS)));
    for list in &dictionary.code_lists {
        page.list(list);
    }
    page.text
}

struct Page {
    text: String,
    language: Language,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    const fn word(&self, word: Both) -> &'static str {
        word.text(self.language)
    }

    fn heading_row(&mut self, headings: &[Both]) {
        let headings: Vec<&str> = headings.iter().map(|heading| self.word(*heading)).collect();
        self.line(&format!("| {} |", headings.join(" | ")));
        self.line(&format!("|{}", "---|".repeat(headings.len())));
    }

    fn row(&mut self, cells: &[String]) {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    fn programme(&mut self, dictionary: &Dictionary) {
        let programme = &dictionary.programme;
        self.line(&format!("<a id=\"programme\"></a>\n## {}\n", self.word(words::PROGRAMME)));
        self.line(&format!("- {}: {} – {}", self.word(words::PERIOD), programme.start, programme.end));
        self.line(&format!("- {}: {}", self.word(words::CUP), programme.cup));
        self.line(&format!("- {}: {}\n", self.word(words::FUND), programme.fund));
        self.line(&format!("### {}\n", self.word(words::TARGETS)));
        for (target, number) in words::targets(&programme.targets) {
            self.line(&format!("- {}: {number}", self.word(target)));
        }
        self.line(&format!("\n### {}\n", self.word(words::SITES)));
        self.heading_row(&[words::SITE, words::AMBITO, words::PROVINCE, words::ISTAT, words::NUTS]);
        for site in &programme.sites {
            self.row(&[
                site.id.to_string(),
                site.name.clone(),
                site.province.clone(),
                site.istat_province.clone(),
                site.nuts3.clone(),
            ]);
        }
        self.line("");
    }

    fn table(&mut self, table: &TableEntry) {
        let language = self.language;
        self.line(&format!("<a id=\"table-{}\"></a>\n## {}\n", table.name, table.label.text(language)));
        let mut remarks = vec![format!("`{}`", table.name)];
        remarks.push(self.word(if table.required { words::REQUIRED } else { words::OPTIONAL }).to_owned());
        if table.about_persons {
            remarks.push(self.word(words::ABOUT_PERSONS).to_owned());
        }
        self.line(&format!("{} ({})\n", table.description.text(language), remarks.join(", ")));
        self.also_called(table.accepted_names);
        self.heading_row(&[words::COLUMN, words::MEANING, words::VALUES, words::PRIVACY]);
        for column in &table.columns {
            self.column(column);
        }
        self.line("");
        if !table.derived.is_empty() {
            self.line(&format!("{}:\n", self.word(words::DERIVED)));
            for derived in &table.derived {
                self.line(&format!("- `{}`: {}", derived.field, derived.from.text(language)));
            }
            self.line("");
        }
    }

    fn also_called(&mut self, names: &[&str]) {
        if !names.is_empty() {
            self.line(&format!("{} {}\n", self.word(words::ALSO_CALLED), names.join(", ")));
        }
    }

    fn column(&mut self, column: &ColumnEntry) {
        let language = self.language;
        let presence = match (column.required, column.expected) {
            (true, _) => words::REQUIRED,
            (_, true) => words::EXPECTED,
            _ => words::OPTIONAL,
        };
        let name = format!("{} `{}` ({})", column.label.text(language), column.name, self.word(presence));
        let mut meaning = column.description.text(language).to_owned();
        if let Some(item) = &column.item {
            let _ =
                write!(meaning, " {} {}: {}", self.word(words::ITEM), item.code, item.label.text(language));
        }
        if !column.accepted_headings.is_empty() {
            let headings = column.accepted_headings.join(", ");
            let _ = write!(meaning, " ({} {headings})", self.word(words::ALSO_CALLED));
        }
        let mut values = column.values.text(language).to_owned();
        if let Some(unit) = &column.unit {
            let _ = write!(values, " ({})", unit.text(language));
        }
        let mut privacy = vec![column.privacy.meaning.text(language).to_owned()];
        for action in &column.by_default {
            let made = action.extract_column.as_ref().map_or(String::new(), |made| format!(" → `{made}`"));
            privacy.push(format!("{}{made}", action.meaning.text(language)));
        }
        self.row(&[name, meaning, values, privacy.join("; ")]);
    }

    fn list(&mut self, list: &ListEntry) {
        let language = self.language;
        self.line(&format!("### {}\n", list.name));
        if !list.used_by.is_empty() {
            self.line(&format!("{}: {}\n", self.word(words::USED_BY), list.used_by.join(", ")));
        }
        self.heading_row(&[words::CODE, words::LABEL, words::MAPS_TO, words::VALIDITY, words::SOURCE]);
        for code in &list.codes {
            self.row(&[
                code.code.clone(),
                code.label.text(language).to_owned(),
                code.maps_to.clone(),
                code.validity(language),
                format!("{} ({})", code.source, code.verified),
            ]);
        }
        self.line("");
    }
}

/// A text that stays in its cell.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ").replace('<', "&lt;")
}
