//! What protecting costs: choosing the cheapest pattern, proving it, attacking it.
//!
//! Tables over 1,200 made-up persons at twelve sites, every cell at the same cost.
//! With the feature `files` also what `inlav protect` leaves in a folder: made, attacked from outside
//! and checked by its certificate.
//!
//! ```text
//! cargo bench -p inlav-sdc --bench disclosure --features files
//! ```

use std::error::Error;
use std::hint::black_box;

use criterion::Criterion;
use inlav_sdc::{CountTable, Dimension, ReleasePolicy, Row, protect};

const PERSONS: u64 = 1_200;
const SIDES: [(&str, u64); 3] = [("site", 12), ("sector", 8), ("age", 6)];
const AGAINST_INSIDERS: &str = "zeros = \"published\"\ncost = \"cells\"";
/// A cube of so few persons cannot be protected with all its zeros published.
const AGAINST_THE_PUBLIC: &str = "cost = \"cells\"\ninsiders = false";

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    for (name, sides, policy) in
        [("12x8, 12 insiders", 2, AGAINST_INSIDERS), ("12x8x6, the public", 3, AGAINST_THE_PUBLIC)]
    {
        let policy: ReleasePolicy = policy.parse()?;
        let table = [table(sides)?];
        let loss = protect(&table, &[], &policy)?.loss;
        let proven = if loss.is_least() { "proven least" } else { "not proven" };
        let mut group = criterion.benchmark_group(format!("protect/{name}"));
        group.bench_function(format!("loss {} {proven}", loss.cost), |bench| {
            bench.iter(|| black_box(protect(&table, &[], &policy)));
        });
        group.finish();
    }
    #[cfg(feature = "files")]
    files(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

/// The same persons as microdata in a file.
#[cfg(feature = "files")]
fn files(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    use inlav_core::whole::{self, Access, Existing};
    use inlav_sdc::any_table::{Request, protect_file};
    use inlav_sdc::attack_table::{Attack, attack_file};

    let folder = tempfile::tempdir()?;
    let (file, out) = (folder.path().join("persons.csv"), folder.path().join("protected"));
    let mut text = "site,sector\n".to_owned();
    for person in 0..PERSONS {
        let [site, sector, _] = SIDES.map(|side| leaf(person, side));
        text += &format!("site{site},sector{sector}\n");
    }
    whole::write(&file, text.as_bytes(), Access::Private, Existing::Refuse)?;
    let mut request = Request::by(["site", "sector"]);
    request.insiders = Some("site".to_owned());
    request.policy = AGAINST_INSIDERS.parse()?;
    protect_file(&file, &request)?.write(&out, Existing::Refuse)?;
    let (table, certificate) = (out.join("table.csv"), out.join("audit.json"));
    attack_file(&table, &Attack::default())?;
    inlav_certificate::check(&out, &certificate)?;

    let mut group = criterion.benchmark_group("folder/12x8, 12 insiders");
    group.bench_function("protect", |bench| bench.iter(|| black_box(protect_file(&file, &request))));
    group.bench_function("attack from outside", |bench| {
        bench.iter(|| black_box(attack_file(&table, &Attack::default())));
    });
    group.bench_function("check the certificate", |bench| {
        bench.iter(|| black_box(inlav_certificate::check(&out, &certificate)));
    });
    group.finish();
    Ok(())
}

/// The persons by the first so many sides, with all margins.
fn table(sides: usize) -> Result<CountTable, Box<dyn Error>> {
    let sides = SIDES.get(..sides).unwrap_or_default();
    let mut dimensions = Vec::new();
    for &(name, size) in sides {
        let flat = Dimension::flat(name, (1..=size).map(|code| format!("{name}{code}")))?;
        dimensions.push(if name == "site" { flat.with_insiders() } else { flat });
    }
    let row =
        |person| Row { unit: person, person, leaves: sides.iter().map(|&side| leaf(person, side)).collect() };
    Ok(CountTable::tally("t", "person", dimensions, (0..PERSONS).map(row), |_| true)?)
}

/// Where a person stands on a side: small categories as in life, the first ones are the largest.
fn leaf(person: u64, (name, size): (&str, u64)) -> usize {
    let draw = |salt: u64| {
        // splitmix64
        let seed = name.bytes().fold(person, |seed, byte| seed << 8 ^ seed >> 56 ^ u64::from(byte));
        let mut mixed = seed.wrapping_mul(2).wrapping_add(salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % size
    };
    usize::try_from(draw(0).min(draw(1)) + 1).unwrap_or(1)
}
