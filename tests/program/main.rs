//! The program `inlav` as its users run it: every test starts the binary and looks at what it
//! prints, writes and returns. Nothing of the library is called except the generator of made-up
//! persons, which tells what was planted.
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
//! | `synth` | made-up exports are marked, the same twice, and accepted |
//! | `features` | what a site's and a hub's binary are built from |
//!
//! `demo` and `by_hand` hold the roads that tests share: each is gone once per process.

#![cfg(feature = "demo")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests: to fail is to panic"
)]

mod ambito;
mod attack;
mod by_hand;
mod demo;
mod dictionary;
mod end_to_end;
mod features;
mod files;
mod keys;
mod map;
mod misuse;
mod no_leak;
mod parquet_file;
mod program;
mod search;
mod sql;
mod synth;
mod vault;
