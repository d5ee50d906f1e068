use std::fs;
use std::path::Path;

use super::*;
use crate::policy::Purpose;

/// The explanations as people were shown them. `INLAV_BLESS=1` writes them anew, to be read again.
#[test]
fn the_explanations_are_those_that_were_read() {
    for purpose in Purpose::ALL {
        let explanation = Explanation::of(&purpose.policy(), CodeLists::built_in()).unwrap();
        for language in [Language::It, Language::En] {
            let name = format!("{}.{}.txt", purpose.name(), language.code());
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy").join(name);
            if std::env::var_os("INLAV_BLESS").is_some() {
                fs::write(&path, explanation.text(language)).unwrap();
            }
            let read = fs::read_to_string(&path).unwrap();
            assert!(read == explanation.text(language), "{} is another one", path.display());
        }
    }
}

/// Every column of every table is told, under what becomes of it and nowhere else.
#[test]
fn nothing_that_leaves_is_left_unsaid() {
    for purpose in Purpose::ALL {
        let policy = purpose.policy();
        let explanation = Explanation::of(&policy, CodeLists::built_in()).unwrap();
        for (table, column, action) in policy.rules() {
            let said = explanation.tables.iter().find(|said| said.name == table.name).unwrap();
            let said = said.columns.iter().find(|said| said.name == column.name).unwrap();
            let said = said.actions.iter().find(|said| said.action == *action).unwrap();
            assert_eq!(said.extract_column, action.extract_column(column).map(|made| made.name));
            assert_eq!(
                matches!(Fate::of(action), Fate::AsItIs | Fate::Changed),
                said.extract_column.is_some(),
                "what makes a column leaves"
            );
        }
        let text = explanation.text(Language::En);
        for table in &explanation.tables {
            for column in table.columns.iter().filter(|column| column.item_of.is_none()) {
                assert!(
                    text.replace("\n    ", " ").contains(&column.label.en),
                    "{}.{}",
                    table.name,
                    column.name
                );
            }
        }
        assert!(text.lines().all(|line| line.chars().count() <= 100));
    }
}

#[test]
fn the_written_policy_reads_back_in_both_languages() {
    for purpose in Purpose::ALL {
        for language in [Language::It, Language::En] {
            let text = purpose.policy().to_toml(language).unwrap();
            assert_eq!(Policy::parse(&text).unwrap(), purpose.policy());
            assert!(text.contains("birth_date = [\"seal\", { generalise = \"year\" }] # "));
        }
    }
}

#[test]
fn a_policy_that_the_hub_refuses_is_told_to_be_so() {
    let mut policy = Purpose::Evaluation.policy();
    policy.tables.get_mut("case").unwrap().insert("taken_on".to_owned(), vec![Action::Drop]);
    policy.exclude.minors = crate::policy::Minors::Excluded(false);
    let text = Explanation::of(&policy, CodeLists::built_in()).unwrap().text(Language::En);
    assert!(text.contains("MIND") && text.contains("case.taken_on") && text.contains("nobody for an age"));
    policy.tables.remove("training");
    let refused = Explanation::of(&policy, CodeLists::built_in());
    assert!(matches!(refused, Err(PolicyError::NoRule { table: "training", .. })));
}
