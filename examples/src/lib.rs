//! Runnable examples of `reflector-runtime`; start with `cargo run --example quickstart`.
