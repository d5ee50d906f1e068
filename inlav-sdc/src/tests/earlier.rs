//! Releases one after the other: what is told by subtracting one from the other.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::super::testing::{Dice, persons};
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

/// Twelve sites by eight sectors; the first `people` of one and the same sequence of persons.
fn sites_by_sectors(people: u64) -> CountTable {
    let sites = Dimension::flat("site", (1..=12).map(|n| format!("S{n:02}"))).unwrap().with_insiders();
    let sectors = Dimension::flat("sector", (1..=8).map(|n| format!("K{n}"))).unwrap();
    let rows = (0..people).map(|unit| {
        let mut dice = Dice(unit * 1_000_003 + 5);
        Row { unit, person: unit, leaves: vec![1 + dice.skewed(12), 1 + dice.skewed(8)] }
    });
    CountTable::tally("site_sector", "person", vec![sites, sectors], rows, |_| true).unwrap()
}

/// What somebody knows who has read several releases of one table, nothing else, and how counts
/// hang together. Works on coordinates and true counts for the test alone; no code of the crate
/// that protects is used.
struct Reader {
    /// For each release and cell the smallest and largest count.
    held: Vec<BTreeMap<Vec<usize>, (f64, f64)>>,
    sizes: Vec<usize>,
}

impl Reader {
    /// `own` is the row that an insider knows.
    fn of(releases: &[&Released<Publication>], truths: &[&CountTable], own: Option<usize>) -> Self {
        let sizes = truths[0].dimensions().iter().map(|side| side.nodes().len()).collect();
        let mut held = Vec::new();
        for (released, truth) in releases.iter().zip(truths) {
            let cells = released.tables[0].cells.iter().map(|cell| {
                let known = match cell.value {
                    Published::Shown(count) => Some(count),
                    Published::Suppressed if own == Some(cell.coordinates[0]) => {
                        Some(truth.cells()[truth.index(&cell.coordinates).unwrap()].count)
                    }
                    Published::Suppressed => None,
                };
                #[expect(clippy::cast_precision_loss, reason = "counts of a test")]
                let range = known.map_or((0.0, f64::INFINITY), |count| (count as f64, count as f64));
                (cell.coordinates.clone(), range)
            });
            held.push(cells.collect());
        }
        Self { held, sizes }
    }

    /// The least and the largest value that fit all that is known of a cell's counts in some
    /// releases, each times a factor, added up.
    fn range(&self, cell: &[usize], sum: &[(usize, f64)]) -> (f64, f64) {
        let end = |direction, sign: f64| {
            let mut problem = Problem::new(direction);
            let mut variables: Vec<BTreeMap<&Vec<usize>, Variable>> = Vec::new();
            for (number, cells) in self.held.iter().enumerate() {
                let cost = |at: &Vec<usize>| {
                    let factors = sum.iter().filter(|(release, _)| at == cell && *release == number);
                    factors.map(|(_, factor)| factor).sum()
                };
                variables
                    .push(cells.iter().map(|(at, &held)| (at, problem.add_var(cost(at), held))).collect());
            }
            for cells in &variables {
                for (at, &whole) in cells {
                    for side in (0..self.sizes.len()).filter(|&side| at[side] == 0) {
                        let parts = (1..self.sizes[side]).map(|node| {
                            let mut part = (*at).clone();
                            part[side] = node;
                            (cells[&part], 1.0)
                        });
                        let terms: Vec<(Variable, f64)> = parts.chain([(whole, -1.0)]).collect();
                        problem.add_constraint(terms, ComparisonOp::Eq, 0.0);
                    }
                }
            }
            for pair in variables.windows(2) {
                for (at, &before) in &pair[0] {
                    problem.add_constraint([(pair[1][at], 1.0), (before, -1.0)], ComparisonOp::Ge, 0.0);
                }
            }
            match problem.solve() {
                Ok(outcome) => outcome.into_solution().unwrap().objective(),
                Err(microlp::Error::Unbounded) => sign * f64::INFINITY,
                Err(fault) => panic!("{fault}"),
            }
        };
        (end(OptimizationDirection::Minimize, -1.0), end(OptimizationDirection::Maximize, 1.0))
    }

    /// Cells of 1 to 9 persons, in a release or by what changed between two, that lie between two
    /// numbers less than 5 apart.
    fn finds(&self, truths: &[&CountTable], sum: &[(usize, f64)], own: Option<usize>) -> usize {
        #[expect(clippy::cast_precision_loss, reason = "counts of a test")]
        let count = |release: usize, at: &[usize]| {
            truths[release].cells()[truths[release].index(at).unwrap()].count as f64
        };
        (self.held[0].keys())
            .filter(|at| own != Some(at[0]))
            .filter(|at| {
                let truth: f64 = sum.iter().map(|(release, factor)| factor * count(*release, at)).sum();
                (0.5..9.5).contains(&truth)
            })
            .filter(|at| {
                let (least, most) = self.range(at, sum);
                most - least < 4.999
            })
            .count()
    }
}

const FIRST: &[(usize, f64)] = &[(0, 1.0)];
const SECOND: &[(usize, f64)] = &[(1, 1.0)];
const CHANGE: &[(usize, f64)] = &[(1, 1.0), (0, -1.0)];

/// The setting of the design: 1,200 persons, one month later 35 more.
#[test]
fn nothing_that_joined_is_told_by_two_releases() {
    let (may, june) = (sites_by_sectors(1_200), sites_by_sectors(1_235));
    let truths = [&may, &june];
    let (first, remembered) = release("1", std::slice::from_ref(&may), &[]);
    let alone = protect(std::slice::from_ref(&june), &[], &ReleasePolicy::default()).unwrap();
    let told = Reader::of(&[&first, &alone], &truths, None).finds(&truths, CHANGE, None);
    assert!(told >= 10, "each protected alone, the two tell only {told} changes");

    let (second, _) = release("2", std::slice::from_ref(&june), &[remembered]);
    assert_eq!(second.audit.past_disclosures(), 0);
    assert_eq!(second.audit.earlier, ["1"]);
    let reader = Reader::of(&[&first, &second], &truths, None);
    for question in [FIRST, SECOND, CHANGE] {
        assert_eq!(reader.finds(&truths, question, None), 0);
        for site in 1..=12 {
            let insider = Reader::of(&[&first, &second], &truths, Some(site));
            assert_eq!(insider.finds(&truths, question, Some(site)), 0, "site {site}");
        }
    }
    let published = second.tables[0].cells.len() - suppressed(&second);
    assert!(published >= 15, "only {published} cells are left");
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
    let may = sites_by_sectors(300);
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
