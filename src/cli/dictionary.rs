//! `inlav dictionary`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, presets};
use inlav_core::dictionary::{Dictionary, json_schema, table_schema};
use inlav_core::language::Language;
use inlav_core::programme::Programme;
use inlav_core::registry::{self, Table};
use inlav_core::whole::{self, Access, Existing, WholeError};

use super::failure::{Class, Failure};
use super::terminal::Terminal;

/// Say what the data are: tables, columns, codes, what leaves the PUA and what does not. Everything
/// comes from the registry that the program itself works by.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Form of the dictionary
    #[arg(long, value_enum, default_value_t = Format::Md)]
    format: Format,
    /// Language, it or en; a page (html) has both and shows this one first
    #[arg(long, value_name = "LANGUAGE", default_value = "it")]
    lang: Language,
    /// Only this table, and the code lists that it needs
    #[arg(long, value_name = "NAME", value_parser = table)]
    table: Option<&'static Table>,
    /// Print the codes of this list instead, for example gender
    #[arg(long, value_name = "LIST", conflicts_with_all = ["format", "table", "out"])]
    codes: Option<String>,
    /// Write into this new file; without it to the terminal
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Markdown
    Md,
    /// A page for the browser, with both languages
    Html,
    /// For programs
    Json,
    /// Rules for rows that a validator can check (draft 2020-12)
    JsonSchema,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    if let Some(list) = &arguments.codes {
        terminal.result(codes(list, programme)?);
        return Ok(());
    }
    let text = write(arguments, programme)?;
    let Some(path) = &arguments.out else {
        terminal.result(text.trim_end());
        return Ok(());
    };
    whole::write(path, text.as_bytes(), Access::Shared, Existing::Refuse).map_err(|error| match error {
        WholeError::Exists { .. } => {
            Failure::new(Class::Output, &error).hint("remove it, or choose another file with --out")
        }
        error => error.into(),
    })?;
    terminal.note(format_args!("dictionary: {}", path.display()));
    Ok(())
}

fn write(arguments: &Arguments, programme: &Programme) -> Result<String, Failure> {
    let language = arguments.lang;
    let dictionary = || match arguments.table {
        None => Dictionary::of(programme),
        Some(table) => Dictionary::of(programme).only(table),
    };
    let json = match arguments.format {
        Format::Md => return Ok(dictionary().markdown(language)),
        Format::Html => return Ok(dictionary().html(language)),
        Format::Json => dictionary().json(),
        Format::JsonSchema => serde_json::to_string_pretty(&match arguments.table {
            None => json_schema(programme, language),
            Some(table) => table_schema(table, programme, language),
        }),
    };
    json.map(|text| text + "\n").map_err(|fault| Failure::new(Class::Other, &fault))
}

/// The codes of a list, as a table.
fn codes(name: &str, programme: &Programme) -> Result<comfy_table::Table, Failure> {
    let Some(list) = programme.lists().named(name) else {
        let names: Vec<&str> = programme.lists().all().map(|list| list.name()).collect();
        let message = format!("there is no code list of this name; there are {}", names.join(", "));
        return Err(Failure::new(Class::Data, &message));
    };
    let mut table = comfy_table::Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["code", "italiano", "English", "maps to"]);
    for code in list.codes() {
        table.add_row([&code.code, &code.label_it, &code.label_en, &code.maps_to]);
    }
    Ok(table)
}

/// A table by its name.
fn table(name: &str) -> Result<&'static Table, String> {
    registry::table(name).ok_or_else(|| {
        let names: Vec<&str> = registry::tables().iter().map(|table| table.name).collect();
        format!("there is no such table; there are {}", names.join(", "))
    })
}
