//! Extracts that were changed, cut, mixed or signed by somebody else.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use inlav_analytics::verify::{TrustedKeys, VerifiedExtract};
use tempfile::TempDir;

use super::keys::flip;
use super::policies::policy;
use super::{SITE, refuses};
use crate::arguments;
use crate::demo::demo;
use crate::files;
use crate::program::{inlav, run};

/// The post: an extract and public keys on their way to the hub.
struct Post(TempDir);

impl Post {
    fn new() -> Self {
        let post = Self(tempfile::tempdir().unwrap());
        files::copy(&demo().extract(SITE), &post.extract());
        files::copy(&demo().path("keys/public"), &post.trust());
        post
    }

    fn extract(&self) -> PathBuf {
        self.0.path().join("extract")
    }

    fn trust(&self) -> PathBuf {
        self.0.path().join("public")
    }

    fn put_back(&self, name: &str) {
        files::put(&self.extract().join(name), &fs::read(demo().extract(SITE).join(name)).unwrap());
    }

    /// That `verify` and `ingest` both refuse the extract.
    #[track_caller]
    fn refuses(&self, code: i32, texts: &[&str]) {
        self.refuses_to_verify(code, texts);
        let arguments = arguments!["ingest", self.extract(), "--trust", self.trust()];
        let mut command = inlav(arguments);
        refuses(self.0.path(), command.arg("--store").arg(self.0.path().join("store")), code, texts);
    }

    #[track_caller]
    fn refuses_to_verify(&self, code: i32, texts: &[&str]) {
        let mut command = inlav(arguments!["verify", self.extract(), "--trust", self.trust()]);
        refuses(self.0.path(), &mut command, code, texts);
    }
}

#[test]
fn an_untouched_extract_is_accepted() {
    let post = Post::new();
    run(&mut inlav(arguments!["verify", post.extract(), "--trust", post.trust()])).done();
}

/// One bit, at the beginning, in the middle, near the end and at the end of every file.
#[test]
fn a_flipped_bit_in_any_file_is_detected_and_the_file_named() {
    let post = Post::new();
    let names = files::names(&post.extract());
    assert_eq!(names.len(), 21, "18 tables, the tokens, the manifest and its signature");
    for name in names {
        let path = post.extract().join(&name);
        let length = fs::read(&path).unwrap().len();
        for at in [0, length / 3, length / 2, length - 9, length - 1] {
            flip(&path, at);
            let outcome = run(&mut inlav(arguments!["verify", post.extract(), "--trust", post.trust()]));
            // A changed id of the key is a key that nobody registered.
            let codes: &[i32] = if name == "manifest.sig" { &[6, 7] } else { &[7] };
            assert!(codes.iter().any(|code| outcome.code == Some(*code)), "{name} {at}: {}", outcome.said());
            // A signature that is well-formed but wrong does not fit the manifest.
            let named = if name == "manifest.sig" { "/manifest." } else { &name };
            assert!(outcome.stderr.contains(named), "{name} {at}: {}", outcome.said());
            assert!(outcome.stdout.is_empty(), "{name} {at}: {}", outcome.said());
            post.put_back(&name);
        }
    }
    run(&mut inlav(arguments!["verify", post.extract(), "--trust", post.trust()])).done();
}

