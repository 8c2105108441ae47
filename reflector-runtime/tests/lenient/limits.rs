//! Items and events that are longer than the limit.

use std::time::Duration;

use reflector_apiserver::{Answer, RequestMatcher, Status, Step, Verb};
use reflector_runtime::{InitialListStrategy, Reflect as _};
use serde_json::Value;

use crate::{
    color, event, last_event, scripted_with,
    support::{ErrorLog, Widget, list_at, names, requests, server, until, widget_at},
    until_last,
};

fn long(name: &str, version: &str, bytes: usize) -> Value {
    widget_at(name, version, &"x".repeat(bytes))
}

#[tokio::test(start_paused = true)]
async fn an_item_over_the_limit_is_reported_with_its_key_and_the_others_are_cached() {
    for bytes in [5_000, 100_000, 1_000_000] {
        let items = [
            widget_at("a", "5", "red"),
            long("big", "6", bytes),
            widget_at("b", "7", "red"),
            long("last-big", "8", bytes),
        ];
        let list = list_at("10", &items).to_string();
        let (_server, informer, errors) = scripted_with(list, vec![last_event()], 4000).await;
        until_last(&informer).await;
        assert_eq!(names(&informer.lister().list()), ["a", "b", "last"]);
        assert!(errors.contains("default/big: longer than 4000 bytes"), "{:?}", errors.all());
        assert!(errors.contains("`max_object_bytes`") && errors.contains("default/last-big"));
        assert_eq!(informer.skipped().count, 2);
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_over_the_limit_is_reported_by_its_type_and_the_watch_continues() {
    for bytes in [5_000, 100_000, 1_000_000] {
        let list = list_at("10", &[widget_at("a", "5", "red"), widget_at("gone", "6", "red")]);
        let steps = vec![
            event("MODIFIED", &long("a", "11", bytes)),
            event("DELETED", &long("gone", "12", bytes)),
            event("ADDED", &long("new", "13", bytes)),
            // The types of these lines are not seen.
            Step::bytes(format!("{{\"object\":{},\"type\":7}}\n", long("x", "14", bytes.max(100_000)))),
            Step::bytes(format!("{}\n", "x".repeat(100_000))),
            last_event(),
        ];
        let (server, informer, errors) = scripted_with(list.to_string(), steps, 4000).await;
        until_last(&informer).await;
        assert_eq!(names(&informer.lister().list()), ["a", "last"], "the deletion counts");
        assert_eq!(color(&informer, "a").as_deref(), Some("red"), "the last good copy stays");
        for name in ["a", "gone", "new"] {
            assert!(
                errors.contains(&format!("default/{name}: longer than 4000 bytes")),
                "{:?}",
                errors.all()
            );
        }
        assert_eq!(informer.skipped().count, 5, "{:?}", errors.all());
        assert_eq!(requests(&server, Verb::Watch), 1);
    }
}

/// A custom resource's keys are sorted: its name may follow after the part that was read. No cached object can be
/// considered missing then.
#[tokio::test(start_paused = true)]
async fn an_item_whose_key_is_not_seen_may_be_any_cached_object() {
    let unseen = format!(r#"{{"a":"{}",{}"#, "x".repeat(5_000), &widget_at("b", "6", "red").to_string()[1..]);
    let with_unseen = |version: &str, items: &[Value]| {
        let list = list_at(version, items).to_string();
        let items = if items.is_empty() { unseen.clone() } else { format!("{unseen},") };
        list.replace("\"items\":[", &format!("\"items\":[{items}"))
    };
    let server = server();
    let all = [widget_at("a", "5", "red"), widget_at("b", "6", "red"), widget_at("c", "7", "red")];
    let lists = [
        list_at("10", &all).to_string(),
        with_unseen("20", &[widget_at("a", "5", "red"), widget_at("new", "19", "red")]),
        list_at("30", &[widget_at("a", "5", "red")]).to_string(),
    ];
    let lists = lists.map(|list| Answer::bytes(200, list));
    server.faults().script_or(RequestMatcher::list("widgets"), lists, Answer::hang());
    let expired = || {
        let status = Status::failure(410, "Expired", "too old resource version");
        Answer::watch([Step::Pause(Duration::from_secs(50)), Step::error(&status)])
    };
    let watches = RequestMatcher::plain_watch("widgets");
    server.faults().script_or(watches, [expired(), expired()], Answer::hang());
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .max_object_bytes(4000)
        .on_error(errors.hook())
        .start();
    informer.wait_for_sync().await.unwrap();
    until(|| informer.lister().get("default", "new").is_some()).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(names(&informer.lister().list()), ["a", "b", "c", "new"], "{:?}", errors.all());
    assert_eq!(informer.skipped().count, 1);
    until(|| informer.lister().len() == 1).await;
    assert_eq!(names(&informer.lister().list()), ["a"]);
}
