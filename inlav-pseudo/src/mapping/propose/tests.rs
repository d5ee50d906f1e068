//! Whole exports, mapped and read.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use inlav_core::language::Language;
use parquet::arrow::ArrowWriter;

use super::*;
use crate::mapping::MappingError;
use crate::source::sample::{Bundle, CANARY, write};
use crate::source::{Export, ExportTable};

/// Proposes a mapping for files, and makes sure that it can be parsed and tells no value.
fn proposed(files: &[(&str, &str)]) -> (tempfile::TempDir, Proposal, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(&folder.path().join(name), text.as_bytes());
    }
    let proposal = propose(folder.path(), &Mapping::default(), CodeLists::built_in()).unwrap();
    let text = proposal.to_toml(Language::It);
    for text in [&text, &proposal.to_toml(Language::En)] {
        assert!(!text.contains(CANARY), "{text}");
        assert!(parse(text).is_ok(), "{}\n{text}", parse(text).unwrap_err());
    }
    assert!(!format!("{proposal:?}{:?}", proposal.places()).contains(CANARY));
    (folder, proposal, text)
}

fn parse(text: &str) -> Result<Mapping, MappingError> {
    Mapping::parse(text, CodeLists::built_in())
}

fn open_lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("#?")).collect()
}

const PERSONS: &str = "Elenco utenti al 30 giugno;;;;;;\n\
    Cod. Utente;Congome;Dt. nasc.;Sesso;Naz.;Cod. fisc.;N. tel.\n\
    1;Canarini;28/09/1994;Dama;Ucraina;PRVVTR04P68E333G;333 1234567\n\
    2;Canarini;01/02/1990;M;Pakistn;;\n3;Canarini;01/02/1991;Dama;Pakistn;;\n\
    4;Canarini;01/02/1991;F;Pakistan;;\n5;Canarini;01/02/1991;F;Pakistan;;\n6;Canarini;01/02/1991;F;Pakistan;;\n";

#[test]
fn a_sound_export_needs_no_decision() {
    let bundle = Bundle::new();
    let proposal = propose(bundle.path(), &Mapping::default(), CodeLists::built_in()).unwrap();
    let text = proposal.to_toml(Language::En);
    assert_eq!(open_lines(&text), Vec::<&str>::new(), "{text}");
    let mapping = parse(&text).unwrap();
    let tables = |mapping: &Mapping| {
        let export = Export::open(bundle.path(), mapping).unwrap();
        export.tables().iter().map(|found| found.table().name).collect::<Vec<_>>()
    };
    assert_eq!(tables(&mapping), tables(&Mapping::default()));
}

/// "No" is short for a number, and many offices call one so.
#[test]
fn rows_of_answers_are_no_headings() {
    let table = &registry::assessment::TABLE;
    let headings: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let answers = "NO;".repeat(headings.len() - 4) + "MEDIO";
    let rows: String = (1..5).map(|row| format!("V{row};100{row};2024-06-20;{answers}\n")).collect();
    let (_folder, proposal, text) =
        proposed(&[("assessment.csv", &format!("{}\n{rows}", headings.join(";")))]);
    let summary = &proposal.places()[0];
    assert_eq!((summary.rows, summary.unknown, summary.unsure), (4, 0, 0), "{text}");
    assert!(!text.contains("MEDIO") && text.contains("\"delphi_1_01\" = \"delphi_1_01\""), "{text}");
}

#[test]
fn a_row_of_headings_that_is_stated_is_believed() {
    let text = "Scheda\nDomanda;Risposta data;Zzz\n1;2;3\n";
    let bundle = Bundle::new().with("schede.csv", text);
    let places = |mapping: &str| {
        let proposal = propose(bundle.path(), &parse(mapping).unwrap(), CodeLists::built_in()).unwrap();
        proposal.places().into_iter().find(|found| found.place.file() == "schede.csv").unwrap()
    };
    let unseen = "[tables.plan]\nfile = \"schede.csv\"\n";
    let guessed = places(&format!("version = 1\n{unseen}"));
    assert!(guessed.sure + guessed.unsure + guessed.unknown < 3);
    let found = places(&format!("version = 1\n{unseen}heading_row = 2\n"));
    assert_eq!((found.rows, found.sure + found.unsure + found.unknown), (1, 3));
}

