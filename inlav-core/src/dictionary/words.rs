//! Kinds, units, privacy classes and actions in plain words.

use crate::identifiers::IdType;
use crate::language::{Bilingual, Language};
use crate::registry::{Kind, PrivacyClass, Unit};

/// The kind's name, for programs.
pub(super) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Key(_) => "key",
        Kind::Reference(_) => "reference",
        Kind::Code(_) => "code",
        Kind::Codes { .. } => "codes",
        Kind::Date => "date",
        Kind::Deadline => "deadline",
        Kind::Timestamp => "timestamp",
        Kind::Whole { .. } => "whole",
        Kind::Decimal { .. } => "decimal",
        Kind::YesNo => "yes_no",
        Kind::Ambito => "ambito",
        Kind::Ateco => "ateco",
        Kind::Occupation => "occupation",
        Kind::Municipality => "municipality",
        Kind::Municipalities => "municipalities",
        Kind::Site => "site",
        Kind::CodiceFiscale => "codice_fiscale",
        Kind::StpEni => "stp_eni",
        Kind::PermitNumber => "permit_number",
        Kind::PassportNumber { .. } => "passport_number",
        Kind::Cui => "cui",
        Kind::Phone => "phone",
        Kind::Email => "email",
        Kind::FreeText => "free_text",
    }
}

/// What values of the kind are.
pub(super) fn values(kind: Kind) -> Bilingual {
    let (it, en) = match kind {
        Kind::Key(_) => {
            ("numero del registro, diverso in ogni riga", "register number, another one in every row")
        }
        Kind::Reference(id) => {
            let (it, en) = referred(id);
            return Bilingual::of(format!("numero {it}"), format!("number of {en}"));
        }
        Kind::Code(list) => {
            return Bilingual::of(
                format!("un codice della lista {list}, oppure ND, NR, RIF, NA"),
                format!("a code of the list {list}, or ND, NR, RIF, NA"),
            );
        }
        Kind::Codes { list, most } => {
            return Bilingual::of(
                format!("fino a {most} codici della lista {list}, separati da punto e virgola"),
                format!("up to {most} codes of the list {list}, with semicolons between them"),
            );
        }
        Kind::Date => ("data già passata, gg/mm/aaaa", "day that has come, dd/mm/yyyy"),
        Kind::Deadline => ("data, anche futura, gg/mm/aaaa", "day, also a future one, dd/mm/yyyy"),
        Kind::Timestamp => {
            ("data e, se è nota, ora: gg/mm/aaaa hh:mm", "day and, if it is known, hour: dd/mm/yyyy hh:mm")
        }
        Kind::Whole { min, max } => {
            return Bilingual::of(
                format!("numero intero da {min} a {max}"),
                format!("whole number from {min} to {max}"),
            );
        }
        Kind::Decimal { min, max } => {
            return Bilingual::of(
                format!("numero da {min} a {max}, anche con decimali"),
                format!("number from {min} to {max}, decimals allowed"),
            );
        }
        Kind::YesNo => ("sì o no", "yes or no"),
        Kind::Ambito => (
            "numero di un Ambito Territoriale Sociale, per esempio AMB07",
            "number of an Ambito Territoriale Sociale, for example AMB07",
        ),
        Kind::Ateco => ("codice ATECO, per esempio 01.13 o A01", "ATECO code, for example 01.13 or A01"),
        Kind::Occupation => (
            "codice CP2021, da uno a cinque livelli, per esempio 8.4.1",
            "CP2021 code, one to five levels, for example 8.4.1",
        ),
        Kind::Municipality => {
            ("codice ISTAT di un comune, sei cifre", "ISTAT code of a municipality, six digits")
        }
        Kind::Municipalities => (
            "codici ISTAT di comuni, separati da punto e virgola",
            "ISTAT codes of municipalities, with semicolons between them",
        ),
        Kind::Site => ("codice di un PUA del programma", "identifier of a PUA of the programme"),
        Kind::CodiceFiscale => (
            "codice fiscale: 16 caratteri, o 11 cifre se provvisorio",
            "codice fiscale: 16 characters, or 11 digits if provisional",
        ),
        Kind::StpEni => ("STP o ENI e 13 cifre", "STP or ENI and 13 digits"),
        Kind::PermitNumber => (
            "numero di un permesso: da 7 a 12 lettere e cifre",
            "number of a permit: 7 to 12 letters and digits",
        ),
        Kind::PassportNumber { issuing_state } => {
            return Bilingual::of(
                format!("numero di un passaporto: da 5 a 12 lettere e cifre; lo Stato è in {issuing_state}"),
                format!("number of a passport: 5 to 12 letters and digits; the state is in {issuing_state}"),
            );
        }
        Kind::Cui => (
            "CUI: da 6 a 10 lettere e cifre, una cifra per prima",
            "CUI: 6 to 10 letters and digits, a digit first",
        ),
        Kind::Phone => ("un numero di telefono", "one telephone number"),
        Kind::Email => ("un indirizzo e-mail", "one e-mail address"),
        Kind::FreeText => ("testo libero", "free text"),
    };
    Bilingual::of(it, en)
}

