//! The whole road in one small program: from twelve offices' exports to tables anybody may read.
//!
//! For whoever embeds inlav in a service of their own. All persons are made up and everything
//! happens in a temporary folder:
//!
//! ```text
//! cargo run --example quickstart
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it made")]

use std::error::Error;

use comfy_table::{Table, presets};
use inlav::analytics::disclosure::ReleasePolicy;
use inlav::analytics::evaluate::evaluate;
use inlav::analytics::grid::{self, Grid};
use inlav::analytics::indicator::embedded;
use inlav::analytics::session::Session;
use inlav::analytics::store::Store;
use inlav::analytics::verify::{TrustedKeys, VerifiedExtract};
use inlav::core::language::Language;
use inlav::core::policy::Policy;
use inlav::core::programme::Programme;
use inlav::core::synthetic::{Dials, Population};
use inlav::core::whole::Existing;
use inlav::pseudo::check::{Context, check};
use inlav::pseudo::extract::{ExtractSettings, ExtractWriter, Tokens};
use inlav::pseudo::keys::{KdfCost, LinkageKey, Passphrase, SiteKeys};
use inlav::pseudo::mapping::Mapping;
use inlav::pseudo::office::{OfficeHabits, write_export};
use inlav::pseudo::pseudonymise::Exclusions;
use inlav::pseudo::source::Export;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let place = |name: &str| folder.path().join(name);
    let programme = Programme::inlav_lombardia();
    let (project, as_of) = (programme.project_id, programme.end);

    // Keys: one that all PUA share, so that a person seen at two of them is counted once…
    let passphrase = Passphrase::new("correct horse battery".to_owned());
    let cost = KdfCost::memory_mib(64)?; // the least that is allowed; 256 for real persons
    let linkage = LinkageKey::create(&place("linkage.ilk"), project, 2025, &passphrase, cost)?;
    let linkage = [&linkage];

    let policy = Policy::evaluation();
    let mut extracts = Vec::new();
    let population = Population::generate(programme, &Dials::default());
    for (index, register) in population.sites.iter().enumerate() {
        // …and those of each PUA. Its office writes its export in habits of its own.
        let site = &register.site;
        let keys_folder = place(&format!("keys-{site}"));
        let keys = SiteKeys::create(&keys_folder, project, site, &passphrase, cost)?;
        let habits = OfficeHabits::of(index);
        let raw = place(&habits.export_name(site));
        write_export(register, &raw, &habits)?;

        // At the PUA: check the export, then turn it into an extract; identifiers go into the vault.
        let export = Export::open(&raw, &Mapping::beside(&raw, programme.lists())?)?;
        let report = check(&export, &Context { programme, site, as_of })?;
        println!("{site}: {} errors, {} warnings", report.errors(), report.warnings());
        let (extract, vault) = (place(&format!("extract-{site}")), place(&format!("{site}.ilv")));
        // Who withdrew the consent and who is a minor is left out; nobody was forgotten yet.
        let exclusions = Exclusions::of_export(&policy, &keys, programme.lists(), as_of, None, &export)?;
        let mut writer = ExtractWriter::create(ExtractSettings {
            site: &keys,
            linkage: &linkage,
            // In one layer, to be short. With a custodian: `Tokens::SealedTo`, as docs/adr/0009 says.
            tokens: Tokens::Clear,
            policy: &policy,
            exclusions: &exclusions,
            lists: programme.lists(),
            as_of,
            audit_head: None,
            synthetic: true,
            software: "quickstart",
            extract: &extract,
            vault: &vault,
            existing: Existing::Refuse,
        })?;
        for table in export.tables() {
            writer = writer.table(table.table(), table.batches()?)?;
        }
        writer.finish()?;

        // At the hub: what does not bear the signature of a known PUA is refused.
        let trusted = TrustedKeys::read(&keys_folder.join(format!("{site}.pub")))?;
        extracts.push(VerifiedExtract::open(&extract, &trusted)?);
    }
    let mut store = Store::open_or_begin(&place("store"))?;
    store.ingest(&extracts, programme, Existing::Refuse)?;

    // Evaluate, and protect what comes out: there is no other way to see a number.
    let evaluation = tokio::runtime::Runtime::new()?.block_on(async {
        let session = Session::open(&store, programme.lists()).await?;
        Ok::<_, Box<dyn Error>>(evaluate(&session, programme, embedded(), |_| {}).await?)
    })?;
    let publication = evaluation.protect(&ReleasePolicy::default(), &[])?;
    print(&grid::targets(&publication, evaluation.indicators(), programme));
    Ok(())
}

fn print(grid: &Grid) {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    let headings = grid.columns.iter().map(|column| column.text(Language::En));
    table.set_header(std::iter::once(grid.corner.text(Language::En)).chain(headings));
    for row in &grid.rows {
        let cells = row.cells.iter().map(|cell| cell.text(Language::En));
        table.add_row(std::iter::once(row.label.text(Language::En).to_owned()).chain(cells));
    }
    println!("{table}");
}
