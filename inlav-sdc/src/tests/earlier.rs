//! Releases one after the other: what is told by subtracting one from the other.

mod possible;
mod reader;

use super::super::testing::persons;
use super::super::*;
use super::{policy, shown, suppressed};

/// Released and remembered.
fn release(name: &str, tables: &[CountTable], earlier: &[Earlier]) -> (Released<Publication>, Earlier) {
    let released = protect_after(earlier, tables, &[], &ReleasePolicy::default()).unwrap();
    let remembered = Earlier::of(name, tables, &released).unwrap();
    (released, remembered)
}

/// One dimension with these counts, person after person: the first of each cell are always the same.
fn line(counts: &[u64]) -> CountTable {
    let side = Dimension::flat("area", (1..=counts.len()).map(|n| format!("A{n}"))).unwrap();
    let rows = (counts.iter().zip(1_u64..)).flat_map(|(&count, leaf)| {
        (0..count).map(move |at| Row {
            unit: leaf * 1_000 + at,
            person: leaf * 1_000 + at,
            leaves: vec![usize::try_from(leaf).unwrap()],
        })
    });
    CountTable::tally("t", "person", vec![side], rows, |_| true).unwrap()
}

fn values(released: &Released<Publication>) -> Vec<Published> {
    released.tables[0].cells.iter().map(|cell| cell.value).collect()
}

#[test]
fn what_did_not_change_is_published_again_and_nothing_besides() {
    let table = || line(&[4, 20, 30, 40]);
    let (first, remembered) = release("1", &[table()], &[]);
    let (second, _) = release("2", &[table()], &[remembered]);
    assert_eq!(first.tables, second.tables);
}

#[test]
fn a_few_who_joined_are_hidden_where_they_joined() {
    let (first, remembered) = release("1", &[line(&[20, 30, 40])], &[]);
    assert_eq!(suppressed(&first), 0);
    // 3 joined the first area: its count and the total would tell it.
    let grown = line(&[23, 30, 40]);
    let (second, _) = release("2", std::slice::from_ref(&grown), std::slice::from_ref(&remembered));
    assert_eq!(shown(&second, 0, &[0]), Published::Suppressed);
    assert_eq!(shown(&second, 0, &[1]), Published::Suppressed);
    assert_eq!(shown(&second, 0, &[2]), Published::Shown(30));
    // Enough persons are no secret.
    let (second, _) = release("2", &[line(&[30, 30, 40])], &[remembered]);
    assert_eq!(suppressed(&second), 0);
}

#[test]
fn a_few_who_left_are_hidden_too() {
    let (_, remembered) = release("1", &[line(&[23, 30, 40])], &[]);
    let (second, _) = release("2", &[line(&[20, 30, 40])], &[remembered]);
    assert_eq!(shown(&second, 0, &[0]), Published::Suppressed);
    assert_eq!(shown(&second, 0, &[1]), Published::Suppressed);
}

/// Three join, then four: nobody may learn the three from what the second release withheld and the
/// third, nor the seven from the first and the third.
#[test]
fn changes_add_up_over_releases() {
    let (_, first) = release("1", &[line(&[20, 30, 40])], &[]);
    let (_, second) = release("2", &[line(&[23, 30, 40])], std::slice::from_ref(&first));
    let third = line(&[27, 30, 40]);
    let (released, _) = release("3", std::slice::from_ref(&third), &[first.clone(), second.clone()]);
    assert_eq!(shown(&released, 0, &[1]), Published::Suppressed);
    // 12 since the first release and 9 since the second, which nobody can compare with.
    let (released, _) = release("3", &[line(&[32, 30, 40])], &[first, second]);
    assert_eq!(shown(&released, 0, &[1]), Published::Shown(32));
}

#[test]
fn a_cell_withheld_before_is_published_only_if_the_first_release_stays_safe() {
    // 4 hides behind 20 in the first release; 20 by itself would tell it now.
    let side = || Dimension::flat("area", ["A1", "A2", "A3"]).unwrap();
    let table = |id: &str, only: &[usize]| {
        let rows = persons([(vec![1], 4), (vec![2], 20), (vec![3], 40)]);
        let only = only.to_vec();
        CountTable::tally(id, "person", vec![side()], rows, move |at| only.contains(&at[0])).unwrap()
    };
    let (first, remembered) = release("1", &[table("all", &[0, 1, 2, 3])], &[]);
    let hidden: Vec<usize> = (1..=3).filter(|&at| shown(&first, 0, &[at]) == Published::Suppressed).collect();
    assert_eq!(hidden, [1, 2]);
    let alone = protect(&[table("few", &[2])], &[], &ReleasePolicy::default()).unwrap();
    assert_eq!(shown(&alone, 0, &[2]), Published::Shown(20));
    let (second, _) = release("2", &[table("few", &[2])], &[remembered]);
    assert_eq!(shown(&second, 0, &[2]), Published::Suppressed);
}

