//! An output is whole or absent: written beside its place, synced, then renamed into it.
//!
//! # Guarantee
//! Before [`WholeFile::finish`] or [`WholeDirectory::finish`] returns, nothing is at the target
//! path that was not there before; after it, everything is, on disk. If the disk is full or the
//! process dies in between, the target is as it was, with one exception: a directory is replaced
//! by two renames, and a process that is killed between them leaves the old one as
//! `.inlav-old-…/old` beside the target. Tests of this module, and the faults in `tests/` of the
//! workspace.

use std::fs::{self, File};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempDir};

use crate::language::Language;

mod abandoned;

pub use abandoned::remove_abandoned;

use abandoned::{OLD_PREFIX, PREFIX, hold};

/// What to do when the target exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Leave it and fail.
    Refuse,
    /// Put the new one in its place.
    Replace,
}

/// Who may read an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Its owner only (mode 0600): keys, vaults. Where there are no such modes, as on Windows, the
    /// permissions of the folder apply.
    Private,
    /// As the user's settings have it.
    Shared,
}

/// An output cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WholeError {
    /// Something is there already.
    #[error("{} exists already and is left as it is", path.display())]
    Exists {
        /// The target.
        path: PathBuf,
    },
    /// What is there is something else than what would take its place.
    #[error("{} is not an older output of the same kind and is left as it is", path.display())]
    Foreign {
        /// The target.
        path: PathBuf,
    },
    /// The operating system refused, for example because the disk is full.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The target.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl WholeError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Exists { path }) => {
                format!("{} esiste già e resta com'è", path.display())
            }
            (Language::It, Self::Foreign { path }) => {
                format!("{} non è un risultato precedente dello stesso tipo e resta com'è", path.display())
            }
            (Language::It, Self::Io { path, source }) => {
                format!("impossibile scrivere {}: {}", path.display(), language.refusal(source))
            }
        }
    }
}

/// A file being written beside its place.
#[derive(Debug)]
pub struct WholeFile {
    file: NamedTempFile,
    target: PathBuf,
    existing: Existing,
}

/// A directory being filled beside its place.
#[derive(Debug)]
pub struct WholeDirectory {
    directory: TempDir,
    held: Option<File>,
    target: PathBuf,
    existing: Existing,
}

/// What an older output is known by, before a new one may take its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A directory that holds a file of this name, or nothing at all.
    Holds(&'static str),
    /// A file that begins with these bytes.
    BeginsWith(&'static [u8]),
}

/// Makes sure that what is at a target, if anything is, is an older output of the same kind:
/// whoever mistypes a path does not lose a folder of registers or keys to it.
///
/// # Errors
/// [`WholeError::Foreign`] if it is something else, [`WholeError::Io`] if it cannot be read.
pub fn require_own(target: &Path, mark: Mark) -> Result<(), WholeError> {
    let io = |source: io::Error| WholeError::Io { path: target.to_owned(), source };
    let Ok(there) = target.symlink_metadata() else { return Ok(()) };
    let own = match mark {
        Mark::Holds(name) => {
            there.is_dir()
                && (target.join(name).is_file() || fs::read_dir(target).map_err(io)?.next().is_none())
        }
        Mark::BeginsWith(bytes) => {
            let mut beginning = Vec::new();
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if there.is_file() {
                File::open(target).map_err(io)?.take(length).read_to_end(&mut beginning).map_err(io)?;
            }
            beginning == bytes
        }
    };
    if own { Ok(()) } else { Err(WholeError::Foreign { path: target.to_owned() }) }
}

/// Makes a folder, and those that it is in, as far as they are not there: on disk when this returns.
///
/// # Errors
/// [`WholeError::Io`].
pub fn make_folder(path: &Path) -> Result<(), WholeError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_folder(parent)?;
    }
    fs::create_dir(path).map_err(io_error(path))?;
    sync_parent(path)
}

/// Writes a whole file at once.
///
/// # Errors
/// [`WholeError`].
pub fn write(path: &Path, content: &[u8], access: Access, existing: Existing) -> Result<(), WholeError> {
    let mut file = WholeFile::create(path, access, existing)?;
    file.write_all(content).map_err(|source| WholeError::Io { path: path.to_owned(), source })?;
    file.finish()
}