/// Every bit of every file of a small extract, as `pseudonymise` made it, by what `verify` and
/// `ingest` call.
#[test]
fn every_flipped_bit_of_a_small_extract_is_refused() {
    let desk = super::Desk::new();
    for name in files::names(&desk.export()) {
        match name.as_str() {
            "site.csv" => {}
            "person.csv" | "case.csv" => {
                desk.edit(&name, |text| format!("{}\n", text.lines().next().unwrap()));
            }
            _ => fs::remove_file(desk.export().join(name)).unwrap(),
        }
    }
    let born = [("birth_date", "1980-01-01"), ("gender", "F"), ("citizenship", "PAK")];
    let documents = [("passport_state", "PAK"), ("passport_number", "AB1234567")];
    let person = [("site_person_id", "1"), ("family_name", "Provafalso"), ("given_name", "Vittoria")];
    desk.add_row("person.csv", &[person.as_slice(), &born, &documents].concat());
    let case = [("case_id", "1"), ("site_person_id", "1"), ("state", "CONTATTATO")];
    let first = [("reported_on", "2024-10-03"), ("first_contact_on", "2024-10-03")];
    let channel =
        [("entry_channel", "OUTREACH"), ("target_group", "RISCHIO"), ("identification_status", "PREL_NEG")];
    desk.add_row("case.csv", &[case.as_slice(), &first, &channel].concat());
    let few = ["opened_on", "site_person_id", "passport_number", "gender", "case_id", "state"];
    let drop = || vec!["\"drop\"".to_owned()];
    let policy = policy(|_, column, actions| Some(if few.contains(&column) { actions } else { drop() }));
    files::put(&desk.path("policy.toml"), policy.as_bytes());
    run(desk.pseudonymise().args(arguments!["--policy", desk.path("policy.toml")])).done();
    let extract = desk.path("out/extract");
    let trusted = TrustedKeys::read(&demo().path("keys/public")).unwrap();
    let refused = || VerifiedExtract::open(&extract, &trusted).is_err();
    assert!(!refused());
    let names = files::names(&extract);
    assert_eq!(names.len(), 6, "three tables, the tokens, the manifest and its signature");
    for name in names {
        let path = extract.join(&name);
        let whole = fs::read(&path).unwrap();
        // Written in place, since so many syncs would take long.
        let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        let mut put = |at: u64, byte: u8| {
            file.seek(SeekFrom::Start(at)).unwrap();
            file.write_all(&[byte]).unwrap();
        };
        for (at, byte) in (0..).zip(&whole) {
            for bit in 0..8 {
                put(at, byte ^ (1 << bit));
                assert!(refused(), "{name} byte {at} bit {bit}");
            }
            put(at, *byte);
        }
    }
    assert!(!refused());
}

#[test]
fn a_cut_or_lengthened_file_is_named() {
    let post = Post::new();
    let path = post.extract().join("person.parquet");
    let whole = fs::read(&path).unwrap();
    for content in [&whole[..0], &whole[..whole.len() - 1], &[whole.as_slice(), b"\0"].concat()] {
        files::put(&path, content);
        post.refuses(7, &["person.parquet is not the file that was signed"]);
    }
}

#[test]
fn a_swapped_file_is_named() {
    let post = Post::new();
    let other = fs::read(demo().extract("PUA05").join("case.parquet")).unwrap();
    files::put(&post.extract().join("case.parquet"), &other);
    post.refuses(7, &["case.parquet is not the file that was signed"]);

    let own = fs::read(post.extract().join("person.parquet")).unwrap();
    files::put(&post.extract().join("case.parquet"), &own);
    post.refuses(7, &["case.parquet is not the file that was signed"]);
}

#[test]
fn a_removed_file_is_named() {
    for name in ["outcome.parquet", "manifest.json", "manifest.sig"] {
        let post = Post::new();
        fs::remove_file(post.extract().join(name)).unwrap();
        post.refuses(3, &["cannot read", name]);
    }
}

#[test]
fn an_extra_file_is_named() {
    for name in ["note.txt", "person.parquet.bak", ".hidden"] {
        let post = Post::new();
        files::put(&post.extract().join(name), b"x");
        post.refuses(7, &[name, "not named by the manifest"]);
    }
}

#[test]
fn a_manifest_of_another_site_does_not_fit() {
    let post = Post::new();
    for name in ["manifest.json", "manifest.sig"] {
        files::put(&post.extract().join(name), &fs::read(demo().extract("PUA05").join(name)).unwrap());
    }
    post.refuses(7, &["is not the file that was signed"]);
    // The other PUA's signature under this PUA's manifest.
    post.put_back("manifest.json");
    post.refuses(7, &["the signature of", "manifest.json does not fit"]);
}

