//! The road of an extract: who receives what, by what persons are linked, and what follows from it.

use super::words::{Row, Words};
use crate::exchange::LinkageMode;
use crate::language::Language;
use crate::policy::{Action, Policy, Purpose};

/// Where extracts by a policy go, and how persons are linked on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Road {
    /// How linkage tokens leave; `None` if the policy makes none.
    linkage: Option<LinkageMode>,
    /// The PUA's own work: the extract does not go to the hub.
    own: bool,
    /// Whether identifiers go into a vault.
    seals: bool,
}

impl Road {
    pub(super) fn of(policy: &Policy, mode: LinkageMode) -> Self {
        let has = |action| policy.rules().any(|(.., of)| *of == action);
        let linkage = has(Action::Token).then_some(mode);
        let own = linkage.is_none() && policy.purpose == Purpose::Care.name();
        Self { linkage, own, seals: has(Action::Seal) }
    }

    const fn is_linked(self) -> bool {
        self.linkage.is_some()
    }

    fn is_in(self, mode: LinkageMode) -> bool {
        self.linkage == Some(mode)
    }

    /// What is done, step by step.
    pub(super) fn steps(self, language: Language) -> Vec<String> {
        let (one, two) = (self.is_in(LinkageMode::A), self.is_in(LinkageMode::B));
        said(
            language,
            &[
                (
                    true,
                    "il PUA esporta i propri registri e ne controlla la qualità; il rapporto non contiene valori",
                    "the PUA exports its registers and checks their quality; the report holds no values",
                ),
                (
                    true,
                    "il programma applica la policy, colonna per colonna: una colonna senza regola ferma tutto",
                    "the program applies the policy, column by column: a column without a rule stops everything",
                ),
                (
                    self.seals,
                    "gli identificativi vanno nella cassaforte cifrata, che resta al PUA: la aprono solo la chiave del PUA e le parti di più custodi, insieme, e ogni apertura sta nel registro delle operazioni",
                    "identifiers go into the encrypted vault, which stays at the PUA: it takes the PUA's key and the shares of several custodians to open it, and every opening stands in the log of operations",
                ),
                (
                    one,
                    "dei documenti escono codici di collegamento, fatti con la chiave comune dei PUA, in chiaro in un file dell'estratto (modo A)",
                    "of documents linkage tokens leave, made under the key that all PUA share, in the clear in a file of the extract (mode A)",
                ),
                (
                    two,
                    "dei documenti escono codici di collegamento, fatti con la chiave comune dei PUA e sigillati al custode del collegamento (modo B)",
                    "of documents linkage tokens leave, made under the key that all PUA share and sealed to the linkage custodian (mode B)",
                ),
                (
                    !self.own,
                    "l'estratto pseudonimizzato, firmato, va all'hub dell'università",
                    "the pseudonymised extract, signed, goes to the hub at the university",
                ),
                (
                    self.own,
                    "l'estratto pseudonimizzato, firmato, serve al lavoro del PUA: resta lì o va a chi calcola per suo conto (GDPR 28), non all'hub del programma",
                    "the pseudonymised extract, signed, is for the PUA's own work: it stays there or goes to who computes on its behalf (GDPR 28), not to the programme's hub",
                ),
                (
                    two,
                    "il custode riceve di ogni estratto solo il manifesto, la firma e i codici sigillati; mette una seconda chiave su ogni codice, firma il risultato e lo manda all'hub",
                    "the custodian receives of every extract the manifest, the signature and the sealed tokens only; puts a second key over each token, signs the result and sends it to the hub",
                ),
                (
                    !self.own && self.is_linked(),
                    "l'hub verifica firme, impronte e schema, collega con i codici le persone viste da più PUA e calcola gli indicatori",
                    "the hub verifies signatures, digests and schema, links persons seen by several PUA by the tokens and computes the indicators",
                ),
                (
                    !self.own && !self.is_linked(),
                    "l'hub verifica firma, impronte e schema e calcola gli indicatori, ogni PUA in un archivio a parte: senza codici di collegamento chi è seguito da due PUA conterebbe due volte",
                    "the hub verifies signature, digests and schema and computes the indicators, each PUA in a store of its own: without linkage tokens who is at two PUA would count twice",
                ),
                (
                    self.own,
                    "chi calcola verifica firma, impronte e schema e calcola gli indicatori di questo solo PUA; niente collega le persone a quelle di altri PUA o di altre finalità",
                    "who computes verifies signature, digests and schema and computes the indicators of this PUA alone; nothing links its persons with those of other PUA or other purposes",
                ),
                (
                    true,
                    "si pubblicano solo numeri passati dal controllo della rivelazione statistica",
                    "only numbers that went through disclosure control are published",
                ),
            ],
        )
    }

