//! What the compiler says of mistakes (`cases/*.stderr`), word for word, and that what is right compiles.
//!
//! `TRYBUILD=overwrite cargo test -p reflector-ui --test trybuild` rewrites the expectations; read the diff.

use std::process::Command;

/// The compiler whose words are expected: the one of `rust-toolchain.toml`.
const COMPILER: &str = "1.95.0";

#[test]
fn mistakes_have_their_messages() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc --version runs");
    let version = String::from_utf8_lossy(&version.stdout);
    assert_eq!(
        version.split_whitespace().nth(1),
        Some(COMPILER),
        "compilers word their errors differently: run this test with Rust {COMPILER}, the version in \
         rust-toolchain.toml; to move to another, change it there and here and rewrite the expectations with \
         TRYBUILD=overwrite"
    );
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.compile_fail("cases/*.rs");
}
