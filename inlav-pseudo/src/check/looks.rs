//! K07: cells that look like identifiers although their column holds something else.
//!
//! Codes, days, numbers, telephones and addresses of e-mail cannot hold another one: it would be a
//! fault of the cell. Texts can, and so can
//! register numbers. Columns that the mapping ignores are not looked at, nor is text in which an
//! identifier is only mentioned: a note with a telephone number in it is a note.

use inlav_core::policy::Action;
use inlav_core::registry::{Column, Kind, PrivacyClass};

use super::findings::Findings;
use super::row::CheckedRow;
use crate::shape::Shape;
use inlav_core::rule::Rule;

/// Tells a cell of a row that as a whole looks like an identifier that its column is not for.
///
/// # Guarantee
/// The cell is looked at and forgotten: a finding has its row alone.
pub(super) fn identifier_in_another_column(
    row: &CheckedRow<'_>,
    column: &Column,
    text: &str,
    findings: &mut Findings,
) {
    let Some(rule) = rule(column) else { return };
    if Shape::of(text).is_some_and(|shape| is_misplaced(shape, column)) {
        findings.broken(row, Some(column), rule);
    }
}

/// The rule that an identifier in a column would break.
fn rule(column: &Column) -> Option<Rule> {
    match column.kind {
        Kind::Key(_) | Kind::Reference(_) => Some(Rule::IdentifierAsNumber),
        Kind::FreeText if column.default_actions.contains(&Action::Keep) => Some(Rule::IdentifierKept),
        Kind::FreeText => Some(Rule::IdentifierElsewhere),
        _ => None,
    }
}

fn is_misplaced(shape: Shape, column: &Column) -> bool {
    match column.kind {
        // Digits alone may well be a register number.
        Kind::Key(_) | Kind::Reference(_) => shape != Shape::Phone,
        // What is sealed or dropped by name or address is only misplaced if it could link the
        // person or should have been sealed.
        _ if column.privacy == PrivacyClass::Direct => matches!(shape, Shape::CodiceFiscale | Shape::StpEni),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use inlav_core::registry::{case, employment, person};

    use super::*;

    #[test]
    fn only_texts_and_numbers_can_hold_an_identifier() {
        assert_eq!(rule(&case::STATE), None);
        assert_eq!(rule(&person::CODICE_FISCALE), None);
        assert_eq!(rule(&person::BIRTH_DATE), None);
        assert_eq!(rule(&person::SITE_PERSON_ID), Some(Rule::IdentifierAsNumber));
        assert_eq!(rule(&person::NOTES), Some(Rule::IdentifierElsewhere));
        let kept = Column { default_actions: &[Action::Keep], ..person::NOTES };
        assert_eq!(rule(&kept), Some(Rule::IdentifierKept));
    }

    #[test]
    fn every_column_may_hold_its_own() {
        assert!(
            !is_misplaced(Shape::Phone, &case::CASE_ID) && is_misplaced(Shape::CodiceFiscale, &case::CASE_ID)
        );
        assert!(!is_misplaced(Shape::Phone, &employment::EMPLOYER));
        assert!(is_misplaced(Shape::CodiceFiscale, &person::FAMILY_NAME));
        assert!(Shape::ALL.into_iter().all(|shape| is_misplaced(shape, &person::NOTES)));
    }
}
