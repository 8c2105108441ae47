//! The words between the core and the shell: what to do next, and what came of it.

use std::time::Duration;

use crate::{
    delta_fifo::ListConsistency,
    list_watch::{ListRequest, Reason, WatchRequest},
};

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reflector) enum Step {
    /// Request a page of a list.
    List { request: ListRequest, page: Page },
    /// Open a watch that begins with the state as it is.
    WatchList { request: WatchRequest, consistency: ListConsistency },
    /// The state is complete: sweep what it did not show.
    Sweep { version: String },
    /// Open a watch; it is dead if it is still open after `deadline`.
    Watch { request: WatchRequest, deadline: Duration },
    /// Go on reading the watch that is open.
    Follow,
    /// Wait, then watch again.
    WaitToWatch { delay: Duration },
    /// `list_and_watch` is over. Wait, then begin it anew.
    WaitToList { delay: Duration },
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reflector) enum Page {
    /// The first: a replacement begins.
    First(ListConsistency),
    /// A further one.
    Next,
}

/// A failure, as far as decisions go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reflector) struct Failure {
    pub(in crate::reflector) reason: Reason,
    pub(in crate::reflector) retry_after: Option<Duration>,
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self { reason, retry_after: None }
    }
}

/// How a watch came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reflector) enum WatchEnd {
    /// The server closed it in good order.
    Closed,
    /// An error came, or nothing any more.
    Failed(Failure),
}
