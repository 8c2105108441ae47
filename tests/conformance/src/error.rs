//! What can go wrong with a comparison itself, as opposed to its outcome.

use std::{io, path::PathBuf};

use reflector_controlplane::go_build::GoError;

/// Why a comparison could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file that could not be read or written, or a program that could not be run.
    #[error("{what}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A data file that does not say what such a file can say.
    #[error("{}: {message}", file.display())]
    Data {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The client-go driver is not there, and cannot be built.
    #[error(transparent)]
    NotBuilt(#[from] GoError),
    /// The embedded server did not take the script.
    #[error("the server refused to be set up: {0}")]
    Server(Box<reflector_apiserver::Status>),
    /// An informer could not be started, or ended before it was told to.
    #[error("the informer under test failed: {0}")]
    Driver(String),
    /// A run that did not come to its end.
    #[error(
        "{what} did not come to the script's end within {seconds} s; it asked for and told this much:\n{so_far}"
    )]
    NoEnd {
        /// Which run.
        what: String,
        /// How long it was waited for.
        seconds: u64,
        /// What had happened by then.
        so_far: String,
    },
}

impl Error {
    /// Makes an error of the system one of ours.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        |source| Self::Io { what, source }
    }

    /// Whether it is this machine that has no Go, or none that can build the driver.
    pub fn is_missing_client_go(&self) -> bool {
        matches!(self, Self::NotBuilt(GoError::NoGo { .. } | GoError::Build { .. }))
    }
}
