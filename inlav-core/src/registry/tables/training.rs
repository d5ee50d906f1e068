//! Attendance of operators at training sessions.

table! {
    "training" of "TrainingSession" is "Formazione" "Training" "Le presenze degli operatori alle sessioni di formazione, una per riga."
        &["corsi", "presenze", "formazione operatori", "partecipanti formazione"];
    /// Attendance of operators at training sessions, one a row.
    about_persons = true; required = false;
    /// The session's number, the same for all who attend it.
    SESSION_ID "Il numero della sessione, lo stesso per tutti i presenti." = Column::new("session_id", Kind::Reference(IdType::Session), Pseudonym)
        .called("ID sessione", "Session ID", &["sessione", "codice sessione", "n sessione"]).by_default(DROP);
    /// The operator's registration number, the same in the whole programme.
    OPERATOR_ID "Il numero dell'operatore, lo stesso in tutto il programma." = Column::new("operator_id", Kind::Reference(IdType::Operator), Pseudonym).required().field("attendees")
        .called("ID operatore", "Operator ID", &["codice operatore", "operatore", "matricola", "cod operatore"])
        .by_default(PSEUDONYM_AND_TOKEN);
    /// What the training prepares for.
    TRACK "A che cosa prepara." = Column::new("track", Kind::Code("training_track"), Ordinary).required()
        .called("Percorso formativo", "Track", &["percorso", "corso"]);
    /// The module.
    MODULE "Il modulo." = Column::new("module", Kind::Code("training_module"), Ordinary)
        .called("Modulo", "Module", &["modulo formativo"]);
    /// ISTAT code of the province in which it took place.
    PROVINCE "Codice ISTAT della provincia in cui si è svolta." = Column::new("province", Kind::Code("istat_province"), Ordinary).expected()
        .called("Provincia", "Province", &["codice provincia", "prov"]);
    /// Day.
    ON "Giorno." = Column::new("on", Kind::Date, Ordinary).required()
        .called("Data", "On", &["data corso", "data sessione"]);
    /// Hours attended.
    HOURS "Ore frequentate." = Column::new("hours", Kind::Decimal { min: 0, max: 100 }, Ordinary).required().measured(Unit::Hours)
        .called("Ore frequentate", "Hours attended", &["ore", "ore presenza", "n ore"]);
    /// Score of the test before.
    PRE_SCORE "Punteggio della prova iniziale." = Column::new("pre_score", Kind::Decimal { min: 0, max: 100 }, Ordinary).field("attendees").measured(Unit::Points)
        .called("Punteggio iniziale", "Score before", &["test iniziale", "punteggio ingresso"]);
    /// Score of the test after.
    POST_SCORE "Punteggio della prova finale." = Column::new("post_score", Kind::Decimal { min: 0, max: 100 }, Ordinary).field("attendees").measured(Unit::Points)
        .called("Punteggio finale", "Score after", &["test finale", "punteggio uscita"]);
}
