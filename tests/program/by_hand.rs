//! The road once more, command by command, on the demo's raw exports.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::Command;

use crate::arguments;
use crate::demo::{AS_OF, Demo, demo, sites, workshop};
use crate::files;
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
        files::copy(&demo.path("keys/custodian"), &road.path("keys/custodian"));
        fs::remove_file(road.path("keys/custodian/relink-ledger.json")).unwrap();
        for site in sites() {
            road.check(demo, site);
            // With the audit log of a PUA that has done nothing yet but make its keys, as the demo's was.
            let own = road.path("keys").join(site);
            files::copy(&demo.keys(site), &own);
            let log = fs::read_to_string(own.join("audit.jsonl")).unwrap();
            files::put(&own.join("audit.jsonl"), log.split_inclusive('\n').next().unwrap().as_bytes());
            let keys = (own, demo.linkage(), demo.custodian());
            road.pseudonymise(
                demo.inlav(road.pseudonymising(demo, site, &keys)).env("RAYON_NUM_THREADS", "1"),
            );
        }
        road.at_the_custodian(|arguments| demo.inlav(arguments), &demo.path("keys/public"));
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
        let (keys, public) = (road.path("keys/custodian"), road.path("keys/public"));
        let arguments =
            arguments!["keys", "new", "--custodian", "--epoch", "2025", "--out", &keys, "--public", &public];
        road.go(inlav(arguments).args(cost));
        let custodian = public.join("custodian.pub");
        for site in sites() {
            let (keys, public) = (road.path("keys").join(site), road.path("keys/public"));
            let arguments = arguments!["keys", "new", "--site", site, "--out", &keys, "--public", public];
            road.go(inlav(arguments).args(cost));
            let keys = (keys, linkage.clone(), custodian.clone());
            road.pseudonymise(inlav(road.pseudonymising(demo, site, &keys)).env("RAYON_NUM_THREADS", "4"));
        }
        road.at_the_custodian(inlav, &road.path("keys/public"));
        road.at_the_hub(&road.path("keys/public"));
        road
    })
}

/// Extracts of all PUA with the demo's keys and their tokens in the clear: mode A. A folder for each.
pub(crate) fn one_layer() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = workshop().join("one-layer");
        for site in sites() {
            let mut arguments =
                arguments!["pseudonymise", demo().raw(site), "--site", site, "--as-of", AS_OF].to_vec();
            arguments.extend(arguments!["--keys", demo().keys(site), "--linkage", demo().linkage()]);
            arguments.extend(arguments!["--out", folder.join(site), "--one-layer", "--synthetic"]);
            arguments.extend(arguments!["--vault", workshop().join("one-layer-vaults").join(site)]);
            run(&mut demo().inlav(arguments)).done();
        }
        folder
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
        (keys, linkage, custodian): &(PathBuf, PathBuf, PathBuf),
    ) -> Vec<OsString> {
        let extract = self.path("extracts").join(site);
        let vault = self.path("vaults").join(site).with_extension("ilv");
        let mut arguments =
            arguments!["pseudonymise", demo.raw(site), "--site", site, "--as-of", AS_OF].to_vec();
        arguments.extend(arguments!["--keys", keys, "--linkage", linkage, "--out", extract]);
        arguments.extend(arguments!["--custodian", custodian, "--vault", vault, "--synthetic"]);
        arguments
    }

    fn pseudonymise(&mut self, command: &mut Command) {
        self.go(command);
    }

    /// The custodian gets three files of each extract and nothing else.
    fn at_the_custodian(&mut self, inlav: impl Fn(Vec<OsString>) -> Command, public: &Path) {
        let sent = self.path("sent");
        for site in sites() {
            for name in ["manifest.json", "manifest.sig", "tokens.ilt"] {
                let content = fs::read(self.path("extracts").join(site).join(name)).unwrap();
                files::put(&sent.join(site).join(name), &content);
            }
        }
        let (keys, out) = (self.path("keys/custodian"), self.path("relinked"));
        let arguments = arguments!["relink", "--keys", keys, "--trust", public, "--out", out];
        self.go(inlav(arguments.to_vec()).args(sites().map(|site| sent.join(site))));
    }

    fn at_the_hub(&mut self, public: &Path) {
        let extracts: Vec<PathBuf> = sites().map(|site| self.path("extracts").join(site)).collect();
        let relinked: Vec<PathBuf> = sites().map(|site| self.path("relinked").join(site)).collect();
        let (store, release) = (self.path("store"), self.path("release"));
        self.go(inlav(arguments!["verify", "--trust", public]).args(&extracts));
        let mut ingest = inlav(arguments!["ingest", "--trust", public, "--store", &store]);
        self.go(ingest.args(&extracts).arg("--relinked").args(&relinked));
        self.go(&mut inlav(arguments!["evaluate", "--store", &store]));
        self.go(&mut inlav(arguments!["release", "--store", &store, "--out", release]));
    }
}
