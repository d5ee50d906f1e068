//! One broken rule at a time, each on both sides of its boundary. The rules that need one table
//! only and were there first are tested with the check as a whole.

use chrono::NaiveDate;
use inlav_core::identifiers::check_character;
use inlav_core::programme::Programme;

use crate::check::{Context, Severity, check, rules as all_rules};
use crate::source::sample::Bundle;

const CONTACTS: &str = "ID contatto;ID caso;Data;Mediazione;Lingua della mediazione\n";
const CONSENTS: &str = "ID caso;Tipo di consenso;Data consenso;Data revoca\n";
const STEPS: &str = "ID caso;Stato precedente;Stato successivo;Data\n";
const FOLLOW_UPS: &str = "ID caso;Rilevazione;Data;Stato;Condizione occupazionale;Migliorato\n";
const JOBS: &str = "ID lavoro;ID persona;ATECO;Regolarità;Lavoro di sfruttamento;Data inizio;Data fine;Contratto;\
                    Ore settimanali effettive\n";
const PERSONS: &str = "ID persona;Genere;Cittadinanza;Altre cittadinanze;Apolide;Data rilascio permesso\n";
const CASES: &str = "ID caso;ID persona;Stato;Data primo contatto;Canale di accesso;Target;Stato identificazione;\
                     Titolo di soggiorno;Chi ha deciso l'identificazione;Data identificazione formale;\
                     Contatto prima dell'apertura\n";

/// Numbers, tables and rows of what is found in a bundle, of one severity.
fn found(bundle: &Bundle, severity: Severity) -> Vec<(&'static str, &'static str, Vec<u64>)> {
    let site = "PUA05".parse().unwrap();
    let as_of = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap();
    let context = Context { programme: Programme::inlav_lombardia(), site: &site, as_of };
    let report = check(&bundle.open().unwrap(), &context).unwrap();
    let findings = report.findings.iter().filter(|finding| finding.severity == severity);
    findings.map(|finding| (finding.rule, finding.table, finding.rows.clone())).collect()
}

/// The rules of a number that a bundle breaks in its row 2.
fn breaks(bundle: &Bundle, rule: &str) -> bool {
    let both = [Severity::Error, Severity::Warning].map(|severity| found(bundle, severity));
    both.iter().flatten().any(|(id, _, rows)| *id == rule && rows.contains(&2))
}

/// A bundle with one more table or another in its place.
fn with(name: &str, headings: &str, rows: &str) -> Bundle {
    Bundle::new().with(name, format!("{headings}{rows}"))
}

/// Asserts that rows of a table break a rule and others do not.
fn at_the_boundary(rule: &str, name: &str, headings: &str, broken: &[&str], kept: &[&str]) {
    for rows in broken {
        assert!(breaks(&with(name, headings, rows), rule), "{rule} is broken by {rows}");
    }
    for rows in kept {
        assert!(!breaks(&with(name, headings, rows), rule), "{rule} is kept by {rows}");
    }
}

#[test]
fn every_rule_of_the_list_is_here() {
    for number in 1..=40 {
        let id = format!("R{number:02}");
        assert!(all_rules().any(|rule| rule.id == id), "{id}");
    }
    for rule in all_rules() {
        assert!(!rule.text_it.is_empty() && !rule.text_en.is_empty() && rule.text_it != rule.text_en);
    }
}

#[test]
fn r03_a_contact_before_the_opening_is_flagged_or_wrong() {
    let case = |flag: &str| format!("10;1;CONTATTATO;08/06/2024;AUTO;RISCHIO;NESSUNA;ND;;;{flag}\n");
    at_the_boundary("R03", "casi.csv", CASES, &[&case(""), &case("no")], &[&case("sì")]);
}

#[test]
fn r04_nobody_was_met_before_a_pua_could_apply() {
    let bundle = |day: &str| {
        Bundle::new().changed("pua.csv", "09/06/2024", "01/01/2024").changed("casi.csv", "12/06/2024", day)
    };
    let told = |day| found(&bundle(day), Severity::Warning).iter().any(|(id, ..)| *id == "R04");
    assert!(told("30/01/2024") && !told("31/01/2024"));
}

