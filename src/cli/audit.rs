//! `inlav audit`

use std::path::PathBuf;

use clap::Args;
use inlav_certificate::{Reason, Rejection, Verdict, check};
use inlav_core::language::{Bilingual, Language, counted};

use super::failure::{Class, Failure};
use super::terminal::Terminal;
use super::{audit_table, language};

mod text;

/// Name of the certificate in a folder that `inlav protect` wrote.
const CERTIFICATE: &str = "audit.json";

/// Audit what is to be published, or is.
///
/// The folder of a release that has a certificate is checked anew: that its tables are those certified, that no
/// small count is published, and that for every withheld small count and every attacker there are
/// two tables, far enough apart, that the attacker cannot tell from the truth. No solver takes part in
/// it, and nothing is trusted but the certificate's true counts. What is printed is for those who
/// made the release, not for the public.
///
/// A table of any tool (CSV or Parquet) is attacked: which suppressed cells can anybody work
/// out from what is published, exactly or nearly? The file has its margins, with TOTAL, Totale, All
/// or the like as the code of a sum, and marks in the place of suppressed counts: nothing, *, x, c,
/// .., [REDACTED], <10, 1-9 or a column called status. Insiders, who know cells of their own, are not
/// tried: their counts are not in the file. Exit code: 0 all cells are hidden, 9 some are not.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    table: audit_table::Arguments,
    /// The certificate of a release; without it audit.json in its folder. That of `inlav release`
    /// is in certificates/ in the store
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<(), Failure> {
    let path = &arguments.table.table;
    // A folder of `inlav protect` that came without its certificate is attacked like any table.
    let bare = arguments.certificate.is_none()
        && !path.join(CERTIFICATE).exists()
        && path.join("table.csv").exists();
    if path.is_file() || bare {
        return audit_table::run(&arguments.table, terminal);
    }
    language::speaking(arguments.table.lang, |language| by_certificate(arguments, language, terminal))
}

fn by_certificate(arguments: &Arguments, language: Language, terminal: &Terminal) -> Result<(), Failure> {
    let folder = &arguments.table.table;
    std::fs::read_dir(folder).map_err(|fault| Failure::unread(Class::Input, folder, &fault))?;
    let certificate = arguments.certificate.clone().unwrap_or_else(|| folder.join(CERTIFICATE));
    std::fs::metadata(&certificate).map_err(|fault| {
        Failure::unread(Class::Input, &certificate, &fault).advice(Bilingual::of(
            "il certificato di inlav release sta in certificates/ nell'archivio: indicarlo con --certificate",
            "the certificate of inlav release is in certificates/ in the store: name it with --certificate",
        ))
    })?;
    let verdict = check(folder, &certificate).map_err(|rejection| rejected(&rejection))?;
    if arguments.table.json {
        let text =
            serde_json::to_string_pretty(&verdict).map_err(|fault| Failure::new(Class::Other, &fault))?;
        terminal.result(text);
    } else {
        lines(&verdict, language).iter().for_each(|line| terminal.result(line));
    }
    Ok(())
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
