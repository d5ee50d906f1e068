use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn list(name: &str) -> &'static CodeList {
    CodeList::named(name).unwrap()
}

fn find(name: &str, code: &str) -> &'static Code {
    list(name).codes().iter().find(|known| known.code == code).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_embedded_lists_are_complete() {
    let domain: Vec<_> = rows(include_str!("../../data/codelists.csv")).collect();
    assert_eq!(domain.len(), 606);
    let names: BTreeSet<_> = domain.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), 58);
    for (name, _) in rows(include_str!("../../data/enumerations.csv")) {
        assert!(!names.contains(&name), "{name} is in both files");
    }
}

#[test]
fn every_code_has_both_labels_and_a_source() {
    for list in CodeLists::built_in().all() {
        let mut codes = BTreeSet::new();
        for code in list.codes() {
            let what = format!("{} {}", list.name(), code.code);
            for text in [&code.code, &code.label_it, &code.label_en, &code.source] {
                assert!(!fold(text).is_empty() && text.trim() == text, "{what}");
            }
            assert!(codes.insert(fold(&code.code)), "{what}");
            assert_eq!(list.find(&code.code).unwrap().code, code.code);
            if let (Some(first), Some(last)) = (code.valid_from, code.valid_to) {
                assert!(first <= last, "{what}");
            }
        }
    }
}

#[test]
fn the_letters_of_the_sources_are_read() {
    let letters = |name: &str| -> BTreeSet<&str> {
        list(name).codes().iter().map(|code| code.verified.letter()).collect()
    };
    for (name, letter) in [
        ("phase", "S"),
        ("gender", "V"),
        ("contract_type", "G"),
        ("event_outcome", "D"),
        ("age_band_ctdc", "U"),
    ] {
        assert_eq!(letters(name), BTreeSet::from([letter]));
    }
    assert_eq!(Verified::of_letter("s"), None);
    assert_eq!(Verified::of_letter(""), None);
}

#[test]
fn the_editions_of_ateco_do_not_overlap() {
    let last = list("ateco2007_section").codes().iter().map(|code| code.valid_to.unwrap()).max().unwrap();
    let first = list("ateco2025_section").codes().iter().map(|code| code.valid_from.unwrap()).min().unwrap();
    assert_eq!(last.succ_opt(), Some(first));
}

#[test]
fn the_title_for_exploited_workers_changed_from_one_day_to_the_next() {
    let (before, after) = (find("residence_title", "ART22_12Q"), find("residence_title", "ART18TER"));
    let (last, first) = (day("2024-10-10"), day("2024-10-11"));
    assert!(before.is_valid_on(last) && !after.is_valid_on(last));
    assert!(!before.is_valid_on(first) && after.is_valid_on(first));
    assert!(find("residence_title", "ART18").is_valid_on(day("1998-07-25")));
}

#[test]
fn crosswalks_are_read() {
    let pairs = |name, code| find(name, code).crosswalk().collect::<Vec<_>>();
    assert_eq!(pairs("service_type", "LEGALE"), [(Code::BROADER, "PROTEZIONE")]);
    assert_eq!(pairs("employment_status_esf", "INATT"), [(Code::BROADER, "CO03"), (Code::BROADER, "CO04")]);
    assert_eq!(pairs("delphi_adult_labour_67", "D1.01"), [("strength", "S"), ("ilo11", "2")]);
    assert_eq!(
        pairs("htcds_method_of_control", "MethodsOfControlRestrictsMovement"),
        [("ctdc", "meansDenyBasicNeeds"), ("ilo11", "3"), ("ilo11", "4")]
    );
    assert_eq!(pairs("ateco2007_section", "G"), [("nace21", "G"), ("nace21", "T")]);
    assert_eq!(
        pairs("seed_sector", "PER"),
        [
            ("ateco2007", "T97"),
            ("ateco2007", "S96"),
            ("ateco2007", "Q88"),
            ("ateco2025", "U97"),
            ("ateco2025", "T96"),
            ("ateco2025", "R88"),
        ]
    );
    assert_eq!(pairs("gender", "NB"), [("esf+", "non-binary"), ("htcds", "NonConforming")]);
    assert_eq!(pairs("country", "MAR"), [("belfiore", "Z330"), ("m49", "015")]);
    assert!(pairs("htcds_method_of_control", "MethodsOfControlOther").is_empty());
    assert!(pairs("seed_sector", "ALT").is_empty());
}

