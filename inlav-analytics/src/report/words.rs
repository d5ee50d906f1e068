//! The report's own words. What indicators, codes and sites are called comes from their
//! declarations.

use inlav_core::language::Bilingual;
use std::sync::LazyLock;

/// The words.
pub(super) struct Words {
    pub(super) title: Bilingual,
    pub(super) as_of: Bilingual,
    pub(super) synthetic: Bilingual,
    pub(super) targets: Bilingual,
    pub(super) withheld: Bilingual,
    pub(super) withheld_meaning: Bilingual,
    pub(super) minimum: Bilingual,
    pub(super) cells: Bilingual,
    pub(super) attackers: Bilingual,
    pub(super) exceptions: Bilingual,
    pub(super) exact: Bilingual,
    pub(super) rounded: Bilingual,
    pub(super) method: Bilingual,
    pub(super) provenance: Bilingual,
    pub(super) purpose: Bilingual,
    pub(super) extracts: Bilingual,
    pub(super) not_delivered: Bilingual,
    pub(super) without_tables: Bilingual,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    title: Bilingual::of("rapporto di monitoraggio", "monitoring report"),
    as_of: Bilingual::of("Dati al", "Data as of"),
    synthetic: Bilingual::of(
        "Dati sintetici: le persone di questo rapporto sono inventate.",
        "Synthetic data: the persons in this report are made up.",
    ),
    targets: Bilingual::of("Obiettivi e risultati", "Targets and results"),
    withheld: Bilingual::of("Che cosa non è pubblicato, e perché", "What is not published, and why"),
    withheld_meaning: Bilingual::of(
        "indica un numero riservato: riguarda poche persone, oppure permetterebbe di ricavarne per differenza un altro che riguarda poche persone. Non va letto come zero.",
        "marks a number that is withheld: it is about few persons, or another one about few persons could be worked out from it. Do not read it as zero.",
    ),
    minimum: Bilingual::of(
        "Numero minimo di persone perché un conteggio diverso da zero sia pubblicato:",
        "Fewest persons for a count other than zero to be published:",
    ),
    cells: Bilingual::of("Celle pubblicate / riservate:", "Cells published / withheld:"),
    attackers: Bilingual::of(
        "Attaccanti simulati su tutte le tabelle insieme (il pubblico e, se previsto, ogni PUA):",
        "Attackers simulated on all tables together (the public and, where asked for, each PUA):",
    ),
    exceptions: Bilingual::of(
        "Volte in cui un attaccante che sa già molto si avvicina al numero più del previsto, senza ricavarlo:",
        "Times when an attacker who knows much already comes nearer to a number than asked, without working it out:",
    ),
    exact: Bilingual::of("I totali pubblicati sono quelli veri.", "Published totals are the true ones."),
    rounded: Bilingual::of(
        "I conteggi di persone sono arrotondati al multiplo più vicino di",
        "Counts of persons are rounded to the nearest multiple of",
    ),
    method: Bilingual::of(
        "Prima della pubblicazione un programma ha tentato di ricavare dalle tabelle ogni conteggio riservato di poche persone, come potrebbe fare un lettore: nessuno si lascia ricavare. Percentuali e loro intervalli sono calcolati solo da conteggi pubblicati; le mediane dei tempi, dai tempi delle singole persone, stanno solo accanto a conteggi pubblicati e sono arrotondate.",
        "Before publication a program tried to work out from the tables every withheld count of few persons, as a reader could: none can be worked out. Percentages and their intervals are computed from published counts only; median times, from the times of single persons, stand beside published counts only and are rounded.",
    ),
    provenance: Bilingual::of("Provenienza", "Provenance"),
    purpose: Bilingual::of("finalità", "purpose"),
    extracts: Bilingual::of(
        "Estratti usati (impronta del manifesto)",
        "Extracts used (digest of the manifest)",
    ),
    not_delivered: Bilingual::of(
        "PUA senza dati in questo rapporto (non compaiono nelle tabelle):",
        "PUA without data in this report (they are in no table):",
    ),
    without_tables: Bilingual::of(
        "non ha consegnato queste tabelle, e ciò che direbbero vale zero:",
        "did not deliver these tables, and what they would tell counts as nothing:",
    ),
});
