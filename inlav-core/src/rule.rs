//! The rules of the domain: number, severity, and what to say in Italian and English.
//!
//! `R01` to `R40` are the domain's list; `K` rules are ours: keys, references, what indicators
//! need, persons entered twice. A PUA's check judges them, with two exceptions: R34 is for the hub,
//! which alone sees two PUA, and R38 for the policy, which lets no free text out.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The export is not to be used.
    Error,
    /// The export can be used; somebody should look.
    Warning,
}

/// What a rule says when it is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RuleText {
    /// Its number.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what to do, in Italian.
    pub text_it: &'static str,
    /// What is wrong and what to do, in English.
    pub text_en: &'static str,
}

macro_rules! rules {
    ($( $rule:ident = $id:literal $severity:ident $it:literal $en:literal; )*) => {
        /// A rule, one for each thing to say.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $(
                #[doc = concat!($id, ": ", $en, ".")]
                $rule
            ),*
        }

        impl Rule {
            const ALL: &[Self] = &[$(Self::$rule),*];

            /// What it says.
            #[must_use]
            pub const fn text(self) -> RuleText {
                match self {
                    $(Self::$rule => RuleText { id: $id, severity: Severity::$severity, text_it: $it, text_en: $en }),*
                }
            }
        }
    };
}

/// Every rule, in the order of the list. A number is there more than once
/// if there is more than one way to break it.
pub fn rules() -> impl Iterator<Item = RuleText> {
    Rule::ALL.iter().map(|rule| rule.text())
}

