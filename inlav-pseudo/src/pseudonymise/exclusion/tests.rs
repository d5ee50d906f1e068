use std::convert::Infallible;

use inlav_core::policy::Minors;
use inlav_core::registry::{case, consent, employment, outcome};

use super::*;
use crate::forget::tests::Office;
use crate::pseudonymise::tests::{keys, rows};

/// Tables of an export: columns and rows, as an office writes them.
type Written = Vec<(&'static Table, &'static [&'static str], Vec<Vec<&'static str>>)>;

fn batch(written: &Written, table: &Table) -> Option<RawBatch> {
    let (table, names, lines) = written.iter().find(|(of, ..)| of.name == table.name)?;
    let column = |place: usize| lines.iter().map(|line| line[place]).collect::<Vec<_>>();
    let columns: Vec<(&str, Vec<&str>)> =
        names.iter().enumerate().map(|(place, name)| (*name, column(place))).collect();
    let columns: Vec<(&str, &[&str])> =
        columns.iter().map(|(name, cells)| (*name, cells.as_slice())).collect();
    Some(rows(table, &columns))
}

fn gather(written: &Written, policy: &Policy, forgotten: &[&str]) -> Exclusions {
    let key = keys().0.pseudonym_key(&policy.purpose, IdType::Person);
    let pseudonym = |number: &&str| {
        key.pseudonym(&inlav_core::identifiers::Identifier::register_number(IdType::Person, number).unwrap())
            .unwrap()
    };
    let forgotten = forgotten.iter().map(pseudonym).collect();
    let as_of = "2025-06-30".parse().unwrap();
    let tables = |table: &'static Table| {
        Ok::<_, Infallible>(batch(written, table).map(|rows| vec![Ok::<_, Infallible>(rows)]))
    };
    Exclusions::gather(policy, keys().0, CodeLists::built_in(), as_of, &forgotten, tables).unwrap()
}

/// What stays of a column.
fn kept(
    exclusions: &Exclusions,
    written: &Written,
    column: &'static Column,
    table: &'static Table,
) -> Vec<String> {
    let rows = exclusions.keep(batch(written, table).unwrap()).unwrap();
    (0..rows.rows()).map(|row| rows.text(column, row).to_owned()).collect()
}

fn policy(consents: &[&str], minors: Minors) -> Policy {
    let mut policy = Policy::evaluation();
    policy.exclude.consent_withdrawn = consents.iter().map(|consent| (*consent).to_owned()).collect();
    policy.exclude.minors = minors;
    policy
}

