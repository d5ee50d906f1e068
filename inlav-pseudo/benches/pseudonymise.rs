//! The hot path of a PUA: from rows of an export to rows of an extract, and what one pseudonym of
//! it costs.
//!
//! - `batch/person`, `batch/case`: [`TablePseudonymiser::batch`] with the default policy over some
//!   100,000 made-up rows in batches of 4,096, as `source` reads them; one batch is one thread's
//!   work, so this is the speed of one core. Rows of `person` hold five identifiers each, rows of
//!   `case` two register numbers and a dozen codes and dates.
//! - `pseudonym/ours`: 512 pseudonyms by [`PseudonymKey::pseudonyms`], each of a message of 32
//!   bytes; `pseudonym/floor`: for each two compressions of SHA-256, one after the other, which no
//!   HMAC can do without; `pseudonym/hmac`: the `hmac` crate with a prepared key.
//! - `vault/seal`: [`VaultWriter::seal`] of one person with eight values of usual length, into a
//!   file; how long the disk takes when it is synced at the end is not in it. `vault/cipher`: the
//!   XChaCha20-Poly1305 of the crate `chacha20poly1305` alone, over as many bytes with as many
//!   associated data, in memory.
//!
//! ```text
//! cargo bench -p inlav-pseudo --bench pseudonymise
//! ```

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305};
use criterion::{Criterion, Throughput};
use hmac::{Hmac, Mac as _};
use inlav_core::codes::CodeLists;
use inlav_core::exchange::Digest;
use inlav_core::identifiers::{IdType, Identifier};
use inlav_core::policy::Policy;
use inlav_core::programme::Programme;
use inlav_core::registry::{Table, case, person};
use inlav_core::synthetic::{Dials, Population};
use inlav_core::whole::Existing;
use inlav_pseudo::keys::{KdfCost, LinkageKey, Passphrase, SiteKeys};
use inlav_pseudo::pseudonym::Pseudonym;
use inlav_pseudo::pseudonymise::TablePseudonymiser;
use inlav_pseudo::raw::RawBatch;
use inlav_pseudo::vault::{Identity, VaultContext, VaultWriter};
use sha2::Sha256;
use sha2::block_api::compress256;

const PERSONS: u32 = 100_000;
const ROWS_PER_BATCH: usize = 4096;
/// With the five bytes before it, a message of 32.
const REGISTER_NUMBER: &str = "PUA05/2025/0000001234-000-A";
/// The plaintext of a person with the values of [`seal`], padded.
const RECORD_TEXT: usize = 128;
/// Bytes of the associated data of a record: number, pseudonym, mark.
const ASSOCIATED: usize = 8 + 16 + 1;

fn main() -> Result<(), Box<dyn Error>> {
    let (site, linkage) = keys()?;
    let mut criterion =
        Criterion::default().measurement_time(Duration::from_secs(4)).sample_size(20).configure_from_args();
    tables(&mut criterion, &site, &linkage)?;
    pseudonyms(&mut criterion, &site)?;
    seal(&mut criterion, &site)?;
    criterion.final_summary();
    Ok(())
}

/// Whole tables, batch by batch.
fn tables(criterion: &mut Criterion, site: &SiteKeys, linkage: &LinkageKey) -> Result<(), Box<dyn Error>> {
    let dials = Dials { persons: PERSONS, ..Dials::default() };
    let population = Population::generate(Programme::inlav_lombardia(), &dials);
    let policy = Policy::evaluation();
    let mut group = criterion.benchmark_group("batch");
    for table in [&person::TABLE, &case::TABLE] {
        let batches = batches(&population, table)?;
        let pseudonymiser = TablePseudonymiser::new(table, &policy, site, linkage, CodeLists::built_in())?;
        for batch in &batches {
            assert_eq!(pseudonymiser.batch(batch)?.num_rows(), batch.rows());
        }
        let rows: usize = batches.iter().map(RawBatch::rows).sum();
        group.throughput(Throughput::Elements(u64::try_from(rows)?));
        group.bench_function(table.name, |bench| {
            bench.iter(|| {
                for batch in &batches {
                    assert!(black_box(pseudonymiser.batch(black_box(batch))).is_ok());
                }
            });
        });
    }
    group.finish();
    Ok(())
}

