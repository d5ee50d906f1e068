//! What a steward's service does with tonight's export: check it, pseudonymise it, seal the
//! identifiers, and say in one line what is ready to be sent.
//!
//! For whoever runs inlav at a PUA without the command line, for example from the office's own
//! program. Without arguments it makes up an office, its export and its keys in a temporary
//! folder:
//!
//! ```text
//! cargo run --example site_pseudonymise
//! ```
//!
//! With arguments it takes an export, its PUA, a folder of keys as `inlav demo` lays it out
//! (`PUA05/`, `linkage-2025.ilk`, `public/custodian.pub`, `passphrase.txt`) and a new folder for
//! extract and vault:
//!
//! ```text
//! cargo run -- demo --out /tmp/demo
//! cargo run --example site_pseudonymise -- /tmp/demo/raw/PUA05 PUA05 /tmp/demo/keys /tmp/tonight --synthetic
//! ```
//!
//! `--synthetic` marks the extract as made of made-up persons; real exports go without it.
#![expect(clippy::print_stdout, reason = "an example shows what it made")]

use std::error::Error;
use std::path::{Path, PathBuf};

use inlav::core::exchange::CUSTODIAN_FILE;
use inlav::core::policy::Policy;
use inlav::core::programme::{Programme, SiteId};
use inlav::core::synthetic::{Dials, Population};
use inlav::core::whole::{self, Access, Existing};
use inlav::pseudo::check::{Context, QualityReport, Severity, check};
use inlav::pseudo::extract::{ExtractSettings, ExtractSummary, ExtractWriter, Tokens};
use inlav::pseudo::keys::{CustodianKeys, KdfCost, LinkageKey, Passphrase, SiteKeys};
use inlav::pseudo::mapping::Mapping;
use inlav::pseudo::office::{OfficeHabits, write_export};
use inlav::pseudo::pseudonymise::Exclusions;
use inlav::pseudo::source::Export;
use inlav::verify::CustodianKey;

/// Tonight's work.
struct Task {
    export: PathBuf,
    site: SiteId,
    keys: PathBuf,
    out: PathBuf,
    synthetic: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = match arguments.as_slice() {
        [] => make_up(folder.path())?,
        [export, site, keys, out, mark @ ..] if mark.is_empty() || mark == ["--synthetic"] => Task {
            export: export.into(),
            site: site.parse()?,
            keys: keys.into(),
            out: out.into(),
            synthetic: !mark.is_empty(),
        },
        _ => return Err("give nothing, or: EXPORT SITE KEYS OUT [--synthetic]".into()),
    };

    let programme = Programme::inlav_lombardia();
    let export = Export::open(&task.export, &Mapping::beside(&task.export, programme.lists())?)?;
    let report = check(&export, &Context { programme, site: &task.site, as_of: programme.end })?;
    print(&report);
    if report.errors() > 0 {
        return Err("the export has errors; nothing was written".into());
    }
    let summary = pseudonymise(&task, &export)?;
    let rows: u64 = summary.manifest.tables.iter().map(|table| table.rows).sum();
    println!("ready to be sent: {} ({rows} rows, signed)", task.out.join("extract").display());
    println!(
        "stays here: {} ({} persons)",
        task.out.join("identifiers.ilv").display(),
        summary.sealed_persons
    );
    Ok(())
}

/// Opens the keys, writes the extract and the vault; both are whole or absent.
fn pseudonymise(task: &Task, export: &Export) -> Result<ExtractSummary, Box<dyn Error>> {
    let programme = Programme::inlav_lombardia();
    // A real service asks a person, or the system's keeper of secrets; it does not read a file.
    let text = std::fs::read_to_string(task.keys.join("passphrase.txt"))?;
    let passphrase = Passphrase::new(text.trim_end().to_owned());
    let project = programme.project_id;
    let site = SiteKeys::open(&task.keys.join(task.site.as_str()), project, &task.site, &passphrase)?;
    let linkage = LinkageKey::open(&task.keys.join("linkage-2025.ilk"), project, &passphrase)?;
    let linkage = [&linkage];
    // The linkage tokens are for the custodian, and for nobody else on their way.
    let custodian = CustodianKey::read(&task.keys.join("public").join(CUSTODIAN_FILE))?;

    let policy = Policy::evaluation(); // a column that it does not name would stop us below
    let (extract, vault) = (task.out.join("extract"), task.out.join("identifiers.ilv"));
    // Who withdrew the consent and who is a minor is left out; nobody was forgotten yet.
    let exclusions = Exclusions::of_export(&policy, &site, programme.lists(), programme.end, None, export)?;
    let mut writer = ExtractWriter::create(ExtractSettings {
        site: &site,
        linkage: &linkage,
        tokens: Tokens::SealedTo(&custodian),
        policy: &policy,
        exclusions: &exclusions,
        lists: programme.lists(),
        as_of: programme.end,
        audit_head: None,
        synthetic: task.synthetic,
        software: "site_pseudonymise",
        extract: &extract,
        vault: &vault,
        existing: Existing::Refuse,
    })?;
    for table in export.tables() {
        writer = writer.table(table.table(), table.batches()?)?;
    }
    Ok(writer.finish()?)
}

/// What was read and what is wrong with it, as the service's log may show it: never a value.
fn print(report: &QualityReport) {
    for table in &report.tables {
        println!("{:<14} {:>6} rows  {}", table.table, table.rows, table.file);
    }
    for finding in &report.findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let place = finding.column.unwrap_or("*");
        println!("{severity} {} {}.{place}: {}", finding.rule, finding.table, finding.text_en);
    }
}

/// An office with a semicolon, Windows-1252 and words of its own, and its keys.
fn make_up(folder: &Path) -> Result<Task, Box<dyn Error>> {
    const OFFICE: usize = 4;
    let programme = Programme::inlav_lombardia();
    let population = Population::generate(programme, &Dials::default());
    let register = population.sites.get(OFFICE).ok_or("the programme has twelve sites")?;
    let (site, habits) = (register.site.clone(), OfficeHabits::of(OFFICE));
    let (export, keys) = (folder.join(habits.export_name(&site)), folder.join("keys"));
    write_export(register, &export, &habits)?;

    let words = "correct horse battery";
    whole::write(&keys.join("passphrase.txt"), words.as_bytes(), Access::Private, Existing::Refuse)?;
    let passphrase = Passphrase::new(words.to_owned());
    let cost = KdfCost::memory_mib(64)?; // the least that is allowed; 256 for real persons
    SiteKeys::create(&keys.join(site.as_str()), programme.project_id, &site, &passphrase, cost)?;
    LinkageKey::create(&keys.join("linkage-2025.ilk"), programme.project_id, 2025, &passphrase, cost)?;
    // Made at the custodian's, who sends its public half.
    let custodian = folder.join("custodian");
    let at = "2025-01-02T09:00:00Z".parse()?;
    CustodianKeys::create(&custodian, programme.project_id, 2025, &passphrase, cost, at)?;
    let public = std::fs::read(custodian.join(CUSTODIAN_FILE))?;
    whole::write(&keys.join("public").join(CUSTODIAN_FILE), &public, Access::Shared, Existing::Refuse)?;
    Ok(Task { export, site, keys, out: folder.join("tonight"), synthetic: true })
}
