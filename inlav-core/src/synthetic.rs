//! Seeded made-up populations.
