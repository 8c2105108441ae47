//! The errors of the crate, with messages that name the remedy. Must not know how operations are implemented.

use std::{path::PathBuf, process::ExitStatus};

use crate::go_build::GoError;

/// An error while locating, building, starting or calling a control plane.
///
/// Quoted logs are the last lines of a server's own log. They contain no objects and no tokens.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `KUBEBUILDER_ASSETS` names a folder in which a program is missing.
    #[error(
        "KUBEBUILDER_ASSETS is {folder:?}, which does not contain `{missing}`: set it to a folder with \
         kube-apiserver and etcd (`setup-envtest use -p path` prints one), or unset it to build them with Go"
    )]
    AssetsIncomplete {
        /// The folder named by the variable.
        folder: PathBuf,
        /// The missing program.
        missing: &'static str,
    },

    /// The programs are missing and cannot be built.
    #[error(
        "kube-apiserver and etcd are missing: set KUBEBUILDER_ASSETS to a folder that contains them, or install Go \
         to build them (once, takes about ten minutes)"
    )]
    NotBuilt(#[from] GoError),

    /// A file or process operation failed.
    #[error("could not {doing}")]
    Io {
        /// The operation, as "verb object".
        doing: String,
        /// The cause.
        source: std::io::Error,
    },

    /// A server exited before it was ready.
    #[error(
        "{server} exited ({status}) before it was ready: check the additional arguments. Last log lines:\n{log}"
    )]
    Exited {
        /// `etcd` or `kube-apiserver`.
        server: &'static str,
        /// Its exit status.
        status: ExitStatus,
        /// The tail of its log.
        log: String,
    },

    /// A server is running but did not become ready.
    #[error(
        "{server} was not ready after {seconds} s (last response: {answer}): the machine may be overloaded, or an \
         additional argument may prevent it from serving. Last log lines:\n{log}"
    )]
    NotReady {
        /// `etcd` or `kube-apiserver`.
        server: &'static str,
        /// The time waited.
        seconds: u64,
        /// The result of the last attempt.
        answer: String,
        /// The tail of its log.
        log: String,
    },

    /// Another process bound one of the ports between finding and using them, in every attempt.
    #[error("other processes took the ports in all {attempts} attempts: retry when the machine is less busy")]
    PortsTaken {
        /// The number of attempts.
        attempts: usize,
    },

    /// The service-account key could not be created.
    #[error("could not create the service-account signing key")]
    Key(#[from] rcgen::Error),

    /// kube rejected the kubeconfig of the control plane.
    #[error("kube rejected the kubeconfig of the control plane")]
    Kubeconfig(#[from] kube::config::KubeconfigError),

    /// A request failed.
    #[error("request to {server} failed: could not {doing}")]
    Request {
        /// `etcd` or `kube-apiserver`.
        server: &'static str,
        /// The operation, as "verb object".
        doing: &'static str,
        /// The cause.
        source: Box<kube::Error>,
    },

    /// A field is missing in a response of etcd.
    #[error("the response of etcd has no `{field}`: use etcd 3.4 or newer with the gRPC gateway enabled")]
    EtcdAnswer {
        /// The missing field.
        field: &'static str,
    },
}

impl Error {
    /// Converts an [`std::io::Error`]: `.map_err(Error::io("read the log"))`.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// Whether the programs are missing and there is no Go to build them: the only reason to skip a test.
    pub fn is_missing_programs(&self) -> bool {
        matches!(self, Self::NotBuilt(GoError::NoGo { .. }))
    }
}