    /// Who receives what, and what they do not have.
    pub(super) fn recipients(self, language: Language) -> Vec<Row> {
        let (one, two) = (self.is_in(LinkageMode::A), self.is_in(LinkageMode::B));
        told(
            language,
            &[
                (
                    true,
                    [
                        "PUA (steward)",
                        "i propri registri, le chiavi e la cassaforte",
                        "i dati degli altri PUA",
                    ],
                    ["PUA (steward)", "its own registers, the keys and the vault", "the data of other PUA"],
                ),
                (
                    self.seals,
                    [
                        "Custodi della cassaforte",
                        "una parte ciascuno della chiave che la apre",
                        "la chiave del PUA, senza la quale le parti non aprono niente",
                    ],
                    [
                        "Custodians of the vault",
                        "a share each of the key that opens it",
                        "the PUA's key, without which the shares open nothing",
                    ],
                ),
                (
                    two,
                    [
                        "Custode del collegamento, un ufficio che non è né un PUA né l'hub",
                        "manifesti e codici di collegamento sigillati",
                        "le tabelle, la chiave comune dei PUA, gli identificativi",
                    ],
                    [
                        "Linkage custodian, an office that is neither a PUA nor the hub",
                        "manifests and sealed linkage tokens",
                        "the tables, the key that all PUA share, identifiers",
                    ],
                ),
                (
                    two,
                    [
                        "Hub dell'università (analisti)",
                        "gli estratti pseudonimizzati e i codici rifatti dal custode",
                        "chiavi, identificativi, cassaforti, i codici fatti dai PUA",
                    ],
                    [
                        "Hub at the university (analysts)",
                        "the pseudonymised extracts and the tokens that the custodian made anew",
                        "keys, identifiers, vaults, the tokens that PUA made",
                    ],
                ),
                (
                    one,
                    [
                        "Hub dell'università (analisti)",
                        "gli estratti pseudonimizzati con i codici di collegamento",
                        "chiavi, identificativi, cassaforti",
                    ],
                    [
                        "Hub at the university (analysts)",
                        "the pseudonymised extracts with their linkage tokens",
                        "keys, identifiers, vaults",
                    ],
                ),
                (
                    !self.own && !self.is_linked(),
                    [
                        "Hub dell'università (analisti)",
                        "gli estratti pseudonimizzati",
                        "chiavi, identificativi, cassaforti",
                    ],
                    [
                        "Hub at the university (analysts)",
                        "the pseudonymised extracts",
                        "keys, identifiers, vaults",
                    ],
                ),
                (
                    self.own,
                    [
                        "Chi calcola, al PUA o per suo conto",
                        "gli estratti pseudonimizzati di questo PUA",
                        "chiavi, identificativi, cassaforte: al PUA vanno tenuti da altre persone",
                    ],
                    [
                        "Who computes, at the PUA or on its behalf",
                        "the pseudonymised extracts of this PUA",
                        "keys, identifiers, the vault: at the PUA others have to hold them",
                    ],
                ),
                (
                    true,
                    ["Revisori", "i registri delle operazioni", "dati delle persone"],
                    ["Auditors", "the logs of operations", "data of persons"],
                ),
                (
                    true,
                    ["Pubblico", "tabelle passate dal controllo della rivelazione", "tutto il resto"],
                    ["Public", "tables that went through disclosure control", "everything else"],
                ),
            ],
        )
    }

