//! The annex of a data protection impact assessment (GDPR 35(7)), filled from registry and policy.
//!
//! It describes what the program does with the data: what is processed, what for, who receives what,
//! for how long, by which measures, and what stays open. What only the controllers can say (necessity,
//! the view of the persons concerned, the decision) has a place marked for them.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::exchange::LinkageMode;
use crate::language::Language;
use crate::policy::explain::{ColumnSaid, Explanation, Fate};
use crate::policy::{Policy, PolicyError};
use crate::programme::Programme;
use crate::registry::{self, Column, PrivacyClass};

mod road;
mod words;

use road::Road;
use words::{Row, Words};

/// The annex, in one language.
#[derive(Debug, Clone)]
pub struct Annex {
    language: Language,
    title: String,
    sections: Vec<Section>,
}

#[derive(Debug, Clone)]
struct Section {
    title: String,
    blocks: Vec<Block>,
}

#[derive(Debug, Clone)]
enum Block {
    Text(String),
    List(Vec<String>),
    Table { title: String, head: Vec<String>, rows: Vec<Vec<String>> },
}

impl Annex {
    /// The annex of a policy in a programme whose linkage tokens leave in this mode.
    ///
    /// # Errors
    /// [`PolicyError::NoRule`] when a column has no rule.
    pub fn of(
        policy: &Policy,
        programme: &Programme,
        mode: LinkageMode,
        language: Language,
    ) -> Result<Self, PolicyError> {
        let (words, road) = (Words::of(language), Road::of(policy, mode));
        let explanation = Explanation::of(policy, programme.lists())?;
        let sections = vec![
            processing(&explanation, programme, road.steps(language), &words),
            Section { title: words.data.to_owned(), blocks: data(&explanation, policy, language, &words) },
            persons(&explanation, language, &words),
            table(words.recipients, None, words.recipients_head, &road.recipients(language)),
            Section {
                title: words.retention.to_owned(),
                blocks: road
                    .retention(&words, explanation.retention_months)
                    .into_iter()
                    .map(Block::Text)
                    .collect(),
            },
            table(words.measures, Some(words.measures_intro), words.measures_head, &road.measures(language)),
            risks(policy, road.risks(language), &words),
            listed(words.open, words.open_intro, road.open_points(language)),
            listed(
                words.to_fill,
                words.to_fill_intro,
                words.to_fill_points.iter().map(|point| (*point).to_owned()).collect(),
            ),
        ];
        Ok(Self { language, title: format!("{} – {}", words.title, programme.name), sections })
    }

