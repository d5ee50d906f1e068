//! Where extract and vault lie.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use super::error::ExtractError;

/// Refuses a vault that would lie in the extract and leave the PUA with it.
///
/// # Errors
/// [`ExtractError::VaultInside`]; [`ExtractError::Path`] if a path cannot be looked up.
pub(super) fn refuse_vault_inside(extract: &Path, vault: &Path) -> Result<(), ExtractError> {
    let look_up =
        |path: &Path| resolve(path).map_err(|source| ExtractError::Path { path: path.to_owned(), source });
    if look_up(vault)?.starts_with(look_up(extract)?) {
        return Err(ExtractError::VaultInside { path: vault.to_owned() });
    }
    Ok(())
}

/// The path without links and detours, also if its last parts do not exist yet.
fn resolve(path: &Path) -> std::io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut existing = absolute.as_path();
    let mut to_come: Vec<OsString> = Vec::new();
    loop {
        match existing.canonicalize() {
            Ok(mut resolved) => {
                resolved.extend(to_come.iter().rev());
                return Ok(resolved);
            }
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
                // `..` behind a part that does not exist leads nowhere one could know.
                let Some(Component::Normal(last)) = existing.components().next_back() else {
                    return Err(fault);
                };
                to_come.push(last.to_owned());
                existing = existing.parent().ok_or(fault)?;
            }
            Err(fault) => return Err(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vault_in_the_extract_is_refused_on_every_way_in() {
        let folder = tempfile::tempdir().unwrap();
        let extract = folder.path().join("extract");
        let inside = |vault: &Path| {
            matches!(refuse_vault_inside(&extract, vault), Err(ExtractError::VaultInside { .. }))
        };
        assert!(inside(&extract.join("v.ilv")));
        assert!(inside(&extract.join("deep/er/v.ilv")));
        assert!(inside(&extract));
        assert!(inside(&folder.path().join("./extract/v.ilv")));
        assert!(refuse_vault_inside(&extract, &folder.path().join("v.ilv")).is_ok());
        assert!(refuse_vault_inside(&extract, &folder.path().join("extract.ilv")).is_ok());
        assert!(refuse_vault_inside(&extract, &folder.path().join("no/../extract/v.ilv")).is_err());

        std::fs::create_dir(&extract).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&extract, folder.path().join("link")).unwrap();
            assert!(inside(&folder.path().join("link/v.ilv")));
        }
        assert!(inside(&folder.path().join("extract/../extract/v.ilv")));
    }
}