#[test]
fn what_offices_shorten_is_recognised_and_read() {
    let bundle = Bundle::new().without("persone.csv").with("Elenco utenti 2024.csv", PERSONS);
    let proposal = propose(bundle.path(), &Mapping::default(), CodeLists::built_in()).unwrap();
    let text = proposal.to_toml(Language::It);
    assert!(!text.contains(CANARY));
    for line in [
        "\"Cod. Utente\" = \"site_person_id\"",
        "\"Congome\" = \"family_name\"",
        "\"Dt. nasc.\" = \"birth_date\"",
        "\"Naz.\" = \"citizenship\"",
        "\"N. tel.\" = \"phone\"",
        "\"Pakistn\" = \"PAK\"",
        "#? riga 3: un testo che non è un codice e non è riportato qui; nessun codice simile",
    ] {
        assert!(text.lines().any(|found| found.starts_with(line)), "{line}\n{text}");
    }
    assert_eq!(open_lines(&text).len(), 1, "{text}");
    // The steward decides what is left.
    let text =
        text.replace("[tables.person.values.gender]", "[tables.person.values.gender]\n\"Dama\" = \"F\"");
    let export = Export::open(bundle.path(), &parse(&text).unwrap()).unwrap();
    let persons = &export.tables()[1];
    let batch = persons.batches().unwrap().next().unwrap().unwrap();
    assert_eq!(batch.text(&registry::person::GENDER, 0), "F");
    assert_eq!(batch.text(&registry::person::CITIZENSHIP, 1), "PAK");
}

#[test]
fn what_is_not_recognised_is_listed_and_never_guessed() {
    let (_folder, proposal, text) = proposed(&[
        (
            "persone.csv",
            "ID persona;Cognome;Genere;Cittadinanza;Colore fascicolo;Segno zodiacale\n1;Canarini;F;UKR;rosso;toro\n",
        ),
        ("appunti.csv", "Canarini;3331234567\nCanarini;3331234568\n"),
    ]);
    assert!(text.contains("#? ignore = [\"Colore fascicolo\", \"Segno zodiacale\"]"), "{text}");
    assert!(text.contains("#? ignore_files = [\"appunti.csv\"]"), "{text}");
    assert!(text.contains("#? file = \"appunti.csv\"\n#? heading_row = 1"), "{text}");
    assert!(!text.contains("rosso") && !text.contains("333"));
    let summary = &proposal.places()[1];
    assert_eq!((summary.tables.as_slice(), summary.sure, summary.unknown), (["person"].as_slice(), 4, 2));
    let missing: Vec<&str> = proposal.missing_tables().iter().map(|table| table.name).collect();
    assert_eq!(missing, ["site", "case"]);
    assert!(text.contains("#? [tables.site.constants]\n#? opened_on = \"gg/mm/aaaa\""));
}

#[test]
fn a_file_of_an_unknown_table_is_listed_with_its_headings() {
    let (_folder, _, text) = proposed(&[
        ("persone.csv", "ID persona;Cognome;Genere;Cittadinanza\n1;Canarini;F;UKR\n"),
        ("esportazione.csv", "Data firma;Note;Piace;Colore\n1/2/2024;nord;Canarini;rosso\n"),
    ]);
    let told = "#? file = \"esportazione.csv\"\n# Intestazioni: [\"Data firma\", \"Note\", \"#3\", \"#4\"]";
    assert!(text.contains("#? [tables.") && text.contains(told), "{text}");
    assert!(!text.contains("nord") && !text.contains(CANARY));
}

/// In a form that was typed into a sheet a name stands beside every heading, and some people are
/// called like a heading or nearly so.
#[test]
fn names_beside_headings_are_told_by_their_place() {
    let form = "ID persona;7;Cognome;Canarini;Nome;Renzo Piano;Genere;Sessa;Cittadinanza;Carta Maria Rosa\n\
                ID persona;8;Cognome;Canarini;Nome;Renzo Piano;Genere;Sessa;Cittadinanza;Carta Maria Rosa\n";
    let (folder, _, text) = proposed(&[("persone.csv", form)]);
    let told = Export::open(folder.path(), &Mapping::default()).unwrap_err();
    for told in [text, told.text(Language::En), told.text(Language::It), format!("{told:?}")] {
        for name in [CANARY, "Renzo", "Sessa", "Rosa"] {
            assert!(!told.contains(name), "{name}: {told}");
        }
    }
}

#[test]
fn two_headings_for_one_column_are_not_both_taken() {
    let (_folder, _, text) = proposed(&[(
        "persone.csv",
        "ID persona;Genere;Cittadinanza;Telefono;Cellulare\n1;F;UKR;333 1234567;333 1234567\n",
    )]);
    assert!(text.contains("\n\"Telefono\" = \"phone\""));
    assert!(text.contains("# \"Cellulare\": forse person.phone\n#? ignore = [\"Cellulare\"]"), "{text}");
}

#[test]
fn columns_are_recognised_by_their_cells() {
    let (_folder, _, text) = proposed(&[(
        "persone.csv",
        "ID persona;Genere;Cittadinanza;Ident. 2;Livello\n1;F;UKR;PRVVTR04P68E333G;ISCED 1\n2;F;UKR;PRVVTRLQPSUEP33A;Laurea\n",
    )]);
    assert!(
        text.contains("\"Ident. 2\" = \"codice_fiscale\"  # Codice fiscale; riconosciuta dalle celle, 100 %"),
        "{text}"
    );
}

