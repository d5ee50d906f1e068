//! The hub's side of inlav: from signed extracts to a release that anybody may read. No key is
//! ever needed here, and no number can be seen before disclosure control let it through.
//!
//! ```text
//! extracts ─ verify ─► store ─ link ─► session (views) ─ evaluate ─► true counts, out of sight
//!                                                                        │ disclosure
//!                                          tables, report, audit log ◄─ release ◄─ Released
//! ```
//!
//! | module | idea |
//! |---|---|
//! | [`verify`] | signature, hashes, schema: nothing else gets in |
//! | [`store`] | Parquet by table, site and period, with a catalogue |
//! | [`link`] | one person, one number, over all PUA |
//! | [`session`] | the views that queries see |
//! | [`sql_gate`] | a researcher's queries, answered with released counts or refused |
//! | [`indicator`] | what is counted, as declarations |
//! | [`evaluate`] | declarations and rows to tables of true counts |
//! | [`statistics`] | pure functions on slices |
//! | [`disclosure`] | the only maker of released numbers |
//! | [`grid`] | released tables laid out for people |
//! | [`export`] | released tables for machines |
//! | [`report`] | the HTML report |
//! | [`release`] | everything of a release, whole or not at all |
//! | [`ledger`] | every release ever made, chained; a new one is protected jointly with them |
//! | [`audit_log`] | a log that shows tampering |

pub mod audit_log;
pub use inlav_sdc as disclosure;
pub mod evaluate;
pub mod export;
pub mod grid;
pub mod indicator;
pub mod ledger;
pub mod link;
pub mod release;
pub mod report;
mod rows;
pub mod session;
pub mod sql_gate;
pub use inlav_statistics as statistics;
pub mod store;
pub mod verify;
