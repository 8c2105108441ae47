//! Where kube-apiserver, etcd and kubectl come from. Must not know how they are run.

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
    // A plain `go build` leaves the version to be `v0.0.0-master`, which clients then see.
    linker_flags: "-s -w -X k8s.io/component-base/version.gitVersion=v1.37.2",
    programs: &[
        GoProgram { name: "etcd", package: "go.etcd.io/etcd/server/v3" },
        GoProgram { name: "kubectl", package: "k8s.io/kubernetes/cmd/kubectl" },
        GoProgram { name: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
    ],
};

/// The environment variable that names a folder with the programs, as envtest and `setup-envtest` use it.
pub const ASSETS_VARIABLE: &str = "KUBEBUILDER_ASSETS";

/// A folder with the programs of a control plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    folder: PathBuf,
}

impl Assets {
    /// The folder named by `KUBEBUILDER_ASSETS`; where that is not set, the programs built from the Go module of
    /// this crate, building them first if need be (minutes the first time, with progress on stderr; other
    /// processes wait for the same build).
    ///
    /// Blocks. From async code, call it on a blocking thread.
    pub fn find_or_build() -> Result<Self, Error> {
        match std::env::var_os(ASSETS_VARIABLE).filter(|folder| !folder.is_empty()) {
            Some(folder) => Self::in_folder(PathBuf::from(folder)),
            None => Ok(Self { folder: MODULE.built()? }),
        }
    }

    /// The programs in `folder`, which must have kube-apiserver and etcd; kubectl may be missing.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        match ["kube-apiserver", "etcd"].into_iter().find(|program| !folder.join(program).is_file()) {
            Some(missing) => Err(Error::AssetsIncomplete { folder, missing }),
            None => Ok(Self { folder }),
        }
    }

    /// The folder itself: what `KUBEBUILDER_ASSETS` may be set to.
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

    /// The path of kubectl, where the folder has one.
    pub fn kubectl(&self) -> Option<PathBuf> {
        Some(self.folder.join("kubectl")).filter(|program| program.is_file())
    }
}
