//! The custodian's step and what the hub refuses without it.

use std::fs;
use std::path::Path;

use super::keys::{flip, new_linkage_key};
use super::{Desk, SITE, refuses};
use crate::arguments;
use crate::by_hand::one_layer;
use crate::demo::{demo, sites};
use crate::files;
use crate::program::{Outcome, PASSPHRASE_VARIABLE, inlav, run};

/// A custodian's desk with a copy of the demo's keys and the three files of an extract.
pub(super) fn desk() -> Desk {
    let desk = Desk::new();
    files::copy(&demo().path("keys/custodian"), &desk.path("custodian"));
    for name in ["manifest.json", "manifest.sig", "tokens.ilt"] {
        files::put(&desk.path("sent").join(name), &fs::read(demo().extract(SITE).join(name)).unwrap());
    }
    desk
}

pub(super) fn relink(desk: &Desk) -> assert_cmd::Command {
    let (keys, out) = (desk.path("custodian"), desk.path("relinked"));
    let trust = demo().path("keys/public");
    demo().inlav(arguments!["relink", desk.path("sent"), "--keys", keys, "--trust", trust, "--out", out])
}

fn ingest(desk: &Desk, relinked: &[&Path]) -> assert_cmd::Command {
    let trust = demo().path("keys/public");
    let mut command = inlav(arguments!["ingest", demo().extract(SITE), "--trust", trust]);
    command.args(arguments!["--store", desk.path("store")]);
    if !relinked.is_empty() {
        command.arg("--relinked").args(relinked);
    }
    command
}

#[test]
fn one_of_custodian_and_one_layer_must_be_chosen() {
    let desk = Desk::new();
    let base = || {
        let mut command =
            demo().inlav(arguments!["pseudonymise", desk.export(), "--site", SITE, "--as-of", "2025-06-30"]);
        command.args(arguments!["--keys", demo().keys(SITE), "--linkage", demo().linkage()]);
        command.args(arguments!["--out", desk.path("out/extract"), "--vault", desk.path("out/vault.ilv")]);
        command
    };
    let ends_with_2 = |outcome: Outcome| assert_eq!(outcome.code, Some(2), "{}", outcome.said());
    ends_with_2(run(&mut base()));
    ends_with_2(run(base().args(arguments!["--one-layer", "--custodian", demo().custodian()])));
    let told = ["is not a valid public key"];
    desk.refuses(base().args(arguments!["--custodian", demo().keys(SITE).join("PUA04.pub")]), 7, &told);
    run(base().arg("--one-layer")).done();
    assert!(files::names(&desk.path("out/extract")).contains(&"tokens.parquet".to_owned()));
}

#[test]
fn the_hub_refuses_sealed_tokens_alone_and_those_of_another_extract() {
    let desk = Desk::new();
    let told = ["the tokens of the extract of PUA04 are sealed", "tokens.ilt", "--relinked"];
    desk.refuses(&mut ingest(&desk, &[]), 4, &told);
    let other = demo().relinked("PUA05");
    desk.refuses(&mut ingest(&desk, &[&other]), 4, &["no extract of PUA05 is given"]);

    let relinked = desk.path("relinked");
    files::copy(&demo().relinked(SITE), &relinked);
    for name in ["relink.json", "relink.sig", "tokens.parquet"] {
        let path = relinked.join(name);
        let length = fs::read(&path).unwrap().len();
        flip(&path, length / 2);
        let outcome = run(&mut ingest(&desk, &[&relinked]));
        assert!(matches!(outcome.code, Some(6 | 7)), "{name}: {}", outcome.said());
        flip(&path, length / 2);
    }
    // Another extract of the same PUA: what was relinked is not of this one.
    desk.edit("awareness.csv", |text| text.trim_end().rsplit_once('\n').unwrap().0.to_owned() + "\n");
    run(&mut desk.pseudonymise()).done();
    let own = demo().relink(&desk.path("out/extract"), &desk.path("room"));
    desk.refuses(&mut ingest(&desk, &[&own]), 4, &["are of another extract of PUA04"]);
    run(&mut ingest(&desk, &[&relinked])).done();
}

