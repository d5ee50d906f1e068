//! The dictionary as one HTML page, both languages in it.

use crate::language::{Bilingual, Language};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::words::{self, Both};
use super::{ColumnEntry, Dictionary, ListEntry, TableEntry};

/// The page; the language is the one shown first.
pub(super) fn html(dictionary: &Dictionary, first: Language) -> String {
    let code = match first {
        Language::It => "it",
        Language::En => "en",
    };
    let page = html! {
        (DOCTYPE)
        html lang=(code) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (dictionary.programme.name) " – " (words::TITLE.text(first)) }
                style { (PreEscaped(include_str!("dictionary.css"))) }
            }
            body {
                input type="radio" name="language" id="show-it" checked[first == Language::It];
                input type="radio" name="language" id="show-en" checked[first == Language::En];
                nav.languages aria-label="Lingua / Language" {
                    label for="show-it" lang="it" { "Italiano" }
                    label for="show-en" lang="en" { "English" }
                }
                main {
                    header {
                        h1 { (dictionary.programme.name) ": " (both(words::TITLE)) }
                        p { (both(words::GENERATED)) }
                    }
                    (contents(dictionary))
                    (programme(dictionary))
                    @for entry in &dictionary.tables { (table(entry)) }
                    section id="code-lists" {
                        h2 { (both(words::CODE_LISTS)) }
                        @for entry in &dictionary.code_lists { (list(entry, dictionary)) }
                    }
                }
            }
        }
    };
    page.into_string()
}

/// A fixed text, each language marked as such.
fn both(words: Both) -> Markup {
    html! { span lang="it" { (words.it) } span lang="en" { (words.en) } }
}

/// A text of the registry; once if both languages say the same.
fn text(text: &Bilingual) -> Markup {
    if text.it == text.en {
        return html! { (text.it) };
    }
    html! { span lang="it" { (text.it) } span lang="en" { (text.en) } }
}

fn contents(dictionary: &Dictionary) -> Markup {
    html! {
        nav.contents aria-labelledby="contents" {
            h2 id="contents" { (both(words::CONTENTS)) }
            h3 { (both(words::TABLES)) }
            ul {
                li { a href="#programme" { (both(words::PROGRAMME)) } }
                @for table in &dictionary.tables {
                    li { a href={ "#table-" (table.name) } { (text(&table.label)) } }
                }
            }
            h3 { (both(words::CODE_LISTS)) }
            ul {
                @for list in &dictionary.code_lists {
                    li { a href={ "#list-" (list.name) } { (list.name) } }
                }
            }
        }
    }
}

fn programme(dictionary: &Dictionary) -> Markup {
    let programme = &dictionary.programme;
    html! {
        section id="programme" {
            h2 { (both(words::PROGRAMME)) }
            dl {
                dt { (both(words::PERIOD)) }
                dd { (programme.start.format("%d/%m/%Y")) " – " (programme.end.format("%d/%m/%Y")) }
                @if !programme.cup.is_empty() { dt { (both(words::CUP)) } dd { (programme.cup) } }
                @if !programme.fund.is_empty() { dt { (both(words::FUND)) } dd { (programme.fund) } }
            }
            h3 { (both(words::TARGETS)) }
            dl {
                @for (target, number) in words::targets(&programme.targets) {
                    dt { (both(target)) } dd { (number) }
                }
            }
            h3 { (both(words::SITES)) }
            div.scroll role="region" aria-label="PUA" tabindex="0" {
                table {
                    (headings(&[words::SITE, words::AMBITO, words::PROVINCE, words::ISTAT, words::NUTS]))
                    tbody {
                        @for site in &programme.sites {
                            tr {
                                th scope="row" { (site.id) }
                                td { (site.name) }
                                td { (site.province) }
                                td { (site.istat_province) }
                                td { (site.nuts3) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn headings(headings: &[Both]) -> Markup {
    html! { thead { tr { @for heading in headings { th scope="col" { (both(*heading)) } } } } }
}

fn table(table: &TableEntry) -> Markup {
    html! {
        section id={ "table-" (table.name) } {
            h2 { (text(&table.label)) " " code { (table.name) } }
            p { (text(&table.description)) }
            p.marks {
                (presence(table.required, false))
                @if table.about_persons { span.mark { (both(words::ABOUT_PERSONS)) } }
            }
            (also_called(table.accepted_names))
            div.scroll role="region" aria-label=(table.name) tabindex="0" {
                table.columns {
                    (headings(&[words::COLUMN, words::MEANING, words::VALUES, words::PRIVACY]))
                    tbody { @for entry in &table.columns { (column(table, entry)) } }
                }
            }
            @if !table.derived.is_empty() {
                h3 { (both(words::DERIVED)) }
                dl {
                    @for derived in &table.derived {
                        dt { code { (derived.field) } } dd { (text(&derived.from)) }
                    }
                }
            }
        }
    }
}

fn presence(required: bool, expected: bool) -> Markup {
    html! {
        @if required { span.mark.required { (both(words::REQUIRED)) } }
        @else if expected { span.mark.expected { (both(words::EXPECTED)) } }
        @else { span.mark { (both(words::OPTIONAL)) } }
    }
}

fn also_called(names: &[&str]) -> Markup {
    html! { @if !names.is_empty() { p.also { (both(words::ALSO_CALLED)) " " (names.join(", ")) } } }
}

fn column(table: &TableEntry, column: &ColumnEntry) -> Markup {
    html! {
        tr id={ (table.name) "." (column.name) } {
            th scope="row" {
                (text(&column.label)) br;
                code { (column.name) } " "
                (presence(column.required, column.expected))
            }
            td {
                (text(&column.description))
                @if let Some(item) = &column.item {
                    p { (both(words::ITEM)) " " code { (item.code) } ": " (text(&item.label)) }
                }
                (also_called(column.accepted_headings))
            }
            td {
                (text(&column.values))
                @if let Some(unit) = &column.unit { " (" (text(unit)) ")" }
                @if let Some(list) = column.code_list { br; a href={ "#list-" (list) } { (list) } }
            }
            td {
                (text(&column.privacy.meaning))
                ul.actions {
                    @for action in &column.by_default {
                        li {
                            (text(&action.meaning))
                            @if let Some(made) = &action.extract_column {
                                @if made != column.name { "; " (both(words::IN_EXTRACT)) " " code { (made) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn list(list: &ListEntry, dictionary: &Dictionary) -> Markup {
    let has_column = |place: &str| {
        place.split_once('.').is_some_and(|(table, _)| dictionary.tables.iter().any(|t| t.name == table))
    };
    html! {
        section id={ "list-" (list.name) } {
            h3 { (list.name) }
            @if !list.used_by.is_empty() {
                p.also {
                    (both(words::USED_BY)) " "
                    @for (index, place) in list.used_by.iter().enumerate() {
                        @if index > 0 { ", " }
                        @if has_column(place) { a href={ "#" (place) } { (place) } } @else { (place) }
                    }
                }
            }
            div.scroll role="region" aria-label=(list.name) tabindex="0" {
                table {
                    (headings(&[words::CODE, words::LABEL, words::MAPS_TO, words::VALIDITY, words::SOURCE]))
                    tbody {
                        @for code in &list.codes {
                            tr {
                                th scope="row" { code { (code.code) } }
                                td { (text(&code.label)) }
                                td { (code.maps_to) }
                                td {
                                    (text(&Bilingual::of(
                                        code.validity(Language::It),
                                        code.validity(Language::En),
                                    )))
                                }
                                td { (code.source) " (" (code.verified) ")" }
                            }
                        }
                    }
                }
            }
        }
    }
}