    /// The measures: what is done, against what, and where it is said.
    pub(super) fn measures(self, language: Language) -> Vec<Row> {
        told(
            language,
            &[
                (
                    true,
                    [
                        "Policy chiusa: senza regola non esce nulla; identificativi, numeri di registro e testi liberi non si possono tenere",
                        "dati in più, errori di configurazione",
                        "GDPR 5(1)(c), 25",
                    ],
                    [
                        "Closed policy: without a rule nothing leaves; identifiers, register numbers and free text cannot be kept",
                        "surplus data, wrong settings",
                        "GDPR 5(1)(c), 25",
                    ],
                ),
                (
                    true,
                    [
                        "Ogni testo dell'estratto si controlla prima della firma: un identificativo o il nome di una persona lo ferma",
                        "identificativi finiti in una colonna sbagliata",
                        "GDPR 25, 32",
                    ],
                    [
                        "Every text of the extract is looked at before it is signed: an identifier or a person's name stops it",
                        "identifiers in the wrong column",
                        "GDPR 25, 32",
                    ],
                ),
                (
                    true,
                    [
                        "Pseudonimi con HMAC-SHA-256 sotto la chiave del PUA, diversi per finalità",
                        "riconoscimento, incrocio fra finalità",
                        "GDPR 4(5); EDPB 01/2025; RFC 2104",
                    ],
                    [
                        "Pseudonyms by HMAC-SHA-256 under the PUA's key, others for every purpose",
                        "recognition, joins across purposes",
                        "GDPR 4(5); EDPB 01/2025; RFC 2104",
                    ],
                ),
                (
                    self.is_linked(),
                    [
                        "Codici di collegamento con una chiave propria, per epoca, in un file a parte",
                        "riconoscimento fra PUA, conservazione senza termine",
                        "EDPB 01/2025; docs/SECURITY.md",
                    ],
                    [
                        "Linkage tokens under a key of their own, per epoch, in a file of their own",
                        "recognition across PUA, retention without end",
                        "EDPB 01/2025; docs/SECURITY.md",
                    ],
                ),
                (
                    self.is_in(LinkageMode::B),
                    [
                        "Seconda chiave sui codici, presso il custode del collegamento: un PUA e l'hub insieme non bastano a provare un documento",
                        "ricerca di persone note nei dati di altri PUA",
                        "EDPB 01/2025; docs/SECURITY.md",
                    ],
                    [
                        "A second key over the tokens, at the linkage custodian: a PUA and the hub together are not enough to test a document",
                        "search for known persons in the data of other PUA",
                        "EDPB 01/2025; docs/SECURITY.md",
                    ],
                ),
                (
                    self.seals,
                    [
                        "Cassaforte cifrata e autenticata, sigillata ai suoi custodi, una scheda per persona",
                        "furto di identificativi",
                        "GDPR 32; docs/SECURITY.md",
                    ],
                    [
                        "Encrypted and authenticated vault, sealed to its custodians, one record per person",
                        "theft of identifiers",
                        "GDPR 32; docs/SECURITY.md",
                    ],
                ),
                (
                    true,
                    [
                        "Registro di ciò che si fa con chiavi e identificativi, a catena",
                        "uso senza motivo o di nascosto",
                        "GDPR 5(2), 32; docs/SECURITY.md",
                    ],
                    [
                        "A chained log of what is done with keys and identifiers",
                        "use without a reason or unseen",
                        "GDPR 5(2), 32; docs/SECURITY.md",
                    ],
                ),
                (
                    true,
                    [
                        "Estratto firmato con Ed25519, impronta di ogni file",
                        "modifica o scambio dell'estratto",
                        "GDPR 32(1)(b); RFC 8032",
                    ],
                    [
                        "Extract signed by Ed25519, digest of every file",
                        "change or swap of the extract",
                        "GDPR 32(1)(b); RFC 8032",
                    ],
                ),
                (
                    true,
                    ["Righe in ordine di pseudonimo", "l'ordine di arrivo come indizio", "docs/SECURITY.md"],
                    ["Rows in the order of pseudonyms", "the order of arrival as a hint", "docs/SECURITY.md"],
                ),
                (
                    true,
                    [
                        "Chi la policy esclude e chi è stato cancellato resta fuori con tutte le sue righe, ed è contato nel manifesto",
                        "trattamento contro la volontà dell'interessato",
                        "GDPR 7(3), 17, 21",
                    ],
                    [
                        "Who is excluded by the policy or was erased is left out with all rows, and counted in the manifest",
                        "processing against the will of the data subject",
                        "GDPR 7(3), 17, 21",
                    ],
                ),
                (
                    true,
                    ["Errori e registri senza valori", "fuga di dati nei messaggi", "docs/SECURITY.md"],
                    ["Errors and logs without values", "data leaking in messages", "docs/SECURITY.md"],
                ),
                (
                    true,
                    [
                        "Controllo della rivelazione prima di ogni pubblicazione",
                        "riconoscimento nelle tabelle",
                        "GDPR 89; docs/SECURITY.md",
                    ],
                    [
                        "Disclosure control before every publication",
                        "recognition in tables",
                        "GDPR 89; docs/SECURITY.md",
                    ],
                ),
            ],
        )
    }

