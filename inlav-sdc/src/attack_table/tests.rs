//! Attacks on files as tools write them, against all tables that fit.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;

use proptest::prelude::*;

use super::*;
use crate::any_table::{Request, protect_file};
use crate::testing::Dice;

fn attacked(text: &str, attack: &Attack) -> Result<Attacked, InputError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.csv");
    File::create_new(&path).unwrap().write_all(text.as_bytes()).unwrap();
    attack_file(&path, attack)
}

fn exactly() -> Attack {
    Attack { exactly: true, ..Attack::default() }
}

/// Codes, lowest and highest value of every suppressed cell.
fn intervals(attacked: &Attacked) -> Vec<(String, u64, Option<u64>)> {
    let cell = |cell: &AttackedCell| (cell.codes.join("/"), cell.lowest, cell.highest);
    attacked.cells.iter().map(cell).collect()
}

#[test]
fn one_mark_is_worked_out_from_its_margins() {
    let text = "area,n\nTotale,99\nnorth,55\nsouth,*\n";
    let found = attacked(text, &Attack::default()).unwrap();
    assert_eq!(intervals(&found), [("south".to_owned(), 44, Some(44))]);
    assert_eq!(found.cells[0].verdict, Verdict::Harmless, "44 are no secret");
    let found = attacked(&text.replace("55", "95"), &Attack::default()).unwrap();
    assert_eq!((found.cells[0].verdict, found.published), (Verdict::Exact, 2));
    assert_eq!(found.to_csv(), "area,row,lowest,highest,verdict\nsouth,4,4,4,exact\n");
}

#[test]
fn sums_of_sums_are_used() {
    // No row and no column has a single mark; the sum of the first two rows less the first three
    // columns leaves one cell.
    let text = "r,c,n\nTotal,Total,100\n1,Total,20\n2,Total,30\n3,Total,50\n\
        Total,a,13\nTotal,b,17\nTotal,c,70\n\
        1,a,x\n1,b,x\n1,c,10\n2,a,x\n2,b,x\n2,c,x\n3,a,x\n3,b,8\n3,c,x\n";
    let found = attacked(text, &exactly()).unwrap();
    let of = |codes: &str| intervals(&found).into_iter().find(|cell| cell.0 == codes).unwrap();
    // Row 1: a + b = 10, column b: 1b + 2b = 9.
    assert_eq!((of("1/a").1, of("1/a").2), (1, Some(10)));
    assert_eq!((of("1/b").1, of("1/b").2), (0, Some(9)));
    assert!(found.cells.iter().all(|cell| cell.is_exact));
}

#[test]
fn what_marks_say_is_used() {
    let file = |left: &str, right: &str| format!("area,n\nTotal,12\nnorth,{left}\nsouth,{right}\n");
    let found = |left: &str, right: &str, attack: &Attack| {
        let cells = intervals(&attacked(&file(left, right), attack).unwrap());
        (cells[0].1, cells[0].2)
    };
    assert_eq!(found("*", "x", &exactly()), (0, Some(12)));
    assert_eq!(found("<10", "<10", &exactly()), (3, Some(9)));
    assert_eq!(found("1-9", "≤4", &exactly()), (8, Some(9)));
    assert_eq!(found("*", "*", &Attack { least: Some(2), ..exactly() }), (2, Some(10)));
    assert_eq!(found("*", "*", &Attack { only_unsafe: true, threshold: 8, ..exactly() }), (5, Some(7)));
    assert_eq!(found("?", "§", &Attack { marks: vec!["?".into(), "§".into()], ..exactly() }), (0, Some(12)));
    let refused = attacked(&file("12", "-"), &exactly()).unwrap_err();
    assert!(matches!(refused, InputError::Mark { row: 4, .. }), "{refused}");
}

