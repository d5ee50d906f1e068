//! The sentences of an explanation.

use super::Fate;
use crate::language::{Language, counted};

/// The sentences in one language.
pub(super) struct Words {
    language: Language,
    pub(super) title: &'static str,
    pub(super) purpose: &'static str,
    pub(super) legal_basis: &'static str,
    pub(super) retention: &'static str,
    pub(super) envelope: &'static str,
    pub(super) left_out: &'static str,
    pub(super) no_age: &'static str,
    pub(super) forgotten: &'static str,
    pub(super) hub_can: &'static str,
    pub(super) hub_cannot: &'static str,
    pub(super) unlinked: &'static str,
}

impl Words {
    pub(super) const fn of(language: Language) -> Self {
        match language {
            Language::It => Self {
                language,
                title: "Che cosa esce dal PUA e che cosa no",
                purpose: "Finalità",
                legal_basis: "Base giuridica",
                retention: "Conservazione dell'estratto",
                envelope: "Ogni estratto dice inoltre di quale PUA è, fino a quale giorno coprono i dati, quante righe ha ogni tabella e quante persone restano fuori.",
                left_out: "Restano fuori, con tutte le loro righe, i codici di collegamento e la scheda nella cassaforte:",
                no_age: "nessuno per l'età: la policy non esclude i minorenni",
                forgotten: "le persone che hanno chiesto la cancellazione dei loro dati (GDPR 17)",
                hub_can: "L'hub può usare gli estratti fatti con questa policy.",
                hub_cannot: "ATTENZIONE: l'hub rifiuta gli estratti fatti con questa policy, perché i suoi indicatori leggono colonne che mancano:",
                unlinked: "Senza codici di collegamento delle persone nessuno può sapere chi è seguito da due PUA: riuniti con quelli di altri PUA, questi estratti lo contano due volte. Se non ne ha nessuno, l'hub accetta un estratto solo in un archivio senza altri PUA.",
            },
            Language::En => Self {
                language,
                title: "What leaves the PUA and what does not",
                purpose: "Purpose",
                legal_basis: "Legal basis",
                retention: "Retention of the extract",
                envelope: "Every extract also says of which PUA it is, up to which day the data go, how many rows each table has and how many persons are left out.",
                left_out: "Left out, with all their rows, linkage tokens and record in the vault:",
                no_age: "nobody for an age: the policy does not leave out minors",
                forgotten: "persons who asked for the erasure of their data (GDPR 17)",
                hub_can: "The hub can use extracts made by this policy.",
                hub_cannot: "MIND: the hub refuses extracts made by this policy, because its indicators read columns that are missing:",
                unlinked: "Without linkage tokens of persons nobody can know who is at two PUA: put together with those of other PUA, these extracts count them twice. Without any the hub takes an extract only into a store without other PUA.",
            },
        }
    }

    /// A purpose with its name in policies.
    pub(super) fn purpose_named(&self, purpose: &str) -> String {
        let meaning = match (self.language, purpose) {
            (Language::It, "care") => "lavoro proprio del PUA, senza collegamenti con altri PUA",
            (Language::It, "monitoring") => "monitoraggio del programma",
            (Language::It, "evaluation") => "valutazione del programma da parte dell'università",
            (Language::En, "care") => "the PUA's own work, linked with no other PUA",
            (Language::En, "monitoring") => "monitoring of the programme",
            (Language::En, "evaluation") => "evaluation of the programme by the university",
            _ => return purpose.to_owned(),
        };
        format!("{meaning} ({purpose})")
    }

    pub(super) fn months(&self, months: u32) -> String {
        match self.language {
            Language::It => format!("{} dopo l'ultimo giorno dei dati", counted(months, "mese", "mesi")),
            Language::En => {
                format!("{} after the last day the data cover", counted(months, "month", "months"))
            }
        }
    }

    pub(super) fn withdrew(&self, code: &str, label: &str) -> String {
        match self.language {
            Language::It => {
                format!(
                    "le persone che hanno ritirato il consenso «{label}» ({code}) e non lo hanno dato di nuovo"
                )
            }
            Language::En => {
                format!("persons who withdrew the consent “{label}” ({code}) and did not give it again")
            }
        }
    }

    pub(super) fn younger(&self, age: u8) -> String {
        match self.language {
            Language::It => format!(
                "le persone con meno di {age} anni l'ultimo giorno dei dati; chi ha un'età sconosciuta resta \
                 dentro e viene contato, salvo che un caso dica che è stata avviata la protezione dei minori"
            ),
            Language::En => format!(
                "persons under {age} on the last day the data cover; persons of unknown age stay and are \
                 counted, unless a case says that the protection of minors was set going"
            ),
        }
    }

    pub(super) const fn fate(&self, fate: Fate) -> &'static str {
        match (self.language, fate) {
            (Language::It, Fate::AsItIs) => "Esce com'è",
            (Language::It, Fate::Changed) => "Esce cambiato",
            (Language::It, Fate::Linked) => {
                "Esce come codice di collegamento, in un file a parte accanto allo pseudonimo"
            }
            (Language::It, Fate::Sealed) => "Resta al PUA, nella cassaforte cifrata",
            (Language::It, Fate::Never) => "Non esce",
            (Language::En, Fate::AsItIs) => "Leaves as it is",
            (Language::En, Fate::Changed) => "Leaves changed",
            (Language::En, Fate::Linked) => {
                "Leaves as a linkage token, in a file of its own beside the pseudonym"
            }
            (Language::En, Fate::Sealed) => "Stays at the PUA, in the encrypted vault",
            (Language::En, Fate::Never) => "Does not leave",
        }
    }
}
