//! inlav: privacy-preserving monitoring for *InLav Lombardia* and programmes like it.
//!
//! This crate is the facade: it re-exports the crates under one name.
//!
//! | module | for whom | feature |
//! |---|---|---|
//! | [`core`] | everybody: the domain | always |
//! | [`certificate`] | everybody: checks a release by its certificate | always |
//! | [`verify`] | everybody: public keys, and who signed what travels | always |
//! | [`pseudo`] | stewards at a PUA: exports, keys, pseudonyms, extracts | `site` |
//! | [`analytics`] | researchers at the hub: store, indicators, disclosure control, release | `hub` |
//!
//! Both features are on by default. A steward's program without the query engine is built with
//! `--no-default-features --features site`; a hub's program that cannot hold keys with
//! `--no-default-features --features hub`.

#[cfg(feature = "hub")]
pub use inlav_analytics as analytics;
pub use inlav_certificate as certificate;
pub use inlav_core as core;
#[cfg(feature = "site")]
pub use inlav_pseudo as pseudo;
pub use inlav_verify as verify;
