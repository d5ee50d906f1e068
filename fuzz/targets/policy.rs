//! Policies: one that is accepted lets no identifier out and is the same when written once more.

#![no_main]

use inlav_core::policy::{Action, Policy, PolicyError};
use inlav_core::registry::{self, PrivacyClass};
use inlav_fuzz::tells_no_value;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let policy = match Policy::parse(text) {
        Ok(policy) => policy,
        Err(error) => {
            // What these name is no value: a table or column of the domain, mistyped.
            if matches!(error.fault(), PolicyError::UnknownTable(_) | PolicyError::UnknownColumn { .. }) {
                return;
            }
            tells_no_value(&error.to_string());
            return tells_no_value(&format!("{error:?}"));
        }
    };
    for table in registry::tables() {
        for column in table.columns {
            let kept = policy.actions(table, column).is_ok_and(|actions| actions.contains(&Action::Keep));
            let may_be_kept = matches!(
                column.privacy,
                PrivacyClass::Quasi | PrivacyClass::Sensitive | PrivacyClass::Ordinary
            );
            assert!(may_be_kept || !kept, "{}.{} is kept", table.name, column.name);
        }
    }
    let written = toml::to_string(&policy).expect("a policy can be written");
    let again = Policy::parse(&written).expect("what was written can be read");
    assert_eq!(again, policy);
});
