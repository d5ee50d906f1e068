//! The sentences of the annex.

use crate::language::{Language, counted};
use crate::policy::explain::Fate;
use crate::registry::PrivacyClass;

/// Who or what, and two things that are said of it.
pub(super) type Row = [&'static str; 3];

/// The sentences in one language, whatever the road of the extract.
pub(super) struct Words {
    language: Language,
    pub(super) title: &'static str,
    pub(super) processing: &'static str,
    pub(super) programme: &'static str,
    pub(super) controllers: &'static str,
    pub(super) purpose: &'static str,
    pub(super) legal_basis: &'static str,
    pub(super) steps_intro: &'static str,
    pub(super) data: &'static str,
    pub(super) data_intro: &'static str,
    pub(super) column: &'static str,
    pub(super) class: &'static str,
    pub(super) becomes: &'static str,
    pub(super) persons: &'static str,
    pub(super) persons_intro: &'static str,
    pub(super) left_out: &'static str,
    pub(super) recipients: &'static str,
    pub(super) recipients_head: [&'static str; 3],
    pub(super) retention: &'static str,
    pub(super) vault_kept: &'static str,
    pub(super) tokens_kept: &'static str,
    pub(super) measures: &'static str,
    pub(super) measures_intro: &'static str,
    pub(super) measures_head: [&'static str; 3],
    pub(super) risks: &'static str,
    pub(super) risks_intro: &'static str,
    pub(super) risks_always: &'static [&'static str],
    pub(super) risk_quasi: &'static str,
    pub(super) risk_sensitive: &'static str,
    pub(super) risk_minors: &'static str,
    pub(super) risk_consent: &'static str,
    pub(super) open: &'static str,
    pub(super) open_intro: &'static str,
    pub(super) to_fill: &'static str,
    pub(super) to_fill_intro: &'static str,
    pub(super) to_fill_points: &'static [&'static str],
}

impl Words {
    pub(super) const fn of(language: Language) -> Self {
        match language {
            Language::It => IT,
            Language::En => EN,
        }
    }

    pub(super) fn controllers_are(&self, sites: usize) -> String {
        match self.language {
            Language::It => format!(
                "i {sites} PUA, ciascuno per i propri dati; i ruoli di Regione, ANCI e università sono da indicare (GDPR 26, 28)"
            ),
            Language::En => format!(
                "the {sites} PUA, each for its own data; the roles of region, ANCI and university are to be said (GDPR 26, 28)"
            ),
        }
    }

    pub(super) fn extract_kept(&self, months: u32) -> String {
        match self.language {
            Language::It => format!(
                "L'estratto si conserva {} dopo l'ultimo giorno dei dati; il termine sta nel manifesto firmato. Il programma non cancella da sé: la cancellazione è compito di chi lo riceve.",
                counted(months, "mese", "mesi")
            ),
            Language::En => format!(
                "The extract is kept for {} after the last day the data cover; the term stands in the signed manifest. The program erases nothing by itself: erasure is the duty of who receives it.",
                counted(months, "month", "months")
            ),
        }
    }

    pub(super) const fn class_of(&self, class: PrivacyClass) -> &'static str {
        match (self.language, class) {
            (Language::It, PrivacyClass::Direct) => "identificativo diretto",
            (Language::It, PrivacyClass::Pseudonym) => "numero di registro",
            (Language::It, PrivacyClass::Quasi) => "quasi-identificativo",
            (Language::It, PrivacyClass::Sensitive) => "sensibile (GDPR 9 e 10, o dannoso per la persona)",
            (Language::It, PrivacyClass::Ordinary) => "ordinario",
            (Language::It, PrivacyClass::FreeText) => "testo libero",
            (Language::En, PrivacyClass::Direct) => "direct identifier",
            (Language::En, PrivacyClass::Pseudonym) => "register number",
            (Language::En, PrivacyClass::Quasi) => "quasi-identifier",
            (Language::En, PrivacyClass::Sensitive) => "sensitive (GDPR 9 and 10, or harmful to the person)",
            (Language::En, PrivacyClass::Ordinary) => "ordinary",
            (Language::En, PrivacyClass::FreeText) => "free text",
        }
    }

    pub(super) const fn fate(&self, fate: Fate) -> &'static str {
        match (self.language, fate) {
            (Language::It, Fate::AsItIs) => "esce com'è",
            (Language::It, Fate::Changed) => "esce cambiato",
            (Language::It, Fate::Linked) => "codice di collegamento",
            (Language::It, Fate::Sealed) => "nella cassaforte",
            (Language::It, Fate::Never) => "non esce",
            (Language::En, Fate::AsItIs) => "leaves as it is",
            (Language::En, Fate::Changed) => "leaves changed",
            (Language::En, Fate::Linked) => "linkage token",
            (Language::En, Fate::Sealed) => "in the vault",
            (Language::En, Fate::Never) => "does not leave",
        }
    }
}

