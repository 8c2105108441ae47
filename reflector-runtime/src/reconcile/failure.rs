//! [`RunError`]: why a run failed.

use std::{error::Error, fmt, sync::Arc};

/// Why a run failed. Cheap to clone.
#[derive(Clone)]
#[non_exhaustive]
pub enum RunError {
    /// The function returned this error.
    Failed(Arc<dyn Error + Send + Sync>),
    /// The function panicked. The panic's message is not recorded: it may contain values of the object.
    Panicked,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Panicked => f.write_str("the reconcile function panicked"),
        }
    }
}

impl fmt::Debug for RunError {
    /// Without the error: its text is the reconcile function's, and may contain values of the object.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed(_) => "Failed(..)",
            Self::Panicked => "Panicked",
        })
    }
}

impl Error for RunError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            Self::Panicked => None,
        }
    }
}