#[test]
fn r06_steps_are_a_path_to_the_state_of_the_case() {
    let path = "10;NUOVO;CONTATTATO;10/06/2024\n10;CONTATTATO;VALUTAZIONE;15/06/2024\n\
                10;VALUTAZIONE;PRESO_IN_CARICO;20/06/2024\n10;PRESO_IN_CARICO;CHIUSO;01/09/2024\n";
    let bundle = |steps: &str| with("transizioni.csv", STEPS, steps);
    assert!(found(&bundle(path), Severity::Error).is_empty());
    // The same steps in any order of the rows, and two of them on one day.
    let turned: String =
        path.replace("15/06", "10/06").lines().rev().map(|line| format!("{line}\n")).collect();
    assert!(found(&bundle(&turned), Severity::Error).is_empty());
    let skipped = path.replace("10;CONTATTATO;VALUTAZIONE;15/06/2024\n", "");
    assert_eq!(found(&bundle(&skipped), Severity::Error), [("R06", "case_transition", vec![3])]);
    let jumped = path.replace("CONTATTATO;VALUTAZIONE", "CONTATTATO;PIANO_ATTIVO");
    assert_eq!(found(&bundle(&jumped), Severity::Error), [("R06", "case_transition", vec![3])]);
    let unfinished = path.replace("10;PRESO_IN_CARICO;CHIUSO;01/09/2024\n", "");
    assert_eq!(found(&bundle(&unfinished), Severity::Error), [("R06", "case", vec![2])]);
}

#[test]
fn r07_nobody_is_taken_in_charge_without_consent() {
    at_the_boundary(
        "R07",
        "consensi.csv",
        CONSENTS,
        &[
            "10;PRESA;21/06/2024;\n",
            "10;PRESA;20/06/2024;19/06/2024\n",
            "10;INVIO;19/06/2024;\n",
            "11;PRESA;19/06/2024;\n",
        ],
        &["10;PRESA;20/06/2024;\n", "10;PRESA;19/06/2024;20/06/2024\n"],
    );
    assert!(!breaks(&Bundle::new(), "R07"));
}

#[test]
fn r08_nobody_is_referred_without_consent_or_duty() {
    let referral = |duty: &str, consent: &str| {
        let headings = "ID invio;ID caso;Tipo di ente;Stato;Data invio;Direzione;Obbligo di legge\n";
        with("invii.csv", headings, &format!("1;10;ASL;INVIATO;01/07/2024;{duty}\n"))
            .with("consensi.csv", format!("{CONSENTS}10;PRESA;19/06/2024;\n{consent}"))
    };
    assert!(breaks(&referral("OUT;", ""), "R08"));
    assert!(breaks(&referral("OUT;no", "10;INVIO;02/07/2024;\n"), "R08"));
    assert!(!breaks(&referral("OUT;no", "10;INVIO;01/07/2024;\n"), "R08"));
    assert!(!breaks(&referral("OUT;sì", ""), "R08") && !breaks(&referral("IN;", ""), "R08"));
}

#[test]
fn r09_who_was_handed_over_was_accepted_before() {
    let bundle = |referral: &str| {
        with("invii.csv", "ID invio;ID caso;Tipo di ente;Stato;Data invio\n", referral).changed(
            "casi.csv",
            "OBIETTIVI",
            "INVIO_ANTITRATTA",
        )
    };
    assert!(breaks(&bundle("1;10;ANTITRATTA;INVIATO;30/08/2024\n"), "R09"));
    assert!(breaks(&bundle("1;10;ASL;ACCETTATO;30/08/2024\n"), "R09"));
    assert!(breaks(&bundle("1;10;NV;ACCETTATO;02/09/2024\n"), "R09"));
    assert!(!breaks(&bundle("1;10;NV;ACCETTATO;01/09/2024\n"), "R09"));
}

#[test]
fn r10_a_formal_identification_has_a_decider_and_a_day() {
    let case = |status: &str, decided: &str| {
        format!("10;1;CONTATTATO;10/06/2024;AUTO;RISCHIO;{status};ND;{decided};\n")
    };
    at_the_boundary(
        "R10",
        "casi.csv",
        CASES,
        &[&case("FORM_POS", ";"), &case("FORM_NEG", "Police;"), &case("FORM_POS", ";11/06/2024")],
        &[&case("FORM_POS", "NGO;11/06/2024"), &case("PREL_POS", ";")],
    );
}

