use proptest::prelude::*;

use super::reason::FREE_TEXT;
use super::*;
use crate::language::Language;
use crate::registry::PrivacyClass;
use crate::rule::Rule;

/// What a policy needs besides rules: seven lines.
const HEAD: &str = "version = 1\npurpose = \"care\"\nlegal_basis = \"x\"\nretention_months = 12\n[exclude]\n\
                    consent_withdrawn = [\"PRESA\"]\nminors = true\n";

fn parse(rest: &str) -> Result<Policy, PolicyError> {
    Policy::parse(&format!("{HEAD}{rest}"))
}

/// The fault and the line of a rule.
#[track_caller]
fn refused(rest: &str) -> (usize, PolicyError) {
    match parse(rest).unwrap_err() {
        PolicyError::Rule { line, fault } => (line, *fault),
        PolicyError::Syntax { line, what } => (line, PolicyError::Syntax { line, what }),
        other => panic!("no line: {other}"),
    }
}

#[test]
fn the_built_in_policies_are_allowed_name_every_column_and_survive_writing() {
    for purpose in Purpose::ALL {
        let policy = purpose.policy();
        policy.check().unwrap();
        policy.check_complete(CodeLists::built_in()).unwrap();
        let read = Policy::parse(&toml::to_string(&policy).unwrap()).unwrap();
        assert_eq!(read, policy);
        assert_eq!(purpose.name().parse(), Ok(purpose));
    }
}

#[test]
fn monitoring_is_leaner_than_evaluation_and_care_links_nobody() {
    let made = |purpose: Purpose| -> usize {
        registry::tables().iter().map(|table| purpose.policy().extract_columns(table).unwrap().len()).sum()
    };
    assert!(made(Purpose::Monitoring) * 2 < made(Purpose::Evaluation));
    assert!(made(Purpose::Evaluation) < made(Purpose::Care));
    for table in registry::tables() {
        assert!(Purpose::Care.policy().token_columns(table).unwrap().is_empty());
    }
    for purpose in [Purpose::Monitoring, Purpose::Evaluation] {
        let missing = purpose.policy().missing_at_the_hub().unwrap();
        assert!(missing.is_empty(), "{}: {missing:?}", purpose.name());
    }
    let mut policy = Purpose::Evaluation.policy();
    policy
        .tables
        .get_mut("case")
        .unwrap()
        .insert("taken_on".to_owned(), vec![Action::Generalise(Generalisation::Month)]);
    let missing = policy.missing_at_the_hub().unwrap();
    assert_eq!(
        missing.iter().map(|(table, column)| (table.name, column.name.as_str())).collect::<Vec<_>>(),
        [("case", "taken_on")]
    );
}

#[test]
fn every_form_is_read_as_a_person_writes_it() {
    let policy = parse(
        "[tables.person]\nsite_person_id = [\"pseudonym\"]\n\
         birth_date = [\"seal\", { generalise = \"year\" }, { generalise = \"band\", years = 5 }]\n\
         residence_municipality = [{ generalise = \"ambito\" }]\ncitizenship = [{ generalise = \"area\" }]\n\
         household_children = [{ bins = [0, 1, 4] }, { top = 12 }]\n\
         gender = [{ code = { F = \"F\", \"*\" = \"X\" } }]\n\
         [tables.employment]\nateco = [{ generalise = \"section\" }, { generalise = \"sector\" }]\n\
         start_on = [{ shift = 30 }]\nend_on = [{ shift = 30 }, { generalise = \"quarter\" }]",
    )
    .unwrap();
    let names = |table: &str| -> Vec<String> {
        let table = registry::table(table).unwrap();
        let rules = policy.tables[table.name].clone();
        let made = table.columns.iter().filter_map(|column| Some((column, rules.get(column.name)?)));
        made.flat_map(|(column, actions)| actions.iter().filter_map(|action| action.extract_column(column)))
            .map(|made| made.name)
            .collect()
    };
    assert_eq!(
        names("person"),
        [
            "site_person_id",
            "birth_year",
            "birth_year_band",
            "gender_recoded",
            "citizenship_area",
            "residence_municipality_ambito",
            "household_children_bin",
            "household_children_top",
        ]
    );
    assert_eq!(
        names("employment"),
        ["start_on_shifted", "end_on_shifted", "end_quarter", "ateco_section", "sector"]
    );
    for action in policy.tables.values().flat_map(BTreeMap::values).flatten() {
        let text = format!("x = {action}");
        let read: BTreeMap<String, Action> = toml::from_str(&text).unwrap();
        assert_eq!(read["x"], *action, "{text}");
    }
}

