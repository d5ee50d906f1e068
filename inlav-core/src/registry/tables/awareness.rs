//! Awareness events in the *ambiti*.

table! {
    "awareness" of "AwarenessEvent" is "Sensibilizzazione" "Awareness" "Gli eventi di sensibilizzazione negli ambiti."
        &["eventi", "campagna", "eventi di sensibilizzazione"];
    /// Awareness events in the *ambiti*.
    about_persons = false; required = false;
    /// The event's number in the office's register.
    EVENT_ID "Il numero dell'evento nel registro dell'ufficio." = Column::new("event_id", Kind::Reference(IdType::Awareness), Pseudonym)
        .called("ID evento", "Event ID", &["id", "n evento", "codice evento"]).by_default(DROP);
    /// The *ambito* reached, by its number in the programme's list.
    AMBITO_ID "L'ambito raggiunto, con il suo numero nell'elenco del programma." = Column::new("ambito_id", Kind::Ambito, Ordinary).required()
        .called("Ambito", "Ambito", &["codice ambito", "ambito territoriale", "id ambito"]);
    /// Day.
    ON "Giorno." = Column::new("on", Kind::Date, Ordinary).required()
        .called("Data", "On", &["data evento"]);
    /// Whom it was for.
    AUDIENCE "A chi era rivolto." = Column::new("audience", Kind::Code("audience"), Ordinary).expected()
        .called("Pubblico", "Audience", &["destinatari", "rivolto a"]);
    /// Persons who came.
    PARTICIPANTS "Persone che hanno partecipato." = Column::new("participants", Kind::Whole { min: 0, max: 100_000 }, Ordinary).measured(Unit::Persons)
        .called("Partecipanti", "Participants", &["n partecipanti", "numero partecipanti"]);
    /// Contacts with persons that came of it.
    CONTACTS_GENERATED "I contatti che ne sono nati." = Column::new("contacts_generated", Kind::Whole { min: 0, max: 10_000 }, Ordinary).measured(Unit::Persons)
        .called("Contatti generati", "Contacts generated", &["contatti", "nuovi contatti"]).by_default(DROP);
}
