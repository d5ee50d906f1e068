//! The tables of an export, one file each: one constant per column, with what it means.
//!
//! The order here is the order in which an export is read, so that a table comes after those it
//! refers to.

use super::PrivacyClass::{Direct, FreeText, Ordinary, Pseudonym, Quasi, Sensitive};
use super::{Column, IdType, Kind, Table, Unit};
use crate::policy::{Action, Generalisation};

/// Declares a table: one constant per column and the constant `TABLE`. The documentation of each
/// is its English description, the text beside the name the Italian one.
macro_rules! table {
    (
        $name:literal of $entity:literal is $it:literal $en:literal $description_it:literal $aliases:expr;
        $(#[doc = $description_en:literal])+
        about_persons = $persons:literal; required = $required:literal;
        $( $(#[doc = $column_en:literal])+ $constant:ident $column_it:literal = $column:expr; )*
    ) => {
        use super::*;

        $( $(#[doc = $column_en])+ pub const $constant: Column = $column.described($column_it, concat!($($column_en),+)); )*

        /// The table.
        pub const TABLE: Table = Table {
            name: $name,
            entity: $entity,
            label_it: $it,
            label_en: $en,
            description_it: $description_it,
            description_en: concat!($($description_en),+),
            aliases: $aliases,
            about_persons: $persons,
            required: $required,
            columns: COLUMNS,
        };

        const COLUMNS: &[Column] = &[$($constant),*];
    };
}

/// Columns with the answers to the items of a list, one each: the list, whether an answer is
/// expected, what names and labels begin with, what codes begin with; then the end of each name
/// and of each code.
macro_rules! items {
    ($list:literal, $expected:literal, $name:literal, $label:literal, $code:literal; $($suffix:literal $number:literal),+) => {
        [$(
            Column::new(concat!($name, $suffix), Kind::Code("answer"), Sensitive)
                .called(concat!($label, $number), concat!($label, $number), &[])
                .item($list, concat!($code, $number))
                .field($list)
                .expected_if($expected)
                .described(
                    "La risposta a questa voce della lista: sì, no, oppure perché manca.",
                    "The answer to this item of the list: yes, no, or why there is none.",
                )
        ),+]
    };
}

pub mod assessment;
pub mod awareness;
pub mod case;
pub mod case_transition;
pub mod consent;
pub mod contact;
pub mod employment;
pub mod follow_up;
pub mod operator;
pub mod outcome;
pub mod pact;
pub mod person;
pub mod plan;
pub mod referral;
pub mod service_event;
pub mod service_map;
pub mod site;
pub mod training;

const DROP: &[Action] = &[Action::Drop];
const PSEUDONYM_AND_TOKEN: &[Action] = &[Action::Pseudonym, Action::Token];
const YEAR: &[Action] = &[Action::Generalise(Generalisation::Year)];
const SECTOR: &[Action] = &[Action::Generalise(Generalisation::Sector)];
const SEAL_AND_TOKEN: &[Action] = &[Action::Seal, Action::Token];
const SEAL_AND_YEAR: &[Action] = &[Action::Seal, Action::Generalise(Generalisation::Year)];

/// Headings of the person's number in other tables than the persons'.
const PERSON_ALIASES: &[&str] = &[
    "id utente",
    "codice utente",
    "cod utente",
    "n utente",
    "utente",
    "id beneficiario",
    "codice beneficiario",
    "codice persona",
    "numero utente",
    "persona",
];
/// Headings of the case's number in other tables than the cases'.
const CASE_ALIASES: &[&str] =
    &["numero caso", "n caso", "n fascicolo", "codice caso", "caso", "n pratica", "id presa in carico"];

/// The person a row is about.
const fn of_person() -> Column {
    Column::new("site_person_id", Kind::Reference(IdType::Person), Pseudonym)
        .called("ID persona", "Person ID", PERSON_ALIASES)
        .field("person_id")
}

/// The case a row belongs to.
const fn of_case() -> Column {
    Column::new("case_id", Kind::Reference(IdType::Case), Pseudonym).called(
        "ID caso",
        "Case ID",
        CASE_ALIASES,
    )
}

/// The PUA a row belongs to: the extract says it once, so it is checked and left out.
const fn of_site() -> Column {
    Column::new("site_id", Kind::Site, Ordinary)
        .called("Codice PUA", "PUA code", &["pua", "sede pua", "id pua", "id sede"])
        .by_default(DROP)
}

/// The operator who did something. Nobody evaluates single operators.
const fn of_operator(name: &'static str) -> Column {
    Column::new(name, Kind::Reference(IdType::Operator), Pseudonym).by_default(DROP)
}