#[test]
fn what_is_no_action_is_told_by_its_line_with_what_there_is() {
    for wrong in [
        "\"publish\"",
        "{ generalise = \"decade\" }",
        "{ generalise = \"band\" }",
        "{ generalise = \"year\", years = 5 }",
        "{ generalise = \"band\", years = 500 }",
        "{ bins = [0], top = 3 }",
        "{ bins = [\"a\"] }",
        "{ shift = -3 }",
        "{ publish = true }",
        "{ }",
        "7",
    ] {
        let (line, fault) = refused(&format!("[tables.person]\nbirth_date = [\n  \"drop\", {wrong}\n]"));
        assert_eq!(line, 9, "{wrong}");
        let text = fault.to_string();
        assert!(text.contains("generalise = \"band\", years = 5") && !text.contains("publish"), "{text}");
    }
    assert_eq!(refused("[tables.person]\ngender = \"keep\"").0, 9, "one action is a list too");
}

#[test]
fn a_parameter_out_of_place_is_refused() {
    for (rule, reason) in [
        ("person.birth_date = [{ generalise = \"band\", years = 1 }]", "2 to 50 years"),
        ("person.household_children = [{ bins = [] }]", "bins begin"),
        ("person.household_children = [{ bins = [3, 3] }]", "bins begin"),
        ("person.household_children = [{ bins = [0, 21] }]", "bins begin"),
        ("person.household_children = [{ top = 20 }]", "below the largest"),
        ("employment.start_on = [{ shift = 0 }]", "1 to 366"),
        ("employment.start_on = [{ shift = 367 }]", "1 to 366"),
        ("person.gender = [{ code = {} }]", "at least one code"),
        ("person.gender = [{ code = { \"*\" = \"Anna Provafalso\" } }]", "capital letters"),
    ] {
        let (line, fault) = refused(&format!("[tables]\n{rule}"));
        assert_eq!(line, 9, "{rule}");
        assert!(fault.to_string().contains(reason), "{rule}: {fault}");
        assert!(!fault.to_string().contains("Provafalso"));
    }
}

#[test]
fn what_the_lists_do_not_have_is_refused() {
    let mut policy = Policy::evaluation();
    let mut refused = |column: &str, action: Action| {
        let person = policy.tables.get_mut("person").unwrap();
        let before = person.insert(column.to_owned(), vec![action]).unwrap();
        policy.check().unwrap();
        let refused = policy.check_complete(CodeLists::built_in());
        policy.tables.get_mut("person").unwrap().insert(column.to_owned(), before);
        refused.err().map(|fault| fault.to_string())
    };
    let codes = |pairs: &[(&str, &str)]| {
        Action::Code(pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect())
    };
    let told = refused("residence_municipality", Action::Generalise(Generalisation::Ambito)).unwrap();
    assert!(told.contains("[[ambiti]]"), "{told}");
    assert!(refused("gender", codes(&[("F", "A")])).unwrap().contains("says nothing about code M"));
    assert!(refused("gender", codes(&[("ANNA", "A"), ("*", "B")])).unwrap().contains("does not have"));
    assert_eq!(refused("gender", codes(&[("F", "A"), ("*", "B")])), None);
}

