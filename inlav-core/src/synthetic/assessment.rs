//! Assessments: what was found with the three lists of indicators, first and again later on.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::case::{Case, Window};
use super::draw::{Draw, after, office_day};
use crate::codes::CodeList;
use crate::sector::Sector;

/// An assessment; answers in the order of their lists.
#[derive(Debug, Clone)]
pub(super) struct Assessment {
    pub(super) kind: &'static str,
    pub(super) on: NaiveDate,
    pub(super) ilo: [&'static str; 11],
    pub(super) index: [&'static str; 4],
    /// Blank where the office did not go through the list.
    pub(super) delphi: Vec<&'static str>,
    pub(super) dimensions: [&'static str; 6],
    pub(super) means: Vec<&'static str>,
    pub(super) score: Option<usize>,
    pub(super) risk: &'static str,
}

/// An item of the Delphi list: the dimension, from 0, and how strong it is.
#[derive(Debug, Clone, Copy)]
struct Item {
    dimension: usize,
    strength: Strength,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strength {
    Strong,
    Medium,
    Weak,
}

/// Positions in the list of forced labour, from 0: documents withheld, overtime.
const DOCUMENTS: usize = 6;
const OVERTIME: usize = 10;
/// Positions in the Delphi list of "confiscation of documents": D2.05 and D5.01.
const CONFISCATION: [usize; 2] = [14, 45];
/// Fewest answers of eleven for which a score is told.
const ENOUGH: usize = 8;

/// How often each of the eleven is found with a victim, per thousand.
const ILO: [u32; 11] = [780, 520, 260, 300, 140, 390, 330, 620, 210, 640, 560];
/// What control is called in the HTCDS, by the item it shows in.
const MEANS: [(usize, &str); 9] = [
    (1, "MethodsOfControlFalsePromises"),
    (2, "MethodsOfControlRestrictsMovement"),
    (4, "MethodsOfControlPhysicalAbuse"),
    (5, "MethodsOfControlThreats"),
    (6, "MethodsOfControlWithholdsDocuments"),
    (7, "MethodsOfControlTakesEarnings"),
    (8, "MethodsOfControlDebtBondage"),
    (9, "MethodsOfControlWithholdsNecessities"),
    (10, "MethodsOfControlExcessiveWorkingHours"),
];

static ITEMS: LazyLock<Vec<Item>> = LazyLock::new(|| {
    let codes = CodeList::named("delphi_adult_labour_67").map_or(&[][..], CodeList::codes);
    let items = codes.iter().map(|code| Item {
        dimension: code
            .code
            .chars()
            .nth(1)
            .and_then(|digit| digit.to_digit(10))
            .map_or(0, |digit| usize::try_from(digit.saturating_sub(1)).unwrap_or(0)),
        strength: match code.maps_to.strip_prefix("strength=").and_then(|text| text.chars().next()) {
            Some('S') => Strength::Strong,
            Some('M') => Strength::Medium,
            _ => Strength::Weak,
        },
    });
    items.collect()
});

/// Adds the assessments of a case: the first on its day, others while the case goes on.
pub(super) fn assessments(draw: &mut Draw, sector: Sector, window: &Window<'_>, case: &mut Case) {
    let Some(first) = case.steps.assessed_on else { return };
    let last = case.last_day(window);
    let mut on = first;
    for (number, kind) in ["T0", "T1", "T2"].into_iter().enumerate() {
        let out = case.outcomes.iter().any(|outcome| outcome.kind == "USCITA" && outcome.on <= on);
        let fades = match number {
            0 => 1000,
            _ if out => 250,
            _ => 700,
        };
        let assessment = assessment(draw, sector, case, (kind, on), fades);
        case.assessments.push(assessment);
        on = office_day(after(on, draw.between(80, 160)));
        if case.steps.taken_on.is_none() || on > last || !draw.chance(560) {
            break;
        }
    }
}

fn assessment(
    draw: &mut Draw,
    sector: Sector,
    case: &Case,
    (kind, on): (&'static str, NaiveDate),
    fades: u32,
) -> Assessment {
    let severity = match case.target_group {
        "VITTIMA" => 1000,
        "POTENZIALE" => 560,
        _ => 240,
    } * fades
        / 1000;
    let mut ilo = ["NO"; 11];
    for (position, (answer, often)) in ilo.iter_mut().zip(ILO).enumerate() {
        // Who lives with the employer is cut off; who picks by the piece is driven.
        let often = often
            + match (position, case.housing_entry, sector) {
                (2 | 3, "CONVIVENZA" | "DATORE", _) => 240,
                (9, _, Sector::Agriculture) => 200,
                _ => 0,
            };
        *answer = answer_of(draw, often * severity / 1000);
    }
    if case.overworked
        && ilo.get(OVERTIME) == Some(&"NO")
        && let Some(answer) = ilo.get_mut(OVERTIME)
    {
        *answer = "SI";
    }
    let index = index(draw, case, severity);
    let withheld = ilo.get(DOCUMENTS) == Some(&"SI");
    let full = if case.target_group == "RISCHIO" { 250 } else { 600 };
    let delphi =
        if kind == "T0" && draw.chance(full) { delphi(draw, severity, withheld) } else { Vec::new() };
    let found = ilo.iter().filter(|answer| **answer == "SI").count();
    let answered = ilo.iter().filter(|answer| matches!(**answer, "SI" | "NO")).count();
    let is_there = |position: usize| ilo.get(position) == Some(&"SI");
    Assessment {
        kind,
        on,
        dimensions: dimensions(&delphi),
        means: MEANS
            .iter()
            .filter(|(position, _)| is_there(*position) && draw.chance(800))
            .map(|(_, means)| *means)
            .collect(),
        score: (answered >= ENOUGH).then_some(found),
        risk: match found {
            0..=1 => "BASSO",
            2..=4 => "MEDIO",
            5..=7 => "ALTO",
            _ => draw.weighted(&[("ALTO", 45), ("IMMEDIATO", 55)]),
        },
        ilo,
        index,
        delphi,
    }
}

fn answer_of(draw: &mut Draw, yes: u32) -> &'static str {
    match draw.below(1000) {
        0..=17 => "ND",
        18..=30 => "NR",
        31..=37 => "RIF",
        _ if draw.chance(yes.min(970)) => "SI",
        _ => "NO",
    }
}

/// The four indices of art. 603-bis: pay, working time, safety, degrading conditions.
fn index(draw: &mut Draw, case: &Case, severity: u32) -> [&'static str; 4] {
    let undeclared = match case.regularity {
        "NERO" => 300,
        "GRIGIO" | "AUTON_FITT" => 180,
        _ => 0,
    };
    [600, 560, 430, 280].map(|often| answer_of(draw, often * severity / 1000 + undeclared))
}

/// Answers to all 67 items; documents withheld are confiscated in recruitment and at work.
fn delphi(draw: &mut Draw, severity: u32, withheld: bool) -> Vec<&'static str> {
    let answer = |(position, item): (usize, &Item)| {
        if CONFISCATION.contains(&position) {
            return if withheld { "SI" } else { answer_of(draw, 20) };
        }
        let often = match (item.dimension, item.strength) {
            // Conditions of work, then the abuse of vulnerability, are found most.
            (3, _) => 420,
            (2 | 5, _) => 210,
            (_, Strength::Strong) => 110,
            _ => 90,
        };
        answer_of(draw, often * severity / 1000)
    };
    ITEMS.iter().enumerate().map(answer).collect()
}

/// Whether each dimension is positive by the four rules of the list `delphi_rule`; blank if nobody
/// went through the items.
fn dimensions(delphi: &[&str]) -> [&'static str; 6] {
    if delphi.is_empty() {
        return [""; 6];
    }
    let mut found = [[0_u32; 3]; 6];
    for (item, _) in ITEMS.iter().zip(delphi).filter(|(_, answer)| **answer == "SI") {
        if let Some([strong, medium, weak]) = found.get_mut(item.dimension) {
            *match item.strength {
                Strength::Strong => strong,
                Strength::Medium => medium,
                Strength::Weak => weak,
            } += 1;
        }
    }
    found.map(|[strong, medium, weak]| {
        let positive =
            strong >= 2 || (strong == 1 && medium + weak >= 1) || medium >= 3 || (medium == 2 && weak >= 1);
        if positive { "si" } else { "no" }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_items_are_those_of_the_list() {
        let counts = |dimension| ITEMS.iter().filter(|item| item.dimension == dimension).count();
        assert_eq!([0, 1, 2, 3, 4, 5].map(counts), [10, 10, 16, 9, 15, 7]);
        let list = CodeList::named("delphi_adult_labour_67").unwrap();
        assert_eq!(CONFISCATION.map(|at| list.codes()[at].code.as_str()), ["D2.05", "D5.01"]);
        let ilo = CodeList::named("ilo_forced_labour_11").unwrap();
        assert_eq!([DOCUMENTS, OVERTIME].map(|at| ilo.codes()[at].code.as_str()), ["7", "11"]);
        let means = CodeList::named("htcds_method_of_control").unwrap();
        assert!(MEANS.iter().all(|(_, code)| means.find(code).is_some()));
    }

    #[test]
    fn dimensions_follow_the_four_rules() {
        let with = |items: &[&str]| {
            let list = CodeList::named("delphi_adult_labour_67").unwrap();
            let answers: Vec<&str> = list
                .codes()
                .iter()
                .map(|code| if items.contains(&code.code.as_str()) { "SI" } else { "NO" })
                .collect();
            dimensions(&answers)
        };
        assert_eq!(with(&["D5.01", "D5.02"])[4], "si", "two strong");
        assert_eq!(with(&["D5.01"])[4], "no", "one strong alone");
        assert_eq!(with(&["D5.01", "D5.15"])[4], "si", "one strong and one weak");
        assert_eq!(with(&["D3.01", "D3.02", "D3.03"])[2], "si", "three medium");
        assert_eq!(with(&["D3.01", "D3.02"])[2], "no", "two medium alone");
        assert_eq!(with(&["D3.01", "D3.02", "D3.16"])[2], "si", "two medium and one weak");
        assert_eq!(with(&["D6.06", "D6.07"])[5], "no", "weak ones alone");
        assert_eq!(dimensions(&[]), [""; 6]);
    }
}