rules! {
    DatesInOrder = "R01" Error
        "le date del caso non sono in ordine: segnalazione, contatto, valutazione, presa in carico, piano, chiusura"
        "the dates of the case are not in order: reported, contacted, assessed, taken in charge, plan, closed";
    AfterExport = "R02" Error
        "la data è successiva all'esportazione"
        "the date lies after the export";
    BeforeProgramme = "R02" Error
        "la data precede l'inizio del programma"
        "the date lies before the start of the programme";
    BeforeOpening = "R03" Error
        "il primo contatto precede l'apertura del PUA; se è giusto, scrivere sì nella colonna «Contatto prima dell'apertura»"
        "the first contact lies before the opening of the PUA; if that is right, write yes in the column \"Pre-activity contact\"";
    BeforeDeadline = "R04" Warning
        "il PUA ha contatti prima del termine delle candidature: le date sono vere?"
        "the PUA has contacts before the deadline for applications: are the dates real?";
    ClosedWithoutEnd = "R05" Error
        "il caso è chiuso ma manca la data o il motivo della chiusura"
        "the case is closed but has no day or no reason of closure";
    EndWithoutClosed = "R05" Error
        "c'è una data o un motivo di chiusura ma il caso non è chiuso"
        "there is a day or a reason of closure but the case is not closed";
    IllegalStep = "R06" Error
        "questo passaggio di stato non è possibile dopo quello precedente"
        "this step cannot follow the one before it";
    StateNotReached = "R06" Error
        "lo stato del caso non è quello a cui portano i suoi passaggi"
        "the state of the case is not the one to which its steps lead";
    NoConsent = "R07" Error
        "la persona è stata presa in carico senza un consenso valido quel giorno (tipo PRESA)"
        "the person was taken in charge without a consent in force on that day (type PRESA)";
    NoConsentToRefer = "R08" Error
        "invio senza un consenso valido quel giorno (tipo INVIO) e senza obbligo di legge"
        "a referral without a consent in force on that day (type INVIO) and without a legal duty";
    NotHandedOver = "R09" Error
        "chiuso per invio all'antitratta, ma manca un invio accettato dall'antitratta o dal Numero Verde prima della chiusura"
        "closed as transferred to anti-trafficking, but no referral was accepted by such a body or the helpline before the closure";
    NobodyDecided = "R10" Error
        "l'identificazione formale deve dire chi l'ha decisa (mai il PUA) e quando"
        "a formal identification says who decided it (never the PUA) and when";
    Age = "R11" Error
        "l'età al primo contatto non è tra 14 e 99 anni"
        "the age at the first contact is not between 14 and 99 years";
    Minor = "R11" Warning
        "persona minorenne al primo contatto: segue il percorso di protezione dei minori (colonna «Percorso minori»)"
        "the person was under 18 at the first contact: the protection of minors applies (column \"Minor protection path\")";
    CitizenshipTwice = "R12" Error
        "la stessa cittadinanza è scritta due volte"
        "the same citizenship is written twice";
    Stateless = "R12" Error
        "apolide e cittadinanza si contraddicono: gli apolidi hanno cittadinanza XXA"
        "stateless and citizenship contradict each other: the stateless have citizenship XXA";
    NotThirdCountry = "R13" Warning
        "la persona è cittadina italiana, UE, SEE o svizzera: è fuori dal target dei Paesi terzi e sarà contata a parte"
        "the person is a citizen of Italy, the EU, the EEA or Switzerland: outside the target of third countries and counted apart";
    TitleOfCitizens = "R14" Error
        "il titolo di soggiorno è quello di un cittadino italiano o UE, la cittadinanza no"
        "the residence title is that of a citizen of Italy or the EU, the citizenship is not";
    TitleNotInForce = "R15" Error
        "questo titolo di soggiorno non esisteva il giorno del rilascio (l'art. 22 c. 12-quater ha lasciato il posto all'art. 18-ter l'11/10/2024)"
        "this residence title did not exist on the day it was issued (art. 22(12-quater) gave way to art. 18-ter on 11/10/2024)";
    TemporaryProtection = "R16" Warning
        "protezione temporanea a una persona che non è cittadina ucraina: è giusto se risiedeva in Ucraina"
        "temporary protection of a person who is no citizen of Ukraine: right if the person lived there";
    Dimension = "R17" Error
        "la dimensione non è quella che risulta dai suoi indicatori (regole R1-R4 dell'ILO)"
        "the dimension is not the one that follows from its indicators (ILO rules R1 to R4)";
    ScoreOfTooFew = "R18" Error
        "un punteggio vale solo con almeno 8 risposte su 11"
        "a score means something only with at least 8 answers of 11";
    AtecoEdition = "R19" Error
        "il codice ATECO non esiste nell'edizione in vigore all'inizio del lavoro (2007 fino al 2024, poi 2025)"
        "the ATECO code is not in the edition in force when the job began (2007 until 2024, then 2025)";
    SectorUnknown = "R20" Warning
        "la sola lettera ATECO, o il solo settore «servizi alla persona», non dice l'attività: scrivere la divisione (per esempio 97, 96 o 88)"
        "the ATECO letter alone, or the sector of personal services alone, does not tell the activity: write the division (for example 97, 96 or 88)";
    EndBeforeStart = "R21" Error
        "il lavoro finisce prima di cominciare"
        "the job ends before it begins";
    TooManyHours = "R21" Warning
        "i lavori contemporanei della persona superano le 80 ore settimanali"
        "the person's jobs at one time exceed 80 hours a week";
    LongHoursDenied = "R22" Warning
        "più di 60 ore effettive a settimana, ma la valutazione nega l'orario eccessivo (ILO 11)"
        "more than 60 actual hours a week, but the assessment denies excessive overtime (ILO 11)";
    UndeclaredWithContract = "R23" Warning
        "lavoro nero con un contratto: se il contratto c'è, il lavoro è grigio"
        "undeclared work with a contract: with a contract it is under-declared work";
    DocumentsDenied = "R24" Warning
        "documenti trattenuti secondo l'indicatore ILO 7, ma non secondo gli indicatori Delphi D2.05 e D5.01"
        "documents retained by ILO indicator 7, but not by the Delphi indicators D2.05 and D5.01";
    NoLanguage = "R25" Error
        "una mediazione deve dire in quale lingua"
        "a mediation says in which language";
    OutsideTheCase = "R26" Error
        "la data non è tra il primo contatto del caso e 12 mesi dopo la chiusura"
        "the date does not lie between the first contact of the case and 12 months after its closure";
    NoTraineeship = "R27" Error
        "assunzione dopo tirocinio, ma prima non c'è nessun tirocinio"
        "hired after a traineeship, but there was none before";
    NoEmployment = "R28" Error
        "lavoro regolare avviato, ma manca un lavoro con un contratto che cominci entro 30 giorni"
        "a regular job has started, but no job with a contract begins within 30 days";
    OutsideTheWindow = "R29" Error
        "il follow-up non è nella sua finestra (4 settimane: 0-28 giorni dall'uscita; 6 mesi: giorno 180 ± 30; 12 mesi: giorno 365 ± 30)"
        "the follow-up is not in its window (4 weeks: days 0 to 28 after exit; 6 months: day 180 ± 30; 12 months: day 365 ± 30)";
    NotImproved = "R30" Error
        "il lavoro non può essere migliorato: la persona non lavorava all'ingresso o non lavora ora, oppure nessun esito o lavoro lo mostra"
        "the job cannot have improved: the person had none at entry or has none now, or no outcome and no job shows it";
    AttendanceTwice = "R31" Error
        "la stessa presenza dell'operatore è scritta due volte"
        "the same attendance of the operator is written twice";
    SignedPact = "R32" Error
        "un patto sottoscritto ha una data di firma e almeno due firmatari"
        "a signed pact has a day of signature and at least two signatories";
    TwoOpenCases = "R33" Error
        "la persona ha già un caso aperto presso questo PUA"
        "the person has an open case at this PUA already";
    OpenElsewhere = "R34" Warning
        "qualcuno ha un caso aperto presso più di un PUA: chiedere ai PUA chi lo segue"
        "somebody has an open case at more than one PUA; ask the PUA who follows whom";
    TaxCode = "R35" Warning
        "il codice fiscale non ha la sua forma, o il carattere di controllo, il giorno o il luogo di nascita non tornano"
        "the tax code does not have its form, or its check character, day or place of birth is wrong";
    HealthCodeOfNowhere = "R36" Error
        "un codice STP o ENI deve dire chi lo ha rilasciato e fino a quando vale"
        "an STP or ENI code says who issued it and until when it is valid";
    TaxCodeDisagrees = "R37" Warning
        "il codice fiscale non corrisponde a nome, data di nascita, genere o luogo di nascita della persona: quale è giusto?"
        "the tax code does not agree with the person's name, date of birth, gender or place of birth: which is right?";
    FreeTextKept = "R38" Error
        "un testo libero può contenere qualsiasi cosa"
        "free text may hold anything";
    MissingShare = "R39" Warning
        "il valore manca in più di una riga su cinque"
        "the value is missing in more than one row in five";
    FirstOfMonth = "R40" Warning
        "troppi primi contatti cadono il primo giorno del mese: le date sono vere?"
        "too many first contacts fall on the first day of a month: are the dates real?";
    KeyTwice = "K01" Error
        "il numero di registro è usato da un'altra riga"
        "the register number is used by another row";
    UnknownReference = "K02" Error
        "il numero di registro non esiste nella tabella a cui rimanda"
        "the register number does not exist in the table it refers to";
    DocumentTwice = "K03" Warning
        "il documento è anche di un'altra persona: è un doppione? Il documento lega le due righe in una persona sola"
        "the document is another person's too: is it a duplicate? The document makes the two rows one person";
    OneSiteRow = "K04" Error
        "la tabella del PUA ha esattamente una riga"
        "the table of the PUA has exactly one row";
    TakenWithoutDay = "K05" Warning
        "lo stato dice che la persona è stata presa in carico, ma manca la data: non sarà contata come presa in carico"
        "the state says that the person was taken in charge but the day is missing: it will not be counted as taken in charge";
    OtherSite = "K06" Error
        "la riga è di un altro PUA"
        "the row is another PUA's";
    RepeatedHeadings = "row" Warning
        "la riga ripete le intestazioni ed è stata tralasciata"
        "the row repeats the headings and was left out";
    Total = "row" Warning
        "la riga sembra un totale ed è stata tralasciata; se è una riga vera, completarla"
        "the row looks like a total and was left out; if it is a real one, complete it";
    Remark = "row" Warning
        "la riga sembra un'annotazione ed è stata tralasciata; se è una riga vera, completarla"
        "the row looks like a remark and was left out; if it is a real one, complete it";
    Incomplete = "row" Warning
        "la riga non ha niente di ciò che ogni riga deve avere, oltre al suo numero: è una riga di questa tabella? Se sì, completarla; altrimenti toglierla"
        "the row has nothing of what every row needs but its number: is it a row of this table? If so, complete it; otherwise take it out";
    IdentifierKept = "K07" Error
        "la cella sembra un codice fiscale, un telefono, un'e-mail o un IBAN, ma la colonna è un'altra e uscirebbe dal PUA: correggere la mappatura"
        "the cell looks like a codice fiscale, telephone, e-mail or IBAN, but the column is another one and would leave the PUA: mend the mapping";
    IdentifierElsewhere = "K07" Warning
        "la cella sembra un codice fiscale, un telefono, un'e-mail o un IBAN, ma la colonna è un'altra: non servirà a riconoscere la persona"
        "the cell looks like a codice fiscale, telephone, e-mail or IBAN, but the column is another one: it will not be used to link this person";
    IdentifierAsNumber = "K07" Warning
        "il numero di registro sembra un codice fiscale, un'e-mail o un IBAN: usare un numero che non dice chi è"
        "the register number looks like a codice fiscale, e-mail or IBAN: use a number that does not say who it is";
    SamePerson = "K08" Warning
        "stesso nome e stessa data di nascita di un'altra riga: è una persona scritta due volte? Se sì, darle un solo numero di registro"
        "same name and date of birth as another row: is it one person entered twice? If so, give it one register number";
    NameAlike = "K08" Warning
        "stessa data di nascita di un'altra riga e un nome che sembra lo stesso scritto in altro modo: è una persona scritta due volte?"
        "same date of birth as another row and a name that looks like another spelling of the same: is it one person entered twice?";
    BirthTurned = "K08" Warning
        "stesso nome di un'altra riga, con giorno e mese di nascita scambiati: quale data è giusta? È una persona scritta due volte?"
        "same name as another row, with day and month of birth exchanged: which date is right? Is it one person entered twice?";
    SamePhone = "K08" Warning
        "stesso telefono di un'altra riga, e stesso nome o stessa data di nascita: è una persona scritta due volte?"
        "same telephone as another row, and the same name or date of birth: is it one person entered twice?";
}
