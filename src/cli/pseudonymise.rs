//! `inlav pseudonymise`

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use inlav_core::exchange::ExclusionReason;
use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::policy::{Policy, Purpose};
use inlav_core::programme::{Programme, ProjectId};
use inlav_core::whole::{Existing, WholeError};
use inlav_pseudo::audit_log::{AUDIT_LOG_FILE, AuditLog};
use inlav_pseudo::extract::{
    ExtractError, ExtractSettings, ExtractSummary, ExtractWriter, TableError, Tokens,
};
use inlav_pseudo::keys::{LinkageKey, Passphrase, Serves, SiteKeys};
use inlav_pseudo::pseudonymise::{ExclusionError, Exclusions};
use inlav_pseudo::source::Export;
use inlav_verify::CustodianKey;

use super::check::{Input, print, refuse_errors};
use super::failure::{Class, Failure};
use super::language::speaking;
use super::passphrase::{LinkageSource, Source};
use super::policy;
use super::progress::Progress;
use super::terminal::Terminal;
use super::{abandoned, clock};

/// Check an export, then write an extract for the hub (Parquet, manifest, signature) and seal the
/// identifiers in the vault, which stays at the PUA. Nothing is written if anything is wrong.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) input: Input,
    /// Folder of the PUA's keys
    #[arg(long, value_name = "DIR")]
    pub(super) keys: PathBuf,
    /// The linkage key that all PUA share (.ilk); while one epoch gives way to the next, once for each
    #[arg(long, value_name = "FILE", required = true)]
    pub(super) linkage: Vec<PathBuf>,
    /// Seal the linkage tokens to the custodian with these public keys (custodian.pub): nobody
    /// alone can then test whether somebody is in the extract
    #[arg(long, value_name = "FILE", required_unless_present = "one_layer", conflicts_with = "one_layer")]
    pub(super) custodian: Option<PathBuf>,
    /// Leave the linkage tokens in the clear, for a programme without a custodian: whoever holds the
    /// linkage key and the extract can test whether somebody is in it
    #[arg(long)]
    pub(super) one_layer: bool,
    /// Folder of the extract: this is what is sent to the hub
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// The vault (.ilv): this is never sent
    #[arg(long, value_name = "FILE")]
    pub(super) vault: PathBuf,
    /// Policy (TOML); without it the default for evaluation
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// Mark the extract as made of made-up persons
    #[arg(long)]
    pub(super) synthetic: bool,
    /// Put the new extract and vault in the place of existing ones
    #[arg(long)]
    pub(super) force: bool,
    /// Language, it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<Language>,
    /// Threads to work on; without it one for each core
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(super) passphrase: Source,
    #[command(flatten)]
    pub(super) linkage_passphrase: LinkageSource,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| run_in(language, arguments, programme, terminal))
}

