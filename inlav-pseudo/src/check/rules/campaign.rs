//! Rules about pacts and training.

use inlav_core::registry::{pact as pacts, training as trainings};
use inlav_core::value::Value;

use super::super::findings::Findings;
use super::super::register::Register;
use super::super::row::CheckedRow;
use crate::fingerprint::Fingerprint;
use inlav_core::rule::Rule;

/// R32: a signed pact has a day and two signatories.
pub(super) fn pact(row: &CheckedRow<'_>, findings: &mut Findings) {
    let enough = matches!(row.value(&pacts::SIGNATORIES), Value::Whole(signatories) if *signatories >= 2);
    let signed = row.code(&pacts::STATUS) == Some("SOTTOSCRITTO");
    if signed && !(enough && row.date(&pacts::SIGNED_ON).is_some()) {
        findings.broken(row, None, Rule::SignedPact);
    }
}

/// R31: an operator attends a session of a track once.
pub(super) fn training(row: &CheckedRow<'_>, register: &mut Register, findings: &mut Findings) {
    let (Some(operator), Some(on)) = (row.identifier(&trainings::OPERATOR_ID), row.date(&trainings::ON))
    else {
        return;
    };
    let session = row.identifier(&trainings::SESSION_ID);
    let parts = [
        // Exposed to be compared inside this PUA's own check; only the digest is kept.
        operator.expose(),
        row.code(&trainings::TRACK).unwrap_or_default(),
        row.code(&trainings::MODULE).unwrap_or_default(),
        session.map_or("", |session| session.expose()),
        &on.to_string(),
    ];
    if !register.attendances.insert(Fingerprint::of_parts(parts)) {
        findings.broken(row, Some(&trainings::OPERATOR_ID), Rule::AttendanceTwice);
    }
}
