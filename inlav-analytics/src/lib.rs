//! The hub's side of inlav.

pub mod audit_log;
pub mod disclosure;
pub mod evaluate;
pub mod export;
pub mod grid;
pub mod indicator;
pub mod link;
pub mod release;
pub mod report;
mod rows;
pub mod session;
pub mod statistics;
pub mod store;
pub mod verify;