const IT: Words = Words {
    language: Language::It,
    title: "Allegato alla valutazione d'impatto sulla protezione dei dati (GDPR 35)",
    processing: "Descrizione del trattamento (GDPR 35(7)(a))",
    programme: "Programma",
    controllers: "Titolari",
    purpose: "Finalità",
    legal_basis: "Base giuridica",
    steps_intro: "Il trattamento, passo per passo:",
    data: "Categorie di dati e che cosa ne è",
    data_intro: "Quante colonne di ogni classe escono e in quale forma; una colonna può stare in più caselle, per esempio se va nella cassaforte e ne esce l'anno. Seguono le colonne, tabella per tabella.",
    column: "Colonna",
    class: "Classe",
    becomes: "Che cosa ne è",
    persons: "Interessati",
    persons_intro: "Persone sfruttate o a rischio di sfruttamento nel lavoro, in gran parte straniere: interessati vulnerabili (WP 248). Inoltre gli operatori dei PUA e degli enti formati. I datori di lavoro e gli intermediari sono terzi: il loro nome non esce.",
    left_out: "Restano fuori dall'estratto, con tutte le loro righe:",
    recipients: "Destinatari",
    recipients_head: ["Chi", "Che cosa riceve", "Che cosa non ha"],
    retention: "Conservazione (GDPR 5(1)(e))",
    vault_kept: "La cassaforte resta al PUA e segue i termini del PUA.",
    tokens_kept: "Distrutta la chiave di un'epoca, i codici di collegamento di quell'epoca non collegano più nessuno di nuovo.",
    measures: "Misure (GDPR 35(7)(d), 25, 32)",
    measures_intro: "Minacce, prove e limiti di ogni misura sono in docs/SECURITY.md.",
    measures_head: ["Misura", "Contro che cosa", "Riferimento"],
    risks: "Rischi residui (GDPR 35(7)(c))",
    risks_intro: "Restano, dopo le misure:",
    risks_always: &[
        "l'estratto resta un insieme di dati personali: va protetto come tale",
        "chi ha la chiave del PUA e l'estratto può ritrovare ogni persona di quel PUA",
        "le date degli eventi, combinate fra loro, possono individuare una persona a chi la conosce",
    ],
    risk_quasi: "i quasi-identificativi (per esempio anno di nascita, cittadinanza, genere), combinati, possono individuare una persona",
    risk_sensitive: "se una persona viene individuata, si conoscono lo sfruttamento subito, il titolo di soggiorno e altri dati sensibili",
    risk_minors: "la policy non esclude i minorenni: servono garanzie proprie (L. 47/2017)",
    risk_consent: "la policy non esclude chi ha ritirato un consenso: la base giuridica deve reggere da sola",
    open: "Che cosa non è coperto",
    open_intro: "Il programma non fa, e questo allegato non valuta:",
    to_fill: "Da completare a cura dei titolari",
    to_fill_intro: "Solo i titolari possono dire:",
    to_fill_points: &[
        "necessità e proporzionalità rispetto alla finalità (GDPR 35(7)(b))",
        "il parere del responsabile della protezione dei dati (GDPR 35(2)) e il punto di vista degli interessati (GDPR 35(9))",
        "probabilità e gravità di ogni rischio per i diritti e le libertà, e se i rischi residui sono accettabili",
        "contitolari, responsabili e persone autorizzate, per nome e ruolo",
        "se serve la consultazione preventiva del Garante (GDPR 36)",
    ],
};

const EN: Words = Words {
    language: Language::En,
    title: "Annex to the data protection impact assessment (GDPR 35)",
    processing: "Description of the processing (GDPR 35(7)(a))",
    programme: "Programme",
    controllers: "Controllers",
    purpose: "Purpose",
    legal_basis: "Legal basis",
    steps_intro: "The processing, step by step:",
    data: "Categories of data and what becomes of them",
    data_intro: "How many columns of each class leave, and in which form; a column may be in several cells, for example if it goes into the vault and its year leaves. The columns follow, table by table.",
    column: "Column",
    class: "Class",
    becomes: "What becomes of it",
    persons: "Data subjects",
    persons_intro: "Persons exploited or at risk of exploitation at work, most of them foreigners: vulnerable data subjects (WP 248). Besides them the operators of the PUA and of the bodies that were trained. Employers and intermediaries are third parties: their names do not leave.",
    left_out: "Left out of the extract, with all their rows:",
    recipients: "Recipients",
    recipients_head: ["Who", "What they receive", "What they do not have"],
    retention: "Retention (GDPR 5(1)(e))",
    vault_kept: "The vault stays at the PUA and follows the PUA's own terms.",
    tokens_kept: "Once an epoch's key is destroyed, the tokens of that epoch link nobody new any more.",
    measures: "Measures (GDPR 35(7)(d), 25, 32)",
    measures_intro: "The threats, tests and limits of every measure are in docs/SECURITY.md.",
    measures_head: ["Measure", "Against what", "Reference"],
    risks: "Residual risks (GDPR 35(7)(c))",
    risks_intro: "What stays, after the measures:",
    risks_always: &[
        "the extract remains personal data: it is to be protected as such",
        "whoever has the PUA's key and the extract can find every person of that PUA again",
        "days of events, taken together, may single a person out to somebody who knows them",
    ],
    risk_quasi: "quasi-identifiers (for example year of birth, citizenship, gender), taken together, may single a person out",
    risk_sensitive: "if a person is singled out, the exploitation they suffered, their residence title and other sensitive data are known",
    risk_minors: "the policy does not leave out minors: they need safeguards of their own (L. 47/2017)",
    risk_consent: "the policy does not leave out who withdrew a consent: the legal basis has to hold by itself",
    open: "What is not covered",
    open_intro: "The program does not do, and this annex does not assess:",
    to_fill: "To be completed by the controllers",
    to_fill_intro: "Only the controllers can say:",
    to_fill_points: &[
        "necessity and proportionality with regard to the purpose (GDPR 35(7)(b))",
        "the advice of the data protection officer (GDPR 35(2)) and the view of the data subjects (GDPR 35(9))",
        "likelihood and severity of each risk to rights and freedoms, and whether the residual risks are acceptable",
        "joint controllers, processors and authorised persons, by name and role",
        "whether the supervisory authority is to be consulted beforehand (GDPR 36)",
    ],
};
