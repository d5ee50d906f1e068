//! What the custodian makes of sealed tokens, and of whom it refuses.

use std::fs;
use std::sync::OnceLock;

use inlav_core::exchange::{CUSTODIAN_FILE, MANIFEST_FILE, Manifest, SEALED_TOKENS_FILE, SIGNATURE_FILE};
use inlav_verify::{CustodianKey, SignedRelink, read_tokens};
use tempfile::TempDir;

use super::*;
use crate::keys::SiteKeys;
use crate::sealed_tokens::tests::{custodian, manifest, site_keys};

fn replace(path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Result<(), whole::WholeError> {
    whole::write(path.as_ref(), content.as_ref(), Access::Shared, Existing::Replace)
}

/// Two PUA and a custodian, whose keys all tests share.
struct Desk {
    folder: TempDir,
    sites: [SiteKeys; 2],
    custodian: CustodianKeys,
    public: CustodianKey,
    trusted: TrustedKeys,
}

fn desk() -> &'static Desk {
    static DESK: OnceLock<Desk> = OnceLock::new();
    DESK.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let sites = ["PUA05", "PUA06"].map(|site| site_keys(folder.path(), site));
        let (custodian, public) = custodian(folder.path(), "custodian");
        let trust = folder.path().join("public");
        fs::create_dir(&trust).unwrap();
        for name in ["PUA05/PUA05.pub", "PUA06/PUA06.pub", "custodian/custodian.pub"] {
            let from = folder.path().join(name);
            fs::copy(&from, trust.join(from.file_name().unwrap())).unwrap();
        }
        let trusted = TrustedKeys::read(&trust).unwrap();
        Desk { folder, sites, custodian, public, trusted }
    })
}

/// A folder for one test's extracts, outputs and ledger.
struct Table(TempDir);

impl Table {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The three files of an extract with these rows.
    fn extract(&self, name: &str, site: usize, rows: &[TokenRow], change: fn(&mut Manifest)) -> PathBuf {
        let (desk, folder) = (desk(), self.path(name));
        let keys = &desk.sites[site];
        fs::create_dir(&folder).unwrap();
        let mut manifest = manifest(keys.site().as_str(), desk.public.sealing_id(), "00");
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        let mut sealed = Vec::new();
        let mut plain = std::io::Cursor::new(parquet(&rows).unwrap());
        sealed_tokens::seal(&mut plain, &mut sealed, &desk.public, keys, &manifest).unwrap();
        manifest.tokens = Some(ManifestTable {
            bytes: sealed.len() as u64,
            file: SEALED_TOKENS_FILE.to_owned(),
            rows: rows.len() as u64,
            sha256: Digest(Sha256::digest(&sealed).into()),
            table: TOKENS_TABLE.to_owned(),
        });
        change(&mut manifest);
        replace(folder.join(SEALED_TOKENS_FILE), sealed).unwrap();
        replace(folder.join(MANIFEST_FILE), manifest.canonical()).unwrap();
        let signature = serde_json::to_vec(&keys.signing().sign(&manifest)).unwrap();
        replace(folder.join(SIGNATURE_FILE), signature).unwrap();
        folder
    }

    fn relink(&self, extracts: &[PathBuf], most_documents: u64) -> Result<Vec<Relinked>, RelinkError> {
        let desk = desk();
        let out = self.path("relinked");
        let settings = RelinkSettings {
            keys: &desk.custodian,
            trusted: &desk.trusted,
            most_documents,
            software: "test",
            out: &out,
            existing: Existing::Replace,
        };
        relink(extracts, &settings, &mut Ledger::open(self.0.path())?)
    }

    fn relinked(&self, site: &str) -> (SignedRelink, Vec<TokenRow>) {
        let signed = SignedRelink::open(&self.path("relinked").join(site), &desk().trusted).unwrap();
        let rows = read_tokens(File::open(signed.tokens()).unwrap()).unwrap();
        (signed, rows)
    }
}

fn row(subject: u8, document: IdType, token: u8) -> TokenRow {
    let subject_type = if document == IdType::Operator { IdType::Operator } else { IdType::Person };
    TokenRow { subject_type, subject: [subject; 16], document, epoch: 2025, token: [token; 16] }
}

/// Rows of as many persons with a document each; `first` tells two lists apart.
fn many(first: u32, count: u32) -> Vec<TokenRow> {
    let bytes = |number: u32| *[number.to_be_bytes(); 4].as_flattened().first_chunk::<16>().unwrap();
    (first..first + count)
        .map(|number| TokenRow { subject: bytes(number), token: bytes(number), ..row(0, IdType::Permit, 0) })
        .collect()
}

