//! Injects faults of single requests through the server's fault API.

use reflector_apiserver::{Answer, FaultBuilder, RequestMatcher, Status, Step, TooLargeForm};
use serde_json::json;

use super::World;
use crate::{
    plan::{FaultyRequests, RequestFault, RequestKind},
    thing::Resource,
};

fn requests(kind: RequestKind, resource: Resource) -> RequestMatcher {
    match kind {
        RequestKind::List => RequestMatcher::list(resource.plural()),
        RequestKind::Watch => RequestMatcher::plain_watch(resource.plural()),
        RequestKind::WatchList => RequestMatcher::watch_list(resource.plural()),
    }
}

fn expired(events: usize) -> Status {
    // Servers up to 1.17 use the reason Gone; newer ones use Expired.
    let reason = if events.is_multiple_of(2) { "Expired" } else { "Gone" };
    Status::failure(410, reason, "too old resource version")
}

fn form(number: u8) -> TooLargeForm {
    match number {
        0 => TooLargeForm::CauseType,
        1 => TooLargeForm::CauseMessage,
        _ => TooLargeForm::Message,
    }
}

impl World {
    pub(super) fn inject_request_fault(&mut self, faulty: FaultyRequests) {
        let FaultyRequests { resource, skip, times, fault } = faulty;
        let rules = self.server.faults();
        let of = |matcher: RequestMatcher| -> FaultBuilder { rules.on(matcher).skip(skip).times(times) };
        let on = |kind: RequestKind| of(requests(kind, resource));
        let no_object = json!({ "metadata": { "name": "n1" } });
        let other_kind = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": { "name": "n1", "namespace": "a", "resourceVersion": "1" },
        });
        let injected = match fault {
            RequestFault::TooManyRequests(kind, None) => on(kind).status(429),
            RequestFault::TooManyRequests(kind, Some(seconds)) => on(kind).status(429).retry_after(seconds),
            RequestFault::Code(kind, code) => on(kind).status(code),
            RequestFault::Proxy(kind) => on(kind).status(502).text_body("<h1>Bad Gateway</h1>"),
            RequestFault::Gone(kind) => on(kind).gone(),
            RequestFault::GoneEvent(kind, events) => on(kind).error_event_after(events, &expired(events)),
            RequestFault::ErrorEvent(kind, code, events) => {
                on(kind).error_event_after(events, &Status::for_code(code))
            }
            RequestFault::TooLarge(kind, number) => on(kind).too_large_resource_version(form(number)),
            RequestFault::RejectInitialEvents => on(RequestKind::WatchList).refuse_initial_events(),
            RequestFault::OmitEndBookmark => on(RequestKind::WatchList).omit_end_bookmark(),
            RequestFault::EndBookmarkFalse => on(RequestKind::WatchList).end_bookmark_value("false"),
            RequestFault::StaleList(back) => {
                self.network.allow_older_state(&[resource]);
                on(RequestKind::List).stale_list(self.version().saturating_sub(back).max(1))
            }
            RequestFault::RepeatFirstPage => of(requests(RequestKind::List, resource).page(2)).repeat_first_page(),
            RequestFault::ExpireContinue => of(requests(RequestKind::List, resource).page(2)).fail(&expired(0)),
            RequestFault::MalformedLine(kind, events) => on(kind).malformed_line_after(events),
            RequestFault::UnknownEvent(events) => on(RequestKind::Watch).unknown_event_after(events, &no_object),
            RequestFault::WrongKindEvent(events) => {
                let line = format!("{{\"type\":\"MODIFIED\",\"object\":{other_kind}}}\n");
                on(RequestKind::Watch).inject_after_events(events, line)
            }
            RequestFault::EndlessLine(events) => on(RequestKind::Watch).endless_line_after(events),
            RequestFault::DuplicateEvents(kind, events) => on(kind).duplicate_events_after(events),
            RequestFault::CloseImmediately(kind) => on(kind).close_at_once(),
            RequestFault::CloseAfterUnknownEvent => {
                on(RequestKind::Watch).answer(Answer::watch([Step::event("RENAMED", no_object), Step::End]))
            }
            RequestFault::Silence(kind, events) => on(kind).silence_after_events(events),
            RequestFault::Hang(kind) => on(kind).hang(),
            RequestFault::Delay(kind, time) => on(kind).delay(time),
            RequestFault::WrongKindList => on(RequestKind::List).answer(Answer::json(
                200,
                &json!({
                    "kind": "Table", "apiVersion": "meta.k8s.io/v1",
                    "metadata": { "resourceVersion": "1" }, "columnDefinitions": [], "rows": [],
                }),
            )),
            RequestFault::Html(kind) => {
                on(kind).answer(Answer::bytes(200, "<html>\n<h1>It works!</h1>\n</html>\n"))
            }
            RequestFault::ListWithoutVersion => on(RequestKind::List).answer(Answer::json(
                200,
                &json!({
                    "apiVersion": resource.api_version(), "kind": format!("{}List", resource.resource_type().kind()),
                    "metadata": {}, "items": [],
                }),
            )),
        };
        if matches!(fault, RequestFault::StaleList(_)) {
            self.stale_lists.push(injected.clone());
        }
        self.request_faults.push((fault, injected));
    }

    /// Adds the faults that have occurred so far to the counts and clears them.
    pub(super) fn collect_request_faults(&mut self) {
        for (fault, injected) in self.request_faults.drain(..) {
            self.counts.add(fault.label(), injected.fired());
        }
    }
}
