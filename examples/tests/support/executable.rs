//! Where the executable of an example is. Its lines fit into 80 columns, as those of the guide.

use std::{
    env::{consts::EXE_EXTENSION, current_exe},
    path::{Path, PathBuf},
};

/// The executable, next to the one of this test.
pub(crate) fn executable(name: &str) -> PathBuf {
    let test = current_exe().expect("the path of this test");
    let profile = test.parent().and_then(Path::parent);
    let profile = profile.expect("target/<profile>/deps");
    let path = profile.join("examples").join(name);
    let path = path.with_extension(EXE_EXTENSION);
    let build = "build the examples first (`cargo build --examples`)";
    assert!(path.exists(), "{build}: no {}", path.display());
    path
}
