//! For tests: a control plane, or a loud word why there is none. Must not know how one is started.

use std::io::Write;

use tokio::sync::OnceCell;

use crate::{Builder, ControlPlane, Error};

/// A control plane of one's own; `None`, said on stderr, on a machine that has neither the programs nor Go.
///
/// # Panics
/// Where the environment says `CI=true` nothing may be skipped silently: then missing programs panic too. Any other
/// failure to start always panics.
pub async fn require() -> Option<ControlPlane> {
    Builder::default().require().await
}

/// Like [`require`], but one control plane for all tests of a process. It is ended with the process.
///
/// Tests that share it keep to namespaces of their own; those that kill or compact have one of their own.
pub async fn shared() -> Option<&'static ControlPlane> {
    static SHARED: OnceCell<Option<ControlPlane>> = OnceCell::const_new();
    SHARED.get_or_init(require).await.as_ref()
}

impl Builder {
    /// Like [`require`](crate::require()), with this builder's settings.
    ///
    /// # Panics
    /// As [`require`](crate::require()) does.
    pub async fn require(self) -> Option<ControlPlane> {
        match self.start().await {
            Ok(control_plane) => Some(control_plane),
            Err(error) if error.is_missing_programs() && !on_ci() => {
                // Not by `eprintln!`, which is only heard of tests that fail.
                let _ = writeln!(std::io::stderr(), "SKIPPED, not run: {error}");
                None
            }
            Err(error) => panic!("the control plane does not start: {}", with_causes(&error)),
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
