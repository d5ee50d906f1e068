use super::*;
use crate::policy::{Action, Minors, Purpose};

fn annex(policy: &Policy, language: Language) -> Annex {
    Annex::of(policy, Programme::inlav_lombardia(), language).unwrap()
}

#[test]
fn every_column_stands_in_the_annex_with_its_class_and_what_becomes_of_it() {
    for purpose in Purpose::ALL {
        let policy = purpose.policy();
        for language in [Language::It, Language::En] {
            let annex = annex(&policy, language);
            let words = Words::of(language);
            let tables: Vec<&Block> = annex.sections.iter().flat_map(|section| &section.blocks).collect();
            for (table, column, action) in policy.rules() {
                let ends = format!("({})", table.name);
                let rows = tables.iter().find_map(|block| match block {
                    Block::Table { title, rows, .. } if title.ends_with(&ends) => Some(rows),
                    _ => None,
                });
                let name = format!("({})", column.name);
                let row = rows.unwrap().iter().find(|row| row[0].ends_with(&name)).unwrap();
                assert_eq!(row[1], words.class_of(column.privacy));
                assert!(row[2].contains(action.meaning().text(language)), "{} {}", table.name, column.name);
            }
            let pages = [annex.markdown(), annex.html()];
            assert!(pages.iter().all(|page| page.contains("GDPR 35(7)(d)") && page.contains("6(1)(e)")));
        }
    }
}

/// The risks are those of the policy.
#[test]
fn a_laxer_policy_has_more_residual_risks() {
    let risks = |policy: &Policy| {
        let annex = annex(policy, Language::En);
        let points =
            annex.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
                Block::List(points) => Some(points.clone()),
                _ => None,
            });
        points.flatten().collect::<Vec<_>>()
    };
    let strict = Purpose::Evaluation.policy();
    let mut lax = strict.clone();
    lax.exclude.minors = Minors::Excluded(false);
    lax.exclude.consent_withdrawn.clear();
    let mut empty = strict.clone();
    for actions in empty.tables.values_mut().flat_map(|columns| columns.values_mut()) {
        *actions = vec![Action::Drop];
    }
    let words = Words::of(Language::En);
    let has = |policy: &Policy, risk: &str| risks(policy).iter().any(|told| told == risk);
    for risk in [words.risk_minors, words.risk_consent] {
        assert!(has(&lax, risk) && !has(&strict, risk));
    }
    for risk in [words.risk_quasi, words.risk_sensitive, words.risk_links] {
        assert!(has(&strict, risk) && !has(&empty, risk));
    }
}

/// A policy is written by people: what they write is text in both forms.
#[test]
fn what_a_policy_says_is_text_and_nothing_else() {
    let mut policy = Purpose::Evaluation.policy();
    policy.legal_basis = "<script>alert(1)</script> | [x](http://x) # `y` *z*\n## w".to_owned();
    let annex = annex(&policy, Language::It);
    let page = annex.html();
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    let text = annex.markdown();
    assert!(
        !text.contains("<script")
            && !text.contains("\n## w")
            && !text.contains("[x](")
            && text.contains("\\|")
    );
    let columns = |line: &str| line.replace("\\|", "").matches('|').count();
    let tables: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    assert!(tables.iter().all(|line| [4, 7].contains(&columns(line))), "no cell breaks its row");
}