#[test]
fn r12_r13_citizenships_are_one_to_three_and_of_third_countries() {
    let person = |rest: &str| format!("1;F;{rest};\n2;M;PAK;;;\n");
    at_the_boundary(
        "R12",
        "persone.csv",
        PERSONS,
        &[&person("UKR;MDA,UKR;"), &person("PAK;;sì"), &person("XXA;;no"), &person("XXA;PAK;")],
        &[&person("UKR;MDA,RUS;"), &person("XXA;;sì"), &person("PAK;;no")],
    );
    at_the_boundary(
        "R13",
        "persone.csv",
        PERSONS,
        &[&person("ROU;;"), &person("ITA;CHE;")],
        &[&person("ITA;MAR;"), &person("ND;;")],
    );
}

#[test]
fn r14_r15_r16_the_title_fits_the_person_and_the_day() {
    let bundle = |citizenship: &str, issued: &str, title: &str| {
        with("persone.csv", PERSONS, &format!("1;F;{citizenship};;;{issued}\n2;M;PAK;;;\n"))
            .with("casi.csv", format!("{CASES}10;1;CONTATTATO;10/06/2024;AUTO;RISCHIO;NESSUNA;{title};;;\n"))
    };
    assert!(breaks(&bundle("PAK", "", "IT"), "R14") && breaks(&bundle("ITA", "", "UE"), "R14"));
    assert!(!breaks(&bundle("ITA", "", "IT"), "R14") && !breaks(&bundle("ROU", "", "UE"), "R14"));
    assert!(breaks(&bundle("PAK", "11/10/2024", "ART22_12Q"), "R15"));
    assert!(!breaks(&bundle("PAK", "10/10/2024", "ART22_12Q"), "R15"));
    assert!(breaks(&bundle("PAK", "10/10/2024", "ART18TER"), "R15"));
    assert!(!breaks(&bundle("PAK", "11/10/2024", "ART18TER"), "R15"));
    assert!(breaks(&bundle("PAK", "", "TEMP"), "R16") && !breaks(&bundle("UKR", "", "TEMP"), "R16"));
}

#[test]
fn r17_r18_r24_assessments_agree_with_their_answers() {
    let assessment = |headings: &str, cells: &str| {
        let headings = format!("ID valutazione;ID caso;Data;Tipo di valutazione;{headings}\n");
        with("valutazioni.csv", &headings, &format!("1;10;15/06/2024;T0;{cells}\n"))
    };
    let delphi = |cells: &str| assessment("Delphi 2.01;Delphi 2.05;Dimensione 2", cells);
    assert!(breaks(&delphi("si;no;si"), "R17") && breaks(&delphi("si;si;no"), "R17"));
    assert!(!breaks(&delphi("si;si;si"), "R17") && !breaks(&delphi("si;no;"), "R17"));
    let ilo = |answers: usize| {
        let headings: Vec<String> = (1..=11).map(|number| format!("ILO {number}")).collect();
        let cells: Vec<&str> = (1..=11).map(|number| if number <= answers { "si" } else { "RIF" }).collect();
        assessment(&format!("Punteggio;{}", headings.join(";")), &format!("{answers};{}", cells.join(";")))
    };
    assert!(breaks(&ilo(7), "R18") && !breaks(&ilo(8), "R18"));
    let documents = |cells: &str| assessment("ILO 7;Delphi 2.05;Delphi 5.01", cells);
    assert!(breaks(&documents("si;no;no"), "R24") && !breaks(&documents("si;no;si"), "R24"));
}

