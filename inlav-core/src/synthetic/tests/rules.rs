//! The rules of the domain, by their numbers, tried on a population in the plainest way.

use std::sync::OnceLock;

use super::*;
use crate::codes::CodeList;
use crate::history::{CaseState, Decider, History};
use crate::registry::{
    assessment, case_transition, consent, contact, employment, follow_up, operator, outcome, plan, referral,
    service_event, site,
};
use crate::sector::{Ateco, Edition};

/// A cell of a row.
fn get<'a>(row: &'a [String], table: &Table, column: &Column) -> &'a str {
    row[at(table, column)].as_str()
}

/// A population so large that rare things happen.
fn sites() -> &'static [SiteData] {
    static POPULATION: OnceLock<Population> = OnceLock::new();
    let dials = Dials { persons: 4000, ..Dials::default() };
    &POPULATION.get_or_init(|| Population::generate(Programme::inlav_lombardia(), &dials)).sites
}

#[test]
fn every_cell_can_be_read() {
    for site in sites() {
        for data in &site.tables {
            for (index, column) in data.table.columns.iter().enumerate() {
                for row in &data.rows {
                    let state = row.get(index.saturating_sub(1)).map(String::as_str);
                    let fault =
                        crate::value::read(column, &row[index], state, crate::codes::CodeLists::built_in())
                            .fault;
                    assert!(fault.is_none(), "{} {} {:?}", column.name, row[index], fault);
                }
            }
        }
    }
}

#[test]
fn keys_are_unique_and_references_known() {
    for site in sites() {
        for table in registry::tables().iter().filter(|table| table.key().is_some()) {
            let keys = cells(site, table, table.key().unwrap());
            assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{}", table.name);
            let registry::Kind::Key(id) = table.key().unwrap().kind else { continue };
            let keys: BTreeSet<String> = keys.into_iter().collect();
            for other in registry::tables() {
                for column in
                    other.columns.iter().filter(|column| column.kind == registry::Kind::Reference(id))
                {
                    for reference in cells(site, other, column) {
                        let known = reference.is_empty() || keys.contains(&reference);
                        assert!(known, "{}.{}", other.name, column.name);
                    }
                }
            }
        }
    }
}

#[test]
fn steps_are_in_order_and_histories_legal() {
    let end = Programme::inlav_lombardia().end;
    for site in sites() {
        let opened = day(&cells(site, &site::TABLE, &site::OPENED_ON)[0]).unwrap();
        let steps_of = by(site, &case_transition::TABLE, &case_transition::CASE_ID);
        for row in site.rows("case") {
            let cell = |column: &Column| get(row, &case::TABLE, column);
            // R01, R03.
            let steps = [
                case::REPORTED_ON,
                case::FIRST_CONTACT_ON,
                case::ASSESSED_ON,
                case::TAKEN_ON,
                case::PLAN_ON,
                case::CLOSED_ON,
            ];
            let days: Vec<NaiveDate> = steps.iter().filter_map(|column| day(cell(column))).collect();
            assert!(days.is_sorted() && days.iter().all(|day| *day >= opened && *day <= end), "{days:?}");
            // R05.
            let closed = cell(&case::STATE) == "CHIUSO";
            assert_eq!(closed, !cell(&case::CLOSED_ON).is_empty());
            assert_eq!(closed, !cell(&case::CLOSURE_REASON).is_empty());
            // R06.
            let steps = &steps_of[cell(&case::CASE_ID)];
            let mut from = "NUOVO";
            let history = History::read(steps.iter().map(|row| {
                let cell = |column: &Column| get(row, &case_transition::TABLE, column);
                assert_eq!(cell(&case_transition::FROM_STATE), from);
                from = cell(&case_transition::TO_STATE);
                let on = day(cell(&case_transition::ON)).unwrap();
                let recorded = day(cell(&case_transition::RECORDED_AT)).unwrap();
                assert!(on <= recorded && recorded <= end);
                (CaseState::from_code(from).unwrap(), on)
            }));
            use crate::history::State as _;
            assert_eq!(history.unwrap().state().code(), cell(&case::STATE));
        }
    }
}

