//! The probe: a most-recent list with `limit=1`, whose version shows where the server is. When it is made, and what
//! follows from it.

use std::time::Duration;

use tokio::time::Instant;

use super::{Core, Failure, State, Step, order::Verdict};
use crate::{
    list_watch::{ListRequest, ReadVersion},
    reflector::{Health, RequestVerb},
};

/// What a probe during a watch leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reflector) enum ProbeResult {
    /// Nothing was decided: the watch continues.
    Continue,
    /// The server does not order its versions: from now on events count in order of arrival, also those that were set
    /// aside.
    Unordered,
    /// The server was restored: the watch is given up, and the state is read again.
    Restored(Failure),
}

impl Core {
    pub(in crate::reflector) fn probe_request() -> ListRequest {
        ListRequest { resource_version: ReadVersion::MostRecent, limit: Some(1), continue_token: None }
    }

    /// The queue could not apply an event whose version is out of order: only a probe can show what it means.
    pub(in crate::reflector) fn suspect(&mut self, now: Instant) {
        self.versions.suspect(now);
    }

    /// Whether the server is known not to order its versions.
    pub(in crate::reflector) fn is_unordered(&self) -> bool {
        self.versions.order.is_unordered()
    }

    /// Whether an object that is cached in the version of a list's item need not be decoded again.
    pub(in crate::reflector) fn may_skip_known(&self) -> bool {
        self.versions.may_skip_known()
    }

    /// An object changed without a new version.
    pub(in crate::reflector) fn version_reused(&mut self) {
        self.versions.reuse();
    }

    /// Too much was set aside: events count in order of arrival from now on.
    pub(in crate::reflector) fn give_up_order(&mut self) {
        self.versions.order.give_up_order();
        self.show_order();
    }

    /// When to probe while a watch is open; `None` if there is nothing to find out.
    pub(in crate::reflector) fn probe_due(&self) -> Option<Instant> {
        self.versions.order.probe_due()
    }

    /// A probe during a watch is done: the server's version, or why it failed.
    pub(in crate::reflector) fn probed(
        &mut self,
        answer: Result<String, Failure>,
        now: Instant,
    ) -> ProbeResult {
        let current = match answer {
            Ok(current) => {
                self.last_version_seen = Some(now);
                current
            }
            Err(failure) => {
                let delay = self.options.delay(failure.reason, failure.retry_after, now, &mut self.random);
                if !self.versions.order.probe_failed(now + delay) {
                    return ProbeResult::Continue;
                }
                self.show_order();
                return ProbeResult::Unordered;
            }
        };
        match self.versions.probed(&current, now) {
            Err(stale) => ProbeResult::Restored(self.detect(RequestVerb::List, stale)),
            Ok(Verdict::Unordered) => {
                self.show_order();
                ProbeResult::Unordered
            }
            Ok(Verdict::Current | Verdict::Restored) => ProbeResult::Continue,
        }
    }

    /// Probes before `then`, which watches again. The delay before that watch is the one before the probe: the server
    /// may have asked for it.
    pub(super) fn probe_before(&mut self, then: Step) -> Step {
        let delay = match &then {
            Step::Watch { delay, .. } | Step::WaitToWatch { delay } => *delay,
            _ => Duration::ZERO,
        };
        self.state = State::Probing { then: Box::new(then) };
        Step::Probe { delay }
    }

    /// A probe between two watches is done.
    pub(in crate::reflector) fn probed_between_watches(
        &mut self,
        answer: Result<String, Failure>,
        now: Instant,
    ) -> (ProbeResult, Step) {
        let State::Probing { then } = std::mem::replace(&mut self.state, State::Idle) else {
            return (ProbeResult::Continue, self.begin(now));
        };
        let failed = answer.as_ref().err().copied();
        let result = self.probed(answer, now);
        let step = match (result, failed, *then) {
            (ProbeResult::Restored(failure), _, _) => self.wait_to_list(failure, now),
            (_, Some(failure), Step::Watch { .. } | Step::WaitToWatch { .. }) => {
                self.wait_to_watch(failure, now)
            }
            (_, None, Step::Watch { .. } | Step::WaitToWatch { .. }) => self.watch(now),
            (_, _, then) => then,
        };
        (result, step)
    }

    fn show_order(&mut self) {
        if let Health::Synced { version_order, .. } = &mut self.health {
            *version_order = self.versions.order.version_order();
        }
    }
}