#[test]
fn r19_r20_activities_are_of_their_edition_and_told() {
    let job = |ateco: &str, start: &str| format!("1;1;{ateco};GRIGIO;si;{start};;TD;\n");
    at_the_boundary(
        "R19",
        "lavori.csv",
        JOBS,
        &[&job("U97", "31/12/2024"), &job("T97", "01/01/2025"), &job("45.20", "01/01/2025"), &job("A97", "")],
        &[&job("T97", "31/12/2024"), &job("U97", "01/01/2025"), &job("97", "01/01/2025"), &job("T97", "")],
    );
    at_the_boundary(
        "R20",
        "lavori.csv",
        JOBS,
        &[&job("T", ""), &job("PER", "")],
        &[&job("T97", ""), &job("A", "")],
    );
}

#[test]
fn r21_r22_r23_jobs_are_possible() {
    let job = |start: &str, end: &str| format!("1;1;01.13;GRIGIO;si;{start};{end};TD;\n");
    at_the_boundary(
        "R21",
        "lavori.csv",
        JOBS,
        &[&job("02/06/2024", "01/06/2024")],
        &[&job("01/06/2024", "01/06/2024")],
    );
    let two = |hours: u32, end: &str| {
        format!("1;1;01.13;GRIGIO;si;02/06/2024;;TD;{hours}\n2;1;01.13;GRIGIO;si;01/06/2024;{end};TD;40\n")
    };
    at_the_boundary(
        "R21",
        "lavori.csv",
        JOBS,
        &[&two(41, ""), &two(41, "02/06/2024")],
        &[&two(40, ""), &two(41, "01/06/2024")],
    );
    let contract = |contract: &str| format!("1;1;01.13;NERO;si;;;{contract};\n");
    at_the_boundary(
        "R23",
        "lavori.csv",
        JOBS,
        &[&contract("TD")],
        &[&contract("NESSUNO"), &contract("ND"), &contract("")],
    );
    let hours = |hours: u32, answer: &str| {
        with("lavori.csv", JOBS, &format!("1;1;01.13;GRIGIO;si;;;TD;{hours}\n")).with(
            "valutazioni.csv",
            format!("ID valutazione;ID caso;Data;Tipo di valutazione;ILO 11\n1;10;15/06/2024;T0;{answer}\n"),
        )
    };
    assert!(
        breaks(&hours(61, "no"), "R22")
            && !breaks(&hours(60, "no"), "R22")
            && !breaks(&hours(61, "si"), "R22")
    );
}

#[test]
fn r25_r26_contacts_have_a_language_and_belong_to_their_case() {
    at_the_boundary(
        "R25",
        "contatti.csv",
        CONTACTS,
        &["1;10;20/06/2024;sì;\n"],
        &["1;10;20/06/2024;sì;ukr\n", "1;;20/06/2024;no;\n"],
    );
    // Case 10 goes from 10/06/2024 to 01/09/2024; the export to 30/06/2025.
    let contact = |day: &str| format!("1;10;{day};no;\n");
    at_the_boundary(
        "R26",
        "contatti.csv",
        CONTACTS,
        &[&contact("09/06/2024")],
        &[&contact("10/06/2024"), &contact("30/06/2025")],
    );
    let closed_early = |day: &str| {
        Bundle::new().changed("casi.csv", "01/09/2024;OBIETTIVI", "20/06/2024;OBIETTIVI").changed(
            "servizi.csv",
            "COLLOQUIO;20/06/2024",
            &format!("COLLOQUIO;{day}"),
        )
    };
    assert!(breaks(&closed_early("21/06/2025"), "R26") && !breaks(&closed_early("20/06/2025"), "R26"));
}

#[test]
fn r27_who_is_hired_after_a_traineeship_had_one() {
    let outcomes = "ID esito;ID caso;Tipo di esito;Data\n";
    at_the_boundary(
        "R27",
        "esiti.csv",
        outcomes,
        &["1;10;TIR_ASS;30/08/2024\n", "1;10;TIR_ASS;30/08/2024\n2;10;TIR_COMP;31/08/2024\n"],
        &["1;10;TIR_ASS;30/08/2024\n2;10;TIR_COMP;30/08/2024\n"],
    );
    let trainee = with("esiti.csv", outcomes, "1;10;TIR_ASS;30/08/2024\n").changed(
        "servizi.csv",
        "COLLOQUIO",
        "TIROCINIO",
    );
    assert!(!breaks(&trainee, "R27"));
}

