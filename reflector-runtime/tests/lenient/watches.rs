//! Events: bookmarks without a version, and lines without a line feed.

use reflector_apiserver::{Answer, RequestMatcher, Step, Verb};
use reflector_runtime::{InitialListStrategy, Reflect as _};
use serde_json::json;

use crate::{
    color, event, last_event, scripted,
    support::{ErrorLog, Widget, create, end_bookmark, list_at, names, requests, server, until, widget_at},
    until_last,
};

#[tokio::test(start_paused = true)]
async fn a_bookmark_without_a_version_is_skipped() {
    let bookmarks = [
        json!({ "type": "BOOKMARK", "object": { "metadata": {} } }),
        json!({ "type": "BOOKMARK", "object": { "metadata": { "resourceVersion": "" } } }),
        json!({ "type": "BOOKMARK", "object": { "metadata": { "resourceVersion": null } } }),
        json!({ "type": "BOOKMARK", "object": {} }),
        json!({ "type": "BOOKMARK", "object": null }),
        json!({ "type": "BOOKMARK" }),
    ];
    let steps = bookmarks.into_iter().map(Step::Line).chain([last_event()]).collect();
    let (server, informer, errors) = scripted(list_at("10", &[]).to_string(), steps).await;
    until_last(&informer).await;
    assert!(errors.all().is_empty(), "{:?}", errors.all());
    assert_eq!(requests(&server, Verb::Watch), 1, "the watch continues");
}

/// It marks the end of the state, which has no version then: the state is listed instead.
#[tokio::test(start_paused = true)]
async fn an_end_bookmark_without_a_version_is_a_clear_error() {
    let server = server();
    create(&server, "a", "red");
    let steps = [event("BOOKMARK", &end_bookmark("", "true")), Step::Silence];
    let answer = Answer::watch(steps);
    server.faults().script_or(RequestMatcher::watch_list("widgets"), [], answer);
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::WatchList)
        .on_error(errors.hook())
        .start();
    informer.wait_for_sync().await.unwrap();
    assert_eq!(names(&informer.lister().list()), ["a"]);
    assert!(
        errors.contains("a resourceVersion in the bookmark that ends the initial events"),
        "{:?}",
        errors.all()
    );
}

#[tokio::test(start_paused = true)]
async fn a_last_line_without_a_line_feed_is_an_event_if_it_is_complete() {
    let line = json!({ "type": "ADDED", "object": widget_at("a", "11", "red") }).to_string();
    for cut in [0, 1, 2, 10, line.len() - 1, line.len()] {
        let server = server();
        let list = Answer::bytes(200, list_at("10", &[]).to_string());
        server.faults().script_or(RequestMatcher::list("widgets"), [list], Answer::hang());
        let steps = [Step::bytes(line[..line.len() - cut].to_owned()), Step::End];
        let watches = RequestMatcher::plain_watch("widgets");
        server.faults().script_or(watches, [Answer::watch(steps)], Answer::watch([Step::Silence]));
        let errors = ErrorLog::default();
        let informer = Widget::informer(server.client())
            .initial_list_strategy(InitialListStrategy::List)
            .on_error(errors.hook())
            .start();
        until(|| requests(&server, Verb::Watch) == 2).await;
        assert_eq!(color(&informer, "a").is_some(), cut == 0, "{cut} bytes are missing");
        let is_truncated = errors.contains("ended in the middle");
        assert_eq!(is_truncated, cut != 0 && cut != line.len(), "{cut}: {:?}", errors.all());
    }
}

/// Its line feed may never come: the connection breaks, or the server writes none.
#[tokio::test(start_paused = true)]
async fn an_event_does_not_wait_for_its_line_feed() {
    let line = |name: &str, version: &str| {
        json!({ "type": "ADDED", "object": widget_at(name, version, "red") }).to_string()
    };
    let steps = vec![
        Step::bytes(line("a", "11") + &line("b", "12")),
        Step::Pause(std::time::Duration::from_millis(50)),
        Step::bytes(line("last", "13")),
    ];
    let (server, informer, errors) = scripted(list_at("10", &[]).to_string(), steps).await;
    until_last(&informer).await;
    assert_eq!(names(&informer.lister().list()), ["a", "b", "last"]);
    assert!(errors.all().is_empty(), "{:?}", errors.all());
    assert_eq!(requests(&server, Verb::Watch), 1);
}

/// Servers that only list may ignore the parameter `watch`.
#[tokio::test(start_paused = true)]
async fn a_list_in_place_of_a_watch_is_reported_as_such() {
    let server = server();
    create(&server, "a", "red");
    let list = Answer::bytes(200, list_at("10", &[]).to_string());
    server.faults().script_or(RequestMatcher::plain_watch("widgets"), [], list);
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .on_error(errors.hook())
        .start();
    until(|| errors.contains("returned a WidgetList instead of watch events")).await;
    assert!(errors.contains(".poll(interval)"), "{:?}", errors.all());
    assert_eq!(names(&informer.lister().list()), ["a"]);
}
