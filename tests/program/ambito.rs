//! A programme that says which municipalities its *ambiti* have: of where persons live the *ambito*
//! leaves, and no more.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use inlav_core::registry::person;
use tempfile::TempDir;

use crate::arguments;
use crate::demo::{AS_OF, demo, population};
use crate::files;
use crate::parquet_file;
use crate::program::{Outcome, inlav, run};

const SITE: &str = "PUA04";
const PROGRAMME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/inlav-core/data/programme.toml");

/// A policy that lets the *ambito* of where persons live leave, and a place to work.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let policy = run(&mut inlav(["policy", "default", "--lang", "en"])).done().stdout;
        let rule = "residence_municipality = [\"drop\"]";
        assert!(policy.contains(rule));
        let changed = policy.replace(rule, "residence_municipality = [{ generalise = \"ambito\" }]");
        files::put(&desk.path("policy.toml"), changed.as_bytes());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn pseudonymise(&self, more: &[&str]) -> Outcome {
        let mut command =
            demo().inlav(arguments!["pseudonymise", demo().raw(SITE), "--site", SITE, "--as-of", AS_OF]);
        command.args(arguments!["--keys", demo().keys(SITE), "--linkage", demo().linkage()]);
        command.args(arguments!["--policy", self.path("policy.toml"), "--one-layer", "--synthetic"]);
        command.args(arguments!["--out", self.path("extract"), "--vault", self.path("vault.ilv")]);
        run(command.args(more))
    }
}

/// Where the persons of the PUA live, by how many.
fn municipalities() -> BTreeMap<String, usize> {
    let site = population().sites.iter().find(|site| site.site.as_str() == SITE).unwrap();
    let name = person::RESIDENCE_MUNICIPALITY.name;
    let column = person::TABLE.columns.iter().position(|column| column.name == name).unwrap();
    let mut found = BTreeMap::new();
    for row in site.rows("person").iter().filter(|row| !row[column].is_empty()) {
        *found.entry(row[column].clone()).or_insert(0) += 1;
    }
    found
}

#[test]
fn without_a_list_of_municipalities_the_policy_is_refused_and_says_what_to_do() {
    let desk = Desk::new();
    let before = files::content(desk.0.path());
    let policy = desk.path("policy.toml");
    let rule = "residence_municipality";
    for (lang, said) in [
        (
            "en",
            ["ambito is not allowed for column person.", "as [[ambiti]] and give that file with --programme"],
        ),
        (
            "it",
            [
                "ambito non è ammesso per la colonna person.",
                "come [[ambiti]] e dare quel file con --programme",
            ],
        ),
    ] {
        let said = [said[0], said[1], rule, "docs/POLICY.md"];
        desk.pseudonymise(&["--lang", lang]).refused(5, &said);
        for command in [["policy", "check"].as_slice(), &["policy", "explain"], &["dpia", "--policy"]] {
            run(inlav(command).arg(&policy).args(["--lang", lang])).refused(5, &said);
        }
    }
    assert!(files::content(desk.0.path()) == before);
}

#[test]
fn with_a_list_the_ambito_leaves_and_the_hub_takes_it() {
    let desk = Desk::new();
    let lived = municipalities();
    assert!(lived.len() > 3, "too few municipalities: {}", lived.len());
    // All but one, in two ambiti.
    let listed: Vec<&str> = lived.keys().skip(1).map(String::as_str).collect();
    let (first, second) = listed.split_at(listed.len() / 2);
    let ambito = |id: &str, codes: &[&str]| {
        format!("\n[[ambiti]]\nid = \"{id}\"\nmunicipalities = [\"{}\"]\n", codes.join("\", \""))
    };
    let own = desk.path("programme.toml");
    let text = fs::read_to_string(PROGRAMME).unwrap() + &ambito("AMB07", first) + &ambito("AMB31", second);
    files::put(&own, text.as_bytes());
    let own = own.to_str().unwrap();

    let policy = desk.path("policy.toml");
    run(inlav(arguments!["policy", "check", &policy]).args(["--programme", own])).done();
    let told =
        run(inlav(arguments!["policy", "explain", &policy, "--lang", "it"]).args(["--programme", own]));
    assert!(told.done().stdout.contains("Comune di residenza: esce solo l'ambito territoriale"));
    desk.pseudonymise(&["--programme", own]).done();

    let rows = parquet_file::rows(&desk.path("extract/person.parquet"));
    let column = rows[0].iter().position(|name| name == "residence_municipality_ambito").unwrap();
    let mut left = BTreeMap::new();
    for row in rows[1..].iter().filter(|row| !row[column].is_empty()) {
        *left.entry(row[column].as_str()).or_insert(0) += 1;
    }
    assert_eq!(left.keys().copied().collect::<Vec<_>>(), ["AMB07", "AMB31", "ND"]);
    // Who is left out lived somewhere too.
    let of = |codes: &[&str]| codes.iter().map(|code| lived[*code]).sum::<usize>();
    assert!(left["AMB07"] <= of(first) && left["AMB31"] <= of(second));
    assert!(left["AMB07"] * 2 > of(first) && left["AMB31"] * 2 > of(second));
    let unpacked = parquet_file::unpacked(&desk.path("extract/person.parquet"));
    for municipality in lived.keys() {
        let leaves = unpacked.windows(6).any(|bytes| bytes == municipality.as_bytes());
        assert!(!leaves, "a municipality leaves");
    }
    at_the_hub(&desk, own);
}

fn at_the_hub(desk: &Desk, programme: &str) {
    let (store, trust): (_, &Path) = (desk.path("store"), &demo().path("keys/public"));
    let mut ingest = inlav(arguments!["ingest", desk.path("extract"), "--trust", trust, "--store", &store]);
    let said = run(ingest.args(["--programme", programme])).done().stdout;
    assert_eq!(said.trim(), "1 extract ingested, 0 there already; the store has 1 PUA");
    run(inlav(arguments!["evaluate", "--store", &store]).args(["--programme", programme])).done();
}
