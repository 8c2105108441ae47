//! Checks the exact compiler output for mistakes (`cases/*.stderr`), and that valid code compiles.
//!
//! `TRYBUILD=overwrite cargo test -p reflector-ui --test trybuild` rewrites the expectations. Review the diff.

use std::process::Command;

/// The compiler version that the expectations were written for: the one in `rust-toolchain.toml`.
const COMPILER: &str = "1.95.0";

#[test]
fn mistakes_produce_the_expected_messages() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc --version runs");
    let version = String::from_utf8_lossy(&version.stdout);
    assert_eq!(
        version.split_whitespace().nth(1),
        Some(COMPILER),
        "error messages differ between compiler versions: run this test with Rust {COMPILER}, the version in \
         rust-toolchain.toml; to upgrade, change the version in both places and rewrite the expectations with \
         TRYBUILD=overwrite"
    );
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.compile_fail("cases/*.rs");
}