/// Whose number a reference is.
const fn referred(id: IdType) -> (&'static str, &'static str) {
    match id {
        IdType::CodiceFiscale | IdType::ProvisionalCode => ("di un codice fiscale", "a codice fiscale"),
        IdType::StpEni => ("di un codice STP o ENI", "an STP or ENI code"),
        IdType::Permit => ("di un permesso", "a permit"),
        IdType::Passport => ("di un passaporto", "a passport"),
        IdType::Cui => ("di un CUI", "a CUI"),
        IdType::Phone => ("di telefono", "a telephone"),
        IdType::Email => ("di posta elettronica", "an e-mail address"),
        IdType::Person => ("di una persona", "a person"),
        IdType::Case => ("di un caso", "a case"),
        IdType::Employment => ("di un rapporto di lavoro", "an employment"),
        IdType::ServiceEvent => ("di un servizio", "a service"),
        IdType::Referral => ("di un invio", "a referral"),
        IdType::Outcome => ("di un esito", "an outcome"),
        IdType::Contact => ("di un contatto", "a contact"),
        IdType::Assessment => ("di una valutazione", "an assessment"),
        IdType::Plan => ("di un piano", "a plan"),
        IdType::Pact => ("di un patto", "a pact"),
        IdType::Awareness => ("di un evento", "an event"),
        IdType::ServiceMap => ("di una voce della mappa dei servizi", "an entry of the map of services"),
        IdType::Session => ("di una sessione di formazione", "a training session"),
        IdType::Organisation => ("di un'organizzazione", "an organisation"),
        IdType::Operator => ("di un operatore", "an operator"),
    }
}

/// What a number counts or measures.
pub(super) fn unit(unit: Unit) -> Bilingual {
    let (it, en) = match unit {
        Unit::Persons => ("persone", "persons"),
        Unit::Year => ("anno", "year"),
        Unit::Hours => ("ore", "hours"),
        Unit::HoursPerWeek => ("ore alla settimana", "hours a week"),
        Unit::Minutes => ("minuti", "minutes"),
        Unit::Euro => ("euro", "euro"),
        Unit::EuroPerMonth => ("euro al mese", "euro a month"),
        Unit::EuroOrHours => ("euro o ore", "euro or hours"),
        Unit::FullTimeEquivalent => ("equivalenti a tempo pieno", "full-time equivalents"),
        Unit::Points => ("punti", "points"),
    };
    Bilingual::of(it, en)
}

/// The class's name and what it means.
pub(super) fn privacy(class: PrivacyClass) -> (&'static str, Bilingual) {
    let (class, it, en) = match class {
        PrivacyClass::Direct => (
            "direct",
            "identifica una persona da solo: non esce mai com'è",
            "names a person alone: it never leaves as it is",
        ),
        PrivacyClass::Pseudonym => (
            "pseudonym",
            "numero di registro: esce solo come pseudonimo",
            "register number: it leaves only as a pseudonym",
        ),
        PrivacyClass::Quasi => (
            "quasi",
            "insieme ad altri può far riconoscere una persona",
            "together with others it may single a person out",
        ),
        PrivacyClass::Sensitive => {
            ("sensitive", "fa danno se si lega a una persona", "harms when it is tied to a person")
        }
        PrivacyClass::Ordinary => ("ordinary", "non riguarda una persona da vicino", "not close to a person"),
        PrivacyClass::FreeText => {
            ("free_text", "può contenere di tutto: non esce mai", "may hold anything: it never leaves")
        }
    };
    (class, Bilingual::of(it, en))
}