#[test]
fn a_status_column_decides() {
    let sdc_table = "area;Freq;sdcStatus\nTotal;60;s\nnorth;4;u\nsouth;16;x\nwest;40;s\n";
    let found = attacked(sdc_table, &Attack::default()).unwrap();
    assert_eq!(intervals(&found).len(), 2);
    assert_eq!(found.dimensions, ["area"]);
    let flags = "area,freq,primary,suppressed\nTotal,60,FALSE,FALSE\nnorth,4,TRUE,TRUE\nsouth,16,FALSE,TRUE\nwest,40,FALSE,FALSE\n";
    let attack = Attack { by: vec!["area".to_owned()], value: Some("freq".to_owned()), ..Attack::default() };
    assert_eq!(attacked(flags, &attack).unwrap().cells.len(), 2);
    let refused = attacked(&sdc_table.replace(";x", ";?"), &Attack::default()).unwrap_err();
    assert!(
        matches!(&refused, InputError::Mark { row: 4, column, .. } if column == "sdcStatus"),
        "{refused}"
    );
    let refused = attacked(&sdc_table.replace("40;s", ";s"), &Attack::default()).unwrap_err();
    assert!(matches!(&refused, InputError::Mark { row: 5, column, .. } if column == "Freq"), "{refused}");
}

#[test]
fn values_that_contradict_each_other_are_refused() {
    let rows = |text: &str, attack: &Attack| match attacked(text, attack) {
        Err(InputError::Contradiction { rows, .. }) => Some(rows),
        Err(other) => panic!("{other}"),
        Ok(_) => None,
    };
    let text = "area,n\nTotal,99\nnorth,56\nsouth,44\n";
    assert_eq!(rows(text, &Attack::default()), Some(vec![2, 3, 4]));
    assert_eq!(rows(&text.replace("56", "55"), &Attack::default()), None);
    assert_eq!(rows(&text.replace("44", "*").replace("56", "100"), &Attack::default()), Some(vec![2, 3, 4]));
    // Rounded to 5, and then once more to what rounding cannot explain.
    let rounded = "area,n\nTotal,100\nnorth,55\nsouth,40\n";
    assert!(rows(rounded, &Attack::default()).is_some());
    assert_eq!(rows(rounded, &Attack { rounded: Some(5), ..Attack::default() }), None);
    let rounded = rounded.replace("40", "30");
    assert!(rows(&rounded, &Attack { rounded: Some(5), ..Attack::default() }).is_some());
    // Every sum can be, and all together cannot: rows say a = b, columns that they differ.
    let cross = "r,c,n\n1,Total,10\n2,Total,10\nTotal,a,3\nTotal,b,17\nTotal,Total,20\n\
        1,a,*\n1,b,*\n2,a,1\n2,b,*\n";
    assert_eq!(rows(cross, &Attack::default()), None);
    let cross = cross.replace("2,a,1", "2,a,4");
    assert!(rows(&cross, &Attack::default()).is_some());
}

#[test]
fn absent_combinations_are_zero_or_unknown() {
    let text = "r,c,n\nTotal,Total,30\n1,Total,12\n2,Total,18\nTotal,a,14\nTotal,b,16\n1,a,*\n2,b,*\n";
    // Without 1b and 2a nothing fits: 1a would be 12 and 14.
    assert!(matches!(attacked(text, &Attack::default()), Err(InputError::Contradiction { .. })));
    let unknown = Attack { absent: Some(Absent::Unknown), ..exactly() };
    assert_eq!(intervals(&attacked(text, &unknown).unwrap())[0], ("1/a".to_owned(), 0, Some(12)));
    // A file of margins alone has no combination, and none of them is zero.
    let margins = "r,c,n\nTotal,Total,30\n1,Total,12\n2,Total,18\nTotal,a,*\nTotal,b,16\nTotal,c,*\n";
    let found = attacked(margins, &exactly()).unwrap();
    assert_eq!(intervals(&found)[0], ("TOTAL/a".to_owned(), 0, Some(14)));
    // Without margins there is nothing to add up.
    let inner = attacked("r,c,n\n1,a,*\n1,b,5\n2,a,7\n2,b,*\n", &exactly()).unwrap();
    assert_eq!(intervals(&inner), [("1/a".to_owned(), 0, None), ("2/b".to_owned(), 0, None)]);
    assert!(inner.cells.iter().all(|cell| cell.verdict == Verdict::Wide));
}

