//! Markers in the stream of a subscriber.

use std::collections::BTreeMap;

use reflector_apiserver::RequestMatcher;
use reflector_runtime::{Delivery, DeliveryOptions, Event, Reflect as _, StreamItem, Subscription};

use crate::{
    caught_up, relist,
    support::{Widget, create, delete, paint, server, show, synced, until},
};

/// The next item as text.
async fn next(items: &mut Subscription<Widget>) -> String {
    show_item(&items.next_item().await.expect("the informer is running"))
}

fn show_item(item: &StreamItem<Widget>) -> String {
    match item {
        StreamItem::Event(event) => show(event),
        StreamItem::RelistEnded { resource_version, .. } => {
            format!("RelistEnded {}", resource_version.as_deref().unwrap_or("-"))
        }
        marker => format!("{marker:?}"),
    }
}

const DELIVERIES: [Delivery; 2] = [Delivery::Coalesced, Delivery::EveryEvent];

fn with_markers(delivery: Delivery) -> DeliveryOptions {
    DeliveryOptions::new().delivery(delivery).relist_markers()
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_initial_list_is_marked_for_each_subscriber() {
    for delivery in DELIVERIES {
        let server = server();
        create(&server, "a", "red");
        let informer = Widget::informer(server.client()).start();
        let mut early = informer.subscribe_with(delivery);
        assert_eq!(next(&mut early).await, "Added a red (initial)");
        assert_eq!(next(&mut early).await, "InitialListComplete");
        let mut late = informer.subscribe_with(delivery);
        create(&server, "b", "red");
        caught_up(&server, &informer).await;
        for items in [&mut early, &mut late] {
            if !items.has_synced() {
                assert_eq!(next(items).await, "Added a red (initial)");
                assert_eq!(next(items).await, "InitialListComplete");
            }
            assert_eq!(next(items).await, "Added b red");
            assert!(items.try_next().is_none());
        }
        informer.shutdown().await;
        assert!(early.next_item().await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_initial_list_is_marked() {
    let server = server();
    let informer = Widget::informer(server.client()).start();
    assert_eq!(next(&mut informer.subscribe()).await, "InitialListComplete");
    assert_eq!(next(&mut informer.subscribe()).await, "InitialListComplete");
}

#[tokio::test(start_paused = true)]
async fn a_relist_is_marked_on_request() {
    for delivery in DELIVERIES {
        let server = server();
        create(&server, "a", "red");
        create(&server, "b", "red");
        let informer = synced(&server).await;
        let mut items = informer.subscribe_with(with_markers(delivery));
        let mut without = informer.subscribe_with(delivery);
        while next(&mut items).await != "InitialListComplete" {}
        relist(&server, &informer, || {
            paint(&server, "a", "blue");
            delete(&server, "b");
        })
        .await;
        let ended = format!("RelistEnded {}", server.resource_version());
        create(&server, "c", "red");
        caught_up(&server, &informer).await;
        assert_eq!(next(&mut items).await, "RelistBegan");
        assert_eq!(next(&mut items).await, "Updated a red->blue");
        assert_eq!(next(&mut items).await, "Missing b red");
        assert_eq!(next(&mut items).await, ended);
        assert_eq!(next(&mut items).await, "Added c red");
        let mut seen = Vec::new();
        while !without.is_empty() {
            seen.push(next(&mut without).await);
        }
        assert!(seen.iter().all(|item| !item.starts_with("Relist")), "{seen:?}");
        // A relist without a change is marked as well.
        relist(&server, &informer, || server.create("v1", "namespaces", None, other()).map(drop).unwrap())
            .await;
        assert_eq!(next(&mut items).await, "RelistBegan");
        assert_eq!(next(&mut items).await, format!("RelistEnded {}", server.resource_version()));
    }
}

/// An object of another type, which makes the server's version move on.
fn other() -> serde_json::Value {
    serde_json::json!({ "metadata": { "name": "other" } })
}

/// A subscriber that joins during a relist receives both markers.
#[tokio::test(start_paused = true)]
async fn a_relist_in_progress_is_marked_for_a_new_subscriber() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    server.faults().on(RequestMatcher::watch("widgets")).always().status(410);
    let list = server.faults().on(RequestMatcher::list("widgets")).always().status(500);
    server.drop_all_watches();
    let mut before = informer.subscribe_with(with_markers(Delivery::Coalesced));
    assert_eq!(next(&mut before).await, "Added a red (initial)");
    assert_eq!(next(&mut before).await, "InitialListComplete");
    // The list fails, and is retried as the same relist.
    assert_eq!(next(&mut before).await, "RelistBegan");
    tokio::time::sleep(std::time::Duration::from_secs(100)).await;
    let mut during = informer.subscribe_with(with_markers(Delivery::Coalesced));
    paint(&server, "a", "blue");
    drop(list);
    server.faults().clear();
    for expected in ["Added a red (initial)", "InitialListComplete", "RelistBegan"] {
        assert_eq!(next(&mut during).await, expected);
    }
    caught_up(&server, &informer).await;
    for items in [&mut before, &mut during] {
        assert_eq!(next(items).await, "Updated a red->blue");
        assert_eq!(next(items).await, format!("RelistEnded {}", server.resource_version()));
    }
}

/// A derived table that is swapped at the end of a relist never shows a part of one.
#[tokio::test(start_paused = true)]
async fn a_derived_table_can_be_swapped_at_the_end_of_a_relist() {
    let server = server();
    let informer = synced(&server).await;
    let names = || ["a", "b", "c", "d"].into_iter();
    // Every relist shows all widgets in one color.
    names().for_each(|name| create(&server, name, "color 0"));
    caught_up(&server, &informer).await;
    for delivery in DELIVERIES {
        for slow in [1, 3] {
            let mut items = informer.subscribe_with(with_markers(delivery));
            let (mut table, mut published) = (BTreeMap::new(), Vec::new());
            for round in 1..=6 {
                relist(&server, &informer, || {
                    let color = format!("color {delivery:?} {slow} {round}");
                    names().for_each(|name| paint(&server, name, &color));
                })
                .await;
                // A slow subscriber receives several relists as one.
                if round % slow != 0 {
                    continue;
                }
                until(|| !items.is_empty()).await;
                loop {
                    match items.next_item().await.unwrap() {
                        StreamItem::Event(Event::Deleted { .. }) => panic!("nothing was deleted"),
                        StreamItem::Event(event) => {
                            let widget = event.object();
                            table.insert(widget.metadata.name.clone(), widget.spec.color.clone());
                        }
                        StreamItem::RelistEnded { .. } => {
                            published.push(table.clone());
                            if items.is_empty() {
                                break;
                            }
                        }
                        _ => {}
                    }
                }
            }
            for table in &published {
                let colors: std::collections::BTreeSet<_> = table.values().collect();
                assert_eq!((table.len(), colors.len()), (4, 1), "{delivery:?} {slow}: {table:?}");
            }
            let relists = if delivery == Delivery::Coalesced { 6 / slow } else { 6 };
            assert_eq!(published.len(), relists, "{delivery:?} {slow}");
        }
    }
}
