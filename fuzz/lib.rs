//! The laws that `cargo test` holds against the kept cases, for the fuzzers.

#[path = "../tests/laws/mod.rs"]
pub mod laws;
