//! Individual plans.

table! {
    "plan" of "Plan" is "Piani" "Plans" "I piani individualizzati."
        &["piano", "piani individualizzati", "pai", "progetti individualizzati", "percorsi individualizzati"];
    /// Individual plans.
    about_persons = true; required = false;
    /// The plan's number in the office's register.
    PLAN_ID "Il numero del piano nel registro dell'ufficio." = Column::new("plan_id", Kind::Key(IdType::Plan), Pseudonym).required()
        .called("ID piano", "Plan ID", &["id", "n piano", "numero piano", "progressivo"]);
    /// The case it belongs to.
    CASE_ID "Il caso a cui appartiene." = of_case().required();
    /// Day it was signed.
    SIGNED_ON "Il giorno della firma." = Column::new("signed_on", Kind::Date, Ordinary).required()
        .called("Data firma", "Signed on", &["firmato il", "data piano", "data"]);
    /// Day it is to be looked at again.
    REVIEW_DUE "Il giorno previsto per la verifica." = Column::new("review_due", Kind::Deadline, Ordinary)
        .called("Verifica prevista", "Review due", &["data verifica", "verifica", "prossima verifica"]);
    /// Day it ended.
    ENDED_ON "Il giorno in cui è finito." = Column::new("ended_on", Kind::Date, Ordinary)
        .called("Data fine", "Ended on", &["fine", "concluso il", "fine piano"]);
    /// What it aims at.
    GOALS "Gli obiettivi." = Column::new("goals", Kind::Codes { list: "outcome_type", most: 16 }, Ordinary).expected()
        .called("Obiettivi", "Goals", &["obiettivi del piano", "obiettivo"]);
    /// What of it was reached.
    GOALS_MET "Gli obiettivi raggiunti." = Column::new("goals_met", Kind::Codes { list: "outcome_type", most: 16 }, Ordinary)
        .called("Obiettivi raggiunti", "Goals met", &["raggiunti", "obiettivo raggiunto"]);
}
