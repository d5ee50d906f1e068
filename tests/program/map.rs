//! `inlav map`: a mapping proposed for exports as offices make them, looked over, and checked with.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::arguments;
use crate::files;
use crate::program::{Outcome, inlav, run};

const SITE: &str = "PUA05";
const AS_OF: &str = "2025-06-30";
/// In every cell that holds somebody's data: it may stand nowhere.
const CANARY: &str = "Kanarienvogel";

/// One row per case, with headings and words of the office's own. Service columns are nowhere.
const WIDE: &str = "Registro dello sportello;;;;;;;;;;\n\
    N. Scheda;Cognome;Dt. nasc.;Sesso;Naz.;Stato caso;Data 1° contatto;Canale ingresso;Target;\
    Stato identificazione;Colore fascicolo\n\
    1;Kanarienvogel;28/09/1994;Femmin.;Pakistn;Contattato;12/06/2024;Serv. sociali territoriali;Vittima;NESSUNA;rosso\n\
    2;Kanarienvogel;01/02/1990;M;Pakistn;Contattato;13/06/2024;SST;Vittima;NESSUNA;Kanarienvogel\n\
    3;Kanarienvogel;03/02/1990;F;Pakistan;;;;;;verde\n\
    3;;;;;Contattato;14/06/2024;SST;Vittima;NESSUNA;verde\n";

struct Desk(TempDir);

impl Desk {
    fn new(name: &str, text: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        files::put(&desk.path(name), text.as_bytes());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn map(&self, export: &str, more: &[&str]) -> Outcome {
        let mut command = inlav(arguments!["map", self.path(export)]);
        if !more.contains(&"--lang") {
            command.args(["--lang", "it"]);
        }
        let outcome = run(command.args(more));
        assert!(!outcome.said().contains(CANARY), "{}", outcome.said());
        outcome
    }

    fn check(&self, export: &str) -> Outcome {
        run(&mut inlav(arguments!["check", self.path(export), "--site", SITE, "--as-of", AS_OF]))
    }
}

#[test]
fn a_wide_sheet_is_mapped_decided_and_checked() {
    let desk = Desk::new("registro.csv", WIDE);
    desk.check("registro.csv").refused(4, &["registro.csv holds no known table"]);
    let outcome = desk.map("registro.csv", &[]).done();
    assert!(outcome.stdout.contains("person + case"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("#?"), "{}", outcome.stdout);
    let path = desk.path("registro.mapping.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains(CANARY), "{text}");
    for line in [
        "\"N. Scheda\" = \"site_person_id\"",
        "\"Dt. nasc.\" = \"birth_date\"",
        "\"Naz.\" = \"citizenship\"",
        "\"Pakistn\" = \"PAK\"",
        "#? ignore = [\"Colore fascicolo\"]",
        "#? opened_on = \"gg/mm/aaaa\"",
    ] {
        assert!(text.lines().any(|found| found.starts_with(line)), "{line}\n{text}");
    }
    // The words of single rows are told by their row, and their office's own words are the steward's.
    assert!(!text.contains("Femmin.") && text.contains("#? riga 3"), "{text}");
    let decided = text
        .replace("#? ignore", "ignore")
        .replace("#? [tables.site", "[tables.site")
        .replace("#? opened_on = \"gg/mm/aaaa\"", "opened_on = \"09/06/2024\"")
        .replace("[tables.person.values.gender]", "[tables.person.values.gender]\n\"Femmin.\" = \"F\"")
        .replace(
            "[tables.case.values.entry_channel]",
            "[tables.case.values.entry_channel]\n\"Serv. sociali territoriali\" = \"SST\"",
        );
    files::put(&path, decided.as_bytes());
    let outcome = desk.check("registro.csv").done();
    for table in ["person", "case"] {
        let is_read = |line: &str| line.split_whitespace().take(3).eq([table, "3", "rows"]);
        assert!(outcome.stdout.lines().any(is_read), "{}", outcome.stdout);
    }
    assert!(!outcome.said().contains(CANARY));
}

#[test]
fn an_older_mapping_is_left_as_it_is_or_taken_over() {
    let desk = Desk::new("registro.csv", WIDE);
    desk.map("registro.csv", &[]).done();
    let path = desk.path("registro.mapping.toml");
    let decided = fs::read_to_string(&path).unwrap().replace("#? ignore", "ignore");
    files::put(&path, decided.as_bytes());
    desk.map("registro.csv", &[]).refused(8, &["registro.mapping.toml esiste già", "--force"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), decided);
    desk.map("registro.csv", &["--force", "--lang", "en"]).done();
    let again = fs::read_to_string(&path).unwrap();
    assert!(again.contains("\nignore = [\"colore fascicolo\"]"), "{again}");
    assert!(again.contains("stays at the PUA") && !again.contains("resta al PUA"));
}

#[test]
fn the_mapping_goes_where_it_is_told_to() {
    let desk = Desk::new("registro.csv", WIDE);
    let output = desk.path("altrove.toml");
    desk.map("registro.csv", &["--output", output.to_str().unwrap()]).done();
    assert_eq!(files::names(desk.0.path()), ["altrove.toml", "registro.csv"]);
}

#[test]
fn a_mapping_that_cannot_be_read_is_not_written_over() {
    let desk = Desk::new("registro.csv", WIDE);
    files::put(&desk.path("registro.mapping.toml"), b"version = 1\ncolour = 1\n");
    desk.map("registro.csv", &["--force"]).refused(4, &["non è scritto correttamente (riga 2)"]);
    assert_eq!(fs::read(desk.path("registro.mapping.toml")).unwrap(), b"version = 1\ncolour = 1\n");
}

#[test]
fn names_are_never_words_and_headless_files_are_not_told() {
    let names = (1..9).map(|n| format!("{n};{CANARY};Pakistan;{CANARY}\n")).collect::<String>();
    let desk = Desk::new("persone.csv", &format!("ID persona;Genere;Cittadinanza;Note\n{names}"));
    desk.map("persone.csv", &[]).done();
    let text = fs::read_to_string(desk.path("persone.mapping.toml")).unwrap();
    assert!(!text.contains(CANARY), "{text}");
    assert!(text.contains("#? riga 2: un testo che non è un codice"), "{text}");
    let desk = Desk::new("utenti.csv", &names);
    let outcome = desk.map("utenti.csv", &[]).done();
    assert!(outcome.stdout.contains("nessuna riga di intestazioni riconosciuta"), "{}", outcome.stdout);
    assert!(!fs::read_to_string(desk.path("utenti.mapping.toml")).unwrap().contains(CANARY));
}

#[test]
fn what_is_no_export_is_told_and_nothing_is_written() {
    let desk = Desk::new("registro.pdf", "x");
    desk.map("registro.pdf", &[]).refused(3, &["errore: ", "non è un'esportazione"]);
    desk.map("registro.pdf", &["--lang", "en"]).refused(3, &["error: ", "is not an export"]);
    desk.map("manca.csv", &[]).refused(3, &["impossibile leggere", "non esiste"]);
    assert_eq!(files::names(desk.0.path()), ["registro.pdf"]);
}