/// A true day beside shifted ones of the same person would tell the shift.
#[test]
fn a_policy_that_shifts_keeps_no_other_day_of_a_person() {
    let shift = "[tables.employment]\nstart_on = [{ shift = 30 }]\n";
    for beside in [
        "end_on = [{ shift = 31 }]",
        "end_on = [{ shift = 30 }, \"keep\"]",
        "[tables.case]\ntaken_on = [\"keep\"]",
        "[tables.outcome]\non = [{ generalise = \"week\" }]",
        "[tables.contact]\non = [{ generalise = \"month\" }]",
    ] {
        let (_, fault) = refused(&format!("{shift}{beside}"));
        assert!(fault.to_string().contains("would tell by how much"), "{beside}: {fault}");
    }
    for beside in [
        "end_on = [{ shift = 30 }]",
        "[tables.outcome]\non = [{ generalise = \"quarter\" }]",
        "[tables.pact]\nsigned_on = [\"keep\"]",
    ] {
        parse(&format!("{shift}{beside}")).unwrap();
    }
    let (line, fault) = refused("[tables.outcome]\non = [{ shift = 30 }]");
    assert_eq!(line, 9);
    assert!(fault.to_string().contains("name a case and not the person"));
}

#[test]
fn what_would_leak_is_refused() {
    for (table, column) in [("person", "family_name"), ("person", "notes"), ("case", "case_id")] {
        let (line, fault) = refused(&format!("[tables.{table}]\n{column} = [\"keep\"]"));
        assert!(line == 9 && matches!(fault, PolicyError::Forbidden { .. }));
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
            let mut allowed = BTreeSet::from(["drop", "flag"]);
            allowed.extend((table.name == "person").then_some("seal"));
            let date = ["year", "band", "quarter", "month", "week", "keep"];
            allowed.extend::<&[&str]>(match column.kind {
                Kind::Key(IdType::Operator) | Kind::Reference(IdType::Operator) => &["pseudonym", "token"],
                Kind::Key(_) | Kind::Reference(_) => &["pseudonym"],
                Kind::CodiceFiscale
                | Kind::StpEni
                | Kind::PermitNumber
                | Kind::PassportNumber { .. }
                | Kind::Cui => &["token"],
                Kind::Date | Kind::Deadline | Kind::Timestamp if harmless => &date,
                Kind::Date | Kind::Deadline | Kind::Timestamp => &["year", "band"],
                Kind::Ateco => &["section", "sector"],
                Kind::FreeText | Kind::Phone | Kind::Email => &[],
                _ if !harmless => &[],
                Kind::Code("country") | Kind::Codes { list: "country", .. } => &["keep", "code", "area"],
                Kind::Code(_) | Kind::Codes { .. } => &["keep", "code"],
                Kind::Whole { .. } | Kind::Decimal { .. } => &["keep", "bins", "top"],
                Kind::Municipality | Kind::Municipalities => &["keep", "ambito"],
                Kind::YesNo | Kind::Ambito | Kind::Occupation | Kind::Site => &["keep"],
            });
            // The two tables whose every row names its person, and days.
            if ["case", "employment"].contains(&table.name) && allowed.contains("quarter") {
                allowed.insert("shift");
            }
            for action in Action::each() {
                let is_allowed = action.fits(table, column).is_ok();
                let (table, column) = (table.name, column.name);
                assert_eq!(is_allowed, allowed.contains(action.name()), "{action} of {table}.{column}");
            }
        }
    }
}

#[test]
fn what_is_dropped_is_dropped_and_nothing_is_made_twice_or_of_nobody() {
    let fault = |rest: &str| refused(&format!("[tables.person]\n{rest}")).1;
    assert!(matches!(fault("gender = [\"drop\", \"keep\"]"), PolicyError::DropAndMore { .. }));
    assert!(matches!(fault("gender = [\"keep\", \"keep\"]"), PolicyError::Repeated { .. }));
    for (column, action) in [("family_name", "seal"), ("codice_fiscale", "token")] {
        let rule = format!("site_person_id = [\"drop\"]\n{column} = [\"{action}\"]");
        let fault = fault(&rule);
        assert!(matches!(&fault, PolicyError::NoSubject { subject: "site_person_id", .. }), "{fault}");
    }
}

