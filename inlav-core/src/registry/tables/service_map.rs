//! The map of services around the PUA.

table! {
    "service_map" of "ServiceMapEntry" is "Mappa dei servizi" "Service map" "I servizi del territorio e le barriere per arrivarci."
        &["mappatura", "mappatura servizi", "servizi del territorio", "mappa servizi"];
    /// The services around the PUA, and what keeps people from them.
    about_persons = false; required = false;
    /// The entry's number in the office's register.
    ENTRY_ID "Il numero della voce nel registro dell'ufficio." = Column::new("entry_id", Kind::Key(IdType::ServiceMap), Pseudonym).required()
        .called("ID voce", "Entry ID", &["id", "n voce", "progressivo"]);
    /// The PUA that drew the map.
    SITE_ID "Il PUA che ha fatto la mappatura." = of_site();
    /// The organisation, by the office's number.
    ORGANISATION_ID "L'organizzazione, con il numero dell'ufficio." = Column::new("organisation_id", Kind::Reference(IdType::Organisation), Pseudonym).expected()
        .called("ID organizzazione", "Organisation ID", &["organizzazione", "codice ente", "ente", "id ente"]).by_default(DROP);
    /// Area of service.
    AREA "Area di servizio." = Column::new("area", Kind::Code("service_area"), Ordinary).required()
        .called("Area", "Area", &["area di servizio", "area servizio"]);
    /// Languages in which it is offered.
    LANGUAGES "Le lingue in cui è offerto." = Column::new("languages", Kind::Codes { list: "language_starter_iso639_3", most: 30 }, Ordinary)
        .called("Lingue", "Languages", &["lingua", "lingue parlate"]);
    /// What keeps people from it.
    BARRIERS "Che cosa impedisce di arrivarci." = Column::new("barriers", Kind::Codes { list: "barrier_type", most: 10 }, Ordinary)
        .called("Barriere", "Barriers", &["barriere di accesso", "ostacoli"]);
    /// Day the entry was last verified.
    CHECKED_ON "Il giorno dell'ultima verifica." = Column::new("checked_on", Kind::Date, Ordinary).required()
        .called("Data verifica", "Checked on", &["verificato il", "aggiornato il", "data aggiornamento"]);
    /// Places it has.
    CAPACITY "I posti che ha." = Column::new("capacity", Kind::Whole { min: 0, max: 100_000 }, Ordinary).measured(Unit::Persons)
        .called("Capienza", "Capacity", &["posti", "n posti"]);
}
