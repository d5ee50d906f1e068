use proptest::prelude::*;

use super::*;
use crate::codes::CodeList;
use crate::registry::{person, service_event};
use crate::value::{self, Value};

#[test]
fn the_built_in_programme_is_complete() {
    let programme = Programme::inlav_lombardia();
    assert_eq!(programme.sites.len(), 12);
    assert_eq!(programme.targets.beneficiaries, 1200);
    assert_eq!(programme.site(&"PUA05".parse().unwrap()).unwrap().name, "ATS Sebino");
    assert_eq!(String::from(programme.project_id), "0e8dd2f1928f2afb65b8f4da4c6028f9");
}

#[test]
fn two_sites_may_share_a_province() {
    let programme = Programme::inlav_lombardia();
    let in_bergamo = programme.sites.iter().filter(|site| site.province == "BG").count();
    assert_eq!(in_bergamo, 2);
}

#[test]
fn a_site_identifier_is_safe_in_a_file_name() {
    assert!("PUA01".parse::<SiteId>().is_ok());
    for bad in ["", "P", "pua01", "../PUA", "PUA 01", "PUA0123456789", "TOTAL"] {
        assert!(bad.parse::<SiteId>().is_err());
    }
}

/// A small programme.
const SMALL: &str = r#"
name = "Prova"
project_id = "00112233445566778899aabbccddeeff"
cup = ""
fund = ""
start = "2026-01-01"
end = "2027-12-31"
[targets]
pua = 1
territorial_pacts = 1
operators_trained = 1
operators_trained_reintegration = 1
operators_trained_preliminary_identification = 1
ambiti_involved = 1
beneficiaries = 1
[[sites]]
id = "S-01"
name = "Uno"
province = "AQ"
istat_province = "066"
nuts3 = "ITF11"
"#;

/// A small programme with these lines at the end of its file.
fn small(more: &str) -> Result<Programme, ProgrammeError> {
    Programme::parse(&format!("{SMALL}{more}"))
}

fn refused(more: &str) -> String {
    small(more).unwrap_err().to_string()
}

/// One list of a programme's own with these codes.
fn list(name: &str, mode: &str, codes: &[(&str, &str, &str)]) -> String {
    let codes: Vec<String> = codes
        .iter()
        .map(|(code, it, en)| format!("{{ code = \"{code}\", label_it = \"{it}\", label_en = \"{en}\" }}"))
        .collect();
    format!("[code_lists.{name}]\nmode = \"{mode}\"\ncodes = [{}]\n", codes.join(", "))
}

#[test]
fn a_programme_that_contradicts_itself_is_refused() {
    assert!(small("").is_ok());
    let site = "[[sites]]\nid = \"S-01\"\nname = \"Due\"\nprovince = \"AQ\"\nistat_province = \"066\"\nnuts3 = \"ITF11\"\n";
    assert_eq!(refused(site), "the programme file has site S-01 twice");
    assert!(refused(&site.replace("S-01", "s 02")).contains("not valid (line"));
    assert!(refused(&site.replace("S-01", "S-02").replace("Due", " ")).contains("blank name"));
    assert!(refused("colour = 1").contains("not valid (line"));
    let mut programme = small("").unwrap();
    programme.end = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
    assert!(matches!(programme.check(), Err(ProgrammeError::Dates)));
    programme.sites.clear();
    assert!(matches!(programme.check(), Err(ProgrammeError::NoSites)));
    let absent = Programme::open(Path::new("/nowhere/programme.toml")).unwrap_err().to_string();
    assert!(absent.contains("programme.toml"));
}

#[test]
fn own_codes_stand_beside_or_instead_of_the_built_in_ones() {
    let canteen = ("MENSA_AZ", "Mensa aziendale", "Company canteen");
    let built_in = CodeList::named("service_type").unwrap().codes();
    let extended = small(&list("service_type", "extend", &[canteen])).unwrap();
    let codes = extended.lists().named("service_type").unwrap().codes();
    assert_eq!(codes.len(), built_in.len() + 1);
    let reading =
        |programme: &Programme, text| value::read(&service_event::TYPE, text, None, programme.lists()).value;
    let first = &built_in[0];
    assert_eq!(reading(&extended, "company canteen"), Value::Code("MENSA_AZ".to_owned()));
    assert_eq!(reading(&extended, &first.label_it), Value::Code(first.code.clone()));
    let trainee = ("TIROCINIO", "Tirocinio in azienda", "Traineeship in a firm");
    let replaced = small(&list("service_type", "replace", &[canteen, trainee])).unwrap();
    assert_eq!(reading(&replaced, "mensa aziendale"), Value::Code("MENSA_AZ".to_owned()));
    assert_eq!(reading(&replaced, &first.label_it), Value::Null);
    // The built-in lists are as they were, and every other list is the built-in one.
    assert!(CodeList::named("service_type").unwrap().find("MENSA_AZ").is_none());
    assert_eq!(
        value::read(&person::GENDER, "donna", None, replaced.lists()).value,
        Value::Code("F".to_owned())
    );
}

