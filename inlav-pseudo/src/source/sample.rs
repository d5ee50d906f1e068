//! A small complete export for tests, to be spoilt one file at a time.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use inlav_core::codes::CodeLists;
use tempfile::TempDir;

use super::{Export, SourceError};
use crate::mapping::Mapping;

/// A text that stands for somebody's data in files that are wrong: no error may hold it.
pub(crate) const CANARY: &str = "Canarini";

/// A bundle on disk.
pub(crate) struct Bundle {
    folder: TempDir,
    files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Two persons, one case each, and all other tables.
    pub(crate) fn new() -> Self {
        let files = [
            ("pua.csv", "Data di apertura\n09/06/2024\n"),
            (
                "persone.csv",
                "ID persona;Cognome;Data di nascita;Genere;Cittadinanza;Codice fiscale\n\
                 1;Provafalso;28/09/1994;Donna;Ucraina;\n2;Aiea;01/02/1990;M;PAK;\n",
            ),
            (
                "casi.csv",
                "ID caso;ID persona;Stato;Data primo contatto;Data presa in carico;Data chiusura;Motivo chiusura;\
                 Canale di accesso;Target;Stato identificazione\n\
                 10;1;CHIUSO;10/06/2024;20/06/2024;01/09/2024;OBIETTIVI;SST;VITTIMA;PREL_POS\n\
                 11;2;CONTATTATO;12/06/2024;;;;AUTO;RISCHIO;NESSUNA\n",
            ),
            (
                "lavori.csv",
                "ID lavoro;ID persona;ATECO;Regolarità;Lavoro di sfruttamento\n1;1;97.00;NERO;si\n2;2;01.13;GRIGIO;si\n",
            ),
            (
                "servizi.csv",
                "ID servizio;ID caso;Tipo di servizio;Data;Ore;Esito\n1;10;COLLOQUIO;20/06/2024;1,5;SVOLTO\n",
            ),
            ("invii.csv", "ID invio;ID caso;Tipo di ente;Stato\n1;10;ANTITRATTA;ACCETTATO\n"),
            ("esiti.csv", "ID esito;ID caso;Tipo di esito;Data\n1;10;LAV_REG;30/08/2024\n"),
            ("patti.csv", "Stato;Data sottoscrizione;Firmatari\nSOTTOSCRITTO;01/10/2024;5\n"),
            (
                "formazione.csv",
                "ID operatore;Percorso formativo;Data;Ore frequentate\nOP00001;REINS;01/10/2024;4\n",
            ),
            ("sensibilizzazione.csv", "Ambito;Data;Partecipanti\nAMB01;01/10/2024;40\n"),
        ];
        let files =
            files.into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect();
        Self { folder: tempfile::tempdir().unwrap(), files }
    }

    /// Puts a file in, or another in its place.
    pub(crate) fn with(mut self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.files.insert(name.to_owned(), content.as_ref().to_vec());
        self
    }

    /// Replaces a text in a file.
    pub(crate) fn changed(mut self, name: &str, from: &str, to: &str) -> Self {
        let content = self.files.get_mut(name).unwrap();
        let text = String::from_utf8(content.clone()).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        *content = text.replacen(from, to, 1).into_bytes();
        self
    }

    /// Leaves a file out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.files.remove(name).unwrap();
        self
    }

    /// Writes it to disk.
    pub(crate) fn path(&self) -> &Path {
        for (name, content) in &self.files {
            write(&self.folder.path().join(name), content);
        }
        self.folder.path()
    }

    /// Opens it without a mapping.
    pub(crate) fn open(&self) -> Result<Export, SourceError> {
        Export::open(self.path(), &Mapping::default())
    }

    /// Opens it with a mapping.
    pub(crate) fn open_with(&self, mapping: &str) -> Result<Export, SourceError> {
        Export::open(
            self.path(),
            &Mapping::parse(&format!("version = 1\n{mapping}"), CodeLists::built_in()).unwrap(),
        )
    }

    /// What opening it or reading all of it says is wrong, having made sure that no value is
    /// told.
    pub(crate) fn problems(&self) -> Vec<String> {
        let error = match self.open() {
            Err(error) => error,
            Ok(export) => {
                let mut errors = export
                    .tables()
                    .iter()
                    .flat_map(|table| table.batches().unwrap().filter_map(Result::err).collect::<Vec<_>>());
                errors.next().unwrap()
            }
        };
        assert_tells_nothing(&error);
        error.problems().iter().map(ToString::to_string).collect()
    }
}

/// Asserts that an error holds no value.
pub(crate) fn assert_tells_nothing(error: &SourceError) {
    for told in [format!("{error}"), format!("{error:?}"), format!("{error:#?}")] {
        assert!(!told.contains(CANARY), "{told}");
    }
}

/// Writes a file. No whole output: syncing each file would take most of the tests' time.
pub(crate) fn write(path: &Path, content: &[u8]) {
    let mut options = OpenOptions::new();
    let file = options.create(true).write(true).truncate(true).open(path);
    file.unwrap().write_all(content).unwrap();
}
