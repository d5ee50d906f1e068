//! Columns are named in the registry and nowhere else.
//!
//! Rust sources of the workspace, tests left out, may not hold a column's name as a text: whoever
//! needs a column takes its constant. SQL has to name columns; there every name has to be one that
//! an extract can have, or one that the SQL itself gives.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where it is wrong")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use inlav_core::{policy, registry};

/// Texts that are a column's name and mean something else: file, texts, meaning.
const OTHER_MEANINGS: &[(&str, &[&str], &str)] = &[
    ("inlav-core/src/dictionary/json_schema.rs", &["type"], "a keyword of JSON Schema"),
    ("inlav-core/src/programme/own_list.rs", &["closure_reason"], "the name of a code list"),
    ("inlav-core/src/value.rs", &["hours", "minutes"], "units as offices write them"),
    ("inlav-core/src/dictionary/html.rs", &["language"], "the group of the language buttons"),
    ("src/cli/keys/show.rs", &["role"], "what a key is for"),
    (
        "inlav-core/src/dictionary/words.rs",
        &[
            "ateco",
            "codice_fiscale",
            "cui",
            "email",
            "hours",
            "minutes",
            "municipality",
            "occupation",
            "passport_number",
            "permit_number",
            "phone",
            "stp_eni",
        ],
        "kinds of values and units",
    ),
    (
        "inlav-core/src/identifiers.rs",
        &["cui", "email", "employment", "outcome", "phone"],
        "what an identifier numbers",
    ),
    ("inlav-core/src/identifiers/contact.rs", &["phone"], "a word people write before a number"),
    ("inlav-core/src/policy/form.rs", &["legal_basis"], "a key of a policy"),
    ("inlav-core/src/policy/action.rs", &["area", "sector"], "actions"),
    ("inlav-core/src/programme/own_list.rs", &["identification_status"], "a code list"),
    ("inlav-pseudo/src/check/duplicates.rs", &["name"], "by what two rows are alike"),
    ("inlav-pseudo/src/check/page.rs", &["language"], "the group of the language buttons"),
    ("inlav-pseudo/src/mapping/propose/likeness.rs", &["on"], "a word that tells nothing"),
    ("inlav-pseudo/src/office/population.rs", &["kind"], "a heading of the list of what was broken"),
    ("inlav-analytics/src/evaluate.rs", &["outcome"], "what an indicator's SQL answers"),
    ("inlav-analytics/src/export.rs", &["status"], "whether a published cell is shown"),
    ("inlav-analytics/src/release.rs", &["name"], "a file of the audit log"),
    ("inlav-analytics/src/report.rs", &["language"], "the group of the language buttons"),
    ("inlav-analytics/src/session.rs", &["employment", "outcome"], "views"),
];

/// Names that SQL may use and that no extract has: the hub's own.
const OF_THE_HUB: &[&str] = &[
    "links",
    "operator_links",
    "operator_no",
    "site_id",
    "person_no",
    "list",
    "code",
    "maps_to",
    "label_it",
    "label_en",
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The files below a folder with this ending, by path.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every name that a column has in an export or can have in an extract.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for table in registry::tables() {
        names.extend(table.columns.iter().map(|column| column.name.to_owned()));
        names.extend(policy::possible_columns(table).into_iter().map(|column| column.name));
    }
    names
}

#[derive(Debug, PartialEq)]
enum Token {
    Text(String),
    Word(String),
    Mark(char),
}