#[test]
fn a_day_of_birth_is_no_place_of_birth() {
    let (_folder, _, text) = proposed(&[(
        "persone.csv",
        "ID persona;Genere;Cittadinanza;Nato il;Nato a\n1;F;UKR;28/09/1994;Leopoli\n2;F;UKR;1/2/1990;Leopoli\n",
    )]);
    assert!(text.contains("\n\"Nato il\" = \"birth_date\""), "{text}");
    assert!(text.contains("\n\"Nato a\" = \"birth_place\""), "{text}");
}

#[test]
fn cells_that_look_like_identifiers_in_another_column_are_told() {
    let (_folder, proposal, text) = proposed(&[(
        "persone.csv",
        "ID persona;Genere;Cittadinanza;Note\n1;F;UKR;PRVVTR04P68E333G\n2;F;UKR;PRVVTRLQPSUEP33A\n",
    )]);
    assert!(
        text.contains("\"Note\" = \"notes\"  # Note; ATTENZIONE, le celle sembrano codici fiscali"),
        "{text}"
    );
    assert_eq!(proposal.places()[0].looks, [(4, Some("Note".to_owned()))]);
}

const WIDE: &str = "N. scheda;Cognome;Sesso;Cittadinanza;Stato caso;Data primo contatto;Canale di accesso;Target;\
    Stato identificazione;Codice ATECO;Lavoro di sfruttamento;Regolarità;Note\n\
    7;Canarini;F;UKR;CHIUSO;10/06/2024;SST;VITTIMA;NESSUNA;97;si;NERO;\n\
    8;Canarini;M;PAK;CONTATTATO;12/06/2024;AUTO;RISCHIO;NESSUNA;;;;Canarini\n";

#[test]
fn a_wide_sheet_is_recognised_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registro 2024.csv");
    write(&path, WIDE.as_bytes());
    let proposal = propose(&path, &Mapping::default(), CodeLists::built_in()).unwrap();
    let text = proposal.to_toml(Language::It);
    assert_eq!(proposal.places()[0].tables.len(), 3, "{text}");
    assert!(!text.contains(CANARY));
    assert_eq!(
        open_lines(&text),
        ["#? [tables.site.constants]", "#? opened_on = \"gg/mm/aaaa\"  # Data di apertura"],
        "{text}"
    );
    let text = text
        .replace("#? [tables", "[tables")
        .replace("#? opened_on = \"gg/mm/aaaa\"", "opened_on = \"09/06/2024\"");
    let export = Export::open(&path, &parse(&text).unwrap()).unwrap();
    let rows = |table: usize| {
        export.tables()[table].batches().unwrap().map(|batch| batch.unwrap().rows()).sum::<usize>()
    };
    assert_eq!([rows(0), rows(1), rows(2), rows(3)], [1, 2, 2, 1]);
}

#[test]
fn what_refers_to_a_number_is_called_as_the_number() {
    let bundle = Bundle::new().changed("persone.csv", "ID persona", "N. tessera Caritas").changed(
        "casi.csv",
        "ID persona",
        "Tessera Caritas utente",
    );
    let existing = "version = 1\n[tables.person.columns]\n\"N. tessera Caritas\" = \"site_person_id\"\n";
    let existing = parse(existing).unwrap();
    let text = propose(bundle.path(), &existing, CodeLists::built_in()).unwrap().to_toml(Language::It);
    assert!(text.contains("\"Tessera Caritas utente\" = \"site_person_id\""), "{text}");
}

#[test]
fn two_sheets_alike_are_not_two_tables() {
    let (_folder, proposal, text) = proposed(&[("2023.csv", WIDE), ("2024.csv", WIDE)]);
    assert_eq!(proposal.places()[0].tables, ["person", "case", "employment"]);
    assert!(proposal.places()[1].tables.is_empty());
    assert!(text.contains("#? \"2024.csv\" ha le intestazioni di \"2023.csv\""), "{text}");
}