fn run_in(
    language: Language,
    arguments: &Arguments,
    programme: &Programme,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let told = Told { language, terminal };
    let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
    if existing == Existing::Refuse {
        for path in [&arguments.out, &arguments.vault] {
            if path.exists() {
                return Err(WholeError::Exists { path: path.clone() }.into());
            }
        }
    }
    let policy = policy::read(arguments.policy.as_deref(), Purpose::Evaluation, programme)?;
    let custodian = arguments.custodian.as_deref().map(CustodianKey::read).transpose()?;
    let export = arguments.input.open(programme)?;
    let passphrase = arguments.passphrase.ask()?;
    let project = programme.project_id;
    let site = SiteKeys::open(&arguments.keys, project, &arguments.input.site, &passphrase)?;
    let of_linkage = arguments.linkage_passphrase.ask(&arguments.passphrase)?;
    let linkage = linkage(arguments, project, of_linkage.as_ref().unwrap_or(&passphrase), told)?;
    let linkage: Vec<&LinkageKey> = linkage.iter().collect();

    let report = arguments.input.check(&export, programme)?;
    if report.errors() > 0 {
        print(&report, language, terminal);
        return refuse_errors(&report);
    }
    let mut log = AuditLog::open(&arguments.keys.join(AUDIT_LOG_FILE), site.audit().clone())?;
    let as_of = arguments.input.as_of;
    let exclusions = Exclusions::of_export(&policy, &site, programme.lists(), as_of, Some(&log), &export)
        .map_err(|fault| match fault {
            ExclusionError::Rows(fault) => Failure::from(fault),
            ExclusionError::Cell(fault) => ExtractError::from(fault).into(),
        })?;
    let settings = ExtractSettings {
        site: &site,
        linkage: &linkage,
        tokens: custodian.as_ref().map_or(Tokens::Clear, Tokens::SealedTo),
        policy: &policy,
        exclusions: &exclusions,
        lists: programme.lists(),
        as_of,
        audit_head: log.head(),
        synthetic: arguments.synthetic,
        software: concat!("inlav ", env!("CARGO_PKG_VERSION")),
        extract: &arguments.out,
        vault: &arguments.vault,
        existing,
    };
    abandoned::clear(&arguments.out, language, terminal);
    abandoned::clear(&arguments.vault, language, terminal);
    let rows = report.tables.iter().map(|table| table.rows).sum();
    let summary = in_jobs(arguments.jobs, || write(settings, &export, rows, &mut log))??;
    told.summary(&summary, &arguments.out);
    told.head(&log);
    told.exclusions(&exclusions, &policy);
    if !report.absent.is_empty() {
        let absent = report.absent.join(", ");
        told.note(
            format!("mancano nell'esportazione, e poi contano come niente: {absent}"),
            format!("not in this export, and later on counted as nothing: {absent}"),
        );
    }
    if report.warnings() > 0 {
        let (warnings, export) = (report.warnings(), arguments.input.path().display());
        told.note(
            format!("{}; per vederli: inlav check {export}", counted(warnings, "avviso", "avvisi")),
            format!("{}; see them with: inlav check {export}", counted(warnings, "warning", "warnings")),
        );
    }
    Ok(())
}

/// What the person is told.
#[derive(Clone, Copy)]
struct Told<'a> {
    language: Language,
    terminal: &'a Terminal,
}

impl Told<'_> {
    fn note(self, italian: String, english: String) {
        let label = Bilingual::of("nota", "note");
        let text = Bilingual::of(italian, english);
        self.terminal.note(format_args!("{}: {}", label.text(self.language), text.text(self.language)));
    }

    fn summary(self, summary: &ExtractSummary, extract: &Path) {
        let manifest = &summary.manifest;
        let (site, extract, tables) = (&manifest.site, extract.display(), manifest.tables.len());
        let (rows, sealed) =
            (manifest.tables.iter().map(|table| table.rows).sum::<u64>(), summary.sealed_persons);
        let text = Bilingual::of(
            format!(
                "{site}: {}, {} in {extract}; {} nella cassaforte",
                counted(tables, "tabella", "tabelle"),
                counted(rows, "riga", "righe"),
                counted(sealed, "persona", "persone")
            ),
            format!(
                "{site}: {}, {} to {extract}; {} sealed in the vault",
                counted(tables, "table", "tables"),
                counted(rows, "row", "rows"),
                counted(sealed, "person", "persons")
            ),
        );
        self.terminal.result(text.text(self.language));
    }

    /// Who was left out, and what could not be known about it.
    fn exclusions(self, exclusions: &Exclusions, policy: &Policy) {
        for excluded in exclusions.counted() {
            let (it, en) = match excluded.reason {
                ExclusionReason::ConsentWithdrawn => ("consenso ritirato", "withdrew the consent"),
                ExclusionReason::Minor => ("minore età", "under age"),
                ExclusionReason::Forgotten => ("dati cancellati", "forgotten"),
                _ => ("per la policy", "by the policy"),
            };
            let (persons, rows) = (excluded.persons, excluded.rows);
            self.note(
                format!(
                    "fuori dall'estratto: {} ({it}), con {}",
                    counted(persons, "persona", "persone"),
                    counted(rows, "riga", "righe")
                ),
                format!(
                    "left out: {} ({en}), with {}",
                    counted(persons, "person", "persons"),
                    counted(rows, "row", "rows")
                ),
            );
        }
        let unknown = exclusions.unknown_ages();
        if unknown > 0 {
            self.note(
                format!(
                    "di {} nessuno sa l'età; nell'estratto valgono come maggiorenni",
                    counted(unknown, "persona", "persone")
                ),
                format!(
                    "nobody knows the age of {}; they are in the extract as of age",
                    counted(unknown, "person", "persons")
                ),
            );
        }
        if !exclusions.withdrawals_known() {
            let consents = policy.exclude.consent_withdrawn.join(", ");
            self.note(
                format!(
                    "l'esportazione non ha i consensi: non si sa chi ha ritirato {consents}, e quelle persone sono nell'estratto"
                ),
                format!(
                    "the export has no consents: who withdrew {consents} is not known, and is in the extract"
                ),
            );
        }
    }

    /// The last hash of the audit log: who has it sees later whether the end of the log was cut off.
    fn head(self, log: &AuditLog) {
        let Some(head) = log.head() else { return };
        let (entries, path) = (log.entries(), log.path().display());
        let text = Bilingual::of(
            format!("registro delle operazioni: voce {entries} di {path}; annotarne l'impronta: {head}"),
            format!("audit log: entry {entries} of {path}; note down its hash: {head}"),
        );
        self.terminal.result(text.text(self.language));
    }
}

