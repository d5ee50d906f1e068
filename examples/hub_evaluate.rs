//! A researcher's question beside the library's: an indicator declared in this file is evaluated
//! with the embedded ones over a store, protected jointly with them, and released into a folder.
//!
//! For researchers at the hub. No key is needed, and no number can be seen before it is released.
//! Without arguments it makes up a store and releases into a temporary folder; with arguments it
//! takes a store, for example that of `inlav demo`, and a new folder:
//!
//! ```text
//! cargo run --example hub_evaluate
//!
//! cargo run -- demo --out /tmp/demo
//! cargo run --example hub_evaluate -- /tmp/demo/store /tmp/release
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it made")]

use std::error::Error;
use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use inlav::analytics::disclosure::ReleasePolicy;
use inlav::analytics::evaluate::evaluate;
use inlav::analytics::grid;
use inlav::analytics::indicator::{Indicator, embedded};
use inlav::analytics::ledger::{Entry, HeldLedger};
use inlav::analytics::release::{Provenance, Release};
use inlav::analytics::session::Session;
use inlav::analytics::store::Store;
use inlav::analytics::verify::{TrustedKeys, VerifiedExtract};
use inlav::core::language::Language;
use inlav::core::policy::Policy;
use inlav::core::programme::Programme;
use inlav::core::synthetic::{Dials, Population};
use inlav::core::whole::Existing;
use inlav::pseudo::extract::{ExtractSettings, ExtractWriter, Tokens};
use inlav::pseudo::keys::{KdfCost, LinkageKey, Passphrase, SiteKeys};
use inlav::pseudo::mapping::Mapping;
use inlav::pseudo::office::{OfficeHabits, write_export};
use inlav::pseudo::pseudonymise::Exclusions;
use inlav::pseudo::source::Export;

/// The researcher's question. One row per unit; the column `outcome` makes it a proportion.
const OWN: &str = r#"
id = "R01"
title = { it = "Mediazione linguistico-culturale", en = "Linguistic and cultural mediation" }
definition = { it = "Persone prese in carico che hanno avuto almeno un servizio con mediazione, per genere.", en = "Persons taken in charge who had one service or more with mediation, by gender." }
unit = { it = "persone", en = "persons" }
unit_kind = "person"
seed_sentence = "(a question of this study)"
statistic = "proportion"
sql = """
SELECT w.person_no AS unit, w.person_no AS person, p.gender, m.person_no IS NOT NULL AS outcome
FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
LEFT JOIN (SELECT DISTINCT person_no FROM service_event WHERE mediation) m ON m.person_no = w.person_no
WHERE w.stage >= 4
"""

[[dimensions]]
name = "gender"
label = { it = "Genere", en = "Gender" }
codes = "gender"

[dimensions.merge]
code = "X"
label = { it = "Altro o non specificato", en = "Other or not specified" }
codes = ["TF", "TM", "NB", "ND"]
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (store, out, certificates) = match arguments.as_slice() {
        [] => (make_up(folder.path())?, folder.path().join("release"), folder.path().join("certificates")),
        [store, out] => {
            let store = Path::new(store);
            (Store::open(store)?, out.into(), store.join("certificates"))
        }
        _ => return Err("give nothing, or: STORE OUT".into()),
    };

    let programme = Programme::inlav_lombardia();
    let own = Indicator::parse(OWN)?;
    let indicators = embedded().into_iter().chain([own.clone()]).collect();
    let evaluation = tokio::runtime::Runtime::new()?.block_on(async {
        let session = Session::open(&store, programme.lists()).await?;
        Ok::<_, Box<dyn Error>>(evaluate(&session, programme, indicators, |_| {}).await?)
    })?;
    let (tables, cells) = evaluation.size();
    println!("{} indicators, {tables} tables, {cells} cells", evaluation.indicators().len());

    let mut ledger = HeldLedger::hold(&store)?;
    let publication = evaluation.protect(&ReleasePolicy::default(), ledger.earlier())?;
    let provenance = Provenance::of(store.catalog(), &evaluation, "hub_evaluate");
    let indicators = evaluation.indicators();
    let release = Release { publication: &publication, indicators, programme, provenance: &provenance };
    let entry = Entry {
        target: &out,
        certificates: &certificates,
        existing: Existing::Refuse,
        now: now(),
        corrects: None,
    };
    let recorded = ledger.publish(&release, &evaluation, entry)?;

    println!("\n{}", own.title.en);
    let grid = grid::indicator(&publication, &own, programme);
    for row in &grid.rows {
        println!("  {}", row.label.text(Language::En));
        for (heading, cell) in grid.columns.iter().zip(&row.cells) {
            println!("    {:<30} {}", heading.text(Language::En), cell.text(Language::En));
        }
    }
    let (published, withheld) = recorded.written.cells;
    println!("\n{published} cells published, {withheld} withheld; ledger head {}", recorded.head);
    if arguments.is_empty() {
        println!("(report and tables were in a temporary folder; give STORE OUT to keep them)");
    } else {
        println!("{}", out.join("report.html").display());
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a program of its own reads its own clock, here only")]
fn now() -> String {
    DateTime::<Utc>::from(SystemTime::now()).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A store of made-up persons; `quickstart` and `site_pseudonymise` explain these steps.
fn make_up(folder: &Path) -> Result<Store, Box<dyn Error>> {
    let programme = Programme::inlav_lombardia();
    let project = programme.project_id;
    let passphrase = Passphrase::new("correct horse battery".to_owned());
    let cost = KdfCost::memory_mib(64)?;
    let linkage = LinkageKey::create(&folder.join("linkage.ilk"), project, 2025, &passphrase, cost)?;
    let linkage = [&linkage];
    let policy = Policy::evaluation();
    let mut extracts = Vec::new();
    let population = Population::generate(programme, &Dials::default());
    for (index, register) in population.sites.iter().enumerate() {
        let (site, habits) = (&register.site, OfficeHabits::of(index));
        let place = |what: &str| folder.join(format!("{site}-{what}"));
        let (extract, vault) = (place("extract"), place("identifiers.ilv"));
        let keys = SiteKeys::create(&place("keys"), project, site, &passphrase, cost)?;
        let raw = folder.join(habits.export_name(site));
        write_export(register, &raw, &habits)?;
        let export = Export::open(&raw, &Mapping::beside(&raw, programme.lists())?)?;
        // Who withdrew the consent and who is a minor is left out; nobody was forgotten yet.
        let exclusions =
            Exclusions::of_export(&policy, &keys, programme.lists(), programme.end, None, &export)?;
        let mut writer = ExtractWriter::create(ExtractSettings {
            site: &keys,
            linkage: &linkage,
            tokens: Tokens::Clear,
            policy: &policy,
            exclusions: &exclusions,
            lists: programme.lists(),
            as_of: programme.end,
            audit_head: None,
            synthetic: true,
            software: "hub_evaluate",
            extract: &extract,
            vault: &vault,
            existing: Existing::Refuse,
        })?;
        for table in export.tables() {
            writer = writer.table(table.table(), table.batches()?)?;
        }
        writer.finish()?;
        let trusted = TrustedKeys::read(&place("keys").join(format!("{site}.pub")))?;
        extracts.push(VerifiedExtract::open(&extract, &trusted)?);
    }
    let mut store = Store::open_or_begin(&folder.join("store"))?;
    store.ingest(&extracts, programme, Existing::Refuse)?;
    Ok(store)
}