/// The line, the key or both; never what stands there.
#[test]
fn what_is_wrong_with_the_form_of_a_policy_is_told_by_its_place() {
    let whole = format!("{HEAD}[tables.person]\ngender = [\"keep\"]\n");
    for (from, to, told) in [
        ("version = 1\n", "", "the policy lacks version: the number 1"),
        ("purpose = \"care\"\n", "", "the policy lacks purpose: the purpose, a text in quotation marks"),
        ("minors = true\n", "", "the policy lacks minors: true, false or an age"),
        ("[tables.person]\n", "", "the policy lacks tables: a part [tables.…]"),
        ("minors =", "Geheim =", "(line 7): this is no key of [exclude], which has"),
        ("[tables.person]\ngender = [\"keep\"]\n", "", "the policy lacks tables: a part [tables.…]"),
        ("purpose =", "Geheim =", "(line 2): this is no key of a policy; those that it has are shown by"),
        (
            "retention_months = 12",
            "retention_months = \"Geheim\"",
            "(line 4): retention_months is for how many",
        ),
        ("retention_months = 12", "retention_months = -4711", "(line 4): retention_months is "),
        ("= [\"PRESA\"]", "= \"Geheim\"", "(line 6): consent_withdrawn is a list of codes"),
        ("= [\"PRESA\"]", "= [4711]", "(line 6): consent_withdrawn is a list of codes"),
        ("minors = true", "minors = \"Geheim\"", "(line 7): minors is true, false or an age"),
        ("[tables.person]\ngender", "[tables]\nperson", "(line 9): tables is a part [tables.…]"),
        ("\"care\"", "Geheim", "(line 2): here the file is not TOML"),
        ("\"x\"", "\"Geheim", "(line 3): here the file is not TOML"),
        ("minors = true", "minors = true\nminors = false", "(line 8): here the file is not TOML"),
        ("gender = [\"keep\"]", "gender = [\"Geheim\"]", "(line 9): "),
    ] {
        let text = whole.replacen(from, to, 1);
        assert_ne!(text, whole, "{from}");
        let fault = Policy::parse(&text).unwrap_err();
        assert!(fault.to_string().contains(told), "{from} {to}: {fault}");
        for language in [Language::It, Language::En] {
            let said = fault.text(language).to_lowercase();
            assert!(!said.contains("geheim") && !said.contains("4711"), "{said}");
        }
    }
}

#[test]
fn unknown_names_and_versions_are_refused() {
    let line = |rest: &str| refused(rest).0;
    assert!(matches!(refused("[tables.nobody]\n"), (8, PolicyError::UnknownTable(_))));
    assert!(matches!(refused("[tables.person]\n\nx = [\"drop\"]"), (10, PolicyError::UnknownColumn { .. })));
    assert!(matches!(refused("[tables.person]\ngender = []"), (9, PolicyError::NoRule { .. })));
    assert_eq!(line("[tables.person\n"), 8);
    let whole = format!("{HEAD}[tables]");
    let told = |from: &str, to: &str| Policy::parse(&whole.replace(from, to)).unwrap_err();
    assert!(matches!(told("version = 1", "version = 2"), PolicyError::Version(2)));
    assert!(matches!(told("= \"x\"", "= \" \""), PolicyError::LegalBasis));
    assert!(matches!(told("= 12", "= 0"), PolicyError::Retention));
    assert!(matches!(told("= 12", "= 601"), PolicyError::Retention));
    assert!(matches!(told("PRESA", "GIOVEDI"), PolicyError::UnknownConsent(_)));
    assert!(matches!(told("minors = true", "minors = 60"), PolicyError::Age));
    let ages = ["true", "false", "16"].map(|age| {
        Policy::parse(&whole.replace("minors = true", &format!("minors = {age}")))
            .unwrap()
            .exclude
            .minors
            .age()
    });
    assert_eq!(ages, [Some(18), None, Some(16)]);
}

