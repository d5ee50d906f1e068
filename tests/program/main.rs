//! The program `inlav` as its users run it: every test starts the binary and looks at what it
//! prints, writes and returns. Nothing of the library is called except the generator of made-up
//! persons, which tells what was planted, and disclosure control, to have a release to check.
//!
//! | module | what |
//! |---|---|
//! | `end_to_end` | the road of twelve PUA, by `demo` and by hand, gives the same bytes |
//! | `no_leak` | no identifier in anything that leaves a PUA, nor in what is printed |
//! | `keys` | the life of keys, and how a PUA is set up |
//! | `misuse` | every mistake has its message and exit code and leaves nothing half-written |
//! | `dictionary` | what the data are, and the same for another programme |
//! | `map` | a proposed mapping, decided by a steward, makes a strange export readable |
//! | `ambito` | a programme that says which municipalities its *ambiti* have |
//! | `attack` | an attacker who reads a release and solves linear programs; one who tries every codice fiscale of a name |
//! | `vault` | who may open it, who is forgotten, what the audit log says |
//! | `sql` | a researcher's queries are answered with counts or refused |
//! | `protect` | a table of anybody, from a file to a protected table |
//! | `policy` | by which rules tables are published, in plain words |
//! | `audit_table` | what is worked out from tables that other tools published |
//! | `synth` | made-up exports are marked, the same twice, and accepted |
//! | `audit` | a release is checked by its certificate, and nothing that was changed passes |
//! | `features` | what a site's and a hub's binary are built from |
//!
//! `demo` and `by_hand` hold the roads that tests share: each is gone once per process. Without the
//! feature `demo` there are `protect`, `policy`, `audit_table`, `audit` and `features` alone:
//! these commands need none.

#![cfg_attr(not(feature = "demo"), allow(dead_code, reason = "helpers of the other tests"))]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests: to fail is to panic"
)]

#[cfg(feature = "demo")]
mod ambito;
#[cfg(feature = "demo")]
mod attack;
mod audit;
mod audit_table;
#[cfg(feature = "demo")]
mod by_hand;
#[cfg(feature = "demo")]
mod demo;
#[cfg(feature = "demo")]
mod dictionary;
#[cfg(feature = "demo")]
mod end_to_end;
mod features;
#[cfg_attr(not(feature = "demo"), allow(dead_code, reason = "most of it serves the road"))]
mod files;
#[cfg(feature = "demo")]
mod keys;
#[cfg(feature = "demo")]
mod map;
#[cfg(feature = "demo")]
mod misuse;
#[cfg(feature = "demo")]
mod no_leak;
#[cfg(feature = "demo")]
mod parquet_file;
mod policy;
#[cfg_attr(not(feature = "demo"), allow(dead_code, reason = "most of it serves the road"))]
mod program;
mod protect;
#[cfg(feature = "demo")]
mod search;
#[cfg(feature = "demo")]
mod sql;
#[cfg(feature = "demo")]
mod synth;
#[cfg(feature = "demo")]
mod vault;
