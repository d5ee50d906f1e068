//! Persons entered twice, and the many who only look a little alike.

use std::collections::BTreeSet;

use inlav_core::programme::Programme;
use inlav_core::registry::Column;
use inlav_core::synthetic::{Dials, Population};
use inlav_core::value::{self, Reading};

use super::*;
use crate::check::location::Locations;

/// A row's texts by column.
type Texts = Vec<String>;

/// The pairs that are told, each with its rule and the first words of what is said.
fn told(rows: &[Texts]) -> Vec<(&'static str, &'static str, [u64; 2])> {
    let mut duplicates = Duplicates::default();
    let mut told = Vec::new();
    for (number, texts) in (2..).zip(rows) {
        let readings = readings(texts);
        let row = CheckedRow { table: &person::TABLE, number, readings: &readings };
        let mut findings = Findings::default();
        duplicates.check(&row, &mut findings);
        for finding in findings.into_list(&Locations::default()) {
            let what = finding.text_it.split([':', ',']).next().unwrap();
            told.extend(finding.pairs.iter().map(|pair| (finding.rule, what, *pair)));
        }
    }
    told
}

fn readings(texts: &Texts) -> Vec<Reading> {
    let state = texts[at(&person::PASSPORT_STATE)].as_str();
    person::TABLE
        .columns
        .iter()
        .zip(texts)
        .map(|(column, text)| {
            value::read(column, text, Some(state), inlav_core::codes::CodeLists::built_in())
        })
        .collect()
}

fn at(column: &Column) -> usize {
    person::TABLE.columns.iter().position(|other| other.name == column.name).unwrap()
}

fn person(family: &str, given: &str, birth: &str, more: &[(Column, &str)]) -> Texts {
    let mut texts = vec![String::new(); person::TABLE.columns.len()];
    texts[at(&person::FAMILY_NAME)] = family.to_owned();
    texts[at(&person::GIVEN_NAME)] = given.to_owned();
    texts[at(&person::BIRTH_DATE)] = birth.to_owned();
    texts[at(&person::GENDER)] = "F".to_owned();
    for (column, text) in more {
        texts[at(column)] = (*text).to_owned();
    }
    texts
}

/// Whether two rows are told as one person, and how.
fn alike(first: Texts, second: Texts) -> Option<&'static str> {
    let told = told(&[first, second]);
    assert!(told.len() <= 1 && told.iter().all(|(_, _, pair)| *pair == [2, 3]), "{told:?}");
    told.first().map(|(_, what, _)| *what)
}

const EXACT: Option<&str> = Some("stesso nome e stessa data di nascita di un'altra riga");
const SPELT: Option<&str> =
    Some("stessa data di nascita di un'altra riga e un nome che sembra lo stesso scritto in altro modo");
const TURNED: Option<&str> = Some("stesso nome di un'altra riga");
const PHONE: Option<&str> = Some("stesso telefono di un'altra riga");

#[test]
fn names_are_compared_without_case_accents_and_order() {
    let canary = || person("El Pròva-Falso", "Aicha", "28/09/1994", &[]);
    for (family, given) in
        [("el prova falso", "AICHA"), ("Aicha", "El Prova Falso"), ("Prova Falso", "Aicha El")]
    {
        assert_eq!(alike(canary(), person(family, given, "1994-09-28", &[])), EXACT);
    }
    assert_eq!(alike(canary(), person("El Prova Falso", "Aicha", "29/09/1994", &[])), None);
    assert_eq!(alike(canary(), person("El Prova Falso", "Naima", "28/09/1994", &[])), None);
}

#[test]
fn another_spelling_on_the_same_birthday_is_one_person() {
    let pair = |given: &str, birth: &str| {
        alike(person("Bouzerouki", "Khadija", birth, &[]), person("Buzeruki", given, birth, &[]))
    };
    assert_eq!(pair("Kadigia", "28/09/1994"), SPELT);
    assert_eq!(pair("Fatima", "28/09/1994"), None);
    // An office writes the first of January for a day that nobody knows.
    assert_eq!(pair("Kadigia", "01/01/1994"), None);
    // Twins are two, and so are two whose names are too short to say anything.
    let him = [(person::GENDER, "M")];
    let mario = person("Provafalso", "Mario", "28/09/1994", &him);
    assert_eq!(alike(person("Provafalso", "Maria", "28/09/1994", &[]), mario), None);
    let short = person("Li", "Na", "28/09/1994", &[]);
    assert_eq!(alike(short, person("Lu", "Ni", "28/09/1994", &[])), None);
}

#[test]
fn day_and_month_in_each_others_place_are_seen() {
    let born = |birth: &str| person("Provafalso", "Aicha", birth, &[]);
    assert_eq!(alike(born("03/11/1994"), born("11/03/1994")), TURNED);
    assert_eq!(alike(born("03/11/1994"), born("11/03/1995")), None);
    assert_eq!(alike(born("03/11/1994"), born("04/11/1994")), None);
}

