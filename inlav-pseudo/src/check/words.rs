//! What a report says in words, in Italian and English: the same on the terminal and on the page.

use inlav_core::language::{Bilingual, counted};
use inlav_core::registry;
use inlav_core::value::DateOrder;

use super::{Finding, Location, QualityReport, Severity, Verdict};
use crate::source::{Confidence, DecimalMark, Detected, Dialect, Quote};

/// The whole report in one sentence.
#[must_use]
pub fn headline(report: &QualityReport) -> Bilingual {
    let (errors, warnings) = (report.errors(), report.warnings());
    match report.verdict {
        Verdict::Errors => Bilingual::of(
            format!("{} da correggere prima di pseudonimizzare", counted(errors, "errore", "errori")),
            format!("{} to mend before pseudonymising", counted(errors, "error", "errors")),
        ),
        Verdict::Warnings => Bilingual::of(
            format!("Si può pseudonimizzare: nessun errore, {}", counted(warnings, "avviso", "avvisi")),
            format!("Ready to pseudonymise: no error, {}", counted(warnings, "warning", "warnings")),
        ),
        Verdict::Clean => Bilingual::of(
            "Si può pseudonimizzare: nessun errore e nessun avviso",
            "Ready to pseudonymise: no error and no warning",
        ),
    }
}

/// What to do now.
#[must_use]
pub fn next_step(report: &QualityReport) -> Bilingual {
    match report.verdict {
        Verdict::Errors => Bilingual::of(
            "Correggere le righe indicate nel programma dell'ufficio, esportare di nuovo e ripetere il controllo.",
            "Mend the rows named in the office's program, export again and repeat the check.",
        ),
        Verdict::Warnings => Bilingual::of(
            "Gli avvisi non fermano nulla, ma qualcuno li guardi: un dato corretto alla fonte non torna.",
            "Warnings stop nothing, but somebody should look: what is mended in the office does not come back.",
        ),
        Verdict::Clean => Bilingual::of("Non c'è nulla da correggere.", "There is nothing to mend."),
    }
}

/// How bad a finding is.
#[must_use]
pub fn severity(severity: Severity) -> Bilingual {
    match severity {
        Severity::Error => Bilingual::of("errore", "error"),
        Severity::Warning => Bilingual::of("avviso", "warning"),
    }
}

/// What is wrong and what to do.
#[must_use]
pub fn what(finding: &Finding) -> Bilingual {
    Bilingual::of(finding.text_it, finding.text_en.clone())
}

/// How a file is written: `Windows-1252 (likely, 12), delimiter ; (certain, 9), …`, with the number
/// of places that speak for each. What nothing in the file speaks for is left out.
#[must_use]
pub fn dialect(dialect: &Dialect) -> Bilingual {
    let (mut it, mut en) = (Vec::new(), Vec::new());
    let mut say = |found: (Confidence, u64), what_it: String, what_en: String| {
        let (sure_it, sure_en) = match found.0 {
            Confidence::Guessed => ("supposto", "guessed"),
            Confidence::Likely => ("probabile", "likely"),
            Confidence::Certain => ("certo", "certain"),
            Confidence::Stated => ("indicato", "stated"),
        };
        it.push(format!("{what_it} ({sure_it}, {})", found.1));
        en.push(format!("{what_en} ({sure_en}, {})", found.1));
    };
    if let Some(found) = dialect.encoding {
        let name = found.value.to_string();
        say((found.confidence, found.evidence), name.clone(), name);
    }
    if let Some(found) = dialect.delimiter {
        let mark = if found.value == '\t' { "tab".to_owned() } else { found.value.to_string() };
        say((found.confidence, found.evidence), format!("separatore {mark}"), format!("delimiter {mark}"));
    }
    if let Some(found) = dialect.quote.filter(Detected::is_shown) {
        let (it, en) = match found.value {
            Quote::Double => ("\"", "\""),
            Quote::Single => ("'", "'"),
            Quote::None => ("nessuna", "none"),
        };
        say((found.confidence, found.evidence), format!("virgolette {it}"), format!("quote {en}"));
    }
    if let Some(found) = dialect.heading_row {
        let row = found.value;
        let (it, en) = (format!("intestazioni alla riga {row}"), format!("headings in row {row}"));
        say((found.confidence, found.evidence), it, en);
    }
    if let Some(found) = dialect.date_order.filter(Detected::is_shown) {
        let (it, en) = match found.value {
            DateOrder::MonthFirst => ("date con il mese prima", "dates month first"),
            _ => ("date con il giorno prima", "dates day first"),
        };
        say((found.confidence, found.evidence), it.to_owned(), en.to_owned());
    }
    if let Some(found) = dialect.decimal.filter(Detected::is_shown) {
        let (it, en) = match found.value {
            DecimalMark::Comma => ("virgola decimale", "decimal comma"),
            DecimalMark::Point => ("punto decimale", "decimal point"),
        };
        say((found.confidence, found.evidence), it.to_owned(), en.to_owned());
    }
    Bilingual::of(it.join(", "), en.join(", "))
}

