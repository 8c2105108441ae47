//! Launcher of the real kube-apiserver and etcd, for tests and for trying things by hand.
//!
//! ```no_run
//! # async fn example() {
//! let Some(control_plane) = reflector_controlplane::require().await else { return };
//! let client = control_plane.client().await.expect("a client");
//! # drop(client);
//! # }
//! ```
//!
//! | module | holds | must not know |
//! |---|---|---|
//! | [`assets`] | where the programs come from | how they are run |
//! | [`go_build`] | building programs of a Go module, once | what they are for |
//! | `server` | one child process that cannot outlive us, and its log | Kubernetes |
//! | `arguments` | the flags of etcd and kube-apiserver | processes |
//! | `credentials` | tokens, keys, kubeconfig | processes |
//! | `etcd` | compaction over etcd's JSON gateway | kube-apiserver |
//! | `ready` | bounded waiting until a server answers | how it was started |
//! | [`control_plane`] | the two servers together, for as long as the value lives | where programs come from |
//! | [`require`](mod@require) | start, or say loudly why not | everything else |

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