#[test]
fn a_telephone_alone_is_not_a_person() {
    let calling = |family: &str, given: &str, birth: &str, phone: &str| {
        person(family, given, birth, &[(person::PHONE, phone)])
    };
    let first = || calling("Provafalso", "Aicha", "28/09/1994", "+39 333 1234567");
    let another =
        |family, given, birth| alike(first(), calling(family, given, birth, "0039-333/1234567; 02 1"));
    assert_eq!(alike(first(), calling("Provafalzo", "Aiscia", "", "3331234567")), None);
    assert_eq!(alike(first(), calling("Provafalzo", "Aicia", "", "3331234567")), PHONE);
    assert_eq!(alike(first(), calling("Altra", "Vera", "28/09/1994", "333 123 45 67")), PHONE);
    // Sisters, an interpreter, a hostel: one telephone, other persons.
    assert_eq!(alike(first(), calling("Provafalso", "Naima", "02/02/1999", "3331234567")), None);
    assert_eq!(another("Altra", "Vera", "02/02/1999"), None);
    assert_eq!(alike(calling("A", "B", "", "1234"), calling("A", "B", "", "1234")), None);
}

#[test]
fn a_document_says_it_once_and_other_likenesses_not_again() {
    let permit = |family: &str| {
        person(
            family,
            "Aicha",
            "28/09/1994",
            &[(person::PERMIT_NUMBER, "I12345678"), (person::PHONE, "3331234567")],
        )
    };
    let told = told(&[permit("Provafalso"), permit("Provafalso"), permit("Altra")]);
    assert_eq!(
        told.iter().map(|(rule, _, pair)| (*rule, *pair)).collect::<Vec<_>>(),
        [("K03", [2, 3]), ("K03", [2, 4])]
    );
}

#[test]
fn who_has_no_name_or_birthday_is_nobodys_double() {
    let nobody = || person("", "", "", &[]);
    assert_eq!(alike(nobody(), nobody()), None);
    assert_eq!(
        alike(person("n.d.", "Aicha", "28/09/1994", &[]), person("ND", "Aicha", "28/09/1994", &[])),
        None
    );
    assert_eq!(alike(person("Altra", "Aicha", "", &[]), person("Altra", "Aicha", "", &[])), None);
}

/// Documents of a row, as they were read.
fn documents(texts: &Texts) -> BTreeSet<String> {
    let readings = readings(texts);
    let row = CheckedRow { table: &person::TABLE, number: 0, readings: &readings };
    let columns = person::TABLE.columns.iter().filter(|column| is_document(column));
    columns.filter_map(|column| row.identifier(column)).map(|id| id.expose().to_owned()).collect()
}

/// The registers of all offices as one: who was seen at two of them is there twice, under two
/// spellings. Their documents tell who is who, and are then taken away. `docs/CHECK.md` has the
/// figures.
#[test]
fn of_a_made_up_population_most_doubles_are_told_and_hardly_another_pair() {
    let dials = Dials { persons: 4000, seen_twice: 250, ..Dials::default() };
    let population = Population::generate(Programme::inlav_lombardia(), &dials);
    let mut inside_a_site = 0;
    for site in &population.sites {
        inside_a_site += told(&without_documents(site.rows(person::TABLE.name))).len();
    }
    let all: Vec<Texts> =
        population.sites.iter().flat_map(|site| site.rows(person::TABLE.name).to_vec()).collect();
    let papers: Vec<BTreeSet<String>> = all.iter().map(documents).collect();
    let mut first_with = BTreeMap::new();
    let mut doubles = 0;
    for (row, documents) in papers.iter().enumerate() {
        doubles += u32::from(documents.iter().any(|document| first_with.contains_key(document)));
        for document in documents {
            first_with.entry(document.clone()).or_insert(row);
        }
    }
    let (mut right, mut wrong) = (0, 0);
    for (_, _, pair) in told(&without_documents(&all)) {
        let [first, second] = pair.map(|number| &papers[usize::try_from(number).unwrap() - 2]);
        if !first.is_disjoint(second) {
            right += 1;
        } else if !first.is_empty() && !second.is_empty() {
            wrong += 1;
        }
    }
    assert!(inside_a_site <= 1, "{inside_a_site}");
    assert!(wrong * 100 <= right, "{wrong} of {right}");
    // A name in Pinyin and in Wade-Giles, or one of two Spanish surnames, has another skeleton.
    assert!(right * 100 >= doubles * 88, "{right} of {doubles}");
}

fn without_documents(rows: &[Texts]) -> Vec<Texts> {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        for (column, text) in person::TABLE.columns.iter().zip(row) {
            if is_document(column) {
                text.clear();
            }
        }
    }
    rows
}
