//! What runs that were killed left beside the places of their outputs: it may hold shares or names in the
//! clear, so the next run removes it.

use std::path::Path;

use inlav_core::language::{Bilingual, Language, counted};
use inlav_core::whole;

use super::terminal::Terminal;

/// Removes unfinished outputs that nobody is writing any more from the folder of a place.
pub(super) fn clear(place: &Path, language: Language, terminal: &Terminal) {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let text = match whole::remove_abandoned(folder) {
        Ok(0) if cfg!(unix) || !is_anything_left(folder) => return,
        // Where directories cannot be locked, nobody knows whether they are being written.
        Ok(0) => Bilingual::of(
            format!(
                "nota: in {} ci sono risultati a metà (.inlav-…): se nessun altro inlav è al lavoro, cancellarli",
                folder.display()
            ),
            format!(
                "note: there are unfinished outputs (.inlav-…) in {}: if no other inlav is at work, remove them",
                folder.display()
            ),
        ),
        Ok(removed) => {
            let removed = u64::try_from(removed).unwrap_or(u64::MAX);
            Bilingual::of(
                format!(
                    "nota: tolti da {} {} di un'esecuzione interrotta",
                    folder.display(),
                    counted(removed, "risultato a metà", "risultati a metà")
                ),
                format!(
                    "note: removed {} of a run that was interrupted from {}",
                    counted(removed, "unfinished output", "unfinished outputs"),
                    folder.display()
                ),
            )
        }
        Err(fault) => Bilingual::of(
            format!(
                "nota: non si riesce a togliere i risultati a metà (.inlav-…) da {}: {}",
                folder.display(),
                Language::It.refusal(&fault)
            ),
            format!("note: cannot remove unfinished outputs (.inlav-…) from {}: {fault}", folder.display()),
        ),
    };
    terminal.note(text.text(language));
}

fn is_anything_left(folder: &Path) -> bool {
    let is_unfinished = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with(".inlav-");
    std::fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(is_unfinished))
}
