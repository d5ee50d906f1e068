//! Rules about persons.

use inlav_core::identifiers::{BornIn, CodiceFiscale, Holder, PlaceCode, Sex};
use inlav_core::registry::person;
use inlav_core::value::Value;

use super::super::findings::Findings;
use super::super::register::{Person, Register, codes, said};
use super::super::row::CheckedRow;
use inlav_core::rule::Rule;

/// Citizens of these are no third-country nationals: EU, EEA, Switzerland.
const UNION: [&str; 31] = [
    "AUT", "BEL", "BGR", "CHE", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN",
    "IRL", "ISL", "ITA", "LIE", "LTU", "LUX", "LVA", "MLT", "NLD", "NOR", "POL", "PRT", "ROU", "SVK", "SVN",
    "SWE",
];
/// Citizenship of the stateless.
const NONE: &str = "XXA";

pub(super) fn row(row: &CheckedRow<'_>, register: &mut Register, findings: &mut Findings) {
    let first = said(row, &person::CITIZENSHIP);
    let others = codes(row, &person::OTHER_CITIZENSHIPS);
    if citizenship_twice(first, others) {
        findings.broken(row, Some(&person::OTHER_CITIZENSHIPS), Rule::CitizenshipTwice);
    }
    let citizenships: Vec<String> =
        first.map(str::to_owned).into_iter().chain(others.iter().cloned()).collect();
    if contradicts_stateless(row.value(&person::STATELESS), &citizenships) {
        findings.broken(row, Some(&person::STATELESS), Rule::Stateless);
    }
    if outside_third_countries(&citizenships) {
        findings.broken(row, Some(&person::CITIZENSHIP), Rule::NotThirdCountry);
    }
    if health_code_of_nowhere(row, register) {
        findings.broken(row, Some(&person::STP_ENI), Rule::HealthCodeOfNowhere);
    }
    if tax_code_disagrees(row) {
        findings.broken(row, Some(&person::CODICE_FISCALE), Rule::TaxCodeDisagrees);
    }
    if let Some(number) = row.identifier(&person::SITE_PERSON_ID) {
        let birth = row.date(&person::BIRTH_DATE);
        let permit_issued_on = row.date(&person::PERMIT_ISSUED_ON);
        register.add_person(number, Person { birth, citizenships, permit_issued_on, ..Person::default() });
    }
}

/// R12: one to three citizenships, each once. That each is a country is asked of the cell.
fn citizenship_twice(first: Option<&str>, others: &[String]) -> bool {
    first.is_some_and(|first| others.iter().any(|other| other == first))
}

/// R12: the stateless have citizenship XXA and nobody else has.
fn contradicts_stateless(stateless: &Value, citizenships: &[String]) -> bool {
    let none = citizenships.iter().any(|citizenship| citizenship == NONE);
    match stateless {
        Value::YesNo(true) => !none || citizenships.len() > 1,
        Value::YesNo(false) => none,
        _ => none && citizenships.len() > 1,
    }
}

/// R13: every citizenship is Italian, of the EU, the EEA or Switzerland.
fn outside_third_countries(citizenships: &[String]) -> bool {
    !citizenships.is_empty() && citizenships.iter().all(|citizenship| is_union(citizenship))
}

/// R36: an STP or ENI code says who issued it and until when it is valid. Its form is asked of the
/// cell; an export without the two columns says nothing.
fn health_code_of_nowhere(row: &CheckedRow<'_>, register: &Register) -> bool {
    let columns = [person::STP_ENI_ISSUER, person::STP_ENI_VALID_TO];
    let [no_issuer, no_end] = columns.each_ref().map(|column| *row.value(column) == Value::Null);
    row.identifier(&person::STP_ENI).is_some()
        && register.has(&person::TABLE, &columns)
        && (no_issuer || no_end)
}

/// R37: a codice fiscale and what else the row says of the person agree. Nothing is changed: which
/// of the two is wrong only the office knows.
fn tax_code_disagrees(row: &CheckedRow<'_>) -> bool {
    let Some(code) = row.identifier(&person::CODICE_FISCALE).and_then(CodiceFiscale::of) else {
        return false;
    };
    let text = |column| match row.value(column) {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let place = text(&person::BIRTH_PLACE).and_then(PlaceCode::parse).map(BornIn::Place);
    let holder = Holder {
        family_name: text(&person::FAMILY_NAME),
        given_name: text(&person::GIVEN_NAME),
        birth_date: row.date(&person::BIRTH_DATE),
        sex: row.code(&person::GENDER).and_then(Sex::of_gender),
        birth_place: place.or_else(|| said(row, &person::BIRTH_COUNTRY).map(BornIn::Country)),
    };
    code.compare(&holder).differs()
}

/// Whether citizens of a country are none of a third country.
pub(super) fn is_union(citizenship: &str) -> bool {
    UNION.contains(&citizenship)
}