/// Does something on so many threads; on one for each core unless somebody asks otherwise.
fn in_jobs<T: Send>(jobs: Option<NonZeroUsize>, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let Some(jobs) = jobs else { return Ok(work()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build();
    Ok(pool.map_err(|fault| Failure::new(Class::Other, &fault))?.install(work))
}

/// The linkage keys, that of the current epoch first.
fn linkage(
    arguments: &Arguments,
    project: ProjectId,
    passphrase: &Passphrase,
    told: Told<'_>,
) -> Result<Vec<LinkageKey>, Failure> {
    let mut keys = Vec::new();
    let mut current = false;
    for file in &arguments.linkage {
        let key = LinkageKey::open(file, project, passphrase)?;
        current |= key.serves(arguments.input.as_of)? == Serves::Current;
        keys.push(key);
    }
    if !current {
        let year = arguments.input.as_of.format("%Y");
        told.note(
            format!(
                "non è data nessuna chiave di collegamento (linkage) del {year}; appena c'è, dare anche quella con un secondo --linkage, altrimenti nessuno sarà più collegato quando la chiave vecchia viene distrutta"
            ),
            format!(
                "no linkage key of {year} is given; give it too with a second --linkage as soon as there is one, or nobody is linked any more when the older key is destroyed"
            ),
        );
    }
    keys.sort_by_key(|key| std::cmp::Reverse(key.epoch()));
    if keys.windows(2).any(|pair| matches!(pair, [one, other] if one.epoch() == other.epoch())) {
        return Err(Failure::told(
            Class::Key,
            Bilingual::of(
                "due delle chiavi di collegamento (linkage) sono della stessa epoca",
                "two of the linkage keys are of the same epoch",
            ),
        ));
    }
    Ok(keys)
}

fn write(
    settings: ExtractSettings<'_>,
    export: &Export,
    rows: u64,
    log: &mut AuditLog,
) -> Result<ExtractSummary, Failure> {
    // Every row is told twice: pseudonymised and written.
    let progress = Progress::begin_rows("pseudonymise", 2 * rows);
    let tell = |rows| progress.rows(rows);
    let mut writer = ExtractWriter::create(settings)?.telling(&tell);
    for table in export.tables() {
        progress.on(table.table().name);
        writer = writer.table(table.table(), table.batches()?).map_err(|fault| match fault {
            TableError::Rows(fault) => Failure::from(fault),
            TableError::Extract(fault) => Failure::from(fault),
        })?;
    }
    progress.on("");
    let summary = writer.finish_logged(log, clock::instant())?;
    progress.finish();
    Ok(summary)
}
