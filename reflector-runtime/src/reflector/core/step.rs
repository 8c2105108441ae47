//! What the core and the shell exchange: what to do next, and what the result was.

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
    /// Open a watch that begins with the current state.
    WatchList { request: WatchRequest, consistency: ListConsistency },
    /// The state is complete: sweep the objects that it did not show.
    Sweep { version: String },
    /// Open a watch after `delay`; it is considered dead if it is still open after `deadline`.
    Watch { request: WatchRequest, deadline: Duration, delay: Duration },
    /// Continue to read the open watch.
    Follow,
    /// Wait, then find out which version the server is at.
    Probe { delay: Duration },
    /// Wait, then open a watch.
    WaitToWatch { delay: Duration },
    /// `list_and_watch` is over. Wait, then begin it again.
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

/// What decisions depend on of a failure.
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

/// How a watch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reflector) enum WatchEnd {
    /// The server closed it properly.
    Closed,
    /// With an error, or because nothing was received anymore.
    Failed(Failure),
}
