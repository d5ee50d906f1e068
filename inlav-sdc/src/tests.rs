//! Releases as a whole: thresholds, known answers, links between tables.

mod certificates;
mod earlier;
mod enumeration;
mod optimal;
mod scale;

use super::attack::{Required, audit};
use super::movement::Evidence;
use super::system::System;
use super::testing::{flat_table, funnel, persons};
use super::*;
use inlav_statistics::Median;

fn policy(text: &str) -> ReleasePolicy {
    text.parse().unwrap()
}

fn suppressed(released: &Released<Publication>) -> usize {
    (released.tables.iter().flat_map(|table| &table.cells))
        .filter(|cell| cell.value == Published::Suppressed)
        .count()
}

/// What an attacker makes of the primary suppressions alone.
fn without_secondaries(tables: &[CountTable], policy: &ReleasePolicy) -> Audit {
    let system = System::merge(tables, policy).unwrap();
    let hidden = system.hidden_at_first();
    audit(&system, tables, &hidden, &Required::everywhere(policy), Evidence::none(&system)).0
}

fn shown(released: &Released<Publication>, table: usize, cell: &[usize]) -> Published {
    released.tables[table].cell(cell).unwrap().value
}

#[test]
fn the_threshold_is_exact() {
    for (count, safe) in [(9, false), (10, true), (11, true)] {
        let table = flat_table("t", &[&[count, 50], &[60, 70]], false);
        let released = protect(&[table], &[], &ReleasePolicy::default()).unwrap();
        let value = shown(&released, 0, &[1, 1]);
        assert_eq!(value == Published::Shown(count), safe, "{count}");
        assert_eq!(suppressed(&released), if safe { 0 } else { 4 });
        assert_eq!(released.audit.cells_attacked, usize::from(!safe));
    }
}

#[test]
fn zeros_are_published() {
    let table = flat_table("t", &[&[0, 50], &[60, 70]], false);
    let released = protect(&[table], &[], &ReleasePolicy::default()).unwrap();
    assert_eq!(shown(&released, 0, &[1, 1]), Published::Shown(0));
    assert_eq!(suppressed(&released), 0);
}

#[test]
fn nothing_is_published_below_an_unsafe_cell() {
    let table = flat_table("t", &[&[0, 3, 1], &[60, 70, 80], &[50, 40, 30]], false);
    let released = protect(&[table], &[], &ReleasePolicy::default()).unwrap();
    for column in 0..=3 {
        assert_eq!(shown(&released, 0, &[1, column]), Published::Suppressed);
    }
}

#[test]
fn one_suppressed_cell_is_recovered_from_its_margins() {
    let table = flat_table("t", &[&[4, 20, 30], &[50, 60, 70]], false);
    let audit = without_secondaries(&[table], &ReleasePolicy::default());
    let [finding] = audit.findings.as_slice() else {
        panic!("one finding");
    };
    assert_eq!(finding.coordinates, ["R1", "C1"]);
    assert_eq!((finding.width, &finding.attacker), (0, &Attacker::Public));
    let json = serde_json::to_string(&audit).unwrap();
    assert!(!json.contains(":4"), "the value itself is not named");
}

#[test]
fn two_suppressed_cells_in_a_row_are_recovered_from_their_columns() {
    let table = flat_table("t", &[&[4, 5, 30], &[50, 60, 70]], false);
    let audit = without_secondaries(&[table], &ReleasePolicy::default());
    assert_eq!(audit.findings.len(), 2);
}

#[test]
fn a_square_of_small_cells_protects_itself_from_the_public_only() {
    let inner: &[&[u64]] = &[&[4, 5, 30], &[5, 4, 70], &[50, 60, 70]];
    let public = without_secondaries(&[flat_table("t", inner, false)], &ReleasePolicy::default());
    assert!(public.findings.is_empty());
    assert!(public.narrowest >= Some(5));
    let audit = without_secondaries(&[flat_table("t", inner, true)], &ReleasePolicy::default());
    // Each of the two sites knows one row of the square, and the columns tell it the other.
    assert_eq!(audit.attackers.len(), 4);
    assert_eq!(audit.findings.len(), 4);
    assert!(audit.findings.iter().all(|f| f.attacker != Attacker::Public));
    assert!(audit.findings.iter().all(|f| f.attacker != Attacker::Insider("R3".into())));
}

