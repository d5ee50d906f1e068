//! `inlav keys show`

use std::path::PathBuf;

use clap::Args;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::{Programme, SiteId};
use inlav_pseudo::keys::{KeyFileHeader, RootKey};
use serde_json::{Value, json};

use super::key_files;
use crate::cli::failure::{Class, Failure};
use crate::cli::passphrase::Source;
use crate::cli::terminal::Terminal;

/// Say which keys are in a key file or in the key files of a folder: what for, whose, of which
/// epoch, key id, cost of a guess. The key id is the one in `.pub` files, on shares, in manifests and in
/// audit logs. No passphrase is asked for, and nothing of this is vouched for,
/// unless --check opens them.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A key file (.ilk) or a folder of them
    path: PathBuf,
    /// Also open each key with its passphrase
    #[arg(long)]
    check: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    passphrase: Source,
}

pub(super) fn run(
    arguments: &Arguments,
    programme: &Programme,
    language: Language,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let files = key_files(&arguments.path)?;
    let headers = files.iter().map(|file| Ok((file, RootKey::header(file)?)));
    let headers = headers.collect::<Result<Vec<_>, Failure>>()?;
    if arguments.check {
        let passphrase = arguments.passphrase.ask()?;
        for file in &files {
            RootKey::open(file, programme.project_id, &passphrase)?;
        }
    }
    if arguments.json {
        let list: Vec<_> = headers
            .iter()
            .map(|(file, header)| as_json(&file.display().to_string(), header, arguments.check))
            .collect();
        let text = serde_json::to_string_pretty(&Value::from(list));
        terminal.result(text.map_err(|fault| Failure::new(Class::Other, &fault))?);
        return Ok(());
    }
    for (file, header) in headers {
        let KeyFileHeader { label, id, cost, .. } = &header;
        let whose = if label.project == programme.project_id {
            programme.name.clone()
        } else {
            let project = String::from(label.project);
            let text = Bilingual::of(
                format!("un altro programma, {project}"),
                format!("another programme, {project}"),
            );
            text.text(language).to_owned()
        };
        let (id_is, opens) = match language {
            Language::It => ("id", "; si apre"),
            Language::En => ("key id", "; opens"),
        };
        let opened = if arguments.check { opens } else { "" };
        terminal.result(format_args!("{}: {}, {id_is} {id}", file.display(), label.text(language)));
        terminal.result(format_args!("  {whose}; {}{opened}", cost.text(language)));
    }
    Ok(())
}

fn as_json(file: &str, header: &KeyFileHeader, opened: bool) -> Value {
    let KeyFileHeader { label, id, cost, .. } = header;
    let [memory, passes, lanes] = cost.numbers();
    json!({
        "file": file,
        "role": label.role.name(),
        "site": label.site.as_ref().map(SiteId::as_str),
        "project_id": String::from(label.project),
        "epoch": (label.epoch > 0).then_some(label.epoch),
        "key_id": id.to_string(),
        "argon2id": { "memory_mib": memory, "passes": passes, "lanes": lanes },
        "opened": opened,
    })
}
