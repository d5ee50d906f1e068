use super::*;
use crate::policy::{Action, Minors, Purpose};

fn annex_in(policy: &Policy, mode: LinkageMode, language: Language) -> Annex {
    Annex::of(policy, Programme::inlav_lombardia(), mode, language).unwrap()
}

fn annex(policy: &Policy, language: Language) -> Annex {
    annex_in(policy, LinkageMode::B, language)
}

/// What is said depends on where extracts go and how persons are linked, and on nothing else.
#[test]
fn the_road_is_that_of_the_purpose_and_of_the_linkage() {
    let told = |policy: &Policy, mode| {
        [Language::It, Language::En].map(|language| annex_in(policy, mode, language).markdown())
    };
    let says = |told: &[String; 2], it: &str, en: &str| {
        assert_eq!(told[0].contains(it), told[1].contains(en), "{it} / {en}");
        told[0].contains(it)
    };
    let mut unlinked = Purpose::Monitoring.policy();
    for actions in unlinked.tables.values_mut().flat_map(|columns| columns.values_mut()) {
        actions.retain(|action| *action != Action::Token);
        if actions.is_empty() {
            actions.push(Action::Drop);
        }
    }
    for (policy, mode, [hub, custodian, one_layer, twice]) in [
        (Purpose::Evaluation.policy(), LinkageMode::B, [true, true, false, false]),
        (Purpose::Monitoring.policy(), LinkageMode::B, [true, true, false, false]),
        (Purpose::Evaluation.policy(), LinkageMode::A, [true, false, true, false]),
        (Purpose::Monitoring.policy(), LinkageMode::A, [true, false, true, false]),
        (Purpose::Care.policy(), LinkageMode::B, [false; 4]),
        (Purpose::Care.policy(), LinkageMode::A, [false; 4]),
        (unlinked, LinkageMode::B, [true, false, false, true]),
    ] {
        let told = told(&policy, mode);
        let name = format!("{} {mode:?}", policy.purpose);
        for (holds, it, en) in [
            (hub, "va all'hub dell'università", "goes to the hub at the university"),
            (hub, "Hub dell'università (analisti)", "Hub at the university (analysts)"),
            (hub, "deve nominare l'università", "has to name the university"),
            (!hub, "Chi calcola, al PUA o per suo conto", "Who computes, at the PUA or on its behalf"),
            (!hub, "di questo solo PUA", "of this PUA alone"),
            (custodian, "mette una seconda chiave su ogni codice", "puts a second key over each token"),
            (custodian, "ustode del collegamento", "inkage custodian"),
            (one_layer, "in chiaro in un file dell'estratto", "in the clear in a file of the extract"),
            (custodian || one_layer, "chiave di un'epoca", "an epoch's key"),
            (twice, "conterebbe due volte", "would count twice"),
            (true, "Custodi della cassaforte", "Custodians of the vault"),
        ] {
            assert_eq!(says(&told, it, en), holds, "{name}: {it}");
        }
        assert_eq!(told[0].matches("\n- ").count(), told[1].matches("\n- ").count(), "{name}");
        assert_eq!(told[0].lines().count(), told[1].lines().count(), "{name}");
    }
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
    for risk in [words.risk_quasi, words.risk_sensitive] {
        assert!(has(&strict, risk) && !has(&empty, risk));
    }
    let of_linkage = Road::of(&strict, LinkageMode::B).risks(Language::En);
    assert!(of_linkage.len() == 2 && of_linkage.iter().all(|risk| has(&strict, risk) && !has(&empty, risk)));
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
