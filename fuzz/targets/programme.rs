//! Programme files: one that is accepted is the same when written once more, and its codes are
//! found by all their words.

#![no_main]

use inlav_core::programme::{Programme, ProgrammeError};
use inlav_core::registry::{self, Kind};
use inlav_fuzz::tells_no_value;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let programme = match Programme::parse(text) {
        Ok(programme) => programme,
        // What these name is no value: a list or code of the domain.
        Err(
            ProgrammeError::UnknownList(_)
            | ProgrammeError::FixedList(_)
            | ProgrammeError::EmptyList(_)
            | ProgrammeError::Code { .. }
            | ProgrammeError::SiteTwice(_),
        ) => return,
        Err(error) => {
            tells_no_value(&error.to_string());
            return tells_no_value(&format!("{error:?}"));
        }
    };
    programme.check().expect("what was parsed was checked");
    for column in registry::tables().iter().flat_map(|table| table.columns) {
        let (Kind::Code(name) | Kind::Codes { list: name, .. }) = column.kind else { continue };
        let list = programme.lists().named(name).expect("every column has its list");
        for code in list.codes() {
            assert!(
                list.find(&code.code).is_some_and(|found| found.code == code.code),
                "a code finds itself"
            );
        }
    }
    let written = toml::to_string(&programme).expect("a programme can be written");
    let again = Programme::parse(&written).expect("what was written can be read");
    assert_eq!(toml::to_string(&again).expect("a programme can be written"), written);
});