/// What a table is called.
#[must_use]
pub fn table(name: &str) -> Bilingual {
    registry::table(name)
        .map_or_else(|| Bilingual::of(name, name), |table| Bilingual::of(table.label_it, table.label_en))
}

/// What a column is called.
#[must_use]
pub fn column(table: &str, name: &str) -> Bilingual {
    let column = registry::table(table).and_then(|table| table.column(name));
    column.map_or_else(|| Bilingual::of(name, name), |column| Bilingual::of(column.label_it, column.label_en))
}

/// Where to look: file or sheet, then the column.
#[must_use]
pub fn place(location: &Location) -> Bilingual {
    let file = location.file.as_deref().unwrap_or("");
    let (mut it, mut en) = match &location.sheet {
        Some(sheet) => (format!("foglio «{sheet}»"), format!("sheet \"{sheet}\"")),
        None => (file.to_owned(), file.to_owned()),
    };
    let number = location.letter.clone().or_else(|| location.position.map(|position| position.to_string()));
    if let Some(number) = number {
        it.push_str(&format!(", colonna {number}"));
        en.push_str(&format!(", column {number}"));
    }
    if let Some(heading) = &location.heading {
        it.push_str(&format!(" «{heading}»"));
        en.push_str(&format!(" \"{heading}\""));
    }
    Bilingual::of(it, en)
}

/// The rows to look at, `most` of them at most; nothing for a finding about a whole column.
#[must_use]
pub fn rows(finding: &Finding, most: usize) -> Bilingual {
    let named: Vec<(String, String)> = if finding.pairs.is_empty() {
        finding.rows.iter().map(|row| (row.to_string(), row.to_string())).collect()
    } else {
        finding.pairs.iter().map(|[a, b]| (format!("{a} e {b}"), format!("{a} and {b}"))).collect()
    };
    if named.is_empty() {
        return Bilingual::of("", "");
    }
    let separator = if finding.pairs.is_empty() { ", " } else { "; " };
    let shown = named.iter().take(most);
    let (it, en): (Vec<&str>, Vec<&str>) = shown.map(|(it, en)| (it.as_str(), en.as_str())).unzip();
    let rest = finding.count.saturating_sub(u64::try_from(it.len()).unwrap_or(0));
    let (mut it, mut en) = (it.join(separator), en.join(separator));
    if rest > 0 {
        it.push_str(&format!(" e {}", counted(rest, "altra", "altre")));
        en.push_str(&format!(" and {}", counted(rest, "other", "others")));
    }
    Bilingual::of(it, en)
}

/// How many cells or rows, or the share of a whole column.
#[must_use]
pub fn count(finding: &Finding) -> String {
    finding.percent.map_or_else(|| finding.count.to_string(), |percent| format!("{percent} %"))
}
