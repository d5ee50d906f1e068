//! What persons agreed to.

table! {
    "consent" of "Consent" is "Consensi" "Consents" "I consensi dati e ritirati."
        &["consenso", "consensi informati", "privacy"];
    /// Consents given and withdrawn.
    about_persons = true; required = false;
    /// The case it belongs to.
    CASE_ID "Il caso a cui appartiene." = of_case().required();
    /// To what the person agreed.
    TYPE "A che cosa la persona ha acconsentito." = Column::new("type", Kind::Code("consent_type"), Ordinary).required()
        .called("Tipo di consenso", "Consent type", &["tipo", "tipo consenso", "consenso a"]);
    /// Day it was given.
    GIVEN_ON "Il giorno in cui è stato dato." = Column::new("given_on", Kind::Date, Ordinary).required()
        .called("Data consenso", "Given on", &["data", "firmato il", "data firma", "consenso del"]);
    /// Day it was withdrawn.
    WITHDRAWN_ON "Il giorno in cui è stato ritirato." = Column::new("withdrawn_on", Kind::Date, Ordinary)
        .called("Data revoca", "Withdrawn on", &["revoca", "revocato il", "ritirato il"]);
    /// Language in which it was explained.
    LANGUAGE "La lingua in cui è stato spiegato." = Column::new("language", Kind::Code("language_starter_iso639_3"), Quasi)
        .called("Lingua", "Language", &["lingua consenso", "lingua informativa"]).by_default(DROP);
    /// Legal basis of the processing (GDPR 6 and 9).
    LEGAL_BASIS "La base giuridica del trattamento (GDPR 6 e 9)." = Column::new("legal_basis", Kind::Code("legal_basis"), Ordinary).expected()
        .called("Base giuridica", "Legal basis", &["base legale"]);
}
