//! Writes the corpus of made-up office files to a folder, with what each one truly says beside it
//! as JSON, for other readers to be measured on (`tests/corpus/peers.py`).
//!
//! `cargo run -p inlav-pseudo --features synthetic --example write_corpus -- FOLDER`

use std::error::Error;
use std::path::PathBuf;

use inlav_core::whole::{self, Access, Existing};
use inlav_pseudo::office::corpus::corpus;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("give the folder to write to")?);
    for file in corpus(20_250_630)? {
        let headings: Vec<&str> = file.columns.iter().map(|(_, heading)| heading.as_str()).collect();
        let truth = json!({
            "habits": file.habits,
            "hard": file.hard,
            "sheet": file.table.label_it,
            "headings": headings,
            "written": file.written,
            "truth": file.truth,
        });
        whole::write(&folder.join(&file.name), &file.bytes, Access::Shared, Existing::Refuse)?;
        let beside = folder.join(format!("{}.json", file.name));
        whole::write(&beside, truth.to_string().as_bytes(), Access::Shared, Existing::Refuse)?;
    }
    Ok(())
}
