//! Faults of single requests, as calls of the server's own faults.

use reflector_apiserver::{Answer, FaultBuilder, RequestMatcher, Status, Step, TooLargeForm};
use serde_json::json;

use super::World;
use crate::{
    plan::{Asked, Spoil, SpoiltRequests},
    thing::Resource,
};

fn requests(asked: Asked, resource: Resource) -> RequestMatcher {
    match asked {
        Asked::List => RequestMatcher::list(resource.plural()),
        Asked::Watch => RequestMatcher::plain_watch(resource.plural()),
        Asked::WatchList => RequestMatcher::watch_list(resource.plural()),
    }
}

fn expired(events: usize) -> Status {
    // Servers up to 1.17 say Gone where newer ones say Expired.
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
    pub(super) fn spoil(&mut self, spoilt: SpoiltRequests) {
        let SpoiltRequests { resource, skip, times, how } = spoilt;
        let faults = self.server.faults();
        let of = |matcher: RequestMatcher| -> FaultBuilder { faults.on(matcher).skip(skip).times(times) };
        let on = |asked: Asked| of(requests(asked, resource));
        let no_object = json!({ "metadata": { "name": "n1" } });
        let other_kind = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": { "name": "n1", "namespace": "a", "resourceVersion": "1" },
        });
        let fault = match how {
            Spoil::TooManyRequests(asked, None) => on(asked).status(429),
            Spoil::TooManyRequests(asked, Some(seconds)) => on(asked).status(429).retry_after(seconds),
            Spoil::Code(asked, code) => on(asked).status(code),
            Spoil::Proxy(asked) => on(asked).status(502).text_body("<h1>Bad Gateway</h1>"),
            Spoil::Gone(asked) => on(asked).gone(),
            Spoil::GoneEvent(asked, events) => on(asked).error_event_after(events, &expired(events)),
            Spoil::ErrorEvent(asked, code, events) => {
                on(asked).error_event_after(events, &Status::for_code(code))
            }
            Spoil::TooLarge(asked, number) => on(asked).too_large_resource_version(form(number)),
            Spoil::RefuseInitialEvents => on(Asked::WatchList).refuse_initial_events(),
            Spoil::OmitEndBookmark => on(Asked::WatchList).omit_end_bookmark(),
            Spoil::EndBookmarkFalse => on(Asked::WatchList).end_bookmark_value("false"),
            Spoil::StaleList(back) => {
                self.network.may_show_the_past(&[resource]);
                on(Asked::List).stale_list(self.version().saturating_sub(back).max(1))
            }
            Spoil::RepeatFirstPage => of(requests(Asked::List, resource).page(2)).repeat_first_page(),
            Spoil::ExpireContinue => of(requests(Asked::List, resource).page(2)).fail(&expired(0)),
            Spoil::MalformedLine(asked, events) => on(asked).malformed_line_after(events),
            Spoil::UnknownEvent(events) => on(Asked::Watch).unknown_event_after(events, &no_object),
            Spoil::WrongKindEvent(events) => {
                let line = format!("{{\"type\":\"MODIFIED\",\"object\":{other_kind}}}\n");
                on(Asked::Watch).inject_after_events(events, line)
            }
            Spoil::EndlessLine(events) => on(Asked::Watch).endless_line_after(events),
            Spoil::DuplicateEvents(asked, events) => on(asked).duplicate_events_after(events),
            Spoil::CloseAtOnce(asked) => on(asked).close_at_once(),
            Spoil::CloseAfterNoise => {
                on(Asked::Watch).answer(Answer::watch([Step::event("RENAMED", no_object), Step::End]))
            }
            Spoil::Silence(asked, events) => on(asked).silence_after_events(events),
            Spoil::Hang(asked) => on(asked).hang(),
            Spoil::Delay(asked, time) => on(asked).delay(time),
            Spoil::WrongList => on(Asked::List).answer(Answer::json(
                200,
                &json!({
                    "kind": "Table", "apiVersion": "meta.k8s.io/v1",
                    "metadata": { "resourceVersion": "1" }, "columnDefinitions": [], "rows": [],
                }),
            )),
            Spoil::Html(asked) => {
                on(asked).answer(Answer::bytes(200, "<html>\n<h1>It works!</h1>\n</html>\n"))
            }
            Spoil::NoListVersion => on(Asked::List).answer(Answer::json(
                200,
                &json!({
                    "apiVersion": resource.api_version(), "kind": format!("{}List", resource.resource_type().kind()),
                    "metadata": {}, "items": [],
                }),
            )),
        };
        self.spoils.push((how, fault));
    }

    /// Counts what has happened of the faults so far, and forgets them.
    pub(super) fn collect_spoils(&mut self) {
        for (how, fault) in self.spoils.drain(..) {
            self.counts.add(how.label(), fault.fired());
        }
    }
}
