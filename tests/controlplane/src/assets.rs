//! Locates or builds kube-apiserver, etcd and kubectl. Must not know how they are run.

use std::path::{Path, PathBuf};

use crate::{
    Error,
    go_build::{GoModule, GoProgram},
};

/// The Go module of this crate.
const MODULE: GoModule = GoModule {
    needed_by: "reflector-controlplane",
    folder: "tests/controlplane/go",
    sources: &[include_str!("../go/go.mod"), include_str!("../go/go.sum")],
    // Without this flag, `go build` leaves the version at `v0.0.0-master`, which is reported to clients.
    linker_flags: "-s -w -X k8s.io/component-base/version.gitVersion=v1.37.2",
    programs: &[
        GoProgram { name: "etcd", package: "go.etcd.io/etcd/server/v3" },
        GoProgram { name: "kubectl", package: "k8s.io/kubernetes/cmd/kubectl" },
        GoProgram { name: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
    ],
};

/// The environment variable that names a folder with the programs, as used by envtest and `setup-envtest`.
pub const ASSETS_VARIABLE: &str = "KUBEBUILDER_ASSETS";

/// A folder with the programs of a control plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    folder: PathBuf,
}

impl Assets {
    /// Returns the folder named by `KUBEBUILDER_ASSETS`. If the variable is not set, returns the programs built from
    /// the Go module of this crate, building them first if necessary (this takes minutes the first time, with
    /// progress on stderr; other processes wait for the same build).
    ///
    /// Blocks. From async code, call it on a blocking thread.
    pub fn find_or_build() -> Result<Self, Error> {
        match std::env::var_os(ASSETS_VARIABLE).filter(|folder| !folder.is_empty()) {
            Some(folder) => Self::in_folder(PathBuf::from(folder)),
            None => Ok(Self { folder: MODULE.built()? }),
        }
    }

    /// Uses the programs in `folder`, which must contain kube-apiserver and etcd; kubectl is optional.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        match ["kube-apiserver", "etcd"].into_iter().find(|program| !folder.join(program).is_file()) {
            Some(missing) => Err(Error::AssetsIncomplete { folder, missing }),
            None => Ok(Self { folder }),
        }
    }

    /// The folder, a valid value for `KUBEBUILDER_ASSETS`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of kube-apiserver.
    pub fn kube_apiserver(&self) -> PathBuf {
        self.folder.join("kube-apiserver")
    }

    /// The path of etcd.
    pub fn etcd(&self) -> PathBuf {
        self.folder.join("etcd")
    }

    /// The path of kubectl, if the folder contains it.
    pub fn kubectl(&self) -> Option<PathBuf> {
        Some(self.folder.join("kubectl")).filter(|program| program.is_file())
    }
}
