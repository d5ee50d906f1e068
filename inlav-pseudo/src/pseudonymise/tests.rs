use std::sync::{Arc, LazyLock};

use arrow::array::{Array, BooleanArray, Date32Array, FixedSizeBinaryArray, Int32Array, StringArray};
use arrow::datatypes::{DataType, Date32Type, Field, Schema};
use inlav_core::codes::CodeLists;
use inlav_core::policy::{Generalisation, PolicyError};
use inlav_core::programme::Programme;
use inlav_core::registry::{case, employment, pact, person, training};
use inlav_core::value::Fault;

use super::*;
use crate::keys::{KdfCost, Passphrase};
use crate::pseudonym::Pseudonym;

static KEYS: LazyLock<(SiteKeys, LinkageKey)> = LazyLock::new(draw);

pub(super) fn keys() -> (&'static SiteKeys, &'static LinkageKey) {
    (&KEYS.0, &KEYS.1)
}

fn draw() -> (SiteKeys, LinkageKey) {
    let folder = tempfile::tempdir().unwrap();
    let project = Programme::inlav_lombardia().project_id;
    let passphrase = Passphrase::new("correct horse battery".to_owned());
    let cost = KdfCost::memory_mib(64).unwrap();
    let site = "PUA05".parse().unwrap();
    let keys = SiteKeys::create(&folder.path().join("k"), project, &site, &passphrase, cost).unwrap();
    let linkage = LinkageKey::create(&folder.path().join("l.ilk"), project, 2025, &passphrase, cost).unwrap();
    (keys, linkage)
}

/// Rows by column name, numbered from 2 as in a file with headings.
pub(super) fn rows(table: &'static Table, columns: &[(&str, &[&str])]) -> RawBatch {
    let fields: Vec<Field> =
        columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
    let arrays = columns.iter().map(|(_, texts)| Arc::new(StringArray::from(texts.to_vec())) as _).collect();
    let cells = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let numbers = (2..).take(cells.num_rows()).collect();
    RawBatch::new(table, cells, numbers).unwrap()
}