#[test]
fn consents_come_before_what_they_allow() {
    for site in sites() {
        let consents = by(site, &consent::TABLE, &consent::CASE_ID);
        let referrals = by(site, &referral::TABLE, &referral::CASE_ID);
        let given = |case_id: &str, kind: &str, on: NaiveDate| {
            consents.get(case_id).into_iter().flatten().any(|row| {
                let cell = |column: &Column| get(row, &consent::TABLE, column);
                cell(&consent::TYPE) == kind
                    && day(cell(&consent::GIVEN_ON)).unwrap() <= on
                    && day(cell(&consent::WITHDRAWN_ON)).is_none_or(|withdrawn| withdrawn > on)
            })
        };
        for row in site.rows("case") {
            let cell = |column: &Column| get(row, &case::TABLE, column);
            let case_id = cell(&case::CASE_ID);
            // R07.
            if let Some(taken_on) = day(cell(&case::TAKEN_ON)) {
                assert!(given(case_id, "PRESA", taken_on));
            }
            let mut handed_over = false;
            for row in referrals.get(case_id).into_iter().flatten() {
                let cell = |column: &Column| get(row, &referral::TABLE, column);
                let out = cell(&referral::DIRECTION) == "OUT";
                // R08.
                if let Some(sent_on) = day(cell(&referral::SENT_ON)).filter(|_| out) {
                    assert!(cell(&referral::LEGAL_DUTY) == "si" || given(case_id, "INVIO", sent_on));
                }
                let accepted =
                    ["ACCETTATO", "AVVIATO", "ESITO_POS", "ESITO_NEG"].contains(&cell(&referral::STATUS));
                handed_over |= out && accepted && ["ANTITRATTA", "NV"].contains(&cell(&referral::BODY_TYPE));
                let days =
                    [referral::SENT_ON, referral::ANSWERED_ON, referral::STARTED_ON, referral::CLOSED_ON];
                assert!(days.iter().filter_map(|column| day(cell(column))).is_sorted());
            }
            // R09.
            assert!(cell(&case::CLOSURE_REASON) != "INVIO_ANTITRATTA" || handed_over);
            // R10.
            let formal = cell(&case::IDENTIFICATION_STATUS).starts_with("FORM");
            assert_eq!(formal, Decider::from_code(cell(&case::IDENTIFICATION_DECIDER)).is_some());
            assert_eq!(formal, day(cell(&case::IDENTIFIED_ON)).is_some());
        }
    }
}

