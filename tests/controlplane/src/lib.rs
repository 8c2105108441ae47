//! Launches the real kube-apiserver and etcd, for tests and manual experiments.
//!
//! ```no_run
//! # async fn example() {
//! let Some(control_plane) = reflector_controlplane::require().await else { return };
//! let client = control_plane.client().await.expect("a client");
//! # drop(client);
//! # }
//! ```
//!
//! | module | owns | must not depend on |
//! |---|---|---|
//! | [`assets`] | locating and building the programs | how they are run |
//! | [`go_build`] | building programs of a Go module, once | the purpose of the programs |
//! | `server` | one child process that cannot outlive this one, and its log | Kubernetes |
//! | `arguments` | the flags of etcd and kube-apiserver | processes |
//! | `credentials` | tokens, keys, kubeconfig | processes |
//! | `etcd` | compaction through etcd's JSON gateway | kube-apiserver |
//! | `ready` | waiting, with a limit, until a server is ready | how it was started |
//! | [`control_plane`] | running both servers for the lifetime of a value | where the programs come from |
//! | [`require`](mod@require) | starting a control plane in a test, or skipping the test | everything else |

pub mod assets;
pub mod control_plane;
pub mod go_build;
pub mod require;

mod arguments;
mod credentials;
mod error;
mod etcd;
mod ready;
mod server;

pub use assets::Assets;
pub use control_plane::{Builder, ControlPlane};
pub use error::Error;
pub use require::{require, shared};
