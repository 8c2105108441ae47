//! Builds the client-go driver. Must not know its purpose.

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

/// Returns the path of the driver, and builds it first if necessary.
///
/// # Errors
/// [`Error::NotBuilt`] names what is missing: Go, or something that Go needs to build the driver.
pub fn client_go_driver() -> Result<PathBuf, Error> {
    Ok(MODULE.built()?.join(DRIVER))
}
