//! The hot path.
fn main() {
    let _ = datafusion::prelude::SessionContext::new();
}