fn export(births: [&'static str; 4], consents: Vec<Vec<&'static str>>) -> Written {
    let persons = births.iter().zip(["P1", "P2", "P3", "P4"]).map(|(born, number)| vec![number, *born]);
    vec![
        (&PERSON, &["site_person_id", "birth_date"], persons.collect()),
        (
            &CASE,
            &["case_id", "site_person_id", "minor_path", "reopened_from"],
            vec![
                vec!["C1", "P1", "", ""],
                vec!["C2", "P2", "", ""],
                vec!["C3", "P3", "", ""],
                vec!["C4", "P1", "no", "C1"],
            ],
        ),
        (&CONSENT, &["case_id", "type", "given_on", "withdrawn_on"], consents),
        (&EMPLOYMENT, &["employment_id", "site_person_id"], vec![vec!["L1", "P1"], vec!["L2", "P2"]]),
        (
            &OUTCOME,
            &["outcome_id", "case_id"],
            vec![vec!["O1", "C4"], vec!["O2", "C2"], vec!["O3", "C1"], vec!["O4", "C3"]],
        ),
    ]
}

static PERSON: Table = person::TABLE;
static CASE: Table = case::TABLE;
static CONSENT: Table = consent::TABLE;
static EMPLOYMENT: Table = employment::TABLE;
static OUTCOME: Table = outcome::TABLE;

const GROWN: [&str; 4] = ["1990-01-01"; 4];

#[test]
fn rows_go_with_their_person_through_the_case_and_are_counted() {
    let written = export(GROWN, vec![vec!["C1", "RICERCA", "1/1/2025", "2/3/2025"]]);
    let exclusions = gather(&written, &policy(&["RICERCA"], Minors::Excluded(true)), &["P2", "P9"]);
    assert_eq!(kept(&exclusions, &written, &person::SITE_PERSON_ID, &PERSON), ["P3", "P4"]);
    assert_eq!(kept(&exclusions, &written, &case::CASE_ID, &CASE), ["C3"]);
    assert_eq!(kept(&exclusions, &written, &consent::CASE_ID, &CONSENT), Vec::<String>::new());
    assert_eq!(kept(&exclusions, &written, &employment::EMPLOYMENT_ID, &EMPLOYMENT), Vec::<String>::new());
    assert_eq!(kept(&exclusions, &written, &outcome::OUTCOME_ID, &OUTCOME), ["O4"]);
    let counted = |reason, persons, rows| Excluded { persons, reason, rows };
    assert_eq!(
        exclusions.counted(),
        [
            // P1, C1 and C4, the consent, L1, O1 and O3.
            counted(ExclusionReason::ConsentWithdrawn, 1, 7),
            // P2, C2, L2, O2; P9 is not in the export.
            counted(ExclusionReason::Forgotten, 1, 4),
        ]
    );
    let numbers = exclusions.keep(batch(&written, &OUTCOME).unwrap()).unwrap();
    assert_eq!(numbers.row_numbers(), [5], "a row keeps its place in the export");
}

/// A consent is a person's, not a case's: the last word of a person about a use counts.
#[test]
fn the_last_word_about_a_consent_counts() {
    let given = |case, kind, day, withdrawn| vec![case, kind, day, withdrawn];
    let first = given("C1", "RICERCA", "1/1/2025", "1/2/2025");
    for (more, stays) in [
        (vec![], false),
        (vec![given("C4", "RICERCA", "2/2/2025", "")], true),
        (vec![given("C4", "RICERCA", "1/2/2025", "")], false),
        (vec![given("C4", "RICERCA", "31/1/2025", "")], false),
        (vec![given("C4", "PRESA", "2/2/2025", "")], false),
        (vec![given("C2", "RICERCA", "2/2/2025", "")], false),
        (vec![given("C4", "RICERCA", "2/2/2025", "3/2/2025")], false),
        (vec![given("C4", "RICERCA", "2/2/2025", "3/2/2025"), given("C1", "RICERCA", "4/2/2025", "")], true),
    ] {
        let written = export(GROWN, [vec![first.clone()], more.clone()].concat());
        let exclusions = gather(&written, &policy(&["RICERCA"], Minors::Excluded(false)), &[]);
        let persons = kept(&exclusions, &written, &person::SITE_PERSON_ID, &PERSON);
        assert_eq!(persons.contains(&"P1".to_owned()), stays, "{more:?}");
        assert_eq!(persons.len(), if stays { 4 } else { 3 });
    }
}

#[test]
fn a_withdrawal_counts_for_the_uses_that_the_policy_names_also_after_the_last_day() {
    let withdrawn = |kind| export(GROWN, vec![vec!["C1", kind, "1/1/2025", "5/7/2025"]]);
    let left = |kind, named: &[&str]| {
        let written = withdrawn(kind);
        let exclusions = gather(&written, &policy(named, Minors::Excluded(false)), &[]);
        kept(&exclusions, &written, &person::SITE_PERSON_ID, &PERSON).len()
    };
    assert_eq!(left("RICERCA", &["RICERCA"]), 3);
    assert_eq!(left("PRESA", &["RICERCA"]), 4);
    assert_eq!(left("PRESA", &["RICERCA", "PRESA"]), 3);
    assert_eq!(left("RICERCA", &[]), 4);
    let mut without = export(GROWN, vec![]);
    without.retain(|(table, ..)| table.name != "consent");
    assert!(!gather(&without, &policy(&["RICERCA"], Minors::Excluded(true)), &[]).withdrawals_known());
    assert!(gather(&without, &policy(&[], Minors::Excluded(true)), &[]).withdrawals_known());
}

#[test]
fn who_is_not_of_age_on_the_last_day_goes_and_unknown_ages_are_told() {
    // The last day is 2025-06-30; who is 18 on that day is of age.
    let births = ["30/6/2007", "1/7/2007", "", "29/2/2008"];
    let mut written = export(births, vec![]);
    let stays = |written: &Written, minors| {
        let exclusions = gather(written, &policy(&[], minors), &[]);
        (kept(&exclusions, written, &person::SITE_PERSON_ID, &PERSON), exclusions.unknown_ages())
    };
    let numbers = |numbers: &[&str]| numbers.iter().map(|number| (*number).to_owned()).collect::<Vec<_>>();
    assert_eq!(stays(&written, Minors::Excluded(true)), (numbers(&["P1", "P3"]), 1));
    assert_eq!(stays(&written, Minors::Under(19)), (numbers(&["P3"]), 1));
    assert_eq!(stays(&written, Minors::Under(17)), (numbers(&["P1", "P2", "P3", "P4"]), 1));
    assert_eq!(stays(&written, Minors::Excluded(false)), (numbers(&["P1", "P2", "P3", "P4"]), 0));
    // Nobody knows the age of P3, but the protection of minors was set going.
    written[1].2[2][2] = "sì";
    assert_eq!(stays(&written, Minors::Excluded(true)), (numbers(&["P1"]), 0));
    let exclusions = gather(&written, &policy(&[], Minors::Excluded(true)), &["P2"]);
    kept(&exclusions, &written, &person::SITE_PERSON_ID, &PERSON);
    let counted: Vec<_> = exclusions.counted().iter().map(|one| (one.reason, one.persons)).collect();
    assert_eq!(
        counted,
        [(ExclusionReason::Minor, 2), (ExclusionReason::Forgotten, 1)],
        "one reason a person"
    );
}

/// What cannot be read could be the person who is to be left out.
#[test]
fn what_cannot_be_read_stops_and_is_named_without_its_value() {
    for (place, column, wrong) in [(0, 1, "ieri Provafalso"), (2, 3, "Provafalso"), (2, 1, "Provafalso")] {
        let mut written = export(GROWN, vec![vec!["C3", "RICERCA", "1/1/2025", "2/3/2025"]]);
        written[place].2[0][column] = wrong;
        let tables = |table: &'static Table| {
            Ok::<_, Infallible>(batch(&written, table).map(|rows| vec![Ok::<_, Infallible>(rows)]))
        };
        let policy = policy(&["RICERCA"], Minors::Excluded(true));
        let as_of = "2025-06-30".parse().unwrap();
        let refused =
            Exclusions::gather(&policy, keys().0, CodeLists::built_in(), as_of, &BTreeSet::new(), tables);
        let fault = refused.unwrap_err();
        let told = format!("{fault} {fault:?}");
        assert!(told.contains("row 2") && !told.contains("Provafalso"), "{told}");
    }
}

