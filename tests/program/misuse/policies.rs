//! Policies that forget a column or would let an identifier out.

use std::fmt::Write as _;

use inlav_core::registry;

use super::Desk;
use crate::arguments;
use crate::demo::demo;
use crate::files;
use crate::program::{inlav, run};

#[test]
fn the_written_out_default_is_accepted() {
    let desk = Desk::new();
    files::put(&desk.path("policy.toml"), policy(|_, _, actions| Some(actions)).as_bytes());
    run(desk.pseudonymise().args(arguments!["--policy", desk.path("policy.toml")])).done();
}

#[test]
fn a_column_without_a_rule_stops_the_run() {
    for (table, column) in [("person", "email"), ("person", "gender"), ("training", "hours")] {
        let text = policy(|of, name, actions| ((of, name) != (table, column)).then_some(actions));
        refused(&text, &[&format!("the policy has no rule for column {table}.{column}")]);
    }
    let text = policy(|table, _, actions| (table != "outcome").then_some(actions));
    refused(&text, &["the policy has no rule for column outcome."]);
}

#[test]
fn a_policy_that_lets_an_identifier_out_is_refused() {
    for (table, column, action, reason) in [
        ("person", "family_name", "keep", "identifies a person directly"),
        ("person", "birth_date", "keep", "identifies a person directly"),
        ("person", "codice_fiscale", "keep", "identifies a person directly"),
        ("person", "notes", "keep", "free text may hold anything (R38)"),
        ("case", "case_id", "keep", "leaves only as a pseudonym"),
        ("person", "phone", "token", "which all PUA share, become tokens"),
        ("case", "notes", "seal", "one record per person"),
    ] {
        let text = policy(|of, name, actions| {
            Some(if (of, name) == (table, column) { vec![format!("\"{action}\"")] } else { actions })
        });
        refused(&text, &[&format!("{action} is not allowed for column {table}.{column}"), reason]);
    }
}

#[test]
fn a_policy_with_unknown_words_is_refused() {
    let good = policy(|_, _, actions| Some(actions));
    refused(&good.replace("\"keep\"", "\"publish\""), &["the policy is not valid (line"]);
    refused(&good.replace("email =", "e_mail ="), &["column person.e_mail, which does not exist"]);
    refused(&good.replace("version = 1", "version = 7"), &["version 7"]);
}

#[test]
fn a_policy_that_is_not_there_is_named() {
    let desk = Desk::new();
    let mut command = desk.pseudonymise();
    desk.refuses(command.args(["--policy", "nowhere.toml"]), 3, &["cannot read nowhere.toml"]);
}

#[test]
fn an_unsafe_release_policy_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("release.toml");
    for (text, told) in [
        ("minimum_persons = 2", "minimum_persons is 2, it must lie between 3 and"),
        ("least_width = 0", "least_width is 0"),
        (
            "minimum_person = 10",
            "line 1 of the release policy cannot be read: it is not TOML, or no such key",
        ),
    ] {
        files::put(&path, text.as_bytes());
        let out = folder.path().join("release");
        let arguments =
            arguments!["release", "--store", demo().path("store"), "--out", out, "--policy", &path];
        super::refuses(folder.path(), &mut inlav(arguments), 5, &[told]);
    }
}

#[track_caller]
fn refused(text: &str, told: &[&str]) {
    let desk = Desk::new();
    files::put(&desk.path("policy.toml"), text.as_bytes());
    let mut command = desk.pseudonymise();
    desk.refuses(command.args(arguments!["--policy", desk.path("policy.toml")]), 5, told);
}

#[test]
fn a_faulty_rule_is_told_with_its_line_and_exit_code_5() {
    let desk = Desk::new();
    let good = policy(|_, _, actions| Some(actions));
    let line = good.lines().position(|line| line.starts_with("birth_date")).unwrap() + 1;
    for (wrong, told) in [
        ("{ generalise = \"decade\" }", "the policy is not valid"),
        ("{ generalise = \"month\" }", "its year or a band of years may leave"),
        ("{ generalise = \"band\", years = 1 }", "a band has 2 to 50 years"),
    ] {
        let text = good.replace("birth_date = [", &format!("birth_date = [{wrong}, "));
        files::put(&desk.path("policy.toml"), text.as_bytes());
        let mut command = inlav(arguments!["policy", "check", desk.path("policy.toml"), "--lang", "en"]);
        desk.refuses(&mut command, 5, &[told, &format!("(line {line})")]);
    }
}

/// What is wrong with a policy is told in the language of who asks, by every command that reads one.
#[test]
fn a_refused_policy_is_told_in_italian_too() {
    let desk = Desk::new();
    let text = policy(|table, column, actions| {
        Some(if (table, column) == ("person", "notes") { vec!["\"keep\"".to_owned()] } else { actions })
    });
    files::put(&desk.path("policy.toml"), text.as_bytes());
    let path = desk.path("policy.toml");
    let line = text.lines().position(|line| line.starts_with("notes")).unwrap() + 1;
    let told = [
        "errore: keep non è ammesso per la colonna person.notes: un testo libero può contenere qualsiasi cosa (R38)",
        &format!("(riga {line})"),
    ];
    for command in [["policy", "check"].as_slice(), &["policy", "explain"], &["dpia", "--policy"]] {
        let mut command = inlav(command);
        desk.refuses(command.arg(&path).args(["--lang", "it"]), 5, &told);
    }
    let mut pseudonymise = desk.pseudonymise();
    desk.refuses(pseudonymise.arg("--policy").arg(&path).args(["--lang", "it"]), 5, &told);
    // A fault of the file's form is told by its line and key.
    files::put(&path, text.replacen("= 60", "= \"sessanta\"", 1).as_bytes());
    let told = ["errore: la policy non è scritta correttamente (riga 4): retention_months è per quanti mesi"];
    let said = desk.refuses(inlav(["policy", "check"]).arg(&path).args(["--lang", "it"]), 5, &told);
    assert!(!said.stderr.contains("sessanta"), "{}", said.stderr);
    files::put(&path, text.as_bytes());
    let told = ["(R38)", &format!("(riga {line})")];
    let mut of_environment = desk.pseudonymise();
    desk.refuses(of_environment.arg("--policy").arg(&path).env("LC_ALL", "it_IT.UTF-8"), 5, &told);
}

/// A policy with the default rules, each changed or left out as asked.
pub(super) fn policy(rule: impl Fn(&str, &str, Vec<String>) -> Option<Vec<String>>) -> String {
    let mut text = "version = 1\npurpose = \"evaluation\"\nlegal_basis = \"test\"\nretention_months = 60\n\
                    [exclude]\nconsent_withdrawn = [\"RICERCA\"]\nminors = true\n"
        .to_owned();
    for table in registry::tables() {
        let mut columns = String::new();
        for column in table.columns {
            let default = column.default_actions.iter().map(ToString::to_string).collect();
            if let Some(actions) = rule(table.name, column.name, default) {
                writeln!(columns, "{} = [{}]", column.name, actions.join(", ")).unwrap();
            }
        }
        if !columns.is_empty() {
            write!(text, "[tables.{}]\n{columns}", table.name).unwrap();
        }
    }
    text
}
