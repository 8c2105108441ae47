//! Builds the Go programs in `client-go`: an agent with client-go's informer, and the measurement of its work queue.
//! Must not know what they measure.

use std::path::PathBuf;

use reflector_controlplane::go_build::{GoError, GoModule, GoProgram};

const INFORMER: &str = "informer";
const QUEUE: &str = "queue";

const MODULE: GoModule = GoModule {
    needed_by: "reflector-peers",
    folder: "tests/peers/client-go",
    sources: &[
        include_str!("../client-go/go.mod"),
        include_str!("../client-go/go.sum"),
        include_str!("../client-go/informer/agent.go"),
        include_str!("../client-go/informer/certificate.go"),
        include_str!("../client-go/informer/digest.go"),
        include_str!("../client-go/informer/gadget.go"),
        include_str!("../client-go/informer/handler.go"),
        include_str!("../client-go/informer/main.go"),
        include_str!("../client-go/informer/source.go"),
        include_str!("../client-go/informer/usage.go"),
        include_str!("../client-go/queue/main.go"),
    ],
    linker_flags: "-s -w",
    programs: &[
        GoProgram { name: QUEUE, package: "./queue" },
        GoProgram { name: INFORMER, package: "./informer" },
    ],
};

/// The path of the agent. Blocks while it is built.
///
/// # Errors
/// If Go is not installed, or cannot build it.
pub fn informer() -> Result<PathBuf, GoError> {
    Ok(MODULE.built()?.join(INFORMER))
}

/// The path of the measurement of the work queue. Blocks while it is built.
///
/// # Errors
/// If Go is not installed, or cannot build it.
pub fn queue() -> Result<PathBuf, GoError> {
    Ok(MODULE.built()?.join(QUEUE))
}
