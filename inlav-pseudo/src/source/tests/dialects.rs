//! What is found out about a file, what a mapping states instead, and rows that are none.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use inlav_core::registry::{outcome, pact};
use inlav_core::value::DateOrder;
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;

use super::*;
use crate::raw::WhyLeftOut;

const EVENTS: &str = "ID servizio;ID caso;Tipo di servizio;Data;Ore;Esito\n";

fn table<'e>(export: &'e Export, name: &str) -> &'e ExportTable {
    export.tables().iter().find(|table| table.table().name == name).unwrap()
}

/// The first error of reading a table.
fn error(export: &Export, name: &str) -> String {
    let error = table(export, name).batches().unwrap().find_map(Result::err).unwrap();
    sample::assert_tells_nothing(&error);
    error.to_string()
}

#[test]
fn what_is_found_out_is_told_with_how_sure_it_is() {
    let text =
        format!("{EVENTS}1;10;COLLOQUIO;20/06/2024;1,5;\"SVOLTO\"\n2;10;COLLOQUIO;01/06/2024;2;SVOLTO\n");
    let bundle = Bundle::new().with("servizi.csv", text.as_bytes());
    let export = bundle.open().unwrap();
    let dialect = table(&export, "service_event").origin().dialect();
    assert_eq!(
        dialect.to_string(),
        "UTF-8 (certain, 0), delimiter ; (certain, 6), quote \" (certain, 1), headings in row 1 (certain, 6), \
         dates day first (certain, 1), decimal comma (certain, 1)"
    );
    let json = serde_json::to_value(table(&export, "service_event").origin()).unwrap();
    assert_eq!(json["dialect"]["encoding"]["value"], "utf-8");
    assert_eq!(json["dialect"]["date_order"]["confidence"], "certain");
    let text = format!("{EVENTS}1;10;COLLOQUIO;02/06/2024;2;SVOLTO\n");
    let bundle = Bundle::new().with("servizi.csv", text.as_bytes());
    let export = bundle.open().unwrap();
    let dialect = table(&export, "service_event").origin().dialect();
    assert_eq!(dialect.date_order.unwrap().confidence, Confidence::Guessed);
    assert_eq!(dialect.decimal.unwrap().confidence, Confidence::Guessed);
    // Where the guess makes another day of it, somebody should look; of 6 June it makes none.
    assert!(dialect.to_string().contains("dates day first (guessed, 1)") && !dialect.is_sure());
    let bundle = Bundle::new().with("servizi.csv", text.replace("02/06", "06/06"));
    assert!(table(&bundle.open().unwrap(), "service_event").origin().dialect().is_sure());
}

#[test]
fn what_the_mapping_states_is_kept_to() {
    let text = "Servizi\nID servizio^ID caso^Tipo di servizio^Data^Ore^Esito\n\
                1^10^COLLOQUIO^06/13/2024^1.200^'SVOL^TO'\n2^10^COLLOQUIO^06/09/2024^12^SVOLTO\n";
    let stated = "[tables.service_event]\ndelimiter = \"^\"\nquote = \"'\"\nheading_row = 2\ndate_order = \"mdy\"\n\
                  decimal = \",\"\nencoding = \"windows-1252\"\n";
    let bundle = Bundle::new().with("servizi.csv", text);
    let export = bundle.open_with(stated).unwrap();
    assert_eq!(column(&export, "service_event", &service_event::ON), ["2024-06-13", "2024-06-09"]);
    assert_eq!(column(&export, "service_event", &service_event::HOURS), ["1200", "12"]);
    assert_eq!(column(&export, "service_event", &service_event::OUTCOME), ["SVOL^TO", "SVOLTO"]);
    let dialect = table(&export, "service_event").origin().dialect();
    assert_eq!(dialect.date_order.unwrap().value, DateOrder::MonthFirst);
    assert_eq!(dialect.encoding.unwrap().confidence, Confidence::Stated);
    assert_eq!(dialect.delimiter.unwrap().confidence, Confidence::Stated);
}

