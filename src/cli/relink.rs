//! `inlav relink`

use std::path::PathBuf;

use clap::Args;
use inlav_core::exchange::LINKING_DOCUMENTS;
use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::programme::Programme;
use inlav_core::whole::Existing;
use inlav_pseudo::audit_log::{AUDIT_LOG_FILE, AuditLog};
use inlav_pseudo::keys::CustodianKeys;
use inlav_pseudo::relink::{Ledger, RelinkSettings, relink_logged};
use inlav_verify::TrustedKeys;

use super::clock;
use super::failure::Failure;
use super::language::speaking;
use super::passphrase::Source;
use super::terminal::Terminal;

/// At the linkage custodian: put the second key over the tokens that PUA sealed, so that the hub can
/// link persons and nobody alone can test whether somebody is there. Of each extract only
/// manifest.json, manifest.sig and tokens.ilt are needed.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folders of extracts, each with at least the three files
    #[arg(required = true)]
    pub(super) extracts: Vec<PathBuf>,
    /// Folder of the custodian's keys; it also remembers how many documents each PUA asked for
    #[arg(long, value_name = "DIR")]
    pub(super) keys: PathBuf,
    /// A PUA's public key (.pub), or a folder of them
    #[arg(long, value_name = "PATH")]
    pub(super) trust: PathBuf,
    /// Folder that gets a folder of relinked tokens for each PUA: this goes to the hub
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Refuse a PUA that asked for more documents than this in one epoch, over all its extracts:
    /// it may be testing a list of documents. Without it: as many as the programme's whole target
    /// of persons and operators could have
    #[arg(long, value_name = "N")]
    pub(super) most_documents: Option<u64>,
    /// Put the new tokens in the place of existing ones
    #[arg(long)]
    pub(super) force: bool,
    /// Language, it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) lang: Option<Language>,
    #[command(flatten)]
    pub(super) passphrase: Source,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| add_layer(arguments, programme, language, terminal))
}

fn add_layer(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let trusted = TrustedKeys::read(&arguments.trust)?;
    let passphrase = arguments.passphrase.ask()?;
    let keys = CustodianKeys::open(&arguments.keys, programme.project_id, &passphrase)?;
    let mut ledger = Ledger::open(&arguments.keys)?;
    if ledger.is_new() {
        let text = Bilingual::of(
            "nota: comincia un nuovo conteggio dei documenti chiesti; se questo custode ha già lavorato altri estratti, fermarsi e cercare quello vecchio",
            "note: a new ledger of documents asked for is begun; if this custodian has relinked before, stop and look for the old one",
        );
        terminal.note(text.text(language));
    }
    let most_documents = arguments.most_documents.unwrap_or_else(|| most_documents(programme));
    let settings = RelinkSettings {
        keys: &keys,
        trusted: &trusted,
        most_documents,
        software: concat!("inlav ", env!("CARGO_PKG_VERSION")),
        out: &arguments.out,
        existing: if arguments.force { Existing::Replace } else { Existing::Refuse },
    };
    let mut log = AuditLog::open(&arguments.keys.join(AUDIT_LOG_FILE), keys.audit().clone())?;
    let done = relink_logged(&arguments.extracts, &settings, &mut ledger, &mut log, clock::instant())?;
    for relinked in done {
        let manifest = &relinked.manifest;
        for (epoch, asked) in &relinked.documents {
            let (site, tokens, new, all) = (&manifest.site, manifest.tokens.rows, asked.new, asked.all);
            let told = Bilingual::of(
                format!(
                    "{site}  epoca {epoch}  secondo strato su {}; documenti chiesti: {new} nuovi, {all} in tutto su un massimo di {most_documents}",
                    counted(tokens, "codice", "codici")
                ),
                format!(
                    "{site}  epoch {epoch}  {} relinked; documents asked for: {new} new, {all} in all of at most {most_documents}",
                    counted(tokens, "token", "tokens")
                ),
            );
            terminal.result(told.text(language));
        }
    }
    Ok(())
}

/// What the whole programme could have if all its persons were at one PUA with every kind of
/// document.
fn most_documents(programme: &Programme) -> u64 {
    let kinds = u64::try_from(LINKING_DOCUMENTS.len()).unwrap_or(u64::MAX);
    u64::from(programme.targets.beneficiaries)
        .saturating_mul(kinds)
        .saturating_add(u64::from(programme.targets.operators_trained))
}
