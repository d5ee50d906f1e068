//! What a certificate costs: writing it, and checking a release by it.
//!
//! Five linked tables over 1,200 made-up persons at twelve sites, 13 attackers. Protecting them is
//! not timed.
//!
//! ```text
//! cargo bench -p inlav-sdc --bench certificate
//! ```

use std::error::Error;
use std::hint::black_box;
use std::path::Path;

use criterion::Criterion;
use inlav_core::whole::{self, Access, Existing};
use inlav_sdc::{
    CountTable, Dimension, Publication, Published, ReleasePolicy, Released, Row, WrittenTable, protect,
};
use sha2::{Digest as _, Sha256};

const PERSONS: u64 = 1_200;
const SIDES: [(&str, u64); 4] = [("site", 12), ("sector", 8), ("age", 5), ("sex", 2)];
const TABLES: [&[usize]; 5] = [&[0, 1], &[0, 2], &[0, 3], &[1, 2], &[1, 3]];

/// A written table: its name, its file and the digest of that.
type File = (String, String, String);

fn main() -> Result<(), Box<dyn Error>> {
    let released = released()?;
    let folder = tempfile::tempdir()?;
    let files = write(&released, folder.path())?;
    let certificate = released.certificate(&written(&files))?;
    let path = folder.path().join("audit.json");
    whole::write(&path, certificate.as_bytes(), Access::Private, Existing::Refuse)?;
    inlav_certificate::check(folder.path(), &path)?;

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group(format!("certificate/{}_kB", certificate.len() / 1000));
    group.bench_function("write", |bench| bench.iter(|| black_box(released.certificate(&written(&files)))));
    group.bench_function("check", |bench| {
        bench.iter(|| black_box(inlav_certificate::check(folder.path(), &path)));
    });
    group.finish();
    criterion.final_summary();
    Ok(())
}

fn released() -> Result<Released<Publication>, Box<dyn Error>> {
    let mut tables = Vec::new();
    for (number, sides) in TABLES.iter().enumerate() {
        let sides: Vec<&(&str, u64)> = sides.iter().filter_map(|&side| SIDES.get(side)).collect();
        let mut dimensions = Vec::new();
        for (name, size) in &sides {
            let flat = Dimension::flat(*name, (1..=*size).map(|code| format!("{name}{code}")))?;
            dimensions.push(if *name == "site" { flat.with_insiders() } else { flat });
        }
        let leaf = |person: u64, (name, size): &(&str, u64)| {
            let draw = |salt: u64| {
                let digest = Sha256::digest(format!("{name} {person} {salt}"));
                digest.iter().take(4).fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte)) % size
            };
            // Small categories as in life: the first ones are the largest.
            usize::try_from(draw(0).min(draw(1)) + 1).unwrap_or(1)
        };
        let row = |person| Row {
            unit: person,
            person,
            leaves: sides.iter().map(|side| leaf(person, side)).collect(),
        };
        let rows: Vec<Row> = (0..PERSONS).map(row).collect();
        tables.push(CountTable::tally(format!("t{number}"), "person", dimensions, rows, |_| true)?);
    }
    Ok(protect(&tables, &[], &ReleasePolicy::default())?)
}

fn write(released: &Released<Publication>, folder: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    let mut files = Vec::new();
    for table in &released.tables {
        let names: Vec<&str> = table.dimensions.iter().map(Dimension::name).collect();
        let mut text = format!("{},value,status\n", names.join(","));
        for cell in &table.cells {
            for (at, dimension) in cell.coordinates.iter().zip(&table.dimensions) {
                text.push_str(dimension.nodes().get(*at).map_or("", |node| node.code.as_str()));
                text.push(',');
            }
            text.push_str(&match cell.value {
                Published::Shown(count) => format!("{count},published\n"),
                Published::Suppressed => ",suppressed\n".to_owned(),
            });
        }
        let name = format!("{}.csv", table.id);
        whole::write(&folder.join(&name), text.as_bytes(), Access::Shared, Existing::Refuse)?;
        let digest = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        files.push((table.id.clone(), name, digest));
    }
    Ok(files)
}

fn written(files: &[File]) -> Vec<WrittenTable<'_>> {
    (files.iter())
        .map(|(table, file, sha256)| WrittenTable { table, file, column: "value", sha256 })
        .collect()
}
