//! `inlav forget`

use std::path::PathBuf;

use clap::Args;
use inlav_core::language::counted;
use inlav_core::programme::Programme;
use inlav_pseudo::forget::{ForgetOutcome, ForgetRequest, Person, forget};
use inlav_pseudo::keys::SiteKeys;
use zeroize::Zeroizing;

use super::failure::{Class, Failure};
use super::passphrase::Source;
use super::terminal::Terminal;
use super::{clock, persons};

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
    /// File with the persons' numbers in the PUA's register, one per line; - is standard input.
    /// Without this and --pseudonyms one number is asked for
    #[arg(long, value_name = "FILE", conflicts_with = "pseudonyms")]
    numbers: Option<PathBuf>,
    /// File with pseudonyms instead, 32 hexadecimal digits each, one per line; - is standard input.
    /// If they are of a policy's own purpose (not care, monitoring or evaluation), only extracts for that
    /// purpose will leave the persons out
    #[arg(long, value_name = "FILE")]
    pseudonyms: Option<PathBuf>,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    let case = persons::remark("--case", &arguments.case)?;
    let keys = persons::keys_of(&arguments.vault, &arguments.keys, programme, &arguments.passphrase)?;
    let persons = asked_for(arguments, &keys)?;
    let mut log = persons::log_of(&arguments.keys, &keys)?;
    let request = ForgetRequest {
        vault: &arguments.vault,
        key: keys.vault(),
        persons: &persons,
        case: &case,
        at: clock::instant(),
    };
    match forget(&request, &mut log)? {
        ForgetOutcome::Done { records, proof } => {
            let records = counted(usize::try_from(records).unwrap_or(usize::MAX), "record", "records");
            terminal
                .result(format_args!("{records} of {} removed; proof {proof}", arguments.vault.display()));
            terminal.note("note: backups of the vault still hold them; remove those too");
        }
        _ => terminal.result("they had all been forgotten before; nothing was done"),
    }
    Ok(())
}

fn asked_for(arguments: &Arguments, keys: &SiteKeys) -> Result<Vec<Person>, Failure> {
    if let Some(path) = &arguments.pseudonyms {
        return Ok(persons::pseudonyms(path)?.into_iter().map(Person::by_pseudonym).collect());
    }
    let (place, numbers) = match &arguments.numbers {
        Some(path) => (path.display().to_string(), persons::lines(path)?),
        None => {
            let typed = rpassword::prompt_password("Number in the register (not shown): ");
            let typed = typed.map(Zeroizing::new).map_err(|_| {
                Failure::new(Class::Input, &"there is no terminal to ask for the number")
                    .hint("pass it through --numbers FILE, or - for standard input")
            })?;
            ("what was typed".to_owned(), vec![(1, typed)])
        }
    };
    let person = |(line, number): &(usize, Zeroizing<String>)| {
        Person::by_register_number(number, keys).ok().flatten().ok_or_else(|| {
            Failure::new(Class::Input, &format_args!("line {line} of {place} is not a register number"))
        })
    };
    let persons: Vec<_> = numbers.iter().map(person).collect::<Result<_, _>>()?;
    if persons.is_empty() {
        return Err(Failure::new(Class::Input, &format_args!("{place} names no person")));
    }
    Ok(persons)
}
