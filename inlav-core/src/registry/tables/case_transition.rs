//! The steps of cases from state to state.

table! {
    "case_transition" of "CaseTransition" is "Passaggi di stato" "Case transitions" "I passaggi dei casi da uno stato all'altro, uno per riga."
        &["transizioni", "passaggi", "storico stati", "storia del caso", "cambi di stato"];
    /// The steps of cases from one state to the next, one a row.
    about_persons = true; required = false;
    /// The case it belongs to.
    CASE_ID "Il caso a cui appartiene." = of_case().required();
    /// State before; NUOVO for a case that begins.
    FROM_STATE "Lo stato prima; NUOVO per un caso che comincia." = Column::new("from_state", Kind::Code("case_origin"), Ordinary).required().field("from")
        .called("Stato precedente", "From state", &["da", "dallo stato", "stato prima", "da stato"]);
    /// State after.
    TO_STATE "Lo stato dopo." = Column::new("to_state", Kind::Code("case_state"), Ordinary).required().field("to")
        .called("Stato successivo", "To state", &["a", "allo stato", "stato dopo", "a stato", "nuovo stato"]);
    /// Day the case changed its state.
    ON "Il giorno del passaggio." = Column::new("on", Kind::Date, Ordinary).required()
        .called("Data", "On", &["data passaggio", "data cambio", "il"]);
    /// Moment somebody wrote it down; later than the day where it was entered afterwards.
    RECORDED_AT "Quando è stato registrato; dopo il giorno, se inserito più tardi." = Column::new("recorded_at", Kind::Timestamp, Ordinary).expected()
        .called("Registrato il", "Recorded at", &["data registrazione", "inserito il", "data inserimento"]).by_default(DROP);
    /// The operator who wrote it down.
    OPERATOR_ID "L'operatore che lo ha registrato." = of_operator("operator_id").expected().field("by")
        .called("Operatore", "Operator", &["id operatore", "registrato da", "inserito da"]);
    /// Why, in the operator's words.
    REASON "Il motivo, con le parole dell'operatore." = Column::new("reason", Kind::FreeText, FreeText)
        .called("Motivo", "Reason", &["motivazione", "causale"]);
}
