//! The tables of an export, one module each, one constant per column.

use super::PrivacyClass::{Direct, FreeText, Ordinary, Pseudonym, Quasi, Sensitive};
use super::{Column, IdType, Kind, Table};
use crate::policy::Action;

/// Declares a table as a module with one constant per column and the constant `TABLE`.
macro_rules! table {
    (
        $(#[$doc:meta])* $module:ident = $name:literal $it:literal $en:literal $aliases:expr;
        about_persons = $persons:literal; required = $required:literal;
        $( $(#[$column_doc:meta])* $constant:ident = $column:expr; )*
    ) => {
        $(#[$doc])*
        pub mod $module {
            use super::*;

            $( $(#[$column_doc])* pub const $constant: Column = $column; )*

            /// The table.
            pub const TABLE: Table = Table {
                name: $name,
                label_it: $it,
                label_en: $en,
                aliases: $aliases,
                about_persons: $persons,
                required: $required,
                columns: &[$($constant),*],
            };
        }
    };
}

table! {
    /// The PUA itself: one row.
    site = "site" "PUA" "Site" &["sede", "sportello", "punto unico di accesso", "dati pua", "scheda pua"];
    about_persons = false; required = true;
    /// First day the PUA was open.
    OPENED_ON = Column::new("opened_on", Kind::Date, Ordinary).required()
        .called("Data di apertura", "Opened on", &["apertura", "aperto dal", "data apertura"]);
}

table! {
    /// Persons the PUA met.
    person = "person" "Persone" "Persons"
        &["persona", "utenti", "utente", "beneficiari", "beneficiario", "anagrafica", "anagrafiche", "people"];
    about_persons = true; required = true;
    /// The person's number in the office's register.
    SITE_PERSON_ID = Column::new("site_person_id", Kind::Key(IdType::Person), Pseudonym).required()
        .called("ID persona", "Person ID", &["id", "id utente", "codice utente", "cod utente", "n utente",
            "numero utente", "id beneficiario", "codice beneficiario", "n scheda", "codice persona", "numero"]);
    /// Family name.
    FAMILY_NAME = Column::new("family_name", Kind::FreeText, Direct)
        .called("Cognome", "Family name", &["surname", "last name"]);
    /// Given name.
    GIVEN_NAME = Column::new("given_name", Kind::FreeText, Direct)
        .called("Nome", "Given name", &["first name"]);
    /// Date of birth, if it is known; the year leaves the PUA, the day does not.
    BIRTH_DATE = Column::new("birth_date", Kind::Date, Direct)
        .called("Data di nascita", "Date of birth", &["nato il", "nata il", "nato a il", "data nascita", "d nascita",
            "nascita", "dob"])
        .by_default(&[Action::Seal, Action::Year]);
    /// Codice fiscale, provisional ones included.
    CODICE_FISCALE = Column::new("codice_fiscale", Kind::CodiceFiscale, Direct)
        .called("Codice fiscale", "Tax code", &["cf", "c f", "cod fisc", "cod fiscale", "codfiscale", "codicefiscale"])
        .by_default(&[Action::Seal, Action::Token]);
    /// STP or ENI code.
    STP_ENI = Column::new("stp_eni", Kind::StpEni, Direct)
        .called("Codice STP/ENI", "STP/ENI code", &["stp", "eni", "codice stp", "tessera stp"])
        .by_default(&[Action::Seal, Action::Token]);
    /// Number of the residence permit.
    PERMIT_NUMBER = Column::new("permit_number", Kind::PermitNumber, Direct)
        .called("Numero permesso di soggiorno", "Residence permit number",
            &["permesso", "permesso di soggiorno", "n permesso", "pds", "numero permesso", "n permesso di soggiorno",
              "num permesso"])
        .by_default(&[Action::Seal, Action::Token]);
    /// State that issued the passport.
    PASSPORT_STATE = Column::new("passport_state", Kind::Code("country"), Direct)
        .called("Stato di rilascio del passaporto", "Passport issuing state",
            &["stato passaporto", "paese passaporto", "passaporto rilasciato da", "rilasciato da"]);
    /// Number of the passport.
    PASSPORT_NUMBER = Column::new(
            "passport_number", Kind::PassportNumber { issuing_state: "passport_state" }, Direct)
        .called("Numero passaporto", "Passport number", &["passaporto", "n passaporto", "passport", "num passaporto"])
        .by_default(&[Action::Seal, Action::Token]);
    /// CUI, the code of the police's register of fingerprints.
    CUI = Column::new("cui", Kind::Cui, Direct)
        .called("Codice CUI", "CUI code", &["cod cui", "codice unico identificativo", "codice afis"])
        .by_default(&[Action::Seal, Action::Token]);
    /// Telephone.
    PHONE = Column::new("phone", Kind::Phone, Direct)
        .called("Telefono", "Phone", &["tel", "cell", "cellulare", "recapito telefonico", "recapito", "n telefono"]);
    /// Electronic mail.
    EMAIL = Column::new("email", Kind::Email, Direct)
        .called("E-mail", "Email", &["mail", "posta elettronica", "indirizzo email", "indirizzo e mail"]);
    /// Where the person lives or sleeps.
    ADDRESS = Column::new("address", Kind::FreeText, Direct)
        .called("Indirizzo", "Address", &["residenza", "domicilio", "via", "abitazione"]);
    /// Gender.
    GENDER = Column::new("gender", Kind::Code("gender"), Quasi).required()
        .called("Genere", "Gender", &["sesso", "sex"]);
    /// Citizenship, ISO 3166-1 alpha-3.
    CITIZENSHIP = Column::new("citizenship", Kind::Code("country"), Quasi).required()
        .called("Cittadinanza", "Citizenship", &["nazionalita", "paese di cittadinanza", "nationality", "cittadinanza 1"]);
    /// Highest education reached, ISCED 2011.
    EDUCATION = Column::new("education", Kind::Code("isced2011"), Ordinary)
        .called("Titolo di studio", "Education", &["istruzione", "scolarita", "livello di istruzione"]);
    /// Year of arrival in Italy.
    ARRIVAL_YEAR_IT = Column::new("arrival_year_it", Kind::Whole { min: 1940, max: 2100 }, Quasi)
        .called("Anno di arrivo in Italia", "Year of arrival in Italy", &["anno arrivo", "in italia dal", "arrivo in italia"]);
    /// What the operator wrote.
    NOTES = Column::new("notes", Kind::FreeText, FreeText)
        .called("Note", "Notes", &["annotazioni", "osservazioni", "commenti", "note operatore"]);
}

table! {
    /// Cases: one spell of work with a person, from the report to the closure.
    case = "case" "Casi" "Cases"
        &["caso", "prese in carico", "presa in carico", "schede", "fascicoli", "percorsi", "pratiche"];
    about_persons = true; required = true;
    /// The case's number in the office's register.
    CASE_ID = Column::new("case_id", Kind::Key(IdType::Case), Pseudonym).required()
        .called("ID caso", "Case ID", &["id", "numero caso", "n caso", "n fascicolo", "codice caso", "n pratica", "id presa in carico"]);
    /// Whose case it is.
    SITE_PERSON_ID = Column::new("site_person_id", Kind::Reference(IdType::Person), Pseudonym).required()
        .called("ID persona", "Person ID", &["id utente", "codice utente", "cod utente", "n utente", "utente",
            "id beneficiario", "codice beneficiario", "codice persona", "numero utente", "persona"]);
    /// State the case is in.
    STATE = Column::new("state", Kind::Code("case_state"), Ordinary).required()
        .called("Stato", "State", &["stato caso", "stato del caso", "stato pratica"]);
    /// Day somebody reported the person.
    REPORTED_ON = Column::new("reported_on", Kind::Date, Ordinary)
        .called("Data segnalazione", "Reported on", &["segnalato il", "data di segnalazione", "segnalazione"]);
    /// Day of the first contact.
    FIRST_CONTACT_ON = Column::new("first_contact_on", Kind::Date, Ordinary)
        .called("Data primo contatto", "First contact on", &["primo contatto", "contattato il", "data contatto", "data di primo contatto"]);
    /// Day of the assessment (preliminary identification).
    ASSESSED_ON = Column::new("assessed_on", Kind::Date, Ordinary)
        .called("Data valutazione", "Assessed on", &["valutazione", "data di valutazione", "valutato il"]);
    /// Day of taking in charge.
    TAKEN_ON = Column::new("taken_on", Kind::Date, Ordinary)
        .called("Data presa in carico", "Taken in charge on", &["presa in carico", "preso in carico il", "data di presa in carico"]);
    /// Day the individual plan was signed.
    PLAN_ON = Column::new("plan_on", Kind::Date, Ordinary)
        .called("Data piano", "Plan signed on", &["piano", "data progetto individualizzato", "pai", "data piano individualizzato", "data firma piano"]);
    /// Day of closure.
    CLOSED_ON = Column::new("closed_on", Kind::Date, Ordinary)
        .called("Data chiusura", "Closed on", &["chiusura", "chiuso il", "data di chiusura"]);
    /// Why it was closed.
    CLOSURE_REASON = Column::new("closure_reason", Kind::Code("closure_reason"), Ordinary)
        .called("Motivo chiusura", "Closure reason", &["motivo di chiusura", "esito", "causale chiusura"]);
    /// Who sent the person.
    ENTRY_CHANNEL = Column::new("entry_channel", Kind::Code("contact_channel"), Ordinary).required()
        .called("Canale di accesso", "Entry channel", &["canale", "inviante", "canale ingresso", "chi segnala", "canale di ingresso"]);
    /// Victim, potential victim or at risk.
    TARGET_GROUP = Column::new("target_group", Kind::Code("target_group"), Sensitive).required()
        .called("Target", "Target group", &["gruppo target", "tipo target", "condizione"]);
    /// Where the identification stands.
    IDENTIFICATION_STATUS = Column::new("identification_status", Kind::Code("identification_status"), Sensitive).required()
        .called("Stato identificazione", "Identification status", &["identificazione", "esito identificazione"]);
    /// Residence title at entry.
    RESIDENCE_TITLE_ENTRY = Column::new("residence_title_entry", Kind::Code("residence_title"), Sensitive)
        .called("Titolo di soggiorno all'ingresso", "Residence title at entry", &["titolo di soggiorno", "tipo permesso", "titolo soggiorno"]);
    /// Employment at entry.
    EMPLOYMENT_ENTRY = Column::new("employment_entry", Kind::Code("employment_status_esf"), Ordinary)
        .called("Condizione occupazionale all'ingresso", "Employment at entry", &["condizione occupazionale", "occupazione ingresso"]);
    /// Regularity of the work at entry.
    REGULARITY_ENTRY = Column::new("regularity_entry", Kind::Code("work_regularity"), Sensitive)
        .called("Regolarità del lavoro all'ingresso", "Work regularity at entry", &["regolarita lavoro", "regolarita", "tipo lavoro"]);
    /// What the operator wrote.
    NOTES = Column::new("notes", Kind::FreeText, FreeText)
        .called("Note", "Notes", &["annotazioni", "osservazioni", "note caso"]);
}

table! {
    /// Jobs of a person, the exploited one among them.
    employment = "employment" "Lavori" "Employment"
        &["lavoro", "storia lavorativa", "percorso lavorativo", "esperienze lavorative", "rapporti di lavoro"];
    about_persons = true; required = false;
    /// The job's number in the office's register.
    EMPLOYMENT_ID = Column::new("employment_id", Kind::Key(IdType::Employment), Pseudonym).required()
        .called("ID lavoro", "Employment ID", &["id", "n lavoro", "id rapporto", "progressivo"]);
    /// Whose job it is.
    SITE_PERSON_ID = Column::new("site_person_id", Kind::Reference(IdType::Person), Pseudonym).required()
        .called("ID persona", "Person ID", &["id utente", "codice utente", "cod utente", "n utente", "utente",
            "id beneficiario", "codice beneficiario", "codice persona", "numero utente", "persona"]);
    /// First day of work.
    START = Column::new("start_on", Kind::Date, Quasi)
        .called("Data inizio", "Started on", &["inizio", "dal", "data inizio lavoro"])
        .by_default(&[Action::Year]);
    /// Economic activity; its programme sector leaves the PUA.
    ATECO = Column::new("ateco", Kind::Ateco, Quasi).required()
        .called("ATECO", "ATECO", &["codice ateco", "settore ateco", "cod ateco"])
        .by_default(&[Action::Sector]);
    /// Contract.
    CONTRACT = Column::new("contract", Kind::Code("contract_type"), Sensitive)
        .called("Contratto", "Contract", &["tipo contratto", "tipo di contratto"]);
    /// Undeclared, under-declared or regular.
    REGULARITY = Column::new("regularity", Kind::Code("work_regularity"), Sensitive).required()
        .called("Regolarità", "Regularity", &["nero grigio regolare", "tipo lavoro", "regolarita del lavoro"]);
    /// Whether this is the job of the exploitation.
    EXPLOITATION = Column::new("exploitation", Kind::YesNo, Sensitive).required()
        .called("Lavoro di sfruttamento", "Exploitation job", &["sfruttamento", "lavoro sfruttato"]);
    /// Who employed the person: third-party and art. 10 data, sealed never, sent never.
    EMPLOYER = Column::new("employer", Kind::FreeText, Direct)
        .called("Datore di lavoro", "Employer", &["datore", "azienda", "ditta"])
        .by_default(&[Action::Drop]);
}

table! {
    /// Services delivered in a case.
    service_event = "service_event" "Servizi" "Services"
        &["servizio", "servizi erogati", "interventi", "attivita", "prestazioni"];
    about_persons = true; required = false;
    /// The event's number in the office's register.
    EVENT_ID = Column::new("event_id", Kind::Key(IdType::ServiceEvent), Pseudonym).required()
        .called("ID servizio", "Event ID", &["id", "n intervento", "id intervento", "id evento", "progressivo"]);
    /// The case it belongs to.
    CASE_ID = Column::new("case_id", Kind::Reference(IdType::Case), Pseudonym).required()
        .called("ID caso", "Case ID", &["numero caso", "n caso", "n fascicolo", "codice caso", "caso", "n pratica", "id presa in carico"]);
    /// What was done.
    TYPE = Column::new("type", Kind::Code("service_type"), Ordinary).required()
        .called("Tipo di servizio", "Service type", &["tipo", "servizio", "tipo servizio", "intervento", "tipo intervento", "prestazione"]);
    /// Day.
    ON = Column::new("on", Kind::Date, Ordinary).required()
        .called("Data", "On", &["data servizio", "data intervento", "giorno"]);
    /// Hours.
    HOURS = Column::new("hours", Kind::Decimal { min: 0, max: 1000 }, Ordinary)
        .called("Ore", "Hours", &["n ore", "durata ore", "durata"]);
    /// With linguistic-cultural mediation.
    MEDIATION = Column::new("mediation", Kind::YesNo, Ordinary)
        .called("Mediazione", "Mediation", &["con mediatore", "mediatore", "mediazione linguistica"]);
    /// Whether it took place.
    OUTCOME = Column::new("outcome", Kind::Code("event_outcome"), Ordinary).required()
        .called("Esito", "Outcome", &["esito servizio", "esito intervento", "stato"]);
}

table! {
    /// Referrals to and from other bodies.
    referral = "referral" "Invii" "Referrals" &["invio", "segnalazioni inviate", "invii a enti", "rinvii"];
    about_persons = true; required = false;
    /// The referral's number in the office's register.
    REFERRAL_ID = Column::new("referral_id", Kind::Key(IdType::Referral), Pseudonym).required()
        .called("ID invio", "Referral ID", &["id", "n invio", "progressivo"]);
    /// The case it belongs to.
    CASE_ID = Column::new("case_id", Kind::Reference(IdType::Case), Pseudonym).required()
        .called("ID caso", "Case ID", &["numero caso", "n caso", "n fascicolo", "codice caso", "caso", "n pratica", "id presa in carico"]);
    /// Body the person is sent to.
    BODY_TYPE = Column::new("body_type", Kind::Code("contact_channel"), Ordinary).required()
        .called("Tipo di ente", "Body type", &["ente", "ente destinatario", "inviato a", "destinatario"]);
    /// Where the referral stands.
    STATUS = Column::new("status", Kind::Code("referral_status"), Ordinary).required()
        .called("Stato", "Status", &["stato invio", "esito", "esito invio"]);
    /// Day it was sent.
    SENT_ON = Column::new("sent_on", Kind::Date, Ordinary)
        .called("Data invio", "Sent on", &["inviato il", "data di invio", "data"]);
    /// Day the body answered.
    ANSWERED_ON = Column::new("answered_on", Kind::Date, Ordinary)
        .called("Data risposta", "Answered on", &["risposta il", "data di risposta", "risposta"]);
}

table! {
    /// Outcomes reached in a case.
    outcome = "outcome" "Esiti" "Outcomes" &["esito", "risultati", "risultato"];
    about_persons = true; required = false;
    /// The outcome's number in the office's register.
    OUTCOME_ID = Column::new("outcome_id", Kind::Key(IdType::Outcome), Pseudonym).required()
        .called("ID esito", "Outcome ID", &["id", "n esito", "progressivo"]);
    /// The case it belongs to.
    CASE_ID = Column::new("case_id", Kind::Reference(IdType::Case), Pseudonym).required()
        .called("ID caso", "Case ID", &["numero caso", "n caso", "n fascicolo", "codice caso", "caso", "n pratica", "id presa in carico"]);
    /// What was reached.
    TYPE = Column::new("type", Kind::Code("outcome_type"), Ordinary).required()
        .called("Tipo di esito", "Outcome type", &["tipo", "esito", "tipo esito", "risultato"]);
    /// Day.
    ON = Column::new("on", Kind::Date, Ordinary).required()
        .called("Data", "On", &["data esito", "raggiunto il"]);
}

table! {
    /// Territorial pacts.
    pact = "pact" "Patti" "Pacts" &["patto", "patti territoriali", "patto territoriale"];
    about_persons = false; required = false;
    /// Where the pact stands.
    STATUS = Column::new("status", Kind::Code("pact_status"), Ordinary).required()
        .called("Stato", "Status", &["stato patto"]);
    /// Day of signature.
    SIGNED_ON = Column::new("signed_on", Kind::Date, Ordinary)
        .called("Data sottoscrizione", "Signed on", &["sottoscritto il", "data firma", "firmato il"]);
    /// Number of bodies that signed.
    SIGNATORIES = Column::new("signatories", Kind::Whole { min: 0, max: 500 }, Ordinary)
        .called("Firmatari", "Signatories", &["numero firmatari", "n firmatari"]);
}

table! {
    /// Attendance of operators at training sessions.
    training = "training" "Formazione" "Training" &["corsi", "presenze", "formazione operatori", "partecipanti formazione"];
    about_persons = true; required = false;
    /// The operator's registration number, the same in the whole programme.
    OPERATOR_ID = Column::new("operator_id", Kind::Reference(IdType::Operator), Pseudonym).required()
        .called("ID operatore", "Operator ID", &["codice operatore", "operatore", "matricola", "cod operatore"])
        .by_default(&[Action::Token]);
    /// What the training prepares for.
    TRACK = Column::new("track", Kind::Code("training_track"), Ordinary).required()
        .called("Percorso formativo", "Track", &["percorso", "corso"]);
    /// Day.
    ON = Column::new("on", Kind::Date, Ordinary).required()
        .called("Data", "On", &["data corso", "data sessione"]);
    /// Hours attended.
    HOURS = Column::new("hours", Kind::Decimal { min: 0, max: 100 }, Ordinary).required()
        .called("Ore frequentate", "Hours attended", &["ore", "ore presenza", "n ore"]);
}

table! {
    /// Awareness events in the *ambiti*.
    awareness = "awareness" "Sensibilizzazione" "Awareness" &["eventi", "campagna", "eventi di sensibilizzazione"];
    about_persons = false; required = false;
    /// The *ambito* reached, by its number in the programme's list.
    AMBITO_ID = Column::new("ambito_id", Kind::Ambito, Ordinary).required()
        .called("Ambito", "Ambito", &["codice ambito", "ambito territoriale", "id ambito"]);
    /// Day.
    ON = Column::new("on", Kind::Date, Ordinary).required()
        .called("Data", "On", &["data evento"]);
    /// Persons who came.
    PARTICIPANTS = Column::new("participants", Kind::Whole { min: 0, max: 100_000 }, Ordinary)
        .called("Partecipanti", "Participants", &["n partecipanti", "numero partecipanti"]);
}