#[test]
fn persons_and_titles_agree() {
    let reform = NaiveDate::from_ymd_opt(2024, 10, 11).unwrap();
    let mut minors = 0;
    for site in sites() {
        let persons = by(site, &person::TABLE, &person::SITE_PERSON_ID);
        let mut open: BTreeSet<&str> = BTreeSet::new();
        for row in site.rows("case") {
            let cell = |column: &Column| get(row, &case::TABLE, column);
            let who = |column: &Column| get(persons[cell(&case::SITE_PERSON_ID)][0], &person::TABLE, column);
            let birth = day(who(&person::BIRTH_DATE)).unwrap();
            // R11.
            if let Some(contact) = day(cell(&case::FIRST_CONTACT_ON)) {
                use chrono::Datelike as _;
                assert!((14..=99).contains(&(contact.year() - birth.year())));
                let minor = contact.years_since(birth).unwrap() < 18;
                minors += usize::from(minor);
                assert!(!minor || cell(&case::MINOR_PATH) == "si");
            }
            // R12, R14, R16.
            let citizenship = who(&person::CITIZENSHIP);
            assert_eq!(who(&person::STATELESS) == "si", citizenship == "XXA");
            let title = cell(&case::RESIDENCE_TITLE_ENTRY);
            assert_eq!(title == "IT", citizenship == "ITA");
            assert_eq!(title == "UE", citizenship == "ROU");
            assert!(title != "TEMP" || citizenship == "UKR");
            // R15.
            if let Some(issued) = day(who(&person::PERMIT_ISSUED_ON)) {
                assert!(title != "ART22_12Q" || issued < reform);
                assert!(title != "ART18TER" || issued >= reform);
                assert!(day(who(&person::PERMIT_VALID_TO)).is_none_or(|until| until > issued));
            }
            // R36.
            let stp = !who(&person::STP_ENI).is_empty();
            assert_eq!(stp, !who(&person::STP_ENI_ISSUER).is_empty());
            assert_eq!(stp, !who(&person::STP_ENI_VALID_TO).is_empty());
            // R33.
            assert!(cell(&case::STATE) == "CHIUSO" || open.insert(cell(&case::SITE_PERSON_ID)));
        }
        // R37: the day of birth and the sex that the code tells.
        for row in site.rows("person") {
            let cell = |column: &Column| get(row, &person::TABLE, column);
            let code = cell(&person::CODICE_FISCALE);
            let digit = |at: usize| code.as_bytes().get(at).filter(|byte| byte.is_ascii_digit());
            if code.len() == 16
                && let (Some(tens), Some(units)) = (digit(9), digit(10))
            {
                use chrono::Datelike as _;
                let number = u32::from((tens - b'0') * 10 + units - b'0');
                assert_eq!(number % 40, day(cell(&person::BIRTH_DATE)).unwrap().day());
                assert!(cell(&person::GENDER) != "F" || number > 40);
                assert!(cell(&person::GENDER) != "M" || number < 40);
            }
        }
    }
    assert!(minors > 5, "{minors}");
}

#[test]
fn assessments_agree_with_themselves_and_with_the_jobs() {
    let list = CodeList::named("delphi_adult_labour_67").unwrap();
    for site in sites() {
        let jobs = by(site, &employment::TABLE, &employment::SITE_PERSON_ID);
        let cases = by(site, &case::TABLE, &case::CASE_ID);
        for row in site.rows("assessment") {
            let cell = |column: &Column| get(row, &assessment::TABLE, column);
            // R17.
            for (number, column) in (1..).zip(&assessment::DIMENSIONS) {
                let (mut strong, mut medium, mut weak, mut answered) = (0, 0, 0, false);
                for (item, code) in assessment::DELPHI.iter().zip(list.codes()) {
                    if !code.code.starts_with(&format!("D{number}.")) {
                        continue;
                    }
                    answered |= !cell(item).is_empty();
                    if cell(item) == "SI" {
                        match code.maps_to.as_bytes()[9] {
                            b'S' => strong += 1,
                            b'M' => medium += 1,
                            _ => weak += 1,
                        }
                    }
                }
                let positive = strong >= 2
                    || (strong == 1 && medium + weak >= 1)
                    || medium >= 3
                    || (medium == 2 && weak >= 1);
                let expected = match (answered, positive) {
                    (false, _) => "",
                    (true, true) => "si",
                    (true, false) => "no",
                };
                assert_eq!(cell(column), expected);
            }
            // R18.
            let ilo: Vec<&str> = assessment::ILO.iter().map(cell).collect();
            let count = |answers: &[&str]| ilo.iter().filter(|answer| answers.contains(answer)).count();
            let score = if count(&["SI", "NO"]) >= 8 { count(&["SI"]).to_string() } else { String::new() };
            assert_eq!(cell(&assessment::SCORE), score);
            // R22.
            let case = cases[cell(&assessment::CASE_ID)][0];
            let person = get(case, &case::TABLE, &case::SITE_PERSON_ID);
            let hours =
                |row: &&[String]| get(row, &employment::TABLE, &employment::HOURS_ACTUAL).parse().ok();
            let longest = jobs.get(person).into_iter().flatten().filter_map(hours).max();
            assert!(longest.is_none_or(|hours: u32| hours <= 60) || ilo[10] != "NO");
            // R24.
            for position in [14, 45] {
                assert!(ilo[6] != "SI" || cell(&assessment::DELPHI[position]) != "NO");
            }
        }
    }
}