#[test]
fn files_that_will_not_do_are_refused() {
    let error = |text: &str, attack: &Attack| attacked(text, attack).unwrap_err();
    let default = Attack::default();
    assert!(matches!(error("area,n\nx,1\nx,2\n", &default), InputError::CellTwice { first: 2, row: 3, .. }));
    assert!(matches!(
        error("area,n\nTotal,1\nx,1\nTotale,1\n", &default),
        InputError::CellTwice { first: 2, row: 4, .. }
    ));
    assert!(matches!(error("area,n,count\nx,1,2\n", &default), InputError::NoValues { .. }));
    assert!(matches!(error("n\n1\n", &default), InputError::NoDimension));
    assert!(matches!(error("area,n\n", &default), InputError::NoRows { .. }));
    let by = |column: &str| Attack { by: vec![column.to_owned()], ..Attack::default() };
    assert!(matches!(error("area,n\nx,1\n", &by("region")), InputError::UnknownColumn { .. }));
    assert!(matches!(
        error("area,n\nx,1\n", &Attack { value: Some("area".into()), ..by("area") }),
        InputError::SameColumn { .. }
    ));
    assert!(matches!(error("area,n\nx,99999999999999\n", &default), InputError::Mark { row: 2, .. }));
    let mut large = "a,b,n\n".to_owned();
    for code in 0..500 {
        writeln!(large, "{code},{code},1").unwrap();
    }
    assert!(matches!(error(&large, &default), InputError::TooManyCells { .. }));
}

#[test]
fn hierarchies_are_sums_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.csv");
    let areas = "dimension,code,parent\narea,north,\narea,MI,north\narea,BG,north\narea,rest,\n";
    File::create_new(&path).unwrap().write_all(areas.as_bytes()).unwrap();
    let attack = Attack { hierarchies: vec![HierarchyFile { path, dimension: None }], ..exactly() };
    let text = "area,n\nTOTAL,90\nnorth,30\nrest,60\nMI,26\nBG,*\n";
    assert_eq!(intervals(&attacked(text, &attack).unwrap()), [("BG".to_owned(), 4, Some(4))]);
    // Without the hierarchy the parts would be counted beside their sum.
    assert!(matches!(attacked(text, &exactly()), Err(InputError::Contradiction { .. })));
}

/// A made-up table of two or three flat sides with all margins: codes and counts, leaves first.
fn table(sizes: &[usize], limit: u64, seed: u64) -> Vec<(Vec<usize>, u64)> {
    let mut dice = Dice(seed);
    let combinations = |from: usize| {
        sizes.iter().fold(vec![Vec::new()], |all: Vec<Vec<usize>>, &size| {
            let with = |codes: Vec<usize>| {
                (from..=size).map(move |code| codes.iter().copied().chain([code]).collect())
            };
            all.into_iter().flat_map(with).collect()
        })
    };
    let leaves: Vec<(Vec<usize>, u64)> =
        combinations(1).into_iter().map(|at| (at, dice.below(limit).min(dice.below(limit)))).collect();
    let sum = |at: &Vec<usize>| -> u64 {
        let within = |leaf: &Vec<usize>| at.iter().zip(leaf).all(|(at, leaf)| *at == 0 || at == leaf);
        leaves.iter().filter(|(leaf, _)| within(leaf)).map(|(_, count)| count).sum()
    };
    combinations(0).into_iter().map(|at| (at.clone(), sum(&at))).collect()
}

/// The table as a file, with marks where `hidden` says.
fn written(cells: &[(Vec<usize>, u64)], hidden: impl Fn(usize, u64) -> bool) -> String {
    let sides = cells[0].0.len();
    let mut text = format!("{},n\n", (0..sides).map(|side| format!("d{side}")).collect::<Vec<_>>().join(","));
    for (number, (at, count)) in cells.iter().enumerate() {
        let codes: Vec<String> = at
            .iter()
            .map(|&code| if code == 0 { "TOTAL".to_owned() } else { format!("k{code:02}") })
            .collect();
        let value = if hidden(number, *count) { "*".to_owned() } else { count.to_string() };
        writeln!(text, "{},{value}", codes.join(",")).unwrap();
    }
    text
}

