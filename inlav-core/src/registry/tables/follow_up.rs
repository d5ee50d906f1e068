//! What became of persons after the closure.

table! {
    "follow_up" of "FollowUp" is "Follow-up" "Follow-ups" "Che cosa è successo dopo la chiusura, a 4 settimane, 6 e 12 mesi."
        &["followup", "controlli", "ricontatti", "schede follow up"];
    /// What became of persons 4 weeks, 6 and 12 months after the closure.
    about_persons = true; required = false;
    /// The case it belongs to.
    CASE_ID "Il caso a cui appartiene." = of_case().required();
    /// How long after the closure.
    WAVE "Quanto tempo dopo la chiusura." = Column::new("wave", Kind::Code("follow_up_wave"), Ordinary).required()
        .called("Rilevazione", "Wave", &["momento", "scadenza follow up"]);
    /// Day it was done.
    DONE_ON "Il giorno in cui è stato fatto." = Column::new("done_on", Kind::Date, Ordinary)
        .called("Data", "Done on", &["data follow up", "fatto il"]);
    /// Whether the person was reached.
    STATUS "Se la persona è stata raggiunta." = Column::new("status", Kind::Code("follow_up_status"), Ordinary).required()
        .called("Stato", "Status", &["esito", "raggiunto"]);
    /// Employment then.
    EMPLOYMENT "Condizione occupazionale in quel momento." = Column::new("employment", Kind::Code("employment_status_esf"), Ordinary)
        .called("Condizione occupazionale", "Employment", &["occupazione", "lavoro"]);
    /// Regularity of the work then.
    REGULARITY "Regolarità del lavoro in quel momento." = Column::new("regularity", Kind::Code("work_regularity"), Sensitive)
        .called("Regolarità", "Regularity", &["regolarita lavoro", "tipo lavoro"]);
    /// Whether the person was in education or training.
    IN_TRAINING "Se la persona era in istruzione o formazione." = Column::new("in_training", Kind::YesNo, Ordinary)
        .called("In formazione", "In training", &["formazione", "corso"]);
    /// Whether the job had improved (ESF CR07), as the office sees it.
    IMPROVED "Se il lavoro è migliorato (FSE CR07), secondo l'ufficio." = Column::new("improved", Kind::YesNo, Ordinary)
        .called("Migliorato", "Improved", &["miglioramento", "condizioni migliorate"]);
    /// Whether the person was exploited again.
    EXPLOITED_AGAIN "Se la persona è stata di nuovo sfruttata." = Column::new("exploited_again", Kind::Code("answer"), Sensitive)
        .called("Di nuovo sfruttata", "Exploited again", &["nuovo sfruttamento", "ricaduta", "di nuovo sfruttato"]);
}
