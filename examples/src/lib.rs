//! Runnable examples of `reflector-runtime`; begin with `cargo run --example quickstart`.