#[test]
fn tables_with_primaries_only_are_found_out() {
    // What ACRO and ehrQL do: cells below the threshold are marked, and nothing else.
    for seed in 0..6 {
        let cells = table(&[6, 5], 60, seed);
        let text = written(&cells, |_, count| (1..10).contains(&count));
        let attack = Attack { only_unsafe: true, ..exactly() };
        let found = attacked(&text, &attack).unwrap();
        assert!(found.count(Verdict::Exact) > 0, "{seed}: {:?}", intervals(&found));
        for cell in &found.cells {
            let row = usize::try_from(cell.row).unwrap();
            let true_count = cells[row - 2].1;
            assert!(cell.lowest <= true_count && true_count <= cell.highest.unwrap());
        }
    }
}

#[test]
fn protected_tables_are_not() {
    for (sizes, seed) in [(&[5, 4][..], 1), (&[3, 3, 3], 2), (&[2, 3, 2, 2], 3)] {
        let cells = table(sizes, 60, seed);
        let by: Vec<String> = (0..sizes.len()).map(|side| format!("d{side}")).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("true.csv");
        let text = written(&cells, |_, _| false);
        File::create_new(&path).unwrap().write_all(text.as_bytes()).unwrap();
        let request = Request { weight: Some("n".to_owned()), ..Request::by(by) };
        let published = protect_file(&path, &request).unwrap().table_csv();
        let found = attacked(&published, &Attack::default()).unwrap();
        assert!(!found.cells.is_empty());
        for cell in &found.cells {
            let codes = cell.codes.join(",");
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{codes},")));
            let count: u64 = line.unwrap().parse().unwrap();
            assert!(!(1..10).contains(&count) || cell.verdict == Verdict::Wide, "{codes} {:?}", cell.verdict);
        }
    }
}

