//! Errors of a comparison itself, as opposed to its outcome.

use std::{io, path::PathBuf};

use reflector_controlplane::go_build::GoError;

/// An error that prevented a comparison.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written, or a program could not be run.
    #[error("cannot {operation}")]
    Io {
        /// The operation that failed.
        operation: String,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A data file is not valid.
    #[error("{}: {message}", file.display())]
    Data {
        /// The file.
        file: PathBuf,
        /// The problem.
        message: String,
    },
    /// The client-go driver does not exist and cannot be built.
    #[error(transparent)]
    NotBuilt(#[from] GoError),
    /// The embedded server rejected its setup.
    #[error("the embedded server rejected its setup: {0}")]
    Server(Box<reflector_apiserver::Status>),
    /// An informer could not be started, or stopped before it was asked to.
    #[error("the informer under test failed: {0}")]
    Driver(String),
    /// A run did not finish in time.
    #[error(
        "{run} did not finish the script within {seconds} s; requests and events up to then:\n{transcript}"
    )]
    Timeout {
        /// The scenario and the informer.
        run: String,
        /// The time limit.
        seconds: u64,
        /// The transcript up to then.
        transcript: String,
    },
}

impl Error {
    /// Converts an [`io::Error`], adding the operation that failed.
    pub(crate) fn io(operation: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let operation = operation.into();
        |source| Self::Io { operation, source }
    }

    /// Whether Go is missing on this machine, or cannot build the driver.
    pub fn is_missing_client_go(&self) -> bool {
        matches!(self, Self::NotBuilt(GoError::NoGo { .. } | GoError::Build { .. }))
    }
}