fn column<'a, A: 'static>(batch: &'a RecordBatch, name: &str) -> &'a A {
    batch.column_by_name(name).unwrap().as_any().downcast_ref().unwrap()
}

fn with_rule(table: &str, column: &str, actions: &[Action]) -> Policy {
    let mut policy = Policy::evaluation();
    policy.tables.get_mut(table).unwrap().insert(column.to_owned(), actions.to_vec());
    policy
}

const PERSONS: &[(&str, &[&str])] = &[
    ("site_person_id", &["P1", "P2", "P3"]),
    ("family_name", &["Provafalso", "", "Inventata"]),
    ("birth_date", &["09/06/2004", "1990-01-31", "1.2.1985"]),
    ("codice_fiscale", &["PRVVTR04P68E333G", "PRVVTR04P68E333H", "prvvtr04p68e333g"]),
    ("passport_state", &["PAK", "", "PAK"]),
    ("passport_number", &["AB 1234567", "AB1234567", "ab-1234567"]),
    ("gender", &["Donna", "", "M"]),
    ("citizenship", &["PAK", "PAK", "PAK"]),
];

#[test]
fn every_action_makes_its_column() {
    let (site, linkage) = keys();
    let policy = with_rule("person", "education", &[Action::Flag, Action::Keep]);
    let made =
        TablePseudonymiser::new(&person::TABLE, &policy, site, linkage, CodeLists::built_in()).unwrap();
    let batch = made.batch(&rows(&person::TABLE, PERSONS)).unwrap();
    assert_eq!(batch.schema().as_ref(), made.schema().as_ref());

    let years: &Int32Array = column(&batch, "birth_year");
    assert_eq!(years.values(), &[2004, 1990, 1985]);
    let genders: &StringArray = column(&batch, "gender");
    assert_eq!(genders.iter().collect::<Vec<_>>(), [Some("F"), Some("NR"), Some("M")]);
    let education: &StringArray = column(&batch, "education");
    assert_eq!(
        education.iter().collect::<Vec<_>>(),
        [Some("NR"); 3],
        "a list that the export lacks is blank"
    );
    let arrivals: &Int32Array = column(&batch, "arrival_year_it");
    assert_eq!(arrivals.null_count(), 3, "any other column that the export lacks is null");
    let flags: &BooleanArray = column(&batch, "has_education");
    assert_eq!(flags.null_count(), 3);
    assert!(batch.column_by_name("family_name").is_none());
}

#[test]
fn a_reference_equals_the_key_it_refers_to_and_nothing_else() {
    let (site, linkage) = keys();
    let policy = Policy::evaluation();
    let make = |table| TablePseudonymiser::new(table, &policy, site, linkage, CodeLists::built_in()).unwrap();
    let persons = make(&person::TABLE).batch(&rows(&person::TABLE, PERSONS)).unwrap();
    let cases = make(&case::TABLE)
        .batch(&rows(
            &case::TABLE,
            &[
                ("case_id", &["P1", "C2"]),
                ("site_person_id", &["P1", "P3"]),
                ("state", &["", ""]),
                ("entry_channel", &["", ""]),
                ("target_group", &["", ""]),
                ("identification_status", &["", ""]),
                ("taken_on", &["", "31/12/2024"]),
            ],
        ))
        .unwrap();
    let keys: &FixedSizeBinaryArray = column(&persons, "site_person_id");
    let references: &FixedSizeBinaryArray = column(&cases, "site_person_id");
    assert_eq!((references.value(0), references.value(1)), (keys.value(0), keys.value(2)));
    let case_keys: &FixedSizeBinaryArray = column(&cases, "case_id");
    assert_ne!(case_keys.value(0), keys.value(0), "equal numbers of other kinds do not meet");
    let taken: &Date32Array = column(&cases, "taken_on");
    assert!(taken.is_null(0));
    assert_eq!(taken.value(1), 20_088);
}

#[test]
fn a_token_stands_beside_the_pseudonym_of_its_person() {
    let (site, linkage) = keys();
    let policy = Policy::evaluation();
    let make = |table| TablePseudonymiser::new(table, &policy, site, linkage, CodeLists::built_in()).unwrap();
    let (persons, made) = (rows(&person::TABLE, PERSONS), make(&person::TABLE));
    let batch = made.batch(&persons).unwrap();
    assert!(batch.schema().fields().iter().all(|field| !field.name().contains("token")));
    let keys: &FixedSizeBinaryArray = column(&batch, "site_person_id");
    let tokens = made.tokens(&persons).unwrap();
    let of = |field, row: usize| {
        let belongs =
            |token: &&LinkageToken| token.field == field && token.subject.as_bytes() == keys.value(row);
        tokens.iter().find(belongs).map(|token| token.token)
    };
    let (code, passport) = (IdType::CodiceFiscale, IdType::Passport);
    assert!(of(code, 1).is_none(), "a mistyped code is no token");
    assert!(of(code, 0).is_some() && of(code, 0) == of(code, 2), "two spellings of one code are one token");
    assert!(of(passport, 1).is_none(), "a passport without its state is no token");
    assert!(of(passport, 0).is_some() && of(passport, 0) == of(passport, 2));
    assert!(of(passport, 0) != of(code, 0));
    assert!(tokens.iter().all(|token| token.subject_type == IdType::Person && token.epoch == 2025));
    assert_eq!(tokens.len(), 4);
    assert_eq!(made.tokens_beside(&persons, Some(&batch)).unwrap(), tokens);

    let attended: &[(&str, &[&str])] = &[
        ("operator_id", &["M7", "m 7"]),
        ("track", &["", ""]),
        ("on", &["1/2/2025"; 2]),
        ("hours", &["4"; 2]),
    ];
    let (trained, made) = (rows(&training::TABLE, attended), make(&training::TABLE));
    let batch = made.batch(&trained).unwrap();
    let operators: &FixedSizeBinaryArray = column(&batch, "operator_id");
    let tokens = made.tokens(&trained).unwrap();
    assert_eq!(tokens.len(), 2);
    for (row, token) in tokens.iter().enumerate() {
        assert_eq!((token.subject_type, token.field), (IdType::Operator, IdType::Operator));
        assert_eq!(token.subject.as_bytes(), operators.value(row));
        assert!(token.token != token.subject);
    }
    assert!(!make(&case::TABLE).makes_tokens());
}

#[test]
fn tokens_are_equal_at_all_sites_and_pseudonyms_are_not() {
    let (one, linkage) = keys();
    let (other, _) = draw();
    let persons = rows(&person::TABLE, PERSONS);
    let tokens = |site: &SiteKeys| {
        TablePseudonymiser::new(&person::TABLE, &Policy::evaluation(), site, linkage, CodeLists::built_in())
            .unwrap()
            .tokens(&persons)
            .unwrap()
    };
    let (one, other) = (tokens(one), tokens(&other));
    assert_eq!(one.len(), 4);
    for (one, other) in one.iter().zip(&other) {
        assert!(one.token == other.token && one.subject != other.subject);
    }
}

#[test]
fn a_column_without_a_rule_or_with_a_forbidden_one_stops() {
    let (site, linkage) = keys();
    let refused = |policy: &Policy| {
        TablePseudonymiser::new(&person::TABLE, policy, site, linkage, CodeLists::built_in()).unwrap_err()
    };
    let mut policy = Policy::evaluation();
    policy.tables.get_mut("person").unwrap().remove("phone");
    assert!(matches!(refused(&policy), PseudonymiseError::Policy(PolicyError::NoRule { .. })));
    for column in ["birth_date", "family_name", "notes", "site_person_id"] {
        let policy = with_rule("person", column, &[Action::Keep]);
        assert!(matches!(refused(&policy), PseudonymiseError::Policy(PolicyError::Forbidden { .. })));
    }
    let policy = with_rule("person", "gender", &[Action::Keep, Action::Keep]);
    assert!(matches!(refused(&policy), PseudonymiseError::Policy(PolicyError::Repeated { .. })));
    let policy = with_rule("person", "site_person_id", &[Action::Drop]);
    assert!(matches!(
        refused(&policy),
        PseudonymiseError::Policy(PolicyError::NoSubject { subject: "site_person_id", .. })
    ));
}

#[test]
fn shifted_days_keep_their_intervals_in_all_tables() {
    let (site, linkage) = keys();
    let mut policy = Policy::evaluation();
    for columns in policy.tables.values_mut() {
        for actions in columns.values_mut() {
            // No other day of a person may stay.
            actions.retain(|action| *action != Action::Keep);
            if actions.is_empty() {
                actions.push(Action::Drop);
            }
        }
    }
    for (table, column) in
        [("case", "reported_on"), ("case", "taken_on"), ("case", "closed_on"), ("employment", "start_on")]
    {
        policy.tables.get_mut(table).unwrap().insert(column.to_owned(), vec![Action::Shift(30)]);
    }
    let make = |table| TablePseudonymiser::new(table, &policy, site, linkage, CodeLists::built_in()).unwrap();
    let numbers: Vec<String> = (0..60).map(|number| format!("P{}", number / 2)).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let day = |month: usize| (0..60).map(move |row| format!("2025-{month:02}-{:02}", 1 + row % 28)).collect();
    let days: [Vec<String>; 3] = [day(1), day(3), day(5)];
    let days = days.each_ref().map(|days| days.iter().map(String::as_str).collect::<Vec<_>>());
    let cases: &[(&str, &[&str])] = &[
        ("case_id", &(0..60).map(|row| ["C"; 60][row]).collect::<Vec<_>>()),
        ("site_person_id", &numbers),
        ("reported_on", &days[0]),
        ("taken_on", &days[1]),
        ("closed_on", &[""; 60]),
    ];
    let cases = make(&case::TABLE).batch(&rows(&case::TABLE, cases)).unwrap();
    let jobs: &[(&str, &[&str])] = &[
        ("employment_id", &numbers),
        ("site_person_id", &numbers),
        ("start_on", &days[2]),
        ("ateco", &["A01"; 60]),
    ];
    let jobs = make(&employment::TABLE).batch(&rows(&employment::TABLE, jobs)).unwrap();
    let true_day = |text: &str| Date32Type::from_naive_date(text.parse().unwrap());
    let shift = |batch: &RecordBatch, name: &str, days: &[&str], row: usize| {
        column::<Date32Array>(batch, name).value(row) - true_day(days[row])
    };
    let mut seen = std::collections::BTreeSet::new();
    for row in 0..60 {
        let of_row = [
            shift(&cases, "reported_on_shifted", &days[0], row),
            shift(&cases, "taken_on_shifted", &days[1], row),
            shift(&jobs, "start_on_shifted", &days[2], row),
            // The other row of the same person.
            shift(&cases, "reported_on_shifted", &days[0], row ^ 1),
        ];
        assert!(of_row.iter().all(|days| *days == of_row[0]), "one shift for all days of a person");
        assert!(of_row[0] != 0 && of_row[0].abs() <= 30);
        seen.insert(of_row[0]);
    }
    assert!(seen.len() > 10, "persons have shifts of their own");
    assert_eq!(column::<Date32Array>(&cases, "closed_on_shifted").null_count(), 60);
    let of_purpose =
        |purpose| site.date_shift_key(purpose).days(&Pseudonym::from([7; Pseudonym::LENGTH]), 366);
    assert_ne!(of_purpose("care"), of_purpose("evaluation"));
}

#[test]
fn areas_and_bands_are_made_of_what_an_office_writes() {
    let (site, linkage) = keys();
    let policy = with_rule(
        "person",
        "citizenship",
        &[Action::Generalise(Generalisation::Area), Action::Flag, Action::Keep],
    );
    let batch = TablePseudonymiser::new(&person::TABLE, &policy, site, linkage, CodeLists::built_in())
        .unwrap()
        .batch(&rows(&person::TABLE, PERSONS))
        .unwrap();
    let areas: &StringArray = column(&batch, "citizenship_area");
    assert_eq!(areas.iter().collect::<Vec<_>>(), [Some("034"); 3]);
    let policy = with_rule(
        "person",
        "birth_date",
        &[Action::Seal, Action::Generalise(Generalisation::Band { years: 5 })],
    );
    let batch = TablePseudonymiser::new(&person::TABLE, &policy, site, linkage, CodeLists::built_in())
        .unwrap()
        .batch(&rows(&person::TABLE, PERSONS))
        .unwrap();
    let bands: &StringArray = column(&batch, "birth_year_band");
    assert_eq!(bands.iter().flatten().collect::<Vec<_>>(), ["2000-2004", "1990-1994", "1985-1989"]);
}

#[test]
fn a_required_column_may_be_missing_only_if_it_is_dropped() {
    let (site, linkage) = keys();
    let pacts = rows(&pact::TABLE, &[("signatories", &["5"])]);
    let make = |policy: &Policy| {
        TablePseudonymiser::new(&pact::TABLE, policy, site, linkage, CodeLists::built_in())
            .unwrap()
            .batch(&pacts)
    };
    let refused = make(&Policy::evaluation()).unwrap_err();
    assert!(matches!(refused, PseudonymiseError::MissingColumn { column: "status", .. }));
    assert_eq!(make(&with_rule("pact", "status", &[Action::Drop])).unwrap().num_rows(), 1);
}

#[test]
fn a_wrong_cell_is_named_by_place_and_never_by_value() {
    let (site, linkage) = keys();
    let policy = Policy::evaluation();
    let pseudonymiser =
        TablePseudonymiser::new(&person::TABLE, &policy, site, linkage, CodeLists::built_in()).unwrap();
    for (name, value, fault) in [
        ("birth_date", "Provafalso", Fault::Date),
        ("gender", "Provafalso", Fault::Code),
        ("site_person_id", " ", Fault::Empty),
        ("arrival_year_it", "Provafalso", Fault::Number),
        ("passport_state", "Provafalso", Fault::Code),
    ] {
        let mut columns: Vec<(&str, &[&str])> = PERSONS.to_vec();
        columns.retain(|(column, _)| *column != name);
        let cells = [if name == "birth_date" { "1/1/2000" } else { "" }, value, ""];
        let cells = if name == "site_person_id" { ["A", value, "B"] } else { cells };
        columns.push((name, &cells));
        let error = pseudonymiser.batch(&rows(&person::TABLE, &columns)).unwrap_err();
        let PseudonymiseError::Cell { table: "person", column, row: 3, fault: found } = &error else {
            panic!("{name} is not named")
        };
        assert_eq!((*column, *found), (name, fault));
        let text = format!("{error} {error:?}");
        assert!(!text.contains("Provafalso"));
    }
}

#[test]
fn the_first_of_several_errors_is_told_for_any_number_of_threads() {
    let (site, linkage) = keys();
    let pseudonymiser =
        TablePseudonymiser::new(&pact::TABLE, &Policy::evaluation(), site, linkage, CodeLists::built_in())
            .unwrap();
    let mut status = vec![""; 10 * CHUNK];
    status[CHUNK + 7] = "what";
    status[9 * CHUNK] = "what";
    let pacts = rows(&pact::TABLE, &[("status", &status)]);
    for threads in [1, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let error = pool.install(|| pseudonymiser.batch(&pacts)).unwrap_err();
        let row = u64::try_from(CHUNK + 7 + 2).unwrap();
        assert!(matches!(error, PseudonymiseError::Cell { row: found, .. } if found == row));
    }
}

#[test]
fn what_is_sealed_is_what_was_written() {
    let (site, linkage) = keys();
    let policy = Policy::evaluation();
    let persons = rows(&person::TABLE, PERSONS);
    let make = |table| TablePseudonymiser::new(table, &policy, site, linkage, CodeLists::built_in()).unwrap();
    let sealed = make(&person::TABLE).sealed_fields(&persons).nth(1).unwrap();
    assert_eq!(
        sealed.expose().collect::<Vec<_>>(),
        [
            ("birth_date", "1990-01-31"),
            ("codice_fiscale", "PRVVTR04P68E333H"),
            ("passport_number", "AB1234567"),
        ]
    );
    assert!(make(&person::TABLE).seals() && !make(&employment::TABLE).seals());
}

#[test]
fn contacts_are_sealed_as_written_and_link_nobody() {
    let (site, linkage) = keys();
    let persons = rows(
        &person::TABLE,
        &[
            ("site_person_id", &["P1", "P2"]),
            ("cui", &["CUI 05A1B2C", "05a1b2c"]),
            ("phone", &["333 1234567", "sorella 333 1234567"]),
            ("email", &["A.Prova@Example.org", "chiedere a lei"]),
            ("gender", &["F", "F"]),
            ("citizenship", &["PAK", "PAK"]),
        ],
    );
    let made = TablePseudonymiser::new(
        &person::TABLE,
        &Policy::evaluation(),
        site,
        linkage,
        inlav_core::codes::CodeLists::built_in(),
    )
    .unwrap();
    let sealed = |row| {
        let identity = made.sealed_fields(&persons).nth(row).unwrap();
        identity.expose().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    let fields = |cui: &str, phone: &str, email: &str| {
        [("cui", cui), ("phone", phone), ("email", email)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    };
    assert_eq!(sealed(0), fields("CUI 05A1B2C", "333 1234567", "A.Prova@Example.org"));
    assert_eq!(sealed(1), fields("05a1b2c", "sorella 333 1234567", "chiedere a lei"));
    let tokens = made.tokens(&persons).unwrap();
    assert_eq!(tokens.len(), 2, "of the CUI alone");
    assert!(tokens[0].token == tokens[1].token && tokens[0].subject != tokens[1].subject);
    assert!(made.columns().iter().all(|column| !["phone", "email"].contains(&column.source)));
}

#[test]
fn rows_of_another_table_and_keys_of_another_programme_are_refused() {
    let (site, linkage) = keys();
    let policy = Policy::evaluation();
    let pseudonymiser =
        TablePseudonymiser::new(&training::TABLE, &policy, site, linkage, CodeLists::built_in()).unwrap();
    let refused = pseudonymiser.batch(&rows(&person::TABLE, PERSONS)).unwrap_err();
    assert!(matches!(refused, PseudonymiseError::Table { .. }));
    assert_eq!(pseudonymiser.key_index(), None);

    let folder = tempfile::tempdir().unwrap();
    let foreign = LinkageKey::create(
        &folder.path().join("l.ilk"),
        "0".repeat(32).try_into().unwrap(),
        2025,
        &Passphrase::new("correct horse battery".to_owned()),
        KdfCost::memory_mib(64).unwrap(),
    )
    .unwrap();
    let refused = TablePseudonymiser::new(&training::TABLE, &policy, site, &foreign, CodeLists::built_in())
        .unwrap_err();
    assert!(matches!(refused, PseudonymiseError::Programme));
}
