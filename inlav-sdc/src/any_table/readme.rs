//! What was done, in plain words.

use inlav_core::language::{Bilingual, Language, counted};

use super::Protected;
use crate::{Attacker, ReleasePolicy, Zeros};

/// The whole text, Italian first.
pub(super) fn text(protected: &Protected) -> String {
    let mut text = String::new();
    for language in [Language::It, Language::En] {
        for (title, body) in sections(protected) {
            text.push_str(title.text(language));
            text.push('\n');
            text.push_str(&wrapped(body.text(language)));
            text.push('\n');
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn sections(protected: &Protected) -> [(Bilingual, Bilingual); 6] {
    let policy = &protected.released.policy;
    [
        (Bilingual::of("CHE COSA C'È QUI", "WHAT THIS IS"), contents(protected)),
        (Bilingual::of("LA REGOLA", "THE RULE"), rule(protected, policy)),
        (Bilingual::of("CONTRO CHI", "AGAINST WHOM"), attackers(protected, policy)),
        (Bilingual::of("CHE COSA È PUBBLICATO", "WHAT IS PUBLISHED"), cells(protected)),
        (Bilingual::of("CHE COSA SI PUÒ DIFFONDERE", "WHAT MAY BE HANDED ON"), handing_on()),
        (Bilingual::of("COME VERIFICARE", "HOW TO CHECK"), checking(policy)),
    ]
}

fn contents(protected: &Protected) -> Bilingual {
    let by = protected.request.by.join(" × ");
    Bilingual::of(
        format!(
            "table.csv è una tabella di conteggi per {by}, con tutti i margini. Una riga per cella: \
             i codici delle dimensioni (TOTAL è la somma su tutta la dimensione, un codice vuoto sono \
             i valori mancanti), value (vuoto se la cella è soppressa) e status."
        ),
        format!(
            "table.csv is a table of counts by {by}, with all margins. One row per cell: the codes of \
             the dimensions (TOTAL is the sum over the whole dimension, an empty code the missing \
             values), value (empty where the cell is suppressed) and status."
        ),
    )
}

fn rule(protected: &Protected, policy: &ReleasePolicy) -> Bilingual {
    let least = policy.minimum_persons();
    let most = least - 1;
    let width = policy.minimum_width();
    let (whose_it, whose_en) = match &protected.request.person {
        Some(column) => (
            format!("Le persone sono quelle della colonna {column}, contate una volta per cella."),
            format!("Persons are those of the column {column}, counted once in each cell."),
        ),
        None => (
            "Ogni unità contata vale come un'altra persona.".to_owned(),
            "Every unit counted is taken to be another person.".to_owned(),
        ),
    };
    let (rounded_it, rounded_en) = match policy.count_base() {
        1 => ("I conteggi pubblicati sono esatti.".to_owned(), "Published counts are exact.".to_owned()),
        base => (
            format!("I conteggi pubblicati sono arrotondati a multipli di {base}."),
            format!("Published counts are rounded to multiples of {base}."),
        ),
    };
    let (zeros_it, zeros_en) = match policy.zeros() {
        Zeros::Published => ("Gli zeri si pubblicano.", "Zeros are published."),
        Zeros::WithheldBelowUnsafe => (
            "Gli zeri si pubblicano, tranne sotto una cella piccola.",
            "Zeros are published, except below a small cell.",
        ),
    };
    Bilingual::of(
        format!(
            "Una cella con 1–{most} persone non si pubblica mai. {whose_it} Altre celle sono soppresse \
             perché nessuna di quelle si possa ricavare dalle somme: per ognuna restano possibili \
             valori distanti fra loro almeno {width}. Il segno è lo stesso per tutte e non dice quali \
             siano le piccole. {rounded_it} {zeros_it}"
        ),
        format!(
            "A cell of 1 to {most} persons is never published. {whose_en} Further cells are suppressed so \
             that none of these can be worked out from the sums: for each of them values remain \
             possible that lie at least {width} apart. The mark is one for all and does not tell which \
             are the small ones. {rounded_en} {zeros_en}"
        ),
    )
}

fn attackers(protected: &Protected, policy: &ReleasePolicy) -> Bilingual {
    let audit = &protected.released.audit;
    let insiders = audit.attackers.iter().filter(|attacker| **attacker != Attacker::Public).count();
    let (mut it, mut en) = (
        "Prima di uscire la tabella è stata attaccata da chiunque la legga, che conosce queste regole e \
         sa che le tabelle tornano"
            .to_owned(),
        "Before it went out the table was attacked by anybody who reads it, knowing these rules and \
         that tables add up"
            .to_owned(),
    );
    if let Some(side) = protected.request.insiders.as_ref().filter(|_| insiders > 0) {
        it += &format!(
            ", e da {} lungo {side}, ognuna delle quali conosce anche i valori veri delle proprie celle",
            counted(insiders, "categoria", "categorie")
        );
        en += &format!(
            ", and by {} of {side}, each of which also knows the true values of its own cells",
            counted(insiders, "category", "categories")
        );
    }
    it += ". Nessuno ha potuto ricavare una cella piccola.";
    en += ". Nobody could work out a small cell.";
    if policy.least_width() < policy.minimum_width() {
        it += " Dove qualcuno sa già troppo perché restino possibili valori così distanti, restano almeno i \
               più distanti che si possano ottenere, mai uno solo.";
        en += " Where somebody knows too much already for values so far apart to remain possible, those \
               remain that are as far apart as can be had, never one alone.";
    }
    Bilingual::of(it, en)
}

fn cells(protected: &Protected) -> Bilingual {
    let (published, suppressed) = protected.cells();
    Bilingual::of(
        format!(
            "{}, {}. I totali pubblicati sono i totali veri. Una cella soppressa non è uno zero.",
            counted(published, "cella pubblicata", "celle pubblicate"),
            counted(suppressed, "soppressa", "soppresse"),
        ),
        format!(
            "{}, {suppressed} suppressed. Published totals are the true totals. A suppressed cell is not \
             a zero.",
            counted(published, "cell published", "cells published"),
        ),
    )
}

fn handing_on() -> Bilingual {
    Bilingual::of(
        "table.csv, hierarchy.csv se c'è, e questo testo si possono pubblicare. audit.json no: contiene i \
         conteggi veri. E nemmeno i dati da cui vengono. La protezione vale per questa tabella da sola: un'altra sulle \
         stesse persone, o la stessa un mese dopo, si può confrontare con questa. Uno zero, o una \
         categoria in cui stanno tutti, può dire qualcosa di un intero gruppo: guardarli prima di \
         pubblicare.",
        "table.csv, hierarchy.csv if there is one, and this text may be published. Not audit.json: it \
         holds the true counts. Nor the data that they come from. The protection is that of this table alone: another one on \
         the same persons, or the same a month later, can be compared with it. A zero, or a category \
         that holds everybody, can tell something about a whole group: look at these before you \
         publish.",
    )
}

fn checking(policy: &ReleasePolicy) -> Bilingual {
    let mut options = format!(" --threshold {} --width {}", policy.minimum_persons(), policy.minimum_width());
    if policy.count_base() > 1 {
        options += &format!(" --rounded {}", policy.count_base());
    }
    Bilingual::of(
        format!(
            "Chi ha audit.json: inlav audit CARTELLA verifica le prove, per ogni attaccante e ogni cella \
             piccola, con un programma che non ha nulla in comune con quello che ha fatto la tabella. \
             Chiunque: inlav audit table.csv{options} attacca la tabella pubblicata."
        ),
        format!(
            "Whoever has audit.json: inlav audit DIR verifies the proofs, for every attacker and every \
             small cell, by a program that has nothing in common with the one that made the table. \
             Anybody: inlav audit table.csv{options} attacks the published table."
        ),
    )
}

/// Lines of at most 90 characters.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 90;
    let mut wrapped = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let letters = word.chars().count();
        if length > 0 && length + 1 + letters > WIDTH {
            wrapped.push('\n');
            length = 0;
        } else if length > 0 {
            wrapped.push(' ');
            length += 1;
        }
        wrapped.push_str(word);
        length += letters;
    }
    wrapped.push('\n');
    wrapped
}
