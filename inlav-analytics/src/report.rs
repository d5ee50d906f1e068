//! The report for people: one HTML file, Italian and English, without network and without script.
//!
//! Every number comes from a [`crate::grid::Grid`], hence from [`crate::disclosure::Released`].

use inlav_core::language::{Bilingual, Language};
use inlav_core::registry;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::grid::{self, Grid, GridCell, GridRow, SUPPRESSED};
use crate::indicator::Indicator;
use crate::release::Release;

mod words;

use words::{WORDS, Words};

/// The report as one HTML document.
#[must_use]
pub fn html(release: &Release<'_>) -> String {
    let words = &WORDS;
    let page = html! {
        (DOCTYPE)
        html lang="it" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (release.programme.name) " – " (words.title.it) }
                style { (PreEscaped(include_str!("report/report.css"))) }
            }
            body {
                input type="radio" name="language" id="show-it" checked;
                input type="radio" name="language" id="show-en";
                nav aria-label="Lingua / Language" {
                    label for="show-it" { "Italiano" }
                    label for="show-en" { "English" }
                }
                main {
                    (header(release, words))
                    (key_results(release, words))
                    @for indicator in release.indicators.iter().filter(|i| has_own_section(i)) {
                        (section(release, indicator))
                    }
                    (withheld(release, words))
                    (provenance(release, words))
                }
            }
        }
    };
    page.into_string()
}

/// Indicators that are only held against a target stand in the first section alone.
fn has_own_section(indicator: &Indicator) -> bool {
    indicator.published && (indicator.targets.is_empty() || !indicator.dimensions.is_empty())
}

fn header(release: &Release<'_>, words: &Words) -> Markup {
    html! {
        header {
            h1 { (release.programme.name) ": " (both(&words.title)) }
            p { (both(&words.as_of)) " " time datetime=(release.provenance.as_of) {
                (release.provenance.as_of.format("%d/%m/%Y"))
            } }
            @if release.provenance.synthetic {
                p.banner role="note" { (both(&words.synthetic)) }
            }
        }
    }
}

fn key_results(release: &Release<'_>, words: &Words) -> Markup {
    let grid = grid::targets(release.publication, release.indicators, release.programme);
    html! {
        section id="targets" {
            h2 { (both(&words.targets)) }
            (table(&grid, &words.targets))
        }
    }
}

fn section(release: &Release<'_>, indicator: &Indicator) -> Markup {
    let grid = grid::indicator(release.publication, indicator, release.programme);
    html! {
        section id=(indicator.id) {
            h2 { (both(&indicator.title)) " " span.id { (indicator.id) } }
            p { (both(&indicator.definition)) }
            (table(&grid, &indicator.title))
        }
    }
}

fn table(grid: &Grid, caption: &Bilingual) -> Markup {
    html! {
        div.scroll {
            table {
                caption { (both(caption)) }
                thead { tr {
                    th scope="col" { (both(&grid.corner)) }
                    @for column in &grid.columns { th scope="col" { (both(column)) } }
                } }
                tbody { @for row in &grid.rows { (body_row(row)) } }
            }
        }
    }
}

fn body_row(row: &GridRow) -> Markup {
    html! {
        tr.total[row.is_total] {
            th scope="row" { (both(&row.label)) }
            @for cell in &row.cells { (body_cell(cell)) }
        }
    }
}

fn body_cell(cell: &GridCell) -> Markup {
    let (it, en) = (cell.text(Language::It), cell.text(Language::En));
    if cell.is_suppressed() {
        return html! { td.withheld title="riservato / confidential" { (SUPPRESSED) } };
    }
    html! {
        td {
            (both(&Bilingual { it, en }))
            @if let GridCell::Reached(..) = cell {
                // A bar of the same share; over 100 % it stays full.
                progress max="100" value=(en_share(cell)) {}
            }
        }
    }
}

fn en_share(cell: &GridCell) -> String {
    cell.text(Language::En).chars().take_while(char::is_ascii_digit).collect()
}

fn withheld(release: &Release<'_>, words: &Words) -> Markup {
    let policy = &release.publication.policy;
    let audit = &release.publication.audit;
    let (published, withheld) = release.cells();
    html! {
        section id="withheld" {
            h2 { (both(&words.withheld)) }
            p { span.withheld { (SUPPRESSED) } " " (both(&words.withheld_meaning)) }
            ul {
                li { (both(&words.minimum)) " " (policy.minimum_persons()) }
                li { (both(&words.cells)) " " (published) " / " (withheld) }
                li { (both(&words.attackers)) " " (audit.attackers.len()) }
                @if audit.exceptions() > 0 { li { (both(&words.exceptions)) " " (audit.exceptions()) } }
            }
            p {
                @if policy.count_base() == 1 { (both(&words.exact)) }
                @else { (both(&words.rounded)) " " (policy.count_base()) "." }
                " " (both(&words.method))
            }
        }
    }
}

fn provenance(release: &Release<'_>, words: &Words) -> Markup {
    let provenance = release.provenance;
    html! {
        section id="provenance" {
            h2 { (both(&words.provenance)) }
            p { (provenance.software) ", " (both(&words.purpose)) " " code { (provenance.purpose) } }
            (gaps(release, words))
            div.scroll { table {
                caption { (both(&words.extracts)) }
                thead { tr { th scope="col" { "PUA" } th scope="col" { "SHA-256" } } }
                tbody {
                    @for (site, manifest) in &provenance.extracts {
                        tr { th scope="row" { (site) } td { code { (manifest.to_string()) } } }
                    }
                }
            } }
        }
    }
}

/// What the numbers do not know of: PUA that sent nothing, tables that an extract lacks.
fn gaps(release: &Release<'_>, words: &Words) -> Markup {
    let Release { programme, provenance, .. } = release;
    let has_data = |site: &str| provenance.extracts.iter().any(|(with_data, _)| with_data == site);
    let silent: Vec<&str> = programme
        .sites
        .iter()
        .filter(|site| !has_data(site.id.as_str()))
        .map(|site| site.name.as_str())
        .collect();
    let label = |table: &&'static str| {
        let (it, en) =
            registry::table(table).map_or((*table, *table), |found| (found.label_it, found.label_en));
        Bilingual::of(it, en)
    };
    html! {
        @if !silent.is_empty() { p.banner { (both(&words.not_delivered)) " " (silent.join(", ")) } }
        @for (site, tables) in &provenance.absent {
            p.banner {
                (site) " " (both(&words.without_tables))
                @for table in tables { " " (both(&label(table))) }
            }
        }
    }
}

/// A text in both languages; the style sheet shows the one that is chosen.
fn both(text: &Bilingual) -> Markup {
    html! {
        @if text.it == text.en { (text.it) }
        @else { span lang="it" { (text.it) } span lang="en" { (text.en) } }
    }
}
