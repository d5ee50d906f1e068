//! The PUA's side of inlav.

pub mod raw;