    /// What linkage leaves open.
    pub(super) fn risks(self, language: Language) -> Vec<String> {
        said(
            language,
            &[
                (
                    self.is_in(LinkageMode::A),
                    "chi ha la chiave di collegamento, cioè ogni PUA, e un estratto può provare se un documento noto è fra i dati",
                    "whoever has the linkage key, as every PUA does, and an extract can test whether a known document is among the data",
                ),
                (
                    self.is_in(LinkageMode::B),
                    "il custode del collegamento e un PUA, insieme, possono provare se un documento noto è fra i dati",
                    "the linkage custodian and one PUA, together, can test whether a known document is among the data",
                ),
                (
                    self.is_linked(),
                    "un PUA e l'hub, insieme, sanno quali persone di quel PUA sono seguite anche altrove, e dove",
                    "a PUA and the hub, together, know which persons of that PUA are seen elsewhere too, and where",
                ),
            ],
        )
    }

    /// What the program does not do.
    pub(super) fn open_points(self, language: Language) -> Vec<String> {
        said(
            language,
            &[
                (
                    true,
                    "la sicurezza dei computer, delle reti e delle persone di chi tratta i dati",
                    "the security of the computers, networks and people of those who process the data",
                ),
                (
                    true,
                    "la trasmissione dell'estratto: il canale è da scegliere e descrivere",
                    "the transmission of the extract: its channel is to be chosen and described",
                ),
                (
                    true,
                    "la cancellazione degli estratti già inviati quando qualcuno ritira il consenso o chiede la cancellazione: l'estratto successivo non lo contiene, quello vecchio va sostituito",
                    "the erasure of extracts already sent when somebody withdraws a consent or asks for erasure: the next extract does not hold them, the old one has to be replaced",
                ),
                (
                    !self.own,
                    "l'informativa agli interessati nella loro lingua (GDPR 13 e 14), che deve nominare l'università",
                    "information to the data subjects in their language (GDPR 13 and 14), which has to name the university",
                ),
                (
                    self.own,
                    "l'informativa agli interessati nella loro lingua (GDPR 13 e 14)",
                    "information to the data subjects in their language (GDPR 13 and 14)",
                ),
                (
                    true,
                    "una prova di riconoscimento sui dati veri con le conoscenze di chi sfrutta",
                    "a test of recognition on the true data with the knowledge of those who exploit",
                ),
            ],
        )
    }

    /// How long things are kept.
    pub(super) fn retention(self, words: &Words, months: u32) -> Vec<String> {
        let mut paragraphs = vec![words.extract_kept(months)];
        paragraphs.extend(self.seals.then(|| words.vault_kept.to_owned()));
        paragraphs.extend(self.is_linked().then(|| words.tokens_kept.to_owned()));
        paragraphs
    }
}

/// The sentences that hold, in one language.
fn said(language: Language, sentences: &[(bool, &str, &str)]) -> Vec<String> {
    let holds = sentences.iter().filter(|(holds, ..)| *holds);
    let text = |(_, it, en): &(bool, &str, &str)| match language {
        Language::It => (*it).to_owned(),
        Language::En => (*en).to_owned(),
    };
    holds.map(text).collect()
}

/// The rows that hold, in one language.
fn told(language: Language, rows: &[(bool, Row, Row)]) -> Vec<Row> {
    let holds = rows.iter().filter(|(holds, ..)| *holds);
    holds.map(|(_, it, en)| if language == Language::It { *it } else { *en }).collect()
}