/// The log knows pseudonyms of the built-in purposes; a policy may have another one.
#[test]
fn the_forgotten_are_left_out_under_every_purpose() {
    let office = Office::new();
    let written: Written = vec![
        (&PERSON, &["site_person_id"], vec![vec!["P-1"], vec!["P-2"]]),
        (&CASE, &["case_id", "site_person_id"], vec![vec!["C-1", "P-2"], vec!["C-2", "P-3"]]),
    ];
    let tables = |table: &'static Table| {
        Ok::<_, Infallible>(batch(&written, table).map(|rows| vec![Ok::<_, Infallible>(rows)]))
    };
    let found =
        |purpose| forgotten(purpose, &office.keys, CodeLists::built_in(), &office.log(), tables).unwrap();
    assert!(found("study-2").is_empty());
    office.forget(&[2, 3]).unwrap();
    for purpose in ["care", "evaluation", "study-2"] {
        let key = office.keys.pseudonym_key(purpose, IdType::Person);
        let pseudonym = |number| {
            let number = inlav_core::identifiers::Identifier::register_number(IdType::Person, number);
            key.pseudonym(&number.unwrap()).unwrap()
        };
        assert_eq!(found(purpose), ["P-2", "P-3"].map(pseudonym).into(), "{purpose}");
    }
}

#[test]
fn nothing_is_read_if_nobody_can_be_left_out() {
    let policy = policy(&[], Minors::Excluded(false));
    let tables = |_: &'static Table| -> Result<Option<Vec<Result<RawBatch, Infallible>>>, Infallible> {
        panic!("a table is read")
    };
    let as_of = "2025-06-30".parse().unwrap();
    let exclusions =
        Exclusions::gather(&policy, keys().0, CodeLists::built_in(), as_of, &BTreeSet::new(), tables)
            .unwrap();
    let written = export(GROWN, vec![]);
    assert_eq!(kept(&exclusions, &written, &case::CASE_ID, &CASE).len(), 4);
    assert!(exclusions.counted().is_empty());
}

/// What refers to a person, directly or not, and is referred to: only cases.
#[test]
fn what_goes_with_a_person_is_worked_out_from_the_registry() {
    assert_eq!(cascading(), BTreeSet::from([IdType::Person, IdType::Case]));
}
