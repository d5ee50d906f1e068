//! Why a release is rejected, in Italian; the checker itself speaks English.

use inlav_certificate::{Place, Reason, Rejection};

/// A rejection in Italian.
pub(super) fn italian(rejection: &Rejection) -> String {
    format!("{}: {}", place(&rejection.place), reason(rejection.reason))
}

fn place(place: &Place) -> String {
    match place {
        Place::Certificate => "certificato".to_owned(),
        Place::File(file) => file.clone(),
        Place::Row(file, row) => format!("{file}, riga {row}"),
        Place::Cell(table, codes) => format!("tabella {table}, cella {}", codes.join(" × ")),
    }
}

const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Unreadable => "impossibile da leggere",
        Reason::NotACertificate => "non è un certificato della versione 1 nella forma in cui lo scrive inlav",
        Reason::Seal => "il sigillo non corrisponde: è stato modificato o danneggiato",
        Reason::Policy => "dichiara regole che non proteggono nessuno",
        Reason::Tables => "le dimensioni, le celle e i file delle tabelle si contraddicono",
        Reason::Insiders => "non nomina le sedi che conoscono le proprie celle",
        Reason::Witness => "una tabella testimone è malfatta o non serve a nulla",
        Reason::Proof => "una prova è malfatta o non richiesta",
        Reason::OtherFile => "non è il file certificato",
        Reason::NotCovered => "è una tabella che il certificato non copre",
        Reason::Columns => "non è una tabella con le colonne che il certificato nomina",
        Reason::Row => "nomina una cella che qui non deve esserci",
        Reason::Lacks => "mancano celle che secondo il certificato sono mostrate",
        Reason::Released => "quello che è stato rilasciato non è quello che è stato certificato",
        Reason::Sum => "la tabella vera non torna",
        Reason::Persons => "unità e persone non si accordano",
        Reason::Status => "secondo le regole va trattata in altro modo",
        Reason::ThinLine => "quello che la sua riga sopprime fa in tutto poche persone",
        Reason::WitnessSum => "una tabella testimone non torna",
        Reason::WitnessRoom => "una tabella testimone non è possibile",
        Reason::Refuted => "un attaccante può confutare una tabella testimone",
        Reason::Interval => "l'intervallo non è quello che le tabelle testimoni mostrano",
        Reason::Narrow => "l'intervallo è troppo stretto",
        Reason::Unproven => "non è mostrato che ogni attaccante ne resti lontano",
    }
}