/// A fixed text in both languages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Both {
    pub(super) it: &'static str,
    pub(super) en: &'static str,
}

impl Both {
    /// The text in one language.
    pub(super) const fn text(self, language: Language) -> &'static str {
        match language {
            Language::It => self.it,
            Language::En => self.en,
        }
    }
}

const fn both(it: &'static str, en: &'static str) -> Both {
    Both { it, en }
}

pub(super) const TITLE: Both = both("dizionario dei dati", "data dictionary");
pub(super) const GENERATED: Both = both(
    "Generato dal registro delle tabelle del programma inlav; non si modifica a mano.",
    "Generated from the registry of tables of the program inlav; not to be edited by hand.",
);
pub(super) const CONTENTS: Both = both("Indice", "Contents");
pub(super) const PROGRAMME: Both = both("Programma", "Programme");
pub(super) const TABLES: Both = both("Tabelle", "Tables");
pub(super) const CODE_LISTS: Both = both("Liste di codici", "Code lists");
pub(super) const CUP: Both = both("CUP", "CUP");
pub(super) const FUND: Both = both("Fondo", "Fund");
pub(super) const PERIOD: Both = both("Periodo", "Period");
pub(super) const TARGETS: Both = both("Obiettivi", "Targets");
pub(super) const SITES: Both = both("Punti Unici di Accesso", "Single access points");
pub(super) const SITE: Both = both("PUA", "PUA");
pub(super) const AMBITO: Both = both("Ambito", "Ambito");
pub(super) const PROVINCE: Both = both("Provincia", "Province");
pub(super) const ISTAT: Both = both("ISTAT", "ISTAT");
pub(super) const NUTS: Both = both("NUTS 3", "NUTS 3");
pub(super) const COLUMN: Both = both("Colonna", "Column");
pub(super) const MEANING: Both = both("Che cos'è", "What it is");
pub(super) const VALUES: Both = both("Valori", "Values");
pub(super) const PRIVACY: Both = both("Riservatezza", "Privacy");
pub(super) const REQUIRED: Both = both("obbligatoria", "required");
pub(super) const EXPECTED: Both = both("attesa", "expected");
pub(super) const OPTIONAL: Both = both("facoltativa", "optional");
pub(super) const ABOUT_PERSONS: Both = both("riguarda persone", "about persons");
pub(super) const ALSO_CALLED: Both = both("anche:", "also:");
pub(super) const ITEM: Both = both("voce", "item");
pub(super) const IN_EXTRACT: Both = both("nell'estratto:", "in the extract:");
pub(super) const DERIVED: Both = both("Si ricava", "Worked out");
pub(super) const USED_BY: Both = both("Usata da", "Used by");
pub(super) const CODE: Both = both("Codice", "Code");
pub(super) const LABEL: Both = both("Etichetta", "Label");
pub(super) const MAPS_TO: Both = both("Corrisponde a", "Maps to");
pub(super) const VALIDITY: Both = both("In uso", "In use");
pub(super) const SOURCE: Both = both("Fonte", "Source");

/// The targets, each with its number.
pub(super) fn targets(targets: &crate::programme::Targets) -> [(Both, u32); 7] {
    [
        (both("PUA aperti", "PUA opened"), targets.pua),
        (both("Patti territoriali", "Territorial pacts"), targets.territorial_pacts),
        (both("Operatori formati", "Operators trained"), targets.operators_trained),
        (
            both("di cui al reinserimento socio-lavorativo", "of these in socio-occupational reintegration"),
            targets.operators_trained_reintegration,
        ),
        (
            both("di cui all'identificazione preliminare", "of these in preliminary identification"),
            targets.operators_trained_preliminary_identification,
        ),
        (both("Ambiti raggiunti", "Ambiti reached"), targets.ambiti_involved),
        (both("Persone prese in carico", "Persons taken in charge"), targets.beneficiaries),
    ]
}
