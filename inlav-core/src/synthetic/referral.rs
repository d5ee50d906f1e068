//! Referrals to and from other bodies, and what the person agreed to.

use chrono::NaiveDate;

use super::case::{Case, Window};
use super::draw::{Draw, after, office_day};
use super::person::Person;
use super::service::organisation;

/// A referral.
#[derive(Debug, Clone)]
pub(super) struct Referral {
    pub(super) direction: &'static str,
    pub(super) body: &'static str,
    pub(super) organisation: String,
    pub(super) reason: &'static str,
    pub(super) status: &'static str,
    pub(super) legal_duty: bool,
    pub(super) sent_on: Option<NaiveDate>,
    pub(super) answered_on: Option<NaiveDate>,
    pub(super) started_on: Option<NaiveDate>,
    pub(super) closed_on: Option<NaiveDate>,
}

/// Something the person agreed to.
#[derive(Debug, Clone)]
pub(super) struct Consent {
    pub(super) kind: &'static str,
    pub(super) given_on: NaiveDate,
    pub(super) withdrawn_on: Option<NaiveDate>,
    pub(super) language: &'static str,
    pub(super) legal_basis: &'static str,
}

/// Whether a body has accepted a referral.
pub(super) fn is_accepted(status: &str) -> bool {
    matches!(status, "ACCETTATO" | "AVVIATO" | "ESITO_POS" | "ESITO_NEG")
}

/// Adds the referrals of a case.
pub(super) fn referrals(draw: &mut Draw, person: &Person, window: &Window<'_>, case: &mut Case) {
    let last = case.last_day(window);
    incoming(draw, case, last);
    let Some(assessed_on) = case.steps.assessed_on else { return };
    for _ in 0..draw.weighted(&[(0, 50), (1, 33), (2, 13), (3, 4)]) {
        let body = body(draw, person, case);
        let status = draw.weighted(&[
            ("PROPOSTO", 5),
            ("CONSENSO", 7),
            ("INVIATO", 13),
            ("ACCETTATO", 20),
            ("AVVIATO", 22),
            ("ESITO_POS", 14),
            ("ESITO_NEG", 6),
            ("RIFIUTATO", 9),
            ("DECADUTO", 4),
        ]);
        let sent_on = office_day(draw.day(assessed_on, last)).min(last);
        let answered_on = office_day(after(sent_on, draw.between(1, 40)));
        let (status, sent_on, answered_on) = match status {
            "PROPOSTO" | "CONSENSO" => (status, None, None),
            "INVIATO" | "DECADUTO" => (status, Some(sent_on), None),
            // No answer before the last day: it is still on its way, or came sooner than usual.
            _ if answered_on > last && draw.chance(500) => ("INVIATO", Some(sent_on), None),
            _ if answered_on > last => (status, Some(sent_on), Some(draw.day(sent_on, last))),
            _ => (status, Some(sent_on), Some(answered_on)),
        };
        let referral = outgoing(draw, (body, status), (sent_on, answered_on), last);
        case.referrals.push(referral);
    }
    let handed_over_to = match case.closure_reason {
        "INVIO_ANTITRATTA" => "ANTITRATTA",
        "INVIO_SAI" => "SAI_CAS",
        "INVIO_ALTRO" => draw.pick(&["ETS", "ASL", "CAV", "SST"]),
        _ => return,
    };
    let sent_on = draw.day(assessed_on, last);
    let answered_on = Some(draw.day(sent_on, last));
    let status = draw.pick(&["ACCETTATO", "AVVIATO", "ESITO_POS"]);
    let referral = outgoing(draw, (handed_over_to, status), (Some(sent_on), answered_on), last);
    case.referrals.push(referral);
}

