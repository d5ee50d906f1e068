//! A share of a key as somebody types it: any text is one share, or is refused by its place.

#![no_main]

use inlav_pseudo::keys::Share;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Share::parse(text) {
        Ok(share) => {
            let again = Share::parse(&share.printable()).expect("what is printed can be read");
            assert_eq!(*again.printable(), *share.printable());
        }
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
});
