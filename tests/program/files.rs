//! Folders: read whole, compared, copied, changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use inlav_core::whole::{self, Access, Existing};

/// What is in a folder: relative path and content of every file, and the empty folders.
pub(crate) type Content = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// Reads a folder whole.
pub(crate) fn content(folder: &Path) -> Content {
    let mut found = Content::new();
    walk(folder, folder, &mut found);
    found
}

/// The paths of all files in a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let found = content(folder);
    found.into_iter().filter(|(_, bytes)| bytes.is_some()).map(|(path, _)| folder.join(path)).collect()
}

/// The names in a folder, hidden ones too, in order.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    for (path, bytes) in content(from) {
        match bytes {
            Some(bytes) => put(&to.join(path), &bytes),
            None => fs::create_dir_all(to.join(path)).unwrap(),
        }
    }
}

/// Writes a file over what is there.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    whole::write(path, bytes, Access::Shared, Existing::Replace).unwrap();
}

/// Asserts that two folders hold the same files.
#[track_caller]
pub(crate) fn assert_same(one: &Path, other: &Path) {
    let (ours, theirs) = (content(one), content(other));
    assert!(!ours.is_empty(), "{} is empty", one.display());
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (path, bytes) in &ours {
        assert!(theirs[path] == *bytes, "{} is not the same in {}", path.display(), other.display());
    }
}

fn walk(root: &Path, folder: &Path, found: &mut Content) {
    let mut is_empty = true;
    for entry in fs::read_dir(folder).unwrap() {
        is_empty = false;
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, found);
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path.strip_prefix(root).unwrap().to_owned(), Some(bytes));
        }
    }
    if is_empty && folder != root {
        found.insert(folder.strip_prefix(root).unwrap().to_owned(), None);
    }
}