#[test]
fn own_words_find_their_code_and_built_in_words_go_with_their_list() {
    let codes =
        "codes = [{ code = \"F\", label_it = \"Alfa\", label_en = \"Alpha\", words = [\"la prima\"] }]";
    let programme = small(&format!("[code_lists.gender]\nmode = \"replace\"\n{codes}\n")).unwrap();
    let gender = programme.lists().named("gender").unwrap();
    assert_eq!(gender.find("La prima").unwrap().code, "F");
    assert!(CodeList::named("gender").unwrap().find("femmina").is_some() && gender.find("femmina").is_none());
}

#[test]
fn a_list_or_code_that_cannot_be_used_is_named() {
    let good = ("X1", "Nuovo uno", "New one");
    assert!(refused(&list("colours", "extend", &[good])).contains("code list colours, which does not exist"));
    for fixed in ["missing_code", "case_state", "seed_sector", "ilo_forced_labour_11", "delphi_dimension"] {
        assert!(refused(&list(fixed, "extend", &[good])).contains(fixed));
    }
    assert!(refused(&list("gender", "replace", &[])).contains("gender empty"));
    let silent = refused(&list("service_type", "replace", &[good]));
    assert!(silent.contains("code TIROCINIO of list service_type: rules and indicators need it"));
    let in_gender = |code| refused(&list("gender", "extend", &[code]));
    assert!(in_gender(("F", "Effe", "Eff")).contains("code F of list gender: the list has it already"));
    assert!(in_gender(("x1", "a", "b")).contains("capital letters"));
    assert!(in_gender(("TOTAL", "a", "b")).contains("sums"));
    assert!(in_gender(("NA", "Napoli", "Naples")).contains("missing"));
    assert!(in_gender(("X1", " ", "b")).contains("label"));
    assert!(in_gender(("X1", "Donna", "New one")).contains("another code"));
    assert!(
        refused(&list("gender", "extend", &[good, ("X-1", "a", "b"), ("X_1", "c", "d")])).contains("X_1")
    );
    let dated = "{ code = \"X1\", label_it = \"a\", label_en = \"b\", valid_from = \"2026-02-01\", valid_to = \"2026-01-01\" }";
    let dated = refused(&format!("[code_lists.gender]\nmode = \"extend\"\ncodes = [{dated}]\n"));
    assert!(dated.contains("last day"));
    assert!(refused(&list("gender", "add", &[good])).contains("not valid (line"));
}

proptest! {
    /// A text that stands where it does not belong is refused or kept, and never told.
    #[test]
    fn no_message_tells_a_text_of_the_file(at in 0..64_usize, cut in 0..64_usize) {
        const TEXT: &str = "Parola Riservata 8841";
        let codes = "words = [\"la prima\"], valid_from = \"2026-01-01\", valid_to = \"2026-02-01\"";
        let codes = format!("codes = [{{ label_it = \"Alfa\", label_en = \"Alpha\", {codes}, code = \"F\" }}]");
        let whole = format!("{SMALL}[code_lists.gender]\nmode = \"replace\"\n{codes}\n");
        // Every odd part stands in quotation marks; the last one is the code, which is told.
        let mut parts: Vec<&str> = whole.split('"').collect();
        let last = parts.len() / 2 - 1;
        parts[at % last * 2 + 1] = TEXT;
        let text = parts.join("\"");
        let end = text.char_indices().map(|(end, _)| end).nth(text.len() * (cut + 1) / 64).unwrap_or(text.len());
        for text in [text.as_str(), &text[..end]] {
            if let Err(error) = Programme::parse(text) {
                let told = format!("{error} {error:?}");
                prop_assert!(!told.contains("8841"), "of:\n{}", text);
            }
        }
    }

    #[test]
    fn no_text_is_too_strange(text in prop_oneof![any::<String>(), "[\\[\\]{}=\"'.#\n a-z0-9]{0,80}"]) {
        prop_assert!(Programme::parse(&text).is_err() && small(&text).map_or(true, |read| read.check().is_ok()));
    }
}