/// The tokens of a Rust source with their lines; comments are left out.
fn tokens(source: &str) -> Vec<(usize, Token)> {
    let mut tokens = Vec::new();
    let chars: Vec<char> = source.chars().collect();
    let (mut at, mut line) = (0, 1);
    let starts = |at: usize, text: &str| text.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
    while at < chars.len() {
        let from = at;
        let c = chars[at];
        if starts(at, "//") {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if starts(at, "/*") {
            let mut depth = 0;
            loop {
                if starts(at, "/*") {
                    (depth, at) = (depth + 1, at + 2);
                } else if starts(at, "*/") {
                    (depth, at) = (depth - 1, at + 2);
                } else {
                    at += 1;
                }
                if depth == 0 || at >= chars.len() {
                    break;
                }
            }
        } else if c == '"' {
            at += 1;
            let begin = at;
            while chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            tokens.push((line, Token::Text(chars[begin..at].iter().collect())));
            at += 1;
        } else if c == 'r' && (starts(at, "r\"") || starts(at, "r#\"") || starts(at, "r##\"")) {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            at += 2 + hashes;
            let (begin, end) = (at, format!("\"{}", "#".repeat(hashes)));
            while !starts(at, &end) {
                at += 1;
            }
            tokens.push((line, Token::Text(chars[begin..at].iter().collect())));
            at += end.chars().count();
        } else if c == '\'' {
            // A character, or a lifetime.
            if chars.get(at + 1) == Some(&'\\') {
                at += 3;
                while chars[at] != '\'' {
                    at += 1;
                }
                at += 1;
            } else if chars.get(at + 2) == Some(&'\'') {
                at += 3;
            } else {
                at += 1;
            }
        } else if c.is_alphanumeric() || c == '_' {
            while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_') {
                at += 1;
            }
            let word: String = chars[from..at].iter().collect();
            // The mark of a byte or C string is no word.
            if !(chars.get(at) == Some(&'"') && matches!(word.as_str(), "b" | "c" | "br")) {
                tokens.push((line, Token::Word(word)));
            }
        } else {
            if !c.is_whitespace() {
                tokens.push((line, Token::Mark(c)));
            }
            at += 1;
        }
        line += chars[from..at.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

/// The texts of a source outside of test modules, with their lines, and the names of test modules
/// that have files of their own.
fn texts(source: &str) -> (Vec<(usize, String)>, Vec<String>) {
    let tokens = tokens(source);
    let word = |at: usize, text: &str| matches!(tokens.get(at), Some((_, Token::Word(word))) if word == text);
    let mark = |at: usize, c: char| matches!(tokens.get(at), Some((_, Token::Mark(mark))) if *mark == c);
    let (mut texts, mut modules, mut at) = (Vec::new(), Vec::new(), 0);
    while at < tokens.len() {
        // #[cfg(test)] or #[cfg(all(test, …))], then anything up to the module's name.
        if mark(at, '#') && mark(at + 1, '[') && word(at + 2, "cfg") {
            let end = (at..tokens.len()).find(|at| mark(*at, ']')).unwrap();
            let of_tests = (at..end).any(|at| word(at, "test")) && !(at..end).any(|at| word(at, "not"));
            let module = (end + 1..(end + 8).min(tokens.len())).find(|at| word(*at, "mod"));
            if let Some(module) = module.filter(|_| of_tests) {
                if let Some((_, Token::Word(name))) = tokens.get(module + 1)
                    && mark(module + 2, ';')
                {
                    modules.push(name.clone());
                    at = module + 3;
                    continue;
                }
                let mut depth = 0;
                at = module + 2;
                loop {
                    depth += i32::from(mark(at, '{')) - i32::from(mark(at, '}'));
                    at += 1;
                    if depth == 0 || at >= tokens.len() {
                        break;
                    }
                }
                continue;
            }
        }
        if let Some((line, Token::Text(text))) = tokens.get(at) {
            texts.push((*line, text.clone()));
        }
        at += 1;
    }
    (texts, modules)
}

/// A column that a text names: the text itself, or a name with an underscore within it.
fn named(text: &str, names: &BTreeSet<String>) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    std::iter::once(text)
        .chain(words.filter(|word| word.contains('_')))
        .find(|word| names.contains(*word))
        .map(str::to_owned)
}

#[test]
fn no_rust_source_but_the_registry_names_a_column() {
    let (workspace, names) = (workspace(), names());
    let folders = ["src", "inlav-core/src", "inlav-pseudo/src", "inlav-analytics/src"];
    let sources: Vec<PathBuf> =
        folders.iter().flat_map(|folder| files(&workspace.join(folder), "rs")).collect();
    assert!(sources.len() > 100);
    let mut of_tests: Vec<PathBuf> = Vec::new();
    for source in &sources {
        let parent = match source.file_stem().unwrap().to_str().unwrap() {
            "lib" | "main" | "mod" => source.parent().unwrap().to_owned(),
            _ => source.with_extension(""),
        };
        of_tests.extend(texts(&fs::read_to_string(source).unwrap()).1.iter().map(|name| parent.join(name)));
    }
    let (mut found, mut used) = (Vec::new(), BTreeSet::new());
    for source in &sources {
        let path = source.strip_prefix(&workspace).unwrap().to_str().unwrap().replace('\\', "/");
        let is_test = of_tests.iter().any(|module| source.with_extension("").starts_with(module));
        if is_test || path.starts_with("inlav-core/src/registry") {
            continue;
        }
        for (line, text) in texts(&fs::read_to_string(source).unwrap()).0 {
            let Some(name) = named(&text, &names) else { continue };
            let allowed = OTHER_MEANINGS
                .iter()
                .any(|(file, texts, _)| *file == path && text == name && texts.contains(&name.as_str()));
            if allowed {
                used.insert((path.clone(), name));
            } else {
                found.push(format!("{path}:{line} names {name}"));
            }
        }
    }
    assert!(found.is_empty(), "take the registry's constant:\n{}", found.join("\n"));
    for (file, texts, meaning) in OTHER_MEANINGS {
        for text in *texts {
            let is_used = used.contains(&((*file).to_owned(), (*text).to_owned()));
            assert!(is_used, "{file} says {text} ({meaning}) no more: take it off the list");
        }
    }
}

#[test]
fn a_name_in_a_source_is_seen() {
    let source = r##"
        // "family_name" in a comment
        const A: &str = "family_name"; /* "email" */
        let b = ('"', '\'', r#"SELECT "case_id" FROM x"#, b"email");
        fn f<'a>(x: &'a str) -> char { '\u{7f}' }
        #[cfg(test)]
        mod tests { const C: &str = "birth_date}"; mod inner { const D: &str = "email"; } }
        #[cfg(all(test, unix))]
        pub(crate) mod far;
        #[cfg(not(test))]
        mod near { const E: &str = "phone"; }
    "##;
    let (texts, modules) = texts(source);
    let found: Vec<_> =
        texts.iter().filter_map(|(line, text)| Some((*line, named(text, &names())?))).collect();
    let expected = [(3, "family_name"), (4, "case_id"), (4, "email"), (11, "phone")];
    assert_eq!(found, expected.map(|(line, name)| (line, name.to_owned())));
    assert_eq!(modules, ["far"]);
}

/// The identifiers of SQL outside of comments and texts, functions left out, each with whether a
/// point is before it.
fn identifiers(sql: &str) -> Vec<(String, bool)> {
    let lines: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap()).collect();
    let text = lines.join("\n");
    let outside = text.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    let (mut found, mut word, mut before) = (Vec::new(), String::new(), ' ');
    for c in outside.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() || c == '_' || c == '$' {
            word.push(c);
        } else {
            if !word.is_empty() && !word.starts_with('$') && c != '(' {
                found.push((word.clone(), before == '.'));
            }
            word.clear();
            before = if c == '"' { before } else { c };
        }
    }
    found
}

