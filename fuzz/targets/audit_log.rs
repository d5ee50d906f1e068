//! An audit log from outside: it holds together, or is refused by its line, and what it says of
//! itself is read back.

#![no_main]

use inlav_pseudo::audit_log;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.jsonl");
    std::fs::write(&path, data).expect("a file");
    if let Ok(trail) = audit_log::read(&path, None) {
        let again = audit_log::read(&path, None).expect("what was read is read again");
        assert_eq!(format!("{trail:?}"), format!("{again:?}"));
    }
});
