//! Contains only tests: `tests/gen.rs`.