#[test]
fn jobs_do_not_overlap_and_have_their_contracts() {
    for site in sites() {
        for rows in by(site, &employment::TABLE, &employment::SITE_PERSON_ID).values() {
            let mut spans = Vec::new();
            for row in rows {
                let cell = |column: &Column| get(row, &employment::TABLE, column);
                let (start, end) = (day(cell(&employment::START)), day(cell(&employment::END)));
                let activity = Ateco::parse(cell(&employment::ATECO)).unwrap();
                // R20.
                assert!(activity.sector().is_some());
                if let Some(start) = start {
                    // R19, R21.
                    assert_ne!(activity.is_of(Edition::on(start)), Some(false));
                    assert!(end.is_none_or(|end| end >= start));
                    spans.push((start, end.unwrap_or(NaiveDate::MAX)));
                }
                // R23.
                let undeclared = cell(&employment::REGULARITY) == "NERO";
                assert_eq!(undeclared, cell(&employment::CONTRACT) == "NESSUNO");
            }
            spans.sort_unstable();
            assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{spans:?}");
        }
    }
}

#[test]
fn what_happens_in_a_case_falls_into_it() {
    for site in sites() {
        let cases = by(site, &case::TABLE, &case::CASE_ID);
        let of = |case_id: &str, column: &Column| day(get(cases[case_id][0], &case::TABLE, column));
        for (table, case_id, on) in [
            (&contact::TABLE, &contact::CASE_ID, &contact::ON),
            (&service_event::TABLE, &service_event::CASE_ID, &service_event::ON),
        ] {
            for row in site.rows(table.name).iter().filter(|row| !get(row, table, case_id).is_empty()) {
                let (case_id, on) = (get(row, table, case_id), day(get(row, table, on)).unwrap());
                // R26.
                assert!(of(case_id, &case::FIRST_CONTACT_ON).unwrap() <= on);
                assert!(of(case_id, &case::CLOSED_ON).is_none_or(|closed| on <= closed));
            }
        }
        for row in site.rows("contact") {
            // R25.
            let mediated = get(row, &contact::TABLE, &contact::MEDIATION) == "si";
            assert_eq!(mediated, !get(row, &contact::TABLE, &contact::MEDIATION_LANGUAGE).is_empty());
        }
        for row in site.rows("follow_up") {
            let cell = |column: &Column| get(row, &follow_up::TABLE, column);
            let closed = of(cell(&follow_up::CASE_ID), &case::CLOSED_ON).unwrap();
            let days = (day(cell(&follow_up::DONE_ON)).unwrap() - closed).num_days();
            // R29.
            let window = match cell(&follow_up::WAVE) {
                "4S" => 0..=28,
                "6M" => 150..=210,
                _ => 335..=395,
            };
            assert!(window.contains(&days), "{days}");
        }
        for row in site.rows("plan") {
            let cell = |column: &Column| get(row, &plan::TABLE, column);
            let goals: Vec<&str> = cell(&plan::GOALS).split(';').collect();
            assert!(cell(&plan::GOALS_MET).split(';').all(|goal| goal.is_empty() || goals.contains(&goal)));
            assert_eq!(day(cell(&plan::SIGNED_ON)), of(cell(&plan::CASE_ID), &case::PLAN_ON));
        }
    }
}

