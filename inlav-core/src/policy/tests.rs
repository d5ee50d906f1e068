use proptest::prelude::*;

use super::*;
use crate::rule::Rule;

#[test]
fn the_default_policy_is_allowed_and_names_every_column() {
    let policy = Policy::evaluation();
    policy.check().unwrap();
    for table in registry::tables() {
        policy.extract_columns(table).unwrap();
    }
}

#[test]
fn the_default_policy_survives_writing_and_reading() {
    let written = toml::to_string(&Policy::evaluation()).unwrap();
    let read = Policy::parse(&written).unwrap();
    assert_eq!(read.tables, Policy::evaluation().tables);
}

#[test]
fn what_would_leak_is_refused() {
    for (table, column) in [("person", "family_name"), ("person", "notes"), ("case", "case_id")] {
        let text = format!(
            "version = 1\npurpose = \"care\"\nlegal_basis = \"x\"\n[tables.{table}]\n{column} = [\"keep\"]"
        );
        assert!(matches!(Policy::parse(&text), Err(PolicyError::Forbidden { .. })));
    }
}

/// The whole table of what is allowed, said a second time and the other way round.
#[test]
fn every_forbidden_action_is_refused_for_every_column() {
    for table in registry::tables() {
        for column in table.columns {
            let harmless = matches!(
                column.privacy,
                PrivacyClass::Quasi | PrivacyClass::Sensitive | PrivacyClass::Ordinary
            );
            let mut allowed = vec![Action::Drop, Action::Flag];
            allowed.extend((table.name == "person").then_some(Action::Seal));
            allowed.extend::<&[Action]>(match column.kind {
                Kind::Key(IdType::Operator) | Kind::Reference(IdType::Operator) => {
                    &[Action::Pseudonym, Action::Token]
                }
                Kind::Key(_) | Kind::Reference(_) => &[Action::Pseudonym],
                Kind::CodiceFiscale
                | Kind::StpEni
                | Kind::PermitNumber
                | Kind::PassportNumber { .. }
                | Kind::Cui => &[Action::Token],
                Kind::Date | Kind::Deadline if harmless => &[Action::Year, Action::Keep],
                Kind::Date | Kind::Deadline => &[Action::Year],
                Kind::Ateco => &[Action::Sector],
                Kind::FreeText | Kind::Phone | Kind::Email => &[],
                Kind::Code(_)
                | Kind::Codes { .. }
                | Kind::Timestamp
                | Kind::Whole { .. }
                | Kind::Decimal { .. }
                | Kind::YesNo
                | Kind::Ambito
                | Kind::Occupation
                | Kind::Municipality
                | Kind::Municipalities
                | Kind::Site => {
                    if harmless {
                        &[Action::Keep]
                    } else {
                        &[]
                    }
                }
            });
            for action in Action::ALL {
                let is_allowed = action.check(table, column).is_ok();
                let (table, column) = (table.name, column.name);
                assert_eq!(is_allowed, allowed.contains(&action), "{} of {table}.{column}", action.name());
            }
        }
    }
}

#[test]
fn what_is_dropped_is_dropped() {
    let text = "version = 1\npurpose = \"care\"\nlegal_basis = \"x\"\n[tables.person]\ngender = [\"drop\", \"keep\"]";
    assert!(matches!(Policy::parse(text), Err(PolicyError::DropAndMore { .. })));
}

#[test]
fn unknown_names_and_versions_are_refused() {
    let head = "version = 1\npurpose = \"care\"\nlegal_basis = \"x\"\n";
    let parse = |rest: &str| Policy::parse(&format!("{head}{rest}"));
    assert!(matches!(parse("[tables.nobody]\n"), Err(PolicyError::UnknownTable(_))));
    assert!(matches!(parse("[tables.person]\nx = [\"drop\"]"), Err(PolicyError::UnknownColumn { .. })));
    assert!(matches!(parse("[tables.person]\ngender = [\"publish\"]"), Err(PolicyError::Syntax { line: 5 })));
    assert!(matches!(parse("[tables.person]\ngender = []"), Err(PolicyError::NoRule { .. })));
    assert!(matches!(
        Policy::parse(&head.replace("= 1", "= 2").replace("x\"\n", "x\"\n[tables]")),
        Err(PolicyError::Version(2))
    ));
}

proptest! {
    /// Whatever a policy says: what may not leave is not kept, and a message tells nothing but names
    /// of tables and columns.
    #[test]
    fn no_policy_lets_identifiers_out_and_no_message_tells_a_text(
        purpose in prop_oneof![Just("evaluation"), Just("Parola 8841")],
        rules in prop::collection::vec(rule(), 0..4),
    ) {
        let text = format!("version = 1\npurpose = \"{purpose}\"\nlegal_basis = \"Parola 8841\"\n{}", rules.concat());
        match Policy::parse(&text) {
            Err(error) => {
                let told = format!("{error} {error:?}");
                prop_assert!(!told.contains("8841"), "of:\n{}", text);
            }
            Ok(policy) => {
                for (table, column) in registry::tables().iter().flat_map(|table| table.columns.iter().map(move |column| (table, column))) {
                    let kept = policy.actions(table, column).is_ok_and(|actions| actions.contains(&Action::Keep));
                    let stays = matches!(column.privacy, PrivacyClass::Direct | PrivacyClass::FreeText | PrivacyClass::Pseudonym);
                    prop_assert!(!(kept && stays), "{}.{} of:\n{}", table.name, column.name, text);
                }
            }
        }
    }

    #[test]
    fn no_text_is_too_strange(text in prop_oneof![any::<String>(), "[\\[\\]{}=\"'.#\n a-z0-9]{0,80}"]) {
        prop_assert!(Policy::parse(&text).is_err(), "a policy has at least a version, a purpose and a ground");
    }
}

/// A table and a rule for one of its columns, or nearly so.
fn rule() -> impl Strategy<Value = String> {
    let columns = registry::tables().iter().flat_map(|table| {
        table.columns.iter().map(|column| format!("[tables.{}]\n{}", table.name, column.name))
    });
    let names = columns.chain(["[tables.person]\nnobody".to_owned(), "[tables.nobody]\nx".to_owned()]);
    let actions = Action::ALL.map(Action::name).into_iter().chain(["Parola 8841"]).collect::<Vec<_>>();
    let some = prop::collection::vec(prop::sample::select(actions), 0..3);
    (prop::sample::select(names.collect::<Vec<_>>()), some)
        .prop_map(|(name, actions)| format!("{name} = {actions:?}\n"))
}

#[test]
fn r38_free_text_is_refused_in_the_words_of_its_rule() {
    let rule = Rule::FreeTextKept.text();
    assert_eq!(FREE_TEXT, format!("{} ({})", rule.text_en, rule.id));
    let kept = Action::Keep.check(&registry::person::TABLE, &registry::person::NOTES);
    assert!(kept.unwrap_err().to_string().contains(FREE_TEXT));
}