/// Pseudonyms, beside the floor and beside the usual way: as many as one thread takes at a time.
fn pseudonyms(criterion: &mut Criterion, site: &SiteKeys) -> Result<(), Box<dyn Error>> {
    const AT_A_TIME: u32 = 512;
    let key = site.pseudonym_key("evaluation", IdType::Person);
    let number = Identifier::register_number(IdType::Person, REGISTER_NUMBER).ok_or("a number")?;
    let numbers = vec![number; usize::try_from(AT_A_TIME)?];
    let message = [0x2a_u8; 32];
    assert_eq!(REGISTER_NUMBER.len() + 5, message.len());
    let prepared = Hmac::<Sha256>::new_from_slice(&message)?;
    let block = [[0x2a_u8; 64]];
    let mut group = criterion.benchmark_group("pseudonym");
    group.throughput(Throughput::Elements(AT_A_TIME.into())).sample_size(100);
    group.bench_function("ours", |bench| bench.iter(|| key.pseudonyms(black_box(&numbers))));
    group.bench_function("floor", |bench| {
        bench.iter(|| {
            for _ in 0..AT_A_TIME {
                let mut state = black_box([0x2a_u32; 8]);
                compress256(&mut state, black_box(&block));
                compress256(&mut state, black_box(&block));
                black_box(state);
            }
        });
    });
    group.bench_function("hmac", |bench| {
        bench.iter(|| {
            for _ in 0..AT_A_TIME {
                black_box(prepared.clone().chain_update(black_box(&message)).finalize());
            }
        });
    });
    group.finish();
    Ok(())
}

/// One person of a vault, and what of it is the cipher.
fn seal(criterion: &mut Criterion, site: &SiteKeys) -> Result<(), Box<dyn Error>> {
    let values = [
        ("family_name", "Provafalso"),
        ("given_name", "Inventata"),
        ("birth_date", "1990-06-09"),
        ("codice_fiscale", "PRVVTR90H49Z236K"),
        ("permit_number", "I01234567"),
        ("passport_number", "AB1234567"),
        ("phone", "+39 333 1234567"),
        ("address", "via che non esiste 12, Brescia"),
    ];
    let mut identity = Identity::default();
    for (column, value) in values {
        identity.push(column, value.to_owned());
    }
    let folder = tempfile::tempdir()?;
    let context = VaultContext { epoch: 2025, schema: Digest([1; 32]), policy: Digest([2; 32]) };
    let (path, columns) = (folder.path().join("v.ilv"), values.map(|(column, _)| column));
    let mut vault = VaultWriter::create(&path, Existing::Refuse, site.vault(), context, &columns)?;
    let pseudonym = Pseudonym::from([7; 16]);
    let cipher = XChaCha20Poly1305::new(&[1; 32].into());
    let (nonce, associated, mut text) = ([2; 24].into(), [3; ASSOCIATED], [4; RECORD_TEXT]);
    let mut group = criterion.benchmark_group("vault");
    group.throughput(Throughput::Elements(1)).measurement_time(Duration::from_secs(2)).sample_size(50);
    group.bench_function("seal", |bench| {
        bench.iter(|| assert!(vault.seal(black_box(&pseudonym), black_box(&identity)).is_ok()));
    });
    group.bench_function("cipher", |bench| {
        bench.iter(|| {
            let text = black_box(text.as_mut_slice()).into();
            cipher.encrypt_inout_detached(black_box(&nonce), black_box(&associated), text)
        });
    });
    group.finish();
    Ok(())
}

/// The rows of a table at all PUA, in batches as `source` makes them.
fn batches(population: &Population, table: &'static Table) -> Result<Vec<RawBatch>, Box<dyn Error>> {
    let rows: Vec<&Vec<String>> = population.sites.iter().flat_map(|site| site.rows(table.name)).collect();
    rows.chunks(ROWS_PER_BATCH)
        .map(|rows| {
            let cells = table.columns.iter().enumerate().map(|(index, column)| {
                let texts: StringArray = rows.iter().map(|row| row.get(index)).collect();
                (column.name, Arc::new(texts) as ArrayRef)
            });
            let numbers = (2..).take(rows.len()).collect();
            Ok(RawBatch::new(table, RecordBatch::try_from_iter(cells)?, numbers)?)
        })
        .collect()
}

/// Keys as a PUA has them; the cheapest passphrase, since opening them is not measured.
fn keys() -> Result<(SiteKeys, LinkageKey), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let project = Programme::inlav_lombardia().project_id;
    let passphrase = Passphrase::new("only for this bench".to_owned());
    let cost = KdfCost::memory_mib(64)?;
    let site = SiteKeys::create(&folder.path().join("PUA05"), project, &"PUA05".parse()?, &passphrase, cost)?;
    let linkage = LinkageKey::create(&folder.path().join("linkage.ilk"), project, 2025, &passphrase, cost)?;
    Ok((site, linkage))
}