#[test]
fn a_file_that_contradicts_the_mapping_is_told_by_its_place() {
    let of = |row: &str, stated: &str| {
        let bundle = Bundle::new().with("servizi.csv", format!("{EVENTS}{row}"));
        match bundle.open_with(&format!("[tables.service_event]\n{stated}\n")) {
            Ok(export) => error(&export, "service_event"),
            Err(error) => error.to_string(),
        }
    };
    let row = "1;10;COLLOQUIO;20/06/2024;1.5;SVOLTO\n";
    assert!(of(row, "date_order = \"mdy\"").contains("row 2: the cell in column 4 is not written as"));
    assert!(of(row, "decimal = \",\"").contains("row 2: the cell in column 5 is not written as"));
    assert!(of(row, "heading_row = 2").contains("says that row 2 has the headings"));
    assert!(of(row, "heading_row = 900").contains("says that row 900 has the headings"));
    assert!(of(row, "delimiter = \",\"").contains("none of the first 20 rows has the headings"));
    assert!(of("1;10;Perch\u{e8}\n", "encoding = \"iso-8859-1\"").contains("cells, but there are"));
    assert!(of("\u{201C}\n", "encoding = \"iso-8859-1\"").contains("cannot be read as text"));
}

#[test]
fn rows_that_are_none_are_left_out_and_told() {
    let text = format!(
        "{EVENTS}1;10;COLLOQUIO;20/06/2024;1;SVOLTO\nPagina 2;;;;;\n{EVENTS}2;10;COLLOQUIO;20/06/2024;1;SVOLTO\n\
         TOTALE;2;;;2;\n\nEstratto il 30/06/2025;;;;;\n"
    );
    let bundle = Bundle::new().with("servizi.csv", text);
    let export = bundle.open().unwrap();
    let batches: Vec<_> = table(&export, "service_event").batches().unwrap().map(Result::unwrap).collect();
    let left_out: Vec<_> =
        batches.iter().flat_map(|batch| batch.left_out()).map(|out| (out.row, out.why)).collect();
    let numbers: Vec<_> = batches.iter().flat_map(|batch| batch.row_numbers()).copied().collect();
    assert_eq!(numbers, [2, 5]);
    assert_eq!(
        left_out,
        [(3, WhyLeftOut::Remark), (4, WhyLeftOut::Headings), (6, WhyLeftOut::Total), (8, WhyLeftOut::Remark)]
    );
}

/// A row that lacks much is still a person's if its number looks like one.
#[test]
fn a_row_of_a_person_is_not_left_out() {
    let bundle =
        Bundle::new().changed("persone.csv", "2;Aiea;01/02/1990;M;PAK;\n", "2;Totale;;;;\nA7;Somma;;;;\n");
    assert_eq!(family_names(&bundle.open().unwrap()), ["Provafalso", "Totale", "Somma"]);
}

#[test]
fn parquet_and_arrow_lie_beside_text() {
    let texts = |cells: &[&str]| Arc::new(StringArray::from(cells.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("ID esito", Arc::new(Int64Array::from(vec![1])) as ArrayRef),
        ("ID caso", Arc::new(Int64Array::from(vec![10]))),
        ("Tipo di esito", texts(&["LAV_REG"])),
        ("Data", Arc::new(Date32Array::from(vec![19_965]))),
    ])
    .unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    let bundle = Bundle::new().without("esiti.csv").with("esiti.parquet", writer.into_inner().unwrap());
    let export = bundle.open().unwrap();
    assert_eq!(column(&export, "outcome", &outcome::ON), ["2024-08-30"]);
    assert_eq!(column(&export, "outcome", &outcome::CASE_ID), ["10"]);
    let bundle = Bundle::new().without("esiti.csv").with("esiti.arrow", CANARY);
    one(bundle.problems(), "file esiti.arrow cannot be read as Arrow");
    let bundle = Bundle::new().with("esiti.parquet", CANARY);
    one(bundle.problems(), "both hold table outcome");
}

#[test]
fn headings_that_are_the_same_are_told_apart_by_their_position() {
    let text = "Stato;Firmatari;Firmatari\nSOTTOSCRITTO;5;7\n";
    let bundle = Bundle::new().with("patti.csv", text);
    assert!(bundle.problems()[0].contains("both stand for signatories"));
    let export = bundle.open_with("[tables.pact]\nignore = [\"#3\"]\n").unwrap();
    assert_eq!(column(&export, "pact", &pact::SIGNATORIES), ["5"]);
}

