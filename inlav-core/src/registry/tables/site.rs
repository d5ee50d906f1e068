//! The PUA itself.

table! {
    "site" of "Site" is "PUA" "Site" "Il PUA che ha fatto l'esportazione: una riga."
        &["sede", "sportello", "punto unico di accesso", "dati pua", "scheda pua"];
    /// The PUA that made the export: one row.
    about_persons = false; required = true;
    /// The PUA's identifier in the programme.
    SITE_ID "Il codice del PUA nel programma." = of_site();
    /// Name of the *Ambito Territoriale Sociale*; the programme's list says it already.
    NAME "Nome dell'Ambito Territoriale Sociale; è già nell'elenco del programma." = Column::new("name", Kind::FreeText, Ordinary)
        .called("Nome del PUA", "Name of the PUA", &["denominazione", "ambito territoriale sociale", "ats"]).by_default(DROP);
    /// ISTAT code of the province. Two PUA may share one.
    PROVINCE "Codice ISTAT della provincia. Due PUA possono avere la stessa." = Column::new("province", Kind::Code("istat_province"), Ordinary)
        .called("Provincia", "Province", &["codice provincia", "prov"]).by_default(DROP);
    /// NUTS 3 code.
    NUTS3 "Codice NUTS 3." = Column::new("nuts3", Kind::Code("nuts3"), Ordinary)
        .called("NUTS 3", "NUTS 3 code", &["codice nuts", "nuts"]).by_default(DROP);
    /// First day the PUA was open.
    OPENED_ON "Primo giorno di apertura del PUA." = Column::new("opened_on", Kind::Date, Ordinary).required()
        .called("Data di apertura", "Opened on", &["apertura", "aperto dal", "data apertura"]);
    /// Last day the PUA was open, if it has closed.
    CLOSED_ON "Ultimo giorno di apertura, se il PUA ha chiuso." = Column::new("closed_on", Kind::Date, Ordinary)
        .called("Data di chiusura del PUA", "Closed on", &["chiusura", "chiuso dal"]);
    /// Whether the PUA is new or strengthens a service that was there.
    MODE "Se il PUA è nuovo o potenzia un servizio esistente." = Column::new("mode", Kind::Code("site_mode"), Ordinary).expected()
        .called("Tipo di attivazione", "Mode", &["attivazione", "nuovo o potenziamento", "modalita"]);
    /// The body that leads the PUA.
    LEAD_BODY "L'ente capofila." = Column::new("lead_body", Kind::FreeText, Ordinary)
        .called("Ente capofila", "Lead body", &["capofila", "ente gestore"]).by_default(DROP);
    /// Municipalities that the PUA serves, ISTAT codes.
    CATCHMENT "I comuni serviti, codici ISTAT." = Column::new("catchment_municipalities", Kind::Municipalities, Ordinary)
        .called("Comuni serviti", "Catchment municipalities", &["comuni", "bacino", "comuni dell ambito"]);
    /// Residents of the catchment area (ISTAT).
    POPULATION "Residenti nel bacino (ISTAT)." = Column::new("population", Kind::Whole { min: 0, max: 20_000_000 }, Ordinary).measured(Unit::Persons)
        .called("Popolazione", "Population", &["abitanti", "residenti"]);
    /// Third-country nationals resident in the catchment area (ISTAT).
    TCN_POPULATION "Cittadini di Paesi terzi residenti nel bacino (ISTAT)." = Column::new("tcn_population", Kind::Whole { min: 0, max: 20_000_000 }, Ordinary).measured(Unit::Persons)
        .called("Popolazione di Paesi terzi", "Third-country population", &["residenti paesi terzi", "stranieri residenti"]);
    /// Staff in full-time equivalents.
    STAFF_FTE "Operatori in equivalenti a tempo pieno." = Column::new("staff_fte", Kind::Decimal { min: 0, max: 500 }, Ordinary).measured(Unit::FullTimeEquivalent)
        .called("Operatori FTE", "Staff FTE", &["fte", "personale fte", "operatori equivalenti"]);
}
