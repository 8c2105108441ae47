//! Items and events that are longer than the limit.

use reflector_apiserver::{Step, Verb};
use serde_json::Value;

use crate::{
    color, event, last_event, scripted_with,
    support::{list_at, names, requests, widget_at},
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