#[test]
fn one_document_at_two_sites_gives_one_token_and_two_kinds_never_do() {
    let table = Table::new();
    let shared = row(1, IdType::CodiceFiscale, 7);
    let extracts = [
        table.extract("a", 0, &[shared, row(1, IdType::Permit, 7), row(3, IdType::Operator, 7)], |_| ()),
        table.extract("b", 1, &[TokenRow { subject: [9; 16], ..shared }], |_| ()),
    ];
    let done = table.relink(&extracts, 10).unwrap();
    assert_eq!(done[0].documents[&2025], Asked { new: 3, all: 3 });
    let (signed, first) = table.relinked("PUA05");
    let (_, second) = table.relinked("PUA06");
    assert_eq!(
        second[0].token,
        first.iter().find(|row| row.document == IdType::CodiceFiscale).unwrap().token
    );
    let tokens: BTreeSet<_> = first.iter().map(|row| row.token).collect();
    assert_eq!(tokens.len(), 3, "equal first layers of three kinds");
    assert!(first.iter().chain(&second).all(|row| row.token != [7; 16]), "the first layer came out");
    assert_eq!(first.iter().map(|row| row.subject).collect::<BTreeSet<_>>(), [[1; 16], [3; 16]].into());
    assert!(first.is_sorted());
    let manifest = SignedManifest::open(&extracts[0], &desk().trusted).unwrap();
    assert_eq!(signed.manifest().extract, manifest.digest());

    // The same extracts give the same bytes, also from the three files alone and after each other.
    let bytes = |site: &str, name: &str| fs::read(table.path("relinked").join(site).join(name)).unwrap();
    let names = [TOKENS_FILE, RELINK_FILE, RELINK_SIGNATURE_FILE];
    let before = names.map(|name| bytes("PUA05", name));
    let again = table.relink(&extracts[..1], 10).unwrap();
    assert_eq!(again[0].documents[&2025], Asked { new: 0, all: 3 });
    assert_eq!(names.map(|name| bytes("PUA05", name)), before);
}

/// Made by an independent program (`tests/derivation_vectors.py`): the format cannot drift.
#[test]
fn the_second_layer_never_changes() {
    let key = "fee05b21021753dc709e4fea6e9e68d6eaedfcb72578facea213b12981bc9217";
    let layer = Layer::new(&Secret::fill(|bytes| hex::decode_to_slice(key, bytes)).unwrap());
    assert_eq!(hex::encode(layer.over(&[7; 16])), "2814089b55af5e4bd51a57eee2e61bf9");
}

/// A PUA that submits a list of documents gets no more of it than the limit, in however many parts.
#[test]
fn a_dictionary_is_refused_whole_or_in_parts() {
    let table = Table::new();
    let whole = table.extract("whole", 0, &many(0, 60), |_| ());
    assert!(matches!(table.relink(&[whole], 25), Err(RelinkError::TooMany { asked: 60, most: 25, .. })));
    assert!(!table.path(LEDGER_FILE).exists() && !table.path("relinked").exists());

    let parts = [0, 10, 20].map(|first| table.extract(&format!("{first}"), 0, &many(first, 10), |_| ()));
    assert_eq!(table.relink(&parts[..1], 25).unwrap()[0].documents[&2025], Asked { new: 10, all: 10 });
    assert_eq!(table.relink(&parts[1..2], 25).unwrap()[0].documents[&2025], Asked { new: 10, all: 20 });
    let before = fs::read(table.path(LEDGER_FILE)).unwrap();
    let refused = table.relink(&parts[2..], 25).unwrap_err();
    assert!(
        matches!(&refused, RelinkError::TooMany { site, asked: 30, most: 25 } if site.as_str() == "PUA05")
    );
    assert_eq!(fs::read(table.path(LEDGER_FILE)).unwrap(), before, "a refused extract was counted");
    // What was asked for before may be asked for again, and another PUA has a count of its own.
    table.relink(&parts[..2][1..], 25).unwrap();
    table.relink(&[table.extract("other", 1, &many(0, 25), |_| ())], 25).unwrap();
}

/// The documents of one subject count as those of many.
#[test]
fn a_dictionary_in_one_persons_record_is_refused() {
    let table = Table::new();
    let rows: Vec<_> = many(0, 30).into_iter().map(|row| TokenRow { subject: [1; 16], ..row }).collect();
    let extract = table.extract("a", 0, &rows, |_| ());
    assert!(matches!(table.relink(&[extract], 25), Err(RelinkError::TooMany { asked: 30, .. })));
}

#[test]
fn a_ledger_that_is_damaged_or_held_stops_the_custodian() {
    let table = Table::new();
    table.relink(&[table.extract("a", 0, &many(0, 5), |_| ())], 25).unwrap();
    let path = table.path(LEDGER_FILE);
    let whole = fs::read(&path).unwrap();
    let held = Ledger::open(table.0.path()).unwrap();
    assert!(!held.is_new());
    assert!(matches!(Ledger::open(table.0.path()), Err(RelinkError::Busy { .. })));
    drop(held);
    for content in [&whole[..0], &whole[..whole.len() / 2], b"{}"] {
        replace(&path, content).unwrap();
        assert!(matches!(Ledger::open(table.0.path()), Err(RelinkError::Ledger { .. })));
    }
}

