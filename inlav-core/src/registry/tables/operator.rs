//! Operators of the PUA and of the bodies around it.

table! {
    "operator" of "Operator" is "Operatori" "Operators" "Le persone che lavorano nel PUA o che sono state formate."
        &["operatore", "personale", "staff", "elenco operatori"];
    /// Those who work at the PUA or were trained.
    about_persons = true; required = false;
    /// The operator's registration number, the same in the whole programme.
    OPERATOR_ID "Il numero dell'operatore, lo stesso in tutto il programma." = Column::new("operator_id", Kind::Key(IdType::Operator), Pseudonym).required()
        .called("ID operatore", "Operator ID", &["id", "codice operatore", "matricola", "cod operatore", "operatore"])
        .by_default(PSEUDONYM_AND_TOKEN);
    /// The PUA the operator works at, if at one.
    SITE_ID "Il PUA in cui lavora, se lavora in un PUA." = of_site();
    /// What the operator does.
    ROLE "La funzione dell'operatore." = Column::new("role", Kind::Code("operator_role"), Ordinary).expected()
        .called("Ruolo", "Role", &["funzione", "qualifica", "profilo"]);
    /// Public, private or non-profit.
    SECTOR "Pubblico, privato o no-profit." = Column::new("sector", Kind::Code("operator_sector"), Ordinary).expected()
        .called("Settore", "Sector", &["settore ente", "tipo ente"]);
    /// The organisation the operator works for, by the office's number.
    ORGANISATION_ID "L'organizzazione per cui lavora, con il numero dell'ufficio." = Column::new("organisation_id", Kind::Reference(IdType::Organisation), Pseudonym).expected()
        .called("ID organizzazione", "Organisation ID", &["ente", "organizzazione", "codice ente", "id ente"]).by_default(DROP);
    /// First day in the role.
    ACTIVE_FROM "Primo giorno nella funzione." = Column::new("active_from", Kind::Date, Ordinary).expected()
        .called("Attivo dal", "Active from", &["dal", "inizio", "data inizio"]);
    /// Last day in the role.
    ACTIVE_TO "Ultimo giorno nella funzione." = Column::new("active_to", Kind::Date, Ordinary)
        .called("Attivo fino al", "Active to", &["al", "fine", "data fine"]);
}
