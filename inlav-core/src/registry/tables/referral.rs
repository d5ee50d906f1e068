//! Referrals to and from other bodies.

table! {
    "referral" of "Referral" is "Invii" "Referrals" "Gli invii da e verso altri enti."
        &["invio", "segnalazioni inviate", "invii a enti", "rinvii"];
    /// Referrals to and from other bodies.
    about_persons = true; required = false;
    /// The referral's number in the office's register.
    REFERRAL_ID "Il numero dell'invio nel registro dell'ufficio." = Column::new("referral_id", Kind::Key(IdType::Referral), Pseudonym).required()
        .called("ID invio", "Referral ID", &["id", "n invio", "progressivo"]);
    /// The case it belongs to.
    CASE_ID "Il caso a cui appartiene." = of_case().required();
    /// Incoming or outgoing.
    DIRECTION "In entrata o in uscita." = Column::new("direction", Kind::Code("referral_direction"), Ordinary).expected()
        .called("Direzione", "Direction", &["entrata uscita", "in out"]);
    /// Body the person is sent to or comes from.
    BODY_TYPE "L'ente a cui la persona è inviata o da cui viene." = Column::new("body_type", Kind::Code("contact_channel"), Ordinary).required()
        .called("Tipo di ente", "Body type", &["ente", "ente destinatario", "inviato a", "destinatario"]);
    /// The organisation, by the office's number.
    ORGANISATION_ID "L'organizzazione, con il numero dell'ufficio." = Column::new("organisation_id", Kind::Reference(IdType::Organisation), Pseudonym).expected()
        .called("ID organizzazione", "Organisation ID", &["organizzazione", "codice ente", "id ente"]);
    /// Why.
    REASON "Il motivo." = Column::new("reason", Kind::Code("htcds_referral_reason"), Sensitive).expected()
        .called("Motivo", "Reason", &["motivo invio", "motivo dell invio"]);
    /// Where the referral stands.
    STATUS "A che punto è l'invio." = Column::new("status", Kind::Code("referral_status"), Ordinary).required()
        .called("Stato", "Status", &["stato invio", "esito", "esito invio"]);
    /// Whether the law demands it, so that no consent is needed.
    LEGAL_DUTY "Se è un obbligo di legge, per cui non serve il consenso." = Column::new("legal_duty", Kind::YesNo, Ordinary).field("")
        .called("Obbligo di legge", "Legal duty", &["obbligo", "segnalazione obbligatoria"]).by_default(DROP);
    /// Day it was sent.
    SENT_ON "Il giorno dell'invio." = Column::new("sent_on", Kind::Date, Ordinary).expected()
        .called("Data invio", "Sent on", &["inviato il", "data di invio", "data"]);
    /// Day the body answered.
    ANSWERED_ON "Il giorno della risposta." = Column::new("answered_on", Kind::Date, Ordinary)
        .called("Data risposta", "Answered on", &["risposta il", "data di risposta", "risposta"]);
    /// Day the body began its service.
    STARTED_ON "Il giorno in cui l'ente ha cominciato." = Column::new("started_on", Kind::Date, Ordinary)
        .called("Data avvio", "Started on", &["avviato il", "inizio"]);
    /// Day it was concluded.
    CLOSED_ON "Il giorno della conclusione." = Column::new("closed_on", Kind::Date, Ordinary)
        .called("Data conclusione", "Closed on", &["concluso il", "chiusura", "data chiusura"]);
}
