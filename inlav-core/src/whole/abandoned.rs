//! What a process that was killed left beside the places of its outputs.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// How what is being written is called until it has its name.
pub(super) const PREFIX: &str = ".inlav-";
/// How an output is called while another one takes its place.
pub(super) const OLD_PREFIX: &str = ".inlav-old-";

/// Holds a file or directory that is being written, so that it is known to be somebody's. The
/// system lets go of it when the process ends, however it ends.
pub(super) fn hold(file: &File) {
    // Where there are no locks, what is left over is nobody's business but its owner's.
    let _ = file.try_lock();
}

/// Removes unfinished outputs in a folder that no living process is writing, and tells how many.
/// An output that was being replaced when the process died is kept: it may be the only one.
///
/// # Errors
/// What the operating system says. A folder that does not exist holds nothing.
pub fn remove_abandoned(folder: &Path) -> io::Result<usize> {
    let entries = match fs::read_dir(folder) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with(PREFIX) || name.starts_with(OLD_PREFIX) || is_held(&entry.path()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
        removed += 1;
    }
    Ok(removed)
}

/// Whether a living process holds it, or may: where directories cannot be opened all are held.
fn is_held(path: &Path) -> bool {
    cfg!(not(unix)) || !File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::{Access, Existing, WholeDirectory, WholeFile, write};
    use super::*;

    #[test]
    fn only_what_nobody_is_writing_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let file = WholeFile::create(&folder.path().join("v"), Access::Private, Existing::Refuse).unwrap();
        let directory = WholeDirectory::create(&folder.path().join("d"), Existing::Refuse).unwrap();
        // As a killed process leaves them: nobody holds them.
        fs::create_dir(folder.path().join(".inlav-dead")).unwrap();
        let put = |name| {
            write(&folder.path().join(name), b"half", Access::Shared, Existing::Refuse).unwrap();
        };
        put(".inlav-dead/person.parquet");
        put(".inlav-half");
        fs::create_dir(folder.path().join(".inlav-old-1")).unwrap();
        put("register.csv");
        assert_eq!(remove_abandoned(folder.path()).unwrap(), 2);
        assert!(folder.path().join(".inlav-old-1").exists() && folder.path().join("register.csv").exists());
        file.finish().unwrap();
        directory.finish().unwrap();
        assert!(folder.path().join("v").exists() && folder.path().join("d").exists());
        assert_eq!(remove_abandoned(&folder.path().join("nowhere")).unwrap(), 0);
    }
}
