//! What can go wrong, in words that say what to do. Must not know how anything is done.

use std::{path::PathBuf, process::ExitStatus};

use crate::go_build::GoError;

/// Why the control plane could not be found, built, started or spoken to.
///
/// Logs quoted here are the last lines of a server's own log: never objects, never tokens.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `KUBEBUILDER_ASSETS` points at a folder that lacks a program.
    #[error(
        "KUBEBUILDER_ASSETS is {folder:?}, which has no `{missing}`: point it at a folder with kube-apiserver and \
         etcd (as `setup-envtest use -p path` prints), or unset it to have them built with Go"
    )]
    AssetsIncomplete {
        /// The folder named by the variable.
        folder: PathBuf,
        /// The program that is not there.
        missing: &'static str,
    },

    /// There are no programs, and they cannot be built.
    #[error(
        "no kube-apiserver and etcd: set KUBEBUILDER_ASSETS to a folder that has them, or have Go build them (once, in \
         about ten minutes)"
    )]
    NotBuilt(#[from] GoError),

    /// A file or process operation failed.
    #[error("could not {doing}")]
    Io {
        /// What was being done, as "verb object".
        doing: String,
        /// Why it failed.
        source: std::io::Error,
    },

    /// A server ended instead of serving.
    #[error(
        "{server} ended ({status}) before it was ready: check the arguments added to it. Its last lines:\n{log}"
    )]
    Exited {
        /// `etcd` or `kube-apiserver`.
        server: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// The tail of its log.
        log: String,
    },

    /// A server runs, but does not become ready.
    #[error(
        "{server} was not ready after {seconds} s (last answer: {answer}): a very busy machine, or arguments that \
         keep it from serving. Its last lines:\n{log}"
    )]
    NotReady {
        /// `etcd` or `kube-apiserver`.
        server: &'static str,
        /// How long was waited.
        seconds: u64,
        /// What the last attempt said.
        answer: String,
        /// The tail of its log.
        log: String,
    },

    /// Every set of ports was taken by somebody else between finding and using it.
    #[error("every one of {attempts} tries found its ports taken meanwhile: start again with less going on")]
    PortsTaken {
        /// How many sets of ports were tried.
        attempts: usize,
    },

    /// The service-account key could not be made.
    #[error("could not make the service-account signing key")]
    Key(#[from] rcgen::Error),

    /// The kubeconfig of the control plane was refused by kube.
    #[error("kube refuses the kubeconfig of the control plane")]
    Kubeconfig(#[from] kube::config::KubeconfigError),

    /// A request failed.
    #[error("{server} did not answer as it should: {doing}")]
    Request {
        /// `etcd` or `kube-apiserver`.
        server: &'static str,
        /// What was asked.
        doing: &'static str,
        /// Why it failed.
        source: Box<kube::Error>,
    },

    /// etcd answered a request with something else than was asked for.
    #[error("etcd's answer has no `{field}`: is it older than 3.4, or is its gateway off?")]
    EtcdAnswer {
        /// The field that is missing.
        field: &'static str,
    },
}

impl Error {
    /// Turns an [`std::io::Error`] into ours: `.map_err(Error::io("read the log"))`.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// Whether there are simply no programs to run: the one reason for which a test may be skipped.
    pub fn is_missing_programs(&self) -> bool {
        matches!(self, Self::NotBuilt(GoError::NoGo { .. }))
    }
}