#[test]
fn a_release_withstands_the_insiders_it_counts_on() {
    let inner: &[&[u64]] = &[&[4, 20, 30, 40], &[50, 60, 70, 80], &[33, 44, 55, 66]];
    let table = || flat_table("t", inner, true);
    let public = protect(&[table()], &[], &policy("insiders = false")).unwrap();
    let insiders = protect(&[table()], &[], &ReleasePolicy::default()).unwrap();
    assert_eq!(suppressed(&public), 4);
    // The square must not pass through one other site alone.
    assert_eq!(insiders.audit.attackers.len(), 4);
    assert!(suppressed(&insiders) > 4);
}

#[test]
fn a_hidden_complement_is_protected() {
    // 31 of 33: the two who are not must not follow from the difference.
    let side = || Dimension::flat("working", ["yes", "no"]).unwrap();
    let rows = persons([(vec![1], 31), (vec![2], 2)]);
    let table = CountTable::tally("t", "person", vec![side()], rows, |at| at[0] != 2).unwrap();
    let released = protect(&[table], &[], &ReleasePolicy::default()).unwrap();
    assert_eq!(released.tables[0].cells.len(), 2);
    assert_eq!(suppressed(&released), 1);
}

#[test]
fn small_differences_along_a_funnel_are_protected() {
    let side = funnel(4);
    // 100 reached 1, 97 reached 2 (3 stopped), 60 reached 3, 58 reached 4 (2 stopped).
    let rows = persons([(vec![1], 3), (vec![3], 37), (vec![5], 2), (vec![6], 58)]);
    let displayed = |at: &[usize]| at[0].is_multiple_of(2);
    let table = CountTable::tally("t", "person", vec![side], rows, displayed).unwrap();
    let bare = without_secondaries(std::slice::from_ref(&table), &ReleasePolicy::default());
    assert_eq!(bare.findings.len(), 2);
    let released = protect(&[table], &[], &ReleasePolicy::default()).unwrap();
    let values: Vec<Published> = released.tables[0].cells.iter().map(|c| c.value).collect();
    let gap = |at: usize| values[at..at + 2].contains(&Published::Suppressed);
    assert!(gap(0) && gap(2));
    assert!(suppressed(&released) <= 2);
}

#[test]
fn tables_that_share_a_margin_are_protected_jointly() {
    // The same persons by area and by sex, and by area alone: the margin of one is the other.
    let area = || Dimension::flat("area", ["N", "S", "W"]).unwrap();
    let sex = || Dimension::flat("sex", ["F", "M"]).unwrap();
    let cells = [([1, 1], 4), ([1, 2], 20), ([2, 1], 30), ([2, 2], 40), ([3, 1], 25), ([3, 2], 35)];
    let rows = || persons(cells.iter().map(|(at, count)| (at.to_vec(), *count)));
    // The first table displays no margins; the others do.
    let inner = |at: &[usize]| at[0] > 0 && at[1] > 0;
    let both = CountTable::tally("both", "person", vec![area(), sex()], rows(), inner).unwrap();
    let one = |id: &str, side: Dimension, keep: usize| {
        let rows = rows().into_iter().map(|mut row| {
            row.leaves = vec![row.leaves[keep]];
            row
        });
        CountTable::tally(id, "person", vec![side], rows, |_| true).unwrap()
    };
    let alone = without_secondaries(std::slice::from_ref(&both), &ReleasePolicy::default());
    assert!(alone.findings.is_empty(), "without margins nothing adds up");
    let tables = [both, one("area", area(), 0), one("sex", sex(), 1)];
    let bare = without_secondaries(&tables, &ReleasePolicy::default());
    assert_eq!(bare.cells_attacked, 1);
    assert_eq!(bare.findings.len(), 1);
    let released = protect(&tables, &[], &ReleasePolicy::default()).unwrap();
    assert!(suppressed(&released) > 1);
    assert!(released.audit.findings.is_empty());
}