/// The letter with which another body sent the person, where there is one.
fn incoming(draw: &mut Draw, case: &mut Case, last: NaiveDate) {
    let (Some(reported_on), false) =
        (case.steps.reported_on, matches!(case.entry_channel, "AUTO" | "PRIVATO" | "ND"))
    else {
        return;
    };
    if !draw.chance(250) {
        return;
    }
    let answered_on = case.steps.first_contact_on;
    let status = match (answered_on, case.steps.taken_on) {
        (None, _) => "INVIATO",
        (_, Some(_)) => "AVVIATO",
        _ => "ACCETTATO",
    };
    case.referrals.push(Referral {
        direction: "IN",
        body: case.entry_channel,
        organisation: organisation(draw),
        reason: "AdditionalServicesRequired",
        status,
        legal_duty: false,
        sent_on: Some(reported_on),
        answered_on,
        started_on: case.steps.taken_on.filter(|day| *day <= last),
        closed_on: None,
    });
}

fn outgoing(
    draw: &mut Draw,
    (body, status): (&'static str, &'static str),
    (sent_on, answered_on): (Option<NaiveDate>, Option<NaiveDate>),
    last: NaiveDate,
) -> Referral {
    let begun = matches!(status, "AVVIATO" | "ESITO_POS" | "ESITO_NEG");
    let started_on = answered_on.filter(|_| begun).map(|day| after(day, draw.between(0, 45)).min(last));
    let ended = matches!(status, "ESITO_POS" | "ESITO_NEG");
    Referral {
        direction: "OUT",
        body,
        organisation: organisation(draw),
        reason: draw.weighted(&[
            ("AdditionalServicesRequired", 82),
            ("MigrationOrChangeOfLocation", 8),
            ("Other", 10),
        ]),
        status,
        legal_duty: matches!(body, "FFOO" | "MAGISTR"),
        sent_on,
        answered_on,
        started_on,
        closed_on: started_on.filter(|_| ended).map(|day| draw.day(day, last)),
    }
}

fn body(draw: &mut Draw, person: &Person, case: &Case) -> &'static str {
    if case.target_group == "VITTIMA" {
        let shelter = if person.woman { 6 } else { 0 };
        return draw.weighted(&[
            ("ANTITRATTA", 30),
            ("NV", 5),
            ("SINDACATO", 16),
            ("ITL", 13),
            ("SAI_CAS", 8),
            ("ASL", 10),
            ("CPI", 10),
            ("SCUOLA", 5),
            ("CAV", shelter),
            ("MAGISTR", 1),
        ]);
    }
    draw.weighted(&[
        ("CPI", 30),
        ("SINDACATO", 20),
        ("SCUOLA", 15),
        ("ASL", 12),
        ("ETS", 12),
        ("ITL", 6),
        ("SST", 5),
    ])
}

/// Adds what the person agreed to: to be taken in charge before that happens, to a referral before
/// it is sent.
pub(super) fn consents(draw: &mut Draw, person: &Person, window: &Window<'_>, case: &mut Case) {
    let (Some(contact), Some(assessed_on)) = (case.steps.first_contact_on, case.steps.assessed_on) else {
        return;
    };
    let last = case.last_day(window);
    let language = if person.needs_mediation { person.language() } else { "ita" };
    let consent = |kind, given_on, withdrawn_on, legal_basis| Consent {
        kind,
        given_on,
        withdrawn_on,
        language,
        legal_basis,
    };
    let withdrawn = case.closure_reason == "RINUNCIA" && draw.chance(350);
    if let Some(taken_on) = case.steps.taken_on {
        let given_on = draw.day(contact.max(assessed_on), taken_on);
        let withdrawn_on = case.steps.closed_on.filter(|day| withdrawn && *day > taken_on);
        case.consents.push(consent("PRESA", given_on, withdrawn_on, "CONSENSO"));
        for (kind, chance, basis) in
            [("RICERCA", 780, "PUBBLICO"), ("LINKAGE", 420, "CONSENSO"), ("RICONTATTO", 690, "CONSENSO")]
        {
            if draw.chance(chance) {
                case.consents.push(consent(
                    kind,
                    draw.day(given_on, last.min(after(taken_on, 30))),
                    None,
                    basis,
                ));
            }
        }
    }
    if case.referrals.iter().any(|referral| referral.direction == "OUT" && !referral.legal_duty) {
        case.consents.push(consent("INVIO", assessed_on, None, "CONSENSO"));
    }
}
