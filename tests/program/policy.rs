//! `inlav policy explain --release`: by which rules tables are published.

use crate::arguments;
use crate::files;
use crate::program::{inlav, run};

#[test]
fn a_release_policy_is_told_in_plain_words() {
    let explain = |more: &[&str]| run(inlav(arguments!["policy", "explain", "--release"]).args(more));
    let usual = explain(&["--lang", "it"]).done().stdout;
    assert!(usual.contains("da 1 a 9 persone") && usual.contains("preset inlav"), "{usual}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("release.toml");
    files::put(&file, b"preset = \"ehrql\"\ninsiders = false\nzeros = \"published\"\ncost = \"persons\"\n");
    let path = file.display().to_string();
    let told = explain(&["--lang", "en", &path]).done().stdout;
    for text in
        ["1 to 7 persons", "multiple of 5", "NOT considered", "All zeros", "fewest persons", "no preset"]
    {
        assert!(told.contains(text), "{text}: {told}");
    }
    let json: serde_json::Value = serde_json::from_str(&explain(&["--json", &path]).done().stdout).unwrap();
    assert_eq!((&json["minimum_persons"], &json["cost"]), (&8.into(), &"persons".into()));
    files::put(&file, b"minimum_persons = 2\n");
    explain(&[&path]).refused(5, &["minimum_persons is 2"]);
    explain(&["--purpose", "care"]).refused(2, &["--purpose"]);
}