/// Found by fuzzing: a table that is printed for debugging tells no word of the mapping.
#[test]
fn debug_tells_no_word_and_no_heading() {
    let words = "[tables.person]\nignore = [\"Altro 8841\"]\n[tables.person.values.gender]\n\"Parola 8841\" = \"F\"\n";
    let export = Bundle::new().open_with(words).unwrap();
    assert!(!format!("{export:?}").contains("8841"));
}

#[test]
fn one_table_is_opened_alone() {
    let bundle = Bundle::new();
    let path = bundle.path().join("persone.csv");
    let person = registry::table("person").unwrap();
    let alone = ExportTable::open(&path, person, &Mapping::default()).unwrap();
    let rows: usize = alone.batches().unwrap().map(|batch| batch.unwrap().rows()).sum();
    assert_eq!(rows, 2);
    let case = registry::table("case").unwrap();
    assert!(ExportTable::open(&path, case, &Mapping::default()).is_err());
}

fn written(rows: &[Vec<String>], delimiter: char, quote: char, end: &str) -> String {
    let cell = |cell: &String| format!("{quote}{}{quote}", cell.replace(quote, &format!("{quote}{quote}")));
    let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string());
    rows.iter().map(|row| line(row) + end).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the delimiter, quotation mark, line end and encoding, the same text comes out.
    #[test]
    fn every_dialect_is_read_back(
        names in prop::collection::vec("[a-zà-ù'\"; ,|\t’\n]{1,12}", 1..6),
        delimiter in prop::sample::select(vec![';', ',', '\t', '|']),
        quote in prop::sample::select(vec!['"', '\'']),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        encoding in 0..4,
    ) {
        // As in prose: without the space lines of a name would look like rows.
        let spaced = |name: &String| name.replace(delimiter, &format!("{delimiter} "));
        let names: Vec<String> = names.iter().map(spaced).collect();
        let heading = ["ID persona", "Cognome", "Genere", "Cittadinanza"].map(str::to_owned).to_vec();
        let row = |(number, name): (usize, &String)| {
            vec![number.to_string(), name.clone(), "F".to_owned(), "UKR".to_owned()]
        };
        let rows: Vec<_> = std::iter::once(heading).chain(names.iter().enumerate().map(row)).collect();
        let text = written(&rows, delimiter, quote, end);
        let units = || std::iter::once(0xFEFF).chain(text.encode_utf16());
        let bytes = match encoding {
            0 => text.clone().into_bytes(),
            1 => [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(),
            2 => units().flat_map(u16::to_le_bytes).collect(),
            _ => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        };
        let bundle = Bundle::new().with("persone.csv", bytes).without("casi.csv");
        let person = registry::table("person").unwrap();
        let source = ExportTable::open(&bundle.path().join("persone.csv"), person, &Mapping::default()).unwrap();
        let read: Vec<String> = source
            .batches()
            .unwrap()
            .map(Result::unwrap)
            .flat_map(|batch| {
                (0..batch.rows()).map(|row| batch.text(&person::FAMILY_NAME, row).to_owned()).collect::<Vec<_>>()
            })
            .collect();
        let expected: Vec<String> = names.iter().map(|name| inlav_core::text::clean(name)).collect();
        prop_assert_eq!(read, expected);
    }

    /// Whatever bytes a .csv has, there are rows or an error that tells no value.
    #[test]
    fn no_bytes_make_a_reader_panic(
        start in prop::sample::select(vec!["", "sep=;\n", "ID persona;Cognome;Genere;Cittadinanza\n", "'ID persona','Genere'\n"]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("persone.csv");
        sample::write(&path, &[start.as_bytes(), &bytes].concat());
        let person = registry::table("person").unwrap();
        if let Ok(source) = ExportTable::open(&path, person, &Mapping::default()) {
            for batch in source.batches().unwrap() {
                let _ = batch;
            }
        }
    }
}
