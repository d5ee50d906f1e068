//! The hot path of the hub: units and distinct persons by site × sector × gender × age band ×
//! outcome, with all margins (10,920 cells), over a million events of a hundred thousand persons.
//!
//! Measured side by side in one run, on one machine:
//!
//! - `tally`: [`CountTable::tally`], on one core, from rows to the table, with the check that no
//!   unit comes twice and the fingerprint of every cell that disclosure control needs;
//! - `datafusion/cube`: the same numbers by DataFusion's SQL, `GROUP BY CUBE` with
//!   `COUNT(DISTINCT person)`, on all cores, over a table in memory with the keys it likes best
//!   (`u8` and `u32`).
//!
//! Before anything is timed both are compared, cell by cell.
//!
//! ```text
//! cargo bench -p inlav-analytics --bench aggregation
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use datafusion::arrow::array::{Array as _, ArrayRef, Int64Array, RecordBatch, UInt8Array, UInt32Array};
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;
use inlav_analytics::disclosure::{CountTable, Dimension, Row, TableError};
use tokio::runtime::Runtime;

const EVENTS: u32 = 1_000_000;
const PERSONS: u64 = 100_000;
const SIDES: [(&str, u8); 5] = [("site", 12), ("sector", 6), ("gender", 3), ("age", 5), ("outcome", 4)];
const SEED: u64 = 20_230_701;
const ROWS_PER_BATCH: usize = 8192;

const CUBE: &str = "SELECT site, sector, gender, age, outcome, COUNT(*), COUNT(DISTINCT person)
                    FROM event GROUP BY CUBE (site, sector, gender, age, outcome)";

/// An event: whose it is, and its category from 1 along each side.
struct Event {
    person: u32,
    categories: [u8; 5],
}

/// Units and persons by coordinates, 0 for a total.
type Cube = BTreeMap<Vec<usize>, (u64, u64)>;

fn main() -> Result<(), Box<dyn Error>> {
    let events = events();
    let runtime = Runtime::new()?;
    let context = SessionContext::new();
    context.register_table("event", Arc::new(in_memory(&events)?))?;

    let theirs = read(&runtime.block_on(cube(&context))?)?;
    let same = tally(&events)?.agrees_with(|place| theirs.get(place).copied().unwrap_or_default());
    assert!(same, "tally and DataFusion differ");

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("aggregation");
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .warm_up_time(Duration::from_millis(100))
        .throughput(Throughput::Elements(EVENTS.into()));
    group.bench_function(BenchmarkId::new("tally", EVENTS), |bench| {
        bench.iter(|| black_box(tally(&events)));
    });
    group.bench_function(BenchmarkId::new("datafusion/cube", EVENTS), |bench| {
        bench.iter(|| black_box(runtime.block_on(cube(&context))));
    });
    group.finish();
    criterion.final_summary();
    Ok(())
}

/// Our way.
fn tally(events: &[Event]) -> Result<CountTable, TableError> {
    let side = |(name, size): (&str, u8)| Dimension::flat(name, (1..=size).map(|code| code.to_string()));
    let sides = SIDES.into_iter().map(side).collect::<Result<Vec<_>, _>>()?;
    let rows = (0..).zip(events).map(|(unit, event)| Row {
        unit,
        person: event.person.into(),
        leaves: event.categories.iter().map(|&category| category.into()).collect(),
    });
    CountTable::tally("aggregation", "event", sides, rows, |_| true)
}

/// The peer's.
async fn cube(context: &SessionContext) -> datafusion::error::Result<Vec<RecordBatch>> {
    context.sql(CUBE).await?.collect().await
}

fn read(batches: &[RecordBatch]) -> Result<Cube, Box<dyn Error>> {
    let mut cube = Cube::new();
    for batch in batches {
        let mut keys = Vec::new();
        for side in 0..SIDES.len() {
            keys.push(batch.column(side).as_any().downcast_ref::<UInt8Array>().ok_or("keys are u8")?);
        }
        let mut counts = Vec::new();
        for column in batch.columns().iter().skip(SIDES.len()) {
            counts.push(column.as_any().downcast_ref::<Int64Array>().ok_or("counts are i64")?);
        }
        let [units, persons] = counts.as_slice() else { return Err("there are two counts".into()) };
        for row in 0..batch.num_rows() {
            let node = |key: &&UInt8Array| if key.is_null(row) { 0 } else { key.value(row).into() };
            let numbers = (units.value(row).try_into()?, persons.value(row).try_into()?);
            cube.insert(keys.iter().map(node).collect(), numbers);
        }
    }
    Ok(cube)
}

fn in_memory(events: &[Event]) -> Result<MemTable, Box<dyn Error>> {
    let batch = |events: &[Event]| {
        let person: ArrayRef = Arc::new(events.iter().map(|event| event.person).collect::<UInt32Array>());
        let key = |(side, (name, _)): (usize, (&'static str, u8))| {
            let keys: UInt8Array = events.iter().map(|event| event.categories.get(side).copied()).collect();
            (name, Arc::new(keys) as ArrayRef)
        };
        let keys = SIDES.into_iter().enumerate().map(key);
        RecordBatch::try_from_iter(std::iter::once(("person", person)).chain(keys))
    };
    let batches = events.chunks(ROWS_PER_BATCH).map(batch).collect::<Result<Vec<_>, _>>()?;
    let schema = batches.first().ok_or("there are events")?.schema();
    Ok(MemTable::try_new(schema, vec![batches])?)
}

/// Gender and age band belong to the person and nineteen events of twenty happen at the person's
/// own site; sector and outcome belong to the event. Small categories are more frequent.
fn events() -> Vec<Event> {
    let mut dice = Dice(SEED);
    let [site, sector, gender, age, outcome] = SIDES.map(|(_, size)| size);
    let persons: Vec<[u8; 3]> =
        (0..PERSONS).map(|_| [site, gender, age].map(|size| dice.skewed(size))).collect();
    let drawn = (0..EVENTS).filter_map(|_| {
        let person = dice.below(PERSONS);
        let &[home, gender, age] = persons.get(usize::try_from(person).ok()?)?;
        let at = if dice.below(20) == 0 { dice.skewed(site) } else { home };
        let categories = [at, dice.skewed(sector), gender, age, dice.skewed(outcome)];
        Some(Event { person: u32::try_from(person).ok()?, categories })
    });
    drawn.collect()
}

/// A small generator of numbers, always the same for one seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// A category from 1 to `size`, small ones more often.
    fn skewed(&mut self, size: u8) -> u8 {
        let low = self.below(size.into()).min(self.below(size.into()));
        u8::try_from(low).map_or(size, |low| low + 1)
    }
}
