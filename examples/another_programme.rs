//! A programme other than InLav Lombardia: its sites, targets and code lists come from a file.
//!
//! ```text
//! cargo run --no-default-features --features site --example another_programme
//! ```
//!
//! A small export of one of its sites uses a service that InLav Lombardia does not know. It is
//! checked, pseudonymised under the programme's own keys, and held against InLav Lombardia, which
//! refuses both the word and the keys. The program does the same with `--programme FILE`.
#![expect(clippy::print_stdout, reason = "an example shows what it made")]

use std::error::Error;
use std::path::Path;

use inlav::core::policy::Policy;
use inlav::core::programme::{Programme, SiteId};
use inlav::core::whole::{self, Access, Existing};
use inlav::pseudo::check::{Context, QualityReport, check};
use inlav::pseudo::extract::{ExtractSettings, ExtractWriter, Tokens};
use inlav::pseudo::keys::{KdfCost, LinkageKey, Passphrase, SiteKeys};
use inlav::pseudo::mapping::Mapping;
use inlav::pseudo::pseudonymise::Exclusions;
use inlav::pseudo::source::Export;

/// The export of one site, made up: headings and words as an office types them.
const EXPORT: [(&str, &str); 4] = [
    ("pua.csv", "Data di apertura;Provincia\n15/01/2024;Teramo\n"),
    (
        "persone.csv",
        "ID persona;Cognome;Data di nascita;Genere;Cittadinanza\n1;Provafalso;28/09/1994;Donna;Ucraina\n2;Aiea;01/02/1990;Uomo;Pakistan\n",
    ),
    (
        "casi.csv",
        "ID caso;ID persona;Stato;Data primo contatto;Canale di accesso;Target;Stato identificazione\n\
         10;1;CONTATTATO;10/06/2024;AUTO;RISCHIO;NESSUNA\n11;2;CONTATTATO;12/06/2024;AUTO;RISCHIO;NESSUNA\n",
    ),
    (
        "servizi.csv",
        "ID servizio;ID caso;Tipo di servizio;Data;Ore;Esito\n\
         1;10;Orto sociale;20/06/2024;1,5;SVOLTO\n2;11;orti condivisi;21/06/2024;2;SVOLTO\n3;11;COLLOQUIO;21/06/2024;1;SVOLTO\n",
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let programme = Programme::parse(include_str!("another_programme.toml"))?;
    println!(
        "{}: {} sites, {} persons promised",
        programme.name,
        programme.sites.len(),
        programme.targets.beneficiaries
    );

    let folder = tempfile::tempdir()?;
    let raw = folder.path().join("export");
    for (name, text) in EXPORT {
        whole::write(&raw.join(name), text.as_bytes(), Access::Private, Existing::Refuse)?;
    }
    let site = SiteId::try_from("ABR-TE".to_owned())?;
    let report = checked(&raw, &programme, &site)?;
    println!("checked by its own lists: {} errors, {} warnings", report.errors(), report.warnings());
    if report.errors() > 0 {
        return Err("the export has errors".into());
    }
    let rows = pseudonymised(&raw, folder.path(), &programme, &site)?;
    println!("pseudonymised: {rows} rows");

    let lombardy = Programme::inlav_lombardia();
    let report = checked(&raw, lombardy, &site)?;
    println!("checked by the lists of {}: {} errors", lombardy.name, report.errors());
    for finding in &report.findings {
        println!("  {}.{}: {}", finding.table, finding.column.unwrap_or("*"), finding.text_en);
    }
    Ok(())
}

fn checked(raw: &Path, programme: &Programme, site: &SiteId) -> Result<QualityReport, Box<dyn Error>> {
    let export = Export::open(raw, &Mapping::beside(raw, programme.lists())?)?;
    Ok(check(&export, &Context { programme, site, as_of: programme.end })?)
}

/// The rows of the extract.
fn pseudonymised(
    raw: &Path,
    folder: &Path,
    programme: &Programme,
    site: &SiteId,
) -> Result<u64, Box<dyn Error>> {
    programme.site(site)?;
    let passphrase = Passphrase::new("correct horse battery".to_owned());
    let cost = KdfCost::memory_mib(64)?; // the least that is allowed; 256 for real persons
    let (project, as_of) = (programme.project_id, programme.end);
    let linkage = folder.join("linkage.ilk");
    let linkage_key = LinkageKey::create(&linkage, project, 2025, &passphrase, cost)?;
    let keys = SiteKeys::create(&folder.join("keys"), project, site, &passphrase, cost)?;
    let foreign = LinkageKey::open(&linkage, Programme::inlav_lombardia().project_id, &passphrase);
    println!("its linkage key opens for another programme: {}", foreign.is_ok());

    let policy = Policy::evaluation();
    let (extract, vault) = (folder.join("extract"), folder.join("identifiers.ilv"));
    let export = Export::open(raw, &Mapping::beside(raw, programme.lists())?)?;
    let linkage_keys = [&linkage_key];
    // Who withdrew the consent and who is a minor is left out; nobody was forgotten yet.
    let exclusions = Exclusions::of_export(&policy, &keys, programme.lists(), as_of, None, &export)?;
    let mut writer = ExtractWriter::create(ExtractSettings {
        site: &keys,
        linkage: &linkage_keys,
        // In one layer, to be short. With a custodian: `Tokens::SealedTo`, as docs/adr/0009 says.
        tokens: Tokens::Clear,
        policy: &policy,
        exclusions: &exclusions,
        lists: programme.lists(),
        as_of,
        audit_head: None,
        synthetic: true,
        software: "another_programme",
        extract: &extract,
        vault: &vault,
        existing: Existing::Refuse,
    })?;
    for table in export.tables() {
        writer = writer.table(table.table(), table.batches()?)?;
    }
    let summary = writer.finish()?;
    Ok(summary.manifest.tables.iter().map(|table| table.rows).sum())
}
