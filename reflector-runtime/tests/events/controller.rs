//! client-go's `controller_test.go`: transforms, the events of a replacement, and the store's resourceVersion.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reflector_apiserver::RequestMatcher;
use reflector_runtime::{
    Delivery, DeliveryOptions, Event, InitialListStrategy, QueueOrder, Reason, Reflect as _, ReflectorError,
    handler_fn,
};

use crate::{
    caught_up, record, relist,
    support::{Widget, create, delete, paint, server, show, synced, until},
};

/// client-go: `TestTransformingInformer`, `TestTransformingInformerRace`, `TestSharedInformerTransformer`,
/// `TestDeltaFIFO_transformer`, `TestRealFIFO_transformer`. Cache and handlers see each state transformed exactly once,
/// also deleted objects, and a resync transforms nothing.
#[tokio::test(start_paused = true)]
async fn handlers_and_cache_see_objects_that_were_transformed_once() {
    for order in [QueueOrder::PerKey, QueueOrder::Arrival] {
        let server = server();
        create(&server, "a", "red");
        create(&server, "b", "red");
        let transformed = Arc::new(AtomicUsize::new(0));
        let count = transformed.clone();
        let informer = Widget::informer(server.client())
            .transform(move |widget| {
                count.fetch_add(1, Ordering::Relaxed);
                widget.spec.color.push('!');
            })
            .queue_order(order)
            .resync(Duration::from_secs(10))
            .start();
        let (handler, calls) = record();
        let options = DeliveryOptions::new().every_event().resync(Duration::from_secs(7));
        informer.add_handler_with(handler, options).wait_for_sync().await.unwrap();
        paint(&server, "a", "blue");
        caught_up(&server, &informer).await;
        delete(&server, "a");
        caught_up(&server, &informer).await;
        relist(&server, &informer, || paint(&server, "b", "green")).await;
        let before = transformed.load(Ordering::Relaxed);
        until(|| calls.lock().unwrap().iter().filter(|call| call.contains("green!->green!")).count() > 3)
            .await;
        assert_eq!(transformed.load(Ordering::Relaxed), before, "a resync transformed an object");
        informer.drain().await.unwrap();
        let calls = calls.lock().unwrap();
        for expected in
            ["Added a red! (initial)", "Updated a red!->blue!", "Deleted a blue!", "Updated b red!->green!"]
        {
            assert_eq!(calls.iter().filter(|call| *call == expected).count(), 1, "{expected}: {calls:?}");
        }
        assert!(calls.iter().all(|call| !call.contains("!!")), "{calls:?}");
        assert_eq!(informer.lister().get("default", "b").unwrap().spec.color, "green!");
    }
}

/// client-go: `TestReplaceEvents`. What a list delivers, compared with the cache before it.
#[tokio::test(start_paused = true)]
async fn a_replacement_delivers_the_differences() {
    type Change = fn(&reflector_apiserver::ApiServer);
    let cases: [(Change, &[&str]); 5] = [
        (|_| {}, &[]),
        (|server| create(server, "c", "red"), &["Added c red"]),
        (|server| paint(server, "a", "blue"), &["Updated a red->blue"]),
        (|server| delete(server, "a"), &["Missing a red"]),
        (
            |server| {
                create(server, "c", "red");
                paint(server, "b", "blue");
                delete(server, "a");
                create(server, "a", "green");
            },
            // (client-go delivers one update of the recreated object.)
            &["Added a green", "Added c red", "Missing a red", "Updated b red->blue"],
        ),
    ];
    for strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        for order in [QueueOrder::PerKey, QueueOrder::Arrival] {
            for (change, expected) in cases {
                let server = server();
                create(&server, "a", "red");
                create(&server, "b", "red");
                let builder = Widget::informer(server.client()).initial_list_strategy(strategy);
                let informer = builder.queue_order(order).start();
                informer.wait_for_sync().await.unwrap();
                let mut events = informer.subscribe_with(Delivery::EveryEvent);
                while events.try_next().is_some() {}
                relist(&server, &informer, || change(&server)).await;
                let mut received: Vec<String> =
                    std::iter::from_fn(|| events.try_next()).map(|event| show(&event)).collect();
                received.sort();
                assert_eq!(received, expected, "{strategy:?} {order:?}");
            }
        }
    }
}

/// client-go: `TestStoreResourceVersion`. The version of the store never leads its contents, as a handler sees them.
#[tokio::test(start_paused = true)]
async fn the_version_of_the_store_follows_lists_events_and_bookmarks() {
    let server = server();
    let informer = synced(&server).await;
    let version = || informer.lister().resource_version().unwrap_or_default();
    assert_eq!(version(), server.resource_version().to_string(), "an empty list");
    create(&server, "a", "red");
    caught_up(&server, &informer).await;
    delete(&server, "a");
    caught_up(&server, &informer).await;
    server.create("v1", "namespaces", None, serde_json::json!({ "metadata": { "name": "other" } })).unwrap();
    server.send_bookmarks();
    caught_up(&server, &informer).await;
    relist(&server, &informer, || create(&server, "b", "red")).await;
    assert_eq!(version(), server.resource_version().to_string());
    informer.shutdown().await;
    assert_eq!(version(), server.resource_version().to_string());
}

/// client-go: `TestSharedInformerErrorHandling`.
#[tokio::test(start_paused = true)]
async fn the_error_hook_receives_the_error_of_a_watch() {
    let server = server();
    server.faults().on(RequestMatcher::watch("widgets")).always().status(500);
    let reasons = Arc::new(Mutex::new(Vec::new()));
    let seen = reasons.clone();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .on_error(move |error| {
            if let ReflectorError::Request { error, .. } = error {
                seen.lock().unwrap().push(error.reason());
            }
        })
        .start();
    until(|| !reasons.lock().unwrap().is_empty()).await;
    assert_eq!(reasons.lock().unwrap()[0], Reason::ServerError);
    informer.shutdown().await;
}

/// client-go: `Example`, `ExampleNewInformer`. Objects are added and deleted while a handler counts them.
#[tokio::test(start_paused = true)]
async fn each_object_that_was_added_is_deleted() {
    let server = server();
    let informer = synced(&server).await;
    let existing = Arc::new(AtomicUsize::new(0));
    let deleted = Arc::new(AtomicUsize::new(0));
    let (exists, is_deleted) = (existing.clone(), deleted.clone());
    informer.add_handler(handler_fn(move |event: Event<Widget>| match event {
        Event::Added { .. } => {
            exists.fetch_add(1, Ordering::Relaxed);
        }
        Event::Deleted { .. } => {
            exists.fetch_sub(1, Ordering::Relaxed);
            is_deleted.fetch_add(1, Ordering::Relaxed);
        }
        Event::Updated { .. } => {}
    }));
    for name in ["a-hello", "b-controller", "c-framework"] {
        create(&server, name, "red");
        caught_up(&server, &informer).await;
        delete(&server, name);
    }
    caught_up(&server, &informer).await;
    until(|| deleted.load(Ordering::Relaxed) == 3).await;
    assert_eq!(existing.load(Ordering::Relaxed), 0);
}
