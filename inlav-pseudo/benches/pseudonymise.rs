//! The hot path.
fn main() {}
