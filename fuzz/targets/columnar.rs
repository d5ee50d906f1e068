//! Parquet and Arrow files; the reader tells them apart by their first bytes.

#![no_main]

use inlav_core::registry::{self, person};
use inlav_pseudo::mapping::Mapping;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let table = registry::table(person::TABLE.name).expect("a table of the registry");
    inlav_fuzz::read_table(data, ".parquet", table, &Mapping::default());
});
