//! Outcomes reached in a case.

table! {
    "outcome" of "Outcome" is "Esiti" "Outcomes" "Gli esiti raggiunti in un caso." &["esito", "risultati", "risultato"];
    /// Outcomes reached in a case.
    about_persons = true; required = false;
    /// The outcome's number in the office's register.
    OUTCOME_ID "Il numero dell'esito nel registro dell'ufficio." = Column::new("outcome_id", Kind::Key(IdType::Outcome), Pseudonym).required()
        .called("ID esito", "Outcome ID", &["id", "n esito", "progressivo"]);
    /// The case it belongs to.
    CASE_ID "Il caso a cui appartiene." = of_case().required();
    /// What was reached.
    TYPE "Che cosa è stato raggiunto." = Column::new("type", Kind::Code("outcome_type"), Ordinary).required()
        .called("Tipo di esito", "Outcome type", &["tipo", "esito", "tipo esito", "risultato"]);
    /// Day.
    ON "Giorno." = Column::new("on", Kind::Date, Ordinary).required()
        .called("Data", "On", &["data esito", "raggiunto il"]);
    /// Euro or hours, by the type.
    VALUE "Euro oppure ore, secondo il tipo." = Column::new("value", Kind::Decimal { min: 0, max: 1_000_000 }, Sensitive).measured(Unit::EuroOrHours)
        .called("Valore", "Value", &["importo", "quantita"]).by_default(DROP);
    /// How the PUA knows.
    EVIDENCE "Come il PUA lo sa." = Column::new("evidence", Kind::Code("outcome_evidence"), Ordinary).expected()
        .called("Prova", "Evidence", &["evidenza", "fonte", "documentazione"]);
    /// When it was asked.
    WAVE "Quando è stato rilevato." = Column::new("wave", Kind::Code("outcome_wave"), Ordinary)
        .called("Rilevazione", "Wave", &["momento", "momento rilevazione"]);
}