    /// As Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n", markdown_cell(&self.title));
        for (number, section) in (1..).zip(&self.sections) {
            text.push_str(&format!("\n## {number}. {}\n", markdown_cell(&section.title)));
            for block in &section.blocks {
                text.push('\n');
                match block {
                    Block::Text(paragraph) => text.push_str(&format!("{}\n", markdown_cell(paragraph))),
                    Block::List(points) => {
                        for point in points {
                            text.push_str(&format!("- {}\n", markdown_cell(point)));
                        }
                    }
                    Block::Table { title, head, rows } => {
                        if !title.is_empty() {
                            text.push_str(&format!("### {}\n\n", markdown_cell(title)));
                        }
                        let line = |cells: &[String]| {
                            let cells: Vec<String> = cells.iter().map(|cell| markdown_cell(cell)).collect();
                            format!("| {} |\n", cells.join(" | "))
                        };
                        text.push_str(&line(head));
                        text.push_str(&format!("|{}\n", "---|".repeat(head.len())));
                        rows.iter().for_each(|row| text.push_str(&line(row)));
                    }
                }
            }
        }
        text
    }

    /// As one HTML page without network and without script.
    #[must_use]
    pub fn html(&self) -> String {
        let block = |block: &Block| -> Markup {
            match block {
                Block::Text(paragraph) => html! { p { (paragraph) } },
                Block::List(points) => html! { ul { @for point in points { li { (point) } } } },
                Block::Table { title, head, rows } => html! {
                    @if !title.is_empty() { h3 { (title) } }
                    table {
                        thead { tr { @for cell in head { th { (cell) } } } }
                        tbody { @for row in rows { tr { @for cell in row { td { (cell) } } } } }
                    }
                },
            }
        };
        html! {
            (DOCTYPE)
            html lang=(self.language.code()) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    h1 { (self.title) }
                    @for (number, section) in (1..).zip(&self.sections) {
                        h2 { (number) ". " (section.title) }
                        @for one in &section.blocks { (block(one)) }
                    }
                }
            }
        }
        .into_string()
    }
}

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
    table{border-collapse:collapse;width:100%;margin:1rem 0}\
    th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}\
    th{background:#eee}@media print{h2{break-after:avoid}tr{break-inside:avoid}}";

fn processing(
    explanation: &Explanation,
    programme: &Programme,
    steps: Vec<String>,
    words: &Words,
) -> Section {
    let facts = [
        (words.programme, format!("{} ({} – {})", programme.name, programme.start, programme.end)),
        (words.controllers, words.controllers_are(programme.sites.len())),
        (words.purpose, explanation.purpose.clone()),
        (words.legal_basis, explanation.legal_basis.clone()),
    ];
    let facts = facts.into_iter().map(|(name, what)| format!("{name}: {what}")).collect();
    Section {
        title: words.processing.to_owned(),
        blocks: vec![Block::List(facts), Block::Text(words.steps_intro.to_owned()), Block::List(steps)],
    }
}

/// Per table: every column, how near it is to a person, and what becomes of it; before that a count.
fn data(explanation: &Explanation, policy: &Policy, language: Language, words: &Words) -> Vec<Block> {
    let mut blocks = vec![Block::Text(words.data_intro.to_owned()), counts(policy, words)];
    for said in &explanation.tables {
        let Some(table) = registry::table(said.name) else { continue };
        let rows = said
            .columns
            .iter()
            .filter_map(|column| Some(row(column, table.column(column.name)?, language, words)))
            .collect();
        blocks.push(Block::Table {
            title: format!("{} ({})", said.label.text(language), said.name),
            head: [words.column, words.class, words.becomes].map(str::to_owned).to_vec(),
            rows,
        });
    }
    blocks
}

fn row(said: &ColumnSaid, column: &Column, language: Language, words: &Words) -> Vec<String> {
    let meanings: Vec<&str> = said.actions.iter().map(|said| said.meaning.text(language)).collect();
    vec![
        format!("{} ({})", said.label.text(language), said.name),
        words.class_of(column.privacy).to_owned(),
        meanings.join("; "),
    ]
}

/// How many columns of each class leave as they are, changed, linked, are sealed, or never leave.
fn counts(policy: &Policy, words: &Words) -> Block {
    const CLASSES: [PrivacyClass; 6] = [
        PrivacyClass::Direct,
        PrivacyClass::FreeText,
        PrivacyClass::Sensitive,
        PrivacyClass::Quasi,
        PrivacyClass::Pseudonym,
        PrivacyClass::Ordinary,
    ];
    let count = |class, fate| {
        let counted = policy
            .rules()
            .filter(|(_, column, action)| column.privacy == class && Fate::of(action) == fate)
            .count();
        counted.to_string()
    };
    let row = |class: &PrivacyClass| {
        let name = words.class_of(*class).to_owned();
        std::iter::once(name).chain(Fate::ALL.map(|fate| count(*class, fate))).collect()
    };
    Block::Table {
        title: String::new(),
        head: std::iter::once(words.class.to_owned())
            .chain(Fate::ALL.map(|fate| words.fate(fate).to_owned()))
            .collect(),
        rows: CLASSES.iter().map(row).collect(),
    }
}

fn persons(explanation: &Explanation, language: Language, words: &Words) -> Section {
    Section {
        title: words.persons.to_owned(),
        blocks: vec![
            Block::Text(words.persons_intro.to_owned()),
            Block::Text(words.left_out.to_owned()),
            Block::List(explanation.left_out(language)),
        ],
    }
}

/// A section that is a table, perhaps with a text before it.
fn table(title: &str, intro: Option<&str>, head: Row, rows: &[Row]) -> Section {
    let cells = |row: &Row| row.map(str::to_owned).to_vec();
    let rows = rows.iter().map(cells).collect();
    let table = Block::Table { title: String::new(), head: cells(&head), rows };
    let intro = intro.map(|text| Block::Text(text.to_owned()));
    Section { title: title.to_owned(), blocks: intro.into_iter().chain([table]).collect() }
}

/// The residual risks, those among them that this policy has.
fn risks(policy: &Policy, of_linkage: Vec<String>, words: &Words) -> Section {
    let leaves = |class: PrivacyClass| {
        policy.rules().any(|(table, column, action)| {
            table.about_persons
                && column.privacy == class
                && matches!(Fate::of(action), Fate::AsItIs | Fate::Changed)
        })
    };
    let mut points: Vec<String> = words.risks_always.iter().map(|risk| (*risk).to_owned()).collect();
    for (holds, risk) in [
        (leaves(PrivacyClass::Quasi), words.risk_quasi),
        (leaves(PrivacyClass::Sensitive), words.risk_sensitive),
        (policy.exclude.minors.age().is_none(), words.risk_minors),
        (policy.exclude.consent_withdrawn.is_empty(), words.risk_consent),
    ] {
        if holds {
            points.push(risk.to_owned());
        }
    }
    points.extend(of_linkage);
    Section {
        title: words.risks.to_owned(),
        blocks: vec![Block::Text(words.risks_intro.to_owned()), Block::List(points)],
    }
}

fn listed(title: &str, intro: &str, points: Vec<String>) -> Section {
    Section { title: title.to_owned(), blocks: vec![Block::Text(intro.to_owned()), Block::List(points)] }
}

/// A text of which Markdown makes nothing but text.
fn markdown_cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '#' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
