//! Cases: one spell of work with a person.

table! {
    "case" of "Case" is "Casi" "Cases" "I casi: un periodo di lavoro con una persona, dalla segnalazione alla chiusura."
        &["caso", "prese in carico", "presa in carico", "schede", "fascicoli", "percorsi", "pratiche"];
    /// Cases: one spell of work with a person, from the report to the closure.
    about_persons = true; required = true;
    /// The case's number in the office's register.
    CASE_ID "Il numero del caso nel registro dell'ufficio." = Column::new("case_id", Kind::Key(IdType::Case), Pseudonym).required()
        .called("ID caso", "Case ID", &["id", "numero caso", "n caso", "n fascicolo", "codice caso", "n pratica", "id presa in carico"]);
    /// Whose case it is.
    SITE_PERSON_ID "Di chi è il caso." = of_person().required();
    /// The PUA that runs it.
    SITE_ID "Il PUA che lo segue." = of_site();
    /// Number of the person's spell at this PUA, from 1; a return is a new case.
    EPISODE_NO "Numero del periodo di questa persona presso il PUA, da 1; un ritorno è un nuovo caso." = Column::new("episode_no", Kind::Whole { min: 1, max: 50 }, Ordinary)
        .called("Numero episodio", "Episode number", &["episodio", "n episodio"]);
    /// State the case is in.
    STATE "Lo stato del caso." = Column::new("state", Kind::Code("case_state"), Ordinary).required()
        .called("Stato", "State", &["stato caso", "stato del caso", "stato pratica"]);
    /// Day somebody reported the person.
    REPORTED_ON "Giorno della segnalazione." = Column::new("reported_on", Kind::Date, Ordinary)
        .called("Data segnalazione", "Reported on", &["segnalato il", "data di segnalazione", "segnalazione"]);
    /// Day of the first contact.
    FIRST_CONTACT_ON "Giorno del primo contatto." = Column::new("first_contact_on", Kind::Date, Ordinary).expected()
        .called("Data primo contatto", "First contact on", &["primo contatto", "contattato il", "data contatto", "data di primo contatto"]);
    /// Whether the first contact was made before the PUA opened, and rightly so.
    PRE_ACTIVITY "Se il primo contatto è avvenuto, correttamente, prima dell'apertura del PUA." = Column::new("pre_activity", Kind::YesNo, Ordinary).field("")
        .called("Contatto prima dell'apertura", "Pre-activity contact", &["attivita preliminare", "pre attivita", "prima dell apertura"]).by_default(DROP);
    /// Day of the assessment (preliminary identification).
    ASSESSED_ON "Giorno della valutazione (identificazione preliminare)." = Column::new("assessed_on", Kind::Date, Ordinary)
        .called("Data valutazione", "Assessed on", &["valutazione", "data di valutazione", "valutato il"]);
    /// Day of taking in charge.
    TAKEN_ON "Giorno della presa in carico." = Column::new("taken_on", Kind::Date, Ordinary)
        .called("Data presa in carico", "Taken in charge on", &["presa in carico", "preso in carico il", "data di presa in carico"]);
    /// Day the individual plan was signed.
    PLAN_ON "Giorno della firma del piano individualizzato." = Column::new("plan_on", Kind::Date, Ordinary)
        .called("Data piano", "Plan signed on", &["piano", "data progetto individualizzato", "pai", "data piano individualizzato", "data firma piano"]);
    /// Day of closure.
    CLOSED_ON "Giorno della chiusura." = Column::new("closed_on", Kind::Date, Ordinary)
        .called("Data chiusura", "Closed on", &["chiusura", "chiuso il", "data di chiusura"]);
    /// Why it was closed.
    CLOSURE_REASON "Perché è stato chiuso." = Column::new("closure_reason", Kind::Code("closure_reason"), Ordinary)
        .called("Motivo chiusura", "Closure reason", &["motivo di chiusura", "esito", "causale chiusura"]);
    /// Who sent the person.
    ENTRY_CHANNEL "Chi ha inviato la persona." = Column::new("entry_channel", Kind::Code("contact_channel"), Ordinary).required()
        .called("Canale di accesso", "Entry channel", &["canale", "inviante", "canale ingresso", "chi segnala", "canale di ingresso"]);
    /// Victim, potential victim or at risk.
    TARGET_GROUP "Vittima, potenziale vittima o a rischio." = Column::new("target_group", Kind::Code("target_group"), Sensitive).required()
        .called("Target", "Target group", &["gruppo target", "tipo target", "condizione"]);
    /// Where the identification stands.
    IDENTIFICATION_STATUS "A che punto è l'identificazione." = Column::new("identification_status", Kind::Code("identification_status"), Sensitive).required()
        .called("Stato identificazione", "Identification status", &["identificazione", "esito identificazione"]);
    /// Who took the formal decision on the identification. Never the PUA.
    IDENTIFICATION_DECIDER "Chi ha preso la decisione formale sull'identificazione. Mai il PUA." = Column::new("identification_decider", Kind::Code("htcds_status_decider"), Sensitive)
        .called("Chi ha deciso l'identificazione", "Identification decided by", &["decisione identificazione", "ente identificante", "identificazione decisa da"]);
    /// Day of the formal decision on the identification.
    IDENTIFIED_ON "Giorno della decisione formale sull'identificazione." = Column::new("identified_on", Kind::Date, Ordinary).field("")
        .called("Data identificazione formale", "Formally identified on", &["data identificazione", "identificazione formale il"]);
    /// Residence title at entry.
    RESIDENCE_TITLE_ENTRY "Titolo di soggiorno all'ingresso." = Column::new("residence_title_entry", Kind::Code("residence_title"), Sensitive).expected()
        .called("Titolo di soggiorno all'ingresso", "Residence title at entry", &["titolo di soggiorno", "tipo permesso", "titolo soggiorno"]);
    /// Employment at entry.
    EMPLOYMENT_ENTRY "Condizione occupazionale all'ingresso." = Column::new("employment_entry", Kind::Code("employment_status_esf"), Ordinary).expected()
        .called("Condizione occupazionale all'ingresso", "Employment at entry", &["condizione occupazionale", "occupazione ingresso"]);
    /// Regularity of the work at entry.
    REGULARITY_ENTRY "Regolarità del lavoro all'ingresso." = Column::new("regularity_entry", Kind::Code("work_regularity"), Sensitive).expected()
        .called("Regolarità del lavoro all'ingresso", "Work regularity at entry", &["regolarita lavoro", "regolarita", "tipo lavoro"]);
    /// Housing at entry, ETHOS Light and the programme's own codes.
    HOUSING_ENTRY "Situazione abitativa all'ingresso, ETHOS Light e codici del programma." = Column::new("housing_entry", Kind::Code("housing"), Sensitive)
        .called("Alloggio all'ingresso", "Housing at entry", &["alloggio", "situazione abitativa", "condizione abitativa"]);
    /// Whether the person was under 18 and the protection of minors was set going.
    MINOR_PATH "Se la persona era minorenne ed è stata avviata la protezione dei minori." = Column::new("minor_path", Kind::YesNo, Sensitive).field("")
        .called("Percorso minori", "Minor protection path", &["minore", "msna", "protezione minori"]).by_default(DROP);
    /// The operator who follows the case.
    CASE_OWNER "L'operatore che segue il caso." = of_operator("case_owner").expected()
        .called("Operatore di riferimento", "Case owner", &["case manager", "operatore", "referente", "operatore referente"]);
    /// The earlier case of a person who came back.
    REOPENED_FROM "Il caso precedente di una persona che è tornata." = Column::new("reopened_from", Kind::Reference(IdType::Case), Pseudonym)
        .called("Caso precedente", "Reopened from", &["riapertura di", "id caso precedente"]);
    /// What the operator wrote.
    NOTES "Quello che l'operatore ha scritto." = Column::new("notes", Kind::FreeText, FreeText).field("")
        .called("Note", "Notes", &["annotazioni", "osservazioni", "note caso"]);
}