#[test]
fn r28_a_job_that_started_is_among_the_jobs() {
    // The outcome is of 30/08/2024.
    let job = |start: &str, contract: &str| format!("1;1;01.13;REGOLARE;no;{start};;{contract};\n");
    for (start, contract, broken) in [
        ("30/07/2024", "TD", true),
        ("31/07/2024", "TD", false),
        ("29/09/2024", "TD", false),
        ("30/09/2024", "TD", true),
        ("30/08/2024", "TIR", true),
        ("30/08/2024", "", true),
    ] {
        assert_eq!(
            breaks(&with("lavori.csv", JOBS, &job(start, contract)), "R28"),
            broken,
            "{start} {contract}"
        );
    }
    assert!(!breaks(&Bundle::new(), "R28"), "jobs without days and contracts say nothing");
}

#[test]
fn r29_follow_ups_lie_in_their_window() {
    // Closed on 01/09/2024.
    let at = |wave: &str, day: &str| format!("10;{wave};{day};RAGGIUNTO;OCC;\n");
    at_the_boundary(
        "R29",
        "follow-up.csv",
        FOLLOW_UPS,
        &[&at("4S", "30/09/2024"), &at("4S", "31/08/2024"), &at("6M", "28/01/2025"), &at("6M", "31/03/2025")],
        &[&at("4S", "29/09/2024"), &at("4S", "01/09/2024"), &at("6M", "29/01/2025"), &at("6M", "30/03/2025")],
    );
}

#[test]
fn r30_a_job_improves_only_of_somebody_who_had_one() {
    let bundle = |entry: &str, now: &str, outcome: &str| {
        with("follow-up.csv", FOLLOW_UPS, &format!("10;4S;20/09/2024;RAGGIUNTO;{now};sì\n"))
            .changed("casi.csv", "Stato identificazione\n", "Stato identificazione;Occupazione ingresso\n")
            .changed("casi.csv", ";PREL_POS\n", &format!(";PREL_POS;{entry}\n"))
            .changed("esiti.csv", "LAV_REG", outcome)
    };
    assert!(!breaks(&bundle("OCC", "OCC", "LAV_MIGL"), "R30"));
    assert!(breaks(&bundle("DIS", "OCC", "LAV_MIGL"), "R30"));
    assert!(breaks(&bundle("OCC", "DIS", "LAV_MIGL"), "R30"));
    assert!(breaks(&bundle("OCC", "OCC", "CASA"), "R30"));
    let jobs = |hours: u32| {
        let rows =
            format!("1;1;01.13;GRIGIO;si;01/03/2024;;TD;20\n2;1;01.13;REGOLARE;no;01/08/2024;;TD;{hours}\n");
        bundle("OCC", "OCC", "CASA").with("lavori.csv", format!("{JOBS}{rows}"))
    };
    assert!(!breaks(&jobs(21), "R30") && breaks(&jobs(20), "R30"));
    let permanent =
        format!("{JOBS}1;1;01.13;GRIGIO;si;01/03/2024;;TD;20\n2;1;01.13;REGOLARE;no;01/08/2024;;TI;20\n");
    assert!(!breaks(&bundle("OCC", "OCC", "CASA").with("lavori.csv", &permanent), "R30"));
    // Nobody knows when the job at entry began.
    let undated = permanent.replace("01/03/2024", "");
    assert!(!breaks(&bundle("OCC", "OCC", "CASA").with("lavori.csv", &undated), "R30"));
    // Nor which of two it was.
    let either = undated + "3;1;01.13;REGOLARE;no;;;TI;20\n";
    assert!(!breaks(&bundle("OCC", "OCC", "CASA").with("lavori.csv", either), "R30"));
}

#[test]
fn r31_an_attendance_counts_once() {
    let twice = |day: &str| {
        let rows = format!("OP1;REINS;01/10/2024;4\nop-1;REINS;{day};4\n");
        Bundle::new().changed("formazione.csv", "OP00001;REINS;01/10/2024;4\n", &rows)
    };
    assert_eq!(found(&twice("01/10/2024"), Severity::Error), [("R31", "training", vec![3])]);
    assert!(found(&twice("02/10/2024"), Severity::Error).is_empty());
}

