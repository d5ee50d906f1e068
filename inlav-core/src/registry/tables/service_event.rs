//! Services delivered in a case.

table! {
    "service_event" of "ServiceEvent" is "Servizi" "Services" "I servizi erogati in un caso."
        &["servizio", "servizi erogati", "interventi", "attivita", "prestazioni"];
    /// Services delivered in a case.
    about_persons = true; required = false;
    /// The event's number in the office's register.
    EVENT_ID "Il numero dell'intervento nel registro dell'ufficio." = Column::new("event_id", Kind::Key(IdType::ServiceEvent), Pseudonym).required()
        .called("ID servizio", "Event ID", &["id", "n intervento", "id intervento", "id evento", "progressivo"]);
    /// The case it belongs to.
    CASE_ID "Il caso a cui appartiene." = of_case().required();
    /// What was done.
    TYPE "Che cosa è stato fatto." = Column::new("type", Kind::Code("service_type"), Ordinary).required()
        .called("Tipo di servizio", "Service type", &["tipo", "servizio", "tipo servizio", "intervento", "tipo intervento", "prestazione"]);
    /// Day, the first one if it took several.
    ON "Giorno, il primo se sono più d'uno." = Column::new("on", Kind::Date, Ordinary).required()
        .called("Data", "On", &["data servizio", "data intervento", "giorno"]);
    /// Last day, of a service that took several.
    END_ON "Ultimo giorno, di un servizio durato più giorni." = Column::new("end_on", Kind::Date, Ordinary)
        .called("Data fine", "Ended on", &["fine", "fino al", "data fine servizio"]);
    /// Hours.
    HOURS "Ore." = Column::new("hours", Kind::Decimal { min: 0, max: 1000 }, Ordinary).measured(Unit::Hours)
        .called("Ore", "Hours", &["n ore", "durata ore", "durata"]);
    /// The body that delivered it, by the office's number.
    PROVIDER_ID "L'ente che lo ha erogato, con il numero dell'ufficio." = Column::new("provider_id", Kind::Reference(IdType::Organisation), Pseudonym).expected()
        .called("Ente erogatore", "Provider", &["erogatore", "fornitore", "id ente", "ente"]).by_default(DROP);
    /// With linguistic-cultural mediation.
    MEDIATION "Con mediazione linguistico-culturale." = Column::new("mediation", Kind::YesNo, Ordinary).expected()
        .called("Mediazione", "Mediation", &["con mediatore", "mediatore", "mediazione linguistica"]);
    /// Whether it took place.
    OUTCOME "Se è avvenuto." = Column::new("outcome", Kind::Code("event_outcome"), Ordinary).required()
        .called("Esito", "Outcome", &["esito servizio", "esito intervento", "stato"]);
    /// What it cost.
    COST "Quanto è costato." = Column::new("cost_eur", Kind::Decimal { min: 0, max: 100_000 }, Ordinary).measured(Unit::Euro)
        .called("Costo", "Cost", &["costo euro", "importo", "spesa"]);
}
