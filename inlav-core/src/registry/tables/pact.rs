//! Territorial pacts.

table! {
    "pact" of "TerritorialPact" is "Patti" "Pacts" "I patti territoriali." &["patto", "patti territoriali", "patto territoriale"];
    /// Territorial pacts.
    about_persons = false; required = false;
    /// The pact's number in the office's register.
    PACT_ID "Il numero del patto nel registro dell'ufficio." = Column::new("pact_id", Kind::Reference(IdType::Pact), Pseudonym)
        .called("ID patto", "Pact ID", &["id", "n patto", "numero patto"]).by_default(DROP);
    /// The PUA that promotes it.
    SITE_ID "Il PUA che lo promuove." = of_site();
    /// Where the pact stands.
    STATUS "A che punto è il patto." = Column::new("status", Kind::Code("pact_status"), Ordinary).required()
        .called("Stato", "Status", &["stato patto"]);
    /// Day of signature.
    SIGNED_ON "Il giorno della firma." = Column::new("signed_on", Kind::Date, Ordinary)
        .called("Data sottoscrizione", "Signed on", &["sottoscritto il", "data firma", "firmato il"]);
    /// Number of bodies that signed.
    SIGNATORIES "Il numero di enti che hanno firmato." = Column::new("signatories", Kind::Whole { min: 0, max: 500 }, Ordinary).expected()
        .called("Firmatari", "Signatories", &["numero firmatari", "n firmatari"]);
    /// What it aims at.
    GOALS "Gli obiettivi." = Column::new("goals", Kind::Codes { list: "pact_goal", most: 4 }, Ordinary)
        .called("Obiettivi", "Goals", &["obiettivi del patto", "obiettivo"]);
}
