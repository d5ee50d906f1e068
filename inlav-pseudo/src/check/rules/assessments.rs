//! Rules about assessments.

use inlav_core::codes::CodeList;
use inlav_core::registry::{Column, assessment};
use inlav_core::value::Value;

use super::super::findings::Findings;
use super::super::register::Register;
use super::super::row::CheckedRow;
use inlav_core::rule::Rule;

/// R18: fewest of the 11 ILO items answered for a score to mean something.
const ANSWERS_OF_A_SCORE: usize = 8;
/// ILO items by their codes.
const DOCUMENTS_RETAINED: &str = "7";
const LONG_HOURS: &str = "11";

/// How strongly an indicator speaks for its dimension.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    Strong,
    Medium,
    Weak,
}

pub(super) fn row(row: &CheckedRow<'_>, register: &mut Register, findings: &mut Findings) {
    let answer = |column: &Column| match row.code(column) {
        Some("SI") => Some(true),
        Some("NO") => Some(false),
        _ => None,
    };
    let ilo = |code: &str| item(&assessment::ILO, code).and_then(&answer);
    for dimension in &assessment::DIMENSIONS {
        let Value::YesNo(said) = row.value(dimension) else { continue };
        let present = assessment::DELPHI.iter().filter(|column| {
            let of_it = dimension.item.zip(column.item).is_some_and(|(d, item)| item.1.starts_with(d.1));
            of_it && answer(column) == Some(true)
        });
        if *said != is_positive(present.filter_map(strength)) {
            findings.broken(row, Some(dimension), Rule::Dimension);
        }
    }
    let answered = assessment::ILO.iter().filter(|column| answer(column).is_some()).count();
    if matches!(row.value(&assessment::SCORE), Value::Whole(_)) && answered < ANSWERS_OF_A_SCORE {
        findings.broken(row, Some(&assessment::SCORE), Rule::ScoreOfTooFew);
    }
    let delphi = |code: &str| item(&assessment::DELPHI, code).and_then(&answer);
    if documents_denied(ilo(DOCUMENTS_RETAINED), [delphi("D2.05"), delphi("D5.01")]) {
        findings.broken(row, item(&assessment::ILO, DOCUMENTS_RETAINED), Rule::DocumentsDenied);
    }
    if ilo(LONG_HOURS) == Some(false)
        && let Some(at) = register.case_of(row).and_then(|case| case.person)
        && let Some(person) = register.persons.get_mut(at)
    {
        person.denies_long_hours = true;
    }
}

/// R17: a dimension is positive with two strong indicators, a strong one and another, three medium
/// ones, or two medium ones and a weak one (ILO and European Commission 2009, rules R1 to R4).
fn is_positive(present: impl Iterator<Item = Strength>) -> bool {
    let (mut strong, mut medium, mut weak) = (0, 0, 0);
    for strength in present {
        match strength {
            Strength::Strong => strong += 1,
            Strength::Medium => medium += 1,
            Strength::Weak => weak += 1,
        }
    }
    strong >= 2 || (strong == 1 && medium + weak >= 1) || medium >= 3 || (medium == 2 && weak >= 1)
}

/// R24: what ILO indicator 7 says of documents, one of two Delphi indicators says too.
fn documents_denied(ilo: Option<bool>, delphi: [Option<bool>; 2]) -> bool {
    ilo == Some(true) && delphi.contains(&Some(false)) && !delphi.contains(&Some(true))
}

/// The column that answers an item.
fn item<'a>(columns: &'a [Column], code: &str) -> Option<&'a Column> {
    columns.iter().find(|column| column.item.is_some_and(|item| item.1 == code))
}

/// The strength of an indicator, from its list.
fn strength(column: &Column) -> Option<Strength> {
    let (list, code) = column.item?;
    let code = CodeList::named(list)?.find(code)?;
    let strength = code.crosswalk().find(|(name, _)| *name == "strength")?.1;
    match strength {
        "S" => Some(Strength::Strong),
        "M" => Some(Strength::Medium),
        "W" => Some(Strength::Weak),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Strength::{Medium, Strong, Weak};
    use super::*;

    #[test]
    fn every_indicator_has_a_strength() {
        assert!(assessment::DELPHI.iter().all(|column| strength(column).is_some()));
    }

    #[test]
    fn r17_the_four_rules_at_their_boundary() {
        for present in
            [&[Strong, Strong][..], &[Strong, Weak], &[Medium, Medium, Medium], &[Medium, Medium, Weak]]
        {
            assert!(is_positive(present.iter().copied()));
        }
        for absent in [&[][..], &[Strong], &[Medium, Medium], &[Medium, Weak, Weak], &[Weak, Weak, Weak]] {
            assert!(!is_positive(absent.iter().copied()));
        }
    }

    #[test]
    fn r24_one_of_two_is_enough() {
        assert!(documents_denied(Some(true), [Some(false), None]));
        assert!(!documents_denied(Some(true), [Some(false), Some(true)]));
        assert!(!documents_denied(Some(true), [None, None]));
        assert!(!documents_denied(Some(false), [Some(false), Some(false)]));
    }
}
