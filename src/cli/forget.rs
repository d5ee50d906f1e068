//! `inlav forget`

use std::path::PathBuf;

use clap::Args;
use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::programme::Programme;
use inlav_pseudo::audit_log::AuditLog;
use inlav_pseudo::forget::{ForgetOutcome, ForgetRequest, Person, forget};
use inlav_pseudo::keys::SiteKeys;
use zeroize::Zeroizing;

use super::failure::{Class, Failure};
use super::language::speaking;
use super::passphrase::Source;
use super::terminal::Terminal;
use super::{abandoned, clock, persons};

/// Remove what identifies persons from a vault for good (right to erasure). The audit log keeps a
/// proof that names nobody, by which later extracts leave the persons out. Broken off, it is run
/// again. The hub has to be told too: its earlier extracts still hold the pseudonyms.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The vault (.ilv)
    vault: PathBuf,
    /// Folder of the PUA's keys, where the audit log is too
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// Reference of the request; no names: it stays in the audit log
    #[arg(long, value_name = "REFERENCE")]
    case: String,
    /// File with the persons' numbers in the PUA's register, one per line; - is standard input. They are
    /// looked for under every purpose that the audit log has an extract for. Without this and --pseudonyms
    /// one number is asked for
    #[arg(long, value_name = "FILE", conflicts_with = "pseudonyms")]
    numbers: Option<PathBuf>,
    /// File with pseudonyms instead, 32 hexadecimal digits each, one per line; - is standard input.
    /// If they are of a policy's own purpose (not care, monitoring or evaluation), only extracts for that
    /// purpose will leave the persons out
    #[arg(long, value_name = "FILE")]
    pseudonyms: Option<PathBuf>,
    /// Language: it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<Language>,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    speaking(arguments.lang, |language| remove(arguments, programme, language, terminal))
}

fn remove(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let case = persons::remark("--case", &arguments.case)?;
    let keys = persons::keys_of(&arguments.vault, &arguments.keys, programme, &arguments.passphrase)?;
    let mut log = persons::log_of(&arguments.keys, &keys)?;
    let persons = asked_for(arguments, &keys, &log, language)?;
    // A run that was broken off may have left a copy of the vault in which they still are.
    abandoned::clear(&arguments.vault, language, terminal);
    let request = ForgetRequest {
        vault: &arguments.vault,
        key: keys.vault(),
        persons: &persons,
        case: &case,
        at: clock::instant(),
    };
    match forget(&request, &mut log)? {
        ForgetOutcome::Done { records, proof } => {
            let vault = arguments.vault.display();
            let told = Bilingual::of(
                format!("tolte da {vault}: {}; prova {proof}", counted(records, "persona", "persone")),
                format!("{} of {vault} removed; proof {proof}", counted(records, "record", "records")),
            );
            terminal.result(told.text(language));
            let next = Bilingual::of(
                "nota: le copie di sicurezza della cassaforte le contengono ancora; cancellare anche quelle",
                "note: backups of the vault still hold them; remove those too",
            );
            terminal.note(next.text(language));
        }
        _ => {
            let told = Bilingual::of(
                "erano già state dimenticate tutte; non è stato fatto niente",
                "they had all been forgotten before; nothing was done",
            );
            terminal.result(told.text(language));
        }
    }
    Ok(())
}

fn asked_for(
    arguments: &Arguments,
    keys: &SiteKeys,
    log: &AuditLog,
    language: Language,
) -> Result<Vec<Person>, Failure> {
    if let Some(path) = &arguments.pseudonyms {
        return Ok(persons::pseudonyms(path)?.into_iter().map(Person::by_pseudonym).collect());
    }
    let (place, numbers) = match &arguments.numbers {
        Some(path) => {
            let place = path.display().to_string();
            (Bilingual::of(place.clone(), place), persons::lines(path)?)
        }
        None => {
            let question =
                Bilingual::of("Numero nel registro (non si vede): ", "Number in the register (not shown): ");
            let typed = rpassword::prompt_password(question.text(language));
            let typed = typed.map(Zeroizing::new).map_err(|_| {
                let text = Bilingual::of(
                    "non c'è un terminale su cui chiedere il numero",
                    "there is no terminal to ask for the number",
                );
                Failure::told(Class::Input, text).advice(Bilingual::of(
                    "darlo con --numbers FILE, oppure - per lo standard input",
                    "pass it through --numbers FILE, or - for standard input",
                ))
            })?;
            (Bilingual::of("ciò che è stato scritto", "what was typed"), vec![(1, typed)])
        }
    };
    let person = |(line, number): &(usize, Zeroizing<String>)| {
        Person::by_register_number(number, keys, log).ok().flatten().ok_or_else(|| {
            let text = Bilingual::of(
                format!("la riga {line} di {} non è un numero del registro", place.it),
                format!("line {line} of {} is not a register number", place.en),
            );
            Failure::told(Class::Input, text)
        })
    };
    let persons: Vec<_> = numbers.iter().map(person).collect::<Result<_, _>>()?;
    if persons.is_empty() {
        return Err(persons::nobody(&place));
    }
    Ok(persons)
}
