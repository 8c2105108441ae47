//! Filtering handlers and streams.

use std::time::Duration;

use reflector_runtime::{
    AsyncEventHandler, Delivery, Event, FilteredHandler, ResourceEventHandler as _, StreamItem, handler_fn,
};

use crate::{
    caught_up, record,
    support::{Widget, create, delete, paint, server, show, synced, until},
};

fn is_red(widget: &Widget) -> bool {
    widget.spec.color == "red"
}

/// Creates, changes and deletes a widget that matches at times, and one that never does.
const CROSSING: [&str; 6] = [
    "Added a red (initial)",
    "Deleted a red",
    "Added a red",
    "Updated a red->red",
    "Deleted a red",
    "Added b red (initial)",
];

/// client-go: `TestTypedFilteringResourceEventHandler`.
#[tokio::test(start_paused = true)]
async fn an_update_that_crosses_the_filter_is_an_addition_or_a_deletion() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    create(&server, "c", "green");
    let informer = synced(&server).await;
    let (handler, calls) = record();
    informer.add_handler(FilteredHandler::new(handler, is_red));
    let (mut handler, async_calls) = record();
    informer.add_async_handler(FilteredHandler::new(
        move |event: Event<Widget>| {
            handler.on_event(event);
            std::future::ready(())
        },
        is_red,
    ));
    let mut stream = informer.subscribe_with(Delivery::EveryEvent).filter_objects(is_red);
    for color in ["blue", "green", "red"] {
        paint(&server, "a", color);
        paint(&server, "c", "green2");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let same_color = serde_json::json!({ "metadata": { "labels": { "tier": "web" } } });
    server.merge_patch("example.com/v1", "widgets", Some("default"), "a", &same_color).unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    delete(&server, "a");
    delete(&server, "c");
    caught_up(&server, &informer).await;
    let mut events = Vec::new();
    while let Some(event) = stream.try_next() {
        events.push(show(&event));
    }
    informer.drain().await.unwrap();
    for calls in [calls.lock().unwrap().clone(), async_calls.lock().unwrap().clone(), events] {
        let (b, a): (Vec<_>, Vec<_>) = calls.into_iter().partition(|call| call.contains(" b "));
        assert_eq!((&a[..], &b[..]), (&CROSSING.map(String::from)[..5], &CROSSING.map(String::from)[5..]));
    }
    assert!(stream.has_synced() && stream.next().await.is_none());
}

/// client-go drops such a deletion, so that its subscriber keeps the object.
#[tokio::test(start_paused = true)]
async fn a_deletion_is_delivered_if_the_subscriber_has_the_object() {
    let server = server();
    create(&server, "leaves", "red");
    create(&server, "enters", "blue");
    let informer = synced(&server).await;
    let mut red = informer.subscribe().filter_objects(is_red);
    assert_eq!(show(&red.next().await.unwrap()), "Added leaves red (initial)");
    assert!(red.try_next().is_none());
    // Both changes of each object are merged into one deletion, with the last state.
    for (name, color) in [("leaves", "blue"), ("enters", "red")] {
        paint(&server, name, color);
        delete(&server, name);
    }
    caught_up(&server, &informer).await;
    assert_eq!(show(&red.next().await.unwrap()), "Deleted leaves blue");
    assert!(red.try_next().is_none(), "the subscriber never received the other one");
}

#[tokio::test(start_paused = true)]
async fn a_filtered_stream_has_markers_and_batches() {
    let server = server();
    create(&server, "a", "blue");
    let informer = synced(&server).await;
    let mut items = informer.subscribe().filter_objects(is_red);
    assert!(matches!(items.next_item().await, Some(StreamItem::InitialListComplete)));
    let mut batches = informer.subscribe().filter_objects(is_red);
    let initial = batches.next_batch().await.unwrap();
    assert!(initial.events.is_empty() && initial.completes_initial_list);
    paint(&server, "a", "green");
    caught_up(&server, &informer).await;
    paint(&server, "a", "red");
    caught_up(&server, &informer).await;
    let batch = batches.next_batch().await.unwrap();
    assert_eq!(batch.events.iter().map(show).collect::<Vec<_>>(), ["Added a red"]);
    informer.shutdown().await;
    assert!(batches.next_batch().await.is_none());
}

/// The predicate is a part of the call.
#[tokio::test(start_paused = true)]
async fn a_panic_of_the_predicate_is_caught() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let picky = |widget: &Widget| is_red(widget) || panic!("hunter2");
    informer.add_handler(FilteredHandler::new(handler_fn(|_: Event<Widget>| {}), picky));
    let nested = FilteredHandler::new(|_: Event<Widget>| std::future::pending::<()>(), |_: &Widget| false);
    let mut nested = FilteredHandler::new(nested, is_red);
    for event in [informer.subscribe().next().await.unwrap()] {
        nested.handle(event).await;
    }
    paint(&server, "a", "blue");
    until(|| informer.handler_panics() == 1).await;
}
