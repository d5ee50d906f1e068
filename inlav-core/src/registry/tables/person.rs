//! Persons the PUA met.

table! {
    "person" of "Person" is "Persone" "Persons" "Le persone che il PUA ha incontrato."
        &["persona", "utenti", "utente", "beneficiari", "beneficiario", "anagrafica", "anagrafiche", "people"];
    /// Persons the PUA met.
    about_persons = true; required = true;
    /// The person's number in the office's register.
    SITE_PERSON_ID "Il numero della persona nel registro dell'ufficio." = Column::new("site_person_id", Kind::Key(IdType::Person), Pseudonym).required()
        .called("ID persona", "Person ID", &["id", "id utente", "codice utente", "cod utente", "n utente",
            "numero utente", "id beneficiario", "codice beneficiario", "n scheda", "codice persona", "numero"]);
    /// Family name.
    FAMILY_NAME "Cognome." = Column::new("family_name", Kind::FreeText, Direct).field("")
        .called("Cognome", "Family name", &["surname", "last name"]);
    /// Given name.
    GIVEN_NAME "Nome." = Column::new("given_name", Kind::FreeText, Direct).field("")
        .called("Nome", "Given name", &["first name"]);
    /// Date of birth, if it is known; the year leaves the PUA, the day does not.
    BIRTH_DATE "Data di nascita, se è nota; esce solo l'anno." = Column::new("birth_date", Kind::Date, Direct).expected().field("birth_year")
        .called("Data di nascita", "Date of birth", &["nato il", "nata il", "nato a il", "data nascita", "d nascita",
            "nascita", "dob"])
        .by_default(SEAL_AND_YEAR);
    /// Place of birth, as the office writes it; used only to compare the codice fiscale.
    BIRTH_PLACE "Luogo di nascita, come lo scrive l'ufficio; serve solo al confronto con il codice fiscale." = Column::new("birth_place", Kind::FreeText, Direct).field("")
        .called("Luogo di nascita", "Place of birth", &["comune di nascita", "nato a", "nata a", "citta di nascita"]).by_default(DROP);
    /// Country of birth; used only to compare the codice fiscale.
    BIRTH_COUNTRY "Stato di nascita; serve solo al confronto con il codice fiscale." = Column::new("birth_country", Kind::Code("country"), Quasi).field("")
        .called("Stato di nascita", "Country of birth", &["paese di nascita", "nazione di nascita"]).by_default(DROP);
    /// Codice fiscale, provisional ones included.
    CODICE_FISCALE "Codice fiscale, anche provvisorio." = Column::new("codice_fiscale", Kind::CodiceFiscale, Direct).field("identifiers")
        .called("Codice fiscale", "Tax code", &["cf", "c f", "cod fisc", "cod fiscale", "codfiscale", "codicefiscale"])
        .by_default(SEAL_AND_TOKEN);
    /// STP or ENI code.
    STP_ENI "Codice STP o ENI." = Column::new("stp_eni", Kind::StpEni, Direct).field("identifiers")
        .called("Codice STP/ENI", "STP/ENI code", &["stp", "eni", "codice stp", "tessera stp"])
        .by_default(SEAL_AND_TOKEN);
    /// The health body that issued the STP or ENI code.
    STP_ENI_ISSUER "L'ente sanitario che ha rilasciato il codice STP o ENI." = Column::new("stp_eni_issuer", Kind::FreeText, Direct).field("identifiers")
        .called("Ente di rilascio STP/ENI", "STP/ENI issuer", &["asl di rilascio", "ats di rilascio", "rilasciato da asl"]).by_default(DROP);
    /// Last day the STP or ENI code is valid.
    STP_ENI_VALID_TO "Ultimo giorno di validità del codice STP o ENI." = Column::new("stp_eni_valid_to", Kind::Deadline, Direct).field("identifiers")
        .called("Scadenza STP/ENI", "STP/ENI valid to", &["scadenza stp", "validita stp"]).by_default(DROP);
    /// Number of the residence permit.
    PERMIT_NUMBER "Numero del permesso di soggiorno." = Column::new("permit_number", Kind::PermitNumber, Direct).field("identifiers")
        .called("Numero permesso di soggiorno", "Residence permit number",
            &["permesso", "permesso di soggiorno", "n permesso", "pds", "numero permesso", "n permesso di soggiorno",
              "num permesso"])
        .by_default(SEAL_AND_TOKEN);
    /// Day the residence permit was issued.
    PERMIT_ISSUED_ON "Data di rilascio del permesso di soggiorno." = Column::new("permit_issued_on", Kind::Date, Direct).field("identifiers")
        .called("Data rilascio permesso", "Permit issued on", &["rilascio permesso", "permesso rilasciato il", "data rilascio pds"]).by_default(DROP);
    /// Last day the residence permit is valid.
    PERMIT_VALID_TO "Scadenza del permesso di soggiorno." = Column::new("permit_valid_to", Kind::Deadline, Direct).field("identifiers")
        .called("Scadenza permesso", "Permit valid to", &["scadenza permesso di soggiorno", "scadenza pds", "permesso valido fino al"]).by_default(DROP);
    /// State that issued the passport.
    PASSPORT_STATE "Lo Stato che ha rilasciato il passaporto." = Column::new("passport_state", Kind::Code("country"), Direct).field("identifiers")
        .called("Stato di rilascio del passaporto", "Passport issuing state",
            &["stato passaporto", "paese passaporto", "passaporto rilasciato da", "rilasciato da"]);
    /// Number of the passport.
    PASSPORT_NUMBER "Numero del passaporto." = Column::new("passport_number", Kind::PassportNumber { issuing_state: "passport_state" }, Direct).field("identifiers")
        .called("Numero passaporto", "Passport number", &["passaporto", "n passaporto", "passport", "num passaporto"])
        .by_default(SEAL_AND_TOKEN);
    /// CUI, the code of the police's register of fingerprints.
    CUI "CUI, il codice del registro di polizia delle impronte." = Column::new("cui", Kind::Cui, Direct).field("identifiers")
        .called("Codice CUI", "CUI code", &["cod cui", "codice unico identificativo", "codice afis"])
        .by_default(SEAL_AND_TOKEN);
    /// Number of an Italian identity card.
    IDENTITY_CARD "Numero della carta d'identità italiana." = Column::new("identity_card", Kind::FreeText, Direct).field("identifiers")
        .called("Numero carta d'identità", "Identity card number", &["carta d identita", "carta identita", "ci", "n carta identita"]);
    /// Number of an asylum application (VESTANET).
    ASYLUM_NUMBER "Numero della pratica di asilo (VESTANET)." = Column::new("asylum_number", Kind::FreeText, Direct).field("identifiers")
        .called("Numero VESTANET", "Asylum application number", &["vestanet", "pratica asilo", "n vestanet"]);
    /// Telephone.
    PHONE "Telefono." = Column::new("phone", Kind::Phone, Direct).field("identifiers")
        .called("Telefono", "Phone", &["tel", "cell", "cellulare", "recapito telefonico", "recapito", "n telefono"]);
    /// Electronic mail.
    EMAIL "Posta elettronica." = Column::new("email", Kind::Email, Direct).field("")
        .called("E-mail", "Email", &["mail", "posta elettronica", "indirizzo email", "indirizzo e mail"]);
    /// Where the person lives or sleeps.
    ADDRESS "Dove la persona vive o dorme." = Column::new("address", Kind::FreeText, Direct).field("")
        .called("Indirizzo", "Address", &["residenza", "domicilio", "via", "abitazione"]);
    /// Gender.
    GENDER "Genere." = Column::new("gender", Kind::Code("gender"), Quasi).required()
        .called("Genere", "Gender", &["sesso", "sex"]);
    /// Citizenship, ISO 3166-1 alpha-3; XXA is stateless.
    CITIZENSHIP "Cittadinanza, ISO 3166-1 alpha-3; XXA è apolide." = Column::new("citizenship", Kind::Code("country"), Quasi).required()
        .called("Cittadinanza", "Citizenship", &["nazionalita", "paese di cittadinanza", "nationality", "cittadinanza 1"]);
    /// Further citizenships, at most two.
    OTHER_CITIZENSHIPS "Altre cittadinanze, al massimo due." = Column::new("other_citizenships", Kind::Codes { list: "country", most: 2 }, Quasi).field("citizenship")
        .called("Altre cittadinanze", "Other citizenships", &["cittadinanza 2", "seconda cittadinanza", "altra cittadinanza"]).by_default(DROP);
    /// Whether the person is stateless.
    STATELESS "Se la persona è apolide." = Column::new("stateless", Kind::YesNo, Sensitive)
        .called("Apolide", "Stateless", &["apolidia"]).by_default(DROP);
    /// Languages the person speaks.
    LANGUAGES "Le lingue che la persona parla." = Column::new("languages", Kind::Codes { list: "language_starter_iso639_3", most: 10 }, Quasi)
        .called("Lingue", "Languages", &["lingue parlate", "lingua", "lingua madre"]);
    /// Level of Italian (Common European Framework).
    ITALIAN_LEVEL "Livello di italiano (Quadro comune europeo)." = Column::new("italian_level", Kind::Code("italian_level"), Ordinary)
        .called("Livello di italiano", "Level of Italian", &["italiano", "livello italiano", "conoscenza italiano"]);
    /// Highest education reached, ISCED 2011.
    EDUCATION "Il titolo di studio più alto, ISCED 2011." = Column::new("education", Kind::Code("isced2011"), Ordinary).expected()
        .called("Titolo di studio", "Education", &["istruzione", "scolarita", "livello di istruzione"]);
    /// Municipality of residence, ISTAT code; too small a place to leave the PUA.
    RESIDENCE_MUNICIPALITY "Comune di residenza, codice ISTAT; un luogo troppo piccolo per uscire." = Column::new("residence_municipality", Kind::Municipality, Quasi)
        .called("Comune di residenza", "Municipality of residence", &["comune residenza", "comune"]).by_default(DROP);
    /// Year of arrival in Italy.
    ARRIVAL_YEAR_IT "Anno di arrivo in Italia." = Column::new("arrival_year_it", Kind::Whole { min: 1940, max: 2100 }, Quasi).measured(Unit::Year)
        .called("Anno di arrivo in Italia", "Year of arrival in Italy", &["anno arrivo", "in italia dal", "arrivo in italia"]);
    /// Children who live with the person.
    HOUSEHOLD_CHILDREN "Figli che vivono con la persona." = Column::new("household_children", Kind::Whole { min: 0, max: 20 }, Quasi).measured(Unit::Persons)
        .called("Figli conviventi", "Children in the household", &["figli", "n figli", "numero figli", "figli a carico"]).by_default(DROP);
    /// What the operator wrote.
    NOTES "Quello che l'operatore ha scritto." = Column::new("notes", Kind::FreeText, FreeText).field("")
        .called("Note", "Notes", &["annotazioni", "osservazioni", "commenti", "note operatore"]);
}
