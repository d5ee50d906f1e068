//! `inlav audit`

use std::path::{Path, PathBuf};

use clap::Args;
use inlav_certificate::{Reason, Rejection, Verdict, check};
use inlav_core::language::{Bilingual, Language, counted};

use super::failure::{Class, Failure};
use super::language;
use super::terminal::Terminal;

mod text;

/// Name of the certificate in a folder that `inlav protect` wrote.
const CERTIFICATE: &str = "audit.json";

/// Check a release anew: that its tables are those certified, that no small count is published, and
/// that for every withheld small count and every attacker there are two tables, far enough apart,
/// that the attacker cannot tell from the truth. No solver takes part in it, and nothing is trusted
/// but the certificate's true counts. What is printed is for those who made the release, not for
/// the public.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the release
    release: PathBuf,
    /// Its certificate; without it audit.json in the folder. That of `inlav release` is in
    /// certificates/ in the store
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Print the verdict as JSON
    #[arg(long)]
    json: bool,
    /// Language: it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<Language>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    language::speaking(arguments.lang, |language| {
        if arguments.release.is_file() {
            // A single table, made by whatever tool, is attacked from here.
            return Err(no_folder(&arguments.release));
        }
        by_certificate(arguments, language, terminal)
    })
}

fn by_certificate(arguments: &Arguments, language: Language, terminal: &Terminal) -> Result<(), Failure> {
    let folder = &arguments.release;
    std::fs::read_dir(folder).map_err(|fault| Failure::unread(Class::Input, folder, &fault))?;
    let certificate = arguments.certificate.clone().unwrap_or_else(|| folder.join(CERTIFICATE));
    std::fs::metadata(&certificate).map_err(|fault| {
        Failure::unread(Class::Input, &certificate, &fault).advice(Bilingual::of(
            "il certificato di inlav release sta in certificates/ nell'archivio: indicarlo con --certificate",
            "the certificate of inlav release is in certificates/ in the store: name it with --certificate",
        ))
    })?;
    let verdict = check(folder, &certificate).map_err(|rejection| rejected(&rejection))?;
    if arguments.json {
        let text =
            serde_json::to_string_pretty(&verdict).map_err(|fault| Failure::new(Class::Other, &fault))?;
        terminal.result(text);
    } else {
        lines(&verdict, language).iter().for_each(|line| terminal.result(line));
    }
    Ok(())
}

fn no_folder(path: &Path) -> Failure {
    let path = path.display();
    Failure::told(
        Class::Input,
        Bilingual::of(
            format!("{path} non è la cartella di un rilascio"),
            format!("{path} is not the folder of a release"),
        ),
    )
}

/// A release that does not stand: because something was changed, or because it is not safe.
fn rejected(rejection: &Rejection) -> Failure {
    let class = match rejection.reason {
        Reason::Unreadable => Class::Input,
        Reason::NotACertificate | Reason::Seal | Reason::OtherFile => Class::Integrity,
        _ => Class::Unsafe,
    };
    Failure::told(class, Bilingual::of(text::italian(rejection), rejection.to_string())).advice(
        Bilingual::of(
            "non pubblicare questo rilascio, e ritirarlo se è già pubblico; rifarlo con inlav",
            "do not publish this release, and withdraw it if it is public; make it again with inlav",
        ),
    )
}

/// What was checked, and that it holds.
fn lines(verdict: &Verdict, language: Language) -> Vec<String> {
    let rules = &verdict.policy;
    let number = |number: usize, one: (&str, &str), many: (&str, &str)| {
        let (one, many) = if language == Language::It { (one.0, many.0) } else { (one.1, many.1) };
        counted(u64::try_from(number).unwrap_or(u64::MAX), one, many)
    };
    let tables = number(verdict.tables, ("tabella", "table"), ("tabelle", "tables"));
    let insiders = number(verdict.attackers - 1, ("sede", "insider"), ("sedi", "insiders"));
    let cells = number(
        verdict.cells_attacked,
        ("conteggio piccolo", "small count"),
        ("conteggi piccoli", "small counts"),
    );
    let intervals = number(verdict.intervals, ("intervallo", "interval"), ("intervalli", "intervals"));
    let exceptions = number(verdict.exceptions, ("eccezione", "exception"), ("eccezioni", "exceptions"));
    let (threshold, base) = (rules.minimum_persons, rules.count_base);
    let (width, least) = (rules.minimum_width, rules.least_width);
    let (published, suppressed) = (verdict.published, verdict.suppressed);
    let (exact, solver) = (verdict.exact_ends, verdict.solver_ends);
    let mut lines = match language {
        Language::It => vec![
            format!("{tables}: {published} celle pubblicate, {suppressed} soppresse"),
            format!(
                "regole: almeno {threshold} persone, conteggi a multipli di {base}, intervalli larghi almeno {width}"
            ),
            format!("attaccanti: il pubblico e {insiders}; {cells}, {intervals}"),
            format!("estremi esatti: {exact}; esatti secondo un risolutore, non verificati: {solver}"),
            format!("{exceptions} sotto la larghezza minima (mai sotto {least})"),
        ],
        Language::En => vec![
            format!("{tables}: {published} cells published, {suppressed} suppressed"),
            format!(
                "rules: at least {threshold} persons, counts in multiples of {base}, intervals at least {width} wide"
            ),
            format!("attackers: the public and {insiders}; {cells}, {intervals}"),
            format!("exact ends: {exact}; exact on the word of a solver, not verified: {solver}"),
            format!("{exceptions} below the minimum width (never below {least})"),
        ],
    };
    if let Some(narrowest) = verdict.narrowest {
        lines.push(match language {
            Language::It => format!("l'intervallo più stretto è largo {narrowest}"),
            Language::En => format!("the narrowest interval is {narrowest} wide"),
        });
    }
    if !verdict.unchecked.is_empty() {
        let files = verdict.unchecked.join(", ");
        lines.push(match language {
            Language::It => format!("non controllati: {files}"),
            Language::En => format!("not looked at: {files}"),
        });
    }
    if !verdict.unchecked_columns.is_empty() {
        let columns = verdict.unchecked_columns.len();
        lines.push(match language {
            Language::It => {
                format!("colonne non controllate (etichette, statistiche): {columns}; --json le nomina")
            }
            Language::En => {
                format!("columns not looked at (labels, statistics): {columns}; --json names them")
            }
        });
    }
    lines.push(match language {
        Language::It => "ogni certificato regge: nessun conteggio soppresso si può ricavare".to_owned(),
        Language::En => "every certificate holds: no withheld count can be worked out".to_owned(),
    });
    lines
}