#[test]
fn outcomes_have_what_they_follow_from() {
    let (mut placements, mut improved) = (0, 0);
    for site in sites() {
        let jobs = by(site, &employment::TABLE, &employment::SITE_PERSON_ID);
        let cases = by(site, &case::TABLE, &case::CASE_ID);
        let outcomes = by(site, &outcome::TABLE, &outcome::CASE_ID);
        let person_of = |case_id: &str| get(cases[case_id][0], &case::TABLE, &case::SITE_PERSON_ID);
        for row in site.rows("outcome") {
            let cell = |column: &Column| get(row, &outcome::TABLE, column);
            let on = day(cell(&outcome::ON)).unwrap();
            match cell(&outcome::TYPE) {
                // R27.
                "TIR_ASS" => {
                    placements += 1;
                    assert!(outcomes[cell(&outcome::CASE_ID)].iter().any(|row| {
                        get(row, &outcome::TABLE, &outcome::TYPE) == "TIR_COMP"
                            && day(get(row, &outcome::TABLE, &outcome::ON)).unwrap() <= on
                    }));
                }
                // R28.
                "LAV_REG" | "LAV_EMERSO" => {
                    let jobs = &jobs[person_of(cell(&outcome::CASE_ID))];
                    let real = |row: &&&[String]| {
                        let cell = |column: &Column| get(row, &employment::TABLE, column);
                        let start = day(cell(&employment::START));
                        start.is_some_and(|start| (start - on).num_days().abs() <= 30)
                            && !["TIR", "NESSUNO"].contains(&cell(&employment::CONTRACT))
                    };
                    assert!(jobs.iter().any(|row| real(&row)) || cell(&outcome::TYPE) == "LAV_EMERSO");
                }
                _ => {}
            }
        }
        // R30.
        for row in site.rows("follow_up") {
            let cell = |column: &Column| get(row, &follow_up::TABLE, column);
            if cell(&follow_up::IMPROVED) != "si" {
                continue;
            }
            improved += 1;
            let case = cases[cell(&follow_up::CASE_ID)][0];
            assert!(["OCC", "OCC_AUT"].contains(&get(case, &case::TABLE, &case::EMPLOYMENT_ENTRY)));
            let jobs = &jobs[get(case, &case::TABLE, &case::SITE_PERSON_ID)];
            let contracts: Vec<&str> =
                jobs.iter().map(|row| get(row, &employment::TABLE, &employment::CONTRACT)).collect();
            assert!(contracts.contains(&"TI") && contracts.iter().any(|contract| *contract != "TI"));
        }
    }
    assert!(placements > 0 && improved > 0);
}

#[test]
fn operators_attend_a_session_once_and_columns_are_filled() {
    for site in sites() {
        // R31.
        let mut seen = BTreeSet::new();
        for row in site.rows("training") {
            let cell = |column: &Column| get(row, &training::TABLE, column).to_owned();
            assert!(seen.insert((cell(&training::SESSION_ID), cell(&training::OPERATOR_ID))));
        }
        assert!(!cells(site, &operator::TABLE, &operator::OPERATOR_ID).is_empty());
        // R32.
        let row = &site.rows("pact")[0];
        let signed = get(row, &pact::TABLE, &pact::STATUS) == "SOTTOSCRITTO";
        assert_eq!(signed, !get(row, &pact::TABLE, &pact::SIGNED_ON).is_empty());
        // R39.
        for data in &site.tables {
            for column in data.table.columns.iter().filter(|column| column.required || column.expected) {
                let texts = cells(site, data.table, column);
                let missing = |text: &&String| ["", "ND", "NR", "RIF"].contains(&text.as_str());
                let missing = texts.iter().filter(missing).count();
                assert!(missing * 100 <= texts.len() * 20, "{}.{}", data.table.name, column.name);
            }
        }
        // R40.
        let contacts = cells(site, &case::TABLE, &case::FIRST_CONTACT_ON);
        let firsts = contacts.iter().filter(|day| day.ends_with("-01")).count();
        assert!(firsts * 100 < contacts.len() * 30);
    }
}