#[test]
fn persons_decide_and_not_their_referrals() {
    // 40 referrals of 4 persons in one cell, 12 of 12 in the other.
    let rows = (0..52).map(|unit| Row {
        unit,
        person: if unit < 40 { unit % 4 } else { unit },
        leaves: vec![if unit < 40 { 1 } else { 2 }],
    });
    let side = || Dimension::flat("area", ["N", "S"]).unwrap();
    let table = CountTable::tally("t", "referral", vec![side()], rows, |_| true).unwrap();
    let released = protect(&[table], &[], &ReleasePolicy::default()).unwrap();
    assert_eq!(shown(&released, 0, &[1]), Published::Suppressed);
    assert_eq!(suppressed(&released), 2, "and something that hides the 40");
}

#[test]
fn rounding_hides_part_of_the_differences() {
    let inner: &[&[u64]] = &[&[4, 21, 33], &[52, 64, 71]];
    let released = protect(&[flat_table("t", inner, false)], &[], &policy("preset = \"ehrql\"")).unwrap();
    for cell in &released.tables[0].cells {
        if let Published::Shown(count) = cell.value {
            assert_eq!(count % 5, 0);
        }
    }
    // Each margin hides up to 2 either way: less is withheld than with exact counts.
    let exact = protect(&[flat_table("t", inner, false)], &[], &policy("preset = \"ehrql\"\ncount_base = 1"));
    assert!(suppressed(&released) < suppressed(&exact.unwrap()));
}

#[test]
fn eight_single_persons_below_a_small_total_can_be_released() {
    let first: &[u64] = &[1, 1, 1, 1, 1, 1, 1, 1, 0];
    let others: Vec<Vec<u64>> = (0..3).map(|n| (0..9).map(|m| 20 + n + m).collect()).collect();
    let inner: Vec<&[u64]> = std::iter::once(first).chain(others.iter().map(Vec::as_slice)).collect();
    let released = protect(&[flat_table("t", &inner, true)], &[], &ReleasePolicy::default());
    assert!(released.unwrap().audit.narrowest >= Some(5));
}

#[test]
fn figures_follow_the_published_counts() {
    let side = || Dimension::flat("area", ["N", "S", "W"]).unwrap();
    let rows = persons([(vec![1], 4), (vec![2], 40), (vec![3], 60)]);
    let table = CountTable::tally("t", "person", vec![side()], rows, |_| true).unwrap();
    let request = |cell: usize, measure| FigureRequest {
        label: "share".to_owned(),
        table: "t".to_owned(),
        coordinates: vec![cell],
        measure,
    };
    let share = || Measure::Proportion { of: vec![0] };
    let median = Measure::Duration {
        event: vec![3],
        persons: 60,
        events: 40,
        median: Median { value: Some(31.0), lower: None, upper: None },
    };
    let wanted = [request(1, share()), request(3, share()), request(3, median)];
    let default = ReleasePolicy::default();
    let released = protect(std::slice::from_ref(&table), &wanted, &default).unwrap();
    let figures = |cell: usize| &released.tables[0].cell(&[cell]).unwrap().figures;
    assert_eq!(figures(1)[0].value, FigureValue::Suppressed);
    assert_eq!(figures(3).len(), 2);
    let whole = Measure::Proportion { of: vec![1] };
    let error = protect(std::slice::from_ref(&table), &[request(3, whole)], &default);
    assert!(matches!(error, Err(DisclosureError::NotAPart { .. })));
    let error = protect(&[table], &[request(9, share())], &default);
    assert!(matches!(error, Err(DisclosureError::UnknownCell { .. })));
    let error = protect(&[], &[request(1, share())], &default);
    assert!(matches!(error, Err(DisclosureError::UnknownTable { .. })));
}

#[test]
fn one_name_is_one_table() {
    let table = || flat_table("t", &[&[40, 20]], false);
    let error = protect(&[table(), table()], &[], &ReleasePolicy::default()).unwrap_err();
    assert_eq!(error.to_string(), "table t: occurs twice in the release");
}

