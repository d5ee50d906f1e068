//! What each binary is built from: no query engine at a PUA, nothing that can hold a key at a hub.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

#[test]
fn a_sites_binary_has_no_query_engine() {
    let crates = crates_of(&["--no-default-features", "--features", "site"]);
    assert!(crates.contains("inlav-pseudo") && crates.contains("argon2"), "{crates:?}");
    let engine: Vec<&String> = crates.iter().filter(|name| name.starts_with("datafusion")).collect();
    assert!(engine.is_empty(), "{engine:?}");
    for name in ["inlav-analytics", "sqlparser", "tokio"] {
        assert!(!crates.contains(name), "{name}");
    }
}

#[test]
fn a_hubs_binary_has_nothing_that_can_open_a_key_or_a_vault() {
    let crates = crates_of(&["--no-default-features", "--features", "hub"]);
    assert!(crates.contains("inlav-analytics") && crates.contains("datafusion"), "{crates:?}");
    // Not hmac: the hub has a key of its own, from which noise comes and which opens nothing.
    for name in ["inlav-pseudo", "argon2", "chacha20poly1305", "hkdf", "hpke", "rpassword"] {
        assert!(!crates.contains(name), "{name}");
    }
}

#[test]
fn the_default_binary_has_both_sides() {
    let crates = crates_of(&[]);
    for name in ["inlav-pseudo", "inlav-analytics", "datafusion", "argon2"] {
        assert!(crates.contains(name), "{name} is not in {crates:?}");
    }
}

#[test]
fn the_domain_has_neither_engine_nor_cryptography() {
    let crates = crates_of(&["--package", "inlav-core"]);
    for name in ["datafusion", "hmac", "sha2", "argon2", "tokio"] {
        assert!(!crates.contains(name), "{name}");
    }
}

/// What custodian and hub share can hold no secret.
#[test]
fn what_verifies_signatures_has_nothing_that_opens_or_derives() {
    let crates = crates_of(&["--package", "inlav-verify"]);
    assert!(crates.contains("ed25519-dalek"), "{crates:?}");
    for name in ["argon2", "chacha20poly1305", "hkdf", "hmac", "hpke", "datafusion", "tokio"] {
        assert!(!crates.contains(name), "{name}");
    }
}

/// It is there to find the mistakes of what it checks, and of the solver.
#[test]
fn the_checker_of_releases_depends_on_nothing_of_ours() {
    let crates = crates_of(&["--package", "inlav-certificate"]);
    let ours: Vec<&String> = crates.iter().filter(|name| name.starts_with("inlav-")).collect();
    assert_eq!(ours, ["inlav-certificate"]);
    for name in ["microlp", "rayon", "arrow", "parquet"] {
        assert!(!crates.contains(name), "{name}");
    }
}

/// The names of all crates in a tree of normal dependencies.
fn crates_of(selection: &[&str]) -> BTreeSet<String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .arg("--manifest-path")
        .arg(manifest)
        .args(selection)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo tree failed, perhaps because not all dependencies are downloaded (cargo fetch --locked):\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}