#[test]
fn r33_a_person_has_one_open_case() {
    let open = "12;2;VALUTAZIONE;13/06/2024;;;;AUTO;RISCHIO;NESSUNA\n";
    let closed = "12;2;CHIUSO;13/06/2024;;14/06/2024;PERSO;AUTO;RISCHIO;NESSUNA\n";
    let bundle = |row: &str| Bundle::new().changed("casi.csv", "11;2;", &format!("{row}11;2;"));
    assert_eq!(found(&bundle(open), Severity::Error), [("R33", "case", vec![4])]);
    assert!(found(&bundle(closed), Severity::Error).is_empty());
}

#[test]
fn r35_a_tax_code_has_its_form_check_character_day_and_place() {
    let headings = "ID persona;Genere;Cittadinanza;Codice fiscale\n";
    let person = |code: &str| format!("1;F;UKR;{code}\n2;M;PAK;\n");
    at_the_boundary(
        "R35",
        "persone.csv",
        headings,
        &[
            &person("PRVVTR04P68E333H"),
            &person("PRVVTR04P68E333"),
            &person("12345678901"),
            &person(&with_check("PRVVTR04P72E333")),
            &person(&with_check("PRVVTR04P68Z999")),
        ],
        &[
            &person("PRVVTR04P68E333G"),
            &person("PRVVTRLQPSUEP33A"),
            &person("12345678903"),
            &person(&with_check("PRVVTR04P68Z138")),
            &person("ND"),
        ],
    );
}

/// A codice fiscale of 15 characters with its check character.
fn with_check(code: &str) -> String {
    format!("{code}{}", check_character(code.as_bytes()).unwrap())
}

#[test]
fn r36_a_health_code_says_who_issued_it_and_until_when() {
    let headings = "ID persona;Genere;Cittadinanza;Codice STP;Ente di rilascio STP/ENI;Scadenza STP/ENI\n";
    let person = |rest: &str| format!("1;F;UKR;{rest}\n2;M;PAK;;;\n");
    at_the_boundary(
        "R36",
        "persone.csv",
        headings,
        &[
            &person("STP0300100000123;;"),
            &person("STP0300100000123;ASST;"),
            &person("ENI0300100000123;;01/01/2026"),
            &person("STP030010000012;ASST;01/01/2026"),
            &person("STX0300100000123;ASST;01/01/2026"),
        ],
        &[&person("STP0300100000123;ASST;01/01/2026"), &person(";;")],
    );
}

#[test]
fn r37_a_tax_code_agrees_with_its_person() {
    let headings =
        "ID persona;Cognome;Nome;Data di nascita;Genere;Cittadinanza;Codice fiscale;Stato di nascita\n";
    let person = |rest: &str| format!("1;{rest}\n2;;;01/02/1990;M;PAK;;\n");
    at_the_boundary(
        "R37",
        "persone.csv",
        headings,
        &[
            &person("Provafalso;Vettore;29/09/2004;F;UKR;PRVVTR04P68E333G;"),
            &person("Provafalso;Vettore;28/09/2004;M;UKR;PRVVTR04P68E333G;"),
            &person("Altrafalsa;Vettore;28/09/2004;F;UKR;PRVVTR04P68E333G;"),
            &person("Provafalso;Vettore;28/09/2004;F;UKR;PRVVTR04P68E333G;UKR"),
        ],
        &[
            &person("Provafalso;Vettore;28/09/2004;F;UKR;PRVVTR04P68E333G;"),
            &person("Provafalso;Vettore;28/09/2004;F;UKR;PRVVTRLQPSUEP33A;"),
            &person("Provafalso;;;ND;UKR;PRVVTR04P68E333G;"),
        ],
    );
}

#[test]
fn k06_rows_are_of_the_pua_that_made_the_export() {
    let case = |site: &str| {
        Bundle::new().changed("pua.csv", "Data di apertura\n", "Data di apertura;Codice PUA\n").changed(
            "pua.csv",
            "2024\n",
            &format!("2024;{site}\n"),
        )
    };
    assert!(breaks(&case("PUA04"), "K06") && !breaks(&case("pua05"), "K06") && !breaks(&case(""), "K06"));
}
