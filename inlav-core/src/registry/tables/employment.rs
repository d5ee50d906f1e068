//! Jobs of persons, the exploited one among them.

table! {
    "employment" of "Employment" is "Lavori" "Employment" "I lavori di una persona, tra cui quello di sfruttamento."
        &["lavoro", "storia lavorativa", "percorso lavorativo", "esperienze lavorative", "rapporti di lavoro"];
    /// Jobs of a person, the exploited one among them.
    about_persons = true; required = false;
    /// The job's number in the office's register.
    EMPLOYMENT_ID "Il numero del lavoro nel registro dell'ufficio." = Column::new("employment_id", Kind::Key(IdType::Employment), Pseudonym).required()
        .called("ID lavoro", "Employment ID", &["id", "n lavoro", "id rapporto", "progressivo"]);
    /// Whose job it is.
    SITE_PERSON_ID "Di chi è il lavoro." = of_person().required();
    /// First day of work.
    START "Primo giorno di lavoro." = Column::new("start_on", Kind::Date, Quasi).expected().field("start")
        .called("Data inizio", "Started on", &["inizio", "dal", "data inizio lavoro"])
        .by_default(YEAR);
    /// Last day of work.
    END "Ultimo giorno di lavoro." = Column::new("end_on", Kind::Date, Quasi).field("end")
        .called("Data fine", "Ended on", &["fine", "al", "data fine lavoro"])
        .by_default(YEAR);
    /// Economic activity; its programme sector leaves the PUA.
    ATECO "Attività economica; esce solo il settore del programma." = Column::new("ateco", Kind::Ateco, Quasi).required()
        .called("ATECO", "ATECO", &["codice ateco", "settore ateco", "cod ateco"])
        .by_default(SECTOR);
    /// Occupation, CP2021.
    OCCUPATION "Professione, CP2021." = Column::new("occupation", Kind::Occupation, Quasi)
        .called("Professione", "Occupation", &["mansione", "codice cp2021", "cp2021"]).by_default(DROP);
    /// Contract.
    CONTRACT "Contratto." = Column::new("contract", Kind::Code("contract_type"), Sensitive).expected()
        .called("Contratto", "Contract", &["tipo contratto", "tipo di contratto"]);
    /// Undeclared, under-declared or regular.
    REGULARITY "Nero, grigio o regolare." = Column::new("regularity", Kind::Code("work_regularity"), Sensitive).required()
        .called("Regolarità", "Regularity", &["nero grigio regolare", "tipo lavoro", "regolarita del lavoro"]);
    /// Hours a week in the contract.
    HOURS_CONTRACT "Ore settimanali da contratto." = Column::new("weekly_hours_contract", Kind::Decimal { min: 0, max: 80 }, Ordinary).measured(Unit::HoursPerWeek)
        .called("Ore settimanali da contratto", "Weekly hours, contract", &["ore contratto", "ore da contratto"]);
    /// Hours a week that were worked.
    HOURS_ACTUAL "Ore settimanali effettive." = Column::new("weekly_hours_actual", Kind::Decimal { min: 0, max: 126 }, Ordinary).measured(Unit::HoursPerWeek)
        .called("Ore settimanali effettive", "Weekly hours, actual", &["ore effettive", "ore lavorate", "ore settimanali"]);
    /// Net pay a month.
    PAY_MONTH_NET "Paga netta mensile." = Column::new("pay_month_net", Kind::Decimal { min: 0, max: 20_000 }, Sensitive).measured(Unit::EuroPerMonth)
        .called("Paga netta mensile", "Monthly net pay", &["paga", "retribuzione", "stipendio", "paga mensile", "retribuzione netta"]);
    /// Whether part of it is paid in cash.
    PAID_IN_CASH "Se è pagato, anche in parte, in contanti." = Column::new("paid_in_cash", Kind::YesNo, Sensitive)
        .called("Pagato in contanti", "Paid in cash", &["contanti", "in contanti"]);
    /// Municipality of the work, ISTAT code.
    MUNICIPALITY "Comune del lavoro, codice ISTAT." = Column::new("municipality", Kind::Municipality, Quasi)
        .called("Comune di lavoro", "Municipality of work", &["comune", "luogo di lavoro"]).by_default(DROP);
    /// Whether this is the job of the exploitation.
    EXPLOITATION "Se è il lavoro di sfruttamento." = Column::new("exploitation", Kind::YesNo, Sensitive).required().field("")
        .called("Lavoro di sfruttamento", "Exploitation job", &["sfruttamento", "lavoro sfruttato"]);
    /// Who employed the person: third-party and art. 10 data, sealed never, sent never.
    EMPLOYER "Il datore di lavoro: dati di terzi e dati dell'art. 10, mai sigillati, mai inviati." = Column::new("employer", Kind::FreeText, Direct).field("employer_id")
        .called("Datore di lavoro", "Employer", &["datore", "azienda", "ditta"])
        .by_default(DROP);
    /// Whether an intermediary (*caporale*) took part (art. 603-bis c.p.).
    INTERMEDIARY "Se c'era un intermediario (caporale, art. 603-bis c.p.)." = Column::new("intermediary", Kind::YesNo, Sensitive)
        .called("Intermediario", "Intermediary", &["caporale", "caporalato", "intermediazione"]);
    /// Where the information comes from.
    SOURCE "Da dove viene l'informazione." = Column::new("source", Kind::Code("employment_source"), Ordinary).expected()
        .called("Fonte", "Source", &["fonte informazione", "fonte dati"]);
}
