//! The quickstart ends by itself, without an error.
//!
//! `cargo test -p reflector-quickstart` builds the example first.

#[path = "../../tests/support/mod.rs"]
mod support;

#[test]
fn quickstart() {
    let output = support::run("quickstart", &[]);
    for text in [
        "synced:   1000 widgets",
        "updated  w0001: ",
        "deleted  w0002 (final state unknown",
        "health: synced",
    ] {
        assert!(output.contains(text), "{text:?} is missing:\n{output}");
    }
}
