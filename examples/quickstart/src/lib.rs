//! Contains the example `quickstart`: `cargo run --example quickstart`.
