//! The road once more, command by command, on the demo's raw exports.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::Command;

use crate::arguments;
use crate::demo::{AS_OF, Demo, demo, sites, workshop};
use crate::program::{Outcome, inlav, run};

/// A road gone by hand.
pub(crate) struct Road {
    folder: PathBuf,
    /// All that its commands said, in order.
    pub(crate) outcomes: Vec<Outcome>,
}

/// With the demo's keys, on one thread.
pub(crate) fn same_keys() -> &'static Road {
    static ROAD: OnceLock<Road> = OnceLock::new();
    ROAD.get_or_init(|| {
        let demo = demo();
        let mut road = Road::begin("same-keys");
        for site in sites() {
            road.check(demo, site);
            let keys = (demo.keys(site), demo.linkage());
            road.pseudonymise(
                demo.inlav(road.pseudonymising(demo, site, &keys)).env("RAYON_NUM_THREADS", "1"),
            );
        }
        road.at_the_hub(&demo.path("keys/public"));
        road
    })
}

/// With new keys, made by hand too, on four threads.
pub(crate) fn new_keys() -> &'static Road {
    static ROAD: OnceLock<Road> = OnceLock::new();
    ROAD.get_or_init(|| {
        let demo = demo();
        let mut road = Road::begin("new-keys");
        let cost = ["--kdf-memory", "64"];
        let linkage = road.path("keys/linkage.ilk");
        road.go(inlav(arguments!["keys", "new", "--linkage-epoch", "2025", "--out", &linkage]).args(cost));
        for site in sites() {
            let (keys, public) = (road.path("keys").join(site), road.path("keys/public"));
            let arguments = arguments!["keys", "new", "--site", site, "--out", &keys, "--public", public];
            road.go(inlav(arguments).args(cost));
            let keys = (keys, linkage.clone());
            road.pseudonymise(inlav(road.pseudonymising(demo, site, &keys)).env("RAYON_NUM_THREADS", "4"));
        }
        road.at_the_hub(&road.path("keys/public"));
        road
    })
}

impl Road {
    fn begin(name: &str) -> Self {
        Self { folder: workshop().join(name), outcomes: Vec::new() }
    }

    /// A path in its folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// What a command said, found by its first arguments.
    pub(crate) fn said(&self, command: &str) -> &Outcome {
        self.outcomes.iter().find(|outcome| outcome.line.starts_with(command)).unwrap()
    }

    fn go(&mut self, command: &mut Command) {
        self.outcomes.push(run(command).done());
    }

    fn check(&mut self, demo: &Demo, site: &str) {
        let arguments = arguments!["check", demo.raw(site), "--site", site, "--as-of", AS_OF];
        let page = self.path("checks").join(site).with_extension("html");
        for more in [arguments!["--html", page, "--lang", "it"].as_slice(), &arguments!["--json"], &[]] {
            self.outcomes.push(run(inlav(&arguments).args(more)).without_errors());
        }
    }

    fn pseudonymising(
        &self,
        demo: &Demo,
        site: &str,
        (keys, linkage): &(PathBuf, PathBuf),
    ) -> Vec<std::ffi::OsString> {
        let extract = self.path("extracts").join(site);
        let vault = self.path("vaults").join(site).with_extension("ilv");
        let mut arguments =
            arguments!["pseudonymise", demo.raw(site), "--site", site, "--as-of", AS_OF].to_vec();
        arguments.extend(arguments!["--keys", keys, "--linkage", linkage, "--out", extract]);
        arguments.extend(arguments!["--vault", vault, "--synthetic"]);
        arguments
    }

    fn pseudonymise(&mut self, command: &mut Command) {
        self.go(command);
    }

    fn at_the_hub(&mut self, public: &Path) {
        let extracts: Vec<PathBuf> = sites().map(|site| self.path("extracts").join(site)).collect();
        let (store, release) = (self.path("store"), self.path("release"));
        self.go(inlav(arguments!["verify", "--trust", public]).args(&extracts));
        self.go(inlav(arguments!["ingest", "--trust", public, "--store", &store]).args(&extracts));
        self.go(&mut inlav(arguments!["evaluate", "--store", &store]));
        self.go(&mut inlav(arguments!["release", "--store", &store, "--out", release]));
    }
}