/// A manifest that says more than was signed, with everything else kept in step.
#[test]
fn a_rewritten_manifest_does_not_fit() {
    let rewrite = |from: &str, to: &str| {
        let post = Post::new();
        let path = post.extract().join("manifest.json");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}: {text}");
        files::put(&path, text.replacen(from, to, 1).as_bytes());
        post.refuses(7, &["the signature of", "manifest.json does not fit"]);
    };
    rewrite("\"synthetic\":true", "\"synthetic\":false");
    rewrite("\"as_of\":\"2025-06-30\"", "\"as_of\":\"2025-07-30\"");
    rewrite("\"site\":\"PUA04\"", "\"site\":\"PUA05\"");
    rewrite("{", "{ ");
}

#[test]
fn an_unregistered_key_is_refused() {
    let post = Post::new();
    fs::remove_file(post.trust().join("PUA04.pub")).unwrap();
    post.refuses(6, &["manifest.sig was signed with a key that is not registered", "hint: compare the key"]);
}

/// PUA05 signs correctly, but its key is registered as PUA04's.
#[test]
fn a_site_cannot_sign_for_another() {
    let post = Post::new();
    fs::remove_dir_all(post.extract()).unwrap();
    files::copy(&demo().extract("PUA05"), &post.extract());
    let key = fs::read_to_string(post.trust().join("PUA05.pub")).unwrap();
    fs::remove_file(post.trust().join("PUA05.pub")).unwrap();
    files::put(&post.trust().join("PUA04.pub"), key.replace("PUA05", "PUA04").as_bytes());
    post.refuses(6, &["names site PUA05, but was signed with the key of PUA04"]);
}

/// New keys of the same PUA, made by whoever has its computer but not its passphrase.
#[test]
fn new_keys_of_the_same_site_are_not_trusted() {
    let desk = super::Desk::new();
    let keys = desk.path("keys");
    let new = arguments!["keys", "new", "--site", SITE, "--out", &keys, "--kdf-memory", "64"];
    run(&mut demo().inlav(new)).done();
    run(&mut desk.pseudonymise_with(&keys, &demo().linkage())).done();
    let extract = desk.path("out/extract");
    let mut command = inlav(arguments!["verify", extract, "--trust", demo().path("keys/public")]);
    desk.refuses(&mut command, 6, &["a key that is not registered"]);
}

#[test]
fn public_keys_that_are_absent_or_damaged_are_named() {
    let post = Post::new();
    let path = post.trust().join("PUA04.pub");
    for (from, to) in
        [("Ed25519", "Ed448"), ("\"format\":1", "\"format\":2"), ("\"key_id\":\"", "\"key_id\":\"0")]
    {
        let text = fs::read_to_string(demo().path("keys/public/PUA04.pub")).unwrap();
        assert!(text.contains(from), "{text}");
        files::put(&path, text.replace(from, to).as_bytes());
        post.refuses_to_verify(7, &["PUA04.pub"]);
    }
    fs::remove_dir_all(post.trust()).unwrap();
    fs::create_dir(post.trust()).unwrap();
    post.refuses(6, &["no public key (*.pub)", "hint: ask each PUA"]);
}

/// All or none: a good extract beside a bad one is not taken in.
#[test]
fn one_bad_extract_keeps_all_out() {
    let post = Post::new();
    flip(&post.extract().join("pact.parquet"), 4);
    let store = post.0.path().join("store");
    ingest("PUA01", &store);
    let arguments = arguments!["ingest", demo().extract("PUA02"), post.extract(), "--trust", post.trust()];
    let mut command = inlav(arguments);
    refuses(post.0.path(), command.arg("--store").arg(&store), 7, &["pact.parquet"]);
}

fn ingest(site: &str, store: &Path) {
    let trust = demo().path("keys/public");
    let mut command = inlav(arguments!["ingest", demo().extract(site), "--trust", trust, "--store", store]);
    run(command.args(arguments!["--relinked", demo().relinked(site)])).done();
}
