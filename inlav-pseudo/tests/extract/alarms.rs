//! False alarms of the leftover gate, over whole clean extracts of made-up persons.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray as _, RecordBatch, StringArray};
use inlav_core::programme::Programme;
use inlav_core::registry::{self, Table, person};
use inlav_core::synthetic::{Dials, Population};
use inlav_core::whole::Existing;
use inlav_pseudo::extract::ExtractWriter;
use inlav_pseudo::leftover::{Leftover, Names};
use inlav_pseudo::raw::RawBatch;

use crate::fixtures::{good, places, settings};
use crate::hub::read_parquet;

/// The gate lets every extract of the twelve PUA through: no alarm in all their texts. A gate that
/// knew no code lists would raise one for less than a thousandth of them.
#[test]
fn clean_extracts_raise_no_alarm() {
    let dials = Dials { persons: 3_000, ..Dials::default() };
    let population = Population::generate(Programme::inlav_lombardia(), &dials);
    let (mut cells, mut alarms) = (0_usize, 0_usize);
    for site in &population.sites {
        let places = places();
        let names = Names::default();
        let mut writer = ExtractWriter::create(settings(&places, Existing::Refuse)).unwrap();
        for table in registry::tables() {
            let rows = site.rows(table.name);
            for (column, text) in rows.iter().flat_map(|row| table.columns.iter().zip(row)) {
                if [person::FAMILY_NAME.name, person::GIVEN_NAME.name].contains(&column.name) {
                    names.add(text);
                }
            }
            writer = writer.table(table, good(vec![batch(table, rows)])).unwrap();
        }
        writer.finish().unwrap();

        let mut texts: BTreeMap<String, usize> = BTreeMap::new();
        for file in fs::read_dir(&places.extract).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "parquet") {
                let columns = read_parquet(&file).0.into_iter().flat_map(|batch| batch.columns().to_vec());
                for column in columns {
                    let all = column.as_string_opt::<i32>().into_iter().flatten().flatten();
                    all.for_each(|text| *texts.entry(text.to_owned()).or_default() += 1);
                }
            }
        }
        cells += texts.values().sum::<usize>();
        let blind = texts.iter().filter(|(text, _)| Leftover::in_text(text, &names).is_some());
        alarms += blind.map(|(_, count)| count).sum::<usize>();
    }
    assert!(cells > 100_000, "only {cells} texts");
    assert!(alarms * 1000 < cells, "{alarms} alarms in {cells} texts");
}

fn batch(table: &'static Table, rows: &[Vec<String>]) -> RawBatch {
    let columns = table.columns.iter().enumerate().map(|(index, column)| {
        let texts: StringArray = rows.iter().map(|row| row.get(index)).collect();
        (column.name, Arc::new(texts) as ArrayRef)
    });
    let numbers = (2..).take(rows.len()).collect();
    RawBatch::new(table, RecordBatch::try_from_iter(columns).unwrap(), numbers).unwrap()
}