#[test]
fn what_a_weaker_policy_published_is_told_and_not_refused() {
    let table = line(&[7, 30, 40]);
    let weak = policy("preset = \"five\"");
    let released = protect(std::slice::from_ref(&table), &[], &weak).unwrap();
    assert_eq!(shown(&released, 0, &[1]), Published::Shown(7));
    let remembered = Earlier::of("1", std::slice::from_ref(&table), &released).unwrap();
    let (second, _) = release("2", &[table], &[remembered]);
    assert_eq!(second.audit.past_disclosures(), 1);
    assert_eq!(shown(&second, 0, &[1]), Published::Suppressed, "it is not shown again");
    assert_eq!(shown(&second, 0, &[0]), Published::Shown(77), "hiding others helps nobody");
    for told in [serde_json::to_string(&second.audit).unwrap(), format!("{:?}", second.audit)] {
        assert!(!told.contains("A1"), "which cell it is: {told}");
    }
}

/// Two releases each protected alone have told a change already.
#[test]
fn a_change_that_two_releases_told_is_told_and_not_refused() {
    let tables = [line(&[20, 30, 40]), line(&[23, 30, 40])];
    let remembered: Vec<Earlier> = (tables.iter().zip(["1", "2"]))
        .map(|(table, name)| {
            let table = std::slice::from_ref(table);
            Earlier::of(name, table, &protect(table, &[], &ReleasePolicy::default()).unwrap()).unwrap()
        })
        .collect();
    let (third, _) = release("3", &[line(&[23, 30, 40])], &remembered);
    assert!(third.audit.past_disclosures() >= 1);
    assert_eq!(suppressed(&third), 0);
    let (third, _) = release("3", &[line(&[27, 30, 40])], &remembered);
    assert_eq!(shown(&third, 0, &[1]), Published::Suppressed, "the next few are hidden all the same");
}

#[test]
fn a_coarser_publication_bounds_what_a_finer_one_may_tell() {
    let rounded = policy("preset = \"ehrql\"");
    let table = line(&[21, 33, 44]);
    let released = protect(std::slice::from_ref(&table), &[], &rounded).unwrap();
    let remembered = Earlier::of("1", std::slice::from_ref(&table), &released).unwrap();
    // The same rounding again tells nothing: nothing can or need be withheld.
    let again = protect_after(std::slice::from_ref(&remembered), std::slice::from_ref(&table), &[], &rounded);
    assert_eq!(again.unwrap().tables, released.tables);
    // Exact counts tell more, and more must be protected: 3 joined 21.
    let grown = line(&[24, 33, 44]);
    let (second, _) = release("2", &[grown], &[remembered]);
    assert_eq!(second.audit.past_disclosures(), 0);
    let insight = values(&second);
    assert!(insight.iter().any(|value| matches!(value, Published::Shown(_))));
}

/// A person who moves joins one cell and leaves another; in the margin nothing happens.
#[test]
fn who_moves_joins_one_cell_and_leaves_another() {
    let table = |moved: bool| {
        let side = Dimension::flat("area", ["A1", "A2", "A3"]).unwrap();
        let mut rows = persons([(vec![1], 20), (vec![2], 30), (vec![3], 40)]);
        if moved {
            rows[0].leaves = vec![2];
            rows[1].leaves = vec![2];
        }
        CountTable::tally("t", "person", vec![side], rows, |_| true).unwrap()
    };
    let (_, remembered) = release("1", &[table(false)], &[]);
    let (second, _) = release("2", &[table(true)], &[remembered]);
    let values = values(&second);
    assert_eq!(values[0], Published::Shown(90), "the same persons");
    assert_eq!(values[1..3], [Published::Suppressed; 2]);
    assert_eq!(values[3], Published::Shown(40));
}