#[test]
fn sql_takes_only_columns_that_an_extract_can_have() {
    let analytics = workspace().join("inlav-analytics");
    let mut sources: Vec<(PathBuf, String)> = files(&analytics.join("src/views"), "sql")
        .into_iter()
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect();
    for path in files(&analytics.join("indicators"), "toml") {
        let text = fs::read_to_string(&path).unwrap();
        let sql = text.split("\nsql = ").nth(1).unwrap();
        let end = if sql.starts_with("\"\"\"") { "\"\"\"" } else { "\"" };
        sources.push((path, sql.trim_start_matches('"').split(end).next().unwrap().to_owned()));
    }
    assert!(sources.len() > 20);
    let mut known: BTreeSet<String> = OF_THE_HUB.iter().map(|name| (*name).to_owned()).collect();
    for table in registry::tables() {
        known.insert(table.name.to_owned());
        known.extend(policy::possible_columns(table).into_iter().map(|column| column.name));
    }
    // What SQL calls something itself: after AS, or before it in WITH.
    for (_, sql) in &sources {
        let words = identifiers(sql);
        for pair in words.windows(2) {
            if pair[0].0.eq_ignore_ascii_case("as") {
                known.insert(pair[1].0.clone());
            }
            if pair[1].0.eq_ignore_ascii_case("as") {
                known.insert(pair[0].0.clone());
            }
        }
    }
    for (path, sql) in &sources {
        for (name, qualified) in identifiers(sql) {
            if qualified || name.contains('_') {
                assert!(known.contains(&name), "{}: no column is called {name}", path.display());
            }
        }
    }
}
