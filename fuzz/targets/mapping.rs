//! Mapping files, and a table read by those that are valid.

#![no_main]

use inlav_core::codes::CodeLists;
use inlav_core::registry::{self, person};
use inlav_fuzz::{read_table, tells_no_value};
use inlav_pseudo::mapping::{Mapping, MappingError};
use libfuzzer_sys::fuzz_target;

const FILE: &str = "Elenco\n\
    ID persona;Cognome;Genere;Cittadinanza;Data di nascita;Altro\n\
    1;Zq8841Canary;F;UKR;9/6/1985;x\n\
    2;Zq8841Canary;Zq8841Canary;ROU;6/9/1985;\n";

fuzz_target!(|text: &str| {
    let error = match Mapping::parse(text, CodeLists::built_in()) {
        Ok(mapping) => {
            let table = registry::table(person::TABLE.name).expect("a table of the registry");
            return read_table(FILE.as_bytes(), ".csv", table, &mapping);
        }
        Err(error) => error,
    };
    let again = Mapping::parse(text, CodeLists::built_in()).map(drop);
    assert_eq!(again.map_err(|error| error.to_string()), Err(error.to_string()));
    match error {
        // What it names is no value: a table or column of the domain, mistyped.
        MappingError::UnknownTable(_) | MappingError::UnknownColumn { .. } => {}
        _ => {
            tells_no_value(&error.to_string());
            tells_no_value(&format!("{error:?}"));
        }
    }
});
