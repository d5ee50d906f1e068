//! The domain of inlav: what is recorded about persons at a PUA, how it is named, what is valid,
//! what may leave the PUA and in which form it travels to the hub.
//!
//! No cryptography, no query engine, no clock. The only files touched are outputs, through
//! [`whole`], so that the rule "whole or absent" has one implementation.
//!
//! | module | idea |
//! |---|---|
//! | [`programme`] | sites, targets, dates of the programme |
//! | [`registry`] | the one registry of tables and columns |
//! | [`rule`] | the rules of the domain and what they say |
//! | [`codes`] | code lists with Italian and English labels |
//! | [`value`] | from what an office typed to a value of the domain |
//! | [`language`] | texts in Italian and English |
//! | [`dictionary`] | the data dictionary and the JSON Schema, made from the registry |
//! | [`history`] | how a case and an identification may go on |
//! | [`identifiers`] | documents of persons, normalised |
//! | [`sector`] | ATECO to the programme's sectors |
//! | [`policy`] | what leaves the PUA, column by column |
//! | [`exchange`] | manifest, signature and public key: what travels with an extract |
//! | [`whole`] | an output is whole or absent |
//! | [`text`] | comparison keys and normal forms |
//! | `synthetic` | seeded made-up populations (feature `synthetic`) |

pub mod codes;
pub mod dictionary;
pub mod dpia;
pub mod exchange;
pub mod history;
pub mod identifiers;
pub mod language;
pub mod policy;
pub mod programme;
pub mod registry;
pub mod rule;
pub mod sector;
#[cfg(feature = "synthetic")]
pub mod synthetic;
pub mod text;
pub mod value;
pub mod whole;