#[test]
fn a_custodian_that_is_not_registered_is_refused() {
    let desk = Desk::new();
    let public = desk.path("public");
    files::copy(&demo().path("keys/public"), &public);
    fs::remove_file(public.join("custodian.pub")).unwrap();
    let relinked = demo().relinked(SITE);
    let mut command = inlav(arguments!["ingest", demo().extract(SITE), "--trust", &public]);
    command.args(arguments!["--store", desk.path("store"), "--relinked", relinked]);
    desk.refuses(&mut command, 6, &["a key that is not registered"]);
}

#[test]
fn the_custodian_needs_three_files_and_names_what_is_wrong() {
    let desk = desk();
    let said = run(&mut relink(&desk)).done();
    assert!(said.stdout.contains("PUA04  epoch 2025  "), "{}", said.said());
    files::assert_same(&desk.path("relinked/PUA04"), &demo().relinked(SITE));
    let refuses = |command: &mut assert_cmd::Command, code, texts: &[&str]| {
        refuses(&desk.path("relinked"), command, code, texts);
    };
    refuses(&mut relink(&desk), 8, &["exists already"]);
    run(relink(&desk).arg("--force")).done();
    let dictionary = ["PUA04 asks for ", "more than the limit of 3", "hint: nothing was relinked"];
    refuses(relink(&desk).args(["--force", "--most-documents", "3"]), 9, &dictionary);
    let mut wrong = relink(&desk);
    wrong.env(PASSPHRASE_VARIABLE, "senza fine e senza senso");
    refuses(wrong.arg("--force"), 6, &["the passphrase does not open"]);
    let sealed = desk.path("sent/tokens.ilt");
    flip(&sealed, 60);
    refuses(relink(&desk).arg("--force"), 7, &["tokens.ilt is not the file that was signed"]);
    flip(&sealed, 60);
    fs::remove_file(desk.path("custodian/relink-2025.ilk")).unwrap();
    let told = ["there is no relink key of epoch 2025", "hint: make it with"];
    refuses(relink(&desk).arg("--force"), 6, &told);
}

/// The key of another epoch is added to the folder; nothing in it is overwritten.
#[test]
fn a_custodian_adds_an_epoch_and_overwrites_none() {
    let desk = desk();
    let keys = desk.path("custodian");
    let before = files::content(&keys);
    let new = |epoch: &str| {
        let arguments = arguments!["keys", "new", "--custodian", "--epoch", epoch, "--out", &keys];
        let mut command = demo().inlav(arguments);
        command.args(["--kdf-memory", "64"]);
        command
    };
    refuses(&keys, &mut new("2025"), 8, &["relink-2025.ilk exists already"]);
    assert!(run(&mut new("2026")).done().stdout.starts_with("relink key of epoch 2026 added"));
    assert_eq!(files::names(&keys).len(), before.len() + 1);
    run(&mut relink(&desk)).done();
}

/// Extracts of the turn of the year carry the tokens of both epochs, and meet those that carry one.
#[test]
fn while_one_epoch_gives_way_to_the_next_persons_are_linked_as_before() {
    let desk = desk();
    let older = new_linkage_key(&desk, "2024");
    run(desk.pseudonymise().args(arguments!["--linkage", older])).done();
    let (extract, keys) = (desk.path("out/extract"), desk.path("custodian"));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(extract.join("manifest.json")).unwrap()).unwrap();
    let epochs = manifest["epochs"].as_array().unwrap().iter().map(|epoch| epoch["epoch"].as_u64().unwrap());
    assert_eq!(epochs.collect::<Vec<_>>(), [2025, 2024]);

    let trust = demo().path("keys/public");
    let relink = || {
        let out = desk.path("relinked");
        demo().inlav(arguments!["relink", &extract, "--keys", &keys, "--trust", &trust, "--out", out])
    };
    desk.refuses(&mut relink(), 6, &["there is no relink key of epoch 2024", "hint: make it with"]);
    let mut new = demo().inlav(arguments!["keys", "new", "--custodian", "--epoch", "2024", "--out", &keys]);
    run(new.args(["--kdf-memory", "64"])).done();
    let said = run(&mut relink()).done().stdout;
    assert!(said.contains("PUA04  epoch 2024  ") && said.contains("PUA04  epoch 2025  "), "{said}");

    let persons = |store: &str, extract: &Path, relinked: &Path| {
        let store = desk.path(store);
        let mut command = inlav(arguments!["ingest", extract, demo().extract("PUA05"), "--trust", &trust]);
        command.args(arguments!["--store", &store, "--relinked", relinked, demo().relinked("PUA05")]);
        run(&mut command).done();
        let catalog = fs::read(store.join("catalog.json")).unwrap();
        serde_json::from_slice::<serde_json::Value>(&catalog).unwrap()["persons"].as_u64().unwrap()
    };
    let alone = persons("one", &demo().extract(SITE), &demo().relinked(SITE));
    assert_eq!(persons("two", &extract, &desk.path("relinked/PUA04")), alone);
}

