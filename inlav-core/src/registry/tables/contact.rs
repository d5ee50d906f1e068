//! Contacts with persons, before and during a case.

table! {
    "contact" of "Contact" is "Contatti" "Contacts" "I contatti con le persone, anche anonimi, prima e durante un caso."
        &["contatto", "registro contatti", "accessi", "colloqui di contatto"];
    /// Contacts with persons, anonymous ones included, before and during a case.
    about_persons = true; required = false;
    /// The contact's number in the office's register.
    CONTACT_ID "Il numero del contatto nel registro dell'ufficio." = Column::new("contact_id", Kind::Key(IdType::Contact), Pseudonym).required()
        .called("ID contatto", "Contact ID", &["id", "n contatto", "progressivo"]);
    /// The case it belongs to; blank for an anonymous contact.
    CASE_ID "Il caso a cui appartiene; vuoto se il contatto è anonimo." = of_case();
    /// The PUA that made it.
    SITE_ID "Il PUA che lo ha fatto." = of_site();
    /// Day.
    ON "Giorno." = Column::new("on", Kind::Date, Ordinary).required()
        .called("Data", "On", &["data contatto", "giorno"]);
    /// Who sent the person.
    CHANNEL "Chi ha inviato la persona." = Column::new("channel", Kind::Code("contact_channel"), Ordinary).expected()
        .called("Canale", "Channel", &["inviante", "chi segnala", "canale di contatto"]);
    /// Where it took place.
    PLACE "Dove è avvenuto." = Column::new("place", Kind::Code("contact_place"), Ordinary).expected()
        .called("Luogo", "Place", &["luogo contatto", "dove"]);
    /// Municipality, ISTAT code.
    MUNICIPALITY "Comune, codice ISTAT." = Column::new("municipality", Kind::Municipality, Quasi)
        .called("Comune", "Municipality", &["comune contatto"]).by_default(DROP);
    /// How long it took.
    MINUTES "Quanto è durato." = Column::new("minutes", Kind::Whole { min: 0, max: 1440 }, Ordinary).measured(Unit::Minutes)
        .called("Minuti", "Minutes", &["durata", "durata minuti", "n minuti"]);
    /// With linguistic-cultural mediation.
    MEDIATION "Con mediazione linguistico-culturale." = Column::new("mediation", Kind::YesNo, Ordinary).expected()
        .called("Mediazione", "Mediation", &["con mediatore", "mediatore", "mediazione linguistica"]);
    /// Language of the mediation.
    MEDIATION_LANGUAGE "Lingua della mediazione." = Column::new("mediation_language", Kind::Code("language_starter_iso639_3"), Quasi)
        .called("Lingua della mediazione", "Mediation language", &["lingua", "lingua mediazione"]);
    /// Whether it took place.
    OUTCOME "Se è avvenuto." = Column::new("outcome", Kind::Code("event_outcome"), Ordinary).expected()
        .called("Esito", "Outcome", &["esito contatto"]);
}