/// Every pair that names one of our lists leads to a code of it.
#[test]
fn crosswalks_lead_to_codes() {
    let mut followed = 0;
    for from in CodeLists::built_in().all() {
        for code in from.codes() {
            for (name, target) in code.crosswalk() {
                let (to, target) = match (name, from.name()) {
                    (Code::BROADER, "service_type") => ("service_area", target),
                    (Code::BROADER, "employment_status_esf") => ("esf2014_output", target),
                    ("ilo11", _) => ("ilo_forced_labour_11", target),
                    ("m49", _) => ("country_area", target),
                    ("ctdc", _) => ("ctdc_means_synthetic", target),
                    ("nace21" | "ateco2025", _) => ("ateco2025_section", &target[..1]),
                    ("ateco2007", _) => ("ateco2007_section", &target[..1]),
                    ("ethos_light", _) => ("housing_ethos_light", target),
                    ("nuts3" | "istat_province", _) => (name, target),
                    ("strength" | "belfiore" | "sigla" | "esf" | "esf+" | "htcds", _) => continue,
                    _ => panic!("{} {} has an unknown crosswalk {name}", from.name(), code.code),
                };
                find(to, target);
                followed += 1;
            }
        }
    }
    assert!(followed > 100);
}

#[test]
fn a_code_and_its_labels_find_the_same_code() {
    let gender = list("gender");
    for text in ["F", "f", "Donna", "WOMAN", " donna "] {
        assert_eq!(gender.find(text).unwrap().code, "F");
    }
    assert!(gender.find("Q").is_none());
}

/// A key has no signs: a label that tells more from less by one would be read as its opposite.
#[test]
fn more_than_a_year_of_unemployment_is_not_read_as_less() {
    let status = list("employment_status_esf");
    for text in ["Disoccupato (>12 mesi)", "Disoccupato (<12 mesi)", "disoccupato"] {
        assert!(status.find(text).is_none());
    }
    assert_eq!(status.find("Disoccupato da meno di 12 mesi").unwrap().code, "DIS");
}

#[test]
fn every_other_word_finds_its_code() {
    for (name, words) in words() {
        let list = CodeList::named(&name).unwrap_or_else(|| panic!("no list {name}"));
        let said: BTreeSet<String> = list
            .codes()
            .iter()
            .flat_map(|code| [&code.code, &code.label_it, &code.label_en])
            .map(|text| fold(text))
            .collect();
        let mut seen = BTreeSet::new();
        for (word, code) in words {
            assert_eq!(
                list.find(&word).map(|found| found.code.as_str()),
                Some(code.as_str()),
                "{name} {word}"
            );
            assert!(!said.contains(&fold(&word)), "{name}: {word} is a code or a label already");
            assert!(seen.insert(fold(&word)), "{name}: {word} is there twice");
        }
    }
}

/// What offices write, list by list, and the code it is.
#[test]
fn the_words_of_offices_are_read() {
    for (name, words) in [
        ("gender", "F=femmina|Woman|donne M=Maschile TF=MtF NB=non-binary"),
        ("country", "MAR=Marocchina|marocchino|Marocco|Morocco|MAR BGD=bengalese|Bangla_Desh PAK=pakistana"),
        ("country", "ROU=rumena|romeno CIV=ivoriana|Costa_d'Avorio NGA=nigeriana NER=nigerina XXA=apolide"),
        (
            "country",
            "COD=R.D._Congo COG=Congo DOM=Rep._Domenicana GBR=inglese XKX=kosovara XXA=Stateless|XXA",
        ),
        (
            "isced2011",
            "0=Nessuno 2=Licenza_media|secondaria_di_1°_grado 3=Diploma 6=Laurea 7=laurea_specialistica 8=PhD",
        ),
        ("residence_title", "SUB=PDS_lavoro_subordinato RA=richiedente_asilo|C3 UELP=Carta_di_soggiorno"),
        (
            "residence_title",
            "ART18=art._18 ART18BIS=Art._18-bis ART18TER=art._18_ter ART22_12Q=art._22_c._12_quater",
        ),
        (
            "contract_type",
            "TI=Indeterminato|T.I. TD=a_termine INTERM=a_chiamata DOM=colf/badante NESSUNO=in_nero",
        ),
        (
            "service_type",
            "ITALIANO=Corso_di_italiano SINDACALE=vertenza LEGALE=consulenza_legale PSICO=psicologo",
        ),
        (
            "closure_reason",
            "PERSO=irreperibile RIMPATRIO=Rientro_in_patria RINUNCIA=ha_rinunciato DECESSO=deceduta",
        ),
        (
            "contact_channel",
            "AUTO=accesso_spontaneo FFOO=Carabinieri|questura ETS=Caritas ITL=INL NV=800_290_290",
        ),
        ("referral_status", "INVIATO=inviata RIFIUTATO=respinta ESITO_NEG=Esito_negativo"),
        ("event_outcome", "SVOLTO=effettuato|fatto|presente ASSENTE=saltato|no_show|Non_si_è_presentata"),
        ("consent_type", "INVIO=invio_a_terzi RICERCA=valutazione LINKAGE=incrocio_con_archivi"),
        (
            "employment_status_esf",
            "DIS_LD=disoccupata_da_più_di_12_mesi INATT_F=studente OCC=dipendente OCC_AUT=P.IVA",
        ),
        ("work_regularity", "NERO=in_nero GRIGIO=lavoro_grigio REGOLARE=in_regola AUTON_FITT=finta_p.iva"),
        (
            "outcome_type",
            "DENUNCIA=querela RECUPERO=recupero_crediti LAV_EMERSO=Existing_employment_regularised",
        ),
        (
            "identification_status",
            "PREL_POS=Identificazione_preliminare_positiva NESSUNA=non_ancora_effettuata",
        ),
        ("case_state", "CHIUSO=caso_chiuso CONTATTATO=agganciata SOSPESO=sospesa"),
        ("target_group", "POTENZIALE=presunta_vittima RISCHIO=precaria"),
        ("pact_status", "SOTTOSCRITTO=firmato|Signed BOZZA=in_bozza"),
        ("language_starter_iso639_3", "ara=arabo ary=darija ron=rumeno tir=Tigrino zho=cinese fas=farsi"),
        ("seed_sector", "COS=edilizia TRA=logistica PER=badanti ALL=ristorazione"),
        ("age_band_esf", "18-24=18-24_anni|18_to_24_years|18-24 55+=55_anni_e_oltre"),
        ("ateco2025_section", "B=Attività_estrattive U=u"),
        ("isco08_major", "9=Professioni_non_qualificate"),
        ("id_document_type", "CI=carta_di_identità PASS=Passport"),
    ] {
        for (code, texts) in words.split(' ').map(|words| words.split_once('=').unwrap()) {
            for text in texts.split('|').map(|text| text.replace('_', " ")) {
                let found = list(name).find(&text).map(|found| found.code.as_str());
                assert_eq!(found, Some(code), "{name}: {text}");
            }
        }
    }
}

