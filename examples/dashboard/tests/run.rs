//! The executable without a terminal: it prints a frame, and ends by itself.
//!
//! `cargo test -p reflector-dashboard` builds the example first.

#[path = "../../tests/support/mod.rs"]
mod support;

#[test]
fn without_a_terminal_a_frame_is_printed() {
    let output = support::run("dashboard", &[]);
    for text in
        ["Reflector  informers of the embedded server", "pods", "synced", "events per second", "(one frame"]
    {
        assert!(output.contains(text), "{text:?} is missing:\n{output}");
    }
    assert!(!output.contains('\u{1b}'), "the output contains control sequences");
}