#[test]
fn what_cannot_be_protected_is_not_released() {
    // Two sites and an unsafe total: the one that knows its own 8 knows that the other has at
    // most 1, whatever is withheld.
    let table = flat_table("t", &[&[1], &[8]], true);
    let strict = policy("minimum_width = 8\nleast_width = 8");
    let outcome = protect(std::slice::from_ref(&table), &[], &strict);
    let error = outcome.unwrap_err();
    assert!(matches!(error, DisclosureError::Unprotectable(_)));
    assert!(!error.to_string().contains('8'));
    // Unless the policy allows what is attainable, and then the audit says so.
    let released = protect(&[table], &[], &policy("minimum_width = 8")).unwrap();
    let [exception, ..] = released.audit.exceptions.as_slice() else {
        panic!("there is an exception");
    };
    assert_eq!(exception.attacker, Attacker::Insider("R2".to_owned()));
    assert!(released.audit.narrowest >= Some(1));
    // How narrow, and which cell, would tell R2's 8 to everybody.
    assert_eq!(released.audit.exceptions(), released.audit.exceptions.len());
    for told in [serde_json::to_string(&released).unwrap(), format!("{:?}", released.audit)] {
        assert!(!told.contains("\"width\":") && !told.contains("narrowest"), "{told}");
    }
}

#[test]
fn no_line_withholds_few_persons() {
    // 4 and 4 hide each other well, but 8 together would follow from the total.
    let inner: &[&[u64]] = &[&[4, 4, 30, 40], &[4, 4, 60, 70], &[33, 44, 55, 66]];
    let released = protect(&[flat_table("t", inner, false)], &[], &ReleasePolicy::default()).unwrap();
    let count = |at: &[usize]| match shown(&released, 0, at) {
        Published::Shown(count) => count,
        Published::Suppressed => 0,
    };
    for row in 1..=3 {
        let parts: u64 = (1..=4).map(|column| count(&[row, column])).sum();
        let withheld = count(&[row, 0]).saturating_sub(parts);
        assert!(withheld == 0 || withheld >= 10, "row {row}");
    }
    for column in 1..=4 {
        let parts: u64 = (1..=3).map(|row| count(&[row, column])).sum();
        let withheld = count(&[0, column]).saturating_sub(parts);
        assert!(withheld == 0 || withheld >= 10, "column {column}");
    }
}

#[test]
fn what_no_person_is_behind_is_never_rounded() {
    let proof = WithoutPersons::asserted();
    let side = || Dimension::flat("province", ["BG", "BS"]).unwrap();
    let rows = persons([(vec![1], 5), (vec![2], 7)]);
    let table = CountTable::tally_without_persons("pua", "site", vec![side()], rows, |_| true, &proof);
    let released = protect(&[table.unwrap()], &[], &policy("preset = \"ehrql\"")).unwrap();
    assert_eq!(shown(&released, 0, &[0]), Published::Shown(12));
    assert_eq!(shown(&released, 0, &[2]), Published::Shown(7));
}

#[test]
fn a_site_that_receives_knows_what_it_received() {
    // From N to S 4 persons: S knows its own column whatever the rows say.
    let side = |name: &str| Dimension::flat(name, ["N", "S", "W"]).unwrap().with_insiders();
    let counts = [[40, 4, 30], [50, 60, 5], [33, 44, 55]];
    let cells = (0..9_usize).map(|at| (vec![at / 3 + 1, at % 3 + 1], counts[at / 3][at % 3]));
    let table =
        CountTable::tally("t", "person", vec![side("from"), side("to")], persons(cells), |_| true).unwrap();
    let system = System::merge(&[table], &ReleasePolicy::default()).unwrap();
    let known = |at: usize| &system.quantities[system.cells[0][at]].known_to;
    // Row N, column S of a 4 by 4 table with margins.
    assert_eq!(known(4 + 2).len(), 2);
    assert_eq!(known(4 + 1).len(), 1, "sent and received by the same");
    assert_eq!(known(2).len(), 1, "all that it received");
    assert_eq!(known(0).len(), 0);
}
