//! For tests: starts a control plane, or reports on stderr why the test is skipped. Must not know how one is started.

use std::io::Write;

use tokio::sync::OnceCell;

use crate::{Builder, ControlPlane, Error};

/// Starts a control plane for the caller. Returns `None`, with a message on stderr, on a machine that has neither the
/// programs nor Go.
///
/// # Panics
/// Panics if the control plane does not start. With `CI=true` in the environment, tests must not be skipped, so
/// missing programs panic too.
pub async fn require() -> Option<ControlPlane> {
    Builder::default().require().await
}

/// Like [`require`], but returns one control plane shared by all tests of a process. It stops when the process exits.
///
/// Each test that shares it must use its own namespace. Tests that kill servers or compact etcd must start their own
/// control plane.
pub async fn shared() -> Option<&'static ControlPlane> {
    static SHARED: OnceCell<Option<ControlPlane>> = OnceCell::const_new();
    SHARED.get_or_init(require).await.as_ref()
}

impl Builder {
    /// Like [`require`](crate::require()), with this builder's settings.
    ///
    /// # Panics
    /// Panics like [`require`](crate::require()).
    pub async fn require(self) -> Option<ControlPlane> {
        match self.start().await {
            Ok(control_plane) => Some(control_plane),
            Err(error) if error.is_missing_programs() && !on_ci() => {
                // Not with `eprintln!`, whose output the test harness only shows for failed tests.
                let _ = writeln!(std::io::stderr(), "SKIPPED: {error}");
                None
            }
            Err(error) => panic!("could not start the control plane: {}", with_causes(&error)),
        }
    }
}

fn on_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

fn with_causes(error: &Error) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