impl WholeFile {
    /// Begins a file; its folder is made if it is not there.
    ///
    /// # Errors
    /// [`WholeError::Exists`] if the target exists and is to be left; [`WholeError::Io`].
    pub fn create(target: &Path, access: Access, existing: Existing) -> Result<Self, WholeError> {
        let parent = prepare(target, existing)?;
        let mut builder = Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = if access == Access::Private { 0o600 } else { 0o666 };
            builder.permissions(fs::Permissions::from_mode(mode));
        }
        #[cfg(not(unix))]
        let _ = access;
        let file = builder.tempfile_in(parent).map_err(io_error(target))?;
        hold(file.as_file());
        Ok(Self { file, target: target.to_owned(), existing })
    }

    /// Where it is meanwhile, for who wants to read back what was written.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Syncs the file and puts it in its place.
    ///
    /// # Errors
    /// [`WholeError`]; the target is then as it was, or the new one if only its folder could not be
    /// synced.
    pub fn finish(self) -> Result<(), WholeError> {
        let Self { file, target, existing } = self;
        file.as_file().sync_all().map_err(io_error(&target))?;
        let placed = match existing {
            Existing::Refuse => file.persist_noclobber(&target),
            Existing::Replace => file.persist(&target),
        };
        match placed {
            Ok(_) => sync_parent(&target),
            Err(fault) if fault.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(WholeError::Exists { path: target })
            }
            Err(fault) => Err(WholeError::Io { path: target, source: fault.error }),
        }
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl WholeDirectory {
    /// Begins a directory; its parent is made if it is not there.
    ///
    /// # Errors
    /// [`WholeError::Exists`] if the target exists and is to be left; [`WholeError::Io`].
    pub fn create(target: &Path, existing: Existing) -> Result<Self, WholeError> {
        let parent = prepare(target, existing)?;
        let mut builder = Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o777));
        }
        let directory = builder.tempdir_in(parent).map_err(io_error(target))?;
        let held = File::open(directory.path()).ok();
        held.iter().for_each(hold);
        Ok(Self { directory, held, target: target.to_owned(), existing })
    }

    /// Where to write meanwhile.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Puts the directory in its place. The files in it were synced by [`WholeFile::finish`]; here
    /// the directories are.
    ///
    /// # Errors
    /// [`WholeError`]; the target is then as it was, or the new one if only its folder could not be
    /// synced.
    pub fn finish(self) -> Result<(), WholeError> {
        let Self { directory, held: _held, target, existing } = self;
        sync_directories(directory.path()).map_err(io_error(&target))?;
        let displaced = match existing {
            Existing::Refuse if target.exists() => return Err(WholeError::Exists { path: target }),
            Existing::Replace if target.exists() => Some(displace(&target)?),
            _ => None,
        };
        if let Err(source) = fs::rename(directory.path(), &target) {
            if let Some(displaced) = displaced
                && fs::rename(displaced.path().join("old"), &target).is_err()
            {
                // It cannot go back either: it stays beside the target and is not removed.
                let _ = displaced.keep();
            }
            return Err(WholeError::Io { path: target, source });
        }
        // Renamed away: there is nothing left for the temporary directory to remove.
        let _ = directory.keep();
        sync_parent(&target)
    }
}

/// Moves an existing directory into a temporary one beside it, which is removed on drop.
fn displace(target: &Path) -> Result<TempDir, WholeError> {
    let beside = Builder::new().prefix(OLD_PREFIX).tempdir_in(parent_of(target)).map_err(io_error(target))?;
    fs::rename(target, beside.path().join("old")).map_err(io_error(target))?;
    Ok(beside)
}

fn prepare(target: &Path, existing: Existing) -> Result<&Path, WholeError> {
    if existing == Existing::Refuse && target.symlink_metadata().is_ok() {
        return Err(WholeError::Exists { path: target.to_owned() });
    }
    let parent = parent_of(target);
    fs::create_dir_all(parent).map_err(io_error(target))?;
    Ok(parent)
}

fn parent_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn sync_directories(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_directories(&entry.path())?;
        }
    }
    sync_directory(directory)
}

fn sync_parent(target: &Path) -> Result<(), WholeError> {
    sync_directory(parent_of(target)).map_err(io_error(target))
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Directories cannot be opened for syncing here; a rename is durable once the file is.
#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> WholeError {
    let path = path.to_owned();
    move |source| WholeError::Io { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_output_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = WholeFile::create(&folder.path().join("a"), Access::Shared, Existing::Refuse).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        let directory = WholeDirectory::create(&folder.path().join("d"), Existing::Refuse).unwrap();
        fs::create_dir(directory.path().join("x")).unwrap();
        drop(directory);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_exists_is_left_or_replaced_as_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"one", Access::Shared, Existing::Refuse).unwrap();
        let refused = write(&path, b"two", Access::Shared, Existing::Refuse);
        assert!(matches!(refused, Err(WholeError::Exists { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write(&path, b"two", Access::Shared, Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
    }

    #[test]
    fn a_directory_replaces_another_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("d");
        for name in ["one", "two"] {
            let directory = WholeDirectory::create(&target, Existing::Replace).unwrap();
            write(&directory.path().join(name), b"", Access::Shared, Existing::Refuse).unwrap();
            directory.finish().unwrap();
        }
        assert!(target.join("two").exists() && !target.join("one").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let refused = WholeDirectory::create(&target, Existing::Refuse);
        assert!(matches!(refused, Err(WholeError::Exists { .. })));
    }

    #[test]
    fn a_folder_is_made_with_those_that_it_is_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/c");
        make_folder(&path).unwrap();
        make_folder(&path).unwrap();
        assert!(path.is_dir());
        write(&folder.path().join("f"), b"", Access::Shared, Existing::Refuse).unwrap();
        assert!(matches!(make_folder(&folder.path().join("f/g")), Err(WholeError::Io { .. })));
    }

    #[test]
    fn only_an_older_output_of_the_same_kind_is_ones_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        let foreign =
            |target: PathBuf, mark| matches!(require_own(&target, mark), Err(WholeError::Foreign { .. }));
        let holds = Mark::Holds("manifest.json");
        let begins = Mark::BeginsWith(b"INLAV");
        assert!(require_own(&path("nothing"), holds).is_ok());
        fs::create_dir(path("register")).unwrap();
        assert!(require_own(&path("register"), holds).is_ok());
        write(&path("register").join("persone.csv"), b"x", Access::Shared, Existing::Refuse).unwrap();
        assert!(foreign(path("register"), holds) && foreign(path("register"), begins));
        write(&path("extract").join("manifest.json"), b"{}", Access::Shared, Existing::Refuse).unwrap();
        assert!(require_own(&path("extract"), holds).is_ok());
        write(&path("vault"), b"INLAVILV", Access::Shared, Existing::Refuse).unwrap();
        assert!(require_own(&path("vault"), begins).is_ok() && foreign(path("vault"), holds));
        write(&path("short"), b"INL", Access::Shared, Existing::Refuse).unwrap();
        assert!(foreign(path("short"), begins));
    }

    #[cfg(unix)]
    #[test]
    fn private_files_are_their_owners() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write(&path, b"secret", Access::Private, Existing::Refuse).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