/// Words that may be two codes are for the office to decide.
#[test]
fn words_of_two_meanings_find_nothing() {
    for (name, words) in [
        ("country", "congolese|guineana|coreana|jugoslava|americana|NA"),
        ("residence_title", "permesso unico|protezione internazionale|casi speciali|art. 22|umanitaria"),
        ("employment_status_esf", "disoccupato|inattivo"),
        ("event_outcome", "annullato|rinviato"),
        ("closure_reason", "abbandono|trasferimento"),
        ("contact_channel", "ATS|PUA"),
        ("isced2011", "qualifica professionale"),
        ("contract_type", "a progetto|borsa lavoro"),
        ("identification_status", "positiva|rifiuta"),
    ] {
        for word in words.split('|') {
            assert!(list(name).find(word).is_none(), "{name}: {word}");
        }
    }
}

#[test]
fn a_label_that_two_codes_share_finds_neither() {
    let code = |code: &str| Code {
        code: code.to_owned(),
        label_it: "uguale".to_owned(),
        label_en: code.to_owned(),
        maps_to: String::new(),
        valid_from: None,
        valid_to: None,
        source: "test".to_owned(),
        verified: Verified::Design,
    };
    let list = CodeList::new("test", vec![code("A"), code("B")], &[]);
    assert!(list.find("uguale").is_none());
    assert_eq!(list.find("b").unwrap().code, "B");
    let shared = CodeList::named("delphi_adult_labour_67").unwrap();
    assert!(shared.find("Debt bondage").is_none() && shared.find("Servitù per debiti").is_none());
}

#[test]
fn missing_codes_are_read_and_written() {
    assert_eq!(MissingCode::parse("rif"), Some(MissingCode::Refused));
    assert_eq!(MissingCode::parse("Non rilevato"), Some(MissingCode::NotCollected));
    for (text, code) in [("N/A", "NA"), ("n.r.", "NR"), ("N. D.", "ND")] {
        assert_eq!(MissingCode::parse(text).unwrap().code(), code);
    }
    assert_eq!(MissingCode::parse("SUB"), None);
}

proptest! {
    /// A code, its labels and whatever else finds it: however it is typed, it is found again.
    #[test]
    fn a_lookup_depends_on_letters_and_digits_alone(
        (at, code, which) in (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3),
        marks in prop::collection::vec(prop::sample::select(vec![" ", "  ", "_", "-", " / ", "\u{301}", "\u{a0}", "."]), 8),
        strange: String,
    ) {
        let lists: Vec<_> = CodeLists::built_in().all().collect();
        let list = *at.get(&lists);
        let code = code.get(list.codes());
        let text = match which {
            0 => code.code.as_str(),
            1 => code.label_it.as_str(),
            _ => strange.as_str(),
        };
        let found = list.find(text).map(|found| found.code.as_str());
        let typed = text.to_uppercase().to_lowercase().split(' ').zip(marks.iter().cycle())
            .map(|(word, mark)| format!("{mark}{word}{mark} "))
            .collect::<String>();
        if which == 0 {
            prop_assert_eq!(found, Some(code.code.as_str()));
        }
        prop_assert_eq!(list.find(&fold(text)).map(|found| found.code.as_str()), found);
        if which < 2 && text.is_ascii() {
            prop_assert_eq!(list.find(&typed).map(|found| found.code.as_str()), found, "{}", typed);
        }
        let _ = MissingCode::parse(&strange);
    }
}
