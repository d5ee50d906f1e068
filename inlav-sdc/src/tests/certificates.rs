//! Certificates against the checker that stands alone.

mod mutations;
mod oracle;

use std::collections::BTreeSet;
use std::path::PathBuf;

use inlav_certificate::{Place, Reason, Rejection, Verdict};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::super::certificate::Certificate;
use super::super::publication::publish;
use super::super::suppress::choose;
use super::super::testing::{flat_table, funnel, persons, random_rows};
use super::super::*;
use super::enumeration::{grid, small_policy};
use super::scale::ten_tables;
use super::{Evidence, Required, System, audit, policy};

/// A release in a folder.
struct Folder(TempDir);

impl Folder {
    /// A release as a program writes it.
    fn of(tables: &[CountTable], policy: &ReleasePolicy) -> Option<(Self, Released<Publication>)> {
        let released = protect(tables, &[], policy).ok()?;
        let folder = Self(tempfile::tempdir().unwrap());
        let files = folder.put_tables(&released.tables);
        let certificate = released.certificate(&written(&released.tables, &files)).unwrap();
        folder.put("audit.json", &certificate);
        Some((folder, released))
    }

    /// Writes each table; returns their digests.
    fn put_tables(&self, tables: &[PublishedTable]) -> Vec<(String, String)> {
        let put = |table: &PublishedTable| {
            let (name, text) = (format!("{}.csv", table.id), csv_of(table));
            self.put(&name, &text);
            (name, sha256(&text))
        };
        tables.iter().map(put).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    #[expect(clippy::disallowed_methods, reason = "thousands of damaged files that nobody keeps")]
    fn put(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn check(&self) -> Result<Verdict, Rejection> {
        inlav_certificate::check(self.0.path(), &self.path("audit.json"))
    }

    /// Puts another content into the certificate, with the seal that belongs to it.
    fn seal(&self, content: &str) {
        self.put("audit.json", &format!("{{\"certificate\":{content},\"seal\":\"{}\"}}\n", sha256(content)));
    }

    fn reason(&self) -> Option<Reason> {
        self.check().err().map(|rejection| rejection.reason)
    }
}

fn csv_of(table: &PublishedTable) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = table.dimensions.iter().map(Dimension::name);
    writer.write_record(names.chain(["value", "status"])).unwrap();
    for cell in &table.cells {
        let mut record: Vec<String> = (cell.coordinates.iter().zip(&table.dimensions))
            .map(|(&at, dimension)| dimension.nodes()[at].code.clone())
            .collect();
        record.extend(match cell.value {
            Published::Shown(count) => [count.to_string(), "published".to_owned()],
            Published::Suppressed => [String::new(), "suppressed".to_owned()],
        });
        writer.write_record(record).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn written<'a>(tables: &'a [PublishedTable], files: &'a [(String, String)]) -> Vec<WrittenTable<'a>> {
    (tables.iter().zip(files))
        .map(|(table, (file, sha256))| WrittenTable { table: &table.id, file, column: "value", sha256 })
        .collect()
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// That the checker says of a release what the audit says of it; how many exceptions that were.
fn holds(tables: &[CountTable], policy: &ReleasePolicy) -> Option<usize> {
    let (folder, released) = Folder::of(tables, policy)?;
    let verdict = folder.check().unwrap();
    let audit = &released.audit;
    assert_eq!(verdict.attackers, audit.attackers.len());
    assert_eq!(verdict.cells_attacked, audit.cells_attacked);
    assert_eq!(verdict.exceptions, audit.exceptions());
    assert_eq!(verdict.narrowest, audit.narrowest);
    let cells = || released.tables.iter().flat_map(|table| &table.cells);
    assert_eq!(verdict.published + verdict.suppressed, cells().count());
    let suppressed = cells().filter(|cell| cell.value == Published::Suppressed).count();
    assert_eq!(verdict.suppressed, suppressed);
    assert!(verdict.unchecked.is_empty() && verdict.unchecked_columns.is_empty());
    Some(audit.exceptions())
}

#[test]
fn certificates_of_the_programmes_size_hold() {
    let tables = ten_tables();
    assert!(holds(&tables, &ReleasePolicy::default()).is_some());
    assert!(holds(&tables[..2], &policy("preset = \"ehrql\"")).is_some());
    assert!(holds(&tables[..1], &policy("insiders = false")).is_some());
    assert!(holds(&tables[..1], &policy("insiders = false\nzeros = \"published\"")).is_some());
}

/// Twelve sites, units of which several are of one person, a funnel, what is not displayed, no person
/// at all, an exception, and no table.
#[test]
fn certificates_of_every_kind_of_table_hold() {
    let default = ReleasePolicy::default();
    let referrals = (0..90).map(|unit| Row {
        unit,
        person: if unit < 40 { unit % 4 } else { unit / 2 },
        leaves: vec![usize::try_from(unit % 3 + 1).unwrap()],
    });
    let area = || Dimension::flat("area", ["N", "S", "W"]).unwrap();
    let several = CountTable::tally("several", "referral", vec![area()], referrals, |_| true).unwrap();
    assert!(holds(&[several], &default).is_some());

    let stopped = persons([(vec![1], 3), (vec![3], 37), (vec![5], 2), (vec![6], 58)]);
    let displayed = |at: &[usize]| at[0].is_multiple_of(2);
    let stages = CountTable::tally("stages", "person", vec![funnel(4)], stopped, displayed).unwrap();
    assert!(holds(&[stages], &default).is_some());

    let rows = || persons([(vec![1], 31), (vec![2], 2), (vec![3], 40)]);
    let nowhere = CountTable::tally("nowhere", "person", vec![area()], rows(), |_| false).unwrap();
    let there = CountTable::tally("there", "person", vec![area()], rows(), |at| at[0] != 2).unwrap();
    assert!(holds(&[nowhere, there], &default).is_some());

    let proof = WithoutPersons::asserted();
    let sites = CountTable::tally_without_persons("sites", "site", vec![area()], rows(), |_| true, &proof);
    assert!(holds(&[sites.unwrap()], &policy("preset = \"ehrql\"")).is_some());

    let pair = flat_table("pair", &[&[1], &[8]], true);
    assert!(holds(&[pair], &policy("minimum_width = 8")).unwrap() > 0);
    assert_eq!(holds(&[], &default), Some(0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_certificate_of_a_small_table_holds(counts in grid(3, 4), base in 1_u64..=4, insiders: bool) {
        let counts: Vec<&[u64]> = counts.iter().map(Vec::as_slice).collect();
        holds(&[flat_table("t", &counts, insiders)], &small_policy(base));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_certificate_of_linked_tables_holds(seed: u64, people in 20_u64..200) {
        let side = |name: &str, size: usize| {
            Dimension::flat(name, (1..=size).map(|n| format!("{name}{n}"))).unwrap()
        };
        let sides = [side("site", 4).with_insiders(), side("sex", 2), side("age", 3)];
        let everybody = random_rows(&sides, people, seed);
        let table = |id: &str, keep: &[usize]| {
            let kept = keep.iter().map(|&at| sides[at].clone()).collect();
            let rows = everybody.iter().map(|row| Row {
                leaves: keep.iter().map(|&at| row.leaves[at]).collect(),
                ..row.clone()
            });
            CountTable::tally(id, "person", kept, rows, |_| true).unwrap()
        };
        let tables = [table("a", &[0, 1]), table("b", &[0, 2]), table("c", &[1, 2]), table("d", &[0, 1, 2])];
        holds(&tables, &ReleasePolicy::default());
    }
}

/// A release that withholds the unsafe cells alone, with the best certificate there can be for it.
#[test]
fn a_forged_certificate_for_the_unsafe_cells_alone_is_rejected() {
    let inner: &[&[u64]] = &[&[4, 20, 30, 40], &[50, 60, 70, 80], &[33, 44, 55, 66]];
    let (tables, policy) = ([flat_table("t", inner, true)], ReleasePolicy::default());
    let system = System::merge(&tables, &policy).unwrap();
    let pattern = choose(&system, &tables, &policy).unwrap();
    let forged = |hidden: &[bool], proven: &[bool]| {
        let required = Required::everywhere(&policy);
        let (_, evidence) = audit(&system, &tables, proven, &required, pattern.evidence.clone());
        let folder = Folder(tempfile::tempdir().unwrap());
        let published = publish(&system, &tables, &[], hidden, &policy).unwrap();
        let files = folder.put_tables(&published);
        let certificate = Certificate::of(&system, &tables, proven, &policy, &evidence, &BTreeSet::new());
        folder.put("audit.json", &certificate.json(&written(&published, &files)).unwrap());
        folder
    };
    let primaries = system.hidden_at_first();
    assert_eq!(forged(&primaries, &primaries).reason(), Some(Reason::ThinLine));
    // 20 beside and 50 below it: no line is thin, but each 50 alone follows, and then the 4.
    let mut chain = primaries.clone();
    chain[system.cells[0][7]] = true;
    chain[system.cells[0][11]] = true;
    // The honest certificate says itself that the interval is one point.
    assert_eq!(forged(&chain, &chain).reason(), Some(Reason::Narrow));
    // The true proofs are of another release.
    assert_eq!(forged(&primaries, &pattern.hidden).reason(), Some(Reason::Released));
    assert_eq!(forged(&pattern.hidden, &pattern.hidden).reason(), None);
    // Witnesses with a cell on them that is claimed to be published contradict what is published.
    let folder = forged(&primaries, &pattern.hidden);
    let content = folder.content();
    let secondaries: Vec<usize> = content.match_indices("\"secondary\"").map(|(at, _)| at).collect();
    let mut reasons = Vec::new();
    for at in secondaries {
        let (before, after) = content.split_at(at);
        folder.seal(&format!("{before}{}", after.replacen("secondary", "published", 1)));
        reasons.extend(folder.reason());
    }
    assert!(reasons.contains(&Reason::WitnessRoom), "{reasons:?}");
    assert_eq!(reasons.len(), content.matches("\"secondary\"").count(), "each is rejected");
    // Leaving the unsafe cell out is noticed by its persons, leaving its proofs out by their number.
    folder.seal(&content.replace("\"unsafe\"", "\"secondary\""));
    assert_eq!(folder.reason(), Some(Reason::Status));
    let (before, after) = content.split_once("\"proofs\":").unwrap();
    let (_, after) = after.split_once(",\"quantities\"").unwrap();
    let (after, _) = after.split_once("\"witnesses\":").unwrap();
    folder.seal(&format!("{before}\"proofs\":[],\"quantities\"{after}\"witnesses\":[]}}"));
    assert_eq!(folder.reason(), Some(Reason::Unproven));
}

/// Two small cells that hide each other, and together are few.
#[test]
fn a_thin_line_is_rejected() {
    let inner: &[&[u64]] = &[&[4, 4, 30, 40], &[4, 4, 60, 70], &[33, 44, 55, 66]];
    let (tables, policy) = ([flat_table("t", inner, false)], ReleasePolicy::default());
    let system = System::merge(&tables, &policy).unwrap();
    let hidden = system.hidden_at_first();
    let (verdict, evidence) =
        audit(&system, &tables, &hidden, &Required::everywhere(&policy), Evidence::none(&system));
    assert!(verdict.findings.is_empty(), "each alone is well hidden");
    let folder = Folder(tempfile::tempdir().unwrap());
    let published = publish(&system, &tables, &[], &hidden, &policy).unwrap();
    let files = folder.put_tables(&published);
    let certificate = Certificate::of(&system, &tables, &hidden, &policy, &evidence, &BTreeSet::new());
    folder.put("audit.json", &certificate.json(&written(&published, &files)).unwrap());
    assert_eq!(folder.reason(), Some(Reason::ThinLine));
}

#[test]
fn what_a_solver_says_is_counted_as_that() {
    let tables = [flat_table("t", &[&[4, 20, 30], &[50, 60, 70]], false)];
    let policy = policy("minimum_width = 3");
    let system = System::merge(&tables, &policy).unwrap();
    let pattern = choose(&system, &tables, &policy).unwrap();
    let (_, evidence) = audit(&system, &tables, &pattern.hidden, &pattern.required, pattern.evidence);
    let published = publish(&system, &tables, &[], &pattern.hidden, &policy).unwrap();
    let solver_ends = |solved: BTreeSet<(usize, usize)>| {
        let folder = Folder(tempfile::tempdir().unwrap());
        let files = folder.put_tables(&published);
        let certificate = Certificate::of(&system, &tables, &pattern.hidden, &policy, &evidence, &solved);
        folder.put("audit.json", &certificate.json(&written(&published, &files)).unwrap());
        let verdict = folder.check().unwrap();
        assert!(verdict.exact_ends + verdict.solver_ends <= 2 * verdict.intervals);
        verdict.solver_ends
    };
    assert_eq!(solver_ends(BTreeSet::new()), 0);
    let solved = system.unsafe_quantities().map(|quantity| (quantity, 0)).collect();
    assert!(solver_ends(solved) > 0);
}

#[test]
fn a_publication_does_not_carry_its_certificate_along() {
    let tables = [flat_table("t", &[&[4, 20, 30], &[50, 60, 70]], true)];
    let (folder, released) = Folder::of(&tables, &ReleasePolicy::default()).unwrap();
    assert!(folder.read("audit.json").contains("witnesses"));
    for told in [serde_json::to_string(&released).unwrap(), format!("{released:?}")] {
        assert!(!told.contains("witness") && !told.contains("quantities"), "{told}");
    }
    assert!(format!("{released:?}").contains("certificate: Some(Certificate { tables: 1, .. })"));
}

#[test]
fn every_displayed_table_has_one_file() {
    let tables = [flat_table("t", &[&[40, 20]], false)];
    let released = protect(&tables, &[], &ReleasePolicy::default()).unwrap();
    let file = |table| WrittenTable { table, file: "t.csv", column: "value", sha256: "" };
    assert!(matches!(released.certificate(&[]), Err(CertificateError::NotOneFile { .. })));
    assert!(matches!(
        released.certificate(&[file("t"), file("t")]),
        Err(CertificateError::NotOneFile { .. })
    ));
    assert!(matches!(
        released.certificate(&[file("t"), file("u")]),
        Err(CertificateError::NotDisplayed { .. })
    ));
}

#[test]
fn a_rejection_names_the_cell_and_no_value() {
    let tables = [flat_table("t", &[&[4, 20, 30], &[50, 60, 70]], false)];
    let (folder, _) = Folder::of(&tables, &ReleasePolicy::default()).unwrap();
    let content = folder.content().replacen("\"count\":4,", "\"count\":5,", 1);
    folder.seal(&content);
    let rejection = folder.check().unwrap_err();
    assert_eq!(rejection.reason, Reason::Sum);
    assert!(matches!(&rejection.place, Place::Cell(table, codes) if table == "t" && codes.len() == 2));
    assert!(!rejection.to_string().contains(['4', '5']), "{rejection}");
}

#[test]
fn a_table_that_was_not_attacked_is_not_passed() {
    let tables = [flat_table("t", &[&[4, 20, 30], &[50, 60, 70]], false)];
    let (folder, _) = Folder::of(&tables, &ReleasePolicy::default()).unwrap();
    folder.put("README.txt", "what was done");
    assert_eq!(folder.check().unwrap().unchecked, ["README.txt"]);
    folder.put("more.CSV", "row,value\nR1,4\n");
    assert_eq!(folder.reason(), Some(Reason::NotCovered));
}