proptest! {
    /// Whatever a policy says: what may not leave is not kept, and a message tells nothing but names
    /// of tables and columns.
    #[test]
    fn no_policy_lets_identifiers_out_and_no_message_tells_a_text(
        purpose in prop_oneof![Just("evaluation"), Just("Parola 8841")],
        rules in prop::collection::vec(rule(), 0..4),
    ) {
        let head = HEAD.replace("care", purpose).replace("\"x\"", "\"Parola 8841\"");
        let text = format!("{head}{}", rules.concat());
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
    let actions = Action::each()
        .iter()
        .map(Action::to_string)
        .chain(["\"Parola 8841\"".to_owned()])
        .collect::<Vec<_>>();
    let some = prop::collection::vec(prop::sample::select(actions), 0..3);
    (prop::sample::select(names.collect::<Vec<_>>()), some)
        .prop_map(|(name, actions)| format!("{name} = [{}]\n", actions.join(", ")))
}

/// A name in an extract says of which column it was made and how, whatever the policy.
#[test]
fn no_two_columns_of_a_table_make_one_of_the_same_name() {
    for table in registry::tables() {
        let mut made = BTreeMap::new();
        for column in possible_columns(table) {
            let before = made.insert(column.name.clone(), column.source);
            assert_eq!(before, None, "{}.{} of {}", table.name, column.name, column.source);
        }
    }
}

#[test]
fn r38_free_text_is_refused_in_the_words_of_its_rule() {
    let rule = Rule::FreeTextKept.text();
    let kept = Action::Keep.check(&registry::person::TABLE, &registry::person::NOTES).unwrap_err();
    for (language, text) in [(Language::It, rule.text_it), (Language::En, rule.text_en)] {
        assert_eq!(FREE_TEXT.text(language), format!("{text} ({})", rule.id));
        assert!(kept.text(language).ends_with(FREE_TEXT.text(language)));
    }
}

/// In both languages the same names and numbers stand.
#[test]
fn every_error_is_told_in_both_languages() {
    let (table, column, action) = ("person", "gender", "token");
    let (line, reason, what) = (4711, reason::DIRECT_DAY, action::EVERY_ACTION);
    for error in [
        PolicyError::Syntax { line, what },
        PolicyError::Form { line, key: "retention_months", what },
        PolicyError::Missing { key: "retention_months", what },
        PolicyError::Rule { line, fault: Box::new(PolicyError::NoRule { table, column }) },
        PolicyError::Version(7),
        PolicyError::Purpose,
        PolicyError::LegalBasis,
        PolicyError::Retention,
        PolicyError::UnknownConsent("PRESA, INVIO".to_owned()),
        PolicyError::Age,
        PolicyError::UnknownTable(table.to_owned()),
        PolicyError::UnknownColumn { table: table.to_owned(), column: column.to_owned() },
        PolicyError::NoRule { table, column },
        PolicyError::NoSubject { table, column, action, subject: "site_person_id" },
        PolicyError::DropAndMore { table, column },
        PolicyError::Repeated { table, made: "gender_recoded".to_owned() },
        PolicyError::Forbidden { table, column, action, reason },
        PolicyError::NotRecoded { table, column, code: "NB".to_owned() },
    ] {
        let (it, en) = (error.text(Language::It), error.text(Language::En));
        assert_eq!(en, error.to_string());
        for name in [
            "person",
            "gender",
            "token",
            "4711",
            "7",
            "PRESA",
            "site_person_id",
            "NB",
            "GDPR 6",
            "GDPR 5",
            "600",
            "25",
            "32",
            "\"*\"",
            "generalise = \"band\"",
            "retention_months",
            "exclude.",
        ] {
            assert_eq!(it.contains(name), en.contains(name), "{name}\n{en}\n{it}");
        }
        assert!(!it.contains("the ") && it != en, "{it}");
    }
}