/// Smallest and largest value of every cell over all tables of whole numbers that fit.
fn enumerated(
    cells: &[(Vec<usize>, u64)],
    hidden: &[bool],
    allowed: impl Fn(u64) -> bool,
) -> Vec<(u64, u64)> {
    let leaves: Vec<usize> =
        (0..cells.len()).filter(|&number| cells[number].0.iter().all(|&code| code > 0)).collect();
    let members: Vec<Vec<usize>> = (cells.iter())
        .map(|(at, _)| {
            let within = |leaf: usize| at.iter().zip(&cells[leaf].0).all(|(at, own)| *at == 0 || at == own);
            (0..leaves.len()).filter(|&leaf| within(leaves[leaf])).collect()
        })
        .collect();
    let total = cells[0].1;
    let mut found = vec![(u64::MAX, 0); cells.len()];
    let mut values = vec![0; leaves.len()];
    // All ways to spread the total over the leaves.
    fn spread(values: &mut Vec<u64>, at: usize, left: u64, each: &mut dyn FnMut(&[u64])) {
        if at + 1 == values.len() {
            values[at] = left;
            return each(values);
        }
        for value in 0..=left {
            values[at] = value;
            spread(values, at + 1, left - value, each);
        }
    }
    spread(&mut values, 0, total, &mut |values| {
        let sums: Vec<u64> =
            members.iter().map(|members| members.iter().map(|&leaf| values[leaf]).sum()).collect();
        let fits = (sums.iter().zip(cells).zip(hidden))
            .all(|((&sum, (_, count)), &hidden)| if hidden { allowed(sum) } else { sum == *count });
        if fits {
            for (found, sum) in found.iter_mut().zip(sums) {
                *found = (found.0.min(sum), found.1.max(sum));
            }
        }
    });
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn intervals_are_those_of_all_tables(
        sizes in prop_oneof![Just(vec![2, 3]), Just(vec![3, 3]), Just(vec![2, 2, 2]), Just(vec![4])],
        seed: u64, bits: u64, only_unsafe: bool,
    ) {
        let cells = table(&sizes, 4, seed);
        prop_assume!(cells[0].1 <= 9);
        // The grand total is published, so that everything has an end.
        let hides = |number: usize, count: u64| {
            number > 0 && if only_unsafe { (1..3).contains(&count) } else { bits >> (number % 64) & 1 == 1 }
        };
        let hidden: Vec<bool> =
            cells.iter().enumerate().map(|(number, (_, count))| hides(number, *count)).collect();
        let attack = Attack { only_unsafe, threshold: 3, least: Some(u64::from(only_unsafe)), ..exactly() };
        let found = attacked(&written(&cells, hides), &attack).unwrap();
        let all = enumerated(&cells, &hidden, |value| !only_unsafe || (1..3).contains(&value));
        prop_assert_eq!(found.cells.len(), hidden.iter().filter(|hidden| **hidden).count());
        for cell in &found.cells {
            let (lowest, highest) = all[usize::try_from(cell.row).unwrap() - 2];
            prop_assert!(cell.lowest <= lowest && Some(highest) <= cell.highest, "{:?}", cell);
            prop_assert!(cell.is_exact, "{:?}", cell);
            prop_assert_eq!((cell.lowest, cell.highest), (lowest, Some(highest)));
        }
    }

    /// Margins and combinations that are not in the file limit nothing, and what they are sums of
    /// still adds up.
    #[test]
    fn absent_cells_are_unknown(
        sizes in prop_oneof![Just(vec![2, 3]), Just(vec![3, 3]), Just(vec![2, 2, 2])],
        seed: u64, bits: u64, gone: u64,
    ) {
        let cells = table(&sizes, 4, seed);
        prop_assume!(cells[0].1 <= 9);
        let bit = |bits: u64, number: usize| number > 0 && bits >> (number % 64) & 1 == 1;
        let text = written(&cells, |number, _| bit(bits, number));
        // Every code stays in the file, or it would be no category of the table.
        let kept: Vec<&str> = (text.lines().skip(1).enumerate())
            .filter(|(number, _)| !bit(gone, *number))
            .map(|(_, line)| line)
            .collect();
        let codes: std::collections::BTreeSet<(usize, &str)> =
            kept.iter().flat_map(|line| line.split(',').take(sizes.len()).enumerate()).collect();
        prop_assume!(codes.len() == sizes.iter().map(|size| size + 1).sum::<usize>());
        let file = format!("{}\n{}\n", text.lines().next().unwrap(), kept.join("\n"));
        let attack = Attack { absent: Some(Absent::Unknown), ..exactly() };
        let found = attacked(&file, &attack).unwrap();
        let hidden: Vec<bool> =
            (0..cells.len()).map(|number| bit(bits, number) || bit(gone, number)).collect();
        let all = enumerated(&cells, &hidden, |_| true);
        for cell in &found.cells {
            let at: Vec<usize> = (cell.codes.iter())
                .map(|code| code.strip_prefix('k').map_or(0, |code| code.parse().unwrap()))
                .collect();
            let number = cells.iter().position(|(own, _)| *own == at).unwrap();
            prop_assert_eq!((cell.lowest, cell.highest), (all[number].0, Some(all[number].1)));
        }
    }

    #[test]
    fn tightening_loses_no_solution(seed: u64, bits: u64) {
        let cells = table(&[2, 3], 5, seed);
        prop_assume!(cells[0].1 <= 9);
        let hides = |number: usize| number > 0 && bits >> number & 1 == 1;
        let attack = exactly();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.csv");
        let text = written(&cells, |number, _| hides(number));
        File::create_new(&path).unwrap().write_all(text.as_bytes()).unwrap();
        let (puzzle, _) = reading::read(&path, &attack).unwrap().puzzle(&path, &attack).unwrap();
        let hidden: Vec<bool> = (0..cells.len()).map(hides).collect();
        // The puzzle's cells and these come in the same order, the total of each side first.
        for (bounds, (lowest, highest)) in puzzle.bounds.iter().zip(enumerated(&cells, &hidden, |_| true)) {
            prop_assert!(bounds.0.unsigned_abs() <= lowest && highest <= bounds.1.unsigned_abs());
        }
    }
}
