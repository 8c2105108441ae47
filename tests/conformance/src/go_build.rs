//! Where the client-go driver comes from. Must not know what it is for.

use std::path::PathBuf;

use reflector_controlplane::go_build::{GoModule, GoProgram};

use crate::Error;

const DRIVER: &str = "client-go-driver";

const MODULE: GoModule = GoModule {
    needed_by: "reflector-conformance",
    folder: "tests/conformance/client-go",
    sources: &[
        include_str!("../client-go/go.mod"),
        include_str!("../client-go/go.sum"),
        include_str!("../client-go/handler.go"),
        include_str!("../client-go/main.go"),
        include_str!("../client-go/subject.go"),
    ],
    linker_flags: "-s -w",
    programs: &[GoProgram { name: DRIVER, package: "." }],
};

/// The driver, built where it is not there yet.
///
/// # Errors
/// [`Error::NotBuilt`] tells what is missing: Go, or what Go needs to build it.
pub fn client_go_driver() -> Result<PathBuf, Error> {
    Ok(MODULE.built()?.join(DRIVER))
}