/// With one layer, for a programme that has no custodian, the road is as short as it was.
#[test]
fn the_whole_road_in_one_layer_gives_the_same_release() {
    let desk = Desk::new();
    let extracts = sites().map(|site| one_layer().join(site));
    let (trust, store, release) = (demo().path("keys/public"), desk.path("store"), desk.path("release"));
    run(inlav(arguments!["ingest", "--trust", trust, "--store", &store]).args(extracts)).done();
    run(&mut inlav(arguments!["release", "--store", store, "--out", &release])).done();
    files::assert_same(&release.join("tables"), &demo().path("release/tables"));
}

/// What PUA, custodian and hub read of what travels, right and wrong.
#[test]
fn verify_relink_and_ingest_speak_italian_where_they_are_asked_to() {
    let desk = desk();
    let italian = |command: &mut assert_cmd::Command| run(command.args(["--lang", "it"]));
    let trust = demo().path("keys/public");
    let verify = |trust: &Path| inlav(arguments!["verify", demo().extract(SITE), "--trust", trust]);

    let said = italian(&mut verify(&trust)).done().stdout;
    assert!(said.starts_with("PUA04  al 30/06/2025  18 tabelle, "), "{said}");
    assert!(said.contains("codici di collegamento sigillati al custode (modo B)  manifesto "), "{said}");
    let said = italian(&mut relink(&desk)).done();
    assert!(said.stdout.contains("PUA04  epoca 2025  secondo strato su "), "{}", said.said());
    let said = italian(&mut ingest(&desk, &[&demo().relinked(SITE)])).done().stdout;
    assert!(said.contains("nell'archivio: 1 estratto nuovo, 0 c'erano già; PUA in tutto: 1"), "{said}");

    let absent = desk.path("nobody.pub");
    let told = ["errore: impossibile leggere ", "nobody.pub: non esiste"];
    refuses(&desk.path("sent"), verify(&absent).args(["--lang", "it"]), 3, &told);
    let mut environment = verify(&desk.path("sent"));
    let told =
        ["errore: in ", "non ci sono chiavi pubbliche (*.pub)", "suggerimento: chiedere il suo file .pub"];
    refuses(&desk.path("sent"), environment.env("LC_ALL", "it_IT.UTF-8"), 6, &told);
    let mut pseudonymise = desk.pseudonymise_with(&demo().keys(SITE), &new_linkage_key(&desk, "2019"));
    let told = ["errore: la chiave di collegamento (linkage) dell'epoca 2019 è scaduta", "suggerimento: "];
    desk.refuses(pseudonymise.args(["--lang", "it"]), 6, &told);
    let mut without = relink(&desk);
    without.args(["--force", "--most-documents", "3", "--lang", "it"]);
    let told = ["errore: PUA04 chiede ", "più del limite di 3", "suggerimento: non è stato fatto niente"];
    refuses(&desk.path("relinked"), &mut without, 9, &told);
    let told = ["errore: i codici di collegamento (token) dell'estratto di PUA04 sono sigillati"];
    desk.refuses(ingest(&desk, &[]).args(["--lang", "it"]), 4, &told);
    flip(&desk.path("sent/tokens.ilt"), 60);
    let told = ["tokens.ilt non è il file che è stato firmato", "suggerimento: chiedere a chi l'ha fatto"];
    refuses(&desk.path("relinked"), relink(&desk).args(["--force", "--lang", "it"]), 7, &told);
}