/// A category that is new, and a dimension that is new, leave the cells that stay comparable.
#[test]
fn tables_that_grew_a_category_or_a_dimension_are_compared() {
    let (_, remembered) = release("1", &[line(&[20, 30, 40])], &[]);
    let (second, _) = release("2", &[line(&[23, 30, 40, 50])], std::slice::from_ref(&remembered));
    assert_eq!(shown(&second, 0, &[1]), Published::Suppressed);

    let sides = || {
        let areas = Dimension::flat("area", ["A1", "A2", "A3"]).unwrap();
        vec![areas, Dimension::flat("sex", ["F", "M"]).unwrap()]
    };
    let rows = (line(&[23, 30, 40]).units().iter())
        .map(|unit| Row {
            unit: unit.unit,
            person: unit.person,
            leaves: vec![unit.leaf, 1 + usize::from(unit.unit % 2 == 0)],
        })
        .collect::<Vec<_>>();
    let table = CountTable::tally("t", "person", sides(), rows, |_| true).unwrap();
    let (second, _) = release("2", &[table], &[remembered]);
    assert_eq!(shown(&second, 0, &[1, 0]), Published::Suppressed);
}

#[test]
fn a_table_of_another_name_is_compared_when_it_is_divided_the_same_way() {
    let (_, remembered) = release("1", &[line(&[20, 30, 40])], &[]);
    let rows = (line(&[23, 30, 40]).units().iter())
        .map(|unit| Row { unit: unit.unit, person: unit.person, leaves: vec![unit.leaf] })
        .collect::<Vec<_>>();
    let side = Dimension::flat("area", ["A1", "A2", "A3"]).unwrap();
    let table = CountTable::tally("u", "person", vec![side], rows, |_| true).unwrap();
    let (second, _) = release("2", &[table], &[remembered]);
    assert_eq!(shown(&second, 0, &[1]), Published::Suppressed);
}

#[test]
fn sites_and_pacts_may_change_as_they_like() {
    let proof = WithoutPersons::asserted();
    let table = |count: u64| {
        let side = Dimension::flat("province", ["BG", "BS"]).unwrap();
        let rows = persons([(vec![1], 5), (vec![2], count)]);
        CountTable::tally_without_persons("pua", "site", vec![side], rows, |_| true, &proof).unwrap()
    };
    let (_, remembered) = release("1", &[table(7)], &[]);
    let (second, _) = release("2", &[table(9)], &[remembered]);
    assert_eq!(suppressed(&second), 0);
}

#[test]
fn an_earlier_release_survives_being_written_down() {
    let may = reader::sites_by_sectors(300);
    let proof = WithoutPersons::asserted();
    let side = Dimension::flat("province", ["BG", "BS"]).unwrap();
    let places = persons([(vec![1], 5), (vec![2], 3)]);
    let places = CountTable::tally_without_persons("pua", "site", vec![side], places, |_| true, &proof);
    let referrals = (0..40).map(|unit| Row { unit, person: unit % 7, leaves: vec![1] });
    let side = Dimension::flat("body", ["X", "Y"]).unwrap();
    let referrals = CountTable::tally("r", "referral", vec![side], referrals, |at| at[0] != 2);
    let tables = [may, places.unwrap(), referrals.unwrap()];
    let (_, remembered) = release("1", &tables, &[]);
    let text = serde_json::to_string(&remembered).unwrap();
    let read: Earlier = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    for (one, other) in remembered.tables().iter().zip(read.tables()) {
        assert!(one.counts.cells() == other.counts.cells() && one.published == other.published);
        assert_eq!(one.counts.dimensions(), other.counts.dimensions());
    }
    assert_eq!(format!("{read:?}"), "Earlier { name: \"1\", tables: 3, .. }");
    for (from, to) in [
        ("\"cells\":\"P", "\"cells\":\"PP"),
        ("\"cells\":\"P", "\"cells\":\"X"),
        ("\"leaf\":10", "\"leaf\":0"),
        ("\"leaf\":10", "\"leaf\":1000"),
        ("\"units\":\"0", "\"units\":\"00"),
        ("\"units\":\"0", "\"units\":\"+"),
        ("\"persons\":\"0", "\"persons\":\"-"),
    ] {
        assert!(text.contains(from), "{from}");
        let broken = text.replacen(from, to, 1);
        let fault = serde_json::from_str::<Earlier>(&broken).unwrap_err().to_string();
        assert!(fault.contains("table "), "{fault}");
    }
    let stranger = Earlier::of("1", &tables[1..], &protect(&tables, &[], &ReleasePolicy::default()).unwrap());
    assert!(matches!(stranger, Err(DisclosureError::NotThatRelease { .. })));
}
