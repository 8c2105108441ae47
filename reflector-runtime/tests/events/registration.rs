//! Waiting for a registration, and `has_synced` of subscriptions.

use std::{sync::Arc, time::Duration};

use reflector_apiserver::RequestMatcher;
use reflector_runtime::{
    DeliveryOptions, Event, HandlerRegistration, Informer, Reflect as _, SyncError, handler_fn,
};
use tokio::sync::Semaphore;

use crate::{
    record,
    support::{Widget, create, server, synced, until},
};

/// A handler that needs a permit for each event.
fn add_blocked(informer: &Informer<Widget>, name: &str) -> (HandlerRegistration, Arc<Semaphore>) {
    let permits = Arc::new(Semaphore::new(0));
    let available = permits.clone();
    let handle = move |_: Event<Widget>| {
        let available = available.clone();
        async move { available.acquire().await.expect("open").forget() }
    };
    (informer.add_async_handler_with(handle, DeliveryOptions::new().name(name)), permits)
}

/// client-go: `TestAddWhileActive`, `TestBasicLogic`, `TestSingleFile`.
#[tokio::test(start_paused = true)]
async fn a_handler_is_synced_when_it_has_processed_the_initial_list() {
    let server = server();
    for name in ["a", "b", "c"] {
        create(&server, name, "red");
    }
    let informer = Widget::informer(server.client()).start();
    let (early, early_permits) = add_blocked(&informer, "early");
    informer.wait_for_sync().await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!(!early.has_synced());
    early_permits.add_permits(2);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!(!early.has_synced(), "the last call is in progress");

    // A handler that is added later has an initial list of its own.
    let (late, late_permits) = add_blocked(&informer, "late");
    early_permits.add_permits(1);
    early.wait_for_sync().await.unwrap();
    assert!(early.has_synced() && !late.has_synced());
    late_permits.add_permits(3);
    late.wait_for_sync().await.unwrap();

    // Once synced, it stays synced: these events are not part of the initial list.
    create(&server, "d", "red");
    until(|| informer.lister().len() == 4).await;
    assert!(early.has_synced());
    early.wait_for_sync().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_empty_initial_list_is_processed_at_once() {
    let server = server();
    let informer = Widget::informer(server.client()).start();
    let early = informer.add_handler(record().0);
    assert!(!early.has_synced());
    early.wait_for_sync().await.unwrap();
    assert!(informer.has_synced());
    let late = informer.add_handler(record().0);
    late.wait_for_sync().await.unwrap();
}

/// An event that panics counts as processed.
#[tokio::test(start_paused = true)]
async fn a_panicking_handler_is_synced() {
    let server = server();
    create(&server, "a", "red");
    let informer = Widget::informer(server.client()).start();
    let registration = informer.add_handler(handler_fn(|_: Event<Widget>| panic!("on purpose")));
    registration.wait_for_sync().await.unwrap();
    assert_eq!(informer.handler_panics(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_wait_fails_if_the_informer_cannot_sync() {
    let server = server();
    server.faults().on(RequestMatcher::any()).always().status(403);
    let informer = Widget::informer(server.client()).start();
    let registration = informer.add_handler(record().0);
    let error = registration.wait_for_sync().fail_fast().await.unwrap_err();
    assert!(matches!(error, SyncError::Failed { .. }), "{error}");
    informer.shutdown().await;
    let error = registration.wait_for_sync().retry_forever().await.unwrap_err();
    assert!(matches!(error, SyncError::Stopped { .. }), "{error}");
    assert!(!registration.has_synced());
}

#[tokio::test(start_paused = true)]
async fn the_wait_names_a_handler_that_is_too_slow_or_removed() {
    let server = server();
    for name in ["a", "b", "c"] {
        create(&server, name, "red");
    }
    let informer = synced(&server).await;
    let (registration, permits) = add_blocked(&informer, "audit");
    permits.add_permits(1);
    let error = registration.wait_for_sync().timeout(Duration::from_secs(5)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "handler `audit` of widgets.example.com/v1 has not processed the initial list within 5 s: 2 queued"
    );
    let wait = tokio::spawn(registration.wait_for_sync().into_future());
    registration.abort_handle().abort();
    permits.add_permits(3);
    let error = wait.await.unwrap().unwrap_err();
    assert!(matches!(error, SyncError::HandlerEnded { .. }), "{error}");
    assert!(error.to_string().contains("handler `audit` of widgets.example.com/v1 ended"), "{error}");
}

/// A handler of a stopped informer receives the last state, and is then finished.
///
/// client-go: `TestAddOnStoppedSharedInformer` (an error there), `TestRemoveOnStoppedSharedInformer`.
#[tokio::test(start_paused = true)]
async fn a_handler_of_a_stopped_informer_receives_the_last_state() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    informer.shutdown().await;
    let (handler, calls) = record();
    let registration = informer.add_handler(handler);
    registration.wait_for_sync().await.unwrap();
    until(|| registration.is_finished()).await;
    assert_eq!(*calls.lock().unwrap(), ["Added a red (initial)"]);
    registration.remove().await;
}

#[tokio::test(start_paused = true)]
async fn a_subscription_is_synced_when_its_initial_events_are_taken() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    let informer = Widget::informer(server.client()).start();
    let mut early = informer.subscribe();
    assert!(!early.has_synced(), "nothing is known of the list");
    informer.wait_for_sync().await.unwrap();
    let mut late = informer.subscribe();
    create(&server, "c", "red");
    until(|| informer.lister().len() == 3).await;
    for events in [&mut early, &mut late] {
        assert!(!events.has_synced());
        events.next().await.unwrap();
        assert!(!events.has_synced());
        events.next().await.unwrap();
        assert!(events.has_synced());
        events.next().await.unwrap();
        assert!(events.has_synced());
    }
}