#[test]
fn what_is_stated_is_how_the_export_is_looked_at() {
    let text = "x\nID persona^Sesso^Cittadinanza^333 1234567\n1^F^UKR^a\n2^F^UKR^b\n";
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("persone.csv"), text.as_bytes());
    let existing =
        parse("version = 1\n[tables.person]\ndelimiter = \"^\"\nheading_row = 2\nignore = [\"#4\"]\n")
            .unwrap();
    let proposal = propose(folder.path(), &existing, CodeLists::built_in()).unwrap();
    let text = proposal.to_toml(Language::It);
    let summary = &proposal.places()[0];
    assert_eq!((summary.rows, summary.sure, summary.unknown), (2, 4, 0), "{text}");
    for line in ["delimiter = \"^\"", "heading_row = 2", "ignore = [\"#4\"]", "\"Sesso\" = \"gender\""] {
        assert!(text.lines().any(|found| found.starts_with(line)), "{line}\n{text}");
    }
    assert!(!text.contains("333"));
    // A heading that looks like somebody's data is named by its place.
    let existing = parse("version = 1\n[tables.person]\ndelimiter = \"^\"\nheading_row = 2\n").unwrap();
    let text = propose(folder.path(), &existing, CodeLists::built_in()).unwrap().to_toml(Language::It);
    assert!(text.contains("#? ignore = [\"#4\"]"), "{text}");
}

#[test]
fn parquet_files_are_mapped_as_text_is() {
    let rows: Vec<Vec<&str>> = WIDE.lines().map(|row| row.split(';').collect()).collect();
    let columns = rows[0].iter().enumerate().map(|(at, heading)| {
        let cells: ArrayRef = Arc::new(rows[1..].iter().map(|row| Some(row[at])).collect::<StringArray>());
        (*heading, cells)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("registro.parquet"), &writer.into_inner().unwrap());
    for path in [folder.path().to_owned(), folder.path().join("registro.parquet")] {
        let proposal = propose(&path, &Mapping::default(), CodeLists::built_in()).unwrap();
        assert_eq!(proposal.places()[0].tables, ["person", "case", "employment"]);
        let text = proposal.to_toml(Language::It);
        let text = text
            .replace("#? [tables", "[tables")
            .replace("#? opened_on = \"gg/mm/aaaa\"", "opened_on = \"09/06/2024\"");
        let export = Export::open(&path, &parse(&text).unwrap()).unwrap();
        let rows = |table: &ExportTable| table.batches().unwrap().map(|batch| batch.unwrap().rows()).sum();
        assert_eq!(export.tables().iter().map(rows).collect::<Vec<usize>>(), [1, 2, 2, 1]);
    }
}

#[test]
fn what_was_decided_before_stays() {
    let bundle =
        Bundle::new().changed("persone.csv", "Genere", "Colore").changed("persone.csv", "Donna", "rossa");
    let existing = parse(
        "version = 1\nignore_files = [\"altro.csv\"]\n[tables.person]\nfile = \"persone.csv\"\nignore = [\"Extra\"]\n\
         [tables.person.columns]\n\"Colore\" = \"gender\"\n[tables.person.values.gender]\n\"rossa\" = \"F\"\n\
         [tables.pact.constants]\nsignatories = \"2\"\n[tables.service_event]\nfile = \"servizi.csv\"\nkey = \"row\"\n",
    )
    .unwrap();
    let bundle = bundle.changed("servizi.csv", "ID servizio", "Ordine");
    let text = propose(bundle.path(), &existing, CodeLists::built_in()).unwrap().to_toml(Language::En);
    for line in [
        "ignore_files = [\"altro.csv\"]",
        "ignore = [\"extra\"]",
        "\"Colore\" = \"gender\"",
        "\"rossa\" = \"F\"",
        "key = \"row\"",
        "signatories = \"2\"",
    ] {
        assert!(text.lines().any(|found| found.starts_with(line)), "{line}\n{text}");
    }
    let again = parse(&text).unwrap();
    assert_eq!(propose(bundle.path(), &again, CodeLists::built_in()).unwrap().to_toml(Language::En), text);
}

#[test]
fn rows_are_numbered_where_the_office_does_not() {
    let bundle =
        Bundle::new().changed("servizi.csv", "ID servizio;", "").changed("servizi.csv", "\n1;10", "\n10");
    let text =
        propose(bundle.path(), &Mapping::default(), CodeLists::built_in()).unwrap().to_toml(Language::It);
    assert!(text.contains("file = \"servizi.csv\"\nkey = \"row\""), "{text}");
    assert!(Export::open(bundle.path(), &parse(&text).unwrap()).is_ok());
}

#[test]
fn no_value_is_told() {
    let row =
        |n: u32| format!("{n};{CANARY};{CANARY};{CANARY};{CANARY} {n};333 123456{n};a{n}@example.org\n");
    let rows: String = (1..=6).map(row).collect();
    let (_folder, _, text) = proposed(&[
        ("persone.csv", &format!("ID persona;Cognome;Genere;Cittadinanza;Note;Chiamare;Varie\n{rows}")),
        ("casi.csv", &format!("ID caso;ID persona;Stato;{CANARY}@example.org\n1;1;{CANARY};x\n")),
        ("vuoto.csv", &format!("{CANARY};{CANARY}\n")),
    ]);
    assert!(!text.contains("333") && !text.contains('@'), "{text}");
}
