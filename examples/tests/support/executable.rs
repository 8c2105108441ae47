//! Where the executable of an example is.

use std::path::PathBuf;

/// The executable, next to the one of this test.
pub(crate) fn executable(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps");
    let path = profile.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "build the examples first (`cargo build --examples`): no {}", path.display());
    path
}
