//! The road once, by `inlav demo`: a folder that tests read and none writes to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::Command;
use inlav_core::programme::Programme;
use inlav_core::synthetic::{Dials, Population};

use crate::arguments;
use crate::files;
use crate::program::{Outcome, PASSPHRASE_VARIABLE, inlav, run};

/// Persons of the demo: enough for small and large cells, few enough to be quick.
pub(crate) const PERSONS: u32 = 400;
/// Last day of its data.
pub(crate) const AS_OF: &str = "2025-06-30";

/// What `inlav demo` made and said.
pub(crate) struct Demo {
    folder: PathBuf,
    /// Its output.
    pub(crate) outcome: Outcome,
    passphrase: String,
}

/// The demo; the first to ask waits until it is made.
pub(crate) fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = workshop().join("demo");
        let mut command = inlav(arguments!["demo", "--out", &folder, "--persons", PERSONS.to_string()]);
        let outcome = run(command.env("RAYON_NUM_THREADS", "4")).done();
        let passphrase = fs::read_to_string(folder.join("keys/passphrase.txt")).unwrap().trim().to_owned();
        Demo { folder, outcome, passphrase }
    })
}

/// A folder of this process under the target directory. Nobody can remove it when the last test
/// ends, so the next process does.
pub(crate) fn workshop() -> &'static Path {
    static WORKSHOP: OnceLock<PathBuf> = OnceLock::new();
    WORKSHOP.get_or_init(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("program");
        fs::create_dir_all(&root).unwrap();
        for entry in fs::read_dir(&root).unwrap().flatten() {
            let alive = Path::new("/proc").join(entry.file_name()).exists();
            if Path::new("/proc/self").exists() && !alive {
                // Another process may be removing it at the same time.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let own = root.join(std::process::id().to_string());
        fs::create_dir_all(&own).unwrap();
        own
    })
}

/// The persons of the demo, as its generator makes them.
pub(crate) fn population() -> &'static Population {
    static POPULATION: OnceLock<Population> = OnceLock::new();
    POPULATION.get_or_init(|| {
        Population::generate(Programme::inlav_lombardia(), &Dials { persons: PERSONS, ..Dials::default() })
    })
}

/// The sites of the programme, in order.
pub(crate) fn sites() -> impl Iterator<Item = &'static str> {
    Programme::inlav_lombardia().sites.iter().map(|site| site.id.as_str())
}

impl Demo {
    /// A path in its folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// A site's raw export.
    pub(crate) fn raw(&self, site: &str) -> PathBuf {
        let folder = self.path("raw").join(site);
        if folder.is_dir() { folder } else { folder.with_extension("xlsx") }
    }

    /// A site's keys.
    pub(crate) fn keys(&self, site: &str) -> PathBuf {
        self.path("keys").join(site)
    }

    /// The linkage key.
    pub(crate) fn linkage(&self) -> PathBuf {
        self.path("keys/linkage-2025.ilk")
    }

    /// The public keys of the custodian.
    pub(crate) fn custodian(&self) -> PathBuf {
        self.path("keys/public/custodian.pub")
    }

    /// What the custodian made of a site's tokens.
    pub(crate) fn relinked(&self, site: &str) -> PathBuf {
        self.path("relinked").join(site)
    }

    /// Relinks an extract that a test made, with the custodian's keys in a copy of their own.
    pub(crate) fn relink(&self, extract: &Path, room: &Path) -> PathBuf {
        let (keys, out) = (room.join("custodian"), room.join("relinked"));
        files::copy(&self.path("keys/custodian"), &keys);
        let trust = self.path("keys/public");
        run(&mut self.inlav(arguments!["relink", extract, "--keys", keys, "--trust", trust, "--out", &out]))
            .done();
        fs::read_dir(out).unwrap().next().unwrap().unwrap().path()
    }

    /// A site's extract.
    pub(crate) fn extract(&self, site: &str) -> PathBuf {
        self.path("extracts").join(site)
    }

    /// All extracts, in the order of the sites.
    pub(crate) fn extracts(&self) -> Vec<PathBuf> {
        sites().map(|site| self.extract(site)).collect()
    }

    /// The passphrase of its keys.
    pub(crate) fn passphrase(&self) -> &str {
        &self.passphrase
    }

    /// The program with the passphrase of the demo's keys.
    pub(crate) fn inlav<I: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Command {
        let mut command = inlav(arguments);
        command.env(PASSPHRASE_VARIABLE, &self.passphrase);
        command
    }
}