#[test]
fn only_what_a_registered_pua_signed_for_this_custodian_is_relinked() {
    let table = Table::new();
    let rows = [row(1, IdType::Permit, 1)];
    let refused = |extract: PathBuf| {
        let refused = table.relink(&[extract], 25).unwrap_err();
        assert!(!table.path("relinked").exists(), "{refused}");
        refused
    };
    let sealed_for_nobody = table.extract("key", 0, &rows, |m| m.custodian_key = Some("00".repeat(8)));
    assert!(matches!(refused(sealed_for_nobody), RelinkError::Extract { .. }));
    let epoch = table.extract("epoch", 0, &rows, |m| m.epochs[0].epoch = 2031);
    assert!(matches!(refused(epoch), RelinkError::Epoch { epoch: 2031 }));
    let purpose = table.extract("purpose", 0, &rows, |m| m.purpose = "care".to_owned());
    assert!(matches!(refused(purpose), RelinkError::Sealed { .. }));
    let count = table.extract("count", 0, &rows, |m| m.tokens.as_mut().unwrap().rows = 2);
    assert!(matches!(refused(count), RelinkError::Extract { .. }));
    // A file that would fill the custodian's disk is not even read.
    let large = table.extract("large", 0, &rows, |m| m.tokens.as_mut().unwrap().bytes = 1 << 40);
    assert!(matches!(refused(large), RelinkError::Extract { why: Unfit::TooLarge, .. }));
    // A document that no person has, an epoch that the manifest does not name.
    let kind = TokenRow { document: IdType::Phone, ..rows[0] };
    assert!(matches!(refused(table.extract("kind", 0, &[kind], |_| ())), RelinkError::Extract { .. }));
    let other = TokenRow { epoch: 2024, ..rows[0] };
    assert!(matches!(refused(table.extract("other", 0, &[other], |_| ())), RelinkError::Extract { .. }));
    // Rows that are there twice: their number in the output would tell them.
    let twice = table.extract("twice", 0, &[rows[0], rows[0]], |_| ());
    assert!(matches!(refused(twice), RelinkError::Extract { .. }));

    let good = table.extract("good", 0, &rows, |_| ());
    for name in [MANIFEST_FILE, SIGNATURE_FILE, SEALED_TOKENS_FILE] {
        let path = good.join(name);
        let mut bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(7) {
            bytes[at] ^= 1;
            replace(&path, &bytes).unwrap();
            assert!(matches!(refused(good.clone()), RelinkError::Verify(_)), "{name} {at}");
            bytes[at] ^= 1;
        }
        replace(&path, &bytes).unwrap();
    }
    // Of two extracts of which one is bad, none comes out.
    let bad = table.extract("bad", 1, &[other], |_| ());
    assert!(table.relink(&[good.clone(), bad], 25).is_err() && !table.path("relinked").exists());
    assert!(matches!(table.relink(&[good.clone(), good.clone()], 25), Err(RelinkError::Twice { .. })));
    let stranger = TrustedKeys::read(&desk().folder.path().join("custodian").join(CUSTODIAN_FILE)).unwrap();
    assert!(SignedManifest::open(&good, &stranger).is_err());
    table.relink(&[good], 25).unwrap();
}

#[test]
fn every_extract_is_logged_before_its_output_is_there() {
    let table = Table::new();
    let extracts = [
        table.extract("a", 0, &[row(1, IdType::Permit, 7), row(2, IdType::Permit, 8)], |_| ()),
        table.extract("b", 1, &[row(1, IdType::Permit, 7)], |_| ()),
    ];
    let (desk, out) = (desk(), table.path("relinked"));
    let settings = RelinkSettings {
        keys: &desk.custodian,
        trusted: &desk.trusted,
        most_documents: 10,
        software: "test",
        out: &out,
        existing: Existing::Refuse,
    };
    let path = table.path("audit.jsonl");
    let mut log = AuditLog::open(&path, desk.custodian.audit().clone()).unwrap();
    let relink = |log: &mut AuditLog| {
        let mut ledger = Ledger::open(table.0.path()).unwrap();
        relink_logged(&extracts, &settings, &mut ledger, log, DateTime::UNIX_EPOCH)
    };
    // A log that was in order when it was opened and is not any more.
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    std::io::Write::write_all(&mut &file, b"{}\n").unwrap();
    assert!(matches!(relink(&mut log), Err(RelinkError::Log(_))));
    assert!(!out.exists());
    file.set_len(0).unwrap();
    relink(&mut log).unwrap();
    let trail = crate::audit_log::read(&path, Some(desk.custodian.audit())).unwrap();
    let logged: Vec<_> = trail.entries.iter().map(|entry| entry.known().unwrap()).collect();
    let expected = |folder: &Path, site: &str, tokens| Action::Relinked {
        epochs: vec![2025],
        manifest: SignedManifest::open(folder, &desk.trusted).unwrap().digest(),
        site: site.parse().unwrap(),
        tokens,
    };
    assert_eq!(logged, [expected(&extracts[0], "PUA05", 2), expected(&extracts[1], "PUA06", 1)]);
}
