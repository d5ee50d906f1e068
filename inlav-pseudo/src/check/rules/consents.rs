//! Rules about consents and referrals.

use inlav_core::history::CaseState;
use inlav_core::registry::{case, consent, referral};
use inlav_core::value::Value;

use super::super::findings::Findings;
use super::super::register::{Case, Consent, Register};
use super::super::row::CheckedRow;
use inlav_core::rule::Rule;

pub(super) fn row(row: &CheckedRow<'_>, register: &mut Register) {
    let Some(given_on) = row.date(&consent::GIVEN_ON) else { return };
    let given = Consent { given_on, withdrawn_on: row.date(&consent::WITHDRAWN_ON) };
    let Some(case) = register.case_of(row) else { return };
    match row.code(&consent::TYPE) {
        Some("PRESA") => case.consents.push(given),
        Some("INVIO") => case.referral_consents.push(given),
        _ => {}
    }
}

pub(super) fn referral(row: &CheckedRow<'_>, register: &mut Register, findings: &mut Findings) {
    let knows_consents = register.has(&consent::TABLE, &[consent::TYPE]);
    let Some(case) = register.case_of(row) else { return };
    // Offices that do not tell the direction record what they send.
    let outgoing = row.code(&referral::DIRECTION) != Some("IN");
    let status = row.code(&referral::STATUS).unwrap_or_default();
    let sent_on = row.date(&referral::SENT_ON);
    let duty = *row.value(&referral::LEGAL_DUTY) == Value::YesNo(true);
    let consented = case.referral_consents.iter().any(|consent| consent.holds_on(sent_on));
    if knows_consents && outgoing && !duty && status != "PROPOSTO" && !consented {
        findings.broken(row, Some(&referral::STATUS), Rule::NoConsentToRefer);
    }
    let to_protection = matches!(row.code(&referral::BODY_TYPE), Some("ANTITRATTA" | "NV"));
    if outgoing && to_protection && was_accepted(status) {
        let day = sent_on.or(case.first_contact_on);
        case.accepted_on = case.accepted_on.into_iter().chain(day).min();
    }
}

pub(super) fn end(register: &Register, findings: &mut Findings) {
    let (consents, referrals) = (
        register.has(&consent::TABLE, &[consent::TYPE]),
        register.has(&referral::TABLE, &[referral::STATUS]),
    );
    for found in &register.cases {
        if consents && taken_without_consent(found) {
            findings.at(&case::TABLE, Some(&case::TAKEN_ON), Rule::NoConsent, found.row);
        }
        if referrals && not_handed_over(found) {
            findings.at(&case::TABLE, Some(&case::CLOSURE_REASON), Rule::NotHandedOver, found.row);
        }
    }
}

/// R07: who was taken in charge had consented and not taken it back by that day.
fn taken_without_consent(case: &Case) -> bool {
    let later = matches!(
        case.state,
        Some(CaseState::TakenInCharge | CaseState::PlanActive | CaseState::Suspended | CaseState::FollowUp)
    );
    (later || case.taken_on.is_some()) && !case.consents.iter().any(|consent| consent.holds_on(case.taken_on))
}

/// R09: who was handed over to an anti-trafficking body was accepted there before the closure.
fn not_handed_over(case: &Case) -> bool {
    let in_time = |accepted| case.closed_on.is_none_or(|closed| accepted <= closed);
    case.handed_over && !case.accepted_on.is_some_and(in_time)
}

/// Whether a referral was accepted, whatever came of it.
fn was_accepted(status: &str) -> bool {
    matches!(status, "ACCETTATO" | "AVVIATO" | "ESITO_POS" | "ESITO_NEG")
}
